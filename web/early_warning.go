package web

import (
	"strconv"

	"tolok/analytics"
	"tolok/web/chart"
)

// earlyWarning is the page /forecast/early-warning: which holders are likely to
// fall below a criterion.
func (s *Server) earlyWarning(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	var q analytics.WarningQuestion
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	r, err := db.EarlyWarning(req.Context(), q)
	if err != nil {
		return nil, err
	}
	return earlyWarningView(req, r), nil
}

type earlyWarningBody struct {
	Filters *filters
	Table   chart.Table
	Shown   string
	Pages   []navItem
	Prev    string
	Next    string
}

func earlyWarningView(req *request, r *analytics.EarlyWarning) *view {
	cycle := strconv.Itoa(r.Cycle)
	rows, page, pages := cut(r.Rows, req.Filter.Page, req.Filter.Size)
	b := &earlyWarningBody{
		Filters: filterForm(req, &r.Meta, "/forecast/early-warning", []string{"q", "cycle", "target", "kind", "unit_type", "province"}, "agency", "size", "rate"),
		Shown:   req.T("warning.shown", "n", len(rows), "found", len(r.Rows)),
		Table: chart.Table{Caption: req.T("warning.caption"), Head: chart.Heads(req.T("col.unit"), req.T("word.target"), "#"+req.T("warning.risk"), req.T("warning.flag"),
			req.T("forecast.bottleneck"), "#"+req.T("chart.criteria.met"), req.T("warning.since"))},
	}
	for _, x := range rows {
		flag := chart.Cell{Text: req.T("warning.no"), Badge: "plain"}
		if x.Warned {
			flag = chart.Cell{Text: req.T("warning.yes"), Badge: "warn"}
		}
		b.Table.Rows = append(b.Table.Rows, []chart.Cell{
			{Text: x.Name, Href: req.UnitLink(x.UnitID), Sub: rowPlace(req, analytics.RankingRow{Agency: x.Agency, UnitType: x.UnitType, Province: x.Province}, listed{})},
			{Text: x.Predicate, Sub: strconv.Itoa(x.Since)},
			chart.Num(req.Chance(x.Risk), ""), flag,
			chart.Text(req.Criterion(x.Bottleneck)), chart.Num(req.Chance(x.Chance), ""), chart.Text(strconv.Itoa(x.From)),
		})
	}
	b.Pages, b.Prev, b.Next = pager(req, page, pages)
	lead := req.T("warning.lead", "n", r.Warned, "rate", req.Percent(r.Rate, 0))
	if r.Warned == 0 {
		lead = req.T("warning.lead.empty")
	}
	return &view{
		template: "early-warning", title: req.T("warning.title", "cycle", cycle), lead: lead, meta: &r.Meta, answer: r, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.forecast"), req.Link("/forecast")}, {req.T("nav.forecast.early-warning"), ""}},
		name:   "early-warning-" + cycle, rows: r.Grid(),
	}
}
