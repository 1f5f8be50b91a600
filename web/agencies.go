package web

import (
	"strconv"

	"tolok/analytics"
	"tolok/web/chart"
)

// agencies is the page /agencies: every agency in one cycle.
func (s *Server) agencies(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	a, err := db.Agencies(req.Context(), req.Filter)
	if err != nil {
		return nil, err
	}
	return agenciesView(req, a), nil
}

type agenciesBody struct {
	Filters *filters
	Rates   *chart.Chart
	Table   chart.Table
}

func agenciesView(req *request, a *analytics.Agencies) *view {
	cycle := strconv.Itoa(a.Cycle)
	var units int64
	var nominees analytics.Count
	for _, r := range a.Rows {
		if nominees.Known() && r.Nominees.Known() {
			nominees += r.Nominees
		} else {
			nominees = analytics.Withheld // the sum is not that of the list
		}
		units += r.Units
	}
	lead := req.T("agencies.lead", "n", len(a.Rows), "units", units, "cycle", cycle, "nominees", nominees)
	if len(a.Rows) == 0 {
		lead = req.T("agencies.lead.empty")
	}
	return &view{
		template: "agencies", title: req.T("agencies.title", "cycle", cycle), lead: lead, meta: &a.Meta, answer: a,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.agencies"), ""}},
		name:   "agencies-" + cycle, rows: a.Grid(),
		body: &agenciesBody{
			Filters: filterForm(req, &a.Meta, "/agencies", []string{"q", "cycle", "layer", "kind", "province", "target", "issuer"}),
			Rates:   chart.PassRates(req.Words, a.Rows),
			Table:   agenciesTable(req, a.Rows, cycle),
		},
	}
}

func agenciesTable(req *request, rows []analytics.AgencyRow, cycle string) chart.Table {
	t := chart.Table{
		Caption: req.T("agencies.caption", "cycle", cycle),
		Head: chart.Heads(req.T("word.agency"), req.T("filter.kind"), "#"+req.T("word.units"), "#"+req.T("word.scored"), "#"+req.T("word.nominees"),
			"#"+req.T("word.passrate"), "#"+req.T("word.interval"), "#"+req.T("word.holders"), "#"+req.T("word.mediantotal")),
	}
	for _, r := range rows {
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: r.Name, Href: req.AgencyLink(r.ID), Sub: r.Province},
			chart.Text(req.Code("kind", r.Kind)), chart.Num(req.Int(r.Units), ""), chart.Num(req.Count(r.Scored.Pointer()), req.T("why.withheld")),
			chart.Num(req.Count(r.Nominees.Pointer()), req.T("why.withheld")), rateWithCounts(req, r.PassRate), chart.Num(chart.IntervalText(req.Words, r.PassRate.Interval), req.T("why.undecided")),
			chart.Num(req.Int(r.Holders), ""), chart.Num(req.Maybe(r.Median, 2), req.T("why.no-scores")),
		})
	}
	return t
}

// rateWithCounts is a share with its counts below it.
func rateWithCounts(req *request, r analytics.Rate) chart.Cell {
	c := chart.Num(req.MaybePercent(r.Share, 1), req.T("why.undecided"))
	if r.Share != nil {
		c.Sub = req.T("word.of", "n", r.Hits, "of", r.Of)
	}
	return c
}
