package table

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"tolok/data"
)

// How far an open quotation mark may run before it counts as broken.
const (
	maxQuotedLines = 50
	maxQuotedBytes = 64 << 10
)

// CSV reads a text table row by row.
type CSV struct {
	lines  *lines
	ahead  []line // read to look for a closing quote, not yet given out
	sep    byte
	header Row
	cells  []string
}

// NewCSV finds out how the table is written and reads its header. A table
// without any row, or with a header that cannot be read, is a *[data.Problem].
func NewCSV(r io.Reader) (*CSV, error) {
	ls, err := newLines(r)
	if err != nil {
		return nil, err
	}
	c := &CSV{lines: ls, sep: ','}
	first, err := c.firstLine()
	if err == io.EOF {
		return nil, &data.Problem{Code: "empty-table", Severity: data.Failed}
	}
	if err != nil {
		return nil, err
	}
	c.sep = separator(first.text, c.sep)
	c.ahead = append(c.ahead, first)
	row, err := c.Next()
	if err != nil {
		if p, ok := err.(*data.Problem); ok {
			p.Severity = data.Failed // without its header no row can be read
		}
		return nil, err
	}
	c.header = Row{Line: row.Line, Cells: append([]string(nil), row.Cells...)}
	return c, nil
}

// firstLine is the first line that holds anything, after Excel's own note of
// the separator ("sep=;") if there is one.
func (c *CSV) firstLine() (line, error) {
	for {
		l, err := c.lines.next()
		switch {
		case err != nil:
			return l, err
		case l.number == 1 && len(l.text) == 5 && strings.EqualFold(l.text[:4], "sep="):
			c.sep = l.text[4]
		case !l.blank():
			return l, nil
		}
	}
}

// separator is the candidate that stands most often outside quotes.
func separator(header string, otherwise byte) byte {
	counts := map[byte]int{}
	quoted := false
	for i := range len(header) {
		switch b := header[i]; {
		case b == '"':
			quoted = !quoted
		case !quoted:
			counts[b]++
		}
	}
	best := otherwise
	for _, b := range []byte{',', ';', '\t'} {
		if counts[b] > counts[best] {
			best = b
		}
	}
	return best
}

// Header is the table's first row.
func (c *CSV) Header() Row { return c.header }

// Next implements [Reader].
func (c *CSV) Next() (Row, error) {
	for {
		l, err := c.take()
		if err != nil {
			return Row{}, err
		}
		if l.fault != nil {
			return Row{Line: l.number}, l.fault
		}
		if l.blank() {
			continue
		}
		row, err := c.row(l)
		if err == nil && empty(row.Cells) {
			continue
		}
		return row, err
	}
}

// Peek gives the next line as it stands, if it is a row by itself and plain:
// ASCII without quotation marks, not blank. A caller who has seen the same text
// before can Skip it; else Next takes it apart. The bytes are valid until the
// row after it is read.
func (c *CSV) Peek() (text []byte, line int, ok bool) {
	if len(c.ahead) > 0 || c.lines.advance() != nil {
		return nil, 0, false
	}
	text, ok = c.Last()
	return text, c.lines.number, ok
}

// Last is the line that Peek gave, or Next took apart.
func (c *CSV) Last() (text []byte, ok bool) {
	raw := c.lines.raw
	if len(c.ahead) > 0 || len(raw) == 0 || raw[0] <= ' ' || c.lines.tooLong || !plain(raw) {
		return nil, false
	}
	return raw, true
}

// Skip passes over the line that Peek gave.
func (c *CSV) Skip() { c.lines.ready = false }

// Separator stands between cells.
func (c *CSV) Separator() byte { return c.sep }

// plain reports whether a line is ASCII without quotation marks.
func plain(raw []byte) bool {
	return ascii(raw) && bytes.IndexByte(raw, '"') < 0 && bytes.IndexByte(raw, 0) < 0
}

func (c *CSV) take() (line, error) {
	if len(c.ahead) > 0 {
		l := c.ahead[0]
		c.ahead = c.ahead[1:]
		return l, nil
	}
	return c.lines.next()
}

// row splits one line, and the lines below it where a quoted cell goes on.
func (c *CSV) row(l line) (Row, error) {
	if strings.IndexByte(l.text, '"') < 0 {
		c.cells = splitPlain(c.cells[:0], l.text, c.sep)
		return c.counted(l.number, c.cells)
	}
	cells, end := split(c.cells[:0], l.text, c.sep)
	c.cells = cells
	switch end {
	case endBroken:
		return Row{Line: l.number}, broken(l)
	case endOpen:
		return c.multiline(l)
	}
	return c.counted(l.number, cells)
}

// multiline follows an open quote. The lines it looks at stay in c.ahead until
// the row is known to be whole.
func (c *CSV) multiline(l line) (Row, error) {
	text := l.text
	width := len(c.header.Cells)
	for n := 0; n < maxQuotedLines && len(text) < maxQuotedBytes; n++ {
		if n == len(c.ahead) {
			next, err := c.lines.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return Row{Line: l.number}, err
			}
			c.ahead = append(c.ahead, next)
		}
		next := c.ahead[n]
		// With two columns, one comma in a sentence would look like a row.
		if next.fault != nil || width > 2 && strings.Count(next.text, string(c.sep)) == width-1 {
			break
		}
		text += "\n" + next.text
		cells, end := split(c.cells[:0], text, c.sep)
		c.cells = cells
		if end == endOpen {
			continue
		}
		if end == endBroken || width > 0 && len(cells) != width {
			break
		}
		c.ahead = c.ahead[n+1:]
		return Row{Line: l.number, Cells: cells}, nil
	}
	return Row{Line: l.number}, broken(l)
}

// counted compares a row with the header. Empty cells beyond it are a
// spreadsheet's doing and harmless.
func (c *CSV) counted(number int, cells []string) (Row, error) {
	width := len(c.header.Cells)
	if width > 0 && len(cells) > width && empty(cells[width:]) {
		cells = cells[:width]
	}
	if width > 0 && len(cells) != width {
		return Row{Line: number}, &data.Problem{
			Code: "field-count", Severity: data.Rejected,
			Value: strconv.Itoa(len(cells)), Want: strconv.Itoa(width), Origin: data.Origin{Line: int32(number)},
		}
	}
	return Row{Line: number, Cells: cells}, nil
}

func broken(l line) error {
	return &data.Problem{Code: "broken-quoting", Severity: data.Rejected, Value: l.text, Origin: data.Origin{Line: int32(l.number)}}
}

func empty(cells []string) bool {
	for _, c := range cells {
		if !blank(c) {
			return false
		}
	}
	return true
}

// How the last cell of a text ended.
type end int

const (
	endWhole  end = iota
	endOpen       // inside quotes
	endBroken     // a quote where none can stand
)

// splitPlain appends the cells of a text without quotation marks.
func splitPlain(cells []string, text string, sep byte) []string {
	start := 0
	for i := range len(text) {
		if text[i] == sep {
			cells = append(cells, text[start:i])
			start = i + 1
		}
	}
	return append(cells, text[start:])
}

// split appends the cells of text. Spaces around a quoted cell are dropped.
func split(cells []string, text string, sep byte) ([]string, end) {
	for {
		start := strings.TrimLeft(text, " ")
		if strings.HasPrefix(start, `"`) {
			cell, rest, e := quoted(start[1:])
			rest = strings.TrimLeft(rest, " ")
			cells = append(cells, cell)
			switch {
			case e != endWhole:
				return cells, e
			case rest == "":
				return cells, endWhole
			case rest[0] != sep:
				return cells, endBroken
			}
			text = rest[1:]
			continue
		}
		i := strings.IndexByte(text, sep)
		cell := text
		if i >= 0 {
			cell = text[:i]
		}
		cells = append(cells, cell)
		if strings.IndexByte(cell, '"') >= 0 {
			return cells, endBroken
		}
		if i < 0 {
			return cells, endWhole
		}
		text = text[i+1:]
	}
}

// quoted reads a cell up to its closing quote.
func quoted(text string) (cell, rest string, e end) {
	i := strings.IndexByte(text, '"')
	if i >= 0 && !strings.HasPrefix(text[i+1:], `"`) {
		return text[:i], text[i+1:], endWhole
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '"')
		if i < 0 {
			b.WriteString(text)
			return b.String(), "", endOpen
		}
		b.WriteString(text[:i])
		text = text[i+1:]
		if !strings.HasPrefix(text, `"`) {
			return b.String(), text, endWhole
		}
		b.WriteByte('"')
		text = text[1:]
	}
}
