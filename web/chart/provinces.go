package chart

import (
	"math"
	"slices"

	"tolok/analytics"
	"tolok/web/text"
)

// Shows lists what the tile grid can show, the first by default.
var Shows = []string{"pass_rate", "nominees", "holders", "median"}

// Provinces shows one figure of each province on the tile grid.
func Provinces(w text.Words, show string, stats []analytics.ProvinceStat) *Chart {
	if !slices.Contains(Shows, show) {
		show = Shows[0]
	}
	what := w.Code("show", show)
	c := &Chart{ID: "provinces", Title: w.T("chart.provinces.none", "show", what), Desc: w.T("chart.provinces.desc", "show", text.Mid(what)), Large: true}
	p := &tiles{words: w, unknown: w.T("chart.provinces.unknown")}
	for _, s := range stats {
		t, ok := tileGrid()[s.Code]
		if !ok {
			continue
		}
		q := square{tile: t, raw: provinceValue(show, s), tip: provinceTip(w, s)}
		q.value = provinceText(w, show, q.raw)
		if of := countBehind(show, s); of.Known() && of < fewest {
			q.raw = nil // one unit's luck is not a province's colour
			if show == "pass_rate" && of > 0 {
				q.value = w.Count(s.PassRate.Hits.Pointer()) + "/" + w.Count(of.Pointer())
			}
		}
		p.squares = append(p.squares, q)
	}
	c.Table = provinceTable(w, stats)
	if len(p.squares) == 0 {
		return c
	}
	if countBehind(show, analytics.ProvinceStat{}).Known() {
		p.unknown = w.T("chart.provinces.few", "n", fewest)
	}
	if low, high, known := p.classify(w, show); known > 0 {
		c.Title = w.T("chart.provinces.title", "show", what, "n", known, "low", provinceText(w, show, &low), "high", provinceText(w, show, &high))
	}
	return finish(c, p)
}

// fewest is how many a rate or a median must rest on to be given a shade.
const fewest = 5

// countBehind is how many a figure rests on, where that is known; a figure that
// is a count itself rests on none.
func countBehind(show string, s analytics.ProvinceStat) analytics.Count {
	switch show {
	case "pass_rate":
		return s.PassRate.Of
	case "median":
		return s.Scored
	}
	return analytics.Withheld
}

func provinceValue(show string, s analytics.ProvinceStat) *float64 {
	count := func(n int64) *float64 { v := float64(n); return &v }
	switch show {
	case "nominees":
		if !s.Nominees.Known() {
			return nil
		}
		return count(s.Nominees.Int())
	case "holders":
		return count(s.Holders)
	case "median":
		return s.Median
	}
	return s.PassRate.Share
}

func provinceText(w text.Words, show string, v *float64) string {
	switch {
	case v == nil:
		return text.Unknown
	case show == "pass_rate":
		return w.Percent(*v, 0)
	case show == "median":
		return w.Float(*v, 1)
	}
	return w.Float(*v, 0)
}

func provinceTip(w text.Words, s analytics.ProvinceStat) string {
	return s.Name + "\n" + w.T("word.passrate") + ": " + w.MaybePercent(s.PassRate.Share, 1) + " (" + w.T("word.of", "n", s.PassRate.Hits, "of", s.PassRate.Of) + ")" +
		"\n" + w.T("word.nominees") + ": " + w.Count(s.Nominees.Pointer()) + "\n" + w.T("word.holders") + ": " + w.Int(s.Holders) +
		"\n" + w.T("word.mediantotal") + ": " + w.Maybe(s.Median, 2) + "\n" + w.T("word.units") + ": " + w.Int(s.Units)
}

// classify puts the values into five classes of equal width between round
// bounds. Equal values are always in one class.
func (p *tiles) classify(w text.Words, show string) (low, high float64, known int) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, q := range p.squares {
		if q.raw != nil {
			low, high = min(low, *q.raw), max(high, *q.raw)
			known++
		}
	}
	if known == 0 {
		return low, high, 0
	}
	from, step := bounds(low, high, show != "pass_rate" && show != "median")
	used := [6]bool{}
	for i := range p.squares {
		if v := p.squares[i].raw; v != nil {
			n := 1 + min(4, int(math.Floor((*v-from)/step+1e-9)))
			p.squares[i].class = n
			used[n] = true
		}
	}
	unit := ""
	if show == "pass_rate" {
		unit = "%"
	}
	p.classes = make([]string, 5)
	for i := range p.classes {
		a, b := from+step*float64(i), from+step*float64(i+1)
		p.classes[i] = boundText(w, show, a) + "–" + boundText(w, show, b) + unit
	}
	return low, high, known
}

// bounds finds a round start and step so that five steps hold low to high.
func bounds(low, high float64, whole bool) (from, step float64) {
	step = niceStep((high - low) / 5)
	if high == low {
		step = niceStep(math.Abs(low)/5 + 1e-9)
	}
	if whole {
		step = max(step, 1)
	}
	from = math.Floor(low/step) * step
	if high >= from+5*step+step*1e-9 {
		step *= 2
		from = math.Floor(low/step) * step
	}
	return from, step
}

func boundText(w text.Words, show string, v float64) string {
	switch show {
	case "pass_rate":
		v = math.Round(v*1e6) / 1e4
		return w.Float(v, decimalsOf(v))
	case "median":
		return w.Float(v, decimalsOf(v))
	}
	return w.Float(v, 0)
}

func provinceTable(w text.Words, stats []analytics.ProvinceStat) Table {
	t := Table{
		Caption: w.T("chart.provinces.caption"),
		Head: Heads(w.T("word.province"), w.T("word.code"), "#"+w.T("word.units"), "#"+w.T("word.scored"), "#"+w.T("word.nominees"), "#"+w.T("word.passed"),
			"#"+w.T("word.passrate"), "#"+w.T("word.interval"), "#"+w.T("word.holders"), "#"+w.T("word.mediantotal")),
	}
	for _, s := range stats {
		iso := Cell{Text: tileGrid()[s.Code].iso}
		if iso.Text == "" {
			iso = Cell{Text: text.Unknown, Why: w.T("why.not-applicable")}
		}
		t.Rows = append(t.Rows, []Cell{
			Text(ProvinceName(w, s)), iso, Num(w.Int(s.Units), ""), Num(w.Count(s.Scored.Pointer()), w.T("why.withheld")), Num(w.Count(s.Nominees.Pointer()), w.T("why.withheld")), Num(w.Count(s.Passed.Pointer()), w.T("why.withheld")),
			Num(w.MaybePercent(s.PassRate.Share, 1), w.T("why.undecided")), Num(IntervalText(w, s.PassRate.Interval), w.T("why.undecided")),
			Num(w.Int(s.Holders), ""), Num(w.Maybe(s.Median, 2), w.T("why.no-scores")),
		})
	}
	return t
}

// ProvinceName names a province; the row of units without one says so.
func ProvinceName(w text.Words, s analytics.ProvinceStat) string {
	if s.Code == "" {
		return w.T("word.noprovince")
	}
	return s.Name
}

// IntervalText writes the interval of a share.
func IntervalText(w text.Words, i *analytics.Interval) string {
	if i == nil {
		return text.Unknown
	}
	return w.Percent(i.Low, 1) + " – " + w.Percent(i.High, 1)
}
