package analytics

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"tolok/analytics/forecast"
	"tolok/data"
	"tolok/data/rule"
)

// modelVersion names what a forecast was made by. It changes with the model,
// so that forecasts of an older one are made again.
const modelVersion = "smm-2"

type basisRow struct {
	Dataset string `col:"dataset"`
	Cycle   int    `col:"cycle"`
	Path    string `col:"path"`
	SHA256  string `col:"sha256"`
}

// basis names the records that forecasts of a cycle are made of: the files of
// the registers and of cycles up to it, but for the forecasts themselves and the
// lists of what came from where; the rules; and the model.
func (db *DB) basis(ctx context.Context) (func(cycle int) string, error) {
	rows, err := collect[basisRow](ctx, db.As(National), "forecast_basis", nil)
	return func(cycle int) string {
		h := sha256.New()
		fmt.Fprintln(h, modelVersion, rule.Fingerprint())
		for _, r := range rows {
			if r.Cycle <= cycle {
				fmt.Fprintln(h, r.Dataset, r.Path, r.SHA256)
			}
		}
		return hex.EncodeToString(h.Sum(nil))[:16]
	}, err
}

// Outlook is every forecast of one snapshot, and what it takes to answer what
// if. Same snapshot, same numbers.
type Outlook struct {
	basis   map[int]string // by cycle
	archive *archive
	rows    map[int][]data.Forecast // by cycle, in the order of the nominees
	fresh   []data.Forecast         // those that do not stand in the lake
}

// Fresh are the forecasts that do not stand in the lake yet, oldest cycle first.
func (o *Outlook) Fresh() []data.Forecast { return o.fresh }

// makeOutlook reads the forecasts of the snapshot from the lake, and makes those
// that are not there, or rest on records that have changed since. One that was
// issued before a result was known is never made again once one is.
func (db *DB) makeOutlook(ctx context.Context) (*Outlook, error) {
	basis, err := db.basis(ctx)
	if err != nil {
		return nil, err
	}
	a, err := db.archive(ctx)
	if err != nil {
		return nil, err
	}
	stored, err := collect[data.Forecast](ctx, db.As(National), "forecasts", nil)
	if err != nil {
		return nil, err
	}
	o := &Outlook{basis: map[int]string{}, archive: a, rows: map[int][]data.Forecast{}}
	by, beside := byCycle(stored), byCycle(db.readBeside())
	var frozen []forecast.Frozen
	for _, cycle := range a.cycles() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		o.basis[cycle] = basis(cycle)
		o.rows[cycle] = by[cycle]
		if !o.keeps(cycle, by[cycle]) {
			made := beside[cycle]
			if !o.keeps(cycle, made) {
				if made, err = o.make(cycle, frozen); err != nil {
					return nil, err
				}
			}
			o.rows[cycle] = o.join(cycle, by[cycle], made)
		}
		for i := range o.rows[cycle] {
			if f := &o.rows[cycle][i]; f.Issuer == "nasional" {
				frozen = append(frozen, frozenOf(f))
			}
		}
	}
	if len(o.fresh) > 0 {
		db.writeBeside(o.fresh)
	}
	return o, nil
}

func byCycle(rows []data.Forecast) map[int][]data.Forecast {
	out := map[int][]data.Forecast{}
	for _, f := range rows {
		out[int(f.Cycle)] = append(out[int(f.Cycle)], f)
	}
	return out
}

// keeps reports whether the forecasts of a cycle may stay as they are.
func (o *Outlook) keeps(cycle int, rows []data.Forecast) bool {
	have := map[inCycleFor]bool{}
	for i := range rows {
		f := &rows[i]
		if f.Basis == o.basis[cycle] || f.Stamp == data.Issued && o.archive.known[cycle] {
			have[inCycleFor{f.UnitID, f.Target}] = true
		}
	}
	for _, p := range []*forecast.Programme{&o.archive.national, &o.archive.own} {
		for i := range p.Cases {
			if c := &p.Cases[i]; c.Cycle == cycle && !have[inCycleFor{c.Unit, c.Target}] {
				return false
			}
		}
	}
	return true
}

// inCycleFor names a nominee within a cycle.
type inCycleFor struct{ unit, target string }

// join puts what was made anew in the place of what was there, but for what was
// issued before the results.
func (o *Outlook) join(cycle int, old, made []data.Forecast) []data.Forecast {
	issued := map[inCycleFor]data.Forecast{}
	for _, f := range old {
		if f.Stamp == data.Issued && o.archive.known[cycle] {
			issued[inCycleFor{f.UnitID, f.Target}] = f
		}
	}
	for i := range made {
		if f, ok := issued[inCycleFor{made[i].UnitID, made[i].Target}]; ok {
			made[i] = f
			continue
		}
		o.fresh = append(o.fresh, made[i])
	}
	return made
}

// make forecasts one cycle from what was known before its day.
func (o *Outlook) make(cycle int, frozen []forecast.Frozen) ([]data.Forecast, error) {
	a := o.archive
	cases := casesOf(&a.national, cycle)
	if len(cases) == 0 {
		return o.makeOwn(cycle), nil
	}
	m, err := forecast.Fit(a.national, cycle, a.day(cycle), frozen)
	if err != nil {
		return nil, err
	}
	rivals := forecast.NewRivals(a.national, cycle, a.day(cycle))
	results := 0
	past := a.national.Before(a.day(cycle))
	for i := range past.Cases {
		if past.Cases[i].Outcome != nil && past.Cases[i].Cycle < cycle {
			results++
		}
	}
	seen := map[inCycleFor]bool{}
	var out []data.Forecast
	for i, f := range m.All() {
		seen[inCycleFor{f.Unit, f.Target}] = true
		r := o.record(&f, "nasional")
		r.Chosen = m.Chosen.String()
		c := cases[i]
		if results == 0 { // nothing has ever been decided: what the rivals say, and as wide as it is
			r.Probability = score(rivals.BaseRate(c))
			low, high := around(rivals.BaseRate(c), 0)
			r.Low, r.High = score(low), score(high)
		}
		r.BaseRate, r.LastResult = score(rivals.BaseRate(c)), score(rivals.LastYear(c))
		r.Threshold = score(rivals.Threshold(a.national.Rules[c.Rules], c))
		out = append(out, r)
	}
	for _, r := range o.makeOwn(cycle) {
		if !seen[inCycleFor{r.UnitID, r.Target}] {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(x, y data.Forecast) int {
		return cmp.Or(cmp.Compare(x.UnitID, y.UnitID), cmp.Compare(x.Target, y.Target))
	})
	return out, nil
}

// makeOwn forecasts predicates that agencies award themselves. There the
// inspectorate's worksheet decides, so the rate of nominees on the same side of
// its criteria is the forecast, and its Jeffreys interval the interval.
func (o *Outlook) makeOwn(cycle int) []data.Forecast {
	a := o.archive
	rivals := forecast.NewRivals(a.own, cycle, a.day(cycle))
	past := map[bool][2]int{} // by side: passed, decided
	first := map[string]bool{}
	own := a.own.Before(a.day(cycle))
	for i := range own.Cases {
		c := &own.Cases[i]
		if c.Cycle >= cycle || c.Outcome == nil {
			continue
		}
		first[c.Unit] = true
		side := forecast.Meets(own.Rules[c.Rules], c)
		n := past[side]
		n[1]++
		if c.Outcome.Passed {
			n[0]++
		}
		past[side] = n
	}
	var out []data.Forecast
	for _, c := range casesOf(&a.own, cycle) {
		p := rivals.Threshold(a.own.Rules[c.Rules], c)
		n := past[forecast.Meets(a.own.Rules[c.Rules], c)]
		f := forecast.Forecast{Unit: c.Unit, Agency: c.Agency, Target: c.Target, Cycle: cycle, P: p, Scores: p, Gate: 1, FirstTime: !first[c.Unit]}
		f.Low, f.High = around(p, n[1])
		f.Frozen = forecast.Frozen{Structural: p, Margins: p}
		for k := range f.Frozen.Candidates {
			f.Frozen.Candidates[k] = p
		}
		if n[1] < few {
			f.Doubt = forecast.FewOutcomes
		}
		r := o.record(&f, "mandiri")
		r.Chosen = "own-rate"
		r.BaseRate, r.LastResult, r.Threshold = score(rivals.BaseRate(c)), score(rivals.LastYear(c)), score(p)
		out = append(out, r)
	}
	return out
}

// around is a 90 % interval of a rate over n, Wilson's, kept around p.
func around(p float64, n int) (low, high float64) {
	const z = 1.6448536269514722
	w := float64(n) + 1
	mid, half := (p+z*z/(2*w))/(1+z*z/w), z/(1+z*z/w)*math.Sqrt(p*(1-p)/w+z*z/(4*w*w))
	return min(max(mid-half, 0), p), max(min(mid+half, 1), p)
}

func casesOf(p *forecast.Programme, cycle int) []*forecast.Case {
	var out []*forecast.Case
	for i := range p.Cases {
		if p.Cases[i].Cycle == cycle {
			out = append(out, &p.Cases[i])
		}
	}
	return out
}

// record is a forecast as the lake keeps it.
func (o *Outlook) record(f *forecast.Forecast, issuer string) data.Forecast {
	stamp := data.Issued
	if o.archive.known[f.Cycle] {
		stamp = data.Reconstructed
	}
	z := &f.Frozen
	return data.Forecast{
		UnitID: f.Unit, Cycle: int32(f.Cycle), Target: f.Target, Issuer: issuer, AgencyID: f.Agency, Stamp: stamp, Model: modelVersion, Basis: o.basis[f.Cycle],
		MadeOn: o.archive.days[f.Cycle], Probability: score(f.P), Low: score(f.Low), High: score(f.High), Scores: score(f.Scores), Gate: score(f.Gate),
		Year: score(f.Year), Bottleneck: f.Bottleneck, Doubt: string(f.Doubt), Missing: int32(f.Missing), FirstTime: f.FirstTime,
		Structural: score(z.Structural), Margins: score(z.Margins), Recalibrated: score(z.Candidates[forecast.Recalibrated]),
		Stacked: score(z.Candidates[forecast.Stacked]), Logistic: score(z.Candidates[forecast.Margins]),
	}
}

// frozenOf is a forecast on record as the model reads it.
func frozenOf(f *data.Forecast) forecast.Frozen {
	out := forecast.Frozen{
		Unit: f.UnitID, Agency: f.AgencyID, Target: f.Target, Cycle: int(f.Cycle),
		P: f.Probability.Float(), Structural: f.Structural.Float(), Margins: f.Margins.Float(),
	}
	out.Candidates[forecast.Structural] = f.Structural.Float()
	out.Candidates[forecast.Recalibrated] = f.Recalibrated.Float()
	out.Candidates[forecast.Stacked] = f.Stacked.Float()
	out.Candidates[forecast.Margins] = f.Logistic.Float()
	return out
}

// score keeps a probability with twelve decimals, as the lake does.
func score(p float64) data.Score { return data.Score(math.Round(p * float64(data.One))) }
