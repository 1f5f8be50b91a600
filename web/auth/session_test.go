package auth

import (
	"errors"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func TestSessionIDsBeforeSignInAreNeverValidAfter(t *testing.T) {
	h := newHouse(t)
	planted := newToken()
	in := must[SignedIn](t)(h.SignIn(Attempt{Name: "admin@menpan.example", Password: goodPassword, Session: planted}))
	if in.Session == planted {
		t.Fatal("the planted id was taken over")
	}
	_, err := h.Session(planted)
	wantErr(t, err, ErrSession)

	again := must[SignedIn](t)(h.SignIn(Attempt{Name: "admin@menpan.example", Password: goodPassword, Session: in.Session}))
	_, err = h.Session(in.Session)
	wantErr(t, err, ErrSession) // the browser's old session ended
	must[Identity](t)(h.Session(again.Session))
}

func TestSessionExpiresAtTheMoment(t *testing.T) {
	h := newHouse(t)
	idle := h.signIn("admin@menpan.example")
	h.clock.advance(30*time.Minute - time.Microsecond)
	must[Identity](t)(h.Session(idle))
	h.clock.advance(30 * time.Minute)
	_, err := h.Session(idle)
	wantErr(t, err, ErrSession)

	busy := h.signIn("admin@menpan.example")
	for range 35 {
		h.clock.advance(20 * time.Minute)
		must[Identity](t)(h.Session(busy))
	}
	busy = must[string](t)(h.Rotate(busy)) // a new id does not lengthen it
	h.clock.advance(20*time.Minute - time.Microsecond)
	must[Identity](t)(h.Session(busy))
	h.clock.advance(time.Microsecond)
	_, err = h.Session(busy)
	wantErr(t, err, ErrSession)
}

func TestDisabledAccountIsOutAtOnce(t *testing.T) {
	h := newHouse(t)
	id := h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	session := h.signIn("unit@a.example")
	who := must[Identity](t)(h.Session(session))
	token, _, err := h.CreateToken(who, Token{Name: "t", Expires: h.clock.now().Add(time.Hour)})
	noErr(t, err)
	noErr(t, h.Disable(h.admin, id))
	_, err = h.Session(session)
	wantErr(t, err, ErrSession)
	_, err = h.Token(token)
	wantErr(t, err, ErrToken)
	_, err = h.SignIn(Attempt{Name: "unit@a.example", Password: goodPassword})
	wantErr(t, err, ErrSignIn)
	noErr(t, h.Enable(h.admin, id))
	_, err = h.Session(session)
	wantErr(t, err, ErrSession) // what ended stays ended
	_, err = h.Token(token)
	wantErr(t, err, ErrToken)
	h.signIn("unit@a.example")
}

// The state of the account counts at every request, not only that its sessions
// were ended when it was closed.
func TestSessionOfAClosedAccountIsDeadEvenWhereItsRowIsLeft(t *testing.T) {
	h := newHouse(t)
	session := h.signIn("admin@menpan.example")
	row := h.row(h.admin.Account)
	row.State = Disabled
	noErr(t, h.db.Update(func(tx *bbolt.Tx) error { return putAccount(tx, row) }))
	_, err := h.Session(session)
	wantErr(t, err, ErrSession)
}

// The account is closed, or gets a new password, while the old one is hashed.
func TestAccountChangesWhileItSignsIn(t *testing.T) {
	for what, change := range map[string]func(*accountRow){
		"closed":       func(a *accountRow) { a.State = Disabled },
		"new password": func(a *accountRow) { a.Password = must[string](t)(hashPassword("perahu biru di danau", cheap)) },
	} {
		h := newHouse(t)
		for range cap(h.hashing) {
			h.hashing <- struct{}{} // every place to hash in is taken
		}
		done := make(chan error)
		go func() {
			_, err := h.SignIn(Attempt{Name: "admin@menpan.example", Password: goodPassword, Address: "198.51.100.1"})
			done <- err
		}()
		for counted := false; !counted; { // the attempt was counted: the old hash was read
			noErr(t, h.db.View(func(tx *bbolt.Tx) error {
				counted = tx.Bucket(bucketLockout).Sequence() > 0
				return nil
			}))
		}
		row := h.row(h.admin.Account)
		change(row)
		noErr(t, h.db.Update(func(tx *bbolt.Tx) error { return putAccount(tx, row) }))
		for range cap(h.hashing) {
			<-h.hashing
		}
		if err := <-done; !errors.Is(err, ErrSignIn) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	h := newHouse(t)
	id := h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	one, two, three := h.signIn("unit@a.example"), h.signIn("unit@a.example"), h.signIn("unit@a.example")
	other := h.signIn("admin@menpan.example")
	noErr(t, h.SignOut(one))
	_, err := h.Session(one)
	wantErr(t, err, ErrSession)
	name := must[Identity](t)(h.Session(two)).Session
	own := must[Identity](t)(h.Session(two))
	wantErr(t, h.EndSession(h.admin, h.admin.Account, name), ErrNotFound) // another's
	wantErr(t, h.EndSessions(own, h.admin.Account, ""), ErrForbidden)
	_, err = h.Sessions(own, h.admin.Account)
	wantErr(t, err, ErrForbidden)
	_, err = h.Tokens(own, h.admin.Account)
	wantErr(t, err, ErrForbidden)
	noErr(t, h.EndSession(own, id, name))
	_, err = h.Session(two)
	wantErr(t, err, ErrSession)
	four := h.signIn("unit@a.example")
	noErr(t, h.EndSessions(h.admin, id, four))
	_, err = h.Session(three)
	wantErr(t, err, ErrSession)
	if list := must[[]SessionInfo](t)(h.Sessions(h.admin, id)); len(list) != 1 || list[0].Address != "192.0.2.1" {
		t.Errorf("sessions %+v", list)
	}
	must[Identity](t)(h.Session(other))
}

func TestChangeOfRoleEndsSessions(t *testing.T) {
	h := newHouse(t)
	id := h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	session := h.signIn("unit@a.example")
	noErr(t, h.ChangeRole(h.admin, id, Scope{Role: Instansi, Agency: "A"}, false))
	_, err := h.Session(session)
	wantErr(t, err, ErrSession)
	if who := h.identity("unit@a.example"); who.Role != Instansi || who.Agency != "A" || who.Unit != "" {
		t.Errorf("identity %+v", who)
	}
}

func TestChangePassword(t *testing.T) {
	h := newHouse(t)
	h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	here, elsewhere := h.signIn("unit@a.example"), h.signIn("unit@a.example")
	_, err := h.ChangePassword(here, "not the old one", "perahu biru di danau", "192.0.2.1")
	wantErr(t, err, ErrSignIn)
	_, err = h.ChangePassword(here, goodPassword, "password1234", "192.0.2.1")
	wantInvalid(t, err, "password too-common")
	next := must[string](t)(h.ChangePassword(here, goodPassword, "perahu biru di danau", "192.0.2.1"))
	must[Identity](t)(h.Session(next))
	for _, old := range []string{here, elsewhere} {
		_, err = h.Session(old)
		wantErr(t, err, ErrSession)
	}
	must[SignedIn](t)(h.SignIn(Attempt{Name: "unit@a.example", Password: "perahu biru di danau"}))
}

func TestViewAs(t *testing.T) {
	h := newHouse(t)
	h.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, true)
	h.account("staff@a.example", Scope{Role: Instansi, Agency: "A"}, false)
	admin := h.signIn("itjen@a.example")
	for _, wider := range []Scope{{Role: Nasional}, {Role: Instansi, Agency: "B"}, {Role: Satker, Unit: "u-B-1"}, {Role: Perencana}} {
		_, err := h.ViewAs(admin, wider)
		wantErr(t, err, ErrForbidden)
	}
	_, err := h.ViewAs(h.signIn("staff@a.example"), Scope{Role: Satker, Unit: "u-A-1"})
	wantErr(t, err, ErrForbidden)

	as := must[string](t)(h.ViewAs(admin, Scope{Role: Satker, Unit: "u-A-1"}))
	_, err = h.Session(admin)
	wantErr(t, err, ErrSession) // rotated
	who := must[Identity](t)(h.Session(as))
	unit := Scope{Role: Satker, Agency: "A", Unit: "u-A-1"}
	if who.Scope != unit || who.Own.Role != Instansi || !who.ViewAs || who.Admin || !who.ReadOnly {
		t.Errorf("identity %+v", who)
	}
	_, err = h.Invite(who, "x@a.example", "X", unit, false)
	wantErr(t, err, ErrForbidden)
	_, _, err = h.CreateToken(who, Token{Name: "t", Expires: h.clock.now().Add(time.Hour)})
	wantErr(t, err, ErrForbidden)
	_, err = h.ChangePassword(as, goodPassword, "perahu biru di danau", "")
	wantErr(t, err, ErrForbidden)
	_, err = h.EnrolTOTP(as)
	wantErr(t, err, ErrForbidden)

	public := must[string](t)(h.ViewAs(as, Scope{}))
	if who := must[Identity](t)(h.Session(public)); who.Role != Public || who.Account == "" {
		t.Errorf("identity %+v", who)
	}
	self := must[string](t)(h.ViewAsSelf(public))
	if who := must[Identity](t)(h.Session(self)); who.ViewAs || !who.Admin || who.Role != Instansi {
		t.Errorf("identity %+v", who)
	}
	note := who.Note(ActSee, "u-A-1", "")
	if note.Real != who.Account || note.Account != "satker:A:u-A-1" {
		t.Errorf("note %+v", note)
	}
}

func TestSessionsAtOnce(t *testing.T) {
	h := newHouse(t)
	session := h.signIn("admin@menpan.example")
	h.clock.advance(2 * time.Minute)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if _, err := h.Session(session); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	// A session that ends while it is touched stays ended.
	h.clock.advance(2 * time.Minute)
	for range 8 {
		wg.Go(func() { h.Session(session) })
	}
	wg.Go(func() { h.SignOut(session) })
	wg.Wait()
	_, err := h.Session(session)
	wantErr(t, err, ErrSession)
}
