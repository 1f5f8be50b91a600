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
		most = max(most, s.Entered)
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
		on := max(s.Entered-s.Stopped-s.Running, 0)
		tip := name + "\n" + w.T("chart.funnel.entered") + ": " + w.Int(s.Entered) +
			"\n" + w.T("chart.funnel.stopped") + ": " + w.Int(s.Stopped) +
			"\n" + w.T("chart.funnel.running") + ": " + w.Int(s.Running)
		r := row{label: name, end: w.Int(s.Entered), points: stack(tip, on, s.Stopped, s.Running)}
		p.rows = append(p.rows, r)
		share := text.Unknown
		if s.Entered > 0 {
			share = w.Percent(float64(s.Stopped)/float64(s.Entered), 1)
		}
		c.Table.Rows = append(c.Table.Rows, []Cell{
			Text(name), Num(w.Int(s.Entered), ""), Num(w.Int(s.Stopped), ""), Num(w.Int(s.Running), ""), Num(share, w.T("why.none-entered")),
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
		share := w.Percent(float64(b.Missed)/float64(b.Of), 1)
		c.Table.Rows = append(c.Table.Rows, []Cell{
			Text(name), Num(w.Int(b.Missed), ""), Num(w.Int(b.Alone), ""), Num(w.Int(b.Of), ""), Num(share, ""),
		})
		if b.Missed == 0 || len(p.rows) == shown {
			continue
		}
		if len(p.rows) == 0 {
			c.Title = w.T("chart.blocking.title", "target", target, "criterion", text.Mid(name), "n", b.Missed, "of", b.Of)
		}
		p.max = max(p.max, float64(b.Missed))
		tip := name + "\n" + w.T("chart.blocking.missed") + ": " + w.Int(b.Missed) + " (" + share + ")\n" + w.T("chart.blocking.alone") + ": " + w.Int(b.Alone)
		p.rows = append(p.rows, row{label: name, end: w.Int(b.Missed) + " (" + share + ")", points: stack(tip, b.Alone, b.Missed-b.Alone)})
	}
	if len(p.rows) == 0 {
		return c
	}
	return finish(c, p)
}

// cycle writes a year, which has no thousands.
func cycle(n int) string { return strconv.Itoa(n) }
