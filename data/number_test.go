package data

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"
)

func TestParseScore(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "1": "1", "-1": "-1", "+1": "1", "0.5": "0.5", ".5": "0.5", "5.": "5", "00.50": "0.5",
		"0.333333333333":      "0.333333333333",
		"0.3333333333334":     "0.333333333333",
		"0.3333333333335":     "0.333333333334", // half away from zero
		"-0.3333333333335":    "-0.333333333334",
		"0.9999999999999":     "1",
		"0.0000000000005":     "0.000000000001",
		"0.00000000000049":    "0",
		"11.1":                "11.1",
		"1.5E+1":              "15",
		"1.5e-3":              "0.0015",
		"0e999":               "0",
		"1e-999":              "0",
		"999999.9999999999":   "999999.9999999999",
		"999999.999999999999": "999999.999999999999",
	} {
		v, err := ParseScore(in)
		if err != nil || v.String() != want {
			t.Errorf("ParseScore(%q) = %s, %v; want %s", in, v, err, want)
		}
	}
}

func TestParseScoreRefuses(t *testing.T) {
	for in, want := range map[string]error{
		"": ErrNumber, ".": ErrNumber, "-": ErrNumber, "1,5": ErrNumber, "1.2.3": ErrNumber, "1 ": ErrNumber, "abc": ErrNumber,
		"1e": ErrNumber, "1e+-5": ErrNumber, "1e1000": ErrNumber, "NaN": ErrNumber, "Inf": ErrNumber, "0x1": ErrNumber, "--1": ErrNumber, "١": ErrNumber,
		"1000000": ErrRange, "1e18": ErrRange, "1e999": ErrRange, "-1000000": ErrRange, "999999.9999999999999": ErrRange,
	} {
		if v, err := ParseScore(in); !errors.Is(err, want) {
			t.Errorf("ParseScore(%q) = %s, %v; want %v", in, v, err, want)
		}
	}
	if _, err := ParseAmount("1000000000000"); !errors.Is(err, ErrRange) {
		t.Errorf("an amount of a million million: %v", err)
	}
	if v, err := ParseAmount("999999999999.999999"); err != nil || v.String() != "999999999999.999999" {
		t.Errorf("the largest amount: %s, %v", v, err)
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct {
		in       string
		decimals int
		want     string
	}{
		{"2.345", 2, "2.35"},
		{"2.344999999999", 2, "2.34"},
		{"-2.345", 2, "-2.35"},
		{"0.005", 2, "0.01"},
		{"-0.004", 2, "0"},
		{"0.5", 0, "1"},
		{"1.23456789", 12, "1.23456789"},
		{"75", 0, "75"},
	} {
		if got := MustScore(c.in).Round(c.decimals); got != MustScore(c.want) {
			t.Errorf("%s rounded to %d decimals is %s, want %s", c.in, c.decimals, got, c.want)
		}
	}
}

func TestRatio(t *testing.T) {
	for _, c := range []struct {
		num, den Amount
		want     string
	}{
		{1 * OneAmount, 3 * OneAmount, "0.333333333333"},
		{2 * OneAmount, 3 * OneAmount, "0.666666666667"},
		{-2 * OneAmount, 3 * OneAmount, "-0.666666666667"},
		{0, 3 * OneAmount, "0"},
		{5 * OneAmount, 4 * OneAmount, "1.25"},
	} {
		if got := Ratio(c.num, c.den); got.String() != c.want {
			t.Errorf("%s / %s = %s, want %s", c.num, c.den, got, c.want)
		}
	}
}

func TestAmountScore(t *testing.T) {
	for in, want := range map[string]string{
		"3.62": "3.62", "-1.5": "-1.5", "0": "0", "999999.999999": "999999.999999",
		// A Score has 6 digits before its point, an Amount 12: what does not fit stays the largest.
		"1000000": "999999.999999999999", "999999999999.999999": "999999.999999999999", "-1000000": "-999999.999999999999",
	} {
		a, err := ParseAmount(in)
		if err != nil || a.Score().String() != want {
			t.Errorf("Amount %s as Score is %s, want %s (%v)", in, a.Score(), want, err)
		}
	}
}

func TestScoreJSON(t *testing.T) {
	var v struct {
		S *Score  `json:"s"`
		A Amount  `json:"a"`
		N *Amount `json:"n"`
	}
	if err := json.Unmarshal([]byte(`{"s": 0.25, "a": 3.62, "n": null}`), &v); err != nil {
		t.Fatal(err)
	}
	if out, err := json.Marshal(v); err != nil || string(out) != `{"s":0.25,"a":3.62,"n":null}` {
		t.Errorf("%s, %v", out, err)
	}
}

// Times is exact up to its one rounding.
func FuzzTimes(f *testing.F) {
	f.Add(int64(One), int64(2), int64(3))
	f.Add(int64(-5), int64(7), int64(-2))
	f.Fuzz(func(t *testing.T, s, num, den int64) {
		s, num, den = s%int64(100*One), num%1_000_000, den%1_000_000
		if den == 0 {
			return
		}
		want := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(s), big.NewInt(num)), big.NewInt(den))
		half := big.NewRat(int64(want.Sign()), 2)
		q := new(big.Rat).Add(want, half)
		truncated := new(big.Int).Quo(q.Num(), q.Denom())
		if !truncated.IsInt64() || truncated.CmpAbs(big.NewInt(maxFixed)) > 0 {
			return // refused with a panic, by contract
		}
		if got := Score(s).Times(num, den); int64(got) != truncated.Int64() {
			t.Errorf("%d x %d / %d = %d, want %d", s, num, den, got, truncated)
		}
	})
}

// What is read is what exact arithmetic gives, and what is written reads back.
func FuzzParseScore(f *testing.F) {
	for _, s := range []string{"0", "1.5", "-0.3333333333335", "1e-3", "999999.9999999999999", ".", "1e999", "-.5E+2", "0.0000000000005"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		v, err := ParseScore(in)
		if err != nil {
			if !errors.Is(err, ErrNumber) && !errors.Is(err, ErrRange) || v != 0 {
				t.Fatalf("ParseScore(%q) = %d, %v", in, v, err)
			}
			return
		}
		if back, err := ParseScore(v.String()); err != nil || back != v {
			t.Fatalf("%q is written as %s, which reads as %s, %v", in, v, back, err)
		}
		exact, ok := new(big.Rat).SetString(strings.TrimPrefix(in, "+"))
		if !ok {
			t.Fatalf("ParseScore(%q) = %s, which is no number", in, v)
		}
		off := new(big.Rat).Sub(exact, big.NewRat(int64(v), int64(One)))
		if off.Abs(off).Cmp(big.NewRat(1, 2*int64(One))) > 0 {
			t.Fatalf("ParseScore(%q) = %s is off by %s", in, v, off.FloatString(15))
		}
	})
}
