package analytics

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"tolok/analytics/forecast"
)

// foresight holds what is computed once for a snapshot: by whoever asks first,
// in the background, and everybody else waits for the same.
type foresight struct {
	mu      sync.Mutex
	outlook *later[*Outlook]
	models  map[int]*later[*forecast.Model]                  // by cycle
	blind   map[int]*later[map[inCycleFor]forecast.Forecast] // by cycle
	context context.Context                                  // of the serving file: what it began outlives the request that asked
	stop    context.CancelFunc
}

// later is a value that is being computed.
type later[T any] struct {
	ready chan struct{}
	value T
	err   error
}

func begin[T any](compute func() (T, error)) *later[T] {
	l := &later[T]{ready: make(chan struct{})}
	go func() {
		defer close(l.ready)
		l.value, l.err = compute()
	}()
	return l
}

// wait waits as long as the context allows, and then says [ErrBuilding].
func (l *later[T]) wait(ctx context.Context, what string) (T, error) {
	select {
	case <-l.ready:
		return l.value, l.err
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("%w: %s", ErrBuilding, what)
	}
}

// once gives what is kept under a cycle, and begins it if nobody has.
func once[T any](s *foresight, kept map[int]*later[T], cycle int, compute func() (T, error)) *later[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := kept[cycle]
	if l == nil {
		l = begin(compute)
		kept[cycle] = l
	}
	return l
}

// Outlook gives the forecasts of the snapshot.
func (db *DB) Outlook(ctx context.Context) (*Outlook, error) {
	s := &db.foresight
	s.mu.Lock()
	if s.outlook == nil {
		s.outlook = begin(func() (*Outlook, error) { return db.makeOutlook(s.context) })
	}
	l := s.outlook
	s.mu.Unlock()
	return l.wait(ctx, "forecasts are being computed")
}

// model gives the model of a cycle, as it was when its forecasts were made.
func (db *DB) model(ctx context.Context, cycle int) (*forecast.Model, error) {
	o, err := db.Outlook(ctx)
	if err != nil {
		return nil, err
	}
	s := &db.foresight
	return once(s, s.models, cycle, func() (*forecast.Model, error) { return o.fit(cycle) }).wait(ctx, "the model is being fitted")
}

// withoutSurveys forecasts the nominees of a cycle as if its surveys were not
// known yet.
func (db *DB) withoutSurveys(ctx context.Context, cycle int) (map[inCycleFor]forecast.Forecast, error) {
	m, err := db.model(ctx, cycle)
	if err != nil {
		return nil, err
	}
	s := &db.foresight
	o, err := db.Outlook(ctx)
	if err != nil {
		return nil, err
	}
	return once(s, s.blind, cycle, func() (map[inCycleFor]forecast.Forecast, error) { return o.blind(m, cycle) }).wait(ctx, "forecasts without surveys are being computed")
}

func (o *Outlook) blind(m *forecast.Model, cycle int) (map[inCycleFor]forecast.Forecast, error) {
	cases := casesOf(&o.archive.national, cycle)
	found := make([]forecast.Forecast, len(cases))
	workers := runtime.GOMAXPROCS(0)
	faults := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { // each nominee by itself: the order does not matter
			for i := w; i < len(cases) && faults[w] == nil; i += workers {
				c := *cases[i]
				c.Surveys = forecast.Surveys{}
				found[i], faults[w] = m.Predict(c)
			}
		})
	}
	wg.Wait()
	out := make(map[inCycleFor]forecast.Forecast, len(found))
	for _, f := range found {
		out[inCycleFor{f.Unit, f.Target}] = f
	}
	for _, err := range faults {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fit fits the model of a cycle again.
func (o *Outlook) fit(cycle int) (*forecast.Model, error) {
	var frozen []forecast.Frozen
	for _, c := range o.archive.cycles() {
		if c >= cycle {
			break
		}
		for i := range o.rows[c] {
			if f := &o.rows[c][i]; f.Issuer == "nasional" {
				frozen = append(frozen, frozenOf(f))
			}
		}
	}
	return forecast.Fit(o.archive.national, cycle, o.archive.day(cycle), frozen)
}
