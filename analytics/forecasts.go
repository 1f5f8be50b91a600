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
}

// ForecastRow is one nominee. Probabilities are 0-1, the interval 90 %.
type ForecastRow struct {
	UnitID      string     `json:"unit_id"`
	Target      string     `json:"target"`
	Probability data.Score `json:"probability"`
	Low         data.Score `json:"low"`
	High        data.Score `json:"high"`
	Bottleneck  string     `json:"bottleneck"` // the criterion least likely to be met; empty where the agency awards by itself
	FirstTime   bool       `json:"first_time"`
	Doubt       string     `json:"doubt"`   // why too little is known: few-outcomes, few-scores
	Missing     int        `json:"missing"` // inputs of nine that are not known
	Issuer      string     `json:"issuer"`
	Stamp       string     `json:"stamp"`
	Name        string     `json:"name"`
	AgencyID    string     `json:"agency_id"`
	Agency      string     `json:"agency"`
	Kind        string     `json:"kind"`
	UnitType    string     `json:"unit_type"`
	Province    string     `json:"province"`
	Result      string     `json:"result"` // of the nomination; empty while it is open, or not released
}

func (o *Outlook) row(f *data.Forecast, n *programmeNominee) ForecastRow {
	r := ForecastRow{
		UnitID: f.UnitID, Target: f.Target, Probability: f.Probability, Low: f.Low, High: f.High, Bottleneck: f.Bottleneck, FirstTime: f.FirstTime,
		Doubt: f.Doubt, Missing: int(f.Missing), Issuer: f.Issuer, Stamp: f.Stamp, Name: n.Name, AgencyID: n.AgencyID, Agency: n.Agency, Kind: n.Kind,
		UnitType: n.UnitType, Province: n.Place,
	}
	if n.Result != "berjalan" {
		r.Result = n.Result
	}
	return r
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
		r := o.row(x, n)
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
func (db *DB) Forecasts(ctx context.Context, f Filter) (*Forecasts, error) {
	o, err := db.Outlook(ctx)
	if err != nil {
		return nil, err
	}
	if f, err = db.settleForecast(ctx, o, f); err != nil {
		return nil, err
	}
	r := &Forecasts{Meta: db.meta("forecast", f), Cycle: f.Cycle, Rows: o.rowsOf(db.scope, f), Model: modelVersion}
	if d, ok := o.archive.days[f.Cycle]; ok {
		r.MadeOn = &d
	}
	sign := 1
	if f.Order == "asc" {
		sign = -1
	}
	slices.SortStableFunc(r.Rows, func(a, b ForecastRow) int { return sign * cmp.Compare(b.Probability, a.Probability) })
	r.Dist = make([]Bin, 10)
	for i := range r.Dist {
		r.Dist[i] = Bin{From: float64(i) * 10, To: float64(i+1) * 10}
	}
	for _, x := range r.Rows {
		r.Expected += x.Probability.Float()
		r.Dist[min(int(x.Probability/(data.One/10)), 9)].Count++
		if r.Stamp = cmp.Or(r.Stamp, x.Stamp); r.Stamp != x.Stamp {
			r.Stamp = "both"
		}
	}
	r.Meta.N = Count(len(r.Rows))
	r.Meta.noteForecast(db.scope, r.Rows)
	return r, nil
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

// Grid lists the nominees.
func (r *Forecasts) Grid() Grid {
	g := Grid{Columns: []string{"unit_id", "target", "probability", "low", "high", "bottleneck", "first_time", "doubt", "missing", "issuer", "stamp", "name", "agency_id", "agency", "kind", "unit_type", "province", "result"}}
	for _, x := range r.Rows {
		g.add(x.UnitID, x.Target, x.Probability, x.Low, x.High, x.Bottleneck, x.FirstTime, x.Doubt, x.Missing, x.Issuer, x.Stamp, x.Name, x.AgencyID, x.Agency, x.Kind, x.UnitType, x.Province, x.Result)
	}
	return g
}
