package chart

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// svg writes one drawing. Coordinates are CSS pixels at scale 1; everything
// that a name or label contributes goes through esc.
type svg struct {
	body strings.Builder
	id   string
	w, h float64
}

// Sizes of letters, as in app.css.
const (
	fontSize  = 13.0
	smallSize = 12.0
)

func newSVG(c *Chart, width float64) *svg {
	id := c.ID + "-w"
	if width == narrow {
		id = c.ID + "-n"
	}
	return &svg{id: id, w: width}
}

func esc(s string) string { return template.HTMLEscapeString(s) }

// px writes a coordinate with at most one decimal, so that drawings stay small
// and the same on every machine.
func px(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

func (s *svg) rect(x, y, w, h float64, class string) {
	if w < 0 {
		x, w = x+w, -w
	}
	fmt.Fprintf(&s.body, `<rect x="%s" y="%s" width="%s" height="%s" class="%s"/>`, px(x), px(y), px(w), px(h), class)
}

// hatched is a rectangle filled with the drawing's pattern of a class.
func (s *svg) hatched(x, y, w, h float64, class string) {
	fmt.Fprintf(&s.body, `<rect x="%s" y="%s" width="%s" height="%s" class="edge-%s" fill="url(#%s-%s)"/>`, px(x), px(y), px(w), px(h), class, s.id, class)
}

func (s *svg) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(&s.body, `<line x1="%s" y1="%s" x2="%s" y2="%s" class="%s"/>`, px(x1), px(y1), px(x2), px(y2), class)
}

// text writes one line of letters; anchor is start, middle or end.
func (s *svg) text(x, y float64, anchor, class, t string) {
	a, c := "", ""
	if anchor != "start" {
		a = ` text-anchor="` + anchor + `"`
	}
	if class != "" {
		c = ` class="` + class + `"`
	}
	fmt.Fprintf(&s.body, `<text x="%s" y="%s"%s%s>%s</text>`, px(x), px(y), a, c, esc(t))
}

// dot draws a point in one of the shapes that tell series apart.
func (s *svg) dot(x, y float64, shape, class string) {
	const r = 5.5
	switch shape {
	case "square":
		s.rect(x-r+.5, y-r+.5, 2*r-1, 2*r-1, class+" dot")
	case "diamond":
		s.path(fmt.Sprintf("M%s %sL%s %sL%s %sL%s %sZ", px(x), px(y-r-1), px(x+r+1), px(y), px(x), px(y+r+1), px(x-r-1), px(y)), class+" dot")
	case "triangle":
		s.path(fmt.Sprintf("M%s %sL%s %sL%s %sZ", px(x), px(y-r), px(x+r), px(y+r-1), px(x-r), px(y+r-1)), class+" dot")
	default:
		fmt.Fprintf(&s.body, `<circle cx="%s" cy="%s" r="%s" class="%s dot"/>`, px(x), px(y), px(r), class)
	}
}

func (s *svg) path(d, class string) {
	fmt.Fprintf(&s.body, `<path d="%s" class="%s"/>`, d, class)
}

// close puts the drawing in its frame. Only the patterns that the drawing
// uses are defined.
func (s *svg) close(c *Chart) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t %s-d">`, px(s.w), px(s.h), s.id, s.id)
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, s.id, esc(c.Title), s.id, esc(c.Desc))
	body := s.body.String()
	var defs strings.Builder
	for _, class := range []string{"c0", "c1", "c2", "c3", "c4", "c5", "none"} {
		if strings.Contains(body, "url(#"+s.id+"-"+class+")") {
			fmt.Fprintf(&defs, `<pattern id="%s-%s" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="paper"/><rect width="2.5" height="6" class="%s"/></pattern>`, s.id, class, class)
		}
	}
	if defs.Len() > 0 {
		b.WriteString("<defs>" + defs.String() + "</defs>")
	}
	b.WriteString(body + "</svg>")
	return template.HTML(b.String())
}

// textWidth estimates how wide letters of the interface's type are.
func textWidth(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("iljtfrI.,:;'|()[] ", r):
			w += .33
		case strings.ContainsRune("mwMW%", r):
			w += .88
		case r >= 'A' && r <= 'Z':
			w += .68
		default:
			w += .58
		}
	}
	return w * size
}

// wrap breaks a label into at most two lines of a width; what is left over is
// cut with an ellipsis (the table has it in full).
func wrap(s string, width, size float64) []string {
	if textWidth(s, size) <= width {
		return []string{s}
	}
	words := strings.Fields(s)
	first := ""
	for i, w := range words {
		next := strings.TrimSpace(first + " " + w)
		if textWidth(next, size) > width && first != "" {
			return []string{first, clip(strings.Join(words[i:], " "), width, size)}
		}
		first = next
	}
	return []string{clip(first, width, size)}
}

func clip(s string, width, size float64) string {
	if textWidth(s, size) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && textWidth(string(r)+"…", size) > width {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}
