package web

import (
	"strconv"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/chart"
	"tolok/web/text"
)

// criteria is the page /criteria: what each nominee meets, by how much, and what
// binds; of one unit in full.
func (s *Server) criteria(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	var q analytics.CriteriaQuestion
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	c, err := db.Criteria(req.Context(), q)
	if err != nil {
		return nil, err
	}
	return criteriaView(req, c), nil
}

type criteriaBody struct {
	Filters  *filters
	Blocking []*chart.Chart
	Gates    chart.Table
	Lists    []criteriaList // one a target
	Shown    string
	Pages    []navItem
	Prev     string
	Next     string
	Unit     *unitCriteria
}

// criteriaList is the nominees of one target.
type criteriaList struct {
	Target string
	Table  chart.Table
}

// unitCriteria is one unit in full.
type unitCriteria struct {
	Name, Href string
	Verdicts   []verdict
	Criteria   chart.Table
	Gates      chart.Table
}

func criteriaView(req *request, c *analytics.Criteria) *view {
	cycle, layer := strconv.Itoa(c.Cycle), text.Mid(req.Code("layer", c.Layer))
	b := &criteriaBody{
		Filters: filterForm(req, &c.Meta, "/criteria", []string{"q", "cycle", "layer", "target", "issuer", "kind", "unit_type", "province", "order"}, "agency", "unit", "size"),
		Shown:   req.T("criteria.shown", "n", len(c.Rows), "found", c.Found),
	}
	v := &view{
		template: "criteria", title: req.T("criteria.title", "cycle", cycle), meta: &c.Meta, answer: c, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.criteria"), ""}},
		name:   "criteria-" + cycle, rows: c.Grid(),
	}
	if c.Unit != nil {
		b.Filters = filterForm(req, &c.Meta, "/criteria", []string{"cycle", "layer"}, "unit")
		b.Unit = unitCriteriaOf(req, c)
		v.title = req.T("criteria.title.unit", "unit", c.Unit.Unit.Name, "cycle", cycle)
		v.lead = unitBinding(req, c)
		v.name += "-" + c.Unit.Unit.UnitID
		v.crumbs = []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.criteria"), req.With("unit", "")}, {c.Unit.Unit.Name, ""}}
		return v
	}
	codes := map[string]bool{}
	for _, target := range data.Targets {
		if t := c.Meta.Filter.Target; t == "" || t == target {
			b.Blocking = append(b.Blocking, chart.Blocking(req.Words, target, c.Blocking))
		}
		if list := nomineeTable(req, c, target); len(list.Rows) > 0 {
			b.Lists = append(b.Lists, criteriaList{target, list})
		}
	}
	var known []string
	for _, x := range c.Blocking {
		if !codes[x.Criterion] {
			codes[x.Criterion] = true
			known = append(known, x.Criterion)
		}
	}
	b.Filters.chooseOrAll(req, "criterion", c.Criterion, known, req.Criterion)
	b.Gates = gateCounts(req, c.Gates, cycle)
	b.Pages, b.Prev, b.Next = pager(req, c.Page, c.Pages)
	v.lead = criteriaLead(req, c, cycle, layer)
	return v
}

// criteriaLead names the criterion that alone stops most.
func criteriaLead(req *request, c *analytics.Criteria, cycle, layer string) string {
	var top analytics.BlockCount
	for _, x := range c.Blocking {
		if x.Alone.Int() > top.Alone.Int() || top.Criterion == "" {
			top = x
		}
	}
	switch {
	case top.Criterion == "":
		return req.T("criteria.lead.empty", "cycle", cycle, "layer", layer)
	case top.Alone.Int() == 0:
		return req.T("criteria.lead.none", "cycle", cycle, "layer", layer, "n", c.Meta.N)
	}
	return req.T("criteria.lead", "cycle", cycle, "layer", layer, "n", top.Alone, "of", top.Of, "target", top.Target, "criterion", text.Mid(req.Criterion(top.Criterion)))
}

// nomineeTable lists the page's nominees of a target with every margin.
func nomineeTable(req *request, c *analytics.Criteria, target string) chart.Table {
	t := chart.Table{
		Caption: req.T("criteria.caption", "target", target, "cycle", strconv.Itoa(c.Cycle)),
		Head:    chart.Heads(req.T("col.unit"), req.T("col.nomination"), "#"+req.T("col.missed"), req.T("col.binding"), req.T("col.gates.open")),
	}
	for _, r := range c.Rows {
		if r.Target != target {
			continue
		}
		if len(t.Rows) == 0 {
			for _, x := range r.Criteria {
				t.Head = append(t.Head, chart.Head{Text: req.Criterion(x.Criterion), Num: true, Title: req.T("criteria.minimum", "value", criterionText(req, x.Criterion, &x.Minimum))})
			}
		}
		cells := []chart.Cell{
			{Text: r.Name, Href: req.With("unit", r.UnitID, "q", "", "page", "", "criterion", ""), Sub: placed(req, r.Agency, r.UnitType, "")},
			nominationCell(req, r.Target, r.Result), chart.Num(req.Int(r.Missed), ""), bindingCell(req, &r), openCell(req, &r),
		}
		for _, x := range r.Criteria {
			cells = append(cells, roomCell(req, &x))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func bindingCell(req *request, r *analytics.NomineeTest) chart.Cell {
	if r.Binding == "" {
		return chart.Cell{Text: "-", Why: req.T("why.unknown")}
	}
	return chart.Cell{Text: req.Criterion(r.Binding), Sub: req.MaybePercent(r.Least, 1)}
}

func openCell(req *request, r *analytics.NomineeTest) chart.Cell {
	var names []string
	for _, g := range r.Open {
		names = append(names, req.Code("gate", g))
	}
	out := chart.Cell{Text: strings.Join(names, ", ")}
	if len(names) == 0 {
		out.Text = req.T("criteria.gates.none")
	}
	if n := len(r.NoGate); n > 0 {
		out.Sub = req.T("criteria.gates.unknown", "n", n)
	}
	return out
}

// roomCell is a margin, marked where the criterion is missed or binds.
func roomCell(req *request, x *analytics.CriterionTest) chart.Cell {
	c := marginCell(req, x.Criterion, x.Margin)
	if x.Criterion == "prior_wbk" {
		c = chart.Num(criterionText(req, x.Criterion, x.Value), req.T("why.unknown"))
	}
	switch {
	case x.Passed != nil && !*x.Passed:
		c.Sub = req.T("verdict.cell.missed")
	case x.Binds:
		c.Sub = req.T("criteria.binds")
	}
	return c
}

func gateCounts(req *request, gates []analytics.GateCount, cycle string) chart.Table {
	t := chart.Table{
		Caption: req.T("criteria.gates.caption", "cycle", cycle),
		Head:    chart.Heads(req.T("col.gate"), req.T("col.target"), req.T("col.level"), "#"+req.T("col.stopped"), "#"+req.T("col.alone"), "#"+req.T("gate.exempt"), "#"+req.T("col.gate.unknown"), "#"+req.T("col.of")),
	}
	for _, g := range gates {
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(req.Code("gate", g.Gate)), chart.Text(g.Target), chart.Text(req.Code("level", g.Level)),
			chart.Num(req.Int(g.Missed), ""), chart.Num(req.Int(g.Alone), ""), chart.Num(req.Int(g.Exempt), ""), chart.Num(req.Int(g.Unknown), ""), chart.Num(req.Int(g.Of), ""),
		})
	}
	return t
}

// unitCriteriaOf is the unit's criteria with what binds, and its gates.
func unitCriteriaOf(req *request, c *analytics.Criteria) *unitCriteria {
	u := &unitCriteria{Name: c.Unit.Unit.Name, Href: req.UnitLink(c.Unit.Unit.UnitID)}
	u.Criteria = chart.Table{
		Caption: req.T("verdict.caption"),
		Head:    chart.Heads(req.T("word.criterion"), req.T("col.target"), "#"+req.T("word.score"), "#"+req.T("word.threshold"), "#"+req.T("col.margin"), "#"+req.T("col.room"), req.T("col.verdict"), req.T("col.binding"), req.T("col.status")),
	}
	var stats []analytics.CriterionStat
	for _, x := range c.Unit.Criteria {
		stats = append(stats, x.CriterionStat)
		binds := chart.Cell{}
		if x.Binds {
			binds = chart.Cell{Text: req.T("criteria.binds"), Badge: "warn"}
		}
		status := statusCell(req, x.Status)
		status.Sub = x.Citation
		room := chart.Num(req.MaybePercent(x.Share, 1), req.T("why.no-share"))
		if x.FullMark == nil {
			room = chart.Num("-", req.T("why.no-share"))
		}
		u.Criteria.Rows = append(u.Criteria.Rows, []chart.Cell{
			chart.Text(req.Criterion(x.Criterion)), chart.Text(x.Target), chart.Num(criterionText(req, x.Criterion, x.Value), req.T("why.unknown")),
			chart.Num(criterionText(req, x.Criterion, &x.Minimum), ""), marginCell(req, x.Criterion, x.Margin), room, passedCell(req, x.Passed), binds, status,
		})
	}
	for _, target := range data.Targets {
		if len(stats) > 0 {
			u.Verdicts = append(u.Verdicts, verdictOf(req, target, stats))
		}
	}
	u.Gates = unitGateTable(req, c.Unit.Gates)
	return u
}

// unitGateTable lists the gates of both targets with their margins.
func unitGateTable(req *request, gates []analytics.GateStat) chart.Table {
	t := chart.Table{
		Caption: req.T("unit.gates.caption"),
		Head:    chart.Heads(req.T("col.gate"), req.T("col.target"), req.T("col.level"), "#"+req.T("col.value"), "#"+req.T("word.threshold"), "#"+req.T("col.margin"), req.T("col.verdict"), req.T("col.status")),
	}
	for _, g := range gates {
		verdict := passedCell(req, g.Passed)
		if g.Exempt && (g.Passed == nil || !*g.Passed) {
			verdict = chart.Cell{Text: req.T("gate.exempt"), Badge: "info"}
		}
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(req.Code("gate", g.Gate)), chart.Text(g.Target), chart.Text(req.Code("level", g.Level)), chart.Num(gateText(req, g.Value), req.T("why.unknown")),
			chart.Num(gateText(req, g.Minimum), ""), chart.Num(req.Signed(g.Margin, 2), req.T("why.no-margin")), verdict, statusCell(req, g.Status),
		})
	}
	return t
}

// unitBinding says in one sentence what holds the unit back.
func unitBinding(req *request, c *analytics.Criteria) string {
	cycle, layer := strconv.Itoa(c.Cycle), text.Mid(req.Code("layer", c.Layer))
	if len(c.Unit.Criteria) == 0 {
		return req.T("criteria.lead.unit.empty", "unit", c.Unit.Unit.Name, "cycle", cycle)
	}
	var parts []string
	for _, target := range data.Targets {
		for _, x := range c.Unit.Criteria {
			if x.Target == target && x.Binds {
				parts = append(parts, target+": "+text.Mid(req.Criterion(x.Criterion))+" ("+criterionText(req, x.Criterion, x.Value)+" / "+criterionText(req, x.Criterion, &x.Minimum)+")")
				break
			}
		}
	}
	return req.T("criteria.lead.unit", "unit", c.Unit.Unit.Name, "cycle", cycle, "layer", layer, "binding", strings.Join(parts, "; "))
}
