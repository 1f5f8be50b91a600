package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/table"
)

// Whatever a file holds, a row is either valid and in the sink, or a problem
// of the catalogue with its place says why not.
func FuzzCSV(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.csv"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, n := range names {
			raw, err := os.ReadFile(n)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(raw)
		}
	}
	fuzz(f, "x.csv")
}

// The same of an answer of PortalRB.
func FuzzPortalRB(f *testing.F) {
	for _, n := range []string{"lke/UNIT-001.json", "lke/UNIT-003.json", "lke/cut.json", "pengusulan/unit-wbk.json"} {
		raw, err := os.ReadFile(filepath.Join("testdata", "portalrb", n))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	fuzz(f, "x.json")
}

func fuzz(f *testing.F, name string) {
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			t.Fatal(err)
		}
		s := &strict{t: t}
		opt := Options{KnownUnits: map[string]string{"U-001": "K01", "UNIT-001": "K01"}, OpenRegistry: true}
		sum, err := Run(t.Context(), []string{path}, opt, s)
		if err != nil {
			t.Fatal(err)
		}
		left := 0
		for _, c := range sum.Datasets {
			if c.Read != c.Put+c.LeftOut+c.Repeated {
				t.Fatalf("rows do not add up: %+v", *c)
			}
			left += c.LeftOut
		}
		if left > 0 && sum.Count(data.Rejected) == 0 || sum.Files == 0 && sum.Count(data.Failed) == 0 {
			t.Fatalf("something was left out without a word: %+v", sum)
		}
	})
}

// strict is a sink that checks what it gets.
type strict struct {
	Checker
	t *testing.T
}

func (s *strict) Put(r data.Record) error {
	if ps := r.Validate(); len(ps) > 0 {
		s.t.Fatalf("an invalid record went in: %+v %+v", r, ps)
	}
	if at := r.At(); at.Source == 0 || at.Line == 0 {
		s.t.Fatalf("a record without its place: %+v", r)
	}
	return nil
}

func (s *strict) Report(p data.Problem) error {
	if !data.HasProblemText(p.Code) || p.File == "" || p.Severity == "" {
		s.t.Fatalf("a problem without text, file or severity: %+v", p)
	}
	return nil
}

// Any cell in any column either becomes a field or a problem of that column.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "1", "1.234", "1,5", "98,75%", "ya", "31/12/2024", "Rp 1.000", "WBK", "11.1", "A.I.1.i.a", "-", "\x00", "1e99", "١٢"} {
		f.Add(s, uint8(0), uint8(0))
		f.Add(s, uint8(6), uint8(2))
	}
	f.Fuzz(func(t *testing.T, cell string, dataset, col uint8) {
		s := schemas()[int(dataset)%len(schemas())]
		c := s.columns[int(col)%len(s.columns)]
		d := newDecoder(newMapping(s, newHeader([]string{c.name}), nil))
		rec, problems := d.decode(table.Row{Line: 7, Cells: []string{cell}})
		if rec.At().Line != 7 {
			t.Fatalf("line %d", rec.At().Line)
		}
		d.judge()
		filled := !d.fields[int(col)%len(s.columns)].IsZero()
		mine := false
		for _, p := range append(problems, rec.Validate()...) {
			if !data.HasProblemText(p.Code) {
				t.Fatalf("no text for %+v", p)
			}
			mine = mine || p.Field == c.name
		}
		zero := c.kind == decimal || c.kind == points // 0, or so small that it rounds to it
		if !filled && !mine && !blank(strings.TrimSpace(cell)) && !zero && c.kind != text && c.kind != word {
			t.Fatalf("column %s: %q became nothing without a word", c.name, cell)
		}
	})
}
