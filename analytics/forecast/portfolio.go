package forecast

import (
	"cmp"
	"math"
	"slices"
)

// Passes is the exact distribution of the number of passes among independent
// nominees (Poisson-binomial, by convolution): entry k is the chance of k.
func Passes(p []float64) []float64 {
	d := make([]float64, 1, len(p)+1)
	d[0] = 1
	for _, q := range p {
		d = append(d, 0)
		for k := len(d) - 1; k > 0; k-- {
			d[k] = d[k]*(1-q) + d[k-1]*q
		}
		d[0] *= 1 - q
	}
	return d
}

// PassesTogether is the distribution when the year's strictness moves all
// nominees at once: each probability is a normal threshold whose correlation
// with the year is Forecast.Year, and the distribution is averaged over the
// year by the trapezoidal rule on 31 points from -5 to 5; given the year, nominees are independent (one-factor model, Vasicek
// 1987).
func PassesTogether(fs []Forecast) []float64 {
	const nodes, end = 31, 5.0
	out := make([]float64, len(fs)+1)
	p := make([]float64, len(fs))
	total := 0.0
	for k := range nodes {
		year := -end + 2*end*float64(k)/(nodes-1)
		w := phi(year)
		total += w
		for i := range fs {
			p[i] = fs[i].Given(year)
		}
		for j, v := range Passes(p) {
			out[j] += w * v
		}
	}
	for j := range out {
		out[j] /= total
	}
	return out
}

// Given is the probability of passing in a year as many standard deviations
// milder than expected. The year moves the scores; what is left of P beyond
// them, gates and recalibration, stays in proportion.
func (f *Forecast) Given(year float64) float64 {
	if f.Gate <= 0 || f.Year == 0 {
		return f.P
	}
	rest := max(f.Gate, f.P)
	switch {
	case f.Scores >= f.P && f.Scores > 0:
		rest = f.P / f.Scores
	case f.Scores > 0: // recalibrated above what the scores alone give
		rest = 1
	}
	return rest * normal((probit(f.P/rest)+f.Year*year)/math.Sqrt(1-f.Year*f.Year))
}

// Quantile is the least number of passes that is reached with at least chance
// q from below.
func Quantile(distribution []float64, q float64) int {
	sum := 0.0
	for k, v := range distribution {
		if sum += v; sum >= q {
			return k
		}
	}
	return len(distribution) - 1
}

// Limits are what a portfolio is chosen under.
type Limits struct {
	Quota map[string]int          // by agency; an agency not named may nominate nobody
	Days  map[string]float64      // evaluator-days an agency has; not named: no limit
	Cost  func(*Forecast) float64 // evaluator-days of one nominee; nil is none
	Learn float64                 // weight of what a nomination would teach, in passes
}

// Choice is a portfolio.
type Choice struct {
	Chosen   []int // indices into the forecasts, ascending
	Expected float64
	Days     float64
	Swaps    []Swap
}

// Swap is the cheapest exchange that would bring in a nominee left out: one
// for one, or for nobody where a place and the days are free.
type Swap struct {
	In, Out int     // indices into the forecasts; Out -1 is a free place
	Cost    float64 // expected passes lost; below 0 where what is learned was preferred
}

// Choose picks, in every agency, the nominees of the largest sum of value under
// its quota and its evaluator-days. Value is the probability plus Learn times
// the half-width of the interval. Without days it is exact by sorting, with
// days by dynamic programming over quarter days.
func Choose(fs []Forecast, l Limits) Choice {
	by := map[string][]int{}
	for i := range fs {
		by[fs[i].Agency] = append(by[fs[i].Agency], i)
	}
	value := func(i int) float64 { return fs[i].P + l.Learn*(fs[i].High-fs[i].Low)/2 }
	cost := func(i int) float64 {
		if l.Cost == nil {
			return 0
		}
		return l.Cost(&fs[i])
	}
	var out Choice
	for _, agency := range sortedNames(by) {
		own := by[agency]
		slices.SortStableFunc(own, func(a, b int) int {
			if c := cmp.Compare(value(b), value(a)); c != 0 {
				return c
			}
			return cmp.Compare(fs[a].Unit, fs[b].Unit)
		})
		quota := min(l.Quota[agency], len(own))
		var in []int
		if days, ok := l.Days[agency]; ok {
			in = knapsack(own, quota, days, value, cost)
		} else {
			in = slices.Clone(own[:quota])
		}
		out.Chosen = append(out.Chosen, in...)
		room := math.Inf(1)
		if days, ok := l.Days[agency]; ok {
			room = days
			for _, i := range in {
				room -= cost(i)
			}
		}
		out.Swaps = append(out.Swaps, swaps(fs, own, in, quota, room, cost)...)
	}
	slices.Sort(out.Chosen)
	for _, i := range out.Chosen {
		out.Expected += fs[i].P
		out.Days += cost(i)
	}
	return out
}

// swaps says what bringing in each nominee left out would cost, against the
// least likely of those chosen whose days, with the room that is left, would
// do. Whom no single exchange can bring in is left out here too.
func swaps(fs []Forecast, own, in []int, quota int, room float64, cost func(int) float64) []Swap {
	var out []Swap
	for _, i := range own {
		if slices.Contains(in, i) {
			continue
		}
		const rounding = 1e-9
		if len(in) < quota && cost(i) <= room+rounding {
			out = append(out, Swap{i, -1, -fs[i].P})
			continue
		}
		weakest := -1
		for _, k := range in {
			if cost(i) <= room+cost(k)+rounding && (weakest < 0 || fs[k].P < fs[weakest].P) {
				weakest = k
			}
		}
		if weakest >= 0 {
			out = append(out, Swap{i, weakest, fs[weakest].P - fs[i].P})
		}
	}
	return out
}

// dayParts is into how many parts a day is split for the second budget.
const dayParts = 4

// knapsack is the best set of at most quota nominees within days.
func knapsack(own []int, quota int, days float64, value, cost func(int) float64) []int {
	budget := int(days * dayParts)
	width := budget + 1
	best := make([]float64, (quota+1)*width)
	took := make([][]bool, len(own))
	for n, i := range own {
		took[n] = make([]bool, (quota+1)*width)
		c := int(math.Ceil(cost(i)*dayParts - 1e-9))
		for q := quota; q > 0; q-- {
			for b := budget; b >= c; b-- {
				if v := best[(q-1)*width+b-c] + value(i); v > best[q*width+b] {
					best[q*width+b], took[n][q*width+b] = v, true
				}
			}
		}
	}
	var in []int
	q, b := quota, budget
	for n := len(own) - 1; n >= 0 && q > 0; n-- {
		if took[n][q*width+b] {
			in = append(in, own[n])
			b -= int(math.Ceil(cost(own[n])*dayParts - 1e-9))
			q--
		}
	}
	return in
}
