package analytics

import (
	"context"
	"math"

	"tolok/analytics/stat"
)

// fromUnits is the source of an interval that units scattering about their mean
// give.
const fromUnits = "units"

// CycleGap is how far an agency's TPI scored above the national team in a cycle,
// in points of the total, over the units that both scored.
type CycleGap struct {
	Cycle    int       `json:"cycle"`
	N        int64     `json:"n"`
	Mean     *float64  `json:"mean"`
	Interval *Interval `json:"interval"` // from how its units scatter; nil of fewer than Smallest
	Nation   *float64  `json:"nation"`   // the same over all agencies; only the ministry sees it
	NationN  Count     `json:"nation_n"`
}

type cycleGapRow struct {
	Cycle   int     `col:"cycle"`
	N       int64   `col:"n"`
	Sum     float64 `col:"sum"`
	Squares float64 `col:"squares"`
	AllN    int64   `col:"all_n"`
	AllSum  float64 `col:"all_sum"`
}

// readGap reads the agency's own inflation, cycle by cycle on one form; what it
// comes to against other agencies is the answer on credibility.
func (a *Agency) readGap(ctx context.Context, db *DB, f Filter) error {
	a.Gaps = []CycleGap{}
	if !db.scope.owns("", f.Agency) {
		return nil
	}
	params, cycles := f.params(), recentCycles(f.Cycle)
	params["first"], params["last"], params["perfect"] = cycles[0], cycles[len(cycles)-1], PerfectArea
	rows, err := collect[cycleGapRow](ctx, db, "agency_gap", params)
	if err != nil {
		return err
	}
	for _, r := range rows {
		g := CycleGap{Cycle: r.Cycle, N: r.N, NationN: Withheld}
		if r.N > 0 {
			m := stat.Moments{N: float64(r.N), Sum: r.Sum, Squares: r.Squares}
			mean := m.Mean()
			g.Mean = &mean
			if variance, df := stat.Within([]stat.Moments{m}); df+1 >= Smallest {
				half := stat.Z(0.975) * math.Sqrt(variance/m.N)
				g.Interval = &Interval{Low: mean - half, High: mean + half, Method: fromUnits}
			}
		}
		if db.scope.reach() == everything && r.AllN > 0 {
			mean := r.AllSum / float64(r.AllN)
			g.Nation, g.NationN = &mean, Count(r.AllN)
		}
		a.Gaps = append(a.Gaps, g)
	}
	if len(a.Gaps) > 0 {
		a.Meta.note("gap-selected")
	}
	return nil
}
