package analytics

import (
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

// The page on methods quotes what the views allow for.
func TestTolerancesAreTheViews(t *testing.T) {
	rows, err := memory(t).QueryContext(t.Context(), "SELECT * FROM tolerance")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got, err := scanAll[Tolerances](rows)
	if err != nil || len(got) != 1 || got[0] != Allowed {
		t.Errorf("the views allow for %+v (%v), Go says %+v", got, err, Allowed)
	}
}

// The views take a score of 1 for the best choice.
func TestBestChoiceOfEveryScaleIsOne(t *testing.T) {
	for _, s := range rule.All() {
		for _, it := range s.Items {
			best := data.Score(0)
			for _, v := range it.Options {
				best = max(best, v)
			}
			if it.Formula == rule.FormulaOption && best != data.One {
				t.Errorf("%s item %s: the best choice scores %s", s.ID, it.ID, best)
			}
		}
	}
}
