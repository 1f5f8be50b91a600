package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tolok/web/auth"
)

func trimmed(v url.Values, name string) string { return strings.TrimSpace(v.Get(name)) }

func secondsUntil(t time.Time) int { return max(1, int(time.Until(t).Seconds()+0.999)) }

// signInBody is the page /sign-in.
type signInBody struct {
	Form     form
	Provider string // address that leads to the identity provider
	Issuer   string
	Leave    string // address at which the provider's own session ends
}

func (s *Server) signInPage(req *request) (*view, error) {
	to := req.target()
	b := &signInBody{Form: req.newForm("/sign-in", "sign-in.submit",
		input{Name: "name", Label: "field.sign_in", Auto: "username", Required: true},
		input{Name: "password", Type: "password", Auto: "current-password", Required: true},
	)}
	b.Form.Hidden = []pair{{"to", to}}
	if s.opt.OIDC != nil {
		b.Provider, b.Issuer = req.Link("/sign-in/oidc", "to", to), s.opt.Issuer
		if req.query.Get("done") == "signed-out" {
			b.Leave = s.opt.OIDC.LogoutURL(req.Context(), s.link("/sign-in", nil))
		}
	}
	return &view{template: "sign-in", title: req.T("sign-in.title"), lead: req.T("sign-in.lead"), body: b}, nil
}

// target is the page to go on to after signing in: one of this site.
func (r *request) target() string {
	to := r.query.Get("to")
	if r.posted.Has("to") {
		to = r.posted.Get("to")
	}
	u, err := localPage(to)
	if err != nil || strings.HasPrefix(u.Path, "/sign-") {
		return "/"
	}
	return u.String()
}

func (s *Server) signIn(w http.ResponseWriter, req *request) (string, error) {
	v := visitOf(req.Request)
	old, _ := s.cookies.Session(req.Request)
	name := trimmed(req.posted, "name")
	in, err := s.opt.Accounts.SignIn(auth.Attempt{Name: name, Password: req.posted.Get("password"), Address: v.address, Session: old})
	if err != nil {
		return "", s.signInFailed(req, name, err)
	}
	if in.Pending != "" {
		req.once, req.shows = in.Pending, s.codePage
		return "", nil
	}
	return s.welcome(w, req, in, "password")
}

// welcome gives the browser its session, if it can be logged.
func (s *Server) welcome(w http.ResponseWriter, req *request, in auth.SignedIn, how string) (string, error) {
	if err := s.noteSignIn(req, in, how); err != nil {
		return "", err
	}
	s.cookies.SetSession(w, in.Session)
	return req.target(), nil
}

func (s *Server) noteSignIn(req *request, in auth.SignedIn, how string) error {
	who := auth.Identity{Account: in.Account.ID, Scope: in.Account.Scope}
	if err := s.note(req, who, auth.ActSignIn, in.Account.ID, how); err != nil {
		s.figures.auditFailed("change")
		return errors.Join(errAudit, err, s.opt.Accounts.SignOut(in.Session))
	}
	s.figures.signIn("ok")
	return nil
}

// signInFailed logs an attempt that failed. A name that nobody has is not
// logged: it may be a password in the wrong field.
func (s *Server) signInFailed(req *request, name string, err error) error {
	result, locked := "failed", new(auth.Locked)
	if errors.As(err, &locked) {
		result = "locked"
	} else if !errors.Is(err, auth.ErrSignIn) && !errors.Is(err, auth.ErrCode) {
		return err
	}
	s.figures.signIn(result)
	subject := ""
	if a, known := s.opt.Accounts.Lookup(name); known {
		subject = a.ID
	}
	if e := s.note(req, auth.Identity{}, auth.ActSignInFailed, subject, result); e != nil {
		s.figures.auditFailed("change")
		return errors.Join(errAudit, e)
	}
	return err
}

// codePage asks for the one-time code.
func (s *Server) codePage(req *request) (*view, error) {
	pending, _ := req.once.(string)
	if pending == "" {
		pending = req.posted.Get("pending")
	}
	f := req.newForm("/sign-in/code", "sign-in.submit", input{Name: "code", Auto: "one-time-code", Required: true, Hint: "hint.code"})
	f.Hidden = []pair{{"to", req.target()}, {"pending", pending}}
	return &view{template: "form", title: req.T("code.title"), lead: req.T("code.lead"), body: []form{f}}, nil
}

func (s *Server) signInCode(w http.ResponseWriter, req *request) (string, error) {
	old, _ := s.cookies.Session(req.Request)
	in, err := s.opt.Accounts.SignInCode(req.posted.Get("pending"), trimmed(req.posted, "code"), visitOf(req.Request).address, old)
	if errors.Is(err, auth.ErrSession) {
		return req.Link("/sign-in", "to", req.target(), "done", "again"), nil
	}
	if err != nil {
		return "", s.signInFailed(req, "", err)
	}
	return s.welcome(w, req, in, "password and code")
}

func (s *Server) signOut(w http.ResponseWriter, req *request) (string, error) {
	id, _ := s.cookies.Session(req.Request)
	// Who leaves is let go even if it cannot be logged.
	if err := s.note(req, req.who(), auth.ActSignOut, req.who().Account, ""); err != nil {
		s.figures.auditFailed("read")
		s.opt.Log.Error("audit log: a sign-out was not written", "error", err)
	}
	if err := s.opt.Accounts.SignOut(id); err != nil {
		return "", err
	}
	s.cookies.Clear(w)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	return req.done("/sign-in", "signed-out"), nil
}

// beginOIDC sends the browser to the identity provider. It is a link and not a
// form, for the content security policy lets forms lead to this site only.
func (s *Server) beginOIDC(w http.ResponseWriter, r *http.Request) error {
	req, err := newRequest(r)
	if err != nil {
		return err
	}
	to, err := s.opt.OIDC.Begin(w, r, req.target())
	if err != nil {
		return s.oidcFailed(w, req, err)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *Server) finishOIDC(w http.ResponseWriter, r *http.Request) error {
	req, err := newRequest(r)
	if err != nil {
		return err
	}
	old, _ := s.cookies.Session(r)
	in, to, err := s.opt.OIDC.Finish(r, visitOf(r).address, old)
	if err != nil {
		return s.oidcFailed(w, req, err)
	}
	if err := s.noteSignIn(req, in, "oidc"); err != nil {
		return err
	}
	s.cookies.SetSession(w, in.Session)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// oidcFailed says on the sign-in page what went wrong at the provider.
func (s *Server) oidcFailed(w http.ResponseWriter, req *request, err error) error {
	key, status := "", http.StatusForbidden
	switch {
	case errors.Is(err, auth.ErrProvider):
		key, status = "fault.oidc.provider", http.StatusServiceUnavailable
	case errors.Is(err, auth.ErrFlow):
		key, status = "fault.oidc.flow", http.StatusBadRequest
	case errors.Is(err, auth.ErrNoAccount):
		key = "fault.oidc.no-account"
	case errors.Is(err, auth.ErrIDToken), errors.Is(err, auth.ErrSignIn):
		key = "fault.oidc.refused"
	default:
		return err
	}
	s.opt.Log.Warn("sign-in by the identity provider failed", "request", visitOf(req.Request).id, "error", err)
	s.figures.signIn("failed")
	if e := s.note(req, auth.Identity{}, auth.ActSignInFailed, "", strings.TrimPrefix(key, "fault.")); e != nil {
		s.figures.auditFailed("change")
		return errors.Join(errAudit, e)
	}
	req.fault = &fault{Text: req.T(key)}
	v, err := s.signInPage(req)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.writePage(w, req, v, status)
}

// invitationPage is where the invited choose a password, and where the first
// administrator makes its account.
func (s *Server) invitationPage(req *request) (*view, error) {
	token := req.query.Get("token")
	if req.posted.Has("token") {
		token = req.posted.Get("token")
	}
	i, err := s.opt.Accounts.Invitation(token)
	if err != nil {
		return nil, err
	}
	var fields []input
	title, lead := "invitation.title", "invitation.lead"
	switch {
	case i.SignIn == "":
		title, lead = "setup.title", "setup.lead"
		fields = append(fields, input{Name: "sign_in", Auto: "username", Required: true, Hint: "hint.sign_in"}, input{Name: "name", Auto: "organization", Required: true, Hint: "hint.name"})
	case i.Account != "":
		title, lead = "reset.title", "reset.lead"
	}
	f := req.newForm("/invitation", "invitation.submit", append(fields, passwordFields()...)...)
	f.Hidden = []pair{{"token", token}}
	return &view{
		template: "form", title: req.T(title), lead: req.T(lead, "name", i.Name, "sign_in", i.SignIn, "role", req.Speaks(i.Scope), "expires", req.Moment(i.Expires)), body: []form{f},
	}, nil
}

func (s *Server) accept(_ http.ResponseWriter, req *request) (string, error) {
	password, err := req.newPassword()
	if err != nil {
		return "", err
	}
	token := req.posted.Get("token")
	i, err := s.opt.Accounts.Invitation(token)
	if err != nil {
		return "", err
	}
	action, subject := auth.ActJoin, i.SignIn
	if i.Account != "" {
		action, subject = auth.ActReset, i.Account
	}
	if subject == "" {
		subject = trimmed(req.posted, "sign_in")
	}
	err = s.change(req, action, subject, "invitation "+i.ID, func() error {
		_, err := s.opt.Accounts.Accept(token, auth.Acceptance{SignIn: req.posted.Get("sign_in"), Name: req.posted.Get("name"), Password: password})
		return err
	})
	if err != nil {
		return "", err
	}
	return req.done("/sign-in", "joined"), nil
}
