package analytics_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
)

// However many ask for a snapshot at once, it is prepared once, and all get it.
func TestManyReadersOneBuild(t *testing.T) {
	l := lakeOf(t, country(), []data.Record{&data.Unit{UnitID: "u9", AgencyID: "K1", Name: "Kantor Baru", UnitType: "rsud"}})
	all, err := l.Manifests()
	if err != nil {
		t.Fatal(err)
	}
	s := analytics.NewStore(t.Context(), l)
	defer s.Close()
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			name, want := "", int64(5)
			if i%2 == 0 {
				name, want = all[0].Content, 4
			}
			db, err := s.DB(t.Context(), name)
			if err != nil {
				t.Error(err)
				return
			}
			o, err := db.As(analytics.National).Overview(t.Context(), analytics.Filter{Cycle: 2024})
			if err != nil || o.Units != want {
				t.Errorf("snapshot %q has %v units, %v; want %d", name, o, err, want)
			}
		})
	}
	wg.Wait()
	files, _ := filepath.Glob(filepath.Join(l.Dir(), "serving", "*"))
	if len(files) != 2 {
		t.Errorf("serving holds %v, want the two snapshots and nothing else", files)
	}
}

func TestNewSnapshotIsPickedUp(t *testing.T) {
	l := lakeOf(t, country())
	s := analytics.NewStore(t.Context(), l)
	defer s.Close()
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	before, err := s.DB(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	go s.Watch(t.Context(), 10*time.Millisecond, slog.New(slog.DiscardHandler))
	add(t, l, &data.Unit{UnitID: "u9", AgencyID: "K1", Name: "Kantor Baru", UnitType: "rsud"})
	for range 500 {
		db, err := s.DB(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if db.Snapshot() != before.Snapshot() {
			// The old one can still be read by its name.
			old, err := s.DB(t.Context(), before.Snapshot())
			if err != nil || old.Snapshot() != before.Snapshot() {
				t.Errorf("the old snapshot: %v", err)
			}
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the new snapshot was not picked up")
}

func add(t *testing.T, l *lake.Lake, r data.Record) {
	t.Helper()
	a, err := l.Begin("")
	if err != nil {
		t.Fatal(err)
	}
	n, err := a.Source(data.Source{Name: "more.csv", SHA256: "more", Format: "csv"})
	if err != nil {
		t.Fatal(err)
	}
	r.At().Source = n
	if err := a.Put(r); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Commit(time.Now()); err != nil {
		t.Fatal(err)
	}
}

func TestUnknownSnapshotAndEmptyLake(t *testing.T) {
	s := analytics.NewStore(t.Context(), lakeOf(t, country()))
	defer s.Close()
	if _, err := s.DB(t.Context(), "ffffffffffff"); !errors.Is(err, analytics.ErrNotFound) {
		t.Errorf("an unknown snapshot: %v", err)
	}
	empty := analytics.NewStore(t.Context(), lake.Open(t.TempDir()))
	if _, err := empty.DB(t.Context(), ""); !errors.Is(err, lake.ErrEmpty) {
		t.Errorf("an empty lake: %v", err)
	}
}

// A serving file is a copy; one that is damaged is made again.
func TestDamagedServingFileIsMadeAgain(t *testing.T) {
	l := lakeOf(t, country())
	db, err := analytics.Open(t.Context(), l, "")
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	files, _ := filepath.Glob(filepath.Join(l.Dir(), "serving", "*.duckdb"))
	if len(files) != 1 {
		t.Fatalf("serving files: %v", files)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for what, bytes := range map[string][]byte{"cut short": whole[:len(whole)/2], "empty": nil, "something else": []byte("not a database at all")} {
		if err := os.WriteFile(files[0], bytes, 0o644); err != nil {
			t.Fatal(err)
		}
		db, err := analytics.Open(t.Context(), l, "")
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if o, err := db.As(analytics.National).Overview(t.Context(), analytics.Filter{}); err != nil || o.Units != 4 {
			t.Errorf("%s: made again it says %v, %v", what, o, err)
		}
		db.Close()
	}
}
