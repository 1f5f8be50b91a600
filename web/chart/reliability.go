package chart

import (
	"encoding/json"
	"html/template"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"tolok/analytics"
	"tolok/web/text"
)

// reliability is a picture of what was said against what came true, both in
// percent: one step a stretch of forecasts, where it would lie if the forecasts
// were right, and the diagonal of perfect ones.
type reliability struct {
	words text.Words
	steps []analytics.CurveStep
}

func (p *reliability) height() int { return 420 }

func (p *reliability) series() []series {
	return []series{
		{name: p.words.T("chart.reliability.band"), mark: bar, class: "c0", hatch: true},
		{name: p.words.T("chart.reliability.passed"), mark: line, class: "c1"},
		{name: p.words.T("chart.reliability.perfect"), mark: level, class: "c3"},
	}
}

func (p *reliability) draw(c *Chart, width float64) template.HTML {
	s := newSVG(c, width)
	top := drawLegend(s, p.series()) + 8
	const left = 44
	side := min(s.w-left-14, 380)
	s.h = top + side + 46
	x, y := scale{0, 100, left, left + side}, scale{0, 100, top + side, top}
	for _, v := range ticks(0, 100, 5, true) {
		s.line(left, y.at(v), left+side, y.at(v), "grid")
		s.text(left-8, y.at(v)+4, "end", "small muted", p.words.Float(v, 0)+"%")
		s.text(x.at(v), top+side+17, "middle", "small muted", p.words.Float(v, 0)+"%")
	}
	s.text(left+side/2, top+side+38, "middle", "small", p.words.T("chart.reliability.said"))
	for _, st := range p.steps {
		from := x.at(st.From * 100)
		s.hatched(from, y.at(st.High*100), max(x.at(st.To*100)-from, 3), max(y.at(st.Low*100)-y.at(st.High*100), 1), "c0")
	}
	s.line(x.at(0), y.at(0), x.at(100), y.at(100), "c3 threshold")
	for i, st := range p.steps {
		at := y.at(st.Passed * 100)
		s.line(x.at(st.From*100), at, max(x.at(st.To*100), x.at(st.From*100)+3), at, "c1 whisker")
		if i > 0 {
			before := p.steps[i-1]
			s.line(x.at(before.To*100), y.at(before.Passed*100), x.at(st.From*100), at, "c1 whisker")
		}
	}
	return s.close(c)
}

func (p *reliability) option(c *Chart) json.RawMessage {
	b := base(c, []string{"token:chart-1", "token:chart-0", "token:chart-0", "token:chart-3"}, "48", "36")
	b.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Name: p.words.T("chart.reliability.said"), NameLocation: "middle", NameGap: 26, Min: 0, Max: 100, AxisLabel: &opts.AxisLabel{Formatter: unitOf("%")}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: 0, Max: 100, AxisLabel: &opts.AxisLabel{Formatter: unitOf("%")}}),
	)
	add := func(name string, dashed bool, data []item) {
		one := charts.SingleSeries{Name: name, Type: "line", Data: data, ShowSymbol: opts.Bool(!dashed)}
		if dashed {
			one.LineStyle = &opts.LineStyle{Type: "dashed"}
		}
		b.MultiSeries = append(b.MultiSeries, one)
	}
	of := func(value func(analytics.CurveStep) float64) []item {
		var out []item
		for _, st := range p.steps {
			tip := say(p.tip(st))
			out = append(out, item{Value: []any{st.From * 100, value(st) * 100}, Tooltip: tip}, item{Value: []any{st.To * 100, value(st) * 100}, Tooltip: tip})
		}
		return out
	}
	add(p.words.T("chart.reliability.passed"), false, of(func(s analytics.CurveStep) float64 { return s.Passed }))
	add(p.words.T("chart.reliability.low"), true, of(func(s analytics.CurveStep) float64 { return s.Low }))
	add(p.words.T("chart.reliability.high"), true, of(func(s analytics.CurveStep) float64 { return s.High }))
	add(p.words.T("chart.reliability.perfect"), true, []item{{Value: []any{0, 0}}, {Value: []any{100, 100}}})
	return marshal(b, nil)
}

func (p *reliability) tip(s analytics.CurveStep) string {
	w := p.words
	return w.T("chart.reliability.tip", "from", w.Percent(s.From, 0), "to", w.Percent(s.To, 0), "n", s.N, "passed", w.Percent(s.Passed, 0), "low", w.Percent(s.Low, 0), "high", w.Percent(s.High, 0))
}

// Reliability shows whether chances can be believed: of those of whom so much
// was said, how many passed.
func Reliability(w text.Words, curve *analytics.Curve, bands []analytics.GradeBand) *Chart {
	c := &Chart{ID: "reliability", Title: w.T("chart.reliability.none"), Desc: w.T("chart.reliability.desc")}
	c.Table = Table{Caption: w.T("chart.reliability.caption"), Head: Heads(w.T("chart.reliability.range"), "#"+w.T("word.nominees"), "#"+w.T("chart.reliability.mean"), "#"+w.T("word.passed"))}
	for _, b := range bands {
		if b.N == 0 {
			continue
		}
		c.Table.Rows = append(c.Table.Rows, []Cell{
			Text(w.Percent(b.From, 0) + " – " + w.Percent(b.To, 0)), Num(w.Count(b.N.Pointer()), w.T("why.withheld")),
			Num(w.MaybePercent(b.Said, 1), w.T("why.withheld")), Num(w.MaybePercent(b.Passed, 1), w.T("why.withheld")),
		})
	}
	if curve == nil || len(curve.Steps) == 0 {
		return c
	}
	outside := 0
	n := 0
	for _, s := range curve.Steps {
		n += s.N
		if s.Passed < s.Low || s.Passed > s.High {
			outside += s.N
		}
	}
	c.Title = w.T("chart.reliability.title", "share", w.Percent(float64(n-outside)/float64(n), 0))
	return finish(c, &reliability{words: w, steps: curve.Steps})
}
