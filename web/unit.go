package web

import (
	"net/url"
	"strconv"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/chart"
	"tolok/web/text"
)

// unit is the page /units/{id}: the scorecard of one unit.
func (s *Server) unit(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	f := req.Filter
	f.Unit = req.ID
	c, err := db.Scorecard(req.Context(), f)
	if err != nil {
		return nil, err
	}
	return unitView(req, c), nil
}

type unitBody struct {
	Tabs       []navItem
	Filters    *filters
	Facts      []fact
	Cards      []card
	Verdicts   []verdict
	Areas      *chart.Chart
	Layers     *chart.Chart
	History    *chart.Chart
	Ranks      chart.Table
	Among      string // the ranking of units like it
	Nodes      chart.Table
	Items      chart.Table
	Policies   chart.Table
	Surveys    chart.Table
	Path       chart.Table
	Awards     chart.Table
	Gates      chart.Table
	Criteria   chart.Table
	Sources    chart.Table
	Problems   chart.Table
	Suspicions chart.Table
	Basis      string
	NoItems    string // why there are no answers item by item
}

// basisItems says that a worksheet's scores were recomputed from its answers.
const basisItems = "items"

// verdict is where a unit stands with the criteria of one target.
type verdict struct {
	Target   string
	Headline string
	Badge    string
	Known    bool
}

func unitView(req *request, c *analytics.Scorecard) *view {
	w, cycle := req.Words, strconv.Itoa(c.Cycle)
	b := &unitBody{
		Tabs:    unitTabs(req, c.Unit.UnitID, ""),
		Filters: filterForm(req, &c.Meta, "/units/"+url.PathEscape(c.Unit.UnitID), []string{"cycle", "layer"}),
		Facts:   unitFacts(req, &c.Unit), Cards: unitCards(req, c),
		Areas: chart.Scorecard(w, c), Layers: chart.Layers(w, data.Areas, c.Layers), History: chart.History(w, c.History, totals(c)),
		Ranks: rankTable(req, c.Rank), Among: req.Deep("/ranking", "peers", c.Unit.UnitID), Nodes: nodeTable(req, c.Nodes), Items: itemTable(req, c.Items), Policies: policyTable(req, c.Policies),
		Criteria: criteriaOf(req, c.Criteria), Gates: gateTable(req, c.Gates), Surveys: surveyTable(req, c.Surveys), Path: pathTable(req, c.Path), Awards: awardTable(req, c.Awards),
		Sources: sourceTable(req, c.Sources), Problems: problemTable(req, c.Problems, "unit.problems.caption"), Suspicions: problemTable(req, c.Suspicions, "unit.suspicions.caption"),
	}
	if c.Basis != "" {
		b.Basis = req.T("unit.basis", "regulation", c.Regulation, "basis", req.Code("basis", c.Basis))
	}
	switch {
	case c.Basis == "":
		b.NoItems = req.Note("no-worksheet", nil)
	case c.Basis != basisItems:
		b.NoItems = req.Note("items-not-kept", nil)
	}
	for _, target := range data.Targets {
		if v := verdictOf(req, target, c.Criteria); v.Known {
			b.Verdicts = append(b.Verdicts, v)
		}
	}
	return &view{
		template: "unit", title: c.Unit.Name, lead: unitLead(req, c), meta: &c.Meta, answer: c, body: b,
		crumbs: []crumb{
			{req.T("nav.overview"), req.Link("/")},
			{req.T("nav.agencies"), req.Deep("/agencies")},
			{c.Unit.Agency.Name, req.AgencyLink(c.Unit.Agency.ID)},
			{c.Unit.Name, ""},
		},
		name: "unit-" + c.Unit.UnitID + "-" + cycle, rows: c.Grid(),
	}
}

func unitLead(req *request, c *analytics.Scorecard) string {
	if c.Total == nil {
		return req.T("unit.lead.none", "name", c.Unit.Name)
	}
	lead := req.T("unit.lead", "cycle", strconv.Itoa(c.Cycle), "layer", text.Mid(req.Code("layer", c.Layer)), "total", req.Score(c.Total, 2))
	for _, target := range data.Targets {
		met, missed, unknown := tally(target, c.Criteria)
		switch {
		case met+missed+unknown == 0:
		case missed > 0:
			lead += " " + req.T("unit.lead.missed", "target", target, "n", missed, "of", met+missed+unknown)
		case unknown > 0:
			lead += " " + req.T("unit.lead.unknown", "target", target, "n", unknown)
		default:
			lead += " " + req.T("unit.lead.met", "target", target)
		}
	}
	return lead
}

func tally(target string, criteria []analytics.CriterionStat) (met, missed, unknown int) {
	for _, c := range criteria {
		switch {
		case c.Target != target:
		case c.Passed == nil:
			unknown++
		case *c.Passed:
			met++
		default:
			missed++
		}
	}
	return met, missed, unknown
}

func unitFacts(req *request, u *analytics.UnitInfo) []fact {
	why := req.T("why.unknown")
	year := func(v *int64) string {
		if v == nil {
			return "-"
		}
		return strconv.FormatInt(*v, 10)
	}
	known := func(s string) string {
		if s == "" {
			return "-"
		}
		return s
	}
	facts := []fact{
		{Name: req.T("word.code"), Value: u.UnitID},
		{Name: req.T("word.agency"), Value: u.Agency.Name, Href: req.AgencyLink(u.Agency.ID)},
		{Name: req.T("filter.unit_type"), Value: req.UnitType(u.UnitType), Why: why},
		{Name: req.T("word.province"), Value: known(u.Province.Name), Why: why},
		{Name: req.T("fact.regency"), Value: known(u.Regency.Name), Why: why},
		{Name: req.T("fact.echelon"), Value: known(u.Echelon), Why: why},
		{Name: req.T("fact.staff"), Value: req.Count(u.Staff), Why: why},
		{Name: req.T("fact.users"), Value: req.Count(u.ServiceUsers), Why: why},
		{Name: req.T("fact.budget"), Value: req.Count(u.BudgetIDR), Why: why},
		{Name: req.T("fact.opened"), Value: year(u.Opened), Why: why},
	}
	if u.Closed != nil {
		facts = append(facts, fact{Name: req.T("fact.closed"), Value: year(u.Closed)})
	}
	if u.MergedInto != nil {
		facts = append(facts, fact{Name: req.T("fact.merged"), Value: u.MergedInto.Name, Href: req.UnitLink(u.MergedInto.ID)})
	}
	return facts
}

func unitCards(req *request, c *analytics.Scorecard) []card {
	total := card{Label: req.T("word.total"), Value: req.Score(c.Total, 2), Why: req.T("why.no-scores")}
	if c.Low != nil && c.High != nil && *c.Low != *c.High {
		total.Sub = req.T("card.total.range", "low", req.Score(c.Low, 2), "high", req.Score(c.High, 2))
	} else if c.Total != nil {
		total.Sub = req.T("card.total.of")
	}
	cards := []card{total}
	for _, n := range c.Nodes {
		if n.Level == "component" {
			cards = append(cards, card{Label: label(req, n.LabelID, n.LabelEN), Value: req.Score(n.Score, 2), Why: req.T("why.no-scores"), Sub: req.T("card.of-weight", "weight", req.Score(&n.Weight, 0))})
		}
	}
	if c.Reported != nil && c.Basis == basisItems { // otherwise it is the total itself
		reported := card{Label: req.T("card.reported"), Value: req.Score(c.Reported, 2), Sub: req.T("card.reported.same")}
		if c.Total != nil {
			if d := *c.Reported - *c.Total; d.Round(4) != 0 {
				reported.Sub = req.T("card.reported.differs", "difference", req.Signed(&d, 4))
			}
		}
		cards = append(cards, reported)
	}
	answered := card{Label: req.T("card.answered"), Value: req.Int(c.Answered), Sub: req.T("card.answered.sub", "blank", c.Unanswered, "na", c.NotApply)}
	if c.Basis == basisItems {
		cards = append(cards, answered)
	}
	return cards
}

// totals are the total's thresholds as the unit's criteria have them.
func totals(c *analytics.Scorecard) chart.Minima {
	m := chart.Minima{}
	for _, k := range c.Criteria {
		if k.Criterion == "total" {
			m[k.Target] = k.Minimum
		}
	}
	return m
}

func label(req *request, id, en string) string {
	if req.Lang() == "en" {
		return en
	}
	return id
}
