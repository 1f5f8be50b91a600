package forecast

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Scored is one past forecast with its outcome.
type Scored struct {
	P      float64
	Passed bool
}

// Brier is the mean squared error of probabilities (Brier 1950); 0 is perfect.
func Brier(s []Scored) float64 {
	sum := 0.0
	for _, f := range s {
		d := f.P - oneIf(f.Passed)
		sum += d * d
	}
	return sum / float64(len(s))
}

// LogLoss is the mean negative log of the probability given to what happened
// (Good 1952), in nats.
func LogLoss(s []Scored) float64 {
	sum := 0.0
	for _, f := range s {
		sum += logLoss(f.P, f.Passed)
	}
	return sum / float64(len(s))
}

func logLoss(p float64, passed bool) float64 {
	if !passed {
		p = 1 - p
	}
	return -math.Log(max(p, 1e-15))
}

// AUC is the chance that a nominee who passed had a higher forecast than one
// who did not, ties counted half (Hanley and McNeil 1982). It is NaN when all
// passed or none.
func AUC(s []Scored) float64 {
	sorted := byProbability(s)
	pos, neg, wins := 0.0, 0.0, 0.0
	for i := 0; i < len(sorted); {
		j, p, n := i, 0.0, 0.0
		for ; j < len(sorted) && sorted[j].P == sorted[i].P; j++ {
			p += oneIf(sorted[j].Passed)
			n += oneIf(!sorted[j].Passed)
		}
		wins += p * (neg + n/2)
		pos, neg, i = pos+p, neg+n, j
	}
	if pos == 0 || neg == 0 {
		return math.NaN()
	}
	return wins / (pos * neg)
}

func byProbability(s []Scored) []Scored {
	out := slices.Clone(s)
	slices.SortStableFunc(out, func(a, b Scored) int { return cmp.Compare(a.P, b.P) })
	return out
}

// Calibration is a logistic regression of the outcome on the log odds of the
// forecast (Cox 1958): slope 1 and intercept 0 are perfect, a slope below 1 is
// overconfidence. NaN when it cannot be fitted.
func Calibration(s []Scored) (intercept, slope float64) {
	b := 1.0
	for range 100 {
		var g0, g1, h00, h01, h11 float64
		for _, f := range s {
			x := logit(min(max(f.P, 1e-6), 1-1e-6))
			mu := logistic(intercept + b*x)
			e, v := oneIf(f.Passed)-mu, mu*(1-mu)
			g0, g1 = g0+e, g1+e*x
			h00, h01, h11 = h00+v, h01+v*x, h11+v*x*x
		}
		det := h00*h11 - h01*h01
		if !(det > 1e-9) {
			return math.NaN(), math.NaN()
		}
		da, db := (g0*h11-g1*h01)/det, (g1*h00-g0*h01)/det
		intercept, b = intercept+da, b+db
		if math.Abs(da)+math.Abs(db) < 1e-10 {
			return intercept, b
		}
	}
	return math.NaN(), math.NaN()
}

// ECE is the expected calibration error: forecasts in bins of equal number,
// the mean absolute difference between forecast and share passed.
func ECE(s []Scored, bins int) float64 {
	sorted := byProbability(s)
	sum := 0.0
	for k := range bins {
		d := 0.0
		for _, f := range sorted[len(s)*k/bins : len(s)*(k+1)/bins] {
			d += f.P - oneIf(f.Passed)
		}
		sum += math.Abs(d)
	}
	return sum / float64(len(s))
}

// Interval is an estimate with its 90 % interval.
type Interval struct{ Value, Low, High float64 }

// bootstrapDraws and bootstrapSeed make every bootstrap repeat to the bit.
const (
	bootstrapDraws = 1000
	bootstrapSeed  = 20140052
)

// Skill is 1 - Brier(forecast)/Brier(rival) on the same nominees, with a
// percentile bootstrap over groups of them (agencies, since the nominees of an
// agency share their fate; Davison and Hinkley 1997, 3.8). Positive is better
// than the rival.
func Skill(forecast, rival []Scored, group []string) Interval {
	index := map[string]int{}
	for _, g := range group {
		index[g] = 0
	}
	for k, g := range sortedNames(index) {
		index[g] = k
	}
	own, other := make([]float64, len(index)), make([]float64, len(index))
	var a, b float64
	for i := range forecast {
		y := oneIf(forecast[i].Passed)
		x, z := forecast[i].P-y, rival[i].P-y
		own[index[group[i]]] += x * x
		other[index[group[i]]] += z * z
		a, b = a+x*x, b+z*z
	}
	rng := rand.New(rand.NewPCG(bootstrapSeed, 1))
	draws := make([]float64, 0, bootstrapDraws)
	for range bootstrapDraws {
		x, z := 0.0, 0.0
		for range own {
			k := rng.IntN(len(own))
			x, z = x+own[k], z+other[k]
		}
		if z > 0 {
			draws = append(draws, 1-x/z)
		}
	}
	slices.Sort(draws)
	out := Interval{1 - a/b, math.NaN(), math.NaN()}
	if len(draws) > 0 {
		out.Low, out.High = draws[len(draws)/20], draws[len(draws)-1-len(draws)/20]
	}
	return out
}

// Rivals are the forecasts a planner can make without a model, as of one
// cycle: each is a probability for a nominee.
type Rivals struct {
	base  float64
	again map[string]float64 // pass rate by what happened to the unit last time
	above float64            // pass rate of who met every criterion on the TPI's scores
	below float64
	last  map[string]string
}

// NewRivals learns the rivals from what was known before a day of cycles
// before the one asked about.
func NewRivals(p Programme, cycle int, day Day) *Rivals {
	v := &Rivals{again: map[string]float64{}, last: map[string]string{}}
	known := p.Before(day)
	known.Cases = slices.Clone(known.Cases)
	slices.SortStableFunc(known.Cases, func(a, b Case) int { return cmp.Compare(a.Cycle, b.Cycle) })
	type count struct{ k, n float64 }
	var all, above, below count
	by := map[string]count{}
	add := func(c count, passed bool) count { return count{c.k + oneIf(passed), c.n + 1} }
	for i := range known.Cases {
		c := &known.Cases[i]
		if c.Outcome == nil || c.Cycle >= cycle {
			continue
		}
		ok := c.Outcome.Passed
		all = add(all, ok)
		before := v.lastOf(&c.Inputs)
		by[before] = add(by[before], ok)
		if Meets(p.Rules[c.Rules], c) {
			above = add(above, ok)
		} else {
			below = add(below, ok)
		}
		v.last[c.Unit] = "failed"
		if ok {
			v.last[c.Unit] = "passed"
		}
	}
	const lean = 10
	v.base = (all.k + 1) / (all.n + 6)
	rate := func(c count) float64 { return (c.k + lean*v.base) / (c.n + lean) }
	for _, key := range []string{"first", "failed", "passed"} {
		v.again[key] = rate(by[key])
	}
	v.above, v.below = rate(above), rate(below)
	return v
}

func (v *Rivals) lastOf(c *Inputs) string {
	if l, ok := v.last[c.Unit]; ok {
		return l
	}
	return "first"
}

// BaseRate is the national pass rate of all earlier cycles.
func (v *Rivals) BaseRate(*Case) float64 { return v.base }

// LastYear is the pass rate of units whose last nomination ended likewise.
func (v *Rivals) LastYear(c *Case) float64 { return v.again[v.lastOf(&c.Inputs)] }

// Threshold is the pass rate of nominees on the same side of every criterion
// by their internal scores: what planners use today.
func (v *Rivals) Threshold(r Rules, c *Case) float64 {
	if Meets(r, c) {
		return v.above
	}
	return v.below
}

// Meets reports whether the internal scores meet every criterion;
// unknown ones do not count against a nominee.
func Meets(r Rules, c *Case) bool {
	z := internalZ(c, &r)
	for i := range r.Criteria[c.Target] {
		k := &r.Criteria[c.Target][i]
		s, known := 0.0, true
		for j, w := range k.Coef {
			if w != 0 {
				known = known && z[j].Known
				s += w * attainment(j, z[j].V)
			}
		}
		if known && s < k.Minimum-1e-9 {
			return false
		}
	}
	return true
}
