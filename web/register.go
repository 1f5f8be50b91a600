package web

import (
	"strconv"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/chart"
	"tolok/web/text"
)

// register is the page /register: who holds which predicate, who lost one, and
// which holders slide.
func (s *Server) register(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	var q analytics.RegisterQuestion
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	r, err := db.Register(req.Context(), q)
	if err != nil {
		return nil, err
	}
	return registerView(req, r), nil
}

type registerBody struct {
	Filters *filters
	Cards   []card
	Rule    string
	Watch   chart.Table
	Watched string
	Table   chart.Table
	Shown   string
	Pages   []navItem
	Prev    string
	Next    string
}

// watchShown is how many watched holders the page lists; its other forms have
// all.
const watchShown = 50

func registerView(req *request, r *analytics.Register) *view {
	cycle := strconv.Itoa(r.Cycle)
	b := &registerBody{
		Filters: filterForm(req, &r.Meta, "/register", []string{"q", "cycle", "target", "issuer", "kind", "unit_type", "province", "layer"}, "agency", "unit", "size"),
		Rule:    afterAward(req, r.After),
		Watch:   watchTable(req, r.Watch, cycle),
		Watched: req.T("register.watched", "n", len(r.Watch), "looked", r.Looked, "shown", min(len(r.Watch), watchShown)),
		Table:   holderTable(req, r.Rows, cycle),
		Shown:   req.T("register.shown", "n", len(r.Rows), "found", r.Found),
	}
	b.Filters.allLayers(req, r.Meta.Filter.Layer)
	b.Filters.chooseOrAll(req, "state", r.State, analytics.RegisterStates, func(v string) string { return req.Code("register.state", v) })
	var holders int64
	for _, h := range r.Holders {
		holders += h.Count
		b.Cards = append(b.Cards, card{
			Label: req.T("card.holders.of", "target", h.Predicate), Value: req.Int(h.Count),
			Sub:  req.Code("issuer", h.Issuer) + " · " + req.T("card.holders.sub", "cycle", cycle),
			Href: req.With("target", h.Predicate, "issuer", h.Issuer, "state", "held", "page", ""),
		})
	}
	b.Pages, b.Prev, b.Next = pager(req, r.Page, r.Pages)
	lead := req.T("register.lead", "cycle", cycle, "n", holders, "watched", len(r.Watch), "looked", r.Looked)
	switch {
	case holders == 0 && r.Found == 0:
		lead = req.T("register.lead.empty", "cycle", cycle)
	case r.Looked == 0:
		lead = req.T("register.lead.public", "cycle", cycle, "n", holders)
	}
	return &view{
		template: "register", title: req.T("register.title", "cycle", cycle), lead: lead, meta: &r.Meta, answer: r, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.register"), ""}},
		name:   "register-" + cycle, rows: r.Grid(),
	}
}

// chooseOrAll adds a drop-down for a parameter that may be left open.
func (f *filters) chooseOrAll(req *request, name, now string, values []string, word func(string) string) {
	one := field{Name: name, Label: req.T("filter." + name), Options: []option{{"", req.T("filter.all"), now == ""}}}
	for _, v := range values {
		one.Options = append(one.Options, option{v, word(v), v == now})
	}
	f.Fields = append(f.Fields, one)
	if chip := one.chip(); chip != "" {
		f.Chips = append(f.Chips, chip)
	}
}

// afterAward says what the rules of the cycle make of a revoked predicate.
func afterAward(req *request, a *analytics.AfterAward) string {
	if a == nil {
		return req.T("register.rule.unknown")
	}
	return req.T("register.rule", "years", strconv.Itoa(a.BarYears), "citation", a.Citation, "status", text.Mid(req.Code("status", a.Status)))
}

func holderTable(req *request, rows []analytics.RegisterRow, cycle string) chart.Table {
	t := chart.Table{
		Caption: req.T("register.caption", "cycle", cycle),
		Head:    chart.Heads(req.T("col.unit"), req.T("col.predicate"), req.T("word.issuer"), req.T("col.since"), req.T("col.inforce"), req.T("col.revoked"), req.T("col.next"), req.T("col.decree")),
	}
	for i := range rows {
		r := &rows[i]
		force := chart.Cell{Text: req.T("award.inforce"), Badge: "good"}
		if !r.InForce {
			force = chart.Cell{Text: req.T("register.revoked"), Badge: "plain"}
		}
		lost := chart.Cell{Text: "-", Why: req.T("why.not-revoked")}
		if r.RevokedOn != nil {
			lost = chart.Cell{Text: req.Date(r.RevokedOn), Sub: r.RevokeReason}
			if r.RevokeReason == "" {
				lost.Sub = req.T("why.no-revoke-reason")
			}
		}
		next := chart.Text(req.Code("next-step", r.Next))
		if r.BarredUntil != nil {
			next.Sub = req.T("register.until", "date", req.Date(r.BarredUntil))
		}
		decree := chart.Text(r.Decree)
		if r.Decree == "" {
			decree = chart.Cell{Text: "-", Why: req.T("why.no-decree")}
		}
		since := r.AwardedOn
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: r.Name, Href: req.UnitLink(r.UnitID), Sub: placed(req, r.Agency, r.UnitType, r.Province)},
			chart.Text(r.Predicate), chart.Text(req.Code("issuer", r.Issuer)), chart.Text(req.Date(&since)), force, lost, next, decree,
		})
	}
	return t
}

// placed says in one line whose a unit is, of which kind, and where.
func placed(req *request, agency, unitType, province string) string {
	return rowPlace(req, analytics.RankingRow{Agency: agency, UnitType: unitType, Province: province}, listed{})
}

func watchTable(req *request, list []analytics.WatchRow, cycle string) chart.Table {
	t := chart.Table{
		Caption: req.T("register.watch.caption", "cycle", cycle),
		Head:    chart.Heads(req.T("col.unit"), req.T("col.predicate"), req.T("word.criterion"), req.T("col.source"), "#"+req.T("col.value.number"), "#"+req.T("word.threshold"), "#"+req.T("col.margin"), "#"+req.T("col.was")),
	}
	for _, w := range list[:min(len(list), watchShown)] {
		for i, s := range w.Short {
			unit := chart.Cell{Text: w.Name, Href: req.UnitLink(w.UnitID), Sub: placed(req, w.Agency, w.UnitType, "")}
			if i > 0 {
				unit = chart.Text(w.Name)
			}
			source := chart.Text(req.T("register.source.survey"))
			switch {
			case s.Respondents != nil:
				source = chart.Text(req.T("register.source.survey", "n", *s.Respondents))
			case s.Source == "worksheet":
				source = chart.Text(req.T("register.source.worksheet", "layer", text.Mid(req.Code("layer", s.Layer))))
			}
			minimum := s.Minimum
			t.Rows = append(t.Rows, []chart.Cell{
				unit,
				{Text: w.Predicate, Sub: req.T("register.since", "year", strconv.Itoa(w.AwardedOn.Year()))},
				chart.Text(req.Criterion(s.Criterion)), source,
				chart.Num(criterionText(req, s.Criterion, s.Value), req.T("why.unknown")), chart.Num(criterionText(req, s.Criterion, &minimum), ""),
				marginCell(req, s.Criterion, s.Margin), chart.Num(wasText(req, s.Was), req.T("why.not-then")),
			})
		}
	}
	return t
}

func wasText(req *request, v *data.Score) string {
	if v == nil {
		return text.Unknown
	}
	return req.Score(v, 2)
}
