package web

import (
	"strconv"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/rule"
	"tolok/web/chart"
	"tolok/web/text"
)

// ranking is the page /ranking: units of one cycle and layer, by one value.
func (s *Server) ranking(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	r, err := db.Ranking(req.Context(), req.Filter)
	if err != nil {
		return nil, err
	}
	return rankingView(req, r), nil
}

type rankingBody struct {
	Filters *filters
	Dist    *chart.Chart
	Table   chart.Table
	Pages   []navItem
	Prev    string
	Next    string
	Shown   string
}

func rankingView(req *request, r *analytics.Ranking) *view {
	w := req.Words
	by := text.Mid(req.Code("by", r.By))
	b := &rankingBody{
		Filters: filterForm(req, &r.Meta, "/ranking", []string{"q", "cycle", "layer", "by", "order", "kind", "unit_type", "province", "target", "issuer"}, "agency", "size"),
		Dist:    chart.Distribution(w, r.By, r.Dist, minima(r.Cycle, r.By)),
		Table:   rankingTable(req, r.Rows, r.By, false),
		Shown:   req.T("ranking.shown", "n", int64(len(r.Rows)), "found", r.Found, "of", r.Of),
	}
	b.Table.Caption = req.T("ranking.caption", "by", by, "cycle", strconv.Itoa(r.Cycle), "layer", text.Mid(req.Code("layer", r.Meta.Filter.Layer)))
	b.Pages, b.Prev, b.Next = pager(req, r.Page, r.Pages)
	lead := req.T("ranking.lead", "n", r.Of, "by", by, "layer", text.Mid(req.Code("layer", r.Meta.Filter.Layer)), "cycle", strconv.Itoa(r.Cycle))
	if r.Of == 0 {
		lead = req.T("ranking.lead.empty")
	}
	return &view{
		template: "ranking", title: req.T("ranking.title", "by", by, "cycle", strconv.Itoa(r.Cycle)), lead: lead, meta: &r.Meta, answer: r, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.ranking"), ""}},
		name:   "ranking-" + strconv.Itoa(r.Cycle), rows: r.Grid(),
	}
}

// minima are the thresholds of what a ranking sorts by, from the rule set of
// its cycle.
func minima(cycle int, by string) chart.Minima {
	set, ok := rule.ForCycle(cycle)
	if !ok {
		return nil
	}
	code := by
	for _, a := range data.Areas {
		if by == a {
			code = "A.area"
		}
	}
	out := chart.Minima{}
	for _, c := range set.Criteria {
		for _, target := range data.Targets {
			if low := c.Minimum(target); low != nil && c.Code == code {
				out[target] = *low
			}
		}
	}
	return out
}

// rankingTable is a list of units; its columns sort. Inside an agency's page
// the agency is not named again.
func rankingTable(req *request, rows []analytics.RankingRow, by string, inside bool) chart.Table {
	w := req.Words
	sorts := func(key, title string) chart.Head {
		h := chart.Head{Text: req.T(key), Num: true, Title: title}
		code := key[len("col."):]
		order := "desc"
		if code == by {
			h.Sorted = "descending"
			if req.Filter.Order == "asc" {
				h.Sorted = "ascending"
			} else {
				order = "asc"
			}
		}
		h.Href = req.With("by", code, "order", order, "page", "")
		return h
	}
	t := chart.Table{Head: []chart.Head{{Text: req.T("col.rank"), Num: true}, {Text: req.T("col.unit")}, {Text: req.T("col.tier")}, {Text: req.T("col.nomination")}, sorts("col.total", "")}}
	t.Head = append(t.Head, sorts("col.A", req.T("word.pengungkit")), sorts("col.B", req.T("word.hasil")))
	for _, a := range data.Areas {
		t.Head = append(t.Head, sorts("col."+a, req.Code("area", a)+", "+req.T("col.percent")))
	}
	t.Head = append(t.Head, sorts("col.IPAK", ""), sorts("col.IPKP", ""), chart.Head{Text: req.T("word.unanswered"), Num: true})
	why := req.T("why.no-scores")
	for _, r := range rows {
		cells := []chart.Cell{
			chart.Num(rankText(req, r.Rank), why),
			{Text: r.Name, Href: req.UnitLink(r.UnitID), Sub: rowPlace(req, r, inside)},
			tierCell(req, r.Tier), nominationCell(req, r.Target, r.Result),
			chart.Num(w.Score(r.Total, 2), why), chart.Num(w.Score(r.Pengungkit, 2), why), chart.Num(w.Score(r.Hasil, 2), why),
		}
		for _, a := range data.Areas {
			cells = append(cells, chart.Num(w.Score(r.Areas[a], 1), req.T("why.not-applicable")))
		}
		cells = append(cells, chart.Num(w.Score(r.IPAK, 2), req.T("why.no-survey")), chart.Num(w.Score(r.IPKP, 2), req.T("why.no-survey")), chart.Num(w.Count(r.Unanswered.Pointer()), req.T("why.withheld")))
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func rankText(req *request, rank int64) string {
	if rank == 0 {
		return "-"
	}
	return req.Int(rank)
}

// rowPlace says under a unit's name whose it is, of which kind, and where.
func rowPlace(req *request, r analytics.RankingRow, inside bool) string {
	var parts []string
	for _, s := range []string{r.Agency, req.UnitType(r.UnitType), r.Province} {
		if s != "" && s != text.Unknown && (!inside || s != r.Agency) {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

func tierCell(req *request, tier string) chart.Cell {
	if tier == "" {
		return chart.Cell{Text: "-", Why: req.T("why.no-tier")}
	}
	style := map[string]string{"top10": "info", "top25": "soft", "middle": "plain", "bottom25": "plain"}[tier]
	return chart.Cell{Text: req.Code("tier", tier), Badge: style}
}

func nominationCell(req *request, target, result string) chart.Cell {
	if target == "" {
		return chart.Text(req.T("col.not-nominated"))
	}
	return chart.Cell{Text: target + ": " + req.Code("result", result), Badge: resultBadge(result)}
}

// resultBadge gives a result its look; the word says the same.
func resultBadge(result string) string {
	switch result {
	case "lulus", "lulus_catatan":
		return "good"
	case "tidak_lulus", "ditarik":
		return "plain"
	}
	return "info"
}

// pager lists the pages around this one.
func pager(req *request, now, pages int) (list []navItem, prev, next string) {
	if pages < 2 {
		return nil, "", ""
	}
	last := 0
	for n := 1; n <= pages; n++ {
		if n != 1 && n != pages && (n < now-2 || n > now+2) {
			continue
		}
		if last != 0 && n > last+1 {
			list = append(list, navItem{Text: "…"})
		}
		list = append(list, navItem{strconv.Itoa(n), req.With("page", n), n == now})
		last = n
	}
	if now > 1 {
		prev = req.With("page", now-1)
	}
	if now < pages {
		next = req.With("page", now+1)
	}
	return list, prev, next
}
