package table_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tolok/data"
	"tolok/data/table"
)

// csvSource opens a text as often as it is asked to.
func csvSource(text string) func() (table.Reader, io.Closer, error) {
	return func() (table.Reader, io.Closer, error) {
		t, err := table.NewCSV(strings.NewReader(text))
		return t, io.NopCloser(nil), err
	}
}

// inColumn says that each field is the column of its name.
func inColumn(header []string) func(string) int {
	return func(field string) int { return slices.Index(header, field) }
}

func opened(t *testing.T, raw []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// fill is the colour a cell is filled with, or "".
func fill(t *testing.T, f *excelize.File, sheet, cell string) string {
	t.Helper()
	s := must[*excelize.Style](t)(f.GetStyle(must[int](t)(f.GetCellStyle(sheet, cell))))
	if len(s.Fill.Color) == 0 {
		return ""
	}
	return s.Fill.Color[0]
}

// notes lists the notes of a sheet as "cell author".
func notes(t *testing.T, f *excelize.File, sheet string) []string {
	t.Helper()
	var out []string
	for _, n := range must[[]excelize.Comment](t)(f.GetComments(sheet)) {
		out = append(out, n.Cell+" "+n.Author)
	}
	return out
}

const (
	red, yellow, blue = "F8B4B4", "FFE699", "BDD7FE"
)

func TestMarkTable(t *testing.T) {
	source := csvSource("unit_id,name,regency_code,note\nU-1,=1+1,11.10,@SUM(A1)\nU-2,+62 811,31.71,-x\nU-3,a,\"31.71\nU-4,b,31.71,c\n")
	m := table.Marking{Name: "units.csv", Lang: "en", Columns: inColumn, Problems: []data.Problem{
		{Code: "unknown-column", Severity: data.Flagged, Value: "note", Origin: data.Origin{Line: 1}},
		{Code: "code-spelling", Severity: data.Repaired, Field: "regency_code", Value: "11.10", Origin: data.Origin{Line: 2}},
		{Code: "required", Severity: data.Rejected, Field: "regency_code", Origin: data.Origin{Line: 2}},
		{Code: "duplicate-row", Severity: data.Flagged, Value: "U-2", Want: "2", Origin: data.Origin{Line: 3}},
		{Code: "broken-quoting", Severity: data.Rejected, Value: `U-3,a,"31.71`, Origin: data.Origin{Line: 4}},
		{Code: "bad-number", Severity: data.Repaired, Field: "name", Value: "b", Origin: data.Origin{Line: 5}},
		{Code: "form-no-results", Severity: data.Flagged},
	}}
	var b bytes.Buffer
	if err := m.MarkTable(source, &b); err != nil {
		t.Fatal(err)
	}
	f := opened(t, b.Bytes())
	if got := f.GetSheetList(); !slices.Equal(got, []string{"Data", "Problems"}) {
		t.Fatalf("sheets %q", got)
	}
	rows := must[[][]string](t)(f.GetRows("Data"))
	for i, want := range []string{
		"Line|unit_id|name|regency_code|note", "2|U-1|=1+1|11.10|@SUM(A1)", "3|U-2|+62 811|31.71|-x",
		"4|(this line cannot be split into cells; see the original file)", "5|U-4|b|31.71|c",
	} {
		if got := strings.Join(rows[i], "|"); got != want {
			t.Errorf("row %d is %q, want %q", i+1, got, want)
		}
	}
	for cell, want := range map[string]string{"E1": blue, "D2": red, "A3": blue, "A4": red, "C5": yellow, "B2": "", "A2": ""} {
		if got := fill(t, f, "Data", cell); got != want {
			t.Errorf("%s is filled with %q, want %q", cell, got, want)
		}
	}
	// Text that looks like a formula is none, and stays text when it is typed anew.
	for _, cell := range []string{"C2", "E2", "C3", "E3", "D2"} {
		kind, formula := must[excelize.CellType](t)(f.GetCellType("Data", cell)), must[string](t)(f.GetCellFormula("Data", cell))
		style := must[*excelize.Style](t)(f.GetStyle(must[int](t)(f.GetCellStyle("Data", cell))))
		if formula != "" || kind != excelize.CellTypeInlineString || style.NumFmt != 49 {
			t.Errorf("%s: formula %q, kind %v, format %d", cell, formula, kind, style.NumFmt)
		}
	}
	if got, want := notes(t, f, "Data"), []string{"E1 Tolok", "D2 Tolok", "A3 Tolok", "A4 Tolok", "C5 Tolok"}; !slices.Equal(got, want) {
		t.Errorf("notes %q, want %q", got, want)
	}
	note := must[[]excelize.Comment](t)(f.GetComments("Data"))[1].Paragraph[0].Text
	if !strings.HasPrefix(note, "Repaired: \"11.10\" was read as") || !strings.Contains(note, "\n\nLeft out: Column regency_code is empty.\nFill it in.") {
		t.Errorf("the note says %q", note)
	}

	list := must[[][]string](t)(f.GetRows("Problems"))
	if len(list) != 5+len(m.Problems) || list[1][0] != "7 problems in units.csv." {
		t.Fatalf("%q", list)
	}
	if got := strings.Join(list[5][:5], "|"); got != "1|Left out|line 2, column regency_code|regency_code|" {
		t.Errorf("the worst comes first: %q", got)
	}
	if _, link, err := f.GetCellHyperLink("Problems", "C6"); err != nil || link != "'Data'!D2" {
		t.Errorf("link %q (%v)", link, err)
	}
	if linked, _, err := f.GetCellHyperLink("Problems", "C12"); err != nil || linked {
		t.Errorf("a problem of the whole file has a link (%v)", err)
	}
}

// Of a long table only the rows with problems are kept, with their lines.
func TestMarkLongTable(t *testing.T) {
	var text strings.Builder
	text.WriteString("unit_id,staff\n")
	for i := range 30_000 {
		fmt.Fprintf(&text, "U-%d,%d\n", i, i)
	}
	m := table.Marking{Name: "units.csv", Lang: "id", Columns: inColumn, NotAll: true}
	for _, line := range []int32{2, 20_000, 30_001} {
		m.Problems = append(m.Problems, data.Problem{Code: "bad-number", Severity: data.Rejected, Field: "staff", Origin: data.Origin{Line: line}})
	}
	var b bytes.Buffer
	if err := m.MarkTable(csvSource(text.String()), &b); err != nil {
		t.Fatal(err)
	}
	f := opened(t, b.Bytes())
	var got []string
	for _, row := range must[[][]string](t)(f.GetRows("Data")) {
		got = append(got, strings.Join(row, "|"))
	}
	want := []string{"Hanya baris yang bermasalah: 3 dari 30000 baris. Kolom pertama adalah nomor baris dalam berkas asli.", "Baris|unit_id|staff", "2|U-0|0", "20000|U-19998|19998", "30001|U-29999|29999"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if c := fill(t, f, "Data", "C5"); c != red {
		t.Errorf("C5 is filled with %q", c)
	}
}

// bookToMark has what a marked copy must keep.
func bookToMark(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	_, err := f.NewSheet("Tuan's")
	percent := must[int](t)(f.NewStyle(&excelize.Style{NumFmt: 10, Font: &excelize.Font{Bold: true}, Protection: &excelize.Protection{Locked: true}}))
	_, err2 := f.NewSheet("Arsip")
	for _, err := range []error{
		err, err2,
		f.SetCellValue("Tuan's", "A1", "judul"), f.MergeCell("Tuan's", "A1", "C2"),
		f.SetCellValue("Tuan's", "B4", 0.125), f.SetCellStyle("Tuan's", "B4", "B4", percent),
		f.SetCellFormula("Tuan's", "C4", "B4*2"), f.SetCellValue("Tuan's", "D4", "teks"),
		f.AddComment("Tuan's", excelize.Comment{Cell: "D4", Author: "Sekretariat", Text: "lihat lampiran"}),
		f.SetColWidth("Tuan's", "B", "B", 33), f.SetSheetVisible("Arsip", false), f.SetCellValue("Arsip", "A1", "lama"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestMarkWorkbook(t *testing.T) {
	at := func(line int32) data.Origin { return data.Origin{Sheet: "Tuan's", Line: line} }
	m := table.Marking{Name: "a.xlsx", Lang: "en", Problems: []data.Problem{
		{Code: "bad-number", Severity: data.Rejected, Cell: "B4", Origin: at(4)},
		{Code: "bad-number", Severity: data.Flagged, Cell: "C4", Origin: at(4)},
		{Code: "bad-number", Severity: data.Repaired, Cell: "D4", Origin: at(4)},
		{Code: "bad-number", Severity: data.Repaired, Cell: "B2", Origin: at(2)},                   // hidden by merging
		{Code: "unknown-column", Severity: data.Flagged, Value: "teks", Origin: at(4)},             // the cell that says so
		{Code: "sheet-hidden", Severity: data.Flagged, Origin: data.Origin{Sheet: "Arsip"}},        // of a sheet
		{Code: "bad-number", Severity: data.Rejected, Cell: "F9", Origin: data.Origin{Sheet: "x"}}, // of no sheet
	}}
	raw := bookToMark(t)
	// Marking a marked copy leaves one list, and each note once.
	for _, time := range []string{"once", "again"} {
		var b bytes.Buffer
		if err := m.MarkWorkbook(raw, &b); err != nil {
			t.Fatal(err)
		}
		raw = b.Bytes()
		f := opened(t, raw)
		if got := f.GetSheetList(); !slices.Equal(got, []string{"Sheet1", "Tuan's", "Arsip", "Problems"}) {
			t.Errorf("%s: sheets %q", time, got)
		}
		for cell, want := range map[string]string{"A1": yellow, "B4": red, "C4": blue, "D4": yellow, "A4": ""} {
			if got := fill(t, f, "Tuan's", cell); got != want {
				t.Errorf("%s: %s is filled with %q, want %q", time, cell, got, want)
			}
		}
		got := notes(t, f, "Tuan's")
		slices.Sort(got)
		if want := []string{"A1 Tolok", "B4 Tolok", "C4 Tolok", "D4 Sekretariat"}; !slices.Equal(got, want) {
			t.Errorf("%s: notes %q, want %q", time, got, want)
		}
		style := must[*excelize.Style](t)(f.GetStyle(must[int](t)(f.GetCellStyle("Tuan's", "B4"))))
		if style.NumFmt != 10 || style.Font == nil || !style.Font.Bold || style.Protection == nil || !style.Protection.Locked {
			t.Errorf("%s: B4 lost its format: %+v", time, style)
		}
		if formula := must[string](t)(f.GetCellFormula("Tuan's", "C4")); formula != "B4*2" {
			t.Errorf("%s: C4 holds %q", time, formula)
		}
		if merged := must[[]excelize.MergeCell](t)(f.GetMergeCells("Tuan's")); len(merged) != 1 || merged[0].GetEndAxis() != "C2" {
			t.Errorf("%s: merged cells %v", time, merged)
		}
		if visible := must[bool](t)(f.GetSheetVisible("Arsip")); visible {
			t.Errorf("%s: a hidden sheet shows", time)
		}
		if width := must[float64](t)(f.GetColWidth("Tuan's", "B")); width != 33 {
			t.Errorf("%s: width %v", time, width)
		}
		if _, link, err := f.GetCellHyperLink("Problems", "C6"); err != nil || link != "'Tuan''s'!B4" {
			t.Errorf("%s: link %q (%v)", time, link, err)
		}
		if list := must[[][]string](t)(f.GetRows("Problems")); len(list) != 5+len(m.Problems) || !table.IsProblemList(list[0][0]) {
			t.Errorf("%s: %q", time, list)
		}
	}
}

// What cannot be shown is listed.
func TestMarkUnreadable(t *testing.T) {
	m := table.Marking{Name: "a", Problems: []data.Problem{{Code: "broken-workbook", Severity: data.Failed, File: "a"}}}
	for name, mark := range map[string]func(io.Writer) error{
		"workbook": func(w io.Writer) error { return m.MarkWorkbook([]byte("PK"), w) },
		"table":    func(w io.Writer) error { return m.MarkTable(csvSource(""), w) },
		"nothing":  m.WriteProblems,
	} {
		var b bytes.Buffer
		if err := mark(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		f := opened(t, b.Bytes())
		if got := must[[][]string](t)(f.GetRows("Masalah")); !slices.Equal(f.GetSheetList(), []string{"Masalah"}) || len(got) != 6 || got[5][1] != "Gagal dibaca" {
			t.Errorf("%s: %q", name, got)
		}
	}
}
