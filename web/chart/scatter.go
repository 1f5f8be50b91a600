package chart

import (
	"encoding/json"
	"html/template"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"tolok/web/text"
)

// cloud is a picture of two numbers of each of many.
type cloud struct {
	words  text.Words
	x, y   axis
	groups []cloudGroup
	lines  []reference // across, at values of y
}

// axis is what one direction shows. With low and high equal its span is that of
// the points.
type axis struct {
	name, unit string
	low, high  float64
	decimals   int
}

// cloudGroup is points of one look, told apart by shape and colour.
type cloudGroup struct {
	name, shape, class string
	points             []spot
}

func (p *cloud) height() int { return 380 }

// span widens an axis to round numbers around its points.
func (p *cloud) span(a axis, of func(spot) float64) []float64 {
	low, high := a.low, a.high
	if low == high {
		first := true
		for _, g := range p.groups {
			for _, s := range g.points {
				v := of(s)
				if first {
					low, high, first = v, v, false
				}
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return ticks(low, high, 5, false)
}

// around starts ticks at or below the lowest value, so that no point lies
// outside.
func around(t []float64, low float64) []float64 {
	if len(t) > 1 && t[0] > low {
		return append([]float64{t[0] - (t[1] - t[0])}, t...)
	}
	return t
}

func (p *cloud) axes() (xs, ys []float64) {
	lowX, lowY := 0.0, 0.0
	first := true
	for _, g := range p.groups {
		for _, s := range g.points {
			if first {
				lowX, lowY, first = s.x, s.y, false
			}
			lowX, lowY = min(lowX, s.x), min(lowY, s.y)
		}
	}
	xs = around(p.span(p.x, func(s spot) float64 { return s.x }), lowX)
	ys = around(p.span(p.y, func(s spot) float64 { return s.y }), lowY)
	return xs, ys
}

func (p *cloud) draw(c *Chart, width float64) template.HTML {
	s := newSVG(c, width)
	xs, ys := p.axes()
	top := p.legend(s) + 24
	s.h = top + 280
	bottom, left := s.h-44, 0.0
	for _, v := range ys {
		left = max(left, textWidth(p.words.Float(v, p.y.decimals)+p.y.unit, smallSize)+10)
	}
	x := scale{xs[0], xs[len(xs)-1], left + 8, s.w - 12}
	y := scale{ys[0], ys[len(ys)-1], bottom, top}
	s.text(0, top-12, "start", "small muted", p.y.name)
	for _, v := range ys {
		s.line(left, y.at(v), s.w, y.at(v), "grid")
		s.text(left-8, y.at(v)+4, "end", "small muted", p.words.Float(v, p.y.decimals)+p.y.unit)
	}
	for _, v := range xs {
		anchor := "middle"
		if v == xs[len(xs)-1] {
			anchor = "end"
		}
		s.text(x.at(v), bottom+18, anchor, "small muted", p.words.Float(v, p.x.decimals)+p.x.unit)
	}
	s.text(s.w, bottom+38, "end", "small muted", p.x.name)
	for _, r := range p.lines {
		s.line(left, y.at(r.at), s.w, y.at(r.at), r.class+" threshold")
		s.text(s.w, y.at(r.at)-5, "end", "small", r.name)
	}
	for _, g := range p.groups {
		for _, d := range g.points {
			s.dot(x.at(d.x), y.at(d.y), g.shape, g.class)
		}
	}
	return s.close(c)
}

// legend names the groups where there are several, and says where it ends.
func (p *cloud) legend(s *svg) float64 {
	if len(p.groups) < 2 {
		return 0
	}
	x, y := 6.0, 12.0
	for _, g := range p.groups {
		w := textWidth(g.name, smallSize) + 32
		if x > 6 && x+w > s.w {
			x, y = 6, y+20
		}
		s.dot(x, y-4, g.shape, g.class)
		s.text(x+12, y, "start", "small", g.name)
		x += w
	}
	return y + 6
}

func (p *cloud) option(c *Chart) json.RawMessage {
	xs, ys := p.axes()
	var colors []string
	for _, g := range p.groups {
		colors = append(colors, token(g.class))
	}
	top := "40"
	if len(p.groups) > 1 {
		top = "84" // the axis has its name under the legend
	}
	b := base(c, colors, top, "44")
	axisOf := func(a axis) *opts.AxisLabel { return &opts.AxisLabel{Formatter: unitOf(a.unit)} }
	b.SetGlobalOptions(
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(len(p.groups) > 1), Left: "0", Top: "0"}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Name: p.x.name, NameLocation: "middle", NameGap: 28, Min: xs[0], Max: xs[len(xs)-1], AxisLabel: axisOf(p.x)}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Name: p.y.name, NameLocation: "end", Min: ys[0], Max: ys[len(ys)-1], AxisLabel: axisOf(p.y)}),
	)
	for i, g := range p.groups {
		data := make([]item, len(g.points))
		for j, d := range g.points {
			data[j] = item{Value: []any{d.x, d.y}, Tooltip: say(d.tip)}
		}
		one := charts.SingleSeries{Name: g.name, Type: "scatter", Symbol: symbolOf(series{shape: g.shape}), SymbolSize: 11, Data: data}
		if i == 0 && len(p.lines) > 0 {
			one.MarkLines = &opts.MarkLines{MarkLineStyle: opts.MarkLineStyle{Symbol: []string{"none", "none"}, LineStyle: &opts.LineStyle{Color: "token:chart-line", Type: "dashed"}}}
			for _, r := range p.lines {
				one.MarkLines.Data = append(one.MarkLines.Data, lineAt{Y: r.at, Name: r.name, Label: &label{Show: true, Formatter: plain(r.name), Position: "insideEndTop"}, Tooltip: say(r.name)})
			}
		}
		b.MultiSeries = append(b.MultiSeries, one)
	}
	return marshal(b, nil)
}
