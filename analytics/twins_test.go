package analytics_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/rule"
)

// climbers is a programme of units that passed in 2024 after TPN had scored
// them in 2022 and 2023, on the worksheet of 90/2021: passers p00 … rose from
// the same profile, 1 + i points a year in MP, which rose first, and 1 in TT;
// others fell by as much, so that no year is stricter than another; x stands
// where all began.
func climbers(n int) []data.Record {
	rs := []data.Record{
		&data.Agency{AgencyID: "K1", Name: "Kementerian Satu", Kind: "kementerian"},
		&data.Agency{AgencyID: "P1", Name: "Kota Dua", Kind: "kota", ProvinceCode: "31"},
	}
	weights := map[string]string{"A.I.1": "MP", "A.II.1": "MP", "A.I.2": "TT", "A.II.2": "TT", "A.I.3": "SDM", "A.II.3": "SDM", "A.I.4": "AK", "A.II.4": "AK", "A.I.5": "PW", "A.II.5": "PW", "A.I.6": "PP", "A.II.6": "PP"}
	scored := func(id string, cycle int32, percent map[string]float64) {
		for _, code := range nodesOf(weights) {
			w := nodeWeight(code)
			v := percent[weights[code]]
			if v == 0 {
				v = 50
			}
			rs = append(rs, &data.NodeScore{UnitID: id, Cycle: cycle, Regulation: "90/2021", Layer: "tpn", Code: code, Score: data.MustScore(fmt.Sprintf("%.4f", w*v/100))})
		}
	}
	stood := func(id string, cycle int32, result string) {
		rs = append(rs, &data.Nomination{UnitID: id, Cycle: cycle, Target: "WBK", Issuer: "nasional", Stage: "penetapan", Result: result})
	}
	for i := range n {
		id := fmt.Sprintf("p%02d", i)
		rs = append(rs, &data.Unit{UnitID: id, AgencyID: []string{"K1", "P1"}[i%2], Name: id, UnitType: "dukcapil", ProvinceCode: "31"},
			&data.Award{UnitID: id, Predicate: "WBK", Issuer: "nasional", AwardedOn: date("2024-12-10")})
		rise := float64(1 + i)
		other := fmt.Sprintf("q%02d", i)
		rs = append(rs, &data.Unit{UnitID: other, AgencyID: []string{"K1", "P1"}[i%2], Name: other, UnitType: "dukcapil", ProvinceCode: "31"})
		scored(other, 2022, nil)
		scored(other, 2023, map[string]float64{"MP": 50 - 1.5*rise})
		scored(other, 2024, map[string]float64{"MP": 50 - 2*rise, "TT": 48})
		for _, cycle := range []int32{2022, 2023, 2024} {
			stood(other, cycle, "tidak_lulus")
		}
		scored(id, 2022, map[string]float64{"MP": 50, "TT": 50})
		scored(id, 2023, map[string]float64{"MP": 50 + 1.5*rise, "TT": 50})
		scored(id, 2024, map[string]float64{"MP": 50 + 2*rise, "TT": 52})
		stood(id, 2022, "tidak_lulus")
		stood(id, 2023, "tidak_lulus")
		stood(id, 2024, "lulus")
	}
	rs = append(rs, &data.Unit{UnitID: "x", AgencyID: "P1", Name: "x", UnitType: "dukcapil", ProvinceCode: "31"})
	scored("x", 2024, nil)
	stood("x", 2024, "tidak_lulus")
	return rs
}

func nodesOf(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func twins(t *testing.T, db *analytics.DB, q analytics.TwinsQuery) *analytics.Twins {
	t.Helper()
	w, err := db.Twins(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Twins are those who stood where the unit stands, and their way is counted by
// hand here.
func TestTwinsOfClimbers(t *testing.T) {
	db := open(t, lakeOf(t, climbers(20)))
	w := twins(t, db, analytics.TwinsQuery{Unit: "x"})
	if w.N != 20 || w.Among != "type" || w.Source != "tpn" || w.Target != "WBK" || len(w.Rows) != 20 || w.Regulation != "90/2021" || w.Unmoved != 0 {
		t.Fatalf("%d twins among %q by %q for %s, %d rows", w.N, w.Among, w.Source, w.Target, len(w.Rows))
	}
	// All began alike in 2022; MP rose by 1 … 20 a year.
	mp, tt := w.Areas[0], w.Areas[1]
	near := func(v *float64, want float64) bool { return v != nil && math.Abs(*v-want) < .001 } // scores have four decimals
	if mp.First != 20 || !near(mp.Gain.Median, 10) || !near(mp.Gain.P90, 18) || tt.First != 0 || !near(tt.Gain.Median, 1) || !near(mp.Then, 50) || !near(mp.End, 70) {
		t.Errorf("MP %+v median %v p90 %v, TT median %v", mp, *mp.Gain.Median, *mp.Gain.P90, *tt.Gain.Median)
	}
	if *w.Years.Median != 2 || *w.Tries.Median != 2 || w.Rows[0].From != 2022 || w.Rows[0].First != "MP" {
		t.Errorf("years %v, tries %v, first twin %+v", *w.Years.Median, *w.Tries.Median, w.Rows[0])
	}
	if few := twins(t, db, analytics.TwinsQuery{Unit: "x", Target: "WBBM"}); few.N != 0 || !noted(few.Meta, "twins-none") {
		t.Errorf("nobody passed for WBBM: %d twins", few.N)
	}
	if _, err := db.Twins(t.Context(), analytics.TwinsQuery{}); !errors.Is(err, analytics.ErrBadRequest) {
		t.Errorf("no unit: %v", err)
	}
}

// For others than the ministry twins are counted, and only the reader's own are
// named; too few of them are nothing, and who may not see the unit sees none.
func TestTwinsByReader(t *testing.T) {
	released := []int{2022, 2023, 2024}
	many, some := open(t, lakeOf(t, climbers(20))), open(t, lakeOf(t, climbers(6)))
	for _, c := range []struct {
		name        string
		db          *analytics.DB
		scope       analytics.Scope
		n           analytics.Count
		rows        int
		refused     bool
		hasDistance bool
	}{
		{"its agency", many, analytics.Scope{Role: "instansi", Agency: "P1", Released: released}, 20, 10, false, true},
		{"itself", many, analytics.Scope{Role: "satker", Agency: "P1", Unit: "x", Released: released}, 20, 0, false, false},
		{"another agency", many, analytics.Scope{Role: "instansi", Agency: "K1", Released: released}, 0, 0, true, false},
		{"the public", many, analytics.Scope{Released: released}, 0, 0, true, false},
		{"its agency, of few", some, analytics.Scope{Role: "instansi", Agency: "P1", Released: released}, analytics.Withheld, 3, false, false},
		{"itself, before 2024 is released", many, analytics.Scope{Role: "satker", Agency: "P1", Unit: "x", Released: released[:2]}, analytics.Withheld, 0, false, false},
	} {
		w, err := c.db.As(c.scope).Twins(t.Context(), analytics.TwinsQuery{Unit: "x"})
		if c.refused {
			if !errors.Is(err, analytics.ErrNotFound) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil || w.N != c.n || len(w.Rows) != c.rows {
			t.Errorf("%s: %v, %+v", c.name, err, w)
			continue
		}
		if len(w.Rows) > 0 && (w.Rows[0].Distance != nil) != c.hasDistance {
			t.Errorf("%s: distance %v", c.name, w.Rows[0].Distance)
		}
	}
}

// nodeWeight is a node's weight by the rules.
func nodeWeight(code string) float64 {
	set, _ := rule.Get("90/2021")
	n, _ := set.Node(code)
	return n.Weight.Float()
}

// A path goes at the pace of twins where there are twenty, else at that of all.
func TestPathAtTheTwinsPace(t *testing.T) {
	for _, c := range []struct {
		n     int
		usual float64
	}{{20, 18}, {12, 0}} {
		db := open(t, lakeOf(t, append(climbers(c.n), sheet("x", 2024, "self", "B", 34*data.OneAmount/10)...)))
		p, err := db.Path(t.Context(), analytics.PathQuery{Filter: analytics.Filter{Unit: "x", Cycle: 2024, Layer: "self"}})
		if err != nil || len(p.Pace) == 0 || p.Pace[0].Code != "MP" {
			t.Fatalf("%v, %+v", err, p)
		}
		mp := p.Pace[0]
		if mp.Twins != (c.usual > 0) || mp.Twins && (mp.N != 20 || math.Abs(mp.Usual.Float()-c.usual) > .001) {
			t.Errorf("%d twins: the pace is %+v, %v", c.n, mp, mp.Usual)
		}
	}
}
