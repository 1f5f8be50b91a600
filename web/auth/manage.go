package auth

import (
	"crypto/rand"
	"slices"
	"strings"

	"go.etcd.io/bbolt"
)

// newID gives a name for an account or a token: 80 random bits.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

// actor reads the administrator that asks again, inside the transaction: what
// the request was resolved to may be out of date. Someone who views as another
// is no administrator while doing so, and a token never is.
func (s *Store) actor(tx *bbolt.Tx, by Identity) (*Account, error) {
	if by.Via == ViaConsole {
		return &Account{Scope: Scope{Role: Nasional}, Admin: true, State: Active}, nil
	}
	if !by.Admin || by.Via != ViaSession || by.ViewAs {
		return nil, ErrForbidden
	}
	a, err := accountByID(tx, by.Account)
	if err != nil || !a.Admin || a.State != Active {
		return nil, ErrForbidden
	}
	return &a.Account, nil
}

// managed gives the account of an id, if the one who asks may change it.
func (s *Store) managed(tx *bbolt.Tx, by Identity, id string) (actor *Account, a *accountRow, err error) {
	if actor, err = s.actor(tx, by); err != nil {
		return nil, nil, err
	}
	if a, err = accountByID(tx, id); err != nil {
		return nil, nil, err
	}
	if !actor.manages(a.Scope) {
		return nil, nil, ErrForbidden
	}
	return actor, a, nil
}

// ownOrManaged lets an account at its own sessions and tokens, and who manages it.
func (s *Store) ownOrManaged(tx *bbolt.Tx, by Identity, account string) error {
	if by.Via == ViaSession && !by.ViewAs && by.Account == account {
		return nil
	}
	_, _, err := s.managed(tx, by, account)
	return err
}

// Accounts lists the accounts that the one who asks manages, by sign-in name.
func (s *Store) Accounts(by Identity) (list []Account, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		actor, err := s.actor(tx, by)
		if err != nil {
			return err
		}
		return each(tx, bucketAccounts, func(_ []byte, a *accountRow) error {
			if actor.manages(a.Scope) {
				list = append(list, a.Account)
			}
			return nil
		})
	})
	slices.SortFunc(list, func(a, b Account) int { return strings.Compare(a.SignIn, b.SignIn) })
	return list, err
}

// Disable closes an account: its sessions, half-done sign-ins and tokens end with
// it, and the invitations it made are void as long as it is closed.
func (s *Store) Disable(by Identity, id string) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		_, a, err := s.managed(tx, by, id)
		if err != nil {
			return err
		}
		before := a.Account
		a.State = Disabled
		if err := putAccount(tx, a); err != nil {
			return err
		}
		if err := keepAdministrator(tx, before); err != nil {
			return err
		}
		if err := revokeTokens(tx, id); err != nil {
			return err
		}
		return revokeSessions(tx, id)
	})
}

// Enable opens a disabled account again. What ended with it stays ended.
func (s *Store) Enable(by Identity, id string) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		_, a, err := s.managed(tx, by, id)
		if err != nil {
			return err
		}
		a.State = Active
		return putAccount(tx, a)
	})
}

// ChangeRole gives an account another role, scope or administrator flag. Its
// sessions end, so that no page made for the old role lives on; its tokens
// work on only where they are within the new scope.
func (s *Store) ChangeRole(by Identity, id string, to Scope, admin bool) error {
	to, err := s.settle(to)
	if err != nil {
		return err
	}
	if err := checkAdmin(to, admin); err != nil {
		return err
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		actor, a, err := s.managed(tx, by, id)
		if err != nil {
			return err
		}
		if !actor.manages(to) {
			return ErrForbidden
		}
		// What an administrator sets is no longer set by a claim.
		before := a.Account
		a.Scope, a.Admin, a.Claimed = to, admin, false
		if err := putAccount(tx, a); err != nil {
			return err
		}
		if err := keepAdministrator(tx, before); err != nil {
			return err
		}
		return revokeSessions(tx, id)
	})
}

// keepAdministrator refuses a change of an administrator after which nobody
// could manage accounts.
func keepAdministrator(tx *bbolt.Tx, before Account) error {
	if before.Role != Nasional || !before.Admin || before.State != Active {
		return nil
	}
	ok, err := hasAdministrator(tx)
	if err == nil && !ok {
		err = ErrLastAdministrator
	}
	return err
}

func hasAdministrator(tx *bbolt.Tx) (found bool, err error) {
	err = each(tx, bucketAccounts, func(_ []byte, a *accountRow) error {
		found = found || (a.Role == Nasional && a.Admin && a.State == Active)
		return nil
	})
	return found, err
}

// ClearTOTP switches the second factor of an account off, for an office that
// lost its device and its recovery codes. Its sessions end.
func (s *Store) ClearTOTP(by Identity, id string) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		_, a, err := s.managed(tx, by, id)
		if err != nil {
			return err
		}
		a.TOTP, a.Second = false, second{}
		if err := putAccount(tx, a); err != nil {
			return err
		}
		return revokeSessions(tx, id)
	})
}
