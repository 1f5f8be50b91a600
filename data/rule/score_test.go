package rule_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

func amount(v float64) *data.Amount {
	a := data.Amount(math.Round(v * float64(data.OneAmount)))
	return &a
}

// random answers a worksheet at random: blanks, wrong options, zero
// denominators, totals without parts and parts without totals.
func random(rng *rand.Rand, s *rule.Set) rule.Worksheet {
	w := rule.Worksheet{}
	blanks := rng.Float64() * 0.4
	for _, it := range s.Items {
		if rng.Float64() < blanks {
			continue
		}
		a := data.Answer{ItemID: it.ID}
		switch it.Formula {
		case rule.FormulaOption:
			names := append(it.OptionNames(), "F")
			a.Choice = names[rng.IntN(len(names))]
		case rule.FormulaValue4:
			a.Value = amount(float64(rng.IntN(501)) / 100)
		case rule.FormulaPercent:
			a.Value = amount(float64(rng.IntN(12000)) / 100)
		case rule.FormulaInput:
			a.Value = amount(float64(rng.IntN(7)))
		default:
			switch rng.IntN(6) {
			case 0:
				a.Value = amount(float64(rng.IntN(120)) / 100)
			case 1:
				a.Num, a.Den = amount(float64(rng.IntN(9))), amount(float64(rng.IntN(9)))
			}
		}
		w[it.ID] = a
	}
	return w
}

// float scores a worksheet a second time, in another way: by recursion on the
// codes, in floating point, with the scales written out. It shares nothing
// with the package but the files.
type float struct {
	s          *rule.Set
	kids       map[string][]*rule.Node
	items      map[string][]*rule.Item // by sub-area, and inputs by the item they start with
	w          rule.Worksheet
	omit, none bool
}

func newFloat(s *rule.Set) float {
	f := float{s: s, kids: map[string][]*rule.Node{}, items: map[string][]*rule.Item{}}
	for _, n := range s.Nodes {
		f.kids[n.Parent] = append(f.kids[n.Parent], n)
	}
	for _, it := range s.Items {
		key := it.Node
		if !it.Scored() {
			key = it.ID[:strings.LastIndexByte(it.ID, '.')]
		}
		f.items[key] = append(f.items[key], it)
	}
	return f
}

var scales = map[string]map[string]float64{
	"Ya/Tidak":  {"Ya": 1, "Tidak": 0},
	"A/B/C":     {"A": 1, "B": .5, "C": 0},
	"A/B/C/D":   {"A": 1, "B": .67, "C": .33, "D": 0},
	"A/B/C/D/E": {"A": 1, "B": .75, "C": .5, "D": .25, "E": 0},
}

// points is what a node earns, and whether it applies at all.
func (f float) points(code string) (score float64, applies bool) {
	n, _ := f.s.Node(code)
	if len(f.kids[code]) == 0 {
		return f.mean(code, n.Weight.Float())
	}
	reach := 0.0
	for _, k := range f.kids[code] {
		if v, ok := f.points(k.Code); ok {
			score += v
			reach += k.Weight.Float()
		}
	}
	if n.Level == rule.LevelArea && !f.none && reach > 0 {
		score *= n.Weight.Float() / reach
	}
	return score, reach > 0 || n.Level != rule.LevelArea
}

func (f float) mean(code string, weight float64) (float64, bool) {
	sum, n, blank := 0.0, 0.0, 0.0
	for _, it := range f.items[code] {
		switch v := f.item(it); {
		case math.IsNaN(v): // blank
			blank++
		case !math.IsInf(v, 0): // infinite: does not apply
			sum += v
			n++
		}
	}
	if n == 0 {
		return 0, blank > 0
	}
	if !f.omit {
		n += blank
	}
	return sum / n * weight, true
}

// item is a score, NaN for a blank, infinite for what does not apply.
func (f float) item(it *rule.Item) float64 {
	a := f.w[it.ID]
	if scale, ok := scales[it.AnswerType]; ok {
		if v, ok := scale[a.Choice]; ok {
			return v
		}
		return math.NaN()
	}
	value := math.NaN()
	if a.Value != nil {
		value = a.Value.Float()
	}
	switch {
	case it.Formula == rule.FormulaValue4:
		return math.Min(1, value/4)
	case it.Formula == rule.FormulaPercent:
		return math.Min(1, value/100)
	}
	num, den := f.fraction(it)
	switch {
	case math.IsNaN(num) || math.IsNaN(den):
		return math.Min(1, value)
	case it.Formula == rule.FormulaFall && num == 0 && den == 0:
		return 1
	case it.Formula == rule.FormulaFall && den == 0:
		return 0
	case it.Formula == rule.FormulaFall:
		return math.Max(0, (den-num)/den)
	case den == 0:
		return math.Inf(1)
	}
	return math.Min(1, num/den)
}

func (f float) fraction(it *rule.Item) (num, den float64) {
	get := func(id string) float64 {
		if v := f.w[id].Value; v != nil {
			return v.Float()
		}
		return math.NaN()
	}
	num, den = math.NaN(), math.NaN()
	parts := math.NaN()
	for _, in := range f.items[it.ID] {
		switch in.Role {
		case "num":
			num = get(in.ID)
		case "den":
			den = get(in.ID)
		case "den_part":
			if math.IsNaN(parts) && in.ID[len(in.ID)-1] == '2' {
				parts = 0
			}
			parts += get(in.ID)
		}
	}
	if math.IsNaN(den) {
		den = parts
	}
	if own := f.w[it.ID]; own.Num != nil {
		num = own.Num.Float()
	}
	if own := f.w[it.ID]; own.Den != nil {
		den = own.Den.Float()
	}
	return num, den
}

func TestScoreAgreesWithASecondScorer(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, id := range []string{"52/2014", "90/2021"} {
		s := get(t, id)
		f := newFloat(s)
		for range 1000 {
			w := random(rng, s)
			for _, p := range rule.AllPolicies() {
				r := s.Score(w, p)
				f.w, f.omit, f.none = w, p.Unanswered == rule.UnansweredOmit, p.NotApplicable == rule.NotApplicableNone
				for _, n := range s.Nodes {
					want, applies := f.points(n.Code)
					got := r.Nodes[n.Code]
					if math.Abs(got.Score.Float()-want) > 1e-9 || (got.State == rule.NotApplicable) == applies {
						t.Fatalf("%s %s under %s: %s (%s), second scorer %v (applies %v)", id, n.Code, p, got.Score, got.State, want, applies)
					}
				}
			}
		}
	}
}

func TestScoreInvariants(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	s := get(t, "90/2021")
	for range 500 {
		w := random(rng, s)
		for _, p := range rule.AllPolicies() {
			r := s.Score(w, p)
			if p.Unanswered == rule.UnansweredZero && (r.Low > r.Total() || r.Total() > r.High) {
				t.Fatalf("under %s: %s is not within %s and %s", p, r.Total(), r.Low, r.High)
			}
			if r.Total() < 0 || r.Total() > 100*data.One {
				t.Fatalf("under %s: total %s", p, r.Total())
			}
		}
		before := s.Score(w, s.DefaultPolicy()).Total()
		none := rule.Policy{Unanswered: rule.UnansweredZero, NotApplicable: rule.NotApplicableNone}
		if n := s.Score(w, none).Total(); n > before {
			t.Fatalf("without points for what does not apply %s, more than with its weight spread: %s", n, before)
		}
		if after := s.Score(doubled(w), s.DefaultPolicy()).Total(); after != before {
			t.Fatalf("doubling every count changes %s to %s", before, after)
		}
		if after := s.Score(raised(rng, s, w), s.DefaultPolicy()).Total(); after < before {
			t.Fatalf("a better answer lowers %s to %s", before, after)
		}
	}
}

// doubled doubles every count: ratios stay as they are.
func doubled(w rule.Worksheet) rule.Worksheet {
	out := rule.Worksheet{}
	for id, a := range w {
		if strings.Count(id, ".") > 3 && a.Value != nil && a.Num == nil && id[len(id)-1] <= '9' {
			v := *a.Value * 2
			a.Value = &v
		}
		if a.Num != nil && a.Den != nil {
			num, den := *a.Num*2, *a.Den*2
			a.Num, a.Den = &num, &den
		}
		out[id] = a
	}
	return out
}

// raised gives one option item its best answer.
func raised(rng *rand.Rand, s *rule.Set, w rule.Worksheet) rule.Worksheet {
	out := rule.Worksheet{}
	for id, a := range w {
		out[id] = a
	}
	for {
		if it := s.Items[rng.IntN(len(s.Items))]; it.Formula == rule.FormulaOption {
			out[it.ID] = data.Answer{ItemID: it.ID, Choice: it.OptionNames()[0]}
			return out
		}
	}
}

// Numbers far beyond anything sensible must not stop the program.
func TestScoreOfAbsurdNumbers(t *testing.T) {
	huge, tiny, low := data.Amount(999_999_999_999_999_999), data.Amount(1), data.Amount(-999_999_999_999_999_999)
	for _, s := range rule.All() {
		for _, pair := range [][2]data.Amount{{huge, tiny}, {tiny, huge}, {huge, huge}, {low, tiny}} {
			w := rule.Worksheet{}
			for _, it := range s.Items {
				switch it.Formula {
				case rule.FormulaRatio, rule.FormulaFall:
					w[it.ID] = data.Answer{ItemID: it.ID, Num: &pair[0], Den: &pair[1]}
				case rule.FormulaOption:
				default:
					w[it.ID] = data.Answer{ItemID: it.ID, Value: &pair[0]}
				}
			}
			s.CheckWorksheet(w)
			if r := s.Score(w, s.DefaultPolicy()); r.Total() < 0 || r.Total() > 100*data.One {
				t.Errorf("%s: total %s", s.ID, r.Total())
			}
		}
	}
}

// The eight ratio items, as the form's notes explain them.
func TestRatios(t *testing.T) {
	s := get(t, "90/2021")
	tests := []struct {
		name, item string
		num, den   float64
		state      rule.State
		score      string
	}{
		{"settled 1 of 5", "A.II.5.ii.a", 1, 5, rule.Answered, "0.2"},
		{"settled more than received", "A.II.5.ii.a", 6, 5, rule.Answered, "1"},
		{"no complaints", "A.II.5.ii.a", 0, 0, rule.NotApplicable, "0"},
		{"discipline cases halved", "A.II.3.iii.a", 1, 2, rule.Answered, "0.5"},
		{"discipline cases risen", "A.II.3.iii.a", 3, 2, rule.Answered, "0"},
		{"none before, none now", "A.II.3.iii.a", 0, 0, rule.Answered, "1"},
		{"none before, some now", "A.II.3.iii.a", 2, 0, rule.Answered, "0"},
	}
	for _, tt := range tests {
		w := rule.Worksheet{tt.item: {ItemID: tt.item, Num: amount(tt.num), Den: amount(tt.den)}}
		for _, it := range s.Score(w, s.DefaultPolicy()).Items {
			if it.Item.ID == tt.item && (it.State != tt.state || it.Score.String() != tt.score) {
				t.Errorf("%s: %s %s, want %s %s", tt.name, it.State, it.Score, tt.state, tt.score)
			}
		}
	}
}
