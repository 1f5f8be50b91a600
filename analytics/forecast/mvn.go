package forecast

import "math"

// lattice is a fixed set of quasi-random points in the unit cube of dimension
// Parts: the R sequence (Roberts 2018), u_k = frac(1/2 + k alpha_j) with
// alpha_j = g^-(j+1) and g the positive root of g^(Parts+1) = g + 1, pushed
// through the normal quantile. Every nominee and every what-if uses the same
// points, so their differences are smooth.
type lattice []vec

func newLattice(n int) lattice {
	g := 2.0
	for range 64 {
		g = math.Pow(1+g, 1/float64(Parts+1))
	}
	l := make(lattice, n)
	for k := range l {
		alpha := 1.0
		for j := range Parts {
			alpha /= g
			_, u := math.Modf(0.5 + float64(k+1)*alpha)
			l[k][j] = probit(u)
		}
	}
	return l
}

// fine are the points every forecast uses; 1,024 leave an error of about 0.005.
var fine = newLattice(1024)

// coarse are those a back-test uses, whose chances are only counted together:
// the error is about 0.008.
var coarse = newLattice(512)

// chances are what the points say about criteria.
type chances struct {
	all  float64   // every criterion met
	each []float64 // each criterion met
	only []float64 // every criterion met but this one
	grad vec       // d all / d mean
}

// chancesOf is the share of points that meet the criteria. detail asks for
// each criterion and the gradient.
func chancesOf(d *predicted, criteria []Criterion, points lattice, detail bool) chances {
	l := d.cov.cholesky()
	t := thresholds(criteria)
	out := chances{}
	if detail {
		out.each, out.only = make([]float64, len(criteria)), make([]float64, len(criteria))
	}
	hits, sum := 0, vec{}
	var least vec // thresholds of single parts
	for j := range least {
		least[j] = math.Inf(-1)
	}
	for i := range t {
		if j := t[i].part; j >= 0 {
			least[j] = max(least[j], t[i].z)
		}
	}
	for k := range points {
		e := &points[k]
		var y vec
		ok := true
		for i := range Parts {
			z, row := d.mean[i], &l[i]
			for j := 0; j <= i; j++ { // without a slice, whose bounds take half the time
				z += row[j] * e[j]
			}
			y[i] = z
			if z < least[i] {
				if ok = false; !detail {
					break
				}
			}
		}
		if ok || detail {
			ok = out.count(criteria, t, &y, detail, k)
		}
		if ok {
			hits++
			for j := range sum {
				sum[j] += e[j]
			}
		}
	}
	n := float64(len(points))
	out.all = float64(hits) / n
	for i := range out.each {
		out.each[i] /= n
		out.only[i] /= n
	}
	out.grad = solveUpper(&l, &sum, n)
	return out
}

// count holds one point against the criteria and reports whether it meets them
// all. Without detail those of single parts are known to hold. Of points that
// miss two already, only every fourth is tried on the sums, and counts four.
func (ch *chances) count(criteria []Criterion, t []threshold, y *vec, detail bool, k int) bool {
	failed, at := 0, -1
	if detail {
		for i := range t {
			if j := t[i].part; j >= 0 && y[j] >= t[i].z {
				ch.each[i]++
			} else if j >= 0 {
				failed, at = failed+1, i
			}
		}
	}
	const sample = 4
	weight := 1.0
	if failed >= 2 {
		if k%sample != 0 {
			return false
		}
		weight = sample
	}
	var a vec
	for i := range a {
		a[i] = quickAttainment(i, y[i])
	}
	for i := range t {
		if t[i].part >= 0 {
			continue
		}
		met := dot((*vec)(&criteria[i].Coef), &a) >= criteria[i].Minimum
		switch {
		case !met && !detail:
			return false
		case !met:
			failed, at = failed+1, i
		case detail:
			ch.each[i] += weight
		}
	}
	if failed == 1 {
		ch.only[at]++
	}
	return failed == 0
}

// solveUpper is the gradient of the share of points: E[1{met} C^-1 (y - mean)]
// = L'^-1 E[1{met} e].
func solveUpper(l *mat9, sum *vec, n float64) (g vec) {
	for i := Parts - 1; i >= 0; i-- {
		s := sum[i] / n
		for k := i + 1; k < Parts; k++ {
			s -= l[k][i] * g[k]
		}
		if l[i][i] > 0 {
			g[i] = s / l[i][i]
		}
	}
	return g
}

type threshold struct {
	part int // -1: a sum of parts
	z    float64
}

func thresholds(criteria []Criterion) []threshold {
	t := make([]threshold, len(criteria))
	for i := range criteria {
		t[i].part = criteria[i].single()
		if j := t[i].part; j >= 0 {
			a := criteria[i].Minimum / criteria[i].Coef[j]
			t[i].z = math.Inf(-1) // met by anybody
			if lo := attainmentFloor(j); a > lo {
				t[i].z = rawLogit(j, a)
			}
		}
	}
	return t
}

// attainmentFloor is the least attainment there can be: a survey of 1.
func attainmentFloor(part int) float64 {
	if part >= IPAK {
		return 0.25
	}
	return 0
}

// rawLogit inverts attainment without pulling in the ends: a minimum of 100 %
// cannot be met.
func rawLogit(part int, a float64) float64 {
	if part >= IPAK {
		a = (4*a - 1) / 3
	}
	if a >= 1 {
		return math.Inf(1)
	}
	return logit(a)
}

func dotSkip(w *[Parts]float64, a *vec) (s float64) {
	for j, c := range w {
		s += c * a[j]
	}
	return s
}
