package lake_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tolok/data"
	"tolok/data/lake"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// submit commits units under one source with the given bytes' hash.
func submit(t *testing.T, l *lake.Lake, sha string, units ...data.Unit) *lake.Manifest {
	t.Helper()
	a, err := l.Begin("test office")
	if err != nil {
		t.Fatal(err)
	}
	n, err := a.Source(data.Source{Name: sha + ".csv", SHA256: sha, Format: "csv"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range units {
		units[i].Origin = data.Origin{Source: n, Line: int32(i + 2)}
		if err := a.Put(&units[i]); err != nil {
			t.Fatal(err)
		}
	}
	m, err := a.Commit(noon)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func names(t *testing.T, l *lake.Lake, m *lake.Manifest) string {
	t.Helper()
	var out []string
	if err := lake.Read(l, m, "units", func(u *data.Unit) error {
		out = append(out, u.UnitID+":"+u.Name)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func TestCommitsAddUp(t *testing.T) {
	l := lake.Open(t.TempDir())
	if _, err := l.Current(); !errors.Is(err, lake.ErrEmpty) {
		t.Fatalf("a new folder: %v, want ErrEmpty", err)
	}
	staff := int64(0)
	first := submit(t, l, "aa", data.Unit{UnitID: "u1", Name: "One", Staff: &staff}, data.Unit{UnitID: "u2", Name: "Two"})
	second := submit(t, l, "bb", data.Unit{UnitID: "u1", Name: "One again"})

	if got, want := names(t, l, first), "u1:One u2:Two"; got != want {
		t.Errorf("the first state now reads %q, want %q", got, want)
	}
	if got, want := names(t, l, second), "u1:One u2:Two u1:One again"; got != want {
		t.Errorf("the second state reads %q, want %q", got, want)
	}
	var u1, u2 *int64
	if err := lake.Read(l, first, "units", func(u *data.Unit) error {
		if u.UnitID == "u1" {
			u1 = u.Staff
		} else {
			u2 = u.Staff
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if u1 == nil || *u1 != 0 || u2 != nil {
		t.Errorf("staff read back as %v and %v, want 0 and unknown", u1, u2)
	}
	all, err := l.Manifests()
	if err != nil || len(all) != 2 || all[0].Content != first.Content || all[1].Content != second.Content {
		t.Errorf("Manifests = %v, %v", all, err)
	}
	if len(second.Submissions) != 2 || second.Submissions[1].First != 2 || second.LastSource != 2 {
		t.Errorf("submissions: %+v", second.Submissions)
	}
}

func TestSameInputsSameName(t *testing.T) {
	unit := data.Unit{UnitID: "u1", Name: "One"}
	a := submit(t, lake.Open(t.TempDir()), "aa", unit)
	b := submit(t, lake.Open(t.TempDir()), "aa", unit)
	c := submit(t, lake.Open(t.TempDir()), "aa", data.Unit{UnitID: "u1", Name: "Two"})
	if a.Content != b.Content {
		t.Errorf("the same records made %s and %s", a.Content, b.Content)
	}
	if a.Content == c.Content {
		t.Error("other records made the same name")
	}
	if a.SnapshotID("rules") == a.SnapshotID("other rules") {
		t.Error("other rules made the same snapshot id")
	}
}

func TestKnownSourceIsRefused(t *testing.T) {
	l := lake.Open(t.TempDir())
	m := submit(t, l, "aa", data.Unit{UnitID: "u1"})
	a, err := l.Begin("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Source(data.Source{Name: "aa.csv", SHA256: "aa"}); !errors.Is(err, data.ErrSourceKnown) {
		t.Errorf("the same file again: %v, want ErrSourceKnown", err)
	}
	again, err := a.Commit(noon)
	if err != nil || again.Content != m.Content {
		t.Errorf("committing nothing gave %v, %v", again, err)
	}
}

// Two units may send forms that are equal to the byte.
func TestSameBytesUnderAnotherNameAreAnotherSource(t *testing.T) {
	l := lake.Open(t.TempDir())
	submit(t, l, "aa", data.Unit{UnitID: "u1"})
	a, err := l.Begin("")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Abort()
	if n, err := a.Source(data.Source{Name: "other.csv", SHA256: "aa"}); err != nil || n != 2 {
		t.Errorf("source %d, %v", n, err)
	}
}

// A file that lost rows is read again: its units may be registered by now.
func TestSourceThatLostRowsIsNotKnown(t *testing.T) {
	l := lake.Open(t.TempDir())
	send := func() error {
		a, err := l.Begin("")
		if err != nil {
			t.Fatal(err)
		}
		n, err := a.Source(data.Source{Name: "u.csv", SHA256: "aa"})
		if err != nil {
			a.Abort()
			return err
		}
		if err := a.Report(data.Problem{Code: "unknown-unit", Severity: data.Rejected, Origin: data.Origin{Source: n}}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Commit(noon); err != nil {
			t.Fatal(err)
		}
		return nil
	}
	for i := range 2 {
		if err := send(); err != nil {
			t.Errorf("sent for the %d. time: %v", i+1, err)
		}
	}
}

func TestAbortLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	l := lake.Open(dir)
	m := submit(t, l, "aa", data.Unit{UnitID: "u1"})
	a, err := l.Begin("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Source(data.Source{SHA256: "bb"}); err != nil {
		t.Fatal(err)
	}
	if err := a.Put(&data.Unit{UnitID: "u2"}); err != nil {
		t.Fatal(err)
	}
	a.Abort()
	now, err := l.Current()
	if err != nil || now.Content != m.Content {
		t.Errorf("after an abort the lake is at %v, %v", now, err)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "staging", "*"))
	if len(left) != 0 {
		t.Errorf("staging still holds %v", left)
	}
}

func TestSecondWriterIsToldWhoHoldsTheLock(t *testing.T) {
	l := lake.Open(t.TempDir())
	a, err := l.Begin("")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Abort()
	_, err = l.Begin("")
	if !errors.Is(err, lake.ErrLocked) || !strings.Contains(err.Error(), "process") {
		t.Errorf("second writer: %v, want ErrLocked naming the process", err)
	}
}

func TestVerifyFindsEveryDamage(t *testing.T) {
	dir := t.TempDir()
	l := lake.Open(dir)
	m := submit(t, l, "aa", data.Unit{UnitID: "u1"})
	if d, err := l.Verify(t.Context(), m); err != nil || len(d) != 0 {
		t.Fatalf("a sound lake: %v, %v", d, err)
	}
	for _, f := range m.Files {
		path := l.Path(f.Path)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		flipped := append([]byte{}, whole...)
		flipped[len(flipped)/2] ^= 1
		for what, bytes := range map[string][]byte{"a flipped bit": flipped, "a cut tail": whole[:len(whole)-1]} {
			if err := os.WriteFile(path, bytes, 0o644); err != nil {
				t.Fatal(err)
			}
			if d, err := l.Verify(t.Context(), m); err != nil || len(d) != 1 || d[0].Path != f.Path {
				t.Errorf("%s in %s: found %v, %v", what, f.Path, d, err)
			}
		}
		if err := os.WriteFile(path, whole, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDamagedManifestIsNamed(t *testing.T) {
	dir := t.TempDir()
	l := lake.Open(dir)
	m := submit(t, l, "aa", data.Unit{UnitID: "u1"})
	path := filepath.Join(dir, "manifest", m.Content+".json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(b), `"rows": 1`, `"rows": 2`, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Current(); err == nil || !strings.Contains(err.Error(), "restore it from a backup") {
		t.Errorf("a manifest changed by hand: %v", err)
	}
}
