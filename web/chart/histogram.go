package chart

import (
	"encoding/json"
	"html/template"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"tolok/analytics"
	"tolok/web/text"
)

// histogram is a picture of how many units have which value.
type histogram struct {
	words text.Words
	name  string // of what is counted
	bins  []analytics.Bin
	lines []reference
	tip   func(analytics.Bin) string
}

func (p *histogram) height() int { return 320 }

func (p *histogram) span() (low, high float64, most int64) {
	low, high = p.bins[0].From, p.bins[len(p.bins)-1].To
	for _, b := range p.bins {
		most = max(most, b.Count)
	}
	return low, high, most
}

func (p *histogram) draw(c *Chart, width float64) template.HTML {
	s := newSVG(c, width)
	s.h = 280
	low, high, most := p.span()
	top := 12 + 18*float64(len(p.lines))
	bottom := s.h - 28
	counts := ticks(0, float64(most), 4, true)
	left := 0.0
	for _, v := range counts {
		left = max(left, textWidth(p.words.Float(v, 0), smallSize)+10)
	}
	x := scale{low, high, left, s.w - 14}
	y := scale{0, counts[len(counts)-1], bottom, top}
	for _, v := range counts {
		s.line(left, y.at(v), s.w, y.at(v), "grid")
		s.text(left-8, y.at(v)+4, "end", "small muted", p.words.Float(v, 0))
	}
	for _, b := range p.bins {
		a := x.at(b.From)
		s.rect(a+.5, y.at(float64(b.Count)), max(x.at(b.To)-a-1, .5), bottom-y.at(float64(b.Count)), "c1")
	}
	for _, v := range ticks(low, high, 6, false) {
		if v <= high {
			s.text(x.at(v), bottom+18, "middle", "small muted", p.words.Float(v, decimalsOf(v)))
		}
	}
	for i, r := range p.lines {
		p.drawLine(s, r, x, 14+18*float64(i), bottom)
	}
	return s.close(c)
}

// drawLine draws a reference with its name on the side where there is room.
func (p *histogram) drawLine(s *svg, r reference, x scale, y, bottom float64) {
	if r.at < x.min || r.at > x.max {
		return
	}
	at := x.at(r.at)
	s.line(at, y-10, at, bottom, r.class+" threshold")
	if at+8+textWidth(r.name, smallSize) > s.w {
		s.text(at-6, y, "end", "small", r.name)
	} else {
		s.text(at+6, y, "start", "small", r.name)
	}
}

func (p *histogram) option(c *Chart) json.RawMessage {
	low, high, _ := p.span()
	b := base(c, []string{"token:chart-1"}, "48", strconv.Itoa(below))
	b.SetGlobalOptions(
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: low, Max: high, AxisLabel: &opts.AxisLabel{Formatter: unitOf("")}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", MinInterval: 1, AxisLabel: &opts.AxisLabel{Formatter: unitOf("")}}),
	)
	data := make([]item, len(p.bins))
	for i, bin := range p.bins {
		data[i] = item{Value: []any{(bin.From + bin.To) / 2, bin.Count}, Tooltip: say(p.tip(bin))}
	}
	one := charts.SingleSeries{Name: p.name, Type: "bar", BarWidth: "98%", Data: data}
	if len(p.lines) > 0 {
		one.MarkLines = &opts.MarkLines{MarkLineStyle: opts.MarkLineStyle{Symbol: []string{"none", "none"}, LineStyle: &opts.LineStyle{Color: "token:chart-line", Type: "dashed"}}}
		for i, r := range p.lines {
			one.MarkLines.Data = append(one.MarkLines.Data, lineAt{X: r.at, Name: r.name, Label: &label{Show: true, Formatter: plain(r.name), Offset: []int{0, -3 - 15*i}}, Tooltip: say(r.name)})
		}
	}
	b.MultiSeries = append(b.MultiSeries, one)
	return marshal(b, map[string]any{"dataZoom": []zoom{{Type: "slider", XAxisIndex: 0, FilterMode: "none", Bottom: 4, Height: 20}}})
}

// below is the room under the bars, px: the numbers of the scale, then the
// zoom slider.
const below = 60

// zoom is a slider under the picture; go-echarts' has no place.
type zoom struct {
	Type       string `json:"type"`
	XAxisIndex int    `json:"xAxisIndex"`
	FilterMode string `json:"filterMode"`
	Bottom     int    `json:"bottom"`
	Height     int    `json:"height"`
}
