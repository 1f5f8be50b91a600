package rule_test

import (
	"maps"
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

// full is a worksheet with every option at its best or worst, every ratio at 1
// or 0, and the surveys at 4 or 0.
func full(s *rule.Set, best bool) rule.Worksheet {
	w := rule.Worksheet{}
	for _, it := range s.Items {
		a := data.Answer{ItemID: it.ID}
		v := 0.0
		if best {
			v = 1
		}
		switch it.Formula {
		case rule.FormulaOption:
			names := it.OptionNames()
			a.Choice = names[len(names)-1]
			if best {
				a.Choice = names[0]
			}
		case rule.FormulaValue4:
			a.Value = amount(4 * v)
		case rule.FormulaPercent:
			a.Value = amount(100 * v)
		case rule.FormulaRatio:
			a.Num, a.Den = amount(v), amount(1)
		case rule.FormulaFall:
			a.Num, a.Den = amount(1-v), amount(1)
		default:
			continue
		}
		w[it.ID] = a
	}
	return w
}

func with(w rule.Worksheet, answers ...data.Answer) rule.Worksheet {
	out := maps.Clone(w)
	for _, a := range answers {
		out[a.ItemID] = a
	}
	return out
}

func choice(id, c string) data.Answer        { return data.Answer{ItemID: id, Choice: c} }
func value(id string, v float64) data.Answer { return data.Answer{ItemID: id, Value: amount(v)} }
func ratio(id string, n, d float64) data.Answer {
	return data.Answer{ItemID: id, Num: amount(n), Den: amount(d)}
}

// A value exactly at its threshold passes, one just below does not. Thirds reach
// their sum.
func TestThresholdsAtTheEdge(t *testing.T) {
	s := get(t, "90/2021")
	best, worst := full(s, true), full(s, false)
	tests := []struct {
		name, target, criterion string
		w                       rule.Worksheet
		passed                  bool
		margin                  string
	}{
		{"IPAK 3.60", "WBK", "IPAK", with(best, value("B.I.a", 3.6)), true, "0"},
		{"IPAK 3.59", "WBK", "IPAK", with(best, value("B.I.a", 3.59)), false, "-0.01"},
		{"IPAK 3.60 in points", "WBBM", "B.I.a", with(best, value("B.I.a", 3.6)), true, "0"},
		{"IPKP 3.20", "WBK", "B.II", with(best, value("B.II.a", 3.2)), true, "0"},
		{"IPKP 3.20 is not enough for WBBM", "WBBM", "B.II", with(best, value("B.II.a", 3.2)), false, "-1.75"},
		{"performance C", "WBK", "B.I.b", with(best, choice("B.I.b", "C")), true, "0"},
		{"performance C is not enough for WBBM", "WBBM", "B.I.b", with(best, choice("B.I.b", "C")), false, "-1.25"},
		{"performance B", "WBBM", "B.I.b", with(best, choice("B.I.b", "B")), true, "0"},
		// Of 15 points 9 are asked: 7.5 of compliance, and 3 x 1/3 + 1 x 1/2 of reform.
		{"60 % of an area by thirds", "WBK", "A.area.PW", with(onlyCompliance(s, "PW"), ratio("A.II.5.ii.a", 1, 3), ratio("A.II.5.iii.a.a", 1, 2)), true, "0"},
		{"a thousandth less", "WBK", "A.area.PW", with(onlyCompliance(s, "PW"), ratio("A.II.5.ii.a", 1, 3), ratio("A.II.5.iii.a.a", 499, 1000)), false, "-0.006666667"},
		{"total of a perfect worksheet", "WBBM", "total", best, true, "15"},
		{"total of nothing", "WBK", "total", worst, false, "-75"},
	}
	for _, tt := range tests {
		for _, v := range s.Score(tt.w, s.DefaultPolicy()).Criteria(nil) {
			if v.Target == tt.target && v.Criterion == tt.criterion && (*v.Passed != tt.passed || v.Margin.String() != tt.margin) {
				t.Errorf("%s: passed %v with margin %s, want %v with %s", tt.name, *v.Passed, v.Margin, tt.passed, tt.margin)
			}
		}
	}
}

func onlyCompliance(s *rule.Set, area string) rule.Worksheet {
	w, best := full(s, false), full(s, true)
	for _, it := range s.Items {
		n, _ := s.Node(it.Node)
		if n.Area == area && n.Part == "pemenuhan" {
			w[it.ID] = best[it.ID]
		}
	}
	return w
}

// The regulation's minima, by rule set and target (domain: table of thresholds).
func TestMinima(t *testing.T) {
	tests := []struct {
		set, target string
		want        map[string]string
	}{
		{"90/2021", "WBK", map[string]string{"total": "75", "A": "40", "A.area.MP": "60", "B.I": "18.25", "B.I.a": "15.75", "IPAK": "3.6", "B.I.b": "2.5", "B.II": "14", "IPKP": "3.2"}},
		{"90/2021", "WBBM", map[string]string{"total": "85", "A": "48", "A.area.MP": "75", "B.I": "19.5", "B.I.a": "15.75", "IPAK": "3.6", "B.I.b": "3.75", "B.II": "15.75", "IPKP": "3.6", "prior_wbk": "1"}},
		{"5/2024", "WBBM", map[string]string{"total": "85", "A": "48"}},
		{"52/2014", "WBK", map[string]string{"total": "75", "B.I": "18"}},
		{"52/2014", "WBBM", map[string]string{"total": "85", "B.I": "18", "B.II": "16"}},
	}
	for _, tt := range tests {
		s := get(t, tt.set)
		got := map[string]string{}
		for _, v := range s.Score(full(s, true), s.DefaultPolicy()).Criteria(nil) {
			if v.Target == tt.target {
				got[v.Criterion] = v.Minimum.String()
			}
		}
		for c, want := range tt.want {
			if got[c] != want {
				t.Errorf("%s %s: minimum of %s is %q, want %s", tt.set, tt.target, c, got[c], want)
			}
		}
	}
}

// What the worksheet does not hold is unknown, neither passed nor failed.
func TestUnknownFacts(t *testing.T) {
	s := get(t, "90/2021")
	r := s.Score(full(s, true), s.DefaultPolicy())
	if passed, unknown := rule.Passes(r.Criteria(nil), "WBBM"); !passed || unknown != 2 {
		t.Errorf("a perfect worksheet: passed %v with %d unknown, want true with 2", passed, unknown)
	}
	few := rule.Facts{"survey.n": 29 * data.One, "prior_wbk": data.One}
	if passed, unknown := rule.Passes(r.Criteria(few), "WBBM"); passed || unknown != 0 {
		t.Errorf("29 respondents: passed %v with %d unknown, want false with 0", passed, unknown)
	}
	blank := s.Score(rule.Worksheet{}, s.DefaultPolicy())
	for _, v := range blank.Criteria(nil) {
		if v.Criterion == "IPAK" && v.Passed != nil {
			t.Errorf("IPAK of an empty worksheet: passed %v, want unknown", *v.Passed)
		}
	}
}

// A verdict that depends on the policy shows in the alternatives.
func TestAlternatives(t *testing.T) {
	s := get(t, "90/2021")
	w := with(full(s, true), value("B.I.a", 3.6), value("B.II.a", 3.6), ratio("A.II.5.ii.a", 0, 0))
	delete(w, "A.I.1.i.a")
	totals := map[string]string{}
	for _, a := range s.Alternatives(w, nil) {
		totals[a.Policy.String()] = a.Total.Round(6).String()
	}
	want := map[string]string{
		"unanswered=zero,not_applicable=spread": "96.25", "unanswered=omit,not_applicable=spread": "96.5",
		"unanswered=zero,not_applicable=none": "93.25", "unanswered=omit,not_applicable=none": "93.5",
	}
	if !maps.Equal(totals, want) {
		t.Errorf("totals %v, want %v", totals, want)
	}
}

// A criterion's margin is read beside its full mark: the node's weight, 100 of a
// share, 4 of an index, and none of a fact.
func TestFullMarks(t *testing.T) {
	s, _ := rule.Get("90/2021")
	want := map[string]string{"total": "100", "A": "60", "A.area": "100", "B.I": "22.5", "B.I.a": "17.5", "IPAK": "4", "IPKP": "4", "survey.n": "", "prior_wbk": ""}
	for _, c := range s.Criteria {
		text, listed := want[c.Code]
		if !listed {
			continue
		}
		full := s.FullMark(&c)
		if got := (full == nil); got != (text == "") || full != nil && *full != data.MustScore(text) {
			t.Errorf("%s: full mark %v, want %q", c.Code, full, text)
		}
		if low := c.Minimum(data.WBBM); full != nil && low != nil && *low >= *full {
			t.Errorf("%s: the minimum %v leaves no room below %v", c.Code, *low, *full)
		}
	}
}

// What a revocation leads to, by the rules of the cycle and its reason.
func TestAfterAward(t *testing.T) {
	for _, c := range []struct {
		set, reason string
		bars        string
	}{
		{"5/2024", "Maladministrasi terbukti dari hasil pemantauan", "yes"},
		{"5/2024", "satker digabung", "no"},
		{"5/2024", " ", "unknown"},
		{"90/2021", "maladministrasi", "yes"},
	} {
		s, _ := rule.Get(c.set)
		if s.AfterAward == nil || s.AfterAward.BarYears != 2 {
			t.Fatalf("%s: %+v, want two years", c.set, s.AfterAward)
		}
		got := "unknown"
		if b := s.AfterAward.Bars(c.reason); b != nil {
			got = map[bool]string{true: "yes", false: "no"}[*b]
		}
		if got != c.bars {
			t.Errorf("%s, %q: %s, want %s", c.set, c.reason, got, c.bars)
		}
	}
	if s, _ := rule.Get("52/2014"); s.AfterAward != nil {
		t.Error("52/2014 has a bar that nobody has read")
	}
}
