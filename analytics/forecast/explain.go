package forecast

import (
	"cmp"
	"math"
	"slices"
)

// Explanation says what moved a forecast away from the average nominee with
// the same target and rules. The contributions add up to P - Average.
type Explanation struct {
	Average       float64 // the forecast of the average nominee
	P             float64
	Contributions []Contribution // largest first
}

// Contribution is what one group of inputs adds to the probability.
type Contribution struct {
	Group  string
	Points float64 // of probability, 0-1
}

// average is the average nominee of one target.
type average struct {
	mean   vec
	cov    mat9
	groups map[string]vec
	gate   float64
}

// pathNodes and pathWeights are Gauss-Legendre quadrature on [0, 1].
var (
	pathNodes   = []float64{0.046910077030668, 0.230765344947158, 0.5, 0.769234655052841, 0.953089922969332}
	pathWeights = []float64{0.118463442528095, 0.239314335249683, 0.284444444444444, 0.239314335249683, 0.118463442528095}
)

// Explain walks in a straight line from the average nominee to this one and
// adds up how much of the climb each group of inputs makes (integrated
// gradients, Aumann and Shapley 1974; Sundararajan, Taly and Yan 2017). What
// differs in how certain the scores are, and the recalibration, is the group
// "calibration".
func (m *Model) Explain(c Case) (Explanation, error) {
	r, err := m.place(&c)
	if err != nil {
		return Explanation{}, err
	}
	m.once.Do(m.average)
	base := m.averages[[2]string{c.Rules, c.Target}]
	d := m.s.moments(&r, m.newRules[c.Rules], true)
	gate := m.s.gate.open(&r).p
	if base == nil { // nobody else: nothing to compare with
		base = &average{d.mean, d.cov, d.groups, gate}
	}
	criteria := r.rules.Criteria[c.Target]
	sum := map[string]float64{}
	for k, s := range pathNodes {
		at := predicted{}
		for i := range Parts {
			at.mean[i] = base.mean[i] + s*(d.mean[i]-base.mean[i])
			for j := range Parts {
				at.cov[i][j] = base.cov[i][j] + s*(d.cov[i][j]-base.cov[i][j])
			}
		}
		ch := chancesOf(&at, criteria, fine, false)
		g := base.gate + s*(gate-base.gate)
		for _, name := range sortedNames(d.groups) {
			own, usual := d.groups[name], base.groups[name]
			for j := range Parts {
				sum[name] += pathWeights[k] * g * ch.grad[j] * (own[j] - usual[j])
			}
		}
		sum[GroupGate] += pathWeights[k] * ch.all * (gate - base.gate)
	}
	f := m.conclude(&r, &d, fine, false)
	start := predicted{mean: base.mean, cov: base.cov}
	out := Explanation{Average: chancesOf(&start, criteria, fine, false).all * base.gate, P: f.P}
	rest := out.P - out.Average
	for _, name := range sortedNames(sum) {
		rest -= sum[name]
		out.Contributions = append(out.Contributions, Contribution{name, sum[name]})
	}
	out.Contributions = append(out.Contributions, Contribution{GroupCalibrate, rest})
	slices.SortStableFunc(out.Contributions, func(a, b Contribution) int {
		return cmp.Compare(math.Abs(b.Points), math.Abs(a.Points))
	})
	return out, nil
}

// average finds the average nominee of each target and rule set.
func (m *Model) average() {
	m.averages = map[[2]string]*average{}
	n := map[[2]string]float64{}
	for i := range m.records {
		n[[2]string{m.records[i].c.Rules, m.records[i].c.Target}]++
	}
	for i := range m.records {
		r := &m.records[i]
		key := [2]string{r.c.Rules, r.c.Target}
		a := m.averages[key]
		if a == nil {
			a = &average{groups: map[string]vec{}}
			m.averages[key] = a
		}
		d := m.s.moments(r, m.newRules[r.c.Rules], true)
		w := 1 / n[key]
		for j := range Parts {
			a.mean[j] += w * d.mean[j]
		}
		a.cov.add(&d.cov, w)
		for name, g := range d.groups {
			v := a.groups[name]
			for j := range Parts {
				v[j] += w * g[j]
			}
			a.groups[name] = v
		}
		a.gate += w * m.s.gate.open(r).p
	}
}

// AgencyEffect is how the national team's scores of an agency's nominees
// differ from what their own scores, surveys and history predict: below 0, its
// inspectorate scores higher than others for the same quality. In points of an
// area's weight at an attainment of 85 %.
type AgencyEffect struct {
	Agency    string
	Points    float64
	Low, High float64 // 90 %
}

// Agencies lists the effect of every agency, shrunken to 0 by how few its
// nominees are, in the order of their names.
func (m *Model) Agencies() []AgencyEffect {
	const level = 0.85
	points := 100 * level * (1 - level)
	out := make([]AgencyEffect, len(m.s.frame.names))
	var w vec
	for j := range Areas {
		w[j] = 1.0 / Areas
	}
	for a, name := range m.s.frame.names {
		mean, se := dot(&m.s.effect[a], &w), sqrt(m.s.spread[a].quad(&w))
		out[a] = AgencyEffect{name, points * mean, points * (mean - zOf90*se), points * (mean + zOf90*se)}
	}
	return out
}

// Warnings picks whom to warn: the largest set, from the highest risk down, of
// whom no more than rate would be warned in vain on average (Bayesian false
// discovery rate; Storey 2003, Newton et al. 2004). It returns indices of
// risks, highest first.
func Warnings(risk []float64, rate float64) []int {
	order := make([]int, len(risk))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(risk[b], risk[a]) })
	vain, take := 0.0, 0
	for k, i := range order {
		if vain += 1 - risk[i]; vain <= rate*float64(k+1) {
			take = k + 1
		}
	}
	return order[:take]
}
