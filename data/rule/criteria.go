package rule

import "tolok/data"

// Verdict is one criterion tested on one worksheet. What the worksheet does
// not hold is nil: unknown is neither passed nor failed.
type Verdict struct {
	Target    string      `json:"target"`
	Criterion string      `json:"criterion"`
	Value     *data.Score `json:"value"`
	Minimum   data.Score  `json:"minimum"`
	Margin    *data.Score `json:"margin"`
	Passed    *bool       `json:"passed"`
	Status    Status      `json:"status"`
	Citation  string      `json:"citation"`
}

// compareDecimals is where values and thresholds are compared: far below
// anything a worksheet can express, above what one rounded division leaves.
const compareDecimals = 9

// Facts are numbers a criterion needs that no worksheet holds, by criterion
// code: survey.n (respondents), prior_wbk (1 or 0), kawasan (0-10).
type Facts map[string]data.Score

// Criteria tests every criterion of both targets, WBK first. A kawasan
// criterion is listed only for a unit that is in one.
func (r *Result) Criteria(facts Facts) []Verdict {
	var out []Verdict
	for _, target := range data.Targets {
		for _, c := range r.Set.Criteria {
			low := c.Minimum(target)
			if low == nil {
				continue
			}
			for _, m := range r.measure(&c, facts) {
				out = append(out, verdict(target, m, *low, &c))
			}
		}
	}
	return out
}

// Passes reports whether every criterion of a target that is known is met, and
// how many are not known.
func Passes(vs []Verdict, target string) (passed bool, unknown int) {
	passed = true
	for _, v := range vs {
		if v.Target != target {
			continue
		}
		if v.Passed == nil {
			unknown++
		} else if !*v.Passed {
			passed = false
		}
	}
	return passed, unknown
}

type measured struct {
	code  string
	value *data.Score
}

func (r *Result) measure(c *Criterion, facts Facts) []measured {
	switch c.Measure {
	case "points":
		v := r.Nodes[c.Node].Score
		return []measured{{c.Code, &v}}
	case "value":
		if a := r.worksheet[c.Item]; a.Value != nil {
			v := a.Value.Score()
			return []measured{{c.Code, &v}}
		}
		return []measured{{c.Code, nil}}
	case "area_share":
		var out []measured
		for _, area := range data.Areas {
			score, weight := r.Area(area)
			share := score.Times(100*int64(data.One), int64(weight))
			out = append(out, measured{c.Code + "." + area, &share})
		}
		return out
	}
	v, known := facts[c.Code]
	switch {
	case known:
		return []measured{{c.Code, &v}}
	case c.Code == "kawasan":
		return nil
	}
	return []measured{{c.Code, nil}}
}

func verdict(target string, m measured, low data.Score, c *Criterion) Verdict {
	v := Verdict{Target: target, Criterion: m.code, Minimum: low, Status: c.Status, Citation: c.Citation}
	if m.value == nil {
		return v
	}
	margin := (*m.value - low).Round(compareDecimals)
	passed := margin >= 0
	value := *m.value
	v.Value, v.Margin, v.Passed = &value, &margin, &passed
	return v
}

// FullMark is the most that a criterion's value can be, so that margins in
// points, percent and index values can be compared; nil for a fact, which has no
// such mark.
func (s *Set) FullMark(c *Criterion) *data.Score {
	full := 100 * data.One
	switch c.Measure {
	case "points":
		full = s.node[c.Node].Weight
	case "value":
		if s.item[c.Item].Formula == FormulaValue4 {
			full = 4 * data.One
		}
	case "fact":
		return nil
	}
	return &full
}

// Alternative is what a worksheet gets under another policy.
type Alternative struct {
	Policy Policy          `json:"policy"`
	Total  data.Score      `json:"total"`
	Passes map[string]bool `json:"passes"` // by target, on the criteria the worksheet decides
}

// Alternatives scores a worksheet under every policy, so that a verdict that
// depends on ours can say so.
func (s *Set) Alternatives(w Worksheet, facts Facts) []Alternative {
	var out []Alternative
	for _, p := range AllPolicies() {
		r := s.Score(w, p)
		vs := r.Criteria(facts)
		alt := Alternative{Policy: p, Total: r.Total(), Passes: map[string]bool{}}
		for _, t := range data.Targets {
			alt.Passes[t], _ = Passes(vs, t)
		}
		out = append(out, alt)
	}
	return out
}
