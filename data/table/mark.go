package table

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tolok/data"
)

// Marking is what a marked copy of a file says beside the file's own cells:
// bad cells are filled with the colour of the worst problem and carry a note,
// and a sheet at the end lists every problem with a link to its cell.
type Marking struct {
	Name     string // of the file
	Problems []data.Problem
	Lang     string // id or en
	NotAll   bool   // the file has more problems than these

	// Columns finds the column of a table, 0 for the first, that holds a field;
	// -1 if none does. It may be nil.
	Columns func(header []string) func(field string) int
}

// markAuthor signs the notes, so that a copy marked again loses the old ones.
const markAuthor = "Tolok"

// maxNotes is how many cells get a note; all are coloured and listed. The
// library looks through all notes for each new one.
const maxNotes = 2000

// severities from the worst on.
var severities = []data.Severity{data.Failed, data.Rejected, data.Repaired, data.Flagged}

// fills are the colours of cells; words say the same in the notes and the list.
var fills = map[data.Severity]string{data.Failed: "F8B4B4", data.Rejected: "F8B4B4", data.Repaired: "FFE699", data.Flagged: "BDD7FE"}

// marks are the problems of each cell of one sheet, by the cell's name.
type marks map[string][]*data.Problem

// inOrder lists the cells row by row.
func (m marks) inOrder() []string {
	type place struct {
		name     string
		col, row int
	}
	var places []place
	for name := range m {
		col, row, err := excelize.CellNameToCoordinates(name)
		if err == nil {
			places = append(places, place{name, col, row})
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.row != b.row {
			return a.row - b.row
		}
		return a.col - b.col
	})
	names := make([]string, len(places))
	for i, p := range places {
		names[i] = p.name
	}
	return names
}

func worst(ps []*data.Problem) data.Severity {
	for _, s := range severities {
		if slices.ContainsFunc(ps, func(p *data.Problem) bool { return p.Severity == s }) {
			return s
		}
	}
	return data.Flagged
}

// noteText is what a cell's note says.
func (m *Marking) noteText(ps []*data.Problem) string {
	var b strings.Builder
	for i, p := range ps {
		if i == 10 {
			fmt.Fprintf(&b, "\n… +%d", len(ps)-i)
			break
		}
		if i > 0 {
			b.WriteString("\n\n")
		}
		fmt.Fprintf(&b, "%s: %s", m.words().severity[p.Severity], p.Text(m.Lang))
		if mend := strings.TrimSpace(p.Mend(m.Lang)); mend != "" {
			b.WriteString("\n" + mend)
		}
	}
	return b.String()
}

// addNotes puts the notes of one sheet on its cells and counts them. A cell
// with a note of its own keeps that one.
func (m *Marking) addNotes(f *excelize.File, sheet string, cells marks, most int) (int, error) {
	added := 0
	theirs := map[string]bool{}
	notes, err := f.GetComments(sheet)
	if err != nil {
		return 0, err
	}
	for _, n := range notes {
		theirs[n.Cell] = true
	}
	for _, cell := range cells.inOrder() {
		if added == most {
			break
		}
		if theirs[cell] {
			continue
		}
		text := m.noteText(cells[cell])
		height := 24 + 18*uint(1+len(text)/42+strings.Count(text, "\n"))
		err := f.AddComment(sheet, excelize.Comment{Cell: cell, Author: markAuthor, Width: 300, Height: min(height, 600), Paragraph: []excelize.RichTextRun{{Text: text}}})
		if err != nil {
			return added, err
		}
		added++
	}
	return added, nil
}

// The list of problems.
const (
	listHeader = 5 // its row
	markPoint  = "●"
)

// links are the cells of the problems, by their place in Marking.Problems.
type links map[int]string

// linkTo is the address of a cell inside a workbook.
func linkTo(sheet, cell string) string {
	return "'" + strings.ReplaceAll(sheet, "'", "''") + "'!" + cell
}

// addList adds the sheet that lists the problems, the worst first.
func (m *Marking) addList(f *excelize.File, to links, remarks []string) error {
	name := freeName(f, m.words().sheet)
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	st, err := newListStyles(f)
	if err != nil {
		return err
	}
	for i, width := range []float64{6, 16, 44, 18, 28, 60, 60} {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: listHeader, TopLeftCell: fmt.Sprintf("A%d", listHeader+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := m.listHead(w, st, remarks); err != nil {
		return err
	}
	row := listHeader
	for _, severity := range severities {
		for i := range m.Problems {
			p := &m.Problems[i]
			if p.Severity != severity {
				continue
			}
			row++
			place := cellOf(p.Place(m.Lang), st.text)
			if link := to[i]; link != "" {
				place.StyleID = st.link
				if err := f.SetCellHyperLink(name, "C"+strconv.Itoa(row), link, "Location"); err != nil {
					return err
				}
			}
			err := w.SetRow("A"+strconv.Itoa(row), []any{
				excelize.Cell{StyleID: st.text, Value: row - listHeader},
				cellOf(m.words().severity[severity], st.severity[severity]), place,
				cellOf(p.Field, st.text), cellOf(p.Value, st.text), cellOf(p.Text(m.Lang), st.text), cellOf(strings.TrimSpace(p.Mend(m.Lang)), st.text),
			})
			if err != nil {
				return err
			}
		}
	}
	return w.Flush()
}

// listHead writes what stands above the list.
func (m *Marking) listHead(w *excelize.StreamWriter, st *listStyles, remarks []string) error {
	words := m.words()
	if m.NotAll {
		remarks = append(remarks, words.notAll)
	}
	key := []any{excelize.Cell{}}
	for _, s := range severities[1:] {
		key = append(key, cellOf(words.severity[s], st.severity[s]))
	}
	var header []any
	for _, h := range words.columns {
		header = append(header, cellOf(h, st.header))
	}
	for i, row := range [][]any{
		{cellOf(words.title, st.title)},
		{cellOf(fmt.Sprintf(words.count, len(m.Problems), m.Name), 0)},
		{cellOf(strings.Join(append([]string{words.help}, remarks...), " "), 0)},
		key, header,
	} {
		if err := w.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			return err
		}
	}
	return nil
}

// IsProblemList reports whether a sheet is one that a marked copy adds, by its
// first cell: a copy that was mended and sent back is read without it.
func IsProblemList(first string) bool {
	for _, w := range markWords {
		if first == w.title {
			return true
		}
	}
	return false
}

// freeName is the name, numbered if the workbook has such a sheet.
func freeName(f *excelize.File, name string) string {
	free := name
	for n := 2; slices.ContainsFunc(f.GetSheetList(), func(s string) bool { return strings.EqualFold(s, free) }); n++ {
		free = fmt.Sprintf("%s (%d)", name, n)
	}
	return free
}

// cellOf is a cell of text. What begins like a formula stays text, for the cell
// says that it is one.
func cellOf(text string, style int) excelize.Cell { return excelize.Cell{StyleID: style, Value: text} }

type listStyles struct {
	title, header, text, link int
	severity                  map[data.Severity]int
}

// textFormat is Excel's own number format for text, @: a cell stays text even
// when it is typed anew.
const textFormat = 49

func newListStyles(f *excelize.File) (*listStyles, error) {
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	st := &listStyles{severity: map[data.Severity]int{}}
	var err error
	style := func(s excelize.Style) (id int) {
		if err == nil {
			id, err = f.NewStyle(&s)
		}
		return id
	}
	st.title = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	st.header = style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: top, Border: []excelize.Border{{Type: "bottom", Color: "737373", Style: 1}}})
	st.text = style(excelize.Style{NumFmt: textFormat, Alignment: top})
	st.link = style(excelize.Style{Font: &excelize.Font{Color: "0049B8", Underline: "single"}, Alignment: top})
	for s := range fills {
		st.severity[s] = style(excelize.Style{Fill: fillOf(s), Alignment: top})
	}
	return st, err
}

func fillOf(s data.Severity) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fills[s]}}
}

// WriteProblems writes a workbook of nothing but the list, for a file whose
// cells cannot be shown in one.
func (m *Marking) WriteProblems(to io.Writer) error {
	return m.writeList(to, m.words().noCells)
}

func (m *Marking) writeList(to io.Writer, remark string) (err error) {
	f := excelize.NewFile()
	defer func() { err = closed(f, err) }()
	if err := m.addList(f, nil, []string{remark}); err != nil {
		return err
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	return f.Write(to)
}

func closed(f *excelize.File, err error) error {
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// MarkWorkbook writes a copy of a workbook with the bad cells marked and
// nothing else changed. Of a workbook too large to be held in memory, and of
// one that cannot be opened, it writes the list alone.
func (m *Marking) MarkWorkbook(raw []byte, to io.Writer) error {
	for _, notes := range []bool{true, false} {
		w, err := OpenWorkbook(bytes.NewReader(raw))
		if err != nil {
			return m.WriteProblems(to)
		}
		if w.cells > maxCopiedCells {
			return closed(w.file, m.writeList(to, m.words().tooLarge))
		}
		whole, err := m.markWorkbook(w, to, notes)
		if err = closed(w.file, err); whole || err != nil {
			return err
		}
	}
	return nil
}
