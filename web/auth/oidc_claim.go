package auth

import (
	"fmt"
	"slices"
	"strings"

	"go.etcd.io/bbolt"
)

// claims of an ID token and of userinfo.
type claims map[string]any

func (c claims) text(name string) string {
	v, _ := c[name].(string)
	return v
}

// has says whether a claim is a value, or a list that contains it.
func (c claims) has(name, value string) bool {
	switch v := c[name].(type) {
	case string:
		return v == value
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { s, ok := e.(string); return ok && s == value })
	}
	return false
}

// verifiedEmail is empty where the provider does not vouch for it.
func (c claims) verifiedEmail() string {
	if v, _ := c["email_verified"].(bool); !v {
		return ""
	}
	name, err := cleanSignIn(c.text("email"))
	if err != nil || !strings.Contains(name, "@") {
		return ""
	}
	return name
}

// role gives what the claims make of someone; ok is false where nothing.
func (o *OIDC) role(c claims) (r ClaimRole, ok bool, err error) {
	if o.config.Claim == "" {
		return r, false, nil
	}
	for _, r := range o.config.Roles {
		if !c.has(o.config.Claim, r.Value) {
			continue
		}
		if r.Scope.Agency == "" && (r.Scope.Role == Instansi || r.Scope.Role == Satker) && o.config.AgencyClaim != "" {
			r.Scope.Agency = c.text(o.config.AgencyClaim)
		}
		if r.Scope.Unit == "" && r.Scope.Role == Satker && o.config.UnitClaim != "" {
			r.Scope.Unit = c.text(o.config.UnitClaim)
		}
		r.Scope, err = o.store.settle(r.Scope)
		return r, err == nil, err
	}
	return r, false, nil
}

// accountOf finds the account of a person: the one that signed in by this
// subject before, else the one whose name is the verified e-mail address, else
// one that the claims make. Where none is, [ErrNoAccount].
//
// A claim sets the role of the accounts it made, at every sign-in, and takes it
// away; the role of an account that an administrator made stays as it was made.
func (o *OIDC) accountOf(tx *bbolt.Tx, c claims) (*accountRow, error) {
	subject := o.config.Issuer + " " + c.text("sub")
	email := c.verifiedEmail()
	role, claimed, roleErr := o.role(c)

	row, err := o.knownAccount(tx, subject, email)
	if err != nil {
		return nil, err
	}
	switch {
	case row != nil && row.State != Active:
		return nil, fmt.Errorf("%w: the account is disabled", ErrNoAccount)
	case row != nil && !row.Claimed:
		return row, o.link(tx, row, subject)
	case roleErr != nil:
		return nil, fmt.Errorf("%w: claim %s: %w", ErrNoAccount, o.config.Claim, roleErr)
	case !claimed:
		return nil, fmt.Errorf("%w: claim %s gives no role", ErrNoAccount, o.config.Claim)
	case row == nil:
		return o.newAccount(tx, c, role, subject, email)
	case row.Scope != role.Scope || row.Admin != role.Admin:
		before := row.Account
		row.Scope, row.Admin = role.Scope, role.Admin
		if err := putAccount(tx, row); err != nil {
			return nil, err
		}
		if err := keepAdministrator(tx, before); err != nil {
			return nil, err
		}
		if err := revokeSessions(tx, row.ID); err != nil {
			return nil, err
		}
	}
	return row, nil
}

// knownAccount gives nil for a person who has none.
func (o *OIDC) knownAccount(tx *bbolt.Tx, subject, email string) (*accountRow, error) {
	if id := tx.Bucket(bucketSubjects).Get([]byte(subject)); id != nil {
		return accountByID(tx, string(id))
	}
	if email == "" {
		return nil, nil
	}
	row, err := accountByName(tx, email)
	if row != nil && row.Subject != "" && row.Subject != subject {
		return nil, fmt.Errorf("%w: %s belongs to another subject of the provider", ErrNoAccount, email)
	}
	return row, err
}

func (o *OIDC) link(tx *bbolt.Tx, row *accountRow, subject string) error {
	if row.Subject == subject {
		return nil
	}
	row.Subject = subject
	if err := tx.Bucket(bucketSubjects).Put([]byte(subject), []byte(row.ID)); err != nil {
		return err
	}
	return putAccount(tx, row)
}

func (o *OIDC) newAccount(tx *bbolt.Tx, c claims, role ClaimRole, subject, email string) (*accountRow, error) {
	signIn := email
	if signIn == "" {
		// Nobody can choose this name: sign-in names have no colon.
		signIn = "oidc:" + subject
	}
	name, err := cleanName(c.text("name"))
	if err != nil {
		name = signIn
	}
	row := &accountRow{Account: Account{SignIn: signIn, Name: name, Scope: role.Scope, Admin: role.Admin}, Claimed: true}
	if err := o.store.addAccount(tx, row); err != nil {
		return nil, err
	}
	return row, o.link(tx, row, subject)
}
