package analytics_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

// passing is a programme in 2023: agencies with nominees, of whom the first so
// many pass.
func passing(t *testing.T, agencies map[string][2]int) *analytics.DB {
	t.Helper()
	var rs []data.Record
	for id, kn := range agencies {
		rs = append(rs, &data.Agency{AgencyID: id, Name: "Instansi " + id, Kind: "kementerian"})
		for i := range kn[1] {
			unit, result := fmt.Sprintf("%s-%03d", id, i), "tidak_lulus"
			if i < kn[0] {
				result = "lulus"
			}
			rs = append(rs, &data.Unit{UnitID: unit, AgencyID: id, Name: "Kantor " + unit, UnitType: "kantor_pajak", ProvinceCode: "31"},
				&data.Nomination{UnitID: unit, Cycle: 2023, Target: "WBK", Issuer: "nasional", Stage: "penetapan", Result: result})
		}
	}
	return open(t, lakeOf(t, rs))
}

// Forty agencies pass 4 of 20, one 18 of 20, and one 4 of 4: unusual is the
// one of 20; of the one with 4 nothing is said.
func TestFunnelCallsUnusualWhatIs(t *testing.T) {
	agencies := map[string][2]int{"ODD": {18, 20}, "FEW": {4, 4}}
	for i := range 40 {
		agencies[fmt.Sprintf("A%02d", i)] = [2]int{4, 20}
	}
	db := passing(t, agencies)
	p, err := db.Funnel(t.Context(), analytics.FunnelQuestion{Filter: analytics.Filter{Cycle: 2023}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Mean.Hits != 182 || p.Mean.Of != 824 || len(p.Rows) != 42 || p.Unusual != 1 || !slices.Equal(p.Cycles, []int{2023}) {
		t.Fatalf("%+v of %d rows, %d unusual, cycles %v", p.Mean, len(p.Rows), p.Unusual, p.Cycles)
	}
	if r := p.Rows[0]; r.ID != "ODD" || r.Verdict != analytics.VerdictHigh || r.Usual < .999 || r.AdjustedVerdict != analytics.VerdictHigh {
		t.Errorf("the unusual one comes first: %+v", r)
	}
	for _, r := range p.Rows {
		// All nominees are alike: of each as many are expected as of all.
		if math.Abs(r.Expected-p.Usual.Mean*float64(r.Rate.Of)) > .5 {
			t.Errorf("%s: expected %.2f of %d", r.ID, r.Expected, r.Rate.Of)
		}
		if r.ID == "FEW" && r.Verdict != analytics.VerdictFew {
			t.Errorf("4 of 4 is called %s", r.Verdict)
		}
	}
	if last := p.Curves[len(p.Curves)-1]; last.N != 20 || last.Thick[1].High < last.Thin[1].High || last.Thin[1].High < last.Thin[0].High {
		t.Errorf("limits at 20: %+v", last)
	}
	// The public sees no groups under five, and no more follows from the rest.
	public, err := db.As(analytics.Scope{Released: []int{2023}}).Funnel(t.Context(), analytics.FunnelQuestion{})
	if err != nil || len(public.Rows) != 40 || !noted(public.Meta, "few-withheld") || public.Mean.Of != 800 {
		t.Errorf("the public: %v, %d rows, %+v, %+v", err, len(public.Rows), public.Mean, public.Meta.Notes)
	}
	early, err := db.As(analytics.Scope{Role: "instansi", Agency: "ODD"}).Funnel(t.Context(), analytics.FunnelQuestion{Filter: analytics.Filter{Cycle: 2023}})
	if err != nil || len(early.Rows) != 0 {
		t.Errorf("before the release: %v, %d rows", err, len(early.Rows))
	}
}

// Who sends those who try again, where half pass, passes more for that: as many
// as are expected of them.
func TestFunnelAdjustsForWhoTheNomineesWere(t *testing.T) {
	var rs []data.Record
	for a := range 10 {
		id := fmt.Sprintf("A%02d", a)
		rs = append(rs, &data.Agency{AgencyID: id, Name: "Instansi " + id, Kind: "kementerian"})
		for i := range 30 {
			unit, again := fmt.Sprintf("%s-%03d", id, i), a < 2
			rs = append(rs, &data.Unit{UnitID: unit, AgencyID: id, Name: "Kantor " + unit, UnitType: "kantor_pajak", ProvinceCode: "31"})
			result, pass := "tidak_lulus", i%10 == 0
			if again {
				rs = append(rs, &data.Nomination{UnitID: unit, Cycle: 2022, Target: "WBK", Issuer: "nasional", Stage: "penetapan", Result: result})
				pass = i%2 == 0
			}
			if pass {
				result = "lulus"
			}
			rs = append(rs, &data.Nomination{UnitID: unit, Cycle: 2023, Target: "WBK", Issuer: "nasional", Stage: "penetapan", Result: result})
		}
	}
	p, err := open(t, lakeOf(t, rs)).Funnel(t.Context(), analytics.FunnelQuestion{Filter: analytics.Filter{Cycle: 2023}, Span: "cycle"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range p.Rows {
		if r.ID == "A00" && (math.Abs(r.Expected-15) > 1 || r.AdjustedVerdict != analytics.VerdictUsual || r.Verdict == analytics.VerdictUsual) {
			t.Errorf("15 of 30 who try again: %+v", r)
		}
	}
}

func TestFunnelRefusesUnknownGroups(t *testing.T) {
	db := passing(t, map[string][2]int{"A": {1, 2}})
	for _, q := range []analytics.FunnelQuestion{{Group: "planet"}, {Span: "ever"}} {
		if _, err := db.Funnel(t.Context(), q); !errors.Is(err, analytics.ErrBadRequest) {
			t.Errorf("%+v: %v", q, err)
		}
	}
	for _, group := range analytics.FunnelGroups {
		if p, err := db.Funnel(t.Context(), analytics.FunnelQuestion{Group: group}); err != nil || len(p.Rows) != 1 || p.Rows[0].Rate.Hits != 1 {
			t.Errorf("%s: %v, %+v", group, err, p)
		}
	}
}
