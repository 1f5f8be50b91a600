package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"tolok/web/auth"
)

// access says who may open a route. Which part of the country an answer shows
// is decided below, under every query.
type access struct {
	name  string
	check func(auth.Identity) error
	// readOnly lets who may change nothing post here all the same: signing
	// out, and going back from a view as another.
	readOnly bool
}

// Who may open a route. The zero access opens to nobody, and a server with such
// a route does not start.
var (
	everyone = access{"everyone", func(auth.Identity) error { return nil }, true}
	signedIn = access{"signed-in", func(who auth.Identity) error {
		if who.Via == auth.ViaNothing {
			return auth.ErrSession
		}
		return nil
	}, false}
	// inSession is a browser that signed in, also while it views as another.
	inSession = access{"session", inSessionCheck, true}
	// oneself is an account at what is its own: never by token, nor while it
	// views as another.
	oneself       = access{"oneself", oneselfCheck, false}
	administrator = access{"administrator", func(who auth.Identity) error {
		if err := oneselfCheck(who); err != nil || who.Admin {
			return err
		}
		return auth.ErrForbidden
	}, false}
	national = access{"national administrator", func(who auth.Identity) error {
		if err := oneselfCheck(who); err != nil || who.Admin && who.Role == auth.Nasional {
			return err
		}
		return auth.ErrForbidden
	}, false}
)

func inSessionCheck(who auth.Identity) error {
	switch who.Via {
	case auth.ViaSession:
		return nil
	case auth.ViaNothing:
		return auth.ErrSession
	}
	return auth.ErrForbidden
}

func oneselfCheck(who auth.Identity) error {
	if err := inSessionCheck(who); err != nil {
		return err
	}
	if who.ViewAs {
		return auth.ErrForbidden
	}
	return nil
}

// roles opens a route to some roles, by session, token or demonstration; what
// they may do there besides, such as sending data, is for the page to say.
func roles(list ...auth.Role) access {
	return access{"roles", func(who auth.Identity) error {
		if err := signedIn.check(who); err != nil || slices.Contains(list, who.Role) {
			return err
		}
		return auth.ErrForbidden
	}, false}
}

// guard lets a request through to its route if the one who asks may open it. A
// browser that has not signed in is sent to where it can.
func (s *Server) guard(t route, next http.Handler) http.Handler {
	name := t.name()
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		visitOf(r).route = name
		who := auth.From(r.Context())
		err := t.who.check(who)
		if err == nil && t.method == http.MethodPost && who.ReadOnly && !t.who.readOnly {
			err = auth.ErrForbidden
		}
		if errors.Is(err, auth.ErrSession) && t.method == http.MethodGet && s.opt.Accounts != nil {
			if form, e := formOf(r, r.URL.Query()); e == nil && form == formHTML {
				http.Redirect(w, r, "/sign-in?"+url.Values{"to": {r.URL.RequestURI()}}.Encode(), http.StatusSeeOther)
				return nil
			}
		}
		if err != nil {
			return err
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// identity resolves who asks: by session or token where there are accounts, by
// the role that was clicked in the demonstration, else the public.
func (s *Server) identity(next http.Handler) http.Handler {
	noted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visitOf(r).who = auth.From(r.Context())
		next.ServeHTTP(w, r)
	})
	switch {
	case s.opt.Accounts != nil:
		accounts := s.opt.Accounts.Middleware(s.cookies, s.fail, noted)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == metricsPath { // its token is no account's
				next.ServeHTTP(w, r)
				return
			}
			accounts.ServeHTTP(w, r)
		})
	case len(s.opt.Demo) > 0:
		return s.demoIdentity(noted)
	}
	return noted
}
