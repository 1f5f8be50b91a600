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
	ctx  context.Context // of the server: a build outlives the request that asked for it

	mu       sync.Mutex
	current  string                   // content id of the newest state that is open
	open     map[string]*use          // by content id
	building map[string]chan struct{} // closed when the state is open, or has failed
	failed   map[string]error         // why the last build of a state failed
	stats    Stats
}

// Stats are what a store has done since it was made.
type Stats struct {
	Snapshot string    // id of the newest that is served; "" while there is none
	Since    time.Time // when it began to be served
	Builds   int64     // states prepared for serving
	Failed   int64     // states that could not be
	Took     time.Duration
	Last     time.Duration // of the last state alone
}

// Stats gives the figures so far.
func (s *Store) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
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
	// patience is how long a request waits for a snapshot to be prepared
	// before it is told to come back.
	patience = 5 * time.Second
)

// NewStore serves the lake's snapshots until the context ends.
func NewStore(ctx context.Context, l *lake.Lake) *Store {
	return &Store{lake: l, ctx: ctx, open: map[string]*use{}, building: map[string]chan struct{}{}, failed: map[string]error{}}
}

// DB gives the snapshot whose id begins with name; "" is the newest that is
// ready. The DB stays usable for as long as a request may take. A snapshot
// that takes longer to prepare than a reader waits is ErrBuilding.
func (s *Store) DB(ctx context.Context, name string) (*DB, error) {
	if name == "" {
		s.mu.Lock()
		u := s.open[s.current]
		if u != nil {
			u.last = time.Now()
		}
		s.mu.Unlock()
		if u != nil {
			return u.db, nil
		}
	}
	m, err := s.lake.Find(name, rule.Fingerprint())
	if errors.Is(err, lake.ErrNoSnapshot) {
		return nil, errors.Join(ErrNotFound, err)
	}
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	return s.get(ctx, m)
}

// get finds a state open, or waits for it to be opened. However many ask, a
// state is opened by one goroutine, outside the lock: readers of other states
// go on.
func (s *Store) get(ctx context.Context, m *lake.Manifest) (*DB, error) {
	s.mu.Lock()
	if u := s.open[m.Content]; u != nil {
		u.last = time.Now()
		s.mu.Unlock()
		return u.db, nil
	}
	ready := s.building[m.Content]
	if ready == nil {
		ready = make(chan struct{})
		s.building[m.Content] = ready
		go s.prepare(m, ready)
	}
	s.mu.Unlock()
	select {
	case <-ready:
	case <-ctx.Done():
		return nil, ErrBuilding
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.open[m.Content]; u != nil {
		u.last = time.Now()
		return u.db, nil
	}
	return nil, s.failed[m.Content]
}

func (s *Store) prepare(m *lake.Manifest, ready chan struct{}) {
	start := time.Now()
	db, err := openState(s.ctx, s.lake, m)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Last = time.Since(start)
	s.stats.Took += s.stats.Last
	s.stats.Builds++
	delete(s.building, m.Content)
	delete(s.failed, m.Content)
	if err != nil {
		s.failed[m.Content] = err
		s.stats.Failed++
	} else {
		s.open[m.Content] = &use{db, time.Now()}
		s.evict(m.Content)
	}
	close(ready)
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
	s.stats.Snapshot, s.stats.Since = m.SnapshotID(rule.Fingerprint()), time.Now()
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
