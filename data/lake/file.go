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

// tables opens a writer for each dataset's record type, and for the lake's own
// two tables.
var tables = map[string]func(io.Writer) writer{
	"agencies":    newTyped[data.Agency],
	"units":       newTyped[data.Unit],
	"gates":       newTyped[data.AgencyGate],
	"unit_gates":  newTyped[data.UnitGate],
	"answers":     newTyped[data.Answer],
	"scores":      newTyped[data.NodeScore],
	"surveys":     newTyped[data.Survey],
	"nominations": newTyped[data.Nomination],
	"awards":      newTyped[data.Award],
	"quotas":      newTyped[data.Quota],
	"hosts":       newTyped[data.Host],
	"visits":      newTyped[data.Visit],
	"zones":       newTyped[data.Zone],
	"spi":         newTyped[data.SPI],
	Sources:       newTyped[data.Source],
	Problems:      newTyped[data.Problem],
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
