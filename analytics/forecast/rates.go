package forecast

import "gonum.org/v1/gonum/mat"

// Tally is how many passed of how many nominees.
type Tally struct{ Passed, Of float64 }

// Rates fits a logistic regression to tallies of nominees who are alike, each
// with its traits, and gives each tally's chance of passing. A trait's
// coefficient is pulled to 0 with precision ridge.
func Rates(traits [][]string, tallies []Tally, ridge float64) ([]float64, error) {
	if len(traits) == 0 {
		return nil, nil
	}
	columns := map[string]int{}
	for _, own := range traits {
		for _, t := range own {
			if _, ok := columns[t]; !ok {
				columns[t] = len(columns)
			}
		}
	}
	d := LogisticData{X: mat.NewDense(2*len(traits), len(columns), nil)}
	for k, own := range traits {
		for _, t := range own {
			d.X.Set(2*k, columns[t], 1)
			d.X.Set(2*k+1, columns[t], 1)
		}
		d.Y = append(d.Y, 1, 0)
		d.Weights = append(d.Weights, tallies[k].Passed, tallies[k].Of-tallies[k].Passed)
	}
	prior := LogisticPrior{Ridge: make([]float64, len(columns)), InterceptRidge: 1e-6}
	for c := range prior.Ridge {
		prior.Ridge[c] = ridge
	}
	fit, err := FitLogistic(d, prior)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(traits))
	for k := range out {
		out[k] = logistic(fit.Linear(d.X.RawRowView(2*k), -1))
	}
	return out, nil
}
