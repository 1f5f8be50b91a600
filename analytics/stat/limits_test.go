package stat_test

import (
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"tolok/analytics/stat"
)

// rounds is how often a simulation is run; TOLOK_ROUNDS=20 runs it 20 times as often.
func rounds(n int) int {
	if times, err := strconv.Atoi(os.Getenv("TOLOK_ROUNDS")); err == nil {
		return n * times
	}
	return n
}

// choose counts by multiplication, in floating point.
func choose(n, k int) float64 {
	out := 1.0
	for i := range k {
		out = out * float64(n-i) / float64(i+1)
	}
	return out
}

// The probability of exactly k of n by its textbook formula.
func textbook(d stat.Passes, k, n int) float64 {
	if d.Rho == 0 {
		return choose(n, k) * math.Pow(d.Mean, float64(k)) * math.Pow(1-d.Mean, float64(n-k))
	}
	beta := func(a, b float64) float64 {
		x, _ := math.Lgamma(a)
		y, _ := math.Lgamma(b)
		z, _ := math.Lgamma(a + b)
		return x + y - z
	}
	m := (1 - d.Rho) / d.Rho
	a, b := d.Mean*m, (1-d.Mean)*m
	return choose(n, k) * math.Exp(beta(float64(k)+a, float64(n-k)+b)-beta(a, b))
}

// Mid-p beside adding up the textbook's probabilities; 1e-9 is allowed.
func TestMidPAgreesWithTheTextbook(t *testing.T) {
	for _, d := range []stat.Passes{{Mean: .2}, {Mean: .5}, {.2, .03}, {.35, .2}, {.05, .01}} {
		for n := 1; n <= 40; n++ {
			below := 0.0
			for k := range n + 1 {
				f := textbook(d, k, n)
				if got, want := float64(d.MidP(k, n)), below+f/2; math.Abs(got-want) > 1e-9 {
					t.Fatalf("%+v, %d of %d: %.12f, by the textbook %.12f", d, k, n, got, want)
				}
				below += f
			}
		}
	}
}

// By hand: of 5 nominees with probability .2, P(fewer than 3) + P(3)/2 =
// .32768 + .4096 + .2048 + .0512/2 = .96768; 3 of 5 is not outside 95 %.
func TestMidPByHand(t *testing.T) {
	p := stat.Passes{Mean: .2}.MidP(3, 5)
	if math.Abs(float64(p)-.96768) > 1e-12 || p.Outside(.95) != 0 || p.Outside(.90) != 1 {
		t.Errorf("3 of 5: %.6f", p)
	}
}

// A share lies outside the drawn limits exactly when its mid-p does.
func TestLimitsAreWhereMidPCrosses(t *testing.T) {
	for _, d := range []stat.Passes{{Mean: .2}, {.2, .04}, {.6, .1}} {
		for n := 1; n <= 60; n++ {
			for _, level := range []float64{.95, .998} {
				low, high := d.Limits(n, level)
				for k := range n + 1 {
					share, want := float64(k)/float64(n), d.MidP(k, n).Outside(level)
					got := 0
					switch {
					case share < low-1e-9:
						got = -1
					case share > high+1e-9:
						got = 1
					}
					if got != want {
						t.Fatalf("%+v, %d of %d at %v: limits %.4f … %.4f say %d, mid-p %v says %d", d, k, n, level, low, high, got, d.MidP(k, n), want)
					}
				}
			}
		}
	}
}

// A sum of unequal chances beside trying all 2^12 outcomes; and the short way
// for many beside the exact sum, where .004 is allowed.
func TestSumMidP(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	p := make([]float64, 12)
	for i := range p {
		p[i] = rng.Float64()
	}
	f := make([]float64, 13)
	for set := range 1 << 12 {
		k, q := 0, 1.0
		for i := range p {
			if set>>i&1 == 1 {
				k++
				q *= p[i]
			} else {
				q *= 1 - p[i]
			}
		}
		f[k] += q
	}
	below := 0.0
	for k, x := range f {
		if got := float64(stat.SumMidP(k, p)); math.Abs(got-below-x/2) > 1e-12 {
			t.Errorf("%d of 12: %.12f, trying all %.12f", k, got, below+x/2)
		}
		below += x
	}
	long := make([]float64, 500)
	mean := 0.0
	for i := range long {
		long[i] = .05 + .4*rng.Float64()
		mean += long[i]
	}
	more := append(append([]float64{}, long...), 1e-15) // one more, that never happens
	for k := int(mean) - 40; k < int(mean)+40; k++ {
		if exact, short := stat.SumMidP(k, long), stat.SumMidP(k, more); math.Abs(float64(exact-short)) > .004 {
			t.Errorf("%d of 500: %.5f, the short way %.5f", k, exact, short)
		}
	}
}

// agencies draws what n agencies pass, whose own rates scatter about mean with
// correlation rho. Sizes are as uneven as those of the programme.
func agencies(rng *rand.Rand, n int, mean, rho float64) []stat.Tally {
	out := make([]stat.Tally, n)
	for i := range out {
		size := 1 + int(math.Exp(1.8+1.1*rng.NormFloat64()))
		p := mean
		if rho > 0 {
			m := (1 - rho) / rho
			p = betaOf(rng, mean*m, (1-mean)*m)
		}
		out[i] = draw(rng, size, p)
	}
	return out
}

func draw(rng *rand.Rand, n int, p float64) stat.Tally {
	t := stat.Tally{N: n}
	for range n {
		if rng.Float64() < p {
			t.K++
		}
	}
	return t
}

// betaOf draws by two gamma variables (Marsaglia and Tsang 2000).
func betaOf(rng *rand.Rand, a, b float64) float64 {
	x, y := gammaOf(rng, a), gammaOf(rng, b)
	return x / (x + y)
}

func gammaOf(rng *rand.Rand, a float64) float64 {
	if a < 1 {
		return gammaOf(rng, a+1) * math.Pow(rng.Float64(), 1/a)
	}
	d := a - 1.0/3
	for {
		x := rng.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(rng.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// The likeliest fit beside looking at every point of a fine grid: no point of
// the grid is likelier, by the textbook's formula.
func TestFitPassesIsTheLikeliest(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	groups := agencies(rng, 150, .22, .08)
	like := func(d stat.Passes) float64 {
		sum := 0.0
		for _, g := range groups {
			sum += math.Log(textbook(d, g.K, g.N))
		}
		return sum
	}
	fit := stat.FitPasses(groups)
	best := like(fit)
	for m := .1; m < .4; m += .01 {
		for _, rho := range []float64{0, .01, .03, .05, .06, .07, .08, .09, .1, .13, .2, .4} {
			if l := like(stat.Passes{Mean: m, Rho: rho}); l > best+1e-9 {
				t.Errorf("mean %.2f, rho %.2f is likelier (%.6f) than %+v (%.6f)", m, rho, l, fit, best)
			}
		}
	}
	if fit.Rho < .02 || fit.Rho > .18 {
		t.Errorf("drawn with rho .08, found %+v", fit)
	}
}

// With means known for each group the scatter comes from them alone.
func TestFitScatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 0))
	var groups []stat.Expected
	for range 800 {
		mean := .1 + .3*rng.Float64()
		g := agencies(rng, 1, mean, .06)[0]
		groups = append(groups, stat.Expected{Tally: g, Mean: mean})
	}
	if rho := stat.FitScatter(groups); rho < .03 || rho > .09 {
		t.Errorf("drawn with .06, found %.3f", rho)
	}
}

func TestFitPassesOfLittle(t *testing.T) {
	for _, g := range [][]stat.Tally{nil, {{K: 0, N: 5}, {K: 0, N: 9}}, {{K: 4, N: 4}}, {{K: 2, N: 9}}} {
		if fit := stat.FitPasses(g); fit.Rho != 0 || math.IsNaN(fit.Mean) {
			t.Errorf("%v: %+v", g, fit)
		}
	}
}

// What each kind of limit flags, in a world without differences between
// agencies, and in one with the usual ones. Sizes from 5 on: below none is
// labelled. In the first the thin limits may flag no more than they say; the
// arcsine limits of the field's habit flag more. In the second, thin limits flag
// far more than they say, and thick ones do not. Tolerance: half a point at 95 %,
// .15 of a point at 99.8 %. Of small groups fewer are flagged than is said, for
// at a rate of .2 none of 5 to 13 can have passed too few; of large ones as many.
func TestFlagsInSimulatedWorlds(t *testing.T) {
	for _, c := range []struct {
		name                     string
		rho                      float64
		thin95, thin998, thick95 [2]float64 // share flagged, from … to
		thick998                 float64    // at most
	}{
		{"no differences", 0, [2]float64{.02, .055}, [2]float64{0, .0035}, [2]float64{.015, .055}, .0035},
		{"usual differences", .04, [2]float64{.07, .20}, [2]float64{.01, .06}, [2]float64{.02, .055}, .0035},
	} {
		rng := rand.New(rand.NewPCG(8, uint64(100*c.rho)))
		var n, thin95, thin998, thick95, thick998, arcsine float64
		for range rounds(40) {
			groups := agencies(rng, 600, .2, c.rho)
			fit := stat.FitPasses(groups)
			for _, g := range groups {
				if g.N < 5 {
					continue
				}
				n++
				count := func(sum *float64, d stat.Passes, level float64) {
					if d.MidP(g.K, g.N).Outside(level) != 0 {
						*sum++
					}
				}
				count(&thin95, fit.Chance(), .95)
				count(&thin998, fit.Chance(), .998)
				count(&thick95, fit, .95)
				count(&thick998, fit, .998)
				z := 2 * math.Sqrt(float64(g.N)) * (math.Asin(math.Sqrt(float64(g.K)/float64(g.N))) - math.Asin(math.Sqrt(fit.Mean)))
				if math.Abs(z) > 1.96 {
					arcsine++
				}
			}
		}
		t.Logf("%s, %.0f agencies: thin 95 %% flags %.4f, thin 99.8 %% %.4f, thick 95 %% %.4f, thick 99.8 %% %.4f; arcsine 95 %% %.4f", c.name, n, thin95/n, thin998/n, thick95/n, thick998/n, arcsine/n)
		for _, f := range []struct {
			name  string
			share float64
			in    [2]float64
		}{
			{"thin 95 %", thin95 / n, c.thin95},
			{"thin 99.8 %", thin998 / n, c.thin998},
			{"thick 95 %", thick95 / n, c.thick95},
			{"thick 99.8 %", thick998 / n, [2]float64{0, c.thick998}},
		} {
			if f.share < f.in[0] || f.share > f.in[1] {
				t.Errorf("%s: %s flags %.4f, want %.4f … %.4f", c.name, f.name, f.share, f.in[0], f.in[1])
			}
		}
		if c.rho == 0 && arcsine/n < 1.5*thin95/n {
			t.Errorf("%s: arcsine limits flag %.4f and ours %.4f: nothing was gained", c.name, arcsine/n, thin95/n)
		}
	}
}

// Of groups of 300 the limits flag what they say, within 1 point at 95 % and .15
// at 99.8 %.
func TestLargeGroupsAreFlaggedAsSaid(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 0))
	for _, d := range []stat.Passes{{Mean: .2}, {.2, .04}} {
		var n, outer, inner float64
		for range rounds(20_000) {
			p := d.Mean
			if d.Rho > 0 {
				m := (1 - d.Rho) / d.Rho
				p = betaOf(rng, d.Mean*m, (1-d.Mean)*m)
			}
			mid := d.MidP(draw(rng, 300, p).K, 300)
			n++
			if mid.Outside(.95) != 0 {
				inner++
			}
			if mid.Outside(.998) != 0 {
				outer++
			}
		}
		t.Logf("%+v: %.4f outside 95 %%, %.5f outside 99.8 %%", d, inner/n, outer/n)
		if math.Abs(inner/n-.05) > .01 || math.Abs(outer/n-.002) > .0015 {
			t.Errorf("%+v: %.4f are outside 95 %%, %.4f outside 99.8 %%", d, inner/n, outer/n)
		}
	}
}

// An agency that is truly unlike the others is found by the thick limits when
// it has nominees enough.
func TestThickLimitsFindTheTrulyUnusual(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 0))
	found, n := 0, rounds(40)
	for range n {
		groups := agencies(rng, 600, .2, .04)
		odd := draw(rng, 60, .75)
		if stat.FitPasses(append(groups, odd)).MidP(odd.K, odd.N).Outside(.998) == 1 {
			found++
		}
	}
	if float64(found) < .9*float64(n) {
		t.Errorf("an agency that passes .75 of 60, where .2 is usual, was found in %d of %d worlds", found, n)
	}
}
