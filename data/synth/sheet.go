package synth

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"tolok/data"
)

// flushAt bounds what a sheet keeps in memory.
const flushAt = 1 << 20

// sheet is one CSV file of one sender, written bit by bit over the years.
type sheet struct {
	out     *outbox
	sender  *dialect
	dataset string
	path    string // below the folder
	columns []column
	buf     bytes.Buffer
	csv     *csv.Writer
	line    int
}

// column is one field of a record.
type column struct {
	name  string
	field int
}

// columnsOf reads the columns of a record from its struct tags; what is
// embedded (its origin) is not sent.
func columnsOf(t reflect.Type) []column {
	var out []column
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("parquet"), ","); name != "" && !f.Anonymous {
			out = append(out, column{name, i})
		}
	}
	return out
}

func newSheet(out *outbox, folder string, sender *dialect, r data.Record) *sheet {
	s := &sheet{out: out, sender: sender, dataset: r.Dataset(), path: folder + "/" + r.Dataset() + sender.ending(), columns: columnsOf(reflect.TypeOf(r).Elem())}
	s.csv = csv.NewWriter(&s.buf)
	s.csv.Comma, s.csv.UseCRLF = sender.comma(), sender.windows
	if sender.mark {
		s.buf.WriteString("\ufeff")
	}
	header := make([]string, len(s.columns))
	for i, c := range s.columns {
		header[i] = sender.heading(c.name)
	}
	s.writeLine(header)
	return s
}

func (s *sheet) writeLine(cells []string) {
	s.line++
	// Writing to a buffer does not fail.
	_ = s.csv.Write(cells)
}

// put writes one record, with whatever dirt it is to have.
func (s *sheet) put(r data.Record) error {
	v := reflect.ValueOf(r).Elem()
	cells := make([]string, len(s.columns))
	for i, c := range s.columns {
		cells[i] = s.sender.cell(v.Field(c.field))
	}
	s.out.rows[s.dataset]++
	if !s.out.dirt.spoil(s, cells) {
		s.writeLine(cells)
	}
	if s.buf.Len() > flushAt {
		return s.flush()
	}
	return nil
}

// cell writes one field. An empty cell is what is not known.
func (d *dialect) cell(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case string:
		return d.text(x)
	case data.Amount:
		return d.number(x.String())
	case data.Score:
		return d.number(x.String())
	case data.Date:
		return d.date(x)
	case bool:
		if x {
			return "ya"
		}
		return "tidak"
	}
	return strconv.FormatInt(v.Int(), 10)
}

func (d *dialect) date(x data.Date) string {
	if d.dayFirst {
		return x.Time().Format("02/01/2006")
	}
	return x.String()
}

// flush appends what has been written so far to the file. Each piece of a
// compressed file is a gzip member of its own.
func (s *sheet) flush() error {
	s.csv.Flush()
	if s.buf.Len() == 0 {
		return nil
	}
	f, err := s.out.open(s.path)
	if err != nil {
		return err
	}
	if err := s.write(f); err != nil {
		return errors.Join(err, f.Close())
	}
	// Thousands of sheets wait for their next year: give the memory back.
	s.buf = bytes.Buffer{}
	return f.Close()
}

func (s *sheet) write(f *os.File) error {
	if !s.sender.gzip {
		_, err := f.Write(s.buf.Bytes())
		return err
	}
	z := gzip.NewWriter(f)
	if _, err := z.Write(s.buf.Bytes()); err != nil {
		return err
	}
	return z.Close()
}

// sender is one agency's, or the nation's, folder.
type sender struct {
	out     *outbox
	folder  string
	dialect *dialect
	sheets  []*sheet
}

// put writes a record into the file of its dataset.
func (s *sender) put(r data.Record) error {
	if sh := s.sheet(r.Dataset()); sh != nil {
		return sh.put(r)
	}
	sh := newSheet(s.out, s.folder, s.dialect, r)
	s.sheets = append(s.sheets, sh)
	return sh.put(r)
}

// sheet is the file of a dataset, nil before its first record.
func (s *sender) sheet(dataset string) *sheet {
	for _, sh := range s.sheets {
		if sh.dataset == dataset {
			return sh
		}
	}
	return nil
}

// fileOf is the name of the file that a dataset's records go to.
func (s *sender) fileOf(dataset string) string { return s.folder + "/" + dataset + s.dialect.ending() }

// nextLine is the line that the next record of a dataset will stand on.
func (s *sender) nextLine(dataset string) int {
	if sh := s.sheet(dataset); sh != nil {
		return sh.line + 1
	}
	return 2 // below the header
}

func (s *sender) flush() error {
	for _, sh := range s.sheets {
		if err := sh.flush(); err != nil {
			return err
		}
	}
	return nil
}

// outbox is the directory that is being written.
type outbox struct {
	dir   string
	files map[string]bool // below dir, with slashes
	rows  map[string]int  // by dataset
	dirt  dirt
}

// open opens a file for appending, and makes a new one.
func (o *outbox) open(name string) (*os.File, error) {
	full := filepath.Join(o.dir, filepath.FromSlash(name))
	flags := os.O_WRONLY | os.O_APPEND
	if !o.files[name] {
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return nil, err
		}
		if err := o.note(name); err != nil {
			return nil, err
		}
		flags |= os.O_CREATE | os.O_EXCL
	}
	return os.OpenFile(full, flags, 0o644)
}

// write makes a file at once.
func (o *outbox) write(name string, content []byte) error {
	f, err := o.open(name)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
