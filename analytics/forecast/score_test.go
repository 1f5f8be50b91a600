package forecast

import (
	"testing"
)

// Over a few hundred nominees the model beats what planners go by today by
// more than luck, and its curve stays within the bands nearly everywhere.
func TestSkillAgainstTheRivals(t *testing.T) {
	w := small()
	_, frozen, err := Backtest(w.programme, []int{2020, 2021, 2022, 2023}, forecastDay)
	if err != nil {
		t.Fatal(err)
	}
	passed := outcomes(w.programme)
	cases := map[caseKey]*Case{}
	for i := range w.programme.Cases {
		c := &w.programme.Cases[i]
		cases[caseKey{c.Unit, c.Target, c.Cycle}] = c
	}
	var own []Scored
	var agencies []string
	rivals := map[string][]Scored{}
	for _, f := range frozen {
		key := keyOfFrozen(&f)
		c, ok := cases[key], passed[key]
		v := NewRivals(w.programme, f.Cycle, forecastDay(f.Cycle))
		own = append(own, Scored{f.P, ok})
		agencies = append(agencies, f.Agency)
		rivals["base rate"] = append(rivals["base rate"], Scored{v.BaseRate(c), ok})
		rivals["last year"] = append(rivals["last year"], Scored{v.LastYear(c), ok})
		rivals["threshold"] = append(rivals["threshold"], Scored{v.Threshold(w.programme.Rules[c.Rules], c), ok})
	}
	for name, r := range rivals {
		s := Skill(own, r, agencies)
		t.Logf("%s: skill %.2f (%.2f … %.2f)", name, s.Value, s.Low, s.High)
		if !(s.Low > 0 && s.Low <= s.Value && s.Value <= s.High) {
			t.Errorf("against %s: %+v", name, s)
		}
		if again := Skill(own, r, agencies); again != s {
			t.Error("the bootstrap does not repeat")
		}
	}
	inside, n := 0, 0
	for _, s := range CORP(own).Steps {
		n += s.N
		if s.Low <= s.Passed && s.Passed <= s.High {
			inside += s.N
		}
	}
	t.Logf("%d of %d within the bands", inside, n)
	if 2*inside < n {
		t.Errorf("%d of %d forecasts are within their consistency bands", inside, n)
	}
	total := 0
	for _, b := range Bands(own) {
		total += b.N
	}
	if total != len(own) {
		t.Errorf("%d of %d forecasts are in a band", total, len(own))
	}
}
