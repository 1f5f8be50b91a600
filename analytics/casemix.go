package analytics

import (
	"strconv"

	"tolok/analytics/forecast"
)

// caseMixRidge is the precision of the normal prior on every coefficient: with
// SD 2 on the log odds it only keeps rare kinds of nominees from certainty.
const caseMixRidge = 0.25

// caseMix is what could be expected of the nominees of each cell by who they
// were: a logistic regression of passing on cycle, target, issuer, first try or
// again, unit type and kind of agency. What the groups themselves are is left
// out, and so is a unit type that is mostly one group's (such as tax offices, all
// of one ministry): it would take the group's own effect for the type's, and
// that is to stay in what the group passed beyond.
func caseMix(cells []funnelCell, group string) ([]float64, error) {
	alike := map[funnelCell]int{} // cells that differ in nothing that counts
	var traits [][]string
	var tallies []forecast.Tally
	at := make([]int, len(cells))
	shared := sharedTypes(cells)
	for i, c := range cells {
		n, hits := float64(c.N), float64(c.Hits)
		c.ID, c.Name, c.N, c.Hits = "", "", 0, 0
		if !shared[c.UnitType] {
			c.UnitType = ""
		}
		k, ok := alike[c]
		if !ok {
			k = len(traits)
			alike[c] = k
			traits, tallies = append(traits, c.traits(group)), append(tallies, forecast.Tally{})
		}
		at[i] = k
		tallies[k].Of += n
		tallies[k].Passed += hits
	}
	chances, err := forecast.Rates(traits, tallies, caseMixRidge)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(cells))
	for i, k := range at {
		out[i] = chances[k]
	}
	return out, nil
}

// traits are what is known of the cell's nominees, but for what the groups are.
func (c *funnelCell) traits(group string) []string {
	t := []string{"cycle " + strconv.Itoa(c.Cycle), "target " + c.Target, "issuer " + c.Issuer, "again " + strconv.FormatBool(c.Again)}
	if group != "unit_type" {
		t = append(t, "type "+c.UnitType)
	}
	if group != "kind" {
		t = append(t, "kind "+c.Kind)
	}
	return t
}

// sharedTypes are the unit types of which no group has more than half of the
// nominees.
func sharedTypes(cells []funnelCell) map[string]bool {
	type at struct{ unitType, id string }
	all, own := map[string]int64{}, map[at]int64{}
	for _, c := range cells {
		all[c.UnitType] += c.N
		own[at{c.UnitType, c.ID}] += c.N
	}
	out := map[string]bool{}
	for t := range all {
		out[t] = true
	}
	for k, n := range own {
		if 2*n > all[k.unitType] {
			out[k.unitType] = false
		}
	}
	return out
}
