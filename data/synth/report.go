package synth

import (
	"fmt"

	"tolok/data"
)

// Report says what was made, beside the figures it was to follow.
type Report struct {
	Params   Params         `json:"params"`
	Agencies int            `json:"agencies"`
	Units    int            `json:"units"`
	Files    int            `json:"files"`
	Rows     map[string]int `json:"rows"` // by dataset
	Faults   int            `json:"faults"`
	Cycles   []CycleReport  `json:"cycles"`
}

// CycleReport is one cycle.
type CycleReport struct {
	Cycle        int              `json:"cycle"`
	Regulation   string           `json:"regulation"`
	SelfAssessed int              `json:"self_assessed"`
	TPIAssessed  int              `json:"tpi_assessed"`
	Evaluated    int              `json:"evaluated"` // by the national team, from desk on
	Counts       []Count          `json:"counts"`
	Expected     []Expected       `json:"expected"`
	Strictness   map[string]int64 `json:"strictness"` // of TPN, by target, in thousandths of full attainment
	Source       string           `json:"source"`
}

// Count is the nominees of one target and issuer, and who passed.
type Count struct {
	Target    string `json:"target"`
	Issuer    string `json:"issuer"`
	Nominated int    `json:"nominated"`
	Passed    int    `json:"passed"`
}

// Expected is a national figure, scaled to the number of units, beside what
// was made. Deviation is in percent, nil where nothing was expected.
type Expected struct {
	Figure    string      `json:"figure"` // nominated, WBK, WBBM, WBK mandiri
	Expected  data.Score  `json:"expected"`
	Made      int         `json:"made"`
	Deviation *data.Score `json:"deviation_pct"`
}

// The names of the expected figures, in order.
const (
	figureNominated = "nominated"
	figureMandiri   = "WBK mandiri"
)

func (w *world) report(c *cycle) CycleReport {
	r := CycleReport{Cycle: w.year, Regulation: c.set.ID, SelfAssessed: len(c.candidates), Strictness: map[string]int64{}, Source: c.source}
	r.TPIAssessed = count(c.candidates, func(k *candidate) bool { return k.tpi != nil })
	r.Evaluated = count(c.candidates, func(k *candidate) bool { return k.reached })
	nominated := 0
	for _, issuer := range data.Issuers {
		for _, target := range data.Targets {
			n := Count{Target: target, Issuer: issuer}
			for _, k := range c.candidates {
				if k.issuer == issuer && k.target == target {
					n.Nominated++
					if k.passed {
						n.Passed++
					}
				}
			}
			if n.Nominated > 0 || issuer == nasional {
				r.Counts = append(r.Counts, n)
			}
			if issuer == nasional {
				nominated += n.Nominated
			}
		}
	}
	for target, s := range c.strictness {
		r.Strictness[target] = int64(s / milli)
	}
	r.Expected = []Expected{
		w.expected(figureNominated, c.nominated, nominated),
		w.expected(data.WBK, c.wbk, r.passed(data.WBK, nasional)),
		w.expected(data.WBBM, c.wbbm, r.passed(data.WBBM, nasional)),
	}
	if c.mandiri > 0 {
		r.Expected = append(r.Expected, w.expected(figureMandiri, c.mandiri, r.passed(data.WBK, mandiri)))
	}
	return r
}

func (r *CycleReport) passed(target, issuer string) int {
	for _, n := range r.Counts {
		if n.Target == target && n.Issuer == issuer {
			return n.Passed
		}
	}
	return 0
}

func (w *world) expected(figure string, fullSizeFigure, made int) Expected {
	e := Expected{Figure: figure, Expected: w.want.scaled(fullSizeFigure), Made: made}
	if e.Expected > 0 {
		d := (data.Score(made)*data.One - e.Expected).Times(100*int64(data.One), int64(e.Expected)).Round(1)
		e.Deviation = &d
	}
	return e
}

// line is the cycle in one line, for progress.
func (r *CycleReport) line() string {
	s := fmt.Sprintf("%d  %s", r.Cycle, r.Regulation)
	for _, e := range r.Expected {
		s += fmt.Sprintf("  %s %d (%s)", e.Figure, e.Made, e.Expected)
	}
	return s
}
