package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"tolok/data"
	"tolok/data/table"
)

// format is one way a file can be written.
type format struct {
	name string // in data.Source
	text string // how it is called to a sender
	is   func(name string, head []byte) bool
	// classify says which dataset a file holds, before any file is read.
	classify func(f *file, r io.Reader) (dataset string, err error)
	// read reads the file. An error that is a *[data.Problem] ends the file
	// only, any other the run.
	read func(ctx context.Context, in *input, r io.Reader) error
	// table: rows of many worksheets in any order, so that nobody sees one
	// whole before the run ends.
	table bool
}

// formats are tried in this order; the first that knows the file reads it.
// Zip archives, tables in workbooks, JSON Lines, Parquet and endpoints have no
// reader yet and get not-understood.
func formats() []format {
	return []format{
		{"lke", "LKE .xlsx", isWorkbook, classifyForm, readForm, false},
		{"portalrb", "PortalRB .json", isJSON, classifyPortalRB, readPortalRB, false},
		{"csv", "CSV, CSV.gz", isText, classifyTable, readTable, true},
	}
}

func supported() string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.text)
	}
	return strings.Join(names, ", ")
}

func formatOf(name string, head []byte) *format {
	for _, f := range formats() {
		if f.is(name, head) {
			return &f
		}
	}
	return nil
}

// isWorkbook accepts the old .xls format too: its reader says how to mend it.
func isWorkbook(name string, head []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx", ".xlsm", ".xls":
		return !isText(name, head) || len(head) == 0
	}
	return bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0"))
}

func isJSON(name string, head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n")
	ext := strings.ToLower(path.Ext(name))
	return ext != ".jsonl" && ext != ".ndjson" && (ext == ".json" || bytes.HasPrefix(head, []byte("{")))
}

// isText accepts whatever is no known binary format: a wrong guess ends in a
// header that is not recognised, which says the same more exactly.
func isText(name string, head []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jsonl", ".ndjson", ".parquet", ".zip", ".pdf", ".doc", ".docx", ".ods":
		return false
	}
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) || bytes.HasPrefix(head, []byte("\xFF\xFE")) || bytes.HasPrefix(head, []byte("\xFE\xFF")) {
		return true
	}
	return !bytes.HasPrefix(head, []byte("PK\x03\x04")) && !bytes.HasPrefix(head, []byte("PAR1")) && bytes.IndexByte(head, 0) < 0
}

// classifyTable recognises a table by its header.
func classifyTable(f *file, r io.Reader) (string, error) {
	t, err := table.NewCSV(r)
	if err != nil {
		return "", err
	}
	m, p := recognise(t.Header().Cells, f.name, f.fill())
	if p != nil {
		p.Line = int32(t.Header().Line)
		return "", p
	}
	return m.schema.dataset, nil
}

// fill is what the folder or the command line says about every row of a file
// that has no column for it.
func (f *file) fill() map[string]string {
	fill := map[string]string{"agency_id": f.sub.AgencyID, "unit_id": f.sub.UnitID, "layer": f.sub.Layer}
	if f.sub.Cycle != 0 {
		fill["cycle"] = itoa(int64(f.sub.Cycle))
	}
	return fill
}

func readTable(ctx context.Context, in *input, r io.Reader) error {
	t, err := table.NewCSV(r)
	if err != nil {
		return err
	}
	m, p := recognise(t.Header().Cells, in.name, in.fill())
	if p != nil {
		return p
	}
	for _, p := range m.problems() {
		p.Line = int32(t.Header().Line)
		if err := in.report(p); err != nil {
			return err
		}
	}
	d, n := newDecoder(m), 0
	for ; ; n++ {
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, err := t.Next()
		if err == io.EOF {
			break
		}
		var p *data.Problem
		switch {
		case errors.As(err, &p):
			err = in.leaveOut(m.schema.dataset, *p)
		case err != nil:
			return &data.Problem{Code: "cut-off", Severity: data.Failed, Value: err.Error()}
		default:
			d.decode(row)
			d.judge()
			err = in.take(d.record, d.problems)
		}
		if err != nil {
			return err
		}
	}
	if n == 0 {
		return in.report(data.Problem{Code: "empty-table", Severity: data.Flagged, Dataset: m.schema.dataset})
	}
	return nil
}
