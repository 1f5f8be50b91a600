package web

import (
	"strconv"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/auth"
	"tolok/web/chart"
	"tolok/web/text"
)

// twins is the page /twins: the units that looked like one before they passed,
// and how they went on.
func (s *Server) twins(req *request) (*view, error) {
	var q analytics.TwinsQuery
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	if who := req.who(); q.Unit == "" && who.Role == auth.Satker {
		q.Unit = who.Unit
	}
	if q.Unit == "" { // whose twins is for the reader to say
		return twinsView(req, &analytics.Twins{}), nil
	}
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	t, err := db.Twins(req.Context(), q)
	if err != nil {
		return nil, err
	}
	return twinsView(req, t), nil
}

type twinsBody struct {
	Filters *filters
	Facts   []fact
	Cards   []card
	Gains   *chart.Chart
	Areas   chart.Table
	Table   chart.Table
	Path    string // address of the unit's path
	Ask     bool   // no unit is chosen yet
}

func twinsView(req *request, t *analytics.Twins) *view {
	b := &twinsBody{Ask: t.Unit.UnitID == ""}
	b.Filters = &filters{Action: "/twins", Clear: req.Link("/twins", "unit", t.Unit.UnitID), Open: b.Ask}
	textFields(req, b.Filters, "unit")
	b.Filters.Fields[0].Value = t.Unit.UnitID
	target := field{Name: "target", Label: req.T("filter.target"), Options: []option{{"", req.T("twins.next"), req.query.Get("target") == ""}}}
	for _, p := range data.Targets {
		target.Options = append(target.Options, option{p, p, req.query.Get("target") == p})
	}
	b.Filters.Fields = append(b.Filters.Fields, target)
	v := &view{
		template: "twins", title: req.T("twins.title.none"), lead: req.T("twins.lead.none"), meta: &t.Meta, answer: t, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.twins"), ""}}, name: "twins", rows: t.Grid(),
	}
	if b.Ask {
		v.meta = nil
		return v
	}
	v.title, v.name, v.lead = req.T("twins.title", "unit", t.Unit.Name), "twins-"+t.Unit.UnitID, twinsLead(req, t)
	b.Facts = []fact{
		{Name: req.T("word.code"), Value: t.Unit.UnitID},
		{Name: req.T("word.agency"), Value: t.Unit.Agency.Name, Href: req.AgencyLink(t.Unit.Agency.ID)},
		{Name: req.T("twins.similarity"), Value: req.T("twins.similarity.scores")},
	}
	if t.Source != "" {
		b.Facts = append(b.Facts, fact{Name: req.T("twins.profile"), Value: req.T("twins.profile.value", "source", req.Code("level", t.Source), "cycle", strconv.Itoa(t.Cycle), "regulation", t.Regulation)})
	}
	b.Cards, b.Gains, b.Areas, b.Table = twinCards(req, t), chart.TwinGains(req.Words, t), twinAreas(req, t), twinTable(req, t)
	b.Path = req.Deep(unitPath(t.Unit.UnitID, "path"))
	return v
}

// twinsLead says in one sentence what the way was.
func twinsLead(req *request, t *analytics.Twins) string {
	switch {
	case t.Source == "":
		return req.T("twins.lead.unscored")
	case t.N.Int() == 0 || t.Years.Median == nil:
		return req.T("twins.lead.few", "target", t.Target)
	}
	var first *analytics.TwinArea
	for i := range t.Areas {
		if a := &t.Areas[i]; a.First.Int() > 0 && (first == nil || a.First > first.First) {
			first = a
		}
	}
	lead := req.T("twins.lead", "n", t.N.Int(), "target", t.Target, "years", req.Float(*t.Years.Median, 0))
	if first != nil {
		lead += " " + req.T("twins.lead.first", "area", text.Mid(req.Code("area", first.Area)), "n", first.First.Int())
	}
	return lead
}

func twinCards(req *request, t *analytics.Twins) []card {
	why := req.T("why.few-twins")
	spread := func(key string, s analytics.TwinSpread) card {
		c := card{Label: req.T(key), Value: req.Maybe(s.Median, 0), Why: why}
		if s.P90 != nil {
			c.Sub = req.T("twins.most", "p90", req.Float(*s.P90, 0))
		}
		return c
	}
	n := card{Label: req.T("twins.n"), Value: req.Count(t.N.Pointer()), Why: why}
	if t.Among != "" {
		n.Sub = req.T("twins.among." + t.Among)
	}
	return []card{
		n, spread("twins.years", t.Years), spread("twins.tries", t.Tries),
		{Label: req.T("twins.distance"), Value: req.Maybe(t.Distance, 2), Why: why, Sub: req.T("twins.distance.sub")},
	}
}

func twinAreas(req *request, t *analytics.Twins) chart.Table {
	out := chart.Table{Caption: req.T("twins.areas.caption"), Head: chart.Heads(
		req.T("word.area"), "#"+req.T("twins.own"), "#"+req.T("twins.then"), "#"+req.T("twins.end"), "#"+req.T("twins.gain"), "#"+req.T("twins.gain.p90"), "#"+req.T("twins.first"),
	)}
	why := req.T("why.few-twins")
	for _, a := range t.Areas {
		out.Rows = append(out.Rows, []chart.Cell{
			chart.Text(req.Code("area", a.Area)), chart.Num(req.Maybe(a.Own, 1), req.T("why.no-scores")), chart.Num(req.Maybe(a.Then, 1), why), chart.Num(req.Maybe(a.End, 1), why),
			chart.Num(req.Maybe(a.Gain.Median, 1), why), chart.Num(req.Maybe(a.Gain.P90, 1), why), chart.Num(req.Count(a.First.Pointer()), why),
		})
	}
	return out
}

func twinTable(req *request, t *analytics.Twins) chart.Table {
	out := chart.Table{Caption: req.T("twins.caption"), Head: chart.Heads(
		req.T("col.unit"), "#"+req.T("twins.from"), "#"+req.T("twins.passed"), "#"+req.T("twins.tries"), req.T("twins.first.area"), req.T("twins.gains"), "#"+req.T("peers.distance"),
	)}
	for _, r := range t.Rows {
		first := chart.Cell{Text: "-", Why: req.T("why.none-rose")}
		if r.First != "" {
			first = chart.Text(req.Code("area", r.First))
		}
		var gains []string
		for _, area := range data.Areas {
			gains = append(gains, area+" "+req.Maybe(r.Gains[area], 1))
		}
		out.Rows = append(out.Rows, []chart.Cell{
			{Text: r.Name, Href: req.UnitLink(r.UnitID), Sub: r.Agency},
			chart.Num(strconv.Itoa(r.From), ""), chart.Num(strconv.Itoa(r.Passed), ""), chart.Num(req.Count(r.Tries), req.T("why.unknown")),
			first, chart.Text(strings.Join(gains, "; ")), chart.Num(req.Maybe(r.Distance, 2), req.T("why.few-twins")),
		})
	}
	return out
}
