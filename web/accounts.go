package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"

	"tolok/web/auth"
	"tolok/web/chart"
)

// accountsBody is the page /accounts: who may sign in.
type accountsBody struct {
	Tabs        []navItem
	Table       chart.Table
	Invite      form
	Link        *oneLink
	Invitations []rowForm
}

// oneLink is a link that is shown once, to be given to someone.
type oneLink struct{ Text, Address string }

// adminPaths are the pages of administrators.
var adminPaths = []string{"/accounts", "/releases", "/audit", "/view-as", "/settings"}

// adminTabs lead through the pages of administrators.
func (s *Server) adminTabs(req *request) []navItem {
	var out []navItem
	for _, path := range adminPaths {
		if s.may(req, path) {
			out = append(out, navItem{Text: req.T("nav." + path[1:]), Href: req.Link(path), Here: req.path() == path || strings.HasPrefix(req.path(), path+"/")})
		}
	}
	return out
}

// givable are the roles that an administrator may give.
func givable(by auth.Identity) []auth.Role {
	if by.Role == auth.Instansi {
		return []auth.Role{auth.Satker, auth.Instansi}
	}
	return auth.Roles
}

func (s *Server) accountsPage(req *request) (*view, error) {
	who := req.who()
	list, err := s.opt.Accounts.Accounts(who)
	if err != nil {
		return nil, err
	}
	open, err := s.opt.Accounts.Invitations(who)
	if err != nil {
		return nil, err
	}
	fields := append([]input{
		{Name: "sign_in", Required: true, Hint: "hint.sign_in", Auto: "off"},
		{Name: "name", Required: true, Hint: "hint.name", Auto: "off"},
	}, req.scopeFields(auth.Scope{Role: givable(who)[0], Agency: who.Agency}, givable(who))...)
	b := &accountsBody{
		Tabs: s.adminTabs(req), Table: accountsTable(req, list),
		Invite: req.newForm("/accounts/invite", "accounts.invite", append(fields, input{Name: "admin", Type: "checkbox", Hint: "hint.admin"})...),
	}
	b.Link, _ = req.once.(*oneLink)
	for _, i := range open {
		title := i.SignIn
		if title == "" {
			title = req.T("setup.title")
		}
		f := req.button("/accounts/withdraw", "accounts.withdraw", "invitation", i.ID)
		b.Invitations = append(b.Invitations, rowForm{Title: title, Sub: req.T("accounts.invited", "role", req.Speaks(i.Scope), "expires", req.Moment(i.Expires)), Form: &f})
	}
	return &view{template: "accounts", title: req.T("accounts.title"), lead: req.T("accounts.lead"), body: b}, nil
}

func (s *Server) invite(_ http.ResponseWriter, req *request) (string, error) {
	signIn, scope, admin := trimmed(req.posted, "sign_in"), req.scope(), req.posted.Has("admin")
	return "", s.change(req, auth.ActInvite, signIn, described(scope, admin), func() error {
		token, err := s.opt.Accounts.Invite(req.who(), signIn, req.posted.Get("name"), scope, admin)
		if err == nil {
			req.once = s.invitationLink(req, signIn, token)
		}
		return scopeFault(err)
	})
}

func (s *Server) invitationLink(req *request, signIn, token string) *oneLink {
	return &oneLink{req.T("accounts.link", "sign_in", signIn), s.link("/invitation", url.Values{"token": {token}})}
}

// scopeFault shows a scope outside one's own rights at its field.
func scopeFault(err error) error {
	if errors.Is(err, auth.ErrForbidden) {
		return &auth.Invalid{Field: "role", Reason: "not-allowed"}
	}
	return err
}

// described is a scope for the audit log.
func described(s auth.Scope, admin bool) string {
	out := strings.TrimRight(string(s.Role)+" "+s.Agency+" "+s.Unit, " ")
	if admin {
		out += " administrator"
	}
	return out
}

func (s *Server) withdraw(_ http.ResponseWriter, req *request) (string, error) {
	id := req.posted.Get("invitation")
	err := s.change(req, auth.ActInvite, "invitation "+id, "withdrawn", func() error { return s.opt.Accounts.Withdraw(req.who(), id) })
	return req.done("/accounts", "withdraw"), err
}

// oneBody is the page /accounts/{id}.
type oneBody struct {
	Tabs    []navItem
	Facts   []fact
	Link    *oneLink
	Role    form
	Buttons []form
	Tokens  []rowForm
}

// managed finds the account of the address among those the one who asks
// manages. Another's is as unknown as one that does not exist.
func (s *Server) managed(req *request) (auth.Account, error) {
	list, err := s.opt.Accounts.Accounts(req.who())
	if err != nil {
		return auth.Account{}, err
	}
	for _, a := range list {
		if a.ID == req.ID {
			return a, nil
		}
	}
	return auth.Account{}, auth.ErrNotFound
}

func (s *Server) onePage(req *request) (*view, error) {
	a, err := s.managed(req)
	if err != nil {
		return nil, err
	}
	here := "/accounts/" + a.ID
	b := &oneBody{Tabs: s.adminTabs(req), Facts: accountFacts(req, a)}
	b.Link, _ = req.once.(*oneLink)
	b.Role = req.newForm(here+"/role", "accounts.change-role", append(req.scopeFields(a.Scope, givable(req.who())), input{Name: "admin", Type: "checkbox", Checked: a.Admin, Hint: "hint.admin"})...)
	what := []string{"disable", "reset", "end-sessions", "revoke-tokens"}
	if a.State != auth.Active {
		what = []string{"enable"}
	} else if a.TOTP {
		what = append(what, "clear-totp")
	}
	for _, w := range what {
		b.Buttons = append(b.Buttons, req.button(here+"/"+w, "accounts."+w))
	}
	tokens, err := s.opt.Accounts.Tokens(req.who(), a.ID)
	if err != nil {
		return nil, err
	}
	for _, t := range tokens {
		b.Tokens = append(b.Tokens, tokenRow(req, t, here+"/revoke-tokens"))
	}
	return &view{
		template: "one", title: a.SignIn, lead: req.T("one.lead", "name", a.Name, "role", req.Speaks(a.Scope)), body: b,
		crumbs: []crumb{{req.T("accounts.title"), req.Link("/accounts")}, {a.SignIn, ""}},
	}, nil
}

func (s *Server) changeRole(_ http.ResponseWriter, req *request) (string, error) {
	a, err := s.managed(req)
	if err != nil {
		return "", err
	}
	scope, admin := req.scope(), req.posted.Has("admin")
	detail := described(a.Scope, a.Admin) + " -> " + described(scope, admin)
	err = s.change(req, auth.ActChangeRole, a.ID, detail, func() error {
		return scopeFault(s.opt.Accounts.ChangeRole(req.who(), a.ID, scope, admin))
	})
	if errors.Is(err, auth.ErrLastAdministrator) || err == nil {
		return req.done("/accounts/"+a.ID, "role"), err
	}
	return "", err
}

// manage does what one button of /accounts/{id} says.
func (s *Server) manage(_ http.ResponseWriter, req *request) (string, error) {
	a, err := s.managed(req)
	if err != nil {
		return "", err
	}
	store, by, what := s.opt.Accounts, req.who(), mux.Vars(req.Request)["what"]
	var action auth.Action
	do := func() error { return nil }
	switch what {
	case "disable":
		action, do = auth.ActDisable, func() error { return store.Disable(by, a.ID) }
	case "enable":
		action, do = auth.ActEnable, func() error { return store.Enable(by, a.ID) }
	case "clear-totp":
		action, do = auth.ActTOTP, func() error { return store.ClearTOTP(by, a.ID) }
	case "end-sessions":
		action, do = auth.ActSessionEnd, func() error { return store.EndSessions(by, a.ID, "") }
	case "revoke-tokens":
		action, do = auth.ActTokenRevoke, func() error { return s.revokeTokensOf(by, a.ID, req.posted.Get("token")) }
	case "reset":
		action, do = auth.ActReset, func() error {
			token, err := store.Reset(by, a.ID)
			if err == nil {
				req.once = s.invitationLink(req, a.SignIn, token)
			}
			return err
		}
	}
	if err := s.change(req, action, a.ID, what, do); err != nil {
		return "", err
	}
	if req.once != nil {
		return "", nil
	}
	return req.done("/accounts/"+a.ID, what), nil
}

// revokeTokensOf ends one token of an account, or all.
func (s *Server) revokeTokensOf(by auth.Identity, account, id string) error {
	list, err := s.opt.Accounts.Tokens(by, account)
	if err != nil {
		return err
	}
	for _, t := range list {
		if id == "" || t.ID == id {
			err = errors.Join(err, s.opt.Accounts.RevokeToken(by, t.ID))
		}
	}
	return err
}
