package chart

import (
	"tolok/analytics"
	"tolok/web/text"
)

// Suspicions shows how often each check over the whole lake found something.
func Suspicions(w text.Words, codes []analytics.QualityCode) *Chart {
	c := &Chart{ID: "suspicions", Title: w.T("chart.suspicions.none"), Desc: w.T("chart.suspicions.desc")}
	c.Table = Table{Caption: w.T("chart.suspicions.caption"), Head: Heads(w.T("col.finding"), "#"+w.T("col.count"), "#"+w.T("col.senders"))}
	p := &rows{words: w, whole: true, series: []series{{class: "c2"}}}
	var all int64
	for _, k := range codes {
		if k.Found != analytics.FoundInLake {
			continue
		}
		all += k.Count
		name := w.Code("finding", k.Code)
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(name), Num(w.Int(k.Count), ""), Num(w.Int(k.Senders), "")})
		p.max = max(p.max, float64(k.Count))
		p.rows = append(p.rows, row{label: name, end: w.Int(k.Count), points: []*point{at(name+": "+w.Int(k.Count), 0, float64(k.Count))}})
	}
	if len(p.rows) == 0 {
		return c
	}
	c.Title = w.T("chart.suspicions.title", "finding", text.Mid(p.rows[0].label), "n", int64(p.max), "of", all)
	return finish(c, p)
}
