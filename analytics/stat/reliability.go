package stat

import "math"

// Sources of a standard error of one measurement.
const (
	// Layers: two layers measured the same units in the same cycle.
	Layers = "layers"
	// Years: one layer measured the same units in two cycles, one after the other.
	Years = "years"
)

// FewestPairs is from how many pairs on a standard error is taken as known: its
// own relative error is then sqrt(1/(2 x 30)) = 13 %.
const FewestPairs = 30

// Precision is how far one measured attainment lies from the true level: what
// the same layer would give the unit on average, were it to assess it in that
// cycle again and again, by the same rules and each time anew. How strict the
// layer is in that cycle, and whatever it always misreads, belongs to the level.
type Precision struct {
	SE     *float64 `json:"se"`     // in percent of the weight; nil: not known, too few pairs
	Pairs  int      `json:"pairs"`  // degrees of freedom it rests on
	Source string   `json:"source"` // layers, years, or empty
}

// HalfOfDifference takes the standard error from differences between two
// measurements of the same units, in groups whose means may differ for reasons
// that belong to the level: the variance inside groups is that of two errors, so
// that half of it is that of one (Dahlberg 1940; Bland and Altman 1996).
//
//   - From years (TPN now less TPN in the cycle before, grouped by cycle) it is an
//     upper bound: the unit's true change is in it.
//   - From layers (TPI less TPN, grouped by agency and cycle, whose bias and
//     strictness this removes whole) it supposes that the two err alike; of the
//     layer that errs less it is an upper bound, and what both misread in common
//     is not in it.
func HalfOfDifference(groups []Moments, source string) Precision {
	variance, df := Within(groups)
	if df < FewestPairs {
		return Precision{Pairs: df}
	}
	se := math.Sqrt(variance / 2)
	return Precision{&se, df, source}
}

// Better is the smaller of two standard errors that both are upper bounds, or
// the one that is known.
func (p Precision) Better(o Precision) Precision {
	switch {
	case o.SE == nil && (p.SE != nil || p.Pairs >= o.Pairs):
		return p
	case p.SE != nil && *p.SE <= *o.SE:
		return p
	}
	return o
}
