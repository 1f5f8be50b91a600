package forecast

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Candidate is a way of turning the two models into one probability.
type Candidate uint8

// The candidates, from the default on.
const (
	Structural   Candidate = iota // the structural model as it is
	Recalibrated                  // its log odds moved and stretched by past results
	Stacked                       // both models' log odds, weighted by past results
	Margins                       // the logistic model, recalibrated
	Candidates                    // how many there are
)

// String is the candidate's name in reports.
func (c Candidate) String() string {
	return [...]string{"structural", "recalibrated", "stacked", "logistic"}[c]
}

// Frozen is one forecast as it was issued, kept for the years after.
type Frozen struct {
	Unit, Agency, Target string
	Cycle                int
	P                    float64             // as published
	Structural, Margins  float64             // of the two models
	Candidates           [Candidates]float64 // of every candidate
}

// layer is a recalibration learned from frozen forecasts.
type layer struct {
	kind     Candidate
	fit      *Logistic
	agencies map[string]int
}

// The layer's prior: log odds as they are, years that differ by a third of a
// logit (which are left out when forecasting), agencies by a quarter.
const (
	layerIntercept = 0.15
	layerYear      = 0.30
	layerAgency    = 0.25
	layerHalfLife  = 2 // years after which a frozen forecast counts half
	layerMinimum   = 100
)

func layerPrior(kind Candidate) (mean, sd []float64) {
	switch kind {
	case Stacked:
		return []float64{0.5, 0.5}, []float64{0.25, 0.25}
	case Margins:
		return []float64{0, 1}, []float64{1e-3, 0.12}
	}
	return []float64{1, 0}, []float64{0.20, 1e-3}
}

// logOdds is the logit of a probability kept off the ends.
func logOdds(p float64) float64 { return logit(min(max(p, 1e-4), 1-1e-4)) }

// settled is a frozen forecast whose outcome is known.
type settled struct {
	*Frozen
	passed bool
}

// settle finds the forecasts of cycles before a year whose outcome is known.
func settle(frozen []Frozen, passed map[caseKey]bool, year int) []settled {
	var rows []settled
	for i := range frozen {
		f := &frozen[i]
		if y, ok := passed[keyOfFrozen(f)]; ok && f.Cycle < year {
			rows = append(rows, settled{f, y})
		}
	}
	return rows
}

// fitLayer learns one candidate for a year from frozen forecasts. It is nil
// when there are too few.
func fitLayer(kind Candidate, rows []settled, year int) (*layer, error) {
	years, agencies := map[int]int{}, map[string]int{}
	for _, f := range rows {
		years[f.Cycle], agencies[f.Agency] = 0, 0
	}
	if len(rows) < layerMinimum {
		return nil, nil
	}
	for k, y := range sortedYears(years) {
		years[y] = k
	}
	for k, a := range sortedNames(agencies) {
		agencies[a] = k
	}
	w := 2 + len(years)
	d := LogisticData{
		X: mat.NewDense(len(rows), w, nil), Y: make([]float64, len(rows)), Weights: make([]float64, len(rows)),
		Groups: make([]int, len(rows)), NGroups: len(agencies),
	}
	for i, f := range rows {
		row := d.X.RawRowView(i)
		row[0], row[1] = logOdds(f.Structural), logOdds(f.Margins)
		row[2+years[f.Cycle]] = 1
		d.Y[i] = oneIf(f.passed)
		d.Weights[i] = math.Exp2(-float64(year-f.Cycle-1) / layerHalfLife)
		d.Groups[i] = agencies[f.Agency]
	}
	mean, sd := layerPrior(kind)
	prior := LogisticPrior{
		Mean: make([]float64, w), Ridge: make([]float64, w),
		InterceptRidge: 1 / (layerIntercept * layerIntercept), GroupRidge: 1 / (layerAgency * layerAgency),
	}
	for c := range w {
		prior.Ridge[c] = 1 / (layerYear * layerYear)
		if c < 2 {
			prior.Mean[c], prior.Ridge[c] = mean[c], 1/(sd[c]*sd[c])
		}
	}
	fit, err := FitLogistic(d, prior)
	return &layer{kind, fit, agencies}, err
}

// apply turns both models' probabilities into one. Without a layer the
// candidate's prior holds.
func (l *layer) apply(kind Candidate, agency string, structural, margins float64) float64 {
	if kind == Structural {
		return structural
	}
	a, b := logOdds(structural), logOdds(margins)
	if l == nil {
		mean, _ := layerPrior(kind)
		return logistic(mean[0]*a + mean[1]*b)
	}
	g, ok := l.agencies[agency]
	if !ok {
		g = -1
	}
	x := make([]float64, len(l.fit.Coef)) // years at 0: the coming one is not known
	x[0], x[1] = a, b
	return logistic(l.fit.Linear(x, g))
}

// stretch is how much the layer widens differences of log odds.
func (l *layer) stretch() float64 {
	if l == nil {
		return 1
	}
	return max(l.fit.Coef[0]+l.fit.Coef[1], 0.1)
}

// choose picks the candidate by the log loss of its frozen forecasts. Another
// than the default must have been better over at least two years, and by more
// than changeBy.
func choose(rows []settled) Candidate {
	var loss [Candidates]float64
	n, years := 0.0, map[int]bool{}
	for _, f := range rows {
		n++
		years[f.Cycle] = true
		for k, p := range f.Candidates {
			loss[k] += logLoss(p, f.passed)
		}
	}
	best := Structural
	if len(years) < 2 {
		return best
	}
	const changeBy = 0.002
	for k := Structural + 1; k < Candidates; k++ {
		if loss[k] < loss[best]-oneIf(best == Structural)*changeBy*n {
			best = k
		}
	}
	return best
}

type caseKey struct {
	unit, target string
	cycle        int
}

func keyOfFrozen(f *Frozen) caseKey { return caseKey{f.Unit, f.Target, f.Cycle} }

func outcomes(p Programme) map[caseKey]bool {
	out := map[caseKey]bool{}
	for i := range p.Cases {
		if o := p.Cases[i].Outcome; o != nil {
			out[caseKey{p.Cases[i].Unit, p.Cases[i].Target, p.Cases[i].Cycle}] = o.Passed
		}
	}
	return out
}
