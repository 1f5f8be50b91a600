package auth

import (
	"encoding/hex"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// sessionRow is one browser that signed in.
type sessionRow struct {
	Account string    `json:"account"`
	Created time.Time `json:"created"` // of the sign-in: a new id does not lengthen a session
	Seen    time.Time `json:"seen"`    // to the minute
	ViewAs  *Scope    `json:"view_as,omitempty"`
	Address string    `json:"address"` // of the sign-in
	OIDC    bool      `json:"oidc"`
}

// SessionInfo is what an account sees of its sessions.
type SessionInfo struct {
	ID      string // names the session, opens nothing
	Created time.Time
	Seen    time.Time
	Address string
}

// seenEvery is how much later a request must be to be written down: a write to
// disk for every page would be slower than the page.
const seenEvery = time.Minute

func (s *Store) sessionOver(r *sessionRow, now time.Time) bool {
	return now.Sub(r.Seen) >= s.opts.Idle || now.Sub(r.Created) >= s.opts.Absolute
}

func sessionName(hash []byte) string { return hex.EncodeToString(hash[:8]) }

func (s *Store) addSession(tx *bbolt.Tx, r sessionRow) (id string, err error) {
	id = newToken()
	return id, put(tx, bucketSessions, hashToken(id), r)
}

// session reads a session that is valid now, with its account.
func (s *Store) session(tx *bbolt.Tx, id string) (*sessionRow, *accountRow, error) {
	if !isToken(id) {
		return nil, nil, ErrSession
	}
	r, err := get[sessionRow](tx, bucketSessions, hashToken(id))
	if err != nil {
		return nil, nil, err
	}
	if r == nil || s.sessionOver(r, s.now()) {
		return nil, nil, ErrSession
	}
	a, err := accountByID(tx, r.Account)
	if err != nil || a.State != Active {
		return nil, nil, ErrSession
	}
	if r.ViewAs != nil && (!a.Admin || !r.ViewAs.Within(a.Scope)) {
		return nil, nil, ErrSession
	}
	return r, a, nil
}

// ownSession gives the account of a session that is not a view as another.
func (s *Store) ownSession(tx *bbolt.Tx, id string) (*accountRow, error) {
	r, a, err := s.session(tx, id)
	if err == nil && r.ViewAs != nil {
		return nil, ErrForbidden
	}
	return a, err
}

// Session resolves a session id to who asks, or fails with [ErrSession].
func (s *Store) Session(id string) (who Identity, err error) {
	touch := false
	err = s.db.View(func(tx *bbolt.Tx) error {
		r, a, err := s.session(tx, id)
		if err != nil {
			return err
		}
		touch = s.now().Sub(r.Seen) >= min(seenEvery, s.opts.Idle/10)
		who = Identity{
			Account: a.ID, Name: a.Name, Scope: a.Scope, Own: a.Scope, Admin: a.Admin,
			Via: ViaSession, Session: sessionName(hashToken(id)),
		}
		if r.ViewAs != nil {
			who.Scope, who.Admin, who.ViewAs, who.ReadOnly = *r.ViewAs, false, true, true
		}
		return nil
	})
	if err != nil || !touch {
		return who, err
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		r, _, err := s.session(tx, id)
		if err != nil {
			return err
		}
		r.Seen = s.now()
		return put(tx, bucketSessions, hashToken(id), r)
	})
	if err != nil {
		return Identity{}, err
	}
	return who, nil
}

// rotate moves a session to a new id and changes it on the way.
func (s *Store) rotate(tx *bbolt.Tx, old string, change func(*sessionRow) error) (id string, err error) {
	r, _, err := s.session(tx, old)
	if err != nil {
		return "", err
	}
	if err := change(r); err != nil {
		return "", err
	}
	if err := tx.Bucket(bucketSessions).Delete(hashToken(old)); err != nil {
		return "", err
	}
	r.Seen = s.now()
	return s.addSession(tx, *r)
}

// Rotate gives a session a new id; the old one ends.
func (s *Store) Rotate(session string) (id string, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) error {
		id, err = s.rotate(tx, session, func(*sessionRow) error { return nil })
		return err
	})
	return id, err
}

// ViewAs lets an administrator see what a scope no wider than its own sees; the
// public's is the zero scope. Until [Store.ViewAsSelf] the session may see that
// and change nothing. It goes on under a new id.
func (s *Store) ViewAs(session string, scope Scope) (id string, err error) {
	if scope != (Scope{}) {
		if scope, err = s.settle(scope); err != nil {
			return "", err
		}
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		_, a, err := s.session(tx, session)
		if err != nil {
			return err
		}
		if !a.Admin || !scope.Within(a.Scope) {
			return ErrForbidden
		}
		id, err = s.rotate(tx, session, func(r *sessionRow) error { r.ViewAs = &scope; return nil })
		return err
	})
	return id, err
}

// ViewAsSelf ends [Store.ViewAs]. The session goes on under a new id.
func (s *Store) ViewAsSelf(session string) (id string, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) error {
		id, err = s.rotate(tx, session, func(r *sessionRow) error { r.ViewAs = nil; return nil })
		return err
	})
	return id, err
}

// SignOut ends a session. Ending one that has ended is no error.
func (s *Store) SignOut(session string) error {
	return s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucketSessions).Delete(hashToken(session)) })
}

// Sessions lists the live sessions of an account, the latest first, for itself
// or for who manages it.
func (s *Store) Sessions(by Identity, account string) (list []SessionInfo, err error) {
	now := s.now()
	err = s.db.View(func(tx *bbolt.Tx) error {
		if err := s.ownOrManaged(tx, by, account); err != nil {
			return err
		}
		return each(tx, bucketSessions, func(k []byte, r *sessionRow) error {
			if r.Account == account && !s.sessionOver(r, now) {
				list = append(list, SessionInfo{ID: sessionName(k), Created: r.Created, Seen: r.Seen, Address: r.Address})
			}
			return nil
		})
	})
	slices.SortFunc(list, func(a, b SessionInfo) int { return b.Created.Compare(a.Created) })
	return list, err
}

// EndSession ends one session of an account by the name [Store.Sessions] gave it.
func (s *Store) EndSession(by Identity, account, name string) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		if err := s.ownOrManaged(tx, by, account); err != nil {
			return err
		}
		found := false
		err := deleteSessions(tx, func(k []byte, r *sessionRow) bool {
			gone := r.Account == account && sessionName(k) == name
			found = found || gone
			return gone
		})
		if err == nil && !found {
			err = ErrNotFound
		}
		return err
	})
}

// EndSessions ends every session of an account but the one whose id is given.
func (s *Store) EndSessions(by Identity, account, but string) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		if err := s.ownOrManaged(tx, by, account); err != nil {
			return err
		}
		return revokeSessions(tx, account, but)
	})
}

// revokeSessions ends the sessions and half-done sign-ins of an account.
func revokeSessions(tx *bbolt.Tx, account string, but ...string) error {
	var keep [][]byte
	for _, id := range but {
		keep = append(keep, hashToken(id))
	}
	err := deleteSessions(tx, func(k []byte, r *sessionRow) bool { return r.Account == account && !contains(keep, k) })
	if err != nil {
		return err
	}
	return deleteIf(tx, bucketPending, func(p *pendingRow) bool { return p.Account == account })
}

func deleteSessions(tx *bbolt.Tx, gone func(key []byte, r *sessionRow) bool) error {
	var keys [][]byte
	err := each(tx, bucketSessions, func(k []byte, r *sessionRow) error {
		if gone(k, r) {
			keys = append(keys, slices.Clone(k))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := tx.Bucket(bucketSessions).Delete(k); err != nil {
			return err
		}
	}
	return nil
}
