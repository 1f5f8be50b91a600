package analytics

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tolok/data"
	"tolok/data/rule"
)

// WhatIf is the worksheet as it would be with other answers, scored by the
// rules themselves.
type WhatIf struct {
	Set      map[string]string  `json:"set"` // item to answer
	Before   data.Score         `json:"before"`
	After    data.Score         `json:"after"`
	Passes   bool               `json:"passes"` // every criterion that is known
	Criteria []WhatIfCriterion  `json:"criteria"`
	Areas    map[string]Attempt `json:"areas"` // attainment, 0-1
}

// Attempt is a number before and after.
type Attempt struct {
	Before *data.Score `json:"before"`
	After  *data.Score `json:"after"`
}

// WhatIfCriterion is one criterion before and after.
type WhatIfCriterion struct {
	Criterion string      `json:"criterion"`
	Minimum   data.Score  `json:"minimum"`
	Before    *data.Score `json:"before"`
	After     *data.Score `json:"after"`
	Passed    *bool       `json:"passed"` // after
}

// try scores the worksheet with what the query sets; nil if it sets nothing.
func (r *router) try(q PathQuery) (*WhatIf, error) {
	tried, err := r.tried(q)
	if err != nil || len(tried) == 0 {
		return nil, err
	}
	w := maps.Clone(r.sheet)
	for _, id := range sortedKeys(tried) {
		it, _ := r.set.Item(id)
		if err := put(w, it, tried[id]); err != nil {
			return nil, err
		}
	}
	after := r.set.Score(w, r.now.Policy)
	out := &WhatIf{Set: tried, Before: r.now.Total(), After: after.Total(), Criteria: []WhatIfCriterion{}, Areas: map[string]Attempt{}}
	before := r.now.Criteria(r.facts)
	verdicts := after.Criteria(r.facts)
	out.Passes, _ = rule.Passes(verdicts, r.target)
	for i, v := range verdicts {
		if v.Target == r.target {
			out.Criteria = append(out.Criteria, WhatIfCriterion{v.Criterion, v.Minimum, before[i].Value, v.Value, v.Passed})
		}
	}
	for _, a := range data.Areas {
		was, weight := r.now.Area(a)
		is, _ := after.Area(a)
		out.Areas[a] = Attempt{share(&was, weight), share(&is, weight)}
	}
	return out, nil
}

// tried reads what the query sets, by item.
func (r *router) tried(q PathQuery) (map[string]string, error) {
	out := map[string]string{}
	for pair := range strings.SplitSeq(q.Set, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		id, to, ok := strings.Cut(pair, ":")
		if !ok {
			return nil, fmt.Errorf("%w: set=%q; write item:answer, such as A.I.1.i.a:Ya", ErrBadRequest, pair)
		}
		out[id] = to
	}
	for _, n := range r.set.At(rule.LevelSubarea) {
		if len(n.Items) == 1 && n.Items[0].Formula == rule.FormulaValue4 {
			if v := map[string]string{"IPAK": q.IPAK, "IPKP": q.IPKP}[SurveyOf(n.Code)]; v != "" && !r.same(n.Items[0].ID, v) {
				out[n.Items[0].ID] = v
			}
		}
	}
	for id := range out {
		i := slices.IndexFunc(r.now.Items, func(sc rule.ItemScore) bool { return sc.Item.ID == id })
		switch {
		case i < 0:
			return nil, fmt.Errorf("%w: %q is not an item of %s", ErrBadRequest, id, r.set.ID)
		case r.now.Items[i].State == rule.NotApplicable:
			return nil, fmt.Errorf("%w: item %s does not apply to this unit", ErrBadRequest, id)
		}
	}
	return out, nil
}

// same reports whether a survey's value is what it is now, as far as a slider
// shows.
func (r *router) same(item, to string) bool {
	now := r.sheet[item].Value
	v, err := data.ParseAmount(strings.ReplaceAll(to, ",", "."))
	return err == nil && now != nil && now.Score().Round(2) == v.Score().Round(2)
}

// put writes one answer into a worksheet: an option, a share of 0-1, a survey's
// value of 0-4.
func put(w rule.Worksheet, it *rule.Item, to string) error {
	a := w[it.ID]
	a.ItemID = it.ID
	if it.Formula == rule.FormulaOption {
		if _, ok := it.Options[to]; !ok {
			return fmt.Errorf("%w: item %s takes %s, not %q", ErrBadRequest, it.ID, strings.Join(it.OptionNames(), ", "), to)
		}
		a.Choice = to
		w[it.ID] = a
		return nil
	}
	top := map[string]data.Amount{rule.FormulaValue4: 4, rule.FormulaPercent: 100}[it.Formula]
	top = cmp.Or(top, 1) * data.OneAmount
	v, err := data.ParseAmount(strings.ReplaceAll(to, ",", "."))
	if err != nil || v < 0 || v > top {
		return fmt.Errorf("%w: item %s takes a number from 0 to %s, not %q", ErrBadRequest, it.ID, top, to)
	}
	a.Value, a.Num, a.Den = &v, nil, nil
	for _, in := range it.Inputs { // counts would win over the share
		delete(w, in.ID)
	}
	w[it.ID] = a
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
