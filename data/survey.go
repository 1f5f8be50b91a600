package data

import "strings"

// Survey is one published index of a unit, for one period. The value is kept on
// the scale it was published on.
type Survey struct {
	UnitID      string  `parquet:"unit_id"`
	Cycle       int32   `parquet:"cycle"`
	Index       string  `parquet:"index,dict"` // IPAK, IPKP, IKM
	Value       Amount  `parquet:"value,decimal(6:18)"`
	SD          *Amount `parquet:"sd,decimal(6:18),optional"` // standard deviation between respondents, on the same scale
	ScaleMin    *Amount `parquet:"scale_min,decimal(6:18),optional"`
	ScaleMax    *Amount `parquet:"scale_max,decimal(6:18),optional"`
	Respondents *int64  `parquet:"respondents,optional"`
	Population  *int64  `parquet:"population,optional"`
	Surveyor    string  `parquet:"surveyor,dict,optional"`
	PeriodStart *Date   `parquet:"period_start,date,optional"`
	PeriodEnd   *Date   `parquet:"period_end,date,optional"`
	KnownOn     *Date   `parquet:"known_on,date,optional"`
	Origin
}

// Dataset implements [Record].
func (*Survey) Dataset() string { return "surveys" }

// Key implements [Record]. A surveyor is the same in capitals, and a survey of
// another period of the cycle is another one.
func (s *Survey) Key() string {
	period := ""
	if s.PeriodStart != nil {
		period = s.PeriodStart.String()
	}
	return key(s.UnitID, itoa(int64(s.Cycle)), s.Index, strings.ToLower(s.Surveyor), period)
}

// InCycle implements [Record].
func (s *Survey) InCycle() int32 { return s.Cycle }

// Validate implements [Record].
func (s *Survey) Validate() []Problem {
	c := check{dataset: "surveys"}
	c.id("unit_id", s.UnitID)
	c.cycle("cycle", s.Cycle)
	c.oneOf("index", s.Index, Indexes)
	c.atLeast("respondents", s.Respondents, 0)
	c.atLeast("population", s.Population, 0)
	c.atLeastAmount("sd", s.SD, 0)
	if s.ScaleMin != nil && s.ScaleMax != nil {
		switch {
		case *s.ScaleMin >= *s.ScaleMax:
			c.add("scale-upside-down", "scale_max", s.ScaleMax.String(), "> "+s.ScaleMin.String())
		case s.Value < *s.ScaleMin || s.Value > *s.ScaleMax:
			c.add("outside-scale", "value", s.Value.String(), s.ScaleMin.String()+" … "+s.ScaleMax.String())
		}
	} else if s.Value < 0 || s.Value > 100*OneAmount {
		c.add("out-of-range", "value", s.Value.String(), "0 … 100")
	}
	if s.PeriodStart != nil && s.PeriodEnd != nil && *s.PeriodEnd < *s.PeriodStart {
		c.add("ends-before-start", "period_end", s.PeriodEnd.String(), s.PeriodStart.String())
	}
	return c.problems
}
