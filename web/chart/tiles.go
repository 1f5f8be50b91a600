package chart

import (
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"html/template"
	"strconv"
	"strings"
	"sync"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"tolok/web/text"
)

//go:embed tiles.csv
var tilesCSV string

// tile is a province's square on the grid: our own layout, as on the map and
// claiming no boundary.
type tile struct {
	code, iso, short string
	col, row         int
}

const tileCols, tileRows = 13, 7

var tileGrid = sync.OnceValue(func() map[string]tile {
	rows, err := csv.NewReader(strings.NewReader(tilesCSV)).ReadAll()
	if err != nil {
		panic("chart: tiles.csv: " + err.Error())
	}
	grid := map[string]tile{}
	for _, r := range rows[1:] {
		col, errCol := strconv.Atoi(r[1])
		row, errRow := strconv.Atoi(r[2])
		if errCol != nil || errRow != nil {
			panic("chart: tiles.csv: no place for " + r[0])
		}
		grid[r[0]] = tile{code: r[0], col: col, row: row, iso: r[3], short: r[4]}
	}
	return grid
})

// square is one province's value.
type square struct {
	tile
	class int // 1 to 5; 0 is unknown
	value string
	tip   string
	raw   *float64
}

// tiles is the tile grid of the 38 provinces.
type tiles struct {
	words   text.Words
	squares []square
	classes []string // what the classes 1 to 5 hold
	unknown string
}

func (p *tiles) height() int { return 460 }

func (p *tiles) draw(c *Chart, width float64) template.HTML {
	s := newSVG(c, width)
	isNarrow := width == narrow
	size := width / tileCols
	top := p.drawKey(s)
	s.h = top + size*tileRows
	for _, q := range p.squares {
		x, y := size*float64(q.col), top+size*float64(q.row)
		p.drawTile(s, q, x+1.5, y+1.5, size-3, isNarrow)
	}
	return s.close(c)
}

// drawKey is the legend: the classes with their bounds and their pattern.
func (p *tiles) drawKey(s *svg) float64 {
	x, y := 0.0, 0.0
	place := func(name string, sample func(x, y float64)) {
		w := 30 + textWidth(name, smallSize) + 14
		if x > 0 && x+w > s.w {
			x, y = 0, y+28
		}
		sample(x, y)
		s.text(x+30, y+16, "start", "small", name)
		x += w
	}
	for i, name := range p.classes {
		if name == "" {
			continue
		}
		place(name, func(x, y float64) {
			s.rect(x, y+1, 22, 22, "q"+strconv.Itoa(i+1))
			p.pips(s, i+1, x, y+1, 22)
		})
	}
	place(p.unknown, func(x, y float64) { s.hatched(x, y+1, 22, 22, "none") })
	return y + 38
}

// pips repeat the class as a count of marks, for eyes that cannot tell the
// shades apart.
func (p *tiles) pips(s *svg, class int, x, y, size float64) {
	step := size / 7
	for i := range class {
		s.rect(x+step*(1+float64(i)), y+size-size/9-1.5, step-1.2, max(size/22, 1.6), "p"+strconv.Itoa(class))
	}
}

func (p *tiles) drawTile(s *svg, q square, x, y, size float64, isNarrow bool) {
	class := "q" + strconv.Itoa(q.class)
	ink := "p" + strconv.Itoa(q.class)
	s.body.WriteString(`<g><title>` + esc(strings.ReplaceAll(q.tip, "\n", ", ")) + `</title>`)
	if q.class == 0 {
		s.hatched(x, y, size, size, "none")
		ink = "halo"
	} else {
		s.rect(x, y, size, size, class)
		p.pips(s, q.class, x, y, size)
	}
	mid := x + size/2
	if isNarrow {
		s.text(mid, y+size/2+3, "middle", "small strong "+ink, q.iso)
	} else {
		s.text(mid, y+size/2-5, "middle", "small "+ink, q.short)
		s.text(mid, y+size/2+12, "middle", "strong "+ink, q.value)
	}
	s.body.WriteString(`</g>`)
}

// option is a heat map on two hidden axes. Each square brings its own colour,
// label and tip, so that it looks as the drawing does.
func (p *tiles) option(c *Chart) json.RawMessage {
	b := base(c, []string{"token:chart-1"}, "44", "0")
	hidden := opts.Bool(false)
	b.SetGlobalOptions(
		charts.WithLegendOpts(opts.Legend{Show: hidden}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Show: hidden, Data: numbered(tileCols)}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Show: hidden, Inverse: opts.Bool(true), Data: numbered(tileRows)}),
	)
	data := make([]item, len(p.squares))
	for i, q := range p.squares {
		n := strconv.Itoa(q.class)
		data[i] = item{
			Name: q.short, Value: []any{q.col, q.row, q.class}, Tooltip: say(q.tip),
			Label: &label{Show: true, Formatter: plain(q.short+"\n"+q.value) + "\n" + strings.Repeat("▪", q.class), Color: "token:seq-" + n + "-text"},
			Style: &style{Color: "token:seq-" + n, BorderColor: "token:surface", BorderWidth: 3},
		}
		if q.class == 0 {
			data[i].Style.Decal = &decal{Symbol: "rect", DashArrayX: []float64{1, 0}, DashArrayY: []float64{1, 5}, Rotation: -0.7853981634, Color: "token:chart-hatch"}
		}
	}
	b.MultiSeries = append(b.MultiSeries, charts.SingleSeries{Name: c.Title, Type: "heatmap", Data: data})
	return marshal(b, map[string]any{"visualMap": p.visualMap()})
}

// visualMap is the legend of a heat map: go-echarts' pieces have no labels.
type visualMap struct {
	Type         string  `json:"type"`
	Dimension    int     `json:"dimension"`
	Orient       string  `json:"orient"`
	Left         int     `json:"left"`
	Top          int     `json:"top"`
	SelectedMode bool    `json:"selectedMode"`
	Pieces       []piece `json:"pieces"`
}

type piece struct {
	Value int    `json:"value"`
	Label string `json:"label"`
	Color string `json:"color"`
}

func (p *tiles) visualMap() visualMap {
	v := visualMap{Type: "piecewise", Dimension: 2, Orient: "horizontal"}
	for i, name := range p.classes {
		v.Pieces = append(v.Pieces, piece{i + 1, plain(name) + " " + strings.Repeat("▪", i+1), "token:seq-" + strconv.Itoa(i+1)})
	}
	v.Pieces = append(v.Pieces, piece{0, plain(p.unknown), "token:seq-0"})
	return v
}

func numbered(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strconv.Itoa(i)
	}
	return out
}
