package stat

import "math"

// Moments are how many numbers there are in a group, their sum and the sum of
// their squares.
type Moments struct{ N, Sum, Squares float64 }

// Add counts another number, weight times.
func (m *Moments) Add(x float64) { m.N++; m.Sum += x; m.Squares += x * x }

// Plus is two groups as one.
func (m Moments) Plus(o Moments) Moments {
	return Moments{m.N + o.N, m.Sum + o.Sum, m.Squares + o.Squares}
}

// Mean is the group's mean; N must be positive.
func (m Moments) Mean() float64 { return m.Sum / m.N }

// within is the sum of squares about the group's own mean.
func (m Moments) within() float64 {
	if m.N < 2 {
		return 0
	}
	return max(0, m.Squares-m.Sum*m.Sum/m.N)
}

// Within is the variance inside groups, each about its own mean, and its
// degrees of freedom: numbers less groups. With no degree of freedom the
// variance is 0 and tells nothing.
func Within(groups []Moments) (variance float64, df int) {
	sum := 0.0
	for _, g := range groups {
		if g.N > 0 {
			sum += g.within()
			df += int(g.N) - 1
		}
	}
	if df > 0 {
		variance = sum / float64(df)
	}
	return variance, df
}

// Common is the distribution that true values come from: normal with Mean and
// SD. MeanSE is how well the mean is known.
type Common struct {
	Mean   float64 `json:"mean"`
	SD     float64 `json:"sd"`
	MeanSE float64 `json:"mean_se"`
}

// PauleMandel estimates the common distribution of true values from estimates
// y with known variances v (Paule and Mandel 1982; DerSimonian and Kacker 2007):
// the SD at which the weighted sum of squares about the weighted mean is one
// less than the number of estimates; 0 where even without any it is not more.
// Variances must be positive; at least two estimates are needed for an SD.
func PauleMandel(y, v []float64) Common {
	n := make([]float64, len(y))
	for i := range n {
		n[i] = 1
	}
	return pauleMandel(y, v, n)
}

// pauleMandel is the same of n estimates each.
func pauleMandel(y, v, n []float64) Common {
	many := 0.0
	for i := range n {
		many += n[i]
	}
	excess := func(tau2 float64) (float64, Common) {
		var w, wy float64
		for i := range y {
			w += n[i] / (tau2 + v[i])
			wy += n[i] * y[i] / (tau2 + v[i])
		}
		mean, q := wy/w, 0.0
		for i := range y {
			q += n[i] * (y[i] - mean) * (y[i] - mean) / (tau2 + v[i])
		}
		return q - (many - 1), Common{mean, math.Sqrt(tau2), 1 / math.Sqrt(w)}
	}
	e, c := excess(0)
	if many < 2 || e <= 0 {
		return c
	}
	low, high := 0.0, 1e-3
	for e, _ = excess(high); e > 0; e, _ = excess(high) {
		low, high = high, 4*high
	}
	for range 60 {
		mid := (low + high) / 2
		if e, c = excess(mid); e > 0 {
			low = mid
		} else {
			high = mid
		}
		if high-low < 1e-7*high {
			break
		}
	}
	return c
}

// Shrunk is a true value as far as it is known: Mean and SD of what it may be,
// and Weight, the share of it that its own data have against the mean of all.
type Shrunk struct {
	Mean   float64 `json:"mean"`
	SD     float64 `json:"sd"`
	Weight float64 `json:"weight"`
}

// Shrink moves an estimate y with variance v towards the common mean by how
// little is known (empirical Bayes; Morris 1983). The doubt about the common
// mean is counted in.
func (c Common) Shrink(y, v float64) Shrunk {
	b := c.SD * c.SD / (c.SD*c.SD + v)
	away := (1 - b) * c.MeanSE
	return Shrunk{c.Mean + b*(y-c.Mean), math.Sqrt(b*v + away*away), b}
}

// Interval is the range of the true value with the given probability, such as .95.
func (s Shrunk) Interval(level float64) (low, high float64) {
	z := Z((1 + level) / 2)
	return s.Mean - z*s.SD, s.Mean + z*s.SD
}

// Drift is the variance by which a group's true mean moves from one year to the
// next, by moments: the squared steps of yearly means, less what variance (of
// one number inside a group and year) alone would give, each weighted by how
// well it is known. pairs are a group's numbers in a year and the next. It is 0
// when there are no pairs.
func Drift(pairs [][2]Moments, variance float64) float64 {
	var sum, weights float64
	for _, p := range pairs {
		if p[0].N == 0 || p[1].N == 0 {
			continue
		}
		noise := variance * (1/p[0].N + 1/p[1].N)
		step := p[1].Mean() - p[0].Mean()
		w := 1 / (noise * noise)
		sum += w * (step*step - noise)
		weights += w
	}
	if weights == 0 {
		return 0
	}
	return max(0, sum/weights)
}

// Recent is the mean of a group's last years, the year of age g weighted by
// .5^(g/half), as an estimate of the group's mean now: each number varies about
// it by variance, and it moves from year to year as a random walk with steps of
// variance drift. byAge has the newest year first. n is how many numbers there
// are; with none there is no mean.
func Recent(byAge []Moments, half, variance, drift float64) (mean, v float64, n int) {
	var total, squares float64
	late := make([]float64, len(byAge)) // weight of all numbers of an age
	for age, m := range byAge {
		w := math.Pow(0.5, float64(age)/half)
		mean += w * m.Sum
		total += w * m.N
		squares += w * w * m.N
		late[age] = w * m.N
		n += int(m.N)
	}
	if n == 0 {
		return 0, 0, 0
	}
	v = variance * squares / (total * total)
	older := 0.0 // share of the weight on numbers from before a step
	for age := len(late) - 1; age > 0; age-- {
		older += late[age] / total
		v += drift * older * older
	}
	return mean / total, v, n
}
