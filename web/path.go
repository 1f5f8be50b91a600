package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/rule"
	"tolok/web/chart"
	"tolok/web/text"
)

// path is the page /units/{id}/path: which criterion binds, the cheapest way to
// a predicate, and what other answers would give.
func (s *Server) path(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	// The form sends one set for each item.
	if all := slices.DeleteFunc(slices.Clone(req.query["set"]), func(v string) bool { return v == "" }); len(all) > 0 {
		req.query.Set("set", strings.Join(all, ","))
	} else {
		req.query.Del("set")
	}
	q := analytics.PathQuery{}
	if err := analytics.Decode(req.query, &q); err != nil {
		return nil, err
	}
	q.Unit = req.ID
	p, err := db.Path(req.Context(), q)
	if err != nil {
		return nil, err
	}
	return pathView(req, p), nil
}

type pathBody struct {
	Tabs     []navItem
	Filters  *filters
	Cards    []card
	Chart    *chart.Chart
	Criteria chart.Table
	Routes   []routeBody
	Basis    string
	Pace     chart.Table
	Form     *tryForm
	Tried    *triedBody
}

// routeBody is one route.
type routeBody struct {
	Title, Text string
	Table       chart.Table
	Try         string // address that tries it
}

// tryForm asks what other answers would give. It works as it is.
type tryForm struct {
	Action string
	Hidden []pair
	Ranges []rangeField
	Areas  []tryArea
	Clear  string
}

// rangeField is one survey index.
type rangeField struct {
	Name, Label, Value string
}

type tryArea struct {
	Name   string
	Open   bool
	Fields []field
}

// triedBody is what they give.
type triedBody struct {
	Text  string
	Cards []card
	Table chart.Table
}

func pathView(req *request, p *analytics.Path) *view {
	b := &pathBody{
		Tabs:     unitTabs(req, p.Unit.UnitID, "path"),
		Filters:  filterForm(req, &p.Meta, unitPath(p.Unit.UnitID, "path"), []string{"cycle", "layer", "target"}),
		Criteria: distanceTable(req, p.Criteria), Pace: paceTable(req, p.Pace),
	}
	if len(p.Routes) > 0 {
		b.Cards, b.Chart, b.Form = pathCards(req, p), chart.Route(req.Words, p.Target, bestRoute(p)), formToTry(req, p)
		b.Basis = pathBasis(req, p.Basis)
	}
	for i := range p.Routes {
		b.Routes = append(b.Routes, routeOf(req, p, &p.Routes[i]))
	}
	if p.WhatIf != nil {
		b.Tried = triedOf(req, p)
	}
	return &view{
		template: "path", title: req.T("path.title", "name", p.Unit.Name), lead: pathLead(req, p), meta: &p.Meta, answer: p, body: b,
		crumbs: append(unitCrumbs(req, &p.Unit), crumb{req.T("path.crumb"), ""}),
		name:   "path-" + p.Unit.UnitID + "-" + strconv.Itoa(p.Cycle), rows: p.Grid(),
	}
}

// unitPath is the address of a unit's page, or of one below it.
func unitPath(id, below string) string {
	path := "/units/" + url.PathEscape(id)
	if below != "" {
		path += "/" + below
	}
	return path
}

// unitCrumbs lead to a unit.
func unitCrumbs(req *request, u *analytics.UnitInfo) []crumb {
	return []crumb{
		{req.T("nav.overview"), req.Link("/")},
		{req.T("nav.agencies"), req.Deep("/agencies")},
		{u.Agency.Name, req.AgencyLink(u.Agency.ID)},
		{u.Name, req.UnitLink(u.UnitID)},
	}
}

// unitTabs are the pages about one unit.
func unitTabs(req *request, id, here string) []navItem {
	var out []navItem
	for _, t := range []struct{ key, below string }{{"tab.scorecard", ""}, {"tab.path", "path"}, {"tab.partners", "partners"}, {"tab.report", "report"}} {
		out = append(out, navItem{req.T(t.key), req.Deep(unitPath(id, t.below)), t.below == here})
	}
	return out
}

// bestRoute is the one that needs fewest cycles.
func bestRoute(p *analytics.Path) *analytics.Route {
	for i := range p.Routes {
		if p.Routes[i].Found {
			return &p.Routes[i]
		}
	}
	return nil
}

func pathLead(req *request, p *analytics.Path) string {
	best := bestRoute(p)
	switch {
	case len(p.Routes) == 0:
		return req.T("path.lead.none", "name", p.Unit.Name)
	case best == nil:
		return req.T("path.lead.unreachable", "target", p.Target, "criterion", text.Mid(req.Criterion(p.Binding)))
	case len(best.Steps) == 0 && p.Binding == "":
		return req.T("path.lead.met", "target", p.Target)
	}
	lead := req.T("path.lead", "target", p.Target, "criterion", text.Mid(req.Criterion(p.Binding)), "n", len(best.Steps), "total", req.Score(best.Total, 2), "now", req.Score(p.Total, 2))
	for _, d := range p.Criteria {
		if !d.Changeable && d.Passed != nil && !*d.Passed {
			lead += " " + req.T("path.lead.blocked", "criterion", text.Mid(req.Criterion(d.Criterion)))
		}
	}
	return lead
}

func pathCards(req *request, p *analytics.Path) []card {
	cards := []card{{Label: req.T("word.total"), Value: req.Score(p.Total, 2), Why: req.T("why.no-scores"), Sub: req.T("card.total.of")}}
	binding := card{Label: req.T("path.binding"), Value: "-", Why: req.T("path.binding.none")}
	if p.Binding != "" {
		binding.Value = req.Criterion(p.Binding)
	}
	steps := card{Label: req.T("path.steps"), Value: "-", Why: req.T("path.route.none")}
	if best := bestRoute(p); best != nil {
		steps.Value, steps.Sub = req.Int(int64(len(best.Steps))), req.T("path.steps.sub", "total", req.Score(best.Total, 2), "cycles", cyclesText(req, best.Cycles))
	}
	return append(cards, binding, steps)
}

func cyclesText(req *request, cycles int) string { return req.T("path.cycles." + strconv.Itoa(cycles)) }

func pathBasis(req *request, b analytics.PathBasis) string {
	switch {
	case b.Cycle == 0:
		return req.T("path.basis.none")
	case b.Same:
		return req.T("path.basis.same", "n", b.Units, "cycle", strconv.Itoa(b.Cycle), "layer", req.Code("layer", b.Layer))
	}
	return req.T("path.basis.all", "n", b.Units, "cycle", strconv.Itoa(b.Cycle), "layer", req.Code("layer", b.Layer))
}

func distanceTable(req *request, criteria []analytics.Distance) chart.Table {
	t := chart.Table{
		Caption: req.T("path.criteria.caption"),
		Head:    chart.Heads(req.T("word.criterion"), "#"+req.T("word.score"), "#"+req.T("col.minimum"), "#"+req.T("path.distance"), "#"+req.T("word.effort"), req.T("col.verdict")),
	}
	for _, d := range criteria {
		low := d.Minimum
		why := req.T("why.met")
		if d.Passed == nil {
			why = req.T("why.unknown")
		}
		effort := chart.Num(req.Count(d.Effort), why)
		switch {
		case d.Effort == nil && d.Gap != nil && !d.Changeable:
			effort.Why = req.T("why.not-by-answers")
		case d.Effort == nil && d.Gap != nil:
			effort.Why = req.T("why.out-of-reach")
		}
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(req.Criterion(d.Criterion)), chart.Num(criterionText(req, d.Criterion, d.Value), req.T("why.unknown")), chart.Num(criterionText(req, d.Criterion, &low), ""),
			chart.Num(req.Score(d.Gap, 2), why), effort, passedCell(req, d.Passed),
		})
	}
	return t
}

func paceTable(req *request, pace []analytics.Pace) chart.Table {
	t := chart.Table{Caption: req.T("path.pace.caption"), Head: chart.Heads(req.T("word.area"), "#"+req.T("path.pace.usual"), "#"+req.T("word.units"), req.T("path.pace.of"))}
	for _, p := range pace {
		name, usual, of := p.Code, req.Score(p.Usual, 2), req.T("path.pace.all")
		if p.Twins {
			of = req.T("path.pace.twins")
		}
		if slices.Contains(data.Areas, p.Code) {
			name = req.Code("area", p.Code)
			if p.Usual != nil {
				usual += "%"
			}
		}
		t.Rows = append(t.Rows, []chart.Cell{chart.Text(name), chart.Num(usual, req.T("why.few-repeats")), chart.Num(req.Int(p.N), ""), chart.Text(of)})
	}
	return t
}

func routeOf(req *request, p *analytics.Path, r *analytics.Route) routeBody {
	b := routeBody{Title: req.T("path.route.title", "cycles", cyclesText(req, r.Cycles))}
	switch {
	case !r.Found:
		var short []string
		for _, s := range r.Short {
			most, need := s.Most, s.Need
			short = append(short, req.T("path.short", "criterion", req.Criterion(s.Criterion), "most", req.Score(&most, 2), "need", req.Score(&need, 2)))
		}
		b.Text = req.T("path.route.short", "list", strings.Join(short, "; "))
		return b
	case len(r.Steps) == 0:
		b.Text = req.T("path.route.empty", "target", p.Target)
		return b
	}
	b.Text = req.T("path.route.text", "n", len(r.Steps), "effort", r.Effort, "total", req.Score(r.Total, 2), "target", p.Target)
	b.Table = chart.Table{
		Caption: b.Title,
		Head:    chart.Heads(req.T("word.item"), req.T("word.change"), "#"+req.T("word.gain"), "#"+req.T("word.effort"), "#"+req.T("path.there")),
	}
	var set []string
	for _, s := range r.Steps {
		gain := s.Gain
		set = append(set, s.ItemID+":"+s.To)
		there := chart.Num("-", req.T("path.basis.none"))
		if s.There.Share != nil {
			there = chart.Num(req.T("word.of", "n", s.There.Hits, "of", s.There.Of), "")
		}
		b.Table.Rows = append(b.Table.Rows, []chart.Cell{
			{Text: chart.Label(req.Words, s.LabelID, s.LabelEN), Sub: s.ItemID + " · " + req.Code("area", s.Area)},
			chart.Text(chart.StepText(req.Words, s)), chart.Num("+"+req.Score(&gain, 2), ""), chart.Num(req.Int(s.Effort), ""), there,
		})
	}
	b.Try = req.With("set", strings.Join(set, ","), "ipak", "", "ipkp", "") + "#s-try"
	return b
}

// formToTry has a drop-down for every item that can be raised, and the two
// surveys.
func formToTry(req *request, p *analytics.Path) *tryForm {
	f := &tryForm{Action: req.URL.EscapedPath(), Clear: req.With("set", "", "ipak", "", "ipkp", "")}
	for _, name := range append([]string{"cycle", "layer", "target"}, kept...) {
		if v := req.query.Get(name); v != "" {
			f.Hidden = append(f.Hidden, pair{name, v})
		}
	}
	tried := map[string]string{}
	if p.WhatIf != nil {
		tried = p.WhatIf.Set
	}
	areas := map[string]*tryArea{}
	for _, area := range append(slices.Clone(data.Areas), "B.I", "B.II") {
		areas[area] = &tryArea{Name: req.Code("area", area)}
	}
	for _, it := range p.Options {
		first := it.Ways[0]
		if it.Formula == rule.FormulaValue4 {
			name := analytics.SurveyOf(first.Node)
			value := tried[it.ItemID]
			if value == "" {
				value = first.Now
			}
			f.Ranges = append(f.Ranges, rangeField{strings.ToLower(name), req.T("path.try.survey", "index", name, "now", req.Answer(first.Now)), value})
			continue
		}
		a := areas[first.Area]
		one := field{Name: "set", Label: chart.Label(req.Words, first.LabelID, first.LabelEN) + " (" + it.ItemID + ")"}
		now := req.T("word.unanswered")
		if first.Now != "" {
			now = req.Answer(first.Now)
		}
		one.Options = append(one.Options, option{"", req.T("path.try.now", "answer", now), false})
		for _, way := range it.Ways {
			gain := way.Gain
			on := tried[it.ItemID] == way.To
			a.Open = a.Open || on
			one.Options = append(one.Options, option{it.ItemID + ":" + way.To, req.T("path.try.to", "answer", req.Answer(way.To), "gain", req.Score(&gain, 2)), on})
		}
		a.Fields = append(a.Fields, one)
	}
	for _, area := range append(slices.Clone(data.Areas), "B.I", "B.II") {
		if len(areas[area].Fields) > 0 {
			f.Areas = append(f.Areas, *areas[area])
		}
	}
	return f
}

func triedOf(req *request, p *analytics.Path) *triedBody {
	t := p.WhatIf
	diff := t.After - t.Before
	b := &triedBody{Cards: []card{{Label: req.T("path.try.after"), Value: req.Score(&t.After, 2), Sub: req.T("path.try.before", "before", req.Score(&t.Before, 2), "difference", req.Signed(&diff, 2))}}}
	b.Text = req.T("path.try.missed", "target", p.Target, "n", len(t.Set))
	if t.Passes {
		b.Text = req.T("path.try.met", "target", p.Target, "n", len(t.Set))
	}
	b.Table = chart.Table{
		Caption: req.T("path.try.caption"),
		Head:    chart.Heads(req.T("word.criterion"), "#"+req.T("path.try.col.before"), "#"+req.T("path.try.col.after"), "#"+req.T("col.minimum"), req.T("col.verdict")),
	}
	for _, c := range t.Criteria {
		low := c.Minimum
		b.Table.Rows = append(b.Table.Rows, []chart.Cell{
			chart.Text(req.Criterion(c.Criterion)), chart.Num(criterionText(req, c.Criterion, c.Before), req.T("why.unknown")), chart.Num(criterionText(req, c.Criterion, c.After), req.T("why.unknown")),
			chart.Num(criterionText(req, c.Criterion, &low), ""), passedCell(req, c.Passed),
		})
	}
	return b
}
