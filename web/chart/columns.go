package chart

import (
	"encoding/json"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"tolok/web/text"
)

// slot is one cycle, or, with gap set, the place where the series breaks: no
// mark stands there and nothing is drawn across it.
type slot struct {
	label  string
	sub    string
	gap    string // why the series breaks here
	points []*point
	top    string // written above the marks
}

// columns is a picture of marks over cycles.
type columns struct {
	words  text.Words
	series []series // bars (stacked), dots
	slots  []slot
	lines  []reference // levels across
	min    float64
	max    float64
	whole  bool
}

// reference is a line of a threshold or of the unit itself.
type reference struct {
	at    float64
	name  string
	class string
}

func (p *columns) height() int { return 360 }

func (p *columns) draw(c *Chart, width float64) template.HTML {
	s := newSVG(c, width)
	s.h = 330
	isNarrow := width == narrow
	if isNarrow {
		s.h = 290
	}
	top := drawLegend(s, p.keys()) + 16
	marks := ticks(p.min, p.max, 4, p.whole)
	high := marks[len(marks)-1]
	left := 0.0
	for _, v := range marks {
		left = max(left, textWidth(p.words.Float(v, decimalsOf(v)), smallSize)+10)
	}
	notes := flow(p.breaks(), s.w, smallSize)
	s.h += 16 * float64(max(len(notes)-1, 0))
	bottom := s.h - 44 - 16*float64(len(notes))
	y := scale{marks[0], high, bottom, top}
	for _, v := range marks {
		s.line(left, y.at(v), s.w, y.at(v), "grid")
		s.text(left-8, y.at(v)+4, "end", "small muted", p.words.Float(v, decimalsOf(v)))
	}
	for _, r := range p.lines {
		s.line(left, y.at(r.at), s.w, y.at(r.at), r.class+" threshold")
	}
	p.drawSlots(s, left, top, bottom, y)
	for i, line := range notes {
		s.text(0, s.h-6-16*float64(len(notes)-1-i), "start", "small muted", line)
	}
	return s.close(c)
}

// keys are the legend: the series and the levels across.
func (p *columns) keys() []series {
	keys := slices.Clone(p.series)
	for _, r := range p.lines {
		keys = append(keys, series{name: r.name, mark: level, class: r.class})
	}
	return keys
}

func (p *columns) hasGaps() bool {
	for _, sl := range p.slots {
		if sl.gap != "" {
			return true
		}
	}
	return false
}

const gapShare = .7 // of a cycle's width

func (p *columns) drawSlots(s *svg, left, top, bottom float64, y scale) {
	units := 0.0
	for _, sl := range p.slots {
		units += share(sl)
	}
	unit := min((s.w-left)/max(units, 1), 92)
	x := left
	breaks := 0
	for _, sl := range p.slots {
		w := unit * share(sl)
		mid := x + w/2
		if sl.gap != "" {
			breaks++
			s.line(mid, top-10, mid, bottom+4, "break")
			s.text(mid, bottom+18, "middle", "small mark", marker(breaks))
		} else {
			p.drawSlot(s, sl, mid, w, bottom, y)
		}
		x += w
	}
}

func share(sl slot) float64 {
	if sl.gap != "" {
		return gapShare
	}
	return 1
}

func marker(n int) string { return string(rune('①' + n - 1)) }

// breaks say what each break is; they stand under the axis.
func (p *columns) breaks() []string {
	var out []string
	for _, sl := range p.slots {
		if sl.gap != "" {
			out = append(out, marker(len(out)+1)+" "+sl.gap)
		}
	}
	return out
}

const between = "   " // of two breaks on one line

// flow puts parts into lines of a width.
func flow(parts []string, width, size float64) []string {
	var lines []string
	for _, part := range parts {
		if n := len(lines) - 1; n >= 0 && textWidth(lines[n]+between+part, size) <= width {
			lines[n] += between + part
		} else {
			lines = append(lines, part)
		}
	}
	return lines
}

func (p *columns) drawSlot(s *svg, sl slot, mid, w, bottom float64, y scale) {
	bw := min(w*.66, 40)
	high := bottom
	for i, pt := range sl.points {
		if pt == nil {
			continue
		}
		se := p.series[i]
		if se.mark == dot {
			s.dot(mid, y.at(pt.at[0]), se.shape, se.class)
			continue
		}
		a, b := y.at(pt.at[0]), y.at(pt.at[1])
		high = min(high, b)
		if se.hatch {
			s.hatched(mid-bw/2, b, bw, a-b, se.class)
		} else {
			s.rect(mid-bw/2, b, bw, a-b, se.class)
		}
	}
	if sl.top != "" && textWidth(sl.top, smallSize) < w+6 {
		s.text(mid, high-5, "middle", "small", sl.top)
	}
	name := sl.label
	if textWidth(name, smallSize) > w && len(name) == 4 {
		name = "’" + name[2:]
	}
	s.text(mid, bottom+18, "middle", "small", name)
	if textWidth(sl.sub, smallSize) < w-2 {
		s.text(mid, bottom+34, "middle", "small muted", sl.sub)
	}
}

func (p *columns) option(c *Chart) json.RawMessage {
	colors := make([]string, len(p.series))
	for i, se := range p.series {
		colors[i] = token(se.class)
	}
	b := base(c, colors, "44", p.foot())
	b.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Data: p.labels(), AxisTick: &opts.AxisTick{Show: opts.Bool(false)}}),
		charts.WithTitleOpts(opts.Title{Subtitle: plain(strings.Join(p.breaks(), between)), Left: "0", Bottom: "0"}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: p.min, MinInterval: wholeOnly(p.whole), AxisLabel: &opts.AxisLabel{Formatter: unitOf("")}}),
	)
	for i, se := range p.series {
		one := charts.SingleSeries{Name: se.name, Type: "bar", Stack: "bars", BarMaxWidth: "40"}
		if se.mark == dot {
			one = charts.SingleSeries{Name: se.name, Type: "scatter", Symbol: symbolOf(se), SymbolSize: 11}
		}
		one.ItemStyle = look(se)
		one.Data = p.items(i, se)
		if i == 0 {
			one.MarkLines = p.marks()
		}
		b.MultiSeries = append(b.MultiSeries, one)
	}
	return marshal(b, nil)
}

func (p *columns) foot() string {
	if p.hasGaps() {
		return "36"
	}
	return "8"
}

// labels are the categories. A break is a category of its own, so that the
// interactive picture keeps the gap too.
func (p *columns) labels() []string {
	out := make([]string, len(p.slots))
	n := 0
	for i, sl := range p.slots {
		out[i] = sl.label
		if sl.gap != "" {
			n++
			out[i] = marker(n)
		}
	}
	return out
}

func (p *columns) items(i int, se series) []item {
	out := make([]item, len(p.slots))
	for j, sl := range p.slots {
		out[j] = item{Value: gap}
		if sl.gap != "" || sl.points[i] == nil {
			continue
		}
		pt := sl.points[i]
		v := pt.at[0]
		if se.mark == bar {
			v = pt.at[1] - pt.at[0]
		}
		out[j] = item{Name: sl.label, Value: v, Tooltip: say(pt.tip)}
	}
	return out
}

// marks are the breaks and thresholds as lines.
func (p *columns) marks() *opts.MarkLines {
	m := &opts.MarkLines{MarkLineStyle: opts.MarkLineStyle{Symbol: []string{"none", "none"}}}
	n := 0
	for _, sl := range p.slots {
		if sl.gap != "" {
			n++
			m.Data = append(m.Data, lineAt{X: marker(n), Name: sl.gap, Label: &label{Show: false}, Tooltip: say(sl.gap)})
		}
	}
	for _, r := range p.lines {
		m.Data = append(m.Data, lineAt{Y: strconv.FormatFloat(r.at, 'f', -1, 64), Name: r.name, Label: &label{Show: true, Formatter: plain(r.name), Position: "insideStartTop"}, Tooltip: say(r.name)})
	}
	if len(m.Data) == 0 {
		return nil
	}
	m.LineStyle = &opts.LineStyle{Color: "token:chart-line", Type: "dashed"}
	return m
}

// lineAt is a reference line of an option, upright or level.
type lineAt struct {
	X       any    `json:"xAxis,omitempty"`
	Y       any    `json:"yAxis,omitempty"`
	Name    string `json:"name,omitempty"`
	Label   *label `json:"label,omitempty"`
	Tooltip *tip   `json:"tooltip,omitempty"`
}
