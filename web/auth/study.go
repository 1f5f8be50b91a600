package auth

import (
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// States of a request for a study visit.
const (
	StudyAsked    = "asked"
	StudyAccepted = "accepted"
	StudyDeclined = "declined"
	StudyDone     = "done"
)

// Study is one unit's request to visit another and learn an area from it. Who
// may ask and decide for which unit is for the caller to know; this keeps what
// was asked and what became of it.
type Study struct {
	ID      string    `json:"id"`
	Guest   string    `json:"guest"` // unit
	Host    string    `json:"host"`  // unit
	Area    string    `json:"area"`
	State   string    `json:"state"`
	By      string    `json:"by"` // account id of who asked
	At      time.Time `json:"at"`
	Decided time.Time `json:"decided"`           // of the last step after asking
	Outcome string    `json:"outcome,omitempty"` // what the visit led to
}

// Bounds of what is kept.
const (
	maxOpenStudies = 10   // asked or accepted at a time, of one guest
	maxOutcome     = 1000 // bytes
)

// open reports whether the request still waits for something.
func (v *Study) open() bool { return v.State == StudyAsked || v.State == StudyAccepted }

// AskStudy asks for a visit. A guest asks a host once at a time for an area, and
// not for more than a few visits at a time.
func (s *Store) AskStudy(by Identity, guest, host, area string) (v *Study, err error) {
	if !by.SignedIn() || by.ReadOnly {
		return nil, ErrForbidden
	}
	if host == "" || host == guest || !isRegisterID(host) || !isRegisterID(guest) {
		return nil, &Invalid{Field: "host", Reason: "unknown"}
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		open := 0
		err := each(tx, bucketStudies, func(_ []byte, o *Study) error {
			if o.Guest != guest || !o.open() {
				return nil
			}
			open++
			if o.Host == host && o.Area == area {
				return &Invalid{Field: "host", Reason: "asked"}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if open >= maxOpenStudies {
			return &Invalid{Field: "host", Reason: "too-many"}
		}
		v = &Study{ID: newID(), Guest: guest, Host: host, Area: area, State: StudyAsked, By: by.Account, At: s.now()}
		return put(tx, bucketStudies, []byte(v.ID), v)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// studySteps are the states that follow on each.
var studySteps = map[string][]string{
	StudyAsked: {StudyAccepted, StudyDeclined}, StudyAccepted: {StudyDone, StudyDeclined}, StudyDone: {StudyDone},
}

// StepStudy takes a request a step further, the last with what it led to; what
// was done can be told again in better words.
func (s *Store) StepStudy(by Identity, id, state, outcome string) error {
	if !by.SignedIn() || by.ReadOnly {
		return ErrForbidden
	}
	outcome = strings.TrimSpace(outcome)
	if len(outcome) > maxOutcome {
		return &Invalid{Field: "outcome", Reason: "too-long"}
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		v, err := get[Study](tx, bucketStudies, []byte(id))
		switch {
		case err != nil:
			return err
		case v == nil:
			return ErrNotFound
		case !slices.Contains(studySteps[v.State], state):
			return &Invalid{Field: "state", Reason: "not-allowed"}
		}
		v.State, v.Decided = state, s.now()
		if state == StudyDone {
			v.Outcome = outcome
		}
		return put(tx, bucketStudies, []byte(id), v)
	})
}

// StudyByID finds one request.
func (s *Store) StudyByID(id string) (v *Study, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		if v, err = get[Study](tx, bucketStudies, []byte(id)); err == nil && v == nil {
			err = ErrNotFound
		}
		return err
	})
	return v, err
}

// Studies lists the requests that keep takes, newest first.
func (s *Store) Studies(keep func(*Study) bool) (list []Study, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		return each(tx, bucketStudies, func(_ []byte, v *Study) error {
			if keep(v) {
				list = append(list, *v)
			}
			return nil
		})
	})
	slices.SortFunc(list, func(a, b Study) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list, err
}

// StudiesWaiting counts, by host, the visits asked for or agreed since a time.
func (s *Store) StudiesWaiting(since time.Time) (map[string]int, error) {
	list, err := s.Studies(func(v *Study) bool { return v.State != StudyDeclined && !v.At.Before(since) })
	out := map[string]int{}
	for _, v := range list {
		out[v.Host]++
	}
	return out, err
}
