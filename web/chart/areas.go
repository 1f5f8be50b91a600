package chart

import (
	"tolok/analytics"
	"tolok/web/text"
)

// Areas shows how attainment of the areas spreads over units, with the minima.
func Areas(w text.Words, areas []analytics.AreaStat) *Chart {
	c := &Chart{ID: "areas", Title: w.T("chart.areas.none"), Desc: w.T("chart.areas.desc")}
	p := &rows{words: w, max: 100, unit: "%", series: []series{
		{name: w.T("chart.areas.box"), mark: box, class: "c1"},
		{name: w.T("chart.min", "target", "WBK"), mark: tick, class: "c2", long: true},
		{name: w.T("chart.min", "target", "WBBM"), mark: tick, class: "c4"},
	}}
	c.Table = Table{
		Caption: w.T("chart.areas.caption"),
		Head: append(Heads(w.T("word.area"), "#n"), append(spreadHeads(w),
			Heads("#"+w.T("chart.below", "target", "WBK"), "#"+w.T("chart.below", "target", "WBBM"))...)...),
	}
	var lowest *analytics.AreaStat
	drawn := false
	for i, a := range areas {
		name := w.Code("area", a.Area)
		tip := name + "\n" + spreadTip(w, a.Attainment)
		r := row{label: name, end: percentOf(w, a.Attainment.Median), points: []*point{
			boxOf(tip, a.Attainment), tickOf(w, a.MinWBK), tickOf(w, a.MinWBBM),
		}}
		p.rows = append(p.rows, r)
		drawn = drawn || r.points[0] != nil
		if m := a.Attainment.Median; m != nil && (lowest == nil || *m < *lowest.Attainment.Median) {
			lowest = &areas[i]
		}
		cells := append([]Cell{Text(name), Num(w.Count(a.Attainment.N.Pointer()), w.T("why.withheld"))}, spreadCells(w, a.Attainment)...)
		c.Table.Rows = append(c.Table.Rows, append(cells, rateCell(w, a.BelowWBK), rateCell(w, a.BelowWBBM)))
	}
	if !drawn {
		return c
	}
	c.Title = w.T("chart.areas.title", "area", text.Mid(w.Code("area", lowest.Area)), "median", w.Maybe(lowest.Attainment.Median, 1))
	return finish(c, p)
}

// AgencyAreas shows an agency's areas beside its kind and the nation.
func AgencyAreas(w text.Words, kind string, areas []analytics.AgencyArea) *Chart {
	c := &Chart{ID: "areas", Title: w.T("chart.areas.none"), Desc: w.T("chart.agencyareas.desc")}
	p := &rows{words: w, max: 100, unit: "%", series: []series{
		{name: w.T("chart.agencyareas.own"), mark: box, class: "c1"},
		{name: w.T("chart.agencyareas.kind", "kind", text.Mid(w.Code("kind", kind))), mark: dot, shape: "diamond", class: "c2"},
		{name: w.T("chart.agencyareas.nation"), mark: dot, shape: "circle", class: "c0"},
	}}
	c.Table = Table{
		Caption: w.T("chart.agencyareas.caption"),
		Head: append(Heads(w.T("word.area"), "#n"), append(spreadHeads(w),
			Heads("#"+w.T("chart.agencyareas.kindmedian"), "#"+w.T("chart.agencyareas.nationmedian"))...)...),
	}
	var worst *analytics.AgencyArea
	below, drawn := 0, false
	for i, a := range areas {
		name := w.Code("area", a.Area)
		p.rows = append(p.rows, row{label: name, end: percentOf(w, a.Own.Median), points: []*point{
			boxOf(name+"\n"+spreadTip(w, a.Own), a.Own), dotOf(w, w.T("chart.agencyareas.kindmedian"), a.Kind.Median), dotOf(w, w.T("chart.agencyareas.nationmedian"), a.Nation.Median),
		}})
		drawn = drawn || a.Own.Median != nil
		if a.Own.Median != nil && a.Nation.Median != nil && *a.Own.Median < *a.Nation.Median {
			below++
			if worst == nil || *a.Own.Median-*a.Nation.Median < *worst.Own.Median-*worst.Nation.Median {
				worst = &areas[i]
			}
		}
		cells := append([]Cell{Text(name), Num(w.Count(a.Own.N.Pointer()), w.T("why.withheld"))}, spreadCells(w, a.Own)...)
		c.Table.Rows = append(c.Table.Rows, append(cells, Num(percentOf(w, a.Kind.Median), w.T("why.unknown")), Num(percentOf(w, a.Nation.Median), w.T("why.unknown"))))
	}
	if !drawn {
		return c
	}
	c.Title = w.T("chart.agencyareas.above")
	if worst != nil {
		c.Title = w.T("chart.agencyareas.title", "n", below, "area", text.Mid(w.Code("area", worst.Area)))
	}
	return finish(c, p)
}

func spreadHeads(w text.Words) []Head {
	return Heads("#P10", "#"+w.T("word.q1"), "#"+w.T("word.median"), "#"+w.T("word.q3"), "#P90")
}

func spreadCells(w text.Words, s analytics.Spread) []Cell {
	out := make([]Cell, 0, 5)
	for _, v := range []*float64{s.P10, s.Q1, s.Median, s.Q3, s.P90} {
		out = append(out, Num(percentOf(w, v), w.T("why.unknown")))
	}
	return out
}

func spreadTip(w text.Words, s analytics.Spread) string {
	return w.T("word.median") + ": " + percentOf(w, s.Median) +
		"\n" + w.T("chart.half") + ": " + percentOf(w, s.Q1) + " – " + percentOf(w, s.Q3) +
		"\nP10 – P90: " + percentOf(w, s.P10) + " – " + percentOf(w, s.P90) +
		"\nn = " + w.Count(s.N.Pointer())
}

// boxOf draws a spread only when all of it is known.
func boxOf(tip string, s analytics.Spread) *point {
	if s.P10 == nil || s.Q1 == nil || s.Median == nil || s.Q3 == nil || s.P90 == nil {
		return nil
	}
	return at(tip, *s.P10, *s.Q1, *s.Median, *s.Q3, *s.P90)
}

func tickOf(w text.Words, v *float64) *point {
	if v == nil {
		return nil
	}
	return at(w.T("word.threshold")+": "+percentOf(w, v), *v)
}

func dotOf(w text.Words, name string, v *float64) *point {
	if v == nil {
		return nil
	}
	return at(name+": "+percentOf(w, v), *v)
}

// percentOf writes a number that is in percent already.
func percentOf(w text.Words, v *float64) string {
	if v == nil {
		return text.Unknown
	}
	return w.Float(*v, 1) + "%"
}

// rateCell shows a share with its counts below.
func rateCell(w text.Words, r *analytics.Rate) Cell {
	if r == nil {
		return Num(text.Unknown, w.T("why.no-minimum"))
	}
	cell := Num(w.MaybePercent(r.Share, 1), w.T("why.none-of"))
	cell.Sub = w.T("word.of", "n", r.Hits, "of", r.Of)
	return cell
}
