package analytics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"tolok/analytics/forecast"
	"tolok/data"
	"tolok/data/rule"
)

// WarningQuestion asks which holders are likely to fall.
type WarningQuestion struct {
	Filter
	Rate float64 `param:"rate"` // share of those warned who may be warned in vain; 0 is a fifth
}

// EarlyWarning lists holders of a national predicate by the chance that the
// national team, looking again in the cycle asked for, would see them below a
// criterion of their predicate.
type EarlyWarning struct {
	Meta   Meta         `json:"meta"`
	Cycle  int          `json:"cycle"`
	Rate   float64      `json:"rate"`
	Warned int          `json:"warned"`
	Vain   float64      `json:"vain"` // expected share of those warned that would not fall
	Rows   []WarningRow `json:"rows"`
}

// WarningRow is one holder.
type WarningRow struct {
	UnitID     string  `json:"unit_id"`
	Name       string  `json:"name"`
	AgencyID   string  `json:"agency_id"`
	Agency     string  `json:"agency"`
	Kind       string  `json:"kind"`
	UnitType   string  `json:"unit_type"`
	Province   string  `json:"province"`
	Predicate  string  `json:"predicate"`
	Since      int     `json:"since"`
	From       int     `json:"from"`       // the cycle of the worksheet it rests on
	Risk       float64 `json:"risk"`       // of falling below a criterion
	Bottleneck string  `json:"bottleneck"` // the criterion likeliest to be missed
	Chance     float64 `json:"chance"`     // that this one is met
	Warned     bool    `json:"warned"`
}

type warningHolder struct {
	UnitID    string `col:"unit_id"`
	Cycle     int    `col:"cycle"`
	Predicate string `col:"predicate"`
	Since     int    `col:"since"`
	Name      string `col:"name"`
	AgencyID  string `col:"agency_id"`
	Agency    string `col:"agency"`
	Kind      string `col:"kind"`
	UnitType  string `col:"unit_type"`
	Code      string `col:"province_code"`
	Province  string `col:"province"`
	halfColumns
	reformColumns
	Performance *float64    `col:"performance"`
	IPAK        *data.Score `col:"ipak"`
	IPKP        *data.Score `col:"ipkp"`
}

// defaultVain is the share of warnings that may be in vain where nobody says
// otherwise.
const defaultVain = 0.2

// EarlyWarning answers: which holders are likely to fall below a criterion?
func (db *DB) EarlyWarning(ctx context.Context, q WarningQuestion) (*EarlyWarning, error) {
	if !(q.Rate >= 0 && q.Rate < 1) {
		return nil, fmt.Errorf("%w: rate=%g; use a share from 0 to 1", ErrBadRequest, q.Rate)
	}
	o, err := db.Outlook(ctx)
	if err != nil {
		return nil, err
	}
	if q.Filter, err = db.settleForecast(ctx, o, q.Filter); err != nil {
		return nil, err
	}
	r := &EarlyWarning{Meta: db.meta("early-warning", q.Filter), Cycle: q.Cycle, Rate: cmp.Or(q.Rate, defaultVain), Rows: []WarningRow{}}
	r.Meta.note("forecast-not-outcome")
	if db.scope.reach() != everything {
		r.Meta.note("own-only")
	}
	holders, err := collect[warningHolder](ctx, db, "warning_holders", q.params())
	if err != nil {
		return nil, err
	}
	if !o.enough(q.Cycle) {
		r.Meta.note("forecast-few-outcomes", "cycle", fmt.Sprint(q.Cycle))
		return r, nil
	}
	if len(holders) > 0 {
		if err := db.risks(ctx, o, r, &q, holders); err != nil {
			return nil, err
		}
	}
	r.Meta.N = Count(len(r.Rows))
	return r, nil
}

// enough reports whether the cycle's forecasts rest on enough results.
func (o *Outlook) enough(cycle int) bool {
	return slices.ContainsFunc(o.rows[cycle], func(f data.Forecast) bool { return f.Issuer == "nasional" && f.Doubt != string(forecast.FewOutcomes) })
}

func (db *DB) risks(ctx context.Context, o *Outlook, r *EarlyWarning, q *WarningQuestion, holders []warningHolder) error {
	m, err := db.model(ctx, q.Cycle)
	if err != nil {
		return err
	}
	set, ok := rule.ForCycle(q.Cycle)
	if !ok {
		return nil
	}
	var risk []float64
	for i := range holders {
		h := &holders[i]
		if !db.scope.owns(h.UnitID, h.AgencyID) || q.Unit != "" && q.Unit != h.UnitID ||
			q.Search != "" && !strings.Contains(strings.ToLower(h.Name+"\n"+h.UnitID+"\n"+h.Agency), strings.ToLower(q.Search)) {
			continue
		}
		s := programmeSheet{halfColumns: h.halfColumns, reformColumns: h.reformColumns, Performance: h.Performance, IPAK: h.IPAK, IPKP: h.IPKP}
		f, err := m.Predict(forecast.Case{Inputs: forecast.Inputs{
			Unit: h.UnitID, Agency: h.AgencyID, Kind: h.Kind, UnitType: h.UnitType, Region: h.Code, Cycle: q.Cycle, Target: h.Predicate, Rules: set.ID,
			Internal: s.sheet(), Surveys: s.surveys(),
		}})
		if err != nil {
			return err
		}
		if f.Doubt != "" {
			continue // too little is known to warn of
		}
		row := WarningRow{
			UnitID: h.UnitID, Name: h.Name, AgencyID: h.AgencyID, Agency: h.Agency, Kind: h.Kind, UnitType: h.UnitType, Province: h.Province,
			Predicate: h.Predicate, Since: h.Since, From: h.Cycle, Risk: 1 - f.Scores, Bottleneck: f.Bottleneck,
		}
		for _, c := range f.Criteria {
			if c.Code == f.Bottleneck {
				row.Chance = c.Met
			}
		}
		r.Rows = append(r.Rows, row)
		risk = append(risk, row.Risk)
	}
	for _, i := range forecast.Warnings(risk, r.Rate) {
		r.Rows[i].Warned = true
		r.Warned++
		r.Vain += 1 - risk[i]
	}
	if r.Warned > 0 {
		r.Vain /= float64(r.Warned)
	}
	slices.SortStableFunc(r.Rows, func(a, b WarningRow) int { return cmp.Compare(b.Risk, a.Risk) })
	return nil
}

// Grid lists the holders.
func (r *EarlyWarning) Grid() Grid {
	g := Grid{Columns: []string{"unit_id", "name", "agency_id", "agency", "unit_type", "province", "predicate", "since", "from", "risk", "warned", "bottleneck", "chance"}}
	for _, x := range r.Rows {
		g.add(x.UnitID, x.Name, x.AgencyID, x.Agency, x.UnitType, x.Province, x.Predicate, x.Since, x.From, x.Risk, x.Warned, x.Bottleneck, x.Chance)
	}
	return g
}
