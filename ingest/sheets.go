package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"tolok/data"
	"tolok/data/table"
)

// headRows is how many rows of a sheet, of those that hold anything, may be its
// header: titles, dates and logos stand above.
const headRows = 20

// part is a sheet of a workbook that is a table.
type part struct {
	sheet   string
	header  int // the line of it
	dataset string
}

// classifyWorkbook tells the worksheet form (LKE) from tables. What is neither
// goes to the form's reader, which says what is missing.
func classifyWorkbook(f *file, r io.Reader) (string, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return "", err
	}
	if table.HasSheet(raw, func(name string) bool { return squeeze(name) == squeeze(formSheet) }) {
		return "answers", nil
	}
	book, err := table.OpenWorkbook(bytes.NewReader(raw))
	if _, ok := asProblem(err); ok {
		return "answers", nil
	}
	if err != nil {
		return "", err
	}
	err = errors.Join(f.findParts(book), book.Close())
	if err != nil {
		return "", err
	}
	if len(f.parts) == 0 {
		f.notes = nil
		return "answers", nil
	}
	f.format = formatNamed("xlsx")
	return f.parts[0].dataset, nil
}

// findParts looks for tables on the sheets one sees. A sheet that misses a
// column is a fault; one that is nothing like a table is noted, if another is.
func (f *file) findParts(book *table.Workbook) error {
	sheets, err := book.Sheets()
	if err != nil {
		return err
	}
	for _, s := range sheets {
		if s.Hidden {
			f.notes = append(f.notes, data.Problem{Code: "sheet-hidden", Severity: data.Flagged, Value: s.Name, Origin: data.Origin{Sheet: s.Name}})
			continue
		}
		head, err := book.Head(s.Name, headRows)
		if err != nil {
			return err
		}
		if len(head) == 0 || table.IsProblemList(head[0].Cells[0]) {
			continue // nothing, or what a marked copy says of the sheets before
		}
		p, fault := f.findHeader(s.Name, head)
		if fault == nil {
			f.parts = append(f.parts, *p)
			continue
		}
		fault.Sheet = s.Name
		f.notes = append(f.notes, *fault)
	}
	missing := func(p data.Problem) bool { return p.Severity == data.Failed }
	if i := slices.IndexFunc(f.notes, missing); len(f.parts) == 0 && i >= 0 {
		return &f.notes[i]
	}
	return nil
}

// findHeader finds the first row that is the header of a dataset; failing that,
// the problem of the one that comes nearest.
func (f *file) findHeader(sheet string, head []table.Row) (*part, *data.Problem) {
	fill := f.fill()
	if sheet == portalSheet {
		fill = nil // PortalRB's download names its sheet so; a table says itself whose rows it holds
	}
	near := &data.Problem{Code: "sheet-not-read", Severity: data.Flagged, Value: sheet}
	for _, row := range head {
		m, p := recognise(row.Cells, f.name+"/"+sheet, fill)
		switch {
		case p == nil:
			return &part{sheet, row.Line, m.schema.dataset}, nil
		case p.Code == "missing-column" && near.Severity != data.Failed && sheet != portalSheet:
			p.Line, near = int32(row.Line), p
		}
	}
	return nil, near
}

// spread puts each table of a workbook in the place of the workbook.
func spread(files []*file) []*file {
	var out []*file
	books := &shelf{}
	for _, f := range files {
		if len(f.parts) == 0 {
			out = append(out, f)
		}
		books.left += len(f.parts)
		for _, p := range f.parts {
			one := *f
			one.whole, one.shelf, one.part, one.dataset = f, books, p, p.dataset
			out = append(out, &one)
		}
	}
	return out
}

// origin is the file as it was sent.
func (f *file) origin() *file {
	if f.whole != nil {
		return f.whole
	}
	return f
}

// hint is what names the content: the file, and the sheet in it.
func (f *file) hint() string {
	if f.sheet == "" {
		return f.name
	}
	return f.name + "/" + f.sheet
}

func readSheet(ctx context.Context, in *input, r io.Reader) error {
	book, err := in.shelf.open(in.whole, r)
	if err != nil {
		return err
	}
	t, err := book.Table(in.sheet, in.header)
	if err == nil {
		err = errors.Join(in.readRows(ctx, t), t.Close())
	}
	return errors.Join(err, in.shelf.put(err))
}

// shelf keeps the workbook that was read last, for its other sheets mostly come
// next. It is one for all tables of a run, and holds one book: those of a whole
// nation would not fit.
type shelf struct {
	of   *file
	book *table.Workbook
	left int // sheets of all workbooks, not yet opened
}

func (s *shelf) open(f *file, r io.Reader) (*table.Workbook, error) {
	s.left--
	if s.of == f && s.book != nil {
		return s.book, nil
	}
	if err := s.clear(); err != nil {
		return nil, err
	}
	book, err := table.OpenWorkbook(r)
	if err == nil {
		s.of, s.book = f, book
	}
	return book, err
}

// put keeps the book for the next sheet, if there is one and nothing went wrong.
func (s *shelf) put(err error) error {
	if err == nil && s.left > 0 {
		return nil
	}
	return s.clear()
}

func (s *shelf) clear() error {
	book := s.book
	s.of, s.book = nil, nil
	if book == nil {
		return nil
	}
	return book.Close()
}

// cell is the cell of a sheet that holds a field of a line, if one does.
func (in *input) cell(field string, line int32) string {
	if in.columns == nil || line == 0 {
		return ""
	}
	i, ok := in.columns.schema.index[field]
	if !ok || in.columns.at[i] < 0 {
		return ""
	}
	return table.CellName(in.columns.at[i], int(line))
}
