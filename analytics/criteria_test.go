package analytics_test

import (
	"errors"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

// testedNation is three nominees of 2024: well passes, thin binds on its survey,
// and poor misses much; the agency's gates are met but for one.
func testedNation(t *testing.T) *analytics.DB {
	t.Helper()
	rs := []data.Record{
		&data.Agency{AgencyID: "K1", Name: "Kementerian Satu", Kind: "kementerian"},
		&data.Agency{AgencyID: "P1", Name: "Kota Dua", Kind: "kota", ProvinceCode: "31"},
	}
	for _, u := range []struct{ id, agency, typ string }{{"well", "K1", "kantor_pajak"}, {"thin", "K1", "kantor_pajak"}, {"poor", "P1", "dukcapil"}, {"idle", "P1", "dinas_lain"}} {
		rs = append(rs, &data.Unit{UnitID: u.id, AgencyID: u.agency, Name: "Satker " + u.id, UnitType: u.typ})
		if u.id != "idle" {
			rs = append(rs, &data.Nomination{UnitID: u.id, Cycle: 2024, Target: "WBK", Issuer: "nasional", Stage: "pengusulan", Result: "berjalan"})
		}
	}
	for unit, survey := range map[string]string{"well": "4", "thin": "3.59", "poor": "3.1"} {
		choice := map[string]string{"well": "A", "thin": "A", "poor": "C"}[unit]
		rs = append(rs, sheet(unit, 2024, "tpn", choice, amount(survey))...)
	}
	rs = append(rs, sheet("idle", 2024, "self", "A", amount("3.9"))...)
	sakip, rb, spip, tlhp, full := amount("60"), amount("71"), amount("2.9"), amount("99"), amount("100")
	rs = append(rs,
		&data.AgencyGate{AgencyID: "K1", Cycle: 2024, BPKOpinion: "WTP", SAKIP: &rb, RBIndex: &rb, SPIPLevel: &full},
		&data.AgencyGate{AgencyID: "P1", Cycle: 2024, BPKOpinion: "WDP", SAKIP: &sakip, RBIndex: &rb, SPIPLevel: &spip},
		&data.UnitGate{UnitID: "thin", Cycle: 2024, TLHPPct: &tlhp},
		&data.UnitGate{UnitID: "well", Cycle: 2024, TLHPPct: &full},
	)
	full4 := amount("4")
	rs[len(rs)-4].(*data.AgencyGate).SPIPLevel = &full4
	return open(t, lakeOf(t, rs))
}

func TestCriteriaOfNominees(t *testing.T) {
	db := testedNation(t)
	c, err := db.Criteria(t.Context(), analytics.CriteriaQuestion{Filter: analytics.Filter{Cycle: 2024, Layer: "tpn"}})
	if err != nil {
		t.Fatal(err)
	}
	if c.Found != 3 || len(c.Rows) != 3 || c.Rows[0].UnitID != "well" || c.Rows[2].UnitID != "poor" {
		t.Fatalf("nominees are %+v", c.Rows)
	}
	thin := c.Rows[1]
	if thin.Binding != "B.I.a" || thin.Missed != 2 { // the survey as points, and as an index
		t.Errorf("thin misses %d, and %s binds", thin.Missed, thin.Binding)
	}
	for _, x := range thin.Criteria {
		if binds := x.Criterion == "B.I.a" || x.Criterion == "IPAK"; x.Binds != binds {
			t.Errorf("%s: binds is %v with share %v", x.Criterion, x.Binds, *x.Share)
		}
		if x.Target != "WBK" {
			t.Errorf("%s is of %s, for which it was not nominated", x.Criterion, x.Target)
		}
	}
	addsUp(t, c)
}

// The counts of the answer are those of its own list, added up.
func addsUp(t *testing.T, c *analytics.Criteria) {
	t.Helper()
	type sum struct{ missed, alone, of int64 }
	want := map[string]sum{}
	for _, r := range c.Rows {
		for _, x := range r.Criteria {
			s := want[x.Criterion]
			if x.Passed != nil {
				s.of++
				if !*x.Passed {
					s.missed++
					if r.Missed == 1 {
						s.alone++
					}
				}
			}
			want[x.Criterion] = s
		}
	}
	if len(c.Blocking) < 10 {
		t.Errorf("only %d criteria are counted", len(c.Blocking))
	}
	for _, b := range c.Blocking {
		if got := (sum{b.Missed.Int(), b.Alone.Int(), b.Of.Int()}); got != want[b.Criterion] {
			t.Errorf("%s: counted %+v, the list has %+v", b.Criterion, got, want[b.Criterion])
		}
	}
}

func TestGatesOfNominees(t *testing.T) {
	c, err := testedNation(t).Criteria(t.Context(), analytics.CriteriaQuestion{Filter: analytics.Filter{Cycle: 2024, Layer: "tpn"}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]analytics.GateCount{}
	for _, g := range c.Gates {
		got[g.Gate] = g
	}
	for gate, want := range map[string][5]int64{ // missed, alone, exempt, unknown, of
		"bpk_opinion": {0, 0, 1, 0, 3}, // a Dukcapil may be nominated while its agency's gates are open
		"sakip":       {0, 0, 1, 0, 3}, // exactly 60 is CC
		"spip_level":  {0, 0, 1, 0, 3},
		"tlhp_pct":    {1, 1, 0, 1, 2},
		"lhkpn_pct":   {0, 0, 0, 3, 0},
	} {
		g := got[gate]
		if now := [5]int64{g.Missed, g.Alone, g.Exempt, g.Unknown, g.Of}; now != want {
			t.Errorf("%s: %v, want %v", gate, now, want)
		}
	}
	for _, r := range c.Rows {
		if open := r.UnitID == "thin"; (len(r.Open) == 1) != open {
			t.Errorf("%s has the open gates %v", r.UnitID, r.Open)
		}
	}
}

func TestCriteriaOfOneCriterionAndUnit(t *testing.T) {
	db := testedNation(t)
	c, err := db.Criteria(t.Context(), analytics.CriteriaQuestion{Filter: analytics.Filter{Cycle: 2024, Layer: "tpn"}, Criterion: "total"})
	if err != nil || c.Found != 1 || c.Rows[0].UnitID != "poor" {
		t.Errorf("who misses the total is %+v %v", c.Rows, err)
	}
	if _, err := db.Criteria(t.Context(), analytics.CriteriaQuestion{Criterion: "Z.9"}); !errors.Is(err, analytics.ErrBadRequest) {
		t.Errorf("an unknown criterion: %v", err)
	}
	// Any unit, nominated or not, in the layer it has.
	c, err = db.Criteria(t.Context(), analytics.CriteriaQuestion{Filter: analytics.Filter{Unit: "idle"}})
	if err != nil {
		t.Fatal(err)
	}
	if c.Layer != "self" || c.Unit == nil || len(c.Unit.Criteria) < 20 || len(c.Rows) != 0 {
		t.Fatalf("the unit is %+v in layer %s", c.Unit, c.Layer)
	}
	binds := map[string]int{}
	for _, x := range c.Unit.Criteria {
		if x.Binds {
			binds[x.Target]++
		}
		if x.Margin != nil && x.Value != nil && *x.Margin != (*x.Value-x.Minimum).Round(9) {
			t.Errorf("%s %s: margin %v of %v over %v", x.Target, x.Criterion, x.Margin, x.Value, x.Minimum)
		}
	}
	if binds["WBK"] == 0 || binds["WBBM"] == 0 {
		t.Errorf("what binds: %v", binds)
	}
	for _, g := range c.Unit.Gates {
		if g.Gate == "sakip" && (g.Margin == nil || *g.Margin > 0 || *g.Passed) {
			t.Errorf("SAKIP at the edge of its band: margin %v, passed %v", g.Margin, *g.Passed)
		}
	}
	if _, err := db.Criteria(t.Context(), analytics.CriteriaQuestion{Filter: analytics.Filter{Unit: "nobody"}}); !errors.Is(err, analytics.ErrNotFound) {
		t.Errorf("an unknown unit: %v", err)
	}
}
