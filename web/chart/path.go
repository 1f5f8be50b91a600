package chart

import (
	"tolok/analytics"
	"tolok/web/text"
)

// Route shows what each step of a route earns, the one with most points for its
// effort first.
func Route(w text.Words, target string, r *analytics.Route) *Chart {
	c := &Chart{ID: "route", Title: w.T("chart.route.none"), Desc: w.T("chart.route.desc")}
	if r == nil || len(r.Steps) == 0 {
		return c
	}
	p := &rows{words: w, series: []series{{class: "c1"}}}
	var gain float64
	for _, s := range r.Steps {
		v := s.Gain.Float()
		gain += v
		p.max = max(p.max, v)
		name := Label(w, s.LabelID, s.LabelEN)
		tip := name + "\n" + StepText(w, s) + "\n" + w.T("word.gain") + ": " + w.Float(v, 2)
		p.rows = append(p.rows, row{label: name, end: "+" + w.Float(v, 2), points: []*point{at(tip, 0, v)}})
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(name), Text(StepText(w, s)), Num(w.Float(v, 2), ""), Num(w.Int(s.Effort), "")})
	}
	c.Title = w.T("chart.route.title", "n", len(r.Steps), "gain", w.Float(gain, 2), "target", target)
	c.Table.Caption = w.T("chart.route.caption")
	c.Table.Head = Heads(w.T("word.item"), w.T("word.change"), "#"+w.T("word.gain"), "#"+w.T("word.effort"))
	return finish(c, p)
}

// StepText is an answer as it is and as it is to be.
func StepText(w text.Words, s analytics.RouteStep) string {
	now := w.T("word.unanswered")
	if s.Now != "" {
		now = w.Answer(s.Now)
	}
	return now + " → " + w.Answer(s.To)
}

// Label is the one of two labels that the reader speaks.
func Label(w text.Words, id, en string) string {
	if w.Lang() == text.English {
		return en
	}
	return id
}
