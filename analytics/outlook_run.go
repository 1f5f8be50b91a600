package analytics

import (
	"context"
	"fmt"
	"sync"

	"tolok/analytics/forecast"
)

// foresight holds the outlook of a snapshot: it is made once, by whoever asks
// first, and everybody else waits for the same one.
type foresight struct {
	mu      sync.Mutex
	ready   chan struct{} // closed when out or err is there; nil before the first question
	out     *Outlook
	err     error
	models  map[int]*fitted
	context context.Context
	stop    context.CancelFunc
}

// fitted is the model of one cycle.
type fitted struct {
	ready chan struct{}
	model *forecast.Model
	err   error
}

// Outlook gives the forecasts of the snapshot. They are made in the background,
// outliving the request that asked first; until they are there it waits as long
// as the context allows, and then says [ErrBuilding].
func (db *DB) Outlook(ctx context.Context) (*Outlook, error) {
	s := &db.foresight
	s.mu.Lock()
	if s.ready == nil {
		s.ready = make(chan struct{})
		go func() {
			out, err := db.makeOutlook(s.context)
			s.mu.Lock()
			s.out, s.err = out, err
			s.mu.Unlock()
			close(s.ready)
		}()
	}
	ready := s.ready
	s.mu.Unlock()
	select {
	case <-ready:
		return s.out, s.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: forecasts are being computed", ErrBuilding)
	}
}

// model gives the model of a cycle, fitted in the background like the outlook.
func (db *DB) model(ctx context.Context, cycle int) (*forecast.Model, error) {
	o, err := db.Outlook(ctx)
	if err != nil {
		return nil, err
	}
	s := &db.foresight
	s.mu.Lock()
	m := s.models[cycle]
	if m == nil {
		m = &fitted{ready: make(chan struct{})}
		s.models[cycle] = m
		go func() {
			defer close(m.ready)
			m.model, m.err = o.fit(cycle)
		}()
	}
	s.mu.Unlock()
	select {
	case <-m.ready:
		return m.model, m.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: the model of %d is being fitted", ErrBuilding, cycle)
	}
}

// fit fits the model of a cycle again, as it was when its forecasts were made.
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
