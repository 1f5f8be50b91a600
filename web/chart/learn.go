package chart

import (
	"tolok/analytics"
	"tolok/web/text"
)

// PeerTerms shows what each term's weight comes to: its share of the squared
// distance to the peers and to all who could be one, beside the share asked for.
func PeerTerms(w text.Words, terms []analytics.PeerTerm) *Chart {
	c := &Chart{ID: "peerterms", Title: w.T("peers.terms.title"), Desc: w.T("peers.terms.desc")}
	p := &rows{words: w, max: 100, unit: "%", series: []series{
		{name: w.T("peers.terms.pool"), mark: bar, class: "c1"},
		{name: w.T("peers.terms.peers"), mark: dot, shape: "diamond", class: "c3"},
		{name: w.T("peers.terms.asked"), mark: tick, class: "ink"},
	}}
	c.Table = Table{Caption: w.T("peers.terms.caption"), Head: Heads(w.T("peers.term"), "#"+w.T("peers.weight"), "#"+w.T("peers.terms.asked"), "#"+w.T("peers.terms.pool"), "#"+w.T("peers.terms.peers"), "#"+w.T("peers.known"))}
	percent := func(v *float64) string {
		if v == nil {
			return "-"
		}
		return w.Percent(*v, 0)
	}
	for _, t := range terms {
		name := w.Code("likeness", t.Name)
		tip := name + "\n" + w.T("peers.terms.asked") + ": " + w.Percent(t.Asked, 0) + "\n" + w.T("peers.terms.pool") + ": " + percent(t.Pool) + "\n" + w.T("peers.terms.peers") + ": " + percent(t.Peers)
		r := row{label: name, points: []*point{nil, nil, at(tip, t.Asked*100)}}
		if t.Pool != nil {
			r.points[0], r.end = at(tip, 0, *t.Pool*100), percent(t.Pool)
		}
		if t.Peers != nil {
			r.points[1] = at(tip, *t.Peers*100)
		}
		p.rows = append(p.rows, r)
		c.Table.Rows = append(c.Table.Rows, []Cell{
			Text(name), Num(w.Float(t.Weight, 2), ""), Num(w.Percent(t.Asked, 0), ""), Num(percent(t.Pool), w.T("why.no-difference")), Num(percent(t.Peers), w.T("why.no-difference")), Num(w.Percent(t.Known, 0), ""),
		})
	}
	if len(p.rows) == 0 {
		return c
	}
	return finish(c, p)
}

// partnersDrawn is how many hosts the picture has room for.
const partnersDrawn = 10

// Partners shows where the fittest hosts stand in the area beside the unit,
// each level with its 90 % interval.
func Partners(w text.Words, a *analytics.Partners) *Chart {
	c := &Chart{ID: "partners", Title: w.T("partners.levels.title", "area", w.Code("area", a.Area)), Desc: w.T("partners.levels.desc")}
	p := &rows{words: w, max: 100, unit: "%", series: []series{
		{name: w.T("partners.interval"), mark: line, class: "c1"},
		{name: w.T("partners.level"), mark: dot, shape: "circle", class: "c1"},
		{name: w.T("partners.own"), mark: tick, class: "ink"},
	}}
	c.Table = Table{Caption: w.T("partners.levels.caption"), Head: Heads(w.T("col.unit"), "#"+w.T("partners.level"), "#"+w.T("partners.interval"))}
	const z90 = 1.6448536269514722
	add := func(name string, mean, se float64) {
		low, high := max(0, mean-z90*se), min(100, mean+z90*se)
		span := w.Float(low, 0) + "\u00a0–\u2060\u00a0" + w.Float(high, 0)
		tip := name + "\n" + w.T("partners.level") + ": " + w.Float(mean, 1) + "\n" + w.T("partners.interval") + ": " + span
		p.rows = append(p.rows, row{label: name, end: w.Float(mean, 0), points: []*point{at(tip, low, high), at(tip, min(max(mean, 0), 100)), at(tip, min(max(a.Own.Mean, 0), 100))}})
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(name), Num(w.Float(mean, 1), ""), Num(span, "")})
	}
	if a.Own == nil || len(a.Rows) == 0 {
		return c
	}
	add(a.Unit.Name, a.Own.Mean, a.Own.SE)
	for _, r := range a.Rows[:min(len(a.Rows), partnersDrawn)] {
		add(r.Name, r.Level, r.SE)
	}
	return finish(c, p)
}

// TwinGains shows by area what twins gained in a year: the median, and what
// nine in ten had no more than.
func TwinGains(w text.Words, t *analytics.Twins) *Chart {
	c := &Chart{ID: "twingains", Title: w.T("twins.gains.title"), Desc: w.T("twins.gains.desc")}
	p := &rows{words: w, max: 10, unit: "%", series: []series{
		{name: w.T("twins.gain"), mark: bar, class: "c1"},
		{name: w.T("twins.gain.p90"), mark: tick, class: "ink"},
	}}
	c.Table = Table{Caption: w.T("twins.gains.title"), Head: Heads(w.T("word.area"), "#"+w.T("twins.gain"), "#"+w.T("twins.gain.p90"), "#"+w.T("word.units"))}
	for _, a := range t.Areas {
		if a.Gain.Median == nil || a.Gain.P90 == nil {
			continue
		}
		name, median, most := w.Code("area", a.Area), *a.Gain.Median, *a.Gain.P90
		tip := name + "\n" + w.T("twins.gain") + ": " + w.Float(median, 1) + "\n" + w.T("twins.gain.p90") + ": " + w.Float(most, 1)
		p.min, p.max = min(p.min, median), max(p.max, most)
		p.rows = append(p.rows, row{label: name, end: w.Float(median, 1), points: []*point{at(tip, min(0, median), max(0, median)), at(tip, most)}})
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(name), Num(w.Float(median, 1), ""), Num(w.Float(most, 1), ""), Num(w.Int(a.Gain.N.Int()), "")})
	}
	if len(p.rows) == 0 {
		return c
	}
	return finish(c, p)
}
