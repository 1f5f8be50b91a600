package table

import (
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// SheetData is one table of a workbook to be written. Number says which cells are
// numbers; all others, codes and ids among them, are written as text, which no
// spreadsheet reads as a formula or turns 11.10 into 11.1.
type SheetData struct {
	Name    string
	Columns []string // the header; none for a sheet of plain lines
	Rows    [][]string
	Number  func(row, column int) bool
}

// maxRows is how many lines a sheet can hold.
const maxRows = excelize.TotalRows

// WriteWorkbook writes sheets as an XLSX file, in constant memory for each row.
func WriteWorkbook(to io.Writer, sheets ...SheetData) (err error) {
	f := excelize.NewFile()
	defer func() { err = closed(f, err) }()
	header, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: textFormat})
	if err != nil {
		return err
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: textFormat})
	if err != nil {
		return err
	}
	for i, s := range sheets {
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
		if err := s.write(f, header, text); err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
	}
	_, err = f.WriteTo(to)
	return err
}

func (s *SheetData) write(f *excelize.File, header, text int) error {
	if len(s.Rows)+1 > maxRows {
		return fmt.Errorf("%d rows are more than a sheet holds", len(s.Rows))
	}
	w, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	columns := len(s.Columns)
	for _, r := range s.Rows {
		columns = max(columns, len(r))
	}
	if err := w.SetColWidth(1, max(columns, 1), 18); err != nil {
		return err
	}
	at := 1
	if len(s.Columns) > 0 {
		if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return err
		}
		line := make([]any, len(s.Columns))
		for i, c := range s.Columns {
			line[i] = cellOf(c, header)
		}
		if err := w.SetRow("A1", line); err != nil {
			return err
		}
		at++
	}
	for i, r := range s.Rows {
		line := make([]any, len(r))
		for j, c := range r {
			line[j] = s.cell(c, i, j, text)
		}
		if err := w.SetRow("A"+strconv.Itoa(at+i), line); err != nil {
			return err
		}
	}
	return w.Flush()
}

// cell is a number where it is one; an unknown value is an empty cell.
func (s *SheetData) cell(c string, row, column, text int) any {
	if c == "" {
		return nil
	}
	if s.Number != nil && s.Number(row, column) {
		if v, err := strconv.ParseFloat(c, 64); err == nil {
			return v
		}
	}
	if r := []rune(c); len(r) > excelize.TotalCellChars {
		c = string(r[:excelize.TotalCellChars])
	}
	return cellOf(c, text)
}
