package analytics

import (
	"context"

	"tolok/analytics/stat"
	"tolok/data"
	"tolok/data/rule"
)

// Indicators are what a worksheet attains, each in percent of its weight: the
// total, both components, the six areas (both halves together), and the two
// result components.
var Indicators = []string{"total", "A", "B", "MP", "TT", "SDM", "AK", "PW", "PP", "B.I", "B.II"}

// FewestPairs is from how many pairs on a standard error is taken as known.
const FewestPairs = stat.FewestPairs

// precisions are by form (the rule set that owns it) and layer, then indicator.
type precisions map[[2]string]map[string]stat.Precision

// Reliability is how far one unit's attainment of a layer in a cycle lies from
// its true level, by indicator (see [stat.Precision]). It is estimated over all
// cycles on the same LKE form:
//
//   - TPN for the ministry from its disagreement with TPI (source layers), or the
//     change between years where that is the smaller;
//   - every other layer, and for everyone else, who may not have TPI scores
//     counted, from the change between years (source years).
//
// Both are upper bounds. An indicator of fewer than [stat.FewestPairs] pairs has
// no SE, and says how many pairs there are.
func (db *DB) Reliability(ctx context.Context, cycle int, layer string) (map[string]stat.Precision, error) {
	all, ok := db.precise.get(db.scope.Key())
	if !ok {
		var err error
		if all, err = db.readReliability(ctx); err != nil {
			return nil, err
		}
		db.precise.put(db.scope.Key(), all)
	}
	out := map[string]stat.Precision{}
	set, _ := rule.ForCycle(cycle)
	for _, i := range Indicators {
		if set != nil {
			out[i] = all[[2]string{form(set.ID), layer}][i]
		}
	}
	return out, nil
}

// form is the rule set whose LKE form a regulation uses: an amendment uses that
// of the set it amends.
func form(regulation string) string {
	if s, ok := rule.Get(regulation); ok && s.Base != "" {
		return s.Base
	}
	return regulation
}

// momentsRow are numbers of one group.
type momentsRow struct {
	N       float64 `col:"n"`
	Sum     float64 `col:"sum"`
	Squares float64 `col:"squares"`
}

func (r momentsRow) moments() stat.Moments {
	return stat.Moments{N: r.N, Sum: r.Sum, Squares: r.Squares}
}

type layersRow struct {
	Regulation string `col:"regulation"`
	Indicator  string `col:"indicator"`
	momentsRow
}

type yearsRow struct {
	Layer      string `col:"layer"`
	Before     string `col:"before"`
	Regulation string `col:"regulation"`
	Indicator  string `col:"indicator"`
	momentsRow
}

// measured names a form, layer and indicator.
type measured struct{ form, layer, indicator string }

func (db *DB) readReliability(ctx context.Context) (precisions, error) {
	years, err := collect[yearsRow](ctx, db, "reliability_years", nil)
	if err != nil {
		return nil, err
	}
	groups := map[measured][]stat.Moments{}
	for _, r := range years {
		if f := form(r.Regulation); f == form(r.Before) {
			k := measured{f, r.Layer, r.Indicator}
			groups[k] = append(groups[k], r.moments())
		}
	}
	out := precisions{}
	out.add(groups, stat.Years)
	if db.scope.reach() != everything {
		return out, nil
	}
	layers, err := collect[layersRow](ctx, db, "reliability_layers", nil)
	if err != nil {
		return nil, err
	}
	clear(groups)
	for _, r := range layers {
		k := measured{form(r.Regulation), data.TPN, r.Indicator}
		groups[k] = append(groups[k], r.moments())
	}
	out.add(groups, stat.Layers)
	return out, nil
}

func (p precisions) add(groups map[measured][]stat.Moments, source string) {
	for k, list := range groups {
		at := [2]string{k.form, k.layer}
		if p[at] == nil {
			p[at] = map[string]stat.Precision{}
		}
		p[at][k.indicator] = p[at][k.indicator].Better(stat.HalfOfDifference(list, source))
	}
}
