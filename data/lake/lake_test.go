package lake_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
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

// take commits one submission of sources, each "name bytes context lost", where
// the last two may be missing and lost is the number of rows left out.
func take(t *testing.T, l *lake.Lake, sources ...string) {
	t.Helper()
	a, err := l.Begin("")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		f := append(strings.Fields(s), "", "")
		n, err := a.Source(data.Source{Name: f[0], SHA256: f[1], Context: f[2]})
		if err != nil {
			t.Fatal(err)
		}
		if f[3] != "" {
			if err := a.Report(data.Problem{Code: "unknown-unit", Severity: data.Rejected, Origin: data.Origin{Source: n}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := a.Commit(noon); err != nil {
		t.Fatal(err)
	}
}

// A file is known if the lake holds it just as it is: not as it once was.
func TestHolds(t *testing.T) {
	for _, c := range []struct {
		what        string
		submissions [][]string
		file        string
		want        bool
	}{
		{"an empty lake", nil, "a.csv 11", false},
		{"the same bytes", [][]string{{"a.csv 11"}}, "a.csv 11", true},
		{"other bytes", [][]string{{"a.csv 11"}}, "a.csv 22", false},
		{"the same bytes under another name: two units may send equal forms", [][]string{{"a.csv 11"}}, "b.csv 11", false},
		{"a submission in between with other files", [][]string{{"a.csv 11"}, {"b.csv 22"}}, "a.csv 11", true},
		{"what the file held before it was corrected", [][]string{{"a.csv 11"}, {"a.csv 22"}}, "a.csv 11", false},
		{"the same bytes for another unit", [][]string{{"a.csv 11 unit=U-1"}}, "a.csv 11 unit=U-2", false},
		{"the same bytes for the same unit", [][]string{{"a.csv 11 unit=U-1"}}, "a.csv 11 unit=U-1", true},
		{"rows were lost, whose units may be registered by now", [][]string{{"a.csv 11 - lost"}}, "a.csv 11 -", false},
		{"rows were lost at first and not the second time", [][]string{{"a.csv 11 - lost"}, {"a.csv 11 -"}}, "a.csv 11 -", true},
		{"two files of one name in one submission", [][]string{{"a.csv 11", "a.csv 22"}}, "a.csv 11", true},
	} {
		t.Run(c.what, func(t *testing.T) {
			l := lake.Open(t.TempDir())
			m := &lake.Manifest{}
			for _, s := range c.submissions {
				take(t, l, s...)
			}
			if len(c.submissions) > 0 {
				var err error
				if m, err = l.Current(); err != nil {
					t.Fatal(err)
				}
			}
			f := append(strings.Fields(c.file), "")
			if got := slices.Contains(m.Holds(f[0], f[2]), f[1]); got != c.want {
				t.Errorf("%s is known: %v, want %v", c.file, got, c.want)
			}
		})
	}
}

func TestCommittingNothingChangesNothing(t *testing.T) {
	l := lake.Open(t.TempDir())
	m := submit(t, l, "aa", data.Unit{UnitID: "u1"})
	a, err := l.Begin("")
	if err != nil {
		t.Fatal(err)
	}
	again, err := a.Commit(noon)
	if err != nil || again.Content != m.Content {
		t.Errorf("committing nothing gave %v, %v", again, err)
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
