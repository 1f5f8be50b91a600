package chart

import (
	"math"
	"strconv"

	"tolok/analytics"
	"tolok/web/text"
)

// verdictOrder is how the points of a funnel plot are told apart, the quiet
// ones first so that the others lie above.
var verdictOrder = []struct{ verdict, class, shape string }{
	{analytics.VerdictFew, "c0", ""},
	{analytics.VerdictUsual, "c1", ""},
	{analytics.VerdictDiffers, "c3", "square"},
	{analytics.VerdictHigh, "c2", "triangle"},
	{analytics.VerdictLow, "c2", "diamond"},
}

// groupsOf sorts points by verdict.
func groupsOf(w text.Words) (groups []spots, at map[string]*spots) {
	groups, at = make([]spots, len(verdictOrder)), map[string]*spots{}
	for i, v := range verdictOrder {
		groups[i].series = series{name: w.Code("outlier", v.verdict), class: v.class, mark: dot, shape: v.shape}
		at[v.verdict] = &groups[i]
	}
	return groups, at
}

// limitsOf are the four limits, thick ones first.
func limitsOf(w text.Words, x []float64, thin, thick [2][2][]float64) []limit {
	return []limit{
		{w.T("chart.plot.thick998"), true, false, x, thick[1][1], thick[1][0]},
		{w.T("chart.plot.thick95"), true, true, x, thick[0][1], thick[0][0]},
		{w.T("chart.plot.thin998"), false, false, x, thin[1][1], thin[1][0]},
		{w.T("chart.plot.thin95"), false, true, x, thin[0][1], thin[0][0]},
	}
}

// PassFunnel shows the pass rate of each group over how many nominees it had;
// adjusted shows it as it would be with nominees like all.
func PassFunnel(w text.Words, p *analytics.FunnelPlot, adjusted bool) *Chart {
	key, id := "chart.passfunnel", "pass-funnel"
	if adjusted {
		key, id = "chart.adjustedfunnel", "adjusted-funnel"
	}
	c := &Chart{ID: id, Title: w.T(key + ".none"), Desc: w.T(key + ".desc")}
	if len(p.Rows) == 0 {
		return c
	}
	unusual := p.Unusual
	if adjusted {
		unusual = p.Adjusted
	}
	c.Title = w.T(key+".title", "n", unusual, "of", len(p.Rows))
	c.Table = Table{Caption: w.T(key + ".caption"), Head: Heads(w.T("word.group"), "#"+w.T("word.nominees"), "#"+w.T("word.passrate"), w.T("word.outlier"))}
	groups, at := groupsOf(w)
	for _, r := range p.Rows {
		share, verdict := 100**r.Rate.Share, r.Verdict
		if adjusted {
			share, verdict = 100*r.Adjusted, r.AdjustedVerdict
		}
		name := GroupName(w, p.Group, r)
		v := spot{x: float64(r.Rate.Of), y: share, tip: name + "\n" + w.T("word.of", "n", r.Rate.Hits, "of", r.Rate.Of) + "\n" + w.Percent(share/100, 1) + ", " + w.Code("outlier", verdict)}
		if verdict == analytics.VerdictHigh || verdict == analytics.VerdictLow {
			v.label = name
		}
		at[verdict].points = append(at[verdict].points, v)
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(name), Num(w.Count(r.Rate.Of.Pointer()), ""), Num(w.Percent(share/100, 1), ""), Text(w.Code("outlier", verdict))})
	}
	var x []float64
	var thin, thick [2][2][]float64
	for _, l := range p.Curves {
		x = append(x, float64(l.N))
		for i := range l.Thin {
			thin[i][0], thin[i][1] = append(thin[i][0], 100*l.Thin[i].Low), append(thin[i][1], 100*l.Thin[i].High)
			thick[i][0], thick[i][1] = append(thick[i][0], 100*l.Thick[i].Low), append(thick[i][1], 100*l.Thick[i].High)
		}
	}
	return finish(c, &plot{
		words: w, x: w.T("word.nominees"), y: w.T("word.passrate"), unit: "%", groups: groups, limits: limitsOf(w, x, thin, thick),
		centre: 100 * p.Usual.Mean, high: 100,
	})
}

// GroupName is what a group of a funnel plot is called.
func GroupName(w text.Words, group string, r analytics.FunnelRow) string {
	switch group {
	case "kind":
		return w.Code("kind", r.ID)
	case "unit_type":
		return w.UnitType(r.ID)
	}
	return r.Name
}

// GapFunnel shows how far each agency's gap lies from the national mean, over
// how many units it rests on.
func GapFunnel(w text.Words, a *analytics.Credibility) *Chart {
	c := &Chart{ID: "gap-funnel", Title: w.T("chart.gapfunnel.none"), Desc: w.T("chart.gapfunnel.desc")}
	groups, at := groupsOf(w)
	reach, unusual, n := 1.0, 0, 0
	c.Table = Table{Caption: w.T("chart.gapfunnel.caption"), Head: Heads(w.T("word.agency"), "#"+w.T("word.units"), "#"+w.T("word.deviation"), w.T("word.outlier"))}
	for i := range a.Rows {
		r := &a.Rows[i]
		g := r.Gap(a.Pair, a.Indicator)
		if r.Raw == nil || g == nil {
			continue
		}
		n++
		reach = max(reach, *r.Raw, -*r.Raw)
		v := spot{x: float64(g.N), y: *r.Raw, tip: r.Name + "\n" + w.Float(*r.Raw, 1) + " " + w.T("word.points") + ", n " + strconv.Itoa(g.N) + "\n" + w.Code("outlier", r.Outlier)}
		if r.Outlier == analytics.VerdictHigh || r.Outlier == analytics.VerdictLow {
			v.label = r.Name
			unusual++
		}
		at[r.Outlier].points = append(at[r.Outlier].points, v)
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(r.Name), Num(w.Int(int64(g.N)), ""), Num(w.Float(*r.Raw, 1), ""), Text(w.Code("outlier", r.Outlier))})
	}
	if n == 0 {
		return c
	}
	c.Title = w.T("chart.gapfunnel.title", "n", unusual, "of", n)
	var x []float64
	var thin, thick [2][2][]float64
	reach = math.Ceil(1.2 * reach)
	cut := func(v float64) float64 { return min(max(v, -reach), reach) }
	for _, l := range a.Curves {
		x = append(x, float64(l.N))
		for i := range l.Thin {
			thin[i][0], thin[i][1] = append(thin[i][0], cut(-l.Thin[i])), append(thin[i][1], cut(l.Thin[i]))
			thick[i][0], thick[i][1] = append(thick[i][0], cut(-l.Thick[i])), append(thick[i][1], cut(l.Thick[i]))
		}
	}
	return finish(c, &plot{
		words: w, x: w.T("word.units"), y: w.T("word.deviation"), groups: groups, limits: limitsOf(w, x, thin, thick),
		low: -reach, high: reach,
	})
}
