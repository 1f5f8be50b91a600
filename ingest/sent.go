package ingest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"tolok/data"
	"tolok/data/table"
)

// Sent is a file as its sender has it, for those who show the problems of a
// run in the files themselves.
type Sent struct {
	Name   string // by which problems name it
	Path   string // where it lies, while it is looked at
	SHA256 string
	file   *file
}

// EachSent calls each with every file that [Run] reads from the same sources,
// those in archives too, of which wanted says that it is of interest.
func EachSent(ctx context.Context, sources []string, opt Options, wanted func(name string) bool, each func(*Sent) error) (err error) {
	r := newRun(opt, new(Checker))
	defer func() { err = errors.Join(err, r.clean()) }()
	files, err := r.find(sources)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !wanted(f.name) {
			continue
		}
		s := &Sent{Name: f.name, Path: f.path, file: f}
		if err := r.sent(s); err != nil {
			return err
		}
		if err := each(s); err != nil {
			return err
		}
	}
	return nil
}

// sent finds out what a file is, as far as its first bytes say it.
func (r *run) sent(s *Sent) error {
	o, err := os.Open(s.Path)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", s.Name, bare(err))
	}
	defer o.Close()
	head, _ := bufio.NewReader(o).Peek(512)
	r.override(s.file)
	s.file.format = formatOf(s.Name, head)
	if s.SHA256, err = hash(s.Path); err != nil {
		return fmt.Errorf("%s cannot be read: %w", s.Name, bare(err))
	}
	return nil
}

// IsWorkbook reports whether the file is read as a workbook.
func (s *Sent) IsWorkbook() bool { return s.file.format != nil && s.file.format.name == "lke" }

// IsTable reports whether the file is read as one table.
func (s *Sent) IsTable() bool { return s.file.format != nil && s.file.format.table }

// Open reads the table from its beginning.
func (s *Sent) Open() (table.Reader, io.Closer, error) {
	o, err := os.Open(s.Path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s cannot be read: %w", s.Name, bare(err))
	}
	var t table.Reader
	switch s.file.format.name {
	case "csv":
		t, err = table.NewCSV(o)
	case "jsonl":
		t, err = table.NewJSONLines(o)
	case "parquet":
		t, err = table.NewParquet(o, s.file.size)
	default:
		err = fmt.Errorf("%s is no table", s.Name)
	}
	if err != nil {
		err = errors.Join(err, o.Close())
		if _, ok := asProblem(err); !ok {
			err = &data.Problem{Code: "unreadable", Severity: data.Failed, Value: bare(err).Error()}
		}
		return nil, nil, err
	}
	return t, o, nil
}

// Columns finds the columns of a table by the names that problems give its
// fields: -1 for a field that has none.
func (s *Sent) Columns(header []string) func(field string) int {
	m, p := recognise(header, s.Name, s.file.fill())
	return func(field string) int {
		if p != nil {
			return -1
		}
		if i, ok := m.schema.index[field]; ok {
			return m.at[i]
		}
		return -1
	}
}
