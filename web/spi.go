package web

import (
	"strconv"
	"strings"

	"tolok/analytics"
	"tolok/analytics/match"
	"tolok/web/chart"
	"tolok/web/text"
)

// spi is the page /spi: KPK's survey beside what the programme says.
func (s *Server) spi(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	a, err := db.SPI(req.Context(), req.Filter)
	if err != nil {
		return nil, err
	}
	return spiView(req, a), nil
}

type spiBody struct {
	Filters   *filters
	Cards     []card
	Charts    []*chart.Chart
	Years     chart.Table
	Matched   chart.Table
	Unmatched chart.Table
	Missing   chart.Table
	Table     chart.Table
	Shown     string
	Pages     []navItem
	Prev      string
	Next      string
}

func spiView(req *request, a *analytics.SPI) *view {
	year := strconv.Itoa(a.Cycle)
	var now analytics.SPIYear
	for _, y := range a.Years {
		if y.Year == a.Cycle {
			now = y
		}
	}
	b := &spiBody{
		Filters: filterForm(req, &a.Meta, "/spi", []string{"cycle", "kind", "target", "issuer"}, "agency", "size"),
		Cards:   spiCards(req, &now, year),
		Charts:  []*chart.Chart{chart.SPI(req.Words, "ipak", a.Rows, now.IPAK), chart.SPI(req.Words, "pass_rate", a.Rows, now.PassRate)},
		Years:   spiYears(req, a.Years), Matched: spiMatched(req, a.Years), Unmatched: spiUnmatched(req, a.Unmatched), Missing: spiMissing(req, a.Missing, year),
	}
	size := max(1, a.Meta.Filter.Size)
	from := min((max(1, a.Page)-1)*size, len(a.Rows))
	page := a.Rows[from:min(from+size, len(a.Rows))]
	b.Table = spiTable(req, page, year)
	b.Shown = req.T("spi.shown", "n", len(page), "found", a.Found)
	b.Pages, b.Prev, b.Next = pager(req, a.Page, a.Pages)
	lead := req.T("spi.lead.empty", "year", year)
	if now.Names > 0 {
		lead = req.T("spi.lead", "year", year, "n", now.Matched, "of", now.Names, "ipak", relation(req, now.IPAK), "pass", relation(req, now.PassRate))
	}
	return &view{
		template: "spi", title: req.T("spi.title", "year", year), lead: lead, meta: &a.Meta, answer: a, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.spi"), ""}},
		name:   "spi-" + year, rows: a.Grid(),
	}
}

// relation says in words what a correlation allows to say.
func relation(req *request, c analytics.Correlation) string {
	return req.Code("strength", chart.Strength(c))
}

func spiCards(req *request, y *analytics.SPIYear, year string) []card {
	nation := card{Label: req.T("card.spi.nation"), Value: "-", Why: req.T("why.no-spi-nation"), Sub: req.T("card.spi.nation.sub", "year", year)}
	if y.Nation != nil && y.Nation.Index != nil {
		nation.Value = req.Amount(y.Nation.Index)
	}
	matched := card{Label: req.T("card.spi.matched"), Value: req.Int(y.Matched), Sub: req.T("card.spi.matched.sub", "of", y.Names)}
	out := []card{nation, matched}
	for _, x := range []struct {
		key string
		c   analytics.Correlation
	}{{"ipak", y.IPAK}, {"pass_rate", y.PassRate}} {
		one := card{Label: req.T("card.spi." + x.key), Value: "-", Why: req.T("why.few-pairs", "n", x.c.N), Sub: ""}
		if x.c.Rho != nil {
			one.Value, one.Sub = req.Float(*x.c.Rho, 2), intervalOf(req, x.c)
		}
		out = append(out, one)
	}
	return out
}

// intervalOf is a correlation's interval with how many it rests on.
func intervalOf(req *request, c analytics.Correlation) string {
	if c.Interval == nil {
		return req.T("spi.n", "n", c.N)
	}
	return req.T("spi.interval", "low", req.Float(c.Interval.Low, 2), "high", req.Float(c.Interval.High, 2), "n", c.N)
}

func spiYears(req *request, years []analytics.SPIYear) chart.Table {
	t := chart.Table{
		Caption: req.T("spi.years.caption"),
		Head:    chart.Heads(req.T("col.year"), "#"+req.T("card.spi.nation"), "#"+req.T("card.spi.matched"), "#"+req.T("card.spi.ipak"), "#"+req.T("card.spi.pass_rate"), "#"+req.T("col.leftovers")),
	}
	for _, y := range years {
		nation := chart.Num("-", req.T("why.no-spi-nation"))
		if y.Nation != nil {
			nation = chart.Num(req.Amount(y.Nation.Index), req.T("why.unknown"))
		}
		row := []chart.Cell{{Text: strconv.Itoa(y.Year), Href: req.With("cycle", y.Year, "page", "")}, nation, {Text: req.T("word.of", "n", y.Matched, "of", y.Names), Num: true}}
		for _, c := range []analytics.Correlation{y.IPAK, y.PassRate} {
			cell := chart.Num("-", req.T("why.few-pairs", "n", c.N))
			if c.Rho != nil {
				cell = chart.Cell{Text: req.Float(*c.Rho, 2), Sub: intervalOf(req, c), Num: true}
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, append(row, chart.Num(req.Int(y.Leftovers), "")))
	}
	return t
}

// spiMatched counts names by the rule that matched them, or the reason why none
// did, a column a year.
func spiMatched(req *request, years []analytics.SPIYear) chart.Table {
	t := chart.Table{Caption: req.T("spi.matched.caption"), Head: chart.Heads(req.T("col.rule"))}
	for _, y := range years {
		t.Head = append(t.Head, chart.Head{Text: strconv.Itoa(y.Year), Num: true})
	}
	add := func(group string, codes []string, of func(*analytics.SPIYear) map[string]int64) {
		for _, code := range codes {
			row, any := []chart.Cell{chart.Text(req.Code(group, code))}, false
			for i := range years {
				n := of(&years[i])[code]
				any = any || n > 0
				row = append(row, chart.Num(req.Int(n), ""))
			}
			if any {
				t.Rows = append(t.Rows, row)
			}
		}
	}
	add("match", match.Rules, func(y *analytics.SPIYear) map[string]int64 { return y.Rules })
	add("unmatched", append(append([]string{}, match.Reasons...), "doubled"), func(y *analytics.SPIYear) map[string]int64 { return y.Reasons })
	return t
}

func spiUnmatched(req *request, list []analytics.SPIUnmatched) chart.Table {
	t := chart.Table{Caption: req.T("spi.unmatched.caption"), Head: chart.Heads(req.T("col.spi-name"), req.T("col.years"), req.T("col.reason"))}
	for _, u := range list {
		var years []string
		for _, y := range u.Years {
			years = append(years, strconv.Itoa(y))
		}
		why := chart.Cell{Text: req.Code("unmatched", u.Why), Sub: strings.Join(u.Like, ", ")}
		t.Rows = append(t.Rows, []chart.Cell{chart.Text(u.Name), chart.Text(strings.Join(years, ", ")), why})
	}
	return t
}

func spiMissing(req *request, list []analytics.Place, year string) chart.Table {
	t := chart.Table{Caption: req.T("spi.missing.caption", "year", year), Head: chart.Heads(req.T("word.agency"))}
	for _, p := range list {
		t.Rows = append(t.Rows, []chart.Cell{{Text: p.Name, Href: req.AgencyLink(p.ID)}})
	}
	return t
}

func spiTable(req *request, rows []analytics.SPIRow, year string) chart.Table {
	t := chart.Table{
		Caption: req.T("spi.caption", "year", year),
		Head: chart.Heads(req.T("word.agency"), "#SPI", "#"+req.T("spi.internal"), "#"+req.T("spi.external"), "#"+req.T("spi.expert"), "#"+req.T("spi.ipak"), "#"+req.T("col.respondents"),
			"#"+req.T("word.passrate"), req.T("col.spi-name")),
	}
	why := req.T("why.unknown")
	for _, r := range rows {
		rate := chart.Num(req.MaybePercent(r.PassRate.Share, 0), rateWhy(req, r.PassRate))
		if r.PassRate.Share != nil {
			rate.Sub = req.T("word.of", "n", r.PassRate.Hits, "of", r.PassRate.Of)
		}
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: r.Agency, Href: req.AgencyLink(r.AgencyID), Sub: req.Code("kind", r.Kind)},
			chart.Num(req.Amount(r.Index), why), chart.Num(req.Amount(r.Internal), why), chart.Num(req.Amount(r.External), why), chart.Num(req.Amount(r.Expert), why),
			chart.Num(req.Maybe(r.IPAK, 2), req.T("why.no-ipak")), chart.Num(req.Count(r.Respondents.Pointer()), req.T("why.no-ipak")), rate,
			{Text: r.Name, Sub: text.Mid(req.Code("match", r.Rule))},
		})
	}
	return t
}

// rateWhy says why there is no rate.
func rateWhy(req *request, r analytics.Rate) string {
	if !r.Of.Known() {
		return req.T("why.withheld")
	}
	return req.T("why.undecided")
}
