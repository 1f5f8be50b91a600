package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
	"tolok/ingest"
)

// trial is a sink for files that are only checked: a Checker, and beside it a
// lake that is thrown away, so that what cannot all be true together is found
// before anything is sent. Both number the sources alike.
type trial struct {
	ingest.Checker
	dir   string
	lake  *lake.Lake
	taken *lake.Append
	put   bool
	sent  map[string]bool // awards and units, by key
}

func newTrial() (*trial, error) {
	dir, err := os.MkdirTemp("", "tolok-check-")
	if err != nil {
		return nil, fmt.Errorf("a check needs room for temporary files: %w", err)
	}
	t := &trial{dir: dir, lake: lake.Open(dir), sent: map[string]bool{}}
	if t.taken, err = t.lake.Begin(""); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return t, nil
}

// close removes the temporary lake.
func (t *trial) close() error {
	t.taken.Abort()
	return os.RemoveAll(t.dir)
}

// Source implements [data.Sink].
func (t *trial) Source(s data.Source) (int32, error) {
	if _, err := t.taken.Source(s); err != nil {
		return 0, err
	}
	return t.Checker.Source(s)
}

// Hashed implements [data.Sink].
func (t *trial) Hashed(source int32, sha256 string) error {
	return errors.Join(t.taken.Hashed(source, sha256), t.Checker.Hashed(source, sha256))
}

// Put implements [data.Sink].
func (t *trial) Put(r data.Record) error {
	switch r.(type) {
	case *data.Award, *data.Unit:
		t.sent[r.Dataset()+" "+r.Key()] = true
	}
	t.put = true
	return errors.Join(t.taken.Put(r), t.Checker.Put(r))
}

// run reads files as ingest would, and then looks for what cannot all be true
// together; base is the state of a lake whose awards count too, or nil.
func (t *trial) run(ctx context.Context, paths []string, opt ingest.Options, l *lake.Lake, base *lake.Manifest) (*ingest.Summary, error) {
	sum, err := ingest.Run(ctx, paths, opt, t)
	if err != nil || !t.put {
		return sum, err
	}
	found, err := t.suspicions(ctx, l, base)
	if err != nil {
		return nil, fmt.Errorf("the checks across records: %w", err)
	}
	for i := range found {
		sum.Note(&found[i])
		if err := t.Report(found[i]); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

func (t *trial) suspicions(ctx context.Context, l *lake.Lake, base *lake.Manifest) (found []data.Problem, err error) {
	borrowed := int32(0)
	if base != nil {
		if borrowed, err = t.borrow(l, base); err != nil {
			return nil, err
		}
	}
	m, err := t.taken.Commit(time.Now())
	if err != nil && !errors.Is(err, lake.ErrUnflushed) {
		return nil, err
	}
	all, err := analytics.Suspicions(ctx, t.lake, m)
	for _, p := range all {
		if borrowed == 0 || p.Source != borrowed {
			found = append(found, p)
		}
	}
	return found, err
}

// borrow puts the awards of a lake beside what was sent, and the units merged
// into others, under a source of their own: who holds WBK stands there.
func (t *trial) borrow(l *lake.Lake, base *lake.Manifest) (source int32, err error) {
	if source, err = t.taken.Source(data.Source{Name: "lake"}); err != nil {
		return 0, err
	}
	put := func(r data.Record) error {
		if t.sent[r.Dataset()+" "+r.Key()] {
			return nil
		}
		*r.At() = data.Origin{Source: source}
		return t.taken.Put(r)
	}
	err = errors.Join(
		lake.Read(l, base, "awards", func(a *data.Award) error { return put(a) }),
		lake.Read(l, base, "units", func(u *data.Unit) error {
			if u.MergedInto == "" {
				return nil
			}
			return put(u)
		}),
	)
	return source, err
}
