package table

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"tolok/data"
)

// Workbook is an .xlsx file. Its cells are read as they were stored: the
// cached result of a formula, not the formula; 0.777777777777778, not "78%";
// an error value as its text, such as #DIV/0!.
type Workbook struct {
	file  *excelize.File
	cells int // of the sheet with most, empty ones between others included
}

// Sheet is one worksheet of a workbook.
type Sheet struct {
	Name   string
	Hidden bool
}

// OpenWorkbook reads a workbook. What cannot be read is a *[data.Problem] of
// severity Failed: old-workbook (.xls), locked-workbook (password),
// broken-workbook (cut off, damaged), workbook-too-large (a bomb, or just more
// than is ever sent) or not-a-workbook.
func OpenWorkbook(r io.Reader) (w *Workbook, err error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxWorkbookBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxWorkbookBytes {
		return nil, tooLarge(fmt.Sprintf("> %d MB", maxWorkbookBytes>>20), fmt.Sprintf("%d MB", maxWorkbookBytes>>20))
	}
	parts, err := recognise(raw)
	if err != nil {
		return nil, err
	}
	cells, err := inspect(parts)
	if err != nil {
		return nil, err
	}
	defer guard(&err)
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzippedBytes, UnzipXMLSizeLimit: maxPartBytes,
	})
	if err != nil {
		return nil, asProblem(err)
	}
	if len(f.GetSheetList()) == 0 {
		return nil, errors.Join(unreadable("not-a-workbook", "no worksheet"), f.Close())
	}
	return &Workbook{f, cells}, nil
}

// Close removes what was unpacked.
func (w *Workbook) Close() error { return w.file.Close() }

// Sheets lists the worksheets in their order.
func (w *Workbook) Sheets() (sheets []Sheet, err error) {
	defer guard(&err)
	for _, name := range w.file.GetSheetList() {
		visible, err := w.file.GetSheetVisible(name)
		if err != nil {
			return nil, asProblem(err)
		}
		sheets = append(sheets, Sheet{Name: name, Hidden: !visible})
	}
	return sheets, nil
}

// Rows calls each with every row of a sheet, from row 1 on, and its cells from
// column A on; trailing empty cells are left out. It streams: a sheet need not
// fit in memory.
func (w *Workbook) Rows(sheet string, each func(row int, cells []string) error) error {
	rows, err := w.open(sheet)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		cells, more, err := next(rows)
		if err == nil && more {
			err = each(n, cells)
		}
		if err != nil || !more {
			return errors.Join(err, rows.Close())
		}
	}
}

func (w *Workbook) open(sheet string) (rows *excelize.Rows, err error) {
	defer guard(&err)
	if rows, err = w.file.Rows(sheet); err != nil {
		return nil, asProblem(err)
	}
	return rows, nil
}

func next(rows *excelize.Rows) (cells []string, more bool, err error) {
	defer guard(&err)
	if !rows.Next() {
		if err := rows.Error(); err != nil {
			return nil, false, asProblem(err)
		}
		return nil, false, nil
	}
	if cells, err = rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
		return nil, false, asProblem(err)
	}
	return cells, true, nil
}

// Formula is the formula of a cell such as K31, without its equals sign, or
// empty where a value was typed.
func (w *Workbook) Formula(sheet, cell string) (formula string, err error) {
	defer guard(&err)
	if w.cells > maxCopiedCells { // the library holds the sheet to look
		return "", tooLarge(fmt.Sprintf("%s, %d", sheet, w.cells), fmt.Sprint(maxCopiedCells))
	}
	formula, err = w.file.GetCellFormula(sheet, cell)
	if err != nil {
		return "", asProblem(err)
	}
	return formula, nil
}

// CellName is the name of the cell in a column (0 is A) and a row (1 is the
// first), such as K31.
func CellName(column, row int) string {
	return ColumnName(column) + fmt.Sprint(row)
}

// ColumnName is the letter of a column; 0 is A.
func ColumnName(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// IsCellError reports whether a cell holds one of Excel's error values.
func IsCellError(value string) bool {
	switch value {
	case "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#UNKNOWN!":
		return true
	}
	return false
}

// recognise gives the parts of an .xlsx, or names what a file is instead, from
// its first bytes.
func recognise(raw []byte) (*zip.Reader, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		// Both the old format and an encrypted new one are OLE containers;
		// their directories are in UTF-16.
		if bytes.Contains(raw, utf16le("EncryptedPackage")) {
			return nil, unreadable("locked-workbook", "")
		}
		return nil, unreadable("old-workbook", "")
	case len(raw) == 0:
		return nil, unreadable("broken-workbook", "0 bytes")
	case !bytes.HasPrefix(raw, []byte("PK")):
		return nil, unreadable("not-a-workbook", firstLine(raw))
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, unreadable("broken-workbook", err.Error())
	}
	for _, f := range z.File {
		if strings.EqualFold(f.Name, "xl/workbook.xml") {
			return z, nil
		}
	}
	return nil, unreadable("not-a-workbook", "xl/workbook.xml")
}

func asProblem(err error) error {
	switch {
	case errors.Is(err, excelize.ErrWorkbookPassword):
		return unreadable("locked-workbook", "")
	case errors.Is(err, excelize.ErrWorkbookFileFormat):
		return unreadable("not-a-workbook", err.Error())
	}
	return unreadable("broken-workbook", err.Error())
}

// guard turns a panic of the library over a damaged file into an error.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = unreadable("broken-workbook", fmt.Sprint(p))
	}
}

func unreadable(code, value string) *data.Problem {
	return &data.Problem{Code: code, Severity: data.Failed, Value: value}
}

func utf16le(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func firstLine(raw []byte) string {
	line, _, _ := bytes.Cut(raw[:min(len(raw), 60)], []byte("\n"))
	return strings.ToValidUTF8(strings.TrimSpace(string(line)), "?")
}

// HasSheet looks for a sheet by its name alone, without opening the workbook;
// what is no workbook has none.
func HasSheet(raw []byte, is func(name string) bool) bool {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return false
	}
	f, err := z.Open("xl/workbook.xml")
	if err != nil {
		return false
	}
	defer f.Close()
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
		} `xml:"sheets>sheet"`
	}
	if xml.NewDecoder(io.LimitReader(f, maxPartBytes)).Decode(&book) != nil {
		return false
	}
	for _, s := range book.Sheets {
		if is(s.Name) {
			return true
		}
	}
	return false
}
