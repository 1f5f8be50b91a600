package forecast

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// draws of N(m, c) that meet the criteria, or do not.
func truncated(m *vec, c *mat9, criteria []Criterion, meet bool) (mean vec, share float64) {
	r := rand.New(rand.NewPCG(5, 5))
	l := c.cholesky()
	const n = 200_000
	for range n {
		var e vec
		for i := range e {
			e[i] = r.NormFloat64()
		}
		y := l.times(&e)
		for i := range y {
			y[i] += m[i]
		}
		if meetsAll(criteria, &y) == meet {
			share++
			for i := range y {
				mean[i] += y[i]
			}
		}
	}
	for i := range mean {
		mean[i] /= share
	}
	return mean, share / n
}

func exampleScores() (m vec, c mat9) {
	m = vec{.9, .8, 1, .7, .9, 1.1, 1.4, 2.0, 2.0}
	for i := range Parts {
		for j := range Parts {
			switch {
			case i == j:
				c[i][j] = 0.15
			case i < Areas && j < Areas:
				c[i][j] = 0.08
			default:
				c[i][j] = 0.01
			}
		}
	}
	return m, c
}

// What an outcome says of the scores agrees with drawing them, as far as a
// normal distribution can stand for a truncated one.
func TestOutcomesSpeakOfScores(t *testing.T) {
	m, c := exampleScores()
	criteria := rulesOf(t, "90/2021").Criteria[WBK]
	want, share := truncated(&m, &c, criteria, true)
	q := censored{mass: 1}
	q.meet(&m, &c, criteria)
	got, _ := q.moments(&m, &c)
	same(t, "chance", q.mass, share, 0.04)
	for j := range got {
		same(t, "mean of who passed", got[j], want[j], 0.05)
	}
	want, _ = truncated(&m, &c, criteria, false)
	q = censored{mass: 1}
	q.miss(&m, &c, criteria, 0)
	got, _ = q.moments(&m, &c)
	same(t, "chance", q.mass, 1-share, 0.04)
	for j := range got {
		same(t, "mean of who did not", got[j], want[j], 0.05)
	}
}

// The fixed points give the chance that drawing gives, and the gradient that
// moving the mean gives.
func TestChancesAgreeWithDraws(t *testing.T) {
	m, c := exampleScores()
	criteria := rulesOf(t, "90/2021").Criteria[WBK]
	_, want := truncated(&m, &c, criteria, true)
	d := predicted{mean: m, cov: c}
	ch := chancesOf(&d, criteria, fine, true)
	same(t, "chance", ch.all, want, 0.01)
	points := newLattice(1 << 16)
	ch = chancesOf(&d, criteria, points, true)
	for j := range Parts {
		const step = 0.02
		up, down := d, d
		up.mean[j] += step
		down.mean[j] -= step
		slope := (chancesOf(&up, criteria, points, false).all - chancesOf(&down, criteria, points, false).all) / (2 * step)
		same(t, "gradient", ch.grad[j], slope, 0.01)
	}
	for i, k := range criteria {
		if j := k.single(); j >= 0 {
			exact := normal((m[j] - rawLogit(j, k.Minimum/k.Coef[j])) / sqrt(c[j][j]))
			same(t, k.Code, ch.each[i], exact, 3e-3)
		}
	}
}

func TestPassesCountEveryWay(t *testing.T) {
	p := []float64{0.1, 0.5, 0.9, 0.35, 0.2}
	want := make([]float64, len(p)+1)
	for set := range 1 << len(p) {
		k, w := 0, 1.0
		for i, q := range p {
			if set>>i&1 == 1 {
				k, w = k+1, w*q
			} else {
				w *= 1 - q
			}
		}
		want[k] += w
	}
	for k, v := range Passes(p) {
		same(t, "chance", v, want[k], 1e-15)
	}
	var fs []Forecast
	for _, q := range p {
		fs = append(fs, Forecast{P: q, Gate: 1, Year: 0.4})
	}
	mean, alone, together := 0.0, variance(want), 0.0
	d := PassesTogether(fs)
	for k, v := range d {
		mean += float64(k) * v
	}
	together = variance(d)
	same(t, "expected passes", mean, 2.05, 1e-6)
	if together <= alone {
		t.Errorf("variance %.3f with a common year, %.3f without", together, alone)
	}
}

func variance(d []float64) float64 {
	m, q := 0.0, 0.0
	for k, v := range d {
		m += float64(k) * v
		q += float64(k*k) * v
	}
	return q - m*m
}

// Under a quota and days, the portfolio is the best of all that are allowed.
func TestChooseIsTheBest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		var fs []Forecast
		days := map[string]float64{}
		for i := range 9 {
			fs = append(fs, Forecast{Unit: string(rune('a' + i)), Agency: "A", P: r.Float64()})
			days[fs[i].Unit] = 0.25 * float64(1+r.IntN(12))
		}
		l := Limits{Quota: map[string]int{"A": 4}, Days: map[string]float64{"A": 5}, Cost: func(f *Forecast) float64 { return days[f.Unit] }}
		best := 0.0
		for set := range 1 << len(fs) {
			n, cost, p := 0, 0.0, 0.0
			for i := range fs {
				if set>>i&1 == 1 {
					n, cost, p = n+1, cost+days[fs[i].Unit], p+fs[i].P
				}
			}
			if n <= 4 && cost <= 5 {
				best = max(best, p)
			}
		}
		got := Choose(fs, l)
		same(t, "expected passes", got.Expected, best, 1e-12)
		if got.Days > 5 || len(got.Chosen) > 4 || !slices.IsSorted(got.Chosen) {
			t.Errorf("%+v", got)
		}
	}
}

// At a rate of 20 %, at most one in five warned of is warned in vain.
func TestWarnings(t *testing.T) {
	if got := Warnings([]float64{0.5, 0.95, 0.7, 0.1}, 0.2); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("warned %v: 0.95 and 0.70 are wrong in 0.175 of cases, with 0.50 in 0.283", got)
	}
}
