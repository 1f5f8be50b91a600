package forecast

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// margins is the fallback model: a logistic regression of passing on how far
// the internal scores stand above each threshold, on what the structural model
// uses besides, and on the agency.
type margins struct {
	frame  *frame
	middle []float64
	scale  []float64
	fit    *Logistic
}

// Ridges of the fallback model, on standardised columns.
const (
	marginRidge = 50
	agencyRidge = 4 // agencies differ by half a logit
)

// marginColumns are the columns of the fallback model beyond the frame's.
const (
	marginTotal   = Parts + iota // least margin of the criteria on sums, in points
	marginLeast                  // least margin of the areas, in logits
	marginArea                   // mean margin of the areas below 1 logit
	marginSurvey                 // least margin of the surveys over its sampling error
	marginLast                   // least margin of the last national scores
	marginProduct                // log of the chance of all criteria if national scores were the internal ones less the usual drop
	marginColumns
)

// marginsOf fills x with a record's columns; x has width marginWidth.
func marginsOf(f *frame, r *record, x []float64) {
	f.shared(r, x[marginColumns:])
	criteria := r.rules.Criteria[r.c.Target]
	t := thresholds(criteria)
	var a vec
	for j := range a {
		a[j] = attainment(j, r.z[j])
		x[j] = r.z[j] - r.mean[j]
	}
	sum, area, survey, last := 30.0, 4.0, 4.0, 2.0
	short, product := 0.0, 0.0
	for i := range criteria {
		j := t[i].part
		if j < 0 {
			sum = min(sum, dotSkip(&criteria[i].Coef, &a)-criteria[i].Minimum)
			continue
		}
		if math.IsInf(t[i].z, 0) {
			continue
		}
		margin := r.z[j] - t[i].z
		x[j] = margin
		product += math.Log(normal((margin - levelDrop[j]) / sqrt(2*usualVariance[j])))
		switch {
		case j < Areas:
			area = min(area, margin)
			short += min(margin-1, 0) / Areas
		case j >= IPAK:
			n := r.n[j-IPAK]
			if n == 0 {
				n = usualRespondents
			}
			survey = min(survey, margin/math.Sqrt(1/n+1.0/usualRespondents)/5)
		}
		if r.last.seen[j] {
			last = min(last, r.last.y[j]+r.mean[j]-t[i].z)
		}
	}
	x[marginTotal], x[marginLeast], x[marginArea], x[marginSurvey] = sum, area, short, survey
	x[marginLast] = 0
	if r.last.hasAreas || r.last.hasSurvey {
		x[marginLast] = last
	}
	x[marginProduct] = max(product, -20)
}

// marginWidth counts the columns; the frame's own columns, unused by shared,
// stay zero.
func marginWidth(f *frame) int { return marginColumns + f.width() }

// fitMargins fits the fallback model to every record with an outcome.
func fitMargins(rs []record, f *frame) (*margins, error) {
	var rows []*record
	for i := range rs {
		if rs[i].c.Outcome != nil {
			rows = append(rows, &rs[i])
		}
	}
	w := marginWidth(f)
	m := &margins{frame: f}
	d := LogisticData{X: mat.NewDense(max(len(rows), 1), w, nil), Y: make([]float64, max(len(rows), 1)), NGroups: len(f.names)}
	if len(rows) == 0 { // one row that weighs nothing
		d.Weights = make([]float64, 1)
	} else {
		d.Groups = make([]int, len(rows))
	}
	for i, r := range rows {
		marginsOf(f, r, d.X.RawRowView(i))
		d.Y[i], d.Groups[i] = oneIf(r.c.Outcome.Passed), r.agency
	}
	m.middle, m.scale = deviations(d.X, len(rows), w)
	for i := range rows {
		row := d.X.RawRowView(i)
		floats.Sub(row, m.middle)
		floats.Div(row, m.scale)
	}
	ridge := make([]float64, w)
	for c := range ridge {
		ridge[c] = marginRidge
	}
	var err error
	m.fit, err = FitLogistic(d, LogisticPrior{Ridge: ridge, GroupRidge: agencyRidge, InterceptRidge: 0.05})
	return m, err
}

// logit is the log odds of a record.
func (m *margins) logit(r *record) float64 {
	x := make([]float64, len(m.scale))
	marginsOf(m.frame, r, x)
	for c := range x {
		x[c] = (x[c] - m.middle[c]) / m.scale[c]
	}
	return m.fit.Linear(x, r.agency)
}
