package text

import (
	"math"
	"testing"

	"tolok/data"
)

func score(s string) *data.Score { v := data.MustScore(s); return &v }

func amount(t *testing.T, s string) *data.Amount {
	t.Helper()
	v, err := data.ParseAmount(s)
	if err != nil {
		t.Fatal(err)
	}
	return &v
}

// Numbers as a reader writes them, Indonesian and English.
func TestNumbers(t *testing.T) {
	half := .5
	for _, c := range []struct {
		what   string
		write  func(Words) string
		id, en string
	}{
		{"a count", func(w Words) string { return w.Int(1234567) }, "1.234.567", "1,234,567"},
		{"a small count", func(w Words) string { return w.Int(999) }, "999", "999"},
		{"a negative count", func(w Words) string { return w.Int(-1234) }, "−1.234", "−1,234"},
		{"the smallest count", func(w Words) string { return w.Int(math.MinInt64) }, "−9.223.372.036.854.775.808", "−9,223,372,036,854,775,808"},
		{"a number", func(w Words) string { return w.Float(1234.565, 1) }, "1.234,6", "1,234.6"},
		{"a small chance", func(w Words) string { return w.Chance(.0049) }, "<1%", "<1%"},
		{"a large chance", func(w Words) string { return w.Chance(.998) }, ">99%", ">99%"},
		{"a chance", func(w Words) string { return w.Chance(.437) }, "44%", "44%"},
		{"pooled cycles", func(w Words) string {
			return w.Note("cycles-pooled", map[string]string{"first": "2021", "last": "2025"})
		}, "Siklus 2021 sampai 2025 digabung.", "Cycles 2021 to 2025 are pooled."},
		{"not a number", func(w Words) string { return w.Float(math.NaN(), 1) }, "-", "-"},
		{"nearly zero below", func(w Words) string { return w.Float(-.001, 1) }, "0,0", "0.0"},
		{"a score", func(w Words) string { return w.Score(score("75.9095"), 2) }, "75,91", "75.91"},
		{"a whole score", func(w Words) string { return w.Score(score("75"), 2) }, "75,00", "75.00"},
		{"a score half way", func(w Words) string { return w.Score(score("2.345"), 2) }, "2,35", "2.35"},
		{"an unknown score", func(w Words) string { return w.Score(nil, 2) }, "-", "-"},
		{"a margin above", func(w Words) string { return w.Signed(score("0.64"), 2) }, "+0,64", "+0.64"},
		{"a margin below", func(w Words) string { return w.Signed(score("-2.85"), 2) }, "−2,85", "−2.85"},
		{"no margin at all", func(w Words) string { return w.Signed(score("0"), 2) }, "±0,00", "±0.00"},
		{"an amount", func(w Words) string { return w.Amount(amount(t, "21400000000")) }, "21.400.000.000", "21,400,000,000"},
		{"an amount with decimals", func(w Words) string { return w.Amount(amount(t, "85.25")) }, "85,25", "85.25"},
		{"a share", func(w Words) string { return w.Percent(.2624, 1) }, "26,2%", "26.2%"},
		{"a share that may be unknown", func(w Words) string { return w.MaybePercent(&half, 0) }, "50%", "50%"},
		{"an unknown share", func(w Words) string { return w.MaybePercent(nil, 0) }, "-", "-"},
		{"an attainment", func(w Words) string { return w.ScorePercent(score("0.599"), 1) }, "59,9%", "59.9%"},
		{"a day", func(w Words) string { d := data.DateOf(2024, 8, 17); return w.Date(&d) }, "17 Agustus 2024", "17 August 2024"},
		{"an unknown day", func(w Words) string { return w.Date(nil) }, "-", "-"},
		{"a policy", func(w Words) string { return w.Policy("unanswered=zero") }, "butir tidak dijawab dihitung 0", "unanswered items count 0"},
		{
			"a note with numbers", func(w Words) string {
				return w.Note("reported-differs", map[string]string{"reported": "75.9095", "recomputed": "-0.5"})
			},
			"Nilai yang dilaporkan pengirim (75,9095) berbeda dari hasil hitung ulang (−0,5).", "The score the sender reported (75.9095) differs from the recomputed one (−0.5).",
		},
		{
			"a note with a year", func(w Words) string { return w.Note("cycle-running", map[string]string{"cycle": "2024"}) },
			"Siklus 2024 masih berjalan; angkanya akan berubah.", "The cycle 2024 is still under way; its figures will change.",
		},
	} {
		if got := c.write(In(Indonesian)); got != c.id {
			t.Errorf("%s in Indonesian: %q, want %q", c.what, got, c.id)
		}
		if got := c.write(In(English)); got != c.en {
			t.Errorf("%s in English: %q, want %q", c.what, got, c.en)
		}
	}
}
