package web

import (
	"strconv"

	"tolok/analytics"
	"tolok/data"
)

// Cells of a sheet: a decimal point, no separators, nothing where a value is
// not known.

func whole(v int64) string { return strconv.FormatInt(v, 10) }

func float(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

func score(v *data.Score) string {
	if v == nil {
		return ""
	}
	return v.String()
}

func rateOf(r analytics.Rate) []string {
	low, high := "", ""
	if r.Interval != nil {
		low, high = float(&r.Interval.Low), float(&r.Interval.High)
	}
	return []string{whole(r.Hits), whole(r.Of), float(r.Share), low, high}
}

// overviewSheet lists the overview's numbers one a row: an overview is not one
// table.
func overviewSheet(o *analytics.Overview) sheet {
	s := sheet{{"section", "code", "measure", "value"}}
	add := func(section, code string, pairs ...string) {
		for i := 0; i+1 < len(pairs); i += 2 {
			s = append(s, []string{section, code, pairs[i], pairs[i+1]})
		}
	}
	addRate := func(section, code string, r analytics.Rate) {
		v := rateOf(r)
		add(section, code, "hits", v[0], "of", v[1], "share", v[2], "low", v[3], "high", v[4])
	}
	cycle := strconv.Itoa(o.Cycle)
	add("cycle", cycle, "units", whole(o.Units), "agencies", whole(o.Agencies), "scored", whole(o.Scored), "nominees", whole(o.Nominees))
	addRate("pass_rate", cycle, o.PassRate)
	for _, p := range o.Passed {
		addRate("passed", p.Target+" "+p.Issuer, p.Rate)
	}
	for _, h := range o.Holders {
		add("holders", h.Predicate+" "+h.Issuer, "count", whole(h.Count))
	}
	for _, f := range o.Funnel {
		add("funnel", f.Stage, "entered", whole(f.Entered), "stopped", whole(f.Stopped), "running", whole(f.Running))
	}
	for _, a := range o.Areas {
		d := a.Attainment
		add("areas", a.Area, "n", whole(d.N), "p10", float(d.P10), "q1", float(d.Q1), "median", float(d.Median), "q3", float(d.Q3), "p90", float(d.P90))
	}
	for _, b := range o.Blocking {
		add("blocking", b.Target+" "+b.Criterion, "missed", whole(b.Missed), "alone", whole(b.Alone), "of", whole(b.Of))
	}
	for _, p := range o.Provinces {
		add("provinces", p.Code, "units", whole(p.Units), "scored", whole(p.Scored), "nominees", whole(p.Nominees), "passed", whole(p.Passed), "holders", whole(p.Holders), "median", float(p.Median))
		addRate("provinces", p.Code, p.PassRate)
	}
	for _, k := range o.Kinds {
		add("kinds", k.Kind, "agencies", whole(k.Agencies), "units", whole(k.Units), "scored", whole(k.Scored), "nominees", whole(k.Nominees), "median", float(k.Median))
		addRate("kinds", k.Kind, k.PassRate)
	}
	for _, c := range o.Series {
		y := strconv.Itoa(c.Cycle)
		add("series", y, "nominees", whole(c.Nominees), "wbk", whole(c.Passed[data.WBK]), "wbbm", whole(c.Passed[data.WBBM]), "mandiri", whole(c.Mandiri), "scored", whole(c.Scored), "median", float(c.Median), "break", c.Break)
		addRate("series", y, c.PassRate)
	}
	return s
}

// rankingSheet is a list of units.
func rankingSheet(rows []analytics.RankingRow) sheet {
	head := []string{"rank", "tier", "unit_id", "name", "agency_id", "agency", "kind", "unit_type", "province", "value", "total", "pengungkit", "hasil"}
	head = append(head, data.Areas...)
	s := sheet{append(head, "ipak", "ipkp", "unanswered", "target", "result")}
	for _, r := range rows {
		row := []string{
			whole(r.Rank), r.Tier, r.UnitID, r.Name, r.AgencyID, r.Agency, r.Kind, r.UnitType, r.Province,
			score(r.Value), score(r.Total), score(r.Pengungkit), score(r.Hasil),
		}
		for _, a := range data.Areas {
			row = append(row, score(r.Areas[a]))
		}
		s = append(s, append(row, score(r.IPAK), score(r.IPKP), whole(r.Unanswered), r.Target, r.Result))
	}
	return s
}

// agenciesSheet is a list of agencies.
func agenciesSheet(rows []analytics.AgencyRow) sheet {
	s := sheet{{"agency_id", "name", "kind", "province", "units", "scored", "nominees", "passed", "decided", "pass_rate", "low", "high", "holders", "median"}}
	for _, a := range rows {
		row := []string{a.ID, a.Name, a.Kind, a.Province, whole(a.Units), whole(a.Scored), whole(a.Nominees)}
		row = append(row, rateOf(a.PassRate)...)
		s = append(s, append(row, whole(a.Holders), float(a.Median)))
	}
	return s
}

// unitSheet is the worksheet: its nodes, then its items, then its criteria.
func unitSheet(c *analytics.Scorecard) sheet {
	s := sheet{{"row", "code", "label_id", "label_en", "weight", "score", "attainment", "state", "reported", "target", "minimum", "margin", "passed"}}
	for _, n := range c.Nodes {
		s = append(s, []string{n.Level, n.Code, n.LabelID, n.LabelEN, n.Weight.String(), score(n.Score), score(n.Attainment), n.State, score(n.Reported), "", "", "", ""})
	}
	for _, it := range c.Items {
		s = append(s, []string{"item", it.ItemID, it.LabelID, it.LabelEN, "", score(it.Score), "", it.State, score(it.Reported), "", "", "", ""})
	}
	for _, k := range c.Criteria {
		passed := ""
		if k.Passed != nil {
			passed = strconv.FormatBool(*k.Passed)
		}
		s = append(s, []string{"criterion", k.Criterion, "", "", "", score(k.Value), "", "", "", k.Target, k.Minimum.String(), score(k.Margin), passed})
	}
	return s
}
