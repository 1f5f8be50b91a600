package text

import (
	"strings"
	"unicode"

	"tolok/data"
)

// Code is the word for a code of a group: Code("kind", "kota"). A code without
// a word shows as itself.
func (w Words) Code(group, code string) string {
	if code == "" {
		return Unknown
	}
	if group == "criterion" {
		return w.Criterion(code)
	}
	if p, ok := catalogue[group+"."+code]; ok {
		return p.in(w.lang)
	}
	return code
}

// Mid is a word as it stands inside a sentence: its first letter small, unless
// it is an abbreviation.
func Mid(s string) string {
	r := []rune(s)
	if len(r) > 1 && unicode.IsUpper(r[0]) && unicode.IsLower(r[1]) {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}

// Criterion names a criterion; the area minimum names its area.
func (w Words) Criterion(code string) string {
	if area, ok := strings.CutPrefix(code, "A.area."); ok {
		return w.T("criterion.A.area.of", "area", Mid(w.Code("area", area)))
	}
	if p, ok := catalogue["criterion."+code]; ok {
		return p.in(w.lang)
	}
	return code
}

// UnitType names a kind of unit.
func (w Words) UnitType(code string) string {
	if t, ok := data.UnitTypeByCode(code); ok {
		return t.Name(w.lang)
	}
	if code == "" {
		return Unknown
	}
	return code
}

// Province names a province by its code.
func (w Words) Province(code string) string {
	if p, ok := data.ProvinceByCode(code); ok {
		return p.Name
	}
	if code == "" {
		return Unknown
	}
	return code
}

// Policy says in words what "unanswered=zero,not_applicable=spread" means.
func (w Words) Policy(policy string) string {
	var parts []string
	for part := range strings.SplitSeq(policy, ",") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			continue
		}
		parts = append(parts, w.Code("policy."+name, value))
	}
	if len(parts) == 0 {
		return Unknown
	}
	return strings.Join(parts, "; ")
}

// Break is the short label of a break in a series; its full sentence is the
// note of the same code.
func (w Words) Break(code string) string { return w.Code("break", strings.TrimPrefix(code, "break-")) }

// Term is an official term that stays as it is in both languages.
type Term struct {
	Key, Name, Meaning string
}

// Terms lists the glossary in alphabetical order.
func (w Words) Terms() []Term {
	var out []Term
	for _, key := range Keys() {
		if name, ok := strings.CutPrefix(key, "term."); ok {
			out = append(out, w.Term(name))
		}
	}
	return out
}

// Term explains one term in one sentence.
func (w Words) Term(key string) Term {
	name := key
	if p, ok := catalogue["termname."+key]; ok {
		name = p.in(w.lang)
	}
	return Term{Key: key, Name: name, Meaning: w.Code("term", key)}
}
