package auth

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

// refuse answers with the status that pages would give.
func refuse(w http.ResponseWriter, _ *http.Request, err error) {
	status := map[error]int{ErrSession: 401, ErrToken: 401, ErrForbidden: 403}[err]
	if status == 0 {
		status = 500
	}
	http.Error(w, err.Error(), status)
}

func TestMiddleware(t *testing.T) {
	h := newHouse(t)
	session := h.signIn("admin@menpan.example")
	who := must[Identity](t)(h.Session(session))
	token, _, err := h.CreateToken(who, Token{Name: "t", ReadOnly: true, Expires: h.clock.now().Add(time.Hour)})
	noErr(t, err)
	var got Identity
	page := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = From(r.Context()) })
	mux := http.NewServeMux()
	mux.Handle("/open", page)
	mux.Handle("/nasional", Only([]Role{Nasional}, refuse, page))
	mux.Handle("/satker", Only([]Role{Satker}, refuse, page))
	mux.Handle("/write", Writable(refuse, page))
	cookies := Cookies{}
	server := h.Middleware(cookies, refuse, mux)

	for _, c := range []struct {
		path, cookie, bearer string
		status               int
		via                  Via
	}{
		{"/open", "", "", 200, ViaNothing},
		{"/open", session, "", 200, ViaSession},
		{"/open", newToken(), "", 200, ViaNothing}, // ended: the public
		{"/open", "malformed", "", 200, ViaNothing},
		{"/open", "", token, 200, ViaToken},
		{"/open", session, tokenPrefix + newToken(), 401, ViaNothing}, // a wrong token does not fall back
		{"/open", session, "malformed", 401, ViaNothing},
		{"/nasional", "", "", 401, ViaNothing},
		{"/nasional", session, "", 200, ViaSession},
		{"/satker", session, "", 403, ViaNothing},
		{"/write", "", "", 401, ViaNothing},
		{"/write", session, "", 200, ViaSession},
		{"/write", "", token, 403, ViaNothing}, // read-only
	} {
		got = Identity{}
		r := httptest.NewRequest(http.MethodGet, c.path, nil)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "__Host-tolok", Value: c.cookie})
		}
		if c.bearer != "" {
			r.Header.Set("Authorization", "Bearer "+c.bearer)
		}
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		if w.Code != c.status || got.Via != c.via {
			t.Errorf("%+v: status %d via %q", c, w.Code, got.Via)
		}
		if got.SignedIn() && w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%+v: a shared cache may keep the page", c)
		}
		if c.cookie != "" && c.cookie != session && len(w.Result().Cookies()) != 1 {
			t.Errorf("%+v: the dead cookie was not cleared", c)
		}
	}
}

func TestCookie(t *testing.T) {
	id := newToken()
	for insecure, want := range map[bool]string{
		false: "__Host-tolok=" + id + "; Path=/; HttpOnly; Secure; SameSite=Lax",
		true:  "tolok=" + id + "; Path=/; HttpOnly; SameSite=Lax",
	} {
		c := Cookies{Insecure: insecure}
		w := httptest.NewRecorder()
		c.SetSession(w, id)
		if got := w.Header().Get("Set-Cookie"); got != want {
			t.Errorf("cookie %s, want %s", got, want)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Cookie", w.Result().Cookies()[0].String())
		if got, given := c.Session(r); got != id || !given {
			t.Errorf("read %q %v", got, given)
		}
		if _, given := (Cookies{Insecure: !insecure}).Session(r); given {
			t.Error("the other mode's cookie was read")
		}
		r.Header.Add("Cookie", c.name(sessionCookie)+"="+newToken())
		if got, given := c.Session(r); got != "" || !given {
			t.Errorf("of two cookies %q was taken", got)
		}
	}
}

func FuzzCookie(f *testing.F) {
	f.Add("__Host-tolok=" + newToken())
	f.Add("__Host-tolok=a; __Host-tolok=b")
	f.Add(`__Host-tolok="` + newToken() + `"`)
	f.Fuzz(func(t *testing.T, header string) {
		r := &http.Request{Header: http.Header{"Cookie": {header}}}
		if id, given := (Cookies{}).Session(r); id != "" && (!given || !isToken(id)) {
			t.Errorf("%q gave %q", header, id)
		}
	})
}

func TestClientAddress(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct {
		remote    string
		forwarded []string
		want      string
	}{
		{"192.0.2.1:999", nil, "192.0.2.1"},
		{"192.0.2.1:999", []string{"1.2.3.4"}, "192.0.2.1"}, // not a proxy of ours
		{"10.0.0.1:999", []string{"192.0.2.7"}, "192.0.2.7"},
		{"10.0.0.1:999", []string{"6.6.6.6, 192.0.2.7"}, "192.0.2.7"}, // the client made up the first
		{"10.0.0.1:999", []string{"6.6.6.6", "192.0.2.7, 10.0.0.2"}, "192.0.2.7"},
		{"10.0.0.1:999", []string{"rubbish"}, "10.0.0.1"},
		{"10.0.0.1:999", nil, "10.0.0.1"},
		{"[2001:db8::1]:999", nil, "2001:db8::1"},
		{"@", nil, "@"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr, r.Header["X-Forwarded-For"] = c.remote, c.forwarded
		if got := ClientAddress(r, proxies); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestZeroIdentityIsThePublic(t *testing.T) {
	if i := From(t.Context()); i != (Identity{}) || i.Role != Public || i.SignedIn() || i.Admin {
		t.Errorf("identity %+v", i)
	}
}
