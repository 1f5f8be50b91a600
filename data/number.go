package data

import (
	"errors"
	"fmt"
	"math/bits"
	"strings"
)

// Score is a fixed-point number with 12 decimals: item scores (0 to 1),
// weights, points and totals (0 to 100). In the lake it is DECIMAL(18,12).
type Score int64

// Amount is a fixed-point number with 6 decimals: counts, rupiah, and survey
// values as they were published. In the lake it is DECIMAL(18,6), so the
// largest amount is 999,999,999,999.999999.
type Amount int64

const (
	// One is the Score 1.
	One Score = 1_000_000_000_000
	// OneAmount is the Amount 1.
	OneAmount Amount = 1_000_000

	scoreDigits  = 12
	amountDigits = 6
	maxFixed     = 999_999_999_999_999_999 // DECIMAL(18): the width both share
)

// ErrRange is returned by the parsers for a number that a fixed-point type
// cannot hold.
var ErrRange = errors.New("number out of range")

// ErrNumber is returned by the parsers for text that is not a number.
var ErrNumber = errors.New("not a number")

// ParseScore reads a number written with a decimal point, with an optional
// exponent. Digits beyond the twelfth decimal are rounded half away from zero.
func ParseScore(s string) (Score, error) {
	v, err := parseFixed(s, scoreDigits)
	return Score(v), err
}

// ParseAmount reads a number written with a decimal point, with an optional
// exponent. Digits beyond the sixth decimal are rounded half away from zero.
func ParseAmount(s string) (Amount, error) {
	v, err := parseFixed(s, amountDigits)
	return Amount(v), err
}

// MustScore is ParseScore for constants in our own files and tests.
func MustScore(s string) Score {
	v, err := ParseScore(s)
	if err != nil {
		panic(fmt.Sprintf("data: score %q: %v", s, err))
	}
	return v
}

// String writes the shortest exact decimal form, with a decimal point.
func (s Score) String() string { return formatFixed(int64(s), scoreDigits) }

// String writes the shortest exact decimal form, with a decimal point.
func (a Amount) String() string { return formatFixed(int64(a), amountDigits) }

// Float is the nearest float64, for charts and statistics.
func (s Score) Float() float64 { return float64(s) / float64(One) }

// Float is the nearest float64, for charts and statistics.
func (a Amount) Float() float64 { return float64(a) / float64(OneAmount) }

// Score widens an Amount to a Score. It saturates where the integer part does
// not fit; callers validate ranges first.
func (a Amount) Score() Score {
	const f = int64(One) / int64(OneAmount)
	switch v := int64(a); {
	case v > maxFixed/f:
		return maxFixed
	case v < -maxFixed/f:
		return -maxFixed
	default:
		return Score(v * f)
	}
}

// Round returns s rounded half away from zero to the given decimals (0-12).
func (s Score) Round(decimals int) Score {
	unit := int64(1)
	for range scoreDigits - decimals {
		unit *= 10
	}
	v := int64(s)
	if v < 0 {
		return Score(-((-v + unit/2) / unit * unit))
	}
	return Score((v + unit/2) / unit * unit)
}

// Times returns s x num / den, rounded half away from zero. It is exact up to
// that one rounding: the product is held in 128 bits.
func (s Score) Times(num, den int64) Score {
	if den == 0 {
		panic("data: Score.Times with denominator 0")
	}
	neg := (s < 0) != (num < 0) != (den < 0)
	a, b, d := magnitude(int64(s)), magnitude(num), magnitude(den)
	hi, lo := bits.Mul64(a, b)
	lo, carry := bits.Add64(lo, d/2, 0)
	hi += carry
	if hi >= d {
		panic("data: Score.Times overflows")
	}
	q, _ := bits.Div64(hi, lo, d)
	if q > maxFixed {
		panic("data: Score.Times overflows")
	}
	if neg {
		return -Score(q)
	}
	return Score(q)
}

// Ratio returns num/den as a Score. den must not be zero.
func Ratio(num, den Amount) Score { return One.Times(int64(num), int64(den)) }

// MarshalJSON writes a JSON number.
func (s Score) MarshalJSON() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON writes a JSON number.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalJSON reads a JSON number (or null, which leaves the value alone).
func (s *Score) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	v, err := ParseScore(string(b))
	*s = v
	return err
}

// UnmarshalJSON reads a JSON number (or null, which leaves the value alone).
func (a *Amount) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	v, err := ParseAmount(string(b))
	*a = v
	return err
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}

// parseFixed works on the digits themselves: going through a float64 would
// turn 11.1 into 11.0999…, and rounding would then depend on the value.
func parseFixed(s string, digits int) (int64, error) {
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg, s = s[0] == '-', s[1:]
	}
	mantissa, exp, err := splitExponent(s)
	if err != nil {
		return 0, err
	}
	whole, frac, hasPoint := strings.Cut(mantissa, ".")
	if whole+frac == "" || (hasPoint && strings.Contains(frac, ".")) {
		return 0, ErrNumber
	}
	all := whole + frac
	for i := range len(all) {
		if all[i] < '0' || all[i] > '9' {
			return 0, ErrNumber
		}
	}
	return scaleDigits(all, exp-len(frac)+digits, neg)
}

// splitExponent cuts "1.5E-3" into "1.5" and -3; spreadsheets write such cells.
func splitExponent(s string) (string, int, error) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, nil
	}
	e := s[i+1:]
	neg := strings.HasPrefix(e, "-")
	e = strings.TrimLeft(e, "+-")
	if e == "" || len(e) > 3 || len(s[i+1:])-len(e) > 1 {
		return "", 0, ErrNumber
	}
	exp := 0
	for i := range len(e) {
		if e[i] < '0' || e[i] > '9' {
			return "", 0, ErrNumber
		}
		exp = exp*10 + int(e[i]-'0')
	}
	if neg {
		exp = -exp
	}
	return s[:i], exp, nil
}

// scaleDigits returns all x 10^shift as an integer, rounding half away from
// zero where shift is negative.
func scaleDigits(all string, shift int, neg bool) (int64, error) {
	all = strings.TrimLeft(all, "0")
	roundUp := false
	if shift < 0 {
		cut := len(all) + shift
		switch {
		case cut < 0:
			all = ""
		default:
			roundUp = all[cut:] != "" && all[cut] >= '5'
			all = all[:cut]
		}
	}
	shift = max(shift, 0)
	if all != "" && len(all)+shift > 18 {
		return 0, ErrRange
	}
	var v int64
	for i := range len(all) {
		v = v*10 + int64(all[i]-'0')
	}
	for range shift {
		if v == 0 {
			break
		}
		v *= 10
	}
	if roundUp {
		v++
	}
	if v > maxFixed {
		return 0, ErrRange
	}
	if neg {
		v = -v
	}
	return v, nil
}

func formatFixed(v int64, digits int) string {
	sign := ""
	if v < 0 {
		sign = "-"
	}
	s := fmt.Sprintf("%0*d", digits+1, magnitude(v))
	whole, frac := s[:len(s)-digits], strings.TrimRight(s[len(s)-digits:], "0")
	if frac == "" {
		return sign + whole
	}
	return sign + whole + "." + frac
}
