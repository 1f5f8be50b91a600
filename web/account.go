package web

import (
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"tolok/web/auth"
	"tolok/web/chart"
)

// accountBody is the page /account: what is one's own.
type accountBody struct {
	Facts    []fact
	Password *form // nil for an account that signs in by the provider only
	TOTP     bool
	Left     string // recovery codes that are left
	Enrol    form
	Disable  form
	Offer    *offer
	Sessions []rowForm
	EndAll   form
	Tokens   []rowForm
	Create   form
	Made     string // the text of a token that was made just now
}

// rowForm is one line of a list with its button.
type rowForm struct {
	Title, Sub string
	Badge      string
	Form       *form
}

// offer is a second factor that waits for its first code.
type offer struct {
	QR       template.URL
	Secret   string
	Recovery []string
	Confirm  form
}

// madeToken is the text of a new token, shown once.
type madeToken string

func (s *Server) accountPage(req *request) (*view, error) {
	who := req.who()
	a, err := s.opt.Accounts.Account(who.Account)
	if err != nil {
		return nil, err
	}
	code := input{Name: "code", Auto: "one-time-code", Required: true, Hint: "hint.code"}
	b := &accountBody{
		Facts: accountFacts(req, a), TOTP: a.TOTP,
		Enrol: req.button("/account/totp", "totp.enrol"), Disable: req.newForm("/account/totp/disable", "totp.disable", code),
	}
	password := req.newForm("/account/password", "password.submit", append([]input{{Name: "old", Type: "password", Auto: "current-password", Required: true}}, passwordFields()...)...)
	b.Password = &password
	if b.Offer, err = req.offer(code); err != nil {
		return nil, err
	}
	if a.TOTP {
		left, err := s.opt.Accounts.RecoveryLeft(a.ID)
		if err != nil {
			return nil, err
		}
		b.Left = req.T("totp.left", "n", left)
	}
	if err := s.ownSessions(req, b); err != nil {
		return nil, err
	}
	if err := s.ownTokens(req, b, a); err != nil {
		return nil, err
	}
	return &view{template: "account", title: req.T("account.title"), lead: req.T("account.lead", "role", req.Speaks(a.Scope)), body: b}, nil
}

func accountFacts(req *request, a auth.Account) []fact {
	last := "-"
	if a.LastSignIn != nil {
		last = req.Moment(*a.LastSignIn)
	}
	f := []fact{
		{Name: req.T("field.sign_in"), Value: a.SignIn},
		{Name: req.T("field.name"), Value: a.Name},
		{Name: req.T("field.role"), Value: req.Speaks(a.Scope)},
		{Name: req.T("field.admin"), Value: req.YesNo(a.Admin)},
		{Name: req.T("accounts.totp"), Value: req.YesNo(a.TOTP)},
		{Name: req.T("accounts.last"), Value: last, Why: req.T("why.never")},
	}
	return f
}

// YesNo is a yes or a no in the reader's words.
func (r *request) YesNo(v bool) string {
	if v {
		return r.T("word.yes")
	}
	return r.T("word.no")
}

func (s *Server) ownSessions(req *request, b *accountBody) error {
	who := req.who()
	list, err := s.opt.Accounts.Sessions(who, who.Account)
	if err != nil {
		return err
	}
	for _, one := range list {
		row := rowForm{Title: one.Address, Sub: req.T("sessions.since", "created", req.Moment(one.Created), "seen", req.Moment(one.Seen))}
		if one.ID == who.Session {
			row.Badge = req.T("sessions.this")
		} else {
			f := req.button("/account/sessions/end", "sessions.end", "session", one.ID)
			row.Form = &f
		}
		b.Sessions = append(b.Sessions, row)
	}
	b.EndAll = req.button("/account/sessions/end", "sessions.end-all", "all", "1")
	return nil
}

func (s *Server) endSession(_ http.ResponseWriter, req *request) (string, error) {
	who := req.who()
	name := req.posted.Get("session")
	err := s.change(req, auth.ActSessionEnd, who.Account, name, func() error {
		if req.posted.Has("all") {
			this, _ := s.cookies.Session(req.Request)
			return s.opt.Accounts.EndSessions(who, who.Account, this)
		}
		return s.opt.Accounts.EndSession(who, who.Account, name)
	})
	return req.done("/account", "session-end"), err
}

func (s *Server) changePassword(w http.ResponseWriter, req *request) (string, error) {
	password, err := req.newPassword()
	if err != nil {
		return "", err
	}
	old, _ := s.cookies.Session(req.Request)
	var session string
	err = s.change(req, auth.ActPassword, req.who().Account, "", func() (err error) {
		session, err = s.opt.Accounts.ChangePassword(old, req.posted.Get("old"), password, visitOf(req.Request).address)
		return err
	})
	if errors.Is(err, auth.ErrSignIn) {
		return "", errOldPassword
	}
	if err != nil {
		return "", err
	}
	s.cookies.SetSession(w, session)
	return req.done("/account", "password"), nil
}

// offer shows a second factor that was made just now, and asks for its first
// code. After a wrong code the secret is not shown again: it is in the app, or
// the person begins anew.
func (r *request) offer(code input) (*offer, error) {
	e, made := r.once.(auth.Enrolment)
	if !made && !(r.posted != nil && r.URL.Path == "/account/totp/confirm") {
		return nil, nil
	}
	o := &offer{Secret: e.Secret, Recovery: e.Recovery, Confirm: r.newForm("/account/totp/confirm", "totp.confirm", code)}
	if made {
		picture, err := e.QR()
		if err != nil {
			return nil, err
		}
		o.QR = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(picture))
	}
	return o, nil
}

func (s *Server) enrol(_ http.ResponseWriter, req *request) (string, error) {
	session, _ := s.cookies.Session(req.Request)
	return "", s.change(req, auth.ActTOTP, req.who().Account, "offered", func() error {
		e, err := s.opt.Accounts.EnrolTOTP(session)
		if err == nil {
			req.once = e
		}
		return err
	})
}

func (s *Server) confirmTOTP(w http.ResponseWriter, req *request) (string, error) {
	return s.secondFactor(w, req, "on", func(session, code string) (string, error) { return s.opt.Accounts.ConfirmTOTP(session, code) })
}

func (s *Server) disableTOTP(w http.ResponseWriter, req *request) (string, error) {
	return s.secondFactor(w, req, "off", func(session, code string) (string, error) {
		return s.opt.Accounts.DisableTOTP(session, code, visitOf(req.Request).address)
	})
}

func (s *Server) secondFactor(w http.ResponseWriter, req *request, detail string, do func(session, code string) (string, error)) (string, error) {
	old, _ := s.cookies.Session(req.Request)
	var session string
	err := s.change(req, auth.ActTOTP, req.who().Account, detail, func() (err error) {
		session, err = do(old, trimmed(req.posted, "code"))
		return err
	})
	if err != nil {
		return "", err
	}
	s.cookies.SetSession(w, session)
	return req.done("/account", "totp-"+detail), nil
}

// tokenDays are what a token's life can be.
var tokenDays = []string{"30", "90", "365"}

func (s *Server) ownTokens(req *request, b *accountBody, a auth.Account) error {
	list, err := s.opt.Accounts.Tokens(req.who(), a.ID)
	if err != nil {
		return err
	}
	for _, t := range list {
		b.Tokens = append(b.Tokens, tokenRow(req, t, "/account/tokens/revoke"))
	}
	b.Create = req.newForm("/account/tokens", "tokens.create", append([]input{
		{Name: "label", Required: true, Hint: "hint.label", Auto: "off"},
		{Name: "days", Options: choose("90", tokenDays, func(v string) string { return req.T("tokens.days", "n", v) })},
	}, append(req.scopeFields(a.Scope, narrower(a.Scope)), input{Name: "write", Type: "checkbox", Hint: "hint.write"})...)...)
	if made, ok := req.once.(madeToken); ok {
		b.Made = string(made)
	}
	return nil
}

// narrower lists the roles that a scope can be narrowed to.
func narrower(s auth.Scope) []auth.Role {
	switch s.Role {
	case auth.Nasional:
		return auth.Roles
	case auth.Instansi:
		return []auth.Role{auth.Instansi, auth.Satker}
	}
	return []auth.Role{s.Role}
}

func tokenRow(req *request, t auth.Token, revoke string) rowForm {
	used := req.T("why.never")
	if t.LastUsed != nil {
		used = req.Moment(*t.LastUsed)
	}
	rights := req.T("tokens.read-only")
	if !t.ReadOnly {
		rights = req.T("tokens.read-write")
	}
	f := req.button(revoke, "tokens.revoke", "token", t.ID)
	return rowForm{
		Title: t.Name, Badge: rights, Form: &f,
		Sub: req.T("tokens.about", "role", req.Speaks(t.Scope), "expires", req.Moment(t.Expires), "used", used),
	}
}

func (s *Server) createToken(_ http.ResponseWriter, req *request) (string, error) {
	days, err := strconv.Atoi(req.posted.Get("days"))
	if err != nil {
		return "", &auth.Invalid{Field: "days", Reason: "required"}
	}
	t := auth.Token{Name: req.posted.Get("label"), Scope: req.scope(), ReadOnly: !req.posted.Has("write"), Expires: time.Now().Add(time.Duration(days) * 24 * time.Hour)}
	return "", s.change(req, auth.ActTokenCreate, req.who().Account, t.Name, func() error {
		text, _, err := s.opt.Accounts.CreateToken(req.who(), t)
		if err == nil {
			req.once = madeToken(text)
			return nil
		}
		var invalid *auth.Invalid
		switch {
		case errors.As(err, &invalid) && invalid.Field == "name":
			err = &auth.Invalid{Field: "label", Reason: invalid.Reason}
		case errors.As(err, &invalid) && invalid.Field == "expires":
			err = &auth.Invalid{Field: "days", Reason: invalid.Reason}
		case errors.Is(err, auth.ErrForbidden): // wider than the account's own
			err = &auth.Invalid{Field: "role", Reason: "not-allowed"}
		}
		return err
	})
}

func (s *Server) revokeToken(_ http.ResponseWriter, req *request) (string, error) {
	id := req.posted.Get("token")
	err := s.change(req, auth.ActTokenRevoke, req.who().Account, id, func() error { return s.opt.Accounts.RevokeToken(req.who(), id) })
	return req.done("/account", "token-revoke"), err
}

// accountsTable lists accounts for who manages them.
func accountsTable(req *request, list []auth.Account) chart.Table {
	t := chart.Table{
		Caption: req.T("accounts.caption"),
		Head:    chart.Heads(req.T("field.sign_in"), req.T("field.role"), req.T("field.admin"), req.T("accounts.totp"), req.T("accounts.state"), req.T("accounts.last")),
	}
	for _, a := range list {
		state := chart.Cell{Text: req.T("accounts." + string(a.State)), Badge: "good"}
		if a.State != auth.Active {
			state.Badge = "warn"
		}
		last := chart.Num("-", req.T("why.never"))
		if a.LastSignIn != nil {
			last = chart.Text(req.Moment(*a.LastSignIn))
		}
		last.Num = false
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: a.SignIn, Sub: a.Name, Href: req.Link("/accounts/" + a.ID)},
			chart.Text(req.Speaks(a.Scope)),
			chart.Text(req.YesNo(a.Admin)), chart.Text(req.YesNo(a.TOTP)), state, last,
		})
	}
	return t
}
