package analytics

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"tolok/data"
	"tolok/data/rule"
)

// PathQuery asks for a unit's path, and what would be if some items stood
// otherwise.
type PathQuery struct {
	Filter
	// Set is what to try: item:answer, separated by commas. An answer is an
	// option, a share of 0-1 for ratios, or a value of 0-4 for surveys.
	Set  string `json:"set,omitempty" param:"set" max:"6000"`
	IPAK string `json:"ipak,omitempty" param:"ipak"` // a survey value of 0-4 to try
	IPKP string `json:"ipkp,omitempty" param:"ipkp"`
}

// Path is the way from where a unit stands to a predicate.
type Path struct {
	Meta       Meta        `json:"meta"`
	Unit       UnitInfo    `json:"unit"`
	Cycle      int         `json:"cycle"`
	Layer      string      `json:"layer"`
	Regulation string      `json:"regulation"`
	Target     string      `json:"target"`
	Total      *data.Score `json:"total"`
	Criteria   []Distance  `json:"criteria"` // of the target
	Binding    string      `json:"binding"`  // the missed criterion that asks for most effort, or ""
	Basis      PathBasis   `json:"basis"`
	Pace       []Pace      `json:"pace"`
	Routes     []Route     `json:"routes"`  // within one cycle, within two, and without a limit; equal ones once
	Options    []PathItem  `json:"options"` // all that could be raised, most points for the effort first
	WhatIf     *Trial      `json:"what_if"` // nil if nothing was tried
}

// PathBasis says whose answers difficulty was read from.
type PathBasis struct {
	Cycle int    `json:"cycle"` // 0: nobody's are known
	Layer string `json:"layer"`
	Same  bool   `json:"same_type"` // units of the same type; else all types that are large enough
	Units int64  `json:"units"`
}

// Distance is how far the unit is from one criterion.
type Distance struct {
	CriterionStat
	Gap        *data.Score `json:"gap"`        // minimum - value where it is missed
	Effort     *int64      `json:"effort"`     // of meeting this one alone; nil where it is met, or cannot be
	Changeable bool        `json:"changeable"` // by answers of the worksheet
}

// Pace is what units usually gain in a year: nine in ten gained no more.
type Pace struct {
	Code  string      `json:"code"` // an area (percent of its weight), IPAK or IPKP (0-4)
	N     int64       `json:"n"`
	Usual *data.Score `json:"usual"` // nil: too few to say
	Twins bool        `json:"twins"` // of the unit's trajectory twins, until they passed; else of all units
}

// Route is the cheapest way to meet every criterion that answers can change.
type Route struct {
	Cycles int         `json:"cycles"` // what is usually gained in so many cycles is the most that counts; 0: no limit
	Found  bool        `json:"found"`
	Effort int64       `json:"effort"`
	Total  *data.Score `json:"total"` // after it
	Steps  []RouteStep `json:"steps"` // most points for the effort first
	Short  []Shortfall `json:"short"` // where there is none: what cannot be reached
}

// Shortfall is a criterion out of reach, in points of the total.
type Shortfall struct {
	Criterion string     `json:"criterion"`
	Most      data.Score `json:"most"`
	Need      data.Score `json:"need"`
}

// RouteStep is one item to raise.
type RouteStep struct {
	ItemID  string     `json:"item_id"`
	Node    string     `json:"node"`
	Area    string     `json:"area"`
	LabelID string     `json:"label_id"`
	LabelEN string     `json:"label_en"`
	Now     string     `json:"now"` // "" is unanswered
	To      string     `json:"to"`
	Gain    data.Score `json:"gain"` // points of the total
	Effort  int64      `json:"effort"`
	There   Rate       `json:"there"` // comparable units that are there or higher
}

// PathItem is an item that could be raised, with each way to raise it.
type PathItem struct {
	ItemID     string      `json:"item_id"`
	AnswerType string      `json:"answer_type"`
	Formula    string      `json:"formula"`
	Ways       []RouteStep `json:"ways"`
}

// Path answers: which criterion binds, how far is each, and what is the
// cheapest way to meet them all?
func (db *DB) Path(ctx context.Context, q PathQuery) (*Path, error) {
	card, err := db.Scorecard(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	p := &Path{
		Meta: card.Meta, Unit: card.Unit, Cycle: card.Cycle, Layer: card.Layer, Regulation: card.Regulation, Target: q.Target, Total: card.Total,
		Criteria: []Distance{}, Pace: []Pace{}, Routes: []Route{}, Options: []PathItem{},
	}
	p.Meta.Question = "path"
	set, ok := rule.Get(card.Regulation)
	if !ok || !db.scope.owns(card.Unit.UnitID, card.Unit.Agency.ID) {
		return p, nil // the notes say why
	}
	if p.Target == "" {
		p.Target = nextTarget(card.Criteria)
	}
	p.Meta.Filter.Target = p.Target
	f := p.Meta.Filter
	f.Unit, f.UnitType = q.Unit, card.Unit.UnitType
	if card.Basis != "items" {
		p.Criteria = distances(set, card.Criteria, p.Target)
		return p, nil
	}
	w, err := db.worksheetOf(ctx, f)
	if err != nil {
		return nil, err
	}
	r := &router{set: set, sheet: w, facts: factsOf(set, card.Criteria), target: p.Target, now: set.Score(w, set.DefaultPolicy())}
	if err := r.read(ctx, db, f); err != nil {
		return nil, err
	}
	if err := r.answer(p, card.Criteria); err != nil {
		return nil, fmt.Errorf("unit %s, %d: %w", q.Unit, p.Cycle, err)
	}
	p.WhatIf, err = r.try(q)
	return p, err
}

// nextTarget is WBBM for who holds a WBK, else WBK.
func nextTarget(criteria []CriterionStat) string {
	for _, c := range criteria {
		if c.Criterion == "prior_wbk" && c.Passed != nil && *c.Passed {
			return data.WBBM
		}
	}
	return data.WBK
}

// worksheetOf is a unit's worksheet as the pure scorer takes it.
func (db *DB) worksheetOf(ctx context.Context, f Filter) (rule.Worksheet, error) {
	rows, err := collect[answerRow](ctx, db, "unit_answers", f.params())
	w := rule.Worksheet{}
	for _, r := range rows {
		w[r.ItemID] = data.Answer{ItemID: r.ItemID, Choice: r.Choice, Value: r.Value, Num: r.Num, Den: r.Den}
	}
	return w, err
}

// factsOf are what criteria need that the worksheet does not hold.
func factsOf(set *rule.Set, criteria []CriterionStat) rule.Facts {
	facts := rule.Facts{}
	for _, c := range criteria {
		if c.Value != nil && isFact(set, c.Criterion) {
			facts[c.Criterion] = *c.Value
		}
	}
	return facts
}

func isFact(set *rule.Set, criterion string) bool {
	return slices.ContainsFunc(set.Criteria, func(k rule.Criterion) bool { return k.Code == criterion && k.Measure == "fact" })
}

// distances are how far each criterion of a target is.
func distances(set *rule.Set, criteria []CriterionStat, target string) []Distance {
	out := []Distance{}
	for _, c := range criteria {
		if c.Target != target {
			continue
		}
		d := Distance{CriterionStat: c, Changeable: !isFact(set, c.Criterion)}
		if c.Passed != nil && !*c.Passed {
			gap := c.Minimum - *c.Value
			d.Gap = &gap
		}
		out = append(out, d)
	}
	return out
}

// Grid lists the steps of every route, and what stands in the way of those
// that do not exist.
func (p *Path) Grid() Grid {
	g := Grid{Columns: []string{"section", "cycles", "key", "label_id", "label_en", "now", "to", "gain", "effort", "there", "of"}}
	for _, d := range p.Criteria {
		g.add("criterion", "", d.Criterion, "", "", d.Value, d.Minimum, d.Gap, number(d.Effort), "", "")
	}
	for _, r := range p.Routes {
		cycles := strconv.Itoa(r.Cycles)
		for _, s := range r.Steps {
			g.add("step", cycles, s.ItemID, s.LabelID, s.LabelEN, s.Now, s.To, s.Gain, s.Effort, s.There.Hits, s.There.Of)
		}
		for _, s := range r.Short {
			g.add("short", cycles, s.Criterion, "", "", s.Most, s.Need, s.Need-s.Most, "", "", "")
		}
	}
	if p.WhatIf != nil {
		for _, c := range p.WhatIf.Criteria {
			g.add("what-if", "", c.Criterion, "", "", c.Before, c.After, "", "", "", "")
		}
	}
	return g
}

func number(v *int64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatInt(*v, 10)
}
