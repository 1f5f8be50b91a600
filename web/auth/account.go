package auth

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"go.etcd.io/bbolt"
	"golang.org/x/text/unicode/norm"
)

// State of an account.
type State string

// The states. A disabled account keeps its history and opens nothing.
const (
	Active   State = "active"
	Disabled State = "disabled"
)

// Account is who can sign in: an office, not a person.
type Account struct {
	ID     string `json:"id"`
	SignIn string `json:"sign_in"` // an e-mail address or an office's login, in lower case
	Name   string `json:"name"`    // the office as others see it
	Scope
	Admin      bool       `json:"admin"`
	State      State      `json:"state"`
	TOTP       bool       `json:"totp"` // a one-time code is asked for after the password
	Created    time.Time  `json:"created"`
	LastSignIn *time.Time `json:"last_sign_in"` // nil: never
}

// accountRow is an account with what nobody else may see.
type accountRow struct {
	Account
	Password string   `json:"password,omitempty"` // PHC string; empty: signs in by OIDC only
	Subject  string   `json:"subject,omitempty"`  // key in bucketSubjects
	Claimed  bool     `json:"claimed,omitempty"`  // made by an OIDC claim, which also sets its role
	Known    [][]byte `json:"known,omitempty"`    // keyed hashes of the last addresses it signed in from
	Second   second   `json:"second,omitzero"`
}

// signInForm keeps names apart from one another and from what is shown around
// them: no spaces, no look-alikes of other scripts.
var signInForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._+-]*(@[a-z0-9.-]+)?$`)

func cleanSignIn(name string) (string, error) {
	name = strings.ToLower(strings.TrimSpace(norm.NFC.String(name)))
	switch {
	case name == "":
		return "", &Invalid{Field: "sign_in", Reason: "required"}
	case len(name) < 3 || len(name) > 254 || !signInForm.MatchString(name):
		return "", &Invalid{Field: "sign_in", Reason: "bad-form", Want: "an e-mail address or letters, digits, dots and dashes"}
	}
	return name, nil
}

func cleanName(name string) (string, error) {
	name = strings.Join(strings.Fields(norm.NFC.String(strings.ToValidUTF8(name, ""))), " ")
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "", &Invalid{Field: "name", Reason: "required"}
	case n > 200:
		return "", &Invalid{Field: "name", Reason: "too-long", Want: "200 characters"}
	}
	return name, nil
}

// checkAdmin refuses administrators of roles that have nobody to manage.
func checkAdmin(c Scope, admin bool) error {
	if admin && c.Role != Nasional && c.Role != Instansi {
		return &Invalid{Field: "admin", Reason: "not-allowed", Want: "role nasional or instansi"}
	}
	return nil
}

// manages says whether an administrator may make and change accounts of a scope.
func (a *Account) manages(c Scope) bool {
	switch {
	case !a.Admin || a.State != Active:
		return false
	case a.Role == Nasional:
		return true
	}
	return a.Role == Instansi && (c.Role == Instansi || c.Role == Satker) && c.Agency == a.Agency
}

func accountByID(tx *bbolt.Tx, id string) (*accountRow, error) {
	a, err := get[accountRow](tx, bucketAccounts, []byte(id))
	if err == nil && a == nil {
		err = ErrNotFound
	}
	return a, err
}

// accountByName gives nil for a name that nobody has.
func accountByName(tx *bbolt.Tx, signIn string) (*accountRow, error) {
	id := tx.Bucket(bucketNames).Get([]byte(signIn))
	if id == nil {
		return nil, nil
	}
	return accountByID(tx, string(id))
}

func putAccount(tx *bbolt.Tx, a *accountRow) error {
	return put(tx, bucketAccounts, []byte(a.ID), a)
}

// addAccount stores a new account under a name that must be free.
func (s *Store) addAccount(tx *bbolt.Tx, a *accountRow) error {
	names := tx.Bucket(bucketNames)
	if names.Get([]byte(a.SignIn)) != nil {
		return &Invalid{Field: "sign_in", Reason: "taken"}
	}
	a.ID, a.State, a.Created = newID(), Active, s.now()
	if err := names.Put([]byte(a.SignIn), []byte(a.ID)); err != nil {
		return err
	}
	return putAccount(tx, a)
}

// Account gives one account.
func (s *Store) Account(id string) (a Account, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		row, err := accountByID(tx, id)
		if err == nil {
			a = row.Account
		}
		return err
	})
	return a, err
}
