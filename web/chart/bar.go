package chart

import (
	"html/template"
	"strings"

	"tolok/analytics"
	"tolok/data"
)

// IntervalBar draws an interval on a scale from low to high, with a dot at the
// value and a tick at each minimum: a row of a table. The numbers stand beside
// it, so it is not announced.
func IntervalBar(i *analytics.Interval, value, low, high float64, minima Minima) template.HTML {
	const w, h = 132.0, 14.0
	x := scale{low, high, 6, w - 6}
	var s svg
	s.line(1, h/2, w-1, h/2, "grid")
	for _, target := range data.Targets {
		if m, ok := minima[target]; ok {
			s.line(x.at(m.Float()), 1, x.at(m.Float()), h-1, "edge-none")
		}
	}
	s.rect(x.at(i.Low), h/2-2, x.at(i.High)-x.at(i.Low), 4, "c1")
	s.dot(x.at(value), h/2, "circle", "c1")
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" class="chart interval" viewBox="0 0 ` + px(w) + " " + px(h) + `" width="` + px(w) + `" height="` + px(h) + `" aria-hidden="true" focusable="false">`)
	b.WriteString(s.body.String() + "</svg>")
	return template.HTML(b.String())
}
