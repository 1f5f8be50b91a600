package forecast

// pattern is what one set of observed parts makes of the covariance.
type pattern struct {
	gain mat9 // regression of all parts on the observed ones
	cond mat9 // covariance left
	info mat9 // inverse covariance of the observed, zero elsewhere
	rest mat9 // 1 - gain: how an agency's effect reaches the parts not observed
}

// patterns computes each pattern of missing scores once a pass.
type patterns struct {
	sigma mat9
	made  map[[Parts]bool]*pattern
}

// cellPatterns are the patterns of the cells.
func (ft *fitter) cellPatterns() []*pattern {
	ps := patterns{sigma: ft.sigma, made: map[[Parts]bool]*pattern{}}
	out := make([]*pattern, len(ft.cells))
	for k := range ft.cells {
		out[k] = ps.of(ft.cells[k].seen)
	}
	return out
}

func (ps *patterns) of(seen [Parts]bool) *pattern {
	if p, ok := ps.made[seen]; ok {
		return p
	}
	o := ps.sigma
	for i := range Parts {
		for j := range Parts {
			if !seen[i] || !seen[j] {
				o[i][j] = 0
			}
		}
		if !seen[i] {
			o[i][i] = 1
		}
	}
	p := &pattern{info: o.inverse()}
	for i := range Parts {
		if !seen[i] {
			p.info[i][i] = 0
		}
	}
	p.gain = ps.sigma.mul(&p.info)
	p.cond = p.gain.mul(&ps.sigma)
	p.rest = identity()
	p.rest.add(&p.gain, -1)
	for i := range Parts {
		for j := range Parts {
			p.cond[i][j] = ps.sigma[i][j] - p.cond[i][j]
			if seen[i] || seen[j] {
				p.cond[i][j] = 0
			}
		}
	}
	ps.made[seen] = p
	return p
}

// residual is the observed scores less the fixed part, 0 where missing.
func (ft *fitter) residual(i int) (e vec) {
	r := ft.rs[i]
	for j := range Parts {
		if r.seen[j] {
			e[j] = r.y[j] - r.offset(j) - ft.fixed[i][j]
		}
	}
	return e
}

// given conditions the scores of row i on what was observed and on where the
// nominee stopped. It returns the residual's conditional mean (agency effect
// included) before the outcome is used, and what the outcome adds.
func (ft *fitter) given(i int, p *pattern) (before vec, q censored, used bool) {
	r := ft.rs[i]
	u := vec{}
	if r.agency >= 0 {
		u = ft.effect[r.agency]
	}
	e := ft.residual(i)
	if r.whole {
		return e, q, false
	}
	for j := range Parts {
		if r.seen[j] {
			e[j] -= u[j]
		}
	}
	before = p.gain.times(&e)
	for j := range Parts {
		before[j] += u[j]
	}
	if !r.tells() || r.surveyTold() {
		return before, q, false
	}
	m := before
	for j := range Parts {
		m[j] += ft.fixed[i][j] + r.offset(j)
	}
	return before, r.judge(&m, &p.cond, &ft.gate), true
}

// surveyTold reports whether the scores that ended a nomination at the survey
// are known: then its end says nothing more.
func (r *record) surveyTold() bool {
	return r.c.Outcome.Stage == SurveyStage && r.seen[IPAK] && r.seen[IPKP]
}

// judge uses a record's outcome on scores distributed N(m, c).
func (r *record) judge(m *vec, c *mat9, g *gates) censored {
	q := censored{mass: 1}
	all := r.rules.Criteria[r.c.Target]
	survey, rest := r.rules.survey[r.c.Target], r.rules.rest[r.c.Target]
	switch o := r.c.Outcome; {
	case o.Passed || o.Stage == Awarded || o.Stage == Panel:
		q.meet(m, c, all)
	case o.Stage == SurveyStage:
		q.miss(m, c, survey, 0)
	case o.Stage == Unstaged:
		q.miss(m, c, all, g.vetoAny)
	case o.Stage == Field:
		q.meet(m, c, survey)
		met := q
		met.meet(m, c, rest)
		q.miss(m, c, rest, 0)
		q.blend(&met, g.fieldMet)
	default:
		q.meet(m, c, survey)
		q.miss(m, c, rest, 0)
	}
	return q
}

// agencies updates each agency's effect: what its nominees get from the
// national team beyond what their own scores predict. It is shrunken to 0,
// that is to what its kind and the nation say, by how few they are.
func (ft *fitter) agencies() {
	ps := ft.cellPatterns()
	info := make([]mat9, len(ft.effect))
	sum := make([]vec, len(ft.effect))
	residuals := make([]vec, len(ft.cells))
	for i, r := range ft.rs {
		e := ft.residual(i)
		own := &residuals[ft.cellOf[i]]
		for j := range e {
			own[j] += e[j]
		}
		if ft.told[i] {
			q, p := &ft.outcome[i], ps[ft.cellOf[i]]
			back := p.rest.transpose()
			k := back.mul(&q.curve)
			k = k.mul(&p.rest)
			g := back.times(&q.grad)
			ku := k.times(&ft.effect[r.agency])
			info[r.agency].add(&k, 1)
			for j := range g {
				sum[r.agency][j] += g[j] + ku[j]
			}
		}
	}
	for k := range ft.cells {
		a := ft.cells[k].agency
		info[a].add(&ps[k].info, ft.cells[k].rows)
		we := ps[k].info.times(&residuals[k])
		for j := range we {
			sum[a][j] += we[j]
		}
	}
	prior := ft.omega.inverse()
	total, n := mat9{}, 0.0
	for a := range info {
		info[a].add(&prior, 1)
		ft.spread[a] = info[a].inverse()
		ft.effect[a] = ft.spread[a].times(&sum[a])
		total.addOuter(&ft.effect[a], &ft.effect[a], 1)
		total.add(&ft.spread[a], 1)
		n++
	}
	var omega mat9
	omega.add(&total, 1/(n+pseudo))
	omega.add(&ft.sigma0, pseudo*0.125/(n+pseudo)) // half of .15/.6 of sigma0
	ft.omega = omega
}

// impute fills in the scores that are missing and updates the covariance of
// nominees.
func (ft *fitter) impute() {
	ps := ft.cellPatterns()
	var total mat9
	n := 0.0
	for i, r := range ft.rs {
		p := ps[ft.cellOf[i]]
		e, q, used := ft.given(i, p)
		ft.told[i] = used
		var left mat9
		if used {
			left = p.cond
			ft.outcome[i] = q
			shift := p.cond.times(&q.grad)
			for j := range e {
				e[j] += shift[j]
			}
			ckc := p.cond.mul(&q.curve)
			ckc = ckc.mul(&p.cond)
			left.add(&ckc, -1)
		}
		u := &ft.effect[r.agency]
		for j := range Parts {
			ft.full[i][j] = ft.fixed[i][j] + e[j]
			e[j] -= u[j]
		}
		if !r.any {
			continue
		}
		n++
		total.addOuter(&e, &e, 1)
		if used {
			total.add(&left, 1)
			total.add(&p.cond, -1) // counted with its cell
		}
	}
	ft.addDoubt(ps, &total)
	var sigma mat9
	sigma.add(&total, 1/(n+pseudo))
	sigma.add(&ft.sigma0, pseudo/(n+pseudo))
	ft.sigma = sigma
}

// addDoubt adds, for all rows with national scores, what is left of the
// covariance of missing ones and what is not known of the agency's effect.
func (ft *fitter) addDoubt(ps []*pattern, total *mat9) {
	spread, order := map[*pattern]*mat9{}, []*pattern(nil)
	for k := range ft.cells {
		c, p := &ft.cells[k], ps[k]
		if !c.any {
			continue
		}
		if spread[p] == nil {
			spread[p], order = &mat9{}, append(order, p)
		}
		spread[p].add(&ft.spread[c.agency], c.rows)
		total.add(&p.cond, c.rows)
	}
	for _, p := range order {
		gv := p.gain.mul(spread[p])
		back := p.gain.transpose()
		gvg := gv.mul(&back)
		total.add(&gvg, 1)
	}
}

// yearVariance is how much a year's strictness moves from the year before.
func (m *structural) yearVariance() {
	area := meanTau(m.tau[:Performance+1])
	survey := meanTau(m.tau[IPAK:])
	m.yearArea = walkVariance(area, 0.10)
	m.yearSurvey = walkVariance(survey, 0.03)
}

func meanTau(tau [][]float64) []float64 {
	mean := make([]float64, len(tau[0]))
	for _, t := range tau {
		for k, v := range t {
			mean[k] += v / float64(len(tau))
		}
	}
	return mean
}

// walkVariance is shrunken to a usual step with the weight of three.
func walkVariance(tau []float64, usual float64) float64 {
	const weight = 3
	v := weight * usual * usual
	for k := 1; k < len(tau); k++ {
		d := tau[k] - tau[k-1]
		v += d * d
	}
	return v / float64(weight+max(len(tau)-1, 0))
}

// perfectWidth is how much wider the scores of all-perfect worksheets scatter.
func (ft *fitter) perfectWidth() float64 {
	const weight, usual = 20, 1.5
	inv := ft.sigma.inverse()
	s, n := weight*usual*Performance, weight*float64(Performance)
	for i, r := range ft.rs {
		if !r.perfect || !r.whole {
			continue
		}
		e := ft.residual(i)
		for j := range Parts {
			e[j] -= ft.effect[r.agency][j]
		}
		s += inv.quad(&e) * Performance / Parts
		n += Performance
	}
	return max(1, s/n)
}
