package table

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"tolok/data"
)

// maxCopiedCells is how many cells a workbook may have to be held in memory as
// a whole, empty ones between others included.
const maxCopiedCells = 1_000_000

// markWorkbook marks an open workbook and writes it. It is not whole, and
// nothing is written, if the library could not add its notes to those of the
// workbook.
func (m *Marking) markWorkbook(w *Workbook, to io.Writer, notes bool) (whole bool, err error) {
	defer guard(&err)
	f := w.file
	if err := clearMarks(f); err != nil {
		return false, err
	}
	sheets, cells, err := m.find(w)
	if err != nil {
		return false, err
	}
	link := links{}
	var remarks []string
	left := maxNotes
	for _, sheet := range f.GetSheetList() {
		found := sheets[sheet]
		if len(found) == 0 {
			continue
		}
		if err := fillCells(f, sheet, found); err != nil {
			return false, err
		}
		if !notes {
			continue
		}
		added, err := m.addNotes(f, sheet, found, left)
		if err != nil {
			return false, nil // the copy is made again, without notes
		}
		left -= added
	}
	if notes && !notesKept(f, sheets, left) {
		return false, nil
	}
	switch {
	case !notes:
		remarks = append(remarks, m.words().noNotes)
	case left == 0:
		remarks = append(remarks, fmt.Sprintf(m.words().fewNotes, maxNotes))
	}
	for i, c := range cells {
		link[i] = c
	}
	if err := m.addList(f, link, remarks); err != nil {
		return false, err
	}
	return true, f.Write(to)
}

// clearMarks takes off what an earlier marking of the same workbook put on,
// but the colours: what lay under them is not known any more.
func clearMarks(f *excelize.File) error {
	for _, sheet := range f.GetSheetList() {
		if first, err := f.GetCellValue(sheet, "A1"); err == nil && IsProblemList(first) && len(f.GetSheetList()) > 1 {
			if err := f.DeleteSheet(sheet); err != nil {
				return err
			}
			continue
		}
		notes, err := f.GetComments(sheet)
		if err != nil {
			return err
		}
		for _, n := range notes {
			if n.Author != markAuthor {
				continue
			}
			if err := f.DeleteComment(sheet, n.Cell); err != nil {
				return err
			}
		}
	}
	return nil
}

// notesKept looks whether every note stands where it should. The library
// numbers the parts of a workbook as Excel does; in one that numbers them
// otherwise, its notes could end up on another sheet or on none.
func notesKept(f *excelize.File, sheets map[string]marks, left int) bool {
	ours := 0
	for _, sheet := range f.GetSheetList() {
		notes, err := f.GetComments(sheet)
		if err != nil {
			return false
		}
		for _, n := range notes {
			if n.Author != markAuthor {
				continue
			}
			if sheets[sheet][n.Cell] == nil {
				return false
			}
			ours++
		}
	}
	return ours == maxNotes-left
}

// find gives the problems their cells: by sheet and cell, and for each problem
// the link to its cell. What is about a sheet or the file has none.
func (m *Marking) find(w *Workbook) (map[string]marks, links, error) {
	names := w.file.GetSheetList()
	sheets, link := map[string]marks{}, links{}
	rows := map[string]map[int][]int{} // problems of a whole row: by sheet and line
	add := func(i int, sheet, cell string) {
		if sheets[sheet] == nil {
			sheets[sheet] = marks{}
		}
		sheets[sheet][cell] = append(sheets[sheet][cell], &m.Problems[i])
		link[i] = linkTo(sheet, cell)
	}
	for i := range m.Problems {
		p := &m.Problems[i]
		sheet := p.Sheet
		if sheet == "" && len(names) == 1 {
			sheet = names[0]
		}
		switch {
		case !slices.Contains(names, sheet):
		case p.Cell != "":
			add(i, sheet, p.Cell)
		case p.Line > 0:
			if rows[sheet] == nil {
				rows[sheet] = map[int][]int{}
			}
			rows[sheet][int(p.Line)] = append(rows[sheet][int(p.Line)], i)
		}
	}
	for sheet, lines := range rows {
		err := w.Rows(sheet, func(row int, cells []string) error {
			for _, i := range lines[row] {
				add(i, sheet, CellName(cellOfRow(cells, m.Problems[i].Value), row))
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	for sheet, found := range sheets {
		if err := onAnchors(w.file, sheet, found); err != nil {
			return nil, nil, err
		}
	}
	return sheets, link, nil
}

// cellOfRow is the cell that stands for a row: the one that says what the
// problem repeats, else the first that holds anything.
func cellOfRow(cells []string, value string) int {
	first := -1
	for i, c := range cells {
		c = strings.TrimSpace(c)
		switch {
		case c != "" && c == strings.TrimSpace(value):
			return i
		case c != "" && first < 0:
			first = i
		}
	}
	return max(first, 0)
}

// onAnchors moves what is about a cell hidden by merging to the cell one sees.
func onAnchors(f *excelize.File, sheet string, found marks) error {
	merged, err := f.GetMergeCells(sheet)
	if err != nil {
		return err
	}
	for _, area := range merged {
		from, to := area.GetStartAxis(), area.GetEndAxis()
		c1, r1, err1 := excelize.CellNameToCoordinates(from)
		c2, r2, err2 := excelize.CellNameToCoordinates(to)
		if err1 != nil || err2 != nil {
			continue
		}
		for cell, ps := range found {
			c, r, err := excelize.CellNameToCoordinates(cell)
			if err != nil || cell == from || c < c1 || c > c2 || r < r1 || r > r2 {
				continue
			}
			delete(found, cell)
			found[from] = append(found[from], ps...)
		}
	}
	return nil
}

// fillCells colours cells and leaves all else of their formats as it is.
func fillCells(f *excelize.File, sheet string, found marks) error {
	type look struct {
		style    int
		severity data.Severity
	}
	filled := map[look]int{}
	for _, cell := range found.inOrder() {
		style, err := f.GetCellStyle(sheet, cell)
		if err != nil {
			return err
		}
		l := look{style, worst(found[cell])}
		id, ok := filled[l]
		if !ok {
			if id, err = withFill(f, style, l.severity); err != nil {
				return err
			}
			filled[l] = id
		}
		if err := f.SetCellStyle(sheet, cell, cell, id); err != nil {
			return err
		}
	}
	return nil
}

// withFill is a cell format with another fill. It is copied as the file stores
// it: taken apart and put together by the library it would lose what the library
// does not know.
func withFill(f *excelize.File, style int, severity data.Severity) (int, error) {
	plain, err := f.NewStyle(&excelize.Style{Fill: fillOf(severity)})
	if err != nil {
		return 0, err
	}
	formats := f.Styles.CellXfs
	if style < 0 || style >= len(formats.Xf) {
		return plain, nil
	}
	yes := true
	format := formats.Xf[style]
	format.FillID, format.ApplyFill = formats.Xf[plain].FillID, &yes
	formats.Xf = append(formats.Xf, format)
	formats.Count = len(formats.Xf)
	return formats.Count - 1, nil
}
