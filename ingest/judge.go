package ingest

import (
	"slices"
	"strings"

	"tolok/data"
	"tolok/data/rule"
)

// judge reports what only the rule sets can say about a decoded row, and
// repairs what they make certain.
func (d *decoder) judge() {
	switch r := d.record.(type) {
	case *data.Answer:
		d.answer(r)
	case *data.NodeScore:
		d.score(r)
	case *data.Survey:
		d.survey(r)
	case *data.Unit:
		d.regency(r)
	}
}

// regulate finds the rule set a row is under, the cycle's where it names none.
func (d *decoder) regulate(regulation *string, cycle int32) *rule.Set {
	if *regulation != "" {
		s, _ := rule.Get(*regulation) // an unknown one is Validate's to report
		return s
	}
	s, ok := rule.ForCycle(int(cycle))
	if !ok {
		d.report("no-regulation", data.Rejected, "regulation", itoa(int64(cycle)), "")
		return nil
	}
	*regulation = s.ID
	return s
}

func (d *decoder) report(code, severity, field, value, want string) {
	d.problems = append(d.problems, data.Problem{Code: code, Severity: severity, Field: field, Value: value, Want: want})
}

// trouble reports whether a field has a problem already; one is enough.
func (d *decoder) trouble(fields ...string) bool {
	for _, p := range d.problems {
		for _, f := range fields {
			if p.Field == f && p.Severity == data.Rejected {
				return true
			}
		}
	}
	return false
}

func (d *decoder) answer(a *data.Answer) {
	set := d.regulate(&a.Regulation, a.Cycle)
	if set == nil || a.ItemID == "" {
		return
	}
	it, ok := itemOf(set, a.ItemID)
	if !ok {
		d.report("unknown-item", data.Rejected, "item_id", a.ItemID, set.ID)
		return
	}
	if it.ID != a.ItemID {
		d.report("code-spelling", data.Repaired, "item_id", a.ItemID, it.ID)
		a.ItemID = it.ID
	}
	written := d.cells[d.choiceAt]
	if blank(strings.TrimSpace(written)) {
		a.Choice = ""
	}
	// One column "jawaban" often holds letters and numbers alike.
	if d.at[d.valueAt] < 0 && it.Formula != rule.FormulaOption && a.Choice != "" {
		d.cells[d.valueAt] = written
		a.Choice, a.Value = "", new(data.Amount)
		d.changed = true
	}
	d.answerValue(a, it)
	if a.Choice != "" && it.Formula == rule.FormulaOption {
		a.Choice = option(it, written)
		if a.Choice != written && isOption(it, a.Choice) {
			d.report("choice-spelling", data.Repaired, "choice", written, a.Choice)
		}
	}
	if d.trouble("choice", "value", "num", "den") {
		return
	}
	d.problems = append(d.problems, it.Check(a)...)
}

// answerValue reads the number once more now that the item is known: a count
// is whole, and a percent sign has a meaning or none.
func (d *decoder) answerValue(a *data.Answer, it *rule.Item) {
	cell := strings.TrimSpace(d.cells[d.valueAt])
	if a.Value == nil || blank(cell) {
		return
	}
	if n := len(d.problems); n > 0 {
		d.problems = without(d.problems, "value")
		d.changed = d.changed || len(d.problems) < n
	}
	s, percent := cutPercent(cell)
	c := &d.schema.columns[d.valueAt]
	number, r := "", exact
	if it.Formula == rule.FormulaInput {
		number, r = d.count(c, cell, s)
	} else {
		number, r = readNumber(s, measured)
	}
	if !d.readable(r, c, cell, number) {
		return
	}
	v, err := data.ParseAmount(number)
	switch {
	case err != nil:
		d.problem("bad-number", data.Rejected, c, cell, "")
	case percent && (it.Formula == rule.FormulaRatio || it.Formula == rule.FormulaFall):
		v = data.Amount(divide100(int64(v)))
		d.problem("percent-for-unit", data.Repaired, c, cell, v.String())
	case percent && it.Formula == rule.FormulaValue4:
		of4, ok := percentOf4(v)
		if !ok {
			d.problem("percent-unclear", data.Rejected, c, cell, "0 … 4")
			break
		}
		v = of4
		d.problem("percent-for-unit", data.Repaired, c, cell, v.String())
	case percent && it.Formula != rule.FormulaPercent:
		d.problem("wrong-kind", data.Rejected, c, cell, it.AnswerType)
	}
	if v != *a.Value {
		a.Value, d.changed = &v, true // not into the old one: the row before may share it
	}
}

// without drops the problems of one field.
func without(ps []data.Problem, field string) []data.Problem {
	kept := ps[:0]
	for _, p := range ps {
		if p.Field != field {
			kept = append(kept, p)
		}
	}
	return kept
}

// itemOf finds an item whatever the case of its id.
func itemOf(set *rule.Set, id string) (*rule.Item, bool) {
	if it, ok := set.Item(id); ok {
		return it, true
	}
	id = bareCode(id)
	for _, it := range set.Items {
		if strings.EqualFold(it.ID, id) {
			return it, true
		}
	}
	return nil, false
}

// bareCode is a code without the spaces and the last dot that forms print.
func bareCode(s string) string { return strings.TrimRight(strings.ReplaceAll(s, " ", ""), ".") }

func isOption(it *rule.Item, choice string) bool { _, ok := it.Options[choice]; return ok }

// option is the option a text spells, or the text itself for the rules to
// refuse.
func option(it *rule.Item, written string) string {
	if isOption(it, written) {
		return written
	}
	s := normal(written)
	for o := range it.Options {
		if normal(o) == s {
			return o
		}
	}
	if v, ok := flags[s]; ok && isOption(it, "Ya") && s != "0" && s != "1" {
		if v {
			return "Ya"
		}
		return "Tidak"
	}
	return strings.TrimSpace(written)
}

func (d *decoder) score(s *data.NodeScore) {
	set := d.regulate(&s.Regulation, s.Cycle)
	if set == nil || s.Code == "" {
		return
	}
	n, ok := nodeOf(set, s.Code)
	switch {
	case !ok:
		d.report("unknown-code", data.Rejected, "code", s.Code, set.ID)
		return
	case n.Code != s.Code:
		d.report("code-spelling", data.Repaired, "code", s.Code, n.Code)
		s.Code = n.Code
	}
	if s.Score > n.Weight && !d.trouble("score") {
		d.report("score-above-weight", data.Rejected, "score", s.Score.String(), n.Weight.String())
	}
}

func nodeOf(set *rule.Set, code string) (*rule.Node, bool) {
	if n, ok := set.Node(code); ok {
		return n, true
	}
	code = bareCode(code)
	for _, n := range set.Nodes {
		if strings.EqualFold(n.Code, code) {
			return n, true
		}
	}
	return nil, false
}

// scales are those an index is published on, by index: what its value can only
// mean when no scale is given.
var scales = map[string]struct{ low, high, from data.Amount }{
	"IPAK": {0, 4 * data.OneAmount, 0},
	"IPKP": {0, 4 * data.OneAmount, 0},
	"IKM":  {25 * data.OneAmount, 100 * data.OneAmount, 25 * data.OneAmount},
}

func (d *decoder) survey(s *data.Survey) {
	if !d.trouble("value", "scale_min", "scale_max") {
		d.percentage(s)
	}
	if (s.ScaleMin == nil || s.ScaleMax == nil) && !d.trouble("value") {
		d.scale(s)
	}
	least := leastRespondents(int(s.Cycle))
	switch {
	case s.Respondents == nil:
		d.report("no-respondents", data.Flagged, "respondents", "", "")
	case least > 0 && *s.Respondents < least:
		d.report("few-respondents", data.Flagged, "respondents", itoa(*s.Respondents), itoa(least))
	}
	if s.Respondents != nil && s.Population != nil && *s.Respondents > *s.Population {
		d.report("more-respondents-than-population", data.Flagged, "respondents", itoa(*s.Respondents), itoa(*s.Population))
	}
}

// percentage reads a value with a percent sign on its scale: as it is on one up
// to 100, as a share of one from 0 to 4. Without the sign a number beyond the
// scale is no percentage for sure.
func (d *decoder) percentage(s *data.Survey) {
	written := d.cells[d.valueAt]
	_, percent := cutPercent(written)
	to4 := s.ScaleMin != nil && s.ScaleMax != nil && *s.ScaleMin == 0 && *s.ScaleMax == 4*data.OneAmount
	switch {
	case !percent:
		if to4 && s.Value > *s.ScaleMax && s.Value <= 100*data.OneAmount {
			d.report("percent-or-scale", data.Rejected, "value", written, "0 … 4")
		}
	case s.ScaleMin == nil && s.ScaleMax == nil:
		low, high := data.Amount(0), 100*data.OneAmount
		s.ScaleMin, s.ScaleMax = &low, &high
		d.report("percent-for-unit", data.Repaired, "value", written, s.Value.String()+" (0 … 100)")
	case s.ScaleMax != nil && *s.ScaleMax == 100*data.OneAmount, s.Value > 100*data.OneAmount:
	default:
		v, ok := percentOf4(s.Value)
		if !ok || !to4 {
			d.report("percent-unclear", data.Rejected, "value", written, limit(s.ScaleMin)+" … "+limit(s.ScaleMax))
			return
		}
		s.Value = v
		d.report("percent-for-unit", data.Repaired, "value", written, v.String()+" (0 … 4)")
	}
}

// percentOf4 is what a percentage means on a scale from 0 to 4. Up to 4 % it may
// as well be the value itself with a sign too many.
func percentOf4(percent data.Amount) (data.Amount, bool) {
	if percent != 0 && percent <= 4*data.OneAmount || percent > 100*data.OneAmount {
		return 0, false
	}
	return data.Amount(divide100(int64(percent) * 4)), true
}

func limit(v *data.Amount) string {
	if v == nil {
		return "?"
	}
	return v.String()
}

// regency lists what an unknown code may have been, where one cannot be sure. A
// spreadsheet drops the zero at the end of 11.10; a person may leave out that of
// 11.01 too.
func (d *decoder) regency(u *data.Unit) {
	if _, ok := data.RegencyByCode(u.RegencyCode); ok || u.RegencyCode == "" {
		return
	}
	province, rest := cutPoint(u.RegencyCode)
	if rest == "" && len(province) > 2 {
		province, rest = province[:2], province[2:]
	}
	var names []string
	for _, code := range []string{province + ".0" + rest, province + "." + rest + "0"} {
		if r, ok := data.RegencyByCode(code); ok {
			names = append(names, r.Code+" "+r.Name)
		}
	}
	if len(names) > 0 {
		d.report("regency-candidates", data.Rejected, "regency_code", u.RegencyCode, strings.Join(names, ", "))
	}
}

// scale fills in the one scale a value can be on, or says that there are more.
func (d *decoder) scale(s *data.Survey) {
	sc, ok := scales[s.Index]
	fits := ok && s.Value >= sc.from && s.Value <= sc.high &&
		(s.ScaleMin == nil || *s.ScaleMin == sc.low) && (s.ScaleMax == nil || *s.ScaleMax == sc.high)
	if !fits {
		d.report("unknown-scale", data.Flagged, "scale_max", s.Value.String(), "")
		return
	}
	s.ScaleMin, s.ScaleMax = &sc.low, &sc.high
	d.report("no-scale", data.Flagged, "scale_max", s.Value.String(), sc.low.String()+" … "+sc.high.String())
}

// leastRespondents is the number of respondents the cycle's regulation asks
// for, or the one the latest regulation asks for where the cycle's is silent.
func leastRespondents(cycle int) int64 {
	sets := slices.Clone(rule.All())
	if s, ok := rule.ForCycle(cycle); ok {
		sets = append(sets, s)
	}
	for _, s := range slices.Backward(sets) {
		for _, c := range s.Criteria {
			if c.Code == "survey.n" && c.WBK != nil {
				return int64(*c.WBK / data.One)
			}
		}
	}
	return 0
}
