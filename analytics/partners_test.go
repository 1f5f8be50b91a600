package analytics_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

// judged is what was said of a host, and what is true.
type judged struct {
	guest  int
	source string
	p      float64
	ahead  bool
}

// share is the share of what is true among what keep picks, with a 95 %
// interval by drawing guests anew (a guest's hosts go together).
func share(all []judged, guests int, keep func(judged) bool) (v, low, high float64, n int) {
	hits, of := make([]float64, guests), make([]float64, guests)
	for _, j := range all {
		if keep(j) {
			of[j.guest]++
			n++
			if j.ahead {
				hits[j.guest]++
			}
		}
	}
	sum := func(pick func(int) int) float64 {
		h, o := 0.0, 0.0
		for i := range guests {
			g := pick(i)
			h, o = h+hits[g], o+of[g]
		}
		return h / max(o, 1)
	}
	r := rand.New(rand.NewPCG(5, 5))
	draws := make([]float64, 1000)
	for i := range draws {
		draws[i] = sum(func(int) int { return r.IntN(guests) })
	}
	slices.Sort(draws)
	return sum(func(i int) int { return i }), draws[24], draws[974], n
}

// Partners are judged on a world of which the truth is known (see secondWorld): those said to be ahead with P >= .8 are in at least 90 % of
// cases, and of those said .8 to .9 about as many as said. PARTNERS_EVALUATE=1
// takes several larger worlds.
func TestPartnersAreTrulyAhead(t *testing.T) {
	units, seeds, every := 400, 1, 8
	large := os.Getenv("PARTNERS_EVALUATE") != ""
	if large {
		units, seeds, every = 2500, 2, 10
	}
	var all, naive []judged
	guests := 0
	for seed := range seeds {
		w := newSecondWorld(units, 24, 2019, 2024, uint64(seed+101))
		db := open(t, lakeOf(t, w.records))
		byID := map[string]*secondUnit{}
		for _, u := range w.units {
			byID[u.id] = u
		}
		for i, u := range w.units {
			if i%every != 0 || u.wbbm != 0 {
				continue
			}
			k := (i / every) % 6
			q := analytics.PartnersQuery{Filter: analytics.Filter{Unit: u.id, Cycle: 2024, Size: 1000}, Area: data.Areas[k], AtLeast: "0"}
			p, err := db.Partners(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			best := -1
			for j, r := range p.Rows {
				truth := byID[r.UnitID].level[k] > u.level[k]+p.Delta
				all = append(all, judged{guests, p.Own.Source, r.Ahead, truth})
				if r.AgencyID == p.Unit.Agency.ID && (best < 0 || r.Share > p.Rows[best].Share) {
					best = j
				}
			}
			if best >= 0 { // today's way: the best of one's own agency
				h := byID[p.Rows[best].UnitID]
				naive = append(naive, judged{guests, p.Own.Source, 1, h.level[k] > u.level[k]+p.Delta})
			}
			guests++
		}
	}
	say := func(name string, list []judged, keep func(judged) bool) (float64, float64, float64) {
		v, low, high, n := share(list, guests, keep)
		t.Logf("%-34s %.3f (%.3f-%.3f) of %d", name, v, low, high, n)
		return v, low, high
	}
	sure, _, sureHigh := say("said P >= .8", all, func(j judged) bool { return j.p >= .8 })
	band, low, high := say("said .8 to .9", all, func(j judged) bool { return j.p >= .8 && j.p < .9 })
	for _, source := range []string{"tpn", "tpi", "self", "typical"} {
		say("  P >= .8, own level by "+source, all, func(j judged) bool { return j.p >= .8 && j.source == source })
		say("  .8 to .9, own level by "+source, all, func(j judged) bool { return j.p >= .8 && j.p < .9 && j.source == source })
	}
	for i := range 10 {
		from := float64(i) / 10
		say(fmt.Sprintf("  said %.1f to %.1f", from, from+.1), all, func(j judged) bool { return j.p >= from && j.p < from+.1 })
	}
	easy, _, _ := say("best score of the own agency", naive, func(judged) bool { return true })
	if sureHigh < .9 || large && sure < .9 {
		t.Errorf("of hosts said to be ahead with P >= .8, %.3f are", sure)
	}
	if high < .8 || low > .9 || large && (band < .8 || band > .9) {
		t.Errorf("of hosts said .8 to .9, %.3f (%.3f-%.3f) are", band, low, high)
	}
	if sure <= easy {
		t.Errorf("the best score of the own agency does better: %.3f", easy)
	}
}
