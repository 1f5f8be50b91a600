package chart

import (
	"encoding/json"
	"html/template"
	"unicode/utf8"
)

// Chart is one picture in its three forms.
type Chart struct {
	ID     string        // unique on the page
	Title  string        // the takeaway
	Desc   string        // what is drawn, for those who do not see it
	Wide   template.HTML // SVG
	Narrow template.HTML // the same for narrow screens
	Option json.RawMessage
	Height int  // of the interactive form, px
	Large  bool // the wide drawing needs more room than half a page
	Table  Table
}

// Empty reports that there is nothing to draw.
func (c *Chart) Empty() bool { return c == nil || c.Wide == "" }

// Table is the chart's numbers as text, and any other table of a page.
type Table struct {
	Caption string
	Head    []Head
	Rows    [][]Cell
}

// Head is a column's heading.
type Head struct {
	Text   string
	Num    bool   // numbers, set to the right
	Href   string // sorts by the column
	Sorted string // ascending, descending: for aria-sort
	Title  string // the heading in full
}

// Cell is one value as the reader sees it. An unknown value has the reason in
// Why and shows as "-".
type Cell struct {
	Text  string
	Sub   string // a second, quieter line
	Why   string
	Href  string
	Badge string // a style for a word that classifies: good, warn, bad, info, plain
	Num   bool
	Bar   template.HTML // drawn under the text, which says the same
}

// Width says how a cell of words takes its room: short ones stay on one line,
// long ones get enough of it not to become a tower.
func (c Cell) Width() string {
	switch n := utf8.RuneCountInString(c.Text); {
	case n <= 17:
		return "short"
	case n <= 60:
		return "mid"
	}
	return "long"
}

// Text is a cell of words.
func Text(s string) Cell { return Cell{Text: s} }

// Num is a cell with a number; "-" gets the reason.
func Num(s, why string) Cell {
	if s == "-" {
		return Cell{Text: s, Why: why, Num: true}
	}
	return Cell{Text: s, Num: true}
}

// Heads makes columns: a leading "#" marks one of numbers.
func Heads(names ...string) []Head {
	out := make([]Head, len(names))
	for i, n := range names {
		if n != "" && n[0] == '#' {
			out[i] = Head{Text: n[1:], Num: true}
		} else {
			out[i] = Head{Text: n}
		}
	}
	return out
}

// Widths of the drawings, in CSS pixels at scale 1. The page shows one only
// where it has at least that much room (app.css has the same numbers), so no
// letter is ever smaller than it was drawn.
const (
	wide   = 540.0
	large  = 770.0
	narrow = 290.0
)

// picture is a model that can be drawn at a width and given as an option.
type picture interface {
	draw(c *Chart, width float64) template.HTML
	option(c *Chart) json.RawMessage
	height() int
}

// finish makes the forms of a chart from its model.
func finish(c *Chart, p picture) *Chart {
	c.Wide = p.draw(c, wide)
	if c.Large {
		c.Wide = p.draw(c, large)
	}
	c.Narrow = p.draw(c, narrow)
	c.Option = p.option(c)
	c.Height = p.height()
	return c
}
