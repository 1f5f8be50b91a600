package chart

import (
	"math"
	"strconv"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/text"
)

// Series shows nominees and passes by cycle, with gaps where the rules or the
// programme changed: no line crosses a break.
func Series(w text.Words, stats []analytics.CycleStat) *Chart {
	c := &Chart{ID: "series", Title: w.T("chart.series.none"), Desc: w.T("chart.series.desc")}
	p := &columns{words: w, whole: true, series: []series{
		{name: w.T("chart.series.wbbm"), class: "c4"},
		{name: w.T("chart.series.wbk"), class: "c1"},
		{name: w.T("chart.series.rest"), class: "c0", hatch: true},
	}}
	c.Table = Table{
		Caption: w.T("chart.series.caption"),
		Head: Heads(w.T("word.cycle"), w.T("word.rules"), "#"+w.T("word.nominees"), "#"+w.T("chart.series.wbk"), "#"+w.T("chart.series.wbbm"),
			"#"+w.T("chart.series.mandiri"), "#"+w.T("word.passrate"), "#"+w.T("chart.series.median"), w.T("chart.series.break")),
	}
	breaks := 0
	for i, s := range stats {
		if s.Break != "" && i > 0 {
			p.slots = append(p.slots, slot{gap: w.Break(s.Break)})
			breaks++
		}
		p.max = max(p.max, float64(s.Nominees.Int()))
		p.slots = append(p.slots, seriesSlot(w, s))
		note := Cell{}
		if s.Break != "" {
			note = Text(w.Break(s.Break))
		}
		c.Table.Rows = append(c.Table.Rows, []Cell{
			Text(cycle(s.Cycle)), Text(s.Rules), Num(w.Count(s.Nominees.Pointer()), w.T("why.withheld")), Num(w.Count(s.Passed[data.WBK].Pointer()), w.T("why.withheld")), Num(w.Count(s.Passed[data.WBBM].Pointer()), w.T("why.withheld")),
			Num(w.Count(s.Mandiri.Pointer()), w.T("why.withheld")), Num(w.MaybePercent(s.PassRate.Share, 1), w.T("why.undecided")), Num(w.Maybe(s.Median, 2), w.T("why.no-scores")), note,
		})
	}
	if p.max == 0 {
		return c
	}
	first, last := stats[0], stats[len(stats)-1]
	c.Title = w.T("chart.series.title", "n1", first.Nominees, "c1", cycle(first.Cycle), "n2", last.Nominees, "c2", cycle(last.Cycle))
	if breaks > 0 {
		c.Title += " " + w.T("chart.series.breaks", "n", breaks)
	}
	return finish(c, p)
}

func seriesSlot(w text.Words, s analytics.CycleStat) slot {
	wbk, wbbm := s.Passed[data.WBK], s.Passed[data.WBBM]
	rest := max(s.Nominees.Int()-wbk.Int()-wbbm.Int(), 0)
	tip := cycle(s.Cycle) + " (" + s.Rules + ")\n" + w.T("word.nominees") + ": " + w.Count(s.Nominees.Pointer()) +
		"\n" + w.T("chart.series.wbk") + ": " + w.Count(wbk.Pointer()) + "\n" + w.T("chart.series.wbbm") + ": " + w.Count(wbbm.Pointer()) +
		"\n" + w.T("word.passrate") + ": " + w.MaybePercent(s.PassRate.Share, 1)
	sub := ""
	if s.PassRate.Share != nil {
		sub = w.Percent(*s.PassRate.Share, 0)
	}
	return slot{label: cycle(s.Cycle), sub: sub, top: w.Count(s.Nominees.Pointer()), points: stack(tip, wbbm.Int(), wbk.Int(), rest)}
}

// History shows a unit's totals by cycle and layer. Dots stand alone: scores
// of different rules are not joined.
func History(w text.Words, stats []analytics.HistoryStat, totals Minima) *Chart {
	c := &Chart{ID: "history", Title: w.T("chart.history.none"), Desc: w.T("chart.history.desc")}
	p := &columns{words: w, min: 100, max: 100}
	for _, layer := range data.Layers {
		p.series = append(p.series, layerSeries(w, layer))
	}
	c.Table = Table{
		Caption: w.T("chart.history.caption"),
		Head:    Heads(w.T("word.cycle"), w.T("word.layer"), w.T("word.rules"), "#"+w.T("word.total"), "#"+w.T("word.unanswered")),
	}
	last, rules := 0, ""
	for _, s := range stats {
		c.Table.Rows = append(c.Table.Rows, []Cell{
			Text(cycle(s.Cycle)), Text(w.Code("layer", s.Layer)), Text(s.Regulation), Num(w.Score(s.Total, 2), w.T("why.no-scores")), Num(w.Int(s.Unanswered), ""),
		})
		if s.Cycle != last {
			if why := parted(w, s, rules); why != "" && last != 0 {
				p.slots = append(p.slots, slot{gap: why})
			}
			p.slots = append(p.slots, slot{label: cycle(s.Cycle), points: make([]*point, len(data.Layers))})
			last, rules = s.Cycle, s.Regulation
		}
		if s.Total == nil {
			continue
		}
		v := s.Total.Float()
		p.min = min(p.min, v)
		now := &p.slots[len(p.slots)-1]
		for i, layer := range data.Layers {
			if layer == s.Layer {
				now.points[i] = at(cycle(s.Cycle)+", "+w.Code("layer", layer)+": "+w.Score(s.Total, 2)+"\n"+s.Regulation, v)
			}
		}
	}
	if p.min == 100 && len(p.slots) == 0 {
		return c
	}
	p.lines = totals.references(w)
	for _, l := range p.lines {
		p.min = min(p.min, l.at)
	}
	p.min = max(0, 10*math.Floor((p.min-1)/10))
	c.Title = historyTitle(w, stats)
	return finish(c, p)
}

// Minima are the thresholds of one criterion, by target. A target without a
// minimum is absent.
type Minima map[string]data.Score

// references draws minima as lines.
func (m Minima) references(w text.Words) []reference {
	var out []reference
	for i, target := range data.Targets {
		if low, ok := m[target]; ok {
			out = append(out, reference{low.Float(), w.T("chart.min", "target", target) + " " + w.Score(&low, decimalsOf(low.Float())), []string{"c2", "c4"}[i]})
		}
	}
	return out
}

// parted says why a cycle is not comparable with the unit's cycle before it.
// That one may lie years back, so other rules part them as a break does.
func parted(w text.Words, s analytics.HistoryStat, rules string) string {
	switch {
	case s.Break != "":
		return w.Break(s.Break)
	case s.Regulation != rules && s.Regulation != "" && rules != "":
		return w.T("chart.history.rules", "rules", s.Regulation)
	}
	return ""
}

func historyTitle(w text.Words, stats []analytics.HistoryStat) string {
	cycles := map[int]bool{}
	for _, s := range stats {
		cycles[s.Cycle] = true
	}
	latest := stats[0]
	for _, s := range stats {
		if s.Cycle >= latest.Cycle {
			latest = s
		}
	}
	return w.T("chart.history.title", "n", len(cycles), "layer", text.Mid(w.Code("layer", latest.Layer)), "cycle", strconv.Itoa(latest.Cycle), "total", w.Score(latest.Total, 2))
}

// layerSeries gives each layer its shape and colour on every chart.
func layerSeries(w text.Words, layer string) series {
	s := series{name: w.Code("layer", layer), mark: dot}
	switch layer {
	case data.Self:
		s.class, s.shape = "c3", "circle"
	case data.TPI:
		s.class, s.shape = "c2", "square"
	default:
		s.class, s.shape = "c1", "diamond"
	}
	return s
}
