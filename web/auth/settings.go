package auth

import "go.etcd.io/bbolt"

// Settings are what administrators set in the browser.
type Settings struct {
	AuditDays int `json:"audit_days"` // how long the audit log is kept; 0: for good
}

// The shortest and the longest time an audit log may be set to be kept: a month
// is what an inquiry needs at least.
const (
	leastAuditDays = 30
	mostAuditDays  = 36500
)

var keySettings = []byte("settings")

// Settings gives what is set; the zero value where nothing is.
func (s *Store) Settings() (set Settings, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		row, err := get[Settings](tx, bucketMeta, keySettings)
		if row != nil {
			set = *row
		}
		return err
	})
	return set, err
}

// CheckAuditDays says whether the audit log may be kept for so many days.
func CheckAuditDays(days int) error {
	switch {
	case days != 0 && days < leastAuditDays:
		return &Invalid{Field: "audit_days", Reason: "too-short", Want: "30 days, or 0 for good"}
	case days > mostAuditDays:
		return &Invalid{Field: "audit_days", Reason: "too-long", Want: "36500 days, or 0 for good"}
	}
	return nil
}

// SetSettings changes the settings; a national administrator may.
func (s *Store) SetSettings(by Identity, set Settings) error {
	if err := CheckAuditDays(set.AuditDays); err != nil {
		return err
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		actor, err := s.actor(tx, by)
		if err != nil {
			return err
		}
		if actor.Role != Nasional {
			return ErrForbidden
		}
		return put(tx, bucketMeta, keySettings, set)
	})
}

// Counts are figures for who watches over the program.
type Counts struct{ Accounts, Sessions, Tokens int }

// Counts counts active accounts, live sessions and tokens that have not expired.
func (s *Store) Counts() (c Counts, err error) {
	now := s.now()
	err = s.db.View(func(tx *bbolt.Tx) error {
		err := each(tx, bucketAccounts, func(_ []byte, a *accountRow) error {
			if a.State == Active {
				c.Accounts++
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = each(tx, bucketSessions, func(_ []byte, r *sessionRow) error {
			if !s.sessionOver(r, now) {
				c.Sessions++
			}
			return nil
		})
		if err != nil {
			return err
		}
		return each(tx, bucketTokens, func(_ []byte, t *Token) error {
			if now.Before(t.Expires) {
				c.Tokens++
			}
			return nil
		})
	})
	return c, err
}

// Lookup finds an account by its sign-in name, for the audit log and its
// search. What a stranger is told must never depend on it.
func (s *Store) Lookup(signIn string) (a Account, known bool) {
	name, err := cleanSignIn(signIn)
	if err != nil {
		return a, false
	}
	err = s.db.View(func(tx *bbolt.Tx) error {
		row, err := accountByName(tx, name)
		if err == nil && row != nil {
			a, known = row.Account, true
		}
		return err
	})
	return a, known && err == nil
}
