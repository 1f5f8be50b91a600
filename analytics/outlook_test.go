package analytics_test

import (
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
	"tolok/data/rule"
	"tolok/data/synth"
	"tolok/ingest"
)

// synthetic is a generated programme, taken in as agencies would send it.
func synthetic(t *testing.T, units, first, last int) *lake.Lake {
	t.Helper()
	p := synth.DefaultParams()
	p.Units, p.First, p.Last = units, first, last
	dir := t.TempDir()
	if _, err := synth.Generate(t.Context(), filepath.Join(dir, "files"), p, nil); err != nil {
		t.Fatal(err)
	}
	l := lake.Open(filepath.Join(dir, "lake"))
	a, err := l.Begin("test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ingest.Run(t.Context(), []string{filepath.Join(dir, "files")}, ingest.Options{}, a); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Commit(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	return l
}

// submit adds records as one more submission.
func submit(t *testing.T, l *lake.Lake, rs ...data.Record) {
	t.Helper()
	a, err := l.Begin("later")
	if err != nil {
		t.Fatal(err)
	}
	n, err := a.Source(data.Source{Name: "later.csv", SHA256: "f", Format: "csv"})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rs {
		*r.At() = data.Origin{Source: n, Line: int32(i + 2)}
		if err := a.Put(r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Commit(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
}

// foretold are the forecasts of a cycle without what names the state of the lake.
func foretold(t *testing.T, db *analytics.DB, cycle int) []analytics.ForecastRow {
	t.Helper()
	r, err := db.Forecasts(t.Context(), analytics.ForecastQuestion{Filter: analytics.Filter{Cycle: cycle}})
	if err != nil {
		t.Fatal(err)
	}
	expected := 0.0
	for i := range r.Rows {
		r.Rows[i].Result = ""
		if x := r.Rows[i]; x.Doubt == "" && x.Probability != nil {
			expected += x.Probability.Float()
		}
	}
	if math.Abs(expected-r.Expected) > 1e-9 {
		t.Errorf("cycle %d expects %g passes, but those whose chance is shown sum to %g", cycle, r.Expected, expected)
	}
	return r.Rows
}

func TestForecastsOfAGeneratedProgramme(t *testing.T) {
	l := synthetic(t, 4000, 2019, 2021)
	db := open(t, l)
	t.Run("better than the rivals", func(t *testing.T) {
		r, err := db.ReportCard(t.Context(), analytics.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		g := r.All
		if g.N < 200 || g.Brier == nil || g.BaseRate == nil {
			t.Fatalf("the whole is %+v", g)
		}
		t.Logf("n %d, Brier %.4f, AUC %.3f, skill %.2f %.2f %.2f", g.N, *g.Brier, *g.AUC, g.BaseRate.Value, g.LastResult.Value, g.Threshold.Value)
		for name, s := range map[string]*analytics.Skill{"base rate": g.BaseRate, "last result": g.LastResult, "threshold": g.Threshold} {
			if s.Value < 0.2 || s.Low <= 0 {
				t.Errorf("skill against the %s is %+v", name, *s)
			}
		}
		if len(r.Cycles) != 3 || !r.Cycles[0].Few || len(r.Hits) == 0 || len(r.Misses) == 0 || r.Curve == nil {
			t.Errorf("%d cycles, first few: %v, %d hits, %d misses", len(r.Cycles), r.Cycles[0].Few, len(r.Hits), len(r.Misses))
		}
	})
	before := foretold(t, db, 2021)
	t.Run("one nominee in full", func(t *testing.T) { inFull(t, db, before) })
	t.Run("every nominee, with an interval", func(t *testing.T) {
		o, err := db.Overview(t.Context(), analytics.Filter{Cycle: 2021})
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(before)) != o.Nominees.Int() {
			t.Errorf("%d forecasts for %d nominees", len(before), o.Nominees)
		}
		for _, x := range before {
			if *x.Low > *x.Probability || *x.Probability > *x.High || *x.Low < 0 || *x.High > data.One || x.Bottleneck == "" {
				t.Errorf("%+v", x)
			}
		}
	})
	t.Run("the best of all portfolios", func(t *testing.T) { bestPortfolio(t, db) })
	t.Run("warnings within their rate", func(t *testing.T) { warnsWithinRate(t, db) })
	t.Run("what became known later moves nothing", func(t *testing.T) {
		submit(t, l, later(before)...)
		after := foretold(t, open(t, l), 2021)
		if len(after) != len(before) {
			t.Fatalf("%d forecasts became %d", len(before), len(after))
		}
		for i := range before {
			if !reflect.DeepEqual(before[i], after[i]) {
				a, _ := json.Marshal(before[i])
				b, _ := json.Marshal(after[i])
				t.Errorf("%s\nmoved to\n%s", a, b)
			}
		}
	})
	t.Run("what was known before does", func(t *testing.T) {
		known := date("2021-03-20")
		x := before[0]
		submit(t, l, knownSheet(x.UnitID, known)...)
		if reflect.DeepEqual(before, foretold(t, open(t, l), 2021)) {
			t.Error("a worksheet known in time changes no forecast")
		}
	})
}

// inFull holds what is said of one nominee together: the parts add up, a better
// unit has a better chance, and the answer is quick once the model is there.
func inFull(t *testing.T, db *analytics.DB, rows []analytics.ForecastRow) {
	t.Helper()
	x := rows[len(rows)/2]
	q := analytics.ForecastQuestion{Filter: analytics.Filter{Cycle: 2021, Unit: x.UnitID, Target: x.Target}}
	r, err := db.Forecasts(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	n := r.Nominee
	sum := *n.Average
	for _, c := range n.Contribution {
		sum += c.Adds
	}
	if math.Abs(sum-x.Probability.Float()) > 1e-9 || len(n.Criteria) < 10 || n.WhatIf != nil {
		t.Errorf("the average and its contributions make %.6f, the chance is %s; %d criteria", sum, x.Probability, len(n.Criteria))
	}
	if s := n.Scenario; len(s) != 3 || s[0].Probability >= s[1].Probability || s[1].Probability >= s[2].Probability {
		t.Errorf("a stricter year is not worse: %+v", s)
	}
	q.MP, q.IPAK, q.PP = "99", "3,95", "100"
	start := time.Now()
	if r, err = db.Forecasts(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	t.Logf("what if: %s to %.3f in %v", x.Probability, r.Nominee.WhatIf.Probability, time.Since(start))
	if w := r.Nominee.WhatIf; w.Probability <= x.Probability.Float() || w.Low > w.Probability || w.High < w.Probability {
		t.Errorf("a better unit has a worse chance: %+v", w)
	}
	q.Meaning = analytics.MeaningWritten
	if r, err = db.Forecasts(t.Context(), q); err != nil || r.Nominee.WhatIf == nil {
		t.Errorf("written: %v", err)
	}
	q.MP = "101"
	if _, err := db.Forecasts(t.Context(), q); !errors.Is(err, analytics.ErrBadRequest) {
		t.Errorf("101 %% gives %v", err)
	}
	other := db.As(analytics.Scope{Role: "instansi", Agency: "none", Released: []int{2021}})
	if r, err := other.Forecasts(t.Context(), analytics.ForecastQuestion{Filter: analytics.Filter{Cycle: 2021}}); err != nil || len(r.Rows) > 0 {
		t.Errorf("another agency sees %d forecasts, %v", len(r.Rows), err)
	}
	q.MP = ""
	if _, err := other.Forecasts(t.Context(), q); !errors.Is(err, analytics.ErrNotFound) {
		t.Errorf("another agency sees a nominee: %v", err)
	}
}

// later are records of 2021 that became known after its forecasts: corrected
// worksheets of the inspectorate, whole and in part, better surveys, other
// scores of the national team and other results.
func later(rows []analytics.ForecastRow) (rs []data.Record) {
	known := date("2022-06-01")
	value, n := amount("3.99"), int64(500)
	low, high := amount("1"), amount("4")
	for i, x := range rows[:40] {
		switch i % 4 {
		case 0:
			rs = append(rs, knownSheet(x.UnitID, known)...)
		case 1:
			rs = append(rs, sentAreas(x.UnitID, "tpi", 2021, 1, &known)[:1]...)
			rs = append(rs, sentAreas(x.UnitID, "tpn", 2021, 2, &known)...)
		case 2:
			rs = append(rs, &data.Survey{UnitID: x.UnitID, Cycle: 2021, Index: "IPAK", Value: value, ScaleMin: &low, ScaleMax: &high, Respondents: &n, Surveyor: "internal", KnownOn: &known})
			s, _ := rule.ForCycle(2021)
			rs = append(rs, &data.Answer{UnitID: x.UnitID, Cycle: 2021, Regulation: s.ID, Layer: "tpi", ItemID: s.Items[0].ID, Choice: s.Items[0].OptionNames()[0], KnownOn: &known})
		case 3:
			day := date("2022-01-10")
			rs = append(rs, &data.Nomination{UnitID: x.UnitID, Cycle: 2021, Target: x.Target, Issuer: x.Issuer, Stage: "penetapan", Result: "lulus", EnteredOn: &day, LeftOn: &day})
		}
	}
	return rs
}

// knownSheet is a poor worksheet of the inspectorate that became known on a day.
func knownSheet(unit string, known data.Date) []data.Record {
	rs := sheet(unit, 2021, "tpi", "Tidak", amount("2.5"))
	for _, r := range rs {
		r.(*data.Answer).KnownOn = &known
	}
	return rs
}

// sentAreas are the scores of a worksheet whose items were not kept: each area with
// its weight over part.
func sentAreas(unit, layer string, cycle int32, part data.Score, known *data.Date) (rs []data.Record) {
	s, _ := rule.ForCycle(int(cycle))
	for _, n := range s.At(rule.LevelArea) {
		rs = append(rs, &data.NodeScore{UnitID: unit, Cycle: cycle, Regulation: s.ID, Layer: layer, Code: n.Code, Score: n.Weight / part, KnownOn: known})
	}
	return rs
}

// bestPortfolio holds the answer to every subset of the candidates of each
// agency that has few: two places, and days for two and a half.
func bestPortfolio(t *testing.T, db *analytics.DB) {
	t.Helper()
	q := analytics.PortfolioQuestion{Filter: analytics.Filter{Cycle: 2021}, Quota: 3, Cost: 2, Days: 5}
	r, err := db.Portfolio(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string][]analytics.PortfolioRow{}
	for _, x := range r.Rows {
		by[x.AgencyID] = append(by[x.AgencyID], x)
	}
	expected, chosen, judged := 0.0, 0, 0
	for agency, rows := range by {
		got, weakest := 0.0, 1.0
		for _, x := range rows {
			if x.Chosen {
				got += x.Probability.Float()
				weakest = min(weakest, x.Probability.Float())
				chosen++
			}
		}
		expected += got
		for _, x := range rows {
			if !x.Chosen && (x.Cost == nil || math.Abs(*x.Cost-(weakest-x.Probability.Float())) > 1e-9 || x.Swap == "") {
				t.Errorf("%s: in for %q at a cost of %v; the least likely chosen has %v", x.UnitID, x.Swap, x.Cost, weakest)
			}
		}
		if len(rows) > 12 {
			continue
		}
		best := 0.0
		for set := range 1 << len(rows) {
			n, p := 0, 0.0
			for i, x := range rows {
				if set>>i&1 == 1 {
					n, p = n+1, p+x.Probability.Float()
				}
			}
			if n <= q.Quota && float64(n)*q.Cost <= q.Days {
				best = max(best, p)
			}
		}
		judged++
		if math.Abs(best-got) > 1e-9 {
			t.Errorf("agency %s: %v passes are chosen of %v", agency, got, best)
		}
	}
	if judged < 10 || r.Chosen != chosen || math.Abs(r.Expected-expected) > 1e-6 || math.Abs(r.Days-float64(chosen)*q.Cost) > 1e-6 {
		t.Errorf("%d agencies judged; %d chosen for %v passes and %v days, the rows say %d for %v", judged, r.Chosen, r.Expected, r.Days, chosen, expected)
	}
	total := int64(0)
	for _, b := range r.Dist {
		total += b.Count
	}
	if total < 980 || total > 1020 || float64(r.Low) > r.Expected || float64(r.High) < r.Expected || r.High-r.Low < r.Alone[1]-r.Alone[0] {
		t.Errorf("%d of 1,000 years; %d to %d passes together, %v alone, %v expected", total, r.Low, r.High, r.Alone, r.Expected)
	}
	forced(t, db, q, r)
}

// forced asks for the least likely of those left out, and without the likeliest chosen.
func forced(t *testing.T, db *analytics.DB, q analytics.PortfolioQuestion, before *analytics.Portfolio) {
	t.Helper()
	var in, out *analytics.PortfolioRow
	for i := range before.Rows {
		x := &before.Rows[i]
		switch {
		case x.Chosen && out == nil:
			out = x
		case !x.Chosen && (out == nil || x.AgencyID != out.AgencyID):
			in = x
		}
	}
	if in == nil || out == nil {
		t.Fatal("nobody to bring in or to leave out")
	}
	q.With = in.UnitID
	r, err := db.Portfolio(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if lost := before.Expected - r.Expected; r.Chosen != before.Chosen || math.Abs(lost-*in.Cost) > 1e-9 {
		t.Errorf("bringing in %s costs %v, as was said %v; %d chosen of %d", in.UnitID, lost, *in.Cost, r.Chosen, before.Chosen)
	}
	q.With, q.Without = "", out.UnitID
	if r, err = db.Portfolio(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if r.Expected > before.Expected {
		t.Errorf("without %s, %v passes instead of %v", out.UnitID, r.Expected, before.Expected)
	}
	for _, x := range r.Rows {
		if x.UnitID == out.UnitID && (x.Chosen || x.Forced != "without") {
			t.Errorf("%+v was to be left out", x)
		}
	}
}

// warnsWithinRate counts again: those warned are the likeliest to fall, their
// mean chance not to is what is said, and one more would break the bound.
func warnsWithinRate(t *testing.T, db *analytics.DB) {
	t.Helper()
	for _, rate := range []float64{0.05, 0.2, 0.5} {
		r, err := db.EarlyWarning(t.Context(), analytics.WarningQuestion{Filter: analytics.Filter{Cycle: 2021}, Rate: rate})
		if err != nil {
			t.Fatal(err)
		}
		vain, warned := 0.0, 0
		for i, x := range r.Rows {
			if i > 0 && x.Risk > r.Rows[i-1].Risk {
				t.Fatal("the rows are not by risk")
			}
			if x.Warned != (i < r.Warned) {
				t.Errorf("rate %v: row %d of %d warned: %v", rate, i, r.Warned, x.Warned)
			}
			if x.Warned {
				vain, warned = vain+1-x.Risk, warned+1
			} else if (vain+1-x.Risk)/float64(warned+1) <= rate && i == r.Warned {
				t.Errorf("rate %v: %s could be warned too", rate, x.UnitID)
			}
		}
		if len(r.Rows) == 0 || warned > 0 && (vain/float64(warned) > rate || math.Abs(vain/float64(warned)-r.Vain) > 1e-9) {
			t.Errorf("rate %v: %d of %d warned, in vain %v, counted %v", rate, warned, len(r.Rows), r.Vain, vain/float64(warned))
		}
	}
}
