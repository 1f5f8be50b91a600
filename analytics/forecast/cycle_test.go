package forecast

import (
	"math"
	"slices"
)

// drawn is one nominee's inputs as the world drew them.
type drawn struct {
	unit    int
	half    [Areas][2]float64
	perf    float64
	survey  [2]float64
	n       int
	perfect bool
	rank    float64
}

func (w *world) rules(y int) string {
	if y >= w.reform {
		return "90/2021"
	}
	return "10/2019"
}

func (w *world) cycle(y int) {
	var pool []drawn
	for i := range w.unit {
		u := &w.unit[i]
		if y > w.first {
			w.step(u)
		}
		d := w.draw(i, y)
		d.rank += 0.15 * w.r.NormFloat64()
		if u.attempts > 0 {
			d.rank += 0.25
		}
		pool = append(pool, d)
	}
	for _, d := range w.nominate(pool) {
		w.run(&d, y)
	}
}

// draw makes the internal worksheet and survey of a unit.
func (w *world) draw(i, y int) drawn {
	u := &w.unit[i]
	g := &w.agency[u.agency]
	q, inf := w.quality(u), g.inflation[y]
	d := drawn{unit: i, n: 30 + int(math.Exp(3.5+0.7*w.r.NormFloat64())), perfect: w.r.Float64() < w.perfect}
	e := w.tpiCommon * w.r.NormFloat64()
	for j := range Areas {
		d.half[j] = [2]float64{q[j] + inf + e + w.compliance + w.tpiHalf*w.r.NormFloat64(), q[j] + inf + e + w.reformExtra + w.tpiHalf*w.r.NormFloat64()}
		d.rank += (d.half[j][0] + d.half[j][1]) / 12
	}
	d.perf = q[Performance] + inf/2 + e + w.tpiHalf*w.r.NormFloat64()
	for k := range d.survey {
		d.survey[k] = q[IPAK+k] + 0.12 + g.survey + w.answers/math.Sqrt(float64(d.n))*w.r.NormFloat64()
	}
	return d
}

// nominate takes the best of the nation, or of each agency under a quota.
func (w *world) nominate(pool []drawn) []drawn {
	byRank := func(a, b drawn) int {
		switch {
		case a.rank > b.rank:
			return -1
		case a.rank < b.rank:
			return 1
		}
		return a.unit - b.unit
	}
	if !w.quota {
		slices.SortFunc(pool, byRank)
		return pool[:min(w.nominees, len(pool))]
	}
	var out []drawn
	for from := 0; from < len(pool); {
		to := from
		for to < len(pool) && w.unit[pool[to].unit].agency == w.unit[pool[from].unit].agency {
			to++
		}
		own := pool[from:to]
		slices.SortFunc(own, byRank)
		out = append(out, own[:min(len(own), 1+len(own)/4)]...)
		from = to
	}
	return out
}

// run takes a nominee through the stages and records what becomes known.
func (w *world) run(d *drawn, y int) {
	u := &w.unit[d.unit]
	g := &w.agency[u.agency]
	c := Case{Inputs: Inputs{
		Unit: u.id, Agency: g.id, Kind: g.kind, UnitType: u.kind, Region: u.region, Cycle: y, Target: WBK, Rules: w.rules(y),
		Attempts: u.attempts, KnownOn: worldDay(y, inputsDay),
	}}
	if u.wbk {
		c.Target = WBBM
	}
	halved := y >= w.reform
	gap := w.record(&c, d, halved)
	u.filter.internal(w, u, d, y, halved)
	key := caseKey{c.Unit, c.Target, y}
	if !w.blind {
		w.oracle[key] = w.ask(u, &c, y, gap)
	}

	q := w.quality(u)
	e := w.tpnCommon * w.r.NormFloat64()
	var score vec
	n := 40 + w.r.IntN(60)
	for j := range score {
		switch {
		case j <= Performance:
			score[j] = q[j] - w.strict[y] + e + w.tpnArea*w.r.NormFloat64()
		default:
			score[j] = q[j] - w.strictS[y] + w.answers/math.Sqrt(float64(n))*w.r.NormFloat64()
		}
	}
	w.conclude(&c, u, score, n, gap)
	w.programme.Cases = append(w.programme.Cases, c)
}

// record writes down the worksheet; gap is the mean of compliance less reform.
func (w *world) record(c *Case, d *drawn, halved bool) (gap float64) {
	rules := w.programme.Rules[c.Rules]
	for j := range Areas {
		a, b := logistic(d.half[j][0]), logistic(d.half[j][1])
		gap += (d.half[j][0] - d.half[j][1]) / Areas
		if d.perfect {
			a, b = 1, 1
		}
		if halved {
			c.Internal.Compliance[j], c.Internal.Reform[j] = Of(a), Of(b)
			continue
		}
		c.Internal.Compliance[j] = Of(logistic((d.half[j][0] + d.half[j][1]) / 2))
		if d.perfect {
			c.Internal.Compliance[j] = Of(1)
		}
	}
	_ = rules
	c.Internal.Performance = Of(logistic(d.perf))
	c.Surveys.IPAK = Survey{Of(1 + 3*logistic(d.survey[0])), d.n}
	c.Surveys.IPKP = Survey{Of(1 + 3*logistic(d.survey[1])), d.n}
	if !halved || d.perfect {
		gap = 0
	}
	return gap
}

func (w *world) fieldFail(gap float64) float64 {
	if math.IsInf(w.fieldBase, -1) {
		return 0
	}
	return logistic(w.fieldBase - w.fieldGap*gap)
}

func (w *world) conclude(c *Case, u *worldUnit, score vec, n int, gap float64) {
	rules := w.programme.Rules[c.Rules]
	u.attempts++
	u.zeal += w.rise
	o := &Outcome{KnownOn: worldDay(c.Cycle, resultsDay)}
	c.Outcome = o
	if w.r.Float64() < w.agency[u.agency].admin {
		o.Stage = Administration
		return
	}
	rev := &Review{KnownOn: o.KnownOn}
	c.Review = rev
	rev.Surveys.IPAK = Survey{Of(1 + 3*logistic(score[IPAK])), n}
	rev.Surveys.IPKP = Survey{Of(1 + 3*logistic(score[IPKP])), n}
	r := record{c: c, rules: &rules, y: score}
	survey := rules.split().survey[c.Target]
	if !meetsAll(survey, &score) {
		o.Stage = SurveyStage
		u.filter.national(w, u, &score, n, c.Cycle, false)
		return
	}
	for j := range Areas {
		rev.Sheet.Compliance[j] = Of(logistic(score[j])) // both halves together
	}
	rev.Sheet.Performance = Of(logistic(score[Performance]))
	u.filter.national(w, u, &score, n, c.Cycle, true)
	field, veto := w.r.Float64() < w.fieldFail(gap), w.r.Float64() < w.veto
	switch {
	case !r.meets():
		o.Stage = Desk
	case field:
		o.Stage = Field
	case veto:
		o.Stage = Panel
	default:
		o.Stage, o.Passed = Awarded, true
		if c.Target == WBBM {
			u.wbk = false // done: it starts again as another would
			u.attempts = 0
		} else {
			u.wbk = true
		}
	}
}

func meetsAll(criteria []Criterion, score *vec) bool {
	var a vec
	for j := range a {
		a[j] = attainment(j, score[j])
	}
	for i := range criteria {
		if dotSkip(&criteria[i].Coef, &a) < criteria[i].Minimum {
			return false
		}
	}
	return true
}
