package peer_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tolok/analytics/peer"
)

// wanderers are trajectories of three values with holes.
func wanderers(r *rand.Rand, n int) []peer.Trajectory {
	value := func() float64 {
		if r.IntN(10) == 0 {
			return math.NaN()
		}
		return 50 + 40*r.Float64()
	}
	out := make([]peer.Trajectory, n)
	for i := range out {
		out[i].ID = fmt.Sprintf("t%03d", n-i)
		if i%5 == 4 { // as the one before, so that distances tie
			out[i].Readings = out[i-1].Readings
			continue
		}
		for year := range 1 + r.IntN(4) {
			v := []float64{value(), value(), value()}
			out[i].Readings = append(out[i].Readings, peer.Reading{Year: 2018 + 2*year, Scores: v, Profile: v})
		}
	}
	return out
}

// spread is the robust deviation of one value over all readings before arrival
// and the profile itself, by its definition.
func spread(own []float64, all []peer.Trajectory, j int) float64 {
	v := []float64{}
	add := func(x float64) {
		if x == x {
			v = append(v, x)
		}
	}
	add(own[j])
	for _, t := range all {
		for _, r := range t.Readings[:len(t.Readings)-1] {
			add(r.Profile[j])
		}
	}
	slices.Sort(v)
	at := func(p float64) float64 { return v[int(math.Ceil(p*float64(len(v))))-1] }
	return (at(.75) - at(.25)) / 1.3489795003921634
}

// Twins are those that looking at every reading of every trajectory gives.
func TestTwinsAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 50 {
		all := wanderers(r, 60)
		own := []float64{60, 75, 80}
		if r.IntN(3) == 0 {
			own[1] = math.NaN()
		}
		sd := []float64{spread(own, all, 0), 1, spread(own, all, 2)}
		if own[1] == own[1] {
			sd[1] = spread(own, all, 1)
		}
		k, narrow := 1+r.IntN(30), func(at int) bool { return at%3 == 0 }
		var want []peer.Twin
		wantStep := 0
		for step, may := range []func(int) bool{narrow, func(int) bool { return true }} {
			want, wantStep = nil, step
			for i, tr := range all {
				best := peer.Twin{At: -1}
				for from, reading := range tr.Readings[:len(tr.Readings)-1] {
					sum, n := 0.0, 0.0
					for j, v := range reading.Profile {
						if d := (v - own[j]) / sd[j]; d == d {
							sum, n = sum+d*d, n+1
						}
					}
					if d := math.Sqrt(sum / n); n >= 2 && (best.At < 0 || d < best.Distance-1e-9) {
						best = peer.Twin{At: i, From: from, Distance: d, Coverage: n / 3}
					}
				}
				if best.At >= 0 && may(i) {
					want = append(want, best)
				}
			}
			slices.SortFunc(want, func(a, b peer.Twin) int {
				if math.Abs(a.Distance-b.Distance) > 1e-9 {
					return cmp.Compare(a.Distance, b.Distance)
				}
				return cmp.Compare(all[a.At].ID, all[b.At].ID)
			})
			if len(want) >= k {
				want = want[:k]
				break
			}
		}
		got, step, err := peer.Twins(own, all, k, .6, narrow, func(int) bool { return true })
		if err != nil || step != wantStep || len(got) != len(want) {
			t.Fatalf("%v: %d twins in step %d, want %d in %d", err, len(got), step, len(want), wantStep)
		}
		for i, g := range got {
			w := want[i]
			if g.At != w.At || g.From != w.From || math.Abs(g.Distance-w.Distance) > 1e-9 || math.Abs(g.Coverage-w.Coverage) > 1e-9 {
				t.Errorf("twin %d of %d: %+v, want %+v", i, k, g, w)
			}
		}
	}
}

func TestTwinsGain(t *testing.T) {
	nan := math.NaN()
	tr := peer.Trajectory{ID: "x", Readings: []peer.Reading{
		{Year: 2020, Scores: []float64{50, 60, nan, 90}}, {Year: 2021, Scores: []float64{54, 66, 80, 80}}, {Year: 2024, Scores: []float64{70, 60, 90, 84}},
	}}
	for _, c := range []struct {
		from, value int
		gain        float64
	}{{0, 0, 5}, {0, 1, 0}, {0, 2, nan}, {0, 3, -1.5}, {1, 0, 16. / 3}, {1, 2, 10. / 3}} {
		if got := tr.Gain(c.from, c.value); got != c.gain && !(math.IsNaN(got) && math.IsNaN(c.gain)) {
			t.Errorf("gain of %d from %d: %v, want %v", c.value, c.from, got, c.gain)
		}
	}
	if a, b := tr.First(0), tr.First(1); a != 1 || b != 0 {
		t.Errorf("rose first: %d and %d, want 1 and 0", a, b)
	}
	still := peer.Trajectory{Readings: []peer.Reading{{Year: 1, Scores: []float64{5, nan}}, {Year: 2, Scores: []float64{5, 7}}}}
	if still.First(0) != -1 {
		t.Error("what did not rise, or is not known to have, rose first")
	}
}

// A quantile is one of the values, by counting them.
func TestTwinsQuantile(t *testing.T) {
	for _, c := range []struct {
		n    int
		p    float64
		want float64
	}{{1, .5, 1}, {2, .5, 1}, {5, .5, 3}, {20, .5, 10}, {20, .9, 18}, {7, .9, 7}} {
		var v []float64
		for i := range c.n {
			v = append(v, float64(i+1))
		}
		if got := peer.Quantile(v, c.p); got != c.want {
			t.Errorf("quantile %v of 1 to %d is %v, want %v", c.p, c.n, got, c.want)
		}
	}
}
