package forecast

// A nominee whose national scores were not reported still says something by
// where it stopped: who passed met every criterion, who stopped at the survey
// missed one of the survey's. Each criterion cuts a half-space off the normal
// distribution of the scores, and the distribution that remains is replaced by
// the normal one with its mean and covariance (assumed density filtering;
// Minka 2001, Expectation propagation; Birnbaum 1950 for the moments). Not
// passing is the complement of one half-space with the same probability and
// the same direction as all criteria together.

// censored is what constraints have made of a prior N(m, c): the posterior
// mean is m + c grad, the posterior covariance c - c curve c, and mass is the
// probability of the constraints.
type censored struct {
	grad  vec
	curve mat9
	mass  float64
}

// cut conditions on a'y >= bound.
func (q *censored) cut(m *vec, c *mat9, a *vec, bound float64) {
	ca := c.times(a)
	kca := q.curve.times(&ca)
	var b vec
	for i := range b {
		b[i] = a[i] - kca[i]
	}
	s2 := dot(&ca, &b)
	if s2 < 1e-9 {
		return // already known
	}
	s := sqrt(s2)
	t := (dot(a, m) + dot(&ca, &q.grad) - bound) / s
	h := hazard(t)
	q.mass *= normal(t)
	for i := range b {
		q.grad[i] += b[i] * h / s
	}
	q.curve.addOuter(&b, &b, h*(h+t)/s2)
}

// meet conditions on criteria, those of one part first.
func (q *censored) meet(m *vec, c *mat9, criteria []Criterion) {
	for i := range criteria {
		if j := criteria[i].single(); j >= 0 {
			var a vec
			a[j] = 1
			q.cut(m, c, &a, zAttainment(j, criteria[i].Minimum/criteria[i].Coef[j]))
		}
	}
	for i := range criteria {
		if criteria[i].single() >= 0 {
			continue
		}
		at := c.times(&q.grad)
		var a vec
		bound := criteria[i].Minimum
		for j, w := range criteria[i].Coef {
			if w == 0 {
				continue
			}
			z := m[j] + at[j]
			a[j] = w * slope(j, z)
			bound += a[j]*z - w*attainment(j, z)
		}
		q.cut(m, c, &a, bound)
	}
}

// miss conditions on not meeting all of the criteria; veto is the chance that
// who meets them is refused all the same.
func (q *censored) miss(m *vec, c *mat9, criteria []Criterion, veto float64) {
	mean, cov := q.moments(m, c)
	all := censored{mass: 1}
	all.meet(&mean, &cov, criteria)
	pass := min(all.mass, 1-1e-9)
	s2 := cov.quad(&all.grad)
	if pass < 1e-9 || s2 < 1e-12 {
		return
	}
	s, t := sqrt(s2), probit(pass)
	because := (1 - pass) / (1 - (1-veto)*pass) // the scores, not a veto
	h := hazard(-t)
	// Back to the terms of the prior: a becomes (1 - curve c) a.
	ca := c.times(&all.grad)
	kca := q.curve.times(&ca)
	var b vec
	for i := range b {
		b[i] = all.grad[i] - kca[i]
		q.grad[i] -= because * b[i] * h / s
	}
	q.curve.addOuter(&b, &b, because*h*(h-t)/s2)
	q.mass *= 1 - (1-veto)*pass
}

// blend mixes in what another reading of the same outcome says, with its
// chance.
func (q *censored) blend(o *censored, chance float64) {
	for i := range q.grad {
		q.grad[i] += chance * (o.grad[i] - q.grad[i])
		for j := range q.grad {
			q.curve[i][j] += chance * (o.curve[i][j] - q.curve[i][j])
		}
	}
}

// moments are the mean and covariance under the constraints so far.
func (q *censored) moments(m *vec, c *mat9) (mean vec, cov mat9) {
	shift := c.times(&q.grad)
	for i := range mean {
		mean[i] = m[i] + shift[i]
	}
	cov = c.mul(&q.curve)
	cov = cov.mul(c)
	for i := range cov {
		for j := range cov {
			cov[i][j] = c[i][j] - cov[i][j]
		}
	}
	return mean, cov
}
