package ingest

import (
	"context"
	"errors"
	"io"
	"os"

	"tolok/data"
	"tolok/data/table"
)

// classifyRows recognises a table by its header.
func classifyRows(f *file, t table.Reader) (string, error) {
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

// readRows takes the rows of a table, however it is stored.
func (in *input) readRows(ctx context.Context, t table.Reader) error {
	m, p := recognise(t.Header().Cells, in.hint(), in.fill())
	if p != nil {
		return p
	}
	if err := in.reportHeader(m.problems(), t.Header().Line); err != nil {
		return err
	}
	d, n := newDecoder(m), 0
	switch t := t.(type) {
	case *table.SheetTable:
		d.date = t.Date
		in.columns = m
	case *table.CSV:
		d.recall = newRecall(t, m, in.recalled)
	}
	for ; ; n++ {
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		recalled, err := in.recallRow(d)
		if err != nil {
			return err
		}
		if recalled {
			continue
		}
		row, err := t.Next()
		if err == io.EOF {
			break
		}
		if h := t.Header(); len(h.Cells) > len(m.header.cells) {
			if err := in.reportHeader(m.grow(h.Cells), row.Line); err != nil {
				return err
			}
		}
		if err = in.takeRow(d, row, err); err != nil {
			return err
		}
	}
	if n == 0 {
		return in.report(data.Problem{Code: "empty-table", Severity: data.Flagged, Dataset: m.schema.dataset})
	}
	return nil
}

func (in *input) reportHeader(problems []data.Problem, line int) error {
	for _, p := range problems {
		p.Line = int32(line)
		if err := in.report(p); err != nil {
			return err
		}
	}
	return nil
}

// takeRow decodes a row, or reports why it could not be read.
func (in *input) takeRow(d *decoder, row table.Row, err error) error {
	var p *data.Problem
	switch {
	case errors.As(err, &p) && p.Severity == data.Rejected:
		return in.leaveOut(d.schema.dataset, *p)
	case err != nil:
		return &data.Problem{Code: "cut-off", Severity: data.Failed, Value: err.Error()}
	}
	d.decode(row)
	d.judge()
	sound, err := in.take(d.record, d.problems)
	if a, ok := d.record.(*data.Answer); ok && d.recall != nil {
		d.recall.learn(a, sound)
	}
	return err
}

// recallRow takes a row that needs not be taken apart, if the next one is such.
func (in *input) recallRow(d *decoder) (bool, error) {
	if d.recall == nil {
		return false, nil
	}
	at, ok := d.recall.take(d.record.(*data.Answer))
	if !ok {
		return false, nil
	}
	d.changed = true
	sound, err := in.enter(d.record, nil, at)
	if !sound {
		d.recall.below = nil
	}
	return true, err
}

func classifyCSV(f *file, r io.Reader) (string, error) {
	t, err := table.NewCSV(r)
	if err != nil {
		return "", err
	}
	return classifyRows(f, t)
}

func readCSV(ctx context.Context, in *input, r io.Reader) error {
	t, err := table.NewCSV(r)
	if err != nil {
		return err
	}
	return in.readRows(ctx, t)
}

func classifyJSONLines(f *file, r io.Reader) (string, error) {
	t, err := table.NewJSONLines(r)
	if err != nil {
		return "", err
	}
	return classifyRows(f, t)
}

func readJSONLines(ctx context.Context, in *input, r io.Reader) error {
	t, err := table.NewJSONLines(r)
	if err != nil {
		return err
	}
	return in.readRows(ctx, t)
}

func classifyParquet(f *file, _ io.Reader) (string, error) {
	o, err := os.Open(f.path)
	if err != nil {
		return "", err
	}
	defer o.Close()
	t, err := table.NewParquet(o, f.size)
	if err != nil {
		return "", err
	}
	return classifyRows(f, t)
}

// readParquet needs a file: a Parquet file says at its end what it holds.
func readParquet(ctx context.Context, in *input, r io.Reader) (err error) {
	at, ok := r.(io.ReaderAt)
	if !ok {
		return errors.New("parquet: the source is no file")
	}
	t, err := table.NewParquet(at, in.size)
	if err != nil {
		return err
	}
	return errors.Join(in.readRows(ctx, t), t.Close())
}
