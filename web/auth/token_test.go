package auth

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestToken(t *testing.T) {
	h := newHouse(t)
	id := h.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, true)
	by := h.identity("itjen@a.example")
	soon := h.clock.now().Add(time.Hour)
	text, made, err := h.CreateToken(by, Token{Name: "skrip", Expires: soon})
	noErr(t, err)
	if !strings.HasPrefix(text, "tolok_") || made.Scope != by.Scope || made.LastUsed != nil {
		t.Errorf("token %s %+v", text, made)
	}
	who := must[Identity](t)(h.Token(text))
	if who.Account != id || who.Via != ViaToken || who.Admin {
		t.Errorf("identity %+v", who)
	}
	if list := must[[]Token](t)(h.Tokens(by, id)); len(list) != 1 || list[0].LastUsed == nil {
		t.Errorf("tokens %+v", list)
	}
	// A token manages nothing and makes no token.
	_, err = h.Invite(who, "x@a.example", "X", Scope{Role: Satker, Unit: "u-A-1"}, false)
	wantErr(t, err, ErrForbidden)
	_, _, err = h.CreateToken(who, Token{Name: "t", Expires: soon})
	wantErr(t, err, ErrForbidden)
	wantErr(t, h.RevokeToken(who, made.ID), ErrForbidden)

	h.clock.advance(time.Hour - time.Microsecond)
	must[Identity](t)(h.Token(text))
	h.clock.advance(time.Microsecond)
	_, err = h.Token(text)
	wantErr(t, err, ErrToken)
}

func TestTokenIsNoWiderThanItsOwner(t *testing.T) {
	h := newHouse(t)
	id := h.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, false)
	by := h.identity("itjen@a.example")
	soon := h.clock.now().Add(time.Hour)
	for _, wider := range []Scope{{Role: Nasional}, {Role: Instansi, Agency: "B"}, {Role: Satker, Unit: "u-B-1"}} {
		_, _, err := h.CreateToken(by, Token{Name: "t", Scope: wider, Expires: soon})
		wantErr(t, err, ErrForbidden)
	}
	narrow, _, err := h.CreateToken(by, Token{Name: "satu satker", Scope: Scope{Role: Satker, Unit: "u-A-1"}, ReadOnly: true, Expires: soon})
	noErr(t, err)
	own, _, err := h.CreateToken(by, Token{Name: "semua", Expires: soon})
	noErr(t, err)
	if who := must[Identity](t)(h.Token(narrow)); who.Unit != "u-A-1" || !who.ReadOnly || who.Own.Role != Instansi {
		t.Errorf("identity %+v", who)
	}
	// The owner's scope shrinks: what is wider than it dies, what is within lives.
	noErr(t, h.ChangeRole(h.admin, id, Scope{Role: Satker, Unit: "u-A-1"}, false))
	_, err = h.Token(own)
	wantErr(t, err, ErrToken)
	must[Identity](t)(h.Token(narrow))
}

func TestTokenLimits(t *testing.T) {
	h := newHouse(t)
	now := h.clock.now()
	for _, c := range []struct {
		token Token
		want  string
	}{
		{Token{Name: "t"}, "expires past"},
		{Token{Name: "t", Expires: now}, "expires past"},
		{Token{Name: "t", Expires: now.Add(367 * 24 * time.Hour)}, "expires too-far"},
		{Token{Expires: now.Add(time.Hour)}, "name required"},
	} {
		_, _, err := h.CreateToken(h.admin, c.token)
		wantInvalid(t, err, c.want)
	}
	for range mostTokens {
		_, _, err := h.CreateToken(h.admin, Token{Name: "t", Expires: now.AddDate(1, 0, 0)})
		noErr(t, err)
	}
	_, _, err := h.CreateToken(h.admin, Token{Name: "t", Expires: now.Add(time.Hour)})
	wantInvalid(t, err, "token too-many")
}

func TestRevokeToken(t *testing.T) {
	h := newHouse(t)
	h.account("a@a.example", Scope{Role: Instansi, Agency: "A"}, true)
	h.account("b@b.example", Scope{Role: Instansi, Agency: "B"}, true)
	a, b := h.identity("a@a.example"), h.identity("b@b.example")
	make := func() (string, string) {
		text, made, err := h.CreateToken(a, Token{Name: "t", Expires: h.clock.now().Add(time.Hour)})
		noErr(t, err)
		return text, made.ID
	}
	text, id := make()
	wantErr(t, h.RevokeToken(b, id), ErrForbidden)
	wantErr(t, h.RevokeToken(a, "nothing"), ErrNotFound)
	must[Identity](t)(h.Token(text))
	noErr(t, h.RevokeToken(a, id))
	_, err := h.Token(text)
	wantErr(t, err, ErrToken)
	text, id = make()
	noErr(t, h.RevokeToken(h.admin, id))
	_, err = h.Token(text)
	wantErr(t, err, ErrToken)
}

func TestBearer(t *testing.T) {
	good := tokenPrefix + newToken()
	for _, c := range []struct {
		headers []string
		text    string
		given   bool
	}{
		{nil, "", false},
		{[]string{"Bearer " + good}, good, true},
		{[]string{"bearer " + good}, good, true},
		{[]string{"Bearer  " + good}, "", true},
		{[]string{"Bearer " + good + " "}, "", true},
		{[]string{"Basic " + good}, "", true},
		{[]string{good}, "", true},
		{[]string{""}, "", true},
		{[]string{"Bearer tolok_short"}, "", true},
		{[]string{"Bearer " + good, "Bearer " + good}, "", true},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["Authorization"] = c.headers
		if text, given := Bearer(r); text != c.text || given != c.given {
			t.Errorf("%q: %q %v", c.headers, text, given)
		}
	}
}

func FuzzBearer(f *testing.F) {
	f.Add("Bearer " + tokenPrefix + newToken())
	f.Add("Bearer tolok_")
	f.Add("bearer \x00")
	f.Fuzz(func(t *testing.T, header string) {
		r := &http.Request{Header: http.Header{"Authorization": {header}}}
		text, given := Bearer(r)
		if !given {
			t.Error("the header was overlooked")
		}
		if text != "" && (len(text) != len(tokenPrefix)+43 || !strings.EqualFold(header, "Bearer "+text)) {
			t.Errorf("%q gave %q", header, text)
		}
	})
}
