package forecast

import "math"

// The oracle of a simulated programme knows the true parameters, each agency's
// true inflation, quality and admin chance, and the strictness of past years.
// It sees of a nominee what a planner could have seen: every worksheet and
// survey so far, and the national scores of earlier years. In this world that
// is a Kalman filter (Kalman 1960) for each unit, over its hidden common
// quality, survey quality, and nine parts' own quality.

const hidden = Parts + 2

type state [hidden]float64

// unitFilter is the belief about one unit's hidden deviations.
type unitFilter struct {
	m state
	p [hidden][hidden]float64
}

func newUnitFilter(w *world) *unitFilter {
	f := &unitFilter{}
	f.p[0][0], f.p[1][1] = w.common*w.common, w.survCommon*w.survCommon
	for j := range Parts {
		s := w.own(j)
		f.p[2+j][2+j] = s * s
	}
	return f
}

func (f *unitFilter) step(w *world) {
	var keep, fresh state
	keep[0], keep[1] = w.commonKeep, w.commonKeep
	fresh[0], fresh[1] = w.common, w.survCommon
	for j := range Parts {
		keep[2+j], fresh[2+j] = w.areaKeep, w.own(j)
	}
	for i := range f.m {
		f.m[i] *= keep[i]
		for j := range f.m {
			f.p[i][j] *= keep[i] * keep[j]
		}
		f.p[i][i] += fresh[i] * fresh[i] * (1 - keep[i]*keep[i])
	}
}

// loading is how a part's score depends on the hidden state.
func loading(j int) (h state) {
	h[0] = load(j)
	if j >= IPAK {
		h[1] = 1
	}
	h[2+j] = 1
	return h
}

// observe conditions on several numbers at once: y = h m + e with covariance
// common^2 (the same for all but the surveys) plus own variances. The common
// error is carried as one more hidden state.
func (f *unitFilter) observe(h []state, y, own []float64, hasCommon []bool, common float64) {
	const n = hidden + 1
	var m [n]float64
	var p [n][n]float64
	copy(m[:], f.m[:])
	for i := range f.p {
		copy(p[i][:], f.p[i][:])
	}
	p[hidden][hidden] = common * common
	for k := range y {
		var g [n]float64
		copy(g[:], h[k][:])
		if hasCommon[k] {
			g[hidden] = 1
		}
		var pg [n]float64
		s, e := own[k], y[k]
		for i := range n {
			for j := range n {
				pg[i] += p[i][j] * g[j]
			}
			s += g[i] * pg[i]
			e -= g[i] * m[i]
		}
		if s < 1e-12 {
			continue
		}
		for i := range n {
			m[i] += pg[i] * e / s
		}
		for i := range n {
			for j := range n {
				p[i][j] -= pg[i] * pg[j] / s
			}
		}
	}
	copy(f.m[:], m[:])
	for i := range f.p {
		copy(f.p[i][:], p[i][:])
	}
}

func (f *unitFilter) internal(w *world, u *worldUnit, d *drawn, y int, halved bool) {
	base, g := w.base(u), &w.agency[u.agency]
	var h []state
	var obs, own []float64
	var common []bool
	see := func(j int, v, variance float64, c bool) {
		h, obs, own, common = append(h, loading(j)), append(obs, v-base[j]), append(own, variance), append(common, c)
	}
	inf := g.inflation[y]
	if !d.perfect {
		for j := range Areas {
			if halved {
				see(j, d.half[j][0]-inf-w.compliance, w.tpiHalf*w.tpiHalf, true)
				see(j, d.half[j][1]-inf-w.reformExtra, w.tpiHalf*w.tpiHalf, true)
			} else {
				see(j, (d.half[j][0]+d.half[j][1])/2-inf-(w.compliance+w.reformExtra)/2, w.tpiHalf*w.tpiHalf/2, true)
			}
		}
	}
	see(Performance, d.perf-inf/2, w.tpiHalf*w.tpiHalf, true)
	for k := range d.survey {
		see(IPAK+k, d.survey[k]-0.12-g.survey, w.answers*w.answers/float64(d.n), false)
	}
	f.observe(h, obs, own, common, w.tpiCommon)
}

func (f *unitFilter) national(w *world, u *worldUnit, score *vec, n, y int, areas bool) {
	base := w.base(u)
	zeal := w.rise // base has been raised since for the next year
	var h []state
	var obs, own []float64
	var common []bool
	for j := range Parts {
		if j <= Performance && !areas {
			continue
		}
		v, variance := score[j]-base[j]+load(j)*zeal, w.tpnArea*w.tpnArea
		if j <= Performance {
			v += w.strict[y]
		} else {
			v += w.strictS[y]
			variance = w.answers * w.answers / float64(n)
		}
		h, obs, own, common = append(h, loading(j)), append(obs, v), append(own, variance), append(common, j <= Performance)
	}
	f.observe(h, obs, own, common, w.tpnCommon)
}

var oracleLattice = newLattice(2048)

// ask is the oracle's probability that a nominee passes.
func (w *world) ask(u *worldUnit, c *Case, y int, gap float64) float64 {
	base := w.base(u)
	f := u.filter
	d := predicted{}
	step := w.truth.strict
	if y == w.reform {
		step = w.strictReform
	}
	for i := range Parts {
		hi := loading(i)
		d.mean[i] = base[i]
		for k, v := range hi {
			d.mean[i] += v * f.m[k]
		}
		switch {
		case i <= Performance:
			d.mean[i] -= w.strict[y-1]
		default:
			d.mean[i] -= w.strictS[y-1]
		}
		for j := range Parts {
			hj := loading(j)
			for a, x := range hi {
				for b, z := range hj {
					d.cov[i][j] += x * z * f.p[a][b]
				}
			}
			switch {
			case i <= Performance && j <= Performance:
				d.cov[i][j] += step*step + w.tpnCommon*w.tpnCommon
				if i == j {
					d.cov[i][j] += w.tpnArea * w.tpnArea
				}
			case i > Performance && j > Performance:
				d.cov[i][j] += w.strictSurvey * w.strictSurvey
				if i == j {
					d.cov[i][j] += w.answers * w.answers / 65 // about the mean of 1/n over its draws
				}
			}
		}
	}
	ch := chancesOf(&d, w.programme.Rules[c.Rules].Criteria[c.Target], oracleLattice, false)
	p := ch.all * (1 - w.agency[u.agency].admin) * (1 - w.veto) * (1 - w.fieldFail(gap))
	return math.Min(math.Max(p, 0), 1)
}
