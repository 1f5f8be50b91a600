package stat_test

import (
	"math"
	"testing"

	"tolok/analytics/stat"
)

// The bounds of Wilson's interval are where the score test just rejects: the p
// that solves (p̂-p)² = z² p(1-p)/n. Bisection finds them without the formula.
func TestWilsonAgreesWithTheTestItInverts(t *testing.T) {
	const z = 1.959963984540054
	rejected := func(k, n int64, p float64) bool {
		d := float64(k)/float64(n) - p
		return d*d > z*z*p*(1-p)/float64(n)
	}
	for n := int64(1); n <= 60; n++ {
		for k := int64(0); k <= n; k++ {
			low, high := stat.Wilson(k, n)
			wantLow := bisect(0, float64(k)/float64(n), func(p float64) bool { return rejected(k, n, p) })
			wantHigh := 1 - bisect(0, 1-float64(k)/float64(n), func(q float64) bool { return rejected(k, n, 1-q) })
			if math.Abs(low-wantLow) > 1e-9 || math.Abs(high-wantHigh) > 1e-9 {
				t.Fatalf("Wilson(%d, %d) = %.10f … %.10f, bisection %.10f … %.10f", k, n, low, high, wantLow, wantHigh)
			}
		}
	}
}

// bisect finds where out turns from true to false between lo and hi.
func bisect(lo, hi float64, out func(float64) bool) float64 {
	for range 200 {
		if mid := (lo + hi) / 2; out(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// A census has no sampling error; without a known population there is no
// correction.
func TestMeanInterval(t *testing.T) {
	if low, high := stat.MeanInterval(3.5, 0.6, 40, 40); low != 3.5 || high != 3.5 {
		t.Errorf("everybody asked: %v … %v, want 3.5 … 3.5", low, high)
	}
	low, high := stat.MeanInterval(3.62, 0.5, 30, 0)
	if math.Abs(low-3.44108) > 1e-5 || math.Abs(high-3.79892) > 1e-5 { // 3.62 ± 1.959964 x 0.5 / sqrt(30), by hand
		t.Errorf("30 respondents: %.5f … %.5f", low, high)
	}
}
