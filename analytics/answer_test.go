package analytics_test

import (
	"errors"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

func TestOverviewCountsEachUnitOnce(t *testing.T) {
	batch := append(country(), sheet("u1", 2024, "tpn", "A", amount("3.8"))...)
	batch = append(batch, sheet("u3", 2024, "tpn", "C", amount("3.0"))...)
	o, err := open(t, lakeOf(t, batch)).Overview(t.Context(), analytics.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if o.Cycle != 2024 || o.Meta.Filter.Layer != "tpn" {
		t.Errorf("without being told, cycle %d and layer %s; want the newest decided cycle and the nearest layer", o.Cycle, o.Meta.Filter.Layer)
	}
	if o.Units != 4 || o.Agencies != 2 || o.Scored != 2 || o.Nominees != 2 {
		t.Errorf("units %d, agencies %d, scored %d, nominees %d; want 4, 2, 2, 2", o.Units, o.Agencies, o.Scored, o.Nominees)
	}
	if o.PassRate.Hits != 1 || o.PassRate.Of != 2 || o.PassRate.Share == nil || *o.PassRate.Share != 0.5 {
		t.Errorf("pass rate %+v, want 1 of 2", o.PassRate)
	}
	stops := map[string]analytics.Count{}
	for _, s := range o.Funnel {
		stops[s.Stage] = s.Stopped
		if s.Stage == "administrasi" && s.Entered != 2 || s.Stage == "penetapan" && s.Entered != 1 {
			t.Errorf("%s: %d entered", s.Stage, s.Entered)
		}
	}
	if stops["administrasi"] != 1 {
		t.Errorf("stopped at administrasi: %d, want 1", stops["administrasi"])
	}
	if len(o.Provinces) != 38 {
		t.Errorf("%d provinces, want all 38", len(o.Provinces))
	}
	for _, p := range o.Provinces {
		if p.Code == "11" && (p.Median != nil || p.PassRate.Share != nil) {
			t.Error("a province without scores shows a number")
		}
	}
	if o.Meta.Snapshot == "" || len(o.Meta.Notes) == 0 || o.Meta.N != 2 {
		t.Errorf("meta is not complete: %+v", o.Meta)
	}
}

func TestFilterLeavesWhatItNames(t *testing.T) {
	db := open(t, lakeOf(t, append(country(), sheet("u1", 2024, "tpn", "A", amount("3.8"))...)))
	o, err := db.Overview(t.Context(), analytics.Filter{Kind: "kota"})
	if err != nil {
		t.Fatal(err)
	}
	if o.Units != 2 || o.Nominees != 1 || o.Scored != 0 || o.Total.Median != nil {
		t.Errorf("kota: units %d, nominees %d, scored %d, median %v; want 2, 1, 0, unknown", o.Units, o.Nominees, o.Scored, o.Total.Median)
	}
	for _, bad := range []analytics.Filter{{Layer: "bpk"}, {Kind: "desa"}, {By: "nama"}, {Size: 5000}, {Cycle: 24}, {Province: "99"}, {Order: "up"}} {
		if _, err := db.Ranking(t.Context(), analytics.RankingFilter{Filter: bad}); !errors.Is(err, analytics.ErrBadRequest) {
			t.Errorf("%+v: %v, want ErrBadRequest", bad, err)
		}
	}
}

func TestEqualScoresShareARank(t *testing.T) {
	batch := country()
	for _, u := range []string{"u1", "u2"} {
		batch = append(batch, sheet(u, 2024, "tpn", "A", amount("4"))...)
	}
	batch = append(batch, sheet("u3", 2024, "tpn", "B", amount("3.6"))...)
	r, err := open(t, lakeOf(t, batch)).Ranking(t.Context(), analytics.RankingFilter{Filter: analytics.Filter{}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 3 || r.Rows[0].Rank != 1 || r.Rows[1].Rank != 1 || r.Rows[2].Rank != 3 {
		t.Errorf("ranks: %+v", r.Rows)
	}
	if got := r.Rows[0].Total.String(); got != "100" {
		t.Errorf("all A and 4.00 earns %s, want 100", got)
	}
	found, err := open(t, lakeOf(t, batch)).Ranking(t.Context(), analytics.RankingFilter{Filter: analytics.Filter{Search: "dukCAPIL"}})
	if err != nil {
		t.Fatal(err)
	}
	if found.Found != 1 || found.Of != 3 || found.Rows[0].Rank != 3 {
		t.Errorf("a search must keep the rank within the filter: %+v", found.Rows)
	}
}

func TestNewerSubmissionReplacesTheWholeWorksheet(t *testing.T) {
	first := append(country(), sheet("u1", 2024, "tpn", "C", amount("3"))...)
	// The newer one leaves an item out: it is unanswered now, not the old A.
	second := sheet("u1", 2024, "tpn", "A", amount("4"))[1:]
	s, err := open(t, lakeOf(t, first, second)).Scorecard(t.Context(), analytics.Filter{Unit: "u1"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Unanswered != 1 || s.Items[0].State != "unanswered" || s.Items[0].Score != nil {
		t.Errorf("%d unanswered, first item %+v", s.Unanswered, s.Items[0])
	}
	if s.Total == nil || *s.Total >= 100*data.One || *s.Total < 99*data.One {
		t.Errorf("total %v", s.Total)
	}
	if s.Low == nil || s.High == nil || *s.Low != *s.Total || *s.High != 100*data.One {
		t.Errorf("open items allow %v to %v, want the total to 100", s.Low, s.High)
	}
	if it := s.Items[1]; it.File != "file.csv" || it.Line < 2 {
		t.Errorf("item without its place: %+v", it)
	}
	if len(s.Sources) != 2 || s.Sources[1].TakenIn == "" {
		t.Errorf("sources: %+v", s.Sources)
	}
}

func TestScorecardOfAUnitWithoutWorksheet(t *testing.T) {
	s, err := open(t, lakeOf(t, country())).Scorecard(t.Context(), analytics.Filter{Unit: "u4"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Total != nil || len(s.Criteria) != 0 || s.Meta.Notes[len(s.Meta.Notes)-1].Code != "no-worksheet" {
		t.Errorf("total %v, %d criteria, notes %+v", s.Total, len(s.Criteria), s.Meta.Notes)
	}
	if _, err := open(t, lakeOf(t, country())).Scorecard(t.Context(), analytics.Filter{Unit: "nobody"}); !errors.Is(err, analytics.ErrNotFound) {
		t.Errorf("an unknown unit: %v, want ErrNotFound", err)
	}
}

func TestScoresWithoutItems(t *testing.T) {
	score := func(code, v string) data.Record {
		return &data.NodeScore{UnitID: "u1", Cycle: 2016, Regulation: "52/2014", Layer: "tpn", Code: code, Score: data.MustScore(v)}
	}
	batch := append(country(), score("A.I", "4"), score("A.II", "4"), score("A.III", "12"), score("A.IV", "8"), score("A.V", "12"), score("A.VI", "8"),
		score("B.I", "18"), score("B.I.1", "13.5"), score("total", "84"))
	s, err := open(t, lakeOf(t, batch)).Scorecard(t.Context(), analytics.Filter{Unit: "u1", Cycle: 2016})
	if err != nil {
		t.Fatal(err)
	}
	if s.Basis != "scores" || s.Total == nil || s.Total.String() != "84" {
		t.Fatalf("basis %s, total %v; want the total as sent, B.II being unknown", s.Basis, s.Total)
	}
	for _, n := range s.Nodes {
		switch n.Code {
		case "A":
			if n.Score == nil || n.Score.String() != "48" {
				t.Errorf("A = %v, want the sum of its areas, 48", n.Score)
			}
		case "B.II":
			if n.Score != nil {
				t.Errorf("B.II was not sent and shows %v", n.Score)
			}
		}
	}
	for _, c := range s.Criteria {
		if c.Criterion == "B.II" && (c.Passed != nil || c.Value != nil) {
			t.Errorf("an unknown criterion is judged: %+v", c)
		}
		if c.Criterion == "B.I.1" && (c.Passed == nil || !*c.Passed) {
			t.Errorf("13.5 of 13.5 must pass: %+v", c)
		}
	}
}

func TestAgencyBesideItsKind(t *testing.T) {
	batch := append(country(), sheet("u1", 2024, "tpn", "A", amount("3.8"))...)
	a, err := open(t, lakeOf(t, batch)).Agency(t.Context(), analytics.Filter{Agency: "K1"})
	if err != nil {
		t.Fatal(err)
	}
	if a.Units != 2 || a.Scored != 1 || len(a.Rows) != 1 || len(a.Unscored) != 1 || a.Unscored[0].ID != "u2" {
		t.Errorf("%+v", a)
	}
	if a.PassRate.Of != 1 || a.NationRate.Of != 2 {
		t.Errorf("pass rates %+v beside %+v", a.PassRate, a.NationRate)
	}
	if len(a.Areas) != 8 || a.Areas[0].Own.Median == nil {
		t.Errorf("areas: %+v", a.Areas)
	}
}

func TestGatesSayWhatIsNotKnown(t *testing.T) {
	sakip := amount("60")
	batch := append(country(), &data.AgencyGate{AgencyID: "P1", Cycle: 2024, BPKOpinion: "WDP", SAKIP: &sakip})
	s, err := open(t, lakeOf(t, batch)).Scorecard(t.Context(), analytics.Filter{Unit: "u3", Cycle: 2024})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range s.Gates {
		switch {
		case g.Target == "WBK" && g.Gate == "bpk_opinion" && (g.Passed == nil || *g.Passed || !g.Exempt):
			t.Errorf("WDP fails, and a civil registry is exempt: %+v", g)
		case g.Target == "WBK" && g.Gate == "sakip" && (g.Value != "CC (60)" || *g.Passed):
			t.Errorf("60.00 is shown with its letter and number: %+v", g)
		case g.Gate == "tlhp_pct" && g.Passed != nil:
			t.Errorf("an unknown gate is judged: %+v", g)
		}
	}
	if len(s.Gates) == 0 {
		t.Error("no gates at all")
	}
}

// A unit can be nominated twice in one cycle; target and result shown beside
// each other must be of one nomination.
func TestRankingShowsOneNomination(t *testing.T) {
	batch := append(country(), sheet("u2", 2024, "tpn", "A", amount("3.8"))...)
	for _, n := range []struct{ target, result string }{{"WBK", "tidak_lulus"}, {"WBBM", "lulus"}} {
		batch = append(batch, &data.Nomination{UnitID: "u2", Cycle: 2024, Target: n.target, Issuer: "nasional", Stage: "penetapan", Result: n.result})
	}
	db := open(t, lakeOf(t, batch))
	for target, want := range map[string]string{"": "WBBM lulus", "WBBM": "WBBM lulus", "WBK": "WBK tidak_lulus"} {
		r, err := db.Ranking(t.Context(), analytics.RankingFilter{Filter: analytics.Filter{Target: target}})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Rows) != 1 || r.Rows[0].Target+" "+r.Rows[0].Result != want {
			t.Errorf("target=%q: %+v, want %s", target, r.Rows, want)
		}
	}
}

// Filtering by target leaves the nominees for it, everywhere on the page.
func TestTargetFiltersWhatIsCounted(t *testing.T) {
	batch := append(country(), sheet("u1", 2024, "tpn", "A", amount("3.8"))...)
	batch = append(batch, sheet("u2", 2024, "tpn", "B", amount("3.6"))...) // scored, not nominated
	db := open(t, lakeOf(t, batch))
	o, err := db.Overview(t.Context(), analytics.Filter{Target: "WBK"})
	if err != nil {
		t.Fatal(err)
	}
	if o.Scored != 1 || o.Areas[0].Attainment.N != 1 || len(o.Holders) != 1 {
		t.Errorf("WBK: scored %d, areas over %d, holders %v; want 1, 1, one kind", o.Scored, o.Areas[0].Attainment.N, o.Holders)
	}
	if o, err = db.Overview(t.Context(), analytics.Filter{Target: "WBBM"}); err != nil || o.Scored != 0 || len(o.Holders) != 0 {
		t.Errorf("WBBM: %v, scored %d, holders %v; want nothing", err, o.Scored, o.Holders)
	}
	r, err := db.Ranking(t.Context(), analytics.RankingFilter{Filter: analytics.Filter{Target: "WBK"}})
	if err != nil || r.Of != 1 || len(r.Dist) != 1 || r.Dist[0].Count != 1 {
		t.Errorf("ranking of WBK nominees: of %d, %v, %v", r.Of, r.Dist, err)
	}
}

// Groups must add up to the whole they divide.
func TestGroupsAddUp(t *testing.T) {
	opened := int32(2030)
	batch := append(country(),
		&data.Agency{AgencyID: "L1", Name: "Lembaga", Kind: "lembaga"},
		&data.Unit{UnitID: "u5", AgencyID: "L1", Name: "Tanpa Provinsi", UnitType: "lainnya", Opened: &opened})
	batch = append(batch, sheet("u1", 2024, "tpn", "A", amount("3.8"))...)
	batch = append(batch, sheet("u5", 2024, "tpn", "B", amount("3.8"))...)
	o, err := open(t, lakeOf(t, batch)).Overview(t.Context(), analytics.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var kinds, provinces analytics.Count
	var units int64
	for _, k := range o.Kinds {
		kinds += k.Scored
	}
	for _, p := range o.Provinces {
		provinces += p.Scored
		units += p.Units
	}
	if o.Scored != 2 || kinds != 2 || provinces != 2 || units != o.Units {
		t.Errorf("scored %d; by kind %d, by province %d; units %d, by province %d", o.Scored, kinds, provinces, o.Units, units)
	}
	if last := o.Provinces[len(o.Provinces)-1]; last.Code != "" || last.Scored != 1 {
		t.Errorf("units without a province are in %+v", last)
	}
}

// Exactly at the minimum is not below it: the overview and the criterion say
// the same.
func TestAtTheMinimumIsNotBelow(t *testing.T) {
	batch := country()
	s := &data.NodeScore{UnitID: "u1", Cycle: 2024, Regulation: "5/2024", Layer: "tpn"}
	for code, v := range map[string]string{"A.I.6": "2.3333333333333", "A.II.6": "3.6666666666667", "A.I.1": "2.4", "A.II.1": "2.4"} {
		n := *s
		n.Code, n.Score = code, data.MustScore(v)
		batch = append(batch, &n)
	}
	db := open(t, lakeOf(t, batch))
	o, err := db.Overview(t.Context(), analytics.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range o.Areas {
		if (a.Area == "PP" || a.Area == "MP") && (a.BelowWBK == nil || a.BelowWBK.Hits != 0 || a.BelowWBK.Of != 1) {
			t.Errorf("%s at 60 %%: below %+v", a.Area, a.BelowWBK)
		}
	}
	c, err := db.Scorecard(t.Context(), analytics.Filter{Unit: "u1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range c.Criteria {
		if k.Target == "WBK" && k.Criterion == "A.area.PP" && (k.Passed == nil || !*k.Passed) {
			t.Errorf("PP at 60 %%: %+v", k)
		}
	}
}

// Components sent without their total still have one.
func TestComponentsMakeATotal(t *testing.T) {
	batch := country()
	for code, v := range map[string]string{"A": "50", "B": "38"} {
		batch = append(batch, &data.NodeScore{UnitID: "u1", Cycle: 2024, Regulation: "5/2024", Layer: "self", Code: code, Score: data.MustScore(v)})
	}
	s, err := open(t, lakeOf(t, batch)).Scorecard(t.Context(), analytics.Filter{Unit: "u1"})
	if err != nil || s.Total == nil || s.Total.String() != "88" {
		t.Errorf("total %v, %v; want 88", s.Total, err)
	}
}

// Without a register nobody can say who held WBK before.
func TestPriorWBKNeedsARegister(t *testing.T) {
	var batch []data.Record
	for _, r := range country() {
		if r.Dataset() != "awards" {
			batch = append(batch, r)
		}
	}
	s, err := open(t, lakeOf(t, append(batch, sheet("u1", 2024, "tpn", "A", amount("3.8"))...))).Scorecard(t.Context(), analytics.Filter{Unit: "u1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Criteria {
		if c.Criterion == "prior_wbk" && (c.Passed != nil || c.Value != nil) {
			t.Errorf("judged without a register: %+v", c)
		}
	}
	if !noted(s.Meta, "awards-unknown") {
		t.Errorf("notes: %+v", s.Meta.Notes)
	}
}

// A worksheet by another regulation than its cycle's is shown as what it is.
func TestMixedRulesAreNoted(t *testing.T) {
	batch := append(country(), &data.NodeScore{UnitID: "u1", Cycle: 2024, Regulation: "52/2014", Layer: "tpn", Code: "total", Score: data.MustScore("80")})
	o, err := open(t, lakeOf(t, batch)).Overview(t.Context(), analytics.Filter{})
	if err != nil || !noted(o.Meta, "cycle-rules-mixed") {
		t.Errorf("%v, notes %+v", err, o.Meta.Notes)
	}
}

func noted(m analytics.Meta, code string) bool {
	for _, n := range m.Notes {
		if n.Code == code {
			return true
		}
	}
	return false
}

// Quotas bound national nominations; WBK Mandiri does not use them up.
func TestQuotaCountsNationalNominees(t *testing.T) {
	one := int64(1)
	batch := append(country(), &data.Quota{AgencyID: "K1", Cycle: 2024, Target: "WBK", Quota: &one},
		&data.Nomination{UnitID: "u2", Cycle: 2024, Target: "WBK", Issuer: "mandiri", Stage: "penetapan", Result: "lulus"})
	a, err := open(t, lakeOf(t, batch)).Agency(t.Context(), analytics.Filter{Agency: "K1", Cycle: 2024})
	if err != nil || len(a.Quotas) != 1 || a.Quotas[0].Nominees != 1 {
		t.Errorf("%v, quotas %+v; want 1 national nominee", err, a.Quotas)
	}
}
