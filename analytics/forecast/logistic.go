package forecast

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Logistic is a logistic regression with a Gaussian prior on each coefficient
// (ridge; Hoerl and Kennard 1970) and, where groups are given, a random
// intercept for each group.
type Logistic struct {
	Intercept float64
	Coef      []float64
	Group     []float64 // by group
}

// LogisticData is what a logistic regression is fitted to: rows of columns, an
// outcome 0 or 1 a row. Groups is nil or the group of each row. Weights is nil
// or each row's weight.
type LogisticData struct {
	X       *mat.Dense
	Y       []float64
	Weights []float64
	Groups  []int
	NGroups int
}

// LogisticPrior pulls coefficients to Mean with precision Ridge (both by
// column; Mean nil is 0) and groups to 0 with precision GroupRidge. The
// intercept is pulled to 0 with precision InterceptRidge.
type LogisticPrior struct {
	Mean           []float64
	Ridge          []float64
	GroupRidge     float64
	InterceptRidge float64
}

// sample is how many rows share one row in the first look at many rows, and
// sampleMinimum how many rows that look must have.
const (
	sample        = 8
	sampleMinimum = 1000
)

// FitLogistic maximises the penalised likelihood by Newton's method with step
// halving: the sum of log losses plus half of each precision times the squared
// distance from the prior's mean. Groups, each in its own rows only, are
// eliminated by a Schur complement. Many rows are begun from the fit of every
// eighth, and curvature is computed again only where a step with the last one
// brings too little (the chord method; Kelley 1995, section 5.4): a gradient
// costs a row's columns, a curvature their square. It stops when no gradient
// exceeds 1e-9 of the rows, and fails if that is not reached in 100 steps.
func FitLogistic(d LogisticData, prior LogisticPrior) (*Logistic, error) {
	n, p := d.X.Dims()
	start := &Logistic{Coef: make([]float64, p), Group: make([]float64, d.NGroups)}
	copy(start.Coef, prior.Mean)
	if n >= sample*sampleMinimum {
		if near, err := fitFrom(d.sampled(), prior, start, 1e-4); err == nil {
			start = near
		}
	}
	return fitFrom(d, prior, start, 1e-12)
}

// sampled is every eighth row with the weight of eight.
func (d *LogisticData) sampled() LogisticData {
	n, p := d.X.Dims()
	k := (n + sample - 1) / sample
	out := LogisticData{X: mat.NewDense(k, p, nil), Y: make([]float64, k), Weights: make([]float64, k), NGroups: d.NGroups}
	if d.Groups != nil {
		out.Groups = make([]int, k)
	}
	for i := range k {
		out.X.SetRow(i, d.X.RawRowView(i*sample))
		out.Y[i], out.Weights[i] = d.Y[i*sample], sample
		if d.Weights != nil {
			out.Weights[i] *= d.Weights[i*sample]
		}
		if d.Groups != nil {
			out.Groups[i] = d.Groups[i*sample]
		}
	}
	return out
}

// fitFrom is Newton's method from a start until no gradient exceeds the
// tolerance times the rows.
func fitFrom(d LogisticData, prior LogisticPrior, fit *Logistic, tolerance float64) (*Logistic, error) {
	n, p := d.X.Dims()
	s := newtonState{d: d, prior: prior, mu: make([]float64, n), block: mat.NewDense(min(max(n, 1), 512), p+1, nil)}
	loss := s.loss(fit)
	before := 0.0 // the gradient at the step before
	for range 100 {
		grad := s.slope(fit)
		if s.gradient < tolerance*float64(max(n, 1)) {
			return fit, nil
		}
		const enough = 0.2 // what is left of the gradient after a good step
		if s.gradient > enough*before {
			s.bend()
		}
		before = s.gradient
		step := s.solve(grad)
		scale := 1.0
		for {
			next := fit.moved(step, scale)
			l := s.loss(next)
			if l <= loss+1e-12*math.Abs(loss) || scale < 1e-8 {
				fit, loss = next, l
				break
			}
			scale /= 2
			before = 0 // a step that was too long: look at the curvature again
		}
	}
	return nil, errors.New("forecast: the logistic regression did not converge in 100 Newton steps; check for columns that are not finite")
}

type newtonState struct {
	d        LogisticData
	prior    LogisticPrior
	mu       []float64 // chance of each row
	block    *mat.Dense
	gradient float64 // largest component
	chol     mat.Cholesky
	cross    []float64 // curvature between groups and columns
	diag     []float64 // of groups
}

// Linear is the log odds of a row in a group; a group outside the fit, such as
// -1, has no effect of its own.
func (l *Logistic) Linear(x []float64, group int) float64 {
	s := l.Intercept + floats.Dot(l.Coef, x)
	if group >= 0 && group < len(l.Group) {
		s += l.Group[group]
	}
	return s
}

func (l *Logistic) moved(step []float64, scale float64) *Logistic {
	p := len(l.Coef)
	out := &Logistic{Intercept: l.Intercept + scale*step[p], Coef: make([]float64, p), Group: make([]float64, len(l.Group))}
	for c := range out.Coef {
		out.Coef[c] = l.Coef[c] + scale*step[c]
	}
	for g := range out.Group {
		out.Group[g] = l.Group[g] + scale*step[p+1+g]
	}
	return out
}

func (s *newtonState) weight(i int) float64 {
	if s.d.Weights == nil {
		return 1
	}
	return s.d.Weights[i]
}

func (s *newtonState) group(i int) int {
	if s.d.Groups == nil {
		return -1
	}
	return s.d.Groups[i]
}

// loss is the penalised negative log likelihood; it leaves the chances in mu.
func (s *newtonState) loss(l *Logistic) float64 {
	sum := s.prior.InterceptRidge * l.Intercept * l.Intercept / 2
	for c, b := range l.Coef {
		e := b - s.mean(c)
		sum += s.prior.Ridge[c] * e * e / 2
	}
	for _, b := range l.Group {
		sum += s.prior.GroupRidge * b * b / 2
	}
	for i := range s.mu {
		e := l.Linear(s.d.X.RawRowView(i), s.group(i))
		small := math.Exp(-math.Abs(e)) // serves the loss and the chance, without overflow
		if s.mu[i] = 1 / (1 + small); e < 0 {
			s.mu[i] *= small
		}
		sum += s.weight(i) * (max(e, 0) + math.Log1p(small) - s.d.Y[i]*e)
	}
	return sum
}

func (s *newtonState) mean(c int) float64 {
	if s.prior.Mean == nil {
		return 0
	}
	return s.prior.Mean[c]
}

// slope is the gradient at l, whose chances are in mu: of coefficients, the
// intercept, groups.
func (s *newtonState) slope(l *Logistic) []float64 {
	_, p := s.d.X.Dims()
	q := p + 1
	grad := make([]float64, q+s.d.NGroups)
	for i, mu := range s.mu {
		e := s.weight(i) * (s.d.Y[i] - mu)
		floats.AddScaled(grad[:p], e, s.d.X.RawRowView(i))
		grad[p] += e
		if g := s.group(i); g >= 0 {
			grad[q+g] += e
		}
	}
	for c := range p {
		grad[c] -= s.prior.Ridge[c] * (l.Coef[c] - s.mean(c))
	}
	grad[p] -= s.prior.InterceptRidge * l.Intercept
	for g := range l.Group {
		grad[q+g] -= s.prior.GroupRidge * l.Group[g]
	}
	s.gradient = floats.Norm(grad, math.Inf(1))
	return grad
}

// bend computes the curvature where the chances are mu. The groups, whose
// block of it is diagonal, are eliminated.
func (s *newtonState) bend() {
	n, p := s.d.X.Dims()
	q := p + 1
	hess := mat.NewSymDense(q, nil)
	s.cross, s.diag = make([]float64, s.d.NGroups*q), make([]float64, s.d.NGroups)
	for from := 0; from < n; from += 512 {
		to := min(from+512, n)
		b := s.block.Slice(0, to-from, 0, q).(*mat.Dense)
		for i := from; i < to; i++ {
			mu, row := s.mu[i], b.RawRowView(i-from)
			w := s.weight(i) * mu * (1 - mu)
			root := math.Sqrt(w)
			floats.ScaleTo(row[:p], root, s.d.X.RawRowView(i))
			row[p] = root
			if g := s.group(i); g >= 0 {
				s.diag[g] += w
				floats.AddScaled(s.cross[g*q:(g+1)*q], root, row)
			}
		}
		hess.SymRankK(hess, 1, b.T())
	}
	for c := range p {
		hess.SetSym(c, c, hess.At(c, c)+s.prior.Ridge[c])
	}
	hess.SetSym(p, p, hess.At(p, p)+s.prior.InterceptRidge+1e-12)
	if len(s.diag) > 0 {
		scaled := mat.NewDense(len(s.diag), q, nil)
		for g := range s.diag {
			s.diag[g] += s.prior.GroupRidge
			floats.ScaleTo(scaled.RawRowView(g), 1/math.Sqrt(s.diag[g]), s.cross[g*q:(g+1)*q])
		}
		hess.SymRankK(hess, -1, scaled.T())
	}
	if !s.chol.Factorize(hess) { // only by rounding: lean on the diagonal
		for c := range q {
			hess.SetSym(c, c, hess.At(c, c)*(1+1e-8)+1e-8)
		}
		s.chol.Factorize(hess)
	}
}

// solve is the step that the gradient asks for.
func (s *newtonState) solve(grad []float64) []float64 {
	q := s.chol.SymmetricDim()
	step := make([]float64, len(grad))
	rhs := slices.Clone(grad[:q])
	for g, d := range s.diag {
		floats.AddScaled(rhs, -grad[q+g]/d, s.cross[g*q:(g+1)*q])
	}
	v := mat.NewVecDense(q, step[:q])
	if err := s.chol.SolveVecTo(v, mat.NewVecDense(q, rhs)); err != nil {
		var ill mat.Condition
		if !errors.As(err, &ill) { // an ill condition is a warning; the step is checked by the loss
			return step
		}
	}
	for g, d := range s.diag {
		step[q+g] = (grad[q+g] - floats.Dot(s.cross[g*q:(g+1)*q], step[:q])) / d
	}
	return step
}
