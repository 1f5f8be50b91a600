package stat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"tolok/analytics/stat"
)

// The estimate solves its own equation, and beside it a search over a grid for
// the SD at which the weighted squares are as many as degrees of freedom.
func TestPauleMandelAgreesWithAGrid(t *testing.T) {
	y := []float64{5.1, 7.9, 3.3, 6.0, 9.4, 1.2}
	v := []float64{.4, 1.1, .3, 2.0, 1.5, .8}
	best, nearest, mean := 0.0, math.Inf(1), 0.0
	for tau := 0.0; tau < 10; tau += .001 {
		var w, wy, q float64
		for i := range y {
			w += 1 / (tau*tau + v[i])
			wy += y[i] / (tau*tau + v[i])
		}
		for i := range y {
			q += math.Pow(y[i]-wy/w, 2) / (tau*tau + v[i])
		}
		if d := math.Abs(q - 5); d < nearest {
			best, nearest, mean = tau, d, wy/w
		}
	}
	c := stat.PauleMandel(y, v)
	if math.Abs(c.SD-best) > .001 || math.Abs(c.Mean-mean) > .001 {
		t.Errorf("found %+v, the grid SD %.3f about %.3f", c, best, mean)
	}
	if c := stat.PauleMandel([]float64{1, 1.1, .9}, []float64{1, 1, 1}); c.SD != 0 || math.Abs(c.Mean-1) > 1e-12 || math.Abs(c.MeanSE-1/math.Sqrt(3)) > 1e-12 {
		t.Errorf("three that differ less than they vary: %+v", c)
	}
}

// By hand: groups 1 2 3 and 4 6: squares about their means 2 + 2, of 3 degrees.
func TestWithin(t *testing.T) {
	var a, b stat.Moments
	for _, x := range []float64{1, 2, 3} {
		a.Add(x)
	}
	b.Add(4)
	b.Add(6)
	if v, df := stat.Within([]stat.Moments{a, b, {}}); math.Abs(v-4.0/3) > 1e-12 || df != 3 {
		t.Errorf("variance %.4f on %d", v, df)
	}
}

// Numbers of three years with a drift between them: the variance that Recent
// states beside that of a simulation, 3 % allowed.
func TestRecentStatesItsVariance(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 0))
	const variance, drift = 9.0, 0.8
	sizes := []int{2, 5, 9}
	var errors stat.Moments
	stated := 0.0
	for range 40_000 {
		now := 0.0
		byAge := make([]stat.Moments, len(sizes))
		for age, n := range sizes {
			if age > 0 {
				now += math.Sqrt(drift) * rng.NormFloat64() // back in time
			}
			for range n {
				byAge[age].Add(now + math.Sqrt(variance)*rng.NormFloat64())
			}
		}
		mean, v, n := stat.Recent(byAge, 2, variance, drift)
		if n != 16 {
			t.Fatal("16 numbers")
		}
		stated = v
		errors.Add(mean)
	}
	if got := errors.Squares / errors.N; math.Abs(got/stated-1) > .03 {
		t.Errorf("the mean varies by %.4f, stated %.4f", got, stated)
	}
	if _, _, n := stat.Recent([]stat.Moments{{}, {}}, 2, 1, 0); n != 0 {
		t.Error("nothing is known of nothing")
	}
}

// Agencies whose inspectorates inflate by a lasting part and a drift, as
// read from few worksheets each: 95 % intervals hold the inflation of now
// within 2 points for small and for large agencies, the drift is found, and
// shrinking errs less than the plain mean.
func TestShrunkenGapsCoverTheTruth(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 0))
	const mean, tau, sd, drift = 6.0, 4.0, 3.0, 1.44
	var covered, all [2]float64
	var raw, shrunken, drifts float64
	n := rounds(12)
	for range n {
		truth := make([]float64, 500)
		byAge := make([][]stat.Moments, len(truth))
		var within []stat.Moments
		var pairs [][2]stat.Moments
		for a := range truth {
			level := mean + tau*rng.NormFloat64()
			truth[a] = level
			size := 1 + int(math.Exp(.8*rng.NormFloat64()+.7))
			byAge[a] = make([]stat.Moments, 3)
			for age := range 3 {
				if age > 0 {
					level += math.Sqrt(drift) * rng.NormFloat64()
				}
				for range size {
					byAge[a][age].Add(level + sd*rng.NormFloat64())
				}
			}
			within = append(within, byAge[a]...)
			pairs = append(pairs, [2]stat.Moments{byAge[a][2], byAge[a][1]}, [2]stat.Moments{byAge[a][1], byAge[a][0]})
		}
		s2, _ := stat.Within(within)
		d := stat.Drift(pairs, s2)
		drifts += d / float64(n)
		y, v := make([]float64, len(truth)), make([]float64, len(truth))
		size := make([]int, len(truth))
		for a := range truth {
			y[a], v[a], size[a] = stat.Recent(byAge[a], 2, s2, d)
		}
		common := stat.PauleMandel(y, v)
		for a := range truth {
			s := common.Shrink(y[a], v[a])
			low, high := s.Interval(.95)
			large := 0
			if size[a] >= 10 {
				large = 1
			}
			all[large]++
			if low <= truth[a] && truth[a] <= high {
				covered[large]++
			}
			raw += math.Pow(y[a]-truth[a], 2)
			shrunken += math.Pow(s.Mean-truth[a], 2)
		}
	}
	t.Logf("95 %% intervals hold %.3f of small and %.3f of large agencies; drift %.2f; squared error %.2f of that of plain means", covered[0]/all[0], covered[1]/all[1], drifts, shrunken/raw)
	for i := range all {
		if c := covered[i] / all[i]; math.Abs(c-.95) > .02 {
			t.Errorf("size class %d: 95 %% intervals hold %.3f", i, c)
		}
	}
	if math.Abs(drifts-drift) > .25 {
		t.Errorf("drift %.2f was found, %.2f drawn", drifts, drift)
	}
	if shrunken > raw {
		t.Error("shrinking errs more than doing nothing")
	}
}
