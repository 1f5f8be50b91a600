package chart

import (
	"tolok/analytics"
	"tolok/web/text"
)

// MentorProvinces shows for each province the visits it gets beside its share.
func MentorProvinces(w text.Words, m *analytics.Mentors) *Chart {
	c := &Chart{ID: "mentorprovinces", Title: w.T("chart.mentors.none"), Desc: w.T("chart.mentors.desc")}
	c.Table = Table{Caption: w.T("chart.mentors.caption"), Head: Heads(w.T("word.province"), "#"+w.T("word.nominees"), "#"+w.T("mentors.share"), "#"+w.T("mentors.visits"))}
	p := &rows{words: w, whole: true, series: []series{
		{name: w.T("mentors.visits"), class: "c1"},
		{name: w.T("mentors.share"), mark: tick, class: "c2"},
	}}
	for _, r := range m.Provinces {
		if r.Guests == 0 {
			continue
		}
		name := r.Province.Name
		if name == "" {
			name = w.T("why.unknown")
		}
		tip := name + "\n" + w.T("mentors.visits") + ": " + w.Int(int64(r.Visits)) + "\n" + w.T("mentors.share") + ": " + w.Int(int64(r.Share)) + "\n" + w.T("word.nominees") + ": " + w.Int(int64(r.Guests))
		p.max = max(p.max, float64(r.Visits), float64(r.Share), 1)
		p.rows = append(p.rows, row{label: name, end: w.Int(int64(r.Visits)), points: []*point{at(tip, 0, float64(r.Visits)), at(tip, float64(r.Share))}})
		c.Table.Rows = append(c.Table.Rows, []Cell{Text(name), Num(w.Int(int64(r.Guests)), ""), Num(w.Int(int64(r.Share)), ""), Num(w.Int(int64(r.Visits)), "")})
	}
	if len(p.rows) == 0 {
		return c
	}
	c.Title = w.T("chart.mentors.title", "n", m.Visits, "provinces", len(p.rows))
	return finish(c, p)
}
