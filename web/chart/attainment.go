package chart

import (
	"tolok/analytics"
	"tolok/web/text"
)

// attainmentBounds part the shades of attainment: 60 and 75 percent are an area's
// minima for WBK and WBBM since 90/2021, the others lie as far beside them.
var attainmentBounds = [4]float64{45, 60, 75, 90}

// Attainment is the heat map of agencies and areas: how the units of each agency
// attained each area on average, by one layer. of is how many agencies there
// are. Names lead to address(id) in the table.
func Attainment(w text.Words, layer string, rows []analytics.HeatRow, of int, address func(id string) string) *Chart {
	c := &Chart{ID: "heat", Title: w.T("chart.heat.none"), Large: true}
	p := &heat{words: w, unknown: w.T("chart.heat.unknown")}
	c.Table = Table{Caption: w.T("chart.heat.caption"), Head: Heads(w.T("word.agency"), "#n")}
	for _, area := range analytics.HeatAreas {
		col := heatColumn{name: w.Code("by", area), short: area}
		if area == "B" {
			col.short = w.T("word.hasil")
		}
		p.columns = append(p.columns, col)
		c.Table.Head = append(c.Table.Head, Head{Text: col.name, Num: true})
	}
	lowest := map[string]int{}
	known := 0
	for _, r := range rows {
		line := heatRow{label: r.Name}
		cells := []Cell{{Text: r.Name, Href: address(r.ID)}, Num(w.Count(r.Scored.Pointer()), w.T("why.withheld"))}
		least := ""
		for _, area := range analytics.HeatAreas {
			m := r.Areas[area]
			line.cells = append(line.cells, heatCell{raw: m.Value, value: w.Maybe(m.Value, 0), tip: r.Name + "\n" + w.Code("by", area) + ": " + percentOf(w, m.Value) + "\nn = " + w.Count(m.N.Pointer())})
			cells = append(cells, Num(percentOf(w, m.Value), w.T("why.withheld")))
			if m.Value != nil && (least == "" || *m.Value < *r.Areas[least].Value) {
				least = area
			}
		}
		if least == "" {
			continue // nothing of it is shown
		}
		lowest[least]++
		known++
		p.rows = append(p.rows, line)
		c.Table.Rows = append(c.Table.Rows, cells)
	}
	c.Desc = w.T("chart.heat.desc", "layer", text.Mid(w.Code("layer", layer)), "n", known, "of", of)
	if known == 0 {
		return c
	}
	worst := ""
	for _, area := range analytics.HeatAreas {
		if worst == "" || lowest[area] > lowest[worst] {
			worst = area
		}
	}
	c.Title = w.T("chart.heat.title", "area", text.Mid(w.Code("by", worst)), "n", lowest[worst], "of", known)
	p.classify(attainmentBounds, "%")
	return finish(c, p)
}
