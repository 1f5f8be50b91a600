package forecast

import "math"

// vec and mat9 hold one number, or one covariance, for each part. They are
// arrays, for a forecast does millions of these small products.
type (
	vec  [Parts]float64
	mat9 [Parts][Parts]float64
)

func (a *mat9) times(x *vec) (y vec) {
	for i := range a {
		for j := range x {
			y[i] += a[i][j] * x[j]
		}
	}
	return y
}

func (a *mat9) mul(b *mat9) (c mat9) {
	for i := range a {
		for k := range b {
			f := a[i][k]
			if f == 0 {
				continue
			}
			for j := range c[i] {
				c[i][j] += f * b[k][j]
			}
		}
	}
	return c
}

func (a *mat9) transpose() (t mat9) {
	for i := range a {
		for j := range a {
			t[j][i] = a[i][j]
		}
	}
	return t
}

func (a *mat9) add(b *mat9, scale float64) {
	for i := range a {
		for j := range a {
			a[i][j] += scale * b[i][j]
		}
	}
}

// addOuter adds scale x y'.
func (a *mat9) addOuter(x, y *vec, scale float64) {
	for i := range a {
		f := scale * x[i]
		for j := range a {
			a[i][j] += f * y[j]
		}
	}
}

func (a *mat9) quad(x *vec) float64 { y := a.times(x); return dot(&y, x) }

func dot(x, y *vec) (s float64) {
	for i := range x {
		s += x[i] * y[i]
	}
	return s
}

func diagonal(d vec) (a mat9) {
	for i := range a {
		a[i][i] = d[i]
	}
	return a
}

func identity() mat9 {
	var one vec
	for i := range one {
		one[i] = 1
	}
	return diagonal(one)
}

// cholesky is the lower factor. A direction without variance (a score that is
// known) gets a zero column.
func (a *mat9) cholesky() (l mat9) {
	for j := range a {
		d := a[j][j]
		for k := range j {
			d -= l[j][k] * l[j][k]
		}
		if d <= 1e-12 {
			continue
		}
		l[j][j] = math.Sqrt(d)
		for i := j + 1; i < Parts; i++ {
			s := a[i][j]
			for k := range j {
				s -= l[i][k] * l[j][k]
			}
			l[i][j] = s / l[j][j]
		}
	}
	return l
}

// inverse of a positive definite matrix.
func (a *mat9) inverse() mat9 {
	l := a.cholesky()
	var inv mat9
	for c := range a {
		var y vec
		for i := range y {
			s := 0.0
			if i == c {
				s = 1
			}
			for k := range i {
				s -= l[i][k] * y[k]
			}
			if l[i][i] > 0 {
				y[i] = s / l[i][i]
			}
		}
		for i := Parts - 1; i >= 0; i-- {
			s := y[i]
			for k := i + 1; k < Parts; k++ {
				s -= l[k][i] * inv[k][c]
			}
			if l[i][i] > 0 {
				inv[i][c] = s / l[i][i]
			}
		}
	}
	for i := range inv { // symmetric to the last bit
		for j := range i {
			m := (inv[i][j] + inv[j][i]) / 2
			inv[i][j], inv[j][i] = m, m
		}
	}
	return inv
}
