package analytics_test

import (
	"fmt"
	"slices"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

func revoked(unit, predicate, issuer, on, off, reason string) *data.Award {
	a := &data.Award{UnitID: unit, Predicate: predicate, Issuer: issuer, AwardedOn: date(on), RevokeReason: reason}
	if off != "" {
		d := date(off)
		a.RevokedOn = &d
	}
	return a
}

// register is one agency whose units have every fate that a predicate can have.
func register(t *testing.T) *analytics.DB {
	t.Helper()
	rs := []data.Record{&data.Agency{AgencyID: "K1", Name: "Kementerian Satu", Kind: "kementerian"}}
	for _, u := range []string{"wbk", "wbbm", "own", "barred", "elapsed", "merged", "unsaid", "old", "slid"} {
		rs = append(rs, &data.Unit{UnitID: u, AgencyID: "K1", Name: "Satker " + u, UnitType: "kantor_pajak"})
	}
	rs = append(rs,
		revoked("wbk", "WBK", "nasional", "2022-12-10", "", ""),
		revoked("wbbm", "WBK", "nasional", "2019-12-10", "", ""), revoked("wbbm", "WBBM", "nasional", "2022-12-10", "", ""),
		revoked("own", "WBK", "mandiri", "2023-12-10", "", ""),
		revoked("barred", "WBK", "nasional", "2021-12-10", "2024-03-05", "Maladministrasi terbukti"),
		revoked("elapsed", "WBK", "nasional", "2019-12-10", "2022-03-05", "maladministrasi"),
		revoked("merged", "WBK", "nasional", "2019-12-10", "2024-03-05", "satker digabung"),
		revoked("unsaid", "WBK", "nasional", "2019-12-10", "2024-03-05", ""),
		revoked("old", "WBK", "nasional", "2015-12-10", "2017-03-05", "maladministrasi"), // 52/2014 says nothing of a bar
		revoked("slid", "WBK", "nasional", "2022-12-10", "", ""),
	)
	// slid: well when it was awarded, and in 2024 by its own worksheet and by a
	// survey below what WBK asks.
	rs = append(rs, sheet("slid", 2022, "tpn", "A", amount("3.8"))...)
	rs = append(rs, sheet("slid", 2024, "self", "A", amount("3.5"))...)
	rs = append(rs, sheet("wbk", 2024, "self", "A", amount("3.7"))...)
	four, hundred, n, few := amount("4"), amount("100"), int64(120), int64(35)
	none := amount("0")
	rs = append(rs,
		&data.Survey{UnitID: "slid", Cycle: 2024, Index: "IPAK", Value: amount("3.9"), ScaleMin: &none, ScaleMax: &four, Respondents: &few, Surveyor: "small"},
		&data.Survey{UnitID: "slid", Cycle: 2024, Index: "IPAK", Value: amount("89"), ScaleMin: &none, ScaleMax: &hundred, Respondents: &n, Surveyor: "large"},
		&data.Survey{UnitID: "wbk", Cycle: 2024, Index: "IPAK", Value: amount("3.6"), ScaleMin: &none, ScaleMax: &four, Respondents: &n},
	)
	return open(t, lakeOf(t, rs))
}

func TestRegister(t *testing.T) {
	db := register(t)
	r, err := db.Register(t.Context(), analytics.RegisterQuestion{Filter: analytics.Filter{Cycle: 2024}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, x := range r.Rows {
		until := "-"
		if x.BarredUntil != nil {
			until = x.BarredUntil.String()
		}
		got[x.UnitID+" "+x.Predicate] = fmt.Sprint(x.InForce, " ", x.Next, " ", until)
	}
	for key, want := range map[string]string{
		"wbk WBK": "true wbbm -", "own WBK": "true wbbm -", "slid WBK": "true wbbm -", "wbbm WBK": "true holds-wbbm -", "wbbm WBBM": "true holds-wbbm -",
		"barred WBK": "false barred 2026-03-05", "elapsed WBK": "false open 2024-03-05", "merged WBK": "false open -", "unsaid WBK": "false unknown -", "old WBK": "false unknown -",
	} {
		if got[key] != want {
			t.Errorf("%s is %q, want %q", key, got[key], want)
		}
	}
	if len(r.Rows) != 10 || r.Found != 10 {
		t.Errorf("%d rows of %d", len(r.Rows), r.Found)
	}
	for _, h := range r.Holders {
		if want := map[string]int64{"WBK nasional": 3, "WBK mandiri": 1, "WBBM nasional": 1}[h.Predicate+" "+h.Issuer]; h.Count != want {
			t.Errorf("%s %s: %d hold it, want %d", h.Predicate, h.Issuer, h.Count, want)
		}
	}
	for _, want := range []string{"issuers-mixed", "kinds-mixed", "layers-mixed", "mandiri-wbbm"} {
		if !slices.ContainsFunc(r.Meta.Notes, func(n analytics.Note) bool { return n.Code == want }) {
			t.Errorf("the answer does not say %s", want)
		}
	}
	if r.After == nil || r.After.BarYears != 2 || r.After.Status != "regulation" {
		t.Errorf("the rule is %+v", r.After)
	}
}

func TestRegisterStates(t *testing.T) {
	db := register(t)
	for _, c := range []struct {
		state string
		cycle int
		want  int64
	}{{"held", 2024, 5}, {"revoked", 2024, 5}, {"", 2024, 10}, {"held", 2020, 4}, {"revoked", 2020, 1}, {"held", 2016, 1}} {
		r, err := db.Register(t.Context(), analytics.RegisterQuestion{Filter: analytics.Filter{Cycle: c.cycle}, State: c.state})
		if err != nil || r.Found != c.want {
			t.Errorf("%q in %d: %d, want %d (%v)", c.state, c.cycle, r.Found, c.want, err)
		}
	}
	if _, err := db.Register(t.Context(), analytics.RegisterQuestion{State: "lost"}); err == nil {
		t.Error("a state that does not exist is taken")
	}
}

// The watch list names who slid, by which source, and what it was before.
func TestWatchList(t *testing.T) {
	r, err := register(t).Register(t.Context(), analytics.RegisterQuestion{Filter: analytics.Filter{Cycle: 2024}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Watch) != 1 || r.Watch[0].UnitID != "slid" || r.Looked != 2 {
		t.Fatalf("watched are %+v of %d", r.Watch, r.Looked)
	}
	var survey, worksheet bool
	for _, s := range r.Watch[0].Short {
		if s.Criterion == "survey.n" || s.Criterion == "prior_wbk" {
			t.Errorf("%s is of a nomination, not of a holder", s.Criterion)
		}
		if s.Margin == nil || *s.Margin >= 0 {
			t.Errorf("%s is listed with margin %v", s.Criterion, s.Margin)
		}
		if s.Criterion != "IPAK" {
			continue
		}
		switch s.Source {
		case "survey": // 89 of 100 by 120, and not 3.9 by 35
			survey = s.Value.String() == "3.56" && *s.Respondents == 120
		case "worksheet":
			worksheet = s.Layer == "self" && s.Value.String() == "3.5" && s.Was != nil && s.Was.String() == "3.8"
		}
	}
	if !survey || !worksheet {
		t.Errorf("the findings are %+v", r.Watch[0].Short)
	}
	if none, err := register(t).Register(t.Context(), analytics.RegisterQuestion{Filter: analytics.Filter{Cycle: 2022}}); err != nil || len(none.Watch) != 0 {
		t.Errorf("in the cycle of the award somebody is watched: %+v %v", none.Watch, err)
	}
}
