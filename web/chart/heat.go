package chart

import (
	"encoding/json"
	"html/template"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"tolok/web/text"
)

// heat is a table of values, each on a shade of its class. The value stands in
// its cell, so that no shade has to be told from another.
type heat struct {
	words   text.Words
	columns []heatColumn
	rows    []heatRow
	classes []string // what the classes 1 to 5 hold
	unknown string
}

// heatColumn has a long name and a short one for narrow screens.
type heatColumn struct{ name, short string }

type heatRow struct {
	label string
	cells []heatCell
}

type heatCell struct {
	raw   *float64
	value string
	tip   string
	class int // 1 to 5; 0 is unknown
}

// classify gives each value its class by bounds that are the same on every page,
// so that a shade always means the same; a value at a bound is above it.
func (p *heat) classify(bounds [4]float64, unit string) {
	for i := range p.rows {
		for j := range p.rows[i].cells {
			c := &p.rows[i].cells[j]
			if c.raw == nil {
				continue
			}
			c.class = 1
			for _, b := range bounds {
				if *c.raw >= b {
					c.class++
				}
			}
		}
	}
	w := p.words
	p.classes = []string{"< " + w.Float(bounds[0], 0) + unit}
	for i := range 3 {
		p.classes = append(p.classes, w.Float(bounds[i], 0)+"–"+w.Float(bounds[i+1], 0)+unit)
	}
	p.classes = append(p.classes, "≥ "+w.Float(bounds[3], 0)+unit)
}

const (
	heatPitch  = 30.0 // from row to row
	heatLabels = 186.0
)

func (p *heat) height() int { return 110 + int(heatPitch)*len(p.rows) }

func (p *heat) draw(c *Chart, width float64) template.HTML {
	s := newSVG(c, width)
	top := drawClasses(s, p.classes, p.unknown)
	left, pitch := heatLabels, heatPitch
	if width == narrow {
		left, pitch = 0, 50
	}
	cell := (width - left) / float64(len(p.columns))
	for j, col := range p.columns {
		x := left + cell*(float64(j)+.5)
		if width == narrow {
			s.text(x, top+12, "middle", "small muted", col.short)
			continue
		}
		for k, line := range wrap(col.name, cell+8, smallSize) {
			s.text(x, top+12+15*float64(k), "middle", "small muted", line)
		}
	}
	top += 36
	s.h = top + pitch*float64(len(p.rows)) + 2
	for i, r := range p.rows {
		y := top + pitch*float64(i)
		if width == narrow {
			s.text(0, y+14, "start", "label", clip(r.label, s.w, fontSize))
			p.drawCells(s, r, 0, y+20, cell, pitch-22)
		} else {
			lines := wrap(r.label, left-8, smallSize)
			for k, line := range lines {
				s.text(0, y+pitch/2+4-6.5*float64(len(lines)-1)+13*float64(k), "start", "small", line)
			}
			p.drawCells(s, r, left, y, cell, pitch)
		}
	}
	return s.close(c)
}

func (p *heat) drawCells(s *svg, r heatRow, left, y, w, h float64) {
	for j, c := range r.cells {
		x := left + w*float64(j)
		n := strconv.Itoa(c.class)
		s.body.WriteString(`<g><title>` + esc(strings.ReplaceAll(c.tip, "\n", ", ")) + `</title>`)
		ink := "p" + n
		if c.class == 0 {
			s.hatched(x+1, y+1, w-2, h-2, "none")
			ink = "halo"
		} else {
			s.rect(x+1, y+1, w-2, h-2, "q"+n)
		}
		s.text(x+w/2, y+h/2+4.5, "middle", "small "+ink, c.value)
		s.body.WriteString(`</g>`)
	}
}

// drawClasses is the legend of shades, and says how high it is.
func drawClasses(s *svg, classes []string, unknown string) float64 {
	x, y := 0.0, 0.0
	place := func(name string, sample func(x, y float64)) {
		w := 26 + textWidth(name, smallSize) + 14
		if x > 0 && x+w-14 > s.w {
			x, y = 0, y+24
		}
		sample(x, y+2)
		s.text(x+26, y+15, "start", "small", name)
		x += w
	}
	for i, name := range classes {
		place(name, func(x, y float64) { s.rect(x, y, 18, 18, "q"+strconv.Itoa(i+1)) })
	}
	place(unknown, func(x, y float64) { s.hatched(x, y, 18, 18, "none") })
	return y + 34
}

// option is a heat map whose cells bring their own colour, label and tip.
func (p *heat) option(c *Chart) json.RawMessage {
	b := base(c, []string{"token:chart-1"}, "64", "0")
	columns, labels := make([]string, len(p.columns)), make([]string, len(p.rows))
	for j, col := range p.columns {
		columns[j] = col.short
	}
	var data []item
	for i, r := range p.rows {
		labels[i] = r.label
		for j, cell := range r.cells {
			n := strconv.Itoa(cell.class)
			one := item{
				Name: r.label, Value: []any{j, i, cell.class}, Tooltip: say(cell.tip),
				Label: &label{Show: true, Formatter: plain(cell.value), Color: "token:seq-" + n + "-text"},
				Style: &style{Color: "token:seq-" + n, BorderColor: "token:surface", BorderWidth: 2},
			}
			if cell.class == 0 {
				one.Style.Decal = &decal{Symbol: "rect", DashArrayX: []float64{1, 0}, DashArrayY: []float64{1, 5}, Rotation: -0.7853981634, Color: "token:chart-hatch"}
			}
			data = append(data, one)
		}
	}
	b.SetGlobalOptions(
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Position: "top", Data: columns}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), Data: labels}),
	)
	b.MultiSeries = append(b.MultiSeries, charts.SingleSeries{Name: c.Title, Type: "heatmap", Data: data})
	v := visualMap{Type: "piecewise", Dimension: 2, Orient: "horizontal"}
	for i, name := range p.classes {
		v.Pieces = append(v.Pieces, piece{i + 1, plain(name), "token:seq-" + strconv.Itoa(i+1)})
	}
	v.Pieces = append(v.Pieces, piece{0, plain(p.unknown), "token:seq-0"})
	return marshal(b, map[string]any{"visualMap": v})
}
