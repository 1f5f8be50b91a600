package match

import (
	"strings"
	"unicode"

	"tolok/data"
)

// Levels of a name. Ministries and institutions are central; a name without a
// title, such as "Bandung", has none.
const (
	central  = "pusat"
	provinsi = "provinsi"
	kab      = "kabupaten"
	kota     = "kota"
)

// name is an agency's name taken apart.
type name struct {
	level     string
	first     string // its first word: kementerian, badan, komisi
	core      string // the rest of it in one piece: gunungsitoli, kementeriankeuangan
	head      string // of a central name with a slash, the core before it
	short     string // what stood in brackets: bps
	simulated bool   // of the demonstration programme, which has namesakes of real agencies
}

// words are spelled in many ways; "" drops the word.
var words = map[string]string{
	"kab": "kabupaten", "pemkab": "kabupaten", "pemkot": "kota", "pemprov": "provinsi", "prov": "provinsi", "propinsi": "provinsi",
	"pemerintah": "", "pemda": "", "adm": "", "administrasi": "", "kep": "kepulauan", "dan": "", "ri": "",
	"pelindungan": "perlindungan", "standarisasi": "standardisasi", "kementrian": "kementerian", "setjen": "sekretariat jenderal",
}

// simulation is how package synth marks the names of its agencies.
const simulation = "simulasi"

// parse takes a name apart. kind is the register's kind of agency, or "" where
// only the name speaks.
func parse(s, kind string) name {
	var n name
	s = strings.ToLower(s)
	for {
		from := strings.IndexByte(s, '(')
		if from < 0 {
			break
		}
		inside, rest, _ := strings.Cut(s[from+1:], ")")
		if inside == simulation {
			n.simulated = true
		} else {
			n.short = joined(spelled(inside))
		}
		s = s[:from] + " " + rest
	}
	head, _, slashed := strings.Cut(s, "/")
	all := spelled(s)
	if len(all) == 0 {
		return n
	}
	if all[0] == "daerah" && len(all) > 1 && local(all[1]) { // pemerintah daerah kabupaten …
		all = all[1:]
	}
	n.first = all[0]
	switch {
	case local(all[0]):
		n.level, all = all[0], all[1:]
	case local(kind):
		n.level = kind
	default:
		n.level = central
	}
	n.core = joined(all)
	if slashed && n.level == central {
		n.head = joined(spelled(head))
	}
	return n
}

func local(s string) bool { return s == provinsi || s == kab || s == kota }

// spelled splits a name into its words, each spelled one way.
func spelled(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(out) > 0 && w == "indonesia" && out[len(out)-1] == "republik" {
			out = out[:len(out)-1]
			continue
		}
		other, ok := words[w]
		if !ok {
			other = w
		}
		out = append(out, strings.Fields(other)...)
	}
	return out
}

func joined(w []string) string { return strings.Join(w, "") }

// nearest finds the one key that is off by few letters. Short names may not be
// off at all, and what is nearly as near makes the choice void.
func nearest(s string, keys func(func(string) bool)) (string, bool) {
	most := 0
	switch {
	case len(s) >= 20:
		most = 2
	case len(s) >= 8:
		most = 1
	}
	best, at, second := most+3, "", most+3
	for k := range keys {
		if len(k)-len(s) > most+2 || len(s)-len(k) > most+2 {
			continue
		}
		switch d := data.Edits(s, k); {
		case d < best:
			best, at, second = d, k, min(second, best)
		case d < second:
			second = d
		}
	}
	return at, best <= most && second > best+1
}
