package forecast

import "math"

// The model works on logits of attainment, where effects add and a score
// cannot leave its scale. What is at the ends is pulled to one hundredth.
const endOfScale = 0.01

func logit(p float64) float64    { return math.Log(p / (1 - p)) }
func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

func zShare(p float64) float64 { return logit(min(max(p, endOfScale), 1-endOfScale)) }

// Surveys run from 1 to 4; their attainment is counted from 0.
func zSurvey(s float64) float64 { return zShare((s - 1) / 3) }

// attainment is the share of weight behind a logit.
func attainment(part int, z float64) float64 {
	p := 1 / (1 + math.Exp(-z))
	if part >= IPAK {
		return (1 + 3*p) / 4
	}
	return p
}

// slope is the derivative of attainment.
func slope(part int, z float64) float64 {
	p := logistic(z)
	if part >= IPAK {
		return 0.75 * p * (1 - p)
	}
	return p * (1 - p)
}

// zAttainment is the inverse of attainment.
func zAttainment(part int, a float64) float64 {
	if part >= IPAK {
		return zSurvey(4 * a)
	}
	return zShare(a)
}

func sqrt(x float64) float64 { return math.Sqrt(max(x, 0)) }

// Normal distribution.
const invSqrt2Pi = 0.3989422804014327

func phi(x float64) float64    { return invSqrt2Pi * math.Exp(-x*x/2) }
func normal(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// probit is the normal quantile of a probability kept off 0 and 1.
func probit(p float64) float64 {
	p = min(max(p, 1e-12), 1-1e-12)
	return -math.Sqrt2 * math.Erfcinv(2*p)
}

// hazard is phi(t)/Phi(t), stable far in the tail.
func hazard(t float64) float64 {
	if t < -30 {
		return -t
	}
	return phi(t) / normal(t)
}

// logisticTable holds the logistic function at steps of 1/tableSteps between
// -tableEnd and tableEnd. A forecast needs it ten thousand times, to six digits.
const (
	tableSteps = 256
	tableEnd   = 12
)

var logisticTable = func() []float64 {
	t := make([]float64, 2*tableEnd*tableSteps+2)
	for i := range t {
		t[i] = logistic(float64(i)/tableSteps - tableEnd)
	}
	return t
}()

// quickAttainment is attainment by linear interpolation, within 2e-7.
func quickAttainment(part int, z float64) float64 {
	x := (min(max(z, -tableEnd), tableEnd) + tableEnd) * tableSteps
	i := int(x)
	p := logisticTable[i] + (x-float64(i))*(logisticTable[i+1]-logisticTable[i])
	if part >= IPAK {
		return 0.25 + 0.75*p
	}
	return p
}
