package analytics

import (
	"context"

	"tolok/analytics/stat"
	"tolok/data"
)

// minRespondents is what the regulations ask of a survey (90/2021 Lampiran II
// p.55); here it only triggers a caveat, the criterion itself is in the rule
// set.
const minRespondents = 30

type surveyRow struct {
	Cycle       int          `col:"cycle"`
	Index       string       `col:"index"`
	Value       data.Amount  `col:"value"`
	SD          *data.Amount `col:"sd"`
	ScaleMin    *data.Amount `col:"scale_min"`
	ScaleMax    *data.Amount `col:"scale_max"`
	Respondents *int64       `col:"respondents"`
	Population  *int64       `col:"population"`
	Surveyor    string       `col:"surveyor"`
}

func (db *DB) surveys(ctx context.Context, p map[string]any) ([]SurveyStat, error) {
	rows, err := collect[surveyRow](ctx, db, "unit_surveys", p)
	out := make([]SurveyStat, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.stat())
	}
	return out, err
}

// stat derives the 0-4 value and its interval, and names what is missing for
// either.
func (r surveyRow) stat() SurveyStat {
	s := SurveyStat{
		Cycle: r.Cycle, Index: r.Index, Value: r.Value, ScaleMin: r.ScaleMin, ScaleMax: r.ScaleMax,
		Respondents: r.Respondents, Population: r.Population, Surveyor: r.Surveyor, Notes: []Note{},
	}
	note := func(code string) { s.Notes = append(s.Notes, Note{Code: code}) }
	switch {
	case r.Respondents == nil:
		note("survey-no-respondents")
	case *r.Respondents < minRespondents:
		note("survey-few-respondents")
	}
	if r.ScaleMin == nil || r.ScaleMax == nil {
		note("survey-no-scale")
		return s
	}
	if *r.ScaleMax == 6*data.OneAmount {
		note("survey-stars")
	}
	v := onFour(r.Value, *r.ScaleMax)
	s.Value4 = &v
	if r.SD == nil {
		note("survey-no-sd")
		return s
	}
	if r.Respondents != nil && *r.Respondents >= 2 {
		population := int64(0)
		if r.Population != nil {
			population = *r.Population
		}
		low, high := stat.MeanInterval(v, onFour(*r.SD, *r.ScaleMax), *r.Respondents, population)
		s.Interval = &Interval{Low: max(0, low), High: min(4, high), Method: "normal-fpc"}
	}
	return s
}

// onFour brings a value to 0-4 by its share of the scale's maximum, as
// agencies do: 98.75 of 100 is 3.95, 5.4 of 6 stars is 3.6 (the conversion of
// stars is not confirmed by any regulation).
func onFour(v, scaleMax data.Amount) float64 { return v.Float() * 4 / scaleMax.Float() }
