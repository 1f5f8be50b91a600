package auth

import (
	"context"
	"slices"
	"strconv"
	"time"

	"go.etcd.io/bbolt"
)

// Release says that the scores of a cycle are open to every role, since when,
// and on whose word.
type Release struct {
	Cycle int       `json:"cycle"`
	By    string    `json:"by"` // account id; empty: the console
	At    time.Time `json:"at"`
}

// firstCycle and lastCycle bound what can be the year of a cycle.
const (
	firstCycle = 2000
	lastCycle  = 2100
)

// SetReleased releases a cycle or withdraws its release; a national
// administrator may. Releasing what is released keeps who did it first.
func (s *Store) SetReleased(by Identity, cycle int, released bool) error {
	if cycle < firstCycle || cycle > lastCycle {
		return &Invalid{Field: "cycle", Reason: "bad-form", Want: "a year"}
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		actor, err := s.actor(tx, by)
		if err != nil {
			return err
		}
		if actor.Role != Nasional {
			return ErrForbidden
		}
		key := []byte(strconv.Itoa(cycle))
		if !released {
			return tx.Bucket(bucketReleases).Delete(key)
		}
		if tx.Bucket(bucketReleases).Get(key) != nil {
			return nil
		}
		return put(tx, bucketReleases, key, Release{Cycle: cycle, By: actor.ID, At: s.now()})
	})
}

// Releases lists the released cycles, the newest first.
func (s *Store) Releases() (list []Release, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		return each(tx, bucketReleases, func(_ []byte, r *Release) error {
			list = append(list, *r)
			return nil
		})
	})
	slices.SortFunc(list, func(a, b Release) int { return b.Cycle - a.Cycle })
	return list, err
}

// Released gives the released cycles in order. Where they cannot be read, or
// the request has ended, no cycle counts as released.
func (s *Store) Released(ctx context.Context) []int {
	if ctx.Err() != nil {
		return nil
	}
	list, err := s.Releases()
	if err != nil {
		return nil
	}
	cycles := make([]int, 0, len(list))
	for _, r := range list {
		cycles = append(cycles, r.Cycle)
	}
	slices.Sort(cycles)
	return cycles
}
