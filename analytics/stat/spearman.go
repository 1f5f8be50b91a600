package stat

import (
	"cmp"
	"math"
	"slices"
)

// Spearman is the rank correlation of two lists of equal length, equal values
// sharing the mean of their ranks (Spearman 1904). ok is false for fewer than
// three pairs, and where all values of a list are equal.
func Spearman(x, y []float64) (rho float64, ok bool) {
	if len(x) != len(y) || len(x) < 3 {
		return 0, false
	}
	rx, ry := midRanks(x), midRanks(y)
	mid := float64(len(x)+1) / 2 // the mean of any list's mid-ranks
	var xy, xx, yy float64
	for i := range rx {
		dx, dy := rx[i]-mid, ry[i]-mid
		xy, xx, yy = xy+dx*dy, xx+dx*dx, yy+dy*dy
	}
	if xx == 0 || yy == 0 {
		return 0, false
	}
	return max(-1, min(1, xy/math.Sqrt(xx*yy))), true
}

// midRanks gives each value its rank from 1, and equal ones the mean of theirs.
func midRanks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	out := make([]float64, len(x))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && x[order[to]] == x[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			out[i] = float64(from+to+1) / 2
		}
		from = to
	}
	return out
}

// SpearmanInterval is the 95 % interval of a rank correlation over n pairs by
// Fisher's transformation with the variance (1 + rho^2/2)/(n-3) (Bonett and
// Wright 2000, Psychometrika 65:23-28). ok is false for fewer than four pairs,
// and for a correlation of one, which the transformation does not take.
func SpearmanInterval(rho float64, n int) (low, high float64, ok bool) {
	if n < 4 || math.Abs(rho) >= 1 {
		return 0, 0, false
	}
	z, half := math.Atanh(rho), z95*math.Sqrt((1+rho*rho/2)/float64(n-3))
	return math.Tanh(z - half), math.Tanh(z + half), true
}
