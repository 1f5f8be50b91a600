package forecast

import (
	"slices"
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

// resultPart says what the result nodes of the rule sets hold.
var resultPart = map[string]int{
	"B.I.1": IPAK, "B.I.2": Performance, "B.II.1": IPKP, // 52/2014
	"B.I.a": IPAK, "B.I.b": Performance, "B.II.a": IPKP, // 90/2021
}

// rulesOf turns a reviewed rule set into the plain data of the model, as the
// answers of the program do.
func rulesOf(t testing.TB, id string) Rules {
	t.Helper()
	set, ok := rule.Get(id)
	if !ok {
		t.Fatalf("no rule set %s", id)
	}
	out := Rules{ID: id, Criteria: map[string][]Criterion{}}
	coef := map[string]*[Parts]float64{} // of every node
	for _, n := range set.Nodes {
		part, ok := resultPart[n.Code]
		if a := slices.Index(data.Areas, n.Area); a >= 0 && n.Level == rule.LevelArea {
			part, ok = a, true
			half := 0
			if n.Part == "reform" {
				half = 1
			}
			out.Halves[a][half] = n.Weight.Float()
		}
		coef[n.Code] = &[Parts]float64{}
		for at := n; ok; {
			coef[at.Code][part] += n.Weight.Float()
			up, found := set.Node(at.Parent)
			if !found {
				break
			}
			at = up
		}
	}
	for _, c := range set.Criteria {
		for _, target := range data.Targets {
			low := c.Minimum(target)
			if low == nil {
				continue
			}
			out.Criteria[target] = append(out.Criteria[target], criteriaOf(&c, low.Float(), coef)...)
		}
	}
	return out
}

func criteriaOf(c *rule.Criterion, low float64, coef map[string]*[Parts]float64) []Criterion {
	switch c.Measure {
	case "points":
		return []Criterion{{c.Code, *coef[c.Node], low}}
	case "value":
		var k [Parts]float64
		k[resultPart[c.Item]] = 4
		return []Criterion{{c.Code, k, low}}
	case "area_share":
		var out []Criterion
		for a, area := range data.Areas {
			var k [Parts]float64
			k[a] = 100
			out = append(out, Criterion{c.Code + "." + area, k, low})
		}
		return out
	}
	return nil // a fact of the unit: a gate, not a score
}
