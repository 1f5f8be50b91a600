package forecast

import "gonum.org/v1/gonum/mat"

// predicted is the joint normal distribution of a nominee's national scores on
// the logit scale, with the shares of its covariance that are the same for
// every nominee of a year, or that more data would take away.
type predicted struct {
	mean   vec
	cov    mat9 // everything
	shared mat9 // of the year's strictness
	doubt  mat9 // of what is estimated: agency, coefficients, strictness
	groups map[string]vec
}

// moments predicts a record's scores for a year. newRules says that the year
// has rules nobody was judged by before.
func (m *structural) moments(r *record, newRules, explain bool) predicted {
	var out predicted
	p := m.frame.width()
	w := p + len(m.years)
	x := make([]float64, w)
	m.frame.shared(r, x[:p])
	for c := ownColumns; c < p; c++ {
		x[c] /= m.scale[c]
	}
	last, ahead := m.lastYear(r.year)
	if last >= 0 {
		x[p+last] = 1
	}
	if explain {
		out.groups = map[string]vec{}
	}
	var h vec
	for j := range Parts {
		o := own(r, j)
		for c := range o {
			x[c] = o[c] / m.own[j][c]
		}
		mu := r.offset(j)
		if last >= 0 {
			mu += m.tau[j][last]
		} else {
			mu += m.base[j]
		}
		for c := range p {
			if pinned(j, c) {
				continue
			}
			mu += x[c] * m.beta[j][c]
			if explain {
				g := m.group(j, c)
				v := out.groups[g]
				v[j] += x[c] * m.beta[j][c]
				out.groups[g] = v
			}
		}
		out.mean[j] = mu
		if j == 0 || j >= Performance {
			h[j] = leverage(m.inv[j], x) * m.lever[j]
		} else {
			h[j] = h[0] // areas share their columns
		}
	}
	m.covariance(r, h, ahead, newRules, &out)
	m.unseen(r, &out)
	return out
}

// group names a column for a part: the own score of a survey is a survey's.
func (m *structural) group(part, column int) string {
	if column == ownScore && part >= IPAK {
		return GroupSurveys
	}
	if column == ownScore && part == Performance {
		return GroupResult
	}
	return m.frame.group(column)
}

// lastYear is the index of the last year with a strictness up to a year, and
// how many years ahead of it the year is. -1: none is known.
func (m *structural) lastYear(year int) (at int, ahead float64) {
	at = -1
	for k, y := range m.years {
		if y <= year {
			at, ahead = k, float64(year-y)
		}
	}
	if at < 0 && len(m.years) > 0 {
		return 0, 1
	}
	return at, ahead
}

func leverage(inv *mat.SymDense, x []float64) float64 {
	v := mat.NewVecDense(len(x), x)
	return mat.Inner(v, inv, v)
}

// newRulesVariance is how far strictness usually jumps when the rules change.
const newRulesVariance = 0.25 * 0.25

func (m *structural) covariance(r *record, h vec, ahead float64, newRules bool, out *predicted) {
	year := vec{}
	area, survey := m.yearArea*ahead, m.yearSurvey*ahead
	if newRules {
		area = max(area, newRulesVariance)
	}
	for j := range year {
		year[j] = area
		if j >= IPAK {
			year[j] = survey
		}
	}
	spread := m.omega
	if r.agency >= 0 {
		spread = m.spread[r.agency]
		for j := range Parts {
			out.mean[j] += m.effect[r.agency][j]
		}
		if out.groups != nil {
			g := out.groups[GroupAgency]
			for j := range Parts {
				g[j] += m.effect[r.agency][j]
			}
			out.groups[GroupAgency] = g
		}
	}
	for i := range Parts {
		for j := range Parts {
			s := m.sigma[i][j]
			if r.perfect && i <= Performance && j <= Performance {
				s *= m.perfectFactor
			}
			out.doubt[i][j] = spread[i][j] + m.sigma[i][j]*sqrt(h[i]*h[j])
			if (i < IPAK) == (j < IPAK) {
				out.shared[i][j] = sqrt(year[i] * year[j])
			}
			out.doubt[i][j] += out.shared[i][j]
			out.cov[i][j] = s + out.doubt[i][j]
		}
	}
}

// unseen widens the prediction by the internal scores that are missing: how
// much each could differ from what was filled in, times what it would move.
func (m *structural) unseen(r *record, out *predicted) {
	if r.missing == 0 {
		return
	}
	for k, filled := range r.filled {
		if !filled {
			continue
		}
		var move vec
		for j := range Parts {
			move[j] = m.moves(r, k, j)
		}
		out.doubt.addOuter(&move, &move, m.frame.scatter[k])
		out.cov.addOuter(&move, &move, m.frame.scatter[k])
	}
}

// moves is how far internal score k moves the national score of part j.
func (m *structural) moves(r *record, k, j int) float64 {
	b := func(c int) float64 {
		if pinned(j, c) {
			return 0
		}
		return m.beta[j][c] / m.unit(j, c)
	}
	s := 0.0
	if k == j {
		w := 1.0
		if j >= IPAK {
			w = reliance(r.n[j-IPAK])
		}
		s = w*b(ownScore) + (1-w)*b(ownLight)
	}
	switch {
	case k == Performance:
		return s + b(scoreResult)
	case k == IPAK:
		return s + b(scoreIPAK)
	case k == IPKP:
		return s + b(scoreIPKP)
	case r.last.hasAreas:
		return s + b(meanKnown)/Areas
	}
	return s + b(meanNew)/Areas
}
