package chart

import (
	"math"

	"tolok/analytics"
	"tolok/web/text"
)

// Chances shows nominees with their chance and its interval, in the order
// given.
func Chances(w text.Words, list []analytics.ForecastRow) *Chart {
	c := &Chart{ID: "chances", Title: w.T("chart.chances.none"), Desc: w.T("chart.chances.desc")}
	p := &rows{words: w, max: 100, unit: "%", series: []series{
		{name: w.T("word.interval90"), mark: line, class: "c1"},
		{name: w.T("word.chance"), mark: dot, shape: "circle", class: "c1"},
	}}
	c.Table = Table{Caption: w.T("chart.chances.caption"), Head: Heads(w.T("col.unit"), w.T("word.target"), "#"+w.T("word.chance"), "#"+w.T("word.interval90"))}
	const shown = 20
	for _, r := range list {
		if r.Doubt != "" || r.Probability == nil {
			continue
		}
		if len(p.rows) == shown {
			break
		}
		low, v, high := 100*r.Low.Float(), 100*r.Probability.Float(), 100*r.High.Float()
		tip := r.Name + "\n" + w.T("word.chance") + ": " + w.Percent(v/100, 0) + "\n" + w.T("word.interval90") + ": " + Between(w, low/100, high/100)
		p.rows = append(p.rows, row{label: r.Name + " (" + r.Target + ")", end: w.Chance(v / 100), points: []*point{at(tip, low, high), at(tip, v)}})
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(r.Name), Text(r.Target), Num(w.Percent(v/100, 1), ""), Num(Between(w, low/100, high/100), "")})
	}
	if len(p.rows) == 0 {
		return c
	}
	c.Title = w.T("chart.chances.title", "n", len(p.rows))
	return finish(c, p)
}

// Between is an interval of shares as text.
func Between(w text.Words, low, high float64) string {
	return w.Percent(low, 0) + "\u00a0–\u2060\u00a0" + w.Percent(high, 0)
}

// CriteriaChances shows for each criterion the chance that it is met, and what
// mending it alone would gain.
func CriteriaChances(w text.Words, list []analytics.CriterionChance) *Chart {
	c := &Chart{ID: "criteria", Title: w.T("chart.criteria.none"), Desc: w.T("chart.criteria.desc")}
	p := &rows{words: w, max: 100, unit: "%", series: []series{
		{name: w.T("chart.criteria.met"), mark: bar, class: "c1"},
		{name: w.T("chart.criteria.only"), mark: dot, shape: "diamond", class: "c3"},
	}}
	c.Table = Table{Caption: w.T("chart.criteria.caption"), Head: Heads(w.T("word.criterion"), "#"+w.T("chart.criteria.met"), "#"+w.T("chart.criteria.only"))}
	worst := 0
	for i, x := range list {
		name := w.Criterion(x.Code)
		tip := name + "\n" + w.T("chart.criteria.met") + ": " + w.Percent(x.Met, 0) + "\n" + w.T("chart.criteria.only") + ": " + w.Percent(x.Only, 1)
		p.rows = append(p.rows, row{label: name, end: w.Percent(x.Met, 0), points: []*point{at(tip, 0, 100*x.Met), at(tip, 100*x.Only)}})
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(name), Num(w.Percent(x.Met, 1), ""), Num(w.Percent(x.Only, 1), "")})
		if x.Met < list[worst].Met {
			worst = i
		}
	}
	if len(list) == 0 {
		return c
	}
	c.Title = w.T("chart.criteria.title", "criterion", w.Criterion(list[worst].Code), "share", w.Percent(list[worst].Met, 0))
	return finish(c, p)
}

// Contributions shows what moved a chance away from that of the average
// nominee, in percentage points.
func Contributions(w text.Words, average, chance float64, list []analytics.Contribution) *Chart {
	c := &Chart{ID: "contributions", Title: w.T("chart.contributions.none"), Desc: w.T("chart.contributions.desc")}
	p := &rows{words: w, min: -1, max: 1, series: []series{
		{name: w.T("chart.contributions.up"), mark: bar, class: "c2"},
		{name: w.T("chart.contributions.down"), mark: bar, class: "c4", hatch: true},
	}}
	c.Table = Table{Caption: w.T("chart.contributions.caption"), Head: Heads(w.T("chart.contributions.group"), "#"+w.T("chart.contributions.adds"))}
	for _, x := range list {
		v := 100 * x.Adds
		sign := ""
		if v > 0 {
			sign = "+"
		}
		name, end := w.Code("input", x.Group), sign+w.Float(v, 1)
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(name), Num(end, "")})
		if math.Abs(v) < 0.05 {
			continue
		}
		p.min, p.max = min(p.min, v), max(p.max, v)
		r := row{label: name, end: end, points: []*point{nil, nil}}
		if v > 0 {
			r.points[0] = at(name+": "+end, 0, v)
		} else {
			r.points[1] = at(name+": "+end, v, 0)
		}
		p.rows = append(p.rows, r)
	}
	if len(p.rows) == 0 {
		return c
	}
	p.min, p.max = math.Floor(p.min), math.Ceil(p.max)
	c.Title = w.T("chart.contributions.title", "average", w.Chance(average), "chance", w.Chance(chance), "group", text.Mid(w.Code("input", list[0].Group)))
	return finish(c, p)
}

// Passes shows in how many of 1,000 such years how many of the chosen would
// pass.
func Passes(w text.Words, bins []analytics.Bin, low, high int) *Chart {
	c := &Chart{ID: "passes", Title: w.T("chart.passes.none"), Desc: w.T("chart.passes.desc")}
	c.Table = Table{Caption: w.T("chart.passes.caption"), Head: Heads(w.T("word.passed"), "#"+w.T("chart.passes.years"))}
	for _, b := range bins {
		c.Table.Rows = append(c.Table.Rows, []Cell{Num(w.Float((b.From+b.To)/2, 0), ""), Num(w.Int(b.Count), "")})
	}
	if len(bins) == 0 {
		return c
	}
	c.Title = w.T("chart.passes.title", "low", low, "high", high)
	return finish(c, &histogram{words: w, name: w.T("chart.passes.years"), bins: bins, tip: func(b analytics.Bin) string {
		return w.T("word.passed") + ": " + w.Float((b.From+b.To)/2, 0) + "\n" + w.T("chart.passes.years") + ": " + w.Int(b.Count)
	}})
}
