package auth

import (
	"errors"
	"fmt"
	"time"
)

// What can be refused. Each stands for one page or one status; none says more
// to the one who asks than it should know.
var (
	// ErrSignIn covers every reason for which a sign-in fails, known name or not.
	ErrSignIn = errors.New("the name or the password is wrong")
	// ErrCode is a wrong, used or late one-time code.
	ErrCode = errors.New("the code is wrong or was used before")
	// ErrSession is a session that is unknown, ended or expired.
	ErrSession = errors.New("the session has ended: sign in again")
	// ErrToken is an API token that is malformed, unknown, expired or revoked.
	ErrToken = errors.New("the token is unknown, expired or revoked")
	// ErrInvitation is an invitation that is unknown, used, withdrawn or expired.
	ErrInvitation = errors.New("the invitation is unknown, was used or has expired: ask for a new one")
	// ErrForbidden is an act outside the rights of the one who asks.
	ErrForbidden = errors.New("this account may not do that")
	// ErrNotFound is an account, session, token or secret that does not exist.
	ErrNotFound = errors.New("there is no such entry")
	// ErrLastAdministrator guards the only account that can manage the others.
	ErrLastAdministrator = errors.New("this is the last active national administrator: name another first")
)

// Locked says that too many attempts failed, and when the next is heard.
type Locked struct{ Until time.Time }

func (e *Locked) Error() string {
	return "too many failed attempts: try again after " + e.Until.UTC().Format(time.RFC3339)
}

// Invalid says which field of an input cannot be accepted. Reason is a stable
// code for which pages have words: required, unknown, not-allowed, bad-form,
// taken, too-short, too-long, too-common, past, too-far.
type Invalid struct{ Field, Reason, Want string }

func (e *Invalid) Error() string {
	if e.Want == "" {
		return fmt.Sprintf("%s: %s", e.Field, e.Reason)
	}
	return fmt.Sprintf("%s: %s (%s)", e.Field, e.Reason, e.Want)
}
