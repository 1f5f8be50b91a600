package forecast

import "math"

// logLoss of one forecast.
func logLoss(p float64, passed bool) float64 {
	if !passed {
		p = 1 - p
	}
	return -math.Log(max(p, 1e-15))
}
