package stat

import "math"

// Phi is the standard normal distribution function.
func Phi(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// density is the standard normal density.
func density(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }

// Z is the standard normal quantile of p, 0 < p < 1.
func Z(p float64) float64 { return -math.Sqrt2 * math.Erfcinv(2*p) }

// sumBelow is P(N <= k) for a sum of independent indicators with mean, variance
// and third central moment as given: the normal distribution with continuity
// and skewness corrections (Volkova 1996; Hong 2013, section 3.2). Within .004
// of the exact value for variances from 1 on.
func sumBelow(k, mean, variance, third float64) float64 {
	if variance < 1e-12 {
		if k >= mean-1e-9 {
			return 1
		}
		return 0
	}
	sd := math.Sqrt(variance)
	z := (k + 0.5 - mean) / sd
	p := Phi(z) + third/(variance*sd)*(1-z*z)*density(z)/6
	return min(max(p, 0), 1)
}
