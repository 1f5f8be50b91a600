package web

import (
	"net/url"
	"strconv"

	"tolok/analytics"
	"tolok/web/auth"
	"tolok/web/chart"
	"tolok/web/text"
)

// peers is the page /peers: the units most like one by context.
func (s *Server) peers(req *request) (*view, error) {
	var q analytics.PeersQuery
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	if who := req.who(); q.Unit == "" && who.Role == auth.Satker {
		q.Unit = who.Unit
	}
	if q.Unit == "" { // whose peers is for the reader to say
		return peersView(req, &analytics.Peers{}), nil
	}
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	p, err := db.Peers(req.Context(), q)
	if err != nil {
		return nil, err
	}
	return peersView(req, p), nil
}

type peersBody struct {
	Filters  *filters
	Facts    []fact
	Cards    []card
	Terms    *chart.Chart
	Table    chart.Table
	Partners string // address of the unit's benchmark partners
	Ask      bool   // no unit is chosen yet
}

// contextWeights are the parameters of a context's weights, in order.
var contextWeights = []string{"w_type", "w_kind", "w_echelon", "w_staff", "w_users", "w_budget", "w_region", "w_remote", "floor"}

// textFields are fields of the filter form that a URL keeps as they were
// written.
func textFields(req *request, f *filters, names ...string) {
	for _, name := range names {
		f.Fields = append(f.Fields, field{Name: name, Label: req.T("filter." + name), Value: req.query.Get(name), Type: "text"})
	}
}

func peersView(req *request, p *analytics.Peers) *view {
	b := &peersBody{Ask: p.Unit.UnitID == ""}
	b.Filters = &filters{Action: "/peers", Clear: req.Link("/peers", "unit", p.Unit.UnitID), Open: b.Ask}
	textFields(req, b.Filters, "unit")
	b.Filters.Fields[0].Value = p.Unit.UnitID
	if !b.Ask {
		rest := filterForm(req, &p.Meta, "/peers", []string{"kind", "unit_type", "province"}, "cycle", "agency", "q")
		b.Filters.Fields, b.Filters.Chips, b.Filters.Hidden = append(b.Filters.Fields, rest.Fields...), rest.Chips, rest.Hidden
	}
	textFields(req, b.Filters, "k")
	textFields(req, b.Filters, contextWeights...)
	v := &view{
		template: "peers", title: req.T("peers.title.none"), lead: req.T("peers.lead.none"), meta: &p.Meta, answer: p, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.peers"), ""}}, name: "peers", rows: p.Grid(),
	}
	if b.Ask {
		v.meta = nil
		return v
	}
	v.title, v.name = req.T("peers.title", "unit", p.Unit.Name), "peers-"+p.Unit.UnitID
	v.lead = req.T("peers.lead", "n", int64(len(p.Rows)), "pool", p.Pool)
	if p.Set.Edge {
		v.lead = req.T("peers.lead.edge", "n", int64(len(p.Rows)), "pool", p.Pool)
	}
	b.Facts, b.Cards, b.Terms, b.Table = unitFacts(req, &p.Unit), peerCards(req, p), chart.PeerTerms(req.Words, p.Terms), peerTable(req, p)
	b.Facts = append(b.Facts, fact{Name: req.T("peers.km"), Value: req.Maybe(p.Km, 0), Why: req.T("why.unknown")})
	b.Partners = req.Deep("/units/" + url.PathEscape(p.Unit.UnitID) + "/partners")
	return v
}

func peerCards(req *request, p *analytics.Peers) []card {
	s := &p.Set
	usual := ""
	if s.Usual != nil {
		usual = req.T("peers.last.sub", "usual", req.Float(*s.Usual, 2), "share", req.MaybePercent(s.Beyond, 0))
	}
	return []card{
		{Label: req.T("peers.mutual"), Value: req.MaybePercent(s.Mutual.Share, 0), Sub: req.T("peers.mutual.sub", "n", s.Mutual.Hits, "of", s.Mutual.Of), Why: req.T("why.no-peers")},
		{Label: req.T("peers.stability"), Value: req.MaybePercent(s.Stability, 0), Sub: req.T("peers.stability.sub"), Why: req.T("why.no-year-before")},
		{Label: req.T("peers.last"), Value: req.Maybe(s.Last, 2), Sub: usual, Why: req.T("why.no-peers")},
		{Label: req.T("peers.edge"), Value: req.T(map[bool]string{true: "word.yes", false: "word.no"}[s.Edge]), Sub: req.T("peers.edge.sub")},
	}
}

func peerTable(req *request, p *analytics.Peers) chart.Table {
	t := chart.Table{Caption: req.T("peers.caption", "unit", p.Unit.Name)}
	t.Head = chart.Heads("#"+req.T("col.rank"), req.T("col.unit"), "#"+req.T("peers.distance"), "#"+req.T("peers.coverage"), req.T("peers.mutual.short"), "#"+req.T("fact.staff"), "#"+req.T("fact.users"), "#"+req.T("fact.budget"), "#"+req.T("peers.km"))
	for _, term := range p.Terms {
		t.Head = append(t.Head, chart.Head{Text: req.Code("likeness", term.Name), Num: true, Title: req.T("peers.share", "term", text.Mid(req.Code("likeness", term.Name)))})
	}
	why := req.T("why.unknown")
	for _, r := range p.Rows {
		row := []chart.Cell{
			chart.Num(strconv.Itoa(r.Rank), ""),
			{Text: r.Name, Href: req.UnitLink(r.UnitID), Sub: peerPlace(req, &r)},
			chart.Num(req.Float(r.Distance, 2), ""), chart.Num(req.Percent(r.Coverage, 0), ""),
			chart.Text(req.T(map[bool]string{true: "word.yes", false: "word.no"}[r.Mutual])),
			chart.Num(req.Count(r.Staff), why), chart.Num(req.Count(r.ServiceUsers), why), chart.Num(req.Count(r.BudgetIDR), why), chart.Num(req.Maybe(r.Km, 0), why),
		}
		for _, term := range p.Terms {
			row = append(row, chart.Num(req.MaybePercent(r.Shares[term.Name], 0), req.T("why.term-unknown")))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// peerPlace says under a peer's name whose it is, of which kind, and where.
func peerPlace(req *request, r *analytics.PeerRow) string {
	return rowPlace(req, analytics.RankingRow{Agency: r.Agency, UnitType: r.UnitType, Province: r.Province}, listed{})
}
