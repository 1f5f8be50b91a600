package auth

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"go.etcd.io/bbolt"
)

const (
	totpIssuer    = "Tolok"
	totpStep      = 30 // seconds; RFC 6238, and all that authenticator apps know
	totpSkew      = 1  // steps that a clock may be off, either way
	recoveryCodes = 10
)

// second is what an account's second factor needs.
type second struct {
	Secret   []byte   `json:"secret,omitempty"`   // sealed
	Offered  []byte   `json:"offered,omitempty"`  // sealed; not yet confirmed
	Last     int64    `json:"last,omitempty"`     // the latest step that was used
	Recovery [][]byte `json:"recovery,omitempty"` // keyed hashes; each is used once
}

// Enrolment is what the owner of an account puts into an authenticator app, and
// what it keeps in a safe. Neither can be read again.
type Enrolment struct {
	Secret   string   // base32
	URL      string   // otpauth://, for a QR code
	Recovery []string // each opens the account once, in place of a code
}

// QR is the URL as a picture (PNG) for the camera of an authenticator app.
func (e Enrolment) QR() ([]byte, error) {
	key, err := otp.NewKeyFromURL(e.URL)
	if err != nil {
		return nil, err
	}
	picture, err := key.Image(220, 220)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = png.Encode(&b, picture)
	return b.Bytes(), err
}

// EnrolTOTP offers the account of a session a second factor. It is asked for
// only after [Store.ConfirmTOTP] has seen a code of it.
func (s *Store) EnrolTOTP(session string) (e Enrolment, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) error {
		a, err := s.ownSession(tx, session)
		if err != nil {
			return err
		}
		if a.TOTP {
			return &Invalid{Field: "totp", Reason: "taken", Want: "switch the present one off first"}
		}
		key, err := totp.Generate(totp.GenerateOpts{Issuer: totpIssuer, AccountName: a.SignIn})
		if err != nil {
			return err
		}
		e = Enrolment{Secret: key.Secret(), URL: key.URL()}
		a.Second = second{Offered: s.keys.seal("totp "+a.ID, []byte(e.Secret))}
		for range recoveryCodes {
			code := strings.ToLower(rand.Text()[:16]) // 80 bits
			e.Recovery = append(e.Recovery, fmt.Sprintf("%s-%s-%s-%s", code[:4], code[4:8], code[8:12], code[12:]))
			a.Second.Recovery = append(a.Second.Recovery, s.recoveryHash(a.ID, code))
		}
		return putAccount(tx, a)
	})
	return e, err
}

func (s *Store) recoveryHash(account, code string) []byte {
	return mac(s.keys.index, "recovery", account, code)
}

// ConfirmTOTP switches the second factor on with its first code. The session
// goes on under a new id, the account's others end.
func (s *Store) ConfirmTOTP(session, code string) (id string, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) error {
		a, err := s.ownSession(tx, session)
		if err != nil {
			return err
		}
		if a.TOTP || a.Second.Offered == nil {
			return ErrCode
		}
		step, err := s.matchStep(a.ID, a.Second.Offered, code)
		if err != nil {
			return err
		}
		if step == 0 {
			return ErrCode
		}
		a.TOTP = true
		a.Second.Secret, a.Second.Offered, a.Second.Last = a.Second.Offered, nil, step
		id, err = s.afterTOTP(tx, session, a)
		return err
	})
	return id, err
}

// DisableTOTP switches the second factor off, given a code of it. The session
// goes on under a new id, the account's others end.
func (s *Store) DisableTOTP(session, code, address string) (id string, err error) {
	var refused error // committed all the same: the count of failures must stay
	err = s.db.Update(func(tx *bbolt.Tx) error {
		a, err := s.ownSession(tx, session)
		if err != nil {
			return err
		}
		if !a.TOTP {
			return ErrCode
		}
		ofName, ofAddress := s.counters(a, a.SignIn, address)
		if err := s.reserve(tx, ofName, ofAddress); err != nil {
			return err
		}
		ok, err := s.useCode(a, code)
		if err != nil {
			return err
		}
		if !ok {
			refused = ErrCode
			return nil
		}
		if err := s.succeed(tx, a, address); err != nil {
			return err
		}
		a.TOTP, a.Second = false, second{}
		id, err = s.afterTOTP(tx, session, a)
		return err
	})
	if err == nil {
		err = refused
	}
	return id, err
}

func (s *Store) afterTOTP(tx *bbolt.Tx, session string, a *accountRow) (id string, err error) {
	if err := putAccount(tx, a); err != nil {
		return "", err
	}
	if id, err = s.rotate(tx, session, func(*sessionRow) error { return nil }); err != nil {
		return "", err
	}
	return id, revokeSessions(tx, a.ID, id)
}

// useCode accepts a one-time code later than the last one used, or a recovery
// code, and uses it up in a. The caller stores a.
func (s *Store) useCode(a *accountRow, code string) (bool, error) {
	code = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	if len(code) == 16 {
		hash := s.recoveryHash(a.ID, code)
		for i, r := range a.Second.Recovery {
			if subtle.ConstantTimeCompare(r, hash) == 1 {
				a.Second.Recovery = append(a.Second.Recovery[:i:i], a.Second.Recovery[i+1:]...)
				return true, nil
			}
		}
		return false, nil
	}
	step, err := s.matchStep(a.ID, a.Second.Secret, code)
	if err != nil || step <= a.Second.Last {
		return false, err
	}
	a.Second.Last = step
	return true, nil
}

// matchStep gives the time step (RFC 6238) whose code it is, among the present
// one and its neighbours; 0 where there is none.
func (s *Store) matchStep(account string, sealed []byte, code string) (step int64, err error) {
	secret, err := s.keys.open("totp "+account, sealed)
	if err != nil {
		return 0, err
	}
	opts := totp.ValidateOpts{Period: totpStep, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}
	present := s.now().Unix() / totpStep
	for at := present - totpSkew; at <= present+totpSkew; at++ {
		want, err := totp.GenerateCodeCustom(string(secret), time.Unix(at*totpStep, 0).UTC(), opts)
		if err != nil {
			return 0, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step = at
		}
	}
	return step, nil
}

// RecoveryLeft says how many recovery codes an account has not used.
func (s *Store) RecoveryLeft(account string) (n int, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		a, err := accountByID(tx, account)
		if err == nil {
			n = len(a.Second.Recovery)
		}
		return err
	})
	return n, err
}
