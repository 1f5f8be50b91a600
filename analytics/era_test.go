package analytics

import "testing"

// Pass rates are pooled from one break of the rules to the next; WBK Mandiri
// and the amendment of 2024 leave worksheet and thresholds as they were.
func TestErasEndWhereTheRulesBreak(t *testing.T) {
	for _, c := range []struct{ cycle, first, last int }{{2016, 2014, 2018}, {2018, 2014, 2018}, {2019, 2019, 2020}, {2020, 2019, 2020}} {
		if first, last := era(c.cycle); first != c.first || last != c.last {
			t.Errorf("%d: %d to %d, want %d to %d", c.cycle, first, last, c.first, c.last)
		}
	}
	for _, cycle := range []int{2021, 2023, 2025} {
		if first, last := era(cycle); first != 2021 || last < 2040 {
			t.Errorf("%d: %d to %d, want 2021 and no end", cycle, first, last)
		}
	}
}

// Gaps of years on another LKE form are not mixed.
func TestRecentCyclesStayOnOneForm(t *testing.T) {
	for last, first := range map[int]int{2025: 2023, 2022: 2021, 2021: 2021, 2020: 2018, 2015: 2014} {
		if got := recentCycles(last); got[0] != first || got[len(got)-1] != last {
			t.Errorf("%d: %v, want from %d", last, got, first)
		}
	}
}
