package web

import (
	"strconv"

	"tolok/analytics"
	"tolok/web/chart"
)

// forecast is the page /forecast: who will pass; with ?unit= one nominee in
// full.
func (s *Server) forecast(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	var q analytics.ForecastQuestion
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	r, err := db.Forecasts(req.Context(), q)
	if err != nil {
		return nil, err
	}
	if r.Nominee != nil {
		return nomineeView(req, r), nil
	}
	return forecastView(req, r), nil
}

type forecastBody struct {
	Filters *filters
	Cards   []card
	Chart   *chart.Chart
	Table   chart.Table
	Shown   string
	Pages   []navItem
	Prev    string
	Next    string
}

const forecastSize = 50 // rows a page

func forecastView(req *request, r *analytics.Forecasts) *view {
	cycle := strconv.Itoa(r.Cycle)
	rows, page, pages := cut(r.Rows, req.Filter.Page, req.Filter.Size)
	b := &forecastBody{
		Filters: filterForm(req, &r.Meta, "/forecast", []string{"q", "cycle", "order", "kind", "unit_type", "province", "target", "issuer"}, "agency", "size"),
		Chart:   chart.Chances(req.Words, rows),
		Table:   forecastTable(req, rows, cycle),
		Shown:   req.T("forecast.shown", "n", len(rows), "found", len(r.Rows)),
	}
	known := 0
	for i := range r.Rows {
		if r.Rows[i].Sure() {
			known++
		}
	}
	if len(r.Rows) > 0 {
		expected := card{Label: req.T("forecast.expected"), Value: "-", Why: req.T("nominee.doubt")}
		if known > 0 {
			expected.Value, expected.Sub = req.Float(r.Expected, 1), req.T("forecast.expected.sub", "n", known)
		}
		b.Cards = []card{
			{Label: req.T("word.nominees"), Value: req.Int(int64(len(r.Rows)))},
			expected,
			{Label: req.T("forecast.made"), Value: req.Date(r.MadeOn), Why: req.T("why.no-nominees"), Sub: req.Code("stamp", r.Stamp)},
		}
	}
	b.Pages, b.Prev, b.Next = pager(req, page, pages)
	lead := req.T("forecast.lead", "known", known, "cycle", cycle, "expected", req.Float(r.Expected, 1))
	switch {
	case len(r.Rows) == 0:
		lead = req.T("forecast.lead.empty", "cycle", cycle)
	case known == 0:
		lead = req.T("forecast.lead.none", "n", len(r.Rows), "cycle", cycle)
	}
	return &view{
		template: "forecast", title: req.T("forecast.title", "cycle", cycle), lead: lead, meta: &r.Meta, answer: r, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.forecast"), ""}},
		name:   "forecast-" + cycle, rows: r.Grid(),
	}
}

// cut takes one page of a list.
func cut[T any](list []T, page, size int) (rows []T, at, pages int) {
	if size == 0 {
		size = forecastSize
	}
	page = max(page, 1)
	pages = (len(list) + size - 1) / size
	from := min((page-1)*size, len(list))
	return list[from:min(from+size, len(list))], page, pages
}

func forecastTable(req *request, rows []analytics.ForecastRow, cycle string) chart.Table {
	t := chart.Table{Caption: req.T("forecast.caption", "cycle", cycle), Head: chart.Heads(
		req.T("col.unit"), req.T("word.target"), "#"+req.T("word.chance"), "#"+req.T("word.interval90"), req.T("forecast.bottleneck"), req.T("forecast.attempt"), req.T("forecast.result"))}
	for i := range rows {
		r := &rows[i]
		t.Rows = append(t.Rows, append([]chart.Cell{
			{Text: r.Name, Href: req.Link("/forecast", "unit", r.UnitID, "target", r.Target, "cycle", cycle), Sub: forecastPlace(req, r)},
			{Text: r.Target, Sub: issuerSub(req, r.Issuer)},
		}, chanceCells(req, r)...))
	}
	return t
}

// chanceCells are what every list says of a forecast.
func chanceCells(req *request, r *analytics.ForecastRow) []chart.Cell {
	p, interval, why := "-", "-", req.Code("doubt", r.Doubt)
	if r.Probability != nil && r.Doubt == "" {
		p, interval = req.Chance(r.Probability.Float()), chart.Between(req.Words, r.Low.Float(), r.High.Float())
	}
	bottleneck := chart.Cell{Text: "-", Why: req.T("why.own-rate")}
	if r.Bottleneck != "" {
		bottleneck = chart.Text(req.Criterion(r.Bottleneck))
	}
	result := chart.Cell{Text: "-", Why: req.T("why.no-result")}
	if r.Result != "" {
		result = chart.Cell{Text: req.Code("result", r.Result), Badge: resultBadge(r.Result)}
	}
	return []chart.Cell{chart.Num(p, why), chart.Num(interval, why), bottleneck, chart.Text(req.Code("attempt", attemptOf(r.FirstTime))), result}
}

func attemptOf(first bool) string {
	if first {
		return "first"
	}
	return "again"
}

func issuerSub(req *request, issuer string) string {
	if issuer == "nasional" {
		return ""
	}
	return req.Code("issuer", issuer)
}

func forecastPlace(req *request, r *analytics.ForecastRow) string {
	return rowPlace(req, analytics.RankingRow{Agency: r.Agency, UnitType: r.UnitType, Province: r.Province}, listed{})
}

type nomineeBody struct {
	Back      string
	Doubt     string
	Cards     []card
	Criteria  *chart.Chart
	Moved     *chart.Chart
	Scenario  chart.Table
	Form      *filters
	WhatIf    []card
	WhatTable chart.Table
	Own       string // why there is no model behind the forecast
}

func nomineeView(req *request, r *analytics.Forecasts) *view {
	n, cycle := r.Nominee, strconv.Itoa(r.Cycle)
	x := &n.Row
	b := &nomineeBody{Back: req.Link("/forecast", "cycle", cycle)}
	lead := req.T("nominee.lead.doubt", "name", x.Name, "target", x.Target, "cycle", cycle)
	sure := x.Probability != nil && x.Doubt == ""
	if sure {
		chance := req.Chance(x.Probability.Float())
		lead = req.T("nominee.lead", "name", x.Name, "target", x.Target, "cycle", cycle, "chance", chance, "low", req.Chance(x.Low.Float()), "high", req.Chance(x.High.Float()))
		b.Cards = append(b.Cards, card{Label: req.T("word.chance"), Value: chance, Sub: req.T("word.interval90") + " " + chart.Between(req.Words, x.Low.Float(), x.High.Float())})
	} else {
		b.Doubt = req.Code("doubt", x.Doubt)
	}
	if x.Issuer != "nasional" {
		b.Own = req.T("why.own-rate")
	}
	if len(n.Criteria) > 0 {
		b.Cards = append(b.Cards,
			card{Label: req.T("nominee.scores"), Value: req.Chance(n.Scores), Sub: req.T("nominee.scores.sub")},
			card{Label: req.T("nominee.gate"), Value: req.Chance(n.Gate), Sub: req.T("nominee.gate.sub")},
			card{Label: req.T("forecast.bottleneck"), Value: req.Criterion(x.Bottleneck)},
			card{Label: req.T("nominee.missing"), Value: strconv.Itoa(x.Missing), Sub: req.T("nominee.missing.sub")})
		b.Criteria = chart.CriteriaChances(req.Words, n.Criteria)
		b.Form = whatIfForm(req, r)
	}
	if n.Average != nil {
		b.Moved = chart.Contributions(req.Words, *n.Average, x.Probability.Float(), n.Contribution)
		b.Scenario = chart.Table{Caption: req.T("nominee.scenario"), Head: chart.Heads(req.T("nominee.year"), "#"+req.T("word.chance"))}
		for _, s := range n.Scenario {
			b.Scenario.Rows = append(b.Scenario.Rows, []chart.Cell{chart.Text(req.Code("year", s.Code)), chart.Num(req.Chance(s.Probability), "")})
		}
	}
	whatIf(req, n, b)
	return &view{
		template: "nominee", title: x.Name, lead: lead, meta: &r.Meta, answer: r, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.forecast"), b.Back}, {x.Name, ""}},
		name:   "forecast-" + x.UnitID + "-" + cycle, rows: r.Grid(),
	}
}

// whatIf shows what was asked beside what is.
func whatIf(req *request, n *analytics.NomineeForecast, b *nomineeBody) {
	w := n.WhatIf
	if w == nil {
		return
	}
	now := n.Row.Probability.Float()
	sign := ""
	if w.Probability >= now {
		sign = "+"
	}
	b.WhatIf = []card{
		{Label: req.T("nominee.then"), Value: req.Chance(w.Probability), Sub: req.T("word.interval90") + " " + chart.Between(req.Words, w.Low, w.High)},
		{Label: req.T("nominee.change"), Value: sign + req.Float(100*(w.Probability-now), 1), Sub: req.T("nominee.change.sub")},
		{Label: req.T("forecast.bottleneck"), Value: req.Criterion(w.Bottleneck)},
	}
	b.WhatTable = chart.Table{Caption: req.T("nominee.changed"), Head: chart.Heads(req.T("nominee.input"), "#"+req.T("nominee.now"), "#"+req.T("nominee.asked"))}
	for _, i := range n.Inputs {
		if i.Asked != nil {
			b.WhatTable.Rows = append(b.WhatTable.Rows, []chart.Cell{chart.Text(req.Code("what", i.Code)), chart.Num(req.Maybe(i.Value, 2), req.T("why.unknown-input")), chart.Num(req.Maybe(i.Asked, 2), "")})
		}
	}
}

// whatIfForm is a form of every input, filled with what is known.
func whatIfForm(req *request, r *analytics.Forecasts) *filters {
	n := r.Nominee
	f := &filters{Title: req.T("nominee.inputs"), Action: "/forecast", Clear: req.Link("/forecast", "unit", n.Row.UnitID, "target", n.Row.Target, "cycle", r.Cycle), Open: true}
	f.Hidden = []pair{{"unit", n.Row.UnitID}, {"target", n.Row.Target}, {"cycle", strconv.Itoa(r.Cycle)}}
	for _, name := range kept {
		if v := req.query.Get(name); v != "" {
			f.Hidden = append(f.Hidden, pair{name, v})
		}
	}
	meaning := field{Name: "meaning", Label: req.T("nominee.meaning")}
	for _, m := range []string{analytics.MeaningReal, analytics.MeaningWritten} {
		meaning.Options = append(meaning.Options, option{m, req.Code("meaning", m), m == n.Meaning})
	}
	f.Fields = append(f.Fields, meaning)
	for _, i := range n.Inputs {
		v := i.Value
		if i.Asked != nil {
			v = i.Asked
		}
		in := field{Name: i.Code, Label: req.Code("what", i.Code), Type: "text"}
		if v != nil {
			in.Value = strconv.FormatFloat(*v, 'f', -1, 64)
		}
		f.Fields = append(f.Fields, in)
	}
	return f
}

// reportCard is the page /forecast/report-card: how good the forecasts were.
func (s *Server) reportCard(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	r, err := db.ReportCard(req.Context(), req.Filter)
	if err != nil {
		return nil, err
	}
	return reportCardView(req, r), nil
}

type reportCardBody struct {
	Filters *filters
	Cards   []card
	Curve   *chart.Chart
	Tables  []chart.Table
	Hits    chart.Table
	Misses  chart.Table
}

func reportCardView(req *request, r *analytics.ReportCard) *view {
	b := &reportCardBody{Filters: filterForm(req, &r.Meta, "/forecast/report-card", []string{"cycle", "kind", "unit_type", "province", "target"})}
	for i := range b.Filters.Fields {
		if b.Filters.Fields[i].Name == "cycle" {
			b.Filters.Fields[i].Options = append([]option{{"", req.T("filter.all"), r.Cycle == 0}}, b.Filters.Fields[i].Options...)
		}
	}
	g := &r.All
	why := req.T("why.few-graded")
	b.Cards = []card{
		{Label: req.T("grade.n"), Value: req.Count(g.N.Pointer()), Why: req.T("why.withheld")},
		{Label: req.T("grade.expected"), Value: req.Maybe(g.Expected, 0), Why: why, Sub: req.T("grade.passed.sub", "n", g.Passed)},
		{Label: req.T("grade.brier"), Value: req.Maybe(g.Brier, 3), Why: why, Sub: req.T("grade.brier.sub")},
		{Label: req.T("grade.auc"), Value: req.Maybe(g.AUC, 2), Why: why, Sub: req.T("grade.auc.sub")},
	}
	for _, x := range []struct {
		key string
		s   *analytics.Skill
	}{{"base", g.BaseRate}, {"last", g.LastResult}, {"threshold", g.Threshold}} {
		c := card{Label: req.T("grade.skill." + x.key), Value: "-", Why: why}
		if x.s != nil {
			c.Value, c.Sub = req.Percent(x.s.Value, 0), req.T("word.interval90")+" "+chart.Between(req.Words, x.s.Low, x.s.High)
		}
		b.Cards = append(b.Cards, c)
	}
	b.Curve = chart.Reliability(req.Words, r.Curve, r.Bands)
	for _, x := range []struct {
		key  string
		list []analytics.Grade
		name func(string) string
	}{
		{"cycles", r.Cycles, func(k string) string { return k }},
		{"kinds", r.Kinds, func(k string) string { return req.Code("kind", k) }},
		{"targets", r.Targets, func(k string) string { return k }},
		{"attempts", r.Attempts, func(k string) string { return req.Code("attempt", k) }},
		{"types", r.Types, req.UnitType},
	} {
		b.Tables = append(b.Tables, gradeTable(req, x.key, x.list, x.name))
	}
	b.Hits, b.Misses = gradedTable(req, "hits", r.Hits), gradedTable(req, "misses", r.Misses)
	lead := req.T("card.lead.empty")
	if g.Brier != nil && g.Expected != nil {
		lead = req.T("card.lead", "n", g.N, "expected", req.Float(*g.Expected, 0), "passed", g.Passed)
	}
	return &view{
		template: "report-card", title: req.T("card.title"), lead: lead, meta: &r.Meta, answer: r, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.forecast"), req.Link("/forecast")}, {req.T("nav.forecast.report-card"), ""}},
		name:   "report-card", rows: r.Grid(),
	}
}

func gradeTable(req *request, key string, list []analytics.Grade, name func(string) string) chart.Table {
	t := chart.Table{Caption: req.T("card.by." + key), Head: chart.Heads(req.T("card.group"), "#"+req.T("word.nominees"), "#"+req.T("word.passed"), "#"+req.T("grade.expected"),
		"#"+req.T("grade.brier"), "#"+req.T("grade.log"), "#"+req.T("grade.auc"), "#"+req.T("grade.slope"), "#"+req.T("grade.skill.base"), "#"+req.T("grade.skill.last"), "#"+req.T("grade.skill.threshold"))}
	why, held := req.T("why.few-graded"), req.T("why.withheld")
	skill := func(s *analytics.Skill) chart.Cell {
		if s == nil {
			return chart.Num("-", why)
		}
		return chart.Cell{Text: req.Percent(s.Value, 0), Sub: chart.Between(req.Words, s.Low, s.High), Num: true}
	}
	for _, g := range list {
		sub := req.Code("stamp", g.Stamp)
		if g.Few {
			sub = req.Code("doubt", "few-outcomes")
		}
		if key != "cycles" || !g.N.Known() {
			sub = ""
		}
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: name(g.Key), Sub: sub},
			chart.Num(req.Count(g.N.Pointer()), held), chart.Num(req.Count(g.Passed.Pointer()), held),
			chart.Num(req.Maybe(g.Expected, 1), held), chart.Num(req.Maybe(g.Brier, 3), why), chart.Num(req.Maybe(g.LogLoss, 3), why),
			chart.Num(req.Maybe(g.AUC, 2), why), chart.Num(req.Maybe(g.Slope, 2), why), skill(g.BaseRate), skill(g.LastResult), skill(g.Threshold),
		})
	}
	return t
}

func gradedTable(req *request, key string, list []analytics.GradedCase) chart.Table {
	t := chart.Table{Caption: req.T("card." + key), Head: chart.Heads(req.T("col.unit"), req.T("word.cycle"), req.T("word.target"), "#"+req.T("word.chance"), req.T("forecast.result"))}
	for i := range list {
		r := &list[i]
		cycle := strconv.Itoa(r.Cycle)
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: r.Name, Href: req.Link("/forecast", "unit", r.UnitID, "target", r.Target, "cycle", cycle), Sub: forecastPlace(req, &r.ForecastRow)},
			chart.Text(cycle), chart.Text(r.Target), chart.Num(req.ScorePercent(r.Probability, 0), req.T("why.withheld")),
			{Text: req.Code("result", r.Result), Badge: resultBadge(r.Result)},
		})
	}
	return t
}
