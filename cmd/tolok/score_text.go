package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"tolok/data"
	"tolok/data/rule"
)

// report writes the sections of the text output, in one language.
type report struct {
	bytes.Buffer
	*scored
	words scoreText
}

func (s *scored) writeText(w io.Writer) error {
	r := &report{scored: s, words: scoreWords[s.flags.lang]}
	r.head()
	r.totals()
	r.areaTable()
	r.openItems()
	r.differenceTable()
	for _, t := range data.Targets {
		r.criteriaTable(t)
	}
	r.policyTable()
	r.problems()
	_, err := w.Write(r.Bytes())
	return err
}

func (r *report) head() {
	w := r.words
	cycle := w.notStated
	if r.flags.cycle != 0 {
		cycle = fmt.Sprint(r.flags.cycle)
	}
	p := r.set.Policies
	rows := [][]string{
		{w.form, fmt.Sprintf("%s, %s %s", r.form.Name, w.sheet, r.form.Sheet)},
		{w.regulation, fmt.Sprintf("%s: %s", r.set.Regulation, r.set.Title.In(r.flags.lang))},
		{w.cycle, cycle + "; " + w.inForce + " " + r.inForce()},
		{w.layer, w.layers[r.flags.layer]},
		{w.policy, w.policyOf(r.result.Policy.Unanswered) + r.origin(r.result.Policy.Unanswered, p.Unanswered)},
		{"", w.policyOf(r.result.Policy.NotApplicable) + r.origin(r.result.Policy.NotApplicable, p.NotApplicable)},
	}
	if r.flags.unit != "" {
		rows = append([][]string{{w.unit, r.flags.unit}}, rows...)
	}
	r.table("", rows)
}

// inForce names the cycles of the rule set, and how sure we are of them.
func (r *report) inForce() string {
	f := r.set.InForce
	last := "…"
	if f.LastCycle != 0 {
		last = fmt.Sprint(f.LastCycle)
	}
	return fmt.Sprintf("%d-%s (%s)", f.FirstCycle, last, r.words.status[f.Status])
}

// origin says whether a policy is the default, and that nothing settles it.
func (r *report) origin(used string, c rule.PolicyChoice) string {
	if used != c.Default {
		return " (--policy)"
	}
	return fmt.Sprintf(" (%s; %s)", r.words.byDefault, r.words.status[c.Status])
}

func (r *report) totals() {
	w := r.words
	r.title(w.score)
	rows := [][]string{{"", w.tolok, w.theForm, w.change, w.weight}}
	for _, code := range []string{"total", "A", "B"} {
		n, _ := r.set.Node(code)
		own := r.points(code)
		rows = append(rows, []string{
			n.Label.In(r.flags.lang), r.number(&own), r.shown(code), r.difference(code, own), r.plain(n.Weight),
		})
	}
	r.table(" rrrr", rows)
	fmt.Fprintf(r, "\n%s\n", fmt.Sprintf(w.bounds, r.number(&r.result.Low), r.number(&r.result.High)))
}

// shown is the number the form reports, or what stands there instead.
func (r *report) shown(code string) string {
	p := r.form.Reported[code]
	if p.Score == nil && p.Text != "" {
		return p.Text
	}
	return r.number(p.Score)
}

func (r *report) difference(code string, own data.Score) string {
	p := r.form.Reported[code]
	if p.Score == nil {
		return "-"
	}
	return r.signed(own - *p.Score)
}

func (r *report) areaTable() {
	w := r.words
	r.title(w.areas)
	rows := [][]string{{w.code, w.area, w.part, w.tolok, w.weight, w.attainment, w.theForm}}
	for _, a := range r.areas() {
		rows = append(rows, []string{
			a.code, a.label.In(r.flags.lang), w.parts[a.Part], r.number(&a.Score), r.plain(a.Weight), r.percent(a.Attainment), r.shown(a.code),
		})
	}
	r.table("   rrrr", rows)
}

func (r *report) openItems() {
	r.title(fmt.Sprintf(r.words.counts, r.result.Count(rule.Answered), r.result.Count(rule.Unanswered), r.result.Count(rule.NotApplicable)))
	r.itemList(r.words.unanswered, r.items(rule.Unanswered))
	r.itemList(r.words.notApplicable, r.items(rule.NotApplicable))
}

func (r *report) itemList(title string, ids []string) {
	if len(ids) == 0 {
		return
	}
	fmt.Fprintln(r, title)
	var rows [][]string
	for _, id := range ids {
		place := ""
		if a, ok := r.form.Worksheet(r.flags.layer)[id]; ok {
			place = fmt.Sprintf(r.words.row, a.Line)
		}
		rows = append(rows, []string{"  " + id, r.label(id), place})
	}
	r.table("", rows)
}

func (r *report) differenceTable() {
	w := r.words
	r.title(w.differences)
	if len(r.differences) == 0 {
		text := w.noDifference
		if !r.reportsAny() {
			text = w.noReport
		}
		fmt.Fprintln(r, text)
		return
	}
	rows := [][]string{{w.code, w.theForm, w.tolok, w.reason}}
	for i := range r.differences {
		d := &r.differences[i]
		rows = append(rows, []string{d.Code, r.shown(d.Code), r.number(d.Recomputed), r.reason(d)})
	}
	r.table(" rr", rows)
}

func (r *report) criteriaTable(target string) {
	w := r.words
	var unknown []string
	for _, v := range r.criteria {
		if v.Target == target && v.Passed == nil {
			unknown = append(unknown, r.criterion(v.Criterion))
		}
	}
	passed, _ := rule.Passes(r.criteria, target)
	r.title(fmt.Sprintf("%s: %s", target, w.verdict(passed, unknown)))
	if r.dependsOnPolicy(target) {
		fmt.Fprintln(r, w.depends)
	}
	rows := [][]string{{w.criterion, "", w.value, w.minimum, w.margin, w.result, w.source}}
	for _, v := range r.criteria {
		if v.Target != target {
			continue
		}
		result, margin := w.unknown, "-"
		if v.Passed != nil {
			result, margin = w.passed[*v.Passed], r.signed(*v.Margin)
		}
		rows = append(rows, []string{v.Criterion, r.criterion(v.Criterion), r.number(v.Value), r.plain(v.Minimum), margin, result, w.status[v.Status]})
	}
	r.table("  rrr", rows)
}

func (r *report) policyTable() {
	w := r.words
	r.title(w.policies)
	rows := [][]string{{w.unansweredHead, w.notApplicableHead, w.total, data.WBK, data.WBBM}}
	for _, a := range r.alternatives {
		row := []string{w.policyOf(a.Policy.Unanswered), w.policyOf(a.Policy.NotApplicable), r.number(&a.Total), w.passed[a.Passes[data.WBK]], w.passed[a.Passes[data.WBBM]]}
		if a.Policy == r.result.Policy {
			row = append(row, w.used)
		}
		rows = append(rows, row)
	}
	r.table("  r", rows)
}

func (r *report) problems() {
	if len(r.form.Problems) == 0 {
		return
	}
	r.title(r.words.problems)
	for i := range r.form.Problems {
		p := r.form.Problems[i]
		p.File = ""
		fmt.Fprintf(r, "  %s: %s %s\n", p.Place(r.flags.lang), p.Text(r.flags.lang), p.Mend(r.flags.lang))
	}
}

func (r *report) title(s string) { fmt.Fprintf(r, "\n%s\n", s) }

// table aligns columns; an r in align puts a column to the right.
func (r *report) table(align string, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, c := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i < len(align) && align[i] == 'r' {
				c = pad + c
			} else {
				c += pad
			}
			line.WriteString(c + "  ")
		}
		fmt.Fprintln(r, strings.TrimRight(line.String(), " "))
	}
}

// number writes four decimals as the language does, or a dash for none.
func (r *report) number(v *data.Score) string {
	if v == nil {
		return "-"
	}
	s := v.Round(4).String()
	whole, frac, _ := strings.Cut(s, ".")
	return r.localise(whole + "." + (frac + "0000")[:4])
}

func (r *report) signed(v data.Score) string {
	if v > 0 {
		return "+" + r.number(&v)
	}
	return r.number(&v)
}

// plain writes a number of the rules with the decimals it has.
func (r *report) plain(v data.Score) string { return r.localise(v.String()) }

func (r *report) percent(v *data.Score) string {
	if v == nil {
		return "-"
	}
	s := (*v * 100).Round(2).String()
	whole, frac, _ := strings.Cut(s, ".")
	return r.localise(whole+"."+(frac + "00")[:2]) + " %"
}

func (r *report) localise(s string) string {
	if r.flags.lang == "id" {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}
