package analytics

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tolok/analytics/forecast"
	"tolok/data"
)

// ForecastQuestion asks about one nominee, and what would be if its inputs were
// others. Inputs are percent of the weight (areas in both halves, performance),
// an index on 0-4, and numbers of respondents; empty is as it is.
type ForecastQuestion struct {
	Filter
	// Meaning says what a changed input means: real, the unit becomes that good;
	// written, only the inspectorate's worksheet says so.
	Meaning     string `param:"meaning"`
	MP          string `param:"mp"`
	TT          string `param:"tt"`
	SDM         string `param:"sdm"`
	AK          string `param:"ak"`
	PW          string `param:"pw"`
	PP          string `param:"pp"`
	MPReform    string `param:"mp_reform"`
	TTReform    string `param:"tt_reform"`
	SDMReform   string `param:"sdm_reform"`
	AKReform    string `param:"ak_reform"`
	PWReform    string `param:"pw_reform"`
	PPReform    string `param:"pp_reform"`
	Performance string `param:"performance"`
	IPAK        string `param:"ipak"`
	IPKP        string `param:"ipkp"`
	IPAKCount   string `param:"ipak_n"`
	IPKPCount   string `param:"ipkp_n"`
}

// Meanings of a changed input.
const (
	MeaningReal    = "real"
	MeaningWritten = "written"
)

// NomineeForecast is one nominee's chance of passing, in full.
type NomineeForecast struct {
	Row          ForecastRow       `json:"forecast"`
	Scores       float64           `json:"scores"` // chance of meeting every criterion
	Gate         float64           `json:"gate"`   // chance of papers in order and no veto
	Criteria     []CriterionChance `json:"criteria"`
	Average      *float64          `json:"average"` // the average nominee's chance
	Contribution []Contribution    `json:"contributions"`
	Inputs       []ForecastInput   `json:"inputs"`
	Meaning      string            `json:"meaning"`
	WhatIf       *WhatIf           `json:"what_if"`  // nil while nothing is changed
	Scenario     []Scenario        `json:"scenario"` // a stricter year, one as expected, a milder one
}

// CriterionChance is one criterion's part.
type CriterionChance struct {
	Code string  `json:"code"`
	Met  float64 `json:"met"`
	Only float64 `json:"only"` // chance that it alone fails: what mending it alone would gain
}

// Contribution is what one group of inputs adds to the chance of the average
// nominee; all of them add up to the difference.
type Contribution struct {
	Group string  `json:"group"`
	Adds  float64 `json:"adds"`
}

// ForecastInput is one input as it was known, and as it was asked about.
type ForecastInput struct {
	Code  string   `json:"code"`  // the parameter that changes it
	Value *float64 `json:"value"` // percent, index or number; nil: not known
	Asked *float64 `json:"asked"` // nil: as it is
}

// WhatIf is the forecast with changed inputs.
type WhatIf struct {
	Probability float64           `json:"probability"`
	Low         float64           `json:"low"`
	High        float64           `json:"high"`
	Bottleneck  string            `json:"bottleneck"`
	Criteria    []CriterionChance `json:"criteria"`
}

// Scenario is the chance under one strictness of the year.
type Scenario struct {
	Code        string  `json:"code"` // stricter, expected, milder
	Probability float64 `json:"probability"`
}

// nominee says of one of the rows how likely it is that it passes, what stands
// in its way, what moved it, and what if. Nobody's is nil.
func (db *DB) nominee(ctx context.Context, o *Outlook, rows []ForecastRow, q *ForecastQuestion) (*NomineeForecast, error) {
	if len(rows) == 0 {
		return nil, fmt.Errorf("forecast of unit %q in %d: %w", q.Unit, q.Cycle, ErrNotFound)
	}
	row := rows[0]
	for _, x := range rows { // nominated twice: the national team's, of these the higher target
		if x.Issuer == "nasional" && (row.Issuer != "nasional" || x.Target == data.WBBM) {
			row = x
		}
	}
	r := &NomineeForecast{Row: row, Meaning: q.Meaning, Criteria: []CriterionChance{}, Contribution: []Contribution{}, Inputs: []ForecastInput{}, Scenario: []Scenario{}}
	if r.Meaning == "" {
		r.Meaning = MeaningReal
	}
	if r.Meaning != MeaningReal && r.Meaning != MeaningWritten {
		return nil, fmt.Errorf("%w: meaning=%q; use %s or %s", ErrBadRequest, q.Meaning, MeaningReal, MeaningWritten)
	}
	if row.Issuer != "nasional" || row.Probability == nil {
		return r, nil // decided by the agency's inspectorate: there is no model behind it; or nothing to show of it
	}
	return r, db.fillNominee(ctx, o, r, q)
}

// lastOf takes, where no cycle is asked for, the last in which the unit was a
// nominee.
func (o *Outlook) lastOf(f Filter) Filter {
	if f.Cycle != 0 {
		return f
	}
	for k := range o.archive.nominees {
		if k.unit == f.Unit && (f.Target == "" || k.target == f.Target) {
			f.Cycle = max(f.Cycle, k.cycle)
		}
	}
	return f
}

func (db *DB) fillNominee(ctx context.Context, o *Outlook, r *NomineeForecast, q *ForecastQuestion) error {
	c, ok := o.archive.find(r.Row.UnitID, r.Row.Target, q.Cycle)
	if !ok {
		return nil
	}
	m, err := db.model(ctx, q.Cycle)
	if err != nil {
		return err
	}
	now, err := m.Predict(c)
	if err != nil {
		return err
	}
	r.Scores, r.Gate, r.Criteria = now.Scores, now.Gate, chancesOf(now)
	e, err := m.Explain(c)
	if err != nil {
		return err
	}
	r.Average = &e.Average
	for _, x := range e.Contributions {
		r.Contribution = append(r.Contribution, Contribution{x.Group, x.Points})
	}
	for _, s := range []struct {
		code string
		year float64
	}{{"stricter", -strictYear}, {"expected", 0}, {"milder", strictYear}} {
		p := r.Row.chance()
		if s.year != 0 {
			p = now.Given(s.year)
		}
		r.Scenario = append(r.Scenario, Scenario{s.code, p})
	}
	changed, by, asked, err := q.change(c, o.archive.national.Rules[c.Rules])
	if err != nil {
		return err
	}
	r.Inputs = asked
	if !slices.ContainsFunc(asked, func(i ForecastInput) bool { return i.Asked != nil }) {
		return nil
	}
	then := forecast.Forecast{}
	if r.Meaning == MeaningWritten {
		then, err = m.Predict(changed)
	} else {
		// More respondents only make the survey surer: that is an input either way.
		surer := c
		surer.Surveys.IPAK.Respondents, surer.Surveys.IPKP.Respondents = changed.Surveys.IPAK.Respondents, changed.Surveys.IPKP.Respondents
		then, err = m.Improve(surer, by)
	}
	if err != nil {
		return err
	}
	r.WhatIf = &WhatIf{then.P, then.Low, then.High, then.Bottleneck, chancesOf(then)}
	return nil
}

// strictYear is how far from the expected strictness a strict or mild year is:
// one in ten is stricter, one in ten milder.
const strictYear = 1.2815515655446004

// find is a national nominee's case.
func (a *archive) find(unit, target string, cycle int) (forecast.Case, bool) {
	i, ok := a.at[nomineeKey{unit, target, cycle}]
	if !ok {
		return forecast.Case{}, false
	}
	return a.national.Cases[i], true
}

func chancesOf(f forecast.Forecast) []CriterionChance {
	out := []CriterionChance{}
	for _, c := range f.Criteria {
		out = append(out, CriterionChance{c.Code, c.Met, c.Only})
	}
	return out
}

// change reads what was asked: the case with its inputs changed, by how much
// the attainment of each part rises, and the list of inputs.
func (q *ForecastQuestion) change(c forecast.Case, rules forecast.Rules) (changed forecast.Case, by [forecast.Parts]float64, out []ForecastInput, err error) {
	changed = c
	number := func(code, asked string, now forecast.Num, scale, low, high float64, set func(float64)) {
		in := ForecastInput{Code: code}
		if now.Known {
			v := math.Round(now.V*scale*100) / 100
			in.Value = &v
		}
		if asked = strings.TrimSpace(asked); asked != "" && err == nil {
			v, e := strconv.ParseFloat(strings.Replace(asked, ",", ".", 1), 64)
			if e != nil || math.IsNaN(v) || v < low || v > high {
				err = fmt.Errorf("%w: %s=%q; use a number from %g to %g", ErrBadRequest, code, asked, low, high)
				return
			}
			if in.Value == nil || math.Abs(v-*in.Value) > 1e-9 { // a form sends back what it showed
				in.Asked = &v
				set(v / scale)
			}
		}
		out = append(out, in)
	}
	share := func(to *forecast.Num) func(float64) { return func(v float64) { *to = forecast.Of(v) } }
	whole := []string{q.MP, q.TT, q.SDM, q.AK, q.PW, q.PP}
	reform := []string{q.MPReform, q.TTReform, q.SDMReform, q.AKReform, q.PWReform, q.PPReform}
	for a, area := range data.Areas {
		code := strings.ToLower(area)
		number(code, whole[a], c.Internal.Compliance[a], 100, 0, 100, share(&changed.Internal.Compliance[a]))
		if rules.Halves[a][1] > 0 {
			number(code+"_reform", reform[a], c.Internal.Reform[a], 100, 0, 100, share(&changed.Internal.Reform[a]))
		}
		by[a] = areaRise(rules.Halves[a], a, &c.Internal, &changed.Internal)
	}
	number("performance", q.Performance, c.Internal.Performance, 100, 0, 100, share(&changed.Internal.Performance))
	by[forecast.Performance] = rise(c.Internal.Performance, changed.Internal.Performance)
	for _, s := range []struct {
		code, value, n string
		part           int
		was, to        *forecast.Survey
	}{
		{"ipak", q.IPAK, q.IPAKCount, forecast.IPAK, &c.Surveys.IPAK, &changed.Surveys.IPAK},
		{"ipkp", q.IPKP, q.IPKPCount, forecast.IPKP, &c.Surveys.IPKP, &changed.Surveys.IPKP},
	} {
		number(s.code, s.value, s.was.Value, 1, 1, 4, share(&s.to.Value))
		n := forecast.Num{V: float64(s.was.Respondents), Known: s.was.Respondents > 0}
		number(s.code+"_n", s.n, n, 1, 1, 1e6, func(v float64) { s.to.Respondents = int(v) })
		by[s.part] = rise(s.was.Value, s.to.Value) / 4
	}
	return changed, by, out, err
}

// rise is by how much a known number rises.
func rise(was, now forecast.Num) float64 {
	if !was.Known || !now.Known {
		return 0
	}
	return now.V - was.V
}

// areaRise is by how much the attainment of an area rises, its halves by weight.
func areaRise(w [2]float64, a int, was, now *forecast.Sheet) float64 {
	if w[0]+w[1] == 0 {
		return 0
	}
	return (w[0]*rise(was.Compliance[a], now.Compliance[a]) + w[1]*rise(was.Reform[a], now.Reform[a])) / (w[0] + w[1])
}

// grid lists everything, one number a row.
func (r *NomineeForecast) grid() Grid {
	g := Grid{Columns: []string{"section", "key", "measure", "value"}}
	x := &r.Row
	for _, v := range []struct {
		name  string
		value any
	}{{"unit_id", x.UnitID}, {"target", x.Target}, {"probability", x.Probability}, {"low", x.Low}, {"high", x.High}, {"bottleneck", x.Bottleneck}, {"doubt", x.Doubt}, {"scores", r.Scores}, {"gate", r.Gate}, {"average", r.Average}} {
		g.add("forecast", "", v.name, v.value)
	}
	for _, c := range r.Criteria {
		g.add("criterion", c.Code, "met", c.Met)
		g.add("criterion", c.Code, "only", c.Only)
	}
	for _, c := range r.Contribution {
		g.add("contribution", c.Group, "adds", c.Adds)
	}
	for _, i := range r.Inputs {
		g.add("input", i.Code, "value", i.Value)
		g.add("input", i.Code, "asked", i.Asked)
	}
	if w := r.WhatIf; w != nil {
		g.add("what_if", "", "probability", w.Probability)
		g.add("what_if", "", "low", w.Low)
		g.add("what_if", "", "high", w.High)
		g.add("what_if", "", "bottleneck", w.Bottleneck)
	}
	for _, s := range r.Scenario {
		g.add("scenario", s.Code, "probability", s.Probability)
	}
	return g
}
