package analytics_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

// gapped is a programme in which TPI's total lies above TPN's by an agency's own
// gap, one point more or less in turn; self lies 3 points above TPI.
func gapped(t *testing.T, gaps []float64, units int) *analytics.DB {
	t.Helper()
	var rs []data.Record
	for a, gap := range gaps {
		id := fmt.Sprintf("A%d", a)
		rs = append(rs, &data.Agency{AgencyID: id, Name: "Instansi " + id, Kind: "kementerian"})
		for i := range units {
			unit := fmt.Sprintf("%s-%02d", id, i)
			turn := float64(2*(i%2) - 1)
			rs = append(rs, &data.Unit{UnitID: unit, AgencyID: id, Name: "Kantor " + unit, UnitType: "kantor_pajak", ProvinceCode: "31"},
				sentTotal(unit, 2023, "tpn", "90/2021", 70), sentTotal(unit, 2023, "tpi", "90/2021", 70+gap+turn), sentTotal(unit, 2023, "self", "90/2021", 73+gap+turn),
				&data.Nomination{UnitID: unit, Cycle: 2023, Target: "WBK", Issuer: "nasional", Stage: "penetapan", Result: "tidak_lulus"})
		}
	}
	return open(t, lakeOf(t, rs))
}

// Six agencies with gaps of 4 to 6 and one with 16: it is the one to calibrate,
// its estimate drawn a little towards the others; gaps are in points.
func TestCredibility(t *testing.T) {
	db := gapped(t, []float64{4, 5, 6, 5, 4, 6, 16}, 10)
	c, err := db.Credibility(t.Context(), analytics.CredibilityQuestion{Filter: analytics.Filter{Cycle: 2023}})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Rows) != 7 || c.Rows[0].AgencyID != "A6" || c.Rows[0].Verdict != analytics.NeedsCalibration {
		t.Fatalf("%d rows, first %+v", len(c.Rows), c.Rows[0])
	}
	r := c.Rows[0]
	g := r.Gap(analytics.TPITPN, "total")
	if g == nil || g.N != 10 || math.Abs(g.Mean-16) > 1e-9 || *g.Shrunk >= 16 || *g.Shrunk < 15 || *g.Deviation < 6 || g.Interval.Low < 4 {
		t.Errorf("gap %+v", g)
	}
	// ±1 about the mean on 9 degrees of freedom: sqrt(10/9).
	if r.Scatter == nil || math.Abs(*r.Scatter-math.Sqrt(10.0/9)) > 1e-9 {
		t.Errorf("scatter %v", r.Scatter)
	}
	if g := r.Gap(analytics.SelfTPI, "total"); g == nil || math.Abs(g.Mean-3) > 1e-9 {
		t.Errorf("self less TPI: %+v", g)
	}
	for _, r := range c.Rows[1:] {
		if r.Verdict == analytics.NeedsCalibration {
			t.Errorf("%s: %s %v, agreement %+v", r.AgencyID, r.Verdict, r.Reasons, r.Agreement)
		}
	}
	// Both lie below 75: what misses a criterion is known not to pass, though the
	// others were not sent.
	if r := c.Rows[1]; r.Verdict != analytics.PredictsWell || r.Agreement.Hits != r.Agreement.Of || r.Agreement.Of < 5 {
		t.Errorf("%s: %s %v, agreement %+v", r.AgencyID, r.Verdict, r.Reasons, r.Agreement)
	}
	if !noted(c.Meta, "gap-selected") || len(c.Curves) == 0 || len(c.National) != 2 {
		t.Errorf("notes %+v, %d limits, %d national gaps", c.Meta.Notes, len(c.Curves), len(c.National))
	}
}

// An agency sees its own gaps and no other's, nor the nation's; a unit and the
// public see none.
func TestCredibilityIsTheAgencysOwn(t *testing.T) {
	db := gapped(t, []float64{4, 5, 6, 5, 4, 6, 16}, 10)
	q := analytics.CredibilityQuestion{Filter: analytics.Filter{Cycle: 2023}}
	own, err := db.As(analytics.Scope{Role: "instansi", Agency: "A1", Released: []int{2023}}).Credibility(t.Context(), q)
	if err != nil || len(own.Rows) != 1 || own.Rows[0].AgencyID != "A1" || len(own.National) != 0 || len(own.Curves) != 0 || own.Rows[0].Verdict != "" {
		t.Fatalf("%v, %+v", err, own)
	}
	if g := own.Rows[0].Gap(analytics.TPITPN, "total"); g == nil || math.Abs(g.Mean-5) > 1e-9 || g.Shrunk != nil || g.Deviation != nil || g.Interval == nil {
		t.Errorf("own gap %+v", g)
	}
	early, err := db.As(analytics.Scope{Role: "instansi", Agency: "A1"}).Credibility(t.Context(), q)
	if err != nil || early.Rows[0].Gap(analytics.TPITPN, "total") != nil || early.Rows[0].Gap(analytics.SelfTPI, "total") == nil {
		t.Errorf("before the release only what is the agency's own work: %v, %+v", err, early.Rows)
	}
	for name, s := range map[string]analytics.Scope{
		"unit":   {Role: "satker", Agency: "A1", Unit: "A1-01", Released: []int{2023}},
		"public": {Released: []int{2023}},
	} {
		if c, err := db.As(s).Credibility(t.Context(), q); err != nil || len(c.Rows) != 0 || c.Meta.N != 0 {
			t.Errorf("%s: %v, %+v", name, err, c.Rows)
		}
	}
	for _, q := range []analytics.CredibilityQuestion{{Pair: "self-tpn"}, {Indicator: "XX"}} {
		if _, err := db.Credibility(t.Context(), q); !errors.Is(err, analytics.ErrBadRequest) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

// Worksheets with every answer the best are counted and kept out of the gaps.
func TestCredibilityLeavesPerfectWorksheetsOut(t *testing.T) {
	rs := []data.Record{
		&data.Agency{AgencyID: "A", Name: "Satu", Kind: "kementerian"},
		&data.Unit{UnitID: "u1", AgencyID: "A", Name: "Kantor Satu", UnitType: "kantor_pajak", ProvinceCode: "31"},
		&data.Unit{UnitID: "u2", AgencyID: "A", Name: "Kantor Dua", UnitType: "kantor_pajak", ProvinceCode: "31"},
		&data.Unit{UnitID: "u3", AgencyID: "A", Name: "Kantor Tiga", UnitType: "kantor_pajak", ProvinceCode: "31"},
	}
	for _, unit := range []string{"u1", "u2", "u3"} {
		best := map[bool]string{true: "A", false: "B"}[unit == "u1"]
		rs = append(rs, sheet(unit, 2023, "tpi", best, amount("3.8"))...)
		rs = append(rs, sheet(unit, 2023, "tpn", "C", amount("3.6"))...)
	}
	c, err := open(t, lakeOf(t, rs)).Credibility(t.Context(), analytics.CredibilityQuestion{Filter: analytics.Filter{Cycle: 2023}})
	if err != nil || len(c.Rows) != 1 || c.Rows[0].Perfect != 1 || !noted(c.Meta, "perfect-left-out") {
		t.Fatalf("%v, %+v", err, c)
	}
	for _, indicator := range analytics.Indicators {
		if g := c.Rows[0].Gap(analytics.TPITPN, indicator); g == nil || g.N != 2 || g.Mean <= 0 {
			t.Errorf("%s: %+v", indicator, g)
		}
	}
}
