package data

// Forecast is one nominee's chance of passing, as it was put on record. What
// was issued stays as it was issued, whatever became known later.
//
// Basis names the records it was made of, so that one can see whether they are
// still those of the lake. MadeOn is the day whose knowledge it rests on: only
// what was known before counts.
type Forecast struct {
	UnitID      string `parquet:"unit_id"`
	Cycle       int32  `parquet:"cycle"`
	Target      string `parquet:"target,dict"`
	Issuer      string `parquet:"issuer,dict"`
	AgencyID    string `parquet:"agency_id,dict"`
	Stamp       string `parquet:"stamp,dict"` // issued: before any result of the cycle; reconstructed: later, from what was known then
	Model       string `parquet:"model,dict"` // version of the model
	Chosen      string `parquet:"chosen,dict"`
	Basis       string `parquet:"basis,dict"`
	MadeOn      Date   `parquet:"made_on,date"`
	Probability Score  `parquet:"probability,decimal(12:18)"` // of passing, 0-1
	Low         Score  `parquet:"low,decimal(12:18)"`         // 90 % interval
	High        Score  `parquet:"high,decimal(12:18)"`
	Scores      Score  `parquet:"scores,decimal(12:18)"` // of meeting every criterion
	Gate        Score  `parquet:"gate,decimal(12:18)"`   // of papers in order and no veto
	Year        Score  `parquet:"year,decimal(12:18)"`   // correlation with the year's strictness
	Bottleneck  string `parquet:"bottleneck,dict,optional"`
	Doubt       string `parquet:"doubt,dict,optional"`
	Missing     int32  `parquet:"missing"` // internal scores of nine that were filled in
	FirstTime   bool   `parquet:"first_time"`
	// What the years after are recalibrated on.
	Structural   Score `parquet:"structural,decimal(12:18)"`
	Margins      Score `parquet:"margins,decimal(12:18)"`
	Recalibrated Score `parquet:"recalibrated,decimal(12:18)"`
	Stacked      Score `parquet:"stacked,decimal(12:18)"`
	Logistic     Score `parquet:"logistic,decimal(12:18)"`
	// What a planner would have said without a model.
	BaseRate   Score `parquet:"base_rate,decimal(12:18)"`
	LastResult Score `parquet:"last_result,decimal(12:18)"`
	Threshold  Score `parquet:"threshold,decimal(12:18)"`
	Origin
}

// Stamps of a forecast.
const (
	Issued        = "issued"
	Reconstructed = "reconstructed"
)

// Forecasts is the dataset of forecasts. Nobody sends it: it is made of the
// others.
const Forecasts = "forecasts"

// Dataset implements [Record].
func (*Forecast) Dataset() string { return Forecasts }

// Key implements [Record].
func (f *Forecast) Key() string { return key(f.UnitID, itoa(int64(f.Cycle)), f.Target) }

// InCycle implements [Record].
func (f *Forecast) InCycle() int32 { return f.Cycle }

// Validate implements [Record].
func (f *Forecast) Validate() []Problem {
	c := check{dataset: Forecasts}
	c.id("unit_id", f.UnitID)
	c.cycle("cycle", f.Cycle)
	c.oneOf("target", f.Target, Targets)
	c.oneOf("issuer", f.Issuer, Issuers)
	c.oneOf("stamp", f.Stamp, []string{Issued, Reconstructed})
	for _, p := range []struct {
		name  string
		value Score
	}{{"probability", f.Probability}, {"low", f.Low}, {"high", f.High}} {
		if p.value < 0 || p.value > One {
			c.add("out-of-range", p.name, p.value.String(), "0 … 1")
		}
	}
	return c.problems
}
