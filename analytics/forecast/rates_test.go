package forecast

import (
	"math"
	"testing"
)

// With one column a trait and hardly any prior the fit meets its own sums: of
// everybody with a trait as many are expected as passed (the likelihood's
// equations). 1e-3 of a nominee is allowed.
func TestRatesMeetTheSumsOfEachTrait(t *testing.T) {
	traits := [][]string{{"WBK", "a"}, {"WBK", "b"}, {"WBBM", "a"}, {"WBBM", "b"}}
	tallies := []Tally{{30, 100}, {10, 80}, {4, 20}, {5, 15}}
	got, err := Rates(traits, tallies, 1e-6)
	if err != nil {
		t.Fatal(err)
	}
	passed, expected := map[string]float64{}, map[string]float64{}
	for k, own := range traits {
		for _, name := range own {
			passed[name] += tallies[k].Passed
			expected[name] += got[k] * tallies[k].Of
		}
	}
	for name := range passed {
		if math.Abs(passed[name]-expected[name]) > 1e-3 {
			t.Errorf("%s: %.4f expected, %.0f passed", name, expected[name], passed[name])
		}
	}
	// A rate that nobody met is not taken for certain.
	if got, err = Rates([][]string{{"a"}, {"b"}}, []Tally{{0, 3}, {20, 60}}, .25); err != nil || got[0] < .005 || got[0] > .3 {
		t.Errorf("none of 3: %v, %v", got, err)
	}
	if none, err := Rates(nil, nil, 1); none != nil || err != nil {
		t.Errorf("nobody: %v, %v", none, err)
	}
}
