package auth

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"go.etcd.io/bbolt"
)

// cheap keeps a password hash at some microseconds; production costs are in
// DefaultArgon and checked by TestDefaultCosts.
var cheap = Argon{Memory: 64, Passes: 1, Threads: 1}

const goodPassword = "kereta malam ke solo"

// clock is the time as a test sets it.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// house is a store with its clock and a national administrator.
type house struct {
	*Store
	t     *testing.T
	clock *clock
	dir   string
	admin Identity
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), clock: &clock{at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}}
	h.open()
	token := must[string](t)(h.Setup())
	a := must[Account](t)(h.Accept(token, Acceptance{SignIn: "admin@menpan.example", Name: "Deputi", Password: goodPassword}))
	h.admin = h.identity(a.SignIn)
	return h
}

func (h *house) open() {
	h.t.Helper()
	s, err := Open(h.dir, Options{Now: h.clock.now, Argon: cheap, UnitAgency: unitAgency})
	if err != nil {
		h.t.Fatal(err)
	}
	s.db.NoSync = true // these tests stop the program, not the machine
	h.Store = s
	h.t.Cleanup(func() { s.Close() })
}

// reopen stops the store and starts it again, as a restart of the program does.
func (h *house) reopen() {
	h.t.Helper()
	noErr(h.t, h.Close())
	h.open()
}

// unitAgency is the register of these tests: unit u-A-1 belongs to agency A.
func unitAgency(unit string) (string, bool) {
	if len(unit) < 5 || unit[:2] != "u-" {
		return "", false
	}
	return unit[2:3], true
}

// account makes an account by invitation and returns its id.
func (h *house) account(signIn string, scope Scope, admin bool) string {
	h.t.Helper()
	token := must[string](h.t)(h.Invite(h.admin, signIn, "Kantor "+signIn, scope, admin))
	return must[Account](h.t)(h.Accept(token, Acceptance{Password: goodPassword})).ID
}

func (h *house) signIn(signIn string) string {
	h.t.Helper()
	return must[SignedIn](h.t)(h.SignIn(Attempt{Name: signIn, Password: goodPassword, Address: "192.0.2.1"})).Session
}

func (h *house) identity(signIn string) Identity {
	h.t.Helper()
	return must[Identity](h.t)(h.Session(h.signIn(signIn)))
}

func (h *house) audit() *Audit {
	h.t.Helper()
	a := must[*Audit](h.t)(h.OpenAudit(h.auditPath()))
	h.t.Cleanup(func() { a.Close() })
	return a
}

func (h *house) auditPath() string { return filepath.Join(h.dir, "audit.jsonl") }

// code is what an authenticator app shows now.
func (h *house) code(secret string) string {
	h.t.Helper()
	return must[string](h.t)(totp.GenerateCode(secret, h.clock.now()))
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func noErr(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

// wantInvalid wants a field and reason of [Invalid], such as "unit unknown".
func wantInvalid(t *testing.T, err error, want string) {
	t.Helper()
	var i *Invalid
	if !errors.As(err, &i) || i.Field+" "+i.Reason != want {
		t.Fatalf("error %v, want %s", err, want)
	}
}

func wantLocked(t *testing.T, err error) time.Time {
	t.Helper()
	var l *Locked
	if !errors.As(err, &l) {
		t.Fatalf("error %v, want a lock-out", err)
	}
	return l.Until
}

// row reads an account as it is stored.
func (h *house) row(id string) (row *accountRow) {
	h.t.Helper()
	noErr(h.t, h.db.View(func(tx *bbolt.Tx) (err error) {
		row, err = accountByID(tx, id)
		return err
	}))
	return row
}

func (h *house) putMeta(key []byte, v any) error {
	return h.db.Update(func(tx *bbolt.Tx) error { return put(tx, bucketMeta, key, v) })
}
