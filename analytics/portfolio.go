package analytics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"tolok/analytics/forecast"
	"tolok/data"
)

// PortfolioQuestion asks whom to nominate.
type PortfolioQuestion struct {
	Filter
	Scenario string  `param:"scenario"` // a name for what was chosen, to tell tabs and links apart
	Quota    int     `param:"quota"`    // of every agency; 0: its own, else as many as it nominated
	Days     float64 `param:"days"`     // evaluator-days of every agency; 0: its own, or no limit
	Cost     float64 `param:"cost"`     // evaluator-days of one nominee
	Learn    float64 `param:"learn"`    // weight of what a nomination would teach, in passes
	Surveys  string  `param:"surveys"`  // none: as if this year's surveys did not exist yet
	With     string  `param:"with"`     // units to nominate whatever the chance, by comma
	Without  string  `param:"without"`  // units to leave out
}

// Portfolio is a choice of nominees under quotas, and what comes of it.
type Portfolio struct {
	Meta     Meta            `json:"meta"`
	Cycle    int             `json:"cycle"`
	Scenario string          `json:"scenario"`
	Agencies int             `json:"agencies"` // with a quota
	Chosen   int             `json:"chosen"`
	Expected float64         `json:"expected"` // passes
	Low      int             `json:"low"`      // 90 % of years lie between, with a strictness they share
	High     int             `json:"high"`
	Alone    [2]int          `json:"independent"` // the same if nominees did not share their year
	Days     float64         `json:"days"`
	Dist     []Bin           `json:"distribution"` // in how many of 1,000 years so many pass
	Rows     []PortfolioRow  `json:"rows"`
	Surveys  *SurveyWorth    `json:"surveys"` // what this year's surveys change; nil where they make no difference
	Regret   []PortfolioYear `json:"regret"`  // of past cycles
}

// PortfolioRow is one candidate.
type PortfolioRow struct {
	ForecastRow
	Chosen bool     `json:"chosen"`
	Forced string   `json:"forced"` // with, without, or empty
	Swap   string   `json:"swap"`   // of one left out: the chosen unit it would replace
	Cost   *float64 `json:"cost"`   // passes that the swap would lose
}

// SurveyWorth says what the surveys of the cycle change.
type SurveyWorth struct {
	Known    int     `json:"known"`    // candidates with a survey
	Changed  int     `json:"changed"`  // of the places, how many go to another without surveys
	Expected float64 `json:"expected"` // passes of what would be chosen without them, as one knows with them
	Loss     float64 `json:"loss"`     // passes lost by choosing without them
}

// PortfolioYear is what choosing by the forecast would have brought in a past
// cycle, under the same number of places in every agency.
type PortfolioYear struct {
	Cycle     int `json:"cycle"`
	Places    int `json:"places"`    // half of each agency's nominees
	Model     int `json:"model"`     // passes among those the forecasts would have chosen
	Threshold int `json:"threshold"` // among those with the highest TPI threshold rival
	Best      int `json:"best"`      // among the best choice in hindsight
}

const maxDays = 100_000

// Portfolio answers: under a quota for each agency, which nominees promise the
// most passes?
func (db *DB) Portfolio(ctx context.Context, q PortfolioQuestion) (*Portfolio, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	o, err := db.Outlook(ctx)
	if err != nil {
		return nil, err
	}
	if q.Filter, err = db.settleForecast(ctx, o, q.Filter); err != nil {
		return nil, err
	}
	if q.Target == "" {
		q.Target = data.WBK
	}
	q.Issuer = "nasional"
	r := &Portfolio{Meta: db.meta("portfolio", q.Filter), Cycle: q.Cycle, Scenario: q.Scenario, Rows: []PortfolioRow{}, Dist: []Bin{}, Regret: []PortfolioYear{}}
	pool := o.pool(db.scope, q.Filter)
	limits, err := db.limits(ctx, o, &q)
	if err != nil {
		return nil, err
	}
	if q.Surveys == "none" {
		if pool, err = db.blind(ctx, pool, q.Cycle); err != nil {
			return nil, err
		}
	} else if r.Surveys, err = db.surveyWorth(ctx, o, pool, limits, &q); err != nil {
		return nil, err
	}
	r.choose(o, db.scope, pool, limits, &q)
	r.Regret = o.regret(db.scope, q.Filter)
	rows := make([]ForecastRow, len(r.Rows))
	for i := range r.Rows {
		rows[i] = r.Rows[i].ForecastRow
	}
	r.Meta.N = Count(len(r.Rows))
	r.Meta.noteForecast(db.scope, rows)
	return r, nil
}

func (q *PortfolioQuestion) check() error {
	switch {
	case q.Quota < 0 || q.Quota > maxDays:
		return fmt.Errorf("%w: quota=%d; use 1 or more", ErrBadRequest, q.Quota)
	case !(q.Days >= 0 && q.Days <= maxDays), !(q.Cost >= 0 && q.Cost <= maxDays):
		return fmt.Errorf("%w: days and cost are numbers of days, 0 or more", ErrBadRequest)
	case !(q.Learn >= 0 && q.Learn <= 10):
		return fmt.Errorf("%w: learn=%g; use 0 to 10", ErrBadRequest, q.Learn)
	case q.Surveys != "" && q.Surveys != "none":
		return fmt.Errorf("%w: surveys=%q; use none, or leave it out", ErrBadRequest, q.Surveys)
	}
	return nil
}

// pool lists the candidates of a cycle with a chance that may be shown.
func (o *Outlook) pool(s Scope, f Filter) []forecast.Forecast {
	var out []forecast.Forecast
	for i := range o.rows[f.Cycle] {
		x := &o.rows[f.Cycle][i]
		n := o.archive.nominees[nomineeKey{x.UnitID, x.Target, f.Cycle}]
		if n == nil || x.Issuer != f.Issuer || !s.owns(x.UnitID, n.AgencyID) || !f.leaves(n) || o.row(s, x, n).Probability == nil {
			continue
		}
		out = append(out, forecast.Forecast{
			Unit: x.UnitID, Agency: x.AgencyID, Target: x.Target, Cycle: f.Cycle, P: x.Probability.Float(), Low: x.Low.Float(), High: x.High.Float(),
			Scores: x.Scores.Float(), Gate: x.Gate.Float(), Year: x.Year.Float(), FirstTime: x.FirstTime,
		})
	}
	return out
}

type limitRow struct {
	AgencyID string       `col:"agency_id"`
	Quota    *int64       `col:"quota"`
	Days     *data.Amount `col:"evaluator_days"`
}

// limits are the quotas and days of the agencies: those asked for, else those
// on record, else as many as were nominated.
func (db *DB) limits(ctx context.Context, o *Outlook, q *PortfolioQuestion) (forecast.Limits, error) {
	l := forecast.Limits{Quota: map[string]int{}, Days: map[string]float64{}, Learn: q.Learn}
	rows, err := collect[limitRow](ctx, db, "portfolio_quotas", q.params())
	if err != nil {
		return l, err
	}
	for _, f := range o.pool(db.scope, q.Filter) {
		l.Quota[f.Agency]++
		if q.Days > 0 {
			l.Days[f.Agency] = q.Days
		}
	}
	for _, r := range rows {
		if _, ok := l.Quota[r.AgencyID]; !ok {
			continue
		}
		if r.Quota != nil {
			l.Quota[r.AgencyID] = int(*r.Quota)
		}
		if r.Days != nil && q.Days == 0 && q.Cost > 0 {
			l.Days[r.AgencyID] = min(r.Days.Float(), maxDays)
		}
	}
	for a := range l.Quota {
		if q.Quota > 0 {
			l.Quota[a] = q.Quota
		}
	}
	cost := q.Cost
	l.Cost = func(*forecast.Forecast) float64 { return cost }
	return l, nil
}

func list(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// choice is what is chosen of a pool, what was asked for by name included.
type choice struct {
	forecast.Choice
	forced map[int]string
}

// chooseFrom chooses under the limits. Who is to be in takes a place first, who is to
// be out none.
func chooseFrom(pool []forecast.Forecast, l forecast.Limits, q *PortfolioQuestion) choice {
	c := choice{forced: map[int]string{}}
	with, without := list(q.With), list(q.Without)
	quota, days := map[string]int{}, map[string]float64{}
	for a, n := range l.Quota {
		quota[a] = n
	}
	for a, d := range l.Days {
		days[a] = d
	}
	var open []forecast.Forecast
	var at []int
	for i := range pool {
		f := &pool[i]
		switch {
		case slices.Contains(without, f.Unit):
			c.forced[i] = "without"
		case slices.Contains(with, f.Unit):
			c.forced[i] = "with"
			quota[f.Agency] = max(quota[f.Agency]-1, 0)
			if d, ok := days[f.Agency]; ok {
				days[f.Agency] = max(d-l.Cost(f), 0)
			}
			c.Chosen = append(c.Chosen, i)
			c.Expected += f.P
			c.Days += l.Cost(f)
		default:
			open = append(open, *f)
			at = append(at, i)
		}
	}
	l.Quota, l.Days = quota, days
	free := forecast.Choose(open, l)
	for _, i := range free.Chosen {
		c.Chosen = append(c.Chosen, at[i])
	}
	for _, s := range free.Swaps {
		s.In = at[s.In]
		if s.Out >= 0 {
			s.Out = at[s.Out]
		}
		c.Swaps = append(c.Swaps, s)
	}
	slices.Sort(c.Chosen)
	c.Expected += free.Expected
	c.Days += free.Days
	return c
}

func (r *Portfolio) choose(o *Outlook, s Scope, pool []forecast.Forecast, l forecast.Limits, q *PortfolioQuestion) {
	c := chooseFrom(pool, l, q)
	r.Agencies, r.Chosen, r.Expected, r.Days = len(l.Quota), len(c.Chosen), c.Expected, c.Days
	chosen := make([]forecast.Forecast, 0, len(c.Chosen))
	in := map[int]bool{}
	for _, i := range c.Chosen {
		in[i] = true
		chosen = append(chosen, pool[i])
	}
	swaps := map[int]forecast.Swap{}
	for _, x := range c.Swaps {
		swaps[x.In] = x
	}
	byUnit := map[inCycleFor]*data.Forecast{}
	for i := range o.rows[q.Cycle] {
		f := &o.rows[q.Cycle][i]
		byUnit[inCycleFor{f.UnitID, f.Target}] = f
	}
	for i := range pool {
		f := *byUnit[inCycleFor{pool[i].Unit, pool[i].Target}]
		f.Probability, f.Low, f.High = score(pool[i].P), score(pool[i].Low), score(pool[i].High)
		n := o.archive.nominees[nomineeKey{f.UnitID, f.Target, q.Cycle}]
		row := PortfolioRow{ForecastRow: o.row(s, &f, n), Chosen: in[i], Forced: c.forced[i]}
		if !s.decided(q.Cycle) {
			row.Result = ""
		}
		if x, ok := swaps[i]; ok {
			row.Cost = &x.Cost
			if x.Out >= 0 {
				row.Swap = pool[x.Out].Unit
			}
		}
		r.Rows = append(r.Rows, row)
	}
	slices.SortStableFunc(r.Rows, func(a, b PortfolioRow) int {
		if a.Chosen != b.Chosen {
			return cmp.Compare(btoi(b.Chosen), btoi(a.Chosen))
		}
		return cmp.Compare(b.chance(), a.chance())
	})
	r.spread(chosen)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// spread is how many of the chosen would pass.
func (r *Portfolio) spread(chosen []forecast.Forecast) {
	if len(chosen) == 0 {
		return
	}
	together := forecast.PassesTogether(chosen)
	p := make([]float64, len(chosen))
	for i := range chosen {
		p[i] = chosen[i].P
	}
	alone := forecast.Passes(p)
	r.Low, r.High = forecast.Quantile(together, 0.05), forecast.Quantile(together, 0.95)
	r.Alone = [2]int{forecast.Quantile(alone, 0.05), forecast.Quantile(alone, 0.95)}
	from, to := forecast.Quantile(together, 0.001), forecast.Quantile(together, 0.999)
	for k := from; k <= to; k++ {
		r.Dist = append(r.Dist, Bin{From: float64(k) - 0.5, To: float64(k) + 0.5, Count: int64(1000*together[k] + 0.5)})
	}
}

// blind is the pool as if the cycle's surveys were not known yet.
func (db *DB) blind(ctx context.Context, pool []forecast.Forecast, cycle int) ([]forecast.Forecast, error) {
	if len(pool) == 0 {
		return pool, nil
	}
	known, err := db.withoutSurveys(ctx, cycle)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(pool)
	for i := range pool {
		if f, ok := known[inCycleFor{pool[i].Unit, pool[i].Target}]; ok {
			out[i] = f
		}
	}
	return out, nil
}

// surveyWorth compares the choice with the one that would be made without this
// year's surveys.
func (db *DB) surveyWorth(ctx context.Context, o *Outlook, pool []forecast.Forecast, l forecast.Limits, q *PortfolioQuestion) (*SurveyWorth, error) {
	w := &SurveyWorth{}
	for i := range pool {
		if c, ok := o.archive.find(pool[i].Unit, pool[i].Target, q.Cycle); ok && (c.Surveys.IPAK.Value.Known || c.Surveys.IPKP.Value.Known) {
			w.Known++
		}
	}
	if w.Known == 0 {
		return w, nil
	}
	without, err := db.blind(ctx, pool, q.Cycle)
	if err != nil {
		return nil, err
	}
	seen, unseen := chooseFrom(pool, l, q), chooseFrom(without, l, q)
	for _, i := range unseen.Chosen {
		w.Expected += pool[i].P
		if !slices.Contains(seen.Chosen, i) {
			w.Changed++
		}
	}
	w.Loss = seen.Expected - w.Expected
	return w, nil
}

// regret looks back: had every agency in past cycles only had places for half of
// its nominees, how many passes would have been among those chosen?
func (o *Outlook) regret(s Scope, f Filter) []PortfolioYear {
	out := []PortfolioYear{}
	all := o.graded(s, Filter{Kind: f.Kind, Agency: f.Agency, UnitType: f.UnitType, Province: f.Province, Target: f.Target, Issuer: f.Issuer})
	for _, cycle := range o.archive.cycles() {
		if cycle >= f.Cycle {
			break
		}
		var model, threshold, best []forecast.Forecast
		quota := map[string]int{}
		passed := map[string]bool{}
		for _, g := range all {
			if int(g.f.Cycle) != cycle || g.f.Doubt == string(forecast.FewOutcomes) || !s.owns(g.f.UnitID, g.f.AgencyID) {
				continue
			}
			x := forecast.Forecast{Unit: g.f.UnitID, Agency: g.f.AgencyID, P: g.f.Probability.Float()}
			model = append(model, x)
			x.P = g.f.Threshold.Float()
			threshold = append(threshold, x)
			if x.P = 0; g.passed() {
				x.P = 1
				passed[x.Unit] = true
			}
			best = append(best, x)
			quota[x.Agency]++
		}
		if len(model) == 0 {
			continue
		}
		y := PortfolioYear{Cycle: cycle}
		for a := range quota {
			quota[a] = (quota[a] + 1) / 2
			y.Places += quota[a]
		}
		count := func(list []forecast.Forecast) (n int) {
			for _, i := range forecast.Choose(list, forecast.Limits{Quota: quota}).Chosen {
				n += btoi(passed[list[i].Unit])
			}
			return n
		}
		y.Model, y.Threshold, y.Best = count(model), count(threshold), count(best)
		out = append(out, y)
	}
	return out
}

// Grid lists the candidates.
func (r *Portfolio) Grid() Grid {
	g := Grid{Columns: []string{"unit_id", "target", "chosen", "forced", "probability", "low", "high", "bottleneck", "swap", "cost", "name", "agency_id", "agency", "unit_type", "province", "doubt", "result"}}
	for _, x := range r.Rows {
		g.add(x.UnitID, x.Target, x.Chosen, x.Forced, x.Probability, x.Low, x.High, x.Bottleneck, x.Swap, x.Cost, x.Name, x.AgencyID, x.Agency, x.UnitType, x.Province, x.Doubt, x.Result)
	}
	return g
}
