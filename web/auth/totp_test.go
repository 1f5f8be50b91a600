package auth

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// enrolled gives an account with a second factor, and what its owner holds.
func (h *house) enrolled(signIn string) Enrolment {
	h.t.Helper()
	session := h.signIn(signIn)
	e := must[Enrolment](h.t)(h.EnrolTOTP(session))
	must[string](h.t)(h.ConfirmTOTP(session, h.code(e.Secret)))
	h.clock.advance(time.Minute)
	return e
}

func (h *house) pendingSignIn(signIn string) string {
	h.t.Helper()
	in := must[SignedIn](h.t)(h.SignIn(Attempt{Name: signIn, Password: goodPassword, Address: "192.0.2.1"}))
	if in.Session != "" || in.Pending == "" {
		h.t.Fatalf("a session before the code: %+v", in)
	}
	return in.Pending
}

func TestTOTP(t *testing.T) {
	h := newHouse(t)
	session, elsewhere := h.signIn("admin@menpan.example"), h.signIn("admin@menpan.example")
	e := must[Enrolment](t)(h.EnrolTOTP(session))
	if !strings.HasPrefix(e.URL, "otpauth://totp/Tolok:admin@menpan.example?") || len(e.Recovery) != 10 {
		t.Errorf("enrolment %+v", e)
	}
	h.signIn("admin@menpan.example") // not asked for before it is confirmed
	_, err := h.ConfirmTOTP(session, "000000")
	wantErr(t, err, ErrCode)
	first := h.code(e.Secret)
	next := must[string](t)(h.ConfirmTOTP(session, first))
	must[Identity](t)(h.Session(next))
	for _, old := range []string{session, elsewhere} {
		_, err = h.Session(old)
		wantErr(t, err, ErrSession)
	}

	_, err = h.SignInCode(h.pendingSignIn("admin@menpan.example"), first, "192.0.2.1", "")
	wantErr(t, err, ErrCode) // the code that confirmed is used
	h.clock.advance(30 * time.Second)
	pending := h.pendingSignIn("admin@menpan.example")
	_, err = h.Session(pending)
	wantErr(t, err, ErrSession) // opens nothing by itself
	code := h.code(e.Secret)
	in := must[SignedIn](t)(h.SignInCode(pending, code, "192.0.2.1", ""))
	must[Identity](t)(h.Session(in.Session))
	_, err = h.SignInCode(pending, code, "192.0.2.1", "")
	wantErr(t, err, ErrSession) // used up
	_, err = h.SignInCode(h.pendingSignIn("admin@menpan.example"), code, "192.0.2.1", "")
	wantErr(t, err, ErrCode) // the same step twice

	h.clock.advance(30 * time.Second)
	session = must[string](t)(h.DisableTOTP(in.Session, h.code(e.Secret), "192.0.2.1"))
	must[Identity](t)(h.Session(session))
	h.signIn("admin@menpan.example")
}

func TestTOTPClockMayBeOffByOneStep(t *testing.T) {
	for off, ok := range map[time.Duration]bool{-60 * time.Second: false, -30 * time.Second: true, 0: true, 30 * time.Second: true, 60 * time.Second: false} {
		h := newHouse(t)
		e := h.enrolled("admin@menpan.example")
		h.clock.advance(time.Hour)
		pending := h.pendingSignIn("admin@menpan.example")
		h.clock.advance(off)
		code := h.code(e.Secret)
		h.clock.advance(-off)
		if _, err := h.SignInCode(pending, code, "192.0.2.1", ""); (err == nil) != ok {
			t.Errorf("a clock off by %v: %v", off, err)
		}
	}
}

func TestRecoveryCodesWorkOnce(t *testing.T) {
	h := newHouse(t)
	e := h.enrolled("admin@menpan.example")
	must[SignedIn](t)(h.SignInCode(h.pendingSignIn("admin@menpan.example"), strings.ToUpper(e.Recovery[3]), "192.0.2.1", ""))
	if n := must[int](t)(h.RecoveryLeft(h.admin.Account)); n != 9 {
		t.Errorf("%d left", n)
	}
	_, err := h.SignInCode(h.pendingSignIn("admin@menpan.example"), e.Recovery[3], "192.0.2.1", "")
	wantErr(t, err, ErrCode)
}

func TestCodesCannotBeGuessed(t *testing.T) {
	h := newHouse(t)
	h.enrolled("admin@menpan.example")
	pending := h.pendingSignIn("admin@menpan.example")
	for range 4 {
		_, err := h.SignInCode(pending, "nocode", "192.0.2.1", "")
		wantErr(t, err, ErrCode)
	}
	_, err := h.SignInCode(pending, "nocode", "192.0.2.1", "")
	wantErr(t, err, ErrCode)
	_, err = h.SignInCode(pending, "nocode", "192.0.2.1", "")
	wantErr(t, err, ErrSession) // the sign-in has to begin anew
	_, err = h.SignIn(Attempt{Name: "admin@menpan.example", Password: goodPassword, Address: "192.0.2.1"})
	wantLocked(t, err) // and knowing the password does not clear the count
}

func TestPendingSignInExpires(t *testing.T) {
	h := newHouse(t)
	e := h.enrolled("admin@menpan.example")
	pending := h.pendingSignIn("admin@menpan.example")
	h.clock.advance(5 * time.Minute)
	_, err := h.SignInCode(pending, h.code(e.Secret), "192.0.2.1", "")
	wantErr(t, err, ErrSession)
}

func TestOneCodeOpensOneSessionAtOnce(t *testing.T) {
	h := newHouse(t)
	e := h.enrolled("admin@menpan.example")
	var pending []string
	for range 4 {
		pending = append(pending, h.pendingSignIn("admin@menpan.example"))
	}
	code := h.code(e.Secret)
	var wg sync.WaitGroup
	var mu sync.Mutex
	opened := 0
	for _, p := range pending {
		wg.Go(func() {
			if _, err := h.SignInCode(p, code, "192.0.2.1", ""); err == nil {
				mu.Lock()
				opened++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if opened != 1 {
		t.Errorf("one code opened %d sessions", opened)
	}
}

func TestAdministratorClearsALostSecondFactor(t *testing.T) {
	h := newHouse(t)
	id := h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	h.enrolled("unit@a.example")
	h.admin = h.identity("admin@menpan.example")
	noErr(t, h.ClearTOTP(h.admin, id))
	h.signIn("unit@a.example")
	if row := h.row(id); row.TOTP || row.Second.Secret != nil || row.Second.Recovery != nil {
		t.Errorf("left over: %+v", row.Second)
	}
}
