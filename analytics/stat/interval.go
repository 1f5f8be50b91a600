package stat

import "math"

// z95 is the 97.5 % quantile of the standard normal distribution.
const z95 = 1.959963984540054

// Wilson is the 95 % score interval of a proportion of k out of n (Wilson
// 1927; Brown, Cai and DasGupta 2001 recommend it for small n). n must be
// positive.
func Wilson(k, n int64) (low, high float64) {
	p, m := float64(k)/float64(n), float64(n)
	d := 1 + z95*z95/m
	mid := (p + z95*z95/(2*m)) / d
	half := z95 / d * math.Sqrt(p*(1-p)/m+z95*z95/(4*m*m))
	return max(0, mid-half), min(1, mid+half)
}

// MeanInterval is the 95 % interval of a mean over n respondents drawn without
// replacement from a population: normal, with the finite population
// correction (Cochran 1977, 2.12-2.14). population 0 means not known: no
// correction. n must be at least 2.
func MeanInterval(mean, sd float64, n, population int64) (low, high float64) {
	se := sd / math.Sqrt(float64(n))
	if population > 1 && population >= n {
		se *= math.Sqrt(float64(population-n) / float64(population-1))
	}
	return mean - z95*se, mean + z95*se
}
