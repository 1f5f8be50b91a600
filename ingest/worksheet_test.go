package ingest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tolok/data"
)

func TestIdentity(t *testing.T) {
	for _, c := range []struct {
		file string
		sub  submission
		want identity
	}{
		{"a/U-001.xlsx", submission{}, identity{"U-001", 0, "self"}},
		{"U-001_tpi.xlsx", submission{}, identity{"U-001", 0, "tpi"}},
		{"U-001-2024-tpi.xlsx", submission{}, identity{"U-001", 2024, "tpi"}},
		{"U-001_2024.xlsx", submission{}, identity{"U-001", 2024, "self"}},
		{"U-001_Mandiri.XLSX", submission{Cycle: 2023}, identity{"U-001", 2023, "self"}},
		{"U-001-2024.xlsx", submission{UnitID: "X", Cycle: 2023, Layer: "tpn"}, identity{"X", 2023, "tpn"}},
		{"LKE-2024.xlsx", submission{Cycle: 2025}, identity{"LKE-2024", 2025, "self"}}, // the registered unit of this name
	} {
		in := &input{run: &run{units: newRegister("", func(id string) bool { return id == "LKE-2024" })}, file: &file{name: c.file, sub: c.sub}}
		if got := in.identity(); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.file, got, c.want)
		}
	}
}

func TestForms(t *testing.T) {
	raw, err := os.ReadFile(sharedFile(t, "lke-form-one-blank.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"U-001-2024.xlsx", "U-001-2024-tpi.xlsx", "U-404-2024.xlsx", "U-001.xlsx"} {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, sum := ingest(t, Options{KnownUnits: map[string]string{"U-001": "K01"}}, dir)
	layers := map[string]int{}
	for _, r := range c.records {
		for _, l := range data.Layers {
			if strings.Contains(r, " layer="+l+" ") {
				layers[l]++
			}
		}
	}
	if layers[data.Self] < 100 || layers[data.Self] != layers[data.TPI] {
		t.Errorf("answers by layer: %v", layers)
	}
	if n := sum.Datasets["answers"]; n.LeftOut < 100 || sum.Failed != 1 {
		t.Errorf("%+v, %+v: the unknown unit's form is left out, the one without a cycle fails", sum, *n)
	}
	failed, unknown := 0, 0
	for _, p := range c.Problems {
		switch {
		case p.Code == "form-cycle-unknown" && p.File == "U-001.xlsx":
			failed++
		case p.Code == "unknown-unit" && p.Value == "U-404":
			unknown++
		}
	}
	if failed != 1 || unknown != 1 {
		t.Errorf("%d forms without a cycle, %d problems for the unknown unit: %q", failed, unknown, c.codes())
	}
}

// What is called a workbook and is none says what it is.
func TestNotAWorkbook(t *testing.T) {
	for content, want := range map[string]string{
		"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600): "failed old-workbook",
		"PK\x03\x04 cut off": "failed broken-workbook",
		"":                   "failed broken-workbook",
	} {
		c, _ := ingest(t, Options{}, write(t, map[string]string{"U-001-2024.xlsx": content}))
		expect(t, c, 0, want)
	}
	c, _ := ingest(t, Options{KnownUnits: map[string]string{"U": "K01"}}, write(t, map[string]string{"table.xlsx": "unit_id,cycle,capacity,office_contact\nU,2024,1,\n"}))
	expect(t, c, 1) // a text table under a workbook's name
}

// A workbook that is neither a worksheet nor a table is told what both would need.
func TestWorkbookOfNeither(t *testing.T) {
	raw := workbook(t, sheet{"Catatan", [][]any{{"Rapat koordinasi"}, {"Hadir", 12}}})
	c, sum := ingest(t, Options{}, write(t, map[string]string{"rapat.xlsx": raw}))
	expect(t, c, 0, "failed not-a-form", "failed not-understood")
	if sum.Failed != 1 || sum.Files != 0 {
		t.Errorf("%+v", sum)
	}
}

// A sink that fails ends the run.
func TestSinkFails(t *testing.T) {
	full := errors.New("the disk is full")
	for _, s := range []failing{{source: full}, {hashed: full}, {put: full}, {report: full}} {
		if _, err := Run(t.Context(), []string{"testdata/good"}, Options{}, s); !errors.Is(err, full) {
			t.Errorf("%+v: error %v", s, err)
		}
	}
}

type failing struct{ source, hashed, put, report error }

func (f failing) Source(data.Source) (int32, error) { return 1, f.source }
func (f failing) Hashed(int32, string) error        { return f.hashed }
func (f failing) Put(data.Record) error             { return f.put }
func (f failing) Report(data.Problem) error         { return f.report }
