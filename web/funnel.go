package web

import (
	"tolok/analytics"
	"tolok/web/chart"
)

// funnel is the page /funnel: whose nominees pass unusually often or seldom.
func (s *Server) funnel(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	var q analytics.FunnelQuestion
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	p, err := db.Funnel(req.Context(), q)
	if err != nil {
		return nil, err
	}
	return funnelView(req, p), nil
}

type funnelBody struct {
	Filters  *filters
	Plot     *chart.Chart
	Adjusted *chart.Chart
	Table    chart.Table
}

func funnelView(req *request, p *analytics.FunnelPlot) *view {
	b := &funnelBody{
		Filters:  filterForm(req, &p.Meta, "/funnel", []string{"cycle", "target", "issuer", "kind", "unit_type", "province"}),
		Plot:     chart.PassFunnel(req.Words, p, false),
		Adjusted: chart.PassFunnel(req.Words, p, true),
		Table:    funnelTable(req, p),
	}
	b.Filters.choose(req, "group", p.Group, analytics.FunnelGroups, codes(req, "groups"))
	b.Filters.choose(req, "span", p.Span, analytics.FunnelSpans, codes(req, "span"))
	lead := req.T("funnel.lead.empty")
	if len(p.Rows) > 0 {
		lead = req.T("funnel.lead", "of", p.Mean.Of, "hits", p.Mean.Hits, "n", p.Unusual, "groups", len(p.Rows))
	}
	return &view{
		template: "funnel", title: req.T("funnel.title"), lead: lead, meta: &p.Meta, answer: p, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.funnel"), ""}},
		name:   "funnel-" + p.Group, rows: p.Grid(),
	}
}

// codes names the codes of a group.
func codes(req *request, group string) func(string) string {
	return func(code string) string { return req.Code(group, code) }
}

// choose adds a drop-down for a parameter of the page's own question.
func (f *filters) choose(req *request, name, now string, values []string, word func(string) string) {
	one := field{Name: name, Label: req.T("filter." + name)}
	for _, v := range values {
		one.Options = append(one.Options, option{v, word(v), v == now})
	}
	f.Fields = append(f.Fields, one)
	f.Chips = append(f.Chips, one.chip())
}

func funnelTable(req *request, p *analytics.FunnelPlot) chart.Table {
	t := chart.Table{
		Caption: req.T("funnel.caption"),
		Head: chart.Heads(req.T("word.group"), "#"+req.T("word.passrate"), "#"+req.T("word.interval"), req.T("word.outlier"),
			"#"+req.T("funnel.expected"), "#"+req.T("funnel.adj"), req.T("funnel.adjverdict")),
	}
	for _, r := range p.Rows {
		first := chart.Cell{Text: chart.GroupName(req.Words, p.Group, r)}
		if p.Group == "agency" {
			first.Href, first.Sub = req.AgencyLink(r.ID), req.Code("kind", r.Kind)
		}
		t.Rows = append(t.Rows, []chart.Cell{
			first, rateWithCounts(req, r.Rate), chart.Num(chart.IntervalText(req.Words, r.Rate.Interval), req.T("why.undecided")), outlierCell(req, r.Verdict),
			chart.Num(req.Float(r.Expected, 1), ""), chart.Num(req.Percent(r.Adjusted, 1), ""), outlierCell(req, r.AdjustedVerdict),
		})
	}
	return t
}

// outlierCell is a verdict by the limits; the unusual stands out.
func outlierCell(req *request, verdict string) chart.Cell {
	if verdict == "" {
		return chart.Cell{Text: "-", Why: req.T("why.no-nation")}
	}
	badge := "plain"
	if verdict == analytics.VerdictHigh || verdict == analytics.VerdictLow {
		badge = "warn"
	}
	return chart.Cell{Text: req.Code("outlier", verdict), Badge: badge}
}
