package forecast

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Logistic is a logistic regression with a Gaussian prior on each coefficient
// (ridge; Hoerl and Kennard 1970) and, where groups are given, a random
// intercept for each group.
type Logistic struct {
	Intercept float64
	Coef      []float64
	Group     []float64 // by group
	variance  *mat.SymDense
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

// FitLogistic maximises the penalised likelihood by Newton's method with step
// halving: the sum of log losses plus half of each precision times the squared
// distance from the prior's mean. Groups, each in its own rows only, are
// eliminated by a Schur complement. It stops when no gradient exceeds 1e-9 of
// the rows, and fails if that is not reached in 100 steps.
func FitLogistic(d LogisticData, prior LogisticPrior) (*Logistic, error) {
	n, p := d.X.Dims()
	fit := &Logistic{Coef: make([]float64, p), Group: make([]float64, d.NGroups)}
	copy(fit.Coef, prior.Mean)
	s := newtonState{d: d, prior: prior, eta: make([]float64, n), block: mat.NewDense(min(max(n, 1), 512), p+1, nil)}
	loss := s.loss(fit)
	for range 100 {
		step := s.newton(fit)
		if s.gradient < 1e-9*float64(max(n, 1)) {
			fit.variance = s.inverse
			return fit, nil
		}
		scale := 1.0
		for {
			next := fit.moved(step, scale)
			l := s.loss(next)
			if l <= loss+1e-12*math.Abs(loss) || scale < 1e-8 {
				fit, loss = next, l
				break
			}
			scale /= 2
		}
	}
	return nil, errors.New("forecast: the logistic regression did not converge in 100 Newton steps; check for columns that are not finite")
}

type newtonState struct {
	d        LogisticData
	prior    LogisticPrior
	eta      []float64
	block    *mat.Dense
	gradient float64 // largest component
	inverse  *mat.SymDense
}

// Linear is the log odds of a row in a group; a group outside the fit, such as
// -1, has no effect of its own.
func (l *Logistic) Linear(x []float64, group int) float64 {
	s := l.Intercept
	for c, b := range l.Coef {
		s += b * x[c]
	}
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

// loss is the penalised negative log likelihood; it leaves the log odds in eta.
func (s *newtonState) loss(l *Logistic) float64 {
	sum := s.prior.InterceptRidge * l.Intercept * l.Intercept / 2
	for c, b := range l.Coef {
		e := b - s.mean(c)
		sum += s.prior.Ridge[c] * e * e / 2
	}
	for _, b := range l.Group {
		sum += s.prior.GroupRidge * b * b / 2
	}
	for i := range s.eta {
		e := l.Linear(s.d.X.RawRowView(i), s.group(i))
		s.eta[i] = e
		sum += s.weight(i) * (softplus(e) - s.d.Y[i]*e)
	}
	return sum
}

func (s *newtonState) mean(c int) float64 {
	if s.prior.Mean == nil {
		return 0
	}
	return s.prior.Mean[c]
}

// softplus is log(1+exp(x)) without overflow.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// newton is the step from l: coefficients, intercept, groups.
func (s *newtonState) newton(l *Logistic) []float64 {
	n, p := s.d.X.Dims()
	q := p + 1
	grad := make([]float64, q+s.d.NGroups)
	hess := mat.NewSymDense(q, nil)
	cross := make([]float64, s.d.NGroups*q)
	diag := make([]float64, s.d.NGroups)
	for from := 0; from < n; from += 512 {
		to := min(from+512, n)
		b := s.block.Slice(0, to-from, 0, q).(*mat.Dense)
		for i := from; i < to; i++ {
			mu, x, row := logistic(s.eta[i]), s.d.X.RawRowView(i), b.RawRowView(i-from)
			w := s.weight(i) * mu * (1 - mu)
			e := s.weight(i) * (s.d.Y[i] - mu)
			root := math.Sqrt(w)
			for c, v := range x {
				grad[c] += e * v
				row[c] = root * v
			}
			grad[p] += e
			row[p] = root
			if g := s.group(i); g >= 0 {
				grad[q+g] += e
				diag[g] += w
				out := cross[g*q : (g+1)*q]
				for c, v := range row {
					out[c] += root * v
				}
			}
		}
		hess.SymRankK(hess, 1, b.T())
	}
	for c := range p {
		grad[c] -= s.prior.Ridge[c] * (l.Coef[c] - s.mean(c))
		hess.SetSym(c, c, hess.At(c, c)+s.prior.Ridge[c])
	}
	grad[p] -= s.prior.InterceptRidge * l.Intercept
	hess.SetSym(p, p, hess.At(p, p)+s.prior.InterceptRidge+1e-12)
	for g := range diag {
		grad[q+g] -= s.prior.GroupRidge * l.Group[g]
		diag[g] += s.prior.GroupRidge
	}
	s.gradient = 0
	for _, g := range grad {
		s.gradient = max(s.gradient, math.Abs(g))
	}
	return s.solve(hess, cross, diag, grad)
}

// solve eliminates the groups, whose block of the Hessian is diagonal.
func (s *newtonState) solve(hess *mat.SymDense, cross, diag, grad []float64) []float64 {
	q := hess.SymmetricDim()
	rhs := append([]float64(nil), grad[:q]...)
	if len(diag) > 0 {
		scaled := mat.NewDense(len(diag), q, nil)
		for g, d := range diag {
			row, root := scaled.RawRowView(g), math.Sqrt(d)
			for c, v := range cross[g*q : (g+1)*q] {
				row[c] = v / root
				rhs[c] -= v * grad[q+g] / d
			}
		}
		hess.SymRankK(hess, -1, scaled.T())
	}
	var chol mat.Cholesky
	step := make([]float64, len(grad))
	if !chol.Factorize(hess) { // only by rounding: lean on the diagonal
		for c := range q {
			hess.SetSym(c, c, hess.At(c, c)*(1+1e-8)+1e-8)
		}
		chol.Factorize(hess)
	}
	v := mat.NewVecDense(q, step[:q])
	if err := chol.SolveVecTo(v, mat.NewVecDense(q, rhs)); err != nil {
		var ill mat.Condition
		if !errors.As(err, &ill) { // an ill condition is a warning; the step is checked by the loss
			return step
		}
	}
	for g, d := range diag {
		t := grad[q+g]
		for c, x := range cross[g*q : (g+1)*q] {
			t -= x * step[c]
		}
		step[q+g] = t / d
	}
	s.inverse = mat.NewSymDense(q, nil)
	if err := chol.InverseTo(s.inverse); err != nil {
		return step
	}
	return step
}
