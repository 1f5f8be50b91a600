package synth

import (
	"hash/fnv"
	"slices"

	"tolok/data"
	"tolok/data/rule"
)

// form is a rule set's worksheet as the simulation fills it in.
type form struct {
	set       *rule.Set
	questions []question // scored items, in the order of the form
	surveyed  map[string]bool
}

// question is a scored item with what decides its answer.
type question struct {
	item       *rule.Item
	number     int // names the item in streams, the same in every regulation that has it
	area       int // of data.Areas
	part       string
	difficulty level
	options    []option // worst first
}

type option struct {
	name  string
	worth level
}

// resultArea is the area whose level stands behind items that belong to none:
// the performance that is a result of accountability.
const resultArea = "AK"

func (w *world) form(set *rule.Set) *form {
	if f, ok := w.forms[set.ID]; ok {
		return f
	}
	f := &form{set: set, surveyed: map[string]bool{}}
	for _, it := range set.Items {
		if it.Scored() {
			f.questions = append(f.questions, w.question(set, it))
		}
	}
	for _, c := range set.Criteria {
		f.surveyed[c.Code] = c.Code == "survey.n" || surveyOnly(set, &c)
	}
	w.forms[set.ID] = f
	return f
}

func (w *world) question(set *rule.Set, it *rule.Item) question {
	node, _ := set.Node(it.Node)
	q := question{item: it, number: number(it.ID), part: node.Part}
	if q.area = slices.Index(data.Areas, node.Area); q.area < 0 {
		q.area = slices.Index(data.Areas, resultArea)
	} else {
		s := w.stream(forItem, q.number)
		q.difficulty = s.normal(sdDifficulty)
	}
	switch q.part {
	case "pemenuhan":
		q.difficulty -= complianceEase
	case "reform":
		q.difficulty += complianceEase
	}
	for name, score := range it.Options {
		q.options = append(q.options, option{name, level(score / (data.One / data.Score(full)))})
	}
	slices.SortFunc(q.options, func(a, b option) int { return int(a.worth - b.worth) })
	return q
}

// number makes a number of an id, of 31 bits: the same wherever an int is small.
func number(id string) int {
	h := fnv.New32a()
	h.Write([]byte(id))
	return int(h.Sum32() >> 1)
}

// surveyOnly reports whether a criterion depends on surveys and nothing else,
// so that it can be judged before anybody opens the worksheet.
func surveyOnly(set *rule.Set, c *rule.Criterion) bool {
	switch c.Measure {
	case "value":
		it, ok := set.Item(c.Item)
		return ok && it.Formula == rule.FormulaValue4
	case "points":
		n, ok := set.Node(c.Node)
		return ok && allSurveys(n)
	}
	return false
}

func allSurveys(n *rule.Node) bool {
	for _, it := range n.Items {
		if it.Formula != rule.FormulaValue4 {
			return false
		}
	}
	for _, c := range n.Children {
		if !allSurveys(c) {
			return false
		}
	}
	return true
}

// choose rounds a level to one of the options, up as often as the level is
// close to the upper one: over many items the mean score is the level. A
// higher level never gives a lower option.
func (q *question) choose(x, luck level) string {
	for i := 1; i < len(q.options); i++ {
		low, high := q.options[i-1].worth, q.options[i].worth
		if x < high {
			if luck*(high-low) < (x-low)*full {
				return q.options[i].name
			}
			return q.options[i-1].name
		}
	}
	return q.options[len(q.options)-1].name
}
