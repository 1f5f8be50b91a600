package ingest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tolok/data"
	"tolok/data/rule"
	"tolok/data/table"
)

const (
	oneBlank     = "lke-form-one-blank.xlsx"
	noComplaints = "lke-form-no-complaints.xlsx"
)

// sample is one of the ministry's forms, which are kept beside the project.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "shared", "reference", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no %s in ../shared/reference", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// changed is a workbook after a change by hand.
func changed(t testing.TB, raw []byte, change func(f *excelize.File) error) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := change(f); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t testing.TB, raw []byte) *Form {
	t.Helper()
	f, err := ReadForm("form.xlsx", bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func total(f *Form, policy string) string {
	p, err := f.Set.DefaultPolicy().ParsePolicy(policy)
	if err != nil {
		panic(err)
	}
	return f.Set.Score(f.Worksheet(data.Self), p).Total().Round(4).String()
}

// problemsOf are the problems as "severity code cell value want".
func problemsOf(f *Form) []string {
	out := []string{}
	for _, p := range f.Problems {
		out = append(out, strings.Join([]string{p.Severity, p.Code, p.Cell, p.Value, p.Want}, " "))
	}
	return out
}

// The totals of an independent scorer, under each policy.
func TestSamples(t *testing.T) {
	tests := []struct {
		name     string
		reported string
		totals   map[string]string
		problems []string
	}{
		{
			oneBlank, "75.909522946860",
			map[string]string{"": "75.7102", "omit": "76.1269", "none": "75.7102", "omit,none": "76.1269"},
			[]string{"flagged form-type-typo J8 Ya Ya/Tidak", "flagged parts-differ K185 12 13"},
		},
		{
			noComplaints, "",
			map[string]string{"": "79.408", "omit": "79.8247", "none": "76.9696", "omit,none": "77.3862"},
			[]string{"flagged form-type-typo J8 Ya Ya/Tidak", "flagged parts-differ K185 12 13"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, sample(t, tt.name))
			for policy, want := range tt.totals {
				if got := total(f, policy); got != want {
					t.Errorf("total under %q is %s, want %s", policy, got, want)
				}
			}
			p := f.Reported["total"]
			if tt.reported == "" {
				if p.Score != nil || p.Text != "#DIV/0!" {
					t.Errorf("the form reports %v %q, want #DIV/0!", p.Score, p.Text)
				}
			} else if p.Score == nil || *p.Score != data.MustScore(tt.reported) {
				t.Errorf("the form reports %v, want %s", p.Score, tt.reported)
			}
			if got := problemsOf(f); !slices.Equal(got, tt.problems) {
				t.Errorf("problems %q, want %q", got, tt.problems)
			}
		})
	}
}

// Every item of the form stands in the row that the rule set says.
func TestSampleRows(t *testing.T) {
	f := read(t, sample(t, oneBlank))
	for _, it := range f.Set.Items {
		if a, ok := f.Worksheet(data.Self)[it.ID]; !ok || int(a.Line) != it.FormRow {
			t.Errorf("%s was read from row %d, want %d", it.ID, a.Line, it.FormRow)
		}
	}
}

// The two differences of the first sample, and both roots of the second.
func TestSampleDifferences(t *testing.T) {
	tests := []struct {
		name, policy string
		want         map[string]string
		root         []string
	}{
		{oneBlank, "", map[string]string{"A.I.2.ii": rule.ReasonBlankOmitted, "A.II.5.iii": rule.ReasonOneOfGroup, "A.I.1.i.a": rule.ReasonType}, []string{"A.I.2.ii", "A.II.5.iii"}},
		{oneBlank, "omit", map[string]string{"A.II.5.iii": rule.ReasonOneOfGroup, "A.I.1.i.a": rule.ReasonType}, []string{"A.II.5.iii"}},
		{noComplaints, "", map[string]string{
			"A.II.2.i": rule.ReasonBlankOnly, "A.II.5.ii.a": rule.ReasonDivision, "A.I.1.i": rule.ReasonOmitted, "A.I.1.i.a": rule.ReasonType,
			"A.I.2.ii": rule.ReasonBlankOmitted, "A.II.5.iii": rule.ReasonOneOfGroup,
		}, []string{"A.II.2.i", "A.II.5.ii.a"}},
	}
	for _, tt := range tests {
		f := read(t, sample(t, tt.name))
		p, _ := f.Set.DefaultPolicy().ParsePolicy(tt.policy)
		got := map[string]string{}
		for _, d := range f.Set.Score(f.Worksheet(data.Self), p).Compare(f.Reported) {
			if d.Reason != rule.ReasonCarried {
				got[d.Code] = d.Reason
			}
			if d.Code == "total" && !slices.Equal(d.Codes, tt.root) {
				t.Errorf("%s %q: the total points at %v, want %v", tt.name, tt.policy, d.Codes, tt.root)
			}
		}
		for code, reason := range tt.want {
			if got[code] != reason {
				t.Errorf("%s %q: %s differs for %q, want %q", tt.name, tt.policy, code, got[code], reason)
			}
		}
		if len(got) != len(tt.want) {
			t.Errorf("%s %q: differences %v, want %v", tt.name, tt.policy, got, tt.want)
		}
	}
}

func TestRecords(t *testing.T) {
	f := read(t, sample(t, oneBlank))
	records := f.Records("U-1", 2024, data.TPI)
	found := map[string]*data.Answer{}
	for _, a := range records {
		found[a.ItemID] = a
		if ps := a.Validate(); len(ps) > 0 {
			t.Errorf("%s: %v", a.ItemID, ps[0].Error())
		}
		if a.Regulation != "5/2024" || a.Layer != data.TPI || a.UnitID != "U-1" || a.Sheet != "LKE ZI" || a.Line == 0 {
			t.Fatalf("%s is a record of %s %s %s at %s %d", a.ItemID, a.UnitID, a.Regulation, a.Layer, a.Sheet, a.Line)
		}
	}
	if a := found["B.I.a"]; a == nil || a.Value.String() != "3.71" || a.Reported.String() != "0.9275" {
		t.Errorf("IPAK is %+v, want 3.71 and a reported 0.9275", a)
	}
	if a := found["A.II.1.i.a"]; a == nil || !a.Empty() || a.Reported.String() != "0.75" {
		t.Errorf("the ratio is %+v, want only a reported 0.75", a)
	}
	if found["A.I.2.ii.c"] != nil {
		t.Error("a blank answer became a record")
	}
	if s := f.SetFor(2018); s.ID != "90/2021" {
		t.Errorf("cycle 2018 is scored by %s; the form's own regulation is 90/2021", s.ID)
	}
}

// Changes that agencies make to the form and that must not change its answers.
func TestHarmlessChanges(t *testing.T) {
	set := func(cells map[string]any) func(*excelize.File) error {
		return func(f *excelize.File) error {
			for cell, v := range cells {
				if err := f.SetCellValue(formSheet, cell, v); err != nil {
					return err
				}
			}
			return nil
		}
	}
	tests := []struct {
		name   string
		change func(f *excelize.File) error
		code   string // a problem that must be reported, if any
	}{
		{"blank rows inserted", func(f *excelize.File) error { return f.InsertRows(formSheet, 30, 3) }, ""},
		{"a note row inserted", func(f *excelize.File) error {
			return errors.Join(f.InsertRows(formSheet, 50, 1), f.SetCellValue(formSheet, "G50", "Catatan pengawasan: lihat lampiran pelayanan publik"))
		}, ""},
		{"a question of the agency's own inserted", func(f *excelize.File) error {
			return errors.Join(f.InsertRows(formSheet, 50, 1), f.SetCellValue(formSheet, "G50", "Terdapat kebun sekolah"),
				f.SetCellValue(formSheet, "J50", "Ya/Tidak"), f.SetCellValue(formSheet, "K50", "Ya"))
		}, "form-row-unknown"},
		{"an item repeated", func(f *excelize.File) error { return f.DuplicateRow(formSheet, 20) }, "form-row-twice"},
		{"wrong numbers and letters", set(map[string]any{"F8": "z.", "F9": "-", "E10": "x.", "D23": "9.", "F86": "", "C125": "I."}), ""},
		{"capitals and spaces", set(map[string]any{"G8": "UNIT  KERJA   TELAH MEMBENTUK TIM", "F10": "RENCANA PEMBANGUNAN"}), ""},
		{"the heading of a sub-area deleted", func(f *excelize.File) error { return f.RemoveRow(formSheet, 28) }, ""},
		{"the heading of an area deleted", func(f *excelize.File) error { return f.RemoveRow(formSheet, 61) }, ""},
		{"the heading of reform deleted", func(f *excelize.File) error { return f.RemoveRow(formSheet, 125) }, ""},
		{"a column inserted", func(f *excelize.File) error { return f.InsertCols(formSheet, "H", 2) }, "form-column-moved"},
		{"the sheet renamed", func(f *excelize.File) error { return f.SetSheetName(formSheet, "LKE 2023 final") }, ""},
		{"a type emptied", set(map[string]any{"J20": ""}), "form-type-typo"},
		{"a weight mistyped", set(map[string]any{"H10": 1.5}), "form-weight"},
	}
	raw := sample(t, oneBlank)
	want := read(t, raw)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, changed(t, raw, tt.change))
			sameAnswers(t, f, want)
			if tt.code != "" && !slices.ContainsFunc(f.Problems, func(p data.Problem) bool { return p.Code == tt.code }) {
				t.Errorf("no problem %s; there are %q", tt.code, problemsOf(f))
			}
			for _, p := range f.Problems {
				if p.Severity == data.Rejected || p.Code == "form-row-missing" {
					t.Errorf("harm done: %s", p.Error())
				}
			}
		})
	}
}

func sameAnswers(t *testing.T, got, want *Form) {
	t.Helper()
	for _, it := range want.Set.Items {
		a, b := got.Worksheet(data.Self)[it.ID], want.Worksheet(data.Self)[it.ID]
		if a.Choice != b.Choice || (a.Value == nil) != (b.Value == nil) || a.Value != nil && *a.Value != *b.Value {
			t.Errorf("%s: answer %q %v, want %q %v", it.ID, a.Choice, a.Value, b.Choice, b.Value)
		}
	}
}

// One bad cell is a problem with its place; every other row goes in.
func TestBadCells(t *testing.T) {
	tests := []struct {
		name, cell string
		value      any
		item       string
		answer     string // afterwards, "" for none
		problem    string
	}{
		{"a lower-case letter", "K9", "b", "A.I.1.i.b", "B", "repaired choice-spelling K9 b B"},
		{"a space", "K8", "ya ", "A.I.1.i.a", "Ya", "repaired choice-spelling K8 ya  Ya"},
		{"a full stop", "K9", "A.", "A.I.1.i.b", "A", "repaired choice-spelling K9 A. A"},
		{"an option beyond the scale", "K9", "F", "A.I.1.i.b", "", "rejected not-an-option K9 F A, B, C"},
		{"an option of another scale", "K9", "D", "A.I.1.i.b", "", "rejected not-an-option K9 D A, B, C"},
		{"a number for a letter", "K9", 1, "A.I.1.i.b", "", "rejected not-an-option K9 1 A, B, C"},
		{"text for a count", "K129", "lima", "A.II.1.i.a.1", "", "rejected bad-number K129 lima "},
		{"a negative count", "K129", -3, "A.II.1.i.a.1", "", "rejected out-of-range K129 -3 >= 0"},
		{"a count with decimals", "K129", 7.5, "A.II.1.i.a.1", "7.5", "flagged not-whole K129 7.5 "},
		{"a survey with a decimal comma", "K202", "3,71", "B.I.a", "3.71", "repaired number-spelling K202 3,71 3.71"},
		{"a survey on another scale", "K202", 92.75, "B.I.a", "", "rejected out-of-range K202 92.75 Nilai (0-4)"},
		{"an error value", "K9", "#REF!", "A.I.1.i.b", "", "rejected form-error-cell K9 #REF! "},
		{"an error value in a count", "K129", "#N/A", "A.II.1.i.a.1", "", "rejected form-error-cell K129 #N/A "},
		{"more done than there was", "K130", 9, "A.II.1.i.a.2", "9", "flagged above-denominator K129 9 8"},
	}
	raw := sample(t, oneBlank)
	whole := read(t, raw)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, changed(t, raw, func(f *excelize.File) error { return f.SetCellValue(formSheet, tt.cell, tt.value) }))
			a := f.Worksheet(data.Self)[tt.item]
			got := a.Choice
			if a.Value != nil {
				got = a.Value.String()
			}
			if got != tt.answer {
				t.Errorf("%s was read as %q, want %q", tt.item, got, tt.answer)
			}
			if !slices.Contains(problemsOf(f), tt.problem) {
				t.Errorf("no problem %q among %q", tt.problem, problemsOf(f))
			}
			if len(f.Records("U", 2022, data.Self)) < len(whole.Records("U", 2022, data.Self))-1 {
				t.Error("other rows were lost")
			}
		})
	}
}

// A ratio typed over its formula counts where its inputs are blank.
func TestTypedRatio(t *testing.T) {
	raw := changed(t, sample(t, oneBlank), func(f *excelize.File) error {
		return errors.Join(f.SetCellValue(formSheet, "K129", nil), f.SetCellValue(formSheet, "K130", nil), f.SetCellValue(formSheet, "K128", "85%"))
	})
	if v := read(t, raw).Worksheet(data.Self)["A.II.1.i.a"].Value; v == nil || v.String() != "0.85" {
		t.Errorf("the typed ratio is %v, want 0.85", v)
	}
}

// A deleted row leaves its item unanswered and says so.
func TestDeletedRow(t *testing.T) {
	raw := changed(t, sample(t, oneBlank), func(f *excelize.File) error { return f.RemoveRow(formSheet, 53) })
	f := read(t, raw)
	if _, ok := f.Worksheet(data.Self)["A.I.3.iv.a"]; ok {
		t.Error("the deleted row was read")
	}
	if !slices.ContainsFunc(f.Problems, func(p data.Problem) bool { return p.Code == "form-row-missing" && p.Value == "A.I.3.iv.a" }) {
		t.Errorf("no form-row-missing for A.I.3.iv.a: %q", problemsOf(f))
	}
}

// What cannot be read at all says what it is and what to do.
func TestUnreadableForms(t *testing.T) {
	raw := sample(t, oneBlank)
	edit := func(change func(f *excelize.File) error) func() []byte {
		return func() []byte { return changed(t, raw, change) }
	}
	tests := []struct {
		name  string
		raw   func() []byte
		code  string
		value string
	}{
		{"no sheet LKE ZI", edit(func(f *excelize.File) error { return f.DeleteSheet(formSheet) }), "not-a-form", "Utama, Ctt Eval"},
		{"a renamed column", edit(func(f *excelize.File) error { return f.SetCellValue(formSheet, "K2", "Isian") }), "missing-column", "Jawaban"},
		{"two renamed columns", edit(func(f *excelize.File) error {
			return errors.Join(f.SetCellValue(formSheet, "H2", "Berat"), f.SetCellValue(formSheet, "L2", "Skor"))
		}), "missing-column", "Bobot, Nilai"},
		{"cut off", func() []byte { return raw[:len(raw)/2] }, "broken-workbook", "zip: not a valid zip file"},
		{"empty", func() []byte { return nil }, "broken-workbook", "0 bytes"},
		{"an old .xls", func() []byte {
			return append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), bytes.Repeat([]byte("W\x00o\x00r\x00k\x00"), 200)...)
		}, "old-workbook", ""},
		{"a web page called .xlsx", func() []byte { return []byte("<html><table>") }, "not-a-workbook", "<html><table>"},
		{"a password", func() []byte { return locked(t, raw) }, "locked-workbook", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadForm("form.xlsx", bytes.NewReader(tt.raw()))
			var p *data.Problem
			if !errors.As(err, &p) {
				t.Fatalf("error %v is not a problem", err)
			}
			if p.Code != tt.code || p.Value != tt.value || p.File != "form.xlsx" || p.Severity != data.Failed {
				t.Errorf("problem %s %s %q, want %s %q", p.Severity, p.Code, p.Value, tt.code, tt.value)
			}
			if p.Mend("id") == "" || p.Mend("en") == "" || p.Text("en") == p.Code {
				t.Errorf("the problem does not say what to do: %s", p.Error())
			}
		})
	}
}

func locked(t *testing.T, raw []byte) []byte {
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := filepath.Join(t.TempDir(), "locked.xlsx")
	if err := f.SaveAs(name, excelize.Options{Password: "rahasia"}); err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func FuzzReadForm(f *testing.F) {
	f.Add(builtForm(f, formSheet))
	f.Add(builtForm(f, portalSheet))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		form, err := ReadForm("fuzz.xlsx", bytes.NewReader(raw))
		if err != nil {
			return
		}
		for _, p := range rule.AllPolicies() {
			form.Set.Score(form.Worksheet(data.Self), p).Compare(form.Reported)
		}
		for _, a := range form.Records("U", 2024, data.Self) {
			if ps := form.Set.Check(a); slices.ContainsFunc(ps, func(p data.Problem) bool { return p.Severity == data.Rejected }) {
				t.Errorf("a refused answer became a record: %s", ps[0].Error())
			}
		}
	})
}

// Whatever stands in a cell, the form is read and scored.
func FuzzFormCell(f *testing.F) {
	built := builtForm(f, formSheet)
	for _, v := range []string{"A", "ya ", "3,71", "85%", "-1", "1e300", "#REF!", "999999999999999999", "0.000001"} {
		f.Add(v, uint8(10), uint8(8))
	}
	f.Fuzz(func(t *testing.T, value string, column, row uint8) {
		raw := changed(t, built, func(f *excelize.File) error {
			return f.SetCellValue(formSheet, table.CellName(int(column%16), int(row)+3), value)
		})
		form, err := ReadForm("fuzz.xlsx", bytes.NewReader(raw))
		if err != nil {
			return
		}
		for _, p := range rule.AllPolicies() {
			form.Set.Score(form.Worksheet(data.Self), p).Compare(form.Reported)
		}
		for _, a := range form.Records("U", 2024, data.Self) {
			if ps := a.Validate(); len(ps) > 0 {
				t.Errorf("%q in %s: %s", value, table.CellName(int(column%16), int(row)+3), ps[0].Error())
			}
		}
	})
}
