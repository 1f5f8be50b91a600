package rule

import (
	"slices"
	"strings"

	"tolok/data"
)

// Check reports what is wrong with one answer by the rules of its item: an
// option that does not exist, a count where a letter belongs. It judges the
// answer alone; [Set.CheckWorksheet] looks at the whole.
func (s *Set) Check(a *data.Answer) []data.Problem {
	it, ok := s.item[a.ItemID]
	if !ok {
		return []data.Problem{problem(a, data.Rejected, "unknown-item", "item_id", a.ItemID, s.ID)}
	}
	return it.Check(a)
}

// Check is [Set.Check] for an answer to this item.
func (it *Item) Check(a *data.Answer) []data.Problem {
	if a.Empty() {
		return nil
	}
	switch it.Formula {
	case FormulaOption:
		if a.Choice == "" {
			return []data.Problem{problem(a, data.Rejected, "wrong-kind", "choice", given(a), strings.Join(it.OptionNames(), ", "))}
		}
		if _, ok := it.Options[a.Choice]; !ok {
			return []data.Problem{problem(a, data.Rejected, "not-an-option", "choice", a.Choice, strings.Join(it.OptionNames(), ", "))}
		}
	case FormulaValue4:
		return it.checkValue(a, 4)
	case FormulaPercent:
		return it.checkValue(a, 100)
	case FormulaInput:
		if a.Value == nil {
			return []data.Problem{problem(a, data.Rejected, "wrong-kind", "value", given(a), it.AnswerType)}
		}
	case FormulaRatio, FormulaFall:
		return it.checkFraction(a)
	}
	return nil
}

func (it *Item) checkValue(a *data.Answer, high int64) []data.Problem {
	if a.Value == nil {
		return []data.Problem{problem(a, data.Rejected, "wrong-kind", "value", given(a), it.AnswerType)}
	}
	if *a.Value > data.Amount(high)*data.OneAmount {
		return []data.Problem{problem(a, data.Rejected, "out-of-range", "value", a.Value.String(), it.AnswerType)}
	}
	return nil
}

func (it *Item) checkFraction(a *data.Answer) []data.Problem {
	switch {
	case a.Choice != "":
		return []data.Problem{problem(a, data.Rejected, "wrong-kind", "choice", a.Choice, "num, den")}
	case a.Num == nil && a.Den == nil:
		if *a.Value > data.OneAmount {
			return []data.Problem{problem(a, data.Rejected, "out-of-range", "value", a.Value.String(), "0 … 1 (num, den)")}
		}
	case a.Num == nil:
		return []data.Problem{problem(a, data.Rejected, "required", "num", "", "")}
	case a.Den == nil:
		return []data.Problem{problem(a, data.Rejected, "required", "den", "", "")}
	case it.Formula == FormulaRatio:
		return fractionFlags(a, *a.Num, *a.Den)
	}
	return nil
}

func fractionFlags(a *data.Answer, num, den data.Amount) []data.Problem {
	switch {
	case den == 0 && num > 0:
		return []data.Problem{problem(a, data.Flagged, "nothing-of-nothing", "num", num.String(), den.String())}
	case num > den:
		return []data.Problem{problem(a, data.Flagged, "above-denominator", "num", num.String(), den.String())}
	}
	return nil
}

// CheckWorksheet reports what only shows when a ratio's inputs are seen
// together: more settled than received, parts that do not add up, one side
// without the other.
//
// It wants the worksheet whole, as a form or an answer of PortalRB holds it.
// The rows of a table come in any order and of many worksheets at once; ingest
// keeps of those only which items were answered, which is enough for
// [Set.HalfRatios].
func (s *Set) CheckWorksheet(w Worksheet) []data.Problem {
	var out []data.Problem
	for _, it := range s.Items {
		at, ok := it.firstInput(w)
		if !ok {
			continue
		}
		num, den := it.Fraction(w)
		if own := w[it.ID]; own.Num == nil && num != nil && den != nil && it.Formula == FormulaRatio {
			out = append(out, fractionFlags(&at, *num, *den)...)
		}
		var total, parts data.Amount
		written, seen := false, 0
		for _, in := range it.Inputs {
			if v := w[in.ID].Value; v != nil {
				switch in.Role {
				case RoleDen:
					total, written = *v, true
				case RoleDenPart:
					parts += *v
					seen++
				}
			}
		}
		if written && seen > 0 && parts != total {
			out = append(out, problem(&at, data.Flagged, "parts-differ", "value", total.String(), parts.String()))
		}
	}
	answered := func(it *Item) bool { a := w[it.ID]; return !a.Empty() }
	for _, h := range s.HalfRatios(answered) {
		at, _ := h.Item.firstInput(w)
		out = append(out, problem(&at, data.Flagged, "half-ratio", "value", h.Item.ID, h.Lacks()))
	}
	return out
}

// firstInput is the first answer among a ratio's inputs: where a fault of the
// ratio is shown.
func (it *Item) firstInput(w Worksheet) (data.Answer, bool) {
	for _, in := range it.Inputs {
		if a := w[in.ID]; !a.Empty() {
			return a, true
		}
	}
	return data.Answer{}, false
}

// HalfRatio is a ratio of which some inputs are known, and not enough.
type HalfRatio struct {
	Item    *Item
	Missing []*Item // inputs of the side that is not known
}

// Lacks lists the ids of the missing inputs.
func (h HalfRatio) Lacks() string {
	ids := make([]string, len(h.Missing))
	for i, in := range h.Missing {
		ids[i] = in.ID
	}
	return strings.Join(ids, ", ")
}

// HalfRatios lists the ratios that have a numerator and no denominator, or the
// reverse, or some parts of a denominator without the others and without the
// total. A ratio whose own row is answered lacks nothing.
func (s *Set) HalfRatios(answered func(*Item) bool) []HalfRatio {
	var out []HalfRatio
	for _, it := range s.Items {
		// All or nothing is what most are, and is soon seen.
		n := it.answeredInputs(answered)
		if n == 0 || n == len(it.Inputs) || answered(it) {
			continue
		}
		if missing := it.half(answered); len(missing) > 0 {
			out = append(out, HalfRatio{it, missing})
		}
	}
	return out
}

func (it *Item) answeredInputs(answered func(*Item) bool) int {
	n := 0
	for _, in := range it.Inputs {
		if answered(in) {
			n++
		}
	}
	return n
}

// half gives the missing inputs of a ratio that is known in part, else nil.
func (it *Item) half(answered func(*Item) bool) []*Item {
	given, missing := map[string]int{}, map[string][]*Item{} // by role
	for _, in := range it.Inputs {
		if answered(in) {
			given[in.Role]++
		} else {
			missing[in.Role] = append(missing[in.Role], in)
		}
	}
	num := given[RoleNum] > 0
	den := given[RoleDen] > 0 || given[RoleDenPart] > 0 && len(missing[RoleDenPart]) == 0
	var out []*Item
	if !num {
		out = missing[RoleNum]
	}
	if !den {
		out = slices.Concat(out, missing[RoleDen], missing[RoleDenPart])
	}
	if given[RoleNum]+given[RoleDen]+given[RoleDenPart] == 0 {
		return nil
	}
	return out
}

func problem(a *data.Answer, severity, code, field, value, want string) data.Problem {
	return data.Problem{
		Code: code, Severity: severity, Dataset: "answers", Field: field, Value: value, Want: want,
		Subject: a.Key(), Origin: a.Origin,
	}
}

// given is what an answer holds, in words for a problem.
func given(a *data.Answer) string {
	switch {
	case a.Choice != "":
		return a.Choice
	case a.Value != nil:
		return a.Value.String()
	case a.Num != nil || a.Den != nil:
		return "num, den"
	}
	return ""
}
