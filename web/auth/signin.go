package auth

import (
	"bytes"
	"crypto/subtle"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

const (
	pendingLife  = 5 * time.Minute
	pendingTries = 5
	knownKept    = 5
)

// Attempt is one try at signing in.
type Attempt struct {
	Name, Password string
	Address        string // of the client, see [ClientAddress]
	Session        string // the browser's session until now, which ends on success
}

// SignedIn is a sign-in that succeeded. Where the account has a second factor,
// Session is empty and Pending is to be given to [Store.SignInCode].
type SignedIn struct {
	Account Account
	Session string // the new session id, for the cookie
	Pending string // valid for five minutes and five codes
}

// pendingRow stands between the password and the code.
type pendingRow struct {
	Account string    `json:"account"`
	Tries   int       `json:"tries"`
	Expires time.Time `json:"expires"`
}

// SignIn checks a name and a password. It fails with [ErrSignIn], or with
// [Locked] after too many failures.
func (s *Store) SignIn(a Attempt) (SignedIn, error) {
	// A name of impossible form is counted and compared like any other.
	name, err := cleanSignIn(a.Name)
	if err != nil {
		name = "?"
	}
	stored, err := s.beginAttempt(name, a.Address)
	if err != nil {
		return SignedIn{}, err
	}
	ok, stale, err := s.comparePassword(stored, a.Password)
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		return SignedIn{}, ErrSignIn
	}
	rehashed := ""
	if stale {
		if rehashed, err = s.hash(a.Password); err != nil {
			return SignedIn{}, err
		}
	}
	var result SignedIn
	err = s.db.Update(func(tx *bbolt.Tx) error {
		row, err := accountByName(tx, name)
		if err != nil {
			return err
		}
		// The account may have been closed or given a new password meanwhile.
		if row == nil || row.State != Active || row.Password != stored {
			return ErrSignIn
		}
		if rehashed != "" {
			row.Password = rehashed
		}
		if row.TOTP {
			result, err = s.addPending(tx, row)
			return err
		}
		result, err = s.completeSignIn(tx, row, a.Address, a.Session, false)
		return err
	})
	return result, err
}

// beginAttempt counts the attempt and gives the hash to compare with: empty for
// a name nobody has and for a disabled account.
func (s *Store) beginAttempt(name, address string) (stored string, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) error {
		row, err := accountByName(tx, name)
		if err != nil {
			return err
		}
		if row != nil && row.State == Active {
			stored = row.Password
		}
		ofName, ofAddress := s.counters(row, name, address)
		return s.reserve(tx, ofName, ofAddress)
	})
	return stored, err
}

func (s *Store) addPending(tx *bbolt.Tx, row *accountRow) (SignedIn, error) {
	if err := putAccount(tx, row); err != nil {
		return SignedIn{}, err
	}
	token := newToken()
	p := pendingRow{Account: row.ID, Expires: s.now().Add(pendingLife)}
	return SignedIn{Account: row.Account, Pending: token}, put(tx, bucketPending, hashToken(token), p)
}

// SignInCode ends a sign-in with a one-time or a recovery code. It fails with
// [ErrCode], with [ErrSession] when the sign-in has to begin anew, or with
// [Locked].
func (s *Store) SignInCode(pending, code, address, session string) (result SignedIn, err error) {
	var refused error // committed all the same: the count of tries must stay
	err = s.db.Update(func(tx *bbolt.Tx) error {
		p, row, err := s.pending(tx, pending)
		if err != nil {
			return err
		}
		ofName, ofAddress := s.counters(row, row.SignIn, address)
		if err := s.reserve(tx, ofName, ofAddress); err != nil {
			return err
		}
		ok, err := s.useCode(row, code)
		if err != nil {
			return err
		}
		if !ok {
			refused = ErrCode
			p.Tries++
			if p.Tries >= pendingTries {
				return tx.Bucket(bucketPending).Delete(hashToken(pending))
			}
			return put(tx, bucketPending, hashToken(pending), p)
		}
		if err := tx.Bucket(bucketPending).Delete(hashToken(pending)); err != nil {
			return err
		}
		result, err = s.completeSignIn(tx, row, address, session, false)
		return err
	})
	if err == nil {
		err = refused
	}
	return result, err
}

func (s *Store) pending(tx *bbolt.Tx, token string) (*pendingRow, *accountRow, error) {
	if !isToken(token) {
		return nil, nil, ErrSession
	}
	p, err := get[pendingRow](tx, bucketPending, hashToken(token))
	if err != nil {
		return nil, nil, err
	}
	if p == nil || !s.now().Before(p.Expires) {
		return nil, nil, ErrSession
	}
	row, err := accountByID(tx, p.Account)
	if err != nil || row.State != Active || !row.TOTP {
		return nil, nil, ErrSession
	}
	return p, row, nil
}

// completeSignIn makes the session and ends the browser's old one.
func (s *Store) completeSignIn(tx *bbolt.Tx, row *accountRow, address, old string, oidc bool) (SignedIn, error) {
	if !oidc { // an OIDC sign-in reserved nothing
		if err := s.succeed(tx, row, address); err != nil {
			return SignedIn{}, err
		}
	}
	now := s.now()
	row.LastSignIn = &now
	if address != "" {
		known := s.addressHash(networkOf(address))
		row.Known = slices.DeleteFunc(row.Known, func(k []byte) bool { return bytes.Equal(k, known) })
		row.Known = append(row.Known, known)
		row.Known = row.Known[max(0, len(row.Known)-knownKept):]
	}
	if err := putAccount(tx, row); err != nil {
		return SignedIn{}, err
	}
	if isToken(old) {
		if err := tx.Bucket(bucketSessions).Delete(hashToken(old)); err != nil {
			return SignedIn{}, err
		}
	}
	id, err := s.addSession(tx, sessionRow{Account: row.ID, Created: now, Seen: now, Address: address, OIDC: oidc})
	return SignedIn{Account: row.Account, Session: id}, err
}

// ChangePassword sets a new password for the account of a session, which has to
// know the old one. Every session of the account ends and this one goes on
// under the new id that is returned.
func (s *Store) ChangePassword(session, old, password, address string) (newSession string, err error) {
	id, err := s.Session(session)
	if err != nil {
		return "", err
	}
	if id.ViewAs {
		return "", ErrForbidden
	}
	a, err := s.Account(id.Account)
	if err != nil {
		return "", err
	}
	stored, err := s.beginAttempt(a.SignIn, address)
	if err != nil {
		return "", err
	}
	ok, _, err := s.comparePassword(stored, old)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", ErrSignIn
	}
	hash, err := s.newPassword(password, a.SignIn, a.Name)
	if err != nil {
		return "", err
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		row, err := accountByID(tx, a.ID)
		if err != nil || row.State != Active || row.Password != stored {
			return ErrSession
		}
		row.Password = hash
		if err := putAccount(tx, row); err != nil {
			return err
		}
		if err := s.succeed(tx, row, address); err != nil {
			return err
		}
		newSession, err = s.rotate(tx, session, func(*sessionRow) error { return nil })
		if err != nil {
			return err
		}
		return revokeSessions(tx, row.ID, newSession)
	})
	return newSession, err
}

// contains compares every element in constant time.
func contains(list [][]byte, v []byte) bool {
	found := 0
	for _, e := range list {
		found |= subtle.ConstantTimeCompare(e, v)
	}
	return found == 1
}
