package web

import (
	"slices"
	"strings"

	"tolok/analytics"
	"tolok/web/chart"
)

// credibility is the page /credibility: whose own scores can be relied on.
func (s *Server) credibility(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	var q analytics.CredibilityQuestion
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	c, err := db.Credibility(req.Context(), q)
	if err != nil {
		return nil, err
	}
	return credibilityView(req, c), nil
}

type credibilityBody struct {
	Filters  *filters
	Plot     *chart.Chart
	National chart.Table
	Table    chart.Table
	Areas    chart.Table
	Criteria string
}

func credibilityView(req *request, c *analytics.Credibility) *view {
	b := &credibilityBody{
		Filters: filterForm(req, &c.Meta, "/credibility", []string{"cycle", "kind", "province"}),
		Plot:    chart.GapFunnel(req.Words, c), National: nationalGaps(req, c), Table: credibilityTable(req, c), Areas: gapTable(req, c),
		Criteria: trustCriteria(req),
	}
	b.Filters.choose(req, "pair", c.Pair, analytics.CredibilityPairs, codes(req, "pair"))
	b.Filters.choose(req, "indicator", c.Indicator, analytics.Indicators, func(code string) string { return indicatorName(req, code) })
	lead := req.T("credibility.lead.empty")
	switch {
	case len(c.National) > 0:
		lead = req.T("credibility.lead", "of", len(c.Rows), "well", c.Verdicts[analytics.PredictsWell], "calibrate", c.Verdicts[analytics.NeedsCalibration], "unknown", c.Verdicts[analytics.TooLittleKnown])
	case len(c.Rows) > 0:
		lead = req.T("credibility.lead.own")
	}
	return &view{
		template: "credibility", title: req.T("credibility.title"), lead: lead, meta: &c.Meta, answer: c, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.credibility"), ""}},
		name:   "credibility", rows: c.Grid(),
	}
}

// trustCriteria are the criteria of the verdicts, in words.
func trustCriteria(req *request) string {
	t := analytics.TrustCriteria
	return req.T("credibility.criteria", "pairs", t.FewestPairs, "deviation", req.Float(t.Deviation, 0), "scatter", req.Float(t.Scatter, 0),
		"agreement", req.Percent(t.Agreement, 0), "low", req.Percent(t.AgreementLow, 0))
}

// indicatorName is the word for a part of the score; areas have theirs already.
func indicatorName(req *request, code string) string {
	if slices.Contains([]string{"total", "A", "B"}, code) {
		return req.Code("indicator", code)
	}
	return req.Code("area", code)
}

func nationalGaps(req *request, c *analytics.Credibility) chart.Table {
	t := chart.Table{
		Caption: req.T("credibility.nat.caption"),
		Head: chart.Heads(req.T("filter.indicator"), req.T("filter.pair"), "#"+req.T("credibility.mean"), "#"+req.T("credibility.between"),
			"#"+req.T("credibility.within"), "#"+req.T("credibility.drift"), "#"+req.T("word.agency"), "#"+req.T("word.units")),
	}
	for _, g := range c.National {
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(indicatorName(req, g.Indicator)), chart.Text(req.Code("pair", g.Pair)), chart.Num(req.Float(g.Common.Mean, 1), ""), chart.Num(req.Float(g.Common.SD, 1), ""),
			chart.Num(req.Float(g.Within, 1), ""), chart.Num(req.Float(g.Drift, 1), ""), chart.Num(req.Int(int64(g.Agencies)), ""), chart.Num(req.Int(int64(g.Units)), ""),
		})
	}
	return t
}

func credibilityTable(req *request, c *analytics.Credibility) chart.Table {
	t := chart.Table{
		Caption: req.T("credibility.caption"),
		Head: chart.Heads(req.T("word.agency"), req.T("credibility.verdict"), "#"+req.T("word.units"), "#"+req.T("credibility.gap"), "#"+req.T("credibility.shrunk"),
			"#"+req.T("word.interval"), "#"+req.T("credibility.scatter"), "#"+req.T("credibility.agreement"), "#"+req.T("credibility.perfect")),
	}
	for i := range c.Rows {
		r := &c.Rows[i]
		cells := []chart.Cell{{Text: r.Name, Href: req.AgencyLink(r.AgencyID), Sub: req.Code("kind", r.Kind)}, trustCell(req, r)}
		if g := r.Gap(analytics.TPITPN, "total"); g != nil {
			cells = append(cells, chart.Num(req.Int(int64(g.N)), ""), chart.Num(req.Float(g.Mean, 1), ""), chart.Num(req.Maybe(g.Deviation, 1), req.T("why.no-nation")),
				chart.Num(pointsInterval(req, g.Interval), req.T("why.few-gaps")))
		} else {
			for range 4 {
				cells = append(cells, chart.Num("-", req.T("why.no-gap")))
			}
		}
		agree := rateWithCounts(req, r.Agreement)
		if r.Agreement.Share == nil {
			agree = chart.Num("-", req.T("why.no-verdicts"))
		}
		t.Rows = append(t.Rows, append(cells, chart.Num(req.Maybe(r.Scatter, 1), req.T("why.few-gaps")), agree, chart.Num(req.Int(r.Perfect), "")))
	}
	return t
}

// trustCell is a verdict with what it rests on.
func trustCell(req *request, r *analytics.CredibilityRow) chart.Cell {
	if r.Verdict == "" {
		return chart.Cell{Text: "-", Why: req.T("why.no-nation")}
	}
	badge := map[string]string{analytics.PredictsWell: "good", analytics.NeedsCalibration: "warn", analytics.TooLittleKnown: "plain"}[r.Verdict]
	var reasons []string
	for _, code := range r.Reasons {
		reasons = append(reasons, req.Code("reason", code))
	}
	return chart.Cell{Text: req.Code("trust", r.Verdict), Badge: badge, Sub: strings.Join(reasons, ", ")}
}

func pointsInterval(req *request, i *analytics.Interval) string {
	if i == nil {
		return "-"
	}
	return req.Float(i.Low, 1) + " … " + req.Float(i.High, 1)
}

// gapTable has the chosen gap of every agency in each area: its deviation, or
// for a reader without the nation the gap itself.
func gapTable(req *request, c *analytics.Credibility) chart.Table {
	key := "credibility.areas.of"
	if len(c.National) == 0 {
		key = "credibility.areas.own"
	}
	heads := []string{req.T("word.agency")}
	for _, code := range analytics.Indicators {
		heads = append(heads, "#"+indicatorName(req, code))
	}
	t := chart.Table{Caption: req.T(key, "pair", req.Code("pair", c.Pair)), Head: chart.Heads(heads...)}
	for i := range c.Rows {
		r := &c.Rows[i]
		cells := []chart.Cell{{Text: r.Name, Href: req.AgencyLink(r.AgencyID)}}
		for _, code := range analytics.Indicators {
			g := r.Gap(c.Pair, code)
			switch {
			case g == nil:
				cells = append(cells, chart.Num("-", req.T("why.no-gap")))
			case g.Deviation != nil:
				cells = append(cells, chart.Cell{Text: req.Float(*g.Deviation, 1), Sub: pointsInterval(req, g.Interval), Num: true})
			case len(c.National) > 0:
				cells = append(cells, chart.Num("-", req.T("why.few-gaps")))
			default:
				cells = append(cells, chart.Num(req.Float(g.Mean, 1), ""))
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
