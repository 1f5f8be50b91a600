package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tolok/data"
	"tolok/data/table"
	"tolok/ingest"
)

// mark writes the marked copies that --marked asks for and lists them. Those
// written before an error stay.
func (f *checkFlags) mark(ctx context.Context, args []string, opt ingest.Options, sink *ingest.Checker) ([]string, error) {
	if f.marked == "" || len(sink.Problems) == 0 {
		return nil, nil
	}
	if err := os.MkdirAll(f.marked, 0o755); err != nil {
		return nil, fmt.Errorf("--marked %s: the folder cannot be made: %w", f.marked, err)
	}
	m := &marker{flags: f, left: slices.Clone(sink.Problems), sink: sink}
	err := ingest.EachSent(ctx, args, opt, m.wants, m.sent)
	if err == nil {
		err = m.rest()
	}
	return m.copies, err
}

// marker writes marked copies.
type marker struct {
	flags  *checkFlags
	sink   *ingest.Checker
	left   []data.Problem // not shown in a copy yet
	copies []string
}

func (m *marker) wants(name string) bool {
	return slices.ContainsFunc(m.left, func(p data.Problem) bool { return p.File == name })
}

// sent writes the copy of a file. Two files of one name are told apart by
// their bytes.
func (m *marker) sent(s *ingest.Sent) error {
	number := int32(0) // of a file that could not be recognised
	for _, source := range m.sink.Sources {
		if source.Name == s.Name && source.SHA256 == s.SHA256 {
			number = source.Number
			break
		}
	}
	problems := m.take(func(p *data.Problem) bool { return p.File == s.Name && p.Source == number })
	if len(problems) == 0 {
		return nil
	}
	marking := m.marking(s.Name, problems)
	return m.write(s.Name, func(to io.Writer) error {
		switch {
		case s.IsWorkbook():
			raw, err := os.ReadFile(s.Path)
			if err != nil {
				return err
			}
			return marking.MarkWorkbook(raw, to)
		case s.IsTable():
			marking.Columns = s.Columns
			return marking.MarkTable(s.Open, to)
		}
		return marking.WriteProblems(to)
	})
}

// rest lists what is wrong with files that hold no rows: submission.json, an
// archive that was refused.
func (m *marker) rest() error {
	for len(m.left) > 0 {
		name := m.left[0].File
		problems := m.take(func(p *data.Problem) bool { return p.File == name })
		if err := m.write(cmp.Or(name, "tolok"), m.marking(name, problems).WriteProblems); err != nil {
			return err
		}
	}
	return nil
}

func (m *marker) take(is func(*data.Problem) bool) []data.Problem {
	var taken, left []data.Problem
	for i := range m.left {
		if is(&m.left[i]) {
			taken = append(taken, m.left[i])
		} else {
			left = append(left, m.left[i])
		}
	}
	m.left = left
	return taken
}

func (m *marker) marking(name string, problems []data.Problem) *table.Marking {
	return &table.Marking{Name: name, Problems: problems, Lang: m.flags.lang, NotAll: m.sink.Dropped > 0}
}

// write makes one copy, whole or not at all, and never in the place of a file
// that is there already.
func (m *marker) write(name string, content func(io.Writer) error) (err error) {
	path := filepath.Join(m.flags.marked, m.copyName(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("%s: the folder cannot be made: %w", path, err)
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already and was not overwritten; name a new folder with --marked, or move the file away", path)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	err = content(out)
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(fmt.Errorf("%s cannot be written: %w", path, err), os.Remove(path))
	}
	m.copies = append(m.copies, path)
	return nil
}

// copyName is where the copy of a file lies below the folder: as the file lies
// below its submission.
func (m *marker) copyName(name string) string {
	name = filepath.FromSlash(strings.ReplaceAll(name, ":", "_"))
	if !filepath.IsLocal(name) {
		name = filepath.Base(name)
	}
	stem, ext := name, ".xlsx"
	if e := filepath.Ext(name); strings.EqualFold(e, ".xlsx") || strings.EqualFold(e, ".xlsm") {
		stem, ext = strings.TrimSuffix(name, e), e
	}
	free := stem + ext
	for n := 2; slices.Contains(m.copies, filepath.Join(m.flags.marked, free)); n++ {
		free = fmt.Sprintf("%s-%d%s", stem, n, ext)
	}
	return free
}
