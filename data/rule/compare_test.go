package rule_test

import (
	"slices"
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

// honest is what a form without faults reports: the result itself.
func honest(r *rule.Result) map[string]rule.Reported {
	out := map[string]rule.Reported{}
	for code, n := range r.Nodes {
		score := n.Score
		out[code] = rule.Reported{Score: &score}
	}
	for _, it := range r.Items {
		if _, isNode := r.Nodes[it.Item.ID]; !isNode && it.State == rule.Answered {
			score := it.Score
			out[it.Item.ID] = rule.Reported{Score: &score}
		}
	}
	return out
}

func points(s string) rule.Reported {
	v := data.MustScore(s)
	return rule.Reported{Score: &v}
}

func TestCompareAgrees(t *testing.T) {
	s := get(t, "90/2021")
	r := s.Score(full(s, true), s.DefaultPolicy())
	if ds := r.Compare(honest(r)); len(ds) > 0 {
		t.Errorf("differences from itself: %+v", ds)
	}
	if ds := r.Compare(nil); len(ds) > 0 {
		t.Errorf("a form that reports nothing differs: %+v", ds)
	}
	// A form computes in binary floating point.
	form := honest(r)
	form["total"] = points("100.00000000000003")
	if ds := r.Compare(form); len(ds) > 0 {
		t.Errorf("differences by floating point: %+v", ds)
	}
}

// Each fault alone is named by its reason, and carried up to the total.
func TestCompareReasons(t *testing.T) {
	s := get(t, "90/2021")
	best := full(s, true)
	tests := []struct {
		name   string
		w      rule.Worksheet
		change map[string]rule.Reported
		want   map[string]string // code -> reason
		codes  []string          // of the total's reason
	}{
		{
			name:   "an unanswered item left out of the mean",
			w:      without(best, "A.I.1.i.a"),
			change: map[string]rule.Reported{"A.I.1.i.a": {Text: "Blm Diisi"}, "A.I.1.i": points("0.5"), "A.I.1": points("4"), "A.I": points("30"), "A": points("60"), "total": points("100")},
			want:   map[string]string{"A.I.1.i": "blank-omitted", "A.I.1": "carried", "A.I": "carried", "A": "carried", "total": "carried"},
			codes:  []string{"A.I.1.i"},
		},
		{
			name:   "a misspelt answer type, nothing lost in the mean",
			w:      best,
			change: map[string]rule.Reported{"A.I.1.i.a": {Text: "-", Type: "Ya"}},
			want:   map[string]string{"A.I.1.i.a": "type"},
		},
		{
			name:   "a misspelt answer type that raises the mean",
			w:      with(best, choice("A.I.1.i.a", "Tidak")),
			change: map[string]rule.Reported{"A.I.1.i.a": {Text: "-", Type: "Ya"}, "A.I.1.i": points("0.5"), "A.I.1": points("4"), "A.I": points("30"), "A": points("60"), "total": points("100")},
			want:   map[string]string{"A.I.1.i.a": "type", "A.I.1.i": "omitted", "A.I.1": "carried", "A.I": "carried", "A": "carried", "total": "carried"},
			codes:  []string{"A.I.1.i"},
		},
		{
			name:   "an answer with a space that the form's formula does not know",
			w:      with(best, choice("A.I.1.i.a", "Ya")),
			change: map[string]rule.Reported{"A.I.1.i.a": {Text: "Blm Diisi", Spelling: "Ya "}},
			want:   map[string]string{"A.I.1.i.a": "spelling"},
		},
		{
			name:   "an item scored by another scale",
			w:      with(best, choice("A.I.1.i.b", "B")),
			change: map[string]rule.Reported{"A.I.1.i.b": {Score: points("0.67").Score, Type: "A/B/C/D"}, "A.I.1.i": points("0.4175")},
			want:   map[string]string{"A.I.1.i.b": "scale", "A.I.1.i": "carried"},
		},
		{
			name:   "LHKASN left out, LHKPN counted twice",
			w:      with(best, ratio("A.II.5.iii.a.a", 1, 2)),
			change: map[string]rule.Reported{"A.II.5.iii": points("1"), "A.II.5": points("6.5"), "A.II": points("29"), "A": points("59"), "total": points("99")},
			want:   map[string]string{"A.II.5.iii": "one-of-group", "A.II.5": "carried", "A.II": "carried", "A": "carried", "total": "carried"},
			codes:  []string{"A.II.5.iii"},
		},
		{
			name:   "0/0 in a ratio runs to the top",
			w:      with(best, ratio("A.II.5.ii.a", 0, 0)),
			change: failing("A.II.5.ii.a", "A.II.5.ii", "A.II.5", "A.II", "A", "total"),
			want:   map[string]string{"A.II.5.ii.a": "division", "A.II.5.ii": "carried", "A.II.5": "carried", "A.II": "carried", "A": "carried", "total": "carried"},
			codes:  []string{"A.II.5.ii.a"},
		},
		{
			name:   "the only item of a sub-area blank",
			w:      without(best, "A.II.2.i.a"),
			change: failing("A.II.2.i", "A.II.2", "A.II", "A", "total"),
			want:   map[string]string{"A.II.2.i": "blank-only", "A.II.2": "carried", "A.II": "carried", "A": "carried", "total": "carried"},
			codes:  []string{"A.II.2.i"},
		},
		{
			name:   "no cases last year, some this year",
			w:      with(best, ratio("A.II.3.iii.a", 2, 0)),
			change: failing("A.II.3.iii.a", "A.II.3.iii"),
			want:   map[string]string{"A.II.3.iii.a": "zero-before", "A.II.3.iii": "carried"},
		},
		{
			name:   "what does not apply earns nothing, weight not spread",
			w:      with(best, ratio("A.II.5.ii.a", 0, 0)),
			change: map[string]rule.Reported{"A.II.5.ii": {}, "A.II.5": points("4.5")},
			want:   map[string]string{"A.II.5": "sum-only"},
		},
		{
			name:   "a total typed over its formula",
			w:      best,
			change: map[string]rule.Reported{"total": {Score: points("97.25").Score, Typed: true}},
			want:   map[string]string{"total": "typed"},
		},
		{
			name:   "an item's score typed over its formula",
			w:      with(best, choice("A.I.1.i.b", "C")),
			change: map[string]rule.Reported{"A.I.1.i.b": {Score: points("0.9").Score, Typed: true}, "A.I.1.i": points("0.475")},
			want:   map[string]string{"A.I.1.i.b": "typed", "A.I.1.i": "carried"},
		},
		{
			name:   "a wrong weight",
			w:      best,
			change: map[string]rule.Reported{"A.I.1.i": {Score: points("0.6").Score, Weight: points("0.6").Score}},
			want:   map[string]string{"A.I.1.i": "weight"},
		},
		{
			name:   "a rounded number",
			w:      with(best, ratio("A.II.5.ii.a", 1, 3)),
			change: map[string]rule.Reported{"A.II.5.ii.a": points("0.33")},
			want:   map[string]string{"A.II.5.ii.a": "rounded"},
		},
		{
			name:   "a reference error",
			w:      best,
			change: map[string]rule.Reported{"A.I.3": {Text: "#REF!"}},
			want:   map[string]string{"A.I.3": "error"},
		},
		{
			name:   "a score for a refused answer",
			w:      without(best, "A.I.1.i.b"),
			change: map[string]rule.Reported{"A.I.1.i.b": points("1")},
			want:   map[string]string{"A.I.1.i.b": "scored-blank"},
		},
		{
			name:   "nobody knows why",
			w:      best,
			change: map[string]rule.Reported{"A.I.3": points("3.21")},
			want:   map[string]string{"A.I.3": "unknown"},
		},
		{
			name:   "a survey scored as a four-step choice",
			w:      with(best, value("B.I.a", 3)),
			change: map[string]rule.Reported{"B.I.a": points("11.725")},
			want:   map[string]string{"B.I.a": "scale"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := s.Score(tt.w, s.DefaultPolicy())
			form := honest(r)
			for code, p := range tt.change {
				form[code] = p
			}
			got := map[string]string{}
			for _, d := range r.Compare(form) {
				got[d.Code] = d.Reason
				if d.Code == "total" && !slices.Equal(d.Codes, tt.codes) {
					t.Errorf("the total points at %v, want %v", d.Codes, tt.codes)
				}
			}
			for code, reason := range tt.want {
				if got[code] != reason {
					t.Errorf("%s: reason %q, want %q", code, got[code], reason)
				}
			}
			for code, reason := range got {
				if _, wanted := tt.want[code]; !wanted {
					t.Errorf("%s differs (%s), though nothing was changed there", code, reason)
				}
			}
		})
	}
}

func without(w rule.Worksheet, id string) rule.Worksheet {
	out := with(w)
	delete(out, id)
	return out
}

func failing(codes ...string) map[string]rule.Reported {
	out := map[string]rule.Reported{}
	for _, c := range codes {
		out[c] = rule.Reported{Text: "#DIV/0!"}
	}
	return out
}
