package web

import (
	"fmt"
	"strconv"

	"tolok/analytics"
	"tolok/web/chart"
)

// portfolio is the page /forecast/portfolio: whom to nominate under quotas.
func (s *Server) portfolio(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	var q analytics.PortfolioQuestion
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	r, err := db.Portfolio(req.Context(), q)
	if err != nil {
		return nil, err
	}
	return portfolioView(req, r), nil
}

type portfolioBody struct {
	Filters *filters
	Form    *filters
	Cards   []card
	Passes  *chart.Chart
	Table   chart.Table
	Regret  chart.Table
	Shown   string
	Pages   []navItem
	Prev    string
	Next    string
}

// portfolioFields are the parameters of a portfolio beside the filter.
var portfolioFields = []string{"scenario", "quota", "cost", "days", "learn", "with", "without"}

func portfolioView(req *request, r *analytics.Portfolio) *view {
	cycle := strconv.Itoa(r.Cycle)
	rows, page, pages := cut(r.Rows, req.Filter.Page, req.Filter.Size)
	b := &portfolioBody{
		Filters: filterForm(req, &r.Meta, "/forecast/portfolio", []string{"cycle", "target", "kind", "unit_type", "province"}, append([]string{"agency", "size", "surveys"}, portfolioFields...)...),
		Form:    portfolioForm(req, r),
		Cards:   portfolioCards(req, r),
		Passes:  chart.Passes(req.Words, r.Dist, r.Low, r.High),
		Table:   portfolioTable(req, rows, cycle),
		Regret:  regretTable(req, r.Regret),
		Shown:   req.T("forecast.shown", "n", len(rows), "found", len(r.Rows)),
	}
	b.Pages, b.Prev, b.Next = pager(req, page, pages)
	lead := req.T("portfolio.lead", "chosen", r.Chosen, "n", len(r.Rows), "expected", req.Float(r.Expected, 1), "low", r.Low, "high", r.High)
	if len(r.Rows) == 0 {
		lead = req.T("portfolio.lead.empty", "cycle", cycle)
	}
	title := req.T("portfolio.title", "cycle", cycle)
	if r.Scenario != "" {
		title += ": " + r.Scenario
	}
	return &view{
		template: "portfolio", title: title, lead: lead, meta: &r.Meta, answer: r, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.forecast"), req.Link("/forecast")}, {req.T("nav.forecast.portfolio"), ""}},
		name:   "portfolio-" + cycle, rows: r.Grid(),
	}
}

// portfolioForm asks for the limits; the filter goes along.
func portfolioForm(req *request, r *analytics.Portfolio) *filters {
	f := &filters{Title: req.T("portfolio.form"), Action: "/forecast/portfolio", Clear: req.Link("/forecast/portfolio", "cycle", r.Cycle), Open: true}
	for _, name := range append([]string{"cycle", "target", "kind", "unit_type", "province", "agency", "size"}, kept...) {
		if v := req.query.Get(name); v != "" {
			f.Hidden = append(f.Hidden, pair{name, v})
		}
	}
	for _, name := range portfolioFields {
		f.Fields = append(f.Fields, field{Name: name, Label: req.T("portfolio." + name), Value: req.query.Get(name), Type: "text"})
	}
	surveys := req.query.Get("surveys")
	f.Fields = append(f.Fields, field{Name: "surveys", Label: req.T("portfolio.surveys"), Options: []option{
		{"", req.T("portfolio.surveys.yes"), surveys == ""}, {"none", req.T("portfolio.surveys.no"), surveys == "none"},
	}})
	return f
}

func portfolioCards(req *request, r *analytics.Portfolio) []card {
	between := func(low, high int) string { return fmt.Sprintf("%d\u00a0–\u2060\u00a0%d", low, high) }
	cards := []card{
		{Label: req.T("portfolio.chosen"), Value: req.Int(int64(r.Chosen)), Sub: req.T("portfolio.chosen.sub", "n", r.Agencies)},
		{Label: req.T("forecast.expected"), Value: req.Float(r.Expected, 1), Sub: req.T("word.interval90") + " " + between(r.Low, r.High)},
		{Label: req.T("portfolio.alone"), Value: between(r.Alone[0], r.Alone[1]), Sub: req.T("word.interval90")},
	}
	if r.Days > 0 {
		cards = append(cards, card{Label: req.T("portfolio.days.used"), Value: req.Float(r.Days, 1)})
	}
	if w := r.Surveys; w != nil {
		c := card{Label: req.T("portfolio.worth"), Value: "-", Why: req.T("portfolio.worth.none")}
		if w.Known > 0 {
			c = card{Label: c.Label, Value: req.Float(w.Loss, 1), Sub: req.T("portfolio.worth.sub", "n", w.Changed, "loss", req.Float(w.Loss, 1))}
		}
		cards = append(cards, c)
	}
	return cards
}

func portfolioTable(req *request, rows []analytics.PortfolioRow, cycle string) chart.Table {
	t := chart.Table{Caption: req.T("portfolio.caption", "cycle", cycle), Head: chart.Heads(
		req.T("col.unit"), req.T("portfolio.choice"), "#"+req.T("word.chance"), "#"+req.T("word.interval90"), req.T("forecast.bottleneck"), req.T("forecast.attempt"), req.T("forecast.result"),
		req.T("portfolio.swap"), "#"+req.T("portfolio.swap.cost"))}
	for i := range rows {
		r := &rows[i]
		choice := chart.Cell{Text: req.T("portfolio.out"), Badge: "plain"}
		if r.Chosen {
			choice = chart.Cell{Text: req.T("portfolio.in"), Badge: "good"}
		}
		swap, cost := chart.Cell{Text: "-", Why: req.T("why.chosen")}, chart.Num("-", req.T("why.chosen"))
		if r.Cost != nil {
			swap, cost = chart.Text(r.Swap), chart.Num(req.Float(*r.Cost, 2), "")
			if r.Swap == "" {
				swap.Text = req.T("portfolio.free")
			}
		}
		cells := append([]chart.Cell{{Text: r.Name, Href: req.Link("/forecast", "unit", r.UnitID, "target", r.Target, "cycle", cycle), Sub: r.UnitID + " · " + forecastPlace(req, &r.ForecastRow)}, choice}, chanceCells(req, &r.ForecastRow)...)
		t.Rows = append(t.Rows, append(cells, swap, cost))
	}
	return t
}

func regretTable(req *request, list []analytics.PortfolioYear) chart.Table {
	t := chart.Table{Caption: req.T("portfolio.regret.cap"), Head: chart.Heads(req.T("word.cycle"), "#"+req.T("portfolio.places"), "#"+req.T("portfolio.by.model"), "#"+req.T("portfolio.by.today"), "#"+req.T("portfolio.by.best"), "#"+req.T("portfolio.regret.loss"))}
	for _, y := range list {
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(strconv.Itoa(y.Cycle)), chart.Num(req.Int(int64(y.Places)), ""), chart.Num(req.Int(int64(y.Model)), ""), chart.Num(req.Int(int64(y.Threshold)), ""),
			chart.Num(req.Int(int64(y.Best)), ""), chart.Num(req.Int(int64(y.Best-y.Model)), ""),
		})
	}
	return t
}
