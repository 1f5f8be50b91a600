package forecast

import "gonum.org/v1/gonum/mat"

// regress finds coefficients and yearly levels for responses that are all
// there, by ridge with bounds.
func (ft *fitter) regress() {
	_, w := ft.x.Dims()
	p := ft.frame.width()
	xv, ownV := make([]vec, w), ownValues{}
	for i, r := range ft.rs {
		v := ft.full[i]
		for j := range v {
			v[j] -= ft.effect[r.agency][j]
			for c, o := range &ft.own[i][j] {
				ownV[j][c] += o * v[j]
			}
		}
		for c, x := range ft.x.RawRowView(i) {
			if x == 0 {
				continue // most are levels of kind, type and region
			}
			out := &xv[c]
			for j := range v {
				out[j] += x * v[j]
			}
		}
	}
	common := ft.commonPrior()
	rhs := make([]float64, w)
	for j := range Parts {
		for c := range w {
			rhs[c] = xv[c][j]
			if c < p && pinned(j, c) {
				rhs[c] = 0
			}
		}
		for c, v := range ownV[j] {
			rhs[c] += v
		}
		for c := range p {
			prior := ft.prior[j][c]
			if j < Areas {
				prior = common[c]
			}
			rhs[c] += ft.pull[j][c] * prior
		}
		for k := range ft.years {
			rhs[p+k] += pullLevel * ft.centre[j]
		}
		b := boundedSolve(ft.inv[j], rhs)
		copy(ft.beta[j], b[:p])
		copy(ft.tau[j], b[p:])
	}
	ft.predictAll()
}

// commonPrior is what the coefficients of areas are pulled to: their own mean,
// itself pulled to the prior.
func (ft *fitter) commonPrior() []float64 {
	th := make([]float64, ft.frame.width())
	for c := range th {
		for j := range Areas {
			th[c] += pullArea * ft.beta[j][c]
		}
		th[c] = (th[c] + pullCommon*ft.prior[0][c]) / (Areas*pullArea + pullCommon)
	}
	return th
}

// predictAll recomputes the fixed part of every row; coefficients are scaled.
func (ft *fitter) predictAll() {
	_, w := ft.x.Dims()
	p := ft.frame.width()
	b := make([]vec, w)
	for j := range Parts {
		for c := ownColumns; c < p; c++ {
			if !pinned(j, c) {
				b[c][j] = ft.beta[j][c]
			}
		}
		for k := range ft.years {
			b[p+k][j] = ft.tau[j][k]
		}
	}
	for i := range ft.rs {
		f := vec{}
		for c, x := range ft.x.RawRowView(i) {
			if x == 0 {
				continue
			}
			add := &b[c]
			for j := range f {
				f[j] += x * add[j]
			}
		}
		for j := range f {
			for c, o := range &ft.own[i][j] {
				f[j] += o * ft.beta[j][c]
			}
		}
		ft.fixed[i] = f
	}
}

// boundedSolve minimises b'Ab/2 - rhs'b with the bounded coefficients at least
// 0, given the inverse of A, by active sets: a coefficient below 0 is held at
// 0, and let go when its multiplier turns negative.
func boundedSolve(inv *mat.SymDense, rhs []float64) []float64 {
	w := len(rhs)
	free := make([]float64, w)
	mat.NewVecDense(w, free).MulVec(inv, mat.NewVecDense(w, rhs))
	held := []int{}
	b := append([]float64(nil), free...)
	for range 2 * fixedColumns {
		worst, at := -1e-12, -1
		for c := range min(fixedColumns, w) {
			if bounded[c] && b[c] < worst {
				worst, at = b[c], c
			}
		}
		if at < 0 {
			return b
		}
		held = append(held, at)
		for len(held) > 0 {
			lambda := multipliers(inv, free, held)
			drop := -1
			for k, l := range lambda {
				if l < 0 && (drop < 0 || l < lambda[drop]) {
					drop = k
				}
			}
			if drop >= 0 {
				held = append(held[:drop], held[drop+1:]...)
				continue
			}
			copy(b, free)
			for k, c := range held {
				for i := range b {
					b[i] += inv.At(i, c) * lambda[k]
				}
			}
			for _, c := range held {
				b[c] = 0
			}
			break
		}
	}
	return b
}

// multipliers solve for what holds the given coefficients at 0.
func multipliers(inv *mat.SymDense, free []float64, held []int) []float64 {
	k := len(held)
	a, y := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil)
	for i, c := range held {
		y.SetVec(i, -free[c])
		for j, d := range held[:i+1] {
			a.SetSym(i, j, inv.At(c, d))
		}
	}
	var chol mat.Cholesky
	chol.Factorize(a)
	var l mat.VecDense
	if err := chol.SolveVecTo(&l, y); err != nil {
		return make([]float64, k)
	}
	return l.RawVector().Data
}
