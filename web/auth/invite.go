package auth

import (
	"encoding/hex"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

const (
	invitationLife = 7 * 24 * time.Hour
	setupLife      = 24 * time.Hour
)

// Invitation lets someone choose a password: for a new account whose role and
// scope the inviter fixed, or for an account that exists.
type Invitation struct {
	ID      string `json:"id"`
	SignIn  string `json:"sign_in"` // empty: chosen by the first administrator
	Name    string `json:"name"`
	Scope   `json:"scope"`
	Admin   bool      `json:"admin"`
	By      string    `json:"by"`      // account id of the inviter; empty: the console
	Account string    `json:"account"` // set: a new password for this account
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// Setup gives the one-time token with which the first administrator makes its
// account; empty when there is an administrator. It is valid for 24 hours, and
// each call replaces the token of the one before.
func (s *Store) Setup() (token string, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) error {
		found, err := hasAdministrator(tx)
		if err != nil || found {
			return err
		}
		err = deleteIf(tx, bucketInvites, func(i *Invitation) bool { return i.By == "" && i.SignIn == "" && i.Account == "" })
		if err != nil {
			return err
		}
		token, err = s.addInvitation(tx, Invitation{Scope: Scope{Role: Nasional}, Admin: true}, setupLife)
		return err
	})
	return token, err
}

func (s *Store) addInvitation(tx *bbolt.Tx, i Invitation, life time.Duration) (string, error) {
	token := newToken()
	key := hashToken(token)
	i.ID, i.Created = hex.EncodeToString(key[:8]), s.now()
	i.Expires = i.Created.Add(life)
	return token, put(tx, bucketInvites, key, i)
}

// Invite makes an invitation, valid for seven days, and gives its token: the
// only time it can be seen. A later invitation of the same name replaces it.
func (s *Store) Invite(by Identity, signIn, name string, scope Scope, admin bool) (token string, err error) {
	if signIn, err = cleanSignIn(signIn); err != nil {
		return "", err
	}
	if name, err = cleanName(name); err != nil {
		return "", err
	}
	if scope, err = s.settle(scope); err != nil {
		return "", err
	}
	if err = checkAdmin(scope, admin); err != nil {
		return "", err
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		actor, err := s.actor(tx, by)
		if err != nil {
			return err
		}
		if !actor.manages(scope) {
			return ErrForbidden
		}
		if tx.Bucket(bucketNames).Get([]byte(signIn)) != nil {
			return &Invalid{Field: "sign_in", Reason: "taken"}
		}
		// Only an inviter who could have made the earlier one may replace it.
		err = deleteIf(tx, bucketInvites, func(i *Invitation) bool { return i.SignIn == signIn && actor.manages(i.Scope) })
		if err != nil {
			return err
		}
		token, err = s.addInvitation(tx, Invitation{SignIn: signIn, Name: name, Scope: scope, Admin: admin, By: actor.ID}, invitationLife)
		return err
	})
	return token, err
}

// Reset gives a one-time token with which an account chooses a new password.
// The old one holds until then. It does not switch off the second factor. An
// account made by an OIDC claim gets none: a password would outlive the claim.
func (s *Store) Reset(by Identity, account string) (token string, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) error {
		actor, a, err := s.managed(tx, by, account)
		if err != nil {
			return err
		}
		if a.State != Active || a.Claimed {
			return ErrForbidden
		}
		if err := deleteIf(tx, bucketInvites, func(i *Invitation) bool { return i.Account == a.ID }); err != nil {
			return err
		}
		i := Invitation{SignIn: a.SignIn, Name: a.Name, Scope: a.Scope, Admin: a.Admin, By: actor.ID, Account: a.ID}
		token, err = s.addInvitation(tx, i, invitationLife)
		return err
	})
	return token, err
}

// Invitations lists those open that the one who asks could have made.
func (s *Store) Invitations(by Identity) (list []Invitation, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		actor, err := s.actor(tx, by)
		if err != nil {
			return err
		}
		return each(tx, bucketInvites, func(_ []byte, i *Invitation) error {
			if s.now().Before(i.Expires) && actor.manages(i.Scope) {
				list = append(list, *i)
			}
			return nil
		})
	})
	slices.SortFunc(list, func(a, b Invitation) int { return b.Created.Compare(a.Created) })
	return list, err
}

// Withdraw makes an open invitation void.
func (s *Store) Withdraw(by Identity, id string) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		actor, err := s.actor(tx, by)
		if err != nil {
			return err
		}
		found := false
		err = deleteIf(tx, bucketInvites, func(i *Invitation) bool {
			gone := i.ID == id && actor.manages(i.Scope)
			found = found || gone
			return gone
		})
		if err == nil && !found {
			err = ErrNotFound
		}
		return err
	})
}

// Invitation reads an open invitation without using it up.
func (s *Store) Invitation(token string) (i Invitation, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		row, err := s.openInvitation(tx, token)
		if err == nil {
			i = *row
		}
		return err
	})
	return i, err
}

// openInvitation also asks whether the inviter could still make it: rights that
// were taken away do not live on in a letter-box.
func (s *Store) openInvitation(tx *bbolt.Tx, token string) (*Invitation, error) {
	if !isToken(token) {
		return nil, ErrInvitation
	}
	i, err := get[Invitation](tx, bucketInvites, hashToken(token))
	if err != nil {
		return nil, err
	}
	if i == nil || !s.now().Before(i.Expires) {
		return nil, ErrInvitation
	}
	if i.SignIn == "" { // the set-up of the first administrator, if it still is the first
		if found, err := hasAdministrator(tx); err != nil || found {
			return nil, ErrInvitation
		}
	}
	if i.By != "" {
		inviter, err := accountByID(tx, i.By)
		if err != nil || !inviter.manages(i.Scope) {
			return nil, ErrInvitation
		}
	}
	return i, nil
}

// Acceptance is what the invited choose. Sign-in name and name count only
// where the invitation leaves them open.
type Acceptance struct{ SignIn, Name, Password string }

// Accept uses an invitation up: it makes the account, or sets the password of
// the one it was made for and ends that one's sessions and tokens.
func (s *Store) Accept(token string, c Acceptance) (a Account, err error) {
	i, err := s.Invitation(token)
	if err != nil {
		return a, err
	}
	if i.SignIn == "" {
		if i.SignIn, err = cleanSignIn(c.SignIn); err != nil {
			return a, err
		}
		if i.Name, err = cleanName(c.Name); err != nil {
			return a, err
		}
	}
	hash, err := s.newPassword(c.Password, i.SignIn, i.Name)
	if err != nil {
		return a, err
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		// Again, for another may have used it while the password was hashed.
		if _, err := s.openInvitation(tx, token); err != nil {
			return err
		}
		if err := tx.Bucket(bucketInvites).Delete(hashToken(token)); err != nil {
			return err
		}
		row, err := s.acceptInto(tx, i, hash)
		if err == nil {
			a = row.Account
		}
		return err
	})
	return a, err
}

func (s *Store) acceptInto(tx *bbolt.Tx, i Invitation, hash string) (*accountRow, error) {
	if i.Account == "" {
		row := &accountRow{Account: Account{SignIn: i.SignIn, Name: i.Name, Scope: i.Scope, Admin: i.Admin}, Password: hash}
		return row, s.addAccount(tx, row)
	}
	row, err := accountByID(tx, i.Account)
	if err != nil || row.State != Active {
		return nil, ErrInvitation
	}
	row.Password = hash
	if err := putAccount(tx, row); err != nil {
		return nil, err
	}
	if err := revokeTokens(tx, row.ID); err != nil {
		return nil, err
	}
	return row, revokeSessions(tx, row.ID)
}
