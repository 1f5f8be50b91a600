package web

import (
	"strconv"

	"tolok/analytics"
	"tolok/web/chart"
	"tolok/web/text"
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
	Heat    *chart.Chart
	Table   chart.Table
	Shown   string
	Pages   []navItem
	Prev    string
	Next    string
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
	rows, page, pages := pageOf(a.Rows, a.Meta.Filter)
	b := &agenciesBody{
		Filters: filterForm(req, &a.Meta, "/agencies", []string{"q", "cycle", "layer", "by", "order", "kind", "province", "unit_type", "target", "issuer"}, "size"),
		Rates:   chart.PassRates(req.Words, a.Rows),
		Heat:    chart.Attainment(req.Words, a.Meta.Filter.Layer, heatOf(rows), len(a.Rows), req.AgencyLink),
		Table:   agenciesTable(req, a, rows, cycle),
		Shown:   req.T("agencies.shown", "n", len(rows), "of", len(a.Rows)),
	}
	b.Pages, b.Prev, b.Next = pager(req, page, pages)
	return &view{
		template: "agencies", title: req.T("agencies.title", "cycle", cycle), lead: lead, meta: &a.Meta, answer: a,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.agencies"), ""}},
		name:   "agencies-" + cycle, rows: a.Grid(), body: b,
	}
}

// pageOf cuts the page that a filter asks for from a list.
func pageOf[T any](all []T, f analytics.Filter) (rows []T, page, pages int) {
	size := max(f.Size, 1)
	pages, page = (len(all)+size-1)/size, max(f.Page, 1)
	from := min((page-1)*size, len(all))
	return all[from:min(from+size, len(all))], page, pages
}

// heatOf are the agencies of which an area's attainment is shown.
func heatOf(rows []analytics.AgencyRow) []analytics.HeatRow {
	var out []analytics.HeatRow
	for _, r := range rows {
		if len(r.Areas) > 0 {
			out = append(out, analytics.HeatRow{ID: r.ID, Name: r.Name, Kind: r.Kind, Scored: r.Scored, Areas: r.Areas})
		}
	}
	return out
}

func agenciesTable(req *request, a *analytics.Agencies, rows []analytics.AgencyRow, cycle string) chart.Table {
	by := func(code, name string) chart.Head { return sortHead(req, code, name, a.By, "nominees") }
	t := chart.Table{
		Caption: req.T("agencies.caption", "cycle", cycle),
		Head: []chart.Head{
			{Text: req.T("word.agency")},
			{Text: req.T("filter.kind")},
			{Text: req.T("word.units"), Num: true},
			{Text: req.T("word.scored"), Num: true},
			by("nominees", req.T("word.nominees")), by("pass_rate", req.T("word.passrate")),
			{Text: req.T("word.interval"), Num: true},
			{Text: req.T("word.holders"), Num: true},
			by("total", req.T("word.meantotal")),
		},
	}
	area := a.By != "nominees" && a.By != "pass_rate" && a.By != "total"
	if area {
		t.Head = append(t.Head, by(a.By, req.Code("by", a.By)))
	}
	if a.By != "nominees" {
		t.Head = append(t.Head, chart.Head{Text: req.T("odds.head", "by", text.Mid(req.Code("by", a.By)))})
	}
	for _, r := range rows {
		cells := []chart.Cell{
			{Text: r.Name, Href: req.AgencyLink(r.ID), Sub: r.Province},
			chart.Text(req.Code("kind", r.Kind)), chart.Num(req.Int(r.Units), ""), chart.Num(req.Count(r.Scored.Pointer()), req.T("why.withheld")),
			chart.Num(req.Count(r.Nominees.Pointer()), req.T("why.withheld")), rateWithCounts(req, r.PassRate), chart.Num(chart.IntervalText(req.Words, r.PassRate.Interval), req.T("why.undecided")),
			chart.Num(req.Int(r.Holders), ""), meanCell(req, r.Areas["total"], 2),
		}
		if area {
			cells = append(cells, meanCell(req, r.Areas[a.By], 1))
		}
		if a.By != "nominees" {
			cells = append(cells, oddsCell(req, r.Odds, "odds.same.agencies"))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// meanCell is a mean with its interval, or with how many it is over.
func meanCell(req *request, m analytics.Mean, decimals int) chart.Cell {
	c := chart.Num(req.Maybe(m.Value, decimals), req.T("why.no-scores"))
	switch {
	case m.Value == nil:
	case m.Interval != nil:
		c.Sub = req.Float(m.Interval.Low, 1) + " – " + req.Float(m.Interval.High, 1)
	default:
		c.Sub = "n = " + req.Count(m.N.Pointer())
	}
	return c
}

// rateWithCounts is a share with its counts below it.
func rateWithCounts(req *request, r analytics.Rate) chart.Cell {
	c := chart.Num(req.MaybePercent(r.Share, 1), req.T("why.undecided"))
	if r.Share != nil {
		c.Sub = req.T("word.of", "n", r.Hits, "of", r.Of)
	}
	return c
}
