package analytics

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tolok/data"
	"tolok/data/rule"
)

type holderArea struct {
	Regulation string      `col:"regulation"`
	Area       string      `col:"area"`
	Weight     data.Score  `col:"weight"`
	Share      *data.Score `col:"share"` // percent of the weight
}

// readHolder reads what may be known of a unit that is not the reader's own: of
// a holder its predicates, and how the national team saw each area in the cycle
// of one; of others nothing but what the register says.
func (s *Scorecard) readHolder(ctx context.Context, db *DB, f Filter) error {
	p := f.params()
	var err error
	if s.Awards, err = collect[AwardStat](ctx, db, "unit_awards", p); err != nil {
		return err
	}
	rows, err := collect[holderArea](ctx, db, "unit_areas", p)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		s.Meta.note("not-yours")
		return nil
	}
	set, ok := rule.Get(rows[0].Regulation)
	if !ok {
		return fmt.Errorf("unit %s: worksheet by unknown regulation %q", f.Unit, rows[0].Regulation)
	}
	beside, err := s.beside(ctx, db, f)
	if err != nil {
		return err
	}
	s.Regulation, s.Areas = set.ID, make([]AreaScore, 0, len(rows))
	slices.SortFunc(rows, func(a, b holderArea) int {
		if d := areaOrder(a.Area) - areaOrder(b.Area); d != 0 {
			return d
		}
		return strings.Compare(a.Area, b.Area)
	})
	for _, r := range rows {
		a := AreaScore{
			Area: r.Area, Weight: r.Weight, Same: beside[0][r.Area], Nation: beside[1][r.Area],
			MinWBK: areaMinimum(set, r.Area, data.WBK), MinWBBM: areaMinimum(set, r.Area, data.WBBM),
		}
		if r.Share != nil {
			v := r.Share.Times(1, 100)
			a.Attainment = &v
		}
		s.Areas = append(s.Areas, a)
	}
	s.Meta.Rules, s.Meta.Policy, s.Meta.N = []string{set.ID}, set.DefaultPolicy().String(), 1
	s.Meta.note("holder-only")
	s.Meta.noteLayer(f.Layer)
	return s.addBest(ctx, db, f)
}
