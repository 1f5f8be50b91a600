package rule_test

import (
	"slices"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

// A ratio wants both its sides; what is missing is named.
func TestHalfRatios(t *testing.T) {
	const settled, lhkpn, fall = "A.II.5.ii.a", "A.II.5.iii.a.a", "A.II.3.iii.a"
	tests := []struct {
		name  string
		given []string
		want  string // "", or the code, the ratio and what it lacks
	}{
		{"nothing", nil, ""},
		{"both sides", []string{settled + ".1", settled + ".3"}, ""},
		{"settled, and nothing received", []string{settled + ".3"}, "half-ratio " + settled + " lacks " + settled + ".1"},
		{"received, and nothing settled", []string{settled + ".1"}, "half-ratio " + settled + " lacks " + settled + ".3"},
		{"in progress only: it counts for neither side", []string{settled + ".2"}, ""},
		{"a fall without last year", []string{fall + ".2"}, "half-ratio " + fall + " lacks " + fall + ".1"},
		{"the total, without its parts", []string{lhkpn + ".1", lhkpn + ".5"}, ""},
		{"all parts, without the total", []string{lhkpn + ".2", lhkpn + ".3", lhkpn + ".4", lhkpn + ".5"}, ""},
		{"some parts, without the total", []string{lhkpn + ".2", lhkpn + ".4", lhkpn + ".5"}, "half-ratio " + lhkpn + " lacks " + lhkpn + ".1, " + lhkpn + ".3"},
		{"some parts and nothing else", []string{lhkpn + ".2"}, "half-ratio " + lhkpn + " lacks " + lhkpn + ".5, " + lhkpn + ".1, " + lhkpn + ".3, " + lhkpn + ".4"},
		{"some parts beside the total", []string{lhkpn + ".1", lhkpn + ".2", lhkpn + ".5"}, "parts-differ"},
		{"the rate itself, with one side below", []string{settled, settled + ".3"}, ""},
	}
	s, one := get(t, "90/2021"), data.OneAmount
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := rule.Worksheet{}
			for i, id := range tt.given {
				v := one * data.Amount(1+i%2)
				w[id] = data.Answer{UnitID: "U", Cycle: 2024, Layer: data.Self, Regulation: s.ID, ItemID: id, Value: &v}
			}
			var got []string
			for _, p := range s.CheckWorksheet(w) {
				g := p.Code
				if g == "half-ratio" {
					g += " " + p.Value + " lacks " + p.Want
				}
				if !strings.HasPrefix(p.Subject, "U|2024|self|90/2021|") || p.Severity != data.Flagged || !data.HasProblemText(p.Code) {
					t.Errorf("%+v", p)
				}
				got = append(got, g)
			}
			got = slices.DeleteFunc(got, func(g string) bool { return g == "above-denominator" })
			if strings.Join(got, "; ") != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
