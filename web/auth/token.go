package auth

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

const (
	tokenPrefix   = "tolok_" // lets a scanner of published code find a leaked one
	longestToken  = 366 * 24 * time.Hour
	mostTokens    = 50 // of one account
	tokenUseEvery = time.Minute
	claimLife     = 30 * 24 * time.Hour // for so long a claim counts after a sign-in
)

// Token opens the program to a program. It speaks for its account and dies with
// it, has a scope no wider than the account's, and never manages accounts. That
// of an account made by an OIDC claim rests when nobody signed in to it for 30
// days.
type Token struct {
	ID       string `json:"id"` // names the token, opens nothing
	Account  string `json:"account"`
	Name     string `json:"name"`
	Scope    `json:"scope"`
	ReadOnly bool       `json:"read_only"`
	Created  time.Time  `json:"created"`
	LastUsed *time.Time `json:"last_used"` // to the minute; nil: never
	Expires  time.Time  `json:"expires"`
}

// CreateToken makes a token for the account that asks and gives its text: the
// only time it can be seen. Of t, Name and Expires are required; the zero Scope
// stands for the account's own.
func (s *Store) CreateToken(by Identity, t Token) (text string, made Token, err error) {
	if t.Name, err = cleanName(t.Name); err != nil {
		return "", t, err
	}
	now := s.now()
	t.Expires = t.Expires.UTC().Truncate(time.Microsecond)
	switch {
	case !t.Expires.After(now):
		return "", t, &Invalid{Field: "expires", Reason: "past"}
	case t.Expires.Sub(now) > longestToken:
		return "", t, &Invalid{Field: "expires", Reason: "too-far", Want: "at most a year"}
	case by.Via != ViaSession || by.ViewAs:
		return "", t, ErrForbidden
	}
	if t.Scope != (Scope{}) {
		if t.Scope, err = s.settle(t.Scope); err != nil {
			return "", t, err
		}
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		a, err := accountByID(tx, by.Account)
		if err != nil || a.State != Active {
			return ErrForbidden
		}
		if t.Scope == (Scope{}) {
			t.Scope = a.Scope
		}
		if !t.Scope.Within(a.Scope) {
			return ErrForbidden
		}
		list, err := tokensOf(tx, a.ID)
		if err != nil {
			return err
		}
		if len(list) >= mostTokens {
			return &Invalid{Field: "token", Reason: "too-many", Want: "at most 50; revoke one first"}
		}
		text = tokenPrefix + newToken()
		t.ID, t.Account, t.Created, t.LastUsed = newID(), a.ID, now, nil
		return put(tx, bucketTokens, hashToken(text), t)
	})
	return text, t, err
}

// Tokens lists the tokens of an account, the latest first, for itself or for who
// manages it; expired ones too, until the next [Store.Sweep].
func (s *Store) Tokens(by Identity, account string) (list []Token, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		if err := s.ownOrManaged(tx, by, account); err != nil {
			return err
		}
		list, err = tokensOf(tx, account)
		return err
	})
	slices.SortFunc(list, func(a, b Token) int { return b.Created.Compare(a.Created) })
	return list, err
}

func tokensOf(tx *bbolt.Tx, account string) (list []Token, err error) {
	err = each(tx, bucketTokens, func(_ []byte, t *Token) error {
		if t.Account == account {
			list = append(list, *t)
		}
		return nil
	})
	return list, err
}

// RevokeToken ends a token: its owner may, and who manages its owner.
func (s *Store) RevokeToken(by Identity, id string) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		found, refused := false, error(nil)
		err := deleteIf(tx, bucketTokens, func(t *Token) bool {
			if t.ID != id {
				return false
			}
			found = true
			refused = s.ownOrManaged(tx, by, t.Account)
			return refused == nil
		})
		switch {
		case err != nil:
			return err
		case !found:
			return ErrNotFound
		}
		return refused
	})
}

func revokeTokens(tx *bbolt.Tx, account string) error {
	return deleteIf(tx, bucketTokens, func(t *Token) bool { return t.Account == account })
}

// Token resolves a token's text to who asks, or fails with [ErrToken].
func (s *Store) Token(text string) (who Identity, err error) {
	if !isTokenText(text) {
		return who, ErrToken
	}
	touch := false
	err = s.db.View(func(tx *bbolt.Tx) error {
		t, a, err := s.token(tx, text)
		if err != nil {
			return err
		}
		touch = t.LastUsed == nil || s.now().Sub(*t.LastUsed) >= tokenUseEvery
		who = Identity{
			Account: a.ID, Name: a.Name, Scope: t.Scope, Own: a.Scope,
			ReadOnly: t.ReadOnly, Via: ViaToken, Token: t.ID,
		}
		return nil
	})
	if err != nil || !touch {
		return who, err
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		t, _, err := s.token(tx, text)
		if err != nil {
			return err
		}
		now := s.now()
		t.LastUsed = &now
		return put(tx, bucketTokens, hashToken(text), t)
	})
	if err != nil {
		return Identity{}, err
	}
	return who, nil
}

func (s *Store) token(tx *bbolt.Tx, text string) (*Token, *accountRow, error) {
	t, err := get[Token](tx, bucketTokens, hashToken(text))
	if err != nil {
		return nil, nil, err
	}
	if t == nil || !s.now().Before(t.Expires) {
		return nil, nil, ErrToken
	}
	a, err := accountByID(tx, t.Account)
	if err != nil || a.State != Active || !t.Within(a.Scope) {
		return nil, nil, ErrToken
	}
	// Who left the office's groups at the identity provider signs in no more,
	// and nobody tells this program.
	if a.Claimed && (a.LastSignIn == nil || s.now().Sub(*a.LastSignIn) >= claimLife) {
		return nil, nil, ErrToken
	}
	return t, a, nil
}

func isTokenText(s string) bool {
	rest, ok := strings.CutPrefix(s, tokenPrefix)
	return ok && isToken(rest)
}

// Bearer gives the token in a request's Authorization header (RFC 6750). given
// says that the header is there at all: a request that brings credentials must
// not pass as the public, or as the session of its cookie, when they are wrong.
func Bearer(r *http.Request) (text string, given bool) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return "", false
	}
	scheme, text, ok := strings.Cut(values[0], " ")
	if len(values) > 1 || !ok || !strings.EqualFold(scheme, "Bearer") || !isTokenText(text) {
		return "", true
	}
	return text, true
}
