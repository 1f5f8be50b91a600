package analytics_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

// nation is forty units of two agencies. Unit i has a TPN total of 60 + i/2 in
// 2023, which is 11 points more than in 2022, or one less, in turns of eight; TPI
// reads 2 points above or below its own bias in turns of four. So errors can be
// told from either. The odd ones hold WBK.
func nation() []data.Record {
	const regulation = "90/2021"
	quota := int64(3)
	rs := []data.Record{
		&data.Agency{AgencyID: "A1", Name: "Satu", Kind: "kementerian"},
		&data.Agency{AgencyID: "A2", Name: "Dua", Kind: "lembaga"},
		&data.Quota{AgencyID: "A1", Cycle: 2023, Target: "WBK", Quota: &quota},
	}
	for i := range 40 {
		agency, bias := "A1", 3.0
		if i%4 >= 2 {
			agency, bias = "A2", 11
		}
		id, tpn := fmt.Sprintf("u%02d", i), 60+float64(i)/2
		tpi := tpn + bias + float64(4*(i/4%2)-2)
		rise := 5 + 6*float64(2*(i/8%2)-1)
		rs = append(rs, &data.Unit{UnitID: id, AgencyID: agency, Name: "Kantor " + id, UnitType: "kantor_pajak", ProvinceCode: "31"},
			sentTotal(id, 2022, "tpn", regulation, tpn-rise), sentTotal(id, 2023, "tpn", regulation, tpn),
			sentTotal(id, 2022, "tpi", regulation, tpi-rise), sentTotal(id, 2023, "tpi", regulation, tpi))
		if i%2 == 1 {
			rs = append(rs, &data.Award{UnitID: id, Predicate: "WBK", Issuer: "nasional", AwardedOn: date("2020-12-10")})
		}
	}
	return rs
}

// The order of the odds is that of the values, they add up to the number of
// places in the top, and the interval is the value ± 1.96 of the published SE.
func TestRankingSaysWhatAPlaceIsWorth(t *testing.T) {
	db := open(t, lakeOf(t, nation()))
	r, err := db.Ranking(t.Context(), analytics.RankingFilter{Filter: analytics.Filter{Cycle: 2023, Layer: "tpn"}})
	if err != nil || len(r.Rows) != 40 {
		t.Fatalf("%d rows, %v", len(r.Rows), err)
	}
	precise, err := db.Reliability(t.Context(), 2023, "tpn")
	if err != nil || r.Uncertainty.SE == nil || *r.Uncertainty.SE != *precise["total"].SE || r.Uncertainty.Source != "reliability" {
		t.Fatalf("uncertainty %+v, published %+v, %v", r.Uncertainty, precise["total"], err)
	}
	sum, last := 0.0, 1.0
	for _, row := range r.Rows {
		if row.Odds == nil || row.Interval == nil {
			t.Fatalf("%s: no odds or no interval", row.UnitID)
		}
		if row.Odds.Top > last+1e-9 {
			t.Errorf("%s stands below the one before and is likelier in the top: %v", row.UnitID, row.Odds)
		}
		last = row.Odds.Top
		sum += row.Odds.Top
		if half := 1.959964 * *precise["total"].SE; math.Abs(row.Interval.High-row.Value.Float()-half) > 1e-5 || row.Interval.Method != "reliability" {
			t.Errorf("%s: value %s, interval %+v, want ± %.4f", row.UnitID, row.Value, row.Interval, half)
		}
	}
	if math.Abs(sum-4) > 0.02 {
		t.Errorf("the probabilities of being one of the top 4 of 40 add up to %.4f", sum)
	}
	best, worst := r.Rows[0], r.Rows[39]
	if best.UnitID != "u39" || best.Odds.Tier == "unlikely" || worst.Odds.Tier != "unlikely" || best.Odds.Same < 2 || best.Odds.Same > 12 {
		t.Errorf("best %+v, worst %+v", best.Odds, worst.Odds)
	}
	// 79.5 of 75 for WBK, and of 85 for WBBM.
	if a := best.Odds.Above; a["WBK"] < .98 || a["WBBM"] > .02 {
		t.Errorf("P(above): %v", a)
	}
}

// Without a source there is no interval, and the answer says so.
func TestNoSourceNoInterval(t *testing.T) {
	batch := append(country(), sheet("u1", 2024, "tpn", "A", amount("3.8"))...)
	r, err := open(t, lakeOf(t, batch)).Ranking(t.Context(), analytics.RankingFilter{})
	if err != nil || len(r.Rows) != 1 || r.Rows[0].Interval != nil || r.Rows[0].Odds != nil || r.Uncertainty.Source != "" || !noted(r.Meta, "no-interval") {
		t.Errorf("%v: %+v", err, r)
	}
}

// A survey's interval comes from its respondents: sd .8 of 64 is .1, without a
// population there is no correction; who sent no sd has no interval.
func TestSurveyRankingTakesRespondents(t *testing.T) {
	batch := country()
	n, sd, low, high := int64(64), amount("0.8"), amount("0"), amount("4")
	for unit, v := range map[string]string{"u1": "3.6", "u2": "3.2"} {
		batch = append(batch, sheet(unit, 2024, "tpn", "A", amount(v))...)
		s := &data.Survey{UnitID: unit, Cycle: 2024, Index: "IPAK", Value: amount(v), ScaleMin: &low, ScaleMax: &high, Respondents: &n}
		if unit == "u1" {
			s.SD = &sd
		}
		batch = append(batch, s)
	}
	db := open(t, lakeOf(t, batch))
	r, err := db.Ranking(t.Context(), analytics.RankingFilter{Filter: analytics.Filter{Cycle: 2024, Layer: "tpn", By: "IPAK"}})
	if err != nil || len(r.Rows) != 2 {
		t.Fatalf("%v: %+v", err, r)
	}
	first, second := r.Rows[0], r.Rows[1]
	if first.UnitID != "u1" || first.Interval == nil || math.Abs(first.Interval.High-3.6-.196) > 1e-4 || first.Interval.Method != "respondents" || second.Interval != nil {
		t.Errorf("u1 %+v, u2 %+v", first.Interval, second.Interval)
	}
	if first.Odds != nil {
		t.Error("a list of which most errors are unknown has odds")
	}
}

// Worksheets on another form keep their total and get no place among the others;
// their areas are compared, with the mark.
func TestFormsAreRankedApart(t *testing.T) {
	batch := country()
	for i, u := range []string{"u1", "u2"} {
		batch = append(batch, sheet(u, 2024, "tpn", "B", amount("3.6"))[i:]...)
	}
	for code, v := range map[string]string{"A.I": "5", "A.II": "5", "A.III": "15", "A.IV": "10", "A.V": "15", "A.VI": "10", "total": "99"} {
		batch = append(batch, &data.NodeScore{UnitID: "u3", Cycle: 2024, Regulation: "52/2014", Layer: "tpn", Code: code, Score: data.MustScore(v)})
	}
	db := open(t, lakeOf(t, batch))
	for by, want := range map[string]int64{"total": 0, "MP": 1} {
		r, err := db.Ranking(t.Context(), analytics.RankingFilter{Filter: analytics.Filter{Cycle: 2024, Layer: "tpn", By: by}})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range r.Rows {
			if row.UnitID == "u3" && (row.Rank != want || row.Total == nil || row.Regulation != "52/2014") {
				t.Errorf("by %s, the other form is ranked %d, total %v", by, row.Rank, row.Total)
			}
		}
		code := map[string]string{"total": "forms-apart", "MP": "forms-mixed"}[by]
		if !noted(r.Meta, code) {
			t.Errorf("by %s: no note %s among %v", by, code, r.Meta.Notes)
		}
	}
}

func TestPeersAreOfOneTypeAndKind(t *testing.T) {
	db := open(t, lakeOf(t, nation()))
	r, err := db.Ranking(t.Context(), analytics.RankingFilter{Filter: analytics.Filter{Cycle: 2023, Layer: "tpn"}, Peers: "u00"})
	if err != nil || r.Of != 20 || r.Peers == nil || r.Meta.Filter.Kind != "kementerian" || r.Meta.Filter.UnitType != "kantor_pajak" {
		t.Errorf("%v: of %d, %+v", err, r.Of, r.Peers)
	}
	if _, err := db.Ranking(t.Context(), analytics.RankingFilter{Peers: "nobody"}); !errors.Is(err, analytics.ErrNotFound) {
		t.Errorf("peers of nobody: %v", err)
	}
	if _, err := db.Ranking(t.Context(), analytics.RankingFilter{Filter: analytics.Filter{By: "pass_rate"}}); !errors.Is(err, analytics.ErrBadRequest) {
		t.Errorf("units by pass rate: %v", err)
	}
}

// The agency's page: the five that rose most, all by 11 points, far more than two
// errors; and the line of its quota through those without WBK.
func TestAgencyUnits(t *testing.T) {
	db := open(t, lakeOf(t, nation()))
	a, err := db.Agency(t.Context(), analytics.Filter{Agency: "A1", Cycle: 2023, Layer: "tpn"})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Best) != 5 || a.Best[0].UnitID != "u37" {
		t.Errorf("best: %+v", a.Best)
	}
	if len(a.Improved) != 5 || a.Compared != 20 || a.Improved[0].Change != 11*data.One || a.Improved[0].Since != 2022 || a.Improved[0].Interval == nil || a.Improved[0].Interval.Low < 0 || !noted(a.Meta, "extremes-regress") {
		t.Errorf("improved: %d of %d, %+v", len(a.Improved), a.Compared, a.Improved)
	}
	if len(a.Lines) != 1 || a.Lines[0].Of != 10 || len(a.Lines[0].Rows) != 8 {
		t.Fatalf("lines: %+v", a.Lines)
	}
	rows, sum := a.Lines[0].Rows, 0.0
	for _, r := range rows {
		if r.Inside == nil {
			t.Fatalf("%+v", r)
		}
		sum += *r.Inside
	}
	if rows[0].Rank != 1 || rows[0].Value < rows[1].Value || *rows[0].Inside < *rows[7].Inside || math.Abs(sum-3) > .1 {
		t.Errorf("rows %+v, sum %.3f, want all but some hundredths of the 3 places", rows, sum)
	}
	// A1's TPI lies 3 points above TPN, give or take 2 in equal parts; A2's 11.
	if len(a.Gaps) != 2 || a.Gaps[1].N != 20 || math.Abs(*a.Gaps[1].Mean-3) > 1e-9 || a.Gaps[1].Nation == nil || math.Abs(*a.Gaps[1].Nation-7) > 1e-9 {
		t.Errorf("gap: %+v", a.Gaps)
	}
	other, err := db.As(analytics.Scope{Role: "instansi", Agency: "A2", Released: []int{2022, 2023}}).Agency(t.Context(), analytics.Filter{Agency: "A1", Cycle: 2023, Layer: "tpn"})
	if err != nil || len(other.Improved)+len(other.Lines)+len(other.Gaps)+other.Compared != 0 {
		t.Errorf("another agency sees %+v %+v %+v, %v", other.Improved, other.Lines, other.Gaps, err)
	}
}

// Means by agency beside adding up by hand: A1 has the units 0, 1, 4, 5 … 36, 37.
func TestAgenciesBySort(t *testing.T) {
	db := open(t, lakeOf(t, nation()))
	want := 0.0
	for i := range 40 {
		if i%4 < 2 {
			want += (60 + float64(i)/2) / 20
		}
	}
	l, err := db.Agencies(t.Context(), analytics.Filter{Cycle: 2023, Layer: "tpn", By: "total"})
	if err != nil || len(l.Rows) != 2 {
		t.Fatalf("%v: %+v", err, l)
	}
	if l.Rows[0].ID != "A2" || l.Rows[1].ID != "A1" {
		t.Errorf("A2's units lie a point higher: %+v", l.Rows)
	}
	m := l.Rows[1].Areas["total"]
	if m.N != 20 || m.Value == nil || math.Abs(*m.Value-want) > 1e-9 || m.Interval == nil {
		t.Errorf("A1's mean %+v, want %.4f", m, want)
	}
	if l.Rows[0].Odds != nil {
		t.Error("two agencies have a top tenth")
	}
	up, err := db.Agencies(t.Context(), analytics.Filter{Cycle: 2023, Layer: "tpn", By: "total", Order: "asc"})
	if err != nil || up.Rows[0].ID != "A1" {
		t.Errorf("ascending: %v", err)
	}
	if _, err := db.Agencies(t.Context(), analytics.Filter{By: "IPAK"}); !errors.Is(err, analytics.ErrBadRequest) {
		t.Errorf("agencies by IPAK: %v", err)
	}
	o, err := db.Overview(t.Context(), analytics.Filter{Cycle: 2023, Layer: "tpn"})
	if err != nil || len(o.Heat) != 2 || o.HeatOf != 2 || !noted(o.Meta, "kinds-mixed") {
		t.Errorf("heat %+v, %v", o.Heat, err)
	}
}
