package analytics

import (
	"cmp"
	"context"
	"slices"

	"tolok/data"
	"tolok/data/rule"
)

// Report is what fits on two pages about one unit: where it stands, what it is
// strong and weak in, where it is going, whom it can learn from, and what its
// team should talk about.
type Report struct {
	Meta       Meta          `json:"meta"`
	Unit       UnitInfo      `json:"unit"`
	Cycle      int           `json:"cycle"`
	Layer      string        `json:"layer"`
	Regulation string        `json:"regulation"`
	Target     string        `json:"target"`
	Total      *data.Score   `json:"total"`
	Criteria   []Distance    `json:"criteria"` // of the target
	Binding    string        `json:"binding"`
	Areas      []AreaScore   `json:"areas"`     // beside units of the same type
	Rank       []RankIn      `json:"rank"`      // among them, where it may be shown
	Strengths  []NodeStat    `json:"strengths"` // sub-areas with the largest share of their weight, at most five
	Gaps       []NodeStat    `json:"gaps"`      // sub-areas with most points missing, at most five
	Travel     []HistoryStat `json:"travel"`    // the total in the layer, oldest first, at most six cycles
	Route      *Route        `json:"route"`     // the cheapest, with its first five steps; nil if there is none
	Weakest    string        `json:"weakest"`   // the area furthest below its minimum, or least above it
	Hosts      []ReportHost  `json:"hosts"`     // to learn it from
	Questions  []Note        `json:"questions"` // for the next meeting: codes with their values
}

// ReportHost is a holder that did well in an area.
type ReportHost struct {
	UnitID    string     `json:"unit_id"`
	Name      string     `json:"name"`
	Agency    string     `json:"agency"`
	Province  string     `json:"province"`
	SameType  bool       `json:"same_type"`
	Predicate string     `json:"predicate"`
	Cycle     int        `json:"cycle"` // of the predicate
	Share     data.Score `json:"share"` // percent of the area's weight, by TPN then
	Contact   string     `json:"contact"`
}

// QuestionCodes lists every question a report can ask, so that a test can ask
// for the words of each.
var QuestionCodes = []string{"binding", "gap", "unanswered", "inflated", "survey-few", "falling", "step", "host", "met"}

// How much fits on a page.
const (
	reportLines  = 5
	reportCycles = 6
)

// Report answers with the two pages about one unit.
func (db *DB) Report(ctx context.Context, f Filter) (*Report, error) {
	card, err := db.Scorecard(ctx, f)
	if err != nil {
		return nil, err
	}
	way, err := db.Path(ctx, PathQuery{Filter: f})
	if err != nil {
		return nil, err
	}
	r := &Report{
		Meta: card.Meta, Unit: card.Unit, Cycle: card.Cycle, Layer: card.Layer, Regulation: card.Regulation, Target: way.Target, Total: card.Total,
		Criteria: way.Criteria, Binding: way.Binding, Areas: card.Areas, Rank: card.Rank, Strengths: []NodeStat{}, Gaps: []NodeStat{}, Travel: []HistoryStat{}, Hosts: []ReportHost{},
		Questions: []Note{},
	}
	r.Meta.Question = "report"
	r.choose(card)
	for i := range way.Routes {
		if way.Routes[i].Found && r.Route == nil {
			r.Route = &way.Routes[i]
			r.Route.Steps = r.Route.Steps[:min(len(r.Route.Steps), reportLines)]
		}
	}
	if r.Weakest != "" {
		p := card.Meta.Filter.params()
		p["unit"], p["unit_type"], p["area"], p["home"] = r.Unit.UnitID, r.Unit.UnitType, r.Weakest, r.Unit.Province.ID
		p["above"] = r.weakest().Attainment.Times(100, 1).Float()
		if r.Hosts, err = collect[ReportHost](ctx, db, "report_hosts", p); err != nil {
			return nil, err
		}
	}
	r.ask(card)
	return r, nil
}

// choose picks strengths, gaps, the weakest area and the way travelled.
func (r *Report) choose(card *Scorecard) {
	var parts []NodeStat
	for _, n := range card.Nodes {
		if n.Level == rule.LevelSubarea && n.Score != nil && n.Attainment != nil {
			parts = append(parts, n)
		}
	}
	missing := func(n NodeStat) data.Score { return n.Weight - *n.Score }
	slices.SortStableFunc(parts, func(a, b NodeStat) int {
		return cmp.Or(cmp.Compare(*b.Attainment, *a.Attainment), cmp.Compare(b.Weight, a.Weight))
	})
	r.Strengths = append(r.Strengths, parts[:min(len(parts), reportLines)]...)
	slices.SortStableFunc(parts, func(a, b NodeStat) int { return cmp.Compare(missing(b), missing(a)) })
	for _, n := range parts {
		if missing(n) > 0 && len(r.Gaps) < reportLines {
			r.Gaps = append(r.Gaps, n)
		}
	}
	least := data.Score(0)
	for _, a := range r.Areas {
		if !slices.Contains(data.Areas, a.Area) || a.Attainment == nil {
			continue
		}
		margin := *a.Attainment
		if low := a.minimum(r.Target); low != nil {
			margin -= *low
		}
		if r.Weakest == "" || margin < least {
			r.Weakest, least = a.Area, margin
		}
	}
	for _, h := range card.History {
		if h.Layer == card.Layer && h.Total != nil && h.Cycle <= card.Cycle {
			r.Travel = append(r.Travel, h)
		}
	}
	r.Travel = r.Travel[max(0, len(r.Travel)-reportCycles):]
}

func (a *AreaScore) minimum(target string) *data.Score {
	if target == data.WBBM {
		return a.MinWBBM
	}
	return a.MinWBK
}

func (r *Report) weakest() *AreaScore {
	return &r.Areas[slices.IndexFunc(r.Areas, func(a AreaScore) bool { return a.Area == r.Weakest })]
}

// inflated is by how many points a self-score may lie above TPI's before the
// team should ask why.
const inflated = 5 * data.One

// ask finds what the team should talk about, most pressing first.
func (r *Report) ask(card *Scorecard) {
	add := func(code string, pairs ...string) {
		m := Meta{Notes: []Note{}}
		m.note(code, pairs...)
		r.Questions = append(r.Questions, m.Notes...)
	}
	switch {
	case r.Binding != "":
		add("binding", "criterion", r.Binding, "target", r.Target)
	case r.Route != nil:
		add("met", "target", r.Target)
	}
	if len(r.Gaps) > 0 {
		add("gap", "label_id", r.Gaps[0].LabelID, "label_en", r.Gaps[0].LabelEN, "missing", (r.Gaps[0].Weight - *r.Gaps[0].Score).Round(2).String())
	}
	if card.Unanswered > 0 {
		add("unanswered", "n", number(&card.Unanswered))
	}
	by := map[string]*data.Score{}
	for _, l := range card.Layers {
		by[l.Layer] = l.Total
	}
	if a, b := by[data.Self], by[data.TPI]; a != nil && b != nil && *a-*b > inflated {
		add("inflated", "difference", (*a - *b).Round(1).String())
	}
	for _, c := range r.Criteria {
		if c.Criterion == "survey.n" && c.Passed != nil && !*c.Passed {
			add("survey-few", "n", c.Value.String())
		}
	}
	if n := len(r.Travel); n > 1 && r.Travel[n-1].Break == "" && *r.Travel[n-1].Total < *r.Travel[n-2].Total {
		add("falling", "difference", (*r.Travel[n-2].Total - *r.Travel[n-1].Total).Round(2).String())
	}
	if r.Route != nil && len(r.Route.Steps) > 0 {
		s := r.Route.Steps[0]
		add("step", "label_id", s.LabelID, "label_en", s.LabelEN, "gain", s.Gain.Round(2).String())
	}
	if len(r.Hosts) > 0 {
		add("host", "host", r.Hosts[0].Name, "area", r.Weakest)
	}
}

// Grid lists every line of the report.
func (r *Report) Grid() Grid {
	g := Grid{Columns: []string{"section", "key", "label_id", "label_en", "value", "of"}}
	g.add("total", r.Target, "", "", r.Total, "")
	for _, c := range r.Criteria {
		g.add("criterion", c.Criterion, "", "", c.Value, c.Minimum)
	}
	for _, a := range r.Areas {
		g.add("area", a.Area, "", "", a.Score, a.Weight)
	}
	for _, n := range r.Strengths {
		g.add("strength", n.Code, n.LabelID, n.LabelEN, n.Score, n.Weight)
	}
	for _, n := range r.Gaps {
		g.add("gap", n.Code, n.LabelID, n.LabelEN, n.Score, n.Weight)
	}
	for _, h := range r.Travel {
		g.add("cycle", h.Cycle, "", "", h.Total, "")
	}
	if r.Route != nil {
		for _, s := range r.Route.Steps {
			g.add("step", s.ItemID, s.LabelID, s.LabelEN, s.Now, s.To)
		}
	}
	for _, h := range r.Hosts {
		g.add("host", h.UnitID, h.Name, h.Name, h.Share, "")
	}
	return g
}
