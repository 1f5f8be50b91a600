package ingest

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// reading says how sure the reading of a number is.
type reading int

const (
	exact     reading = iota
	repaired          // one reading was possible, though not the literal one
	ambiguous         // two readings are possible
	notANumber
	notWhole
)

// style is what kind of number a column holds.
type style int

const (
	measured style = iota // has decimals and stays below 1,000: an index, a percentage, a score
	counted               // has no decimals: staff, rupiah, a year
	either                // may have decimals and may be large: a lone separator before three digits says nothing
)

// readNumber rewrites a number as Indonesian and English files write it with a
// plain decimal point: "1.234,5", "1,234.5", "1.234.567", "Rp 1.250.000".
//
// One separator before exactly three digits, "1.234", is where the two ways of
// writing disagree. In a whole-number column only thousands are possible; a
// measured column never reaches thousands, so there it is the decimal sign.
func readNumber(cell string, st style) (string, reading) {
	if plain(cell) {
		return cell, exact
	}
	s := tidy(cell)
	sign := ""
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		sign, s = strings.TrimPrefix(s[:1], "+"), s[1:]
	}
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i > 0 {
		// Only a program writes exponents, and programs write points.
		mantissa, exponent = s[:i], s[i:]
		st = measured
	}
	if strings.Trim(mantissa, "0123456789.,") != "" || !strings.ContainsAny(mantissa, "0123456789") {
		return "", notANumber
	}
	whole, decimals, r := separate(mantissa, st)
	if r == notANumber || r == ambiguous {
		return "", r
	}
	if st == counted {
		if strings.Trim(decimals, "0") != "" {
			return "", notWhole
		}
		decimals = ""
	}
	if decimals != "" {
		decimals = "." + decimals
	}
	return sign + whole + decimals + exponent, r
}

// plain reports whether a cell is digits only, as nearly all are.
func plain(cell string) bool {
	for i := range len(cell) {
		if cell[i] < '0' || cell[i] > '9' {
			return false
		}
	}
	return cell != ""
}

// readWhole reads a whole number, which an exponent may blow up: 1.2E+12.
func readWhole(cell string) (int64, reading) {
	s, r := readNumber(cell, counted)
	if r != exact && r != repaired {
		return 0, r
	}
	if !strings.ContainsAny(s, "eE") {
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return 0, notANumber
		}
		return v, r
	}
	if len(s)-strings.IndexAny(s, "eE") > len("E+00") {
		return 0, notANumber
	}
	v, ok := new(big.Rat).SetString(s)
	switch {
	case !ok || v.IsInt() && !v.Num().IsInt64():
		return 0, notANumber
	case !v.IsInt():
		return 0, notWhole
	}
	return v.Num().Int64(), r
}

// separate finds which of points and commas are thousands and which decimals.
func separate(s string, st style) (whole, decimals string, r reading) {
	last := strings.LastIndexAny(s, ".,")
	if last < 0 {
		return s, "", exact
	}
	sep := s[last : last+1]
	other := "."
	if sep == "." {
		other = ","
	}
	before, after := s[:last], s[last+1:]
	switch {
	case strings.Contains(before, sep):
		// It stands twice or more, so it separates thousands.
		if strings.Contains(before, other) {
			return "", "", notANumber
		}
		whole, ok := ungroup(s, sep)
		return whole, "", grouped(ok)
	case strings.Contains(before, other):
		whole, ok := ungroup(before, other)
		return whole, after, grouped(ok)
	}
	if len(after) != 3 || len(before) == 0 || len(before) > 3 || before[0] == '0' {
		return before, after, exact
	}
	switch {
	case st == counted:
		return before + after, "", repaired
	case st == either && sep == ",":
		return "", "", ambiguous
	}
	return before, after, exact
}

func grouped(ok bool) reading {
	if ok {
		return exact
	}
	return notANumber
}

// ungroup takes thousands separators out, if they stand where they can.
func ungroup(s, sep string) (string, bool) {
	groups := strings.Split(s, sep)
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && (len(g) == 0 || len(g) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// tidy drops what stands around a number, "Rp" and ",-", and spaces that
// separate thousands.
func tidy(cell string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '−':
			return '-'
		}
		return r
	}, cell)
	s = strings.TrimSuffix(strings.TrimSpace(s), ",-")
	for _, currency := range []string{"Rp.", "Rp", "IDR"} {
		if len(s) > len(currency) && strings.EqualFold(s[:len(currency)], currency) {
			s = strings.TrimSpace(s[len(currency):])
			break
		}
	}
	if i := strings.LastIndexByte(s, ' '); i >= 0 {
		end := len(s)
		if j := strings.IndexAny(s, ".,"); j > i {
			end = j
		}
		if whole, ok := ungroup(s[:end], " "); ok {
			return whole + s[end:]
		}
	}
	return s
}

// cutPercent takes a percent sign off.
func cutPercent(cell string) (string, bool) {
	s, ok := strings.CutSuffix(strings.TrimSpace(cell), "%")
	return strings.TrimSpace(s), ok
}

// blank reports whether a cell that may be empty holds nothing.
func blank(cell string) bool {
	if cell == "" {
		return true
	}
	switch cell[0] { // nearly every cell ends here
	case '-', '#', 'n', 'N', 'k', 'K', "–"[0]:
		return len(cell) <= len("kosong") && slices.Contains(blanks, strings.ToLower(cell))
	}
	return false
}

// blanks are what senders write for nothing.
var blanks = []string{"-", "–", "—", "null", "n/a", "na", "nan", "#n/a", "none", "kosong"}
