package forecast

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// structural is the model of the national team's scores: doc.go, "The
// structural model".
type structural struct {
	frame *frame
	years []int // with a strictness of their own, ascending

	beta  [Parts][]float64 // by column, on the columns' own units
	tau   [Parts][]float64 // by year
	scale []float64        // of the shared columns
	own   [Parts][ownColumns]float64
	inv   [Parts]*mat.SymDense // inverse of the penalised Gram matrix of scaled columns and years
	base  vec                  // level where no year has one
	lever [Parts]float64       // cases over cases with the part observed

	sigma, omega mat9 // of a nominee, of an agency
	effect       []vec
	spread       []mat9 // what is not known of effect

	yearArea, yearSurvey float64 // variance of a year's strictness
	perfectFactor        float64 // how much wider an all-perfect worksheet's scores are
	gate                 gates
}

// Penalties, in units of residual variance over a column's variance.
const (
	pullArea   = 600 // toward the mean of the areas' coefficients
	pullCommon = 200 // of that mean, and of other parts, toward the prior
	pullLevel  = 1e-3
	pseudo     = 20 // cases and agencies the prior covariances count for
	walk       = 0.25 / (0.12 * 0.12)
)

// fitter holds one fit under way.
type fitter struct {
	*structural
	rs      []*record
	x       *mat.Dense // rows x (columns and years), shared columns scaled, own columns zero
	own     []ownValues
	full    []vec // responses, missing ones imputed
	fixed   []vec
	prior   [Parts][]float64 // scaled
	pull    [Parts][]float64
	centre  vec // mean of the observed responses
	sigma0  mat9
	told    []bool     // by row: its outcome says more than its scores
	outcome []censored // what it says, as of the last pass
	cells   []cell
	cellOf  []int // by row
}

// ownValues are a row's own columns of each part.
type ownValues [Parts][ownColumns]float64

// cell is an agency's rows of one set of observed parts: what a pass needs of
// them is the same for all but for their residuals, which are summed.
type cell struct {
	agency int
	seen   [Parts]bool
	any    bool
	rows   float64
}

// fit estimates the model from every record with national scores or a telling
// outcome, by EM (Dempster, Laird and Rubin 1977; for the mixed model Laird and
// Ware 1982).
func fit(rs []record, f *frame, iterations int) *structural {
	m := &structural{frame: f}
	m.gate = fitGates(rs)
	ft := &fitter{structural: m}
	seen := map[int]bool{}
	for i := range rs {
		if rs[i].any || rs[i].tells() {
			ft.rs = append(ft.rs, &rs[i])
			seen[rs[i].year] = true
		}
	}
	m.years = sortedYears(seen)
	ft.columns()
	ft.gram()
	ft.start()
	for range iterations {
		ft.regress()
		ft.agencies()
		ft.impute()
	}
	m.yearVariance()
	m.perfectFactor = ft.perfectWidth()
	return m
}

// tells reports whether a record's outcome says something of its scores.
func (r *record) tells() bool {
	return r.c.Outcome != nil && r.c.Outcome.Stage != Administration
}

// offset is the part of a response taken over from the year's internal mean.
func (r *record) offset(part int) float64 {
	if part < Areas {
		return r.mean[part]
	}
	return 0
}

func (ft *fitter) columns() {
	n, p := len(ft.rs), ft.frame.width()
	w := p + len(ft.years)
	ft.x = mat.NewDense(max(n, 1), w, nil)
	ft.own = make([]ownValues, n)
	yearAt := map[int]int{}
	for k, y := range ft.years {
		yearAt[y] = k
	}
	for i, r := range ft.rs {
		row := ft.x.RawRowView(i)
		ft.frame.shared(r, row[:p])
		row[p+yearAt[r.year]] = 1
		for j := range Parts {
			ft.own[i][j] = own(r, j)
		}
	}
	_, ft.scale = deviations(ft.x, n, p)
	for c := range ownColumns {
		ft.scale[c] = 0 // see scaleOwn
	}
	for i := range n {
		row := ft.x.RawRowView(i)[ownColumns:p]
		floats.Div(row, ft.scale[ownColumns:])
	}
	ft.scaleOwn(n)
}

// sortCells puts rows of one agency and one set of observed parts together.
func (ft *fitter) sortCells() {
	type key struct {
		agency int
		seen   [Parts]bool
	}
	at := map[key]int{}
	ft.cellOf = make([]int, len(ft.rs))
	for i, r := range ft.rs {
		k, ok := at[key{r.agency, r.seen}]
		if !ok {
			k = len(ft.cells)
			at[key{r.agency, r.seen}] = k
			ft.cells = append(ft.cells, cell{agency: r.agency, seen: r.seen, any: r.any})
		}
		ft.cellOf[i] = k
		ft.cells[k].rows++
	}
}

// scaleOwn divides the own columns by their deviation, the areas by a common
// one, so that their coefficients can be compared.
func (ft *fitter) scaleOwn(n int) {
	for c := range ownColumns {
		area := 0.0
		for j := range Parts {
			s := deviation(n, func(i int) float64 { return ft.own[i][j][c] })
			ft.structural.own[j][c] = s
			if j < Areas {
				area += s / Areas
			}
		}
		for j := range Parts {
			if j < Areas {
				ft.structural.own[j][c] = area
			}
			for i := range n {
				ft.own[i][j][c] /= ft.structural.own[j][c]
			}
		}
	}
}

// deviation is a standard deviation, 1 for a column that does not vary.
func deviation(n int, at func(int) float64) float64 {
	s, q := 0.0, 0.0
	for i := range n {
		s += at(i)
	}
	for i := range n {
		d := at(i) - s/float64(n)
		q += d * d
	}
	if q <= 1e-12*float64(n) || n < 2 {
		return 1
	}
	return math.Sqrt(q / float64(n))
}

// deviations are the means and standard deviations of the first columns of a
// matrix's first n rows; the latter 1 for a column that does not vary.
func deviations(x *mat.Dense, n, columns int) (mean, sd []float64) {
	mean, sd = make([]float64, columns), make([]float64, columns)
	for i := range n {
		floats.Add(mean, x.RawRowView(i)[:columns])
	}
	floats.Scale(1/float64(max(n, 1)), mean)
	for i := range n {
		for c, v := range x.RawRowView(i)[:columns] {
			d := v - mean[c]
			sd[c] += d * d
		}
	}
	for c, q := range sd {
		if sd[c] = math.Sqrt(q / float64(max(n, 1))); q <= 1e-12*float64(n) || n < 2 {
			sd[c] = 1
		}
	}
	return mean, sd
}

// gram inverts the penalised normal equations of each part, once.
func (ft *fitter) gram() {
	p := ft.frame.width()
	_, w := ft.x.Dims()
	var shared mat.SymDense
	shared.SymOuterK(1, ft.x.T())
	for j := range Parts {
		a := mat.NewSymDense(w, nil)
		a.CopySym(&shared)
		ft.crossOwn(a, j)
		ft.prior[j], ft.pull[j] = make([]float64, w), make([]float64, w)
		for c := range p {
			if pinned(j, c) {
				for k := range w {
					a.SetSym(c, k, 0)
				}
			}
			ft.pull[j][c] = pullCommon
			if j < Areas {
				ft.pull[j][c] = pullArea
			}
			if c < fixedColumns {
				ft.prior[j][c] = priorCoefficient(j, c) * ft.unit(j, c)
			}
			a.SetSym(c, c, a.At(c, c)+ft.pull[j][c])
		}
		for k := range len(ft.years) {
			a.SetSym(p+k, p+k, a.At(p+k, p+k)+pullLevel)
			if k > 0 { // a year's strictness starts from the year before
				gap := float64(ft.years[k] - ft.years[k-1])
				a.SetSym(p+k, p+k, a.At(p+k, p+k)+walk/gap)
				a.SetSym(p+k-1, p+k-1, a.At(p+k-1, p+k-1)+walk/gap)
				a.SetSym(p+k-1, p+k, a.At(p+k-1, p+k)-walk/gap)
			}
		}
		var chol mat.Cholesky
		chol.Factorize(a) // positive definite by its ridge
		ft.inv[j] = mat.NewSymDense(w, nil)
		if err := chol.InverseTo(ft.inv[j]); err != nil {
			_ = err // only a warning on the condition; the ridge bounds it
		}
	}
}

// crossOwn adds the products of a part's own columns.
func (ft *fitter) crossOwn(a *mat.SymDense, part int) {
	_, w := ft.x.Dims()
	cross := make([]float64, ownColumns*w)
	var self [ownColumns][ownColumns]float64
	for i := range ft.rs {
		row, o := ft.x.RawRowView(i), &ft.own[i][part]
		for c, v := range o {
			if v == 0 {
				continue
			}
			floats.AddScaled(cross[c*w:(c+1)*w], v, row)
			for d := range o {
				self[c][d] += v * o[d]
			}
		}
	}
	for c := range ownColumns {
		for k := ownColumns; k < w; k++ {
			a.SetSym(c, k, cross[c*w+k])
		}
		for d := range ownColumns {
			a.SetSym(c, d, self[c][d])
		}
	}
}

// unit is what a column was divided by.
func (m *structural) unit(part, column int) float64 {
	if column < ownColumns {
		return m.own[part][column]
	}
	return m.scale[column]
}

// levelDrop is how far below the internal scores the national ones are taken
// to be before any is known, on the logit scale.
var levelDrop = vec{.5, .5, .5, .5, .5, .5, .4, .25, .25}

// start sets covariances and levels before the first pass.
func (ft *fitter) start() {
	var variance vec
	for j := range Parts {
		n, s, q, level := 0.0, 0.0, 0.0, 0.0
		for _, r := range ft.rs {
			level += r.mean[j] - r.offset(j)
			if r.seen[j] {
				y := r.y[j] - r.offset(j)
				n, s, q = n+1, s+y, q+y*y
			}
		}
		const lean = 10
		guess := level/float64(max(len(ft.rs), 1)) - levelDrop[j]
		ft.centre[j] = (s + lean*guess) / (n + lean)
		v := usualVariance[j]
		if n > 1 {
			v = (lean*v + max(q-s*s/n, 0)) / (n + lean)
		}
		variance[j] = v
		ft.lever[j] = float64(len(ft.rs)) / max(n, 1)
		ft.lever[j] = min(ft.lever[j], 10)
	}
	for i := range Parts {
		for j := range Parts {
			c := 0.0
			if i == j {
				c = 1
			} else if i < Areas && j < Areas {
				c = 0.5 // measured everywhere: areas are judged together
			}
			ft.sigma0[i][j] = 0.6 * c * sqrt(variance[i]*variance[j])
			ft.omega[i][j] = 0.15 * c * sqrt(variance[i]*variance[j])
		}
	}
	ft.sigma = ft.sigma0
	ft.told, ft.outcome = make([]bool, len(ft.rs)), make([]censored, len(ft.rs))
	ft.effect = make([]vec, len(ft.frame.names))
	ft.spread = make([]mat9, len(ft.frame.names))
	for a := range ft.spread {
		ft.spread[a] = ft.omega
	}
	ft.base = ft.centre
	ft.full, ft.fixed = make([]vec, len(ft.rs)), make([]vec, len(ft.rs))
	ft.sortCells()
	for j := range Parts {
		ft.beta[j] = make([]float64, ft.frame.width())
		ft.tau[j] = make([]float64, len(ft.years))
		for c := range min(fixedColumns, len(ft.beta[j])) {
			ft.beta[j][c] = ft.prior[j][c]
		}
		for k := range ft.tau[j] {
			ft.tau[j][k] = ft.centre[j]
		}
	}
	ft.predictAll()
	ft.impute()
}

// usualVariance is the variance of national scores between nominees, before
// any is known.
var usualVariance = vec{.25, .25, .25, .25, .25, .25, .3, .12, .12}
