package table

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"tolok/data"
)

// Workbook is an .xlsx file. Its cells are read as they were stored: the
// cached result of a formula, not the formula; 0.777777777777778, not "78%";
// an error value as its text, such as #DIV/0!.
type Workbook struct {
	file     *excelize.File
	cells    int                     // of the sheet with most, empty ones between others included
	formulas map[string]formulaCells // by sheet, of those whose part is known
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
func OpenWorkbook(r io.Reader) (*Workbook, error) {
	return open(r, func(raw []byte, _ *zip.Reader) ([]byte, error) { return raw, nil })
}

// OpenValues is OpenWorkbook for who wants nothing but the values of cells: how
// they look, which is a third of the work, is left out.
func OpenValues(r io.Reader) (*Workbook, error) { return open(r, values) }

// values are the parts of a workbook that hold its values: of those below xl,
// the list of the sheets, their texts, and the sheets, wherever they lie.
func values(_ []byte, parts *zip.Reader) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	sheets := slices.Collect(maps.Values(sheetParts(parts)))
	for _, f := range parts.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		switch dir, _ := path.Split(name); {
		case !strings.HasPrefix(dir, "xl/"), dir == "xl/worksheets/", dir == "xl/_rels/":
		case name == "xl/workbook.xml", name == "xl/sharedstrings.xml", slices.Contains(sheets, f.Name):
		default:
			continue
		}
		if err := z.Copy(f); err != nil {
			return nil, unreadable("broken-workbook", f.Name+": "+err.Error())
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

func open(r io.Reader, wanted func(raw []byte, parts *zip.Reader) ([]byte, error)) (w *Workbook, err error) {
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
	cells, formulas, err := inspect(parts)
	if err != nil {
		return nil, err
	}
	if raw, err = wanted(raw, parts); err != nil {
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
	w = &Workbook{file: f, cells: cells, formulas: map[string]formulaCells{}}
	for name, part := range sheetParts(parts) {
		w.formulas[name] = formulas[part]
	}
	return w, nil
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

// HasFormula reports whether a cell (column 0 is A, row 1 is the first) holds a
// formula; else its value was typed.
func (w *Workbook) HasFormula(sheet string, column, row int) (has bool, err error) {
	if cells := w.formulas[sheet]; cells != nil {
		return cells[cellPlace{int32(row), int32(column)}], nil
	}
	defer guard(&err)
	if w.cells > maxCopiedCells { // the library holds the sheet to look
		return false, tooLarge(fmt.Sprintf("%s, %d", sheet, w.cells), fmt.Sprint(maxCopiedCells))
	}
	formula, err := w.file.GetCellFormula(sheet, CellName(column, row))
	if err != nil {
		return false, asProblem(err)
	}
	return formula != "", nil
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
	book, err := readSheetList(f)
	return err == nil && slices.ContainsFunc(book.Sheets, func(s sheetEntry) bool { return is(s.Name) })
}

// sheetList is what xl/workbook.xml says of the sheets, and its relations of
// the parts they lie in.
type sheetList struct {
	Sheets []sheetEntry `xml:"sheets>sheet"`
}

type sheetEntry struct {
	Name string `xml:"name,attr"`
	ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
}

func readSheetList(r io.Reader) (list sheetList, err error) {
	err = xml.NewDecoder(io.LimitReader(r, maxPartBytes)).Decode(&list)
	return list, err
}

// sheetParts says in which part each sheet lies. What cannot be told is left
// out.
func sheetParts(z *zip.Reader) map[string]string {
	var list sheetList
	var relations struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	for name, into := range map[string]any{"xl/workbook.xml": &list, "xl/_rels/workbook.xml.rels": &relations} {
		f, err := z.Open(name)
		if err != nil {
			return nil
		}
		err = xml.NewDecoder(io.LimitReader(f, maxPartBytes)).Decode(into)
		if errors.Join(err, f.Close()) != nil {
			return nil
		}
	}
	out := map[string]string{}
	for _, s := range list.Sheets {
		for _, r := range relations.All {
			if r.ID == s.ID && r.ID != "" {
				out[s.Name] = strings.TrimPrefix(path.Join("/xl", r.Target), "/")
				if strings.HasPrefix(r.Target, "/") {
					out[s.Name] = strings.TrimPrefix(r.Target, "/")
				}
			}
		}
	}
	return out
}
