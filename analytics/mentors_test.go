package analytics_test

import (
	"fmt"
	"math"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

// learners is a country of six nominees in two provinces whose inspectorate
// scored them low, and two hosts that take two visits each.
func learners() []data.Record {
	rs := country()
	for i := range 6 {
		id, province := fmt.Sprintf("n%d", i), []string{"31", "32"}[i%3/2]
		rs = append(rs, &data.Unit{UnitID: id, AgencyID: "K1", Name: id, UnitType: "kantor_pajak", ProvinceCode: province})
		rs = append(rs, &data.Nomination{UnitID: id, Cycle: 2024, Target: "WBK", Issuer: "nasional", Stage: "pengusulan", Result: "lulus"})
		rs = append(rs, sheet(id, 2024, "tpi", "C", 35*data.OneAmount/10)...)
	}
	for _, id := range []string{"h1", "h2"} {
		two := int64(2)
		rs = append(rs, &data.Unit{UnitID: id, AgencyID: "P1", Name: id, UnitType: map[string]string{"h1": "kantor_pajak", "h2": "dukcapil"}[id], ProvinceCode: "31"},
			&data.Award{UnitID: id, Predicate: "WBK", Issuer: "nasional", AwardedOn: date("2023-12-10")}, &data.Host{UnitID: id, Cycle: 2023, Capacity: &two})
		rs = append(rs, sheet(id, 2023, "tpn", "A", 38*data.OneAmount/10)...)
	}
	return rs
}

// Hosts take no more than they can, each province gets its share, and the
// assignment does at least as much good as everyone choosing alone.
func TestMentors(t *testing.T) {
	db := open(t, lakeOf(t, learners()))
	m, err := db.Mentors(t.Context(), analytics.MentorsQuery{Filter: analytics.Filter{Cycle: 2024}})
	if err != nil {
		t.Fatal(err)
	}
	if m.Guests != 6 || m.Needy != 6 || m.Hosts != 2 || m.Room != 4 || m.Visits != 4 || len(m.Rows) != 6 || m.Benefit != m.Bound {
		t.Fatalf("%+v", m)
	}
	load := map[string]int{}
	for _, r := range m.Rows {
		if load[r.HostID]++; r.HostID != "" && (load[r.HostID] > 2 || *r.Benefit <= 0 || math.Abs(r.Gap**r.Ahead**r.Likeness-*r.Benefit) > .001) {
			t.Errorf("%+v", r)
		}
	}
	for _, p := range m.Provinces {
		if p.Visits < p.Share || p.Share != 4*p.Guests/6 {
			t.Errorf("%+v", p)
		}
	}
	// All want h1, of their own type: apart, four are turned away.
	if m.Apart.Visits != 2 || m.Apart.TurnedAway != 4 || m.Apart.Crowded != 1 || m.Benefit <= m.Apart.Benefit {
		t.Errorf("apart %+v, together %v", m.Apart, m.Benefit)
	}
	one, err := db.Mentors(t.Context(), analytics.MentorsQuery{Filter: analytics.Filter{Cycle: 2024}, Capacity: 1})
	if err != nil || one.Visits != 2 {
		t.Errorf("%v: at most one visit a host gives %+v", err, one)
	}
}

// An agency plans for its own nominees, whatever others do; the public for
// nobody.
func TestMentorsOfAnAgency(t *testing.T) {
	db := open(t, lakeOf(t, learners()))
	for _, c := range []struct {
		scope  analytics.Scope
		guests int
	}{
		{analytics.Scope{Role: "instansi", Agency: "K1", Released: []int{2023}}, 6},
		{analytics.Scope{Role: "instansi", Agency: "P1", Released: []int{2023}}, 0},
		{analytics.Scope{Released: []int{2023}}, 0},
	} {
		m, err := db.As(c.scope).Mentors(t.Context(), analytics.MentorsQuery{Filter: analytics.Filter{Cycle: 2024}})
		if err != nil || m.Guests != c.guests || !noted(m.Meta, "own-only") {
			t.Errorf("%+v: %v, %d guests, want %d", c.scope, err, m.Guests, c.guests)
		}
	}
}
