package auth

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
)

// Via is how a request showed who it comes from.
type Via string

// The ways. ViaDemo and ViaConsole are given by the program itself and never
// read from a request: the demonstration on the machine's own address, and the
// person at the machine, who may do what a national administrator may.
const (
	ViaNothing Via = ""
	ViaSession Via = "session"
	ViaToken   Via = "token"
	ViaDemo    Via = "demo"
	ViaConsole Via = "console"
)

// Identity is what a request resolves to. The zero value is the public.
type Identity struct {
	Account  string // account id; empty: the public, the demonstration, the console
	Name     string
	Scope          // what the answer is to be held to
	Own      Scope // the account's; wider than Scope for a narrowed token and a view as another
	Admin    bool  // manages accounts; never by token, nor while viewing as another
	ReadOnly bool  // may change nothing
	ViewAs   bool  // an administrator sees what Scope sees; Account stays who it is
	Via      Via
	Session  string // name of the session, as in SessionInfo
	Token    string // id of the token
}

// SignedIn says whether the request comes from an account.
func (i Identity) SignedIn() bool { return i.Account != "" }

// Console is the identity of the person at the machine.
func Console() Identity {
	return Identity{Name: "console", Scope: Scope{Role: Nasional}, Own: Scope{Role: Nasional}, Admin: true, Via: ViaConsole}
}

// Demo is the identity that everyone has in the demonstration. It manages
// nothing.
func Demo(scope Scope) Identity {
	return Identity{Name: "demo", Scope: scope, Own: scope, Via: ViaDemo}
}

// Identify resolves a request: its bearer token if it brings one, else its
// cookie, else the public. An ended session gives the public and [ErrSession],
// a wrong token [ErrToken].
func (s *Store) Identify(r *http.Request, c Cookies) (Identity, error) {
	if text, given := Bearer(r); given {
		return s.Token(text)
	}
	id, given := c.Session(r)
	if !given {
		return Identity{}, nil
	}
	return s.Session(id)
}

type identityKey struct{}

// WithIdentity carries who asks along with a request.
func WithIdentity(ctx context.Context, i Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, i)
}

// From gives who asks; the public where nobody said.
func From(ctx context.Context) Identity {
	i, _ := ctx.Value(identityKey{}).(Identity)
	return i
}

// Middleware resolves every request and carries the result in its context. An
// ended session goes on as the public, without its cookie. A wrong token, and a
// store that cannot be read, go to fail, which answers.
func (s *Store) Middleware(c Cookies, fail func(http.ResponseWriter, *http.Request, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.Identify(r, c)
		switch {
		case errors.Is(err, ErrSession):
			c.Clear(w)
			who = Identity{}
		case errors.Is(err, ErrToken):
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			fail(w, r, err)
			return
		case err != nil:
			fail(w, r, err)
			return
		}
		// What is shown depends on who asks: no shared cache may keep it.
		w.Header().Add("Vary", "Cookie, Authorization")
		if who.SignedIn() {
			w.Header().Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r.WithContext(WithIdentity(r.Context(), who)))
	})
}

// Only lets through who has one of the roles; fail answers the others, with
// [ErrSession] where signing in might help and [ErrForbidden] where not.
func Only(roles []Role, fail func(http.ResponseWriter, *http.Request, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := From(r.Context())
		for _, role := range roles {
			if who.Role == role {
				next.ServeHTTP(w, r)
				return
			}
		}
		if who.Via == ViaNothing {
			fail(w, r, ErrSession)
			return
		}
		fail(w, r, ErrForbidden)
	})
}

// Writable lets through who may change things; a read-only token and a view as
// another get [ErrForbidden].
func Writable(fail func(http.ResponseWriter, *http.Request, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch who := From(r.Context()); {
		case who.Via == ViaNothing:
			fail(w, r, ErrSession)
		case who.ReadOnly:
			fail(w, r, ErrForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// ClientAddress gives the address a request comes from: that of the connection,
// or, where the connection is one of the trusted proxies, the last address in
// X-Forwarded-For that is not.
func ClientAddress(r *http.Request, trusted []netip.Prefix) string {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address := port.Addr().Unmap()
	isTrusted := func(a netip.Addr) bool {
		for _, p := range trusted {
			if p.Contains(a) {
				return true
			}
		}
		return false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && isTrusted(address); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = hop.Unmap()
	}
	return address.String()
}
