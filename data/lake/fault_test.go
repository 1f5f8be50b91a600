package lake_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"tolok/data"
	"tolok/data/lake"
)

// add is a submission that writes to two tables and cycles.
func add(l *lake.Lake, name string) (*lake.Manifest, error) {
	a, err := l.Begin("")
	if err != nil {
		return nil, err
	}
	defer a.Abort()
	n, err := a.Source(data.Source{Name: name + ".csv", SHA256: name})
	if err != nil {
		return nil, err
	}
	for i := range int32(4) {
		if err := a.Put(&data.Answer{UnitID: name, Cycle: 2020 + i%2, Layer: data.Self, ItemID: "x", Origin: data.Origin{Source: n, Line: i}}); err != nil {
			return nil, err
		}
	}
	return a.Commit(noon)
}

func compact(l *lake.Lake) (*lake.Manifest, error) {
	m, _, err := l.Compact(context.Background(), noon)
	return m, err
}

// scenarios are a lake's state before a commit, and the commit.
var scenarios = []struct {
	what   string
	before []string // submissions
	commit func(*lake.Lake) (*lake.Manifest, error)
}{
	{"the first submission", nil, func(l *lake.Lake) (*lake.Manifest, error) { return add(l, "new") }},
	{"a later submission", []string{"a"}, func(l *lake.Lake) (*lake.Manifest, error) { return add(l, "new") }},
	{"a compaction", []string{"a", "b"}, compact},
}

// prepared makes a lake with the submissions in it and gives its state's name.
func prepared(t *testing.T, before []string) (*lake.Lake, string) {
	t.Helper()
	l := lake.Open(filepath.Join(t.TempDir(), "lake"))
	for _, name := range before {
		if _, err := add(l, name); err != nil {
			t.Fatal(err)
		}
	}
	return l, state(t, l)
}

// copied is another lake of the same states.
func copied(t *testing.T, l *lake.Lake) *lake.Lake {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lake")
	if _, err := os.Stat(l.Dir()); err == nil {
		if err := os.CopyFS(dir, os.DirFS(l.Dir())); err != nil {
			t.Fatal(err)
		}
	}
	return lake.Open(dir)
}

// state names what the lake is at, after reading every byte of it.
func state(t *testing.T, l *lake.Lake) string {
	t.Helper()
	m, err := l.Current()
	if errors.Is(err, lake.ErrEmpty) {
		return ""
	}
	if err != nil {
		t.Fatalf("the lake does not open: %v", err)
	}
	if d, err := l.Verify(t.Context(), m); err != nil || len(d) > 0 {
		t.Fatalf("state %s is damaged: %v, %v", m.Content, d, err)
	}
	return m.Content
}

var errFault = errors.New("the disk is on fire")

// Whichever operation on the disk fails, the lake is at the old state or, once
// CURRENT is renamed, at the new one; it is whole, the error says so, and the
// second attempt succeeds.
func TestEveryOperationMayFail(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.what, func(t *testing.T) {
			base, old := prepared(t, s.before)
			l := copied(t, base)
			var ops []string
			l.Before(func(op, path string) error {
				ops = append(ops, op+" "+filepath.Base(path))
				return nil
			})
			if _, err := s.commit(l); err != nil {
				t.Fatal(err)
			}
			want, turn := state(t, l), slices.Index(ops, "rename CURRENT")
			kinds := map[string]int{}
			for k, op := range ops {
				kinds[strings.Fields(op)[0]]++
				t.Run(fmt.Sprintf("%02d %s", k+1, op), func(t *testing.T) {
					l := copied(t, base)
					failAt(l, k)
					m, err := s.commit(l)
					l.Before(nil)
					expectFault(t, l, k, turn, op, old, want, m, err)
					if state(t, l) == want {
						return
					}
					if m, err := s.commit(l); err != nil || m.Content != want || state(t, l) != want {
						t.Errorf("the second attempt: %v, %v; want state %s", m, err, want)
					}
				})
			}
			for _, op := range []string{"mkdir", "lock", "create", "write", "sync", "close", "rename", "syncdir", "remove"} {
				if kinds[op] == 0 {
					t.Errorf("no %s among the operations %v", op, ops)
				}
			}
			t.Logf("%d operations failed, one at a time: %v", len(ops), kinds)
		})
	}
}

// failAt makes the operation with an index fail, and no other.
func failAt(l *lake.Lake, k int) {
	n := -1
	l.Before(func(op, path string) error {
		if n++; n == k {
			return &os.PathError{Op: op, Path: path, Err: errFault}
		}
		return nil
	})
}

// expectFault holds the lake after a fault of operation k against what must be,
// where operation turn makes the new state the current one.
func expectFault(t *testing.T, l *lake.Lake, k, turn int, op, old, want string, m *lake.Manifest, err error) {
	t.Helper()
	now := state(t, l)
	switch cleanup := strings.HasPrefix(op, "remove "); {
	case k > turn && cleanup: // what is left in staging harms nobody
		if err != nil || now != want {
			t.Errorf("at %q with %v, want %q and no error", now, err, want)
		}
	case k > turn:
		if !errors.Is(err, lake.ErrUnflushed) || !errors.Is(err, errFault) || m == nil || now != want {
			t.Errorf("at %q with %v, want %q and ErrUnflushed", now, err, want)
		}
	default:
		if !errors.Is(err, errFault) || errors.Is(err, lake.ErrUnflushed) || m != nil || now != old {
			t.Errorf("at %q with %v, want %q and the fault", now, err, old)
		}
		if err != nil && !strings.Contains(err.Error(), "lake") {
			t.Errorf("the error does not say what became of the lake: %v", err)
		}
	}
}

// A disk that is full stays full, also for the cleaning up.
func TestFullDisk(t *testing.T) {
	for _, c := range []struct {
		err   error
		says  string
		first int // of the scenarios
	}{
		{syscall.ENOSPC, "free some space", 0},
		{syscall.EROFS, "writable", 2},
		{syscall.EACCES, "writable", 2},
	} {
		for _, s := range scenarios[c.first:] {
			t.Run(c.err.Error()+"/"+s.what, func(t *testing.T) {
				base, old := prepared(t, s.before)
				for from := 0; ; from += 3 { // one fault at a time is TestEveryOperationMayFail's
					l := copied(t, base)
					n, failed := 0, false
					l.Before(func(op, path string) error {
						if n++; n > from && slices.Contains([]string{"mkdir", "lock", "create", "write", "rename"}, op) {
							failed = true
							return &os.PathError{Op: op, Path: path, Err: c.err}
						}
						return nil
					})
					_, err := s.commit(l)
					l.Before(nil)
					if !failed {
						return
					}
					if !errors.Is(err, c.err) || !strings.Contains(err.Error(), c.says) || state(t, l) != old {
						t.Fatalf("from operation %d on: at %q with %v, want %q and an error that says %q", from+1, state(t, l), err, old, c.says)
					}
					if _, err := s.commit(l); err != nil {
						t.Fatalf("from operation %d on: the second attempt: %v", from+1, err)
					}
				}
			})
		}
	}
}
