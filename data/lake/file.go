package lake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
	"github.com/parquet-go/parquet-go/format"

	"tolok/data"
)

// Sizes: a row group is what a reader must hold at once; a file ends when it
// is big enough to be worth opening.
const (
	rowGroupRows = 122_880  // as many as DuckDB holds together, too
	pageBytes    = 64 << 10 // a buffer a column of every open file
	fileBytes    = 192 << 20
	// fileRows ends a file early while rows are taken in: until a file ends, its
	// index of pages is held, and memory should not grow with the nation.
	// Compact makes large files of them.
	fileRows   = 10 * rowGroupRows
	writeBytes = 64 << 10 // before the disk is asked
	batchRows  = 512
)

// writer writes records of one type to one Parquet file.
type writer interface {
	put(record any) error // a pointer to the file's record type
	settle() error        // waits for what was put
	close() error
	stop() // without a whole file
	rows() int64
}

// typedWriter hands full batches to a goroutine of its own, which encodes and
// compresses them: half of the work of taking rows in, on another core. It is
// begun with the second batch; most files are small.
type typedWriter[T any] struct {
	w     *parquet.GenericWriter[T]
	buf   *bufio.Writer
	batch []T
	n     int64

	full  chan []T // to be written
	empty chan []T // written
	err   error    // the goroutine's; to be read when all batches are back
}

// batches are how many there are of a writer: one is being filled, the others
// are waiting or being written.
const batches = 3

func newTyped[T any](w io.Writer) writer {
	buf := bufio.NewWriterSize(w, writeBytes)
	// Page version 1, plain and dictionary encodings and zstd: what every
	// engine reads. CreatedBy is set so that the bytes depend on nothing else.
	options := []parquet.WriterOption{
		parquet.DataPageVersion(1), parquet.Compression(codec),
		parquet.MaxRowsPerRowGroup(rowGroupRows), parquet.PageBufferSize(pageBytes), parquet.CreatedBy("tolok", "1", "0"),
		parquet.DataPageStatistics(false), // the column index has them
	}
	for _, c := range dictionaries[T]() {
		// The least and the greatest word of a page help nobody find a row,
		// and take a quarter of the time to write one.
		options = append(options, parquet.SkipPageBounds(c))
	}
	return &typedWriter[T]{buf: buf, w: parquet.NewGenericWriter[T](buf, options...), batch: make([]T, 0, batchRows)}
}

// codec is shared: an encoder holds some megabytes, and one is enough.
var codec = &zstd.Codec{Level: zstd.SpeedDefault}

// dictionaries lists the columns of a record that hold few different words.
func dictionaries[T any]() []string {
	var out []string
	schema := parquet.SchemaOf(new(T))
	for _, path := range schema.Columns() {
		leaf, _ := schema.Lookup(path...)
		if e := leaf.Node.Encoding(); e != nil && e.Encoding() == format.RLEDictionary {
			out = append(out, path[0])
		}
	}
	return out
}

func (t *typedWriter[T]) put(record any) error {
	p, ok := record.(*T)
	if !ok {
		return fmt.Errorf("lake: %T does not belong in a file of %T", record, p)
	}
	if len(t.batch) == batchRows {
		if t.full == nil {
			t.begin()
		}
		t.full <- t.batch
		t.batch = <-t.empty
	}
	t.batch = append(t.batch, *p)
	t.n++
	return nil
}

func (t *typedWriter[T]) begin() {
	t.full, t.empty = make(chan []T, batches), make(chan []T, batches)
	for range batches - 1 {
		t.empty <- make([]T, 0, batchRows)
	}
	go func() {
		for b := range t.full {
			if t.err == nil {
				_, t.err = t.w.Write(b)
			}
			clear(b) // a batch that waits should not hold texts
			t.empty <- b[:0]
		}
		close(t.empty)
	}()
}

// settle waits until every full batch is written, and says whether they could
// be.
func (t *typedWriter[T]) settle() error {
	if t.full == nil {
		return nil
	}
	var back [batches - 1][]T
	for i := range back {
		back[i] = <-t.empty
	}
	for _, b := range back {
		t.empty <- b
	}
	return t.err
}

func (t *typedWriter[T]) stop() {
	if t.full != nil {
		close(t.full)
		for range t.empty {
		}
		t.full = nil
	}
}

func (t *typedWriter[T]) close() error {
	t.stop()
	if t.err == nil {
		_, t.err = t.w.Write(t.batch)
	}
	return errors.Join(t.err, t.w.Close(), t.buf.Flush())
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
	"agencies":     tableOf[data.Agency](),
	"units":        tableOf[data.Unit](),
	"gates":        tableOf[data.AgencyGate](),
	"unit_gates":   tableOf[data.UnitGate](),
	"answers":      tableOf[data.Answer](),
	"scores":       tableOf[data.NodeScore](),
	"surveys":      tableOf[data.Survey](),
	"nominations":  tableOf[data.Nomination](),
	"awards":       tableOf[data.Award](),
	"quotas":       tableOf[data.Quota](),
	"hosts":        tableOf[data.Host](),
	"visits":       tableOf[data.Visit](),
	"zones":        tableOf[data.Zone](),
	"spi":          tableOf[data.SPI](),
	data.Forecasts: tableOf[data.Forecast](),
	Sources:        tableOf[data.Source](),
	Problems:       tableOf[data.Problem](),
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
