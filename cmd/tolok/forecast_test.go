package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// Forecasts go on record once; the answer is the same before and after, for
// every nominee of the cycle.
func TestForecastsOnRecord(t *testing.T) {
	_, lake := programme(t)
	ask := func() (rows []map[string]any) {
		var a struct {
			Rows []map[string]any `json:"rows"`
		}
		if err := json.Unmarshal([]byte(must(t, "ask", "forecast", "--lake", lake, "--cycle", "2021", "--format", "json")), &a); err != nil {
			t.Fatal(err)
		}
		return a.Rows
	}
	before := ask()
	if len(before) == 0 {
		t.Fatal("no nominee is forecast")
	}
	for _, name := range []string{"unit_id", "target", "probability", "low", "high", "bottleneck", "first_time"} {
		if v, ok := before[0][name]; !ok || v == nil {
			t.Errorf("a row has no %s: %v", name, before[0])
		}
	}
	var first, second forecasted
	for _, to := range []*forecasted{&first, &second} {
		if err := json.Unmarshal([]byte(must(t, "forecast", "--lake", lake, "--json")), to); err != nil {
			t.Fatal(err)
		}
	}
	if !first.Changed || first.Reconstructed == 0 || second.Changed || first.Snapshot != second.Snapshot {
		t.Errorf("first %+v, second %+v", first, second)
	}
	after := ask()
	a, _ := json.Marshal(before)
	b, _ := json.Marshal(after)
	if string(a) != string(b) {
		t.Error("the answer differs once the forecasts are on record")
	}
	if out := must(t, "verify", "--lake", lake); strings.TrimSpace(out) == "" {
		t.Errorf("verify says %q", out)
	}
	if status, _, errs := tolok(t, "forecast", "--lake", t.TempDir()); status != exitNothing || errs == "" {
		t.Errorf("an empty lake: exit %d, %s", status, errs)
	}
}
