package analytics

import (
	"slices"
	"strings"

	"tolok/analytics/forecast"
	"tolok/data"
	"tolok/data/rule"
)

// forecastRules turns a reviewed rule set into the plain data of the model.
func forecastRules(set *rule.Set) forecast.Rules {
	out := forecast.Rules{ID: set.ID, Criteria: map[string][]forecast.Criterion{}}
	coef := map[string]*[forecast.Parts]float64{} // points of every node by part
	for _, n := range set.Nodes {
		part, ok := resultPart(n)
		if a := slices.Index(data.Areas, n.Area); a >= 0 && n.Level == rule.LevelArea {
			part, ok = a, true
			half := 0
			if n.Part == "reform" {
				half = 1
			}
			out.Halves[a][half] = n.Weight.Float()
		}
		coef[n.Code] = &[forecast.Parts]float64{}
		for at := n; ok; {
			coef[at.Code][part] += n.Weight.Float()
			up, found := set.Node(at.Parent)
			if !found {
				break
			}
			at = up
		}
	}
	for _, target := range data.Targets {
		for i := range set.Criteria {
			c := &set.Criteria[i]
			if low := c.Minimum(target); low != nil {
				out.Criteria[target] = append(out.Criteria[target], scoreCriteria(set, c, low.Float(), coef)...)
			}
		}
	}
	return out
}

// scoreCriteria are the model's criteria of one of the rule set's. A fact of
// the unit is none: it is a gate, not a score.
func scoreCriteria(set *rule.Set, c *rule.Criterion, low float64, coef map[string]*[forecast.Parts]float64) []forecast.Criterion {
	switch c.Measure {
	case "points":
		return []forecast.Criterion{{Code: c.Code, Coef: *coef[c.Node], Minimum: low}}
	case "value":
		var k [forecast.Parts]float64
		for _, it := range set.Items {
			if it.ID != c.Item {
				continue
			}
			if n, ok := set.Node(it.Node); ok {
				if part, ok := resultPart(n); ok {
					k[part] = 4
				}
			}
		}
		return []forecast.Criterion{{Code: c.Code, Coef: k, Minimum: low}}
	case "area_share":
		var out []forecast.Criterion
		for a, area := range data.Areas {
			var k [forecast.Parts]float64
			k[a] = 100
			out = append(out, forecast.Criterion{Code: c.Code + "." + area, Coef: k, Minimum: low})
		}
		return out
	}
	return nil
}

// resultPart says which part a sub-area of the result component is: a survey
// where its item is an index on 0-4, else the performance answer.
func resultPart(n *rule.Node) (int, bool) {
	if n == nil || n.Level != rule.LevelSubarea || !strings.HasPrefix(n.Area, "B.") {
		return 0, false
	}
	for _, it := range n.Items {
		if it.Formula == rule.FormulaValue4 {
			if n.Area == "B.II" {
				return forecast.IPKP, true
			}
			return forecast.IPAK, true
		}
	}
	return forecast.Performance, true
}
