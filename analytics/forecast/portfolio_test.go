package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// programmeOfTwo is small enough to try every subset: agency A may nominate 3
// within 4 days, B may nominate 2 without a limit of days, C nobody.
func programmeOfTwo(r *rand.Rand) ([]Forecast, Limits) {
	days := map[string]float64{}
	var fs []Forecast
	for i := range 12 {
		f := Forecast{Unit: fmt.Sprintf("U%02d", i), Agency: string("AABABBACABBA"[i]), P: r.Float64(), Gate: 1}
		f.Low, f.High = f.P*r.Float64(), f.P+(1-f.P)*r.Float64()
		days[f.Unit] = 0.25 * float64(1+r.IntN(10))
		fs = append(fs, f)
	}
	return fs, Limits{Quota: map[string]int{"A": 3, "B": 2}, Days: map[string]float64{"A": 4}, Cost: func(f *Forecast) float64 { return days[f.Unit] }}
}

// allowed says whether a set keeps to the limits, and what it is worth.
func allowed(fs []Forecast, l Limits, in func(int) bool) (value, passes float64, ok bool) {
	n, days := map[string]int{}, map[string]float64{}
	for i := range fs {
		if in(i) {
			n[fs[i].Agency]++
			days[fs[i].Agency] += l.Cost(&fs[i])
			passes += fs[i].P
			value += fs[i].P + l.Learn*(fs[i].High-fs[i].Low)/2
		}
	}
	for a := range n {
		if limit, limited := l.Days[a]; n[a] > l.Quota[a] || limited && days[a] > limit+1e-9 {
			return 0, 0, false
		}
	}
	return value, passes, true
}

// No set of nominees that keeps to every agency's quota and days is worth more
// than the one chosen, whatever learning weighs.
func TestChooseIsTheBestOfAllSubsets(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	for range 30 {
		fs, l := programmeOfTwo(r)
		l.Learn = float64(r.IntN(3)) / 2
		best := 0.0
		for set := range 1 << len(fs) {
			if v, _, ok := allowed(fs, l, func(i int) bool { return set>>i&1 == 1 }); ok {
				best = max(best, v)
			}
		}
		got := Choose(fs, l)
		v, passes, ok := allowed(fs, l, func(i int) bool { return slices.Contains(got.Chosen, i) })
		if !ok {
			t.Fatalf("%+v breaks the limits", got)
		}
		same(t, "value", v, best, 1e-12)
		same(t, "expected passes", got.Expected, passes, 1e-12)
		exchanges(t, fs, l, got)
	}
}

// exchanges holds each swap against every one that is possible: for a free
// place, or for any one of those chosen.
func exchanges(t *testing.T, fs []Forecast, l Limits, got Choice) {
	t.Helper()
	said := map[int]Swap{}
	for _, s := range got.Swaps {
		said[s.In] = s
	}
	for i := range fs {
		if slices.Contains(got.Chosen, i) {
			continue
		}
		least := math.Inf(1)
		for _, out := range append([]int{-1}, got.Chosen...) {
			if out >= 0 && fs[out].Agency != fs[i].Agency {
				continue
			}
			_, passes, ok := allowed(fs, l, func(k int) bool { return k == i || k != out && slices.Contains(got.Chosen, k) })
			if ok {
				least = min(least, got.Expected-passes)
			}
		}
		s, ok := said[i]
		if !ok {
			s.Cost = math.Inf(1)
		}
		if s.Cost != least && math.Abs(s.Cost-least) > 1e-12 {
			t.Errorf("%s comes in at %v passes; the cheapest of all exchanges costs %v", fs[i].Unit, s.Cost, least)
		}
	}
}

// How many of three pass when they share their year, against one integral over
// the year for each of the eight outcomes.
func TestPassesTogetherCountEveryWay(t *testing.T) {
	fs := []Forecast{{P: 0.3, Scores: 0.4, Gate: 0.75, Year: 0.5}, {P: 0.6, Scores: 0.7, Gate: 0.9, Year: 0.3}, {P: 0.2, Scores: 0.2, Gate: 1}}
	const steps, end = 20000, 8.0
	want, total := make([]float64, 4), 0.0
	for k := range steps {
		year := -end + 2*end*(float64(k)+0.5)/steps
		w := math.Exp(-year * year / 2)
		total += w
		for set := range 8 {
			n, p := 0, 1.0
			for i := range fs {
				q := fs[i].Given(year)
				if set>>i&1 == 1 {
					n, p = n+1, p*q
				} else {
					p *= 1 - q
				}
			}
			want[n] += w * p
		}
	}
	mean := 0.0
	for n, v := range PassesTogether(fs) {
		same(t, fmt.Sprint("chance of ", n), v, want[n]/total, 1e-5)
		mean += float64(n) * v
	}
	same(t, "expected passes", mean, 1.1, 1e-5)
}

// By hand: warned in vain are, on average, .02, .035, .05, .1125, .19, .275 of
// the first one to six. A bound of .2 takes five, of .05 three, of .01 nobody;
// of 1 everybody.
func TestWarningsByHand(t *testing.T) {
	risk := []float64{0.30, 0.98, 0.50, 0.92, 0.95, 0.70}
	for _, c := range []struct {
		rate float64
		want []int
	}{
		{0.2, []int{1, 4, 3, 5, 2}}, {0.1126, []int{1, 4, 3, 5}}, {0.0501, []int{1, 4, 3}}, {0.01, []int{}}, {1, []int{1, 4, 3, 5, 2, 0}},
	} {
		if got := Warnings(risk, c.rate); !slices.Equal(got, c.want) {
			t.Errorf("at %v warned are %v, want %v", c.rate, got, c.want)
		}
	}
}

// Among many whose risk is what is said, no more than the rate are warned in
// vain; the standard error of the share is about .006.
func TestWarningsKeepToTheRate(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var risk []float64
	for range 20000 {
		risk = append(risk, r.Float64())
	}
	for _, rate := range []float64{0.05, 0.2, 0.4} {
		warned, vain := Warnings(risk, rate), 0.0
		for _, i := range warned {
			vain += oneIf(r.Float64() >= risk[i])
		}
		if share := vain / float64(len(warned)); len(warned) < 1000 || math.Abs(share-rate) > 0.02 {
			t.Errorf("at a rate of %v, %.3f of %d warned in vain", rate, share, len(warned))
		}
	}
}
