package forecast

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Scores drawn from the model itself, a third of them missing in part, give
// the model back.
func TestParametersAreRecovered(t *testing.T) {
	truthOf := tuned(4, 500)
	truthOf.blind, truthOf.last = true, 2021
	w := makeWorld(t, truthOf)
	rs, _ := read(w.programme)
	f := newFrame(rs)
	m := fit(rs, f, emSteps)
	r := rand.New(rand.NewPCG(11, 11))
	draw := func(c *mat9) vec {
		var e vec
		for i := range e {
			e[i] = r.NormFloat64()
		}
		l := c.cholesky()
		return l.times(&e)
	}
	effect := make([]vec, len(f.names))
	for a := range effect {
		effect[a] = draw(&m.omega)
	}
	for i := range rs {
		rec := &rs[i]
		agency := rec.agency
		rec.agency = -1
		d := m.moments(rec, false, false)
		rec.agency = agency
		e := draw(&m.sigma)
		whole := r.Float64() > 1.0/3
		rec.c.Outcome = nil
		rec.any, rec.whole = true, whole
		for j := range Parts {
			rec.y[j] = d.mean[j] + effect[agency][j] + e[j]
			rec.seen[j] = whole || j >= IPAK
		}
	}
	got := fit(rs, f, 2*emSteps)
	checked, off := 0, 0
	for j := range Parts {
		if ratio := got.sigma[j][j] / m.sigma[j][j]; math.Abs(ratio-1) > 0.1 {
			t.Errorf("variance of part %d: %.4f, true %.4f", j, got.sigma[j][j], m.sigma[j][j])
		}
		if ratio := got.omega[j][j] / m.omega[j][j]; math.Abs(ratio-1) > 0.35 {
			t.Errorf("agencies' variance of part %d: %.4f, true %.4f", j, got.omega[j][j], m.omega[j][j])
		}
		for c := range fixedColumns {
			if pinned(j, c) {
				continue
			}
			se := math.Sqrt((got.sigma[j][j] + got.omega[j][j]) * got.inv[j].At(c, c) * got.lever[j])
			if b := m.beta[j][c] / m.unit(j, c) * got.unit(j, c); math.Abs(got.beta[j][c]-b) > 3*se+0.01 {
				t.Logf("part %d, column %d: %.4f, true %.4f, standard error %.4f", j, c, got.beta[j][c], b, se)
				off++
			}
			checked++
		}
	}
	if off*50 > checked { // the ridge moves a few that are nearly the same column
		t.Errorf("%d of %d coefficients are off by more than three standard errors", off, checked)
	}
	hit := 0.0
	for a := range effect {
		for j := range Parts {
			hit += oneIf(math.Abs(got.effect[a][j]-effect[a][j]) < zOf90*math.Sqrt(got.spread[a][j][j])) / float64(Parts*len(effect))
		}
	}
	t.Logf("90 %% intervals hold %.2f of the agencies' effects", hit)
	if hit < 0.8 {
		t.Errorf("90 %% intervals hold %.2f of the agencies' effects", hit)
	}
}
