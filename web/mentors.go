package web

import (
	"strconv"

	"tolok/analytics"
	"tolok/web/auth"
	"tolok/web/chart"
)

// plansVisits are those who send units to visit: the ministry and agencies.
var plansVisits = roles(auth.Nasional, auth.Instansi, auth.Perencana)

// visitsShown are the rows of a page; files have them all.
const visitsShown = 100

// mentors is the page /mentors: who should visit whom.
func (s *Server) mentors(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	var q analytics.MentorsQuery
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	if req.form == formHTML && q.Size == 0 {
		q.Size = visitsShown
	}
	m, err := db.Mentors(req.Context(), q)
	if err != nil {
		return nil, err
	}
	return mentorsView(req, m), nil
}

type mentorsBody struct {
	Filters *filters
	Cards   []card
	Chart   *chart.Chart
	Compare chart.Table
	Table   chart.Table
	Pages   []navItem
	Prev    string
	Next    string
}

func mentorsView(req *request, m *analytics.Mentors) *view {
	b := &mentorsBody{
		Filters: filterForm(req, &m.Meta, "/mentors", []string{"cycle", "kind", "unit_type", "province", "target"}, "agency"),
		Chart:   chart.MentorProvinces(req.Words, m), Compare: apartTable(req, m), Table: visitsTable(req, m),
	}
	for _, name := range []string{"capacity", "reserve"} {
		b.Filters.Fields = append(b.Filters.Fields, field{Name: name, Label: req.T("mentors." + name), Type: "number", Value: req.query.Get(name)})
	}
	b.Cards = []card{
		{Label: req.T("mentors.visits"), Value: req.Int(int64(m.Visits)), Sub: req.T("mentors.visits.sub", "needy", m.Needy, "guests", m.Guests)},
		{Label: req.T("mentors.hosts"), Value: req.Int(int64(m.Hosts)), Sub: req.T("mentors.hosts.sub", "room", m.Room)},
		{Label: req.T("mentors.benefit"), Value: req.Float(m.Benefit, 1), Sub: req.T("mentors.benefit.sub", "bound", req.Float(m.Bound, 1))},
	}
	b.Pages, b.Prev, b.Next = pager(req, m.Page, m.Pages)
	lead := req.T("mentors.lead", "cycle", strconv.Itoa(m.Cycle), "visits", m.Visits, "needy", m.Needy, "turned", m.Apart.TurnedAway)
	if m.Visits == 0 {
		lead = req.T("mentors.lead.none", "cycle", strconv.Itoa(m.Cycle))
	}
	return &view{
		template: "mentors", title: req.T("mentors.title"), lead: lead, meta: &m.Meta, answer: m, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.mentors"), ""}},
		name:   "mentors-" + strconv.Itoa(m.Cycle), rows: m.Grid(),
	}
}

// apartTable sets the assignment beside what comes of it without one.
func apartTable(req *request, m *analytics.Mentors) chart.Table {
	t := chart.Table{Caption: req.T("mentors.compare"), Head: chart.Heads(req.T("mentors.what"), "#"+req.T("mentors.together"), "#"+req.T("mentors.apart"))}
	short := 0
	for _, p := range m.Provinces {
		if p.Visits < p.Share {
			short++
		}
	}
	row := func(key string, a, b string) {
		t.Rows = append(t.Rows, []chart.Cell{chart.Text(req.T(key)), chart.Num(a, ""), chart.Num(b, "")})
	}
	whole := func(n int) string { return req.Int(int64(n)) }
	row("mentors.visits", whole(m.Visits), whole(m.Apart.Visits))
	row("mentors.benefit", req.Float(m.Benefit, 1), req.Float(m.Apart.Benefit, 1))
	row("mentors.turned", whole(0), whole(m.Apart.TurnedAway))
	row("mentors.crowded", whole(0), whole(m.Apart.Crowded))
	row("mentors.short", whole(short), whole(m.Apart.Short))
	return t
}

func visitsTable(req *request, m *analytics.Mentors) chart.Table {
	t := chart.Table{
		Caption: req.T("mentors.caption", "cycle", strconv.Itoa(m.Cycle)),
		Head:    chart.Heads(req.T("mentors.guest"), req.T("word.area"), "#"+req.T("mentors.gap"), req.T("mentors.host"), "#"+req.T("mentors.ahead"), "#"+req.T("mentors.likeness"), "#"+req.T("mentors.benefit")),
	}
	for _, r := range m.Rows {
		host := chart.Cell{Text: "-", Why: req.T("mentors.home")}
		if r.HostID != "" {
			host = chart.Cell{Text: r.Host, Href: req.UnitLink(r.HostID), Sub: r.HostOf + " · " + r.HostIn}
		}
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: r.Name, Href: req.UnitLink(r.UnitID), Sub: r.Agency + " · " + r.Province},
			chart.Text(req.Code("area", r.Area)), chart.Num(req.Float(r.Gap, 1)+"%", ""),
			host, chart.Num(req.MaybePercent(r.Ahead, 0), req.T("mentors.home")), chart.Num(req.Maybe(r.Likeness, 2), req.T("mentors.home")), chart.Num(req.Maybe(r.Benefit, 2), req.T("mentors.home")),
		})
	}
	return t
}
