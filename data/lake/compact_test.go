package lake_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/lake"
)

func TestCompactKeepsRowsInOrder(t *testing.T) {
	l := lake.Open(t.TempDir())
	if _, _, err := l.Compact(t.Context(), noon); !errors.Is(err, lake.ErrEmpty) {
		t.Fatalf("an empty lake: %v, want ErrEmpty", err)
	}
	staff := int64(0)
	submit(t, l, "aa", data.Unit{UnitID: "u1", Name: "One", Staff: &staff}, data.Unit{UnitID: "u2", Name: "Two"})
	submit(t, l, "bb", data.Unit{UnitID: "u1", Name: "One again"})
	was := submit(t, l, "cc", data.Unit{UnitID: "u0", Name: "Zero"})
	m, changed, err := l.Compact(t.Context(), noon)
	if err != nil || !changed {
		t.Fatal(changed, err)
	}
	if len(m.Files) != 2 || len(m.Paths("units")) != 1 || len(m.Paths(lake.Sources)) != 1 {
		t.Errorf("files: %+v", m.Files)
	}
	if got, want := names(t, l, m), names(t, l, was); got != want {
		t.Errorf("rows were %q and are %q", want, got)
	}
	if m.Rows("units") != 4 || m.Parent != was.Content || m.Compacted == nil || !slices.Equal(m.Holds("aa.csv", ""), []string{"aa"}) {
		t.Errorf("the state is %+v", m)
	}
	next := submit(t, l, "dd", data.Unit{UnitID: "u3"})
	if next.Compacted != nil || next.LastSource != 4 {
		t.Errorf("the submission after a compaction: %+v", next)
	}
}

// A damaged file must not be merged under a name that says it is sound.
func TestCompactRefusesDamage(t *testing.T) {
	l := lake.Open(t.TempDir())
	submit(t, l, "aa", data.Unit{UnitID: "u1"})
	m := submit(t, l, "bb", data.Unit{UnitID: "u2"})
	path := l.Path(m.Paths("units")[0])
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	var d *lake.Damage
	if _, _, err := l.Compact(t.Context(), noon); !errors.As(err, &d) || d.Path != m.Paths("units")[0] {
		t.Errorf("merging a damaged file: %v", err)
	}
	if now, err := l.Current(); err != nil || now.Content != m.Content {
		t.Errorf("the lake is at %v, %v", now, err)
	}
}

func TestPruneRemovesOnlyWhatNoStateNames(t *testing.T) {
	dir := t.TempDir()
	l := lake.Open(dir)
	submit(t, l, "aa", data.Unit{UnitID: "u1"})
	submit(t, l, "bb", data.Unit{UnitID: "u2"})
	if _, _, err := l.Compact(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	strangers := []string{"data/units/notes.txt", "notes.txt"}
	left := []string{"data/units/cycle=2024/0011.parquet", "data/units/0022.parquet", "manifest/0033.json"}
	for _, p := range append(slices.Clone(left), strangers...) {
		if err := errors.Join(os.MkdirAll(filepath.Dir(l.Path(p)), 0o755), os.WriteFile(l.Path(p), []byte("12345"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(left)
	removed, bytes, err := l.Prune()
	if err != nil || !slices.Equal(removed, left) || bytes != 15 {
		t.Errorf("removed %v, %d bytes, %v; want %v", removed, bytes, err, left)
	}
	for _, p := range strangers {
		if _, err := os.Stat(l.Path(p)); err != nil {
			t.Errorf("a stranger's file: %v", err)
		}
	}
	all, err := l.Manifests()
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	for _, m := range all {
		if d, err := l.Verify(t.Context(), m); err != nil || len(d) > 0 {
			t.Errorf("state %s after pruning: %v, %v", m.Content, d, err)
		}
	}
	a, err := l.Begin("")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Abort()
	if _, _, err := l.Prune(); !errors.Is(err, lake.ErrLocked) || !strings.Contains(err.Error(), "try again") {
		t.Errorf("pruning while another writes: %v", err)
	}
}
