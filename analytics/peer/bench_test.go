package peer_test

import (
	"fmt"
	"os"
	"slices"
	"sort"
	"testing"
	"time"

	"tolok/analytics/peer"
)

// nation is 60,000 units x 16 features, 4 of them categories, few cells
// unknown: the size that the pages must answer at.
func nation(t testing.TB, categories int) ([]string, []peer.Column, []float64) {
	const n = 60_000
	ids, columns := world(n, categories, 16, .02, 1)
	w := make([]float64, 16)
	for i := range w {
		w[i] = 1
	}
	return ids, columns, w
}

// straight is the loop that anybody would write: every distance in turn, then
// the k least of them.
func straight(z [][16]float64, w *[16]float64, of, k int) []int {
	type at struct {
		d2  float64
		row int
	}
	best := make([]at, 0, k+1)
	own := &z[of]
	for i := range z {
		if i == of {
			continue
		}
		sum, have := 0.0, 0.0
		for j, v := range z[i] {
			if d := v - own[j]; d == d {
				sum += w[j] * d * d
				have += w[j]
			}
		}
		d2 := sum / have
		if len(best) == k && d2 >= best[k-1].d2 {
			continue
		}
		p := sort.Search(len(best), func(p int) bool { return best[p].d2 > d2 })
		best = append(best, at{})
		copy(best[p+1:], best[p:])
		best[p] = at{d2, i}
		best = best[:min(len(best), k)]
	}
	out := make([]int, len(best))
	for i, b := range best {
		out[i] = b.row
	}
	return out
}

// One unit among 60,000: at most twice the straight loop over the same
// numbers. Compared by the least of several runs, which other work on the
// machine disturbs least.
func TestOneUnitAmongANation(t *testing.T) {
	ids, columns, w := nation(t, 0)
	m := metric(t, ids, columns, w, .5)
	z := make([][16]float64, len(ids))
	for i := range z {
		for j := range columns {
			z[i][j] = m.Z(i, j)
		}
	}
	var weight [16]float64
	copy(weight[:], w)
	ours, loop := time.Hour, time.Hour
	for run := range 9 {
		of := 1000 + 6000*run
		begin := time.Now()
		got := m.Nearest(of, 30, nil)
		ours = min(ours, time.Since(begin))
		begin = time.Now()
		want := straight(z, &weight, of, 30)
		loop = min(loop, time.Since(begin))
		for i, p := range got {
			if p.Row != want[i] {
				t.Fatalf("unit %d, peer %d: %d, the straight loop says %d", of, i, p.Row, want[i])
			}
		}
	}
	t.Logf("exact top 30 of 60,000 x 16: %v, straight loop %v", ours, loop)
	if ours > 2*loop {
		t.Errorf("%v, more than twice the straight loop's %v", ours, loop)
	}
}

// All units at once within a minute on two processors. It takes a while, so
// only where PEER_ALL is set.
func TestAllUnitsOfANation(t *testing.T) {
	if os.Getenv("PEER_ALL") == "" {
		t.Skip("takes most of a minute; set PEER_ALL=1 to run it")
	}
	for _, categories := range []int{4, 0} {
		ids, columns, w := nation(t, categories)
		m := metric(t, ids, columns, w, .5)
		begin := time.Now()
		all, err := m.All(t.Context(), 30)
		if err != nil || len(all[0]) != 30 {
			t.Fatal(len(all[0]), err)
		}
		took := time.Since(begin)
		t.Logf("%d categories among 16 columns: %v", categories, took)
		if took > time.Minute {
			t.Errorf("%v, more than a minute", took)
		}
	}
}

func BenchmarkAll(b *testing.B) {
	for _, categories := range []int{4, 0} {
		b.Run(fmt.Sprint(categories), func(b *testing.B) {
			ids, columns := world(12_000, categories, 16, .02, 1)
			m := metric(b, ids, columns, slices.Repeat([]float64{1}, 16), .5)
			for b.Loop() {
				if _, err := m.All(b.Context(), 30); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNearest(b *testing.B) {
	ids, columns, w := nation(b, 4)
	m := metric(b, ids, columns, w, .5)
	of := 0
	for b.Loop() {
		of = (of + 7919) % len(ids)
		m.Nearest(of, 30, nil)
	}
}
