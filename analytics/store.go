package analytics

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"tolok/data/lake"
	"tolok/data/rule"
)

// Store keeps the newest snapshot of a lake open, and those asked for lately.
type Store struct {
	lake *lake.Lake

	mu      sync.Mutex
	current string          // content id of the newest state that is open
	open    map[string]*use // by content id
}

type use struct {
	db   *DB
	last time.Time
}

const (
	// keepOpen is how many snapshots stay open; a reader of one that was
	// closed waits for it to be opened again.
	keepOpen = 4
	// closeAfter is longer than any request may take: one that still holds a
	// snapshot that was put aside can finish.
	closeAfter = 2 * time.Minute
)

// NewStore serves the lake's snapshots.
func NewStore(l *lake.Lake) *Store { return &Store{lake: l, open: map[string]*use{}} }

// DB gives the snapshot whose id begins with name; "" is the newest that is
// ready. The DB stays usable for as long as a request may take.
func (s *Store) DB(ctx context.Context, name string) (*DB, error) {
	s.mu.Lock()
	if u := s.open[s.current]; name == "" && u != nil {
		u.last = time.Now()
		s.mu.Unlock()
		return u.db, nil
	}
	s.mu.Unlock()
	m, err := s.lake.Find(name, rule.Fingerprint())
	if errors.Is(err, lake.ErrNoSnapshot) {
		return nil, errors.Join(ErrNotFound, err)
	}
	if err != nil {
		return nil, err
	}
	return s.get(ctx, m)
}

// get opens a state, or finds it open. Building takes long and happens outside
// the lock: readers of other states go on.
func (s *Store) get(ctx context.Context, m *lake.Manifest) (*DB, error) {
	path, err := Build(ctx, s.lake, m)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.open[m.Content]; u != nil {
		u.last = time.Now()
		return u.db, nil
	}
	db, err := openFile(ctx, path)
	if err != nil {
		return nil, err
	}
	s.open[m.Content] = &use{db, time.Now()}
	s.evict(m.Content)
	return db, nil
}

// evict puts aside the snapshots not used for longest, never the newest or the
// one just opened.
func (s *Store) evict(just string) {
	for len(s.open) > keepOpen {
		oldest := ""
		for id, u := range s.open {
			if id != s.current && id != just && (oldest == "" || u.last.Before(s.open[oldest].last)) {
				oldest = id
			}
		}
		db := s.open[oldest].db
		delete(s.open, oldest)
		time.AfterFunc(closeAfter, func() { _ = db.Close() })
	}
}

// Refresh makes the newest state of the lake the one that is served. The old
// one is served until the new one is whole.
func (s *Store) Refresh(ctx context.Context) error {
	m, err := s.lake.Current()
	if err != nil {
		return err
	}
	s.mu.Lock()
	same := m.Content == s.current
	s.mu.Unlock()
	if same {
		return nil
	}
	if _, err := s.get(ctx, m); err != nil {
		return err
	}
	s.mu.Lock()
	s.current = m.Content
	s.mu.Unlock()
	return nil
}

// Watch looks for a new snapshot at intervals until the context ends.
func (s *Store) Watch(ctx context.Context, every time.Duration, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := s.Refresh(ctx); err != nil && !errors.Is(err, lake.ErrEmpty) {
				log.Error("the newest snapshot cannot be served; the old one goes on", "error", err)
			}
		}
	}
}

// Close releases every snapshot.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for id, u := range s.open {
		errs = append(errs, u.db.Close())
		delete(s.open, id)
	}
	return errors.Join(errs...)
}
