package rule

import (
	"fmt"
	"strings"

	"tolok/data"
)

// Policy settles what no regulation does.
type Policy struct {
	// Unanswered: "zero" counts an unanswered item as 0; "omit" leaves it out
	// of its sub-area's mean, as the official form does. A sub-area with
	// nothing but blanks earns 0 either way.
	Unanswered string `json:"unanswered"`
	// NotApplicable: "spread" gives the weight of a sub-area that does not
	// apply (no complaints to settle) to the rest of its area, in proportion;
	// "none" leaves it without points. An item that does not apply always
	// leaves its sub-area's mean.
	NotApplicable string `json:"not_applicable"`
}

// Policies' values.
const (
	UnansweredZero      = "zero"
	UnansweredOmit      = "omit"
	NotApplicableSpread = "spread"
	NotApplicableNone   = "none"
)

// AllPolicies lists every combination, for showing what a choice changes.
func AllPolicies() []Policy {
	return []Policy{
		{UnansweredZero, NotApplicableSpread},
		{UnansweredOmit, NotApplicableSpread},
		{UnansweredZero, NotApplicableNone},
		{UnansweredOmit, NotApplicableNone},
	}
}

func (p Policy) String() string {
	return "unanswered=" + p.Unanswered + ",not_applicable=" + p.NotApplicable
}

// ParsePolicy changes p by a text such as "omit", "none",
// "unanswered=omit,not_applicable=none".
func (p Policy) ParsePolicy(s string) (Policy, error) {
	for part := range strings.SplitSeq(s, ",") {
		name, value, named := strings.Cut(strings.TrimSpace(part), "=")
		if !named {
			name, value = "", name
		}
		switch {
		case value == "":
		case name != "not_applicable" && (value == UnansweredZero || value == UnansweredOmit):
			p.Unanswered = value
		case name != "unanswered" && (value == NotApplicableSpread || value == NotApplicableNone):
			p.NotApplicable = value
		default:
			return p, fmt.Errorf("unknown policy %q: write unanswered=zero or omit, not_applicable=spread or none", part)
		}
	}
	return p, p.check()
}

func (p Policy) check() error {
	if p.Unanswered != UnansweredZero && p.Unanswered != UnansweredOmit {
		return fmt.Errorf("unknown policy unanswered=%q: use zero or omit", p.Unanswered)
	}
	if p.NotApplicable != NotApplicableSpread && p.NotApplicable != NotApplicableNone {
		return fmt.Errorf("unknown policy not_applicable=%q: use spread or none", p.NotApplicable)
	}
	return nil
}

// State says whether there is a score at all.
type State string

// The three states of an item or a sub-area.
const (
	Answered      State = "answered"
	Unanswered    State = "unanswered"
	NotApplicable State = "not_applicable"
)

// Worksheet is the answers of one unit, cycle and layer, by item id.
type Worksheet map[string]data.Answer

// ItemScore is what one scored item earned, 0 to 1. Score is 0 where the state
// is not Answered.
type ItemScore struct {
	Item  *Item
	State State
	Score data.Score
}

// NodeScore is what a node earned, in points.
type NodeScore struct {
	Node  *Node
	State State // NotApplicable only for sub-areas, and areas of nothing else
	Score data.Score
}

// Attainment is the share of the weight earned, or nil where the node does not
// apply.
func (n NodeScore) Attainment() *data.Score {
	if n.State == NotApplicable || n.Node.Weight == 0 {
		return nil
	}
	a := n.Score.Times(int64(data.One), int64(n.Node.Weight))
	return &a
}

// Result is a scored worksheet.
type Result struct {
	Set    *Set
	Policy Policy
	Items  []ItemScore // in the order of the form
	Nodes  map[string]NodeScore
	// Low and High bound the total that the unanswered items still allow.
	Low, High data.Score

	worksheet Worksheet
}

// Total is the score of the worksheet, 0 to 100.
func (r *Result) Total() data.Score { return r.Nodes["total"].Score }

// Count is the number of scored items in a state.
func (r *Result) Count(s State) int {
	n := 0
	for _, it := range r.Items {
		if it.State == s {
			n++
		}
	}
	return n
}

// Area adds up the halves of one area of change (or gives a result component).
func (r *Result) Area(area string) (score, weight data.Score) {
	for _, n := range r.Set.At(LevelArea) {
		if n.Area == area {
			score += r.Nodes[n.Code].Score
			weight += n.Weight
		}
	}
	return score, weight
}

// Score scores a worksheet. Answers to items the set does not have, or that
// the item cannot take, count as unanswered; [Set.Check] finds them.
func (s *Set) Score(w Worksheet, p Policy) *Result {
	r := &Result{Set: s, Policy: p, Nodes: map[string]NodeScore{}, worksheet: w}
	scores := map[string]ItemScore{}
	for _, it := range s.Items {
		if it.Scored() {
			sc := it.score(w)
			scores[it.ID] = sc
			r.Items = append(r.Items, sc)
		}
	}
	r.Nodes = s.sum(scores, p)
	r.Low = s.sum(settle(scores, 0), p)["total"].Score
	r.High = s.sum(settle(scores, data.One), p)["total"].Score
	return r
}

// settle answers every open item with one score: what the total could become.
func settle(scores map[string]ItemScore, with data.Score) map[string]ItemScore {
	out := make(map[string]ItemScore, len(scores))
	for id, sc := range scores {
		if sc.State == Unanswered {
			sc.State, sc.Score = Answered, with
		}
		out[id] = sc
	}
	return out
}

// sum goes from the items up to the total.
func (s *Set) sum(scores map[string]ItemScore, p Policy) map[string]NodeScore {
	nodes := map[string]NodeScore{}
	// Children come after their parents in s.Nodes, so go backwards.
	for i := len(s.Nodes) - 1; i >= 0; i-- {
		n := s.Nodes[i]
		switch n.Level {
		case LevelSubarea:
			nodes[n.Code] = subarea(n, scores, p)
		case LevelArea:
			nodes[n.Code] = area(n, nodes, p)
		default:
			var sum data.Score
			for _, c := range n.Children {
				sum += nodes[c.Code].Score
			}
			nodes[n.Code] = NodeScore{n, Answered, sum}
		}
	}
	return nodes
}

// subarea is mean(item scores) x weight.
func subarea(n *Node, scores map[string]ItemScore, p Policy) NodeScore {
	var sum data.Score
	answered, blank := 0, 0
	for _, it := range n.Items {
		switch sc := scores[it.ID]; sc.State {
		case Answered:
			sum += sc.Score
			answered++
		case Unanswered:
			blank++
		}
	}
	count := answered
	if p.Unanswered == UnansweredZero {
		count += blank
	}
	switch {
	case answered+blank == 0:
		return NodeScore{n, NotApplicable, 0}
	case answered == 0:
		return NodeScore{n, Unanswered, 0}
	}
	return NodeScore{n, Answered, sum.Times(int64(n.Weight), int64(data.One)*int64(count))}
}

// area adds its sub-areas, and under "spread" scales them up to the area's
// weight where some do not apply.
func area(n *Node, nodes map[string]NodeScore, p Policy) NodeScore {
	var sum, applies data.Score
	for _, c := range n.Children {
		if sc := nodes[c.Code]; sc.State != NotApplicable {
			sum += sc.Score
			applies += c.Weight
		}
	}
	if applies == 0 {
		return NodeScore{n, NotApplicable, 0}
	}
	if p.NotApplicable == NotApplicableSpread && applies != n.Weight {
		sum = sum.Times(int64(n.Weight), int64(applies))
	}
	return NodeScore{n, Answered, sum}
}

// score is the item's score by its formula.
func (it *Item) score(w Worksheet) ItemScore {
	a, blank := w[it.ID], ItemScore{it, Unanswered, 0}
	switch it.Formula {
	case FormulaOption:
		if v, ok := it.Options[a.Choice]; ok {
			return ItemScore{it, Answered, v}
		}
	case FormulaValue4:
		if a.Value != nil {
			return ItemScore{it, Answered, share(*a.Value, 4*data.OneAmount)}
		}
	case FormulaPercent:
		if a.Value != nil {
			return ItemScore{it, Answered, share(*a.Value, 100*data.OneAmount)}
		}
	case FormulaRatio, FormulaFall:
		num, den := it.Fraction(w)
		if num != nil && den != nil {
			return it.fraction(*num, *den)
		}
		if a.Value != nil {
			return ItemScore{it, Answered, share(*a.Value, data.OneAmount)}
		}
	}
	return blank
}

// fraction scores a ratio or a fall.
func (it *Item) fraction(num, den data.Amount) ItemScore {
	switch {
	case it.Formula == FormulaRatio && den == 0:
		return ItemScore{it, NotApplicable, 0}
	case it.Formula == FormulaRatio:
		return ItemScore{it, Answered, share(num, den)}
	case den == 0 && num == 0:
		return ItemScore{it, Answered, data.One}
	case den == 0:
		return ItemScore{it, Answered, 0}
	}
	return ItemScore{it, Answered, share(den-num, den)}
}

// Fraction finds numerator and denominator of a ratio item: as given on the
// item itself, else from its inputs. Where the form asks for a total and its
// parts, the total as written counts, and the sum of the parts stands in for
// it when it is missing.
func (it *Item) Fraction(w Worksheet) (num, den *data.Amount) {
	a := w[it.ID]
	num, den = a.Num, a.Den
	var parts data.Amount
	wanted, found := 0, 0
	for _, in := range it.Inputs {
		v := w[in.ID].Value
		switch in.Role {
		case RoleNum:
			num = first(num, v)
		case RoleDen:
			den = first(den, v)
		case RoleDenPart:
			wanted++
			if v != nil {
				found++
				parts += *v
			}
		}
	}
	if den == nil && wanted > 0 && found == wanted {
		den = &parts
	}
	return num, den
}

func first(a, b *data.Amount) *data.Amount {
	if a != nil {
		return a
	}
	return b
}

// share is num/den between 0 and 1, for den above 0. What lies outside is
// clipped before it is divided: millions of one would not fit a Score.
func share(num, den data.Amount) data.Score {
	switch {
	case num <= 0:
		return 0
	case num >= den:
		return data.One
	}
	return data.Ratio(num, den)
}
