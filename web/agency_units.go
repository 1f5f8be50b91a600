package web

import (
	"strconv"

	"tolok/analytics"
	"tolok/web/chart"
	"tolok/web/text"
)

// bestTable names the agency's units that stand highest.
func bestTable(req *request, a *analytics.Agency) chart.Table {
	by := text.Mid(req.Code("by", a.Meta.Filter.By))
	t := chart.Table{
		Caption: req.T("agency.best", "by", by, "layer", text.Mid(req.Code("layer", a.Meta.Filter.Layer))),
		Head:    []chart.Head{{Text: req.T("col.unit")}, {Text: req.T("word.value"), Num: true}, {Text: req.T("col.tier")}},
	}
	l := listed{by: a.Meta.Filter.By, minima: analytics.Minima(a.Cycle, a.Meta.Filter.By)}.scaled(a.Best)
	for _, r := range a.Best {
		t.Rows = append(t.Rows, []chart.Cell{{Text: r.Name, Href: req.UnitLink(r.UnitID)}, valueCell(req, r, l), oddsCell(req, r.Odds, "odds.same")})
	}
	return t
}

// improvedTable names the units whose total rose most since TPN last scored
// them. A rise that the interval of two scores reaches is not called one.
func improvedTable(req *request, a *analytics.Agency) chart.Table {
	t := chart.Table{
		Caption: req.T("agency.improved", "n", a.Compared),
		Head:    chart.Heads(req.T("col.unit"), "#"+req.T("agency.since"), "#"+req.T("agency.before"), "#"+req.T("agency.now"), "#"+req.T("agency.change"), req.T("agency.clear")),
	}
	for _, c := range a.Improved {
		change, clear := chart.Num(req.Signed(&c.Change, 2), ""), chart.Cell{Text: "-", Why: req.T("why.no-odds")}
		if c.Interval != nil {
			change.Sub = req.Float(c.Interval.Low, 1) + " – " + req.Float(c.Interval.High, 1)
			clear = chart.Text(req.T("agency.clear.no"))
			if c.Interval.Low > 0 || c.Interval.High < 0 {
				clear = chart.Cell{Text: req.T("agency.clear.yes"), Badge: "info"}
			}
		}
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: c.Name, Href: req.UnitLink(c.UnitID)}, chart.Num(strconv.Itoa(c.Since), ""), chart.Num(req.Score(&c.Before, 2), ""), chart.Num(req.Score(&c.Now, 2), ""), change, clear,
		})
	}
	return t
}

// cycleGapTable shows how far the agency's inspectorate scored above the national
// team.
func cycleGapTable(req *request, gaps []analytics.CycleGap) chart.Table {
	t := chart.Table{
		Caption: req.T("agency.gap.caption"),
		Head:    chart.Heads("#"+req.T("word.cycle"), "#n", "#"+req.T("agency.gap.own"), "#"+req.T("word.interval"), "#"+req.T("agency.gap.nation")),
	}
	for _, g := range gaps {
		interval := chart.Num("-", req.T("agency.gap.few", "n", analytics.Smallest))
		if g.Interval != nil {
			interval = chart.Num(req.Float(g.Interval.Low, 1)+" – "+req.Float(g.Interval.High, 1), "")
		}
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Num(strconv.Itoa(g.Cycle), ""), chart.Num(req.Int(g.N), ""), chart.Num(req.Maybe(g.Mean, 1), req.T("why.no-scores")), interval, chart.Num(req.Maybe(g.Nation, 1), req.T("why.withheld")),
		})
	}
	return t
}

// lineTable lists candidates around a quota's line.
func lineTable(req *request, q analytics.QuotaRank) chart.Table {
	t := chart.Table{
		Caption: req.T("agency.line.caption", "target", q.Target),
		Head:    chart.Heads("#"+req.T("col.rank"), req.T("col.unit"), "#"+req.T("agency.line.value"), req.T("agency.line.side"), "#"+req.T("agency.line.inside", "quota", q.Quota), req.T("col.nomination")),
	}
	for _, r := range q.Rows {
		inside := chart.Cell{Text: "-", Why: req.T("why.no-odds"), Num: true}
		if r.Inside != nil {
			inside = chart.Num(probability(req, *r.Inside), "")
		}
		side := req.T("agency.line.out")
		if r.Rank <= q.Quota {
			side = req.T("agency.line.in")
		}
		named := chart.Text(req.T("col.not-nominated"))
		if r.Nominated != "" {
			named = chart.Cell{Text: r.Nominated, Badge: "info"}
		}
		t.Rows = append(t.Rows, []chart.Cell{chart.Num(req.Int(r.Rank), ""), {Text: r.Name, Href: req.UnitLink(r.UnitID)}, chart.Num(req.Score(&r.Value, 2), ""), chart.Text(side), inside, named})
	}
	return t
}
