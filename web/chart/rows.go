package chart

import (
	"html/template"

	"tolok/web/text"
)

// mark is how a series is drawn.
type mark int

const (
	bar   mark = iota // from At[0] to At[1]
	span              // the same, thin: joins the dots of a row
	box               // p10, q1, median, q3, p90
	dot               // at At[0]
	tick              // a threshold across the row at At[0]
	line              // an interval from At[0] to At[1]
	level             // a threshold in a legend
)

// series is one kind of mark with its place in the legend; without a name it
// is left out of the legend.
type series struct {
	name  string
	mark  mark
	class string // c0 to c5, ink
	shape string // of dots: circle, square, diamond, triangle
	hatch bool
	long  bool // of ticks: reaches further, to be seen behind another at the same place
}

// point is one mark of one series in one row; nil where there is none.
type point struct {
	at  []float64
	tip string
}

func at(tip string, v ...float64) *point { return &point{at: v, tip: tip} }

// row is one line of the picture. End is written at its right.
type row struct {
	label  string
	end    string
	points []*point // as the series
}

// rows is a picture of marks on one horizontal scale.
type rows struct {
	words  text.Words
	series []series
	rows   []row
	min    float64
	max    float64
	unit   string // behind the numbers of the scale: "%"
	whole  bool
}

func (p *rows) height() int { return 72 + 38*len(p.rows) }

// layout of one drawing of rows.
type rowLayout struct {
	*svg
	label   float64 // width of the labels' column; 0 puts them above
	pitch   float64 // from row to row
	barH    float64
	scale   scale
	narrow  bool
	top     float64
	endWide float64
}

func (p *rows) draw(c *Chart, width float64) template.HTML {
	s := newSVG(c, width)
	l := p.layout(s)
	p.legend(l)
	s.h = l.top + l.pitch*float64(len(p.rows)) + 26
	p.grid(l)
	for i, r := range p.rows {
		p.drawRow(l, r, l.top+l.pitch*float64(i))
	}
	return s.close(c)
}

func (p *rows) layout(s *svg) *rowLayout {
	l := &rowLayout{svg: s, narrow: s.w == narrow, barH: 18}
	for _, r := range p.rows {
		l.endWide = max(l.endWide, textWidth(r.end, fontSize)+12)
		l.label = max(l.label, textWidth(r.label, fontSize)+16)
	}
	l.label = min(l.label, 216)
	l.pitch = 36
	if l.narrow {
		l.label, l.pitch = 0, 50
	}
	l.scale = scale{p.min, p.max, l.label + 8, s.w - max(l.endWide, 14)}
	return l
}

// legend names the series in one or more lines at the top.
func (p *rows) legend(l *rowLayout) { l.top = drawLegend(l.svg, p.series) + 6 }

func drawLegend(s *svg, all []series) float64 {
	x, y, any := 0.0, 14.0, false
	for _, se := range all {
		if se.name == "" {
			continue
		}
		w := 24 + textWidth(se.name, smallSize) + 16
		if x > 0 && x+w-16 > s.w {
			x, y = 0, y+22
		}
		sample(s, x, y-4, se)
		s.text(x+24, y, "start", "small", se.name)
		x += w
		any = true
	}
	if !any {
		return 4
	}
	return y + 10
}

// sample draws a series' mark, 18 wide around y.
func sample(s *svg, x, y float64, se series) {
	switch se.mark {
	case dot:
		s.dot(x+9, y, se.shape, se.class)
	case tick:
		s.line(x+9, y-reach(se, 4), x+9, y+reach(se, 4), se.class+" tick")
	case line:
		s.line(x, y, x+18, y, se.class+" whisker")
	case level:
		s.line(x, y, x+18, y, se.class+" threshold")
	case box:
		s.line(x, y, x+18, y, se.class+" whisker")
		s.rect(x+4, y-5, 10, 10, se.class+" box")
		s.line(x+9, y-5, x+9, y+5, "median")
	case span:
		s.rect(x, y-2, 18, 4, se.class)
	default:
		if se.hatch {
			s.hatched(x, y-6, 18, 12, se.class)
		} else {
			s.rect(x, y-6, 18, 12, se.class)
		}
	}
}

// reach is how far a tick goes up and down from the middle of its bar.
func reach(se series, half float64) float64 {
	if se.long {
		return half + 7
	}
	return half + 3
}

func (p *rows) grid(l *rowLayout) {
	n := 5
	if l.narrow {
		n = 4
	}
	bottom := l.h - 22
	for _, v := range ticks(p.min, p.max, n, p.whole) {
		if v > p.max {
			break
		}
		x := l.scale.at(v)
		l.line(x, l.top, x, bottom, "grid")
		l.text(x, bottom+16, "middle", "small muted", p.words.Float(v, decimalsOf(v))+p.unit)
	}
}

func decimalsOf(v float64) int {
	switch {
	case v == float64(int64(v)):
		return 0
	case v*10 == float64(int64(v*10)):
		return 1
	}
	return 2
}

func (p *rows) drawRow(l *rowLayout, r row, y float64) {
	mid := y + l.pitch/2
	if l.narrow {
		mid = y + 33
		l.text(0, y+16, "start", "label", clip(r.label, l.w-l.endWide, fontSize))
		l.text(l.w, y+16, "end", "value", r.end)
	} else {
		lines := wrap(r.label, l.label-8, fontSize)
		top := mid + 4.5 - 8*float64(len(lines)-1)
		for i, t := range lines {
			l.text(0, top+16*float64(i), "start", "label", t)
		}
		l.text(l.w, mid+4.5, "end", "value", r.end)
	}
	for i, pt := range r.points {
		if pt != nil {
			p.drawMark(l, p.series[i], pt.at, mid)
		}
	}
}

func (p *rows) drawMark(l *rowLayout, se series, v []float64, mid float64) {
	x := func(i int) float64 { return l.scale.at(v[i]) }
	h := l.barH
	switch se.mark {
	case bar:
		if se.hatch {
			l.hatched(x(0), mid-h/2, x(1)-x(0), h, se.class)
		} else {
			l.rect(x(0), mid-h/2, x(1)-x(0), h, se.class)
		}
	case span:
		l.rect(x(0), mid-2, x(1)-x(0), 4, se.class)
	case line:
		l.line(x(0), mid, x(1), mid, se.class+" whisker")
	case box:
		l.line(x(0), mid, x(4), mid, se.class+" whisker")
		l.rect(x(1), mid-h/2, x(3)-x(1), h, se.class+" box")
		l.line(x(2), mid-h/2, x(2), mid+h/2, "median")
	case tick:
		l.line(x(0), mid-reach(se, h/2), x(0), mid+reach(se, h/2), se.class+" tick")
	case dot:
		l.dot(x(0), mid, se.shape, se.class)
	}
}
