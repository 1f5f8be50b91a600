package chart

import (
	"strconv"

	"tolok/analytics"
	"tolok/web/text"
)

// Funnel shows the stages of a cycle: how many nominees entered each, and how
// many stopped there.
func Funnel(w text.Words, stages []analytics.StageCount) *Chart {
	c := &Chart{ID: "funnel", Title: w.T("chart.funnel.none"), Desc: w.T("chart.funnel.desc")}
	var worst *analytics.StageCount
	most := int64(0)
	for i, s := range stages {
		most = max(most, s.Entered.Int())
		if s.Stopped > 0 && (worst == nil || s.Stopped > worst.Stopped) {
			worst = &stages[i]
		}
	}
	if most == 0 {
		return c
	}
	if worst != nil {
		c.Title = w.T("chart.funnel.title", "stage", text.Mid(w.Code("stage", worst.Stage)), "n", worst.Stopped, "of", worst.Entered)
	}
	p := &rows{words: w, max: float64(most), whole: true, series: []series{
		{name: w.T("chart.funnel.on"), class: "c1"},
		{name: w.T("chart.funnel.stopped"), class: "c2", hatch: true},
		{name: w.T("chart.funnel.running"), class: "c0"},
	}}
	c.Table = Table{
		Caption: w.T("chart.funnel.caption"),
		Head:    Heads(w.T("word.stage"), "#"+w.T("chart.funnel.entered"), "#"+w.T("chart.funnel.stopped"), "#"+w.T("chart.funnel.running"), "#"+w.T("chart.funnel.share")),
	}
	for _, s := range stages {
		name := w.Code("stage", s.Stage)
		on := max(s.Entered.Int()-s.Stopped.Int()-s.Running.Int(), 0)
		tip := name + "\n" + w.T("chart.funnel.entered") + ": " + w.Count(s.Entered.Pointer()) +
			"\n" + w.T("chart.funnel.stopped") + ": " + w.Count(s.Stopped.Pointer()) +
			"\n" + w.T("chart.funnel.running") + ": " + w.Count(s.Running.Pointer())
		r := row{label: name, end: w.Count(s.Entered.Pointer()), points: stack(tip, on, s.Stopped.Int(), s.Running.Int())}
		p.rows = append(p.rows, r)
		share := text.Unknown
		if s.Entered > 0 {
			share = w.Percent(float64(s.Stopped)/float64(s.Entered), 1)
		}
		c.Table.Rows = append(c.Table.Rows, []Cell{
			Text(name), Num(w.Count(s.Entered.Pointer()), w.T("why.withheld")), Num(w.Count(s.Stopped.Pointer()), w.T("why.withheld")), Num(w.Count(s.Running.Pointer()), w.T("why.withheld")), Num(share, w.T("why.none-entered")),
		})
	}
	return finish(c, p)
}

// stack puts counts end to end.
func stack(tip string, counts ...int64) []*point {
	out := make([]*point, len(counts))
	from := 0.0
	for i, n := range counts {
		to := from + float64(n)
		if n > 0 {
			out[i] = at(tip, from, to)
		}
		from = to
	}
	return out
}

// Blocking shows the criteria that most nominees of a target miss.
func Blocking(w text.Words, target string, blocks []analytics.BlockCount) *Chart {
	c := &Chart{ID: "blocking-" + target, Title: w.T("chart.blocking.none", "target", target), Desc: w.T("chart.blocking.desc", "target", target)}
	p := &rows{words: w, whole: true, series: []series{
		{name: w.T("chart.blocking.alone"), class: "c2"},
		{name: w.T("chart.blocking.others"), class: "c2", hatch: true},
	}}
	c.Table = Table{
		Caption: w.T("chart.blocking.caption", "target", target),
		Head:    Heads(w.T("word.criterion"), "#"+w.T("chart.blocking.missed"), "#"+w.T("chart.blocking.alone"), "#"+w.T("chart.blocking.of"), "#"+w.T("word.share")),
	}
	const shown = 10
	for _, b := range blocks {
		if b.Target != target || b.Of == 0 {
			continue
		}
		name := w.Criterion(b.Criterion)
		share := text.Unknown
		if b.Of > 0 {
			share = w.Percent(float64(b.Missed)/float64(b.Of), 1)
		}
		c.Table.Rows = append(c.Table.Rows, []Cell{
			Text(name), Num(w.Count(b.Missed.Pointer()), w.T("why.withheld")), Num(w.Count(b.Alone.Pointer()), w.T("why.withheld")), Num(w.Count(b.Of.Pointer()), w.T("why.withheld")), Num(share, w.T("why.withheld")),
		})
		if b.Missed <= 0 || len(p.rows) == shown {
			continue
		}
		if len(p.rows) == 0 {
			c.Title = w.T("chart.blocking.title", "target", target, "criterion", text.Mid(name), "n", b.Missed, "of", b.Of)
		}
		p.max = max(p.max, float64(b.Missed))
		tip := name + "\n" + w.T("chart.blocking.missed") + ": " + w.Count(b.Missed.Pointer()) + " (" + share + ")\n" + w.T("chart.blocking.alone") + ": " + w.Count(b.Alone.Pointer())
		p.rows = append(p.rows, row{label: name, end: w.Count(b.Missed.Pointer()) + " (" + share + ")", points: stack(tip, b.Alone.Int(), (b.Missed - b.Alone).Int())})
	}
	if len(p.rows) == 0 {
		return c
	}
	return finish(c, p)
}

// cycle writes a year, which has no thousands.
func cycle(n int) string { return strconv.Itoa(n) }
