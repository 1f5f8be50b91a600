package text

import (
	"math"
	"strconv"
	"strings"
	"time"

	"tolok/data"
)

// Unknown is how a number that is not known is written.
const Unknown = "-"

const minus = "−"

// Int writes a whole number: 1.234 in Indonesian, 1,234 in English.
func (w Words) Int(v int64) string {
	if v < 0 {
		return minus + w.group(strconv.FormatUint(uint64(-(v+1))+1, 10))
	}
	return w.group(strconv.FormatInt(v, 10))
}

// Count is Int for what may be unknown.
func (w Words) Count(v *int64) string {
	if v == nil {
		return Unknown
	}
	return w.Int(*v)
}

// Float writes a number with a fixed count of decimals.
func (w Words) Float(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Unknown
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	s = w.decimal(s)
	if v < 0 && strings.Trim(s, "0.,") != "" {
		return minus + s
	}
	return s
}

// Maybe is Float for what may be unknown.
func (w Words) Maybe(v *float64, decimals int) string {
	if v == nil {
		return Unknown
	}
	return w.Float(*v, decimals)
}

// Score writes a score with a fixed count of decimals, rounded half away from
// zero; nil is unknown.
func (w Words) Score(v *data.Score, decimals int) string {
	if v == nil {
		return Unknown
	}
	s := strings.TrimPrefix(v.Round(decimals).String(), "-")
	whole, frac, _ := strings.Cut(s, ".")
	if decimals > 0 {
		s = whole + "." + frac + strings.Repeat("0", decimals-len(frac))
	}
	s = w.decimal(s)
	if *v < 0 && strings.Trim(s, "0.,") != "" {
		return minus + s
	}
	return s
}

// Signed is Score with its sign always written, for margins.
func (w Words) Signed(v *data.Score, decimals int) string {
	s := w.Score(v, decimals)
	if v == nil || strings.HasPrefix(s, minus) {
		return s
	}
	if strings.Trim(s, "0.,") == "" {
		return "±" + s
	}
	return "+" + s
}

// Amount writes an amount with only the decimals it has.
func (w Words) Amount(v *data.Amount) string {
	if v == nil {
		return Unknown
	}
	s := w.decimal(strings.TrimPrefix(v.String(), "-"))
	if *v < 0 {
		return minus + s
	}
	return s
}

// Percent writes a share of 0 to 1 as a percentage.
func (w Words) Percent(share float64, decimals int) string {
	s := w.Float(share*100, decimals)
	if s == Unknown {
		return s
	}
	return s + "%"
}

// Chance writes a probability in whole percent. No model is so sure that it may
// say 0% or 100%.
func (w Words) Chance(p float64) string {
	switch s := w.Percent(p, 0); s {
	case "0%":
		return "<1%"
	case "100%":
		return ">99%"
	default:
		return s
	}
}

// MaybePercent is Percent for what may be unknown.
func (w Words) MaybePercent(share *float64, decimals int) string {
	if share == nil {
		return Unknown
	}
	return w.Percent(*share, decimals)
}

// ScorePercent writes a score of 0 to 1 as a percentage.
func (w Words) ScorePercent(v *data.Score, decimals int) string {
	if v == nil {
		return Unknown
	}
	p := *v * 100
	return w.Score(&p, decimals) + "%"
}

// Date writes a day: 17 Agustus 2024, 17 August 2024.
func (w Words) Date(d *data.Date) string {
	if d == nil {
		return Unknown
	}
	t := d.Time()
	return strconv.Itoa(t.Day()) + " " + w.T("month."+strconv.Itoa(int(t.Month()))) + " " + strconv.Itoa(t.Year())
}

// decimal turns 1234.5 into the language's way of writing it.
func (w Words) decimal(s string) string {
	whole, frac, has := strings.Cut(s, ".")
	whole = w.group(whole)
	if !has {
		return whole
	}
	if w.lang == English {
		return whole + "." + frac
	}
	return whole + "," + frac
}

// group separates thousands.
func (w Words) group(digits string) string {
	sep := "."
	if w.lang == English {
		sep = ","
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// value writes one value of a note. Years, codes and words stay as they are;
// other numbers are written as the language writes them.
func (w Words) value(name, v string) string {
	switch name {
	case "cycle", "year", "first", "last", "id", "rules", "unit_id", "regulation":
		return v
	}
	for _, group := range []string{"area", "layer", "target", "criterion", "kind", "issuer", "stage"} {
		if name == group {
			return Mid(w.Code(group, v))
		}
	}
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		return w.Int(n)
	}
	if _, err := data.ParseScore(v); err == nil {
		neg := strings.HasPrefix(v, "-")
		s := w.decimal(strings.TrimLeft(v, "+-"))
		if neg {
			return minus + s
		}
		return s
	}
	return v
}

// WIB is western Indonesia's time, in which the ministry works.
var WIB = time.FixedZone("WIB", 7*3600)

// Moment writes a time to the minute: 17 Agustus 2024 10.05 WIB.
func (w Words) Moment(t time.Time) string {
	t = t.In(WIB)
	clock := "15.04"
	if w.lang == English {
		clock = "15:04"
	}
	return strconv.Itoa(t.Day()) + " " + w.T("month."+strconv.Itoa(int(t.Month()))) + " " + strconv.Itoa(t.Year()) + " " + t.Format(clock) + " WIB"
}

// Answer writes an answer as a worksheet holds it: a number the way the
// language does, an option as it is.
func (w Words) Answer(s string) string {
	if v, err := data.ParseScore(s); err == nil {
		return w.decimal(v.Round(4).String())
	}
	return s
}
