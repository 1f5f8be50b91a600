package web

import (
	"net/http"

	"tolok/web/auth"
)

// adminBody is a page of administrators that is one form.
type adminBody struct {
	Tabs  []navItem
	Forms []form
}

// viewAsPage lets an administrator look through another's eyes.
func (s *Server) viewAsPage(req *request) (*view, error) {
	who := req.who()
	offered := append([]auth.Role{}, narrower(who.Own)...)
	f := req.newForm("/view-as", "view-as.submit", req.scopeFields(auth.Scope{Role: auth.Satker, Agency: who.Agency}, append(offered, auth.Public))...)
	return &view{template: "admin", title: req.T("view-as.title"), lead: req.T("view-as.lead"), body: &adminBody{Tabs: s.adminTabs(req), Forms: []form{f}}}, nil
}

func (s *Server) viewAs(w http.ResponseWriter, req *request) (string, error) {
	old, _ := s.cookies.Session(req.Request)
	scope := req.scope()
	if req.posted.Get("role") == "" {
		return "", &auth.Invalid{Field: "role", Reason: "required"}
	}
	var session string
	err := s.change(req, auth.ActViewAs, described(scope, false), "begin", func() (err error) {
		session, err = s.opt.Accounts.ViewAs(old, scope)
		return scopeFault(err)
	})
	if err != nil {
		return "", err
	}
	s.cookies.SetSession(w, session)
	return req.Link("/"), nil
}

func (s *Server) viewAsSelf(w http.ResponseWriter, req *request) (string, error) {
	old, _ := s.cookies.Session(req.Request)
	var session string
	err := s.change(req, auth.ActViewAs, described(req.who().Scope, false), "end", func() (err error) {
		session, err = s.opt.Accounts.ViewAsSelf(old)
		return err
	})
	if err != nil {
		return "", err
	}
	s.cookies.SetSession(w, session)
	return req.Link("/"), nil
}
