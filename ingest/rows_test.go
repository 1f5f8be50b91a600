package ingest

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

var knownUnits = Options{KnownUnits: map[string]string{"U-001": "K01", "U-002": "K01"}}

func TestJSONLines(t *testing.T) {
	const good = `{"unit_id":"U-001","cycle":2024,"capacity":5,"office_contact":null}` + "\n"
	for _, c := range []struct {
		name, in string
		records  int
		codes    []string
	}{
		{"one line", good, 1, nil},
		{"the last line without an end, blank lines, a byte order mark", "\uFEFF\n" + good + "\n" + strings.TrimSpace(strings.Replace(good, "2024", "2025", 1)), 2, nil},
		{"other order and names", `{"siklus":"2024","kode_satker":"U-001","kapasitas":"5"}`, 1, nil},
		{"an unknown key is reported once", strings.Repeat(strings.Replace(good, "{", `{"warna":"biru",`, 1), 1) + strings.Replace(strings.Replace(good, "{", `{"warna":"biru",`, 1), "2024", "2025", 1), 2, []string{"flagged unknown-column"}},
		{"a broken line costs itself", good + "{\"unit_id\":\n" + strings.Replace(good, "2024", "2025", 1), 2, []string{"rejected broken-json"}},
		{"an array, a text, two objects", good + "[1]\n\"x\"\n{} {}\n", 1, []string{"rejected broken-json", "rejected broken-json", "rejected broken-json"}},
		{"a nested value", good + `{"unit_id":"U-001","cycle":2025,"capacity":{"n":5}}`, 1, []string{"rejected nested-value"}},
		{"a nested value under an unknown key", `{"unit_id":"U-001","cycle":2025,"capacity":5,"meta":{"n":[1]}}`, 1, []string{"flagged unknown-column"}},
		{"a key twice", `{"unit_id":"U-001","cycle":2025,"capacity":5,"capacity":6}`, 0, []string{"rejected repeated-key"}},
		{"a missing key", good + `{"unit_id":"U-001","capacity":5}`, 1, []string{"rejected required"}},
		{"a fraction is no thousands", `{"unit_id":"U-001","cycle":2024,"capacity":1.234}`, 0, []string{"rejected not-whole"}},
		{"a line too long", good + `{"unit_id":"` + strings.Repeat("x", 1<<20) + `"}` + "\n" + strings.Replace(good, "2024", "2025", 1), 2, []string{"rejected line-too-long"}},
		{"no line at all", "\n", 0, []string{"failed empty-table"}},
		{"a whole document", "[\n" + good + "]", 1, []string{"rejected broken-json", "rejected broken-json"}},
		{"nothing but text", "halo\n", 0, []string{"failed broken-json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := ingest(t, knownUnits, write(t, map[string]string{"hosts.jsonl": c.in}))
			expect(t, got, c.records, c.codes...)
		})
	}
}

// A key that comes late fills its column from there on.
func TestJSONLinesLateKey(t *testing.T) {
	var b strings.Builder
	for range 150 {
		b.WriteString(`{"unit_id":"U-001","cycle":2024,"capacity":5}` + "\n")
	}
	b.WriteString(`{"unit_id":"U-002","cycle":2024,"capacity":5,"kontak":"Loket 1","warna":"biru"}` + "\n")
	c, sum := ingest(t, knownUnits, write(t, map[string]string{"hosts.ndjson": b.String()}))
	if sum.Datasets["hosts"].Repeated != 149 || sum.Count("flagged") != 150 || len(c.records) != 2 || !strings.Contains(c.records[1], "151 ") || !strings.Contains(c.records[1], "Loket 1") {
		t.Errorf("%+v %q", sum.Datasets["hosts"], c.records)
	}
}

func TestJSONLinesGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(`{"unit_id":"U-001","cycle":2024,"capacity":5}`)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	c, _ := ingest(t, knownUnits, write(t, map[string]string{"hosts.jsonl.gz": b.String()}))
	expect(t, c, 1)
}

func FuzzJSONLines(f *testing.F) {
	f.Add([]byte(`{"unit_id":"U-001","cycle":2024,"capacity":5}` + "\n" + `{"unit_id":"U-001","cycle":2025,"capacity":[5],"x":1}`))
	f.Add([]byte("{}\n{\"unit_id\":\n\xff"))
	fuzz(f, "hosts.jsonl")
}

func parquetFile[T any](t testing.TB, rows ...T) string {
	t.Helper()
	var b bytes.Buffer
	if err := parquet.Write(&b, rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

type survey struct {
	Unit        string   `parquet:"unit_id"`
	Cycle       int64    `parquet:"tahun"`
	Index       string   `parquet:"index"`
	Value       float64  `parquet:"value"`
	Min         int32    `parquet:"scale_min,decimal(1:4)"`
	Max         int32    `parquet:"scale_max,decimal(1:4)"`
	Respondents uint32   `parquet:"respondents"`
	Start       int32    `parquet:"period_start,date"`
	End         int64    `parquet:"period_end,timestamp(microsecond)"`
	Population  *float64 `parquet:"population,optional"`
	Surveyor    []byte   `parquet:"surveyor"`
}

func goodSurvey() survey {
	return survey{"U-001", 2024, "IPAK", 3.6, 0, 40, 40, 19_783, 19_814 * 86_400_000_000, nil, []byte("BPS")}
}

func TestParquet(t *testing.T) {
	moment, text, half := goodSurvey(), goodSurvey(), goodSurvey()
	moment.End += 17 * 3_600_000_000
	text.Surveyor = []byte{0xff, 0xfe}
	n := 100.5
	half.Population = &n
	c, _ := ingest(t, knownUnits, write(t, map[string]string{"survei.parquet": parquetFile(t, moment, goodSurvey(), text, half)}))
	expect(t, c, 1, "rejected moment-not-a-day", "rejected bad-encoding", "rejected not-whole", "flagged more-respondents-than-population")
	const want = "surveys 1:2 unit_id=U-001 cycle=2024 index=IPAK value=3.6 scale_min=0 scale_max=4 respondents=40 surveyor=BPS period_start=2024-03-01 period_end=2024-04-01"
	if len(c.records) == 1 && c.records[0] != want {
		t.Errorf("got  %s\nwant %s", c.records[0], want)
	}
	if c.Problems[0].Line != 1 || c.Problems[1].Line != 3 || c.Sources[0].Format != "parquet" {
		t.Errorf("%+v %+v", c.Problems, c.Sources)
	}
}

func TestParquetBad(t *testing.T) {
	type nestedHost struct {
		Unit     string  `parquet:"unit_id"`
		Cycle    int32   `parquet:"cycle"`
		Capacity []int32 `parquet:"capacity,list"`
	}
	good := parquetFile(t, goodSurvey())
	for name, c := range map[string]struct {
		raw   string
		codes []string
	}{
		"cut off":       {good[:len(good)-20], []string{"failed broken-parquet"}},
		"only a head":   {"PAR1", []string{"failed broken-parquet"}},
		"a nested type": {parquetFile(t, nestedHost{"U-001", 2024, []int32{1, 2}}), []string{"rejected nested-value"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := ingest(t, knownUnits, write(t, map[string]string{"hosts.parquet": c.raw}))
			expect(t, got, 0, c.codes...)
		})
	}
}

func FuzzParquet(f *testing.F) {
	f.Add([]byte(parquetFile(f, goodSurvey(), goodSurvey())))
	f.Add([]byte("PAR1PAR1"))
	fuzz(f, "x.parquet")
}
