package web

import (
	"math"
	"strconv"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/chart"
	"tolok/web/text"
)

// ranking is the page /ranking: units of one cycle and layer, by one value.
func (s *Server) ranking(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	var q analytics.RankingFilter
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	r, err := db.Ranking(req.Context(), q)
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
	Among   string // whose peers are listed
	Source  string // where the intervals come from
	Raw     bool
	Switch  string // to the plain ranks, or back
}

func rankingView(req *request, r *analytics.Ranking) *view {
	w := req.Words
	by := text.Mid(req.Code("by", r.By))
	b := &rankingBody{
		Filters: filterForm(req, &r.Meta, "/ranking", []string{"q", "cycle", "layer", "by", "order", "kind", "agency", "unit_type", "province", "target", "issuer"}, "size", "raw"),
		Dist:    chart.Distribution(w, r.By, r.Dist, r.Minima),
		Table:   rankingTable(req, r.Rows, listed{by: r.By, minima: r.Minima, raw: r.Raw, marked: len(r.Meta.Rules) > 1}),
		Shown:   req.T("ranking.shown", "n", int64(len(r.Rows)), "found", r.Found, "of", r.Of),
		Source:  sourceText(req, r.Uncertainty), Raw: r.Raw, Switch: req.With("raw", "1"),
	}
	if r.Raw {
		b.Switch = req.With("raw", "")
	}
	if p := r.Peers; p != nil {
		b.Among = req.T("ranking.peers", "name", p.Name, "type", req.UnitType(p.UnitType), "kind", req.Code("kind", p.Kind))
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

// sourceText says where the intervals of a list come from, or why there are none.
func sourceText(req *request, u analytics.Uncertainty) string {
	if u.Source == "" {
		return req.T("interval.none")
	}
	return req.T("interval."+u.Source, "se", req.Maybe(u.SE, 2), "n", u.Known)
}

// listed is what a list of units shows.
type listed struct {
	by     string
	minima chart.Minima
	raw    bool // with plain ranks
	marked bool // worksheets of several rule sets are in it
	inside bool // on an agency's own page, which need not name it again

	low, high float64 // of the scale that intervals are drawn on
}

// scaled gives a list the scale that its intervals and minima fill.
func (l listed) scaled(rows []analytics.RankingRow) listed {
	l.low, l.high = math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		if r.Interval != nil {
			l.low, l.high = min(l.low, r.Interval.Low), max(l.high, r.Interval.High)
		}
	}
	for _, m := range l.minima {
		l.low, l.high = min(l.low, m.Float()), max(l.high, m.Float())
	}
	return l
}

// sortHead is a column that the list can be sorted by.
func sortHead(req *request, code, name, now, first string) chart.Head {
	h := chart.Head{Text: name, Num: true}
	order := "desc"
	if code == now {
		h.Sorted = "descending"
		if req.Filter.Order == "asc" {
			h.Sorted = "ascending"
		} else {
			order = "asc"
		}
	}
	if code == first {
		code = ""
	}
	h.Href = req.With("by", code, "order", order, "page", "")
	return h
}

// rankingTable is a list of units; its columns sort.
func rankingTable(req *request, rows []analytics.RankingRow, l listed) chart.Table {
	sorts := func(code, title string) chart.Head {
		h := sortHead(req, code, req.T("col."+code), l.by, "")
		h.Title = title
		return h
	}
	l = l.scaled(rows)
	t := chart.Table{}
	if l.raw {
		t.Head = append(t.Head, chart.Head{Text: req.T("col.rank"), Num: true})
	}
	t.Head = append(t.Head, chart.Head{Text: req.T("col.unit")}, chart.Head{Text: req.Code("by", l.by) + ", " + text.Mid(req.T("word.interval")), Num: true}, chart.Head{Text: req.T("col.tier")})
	if len(l.minima) > 0 {
		t.Head = append(t.Head, chart.Head{Text: req.T("odds.above")})
	}
	t.Head = append(t.Head, chart.Head{Text: req.T("col.nomination")}, sorts("total", ""), sorts("A", req.T("word.pengungkit")), sorts("B", req.T("word.hasil")))
	for _, a := range data.Areas {
		t.Head = append(t.Head, sorts(a, req.Code("area", a)+", "+req.T("col.percent")))
	}
	t.Head = append(t.Head, sorts("IPAK", ""), sorts("IPKP", ""), chart.Head{Text: req.T("word.unanswered"), Num: true})
	for _, r := range rows {
		t.Rows = append(t.Rows, rankingCells(req, r, l))
	}
	return t
}

func rankingCells(req *request, r analytics.RankingRow, l listed) []chart.Cell {
	why := req.T("why.no-scores")
	var cells []chart.Cell
	if l.raw {
		cells = append(cells, chart.Num(rankText(req, r.Rank), why))
	}
	tier := oddsCell(req, r.Odds, "odds.same")
	if l.raw {
		tier = tierCell(req, r.Tier)
	}
	cells = append(cells, chart.Cell{Text: r.Name, Href: req.UnitLink(r.UnitID), Sub: rowPlace(req, r, l)}, valueCell(req, r, l), tier)
	if len(l.minima) > 0 {
		cells = append(cells, aboveCell(req, r.Odds))
	}
	cells = append(cells, nominationCell(req, r.Target, r.Result), chart.Num(req.Score(r.Total, 2), why), chart.Num(req.Score(r.Pengungkit, 2), why), chart.Num(req.Score(r.Hasil, 2), why))
	for _, a := range data.Areas {
		cells = append(cells, chart.Num(req.Score(r.Areas[a], 1), req.T("why.not-applicable")))
	}
	return append(cells, chart.Num(req.Score(r.IPAK, 2), req.T("why.no-survey")), chart.Num(req.Score(r.IPKP, 2), req.T("why.no-survey")), chart.Num(req.Count(r.Unanswered.Pointer()), req.T("why.withheld")))
}

// valueCell is what the list is sorted by, with its interval where one is known.
func valueCell(req *request, r analytics.RankingRow, l listed) chart.Cell {
	c := chart.Num(req.Score(r.Value, 2), req.T("why.no-scores"))
	if r.Value != nil && r.Interval != nil {
		c.Bar = chart.IntervalBar(r.Interval, r.Value.Float(), l.low, l.high, l.minima)
		c.Sub = req.Float(r.Interval.Low, 2) + " – " + req.Float(r.Interval.High, 2)
	}
	return c
}

// oddsCell says how probable the top is, and from how many nobody can tell it.
func oddsCell(req *request, o *analytics.Odds, same string) chart.Cell {
	if o == nil {
		return chart.Cell{Text: "-", Why: req.T("why.no-odds")}
	}
	style := map[string]string{"sure": "info", "likely": "soft"}[o.Tier]
	if style == "" {
		style = "plain"
	}
	return chart.Cell{Text: req.T("odds.top", "p", probability(req, o.Top)), Badge: style, Sub: req.T(same, "n", o.Same)}
}

// aboveCell says how probable it is to reach each minimum truly.
func aboveCell(req *request, o *analytics.Odds) chart.Cell {
	var parts []string
	for _, target := range data.Targets {
		if o != nil && o.Above != nil {
			if p, ok := o.Above[target]; ok {
				parts = append(parts, target+" "+probability(req, p))
			}
		}
	}
	if len(parts) == 0 {
		return chart.Cell{Text: "-", Why: req.T("why.no-odds")}
	}
	return chart.Text(strings.Join(parts, " · "))
}

// probability is written without pretending to be certain.
func probability(req *request, p float64) string {
	switch {
	case p > 0.99:
		return "> " + req.Percent(0.99, 0)
	case p < 0.01:
		return "< " + req.Percent(0.01, 0)
	}
	return req.Percent(p, 0)
}

func rankText(req *request, rank int64) string {
	if rank == 0 {
		return "-"
	}
	return req.Int(rank)
}

// rowPlace says under a unit's name whose it is, of which kind, and where.
func rowPlace(req *request, r analytics.RankingRow, l listed) string {
	var parts []string
	for _, s := range []string{r.Agency, req.UnitType(r.UnitType), r.Province} {
		if s != "" && s != text.Unknown && (!l.inside || s != r.Agency) {
			parts = append(parts, s)
		}
	}
	if l.marked && r.Regulation != "" {
		parts = append(parts, req.T("word.rules")+" "+r.Regulation)
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
