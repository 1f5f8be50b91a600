package chart

import (
	"encoding/json"
	"html/template"
	"math"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"tolok/web/text"
)

// plot is a funnel plot: points over how many each rests on, between curved
// limits. Groups of points differ by shape and colour, limits by width and dash.
type plot struct {
	words  text.Words
	x, y   string // names of the axes
	unit   string // behind the numbers of y
	groups []spots
	limits []limit
	centre float64
	low    float64 // of y
	high   float64
}

// spots are points of one kind.
type spots struct {
	series
	points []spot
}

// spot is one point. One with a label is named beside it.
type spot struct {
	x, y       float64
	label, tip string
}

// limit is one pair of curves, a value of y for each x; the lower one is left
// out where below is nil.
type limit struct {
	name         string
	thick, inner bool
	x            []float64
	above, below []float64
}

func (l limit) class() string {
	class := "limit"
	if l.thick {
		class += " thick"
	}
	if l.inner {
		class += " inner"
	}
	return class
}

func (p *plot) height() int { return 420 }

// most is the largest x.
func (p *plot) most() float64 {
	most := 1.0
	for _, g := range p.groups {
		for _, s := range g.points {
			most = max(most, s.x)
		}
	}
	return most
}

func (p *plot) draw(c *Chart, width float64) template.HTML {
	s := newSVG(c, width)
	top := p.legend(s) + 8
	s.h = top + 300
	bottom := s.h - 44
	values := ticks(p.low, p.high, 5, false)
	left := 0.0
	for _, v := range values {
		left = max(left, textWidth(p.number(v), smallSize)+10)
	}
	counts := ticks(0, p.most(), 5, true)
	x := scale{0, counts[len(counts)-1], left, s.w - 14}
	y := scale{values[0], values[len(values)-1], bottom, top + 10}
	for _, v := range values {
		s.line(left, y.at(v), s.w, y.at(v), "grid")
		s.text(left-8, y.at(v)+4, "end", "small muted", p.number(v))
	}
	for _, v := range counts {
		s.text(x.at(v), bottom+18, "middle", "small muted", p.words.Float(v, 0))
	}
	s.text(s.w, bottom+36, "end", "small muted", p.x)
	s.text(0, top-2, "start", "small muted", p.y)
	s.line(left, y.at(p.centre), s.w-14, y.at(p.centre), "c0 whisker")
	for _, l := range p.limits {
		for _, side := range [][]float64{l.above, l.below} {
			if d := trace(x, y, l.x, side); d != "" {
				s.path(d, l.class())
			}
		}
	}
	p.drawSpots(s, x, y)
	return s.close(c)
}

// trace is the path of a curve.
func trace(x, y scale, xs, ys []float64) string {
	d := make([]byte, 0, 12*len(ys))
	for i, v := range ys {
		d = append(d, map[bool]byte{true: 'M', false: 'L'}[i == 0])
		d = append(d, px(x.at(xs[i]))+" "+px(y.at(v))...)
	}
	return string(d)
}

func (p *plot) drawSpots(s *svg, x, y scale) {
	var taken []float64 // heights of names, so that they do not overlap
	for _, g := range p.groups {
		for _, v := range g.points {
			s.dot(x.at(v.x), y.at(v.y), g.shape, g.class)
		}
	}
	for _, g := range p.groups {
		for _, v := range g.points {
			at := y.at(v.y)
			free := v.label != ""
			for _, t := range taken {
				free = free && math.Abs(t-at) > smallSize
			}
			if !free {
				continue
			}
			taken = append(taken, at)
			if from := x.at(v.x); from+10+textWidth(v.label, smallSize) < s.w {
				s.text(from+10, at+4, "start", "small halo", v.label)
			} else {
				s.text(from-10, at+4, "end", "small halo", clip(v.label, from-14, smallSize))
			}
		}
	}
}

// legend names points and limits at the top.
func (p *plot) legend(s *svg) float64 {
	var all []series
	for _, g := range p.groups {
		if len(g.points) > 0 {
			all = append(all, g.series)
		}
	}
	y := drawLegend(s, all) + 8
	x := 0.0
	for _, l := range p.limits {
		w := 24 + textWidth(l.name, smallSize) + 16
		if x > 0 && x+w-16 > s.w {
			x, y = 0, y+20
		}
		s.path("M"+px(x)+" "+px(y-4)+"L"+px(x+18)+" "+px(y-4), l.class())
		s.text(x+24, y, "start", "small", clip(l.name, s.w-x-26, smallSize))
		x += w
	}
	return y + 14
}

func (p *plot) number(v float64) string { return p.words.Float(v, decimalsOf(v)) + p.unit }

// scatter and curve are series of an option.
type scatter struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Symbol string `json:"symbol"`
	Size   int    `json:"symbolSize"`
	Style  style  `json:"itemStyle"`
	Data   []item `json:"data"`
	Z      int    `json:"z"`
}

type curve struct {
	Name    string    `json:"name"`
	Type    string    `json:"type"`
	Symbol  string    `json:"symbol"`
	Style   lineStyle `json:"lineStyle"`
	Item    style     `json:"itemStyle"`
	Data    []item    `json:"data"`
	Silent  bool      `json:"silent"`
	Animate bool      `json:"animation"`
}

type lineStyle struct {
	Color string  `json:"color"`
	Width float64 `json:"width"`
	Type  string  `json:"type"`
}

func (p *plot) option(c *Chart) json.RawMessage {
	b := base(c, []string{"token:chart-1"}, "64", strconv.Itoa(below))
	b.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Name: p.x, Min: 0, MinInterval: 1, AxisLabel: &opts.AxisLabel{Formatter: unitOf("")}, NameLocation: "middle", NameGap: 24}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: p.low, Max: p.high, AxisLabel: &opts.AxisLabel{Formatter: unitOf(p.unit)}}),
	)
	var all []any
	for _, l := range p.limits {
		look := lineStyle{"token:chart-line", 1, "solid"}
		if l.thick {
			look.Width = 2.5
		}
		if l.inner {
			look.Type = "dashed"
		}
		for _, side := range [][]float64{l.above, l.below} {
			one := curve{Name: l.name, Type: "line", Symbol: "none", Style: look, Item: style{Color: look.Color}, Silent: true}
			for i, v := range side {
				one.Data = append(one.Data, item{Value: []float64{l.x[i], v}})
			}
			if len(one.Data) > 0 {
				all = append(all, one)
			}
		}
	}
	for _, g := range p.groups {
		one := scatter{Name: g.name, Type: "scatter", Symbol: symbolOf(g.series), Size: 11, Style: style{Color: token(g.class), BorderColor: "token:surface", BorderWidth: 1.5}, Z: 3}
		for _, v := range g.points {
			it := item{Name: plain(v.label), Value: []float64{v.x, v.y}, Tooltip: say(v.tip)}
			if v.label != "" {
				it.Label = &label{Show: true, Formatter: plain(v.label), Position: "right", Color: "token:text"}
				if v.x > p.most()/2 { // where there is no room at the right
					it.Label.Position = "left"
				}
			}
			one.Data = append(one.Data, it)
		}
		if len(one.Data) > 0 {
			all = append(all, one)
		}
	}
	return marshal(b, map[string]any{"series": all, "dataZoom": []zoom{{Type: "slider", XAxisIndex: 0, FilterMode: "none", Bottom: 4, Height: 20}}})
}
