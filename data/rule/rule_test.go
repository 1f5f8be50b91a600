package rule_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tolok/data"
	"tolok/data/rule"
)

func get(t testing.TB, id string) *rule.Set {
	t.Helper()
	s, ok := rule.Get(id)
	if !ok {
		t.Fatalf("no rule set %s", id)
	}
	return s
}

// The weights are the regulation's: 60 + 40, and every node is the sum of its
// parts down to the sub-areas.
func TestWeightsAddUp(t *testing.T) {
	for _, s := range rule.All() {
		want := map[string]string{"total": "100", "A": "60", "B": "40"}
		for code, w := range want {
			n, ok := s.Node(code)
			if !ok || n.Weight.String() != w {
				t.Errorf("%s: %s weighs %v, want %s", s.ID, code, n, w)
			}
		}
		for _, n := range s.Nodes {
			var sum data.Score
			for _, c := range n.Children {
				sum += c.Weight
			}
			if n.Level != rule.LevelSubarea && sum != n.Weight {
				t.Errorf("%s: %s weighs %s, its parts %s", s.ID, n.Code, n.Weight, sum)
			}
		}
		for _, level := range []string{rule.LevelArea, rule.LevelSubarea} {
			var sum data.Score
			for _, n := range s.At(level) {
				sum += n.Weight
			}
			if sum != 100*data.One {
				t.Errorf("%s: the nodes of level %s add to %s", s.ID, level, sum)
			}
		}
	}
}

// The areas' weights as domain experts know them.
func TestAreaWeights(t *testing.T) {
	tests := []struct{ set, area, weight string }{
		{"90/2021", "MP", "8"},
		{"90/2021", "TT", "7"},
		{"90/2021", "SDM", "10"},
		{"90/2021", "AK", "10"},
		{"90/2021", "PW", "15"},
		{"90/2021", "PP", "10"},
		{"90/2021", "B.I", "22.5"},
		{"90/2021", "B.II", "17.5"},
		{"52/2014", "MP", "5"},
		{"52/2014", "TT", "5"},
		{"52/2014", "SDM", "15"},
		{"52/2014", "AK", "10"},
		{"52/2014", "PW", "15"},
		{"52/2014", "PP", "10"},
		{"52/2014", "B.I", "20"},
		{"52/2014", "B.II", "20"},
	}
	for _, tt := range tests {
		s := get(t, tt.set)
		if _, w := s.Score(nil, s.DefaultPolicy()).Area(tt.area); w.String() != tt.weight {
			t.Errorf("%s %s weighs %s, want %s", tt.set, tt.area, w, tt.weight)
		}
	}
}

func TestItemCounts(t *testing.T) {
	for id, want := range map[string][2]int{"90/2021": {113, 24}, "5/2024": {113, 24}, "52/2014": {84, 0}, "10/2019": {84, 0}} {
		scored, inputs := 0, 0
		for _, it := range get(t, id).Items {
			if it.Scored() {
				scored++
			} else {
				inputs++
			}
		}
		if scored != want[0] || want[1] > 0 && inputs != want[1] {
			t.Errorf("%s: %d scored items and %d inputs, want %v", id, scored, inputs, want)
		}
	}
}

// Labels are our own short words; the regulation's long text is not copied.
func TestLabelsAreShortAndBilingual(t *testing.T) {
	check := func(set, code string, l rule.Text) {
		for _, s := range []string{l.ID, l.EN} {
			if n := utf8.RuneCountInString(s); n == 0 || n > 60 || strings.TrimSpace(s) != s {
				t.Errorf("%s %s: label %q has %d characters", set, code, s, n)
			}
		}
	}
	for _, s := range rule.All() {
		for _, n := range s.Nodes {
			check(s.ID, n.Code, n.Label)
		}
		for _, it := range s.Items {
			check(s.ID, it.ID, it.Label)
		}
	}
}

// Every option scale runs from 1 down to 0, and every ratio has what it divides.
func TestItemsCanBeScored(t *testing.T) {
	for _, s := range rule.All() {
		for _, it := range s.Items {
			switch it.Formula {
			case rule.FormulaOption:
				names := it.OptionNames()
				if len(names) < 2 || it.Options[names[0]] != data.One || it.Options[names[len(names)-1]] != 0 {
					t.Errorf("%s %s: options %v", s.ID, it.ID, it.Options)
				}
			case rule.FormulaRatio, rule.FormulaFall:
				roles := map[string]int{}
				for _, in := range it.Inputs {
					roles[in.Role]++
				}
				if len(it.Inputs) > 0 && (roles[rule.RoleNum] != 1 || roles[rule.RoleDen] != 1) {
					t.Errorf("%s %s: inputs %v", s.ID, it.ID, roles)
				}
			}
		}
	}
}

// Every cycle of the programme has exactly one rule set.
func TestEveryCycleHasItsRules(t *testing.T) {
	for cycle, want := range map[int]string{2014: "52/2014", 2018: "52/2014", 2019: "10/2019", 2020: "10/2019", 2022: "90/2021", 2024: "5/2024", 2026: "5/2024"} {
		if s, ok := rule.ForCycle(cycle); !ok || s.ID != want {
			t.Errorf("cycle %d: %v, want %s", cycle, s, want)
		}
	}
	if s, ok := rule.ForCycle(2013); ok {
		t.Errorf("cycle 2013 has %s; no regulation was in force", s.ID)
	}
}

func TestParsePolicy(t *testing.T) {
	base := rule.Policy{Unanswered: rule.UnansweredZero, NotApplicable: rule.NotApplicableSpread}
	tests := []struct{ text, want string }{
		{"", "unanswered=zero,not_applicable=spread"},
		{"omit", "unanswered=omit,not_applicable=spread"},
		{"none", "unanswered=zero,not_applicable=none"},
		{"unanswered=omit, not_applicable=none", "unanswered=omit,not_applicable=none"},
		{"unanswered=none", "error"},
		{"half", "error"},
	}
	for _, tt := range tests {
		p, err := base.ParsePolicy(tt.text)
		got := p.String()
		if err != nil {
			got = "error"
		}
		if got != tt.want {
			t.Errorf("ParsePolicy(%q) = %s, want %s", tt.text, got, tt.want)
		}
	}
}
