package chart

import (
	"strings"
	"testing"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/text"
)

// The grid has every province of the data, each in its own place.
func TestTileGrid(t *testing.T) {
	grid := tileGrid()
	if len(grid) != 38 || len(data.Provinces()) != 38 {
		t.Fatalf("%d tiles for %d provinces, want 38", len(grid), len(data.Provinces()))
	}
	places := map[[2]int]string{}
	iso := map[string]bool{}
	for _, p := range data.Provinces() {
		q, ok := grid[p.Code]
		if !ok {
			t.Errorf("%s has no tile", p.Name)
			continue
		}
		at := [2]int{q.col, q.row}
		if other := places[at]; other != "" {
			t.Errorf("%s and %s share a place", p.Name, other)
		}
		places[at] = p.Name
		if q.col < 0 || q.col >= tileCols || q.row < 0 || q.row >= tileRows {
			t.Errorf("%s lies outside the grid", p.Name)
		}
		if iso[q.iso] || len(q.iso) != 2 {
			t.Errorf("%s: code %q", p.Name, q.iso)
		}
		iso[q.iso] = true
	}
}

// Roughly as on the map: what lies further east stands further right.
func TestTilesLieAsOnTheMap(t *testing.T) {
	grid := tileGrid()
	for _, pair := range [][2]string{{"11", "31"}, {"31", "35"}, {"35", "51"}, {"51", "53"}, {"61", "64"}, {"64", "71"}, {"73", "81"}, {"81", "91"}, {"96", "92"}, {"92", "91"}} {
		if a, b := grid[pair[0]], grid[pair[1]]; a.col >= b.col {
			t.Errorf("%s should stand left of %s", a.short, b.short)
		}
	}
	for _, pair := range [][2]string{{"11", "18"}, {"65", "63"}, {"71", "73"}, {"91", "95"}, {"95", "93"}} {
		if a, b := grid[pair[0]], grid[pair[1]]; a.row >= b.row {
			t.Errorf("%s should stand above %s", a.short, b.short)
		}
	}
}

// A class holds what its label says; equal values share one; unknown has none.
func TestClasses(t *testing.T) {
	for _, values := range [][]float64{{0, 0, 0}, {.05, .12, .36}, {1, 2, 3, 4, 5}, {70.37, 86.37, 78}, {0, 1}, {0, 158, 20, 20}, {12, 12}, {0, 10, 20, 30, 40, 50}} {
		p := &tiles{words: text.In("id")}
		for _, v := range values {
			p.squares = append(p.squares, square{raw: &v})
		}
		p.squares = append(p.squares, square{})
		low, high, known := p.classify(p.words, "median")
		if known != len(values) {
			t.Errorf("%v: %d known", values, known)
		}
		from, step := bounds(low, high, false)
		for _, q := range p.squares[:known] {
			a := from + step*float64(q.class-1)
			if q.class < 1 || q.class > 5 || *q.raw < a-1e-9 || *q.raw > a+step+1e-9 {
				t.Errorf("%v: %v is in class %d, from %v by %v", values, *q.raw, q.class, from, step)
			}
		}
		if p.squares[known].class != 0 {
			t.Errorf("%v: unknown got class %d", values, p.squares[known].class)
		}
	}
}

// Units without a province have a row of the table and no square.
func TestNoProvince(t *testing.T) {
	stats := []analytics.ProvinceStat{{Code: "31", Name: "DKI Jakarta", Nominees: 3}, {Units: 7, Nominees: 900}}
	for lang, name := range map[string]string{"id": "tanpa provinsi", "en": "no province"} {
		c := Provinces(text.In(lang), "nominees", stats)
		last := c.Table.Rows[1]
		if last[0].Text != name || last[1].Text != "-" || last[1].Why == "" || last[2].Text != "7" {
			t.Errorf("%s: the row reads %+v", lang, last[:3])
		}
		if strings.Contains(string(c.Wide)+string(c.Option)+c.Title, "900") {
			t.Errorf("%s: units without a province are on the grid", lang)
		}
	}
}

// A province without a decided nominee shows "-" and no colour, never 0 %.
func TestUnknownProvince(t *testing.T) {
	stats := []analytics.ProvinceStat{{Code: "31", Name: "DKI Jakarta"}}
	c := Provinces(text.In("id"), "pass_rate", stats)
	if got := c.Table.Rows[0][6]; got.Text != "-" || got.Why == "" {
		t.Errorf("the table says %+v", got)
	}
}

// A rate of one nominee out of one is luck: the square says 1/1 and gets no
// shade.
func TestFewAreNotShaded(t *testing.T) {
	share, few := 1.0, 0.5
	stats := []analytics.ProvinceStat{
		{Code: "31", Name: "DKI Jakarta", PassRate: analytics.Rate{Hits: 1, Of: 1, Share: &share}},
		{Code: "32", Name: "Jawa Barat", PassRate: analytics.Rate{Hits: 5, Of: 10, Share: &few}},
	}
	c := Provinces(text.In("en"), "pass_rate", stats)
	for _, want := range []string{">1/1<", "fewer than 5", ">50%<"} {
		if !strings.Contains(string(c.Wide), want) {
			t.Errorf("the drawing lacks %q", want)
		}
	}
	if strings.Contains(c.Title, "100") {
		t.Errorf("the title speaks of one nominee: %s", c.Title)
	}
}
