package chart

import (
	"tolok/analytics"
	"tolok/data"
	"tolok/web/text"
)

// Scorecard shows what share of each area's weight a unit earned: the halves
// pemenuhan and reform end to end, beside the minima and the median of units
// of the same type.
func Scorecard(w text.Words, card *analytics.Scorecard) *Chart {
	c := &Chart{ID: "scorecard", Title: w.T("chart.scorecard.none"), Desc: w.T("chart.scorecard.desc")}
	p := &rows{words: w, max: 100, unit: "%", series: []series{
		{name: w.T("word.pemenuhan"), class: "c1"},
		{name: w.T("word.reform"), class: "c1", hatch: true},
		{name: w.T("chart.scorecard.whole"), class: "c3"},
		{name: w.T("chart.min", "target", "WBK"), mark: tick, class: "c2", long: true},
		{name: w.T("chart.min", "target", "WBBM"), mark: tick, class: "c4"},
		{name: w.T("chart.scorecard.same"), mark: dot, shape: "diamond", class: "c5"},
		{name: w.T("chart.scorecard.best"), mark: dot, shape: "triangle", class: "ink"},
	}}
	c.Table = Table{
		Caption: w.T("chart.scorecard.caption"),
		Head: Heads(w.T("word.area"), "#"+w.T("word.score"), "#"+w.T("word.weight"), "#"+w.T("word.attainment"), "#"+w.T("word.pemenuhan"), "#"+w.T("word.reform"),
			"#"+w.T("chart.min", "target", "WBK"), "#"+w.T("chart.min", "target", "WBBM"), "#"+w.T("chart.scorecard.same"), "#"+w.T("chart.scorecard.nation"), "#"+w.T("chart.scorecard.best")),
	}
	var lowest *analytics.AreaScore
	for i, a := range card.Areas {
		p.rows = append(p.rows, scorecardRow(w, card, a))
		c.Table.Rows = append(c.Table.Rows, scorecardCells(w, a))
		if a.Attainment != nil && (lowest == nil || *a.Attainment < *lowest.Attainment) {
			lowest = &card.Areas[i]
		}
	}
	if lowest == nil {
		return c
	}
	c.Title = w.T("chart.scorecard.title", "area", text.Mid(w.Code("area", lowest.Area)), "attainment", w.ScorePercent(lowest.Attainment, 1))
	p.dropUnused()
	if p.series[0].name == "" {
		p.series[2].name = w.T("word.attainment")
	}
	return finish(c, p)
}

func scorecardRow(w text.Words, card *analytics.Scorecard, a analytics.AreaScore) row {
	name := w.Code("area", a.Area)
	r := row{label: name, end: w.ScorePercent(a.Attainment, 1), points: make([]*point, 7)}
	if a.Attainment == nil {
		return r
	}
	tip := name + ": " + w.ScorePercent(a.Attainment, 1) + " (" + w.Score(a.Score, 2) + " / " + w.Score(&a.Weight, 2) + ")"
	first, second := halves(card, a)
	if first != nil && second != nil {
		tip += "\n" + w.T("word.pemenuhan") + ": " + w.ScorePercent(a.Pemenuhan, 1) + "\n" + w.T("word.reform") + ": " + w.ScorePercent(a.Reform, 1)
		r.points[0] = at(tip, 0, *first)
		r.points[1] = at(tip, *first, *first+*second)
	} else {
		r.points[2] = at(tip, 0, a.Attainment.Float()*100)
	}
	r.points[3], r.points[4] = minimum(w, a.MinWBK), minimum(w, a.MinWBBM)
	r.points[5] = dotOf(w, w.T("chart.scorecard.same"), a.Same.Median)
	r.points[6] = dotOf(w, w.T("chart.scorecard.best"), best(a))
	return r
}

// halves give what each half adds to the area's attainment, in percent of the
// area's whole weight, so that both together reach the mark the minimum is
// compared with.
func halves(card *analytics.Scorecard, a analytics.AreaScore) (pemenuhan, reform *float64) {
	for _, n := range card.Nodes {
		if n.Level != "area" || n.Area != a.Area || n.Score == nil || a.Weight == 0 {
			continue
		}
		v := n.Score.Float() / a.Weight.Float() * 100
		switch n.Part {
		case "pemenuhan":
			pemenuhan = &v
		case "reform":
			reform = &v
		}
	}
	return pemenuhan, reform
}

// best is the achievable benchmark of an area, in percent.
func best(a analytics.AreaScore) *float64 {
	if a.Best == nil {
		return nil
	}
	return &a.Best.Level
}

func minimum(w text.Words, v *data.Score) *point {
	if v == nil {
		return nil
	}
	return at(w.T("word.threshold")+": "+w.ScorePercent(v, 1), v.Float()*100)
}

func scorecardCells(w text.Words, a analytics.AreaScore) []Cell {
	why := w.T("why.unknown")
	return []Cell{
		Text(w.Code("area", a.Area)), Num(w.Score(a.Score, 2), w.T("why.not-applicable")), Num(w.Score(&a.Weight, 2), ""), Num(w.ScorePercent(a.Attainment, 1), w.T("why.not-applicable")),
		Num(w.ScorePercent(a.Pemenuhan, 1), w.T("why.no-half")), Num(w.ScorePercent(a.Reform, 1), w.T("why.no-half")),
		Num(w.ScorePercent(a.MinWBK, 0), w.T("why.no-minimum")), Num(w.ScorePercent(a.MinWBBM, 0), w.T("why.no-minimum")),
		Num(percentOf(w, a.Same.Median), why), Num(percentOf(w, a.Nation.Median), why), Num(percentOf(w, best(a)), w.T("why.few-holders")),
	}
}

// dropUnused takes series without a single mark out of the legend.
func (p *rows) dropUnused() {
	for i := range p.series {
		used := false
		for _, r := range p.rows {
			used = used || r.points[i] != nil
		}
		if !used {
			p.series[i].name = ""
		}
	}
}

// Layers shows, area by area, how far the layers' scores lie apart.
func Layers(w text.Words, areas []string, layers []analytics.LayerStat) *Chart {
	c := &Chart{ID: "layers", Title: w.T("chart.layers.none"), Desc: w.T("chart.layers.desc")}
	p := &rows{words: w, max: 100, unit: "%", series: []series{{mark: span, class: "c0"}}}
	c.Table = Table{Caption: w.T("chart.layers.caption"), Head: Heads(w.T("word.area"))}
	for _, l := range layers {
		p.series = append(p.series, layerSeries(w, l.Layer))
		c.Table.Head = append(c.Table.Head, Head{Text: w.Code("layer", l.Layer), Num: true})
	}
	worst, wide := "", 0.0
	for _, area := range areas {
		r, low, high := layerRow(w, area, layers)
		p.rows = append(p.rows, r)
		if high-low > wide {
			worst, wide = area, high-low
		}
		cells := []Cell{Text(w.Code("area", area))}
		for _, l := range layers {
			cells = append(cells, Num(w.ScorePercent(l.Areas[area], 1), w.T("why.unknown")))
		}
		c.Table.Rows = append(c.Table.Rows, cells)
	}
	c.Table.Rows = append(c.Table.Rows, layerTotals(w, layers)...)
	if len(layers) == 0 {
		c.Title, c.Table.Rows = w.T("chart.layers.empty"), nil
	}
	if len(layers) < 2 || worst == "" {
		return c
	}
	c.Title = w.T("chart.layers.title", "area", text.Mid(w.Code("area", worst)), "points", w.Float(wide, 1))
	return finish(c, p)
}

func layerRow(w text.Words, area string, layers []analytics.LayerStat) (r row, low, high float64) {
	name := w.Code("area", area)
	r = row{label: name, points: make([]*point, len(layers)+1)}
	found := false
	for i, l := range layers {
		v := l.Areas[area]
		if v == nil {
			continue
		}
		x := v.Float() * 100
		if !found {
			low, high = x, x
		}
		low, high, found = min(low, x), max(high, x), true
		r.points[i+1] = at(name+"\n"+w.Code("layer", l.Layer)+": "+w.ScorePercent(v, 1), x)
	}
	if high > low {
		r.points[0] = at("", low, high)
		r.end = w.Float(high-low, 1)
	}
	return r, low, high
}

func layerTotals(w text.Words, layers []analytics.LayerStat) [][]Cell {
	var out [][]Cell
	for _, line := range []struct {
		key   string
		value func(analytics.LayerStat) *data.Score
	}{
		{"word.pengungkit", func(l analytics.LayerStat) *data.Score { return l.Pengungkit }},
		{"word.hasil", func(l analytics.LayerStat) *data.Score { return l.Hasil }},
		{"word.total", func(l analytics.LayerStat) *data.Score { return l.Total }},
	} {
		cells := []Cell{Text(w.T(line.key) + " (" + w.T("word.points") + ")")}
		for _, l := range layers {
			cells = append(cells, Num(w.Score(line.value(l), 2), w.T("why.no-scores")))
		}
		out = append(out, cells)
	}
	return out
}
