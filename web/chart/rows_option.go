package chart

import (
	"encoding/json"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// option gives rows to ECharts: bars stacked, boxes as a box plot, dots and
// ticks as scatter.
func (p *rows) option(c *Chart) json.RawMessage {
	colors := make([]string, len(p.series))
	labels := make([]string, len(p.rows))
	for i, s := range p.series {
		colors[i] = token(s.class)
	}
	for i, r := range p.rows {
		labels[i] = r.label
	}
	b := base(c, colors, "44", "8")
	b.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: p.min, Max: p.top(), MinInterval: wholeOnly(p.whole), AxisLabel: &opts.AxisLabel{Formatter: unitOf(p.unit)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), Data: labels}),
	)
	for i, s := range p.series {
		b.MultiSeries = append(b.MultiSeries, p.optionSeries(i, s)...)
	}
	return marshal(b, map[string]any{"legend": legendOf(p.series)})
}

// legend shows each series by the mark it is drawn with; ECharts by itself
// would show thresholds and intervals as bars.
type legend struct {
	Show bool  `json:"show"`
	Left int   `json:"left"`
	Top  int   `json:"top"`
	Data []key `json:"data"`
}

type key struct {
	Name string `json:"name"`
	Icon string `json:"icon,omitempty"`
}

// icons are the marks' shapes, 18 by 12.
var icons = map[mark]string{
	tick:  "path://M8 0h2.5v12h-2.5z",
	line:  "path://M0 5h18v2h-18z",
	span:  "path://M0 5h18v2h-18z",
	level: "path://M0 5h5v2h-5zM7 5h5v2h-5zM14 5h4v2h-4z",
	box:   "path://M0 5.2h4v-5.2h10v5.2h4v1.6h-4v5.2h-10v-5.2h-4z",
}

func legendOf(all []series) legend {
	l := legend{Show: true}
	for _, s := range all {
		if s.name != "" {
			l.Data = append(l.Data, key{s.name, icons[s.mark]})
		}
	}
	return l
}

// top is where the scale ends: percentages at 100, counts where ECharts finds
// a round number.
func (p *rows) top() any {
	if p.unit == "" {
		return nil
	}
	return p.max
}

func (p *rows) optionSeries(i int, s series) []charts.SingleSeries {
	switch s.mark {
	case bar:
		return []charts.SingleSeries{p.bars(i, s, "bars", "18")}
	case span, line:
		base := charts.SingleSeries{Type: "bar", Stack: s.name + "span", BarWidth: "4", BarGap: "-100%", Data: p.items(i, func(v []float64) any { return v[0] })}
		base.ItemStyle = &opts.ItemStyle{Color: "transparent"}
		return []charts.SingleSeries{base, p.bars(i, s, s.name+"span", "4")}
	case box:
		out := charts.SingleSeries{Name: s.name, Type: "boxplot", Data: p.items(i, func(v []float64) any { return v })}
		out.ItemStyle = &opts.ItemStyle{Color: "token:chart-soft", BorderColor: token(s.class)}
		return []charts.SingleSeries{out}
	}
	out := charts.SingleSeries{Name: s.name, Type: "scatter", Symbol: symbolOf(s), SymbolSize: symbolSize(s), ItemStyle: look(s)}
	var data []item
	for j, r := range p.rows {
		if pt := r.points[i]; pt != nil {
			data = append(data, item{Name: r.label, Value: []any{pt.at[0], j}, Tooltip: say(pt.tip)})
		}
	}
	out.Data = data
	return []charts.SingleSeries{out}
}

func (p *rows) bars(i int, s series, stack, width string) charts.SingleSeries {
	return charts.SingleSeries{
		Name: s.name, Type: "bar", Stack: stack, BarWidth: width, ItemStyle: look(s), Data: p.items(i, func(v []float64) any { return v[1] - v[0] }),
	}
}

// items lists one series row by row, with a gap where a row has no mark.
func (p *rows) items(i int, value func([]float64) any) []item {
	out := make([]item, len(p.rows))
	for j, r := range p.rows {
		if pt := r.points[i]; pt == nil {
			out[j] = item{Value: gap}
		} else {
			out[j] = item{Name: r.label, Value: value(pt.at), Tooltip: say(pt.tip)}
		}
	}
	return out
}

func symbolOf(s series) string {
	switch {
	case s.mark == tick, s.shape == "square":
		return "rect"
	case s.shape == "":
		return "circle"
	}
	return s.shape
}

func symbolSize(s series) any {
	if s.mark == tick {
		return []int{3, int(2 * reach(s, 9))}
	}
	return 11
}
