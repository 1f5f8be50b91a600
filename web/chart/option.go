package chart

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// item is one value of a series. It is ours because go-echarts' own types
// leave out what a chart needs (a zero, a tip, a pattern).
type item struct {
	Name    string `json:"name,omitempty"`
	Value   any    `json:"value"` // "-" where there is none, as ECharts wants it
	Tooltip *tip   `json:"tooltip,omitempty"`
	Style   *style `json:"itemStyle,omitempty"`
	Label   *label `json:"label,omitempty"`
}

type tip struct {
	Formatter string `json:"formatter"`
}

type style struct {
	Color       string  `json:"color,omitempty"`
	BorderColor string  `json:"borderColor,omitempty"`
	BorderWidth float64 `json:"borderWidth,omitempty"`
	Decal       *decal  `json:"decal,omitempty"`
}

type label struct {
	Show      bool   `json:"show"`
	Formatter string `json:"formatter,omitempty"`
	Color     string `json:"color,omitempty"`
	Position  string `json:"position,omitempty"`
	Offset    []int  `json:"offset,omitempty"` // so that neighbours do not overlap
}

// decal is a pattern of slanted lines over a colour.
type decal struct {
	Symbol     string    `json:"symbol"`
	DashArrayX []float64 `json:"dashArrayX"`
	DashArrayY []float64 `json:"dashArrayY"`
	Rotation   float64   `json:"rotation"`
	Color      string    `json:"color"`
}

func hatchOf() *decal {
	return &decal{Symbol: "rect", DashArrayX: []float64{1, 0}, DashArrayY: []float64{3, 4}, Rotation: -0.7853981634, Color: "token:surface"}
}

// tooltip adds what go-echarts does not know: rich text needs no inline style
// in the page, so a strict policy stays clean.
type tooltip struct {
	opts.Tooltip
	RenderMode string `json:"renderMode"`
	Confine    bool   `json:"confine"`
}

const gap = "-"

// say makes a tip from lines of text. Braces would be read as templates.
func say(lines string) *tip {
	if lines == "" {
		return nil
	}
	return &tip{plain(lines)}
}

func plain(s string) string { return strings.NewReplacer("{", "(", "}", ")").Replace(s) }

// hatchMark marks a series for marshal in a field that bars do not use.
const hatchMark = "hatch"

// look is the style of a series of bars or dots.
func look(se series) *opts.ItemStyle {
	s := &opts.ItemStyle{Color: token(se.class)}
	if se.hatch {
		s.AreaColor = hatchMark
	}
	return s
}

func token(class string) string {
	if n, ok := strings.CutPrefix(class, "c"); ok {
		return "token:chart-" + n
	}
	return "token:" + class
}

// base is a chart with what all of them share. top and bottom are the room
// that legend and keys need.
func base(c *Chart, colors []string, top, bottom string) *charts.Bar {
	b := charts.NewBar()
	b.SetGlobalOptions(
		charts.WithColorsOpts(colors),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item"}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(true), Left: "0", Top: "0"}),
		charts.WithGridOpts(opts.Grid{Left: "8", Right: "28", Top: top, Bottom: bottom, ContainLabel: opts.Bool(true)}),
		charts.WithAriaOpts(&opts.Aria{Enabled: opts.Bool(true), Label: &opts.AriaLabel{Enabled: opts.Bool(true), Description: plain(c.Title + ". " + c.Desc)}}),
	)
	return b
}

// hatched is a series with a pattern, which go-echarts' item style lacks.
type hatched struct {
	charts.SingleSeries
	Style style `json:"itemStyle"`
}

// marshal writes an option; more are the parts that go-echarts cannot express.
// encoding/json escapes <, > and &, so that no
// name can close the script block the option stands in.
func marshal(b *charts.Bar, more map[string]any) json.RawMessage {
	o := b.JSON()
	o["tooltip"] = tooltip{b.Tooltip, "richText", true}
	list := make([]any, len(b.MultiSeries))
	for i, s := range b.MultiSeries {
		list[i] = s
		if s.ItemStyle != nil && s.ItemStyle.AreaColor == hatchMark {
			list[i] = hatched{s, style{Color: s.ItemStyle.Color, Decal: hatchOf()}}
		}
	}
	o["series"] = list
	for name, v := range more {
		o[name] = v
	}
	raw, err := json.Marshal(o)
	if err != nil {
		// Only our own types and numbers go in; NaN would be a fault of a chart.
		panic(fmt.Sprintf("chart: option: %v", err))
	}
	return raw
}

// unitOf marks an axis whose numbers the page's script writes in the reader's
// language, with a unit behind them.
func unitOf(unit string) types.FuncStr { return types.FuncStr("{value}" + unit) }

// wholeOnly keeps an axis of counts from showing fractions.
func wholeOnly(whole bool) float64 {
	if whole {
		return 1
	}
	return 0
}
