package table_test

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"tolok/data/table"
)

// A number is a number, a code stays the text it is, and nothing is a formula.
func TestWriteWorkbook(t *testing.T) {
	var b bytes.Buffer
	err := table.WriteWorkbook(&b,
		table.SheetData{Name: "Data", Columns: []string{"code", "score"}, Rows: [][]string{{"11.10", "11.10"}, {"=1+1", ""}, {"0012", "-3"}}, Number: func(_, column int) bool { return column == 1 }},
		table.SheetData{Name: "Keterangan", Rows: [][]string{{"n", "3"}}})
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, b.Bytes())
	for cell, want := range map[string]struct {
		text string
		kind excelize.CellType
	}{
		"A1": {"code", excelize.CellTypeInlineString}, "A2": {"11.10", excelize.CellTypeInlineString}, "B2": {"11.1", excelize.CellTypeUnset},
		"A3": {"=1+1", excelize.CellTypeInlineString}, "B3": {"", excelize.CellTypeUnset}, "A4": {"0012", excelize.CellTypeInlineString}, "B4": {"-3", excelize.CellTypeUnset},
	} {
		kind, formula := must[excelize.CellType](t)(f.GetCellType("Data", cell)), must[string](t)(f.GetCellFormula("Data", cell))
		if got := must[string](t)(f.GetCellValue("Data", cell)); got != want.text || kind != want.kind || formula != "" {
			t.Errorf("%s: %q of type %d, formula %q; want %q of type %d", cell, got, kind, formula, want.text, want.kind)
		}
	}
	if got := must[string](t)(f.GetCellValue("Keterangan", "B1")); got != "3" {
		t.Errorf("second sheet: %q", got)
	}
}
