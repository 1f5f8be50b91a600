package chart

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/text"
)

// No letter of a drawing is smaller than 12 px anywhere: the page shows a
// drawing only where there is room for its full size, and the narrow one fits
// the narrowest phone (360 px, less the page's and the figure's margins).
func TestLettersAreLargeEnough(t *testing.T) {
	css, err := os.ReadFile("../static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	var rooms []float64
	for _, m := range regexp.MustCompile(`@container \(min-width: (\d+)px\)`).FindAllStringSubmatch(string(css), -1) {
		v, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		rooms = append(rooms, v)
	}
	if len(rooms) != 2 || rooms[0] < wide || rooms[1] < large {
		t.Errorf("the style sheet shows drawings of %v and %v px in %v px", wide, large, rooms)
	}
	if room := 360.0 - 2*16 - 2*16 - 2; narrow > room {
		t.Errorf("the narrow drawing needs %v of %v px", narrow, room)
	}
	tokens, err := os.ReadFile("../static/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	sizes := regexp.MustCompile(`--chart-[a-z]+: (\d+)px`).FindAllStringSubmatch(string(tokens), -1)
	if len(sizes) < 2 {
		t.Fatalf("sizes %v", sizes)
	}
	for _, m := range sizes {
		if v, err := strconv.Atoi(m[1]); err != nil || v < 12 {
			t.Errorf("%s is too small", m[0])
		}
	}
}

// The legend shows thresholds and intervals as lines, not as bars.
func TestLegendShowsTheMarks(t *testing.T) {
	w := text.In(text.English)
	c := Scorecard(w, fixture[analytics.Scorecard](t, "unit"))
	var o struct {
		Legend struct{ Data []struct{ Name, Icon string } }
	}
	if err := json.Unmarshal(c.Option, &o); err != nil {
		t.Fatal(err)
	}
	ticks := 0
	for _, d := range o.Legend.Data {
		if strings.HasSuffix(d.Name, "minimum") {
			ticks++
			if d.Icon != icons[tick] {
				t.Errorf("%s is shown as %q", d.Name, d.Icon)
			}
		} else if d.Icon != "" {
			t.Errorf("%s has the icon %q", d.Name, d.Icon)
		}
	}
	if ticks != 2 {
		t.Errorf("%d thresholds in the legend of %v", ticks, o.Legend.Data)
	}
}

// Where WBK and WBBM ask for the same, both ticks are seen.
func TestTicksAtOnePlace(t *testing.T) {
	c := Areas(text.In("id"), []analytics.AreaStat{{Area: "MP", Attainment: spreadOf(70), MinWBK: ptr(60), MinWBBM: ptr(60)}})
	lines := regexp.MustCompile(`y1="(-?[\d.]+)" x2="[\d.]+" y2="([\d.]+)" class="c[24] tick"`).FindAllStringSubmatch(string(c.Wide), -1)
	if len(lines) != 4 || lines[2][1] == lines[3][1] {
		t.Errorf("ticks %v", lines)
	}
}

func ptr(v float64) *float64 { return &v }

func spreadOf(v float64) analytics.Spread {
	return analytics.Spread{N: 9, P10: ptr(v - 20), Q1: ptr(v - 10), Median: ptr(v), Q3: ptr(v + 10), P90: ptr(v + 20)}
}

// The zoom slider keeps under the bars and under the numbers of their scale.
func TestZoomIsBelowTheBars(t *testing.T) {
	c := Distribution(text.In("id"), "total", []analytics.Bin{{From: 0, To: 10, Count: 1}, {From: 10, To: 20, Count: 3}}, nil)
	var o struct {
		DataZoom []struct{ Bottom, Height int }
		Grid     []struct{ Bottom string }
	}
	if err := json.Unmarshal(c.Option, &o); err != nil {
		t.Fatal(err)
	}
	bottom, err := strconv.Atoi(o.Grid[0].Bottom)
	if err != nil {
		t.Fatal(err)
	}
	const numbers = 24
	if len(o.DataZoom) != 1 || bottom-o.DataZoom[0].Bottom-o.DataZoom[0].Height < numbers {
		t.Errorf("the slider %+v reaches into the picture, which ends at %d", o.DataZoom, bottom)
	}
}

// A unit that was away for years: the rules that changed meanwhile part its
// scores, though no break falls on a cycle of its own.
func TestHistoryIsPartedByRules(t *testing.T) {
	score := func(v int) *data.Score { s := data.Score(v) * data.One; return &s }
	stats := []analytics.HistoryStat{
		{Cycle: 2018, Layer: data.TPN, Regulation: "52/2014", Total: score(80)},
		{Cycle: 2022, Layer: data.TPN, Regulation: "90/2021", Total: score(70)},
		{Cycle: 2023, Layer: data.TPN, Regulation: "90/2021", Total: score(72), Break: "break-2023"},
	}
	c := History(text.In(text.English), stats, nil)
	labels := strings.Join(read(t, c).XAxis[0].Data, " ")
	if want := "2018 ① 2022 ② 2023"; labels != want {
		t.Errorf("the axis reads %s, want %s", labels, want)
	}
	if !strings.Contains(string(c.Wide), "① Rules of 90/2021") {
		t.Error("the drawing does not say what parts 2018 from 2022")
	}
}

func TestFlow(t *testing.T) {
	parts := []string{"① Aturan 10/2019", "② LKE baru, kuota", "③ WBK Mandiri"}
	for width, want := range map[float64]int{1000: 1, 290: 2, 120: 3} {
		if got := flow(parts, width, smallSize); len(got) != want {
			t.Errorf("%v px gives %q", width, got)
		}
	}
	if got := flow(nil, 100, smallSize); got != nil {
		t.Errorf("nothing gives %q", got)
	}
}
