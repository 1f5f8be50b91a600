package ingest

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tolok/data"
)

// lakeOf is what a lake knows after a run: the sources as they were.
func lakeOf(c *collector) func(name, context string) []string {
	return func(name, context string) (sums []string) {
		for _, s := range c.Sources {
			if s.Name == name && s.Context == context {
				sums = append(sums, s.SHA256)
			}
		}
		return sums
	}
}

// A submission is read again as a whole, or not at all: half a worksheet would
// replace the whole of it.
func TestKnownSubmissions(t *testing.T) {
	const answers = "unit_id,cycle,layer,item_id,choice\n"
	letter := `{"publisher": "Itjen", "agency_id": "K01"}`
	sent := map[string]string{
		"k01/submission.json": letter,
		"k01/compliance.csv":  answers + "U-001,2024,self,A.I.1.i.a,Ya\n",
		"k01/more/reform.csv": answers + "U-001,2024,self,A.I.1.i.b,A\n",
		"k02/submission.json": `{"publisher": "Inspektorat"}`,
		"k02/hosts.csv":       hostsHeader + "U-002,2024,5,\n",
		"loose.csv":           "host_id,guest_id,date\nU-001,U-002,2024-06-01\n",
	}
	units := map[string]string{"U-001": "K01", "U-002": "K02"}
	for _, c := range []struct {
		what   string
		change map[string]string
		opt    Options
		read   []string // the files that are read the second time
	}{
		{"nothing", nil, Options{}, nil},
		{
			"one of the two files of a worksheet",
			map[string]string{"k01/more/reform.csv": answers + "U-001,2024,self,A.I.1.i.b,B\n"},
			Options{},
			[]string{"k01/compliance.csv", "k01/more/reform.csv"},
		},
		{"a file of no folder's submission", map[string]string{"loose.csv": "host_id,guest_id,date\nU-002,U-001,2024-06-01\n"}, Options{}, []string{"loose.csv"}},
		{"a file that is new", map[string]string{"k02/visits.csv": "host_id,guest_id,date\nU-001,U-002,2024-07-01\n"}, Options{}, []string{"k02/hosts.csv", "k02/visits.csv"}},
		{"the cycle in submission.json", map[string]string{"k02/submission.json": `{"publisher": "Inspektorat", "cycle": 2023}`}, Options{}, []string{"k02/hosts.csv"}},
		{"the publisher's name only", map[string]string{"k02/submission.json": `{"publisher": "Inspektorat Daerah"}`}, Options{}, nil},
		{"--layer", nil, Options{Layer: data.TPI}, []string{"k01/compliance.csv", "k01/more/reform.csv", "k02/hosts.csv", "loose.csv"}},
		{"a file that nobody can read", map[string]string{"k02/picture.pdf": "%PDF"}, Options{}, nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := write(t, sent)
			first, _ := ingest(t, Options{KnownUnits: units}, dir)
			if len(first.Sources) != 4 {
				t.Fatalf("first time: %+v", first.Sources)
			}
			for name, content := range c.change {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			c.opt.KnownUnits, c.opt.Held = units, lakeOf(first)
			again, sum := ingest(t, c.opt, dir)
			var read []string
			for _, s := range again.Sources {
				read = append(read, s.Name)
			}
			slices.Sort(read)
			if !slices.Equal(read, c.read) {
				t.Errorf("read again: %q, want %q", read, c.read)
			}
			known := sum.Problems[data.Flagged]["source-known"]
			if sum.Known != known || sum.Known+sum.Files == 0 {
				t.Errorf("%+v", sum)
			}
		})
	}
}

// What is declared for a file is part of what it says.
func TestContext(t *testing.T) {
	dir := write(t, map[string]string{"submission.json": `{"agency_id": "K01", "cycle": "2024"}`, "hosts.csv": hostsHeader + "U-001,2024,5,\n"})
	c, _ := ingest(t, Options{Unit: "U 1&x", Layer: data.TPN, KnownUnits: map[string]string{"U-001": "K01"}}, dir)
	if got := c.Sources[0].Context; got != "agency=K01&cycle=2024&layer=tpn&unit=U+1%26x" {
		t.Errorf("context %q", got)
	}
	if c, _ := ingest(t, Options{}, "testdata/table.xlsx"); len(c.Sources) != 1 || c.Sources[0].Context != "" || strings.Contains(c.Sources[0].Name, "/") {
		t.Errorf("nothing declared: %+v", c.Sources)
	}
}

// Of a portal that was fetched again, only the worksheets that changed are read
// again; but one that lies beside tables is a part of what they say.
func TestKnownSpool(t *testing.T) {
	unit := func(id, answer string) string {
		return `{"unit_id": "` + id + `", "tahun": 2026, "answers": [{"soal_id": 1, "jawaban_unit": "` + answer + `"}]}`
	}
	sent := map[string]string{
		"submission.json":              `{"publisher": "PortalRB"}`,
		"pengusulan/unit-wbk.json":     `{"tahun": 2026, "units": [{"id": "U-1", "kategori": "WBK"}]}`,
		"pengusulan/unit-wbbm.json":    `{"tahun": 2026, "units": [{"id": "U-2", "kategori": "WBBM"}]}`,
		"lke/jawaban-unit/U-1.json":    unit("U-1", "Ya"),
		"lke/jawaban-unit/U-2.json":    unit("U-2", "Ya"),
		"lke/jawaban-unit/U-3.json":    unit("U-3", "Ya"),
		"lke/jawaban-unit/U-late.json": `{"error": true, "code": "LATE", "message": ""}`,
	}
	hosts := hostsHeader + "U-1,2026,5,\n"
	for _, c := range []struct {
		what   string
		change map[string]string
		read   []string
	}{
		{"nothing", nil, nil},
		{"one unit's answers", map[string]string{"lke/jawaban-unit/U-2.json": unit("U-2", "Tidak")}, []string{"lke/jawaban-unit/U-2.json"}},
		{"a unit that came late", map[string]string{"lke/jawaban-unit/U-late.json": unit("U-4", "Ya")}, []string{"lke/jawaban-unit/U-late.json"}},
		{"a list", map[string]string{"pengusulan/unit-wbk.json": `{"tahun": 2026, "units": []}`}, []string{"pengusulan/unit-wbbm.json", "pengusulan/unit-wbk.json"}},
		{"a table beside them", map[string]string{"hosts.csv": hosts}, []string{
			"hosts.csv", "lke/jawaban-unit/U-1.json", "lke/jawaban-unit/U-2.json", "lke/jawaban-unit/U-3.json", "pengusulan/unit-wbbm.json", "pengusulan/unit-wbk.json",
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := write(t, sent)
			opt := Options{KnownUnits: map[string]string{"U-1": "K", "U-2": "K", "U-3": "K", "U-4": "K"}}
			first, _ := ingest(t, opt, dir)
			if len(first.Sources) != 5 {
				t.Fatalf("first time: %+v", first.Sources)
			}
			for name, content := range c.change {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			opt.Held = lakeOf(first)
			again, _ := ingest(t, opt, dir)
			var read []string
			for _, s := range again.Sources {
				read = append(read, s.Name)
			}
			slices.Sort(read)
			if !slices.Equal(read, c.read) {
				t.Errorf("read again: %q, want %q", read, c.read)
			}
		})
	}
}

// A file that is still being written has other bytes than its rows were read
// from. It must not count as one that the lake holds.
func TestFileWrittenWhileRead(t *testing.T) {
	dir := write(t, map[string]string{"a.csv": answersHeader + "U,2024,,self,A.I.1.i.a,Ya,,,\n"})
	add := true
	opt := Options{KnownUnits: map[string]string{"U": "K01"}, Progress: func(string, int64, int64) {
		if !add {
			return
		}
		add = false
		f, err := os.OpenFile(filepath.Join(dir, "a.csv"), os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString("U,2024,,self,A.I.1.i.b,A,,,\n")
		}
		if err = errors.Join(err, f.Close()); err != nil {
			t.Error(err)
		}
	}}
	c, sum := ingest(t, opt, dir)
	if got := c.reports(); len(got) != 1 || !strings.HasPrefix(got[0], "failed source-changed a.csv") || sum.Failed != 1 {
		t.Errorf("%v, %d failed", got, sum.Failed)
	}
	if _, sum := ingest(t, opt, dir); sum.Failed != 0 || sum.Put() != 2 {
		t.Errorf("at rest: %+v", sum)
	}
}
