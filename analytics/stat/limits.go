package stat

import "math"

// MidP is how far a count lies in its distribution: the probability of fewer,
// and half of that of the same (Lancaster 1961). Small values mean few, values
// near 1 many. Unlike normal or arcsine limits it keeps its level for the small
// groups of a funnel plot (Spiegelhalter 2005 uses exact limits, too).
type MidP float64

// Outside reports whether the count lies outside limits of the given
// probability, such as .95 or .998: -1 below, 1 above, 0 within.
func (p MidP) Outside(level float64) int {
	switch tail := (1 - level) / 2; {
	case float64(p) < tail:
		return -1
	case float64(p) > 1-tail:
		return 1
	}
	return 0
}

// Passes is a distribution of the number of passes among n nominees: beta-
// binomial with mean share Mean, of groups whose own shares scatter about it
// with correlation Rho between nominees of one group. With Rho 0 it is binomial:
// chance only.
type Passes struct {
	Mean float64 `json:"mean"`
	Rho  float64 `json:"rho"`
}

// Chance is the same without differences between groups.
func (d Passes) Chance() Passes { return Passes{Mean: d.Mean} }

// MidP is how far k passes of n lie.
func (d Passes) MidP(k, n int) MidP {
	f := d.probabilities(n)
	return midP(f, k)
}

func midP(f []float64, k int) MidP {
	below, above := 0.0, 0.0
	for i, p := range f {
		switch {
		case i < k:
			below += p
		case i > k:
			above += p
		}
	}
	// Of the two sums the smaller one is the more exact.
	if below <= above {
		return MidP(below + f[k]/2)
	}
	return MidP(1 - above - f[k]/2)
}

// Limits are the shares of n at which a count begins to lie outside: a share
// less than low or more than high does, and no other. Between whole counts the
// mid-p is taken as a straight line, so that the limits form curves over n.
func (d Passes) Limits(n int, level float64) (low, high float64) {
	f := d.probabilities(n)
	tail := (1 - level) / 2
	return crossing(f, tail) / float64(n), 1 - crossing(reversed(f), tail)/float64(n)
}

func reversed(f []float64) []float64 {
	out := make([]float64, len(f))
	for i, p := range f {
		out[len(f)-1-i] = p
	}
	return out
}

// crossing is the count at which the mid-p reaches tail, 0 if it starts above.
func crossing(f []float64, tail float64) float64 {
	below, last := 0.0, 0.0
	for k, p := range f {
		mid := below + p/2
		if mid >= tail {
			if k == 0 {
				return 0
			}
			return float64(k) - (mid-tail)/(mid-last)
		}
		below += p
		last = mid
	}
	return float64(len(f) - 1)
}

// probabilities are those of 0 … n passes, from the most probable outward, so
// that none is lost to rounding at either end.
func (d Passes) probabilities(n int) []float64 {
	f := make([]float64, n+1)
	// f[k+1]/f[k] = (n-k)/(k+1) · (m(1-ρ)+kρ) / ((1-m)(1-ρ)+(n-k-1)ρ)
	ratio := func(k int) float64 {
		up := d.Mean*(1-d.Rho) + float64(k)*d.Rho
		down := (1-d.Mean)*(1-d.Rho) + float64(n-k-1)*d.Rho
		return float64(n-k) / float64(k+1) * up / down
	}
	mode := min(n, int(d.Mean*float64(n)))
	f[mode] = 1
	for k := mode; k < n; k++ {
		f[k+1] = f[k] * ratio(k)
	}
	for k := mode; k > 0; k-- {
		f[k-1] = f[k] / ratio(k-1)
	}
	sum := 0.0
	for _, p := range f {
		sum += p
	}
	for k := range f {
		f[k] /= sum
	}
	return f
}

// SumMidP is how far k passes lie among nominees who pass with the probabilities
// p each, independently: the Poisson-binomial distribution, summed exactly
// (Hong 2013, recursion) up to 500 nominees, and beyond by [sumBelow].
func SumMidP(k int, p []float64) MidP {
	if len(p) <= 500 {
		return midP(sumOf(p, len(p)+1), k)
	}
	var mean, variance, third float64
	for _, q := range p {
		mean += q
		variance += q * (1 - q)
		third += q * (1 - q) * (1 - 2*q)
	}
	return MidP((sumBelow(float64(k-1), mean, variance, third) + sumBelow(float64(k), mean, variance, third)) / 2)
}

// sumOf are the probabilities that 0, 1, … below limit of independent events happen.
func sumOf(p []float64, limit int) []float64 {
	f := make([]float64, limit)
	f[0] = 1
	for i, q := range p {
		for k := min(i+1, limit-1); k > 0; k-- {
			f[k] = f[k]*(1-q) + f[k-1]*q
		}
		f[0] *= 1 - q
	}
	return f
}

// Tally is k passes of n in a group.
type Tally struct{ K, N int }

// largestRho bounds the correlation that is looked for; pass rates of agencies
// have .02 to .05.
const largestRho = 0.6

// FitPasses finds the beta-binomial distribution under which the groups' counts
// are most likely (Williams 1975; Griffiths 1973). Without differences beyond
// chance, or with fewer than two groups, Rho is 0.
func FitPasses(groups []Tally) Passes {
	c := newCounts(groups)
	if c.passed == 0 || c.passed == c.total {
		return Passes{Mean: float64(c.passed) / float64(max(c.total, 1))}
	}
	chance := Passes{Mean: float64(c.passed) / float64(c.total)}
	rho := highest(func(rho float64) float64 { return c.likelihood(Passes{c.bestMean(rho), rho}) }, 1e-6, largestRho)
	fit := Passes{c.bestMean(rho), rho}
	if len(groups) < 2 || c.likelihood(fit) <= c.likelihood(chance) {
		return chance
	}
	return fit
}

// Expected is a group's passes beside the share expected of it.
type Expected struct {
	Tally
	Mean float64
}

// FitScatter finds how much groups scatter about shares that are known for
// each: the most likely Rho of beta-binomial distributions with those means.
func FitScatter(groups []Expected) (rho float64) {
	each := make([]counts, len(groups))
	for i, g := range groups {
		each[i] = newCounts([]Tally{g.Tally})
	}
	like := func(rho float64) float64 {
		sum := 0.0
		for i, g := range groups {
			sum += each[i].likelihood(Passes{g.Mean, rho})
		}
		return sum
	}
	rho = highest(like, 1e-6, largestRho)
	if like(rho) <= like(0) {
		return 0
	}
	return rho
}

// counts say of how many groups the passes, failures and nominees exceed i; the
// likelihood needs nothing else.
type counts struct {
	passes, failures, all []int
	passed, total         int
}

func newCounts(groups []Tally) counts {
	var c counts
	longest := 0
	for _, g := range groups {
		longest = max(longest, g.N)
		c.passed += g.K
		c.total += g.N
	}
	c.passes, c.failures, c.all = make([]int, longest+1), make([]int, longest+1), make([]int, longest+1)
	for _, g := range groups {
		c.passes[g.K]++
		c.failures[g.N-g.K]++
		c.all[g.N]++
	}
	for _, list := range [][]int{c.passes, c.failures, c.all} {
		for i := len(list) - 2; i >= 0; i-- {
			list[i] += list[i+1]
		}
		copy(list, list[1:]) // more than i, not at least
		list[len(list)-1] = 0
	}
	return c
}

func (c *counts) likelihood(d Passes) float64 {
	sum := 0.0
	for i := range c.all {
		if c.all[i] == 0 {
			break
		}
		x := float64(i) * d.Rho
		if c.passes[i] > 0 {
			sum += float64(c.passes[i]) * math.Log(d.Mean*(1-d.Rho)+x)
		}
		if c.failures[i] > 0 {
			sum += float64(c.failures[i]) * math.Log((1-d.Mean)*(1-d.Rho)+x)
		}
		sum -= float64(c.all[i]) * math.Log(1-d.Rho+x)
	}
	return sum
}

// bestMean is the most likely mean at a correlation: where the likelihood, which
// bends down everywhere, stops rising.
func (c *counts) bestMean(rho float64) float64 {
	low, high := 0.0, 1.0
	for range 50 {
		m := (low + high) / 2
		slope := 0.0
		for i := range c.all {
			x := float64(i) * rho
			if c.passes[i] > 0 {
				slope += float64(c.passes[i]) / (m*(1-rho) + x)
			}
			if c.failures[i] > 0 {
				slope -= float64(c.failures[i]) / ((1-m)*(1-rho) + x)
			}
		}
		if slope > 0 {
			low = m
		} else {
			high = m
		}
		if high-low < 1e-9 {
			break
		}
	}
	return (low + high) / 2
}

// highest is where a function with one peak is highest between low and high,
// searched on the logarithm by the golden section.
func highest(f func(float64) float64, low, high float64) float64 {
	const golden = 0.6180339887498949
	a, b := math.Log(low), math.Log(high)
	c, d := b-golden*(b-a), a+golden*(b-a)
	fc, fd := f(math.Exp(c)), f(math.Exp(d))
	for b-a > 1e-5 {
		if fc >= fd {
			b, d, fd = d, c, fc
			c = b - golden*(b-a)
			fc = f(math.Exp(c))
		} else {
			a, c, fc = c, d, fd
			d = a + golden*(b-a)
			fd = f(math.Exp(d))
		}
	}
	return math.Exp((a + b) / 2)
}

// Rate is what a group's own share may be, given its passes: the beta
// distribution of the groups' shares, updated by the counts (Griffiths 1973), by
// its mean and SD. Weight is the share of it that the counts have.
func (d Passes) Rate(t Tally) Shrunk {
	m := (1 - d.Rho) / d.Rho // what the others count for, in nominees
	n := m + float64(t.N)
	mean := (m*d.Mean + float64(t.K)) / n
	return Shrunk{Mean: mean, SD: math.Sqrt(mean * (1 - mean) / (n + 1)), Weight: float64(t.N) / n}
}
