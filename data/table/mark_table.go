package table

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"tolok/data"
)

// maxMarkedRows is how many rows a table may have to be copied whole. Of a
// longer one the rows with problems are, so that people can find them.
const maxMarkedRows = 20_000

// markedSheet is where the rows of a table stand.
const markedSheet = "Data"

// MarkTable writes the rows of a table as cells of text, with the line of each in
// the first column, and marks them. The table is read twice; open gives it from
// its beginning. One that cannot be opened is listed only.
func (m *Marking) MarkTable(open func() (Reader, io.Closer, error), to io.Writer) (err error) {
	s, err := m.survey(open)
	if err != nil {
		return err
	}
	if s == nil {
		return m.WriteProblems(to)
	}
	f := excelize.NewFile()
	defer func() { err = closed(f, err) }()
	if err := f.SetSheetName("Sheet1", markedSheet); err != nil {
		return err
	}
	t := &markedTable{Marking: m, tableSurvey: s, file: f, marks: marks{}, links: links{}, styles: map[data.Severity]int{}}
	if m.Columns != nil {
		t.column = m.Columns(s.header.Cells)
	}
	if err := t.write(open); err != nil {
		return err
	}
	remarks := t.remarks
	if t.noted == maxNotes {
		remarks = append(remarks, fmt.Sprintf(m.words().fewNotes, maxNotes))
	}
	if err := m.addList(f, t.links, remarks); err != nil {
		return err
	}
	return f.Write(to)
}

// tableSurvey is what the first reading of a table finds.
type tableSurvey struct {
	rows   int
	header Row           // with all columns, also those that late rows bring
	lines  map[int][]int // problems by line
	bad    int

	headless bool // the header stands on no line of its own
}

// survey is nil for a table that cannot be opened.
func (m *Marking) survey(open func() (Reader, io.Closer, error)) (*tableSurvey, error) {
	r, closer, err := open()
	var p *data.Problem
	if errors.As(err, &p) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	s := &tableSurvey{lines: map[int][]int{}}
	for i := range m.Problems {
		s.lines[int(m.Problems[i].Line)] = append(s.lines[int(m.Problems[i].Line)], i)
	}
	first := 0
	err = eachRow(r, func(row Row, _ bool) error {
		if s.rows++; s.rows == 1 {
			first = row.Line
		}
		if len(s.lines[row.Line]) > 0 {
			s.bad++
		}
		return nil
	})
	h := r.Header()
	s.headless = h.Line == 0 || first == h.Line
	s.header = Row{Line: h.Line, Cells: slices.Clone(h.Cells)}
	return s, err
}

// eachRow calls f with every row; split says whether it could be split into
// cells.
func eachRow(r Reader, f func(row Row, split bool) error) error {
	for {
		row, err := r.Next()
		var p *data.Problem
		switch {
		case err == nil:
		case errors.As(err, &p) && p.Severity == data.Rejected:
		default:
			return nil // the end, or what ends the reading and is a problem of the file
		}
		if err := f(row, err == nil); err != nil {
			return err
		}
	}
}

// markedTable is a table being written.
type markedTable struct {
	*Marking
	*tableSurvey
	file    *excelize.File
	out     *excelize.StreamWriter
	at      int // row of the sheet
	marks   marks
	links   links
	noted   int
	plain   int
	bold    int
	styles  map[data.Severity]int
	remarks []string
	column  func(field string) int
}

func (t *markedTable) write(open func() (Reader, io.Closer, error)) error {
	r, closer, err := open()
	if err != nil {
		return err
	}
	defer closer.Close()
	part := t.rows > maxMarkedRows
	if err := t.begin(part); err != nil {
		return err
	}
	if part {
		remark := fmt.Sprintf(t.words().part, t.bad, t.rows)
		t.remarks = append(t.remarks, remark)
		if err := t.row([]any{cellOf(remark, t.bold)}); err != nil {
			return err
		}
	}
	if err := t.head(); err != nil {
		return err
	}
	err = eachRow(r, func(row Row, split bool) error {
		if part && len(t.lines[row.Line]) == 0 {
			return nil
		}
		return t.body(row, split)
	})
	if err != nil {
		return err
	}
	if t.noted, err = t.addNotes(t.file, markedSheet, t.marks, maxNotes); err != nil {
		return err
	}
	return t.out.Flush()
}

// begin makes the styles and the columns, and keeps the header in sight.
func (t *markedTable) begin(part bool) (err error) {
	style := func(s excelize.Style) (id int) {
		if err == nil {
			id, err = t.file.NewStyle(&s)
		}
		return id
	}
	t.plain = style(excelize.Style{NumFmt: textFormat})
	t.bold = style(excelize.Style{NumFmt: textFormat, Font: &excelize.Font{Bold: true}})
	for s := range fills {
		t.styles[s] = style(excelize.Style{NumFmt: textFormat, Fill: fillOf(s)})
	}
	if err != nil {
		return err
	}
	if t.out, err = t.file.NewStreamWriter(markedSheet); err != nil {
		return err
	}
	above := 1
	if part {
		above = 2
	}
	if err := t.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: above, TopLeftCell: "A" + strconv.Itoa(above+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return t.out.SetColWidth(2, max(2, min(len(t.header.Cells)+1, excelize.MaxColumns)), 18)
}

// head writes the header; a problem that names one of its cells is about it.
func (t *markedTable) head() error {
	cells := t.header.Cells
	found := map[int][]int{}
	for _, i := range t.lines[t.header.Line] {
		column := slices.Index(cells, t.Problems[i].Value)
		if column < 0 && !t.headless {
			column = 0
		}
		if column >= 0 {
			found[column] = append(found[column], i)
		}
	}
	row := []any{cellOf(t.words().rows, t.bold)}
	for i, c := range cells {
		row = append(row, cellOf(c, t.mark(i+1, found[i], t.bold)))
	}
	return t.row(row)
}

// body writes a row.
func (t *markedTable) body(row Row, split bool) error {
	cells := row.Cells
	if !split && len(cells) == 0 {
		cells = []string{t.words().unsplit}
	}
	found := map[int][]int{} // problems by column; -1 is the row as a whole
	for _, i := range t.lines[row.Line] {
		column := -1
		if p := &t.Problems[i]; split && t.column != nil && p.Field != "" {
			column = t.column(p.Field)
		}
		if column < 0 || column >= len(cells) {
			column = -1
		}
		found[column] = append(found[column], i)
	}
	out := []any{excelize.Cell{Value: row.Line, StyleID: t.mark(0, found[-1], 0)}}
	for i, c := range cells {
		if f := row.FaultOf(i); f != nil {
			c = f.Value
		}
		out = append(out, cellOf(c, t.mark(i+1, found[i], t.plain)))
	}
	return t.row(out)
}

// mark remembers what is wrong with a cell of the row that is written next, and
// gives the cell's style.
func (t *markedTable) mark(column int, problems []int, otherwise int) int {
	if len(problems) == 0 {
		return otherwise
	}
	name := CellName(column, t.at+1)
	for _, i := range problems {
		t.marks[name] = append(t.marks[name], &t.Problems[i])
		t.links[i] = linkTo(markedSheet, name)
	}
	return t.styles[worst(t.marks[name])]
}

func (t *markedTable) row(cells []any) error {
	t.at++
	return t.out.SetRow("A"+strconv.Itoa(t.at), cells[:min(len(cells), excelize.MaxColumns)])
}
