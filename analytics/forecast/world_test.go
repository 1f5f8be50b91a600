package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// truth are the parameters of a simulated programme. Everything is on the
// logit scale unless said otherwise.
type truth struct {
	seed                     uint64
	agencies, nominees       int // nominees a year
	first, last, reform      int // cycles; reform is the first under 90/2021
	level                    vec // mean quality
	common, area, perf, surv float64
	commonKeep, areaKeep     float64 // AR(1)
	survCommon               float64
	agencyQuality            float64
	inflation                func(r *rand.Rand) float64 // of an agency, beyond its kind's
	inflationDrift           float64
	surveyInflation          float64
	compliance, reformExtra  float64 // what inflation adds by half
	tpiCommon, tpiHalf       float64 // noise
	tpnCommon, tpnArea       float64
	answers                  float64 // sd of one respondent
	strict, strictReform     float64 // sd of a year's step, of a reform's
	strictSurvey             float64
	perfect                  float64 // share of all-perfect worksheets
	admin                    float64 // mean chance to fail at papers
	adminSpread              float64
	veto                     float64
	fieldBase, fieldGap      float64 // log odds of failing in the field; slope on the reform gap
	quota                    bool    // nominees are the best of each agency, not of the nation
	rise                     float64 // gain of a unit a year of building
	blind                    bool    // nobody asks the oracle
}

// tuned is the generator the model was tuned on.
func tuned(seed uint64, nominees int) truth {
	return truth{
		seed: seed, agencies: max(nominees/5, 20), nominees: nominees, first: 2015, last: 2025, reform: 2021,
		level:  vec{1.05, 1.05, 0.95, 1.0, 0.95, 1.1, 1.5, 2.0, 2.0},
		common: 0.40, area: 0.30, perf: 0.5, surv: 0.22, survCommon: 0.18, commonKeep: 0.85, areaKeep: 0.75,
		agencyQuality: 0.15, inflation: func(r *rand.Rand) float64 { return 0.35 * r.NormFloat64() }, inflationDrift: 0.08,
		surveyInflation: 0.12, compliance: 0.15, reformExtra: -0.15, tpiCommon: 0.22, tpiHalf: 0.30, tpnCommon: 0.15, tpnArea: 0.25,
		answers: 1.6, strict: 0.08, strictReform: 0.15, strictSurvey: 0.03, perfect: 0.02, admin: 0.12, adminSpread: 12, veto: 0.05,
		fieldBase: math.Inf(-1), rise: 0.03,
	}
}

// judged is the generator the figures are read on: other parameters, vetoes,
// failures in the field that depend on what is hidden, quotas, heavy tails.
func judged(seed uint64, nominees int) truth {
	w := tuned(seed, nominees)
	w.agencies = max(nominees/7, 15)
	w.level = vec{1.15, 0.95, 1.1, 0.9, 1.05, 1.0, 1.3, 2.1, 1.9}
	w.common, w.area, w.perf, w.surv, w.survCommon = 0.34, 0.36, 0.6, 0.28, 0.12
	w.commonKeep, w.areaKeep, w.agencyQuality = 0.75, 0.85, 0.22
	w.inflation = func(r *rand.Rand) float64 { return 0.28 * studentT3(r) / math.Sqrt(3) * 1.5 }
	w.inflationDrift, w.surveyInflation = 0.11, 0.16
	w.compliance, w.reformExtra, w.tpiCommon, w.tpiHalf, w.tpnCommon, w.tpnArea = 0.25, -0.05, 0.26, 0.26, 0.18, 0.22
	w.answers, w.perfect, w.admin, w.adminSpread, w.veto = 1.8, 0.04, 0.09, 8, 0.10
	w.fieldBase, w.fieldGap, w.quota, w.rise = -2.6, -1.0, true, 0.05
	return w
}

func studentT3(r *rand.Rand) float64 {
	s := 0.0
	for range 3 {
		x := r.NormFloat64()
		s += x * x
	}
	return r.NormFloat64() / math.Sqrt(s/3)
}

type worldAgency struct {
	id, kind  string
	inflation map[int]float64
	quality   float64
	survey    float64
	admin     float64
}

type worldUnit struct {
	id, kind, region string
	agency           int
	c                float64 // common quality, AR(1)
	s                float64
	d                vec // of each part, AR(1)
	wbk              bool
	attempts         int
	zeal             float64 // known gain from years of building
	filter           *unitFilter
}

// world is a simulated programme and what an oracle says of each nominee.
type world struct {
	truth
	programme Programme
	oracle    map[caseKey]float64
	r         *rand.Rand
	agency    []worldAgency
	unit      []worldUnit
	strict    map[int]float64
	strictS   map[int]float64
}

var (
	worldKinds   = []string{"kementerian", "lembaga", "provinsi", "kabupaten", "kota"}
	worldTypes   = []string{"polres", "lapas", "rsud", "dinas", "madrasah", "pengadilan", "balai", "kecamatan"}
	worldRegions = []string{"11", "31", "32", "33", "35", "51", "64", "73", "91"}
)

// kindEffect is what a kind's inspectorates add, and typeEffect the quality of
// a type.
func kindEffect(k string) float64 {
	return map[string]float64{"kementerian": -0.1, "lembaga": 0, "provinsi": 0.1, "kabupaten": 0.2, "kota": 0.1}[k]
}

func typeEffect(k string) float64 {
	return map[string]float64{"polres": 0.12, "lapas": 0.02, "rsud": -0.05, "dinas": -0.1, "madrasah": -0.05, "pengadilan": 0.1, "balai": 0, "kecamatan": -0.08}[k]
}

const (
	inputsDay  = 100 // days into a cycle's year when the inputs are known
	resultsDay = 340
)

func worldDay(cycle, day int) Day { return Day((cycle-1970)*365 + day) }

func forecastDay(cycle int) Day { return worldDay(cycle, inputsDay+20) }

func makeWorld(t testing.TB, w truth) *world {
	t.Helper()
	out := &world{
		truth: w, oracle: map[caseKey]float64{}, r: rand.New(rand.NewPCG(w.seed, 7)),
		strict: map[int]float64{}, strictS: map[int]float64{},
		programme: Programme{Rules: map[string]Rules{"10/2019": rulesOf(t, "10/2019"), "90/2021": rulesOf(t, "90/2021")}},
	}
	out.build()
	for y := w.first; y <= w.last; y++ {
		out.cycle(y)
	}
	return out
}

func (w *world) build() {
	weights := make([]float64, w.agencies)
	total := 0.0
	for a := range w.agencies {
		k := worldKinds[w.r.IntN(len(worldKinds))]
		g := worldAgency{id: fmt.Sprintf("A%04d", a), kind: k, inflation: map[int]float64{}, quality: w.agencyQuality * w.r.NormFloat64(), survey: w.surveyInflation * w.r.NormFloat64()}
		x := 0.45 + kindEffect(k) + w.inflation(w.r)
		for y := w.first; y <= w.last; y++ {
			g.inflation[y] = x
			x += w.inflationDrift * w.r.NormFloat64()
		}
		g.admin = beta(w.r, w.admin*w.adminSpread, (1-w.admin)*w.adminSpread)
		w.agency = append(w.agency, g)
		weights[a] = math.Exp(1.1 * w.r.NormFloat64())
		total += weights[a]
	}
	s, v := 0.0, 0.0
	for y := w.first; y <= w.last; y++ {
		step := w.truth.strict
		if y == w.reform {
			step = w.strictReform
		}
		s += step * w.r.NormFloat64()
		v += w.strictSurvey * w.r.NormFloat64()
		w.strict[y], w.strictS[y] = s, v
	}
	for g := range w.agency {
		for range int(math.Round(weights[g]/total*float64(w.nominees)*4)) + 1 {
			w.unit = append(w.unit, w.newUnit(g))
		}
	}
}

// beta draws from a beta distribution as a ratio of sums of exponentials and a
// gamma of the fractional part, by Marsaglia and Tsang.
func beta(r *rand.Rand, a, b float64) float64 {
	x, y := gamma(r, a), gamma(r, b)
	return x / (x + y)
}

func gamma(r *rand.Rand, a float64) float64 {
	if a < 1 {
		return gamma(r, a+1) * math.Pow(r.Float64(), 1/a)
	}
	d := a - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if u := r.Float64(); math.Log(u) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func (w *world) newUnit(agency int) worldUnit {
	u := worldUnit{
		id: fmt.Sprintf("U%06d", len(w.unit)), kind: worldTypes[w.r.IntN(len(worldTypes))],
		region: worldRegions[w.r.IntN(len(worldRegions))], agency: agency,
		c: w.common * w.r.NormFloat64(), s: w.survCommon * w.r.NormFloat64(),
	}
	for j := range u.d {
		u.d[j] = w.own(j) * w.r.NormFloat64()
	}
	u.filter = newUnitFilter(w)
	return u
}

// own is the sd of a part's own quality.
func (t *truth) own(j int) float64 {
	switch {
	case j < Areas:
		return t.area
	case j == Performance:
		return t.perf
	}
	return t.surv
}

// load is how a part follows the common quality.
func load(j int) float64 {
	switch {
	case j < Areas:
		return 1
	case j == Performance:
		return 0.7
	}
	return 0.30
}

// base is a unit's expected quality before its own deviations.
func (w *world) base(u *worldUnit) (m vec) {
	for j := range m {
		m[j] = w.level[j] + load(j)*(typeEffect(u.kind)+w.agency[u.agency].quality+u.zeal)
	}
	return m
}

func (w *world) quality(u *worldUnit) (q vec) {
	q = w.base(u)
	for j := range q {
		q[j] += load(j)*u.c + u.d[j]
		if j >= IPAK {
			q[j] += u.s
		}
	}
	return q
}

func (w *world) step(u *worldUnit) {
	k, a := w.commonKeep, w.areaKeep
	u.c = k*u.c + w.common*math.Sqrt(1-k*k)*w.r.NormFloat64()
	u.s = k*u.s + w.survCommon*math.Sqrt(1-k*k)*w.r.NormFloat64()
	for j := range u.d {
		u.d[j] = a*u.d[j] + w.own(j)*math.Sqrt(1-a*a)*w.r.NormFloat64()
	}
	u.filter.step(w)
}
