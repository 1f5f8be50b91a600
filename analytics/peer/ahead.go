package peer

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Level is a true level as far as it is known: a mean and a standard error.
type Level struct{ Mean, SE float64 }

// Shrink says what a measurement of some time ago tells of a true level now.
// With sd the standard deviation of true levels around their mean and kept the
// correlation of a unit's true level then with that of now, the measurement
// counts kept·sd²/(sd²+se²) against the mean of its kind, and the variance that
// is left is sd²·(1 - kept²·sd²/(sd²+se²)): the regression of one normal
// variable on another measured with error (Efron and Morris 1975 for kept = 1).
func Shrink(measured Level, mean, sd, kept float64) Level {
	total := sd*sd + measured.SE*measured.SE
	if total == 0 {
		return measured
	}
	b := sd * sd / total
	return Level{mean + kept*b*(measured.Mean-mean), sd * math.Sqrt(max(0, 1-kept*kept*b))}
}

// Ahead is P(host's level > own level + delta), both normal and independent.
// With no doubt in either it is 0 or 1.
func Ahead(host, own Level, delta float64) float64 {
	gap, se := host.Mean-own.Mean-delta, math.Hypot(host.SE, own.SE)
	switch {
	case se > 0:
		return distuv.UnitNormal.CDF(gap / se)
	case gap > 0:
		return 1
	}
	return 0
}

// Performer is a unit's level and how many it serves.
type Performer struct {
	ID      string
	Level   float64
	Clients float64
}

// Benchmark is the achievable benchmark (Weissman et al. 1999): the mean, by
// clients, of the best units that together serve at least a share of all
// clients; n is how many they are. Equal levels go by id. ok is false where
// nobody serves anybody.
func Benchmark(all []Performer, share float64) (level float64, n int, ok bool) {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b Performer) int { return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(a.ID, b.ID)) })
	total := 0.0
	for _, p := range sorted {
		total += p.Clients
	}
	if !(total > 0) {
		return 0, 0, false
	}
	sum, clients := 0.0, 0.0
	for _, p := range sorted {
		if clients >= share*total && n > 0 {
			break
		}
		sum += p.Level * p.Clients
		clients += p.Clients
		n++
	}
	return sum / clients, n, clients > 0
}
