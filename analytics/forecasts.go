package analytics

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"tolok/analytics/forecast"
	"tolok/data"
)

// Forecasts lists the nominees of one cycle with their chance of passing, from
// what was known before the cycle's results; the likeliest first.
type Forecasts struct {
	Meta     Meta          `json:"meta"`
	Cycle    int           `json:"cycle"`
	Stamp    string        `json:"stamp"`   // issued, reconstructed, both, or empty
	MadeOn   *data.Date    `json:"made_on"` // the day whose knowledge they rest on
	Model    string        `json:"model"`
	Expected float64       `json:"expected"` // passes, of the rows below
	Dist     []Bin         `json:"distribution"`
	Rows     []ForecastRow `json:"rows"`
	// Nominee is the one unit that was asked about, in full.
	Nominee *NomineeForecast `json:"nominee,omitempty"`
}

// ForecastRow is one nominee. Probabilities are 0-1, the interval 90 %.
//
// A model is made of everybody's scores. Whoever may not see them gets its
// numbers to three decimals, and none where it rests on too few results to
// hide single units in.
type ForecastRow struct {
	UnitID      string      `json:"unit_id"`
	Target      string      `json:"target"`
	Probability *data.Score `json:"probability"`
	Low         *data.Score `json:"low"`
	High        *data.Score `json:"high"`
	Bottleneck  string      `json:"bottleneck"` // the criterion least likely to be met; empty where the agency awards by itself
	FirstTime   bool        `json:"first_time"`
	Doubt       string      `json:"doubt"`   // why too little is known: few-outcomes, few-scores
	Missing     int         `json:"missing"` // inputs of nine that are not known
	Issuer      string      `json:"issuer"`
	Stamp       string      `json:"stamp"`
	Name        string      `json:"name"`
	AgencyID    string      `json:"agency_id"`
	Agency      string      `json:"agency"`
	Kind        string      `json:"kind"`
	UnitType    string      `json:"unit_type"`
	Province    string      `json:"province"`
	Result      string      `json:"result"` // of the nomination; empty while it is open, or not released
}

func (o *Outlook) row(s Scope, f *data.Forecast, n *programmeNominee) ForecastRow {
	p, low, high := f.Probability, f.Low, f.High
	r := ForecastRow{
		UnitID: f.UnitID, Target: f.Target, Probability: &p, Low: &low, High: &high, Bottleneck: f.Bottleneck, FirstTime: f.FirstTime,
		Doubt: f.Doubt, Missing: int(f.Missing), Issuer: f.Issuer, Stamp: f.Stamp, Name: n.Name, AgencyID: n.AgencyID, Agency: n.Agency, Kind: n.Kind,
		UnitType: n.UnitType, Province: n.Place,
	}
	if n.Result != "berjalan" {
		r.Result = n.Result
	}
	if s.reach() != everything {
		p, low, high = p.Round(3), low.Round(3), high.Round(3)
		if f.Doubt == string(forecast.FewOutcomes) {
			r.Probability, r.Low, r.High, r.Bottleneck = nil, nil, nil, ""
		}
	}
	return r
}

// chance is the probability as a number; unknown ones lie below all others.
func (r *ForecastRow) chance() float64 {
	if r.Probability == nil {
		return -1
	}
	return r.Probability.Float()
}

// rowsOf lists the forecasts of a cycle that the filter leaves and the reader
// may see: of their own units. Outcomes are blank until they are released.
func (o *Outlook) rowsOf(s Scope, f Filter) []ForecastRow {
	out := []ForecastRow{}
	find := strings.ToLower(f.Search)
	for i := range o.rows[f.Cycle] {
		x := &o.rows[f.Cycle][i]
		n := o.archive.nominees[nomineeKey{x.UnitID, x.Target, f.Cycle}]
		if n == nil || !s.owns(x.UnitID, n.AgencyID) || !f.leaves(n) || f.Unit != "" && f.Unit != x.UnitID {
			continue
		}
		if find != "" && !strings.Contains(strings.ToLower(n.Name+"\n"+n.UnitID+"\n"+n.Agency), find) {
			continue
		}
		r := o.row(s, x, n)
		if !s.decided(f.Cycle) {
			r.Result = ""
		}
		out = append(out, r)
	}
	return out
}

// settleForecast is settle for questions about forecasts: the newest cycle
// with nominees is the one to look forward to.
func (db *DB) settleForecast(ctx context.Context, o *Outlook, f Filter) (Filter, error) {
	if cycles := o.archive.cycles(); f.Cycle == 0 && len(cycles) > 0 {
		f.Cycle = cycles[len(cycles)-1]
	}
	size := f.Size
	f, err := db.settle(ctx, f)
	f.Size = size
	return f, err
}

// Forecasts answers: who will pass, and how sure is that? Every nominee of the
// cycle that the reader may see is listed; pages are made by whoever shows it.
func (db *DB) Forecasts(ctx context.Context, q ForecastQuestion) (*Forecasts, error) {
	o, err := db.Outlook(ctx)
	if err != nil {
		return nil, err
	}
	if q.Filter, err = db.settleForecast(ctx, o, o.lastOf(q.Filter)); err != nil {
		return nil, err
	}
	f := q.Filter
	r := &Forecasts{Meta: db.meta("forecast", f), Cycle: f.Cycle, Rows: o.rowsOf(db.scope, f), Model: modelVersion}
	if d, ok := o.archive.days[f.Cycle]; ok {
		r.MadeOn = &d
	}
	sign := 1
	if f.Order == "asc" {
		sign = -1
	}
	doubted := func(x ForecastRow) int { // those of whom too little is known come last, whatever the order
		if x.Doubt != "" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(r.Rows, func(a, b ForecastRow) int {
		return cmp.Or(cmp.Compare(doubted(a), doubted(b)), sign*cmp.Compare(b.chance(), a.chance()))
	})
	r.Dist = make([]Bin, 10)
	for i := range r.Dist {
		r.Dist[i] = Bin{From: float64(i) * 10, To: float64(i+1) * 10}
	}
	for _, x := range r.Rows {
		if x.Probability != nil {
			r.Expected += x.chance()
			r.Dist[min(int(*x.Probability/(data.One/10)), 9)].Count++
		}
		if r.Stamp = cmp.Or(r.Stamp, x.Stamp); r.Stamp != x.Stamp {
			r.Stamp = "both"
		}
	}
	r.Meta.N = Count(len(r.Rows))
	r.Meta.noteForecast(db.scope, r.Rows)
	if q.Unit != "" {
		r.Nominee, err = db.nominee(ctx, o, r.Rows, &q)
	}
	return r, err
}

// noteForecast says what to beware of in a list of forecasts.
func (m *Meta) noteForecast(s Scope, rows []ForecastRow) {
	m.note("forecast-not-outcome")
	if s.reach() != everything {
		m.note("own-only")
	}
	few, scores, own := 0, 0, 0
	for _, r := range rows {
		switch {
		case r.Issuer != "nasional":
		case r.Doubt == string(forecast.FewOutcomes):
			few++
		case r.Doubt == string(forecast.FewScores):
			scores++
		}
		if r.Issuer != "nasional" {
			own++
		}
		if r.Stamp == data.Reconstructed {
			m.note("forecast-reconstructed")
		}
	}
	if few > 0 {
		m.note("forecast-few-outcomes", "cycle", strconv.Itoa(m.Filter.Cycle))
	}
	if scores > 0 {
		m.note("forecast-few-scores", "n", strconv.Itoa(scores))
	}
	if own > 0 {
		m.note("forecast-own-rate", "n", strconv.Itoa(own))
	}
}

// Grid lists the nominees; of one unit all that is said of it.
func (r *Forecasts) Grid() Grid {
	if r.Nominee != nil {
		return r.Nominee.grid()
	}
	g := Grid{Columns: []string{"unit_id", "target", "probability", "low", "high", "bottleneck", "first_time", "doubt", "missing", "issuer", "stamp", "name", "agency_id", "agency", "kind", "unit_type", "province", "result"}}
	for _, x := range r.Rows {
		g.add(x.UnitID, x.Target, x.Probability, x.Low, x.High, x.Bottleneck, x.FirstTime, x.Doubt, x.Missing, x.Issuer, x.Stamp, x.Name, x.AgencyID, x.Agency, x.Kind, x.UnitType, x.Province, x.Result)
	}
	return g
}
