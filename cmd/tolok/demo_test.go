package main

import (
	"testing"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
	"tolok/web/auth"
)

// The demonstration's agency and unit have something to look at: released
// scores of the national team, a nomination, and sibling units.
func TestDemoRolesSeeSomething(t *testing.T) {
	_, dir := programme(t)
	db, err := analytics.Open(t.Context(), lake.Open(dir), "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o, err := db.As(analytics.National).Overview(t.Context(), analytics.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	cycles := o.Meta.Choices.Cycles
	released := cycles[:len(cycles)-1]
	roles, err := demoRoles(t.Context(), db, released)
	if err != nil || len(roles) != 4 {
		t.Fatalf("%v, %v", roles, err)
	}
	for _, r := range roles {
		scope := db.As(analytics.Scope{Role: string(r.Role), Agency: r.Agency, Unit: r.Unit, Released: released})
		switch r.Role {
		case auth.Satker:
			c, err := scope.Scorecard(t.Context(), analytics.Filter{Unit: r.Unit})
			if err != nil || c.Layer != data.TPN || c.Total == nil || len(c.Path) == 0 {
				t.Errorf("the unit's scorecard: %v, %+v", err, c)
			}
		case auth.Instansi:
			a, err := scope.Agency(t.Context(), analytics.Filter{Agency: r.Agency})
			if err != nil || len(a.Rows)+len(a.Unscored) < analytics.Smallest || !a.Nominees.Known() {
				t.Errorf("the agency: %v, %+v", err, a)
			}
		}
	}
	if roles, err := demoRoles(t.Context(), db, nil); err != nil || len(roles) != 2 {
		t.Errorf("without a released cycle: %v, %v", roles, err)
	}
}
