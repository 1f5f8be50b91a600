package table

import (
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tolok/data"
)

// SheetTable reads a sheet of a workbook as a table. An error value in a cell is a
// fault of the cell.
type SheetTable struct {
	rows     *excelize.Rows
	line     int
	header   Row
	cells    []string
	faults   []Fault
	date1904 bool
}

// Head gives the first rows of a sheet that hold anything, at most n.
func (w *Workbook) Head(sheet string, n int) (head []Row, err error) {
	rows, err := w.open(sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for line := 1; len(head) < n && line <= maxHeadLine; line++ {
		cells, more, err := next(rows)
		if err != nil || !more {
			return head, err
		}
		if !empty(cells) {
			head = append(head, Row{Line: line, Cells: cells})
		}
	}
	return head, nil
}

// maxHeadLine is how far down a sheet may begin.
const maxHeadLine = 1000

// Table reads a sheet below its header, which stands in a line of it. Close it
// before the workbook.
func (w *Workbook) Table(sheet string, header int) (*SheetTable, error) {
	rows, err := w.open(sheet)
	if err != nil {
		return nil, err
	}
	t := &SheetTable{rows: rows}
	if props, err := w.file.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		t.date1904 = *props.Date1904
	}
	for t.line < header {
		if err := t.step(); err != nil {
			_ = rows.Close()
			return nil, err
		}
	}
	for len(t.cells) > 0 && strings.TrimSpace(t.cells[len(t.cells)-1]) == "" {
		t.cells = t.cells[:len(t.cells)-1]
	}
	t.header = Row{Line: header, Cells: t.cells}
	return t, nil
}

// Close ends the reading.
func (t *SheetTable) Close() error { return t.rows.Close() }

// Header implements [Reader].
func (t *SheetTable) Header() Row { return t.header }

// Next implements [Reader]. What stands right of the header belongs to no
// column and is left alone.
func (t *SheetTable) Next() (Row, error) {
	for {
		if err := t.step(); err != nil {
			return Row{}, err
		}
		width := len(t.header.Cells)
		for len(t.cells) < width {
			t.cells = append(t.cells, "")
		}
		t.cells = t.cells[:width]
		if empty(t.cells) {
			continue
		}
		t.faults = t.faults[:0]
		for i, c := range t.cells {
			if IsCellError(c) {
				t.cells[i] = ""
				t.faults = append(t.faults, Fault{i, "cell-error", c})
			}
		}
		return Row{Line: t.line, Cells: t.cells, Faults: t.faults}, nil
	}
}

func (t *SheetTable) step() error {
	cells, more, err := next(t.rows)
	if err != nil {
		return err
	}
	if !more {
		return io.EOF
	}
	t.line++
	t.cells = cells
	return nil
}

// The serial numbers that are taken for dates: 1990 to 2100. A year typed into
// a date column, 2024, is far below them.
const (
	firstSerial = 32_874
	lastSerial  = 73_415
	days1904    = 1_462
	unixSerial  = 25_569 // 1970-01-01
)

// Date is the day that a spreadsheet stores as a number.
func (t *SheetTable) Date(cell string) (data.Date, bool) {
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return 0, false
	}
	if t.date1904 {
		v += days1904
	}
	if v < firstSerial || v > lastSerial {
		return 0, false
	}
	return data.Date(math.Floor(v) - unixSerial), true
}
