package lake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"tolok/data"
)

// Sizes: a row group is what a reader must hold at once; a file ends when it
// is big enough to be worth opening.
const (
	rowGroupRows = 200_000
	pageBytes    = 64 << 10 // a buffer a column of every open file
	fileBytes    = 192 << 20
	batchRows    = 512
)

// writer writes records of one type to one Parquet file.
type writer interface {
	put(record any) error // a pointer to the file's record type
	close() error
	rows() int64
}

type typedWriter[T any] struct {
	w     *parquet.GenericWriter[T]
	buf   *bufio.Writer
	batch []T
	n     int64
}

func newTyped[T any](w io.Writer) writer {
	buf := bufio.NewWriterSize(w, 1<<18)
	// Page version 1, plain and dictionary encodings and zstd: what every
	// engine reads. CreatedBy is set so that the bytes depend on nothing else.
	return &typedWriter[T]{
		buf: buf,
		w: parquet.NewGenericWriter[T](
			buf, parquet.DataPageVersion(1), parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault}),
			parquet.MaxRowsPerRowGroup(rowGroupRows), parquet.PageBufferSize(pageBytes), parquet.CreatedBy("tolok", "1", "0"),
		),
		batch: make([]T, 0, batchRows),
	}
}

func (t *typedWriter[T]) put(record any) error {
	p, ok := record.(*T)
	if !ok {
		return fmt.Errorf("lake: %T does not belong in a file of %T", record, p)
	}
	t.batch = append(t.batch, *p)
	t.n++
	if len(t.batch) == batchRows {
		return t.flush()
	}
	return nil
}

func (t *typedWriter[T]) flush() error {
	_, err := t.w.Write(t.batch)
	t.batch = t.batch[:0]
	return err
}

func (t *typedWriter[T]) close() error {
	return errors.Join(t.flush(), t.w.Close(), t.buf.Flush())
}

func (t *typedWriter[T]) rows() int64 { return t.n }

// table reads and writes the files of one record type.
type table struct {
	create func(io.Writer) writer
	read   func(path string, f func(record any) error) error // as a put takes it
}

func tableOf[T any]() table {
	return table{newTyped[T], func(path string, f func(any) error) error {
		return readFile(path, func(r *T) error { return f(r) })
	}}
}

// tables has each dataset's record type, and those of the lake's own two
// tables.
var tables = map[string]table{
	"agencies":    tableOf[data.Agency](),
	"units":       tableOf[data.Unit](),
	"gates":       tableOf[data.AgencyGate](),
	"unit_gates":  tableOf[data.UnitGate](),
	"answers":     tableOf[data.Answer](),
	"scores":      tableOf[data.NodeScore](),
	"surveys":     tableOf[data.Survey](),
	"nominations": tableOf[data.Nomination](),
	"awards":      tableOf[data.Award](),
	"quotas":      tableOf[data.Quota](),
	"hosts":       tableOf[data.Host](),
	"visits":      tableOf[data.Visit](),
	"zones":       tableOf[data.Zone](),
	"spi":         tableOf[data.SPI](),
	Sources:       tableOf[data.Source](),
	Problems:      tableOf[data.Problem](),
}

// Names of the lake's own tables.
const (
	Sources  = "sources"
	Problems = "problems"
)

// Read calls f with every row of a dataset, superseded ones included, oldest
// submission first. T is the dataset's record type.
func Read[T any](l *Lake, m *Manifest, dataset string, f func(*T) error) error {
	for _, p := range m.Paths(dataset) {
		if err := readFile(l.Path(p), f); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return nil
}

func readFile[T any](path string, f func(*T) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r := parquet.NewGenericReader[T](file)
	defer r.Close()
	rows := make([]T, batchRows)
	for {
		n, err := r.Read(rows)
		for i := range rows[:n] {
			if err := f(&rows[i]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		clear(rows)
	}
}
