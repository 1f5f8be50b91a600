package forecast

import (
	"math/rand/v2"
	"slices"
)

// Reliability is a CORP reliability curve (Dimitriadis, Gneiting and Jordan
// 2021): the isotonic regression of outcomes on forecasts, which needs no
// choice of bins, and the parts of the Brier score that follow from it:
// Brier = Miscalibration - Discrimination + Uncertainty.
type Reliability struct {
	Steps          []Step
	Miscalibration float64
	Discrimination float64
	Uncertainty    float64
}

// Step is a stretch of forecasts with one calibrated value. Low and High are
// where that value would lie in 90 of 100 cases if the forecasts were right
// (consistency band).
type Step struct {
	From, To  float64 // forecasts
	Passed    float64 // share that passed
	N         int
	Low, High float64
}

// CORP makes the curve. The bands come from 500 draws of outcomes from the
// forecasts themselves, with a fixed seed.
func CORP(s []Scored) Reliability {
	sorted := byProbability(s)
	y := make([]float64, len(sorted))
	mean := 0.0
	for i, f := range sorted {
		y[i] = oneIf(f.Passed)
		mean += y[i] / float64(len(sorted))
	}
	fit := pav(sorted, y)
	var out Reliability
	out.Uncertainty = mean * (1 - mean)
	calibrated := 0.0
	for i := range fit {
		d := fit[i] - y[i]
		calibrated += d * d / float64(len(fit))
	}
	out.Miscalibration = Brier(s) - calibrated
	out.Discrimination = out.Uncertainty - calibrated
	low, high := bands(sorted)
	for i := 0; i < len(fit); {
		j := i
		for j < len(fit) && fit[j] == fit[i] {
			j++
		}
		mid := (i + j - 1) / 2
		out.Steps = append(out.Steps, Step{sorted[i].P, sorted[j-1].P, fit[i], j - i, low[mid], high[mid]})
		i = j
	}
	return out
}

// pav is isotonic regression by pooling adjacent violators (Ayer et al. 1955);
// equal forecasts are pooled first.
func pav(sorted []Scored, y []float64) []float64 {
	type block struct {
		sum float64
		n   int
	}
	var blocks []block
	for i := 0; i < len(y); {
		b := block{}
		for j := i; j < len(y) && sorted[j].P == sorted[i].P; j++ {
			b.sum += y[j]
			b.n++
		}
		i += b.n
		for len(blocks) > 0 {
			last := blocks[len(blocks)-1]
			if last.sum*float64(b.n) < b.sum*float64(last.n) {
				break
			}
			b = block{b.sum + last.sum, b.n + last.n}
			blocks = blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	out := make([]float64, 0, len(y))
	for _, b := range blocks {
		for range b.n {
			out = append(out, b.sum/float64(b.n))
		}
	}
	return out
}

// bandGrid is at how many places along the forecasts the bands are drawn.
const bandGrid = 200

// bands are the 5 % and 95 % points of the isotonic fit where the forecasts
// are right, for every forecast; between the places of the grid the value of
// the place before.
func bands(sorted []Scored) (low, high []float64) {
	const draws = 500
	n := len(sorted)
	places := min(bandGrid, n)
	at := make([][]float64, places)
	rng := rand.New(rand.NewPCG(bootstrapSeed, 2))
	y := make([]float64, n)
	for range draws {
		for i, f := range sorted {
			y[i] = oneIf(rng.Float64() < f.P)
		}
		fit := pav(sorted, y)
		for k := range at {
			at[k] = append(at[k], fit[k*n/places])
		}
	}
	low, high = make([]float64, n), make([]float64, n)
	for k := range at {
		slices.Sort(at[k])
		for i := k * n / places; i < (k+1)*n/places; i++ {
			low[i], high[i] = at[k][draws/20], at[k][draws-1-draws/20]
		}
	}
	return low, high
}

// Band is one line of "of those we said 70-80 %, x % passed".
type Band struct {
	From, To float64
	N        int
	Said     float64 // mean forecast
	Passed   float64 // share that passed
}

// Bands sorts forecasts into ten bands of equal width; an empty one has N 0.
func Bands(s []Scored) []Band {
	out := make([]Band, 10)
	for k := range out {
		out[k].From, out[k].To = float64(k)/10, float64(k+1)/10
	}
	for _, f := range s {
		b := &out[min(int(f.P*10), 9)]
		b.N++
		b.Said += f.P
		b.Passed += oneIf(f.Passed)
	}
	for k := range out {
		if n := float64(out[k].N); n > 0 {
			out[k].Said /= n
			out[k].Passed /= n
		}
	}
	return out
}
