package forecast

import (
	"math"
	"runtime"
	"sync"
)

// Forecast is what the model says of one nominee. Probabilities are 0-1.
type Forecast struct {
	Unit, Agency, Target string
	Cycle                int
	P                    float64 // of passing
	Low, High            float64 // 90 % interval of P
	Scores               float64 // of meeting every criterion
	Gate                 float64 // of getting past the gates, whatever the scores
	Criteria             []CriterionChance
	Bottleneck           string  // code of the criterion least likely to be met
	Doubt                Doubt   // why too little is known; empty when it is not
	Missing              int     // internal scores of nine that were filled in
	Year                 float64 // correlation of the pass threshold with the year's strictness
	FirstTime            bool
	Frozen               Frozen // what to keep for the years after
}

// CriterionChance is one criterion's part in a forecast.
type CriterionChance struct {
	Code string
	Met  float64 // chance that it is met
	Only float64 // chance that it alone fails: what fixing it alone would gain
}

// Doubt says why a forecast should not be shown as one.
type Doubt string

// Doubts.
const (
	FewOutcomes Doubt = "few-outcomes" // too few past results, or none of one kind
	FewScores   Doubt = "few-scores"   // more than half of the nominee's internal scores are missing
)

// minimumOutcomes is how many past results a forecast needs.
const minimumOutcomes = 200

// Model forecasts one cycle.
type Model struct {
	Cycle  int
	Chosen Candidate

	s        *structural
	margins  *margins
	layers   [Candidates]*layer
	records  []record
	newRules map[string]bool // rule sets nobody was judged by before
	few      bool
	rules    map[string]Rules
	middle   vec // median internal scores

	once     sync.Once
	averages map[[2]string]*average
}

// emSteps is enough for the forecasts to settle: four more move no share of the
// oracle's gain by more than .001. Where the national scores of many are
// missing, EM is slower.
const (
	emSteps       = 6
	emStepsScarce = 60
)

// Fit learns from what was known before a day and prepares the forecasts of a
// cycle. Frozen are the forecasts of earlier cycles as they were issued; with
// none, nothing is recalibrated.
func Fit(p Programme, cycle int, day Day, frozen []Frozen) (*Model, error) {
	known := p.Before(day)
	if err := known.check(); err != nil {
		return nil, err
	}
	known.Cases = upTo(known.Cases, cycle)
	all, middle := read(known)
	f := newFrame(all)
	m := &Model{Cycle: cycle, newRules: map[string]bool{}, rules: known.Rules, middle: middle}
	past := make([]record, 0, len(all))
	seen, scored, passes, results := map[string]bool{}, 0, 0, 0
	for i := range all {
		if all[i].year == cycle {
			m.records = append(m.records, all[i])
			continue
		}
		past = append(past, all[i])
		if o := all[i].c.Outcome; o != nil {
			results++
			passes += int(oneIf(o.Passed))
			seen[all[i].c.Rules] = true
		}
		if all[i].any {
			scored++
		}
	}
	for i := range m.records {
		if r := m.records[i].c.Rules; !seen[r] {
			m.newRules[r] = true
		}
	}
	m.few = results < minimumOutcomes || passes == 0 || passes == results
	steps := emSteps
	if 2*scored < results {
		steps = emStepsScarce
	}
	var err error
	var wg sync.WaitGroup
	wg.Go(func() { // neither needs the structural model
		if m.margins, err = fitMargins(past, f); err == nil {
			err = m.recalibrate(known, frozen)
		}
	})
	m.s = fit(past, f, steps)
	if wg.Wait(); err != nil {
		return nil, err
	}
	return m, nil
}

// upTo leaves out later cycles: a backward look must not see them.
func upTo(cases []Case, cycle int) []Case {
	out := make([]Case, 0, len(cases))
	for _, c := range cases {
		if c.Cycle > cycle {
			continue
		}
		if c.Cycle == cycle { // a result of this cycle is what is asked
			c.Review, c.Outcome = nil, nil
		}
		out = append(out, c)
	}
	return out
}

func (m *Model) recalibrate(p Programme, frozen []Frozen) error {
	rows := settle(frozen, outcomes(p), m.Cycle)
	for k := Structural + 1; k < Candidates; k++ {
		l, err := fitLayer(k, rows, m.Cycle)
		if err != nil {
			return err
		}
		m.layers[k] = l
	}
	m.Chosen = choose(rows)
	return nil
}

// All forecasts every nominee of the cycle, in the order they were given.
func (m *Model) All() []Forecast { return m.all(fine, true) }

// all forecasts every nominee; without detail no criterion is looked at alone,
// which takes a third of the time.
func (m *Model) all(points lattice, detail bool) []Forecast {
	out := make([]Forecast, len(m.records))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() { // each nominee by itself: the order does not matter
			for i := w; i < len(out); i += workers {
				out[i] = m.forecast(&m.records[i], points, detail)
			}
		})
	}
	wg.Wait()
	return out
}

// zOf90 is the normal quantile of a two-sided 90 % interval.
const zOf90 = 1.6448536269514722

// widen is by how much the standard error of what is estimated is too small:
// it leaves out the choice of the model. Found on simulated programmes.
const widen = 1.3

func (m *Model) forecast(r *record, points lattice, detail bool) Forecast {
	d := m.s.moments(r, m.newRules[r.c.Rules], false)
	return m.conclude(r, &d, points, detail)
}

// conclude turns predicted scores into a forecast; detail asks for each
// criterion.
func (m *Model) conclude(r *record, d *predicted, points lattice, detail bool) Forecast {
	criteria := r.rules.Criteria[r.c.Target]
	ch := chancesOf(d, criteria, points, detail)
	g := m.s.gate.open(r)
	f := Forecast{
		Unit: r.c.Unit, Agency: r.c.Agency, Target: r.c.Target, Cycle: r.c.Cycle,
		Scores: ch.all, Gate: g.p, Missing: r.missing, FirstTime: r.last.attempts == 0,
	}
	f.Frozen = Frozen{Unit: f.Unit, Agency: f.Agency, Target: f.Target, Cycle: f.Cycle}
	f.Frozen.Structural = keepOff(ch.all * g.p)
	f.Frozen.Margins = keepOff(logistic(m.margins.logit(r)))
	for k := range Candidates {
		f.Frozen.Candidates[k] = keepOff(m.layers[k].apply(k, f.Agency, f.Frozen.Structural, f.Frozen.Margins))
	}
	f.P = f.Frozen.Candidates[m.Chosen]
	f.Frozen.P = f.P
	m.interval(&f, d, &ch, g)
	switch {
	case m.few:
		f.Doubt = FewOutcomes
	case 2*r.missing > Parts:
		f.Doubt = FewScores
	}
	worst := math.Inf(1)
	for i := range ch.each {
		f.Criteria = append(f.Criteria, CriterionChance{criteria[i].Code, ch.each[i], ch.only[i]})
		if ch.each[i] < worst {
			worst, f.Bottleneck = ch.each[i], criteria[i].Code
		}
	}
	return f
}

// keepOff keeps a probability off 0 and 1: nothing is certain.
func keepOff(p float64) float64 { return min(max(p, 1e-4), 1-1e-4) }

// interval is the 90 % interval of P over what is estimated. The criteria are
// taken as one half-space with the probability and the direction they have
// together: then what is estimated moves the probit of P by a normal amount,
// whose share of the whole variance is the same as along that direction.
func (m *Model) interval(f *Forecast, d *predicted, ch *chances, g gateRate) {
	whole := d.cov.quad(&ch.grad)
	low, high := 0.0, 1.0
	if whole > 0 {
		share := min(widen*widen*d.doubt.quad(&ch.grad)/whole, 0.9)
		f.Year = math.Sqrt(min(d.shared.quad(&ch.grad)/whole, 0.9))
		t := probit(keepOff(ch.all))
		low = normal((t - zOf90*math.Sqrt(share)) / math.Sqrt(1-share))
		high = normal((t + zOf90*math.Sqrt(share)) / math.Sqrt(1-share))
	}
	// Scores and gates are independent; on log odds their distances add like
	// those of a right angle, and no bound leaves 0 to 1.
	at := logit(f.Frozen.Structural)
	from := func(scores, gate float64) float64 {
		return math.Hypot(at-logit(keepOff(scores*g.p)), at-logit(keepOff(ch.all*gate)))
	}
	k := m.layers[m.Chosen].stretch()
	f.Low = logistic(logit(f.P) - k*from(low, keepOff(g.p-zOf90*g.se)))
	f.High = logistic(logit(f.P) + k*from(high, keepOff(g.p+zOf90*g.se)))
}
