package ingest

import (
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tolok/data"
)

var update = flag.Bool("update", false, "write the golden files anew")

// collector is a sink that keeps what it gets as text, one line a record.
type collector struct {
	Checker
	records []string
}

func (c *collector) Put(r data.Record) error {
	v := reflect.ValueOf(r).Elem()
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d:%d", r.Dataset(), r.At().Source, r.At().Line)
	for _, col := range schemaOf(r.Dataset()).columns {
		f := v.Field(col.field)
		switch {
		case f.Kind() == reflect.Pointer && !f.IsNil():
			fmt.Fprintf(&b, " %s=%v", col.name, f.Elem().Interface()) // a zero is a measurement
		case !f.IsZero():
			fmt.Fprintf(&b, " %s=%v", col.name, f.Interface())
		}
	}
	c.records = append(c.records, b.String())
	return c.Checker.Put(r)
}

// text is everything a run said, for a golden file.
func (c *collector) text(sum *Summary) string {
	var b strings.Builder
	for _, s := range c.Sources {
		fmt.Fprintf(&b, "source %d %s %s %d %s", s.Number, s.Name, s.Format, s.Size, s.Publisher)
		if s.SentAt != nil {
			fmt.Fprintf(&b, " %s", s.SentAt)
		}
		b.WriteByte('\n')
	}
	for _, r := range c.records {
		b.WriteString(r + "\n")
	}
	for _, lang := range []string{"id", "en"} {
		fmt.Fprintf(&b, "\n-- %s\n", lang)
		for i := range c.Problems {
			p := &c.Problems[i]
			fmt.Fprintf(&b, "%s %s: %s: %s %s\n", p.Severity, p.Code, p.Place(lang), p.Text(lang), p.Mend(lang))
		}
	}
	b.WriteString("\n-- summary\n")
	for _, name := range sum.Names() {
		fmt.Fprintf(&b, "%s %+v\n", name, *sum.Datasets[name])
	}
	fmt.Fprintf(&b, "files %d, failed %d, known %d\n", sum.Files, sum.Failed, sum.Known)
	return b.String()
}

func ingest(t testing.TB, opt Options, sources ...string) (*collector, *Summary) {
	t.Helper()
	c := &collector{}
	sum, err := Run(context.Background(), sources, opt, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range sum.Datasets {
		if n.Read != n.Put+n.LeftOut+n.Repeated {
			t.Errorf("rows do not add up: %+v", *n)
		}
	}
	if sum.Put() != len(c.records) {
		t.Errorf("the summary counts %d rows, the sink got %d", sum.Put(), len(c.records))
	}
	for _, p := range c.Problems {
		if !data.HasProblemText(p.Code) {
			t.Errorf("problem %s has no text", p.Code)
		}
		if p.File == "" {
			t.Errorf("problem %+v has no file", p)
		}
	}
	return c, sum
}

func TestRunGolden(t *testing.T) {
	for name, opt := range map[string]Options{
		"good":     {},
		"bad":      {},
		"latin":    {KnownUnits: map[string]string{"U-001": "K01"}},
		"portalrb": {KnownUnits: map[string]string{"UNIT-001": "K01", "UNIT-002": "K01", "UNIT-003": "K01"}},
	} {
		t.Run(name, func(t *testing.T) {
			c, sum := ingest(t, opt, filepath.Join("testdata", name))
			got := c.text(sum)
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("differs from %s; run with -update and read the difference:\n%s", golden, got)
			}
		})
	}
}

// write makes a folder of files from "name: content" pairs.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// codes lists the problems as "severity code".
func (c *collector) codes() []string {
	var out []string
	for _, p := range c.Problems {
		out = append(out, p.Severity+" "+p.Code)
	}
	return out
}

func expect(t *testing.T, c *collector, records int, codes ...string) {
	t.Helper()
	if len(c.records) != records || !slices.Equal(c.codes(), codes) {
		t.Errorf("%d records, problems %q; want %d, %q\n%s\n%+v", len(c.records), c.codes(), records, codes, strings.Join(c.records, "\n"), c.Problems)
	}
}

const (
	agenciesCSV = "agency_id,name,kind\nK01,Kementerian Contoh,kementerian\n"
	unitsCSV    = "unit_id,agency_id,name,unit_type\nU-001,K01,Kantor Satu,imigrasi\n"
	hostsHeader = "unit_id,cycle,capacity,office_contact\n"
)

// Registers are read first, wherever they lie and whatever they are called.
func TestRunOrder(t *testing.T) {
	dir := write(t, map[string]string{
		"a/hosts.csv": hostsHeader + "U-001,2024,5,\n",
		"b/x.csv":     unitsCSV,
		"c/y.csv":     agenciesCSV,
	})
	c, _ := ingest(t, Options{}, dir)
	expect(t, c, 3)
	if !strings.HasPrefix(c.records[0], "agencies") || !strings.HasPrefix(c.records[2], "hosts") {
		t.Errorf("order of records: %q", c.records)
	}
}

func TestRunUnknownUnit(t *testing.T) {
	dir := write(t, map[string]string{"hosts.csv": hostsHeader + "U-001,2024,5,\nU-001,2025,5,\n"})
	t.Run("is left out", func(t *testing.T) {
		c, sum := ingest(t, Options{}, dir)
		expect(t, c, 0, "rejected unknown-unit", "rejected unknown-unit")
		if sum.LeftOut() != 2 {
			t.Errorf("left out %d", sum.LeftOut())
		}
	})
	t.Run("known from before goes in", func(t *testing.T) {
		c, _ := ingest(t, Options{KnownUnits: map[string]string{"U-001": "K01"}}, dir)
		expect(t, c, 2)
	})
	t.Run("is flagged once where a register may exist elsewhere", func(t *testing.T) {
		c, _ := ingest(t, Options{OpenRegistry: true}, dir)
		expect(t, c, 2, "flagged unknown-unit")
	})
	t.Run("is left out where the run brings a register", func(t *testing.T) {
		units := write(t, map[string]string{"units.csv": unitsCSV[:len(unitsCSV)-len("U-001,K01,Kantor Satu,imigrasi\n")] + "U-002,K01,Kantor Dua,imigrasi\n"})
		c, _ := ingest(t, Options{OpenRegistry: true}, dir, units)
		expect(t, c, 1, "flagged unknown-agency", "rejected unknown-unit", "rejected unknown-unit")
	})
}

func TestRunRepeatedRows(t *testing.T) {
	known := Options{KnownUnits: map[string]string{"U-001": "K01"}, KnownAgencies: map[string]bool{"K01": true}}
	t.Run("in one file", func(t *testing.T) {
		dir := write(t, map[string]string{"hosts.csv": hostsHeader + "U-001,2024,5,\nU-001,2024,\"5\",\nU-001,2024,6,\n"})
		c, sum := ingest(t, known, dir)
		expect(t, c, 1, "flagged duplicate-row", "rejected conflicting-row")
		if n := sum.Datasets["hosts"]; n.Repeated != 1 || n.LeftOut != 1 || c.Problems[1].Want != "2" {
			t.Errorf("%+v, %+v", n, c.Problems[1])
		}
	})
	t.Run("two files that register one unit differently", func(t *testing.T) {
		dir := write(t, map[string]string{"1.csv": unitsCSV, "2.csv": strings.Replace(unitsCSV, "Satu", "Dua", 1)})
		c, _ := ingest(t, known, dir)
		expect(t, c, 1, "rejected conflicting-row")
		if c.Problems[0].Want != "2 (1.csv)" {
			t.Errorf("%+v", c.Problems[0])
		}
	})
	t.Run("the same file twice", func(t *testing.T) {
		dir := write(t, map[string]string{"hosts.csv": hostsHeader + "U-001,2024,5,\n"})
		c, sum := ingest(t, known, dir, filepath.Join(dir, "hosts.csv"), filepath.Join(dir, "hosts.csv"))
		expect(t, c, 2, "flagged source-known")
		if sum.Known != 1 {
			t.Errorf("%+v", sum)
		}
	})
}

func TestRunFiles(t *testing.T) {
	known := Options{KnownUnits: map[string]string{"U-001": "K01"}}
	t.Run("hidden files are left alone", func(t *testing.T) {
		dir := write(t, map[string]string{".x.csv": "?", ".git/a.csv": "?", "~$a.xlsx": "?", "hosts.csv": hostsHeader + "U-001,2024,5,\n"})
		c, _ := ingest(t, known, dir)
		expect(t, c, 1)
	})
	t.Run("submission.json holds for the folders below", func(t *testing.T) {
		dir := write(t, map[string]string{
			"submission.json":   `{"publisher": "Itjen", "cycle": 2023}`,
			"a/submission.json": `{"cycle": 2024}`,
			"a/hosts.csv":       "unit_id,capacity\nU-001,5\n",
			"b/hosts.csv":       "unit_id,capacity\nU-001,6\n",
		})
		c, _ := ingest(t, known, dir)
		expect(t, c, 2)
		if !strings.Contains(c.records[0], "cycle=2024") || !strings.Contains(c.records[1], "cycle=2023") || c.Sources[0].Publisher != "Itjen" {
			t.Errorf("%q %+v", c.records, c.Sources)
		}
	})
	t.Run("gzip", func(t *testing.T) {
		dir := t.TempDir()
		f, err := os.Create(filepath.Join(dir, "hosts.csv.gz"))
		if err != nil {
			t.Fatal(err)
		}
		z := gzip.NewWriter(f)
		_, err = z.Write([]byte(hostsHeader + "U-001,2024,5,\n"))
		if err := errors.Join(err, z.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		c, _ := ingest(t, known, dir)
		expect(t, c, 1)
	})
	t.Run("an address keeps its secrets", func(t *testing.T) {
		c, sum := ingest(t, known, "https://user:rahasia@portalrb.example/api?token=rahasia")
		expect(t, c, 0, "failed not-understood")
		if text := c.text(sum); strings.Contains(text, "rahasia") {
			t.Error(text)
		}
	})
	t.Run("a path that is not there", func(t *testing.T) {
		if _, err := Run(context.Background(), []string{"testdata/none"}, Options{}, &Checker{}); err == nil || !strings.Contains(err.Error(), "testdata/none") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a header and nothing below", func(t *testing.T) {
		c, _ := ingest(t, known, write(t, map[string]string{"hosts.csv": hostsHeader}))
		expect(t, c, 0, "flagged empty-table")
	})
}

func TestRunProgress(t *testing.T) {
	var last, total int64
	opt := Options{Progress: func(_ string, done, all int64) {
		if done < last {
			t.Errorf("progress goes back from %d to %d", last, done)
		}
		last, total = done, all
	}}
	ingest(t, opt, "testdata/good")
	if last != total || total == 0 {
		t.Errorf("ended at %d of %d bytes", last, total)
	}
}

func TestRunStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, []string{"testdata/good"}, Options{}, &Checker{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
