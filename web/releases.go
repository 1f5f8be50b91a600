package web

import (
	"net/http"
	"slices"
	"strconv"

	"tolok/analytics"
	"tolok/web/auth"
)

// releasesBody is the page /releases: which cycles are open to all roles.
type releasesBody struct {
	Tabs    []navItem
	Cycles  []rowForm
	Confirm *form
	Warning string
}

func (s *Server) releasesPage(req *request) (*view, error) {
	list, err := s.opt.Accounts.Releases()
	if err != nil {
		return nil, err
	}
	released := map[int]auth.Release{}
	cycles := s.cycles(req)
	for _, r := range list {
		released[r.Cycle] = r
		if !slices.Contains(cycles, r.Cycle) {
			cycles = append(cycles, r.Cycle)
		}
	}
	slices.SortFunc(cycles, func(a, b int) int { return b - a })
	b := &releasesBody{Tabs: s.adminTabs(req)}
	for _, c := range cycles {
		year := strconv.Itoa(c)
		row := rowForm{Title: year, Badge: req.T("releases.closed")}
		f := req.button("/releases", "releases.release", "cycle", year, "do", "release")
		if r, ok := released[c]; ok {
			f = req.button("/releases", "releases.withdraw", "cycle", year, "do", "withdraw")
			row.Badge, row.Sub = req.T("releases.open"), req.T("releases.by", "at", req.Moment(r.At), "by", s.nameOf(r.By, req))
		}
		row.Form = &f
		b.Cycles = append(b.Cycles, row)
	}
	if what := req.posted.Get("do"); (what == "release" || what == "withdraw") && req.posted.Get("confirm") == "" {
		year := req.posted.Get("cycle")
		f := req.newForm("/releases", "releases."+what, input{Name: "confirm", Type: "checkbox", Required: true})
		f.Fields[0].Label = req.T("releases.confirm-"+what, "cycle", year)
		f.Hidden = []pair{{"cycle", year}, {"do", what}, {"asked", "1"}}
		b.Confirm, b.Warning = &f, req.T("releases.warn-"+what, "cycle", year)
	}
	return &view{template: "releases", title: req.T("releases.title"), lead: req.T("releases.lead"), body: b}, nil
}

// cycles are those of the newest snapshot; none while there is no snapshot.
func (s *Server) cycles(req *request) []int {
	db, err := s.national(req)
	if err != nil {
		return nil
	}
	o, err := db.Overview(req.Context(), analytics.Filter{})
	if err != nil {
		return nil
	}
	return slices.Clone(o.Meta.Choices.Cycles)
}

// nameOf is the sign-in name of an account, for who may see it.
func (s *Server) nameOf(id string, req *request) string {
	if id == "" {
		return req.T("audit.nobody")
	}
	if a, err := s.opt.Accounts.Account(id); err == nil {
		return a.SignIn
	}
	return id
}

// release asks first, and then does it.
func (s *Server) release(_ http.ResponseWriter, req *request) (string, error) {
	cycle, err := strconv.Atoi(req.posted.Get("cycle"))
	if err != nil {
		return "", &auth.Invalid{Field: "cycle", Reason: "bad-form"}
	}
	what := req.posted.Get("do")
	switch {
	case what != "release" && what != "withdraw":
		return "", &auth.Invalid{Field: "do", Reason: "unknown"}
	case req.posted.Get("confirm") == "" && req.posted.Has("asked"):
		return "", errNotConfirmed
	case req.posted.Get("confirm") == "":
		return "", nil
	}
	err = s.change(req, auth.ActRelease, strconv.Itoa(cycle), what, func() error {
		return s.opt.Accounts.SetReleased(req.who(), cycle, what == "release")
	})
	return req.done("/releases", what), err
}
