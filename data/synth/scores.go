package synth

import (
	"tolok/data"
	"tolok/data/rule"
)

// scoreRows are the nodes of a worksheet whose items were not kept: the total,
// components, areas, and what the criteria ask for. Agencies round to two
// decimals; the national team does not, for its numbers decide.
func (w *world) scoreRows(set *rule.Set, sheet rule.Worksheet, u *unit, layer data.Layer) []data.NodeScore {
	result := set.Score(sheet, set.DefaultPolicy())
	asked := map[string]bool{}
	for _, c := range set.Criteria {
		asked[c.Node] = true
	}
	var out []data.NodeScore
	for _, n := range set.Nodes {
		if n.Level == rule.LevelSubarea && !asked[n.Code] {
			continue
		}
		score := result.Nodes[n.Code].Score
		if layer != data.TPN {
			score = score.Round(2)
		}
		out = append(out, data.NodeScore{UnitID: u.UnitID, Cycle: int32(w.year), Regulation: set.ID, Layer: layer, Code: n.Code, Score: score})
	}
	return out
}

// itemRates are the item scores as a sender's own tool writes them beside the
// answers, to two decimals.
func itemRates(set *rule.Set, sheet rule.Worksheet) map[string]data.Score {
	rates := map[string]data.Score{}
	for _, it := range set.Score(sheet, set.DefaultPolicy()).Items {
		if it.State == rule.Answered {
			rates[it.Item.ID] = it.Score.Round(2)
		}
	}
	return rates
}
