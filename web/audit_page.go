package web

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"tolok/analytics"
	"tolok/web/auth"
	"tolok/web/chart"
	"tolok/web/text"
)

// auditLimits are how many entries a page and a file hold; the file says where
// the next one begins.
const (
	auditOnPage = 50
	auditInFile = 1000
)

// auditBody is the page /audit: who saw, exported and changed what, and when.
type auditBody struct {
	Tabs    []navItem
	Filters *filters
	Table   chart.Table
	Next    string
	First   string
}

// auditAnswer is its .json.
type auditAnswer struct {
	Entries []auth.Entry `json:"entries"`
	Next    uint64       `json:"next,omitempty"` // the parameter before of the page that follows
}

func (s *Server) auditPage(req *request) (*view, error) {
	q, err := s.auditQuery(req)
	if err != nil {
		return nil, err
	}
	list, next, err := s.opt.Audit.Search(req.Context(), q)
	if err != nil {
		return nil, err
	}
	b := &auditBody{Tabs: s.adminTabs(req), Filters: auditFilters(req), Table: s.auditTable(req, list)}
	if next != 0 {
		b.Next = req.With("before", next)
	}
	if req.query.Get("before") != "" {
		b.First = req.With("before", "")
	}
	return &view{
		template: "audit", title: req.T("audit.title"), lead: req.T("audit.lead"), body: b,
		answer: auditAnswer{Entries: append([]auth.Entry{}, list...), Next: next}, name: "audit", rows: auditRows(list),
	}, nil
}

// auditQuery reads the address. An administrator of an agency sees what its
// accounts did and what was done to them.
func (s *Server) auditQuery(req *request) (q auth.Query, err error) {
	q.Limit = auditOnPage
	if req.form != formHTML {
		q.Limit = auditInFile
	}
	if q.From, err = day(req, "from", 0); err != nil {
		return q, err
	}
	if q.To, err = day(req, "until", 1); err != nil {
		return q, err
	}
	if before := req.query.Get("before"); before != "" {
		if q.Before, err = strconv.ParseUint(before, 10, 64); err != nil {
			return q, fmt.Errorf("%w: before=%q is not a number", analytics.ErrBadRequest, before)
		}
	}
	q.Action = auth.Action(trimmed(req.query, "action"))
	q.Account = s.idOf(trimmed(req.query, "account"))
	q.Subject = s.idOf(trimmed(req.query, "subject"))
	if who := req.who(); who.Role != auth.Nasional {
		accounts, err := s.opt.Accounts.Accounts(who)
		if err != nil {
			return q, err
		}
		q.Among = []string{}
		for _, a := range accounts {
			q.Among = append(q.Among, a.ID)
		}
	}
	return q, nil
}

// idOf is the id of an account that a sign-in name stands for; any other text
// stays as it is.
func (s *Server) idOf(text string) string {
	if a, known := s.opt.Accounts.Lookup(text); known {
		return a.ID
	}
	return text
}

// day reads a date; days begin in western Indonesia's time.
func day(req *request, name string, add int) (time.Time, error) {
	v := trimmed(req.query, name)
	if v == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, v, text.WIB)
	if err != nil {
		return t, fmt.Errorf("%w: %s=%q is not a day as 2026-01-31", analytics.ErrBadRequest, name, v)
	}
	return t.AddDate(0, 0, add), nil
}

func auditFilters(req *request) *filters {
	f := &filters{Action: "/audit", Clear: req.Link("/audit"), Open: true}
	for _, name := range kept {
		if v := req.query.Get(name); v != "" {
			f.Hidden = append(f.Hidden, pair{name, v})
		}
	}
	for _, name := range []string{"from", "until", "account", "action", "subject"} {
		one := field{Name: name, Label: req.T("audit." + name), Value: req.query.Get(name), Type: "search"}
		switch name {
		case "from", "until":
			one.Type = "date"
		case "action":
			one.Options = append(one.Options, option{"", req.T("filter.all"), one.Value == ""})
			actions := make([]string, 0, len(auth.Actions))
			for _, a := range auth.Actions {
				actions = append(actions, string(a))
			}
			one.Options = append(one.Options, choose(one.Value, actions, func(v string) string { return req.T("act." + v) })...)
		}
		f.Fields = append(f.Fields, one)
	}
	return f
}

func (s *Server) auditTable(req *request, list []auth.Entry) chart.Table {
	t := chart.Table{
		Caption: req.T("audit.caption"),
		Head:    chart.Heads(req.T("audit.at"), req.T("audit.account"), req.T("audit.action"), req.T("audit.subject"), req.T("audit.detail"), req.T("audit.address")),
	}
	names := map[string]string{}
	name := func(id string) string {
		if _, ok := names[id]; !ok {
			names[id] = s.nameOf(id, req)
		}
		return names[id]
	}
	for _, e := range list {
		who := chart.Cell{Text: name(e.Real), Sub: req.Role(e.Role)}
		if e.Account != e.Real {
			who.Sub = req.T("audit.as", "scope", e.Account)
		}
		subject := e.Subject
		if a, err := s.opt.Accounts.Account(subject); err == nil {
			subject = a.SignIn
		}
		action := chart.Cell{Text: req.T("act." + string(e.Action))}
		if slices.Contains([]auth.Action{auth.ActRefused, auth.ActSignInFailed}, e.Action) {
			action.Badge = "warn"
		}
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: req.Moment(e.At), Sub: strconv.FormatUint(e.Seq, 10)}, who, action, chart.Text(subject), chart.Text(e.Detail), {Text: e.Address, Sub: e.Request},
		})
	}
	return t
}

func auditRows(list []auth.Entry) analytics.Grid {
	g := analytics.Grid{Columns: []string{"seq", "at", "account", "real", "role", "action", "subject", "detail", "address", "request", "prev", "hash"}}
	for _, e := range list {
		g.Rows = append(g.Rows, []string{
			strconv.FormatUint(e.Seq, 10), e.At.Format(time.RFC3339Nano), e.Account, e.Real, string(e.Role), string(e.Action), e.Subject, e.Detail, e.Address, e.Request, e.Prev, e.Hash,
		})
	}
	return g
}
