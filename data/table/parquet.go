package table

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"

	"tolok/data"
)

// maxParquetColumns is far above what any dataset has.
const maxParquetColumns = 1000

// Parquet reads a Parquet file as a table; a line is the number of a row. Its
// columns may be of any physical type that has a text.
type Parquet struct {
	groups []parquet.RowGroup
	rows   parquet.Rows
	buf    []parquet.Row
	have   []parquet.Row // of buf, not yet given out
	line   int
	header Row
	leaves []leaf
	cells  []string
	faults []Fault
}

// leaf is a column as the file stores it, and the cell it fills.
type leaf struct {
	cell   int
	format cellFormat
}

// NewParquet reads the schema of a Parquet file. One that is damaged, or would
// take more memory than there is (a bomb), is a *[data.Problem].
func NewParquet(r io.ReaderAt, size int64) (p *Parquet, err error) {
	defer guardParquet(&err)
	if err := inspectFooter(r, size); err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, brokenParquet(err)
	}
	paths := f.Schema().Columns()
	if len(paths) > maxParquetColumns {
		return nil, parquetTooLarge(fmt.Sprintf("%d columns", len(paths)), fmt.Sprint(maxParquetColumns))
	}
	if err := inspectPages(r, size, f); err != nil {
		return nil, err
	}
	p = &Parquet{groups: f.RowGroups(), buf: make([]parquet.Row, 64)}
	at := map[string]int{}
	for _, path := range paths {
		column, ok := f.Schema().Lookup(path...)
		if !ok {
			return nil, brokenParquet(errors.New(strings.Join(path, ".")))
		}
		cell, ok := at[path[0]]
		if !ok {
			cell = len(p.header.Cells)
			at[path[0]] = cell
			p.header.Cells = append(p.header.Cells, path[0])
		}
		format := nested
		if len(path) == 1 && column.MaxRepetitionLevel == 0 {
			format = formatOf(column.Node.Type())
		}
		p.leaves = append(p.leaves, leaf{cell, format})
	}
	p.cells = make([]string, len(p.header.Cells))
	return p, nil
}

// Header implements [Reader].
func (p *Parquet) Header() Row { return p.header }

// Close ends the reading.
func (p *Parquet) Close() (err error) {
	defer guardParquet(&err)
	if p.rows != nil {
		err = p.rows.Close()
		p.rows = nil
	}
	return err
}

// Next implements [Reader]. A page that cannot be read ends the file.
func (p *Parquet) Next() (row Row, err error) {
	defer guardParquet(&err)
	if err := p.fill(); err != nil {
		return Row{}, err
	}
	p.line++
	values := p.have[0]
	p.have = p.have[1:]
	clear(p.cells)
	p.faults = p.faults[:0]
	for _, v := range values {
		if v.IsNull() {
			continue
		}
		c := v.Column()
		if c < 0 || c >= len(p.leaves) {
			return Row{}, brokenParquet(fmt.Errorf("column %d", c))
		}
		l := p.leaves[c]
		text, code := l.format(v)
		if code == "" {
			p.cells[l.cell] = text
			continue
		}
		fault := Fault{l.cell, code, short(strings.ToValidUTF8(text, "\uFFFD"))}
		if len(p.faults) == 0 || p.faults[len(p.faults)-1].Column != l.cell {
			p.faults = append(p.faults, fault)
		}
	}
	return Row{Line: p.line, Cells: p.cells, Faults: p.faults}, nil
}

// fill sees to it that there is a row to give out.
func (p *Parquet) fill() error {
	for len(p.have) == 0 {
		if p.rows == nil {
			if len(p.groups) == 0 {
				return io.EOF
			}
			p.rows, p.groups = p.groups[0].Rows(), p.groups[1:]
		}
		n, err := p.rows.ReadRows(p.buf)
		p.have = p.buf[:n]
		switch {
		case err == io.EOF || err == nil && n == 0:
			closing := p.rows.Close()
			p.rows = nil
			if closing != nil {
				return closing
			}
		case err != nil && n == 0:
			return err
		}
	}
	return nil
}

func brokenParquet(err error) error {
	return &data.Problem{Code: "broken-parquet", Severity: data.Failed, Value: err.Error()}
}

// guardParquet turns a panic of the library over a damaged file into an error.
func guardParquet(err *error) {
	if p := recover(); p != nil {
		*err = brokenParquet(fmt.Errorf("%v", p))
	}
}
