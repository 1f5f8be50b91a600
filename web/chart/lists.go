package chart

import (
	"slices"

	"tolok/analytics"
	"tolok/web/text"
)

// Distribution shows how the units of a ranking spread, with the minima.
func Distribution(w text.Words, by string, bins []analytics.Bin, minima Minima) *Chart {
	what := w.Code("by", by)
	c := &Chart{ID: "distribution", Title: w.T("chart.dist.none"), Desc: w.T("chart.dist.desc", "by", text.Mid(what))}
	c.Table = Table{Caption: w.T("chart.dist.caption", "by", text.Mid(what)), Head: Heads(w.T("chart.dist.range"), "#"+w.T("word.units"))}
	var all int64
	top := -1
	span := func(b analytics.Bin) string {
		return w.Float(b.From, decimalsOf(b.From)) + " – " + w.Float(b.To, decimalsOf(b.To))
	}
	for i, b := range bins {
		all += b.Count
		if top < 0 || b.Count > bins[top].Count {
			top = i
		}
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(span(b)), Num(w.Int(b.Count), "")})
	}
	if all == 0 {
		return c
	}
	c.Title = w.T("chart.dist.title", "by", what, "range", span(bins[top]), "n", bins[top].Count, "of", all)
	return finish(c, &histogram{
		words: w, name: w.T("word.units"), bins: bins, lines: minima.references(w),
		tip: func(b analytics.Bin) string {
			return what + " " + span(b) + "\n" + w.T("word.units") + ": " + w.Int(b.Count)
		},
	})
}

// PassRates shows the agencies with the most nominees: their pass rate with
// its interval.
func PassRates(w text.Words, agencies []analytics.AgencyRow) *Chart {
	c := &Chart{ID: "passrates", Title: w.T("chart.rates.none"), Desc: w.T("chart.rates.desc")}
	p := &rows{words: w, max: 100, unit: "%", series: []series{
		{name: w.T("word.interval"), mark: line, class: "c1"},
		{name: w.T("word.passrate"), mark: dot, shape: "circle", class: "c1"},
	}}
	c.Table = Table{Caption: w.T("chart.rates.caption"), Head: Heads(w.T("word.agency"), "#"+w.T("word.passed"), "#"+w.T("chart.rates.decided"), "#"+w.T("word.passrate"), "#"+w.T("word.interval"))}
	const shown = 15
	top := slices.Clone(agencies)
	slices.SortStableFunc(top, func(a, b analytics.AgencyRow) int { return int(b.PassRate.Of - a.PassRate.Of) })
	low, high := 101.0, -1.0
	for _, a := range top {
		rate := a.PassRate
		if rate.Share == nil || len(p.rows) == shown {
			break
		}
		v := *rate.Share * 100
		low, high = min(low, v), max(high, v)
		tip := a.Name + "\n" + w.T("word.passrate") + ": " + w.Percent(*rate.Share, 1) + " (" + w.T("word.of", "n", rate.Hits, "of", rate.Of) + ")\n" + w.T("word.interval") + ": " + IntervalText(w, rate.Interval)
		r := row{label: a.Name, end: w.Percent(*rate.Share, 0), points: []*point{nil, at(tip, v)}}
		if rate.Interval != nil {
			r.points[0] = at(tip, rate.Interval.Low*100, rate.Interval.High*100)
		}
		p.rows = append(p.rows, r)
		c.Table.Rows = append(c.Table.Rows, []Cell{
			Text(a.Name), Num(w.Count(rate.Hits.Pointer()), w.T("why.withheld")), Num(w.Count(rate.Of.Pointer()), w.T("why.withheld")), Num(w.Percent(*rate.Share, 1), ""), Num(IntervalText(w, rate.Interval), w.T("why.undecided")),
		})
	}
	if len(p.rows) == 0 {
		return c
	}
	c.Title = w.T("chart.rates.title", "n", len(p.rows), "low", w.Float(low, 0), "high", w.Float(high, 0))
	return finish(c, p)
}
