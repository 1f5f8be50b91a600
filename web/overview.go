package web

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/chart"
	"tolok/web/text"
)

// overview is the page /: one cycle of the nation, or of what the filter
// leaves of it.
func (s *Server) overview(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	o, err := db.Overview(req.Context(), req.Filter)
	if err != nil {
		return nil, err
	}
	return overviewView(req, o), nil
}

type overviewBody struct {
	Filters   *filters
	Cards     []card
	Funnel    *chart.Chart
	Blocking  []*chart.Chart
	Areas     *chart.Chart
	Provinces *chart.Chart
	Shows     []navItem
	Busiest   chart.Table
	Heat      *chart.Chart
	AllHeat   string // the page that has all agencies
	Series    *chart.Chart
	Passed    chart.Table
	Kinds     chart.Table
}

// card is one number in large type.
type card struct {
	Label string
	Term  string // explains the label
	Value string
	Why   string // of an unknown value
	Sub   string
	Href  string
}

// Wordy reports whether the value is words, which do not fit as large as figures.
func (c card) Wordy() bool {
	return len(c.Value) > 8 && strings.ContainsFunc(c.Value, unicode.IsLetter)
}

func overviewView(req *request, o *analytics.Overview) *view {
	w := req.Words
	b := &overviewBody{
		Filters: filterForm(req, &o.Meta, "/", []string{"cycle", "layer", "kind", "agency", "province", "unit_type", "target", "issuer"}, "show"),
		Cards:   overviewCards(req, o),
		Funnel:  chart.Funnel(w, o.Funnel), Areas: chart.Areas(w, o.Areas), Series: chart.Series(w, o.Series),
		Passed: passedTable(req, o.Passed), Kinds: kindsTable(req, o.Kinds), Busiest: busiestTable(req, o.Provinces),
		Heat: chart.Attainment(w, o.Meta.Filter.Layer, o.Heat, o.HeatOf, req.AgencyLink), AllHeat: req.Deep("/agencies", "kind", o.Meta.Filter.Kind, "province", o.Meta.Filter.Province, "unit_type", o.Meta.Filter.UnitType, "target", o.Meta.Filter.Target),
	}
	for _, target := range data.Targets {
		if o.Meta.Filter.Target == "" || o.Meta.Filter.Target == target {
			b.Blocking = append(b.Blocking, chart.Blocking(w, target, o.Blocking))
		}
	}
	show := req.query.Get("show")
	if !slices.Contains(chart.Shows, show) {
		show = chart.Shows[0]
	}
	b.Provinces = chart.Provinces(w, show, o.Provinces)
	for _, one := range chart.Shows {
		b.Shows = append(b.Shows, navItem{req.Code("show", one), req.With("show", one) + "#provinces", one == show})
	}
	cycle := strconv.Itoa(o.Cycle)
	return &view{
		template: "overview", title: req.T("overview.title", "cycle", cycle), meta: &o.Meta, answer: o, body: b,
		lead: overviewLead(req, o), name: "overview-" + cycle, rows: o.Grid(),
	}
}

func overviewLead(req *request, o *analytics.Overview) string {
	cycle := strconv.Itoa(o.Cycle)
	switch {
	case o.Units == 0:
		return req.T("overview.lead.empty", "cycle", cycle)
	case o.PassRate.Of <= 0:
		return req.T("overview.lead.open", "cycle", cycle, "units", o.Units, "nominees", o.Nominees)
	}
	return req.T("overview.lead", "cycle", cycle, "units", o.Units, "nominees", o.Nominees, "decided", o.PassRate.Of, "passed", o.PassRate.Hits,
		"rate", req.MaybePercent(o.PassRate.Share, 1), "holders", holders(o.Holders))
}

func holders(list []analytics.HolderCount) int64 {
	var n int64
	for _, h := range list {
		n += h.Count
	}
	return n
}

func overviewCards(req *request, o *analytics.Overview) []card {
	held, by := map[string]int64{}, map[string][]string{}
	for _, h := range o.Holders {
		held[h.Predicate] += h.Count
		by[h.Predicate] = append(by[h.Predicate], req.Code("issuer", h.Issuer)+": "+req.Int(h.Count))
	}
	holding := func(target string) card {
		c := card{Label: req.T("card.holders.of", "target", target), Term: target, Value: req.Int(held[target]), Sub: req.T("card.holders.sub", "cycle", strconv.Itoa(o.Cycle))}
		if len(by[target]) > 0 {
			c.Sub += "; " + strings.Join(by[target], ", ")
		}
		return c
	}
	return []card{
		{Label: req.T("card.units"), Term: "satker", Value: req.Int(o.Units), Sub: req.T("card.units.sub", "n", o.Agencies), Href: req.Deep("/agencies")},
		{Label: req.T("card.scored"), Value: req.Count(o.Scored.Pointer()), Sub: req.T("card.scored.sub", "layer", text.Mid(req.Code("layer", o.Meta.Filter.Layer))), Href: req.Inside("/ranking")},
		{Label: req.T("card.nominees"), Term: "calon", Value: req.Count(o.Nominees.Pointer()), Sub: req.T("card.nominees.sub", "n", o.PassRate.Of)},
		rateCard(req, "card.passrate", o.PassRate),
		holding(data.WBK), holding(data.WBBM),
		spreadCard(req, o.Total),
	}
}

// rateCard shows a rate with its interval, the source of which is said.
func rateCard(req *request, key string, r analytics.Rate) card {
	c := card{Label: req.T(key), Value: req.MaybePercent(r.Share, 1), Why: req.T("why.undecided")}
	if r.Interval != nil {
		c.Sub = req.T("card.passrate.sub", "hits", r.Hits, "of", r.Of, "low", req.Percent(r.Interval.Low, 1), "high", req.Percent(r.Interval.High, 1))
	}
	return c
}

func spreadCard(req *request, s analytics.Spread) card {
	c := card{Label: req.T("card.median"), Term: "median", Value: req.Maybe(s.Median, 2), Why: req.T("why.no-scores")}
	if s.Q1 != nil && s.Q3 != nil {
		c.Sub = req.T("card.median.sub", "low", req.Float(*s.Q1, 1), "high", req.Float(*s.Q3, 1))
	}
	return c
}

func passedTable(req *request, list []analytics.PredicateRate) chart.Table {
	t := chart.Table{
		Caption: req.T("overview.passed.caption"),
		Head:    chart.Heads(req.T("word.target"), req.T("word.issuer"), "#"+req.T("word.passed"), "#"+req.T("chart.rates.decided"), "#"+req.T("word.passrate")),
	}
	for _, p := range list {
		t.Rows = append(t.Rows, append([]chart.Cell{chart.Text(req.Code("target", p.Target)), chart.Text(req.Code("issuer", p.Issuer))}, rateCells(req, p.Rate)...))
	}
	return t
}

// rateCells are hits, of, and the share with its interval below.
func rateCells(req *request, r analytics.Rate) []chart.Cell {
	share := chart.Num(req.MaybePercent(r.Share, 1), req.T("why.undecided"))
	if r.Interval != nil {
		share.Sub = chart.IntervalText(req.Words, r.Interval)
	}
	return []chart.Cell{chart.Num(req.Count(r.Hits.Pointer()), req.T("why.withheld")), chart.Num(req.Count(r.Of.Pointer()), req.T("why.withheld")), share}
}

// busiestTable lists the provinces with the most nominees, where a rate says
// most.
func busiestTable(req *request, provinces []analytics.ProvinceStat) chart.Table {
	t := chart.Table{
		Caption: req.T("overview.busiest.caption"),
		Head:    chart.Heads(req.T("word.province"), "#"+req.T("word.nominees"), "#"+req.T("word.passrate")),
	}
	const shown = 9
	top := slices.Clone(provinces)
	slices.SortStableFunc(top, func(a, b analytics.ProvinceStat) int { return int(b.Nominees - a.Nominees) })
	for _, p := range top {
		if p.Nominees <= 0 || len(t.Rows) == shown {
			break
		}
		name := chart.Text(chart.ProvinceName(req.Words, p))
		if p.Code != "" {
			name.Href = req.Inside("/ranking", "province", p.Code)
		}
		t.Rows = append(t.Rows, []chart.Cell{name, chart.Num(req.Count(p.Nominees.Pointer()), req.T("why.withheld")), rateWithCounts(req, p.PassRate)})
	}
	return t
}

func kindsTable(req *request, kinds []analytics.KindStat) chart.Table {
	t := chart.Table{
		Caption: req.T("overview.kinds.caption"),
		Head: chart.Heads(req.T("filter.kind"), "#"+req.T("nav.agencies"), "#"+req.T("word.units"), "#"+req.T("word.scored"), "#"+req.T("word.nominees"),
			"#"+req.T("word.passed"), "#"+req.T("chart.rates.decided"), "#"+req.T("word.passrate"), "#"+req.T("word.mediantotal")),
	}
	for _, k := range kinds {
		row := []chart.Cell{
			{Text: req.Code("kind", k.Kind), Href: req.Deep("/agencies", "kind", k.Kind)},
			chart.Num(req.Int(k.Agencies), ""), chart.Num(req.Int(k.Units), ""), chart.Num(req.Count(k.Scored.Pointer()), req.T("why.withheld")), chart.Num(req.Count(k.Nominees.Pointer()), req.T("why.withheld")),
		}
		row = append(row, rateCells(req, k.PassRate)...)
		t.Rows = append(t.Rows, append(row, chart.Num(req.Maybe(k.Median, 2), req.T("why.no-scores"))))
	}
	return t
}
