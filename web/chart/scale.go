package chart

import "math"

// scale maps values to coordinates.
type scale struct{ min, max, from, to float64 }

func (s scale) at(v float64) float64 {
	if s.max == s.min {
		return s.from
	}
	v = math.Min(math.Max(v, s.min), s.max)
	return s.from + (v-s.min)/(s.max-s.min)*(s.to-s.from)
}

// ticks are round numbers from min to max, about n of them. Integer scales do
// not get fractions.
func ticks(low, high float64, n int, whole bool) []float64 {
	if high <= low {
		high = low + 1
	}
	step := niceStep((high - low) / float64(n))
	if whole && step < 1 {
		step = 1
	}
	var out []float64
	for i := math.Floor(low / step); ; i++ {
		v := i * step
		if v >= low-step/1e6 {
			out = append(out, v)
		}
		if v >= high-step/1e6 {
			return out
		}
	}
}

func niceStep(raw float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(raw)))
	switch f := raw / p; {
	case f <= 1:
		return p
	case f <= 2:
		return 2 * p
	case f <= 5:
		return 5 * p
	}
	return 10 * p
}
