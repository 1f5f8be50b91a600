package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The example of R's statpsych 1.6.0, ci.spear: estimate and 95 % limits.
func TestSpearmanAgainstStatpsych(t *testing.T) {
	y := []float64{21, 4, 9, 12, 35, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19}
	x := []float64{67, 28, 30, 28, 52, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51}
	rho, ok := Spearman(x, y)
	low, high, known := SpearmanInterval(rho, len(x))
	if !ok || !known {
		t.Fatal("no correlation")
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{{"estimate", rho, 0.8699639}, {"low", low, 0.5840951}, {"high", high, 0.9638297}} {
		if math.Abs(c.got-c.want) > 1e-7 {
			t.Errorf("%s is %.7f, want %.7f", c.name, c.got, c.want)
		}
	}
}

// Without ties the correlation is 1 - 6 sum d^2 / (n^3 - n), and no growing
// change of a list moves it.
func TestSpearmanOfRanks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 3; n < 40; n++ {
		x, y, grown := make([]float64, n), make([]float64, n), make([]float64, n)
		var squares float64
		for i, p := range rng.Perm(n) {
			x[i], y[i], grown[i] = float64(i), float64(p), math.Exp(float64(p)/7)
			squares += float64((i - p) * (i - p))
		}
		rho, _ := Spearman(x, y)
		if want := 1 - 6*squares/float64(n*n*n-n); math.Abs(rho-want) > 1e-12 {
			t.Errorf("n=%d: %v, want %v", n, rho, want)
		}
		if again, _ := Spearman(x, grown); again != rho {
			t.Errorf("n=%d: a growing change of values moves %v to %v", n, rho, again)
		}
	}
}

func TestSpearmanNotKnown(t *testing.T) {
	for _, c := range []struct {
		name string
		x, y []float64
	}{
		{"nothing", nil, nil},
		{"two pairs", []float64{1, 2}, []float64{2, 1}},
		{"all equal", []float64{1, 1, 1}, []float64{1, 2, 3}},
		{"unequal lengths", []float64{1, 2, 3}, []float64{1, 2}},
	} {
		if rho, ok := Spearman(c.x, c.y); ok {
			t.Errorf("%s: %v", c.name, rho)
		}
	}
	if _, _, ok := SpearmanInterval(1, 20); ok {
		t.Error("a correlation of one has an interval")
	}
	if _, _, ok := SpearmanInterval(0.3, 3); ok {
		t.Error("three pairs have an interval")
	}
}

// Of pairs drawn independently, about 95 of 100 intervals hold zero: between
// 93.1 and 96.9 % over 2,000 draws (four standard errors are 1.9 points).
func TestSpearmanIntervalCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const rounds, n = 2000, 40
	held := 0
	for range rounds {
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = rng.NormFloat64(), rng.NormFloat64()
		}
		rho, _ := Spearman(x, y)
		if low, high, ok := SpearmanInterval(rho, n); ok && low <= 0 && 0 <= high {
			held++
		}
	}
	if share := float64(held) / rounds; share < 0.931 || share > 0.969 {
		t.Errorf("%.3f of the intervals hold the truth", share)
	}
}
