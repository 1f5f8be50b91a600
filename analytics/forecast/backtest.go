package forecast

// Origin is the forecasts of one cycle as they stood on its day.
type Origin struct {
	Cycle     int
	Chosen    Candidate
	Forecasts []Forecast
}

// Backtest forecasts each cycle from what was known before its day, in order,
// recalibrating only on forecasts it had frozen by then. Cycles must ascend;
// day gives the day of a cycle's forecast. The forecasts have probabilities and
// intervals, but no chances of single criteria and no bottleneck.
func Backtest(p Programme, cycles []int, day func(cycle int) Day) ([]Origin, []Frozen, error) {
	var out []Origin
	var frozen []Frozen
	for _, cycle := range cycles {
		m, err := Fit(p, cycle, day(cycle), frozen)
		if err != nil {
			return nil, nil, err
		}
		o := Origin{Cycle: cycle, Chosen: m.Chosen, Forecasts: m.all(coarse, false)}
		for i := range o.Forecasts {
			frozen = append(frozen, o.Forecasts[i].Frozen)
		}
		out = append(out, o)
	}
	return out, frozen, nil
}
