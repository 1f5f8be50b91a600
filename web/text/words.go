package text

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The languages, in the order of the switch.
const (
	Indonesian = "id"
	English    = "en"
)

// Langs lists the languages, the default first.
var Langs = []string{Indonesian, English}

// Words speaks one language.
type Words struct{ lang string }

// In is the catalogue in a language; anything unknown is Indonesian.
func In(lang string) Words {
	if lang != English {
		lang = Indonesian
	}
	return Words{lang}
}

// Lang is the code of the language, for lang attributes.
func (w Words) Lang() string { return w.lang }

// phrase is one text in both languages.
type phrase struct{ id, en string }

func (p phrase) in(lang string) string {
	if lang == English {
		return p.en
	}
	return p.id
}

// catalogue is all groups of words in one; a key that two groups define is a
// fault that a test finds.
var catalogue = merge(interfaceWords, pageWords, chartWords, pathWords, mentorWords, reportWords, methodWords, qualityWords, standingWords, submissionWords, learnWords, twinWords, accountWords, forecastWords, codeWords, fairWords, noteWords, termWords)

func merge(groups ...map[string]phrase) map[string]phrase {
	all := map[string]phrase{}
	for _, g := range groups {
		maps.Copy(all, g)
	}
	return all
}

// Has reports whether the catalogue has a key.
func Has(key string) bool { _, ok := catalogue[key]; return ok }

// Keys lists the catalogue's keys in order.
func Keys() []string { return slices.Sorted(maps.Keys(catalogue)) }

// T is the text of a key with its places filled from name, value pairs. Whole
// numbers get their thousands separated; a year is passed as a string. A key
// that does not exist shows as itself: ugly, seen, and harmless.
func (w Words) T(key string, pairs ...any) string {
	p, ok := catalogue[key]
	if !ok {
		return key
	}
	values := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		values[fmt.Sprint(pairs[i])] = w.write(pairs[i+1])
	}
	return fill(p.in(w.lang), values)
}

func (w Words) write(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return w.Int(int64(v))
	case int64:
		return w.Int(v)
	case interface{ Pointer() *int64 }: // a count that may be withheld
		return w.Count(v.Pointer())
	}
	return fmt.Sprint(v)
}

// Note is the sentence of a caveat, filled with the values it came with.
func (w Words) Note(code string, values map[string]string) string {
	return w.coded("note", code, values)
}

// Ask is a question for a team, filled with the values it came with.
func (w Words) Ask(code string, values map[string]string) string { return w.coded("ask", code, values) }

func (w Words) coded(group, code string, values map[string]string) string {
	p, ok := catalogue[group+"."+code]
	if !ok {
		return code
	}
	shown := make(map[string]string, len(values))
	for name, v := range values {
		shown[name] = w.value(name, v)
	}
	return fill(p.in(w.lang), shown)
}

// fill replaces the places of a text. Optional parts in brackets go first.
func fill(s string, values map[string]string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "[")
		b.WriteString(places(before, values))
		if !found {
			return b.String()
		}
		part, after, closed := strings.Cut(rest, "]")
		if !closed {
			b.WriteString("[" + places(rest, values))
			return b.String()
		}
		if known(part, values) {
			b.WriteString(places(part, values))
		}
		s = after
	}
}

// known reports whether every place of a part has a value.
func known(part string, values map[string]string) bool {
	for _, after := range strings.Split(part, "{")[1:] {
		name, _, _ := strings.Cut(after, "}")
		name, _, _ = strings.Cut(name, "|")
		if values[name] == "" {
			return false
		}
	}
	return true
}

func places(s string, values map[string]string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(place(name, values))
		s = after
	}
}

func place(name string, values map[string]string) string {
	name, forms, plural := strings.Cut(name, "|")
	v := values[name]
	switch {
	case plural:
		one, many, _ := strings.Cut(forms, "|")
		if v == "1" {
			return one
		}
		return many
	case v == "":
		return Unknown
	}
	return v
}
