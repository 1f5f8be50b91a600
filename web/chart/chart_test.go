package chart

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fixture reads an answer made by hand, shared with the pages' tests.
func fixture[T any](t testing.TB, name string) *T {
	t.Helper()
	b, err := os.ReadFile("../testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	v := new(T)
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
	return v
}

// drawn draws every chart of the fixtures.
func drawn(t testing.TB, lang string) map[string]*Chart {
	t.Helper()
	w := text.In(lang)
	o := fixture[analytics.Overview](t, "overview")
	r := fixture[analytics.Ranking](t, "ranking")
	a := fixture[analytics.Agency](t, "agency")
	u := fixture[analytics.Scorecard](t, "unit")
	n := fixture[analytics.Forecasts](t, "nominee").Nominee
	card := fixture[analytics.ReportCard](t, "report_card")
	q := fixture[analytics.Portfolio](t, "portfolio")
	spi := fixture[analytics.SPI](t, "spi")
	year := spi.Years[len(spi.Years)-1]
	m := Minima{data.WBK: 75 * data.One, data.WBBM: 85 * data.One}
	return map[string]*Chart{
		"funnel": Funnel(w, o.Funnel), "blocking": Blocking(w, data.WBK, o.Blocking), "areas": Areas(w, o.Areas), "series": Series(w, o.Series),
		"provinces": Provinces(w, "pass_rate", o.Provinces), "provinces-median": Provinces(w, "median", o.Provinces), "provinces-nominees": Provinces(w, "nominees", o.Provinces),
		"distribution": Distribution(w, r.By, r.Dist, m), "agency-areas": AgencyAreas(w, a.Kind, a.Areas),
		"chances": Chances(w, fixture[analytics.Forecasts](t, "forecast").Rows), "criteria": CriteriaChances(w, n.Criteria),
		"contributions": Contributions(w, *n.Average, n.Row.Probability.Float(), n.Contribution), "reliability": Reliability(w, card.Curve, card.Bands), "passes": Passes(w, q.Dist, q.Low, q.High),
		"passrates":  PassRates(w, fixture[analytics.Agencies](t, "agencies").Rows),
		"heat":       Attainment(w, "tpn", o.Heat, o.HeatOf, func(id string) string { return "/agencies/" + id }),
		"passfunnel": PassFunnel(w, fixture[analytics.FunnelPlot](t, "funnel"), false), "adjustedfunnel": PassFunnel(w, fixture[analytics.FunnelPlot](t, "funnel"), true),
		"route": Route(w, data.WBK, &fixture[analytics.Path](t, "path").Routes[1]), "mentorprovinces": MentorProvinces(w, fixture[analytics.Mentors](t, "mentors")),
		"gapfunnel": GapFunnel(w, fixture[analytics.Credibility](t, "credibility")),
		"spi":       SPI(w, "ipak", spi.Rows, year.IPAK), "spi-passes": SPI(w, "pass_rate", spi.Rows, year.PassRate),
		"scorecard": Scorecard(w, u), "layers": Layers(w, data.Areas, u.Layers), "history": History(w, u.History, m),
	}
}

func TestGolden(t *testing.T) {
	for name, c := range drawn(t, text.Indonesian) {
		var option any
		if err := json.Unmarshal(c.Option, &option); err != nil {
			t.Fatalf("%s: option: %v", name, err)
		}
		pretty, err := json.MarshalIndent(option, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".wide.svg", strings.ReplaceAll(string(c.Wide), "><", ">\n<")+"\n")
		golden(t, name+".narrow.svg", strings.ReplaceAll(string(c.Narrow), "><", ">\n<")+"\n")
		golden(t, name+".option.json", string(pretty)+"\n")
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run the test with -update and look at what it writes", err)
	}
	if got != string(want) {
		t.Errorf("%s changed; run with -update and look at the difference", name)
	}
}

// A drawing is well-formed, says what it is, and keeps its letters inside.
func TestDrawings(t *testing.T) {
	for _, lang := range text.Langs {
		for name, c := range drawn(t, lang) {
			for form, drawing := range map[string]string{"wide": string(c.Wide), "narrow": string(c.Narrow)} {
				checkDrawing(t, lang+" "+name+" "+form, drawing)
			}
			if len(c.Table.Rows) == 0 || c.Table.Caption == "" || c.Title == "" || c.Desc == "" {
				t.Errorf("%s: a chart needs a title, a description and its table", name)
			}
		}
	}
}

func checkDrawing(t *testing.T, name, drawing string) {
	t.Helper()
	ids := map[string]bool{}
	width := 0.0
	seen := map[string]int{}
	var open *xml.StartElement
	dec := xml.NewDecoder(strings.NewReader(drawing))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s is not well-formed: %v", name, err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			seen[tok.Name.Local]++
			if id := attr(tok, "id"); id != "" && ids[id] {
				t.Errorf("%s: id %s twice", name, id)
			} else {
				ids[id] = true
			}
			if tok.Name.Local == "svg" {
				width, _ = strconv.ParseFloat(strings.Fields(attr(tok, "viewBox"))[2], 64)
				if attr(tok, "role") != "img" || attr(tok, "aria-labelledby") == "" {
					t.Errorf("%s: a drawing has role img and is labelled", name)
				}
			}
			if attr(tok, "style") != "" {
				t.Errorf("%s: inline style", name)
			}
			open = nil
			if tok.Name.Local == "text" {
				c := tok.Copy()
				open = &c
			}
		case xml.CharData:
			if open != nil {
				checkInside(t, name, *open, string(tok), width)
			}
		case xml.EndElement:
			open = nil
		}
	}
	if seen["title"] == 0 || seen["desc"] != 1 {
		t.Errorf("%s: title or description is missing", name)
	}
}

// checkInside is generous by what the estimate of a text's width may err.
func checkInside(t *testing.T, name string, e xml.StartElement, s string, width float64) {
	t.Helper()
	x, _ := strconv.ParseFloat(attr(e, "x"), 64)
	size := fontSize
	if strings.Contains(attr(e, "class"), "small") {
		size = smallSize
	}
	w := textWidth(s, size)
	switch attr(e, "text-anchor") {
	case "middle":
		x -= w / 2
	case "end":
		x -= w
	}
	if slack := width * .05; x < -slack || x+w > width+slack {
		t.Errorf("%s: %q reaches from %.0f to %.0f of %.0f", name, s, x, x+w, width)
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

var colour = regexp.MustCompile(`(?i)#[0-9a-f]{3,8}\b|rgb\(|hsl\(`)

// Colours are tokens, markup is escaped, and two drawings of one answer are
// the same: no random ids.
func TestFormsAreClean(t *testing.T) {
	again := drawn(t, text.English)
	for name, c := range drawn(t, text.English) {
		option := string(c.Option)
		if strings.ContainsAny(option, "<>&") {
			t.Errorf("%s: the option has markup in it", name)
		}
		if m := colour.FindString(option); m != "" {
			t.Errorf("%s: the option names the colour %s; use a token", name, m)
		}
		if strings.Contains(string(c.Wide)+string(c.Narrow), "<script") {
			t.Errorf("%s: a name broke out of the drawing", name)
		}
		if option != string(again[name].Option) || c.Wide != again[name].Wide {
			t.Errorf("%s: two drawings of one answer differ", name)
		}
		if !strings.Contains(option, `"renderMode":"richText"`) {
			t.Errorf("%s: tooltips must be rich text", name)
		}
	}
}

type option struct {
	Series []struct {
		Name string
		Type string
		Data []struct {
			Value   any
			Tooltip struct{ Formatter string }
		}
	}
	XAxis []struct{ Data []string }
}

func read(t *testing.T, c *Chart) option {
	t.Helper()
	var o option
	if err := json.Unmarshal(c.Option, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// A zero is a measurement: it must reach ECharts, and must not be confused
// with a gap.
func TestZeroIsKept(t *testing.T) {
	c := Distribution(text.In("id"), "total", []analytics.Bin{{From: 0, To: 10}, {From: 10, To: 20, Count: 3}}, nil)
	first := read(t, c).Series[0].Data[0].Value.([]any)
	if first[0] != 5.0 || first[1] != 0.0 {
		t.Errorf("the empty bin became %v", first)
	}
	f := Funnel(text.In("id"), []analytics.StageCount{{Stage: "tpi", Entered: 5, Stopped: 5}})
	if v := read(t, f).Series[1].Data[0].Value; v != 5.0 {
		t.Errorf("stopped became %v", v)
	}
	if v := read(t, f).Series[0].Data[0].Value; v != gap {
		t.Errorf("nobody went on, yet there is a bar of %v", v)
	}
}

// Braces in a name must not be read as a template of ECharts.
func TestTipsAreNoTemplates(t *testing.T) {
	for name, c := range drawn(t, text.English) {
		for _, s := range read(t, c).Series {
			for _, d := range s.Data {
				if strings.ContainsAny(d.Tooltip.Formatter, "{}") {
					t.Errorf("%s: tip %q", name, d.Tooltip.Formatter)
				}
			}
		}
	}
}

// No line runs across a break: there are no lines at all, and a break is a
// place of its own among the cycles.
func TestSeriesBreaks(t *testing.T) {
	o := read(t, Series(text.In("id"), fixture[analytics.Overview](t, "overview").Series))
	for _, s := range o.Series {
		if s.Type != "bar" {
			t.Errorf("series %s is drawn as %s", s.Name, s.Type)
		}
	}
	labels := strings.Join(o.XAxis[0].Data, " ")
	if want := "2016 2017 2018 ① 2019 2020 ② 2021 2022 ③ 2023 2024 2025"; labels != want {
		t.Errorf("the axis reads %s, want %s", labels, want)
	}
	for _, s := range o.Series {
		if s.Data[3].Value != gap {
			t.Errorf("series %s has %v on a break", s.Name, s.Data[3].Value)
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	w := text.In("id")
	for name, c := range map[string]*Chart{
		"funnel": Funnel(w, nil), "funnel of nobody": Funnel(w, []analytics.StageCount{{Stage: "tpi"}}), "blocking": Blocking(w, "WBK", nil), "areas": Areas(w, []analytics.AreaStat{{Area: "MP"}}),
		"agency areas": AgencyAreas(w, "kota", nil), "heat": Attainment(w, "tpn", []analytics.HeatRow{{ID: "A", Name: "A"}}, 1, func(string) string { return "" }), "series": Series(w, nil), "provinces": Provinces(w, "", nil), "distribution": Distribution(w, "total", nil, nil),
		"rates": PassRates(w, []analytics.AgencyRow{{ID: "A"}}), "scorecard": Scorecard(w, &analytics.Scorecard{}), "layers": Layers(w, data.Areas, nil), "history": History(w, nil, nil),
	} {
		if !c.Empty() || c.Title == "" {
			t.Errorf("%s of nothing must be empty and say so", name)
		}
	}
}
