package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tolok/analytics/stat"
)

// world draws true values about 60 with SD tau, and measures each with its own error.
func world(rng *rand.Rand, n int, tau float64, errors []float64) (truth, y, se []float64) {
	for i := range n {
		t := 60 + tau*rng.NormFloat64()
		s := errors[i%len(errors)]
		truth, se = append(truth, t), append(se, s)
		y = append(y, t+s*rng.NormFloat64())
	}
	return truth, y, se
}

// top marks the k highest.
func top(values []float64, k int) []bool {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return int(math.Copysign(1, values[b]-values[a])) })
	out := make([]bool, len(values))
	for _, i := range order[:k] {
		out[i] = true
	}
	return out
}

// The probability to be among the top, beside drawing all true values from what
// they may be 40,000 times and ranking each draw. The draws themselves are off
// by .0025 (one standard error); .012 is allowed.
func TestTopAgreesWithRankingDraws(t *testing.T) {
	const draws, allowed = 40_000, 0.012
	for _, c := range []struct {
		name   string
		n      int
		errors []float64
		top    float64
	}{
		{"ten, equal errors", 10, []float64{2}, .1},
		{"thirty, unequal errors", 30, []float64{1, 2, 5}, .1},
		{"thirty, the better half", 30, []float64{1, 2, 5}, .5},
		{"two hundred", 200, []float64{1.5, 3}, .1},
	} {
		rng := rand.New(rand.NewPCG(1, uint64(c.n)))
		_, y, se := world(rng, c.n, 4, c.errors)
		placed, _ := stat.Ranks(y, se, c.top)
		k := int(math.Ceil(c.top * float64(c.n)))
		n := draws
		if c.n > 100 {
			n = draws / 4 // standard error .005
		}
		hits := make([]float64, c.n)
		draw := make([]float64, c.n)
		for range n {
			for i, p := range placed {
				draw[i] = p.Mean + p.SD*rng.NormFloat64()
			}
			for i, in := range top(draw, k) {
				if in {
					hits[i] += 1 / float64(n)
				}
			}
		}
		sum := 0.0
		for i, p := range placed {
			sum += p.Top
			if math.Abs(p.Top-hits[i]) > allowed+0.005*float64(draws/n-1)/3 {
				t.Errorf("%s: value %.2f ± %.1f is among the top %d with probability %.4f, in the draws %.4f", c.name, y[i], se[i], k, p.Top, hits[i])
			}
		}
		if math.Abs(sum-float64(k)) > 0.02*float64(k)+0.02 {
			t.Errorf("%s: the probabilities add to %.3f, and there are %d places", c.name, sum, k)
		}
	}
}

// Of a list chosen by "at least 80 % sure to be among the top tenth", as many
// must be as the probabilities say, and the 95 % intervals must hold the truth:
// over 60 programmes of 600 units, within 2 points.
func TestListsAreAsRightAsTheySay(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	var listed, right, said, inside, all float64
	var distinct, ordered float64
	for range 60 {
		truth, y, se := world(rng, 600, 4, []float64{1, 1.5, 2})
		placed, _ := stat.Ranks(y, se, .1)
		in := top(truth, 60)
		for i, p := range placed {
			low, high := p.Interval(.95)
			all++
			if truth[i] >= low && truth[i] <= high {
				inside++
			}
			if p.Top >= 0.8 {
				listed++
				said += p.Top
				if in[i] {
					right++
				}
			}
			j := (i + 1) % len(placed)
			q := placed[j]
			if z := math.Abs(p.Mean-q.Mean) / math.Hypot(p.SD, q.SD); z > stat.Z(stat.Apart) {
				distinct++
				if (p.Mean > q.Mean) == (truth[i] > truth[j]) {
					ordered++
				}
			}
		}
	}
	t.Logf("listed %.0f: said %.3f, right %.3f; intervals cover %.3f; pairs told apart are ordered rightly in %.3f", listed, said/listed, right/listed, inside/all, ordered/distinct)
	if math.Abs(right/listed-said/listed) > .02 {
		t.Errorf("of %.0f listed %.3f are among the top tenth, said were %.3f", listed, right/listed, said/listed)
	}
	if math.Abs(inside/all-.95) > .02 {
		t.Errorf("95 %% intervals hold %.3f of the true values", inside/all)
	}
	if ordered/distinct < stat.Apart {
		t.Errorf("of the pairs told apart %.3f are ordered rightly", ordered/distinct)
	}
}

// How many others one cannot be told apart from, beside asking every other.
func TestSameAgreesWithAskingEveryOther(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	_, y, se := world(rng, 300, 3, []float64{1, 2, 4})
	placed, _ := stat.Ranks(y, se, .1)
	for i, p := range placed {
		want := 0
		for j, q := range placed {
			pr := stat.Phi((p.Mean - q.Mean) / math.Hypot(p.SD, q.SD))
			if i != j && pr > .05 && pr < .95 {
				want++
			}
		}
		if p.Same != want {
			t.Fatalf("value %.2f ± %.0f: the same as %d, asking each %d", y[i], se[i], p.Same, want)
		}
	}
}

func TestRanksOfLittle(t *testing.T) {
	if p, _ := stat.Ranks(nil, nil, .1); len(p) != 0 {
		t.Error("nobody has a place")
	}
	if p, _ := stat.Ranks([]float64{70}, []float64{2}, .1); p[0].Top != 1 || p[0].Same != 0 {
		t.Errorf("one alone is the top: %+v", p[0])
	}
	// Values nearer to each other than their errors allow: nothing is known.
	p, c := stat.Ranks([]float64{70, 70.1, 69.9, 70}, []float64{2, 2, 2, 2}, .25)
	if c.SD != 0 || p[1].Top != .25 || p[1].Same != 3 {
		t.Errorf("four alike: %+v, common %+v", p[1], c)
	}
}

// A nation of 60,000 is ranked while a page is made: within a second even on a
// machine that is busy.
func TestRanksOfANation(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	_, y, se := world(rng, 60_000, 5, []float64{1.5, 2})
	start := time.Now()
	placed, _ := stat.Ranks(y, se, .1)
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("60,000 took %v", d)
	} else {
		t.Logf("60,000 took %v", d)
	}
	sum := 0.0
	for _, p := range placed {
		sum += p.Top
	}
	if math.Abs(sum-6000) > 6 {
		t.Errorf("the probabilities add to %.2f, and there are 6000 places", sum)
	}
}

// Values in classes are placed as each of them alone would be; 1e-6 is allowed
// for the order of the sums. Few (summed exactly) and many.
func TestAlikeAreRankedAsEachAlone(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 0))
	for _, classes := range []int{12, 150} {
		var alike []stat.Alike
		var y, se []float64
		var of []int // which class
		for i := range classes {
			a := stat.Alike{Y: 60 + 30*rng.Float64(), SE: []float64{1, 2.5}[rng.IntN(2)], N: 1 + rng.IntN(7)}
			alike = append(alike, a)
			for range a.N {
				y, se, of = append(y, a.Y), append(se, a.SE), append(of, i)
			}
		}
		want, common := stat.Ranks(y, se, .1)
		got, same := stat.RanksOfAlike(alike, .1)
		if math.Abs(common.SD-same.SD) > 1e-6 || math.Abs(common.Mean-same.Mean) > 1e-6 {
			t.Errorf("%d classes come from %+v, alone from %+v", classes, same, common)
		}
		for i, w := range want {
			if g := got[of[i]]; math.Abs(g.Top-w.Top) > 1e-6 || g.Same != w.Same || math.Abs(g.Mean-w.Mean) > 1e-6 {
				t.Errorf("%d classes: %+v is placed %+v, alone %+v", classes, alike[of[i]], g, w)
			}
		}
	}
}

// What is known already is placed as Ranks places what it makes of values.
func TestStandPlacesWhatIsKnown(t *testing.T) {
	y, se := []float64{90, 85, 84, 70, 60, 55, 50, 40, 30, 20}, []float64{2, 3, 4, 2, 3, 4, 2, 3, 4, 2}
	want, _ := stat.Ranks(y, se, .2)
	known := make([]stat.Shrunk, len(y))
	for i, w := range want {
		known[i] = w.Shrunk
	}
	for i, g := range stat.Stand(known, .2) {
		if math.Abs(g.Top-want[i].Top) > 1e-12 || g.Same != want[i].Same {
			t.Errorf("%v: %+v, want %+v", y[i], g, want[i])
		}
	}
	if len(stat.Stand(nil, .1)) != 0 {
		t.Error("nobody stands somewhere")
	}
}

// BenchmarkRanksOfAlike places a nation of 60,000 by the 400 classes of its
// histogram, as every first visit of a ranking does.
func BenchmarkRanksOfAlike(b *testing.B) {
	alike := make([]stat.Alike, 400)
	for i := range alike {
		alike[i] = stat.Alike{Y: float64(i) / 4, SE: 1.5, N: 1 + int(600*math.Exp(-math.Pow(float64(i)/4-70, 2)/200))}
	}
	for b.Loop() {
		stat.RanksOfAlike(alike, .1)
	}
}
