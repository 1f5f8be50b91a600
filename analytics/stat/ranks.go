package stat

import (
	"cmp"
	"math"
	"slices"
)

// Placed says where one of many truly stands, as far as its value tells.
type Placed struct {
	Shrunk
	Top  float64 // probability to be truly among the top
	Same int     // of how many others it cannot be told apart

	n float64 // how many stand here alike
}

// Above is the probability that the true value exceeds a limit.
func (p Placed) Above(limit float64) float64 {
	if p.SD == 0 {
		if p.Mean > limit {
			return 1
		}
		return 0
	}
	return Phi((p.Mean - limit) / p.SD)
}

// Apart is when the order of two is taken as known: one is truly above the
// other with this probability (Goldstein and Spiegelhalter 1996 discuss it).
const Apart = 0.95

// Ranks says of each of many values y, measured with standard errors se, where
// its true value stands. True values are taken as normal about a common mean
// (estimated by [PauleMandel]), errors as normal and independent, so that each
// true value given y is normal, too; see [Common.Shrink].
//
// Top is the probability to be among the k highest true values, k = top times
// their number rounded up: the integral, over what the own true value may be, of
// the probability that fewer than k others lie above it. The number of others
// above is a sum of indicators: summed exactly up to 100, else by [sumBelow]. No
// random numbers are drawn.
//
// Same counts the others for which neither order has probability [Apart]. se
// must be positive; where they take more than 64 different values, Same takes
// each to the nearest of 64.
//
// The work grows with n log n: some tenth of a second for 60,000.
func Ranks(y, se []float64, top float64) ([]Placed, Common) {
	all := make([]Alike, len(y))
	for i := range y {
		all[i] = Alike{Y: y[i], SE: se[i], N: 1}
	}
	return RanksOfAlike(all, top)
}

// Alike are N values Y that were measured with one standard error.
type Alike struct {
	Y, SE float64
	N     int
}

// RanksOfAlike is [Ranks] where many values are alike, or were put into narrow
// classes: what it says of one of a class holds for each of them. Its work grows
// with the number of classes. N must be positive.
func RanksOfAlike(all []Alike, top float64) ([]Placed, Common) {
	if len(all) == 0 {
		return nil, Common{}
	}
	y, v, n := make([]float64, len(all)), make([]float64, len(all)), make([]float64, len(all))
	for i, a := range all {
		y[i], v[i], n[i] = a.Y, a.SE*a.SE, float64(a.N)
	}
	common := pauleMandel(y, v, n)
	known := common
	known.MeanSE = 0 // what is doubtful of the mean is common to all and moves no ranks
	out := make([]Placed, len(y))
	for i := range y {
		out[i] = Placed{Shrunk: known.Shrink(y[i], v[i]), n: n[i]}
	}
	place(out, top)
	return out, common
}

// Stand is [Ranks] of true values of which is known already what they may be,
// each as normal and independent of the others.
func Stand(known []Shrunk, top float64) []Placed {
	out := make([]Placed, len(known))
	for i, s := range known {
		out[i] = Placed{Shrunk: s, n: 1}
	}
	if len(out) > 0 {
		place(out, top)
	}
	return out
}

// place fills in Top and Same.
func place(all []Placed, top float64) {
	many, sd := 0.0, 0.0
	for _, p := range all {
		many += p.n
		sd = max(sd, p.SD)
	}
	k := math.Ceil(top*many - 1e-9)
	if sd == 0 { // nothing tells any of them apart
		for i := range all {
			all[i].Top, all[i].Same = k/many, int(many)-1
		}
		return
	}
	placeTop(all, k, many)
	countSame(all)
}

// slice is one stretch of values, with how many true values lie above its
// middle: mean, variance and third central moment of that number.
type slice struct{ low, high, mean, variance, third float64 }

// topSlices is how finely the region around the cut-off is divided.
const topSlices = 48

// placeTop fills in Top for the k highest.
func placeTop(all []Placed, k, many float64) {
	if k >= many {
		for i := range all {
			all[i].Top = 1
		}
		return
	}
	low, high := cutoff(all, k)
	region := make([]slice, topSlices)
	width := (high - low) / topSlices
	for g := range region {
		s := slice{low: low + float64(g)*width, high: low + float64(g+1)*width}
		s.mean, s.variance, s.third = above(all, (s.low+s.high)/2)
		region[g] = s
	}
	if many <= exactly {
		topExactly(all, region, k)
		return
	}
	alike := map[float64]int{}
	for _, p := range all {
		alike[p.SD]++
	}
	curves := map[float64]*curve{}
	for i := range all {
		p := &all[i]
		if curves[p.SD] == nil && alike[p.SD] > curvePays {
			curves[p.SD] = newCurve(p.SD, region, k)
		}
		if c := curves[p.SD]; c != nil {
			p.Top = c.at(p.Mean)
		} else {
			p.Top = p.top(region, k)
		}
	}
}

// curvePays is from how many of one SD a curve, of some 700 points, is less work
// than placing each.
const curvePays = 1000

// exactly is up to how many the number of others above is summed one by one.
const exactly = 100

// topExactly fills in Top where there are few, for whom a normal distribution
// of the number of others above is not near enough.
func topExactly(all []Placed, region []slice, k float64) {
	others := make([]float64, 0, len(all))
	for i := range all {
		p := &all[i]
		p.Top = p.Above(region[len(region)-1].high)
		for _, s := range region {
			own := p.Above(s.low) - p.Above(s.high)
			if own < 1e-9 {
				continue
			}
			others = others[:0]
			for j := range all {
				n := int(all[j].n)
				if j == i {
					n--
				}
				above := all[j].Above((s.low + s.high) / 2)
				for range n {
					others = append(others, above)
				}
			}
			below := 0.0
			for _, f := range sumOf(others, int(k)) {
				below += f
			}
			p.Top += own * below
		}
	}
}

// curve is Top as a function of the mean, for one SD: what equal errors share.
type curve struct {
	low, step float64
	top       []float64
}

// newCurve takes steps of a fortieth of the SD, between which a straight line
// is within .0001.
func newCurve(sd float64, region []slice, k float64) *curve {
	low, high := region[0].low-8*sd, region[len(region)-1].high+8*sd
	c := &curve{low: low, step: sd / 40}
	for x := low; x < high+c.step; x += c.step {
		c.top = append(c.top, Placed{Shrunk: Shrunk{Mean: x, SD: sd}}.top(region, k))
	}
	return c
}

func (c *curve) at(mean float64) float64 {
	x := (mean - c.low) / c.step
	switch i := int(math.Floor(x)); {
	case i < 0:
		return 0
	case i+1 >= len(c.top):
		return 1
	default:
		return c.top[i] + (x-float64(i))*(c.top[i+1]-c.top[i])
	}
}

// top is the probability to be among the k highest.
func (p Placed) top(region []slice, k float64) float64 {
	last := region[len(region)-1].high
	out := p.Above(last)
	if out > 1-1e-12 || p.Above(region[0].low) < 1e-12 {
		return out
	}
	over := p.Above(region[0].low)
	for _, s := range region {
		next := p.Above(s.high)
		q := p.Above((s.low + s.high) / 2) // of this one, in the sums
		rest := s.variance - q*(1-q)
		out += (over - next) * sumBelow(k-1, s.mean-q, rest, s.third-q*(1-q)*(1-2*q))
		over = next
	}
	return min(out, 1)
}

// above are mean, variance and third moment of how many true values exceed x.
func above(all []Placed, x float64) (mean, variance, third float64) {
	for i := range all {
		z := (all[i].Mean - x) / all[i].SD
		if z < -8 {
			continue
		}
		if z > 8 {
			mean += all[i].n
			continue
		}
		p := Phi(z)
		n := all[i].n
		mean += n * p
		variance += n * p * (1 - p)
		third += n * p * (1 - p) * (1 - 2*p)
	}
	return mean, variance, third
}

// cutoff is the region outside which it is certain whether fewer than k of all
// lie above.
func cutoff(all []Placed, k float64) (low, high float64) {
	first, last := math.Inf(1), math.Inf(-1)
	for _, p := range all {
		first, last = min(first, p.Mean-8*p.SD), max(last, p.Mean+8*p.SD)
	}
	find := func(sign float64) float64 {
		a, b := first, last
		for range 40 {
			mid := (a + b) / 2
			mean, variance, _ := above(all, mid)
			if mean+sign*(6*math.Sqrt(variance)+1.5) > k {
				a = mid
			} else {
				b = mid
			}
			if b-a < 1e-4*(last-first) {
				break
			}
		}
		return (a + b) / 2
	}
	return find(-1), find(1)
}

// sameSorts is how many different errors are told apart.
const sameSorts = 64

// countSame fills in Same: by each sort of error one sorted list, in which the
// others too near are found by bisection.
func countSame(all []Placed) {
	spread := map[float64]bool{}
	high := 0.0
	for _, p := range all {
		if len(spread) <= sameSorts {
			spread[p.SD] = true
		}
		high = max(high, p.SD)
	}
	sort := func(sd float64) float64 { return sd }
	if len(spread) > sameSorts {
		sort = func(sd float64) float64 { return math.Round(sd/high*sameSorts) * high / sameSorts }
	}
	sorts := map[float64]*sorted{}
	var sds []float64
	for _, p := range all {
		sd := sort(p.SD)
		if sorts[sd] == nil {
			sorts[sd] = &sorted{}
			sds = append(sds, sd)
		}
		sorts[sd].of = append(sorts[sd].of, weighed{p.Mean, p.n})
	}
	for _, s := range sorts {
		s.count()
	}
	z := Z(Apart)
	for i := range all {
		p := &all[i]
		same := -1.0 // itself
		for _, sd := range sds {
			near := z * math.Hypot(p.SD, sd)
			same += sorts[sd].below(p.Mean+near) - sorts[sd].below(p.Mean-near)
		}
		p.Same = int(same)
	}
}

// sorted are those of one sort of error, lowest first, each with how many stand
// before it.
type sorted struct {
	of     []weighed
	before []float64
}

// weighed are n at one mean.
type weighed struct{ mean, n float64 }

func (s *sorted) count() {
	slices.SortFunc(s.of, func(a, b weighed) int { return cmp.Compare(a.mean, b.mean) })
	s.before = make([]float64, len(s.of)+1)
	for i, p := range s.of {
		s.before[i+1] = s.before[i] + p.n
	}
}

// below counts those below x.
func (s *sorted) below(x float64) float64 {
	i, _ := slices.BinarySearchFunc(s.of, x, func(w weighed, x float64) int { return cmp.Compare(w.mean, x) })
	return s.before[i]
}
