package web

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/chart"
	"tolok/web/text"
)

// partners is the page /units/{id}/partners: from whom a unit can learn an
// area.
func (s *Server) partners(req *request) (*view, error) {
	p, err := s.askPartners(req)
	if err != nil {
		return nil, err
	}
	v := partnersView(req, p)
	b := v.body.(*partnersBody)
	b.Asking = s.opt.Accounts != nil
	if b.Requests, err = s.studies(req, p.Unit.UnitID); err != nil {
		return nil, err
	}
	if b.Asking {
		for i := range b.Suggest {
			b.Suggest[i].Ask = req.button("/units/"+url.PathEscape(p.Unit.UnitID)+"/partners/ask", "study.ask.do", "host", b.Suggest[i].id, "area", p.Area)
		}
	}
	return v, nil
}

func (s *Server) askPartners(req *request) (*analytics.Partners, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	var q analytics.PartnersQuery
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	q.Unit = req.ID
	if q.Asked, err = s.waiting(time.Now()); err != nil {
		return nil, err
	}
	return db.Partners(req.Context(), q)
}

type partnersBody struct {
	Tabs     []navItem
	Filters  *filters
	Facts    []fact
	Needs    chart.Table
	Suggest  []suggestion
	Levels   *chart.Chart
	Table    chart.Table
	Visits   chart.Table
	Requests []studyRequest
	Asking   bool // visits can be asked for here
	Best     string
	Standing string // where the unit's own level comes from
}

// suggestion is one of the three hosts to begin with.
type suggestion struct {
	Why, Name, Place, Href string
	Facts                  []fact
	Letter                 string // address of the letter of request
	Ask                    form
	id                     string
}

// partnerNumbers are the parameters of the page that are numbers.
var partnerNumbers = []string{"delta", "p", "f_context", "f_ahead", "f_way", "f_near", "f_free"}

func partnersView(req *request, p *analytics.Partners) *view {
	path := "/units/" + url.PathEscape(p.Unit.UnitID) + "/partners"
	b := &partnersBody{Tabs: unitTabs(req, p.Unit.UnitID, "partners"), Filters: filterForm(req, &p.Meta, path, []string{"cycle", "kind", "unit_type", "province"}), Facts: unitFacts(req, &p.Unit)}
	area := field{Name: "area", Label: req.T("filter.area")}
	for _, a := range data.Areas {
		area.Options = append(area.Options, option{a, req.Code("area", a), a == p.Area})
	}
	b.Filters.Fields = append([]field{area}, b.Filters.Fields...)
	textFields(req, b.Filters, slices.Concat(partnerNumbers, contextWeights)...)
	b.Needs, b.Levels, b.Table, b.Visits = needTable(req, p), chart.Partners(req.Words, p), partnerTable(req, p), visitTable(req, p)
	for _, s := range p.Suggest {
		b.Suggest = append(b.Suggest, suggestionOf(req, p, &s, path))
	}
	if p.Best != nil {
		b.Best = req.T("partners.best", "level", req.Float(p.Best.Level, 1), "n", int64(p.Best.Units), "of", int64(p.Best.Of))
	}
	name := text.Mid(req.Code("area", p.Area))
	if p.Own != nil {
		b.Standing = req.T("partners.standing", "area", name, "level", req.Float(p.Own.Mean, 1), "se", req.Float(p.Own.SE, 1), "error", req.Float(p.Error, 1))
	}
	lead := req.T("partners.lead", "n", int64(p.Sure), "of", int64(p.Holders), "area", name, "delta", req.Float(p.Delta, 1), "p", req.Percent(p.AtLeast, 0))
	return &view{
		template: "partners", title: req.T("partners.title", "unit", p.Unit.Name), lead: lead, meta: &p.Meta, answer: p, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {p.Unit.Name, req.UnitLink(p.Unit.UnitID)}, {req.T("nav.partners"), ""}},
		name:   "partners-" + p.Unit.UnitID, rows: p.Grid(),
	}
}

func needTable(req *request, p *analytics.Partners) chart.Table {
	t := chart.Table{Caption: req.T("partners.needs.caption"), Head: chart.Heads(req.T("word.area"), "#"+req.T("partners.level"), "#"+req.T("partners.minimum"), req.T("partners.source"))}
	for _, n := range p.Areas {
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: req.Code("area", n.Area), Href: req.With("area", n.Area)}, chart.Num(req.Maybe(n.Level, 1), req.T("why.typical")), chart.Num(req.Maybe(n.Minimum, 0), req.T("why.no-minimum")), chart.Text(req.Code("level", n.Source)),
		})
	}
	return t
}

// evidence says of a host what its suggestion rests on.
func evidence(req *request, p *analytics.Partners, r *analytics.PartnerRow) []fact {
	why := req.T("why.unknown")
	from := fact{Name: req.T("partners.from"), Value: "-", Why: req.T("why.no-way")}
	if r.From != nil {
		from.Value = req.T("partners.from.value", "cycle", strconv.Itoa(r.FromCycle), "share", req.Maybe(r.From, 0), "years", int64(r.Cycle-r.FromCycle))
	}
	apart := fact{Name: req.T("partners.apart"), Value: req.Maybe(r.Apart, 0), Why: why}
	return []fact{
		{Name: req.T("partners.look"), Value: req.Code("area", p.Area)},
		{Name: req.T("partners.proof"), Value: req.T("partners.proof.value", "predicate", r.Predicate, "cycle", strconv.Itoa(r.Cycle), "share", req.Float(r.Share, 0))},
		{Name: req.T("partners.ahead"), Value: req.Percent(r.Ahead, 0)},
		from, apart,
		{Name: req.T("partners.visits"), Value: visitsText(req, r)},
		{Name: req.T("partners.contact"), Value: orDash(r.Contact), Why: why},
	}
}

func visitsText(req *request, r *analytics.PartnerRow) string {
	if r.Capacity == nil {
		return req.Int(int64(r.Visits))
	}
	return req.T("partners.visits.value", "n", int64(r.Visits), "capacity", *r.Capacity)
}

func suggestionOf(req *request, p *analytics.Partners, s *analytics.Suggestion, path string) suggestion {
	return suggestion{
		id: s.UnitID, Why: req.T("partners.why." + s.Why), Name: s.Name, Place: peerPlace(req, &s.PeerRow), Href: req.UnitLink(s.UnitID),
		Facts: evidence(req, p, &s.PartnerRow), Letter: req.Deep(path+"/letter", "host", s.UnitID, "area", p.Area),
	}
}

func partnerTable(req *request, p *analytics.Partners) chart.Table {
	t := chart.Table{Caption: req.T("partners.caption"), Head: chart.Heads(
		"#"+req.T("col.rank"), req.T("col.unit"), "#"+req.T("partners.ahead"), "#"+req.T("partners.level"), req.T("partners.proof"), "#"+req.T("peers.distance"), "#"+req.T("partners.apart"), req.T("partners.visits"), "#"+req.T("partners.fitness"), req.T("partners.letter"),
	)}
	why := req.T("why.unknown")
	path := "/units/" + url.PathEscape(p.Unit.UnitID) + "/partners/letter"
	for _, r := range p.Rows {
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Num(strconv.Itoa(r.Rank), ""),
			{Text: r.Name, Href: req.UnitLink(r.UnitID), Sub: peerPlace(req, &r.PeerRow)},
			chart.Num(req.Percent(r.Ahead, 0), ""), chart.Num(req.Float(r.Level, 1), ""),
			chart.Text(req.T("partners.proof.value", "predicate", r.Predicate, "cycle", strconv.Itoa(r.Cycle), "share", req.Float(r.Share, 0))),
			chart.Num(req.Float(r.Distance, 2), ""), chart.Num(req.Maybe(r.Apart, 0), why), chart.Text(visitsText(req, &r)), chart.Num(req.Float(r.Fitness, 3), ""),
			{Text: req.T("partners.letter.open"), Href: req.Deep(path, "host", r.UnitID, "area", p.Area)},
		})
	}
	return t
}

func visitTable(req *request, p *analytics.Partners) chart.Table {
	t := chart.Table{Caption: req.T("partners.visited.caption"), Head: chart.Heads(req.T("partners.date"), req.T("partners.host"), req.T("partners.guest"), req.T("word.area"), req.T("partners.outcome"))}
	why := req.T("why.unknown")
	for _, v := range p.Visits {
		area := chart.Cell{Text: "-", Why: why}
		if v.Area != "" {
			area = chart.Text(req.Code("area", v.Area))
		}
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(req.Date(&v.Date)), {Text: v.Host, Href: req.UnitLink(v.HostID)}, {Text: v.Guest, Href: req.UnitLink(v.GuestID)}, area, {Text: orDash(v.Outcome), Why: why},
		})
	}
	return t
}

// letter is the page /units/{id}/partners/letter: a letter of request to one
// host, to be printed and signed.
func (s *Server) letter(req *request) (*view, error) {
	host := req.query.Get("host")
	req.query.Set("p", "0") // a letter can go to any holder
	req.query.Set("size", "1000")
	p, err := s.askPartners(req)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(p.Rows, func(r analytics.PartnerRow) bool { return r.UnitID == host })
	if i < 0 {
		return nil, analytics.ErrNotFound
	}
	return letterView(req, p, &p.Rows[i], time.Now()), nil
}

type letterBody struct {
	Place, Date, To, Host, Contact string
	Paragraphs                     []string
	From, Agency, Back             string
}

func letterView(req *request, p *analytics.Partners, r *analytics.PartnerRow, now time.Time) *view {
	today := data.DateOf(now.Year(), now.Month(), now.Day())
	area := req.Code("area", p.Area)
	b := &letterBody{
		Place: orDash(p.Unit.Regency.Name), Date: req.Date(&today), Host: r.Name, To: r.Agency, Contact: r.Contact, From: p.Unit.Name, Agency: p.Unit.Agency.Name,
		Back: req.Deep("/units/"+url.PathEscape(p.Unit.UnitID)+"/partners", "area", p.Area),
		Paragraphs: []string{
			req.T("letter.opening", "unit", p.Unit.Name, "agency", p.Unit.Agency.Name),
			req.T("letter.reason", "host", r.Name, "predicate", r.Predicate, "cycle", strconv.Itoa(r.Cycle), "area", area),
			req.T("letter.request", "area", area), req.T("letter.closing"),
		},
	}
	return &view{
		template: "letter", title: req.T("letter.title"), lead: req.T("letter.lead", "host", r.Name), body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {p.Unit.Name, req.UnitLink(p.Unit.UnitID)}, {req.T("nav.partners"), b.Back}, {req.T("letter.title"), ""}},
	}
}
