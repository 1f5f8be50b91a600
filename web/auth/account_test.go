package auth

import (
	"errors"
	"sync"
	"testing"
	"time"
)

func TestRoleNeedsItsScope(t *testing.T) {
	for _, c := range []struct {
		scope Scope
		want  string // empty: fine
	}{
		{Scope{Role: Nasional}, ""},
		{Scope{Role: Nasional, Agency: "A"}, "agency not-allowed"},
		{Scope{Role: Instansi, Agency: "A"}, ""},
		{Scope{Role: Instansi}, "agency required"},
		{Scope{Role: Instansi, Agency: "A", Unit: "u-A-1"}, "unit not-allowed"},
		{Scope{Role: Satker, Unit: "u-A-1"}, ""},
		{Scope{Role: Satker, Agency: "A"}, "unit required"},
		{Scope{Role: Perencana}, ""},
		{Scope{Role: Perencana, Agency: "A"}, ""},
		{Scope{Role: Perencana, Unit: "u-A-1"}, "unit not-allowed"},
		{Scope{Role: "root"}, "role unknown"},
		{Scope{}, "role required"},
		{Scope{Role: Instansi, Agency: "A\n"}, "agency bad-form"},
	} {
		if err := c.scope.Check(); c.want != "" {
			wantInvalid(t, err, c.want)
		} else if err != nil {
			t.Errorf("%+v: %v", c.scope, err)
		}
	}
}

func TestWithinIsNeverWider(t *testing.T) {
	nasional, a, b := Scope{Role: Nasional}, Scope{Role: Instansi, Agency: "A"}, Scope{Role: Instansi, Agency: "B"}
	unitA, unitB := Scope{Role: Satker, Agency: "A", Unit: "u-A-1"}, Scope{Role: Satker, Agency: "B", Unit: "u-B-1"}
	all, plannerA := Scope{Role: Perencana}, Scope{Role: Perencana, Agency: "A"}
	list := []Scope{{}, nasional, a, b, unitA, unitB, all, plannerA}
	within := map[[2]Scope]bool{
		{a, nasional}: true, {b, nasional}: true, {unitA, nasional}: true, {unitB, nasional}: true, {all, nasional}: true, {plannerA, nasional}: true,
		{unitA, a}: true, {unitB, b}: true, {plannerA, all}: true,
	}
	for _, s := range list {
		for _, o := range list {
			want := s == o || s == Scope{} || within[[2]Scope{s, o}]
			if s.Within(o) != want {
				t.Errorf("%+v within %+v: %v, want %v", s, o, !want, want)
			}
			for _, p := range list { // transitive
				if s.Within(o) && o.Within(p) && !s.Within(p) {
					t.Errorf("%+v within %+v within %+v, but not the first within the last", s, o, p)
				}
			}
		}
	}
}

func TestFirstAdministrator(t *testing.T) {
	c := &clock{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	s := must[*Store](t)(Open(t.TempDir(), Options{Now: c.now, Argon: cheap}))
	defer s.Close()
	first := must[string](t)(s.Setup())
	second := must[string](t)(s.Setup())
	accept := Acceptance{SignIn: "Admin@Menpan.example", Name: "Deputi", Password: goodPassword}
	_, err := s.Accept(first, accept)
	wantErr(t, err, ErrInvitation) // replaced
	c.advance(24 * time.Hour)
	_, err = s.Accept(second, accept)
	wantErr(t, err, ErrInvitation) // expired at the moment
	third := must[string](t)(s.Setup())
	c.advance(24*time.Hour - time.Microsecond)
	a := must[Account](t)(s.Accept(third, accept))
	if a.SignIn != "admin@menpan.example" || a.Role != Nasional || !a.Admin {
		t.Errorf("account %+v", a)
	}
	_, err = s.Accept(third, accept)
	wantErr(t, err, ErrInvitation) // used
	if token := must[string](t)(s.Setup()); token != "" {
		t.Error("a set-up token although there is an administrator")
	}
}

func TestInvitation(t *testing.T) {
	h := newHouse(t)
	scope := Scope{Role: Satker, Unit: "u-A-1"}
	token := must[string](t)(h.Invite(h.admin, "unit@a.example", "KPP A", scope, false))
	seen := must[Invitation](t)(h.Invitation(token))
	if seen.Name != "KPP A" || seen.Agency != "A" {
		t.Errorf("invitation %+v", seen)
	}
	_, err := h.Accept(token, Acceptance{Password: "short"})
	wantInvalid(t, err, "password too-short") // does not use it up
	a := must[Account](t)(h.Accept(token, Acceptance{SignIn: "else@x.example", Name: "Else", Password: goodPassword}))
	if a.SignIn != "unit@a.example" || a.Scope != (Scope{Role: Satker, Agency: "A", Unit: "u-A-1"}) || a.Admin {
		t.Errorf("the invited changed what the inviter fixed: %+v", a)
	}
	_, err = h.Accept(token, Acceptance{Password: goodPassword})
	wantErr(t, err, ErrInvitation)

	late := must[string](t)(h.Invite(h.admin, "late@a.example", "L", scope, false))
	h.clock.advance(7 * 24 * time.Hour)
	_, err = h.Accept(late, Acceptance{Password: goodPassword})
	wantErr(t, err, ErrInvitation)

	h.admin = h.identity("admin@menpan.example")
	gone := must[string](t)(h.Invite(h.admin, "gone@a.example", "G", scope, false))
	list := must[[]Invitation](t)(h.Invitations(h.admin))
	if len(list) != 1 {
		t.Fatalf("open invitations %v", list)
	}
	noErr(t, h.Withdraw(h.admin, list[0].ID))
	_, err = h.Accept(gone, Acceptance{Password: goodPassword})
	wantErr(t, err, ErrInvitation)
	_, err = h.Invite(h.admin, "unit@a.example", "again", scope, false)
	wantInvalid(t, err, "sign_in taken")
	_, err = h.Invite(h.admin, "x@a.example", "X", Scope{Role: Satker, Unit: "nowhere"}, false)
	wantInvalid(t, err, "unit unknown")
	_, err = h.Invite(h.admin, "x@a.example", "X", Scope{Role: Satker, Agency: "B", Unit: "u-A-1"}, false)
	wantInvalid(t, err, "unit not-allowed")
	_, err = h.Invite(h.admin, "x@a.example", "X", scope, true)
	wantInvalid(t, err, "admin not-allowed")
}

func TestInvitationIsAcceptedOnceByMany(t *testing.T) {
	h := newHouse(t)
	token := must[string](t)(h.Invite(h.admin, "unit@a.example", "A", Scope{Role: Satker, Unit: "u-A-1"}, false))
	var wg sync.WaitGroup
	var mu sync.Mutex
	accepted := 0
	for range 16 {
		wg.Go(func() {
			if _, err := h.Accept(token, Acceptance{Password: goodPassword}); err == nil {
				mu.Lock()
				accepted++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if accepted != 1 {
		t.Errorf("accepted %d times", accepted)
	}
}

func TestAgencyAdministratorStaysInItsAgency(t *testing.T) {
	h := newHouse(t)
	h.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, true)
	other := h.account("itjen@b.example", Scope{Role: Instansi, Agency: "B"}, true)
	unitB := h.account("unit@b.example", Scope{Role: Satker, Unit: "u-B-1"}, false)
	unitA := h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	planner := h.account("plan@a.example", Scope{Role: Perencana, Agency: "A"}, false)
	by := h.identity("itjen@a.example")
	for _, c := range []struct {
		scope Scope
		ok    bool
	}{
		{Scope{Role: Satker, Unit: "u-A-2"}, true},
		{Scope{Role: Instansi, Agency: "A"}, true},
		{Scope{Role: Instansi, Agency: "B"}, false},
		{Scope{Role: Satker, Unit: "u-B-2"}, false},
		{Scope{Role: Nasional}, false},
		{Scope{Role: Perencana, Agency: "A"}, false},
		{Scope{Role: Perencana}, false},
	} {
		_, err := h.Invite(by, "new@a.example", "N", c.scope, false)
		if c.ok {
			noErr(t, err)
		} else {
			wantErr(t, err, ErrForbidden)
		}
	}
	for _, id := range []string{h.admin.Account, other, unitB, planner} {
		wantErr(t, h.Disable(by, id), ErrForbidden)
		wantErr(t, h.Enable(by, id), ErrForbidden)
		wantErr(t, h.ClearTOTP(by, id), ErrForbidden)
		wantErr(t, h.ChangeRole(by, id, Scope{Role: Instansi, Agency: "A"}, false), ErrForbidden)
		_, err := h.Reset(by, id)
		wantErr(t, err, ErrForbidden)
	}
	wantErr(t, h.ChangeRole(by, unitA, Scope{Role: Nasional}, true), ErrForbidden)
	wantErr(t, h.ChangeRole(by, by.Account, Scope{Role: Nasional}, true), ErrForbidden)
	noErr(t, h.ChangeRole(by, unitA, Scope{Role: Instansi, Agency: "A"}, false))
	if list := must[[]Account](t)(h.Accounts(by)); len(list) != 2 {
		t.Errorf("sees %d accounts, want its own two", len(list))
	}
	for _, who := range []Identity{{}, Demo(Scope{Role: Nasional}), h.identity("unit@b.example")} {
		_, err := h.Invite(who, "new@x.example", "N", Scope{Role: Nasional}, true)
		wantErr(t, err, ErrForbidden)
	}
}

// What was resolved before a change of rights does not outlive the change.
func TestTakenRightsAreGoneAtOnce(t *testing.T) {
	h := newHouse(t)
	id := h.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, true)
	by := h.identity("itjen@a.example")
	open := must[string](t)(h.Invite(by, "new@a.example", "N", Scope{Role: Instansi, Agency: "A"}, true))
	noErr(t, h.ChangeRole(h.admin, id, Scope{Role: Instansi, Agency: "A"}, false))
	_, err := h.Invite(by, "more@a.example", "M", Scope{Role: Satker, Unit: "u-A-1"}, false)
	wantErr(t, err, ErrForbidden)
	_, err = h.Accept(open, Acceptance{Password: goodPassword})
	wantErr(t, err, ErrInvitation)
}

func TestLastAdministratorStays(t *testing.T) {
	h := newHouse(t)
	wantErr(t, h.Disable(h.admin, h.admin.Account), ErrLastAdministrator)
	wantErr(t, h.ChangeRole(h.admin, h.admin.Account, Scope{Role: Nasional}, false), ErrLastAdministrator)
	wantErr(t, h.Disable(Console(), h.admin.Account), ErrLastAdministrator)
	h.account("second@menpan.example", Scope{Role: Nasional}, true)
	noErr(t, h.Disable(h.admin, h.admin.Account))
}

func TestReset(t *testing.T) {
	h := newHouse(t)
	id := h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	session := h.signIn("unit@a.example")
	who := must[Identity](t)(h.Session(session))
	token, _, err := h.CreateToken(who, Token{Name: "t", Expires: h.clock.now().Add(time.Hour)})
	noErr(t, err)
	reset := must[string](t)(h.Reset(h.admin, id))
	must[Identity](t)(h.Session(session)) // holds until the reset is used
	must[Account](t)(h.Accept(reset, Acceptance{Password: "perahu biru di danau"}))
	_, err = h.Session(session)
	wantErr(t, err, ErrSession)
	_, err = h.Token(token)
	wantErr(t, err, ErrToken)
	_, err = h.SignIn(Attempt{Name: "unit@a.example", Password: goodPassword})
	wantErr(t, err, ErrSignIn)
	must[SignedIn](t)(h.SignIn(Attempt{Name: "unit@a.example", Password: "perahu biru di danau"}))
	_, err = h.Accept(reset, Acceptance{Password: goodPassword})
	wantErr(t, err, ErrInvitation)
}

func TestSignInNames(t *testing.T) {
	h := newHouse(t)
	for name, want := range map[string]string{
		"": "sign_in required", "ab": "sign_in bad-form", "a b@x.example": "sign_in bad-form", "oidc:x": "sign_in bad-form",
		"аdmin@menpan.example" /* Cyrillic a */ : "sign_in bad-form", "ADMIN@menpan.example": "sign_in taken", " admin@menpan.example ": "sign_in taken",
	} {
		_, err := h.Invite(h.admin, name, "N", Scope{Role: Perencana}, false)
		wantInvalid(t, err, want)
	}
	if _, err := h.SignIn(Attempt{Name: " Admin@MENPAN.example", Password: goodPassword}); err != nil {
		t.Error(err)
	}
	var i *Invalid
	if _, err := h.Invite(h.admin, "kpp.pratama-3", "Kantor 3", Scope{Role: Satker, Unit: "u-A-3"}, false); errors.As(err, &i) {
		t.Error(err)
	}
}
