package web

import (
	"net/url"
	"strconv"

	"tolok/analytics"
	"tolok/web/chart"
	"tolok/web/text"
)

// agency is the page /agencies/{id}: one agency and its units.
func (s *Server) agency(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	f := req.Filter
	f.Agency = req.ID
	a, err := db.Agency(req.Context(), f)
	if err != nil {
		return nil, err
	}
	return agencyView(req, a), nil
}

type agencyBody struct {
	Filters  *filters
	Facts    []fact
	Cards    []card
	Areas    *chart.Chart
	Funnel   *chart.Chart
	Series   *chart.Chart
	Units    chart.Table
	All      string // the ranking of this agency alone
	Quotas   chart.Table
	Rates    chart.Table
	Unscored []navItem
	Passed   chart.Table
	Best     chart.Table
	Improved chart.Table
	Lines    []quotaLine
	Gaps     chart.Table
	Trust    string // the page that compares all agencies
}

// quotaLine is one quota's table with the sentence above it.
type quotaLine struct {
	Text  string
	Table chart.Table
}

// fact is one line of what is known about a thing.
type fact struct {
	Name, Value, Why, Href string
}

func agencyView(req *request, a *analytics.Agency) *view {
	w, cycle := req.Words, strconv.Itoa(a.Cycle)
	b := &agencyBody{
		Filters: filterForm(req, &a.Meta, "/agencies/"+url.PathEscape(a.ID), []string{"cycle", "layer", "unit_type", "target", "issuer"}),
		Facts:   agencyFacts(req, a),
		Cards:   agencyCards(req, a),
		Areas:   chart.AgencyAreas(w, a.Kind, a.Areas), Funnel: chart.Funnel(w, a.Funnel), Series: chart.Series(w, a.Series),
		Units:  rankingTable(req, a.Rows, listed{by: a.Meta.Filter.By, minima: analytics.Minima(a.Cycle, a.Meta.Filter.By), marked: len(a.Meta.Rules) > 1, inside: true}),
		All:    req.Deep("/ranking", "agency", a.ID),
		Quotas: quotaTable(req, a.Quotas, cycle), Rates: besideTable(req, a),
		Passed: passedTable(req, a.Passed), Best: bestTable(req, a), Improved: improvedTable(req, a),
		Gaps: cycleGapTable(req, a.Gaps), Trust: req.Deep("/credibility"),
	}
	for _, q := range a.Lines {
		b.Lines = append(b.Lines, quotaLine{req.T("agency.line", "target", q.Target, "quota", q.Quota, "of", q.Of), lineTable(req, q)})
	}
	b.Units.Caption = req.T("agency.units.caption", "cycle", cycle, "layer", text.Mid(req.Code("layer", a.Meta.Filter.Layer)))
	for _, u := range a.Unscored {
		b.Unscored = append(b.Unscored, navItem{Text: u.Name, Href: req.UnitLink(u.ID)})
	}
	return &view{
		template: "agency", title: a.Name, lead: agencyLead(req, a), meta: &a.Meta, answer: a, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.agencies"), req.Deep("/agencies")}, {a.Name, ""}},
		name:   "agency-" + a.ID + "-" + cycle, rows: a.Grid(),
	}
}

func agencyLead(req *request, a *analytics.Agency) string {
	cycle := strconv.Itoa(a.Cycle)
	if a.PassRate.Of <= 0 {
		return req.T("agency.lead.open", "name", a.Name, "cycle", cycle, "nominees", a.Nominees, "units", a.Units)
	}
	return req.T("agency.lead", "name", a.Name, "cycle", cycle, "nominees", a.Nominees, "units", a.Units, "passed", a.PassRate.Hits, "of", a.PassRate.Of,
		"rate", req.MaybePercent(a.PassRate.Share, 1), "nation", req.MaybePercent(a.NationRate.Share, 1))
}

func agencyFacts(req *request, a *analytics.Agency) []fact {
	facts := []fact{{Name: req.T("word.code"), Value: a.ID}, {Name: req.T("filter.kind"), Value: req.Code("kind", a.Kind), Href: req.Deep("/agencies", "kind", a.Kind)}}
	if a.Province.Name != "" {
		facts = append(facts, fact{Name: req.T("word.province"), Value: a.Province.Name})
	}
	return facts
}

func agencyCards(req *request, a *analytics.Agency) []card {
	cards := []card{
		{Label: req.T("card.units"), Term: "satker", Value: req.Int(a.Units), Sub: req.T("card.units.scored", "n", a.Scored)},
		{Label: req.T("card.nominees"), Term: "calon", Value: req.Count(a.Nominees.Pointer()), Sub: req.T("card.nominees.sub", "n", a.PassRate.Of)},
		rateCard(req, "card.passrate", a.PassRate),
	}
	for _, h := range a.Holders {
		cards = append(cards, card{Label: req.T("card.holders.of", "target", h.Predicate), Term: h.Predicate, Value: req.Int(h.Count), Sub: req.Code("issuer", h.Issuer)})
	}
	return append(cards, spreadCard(req, a.Total))
}

func quotaTable(req *request, quotas []analytics.QuotaStat, cycle string) chart.Table {
	t := chart.Table{Caption: req.T("agency.quota.caption", "cycle", cycle), Head: chart.Heads(req.T("word.target"), "#"+req.T("agency.quota"), "#"+req.T("word.nominees"))}
	for _, q := range quotas {
		t.Rows = append(t.Rows, []chart.Cell{chart.Text(q.Target), chart.Num(req.Count(q.Quota), req.T("why.no-quota")), chart.Num(req.Count(q.Nominees.Pointer()), req.T("why.withheld"))})
	}
	return t
}

// besideTable puts the agency's pass rate beside its kind's and the nation's.
func besideTable(req *request, a *analytics.Agency) chart.Table {
	t := chart.Table{
		Caption: req.T("agency.rates.caption"),
		Head:    chart.Heads(req.T("agency.rates.group"), "#"+req.T("word.passed"), "#"+req.T("chart.rates.decided"), "#"+req.T("word.passrate")),
	}
	for _, r := range []struct {
		name string
		rate analytics.Rate
	}{{a.Name, a.PassRate}, {req.Code("kind", a.Kind), a.KindRate}, {req.Code("group", "nation"), a.NationRate}} {
		t.Rows = append(t.Rows, append([]chart.Cell{chart.Text(r.name)}, rateCells(req, r.rate)...))
	}
	return t
}
