package synth

import (
	"tolok/data"
	"tolok/data/rule"
)

// counted says how many things a ratio item is about, in one unit and year.
// Every ratio of every rule set is here; a test compares.
var counted = map[string]func(*unit, *stream) int{
	"A.II.1.i.a":     changeAgents,
	"A.II.1.i.b":     changeAgents,
	"A.II.3.iii.a":   func(_ *unit, s *stream) int { return max(0, s.between(-3, 3)) },
	"A.II.4.i.a":     func(_ *unit, s *stream) int { return s.between(4, 14) },
	"A.II.5.ii.a":    complaints,
	"A.II.5.iii.a.a": officials,
	"A.II.5.iii.b.a": func(u *unit, s *stream) int { return max(1, int(*u.Staff)-officials(u, s)) },
	"A.II.6.i.b":     func(_ *unit, s *stream) int { return s.between(3, 18) },
}

// filing are the two ratios that are facts on paper: every layer counts alike,
// and the gates ask for all of them.
var filing = map[string]bool{"A.II.5.iii.a.a": true, "A.II.5.iii.b.a": true}

// filedAll is the share of units that build ZI where every report was filed:
// they know the gate.
const filedAll = 980 * milli

func changeAgents(u *unit, _ *stream) int { return min(12, 2+int(*u.Staff)/30) }

// complaints: one unit in six receives none in a year.
func complaints(_ *unit, s *stream) int {
	if s.chance(160 * milli) {
		return 0
	}
	return s.between(1, 24)
}

// officials obliged to file wealth reports; schools and health centres have
// none.
func officials(u *unit, _ *stream) int {
	if u.UnitType == "madrasah" || u.UnitType == "puskesmas" {
		return 0
	}
	return min(20, 1+int(*u.Staff)/40)
}

// filed is how many of n have filed, as everybody can look up.
func (w *world) filed(u *unit, item int, n int) int {
	s := w.stream(forUnitGate, u.at, w.year, item)
	if n == 0 || s.chance(filedAll) {
		return n
	}
	return n - min(n, s.between(1, 1+n/8))
}

// count fills in a ratio with its inputs. Each of the things counted has its
// own luck, the same for all layers: what is done depends on the level seen.
func (w *world) count(sheet rule.Worksheet, u *unit, q *question, v *seen) {
	s := w.stream(forCount, u.at, w.year, q.number)
	den := counted[q.item.ID](u, &s)
	done := 0
	x := v.level(q)
	for range den {
		if s.uniform() < x || v.perfect {
			done++
		}
	}
	num := done
	switch {
	case filing[q.item.ID]:
		num = w.filed(u, q.number, den)
	case q.item.Formula == rule.FormulaFall:
		// den is last year's cases; done are the ones that did not recur.
		num = den - done
		if den == 0 && s.chance(60*milli) && !v.perfect {
			num = 1
		}
	}
	sheet[q.item.ID] = data.Answer{Num: whole(num), Den: whole(den)}
	inputs(sheet, q.item, num, den)
}

// inputs writes the counts a ratio is made of, each as its own row of the
// form. Parts of the denominator are its head, its middle and the rest.
func inputs(sheet rule.Worksheet, it *rule.Item, num, den int) {
	parts := 0
	for _, in := range it.Inputs {
		if in.Role == rule.RoleDenPart {
			parts++
		}
	}
	left := den
	for _, in := range it.Inputs {
		n := 0
		switch in.Role {
		case rule.RoleNum:
			n = num
		case rule.RoleDen:
			n = den
		case rule.RoleInfo: // what is still open
			n = max(0, den-num)
			if it.Formula == rule.FormulaFall {
				n = num
			}
		case rule.RoleDenPart:
			parts--
			if n = left; parts > 0 {
				n = min(left, 1+den/10*(4-parts)/2)
			}
			left -= n
		}
		sheet[in.ID] = data.Answer{Value: whole(n)}
	}
}
