package analytics_test

import (
	"errors"
	"net/url"
	"slices"
	"testing"

	"tolok/analytics"
)

type question struct {
	analytics.Filter
	K     int     `param:"k"`
	Delta float64 `param:"delta"`
	Raw   bool    `param:"raw"`
	Set   string  `param:"set" max:"1000"`
	inner int
}

// A question's parameters are the filter's and its own.
func TestDecode(t *testing.T) {
	q := question{K: 30, inner: 1}
	err := analytics.Decode(url.Values{"kind": {"kota"}, "cycle": {" 2024 "}, "delta": {"2,5"}, "raw": {"on"}, "set": {"A.I.1:B"}, "lang": {"en"}, "k": {""}}, &q)
	if err != nil {
		t.Fatal(err)
	}
	want := question{Filter: analytics.Filter{Kind: "kota", Cycle: 2024}, K: 30, Delta: 2.5, Raw: true, Set: "A.I.1:B", inner: 1}
	if q != want {
		t.Errorf("%+v, want %+v", q, want)
	}
	if names := analytics.Parameters(&q); !slices.Contains(names, analytics.Parameter{Name: "unit_type", Type: "string"}) || !slices.Equal(names[len(names)-4:], []analytics.Parameter{{Name: "k", Type: "integer"}, {Name: "delta", Type: "number"}, {Name: "raw", Type: "boolean"}, {Name: "set", Type: "string"}}) {
		t.Errorf("parameters %v", names)
	}
	for name, value := range map[string]string{"k": "3.5", "cycle": "zwei", "delta": "NaN", "raw": "ja", "set": string(make([]byte, 3000)), "q": "\x9e", "unit": "\x00"} {
		if err := analytics.Decode(url.Values{name: {value + "x"}}, &question{}); !errors.Is(err, analytics.ErrBadRequest) {
			t.Errorf("%s=%.10s: %v", name, value, err)
		}
	}
}
