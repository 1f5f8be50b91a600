package analytics_test

import (
	"fmt"
	"math"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

// Ten holders at 52, 54 … 70 % in MP serve 100 users each but the best, who
// serves 20: the best that serve a tenth of all 920 are the two best, and their
// mean by users is (20·70 + 100·68) / 120. With fewer than five others there is
// none, and who does not know how many they serve has none either.
func TestScorecardBenchmark(t *testing.T) {
	records := func(n int) []data.Record {
		rs := climbers(n)
		for _, r := range rs {
			if u, ok := r.(*data.Unit); ok {
				users := int64(100)
				if u.UnitID == fmt.Sprintf("p%02d", n-1) {
					users = 20
				}
				u.ServiceUsers = &users
			}
		}
		return rs
	}
	many, few := open(t, lakeOf(t, records(10))), open(t, lakeOf(t, records(4)))
	released := []int{2022, 2023, 2024}
	for _, c := range []struct {
		name  string
		db    *analytics.DB
		unit  string
		level float64 // 0: none
		of    int
	}{
		{"the ministry", many, "x", (20*70 + 100*68) / 120., 10},
		{"a holder itself", many, "p08", (20*70 + 100*66) / 120., 9},
		{"a unit of itself", many.As(analytics.Scope{Role: "satker", Agency: "P1", Unit: "x", Released: released}), "x", (20*70 + 100*68) / 120., 10},
		{"the public", many.As(analytics.Scope{Released: released}), "p08", 0, 0},
		{"few holders", few, "x", 0, 0},
	} {
		card, err := c.db.Scorecard(t.Context(), analytics.Filter{Unit: c.unit, Cycle: 2024, Layer: "tpn"})
		if err != nil || len(card.Areas) == 0 || card.Areas[0].Area != "MP" {
			t.Fatalf("%s: %v, %+v", c.name, err, card)
		}
		best := card.Areas[0].Best
		if (best != nil) != (c.of > 0) || best != nil && (best.Of != c.of || best.Units != 2 || math.Abs(best.Level-c.level) > .01) {
			t.Errorf("%s: %+v, want %.3f of %d", c.name, best, c.level, c.of)
		}
	}
}
