package analytics

import (
	"cmp"
	"context"
	"math"
	"slices"

	"tolok/analytics/stat"
	"tolok/data"
)

// Change is how a unit's total moved since the national team last scored it on
// the same form.
type Change struct {
	UnitID   string     `json:"unit_id" col:"unit_id"`
	Name     string     `json:"name" col:"name"`
	Since    int        `json:"since" col:"since"` // the cycle of Before
	Before   data.Score `json:"before" col:"before"`
	Now      data.Score `json:"now" col:"now"`
	Change   data.Score `json:"change" col:"-"`
	Interval *Interval  `json:"interval" col:"-"` // of Change; nil where no reliability is known
}

// QuotaRank is the line that a quota draws through an agency's candidates.
type QuotaRank struct {
	Target string     `json:"target"`
	Quota  int64      `json:"quota"`
	Of     int        `json:"of"`   // candidates: who may be nominated for the target and has a TPI score
	Rows   []QuotaRow `json:"rows"` // best first; those far below the line are left out
}

// QuotaRow is one candidate.
type QuotaRow struct {
	Rank      int64      `json:"rank"` // inside the agency, by TPI's total; equal ones share it
	UnitID    string     `json:"unit_id"`
	Name      string     `json:"name"`
	Value     data.Score `json:"value"`
	Inside    *float64   `json:"inside"` // probability to be truly among the Quota best; nil: reliability not known
	Nominated string     `json:"nominated"`
}

// shownUnits is how many of the best and the most improved units a page names.
const shownUnits = 5

// belowLine is how many candidates below a quota's line are named.
const belowLine = 5

// bestUnits are the units of highest rank among an agency's.
func bestUnits(rows []RankingRow) []RankingRow {
	out := slices.DeleteFunc(slices.Clone(rows), func(r RankingRow) bool { return r.Rank == 0 })
	slices.SortStableFunc(out, func(a, b RankingRow) int { return cmp.Compare(a.Rank, b.Rank) })
	return out[:min(shownUnits, len(out))]
}

// readUnits reads which units improved, and where the quotas draw their lines.
func (a *Agency) readUnits(ctx context.Context, db *DB, f Filter) error {
	a.Best = bestUnits(a.Rows)
	f.Layer = data.TPN
	var err error
	if a.Improved, err = collect[Change](ctx, db, "agency_improved", db.rankParams(f)); err != nil {
		return err
	}
	a.Compared = len(a.Improved)
	a.Improved = a.Improved[:min(shownUnits, len(a.Improved))]
	precise, err := db.Reliability(ctx, f.Cycle, f.Layer)
	if err != nil {
		return err
	}
	for i := range a.Improved {
		c := &a.Improved[i]
		c.Change = c.Now - c.Before
		if se := precise["total"].SE; se != nil { // two scores, each with its error
			half := stat.Z(0.975) * *se * math.Sqrt2
			c.Interval = &Interval{Low: c.Change.Float() - half, High: c.Change.Float() + half, Method: fromReliability}
		}
	}
	if len(a.Improved) > 0 {
		a.Meta.note("extremes-regress")
	}
	if err := a.readGap(ctx, db, f); err != nil {
		return err
	}
	return a.readQuotas(ctx, db, f)
}

type candidateRow struct {
	UnitID string     `col:"unit_id"`
	Name   string     `col:"name"`
	Value  data.Score `col:"value"`
	WBK    bool       `col:"wbk"`
	WBBM   bool       `col:"wbbm"`
	Target string     `col:"target"`
}

// may reports whether the unit can be nominated for a target: for WBBM those
// who hold WBK, for WBK those who hold neither.
func (r candidateRow) may(target string) bool {
	if target == data.WBBM {
		return r.WBK && !r.WBBM
	}
	return !r.WBK && !r.WBBM
}

// readQuotas ranks the candidates of each quota by what the inspectorate gave
// them: it nominates before the national team has scored.
func (a *Agency) readQuotas(ctx context.Context, db *DB, f Filter) error {
	a.Lines = []QuotaRank{}
	if len(a.Quotas) == 0 || !db.scope.owns("", f.Agency) {
		return nil
	}
	f.Layer = data.TPI
	all, err := collect[candidateRow](ctx, db, "agency_candidates", db.rankParams(f))
	if err != nil {
		return err
	}
	precise, err := db.Reliability(ctx, f.Cycle, f.Layer)
	if err != nil {
		return err
	}
	for _, q := range a.Quotas {
		if q.Quota == nil || *q.Quota < 1 {
			continue
		}
		rows := slices.DeleteFunc(slices.Clone(all), func(r candidateRow) bool { return !r.may(q.Target) })
		if len(rows) > 0 {
			a.Lines = append(a.Lines, quotaRank(q.Target, *q.Quota, rows, precise["total"].SE))
		}
	}
	return nil
}

// quotaRank places candidates, who come best first, at the line of a quota.
func quotaRank(target string, quota int64, rows []candidateRow, se *float64) QuotaRank {
	out := QuotaRank{Target: target, Quota: quota, Of: len(rows), Rows: []QuotaRow{}}
	var placed []stat.Placed
	if se != nil && *se > 0 {
		y, e := make([]float64, len(rows)), make([]float64, len(rows))
		for i, r := range rows {
			y[i], e[i] = r.Value.Float(), *se
		}
		placed, _ = stat.Ranks(y, e, min(1, float64(quota)/float64(len(rows))))
	}
	rank := int64(0)
	for i, r := range rows {
		if i == 0 || r.Value != rows[i-1].Value {
			rank = int64(i) + 1
		}
		if int64(i) >= quota+belowLine {
			break
		}
		row := QuotaRow{Rank: rank, UnitID: r.UnitID, Name: r.Name, Value: r.Value, Nominated: r.Target}
		if placed != nil {
			row.Inside = &placed[i].Top
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
