package analytics_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
)

// neighbourhood is sixty units of two agencies whose size and place follow
// their number, so that who is near can be worked out by hand; u00 is alone of
// its kind, u59 has nothing known but its type.
func neighbourhood() []data.Record {
	rs := []data.Record{
		&data.Agency{AgencyID: "K1", Name: "Kementerian Satu", Kind: "kementerian"},
		&data.Agency{AgencyID: "P1", Name: "Kota Dua", Kind: "kota", ProvinceCode: "31"},
	}
	regencies := data.Regencies()
	for i := range 60 {
		staff, users, budget := int64(20+3*i), int64(1000*(1+i%7)), int64(1_000_000_000*(5+i))
		place := regencies[i*8]
		u := &data.Unit{
			UnitID: fmt.Sprintf("u%02d", i), AgencyID: []string{"K1", "P1"}[i%2], Name: fmt.Sprintf("Kantor %02d", i), UnitType: []string{"kantor_pajak", "dukcapil", "kantor_pajak"}[i%3],
			Echelon: "III", ProvinceCode: place.Province, RegencyCode: place.Code, Staff: &staff, ServiceUsers: &users, BudgetIDR: &budget,
		}
		switch i {
		case 0:
			u.UnitType = "rs_vertikal"
		case 30:
			year := int32(2020)
			u.Closed = &year
		case 59:
			u.ProvinceCode, u.RegencyCode, u.Staff, u.ServiceUsers, u.BudgetIDR, u.Echelon = "", "", nil, nil, nil, ""
		}
		rs = append(rs, u)
	}
	return rs
}

func peers(t *testing.T, db *analytics.DB, q analytics.PeersQuery) *analytics.Peers {
	t.Helper()
	p, err := db.Peers(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The distances are those of the formula, worked out here once more from the
// records themselves.
func TestPeersFollowTheFormula(t *testing.T) {
	rs := neighbourhood()
	db := open(t, lakeOf(t, rs))
	var units []*data.Unit
	for _, r := range rs {
		if u, ok := r.(*data.Unit); ok {
			units = append(units, u)
		}
	}
	// Robust deviations: quartiles as the inverse of the empirical distribution.
	spread := func(of func(*data.Unit) *int64) float64 {
		var v []float64
		for _, u := range units {
			if n := of(u); n != nil {
				v = append(v, math.Log(float64(*n)))
			}
		}
		slices.Sort(v)
		at := func(p float64) float64 { return v[int(math.Ceil(p*float64(len(v))))-1] }
		return (at(.75) - at(.25)) / 1.3489795003921634
	}
	staff := func(u *data.Unit) *int64 { return u.Staff }
	users := func(u *data.Unit) *int64 { return u.ServiceUsers }
	sdStaff, sdUsers := spread(staff), spread(users)
	kinds := map[string]string{"K1": "kementerian", "P1": "kota"}
	own := units[10]
	type found struct {
		id string
		d  float64
	}
	var want []found
	for _, u := range units {
		if u == own || u.Closed != nil || u.Staff == nil {
			continue
		}
		one := func(same bool) float64 { return map[bool]float64{true: 0, false: 1}[same] }
		log := func(of func(*data.Unit) *int64, sd float64) float64 {
			return math.Pow(math.Log(float64(*of(u))/float64(*of(own)))/sd, 2)
		}
		sum := 5*one(u.UnitType == own.UnitType) + 1.5*one(kinds[u.AgencyID] == kinds[own.AgencyID]) + 2*log(staff, sdStaff) + .5*log(users, sdUsers)
		want = append(want, found{u.UnitID, math.Sqrt(sum / 9)})
	}
	slices.SortFunc(want, func(a, b found) int { return cmp.Or(cmp.Compare(a.d, b.d), cmp.Compare(a.id, b.id)) })
	p := peers(t, db, analytics.PeersQuery{
		Filter: analytics.Filter{Unit: own.UnitID, Cycle: 2024}, K: 12,
		ContextWeights: analytics.ContextWeights{Type: "5", Kind: "1,5", Echelon: "0", Staff: "2", Users: ".5", Budget: "0", Region: "0", Remote: "0"},
	})
	if len(p.Rows) != 12 || p.Pool != 59 {
		t.Fatalf("%d peers of a pool of %d", len(p.Rows), p.Pool)
	}
	for i, r := range p.Rows {
		if r.UnitID != want[i].id || math.Abs(r.Distance-want[i].d) > 1e-9 {
			t.Errorf("peer %d is %s at %v, want %s at %v", i+1, r.UnitID, r.Distance, want[i].id, want[i].d)
		}
	}
	asked, sum := 0.0, 0.0
	for _, term := range p.Terms {
		asked += term.Asked
		if term.Pool != nil {
			sum += *term.Pool
		}
	}
	if math.Abs(asked-1) > 1e-12 || math.Abs(sum-1) > 1e-12 {
		t.Errorf("weights add to %v, what they come to to %v", asked, sum)
	}
}

func TestPeersAsASet(t *testing.T) {
	db := open(t, lakeOf(t, neighbourhood()))
	q := func(unit string) analytics.PeersQuery {
		return analytics.PeersQuery{Filter: analytics.Filter{Unit: unit, Cycle: 2024}, K: 10}
	}
	p := peers(t, db, q("u20"))
	seen := map[string]bool{"u20": true, "u30": true} // itself, and the one that closed
	for _, r := range p.Rows {
		if seen[r.UnitID] {
			t.Errorf("%s is a peer, or twice one", r.UnitID)
		}
		seen[r.UnitID] = true
		back := slices.ContainsFunc(peers(t, db, q(r.UnitID)).Rows, func(b analytics.PeerRow) bool { return b.UnitID == "u20" })
		if back != r.Mutual {
			t.Errorf("%s: mutual %v, want %v", r.UnitID, r.Mutual, back)
		}
	}
	if p.Set.Stability == nil || *p.Set.Stability != 1 || !noted(p.Meta, "register-once") {
		t.Errorf("nothing changed within the year, yet stability is %v, notes %v", p.Set.Stability, p.Meta.Notes)
	}
	if alone := peers(t, db, q("u00")); !alone.Set.Edge || !noted(alone.Meta, "peers-edge") {
		t.Errorf("a unit alone of its kind is no edge case: %+v", alone.Set)
	}
	if p.Set.Edge {
		t.Errorf("u20 is an edge case: %+v", p.Set)
	}
	// Of u59 too little is known: the floor leaves it without peers, and says so.
	poor := peers(t, db, q("u59"))
	if len(poor.Rows) != 0 || !noted(poor.Meta, "peers-few") || !noted(poor.Meta, "peers-term-unknown") {
		t.Errorf("%d peers, notes %v", len(poor.Rows), poor.Meta.Notes)
	}
	few := q("u20")
	few.Agency = "P1"
	for _, r := range peers(t, db, few).Rows {
		if r.AgencyID != "P1" {
			t.Errorf("%s is of %s", r.UnitID, r.AgencyID)
		}
	}
}

// Where last year's register is in the lake, it is what peers are held against.
func TestPeersAgainstLastYear(t *testing.T) {
	l := lake.Open(t.TempDir())
	commit := func(year int, rs []data.Record) {
		a, err := l.Begin("test office")
		if err != nil {
			t.Fatal(err)
		}
		sent := data.DateOf(year, time.March, 1)
		n, err := a.Source(data.Source{Name: strconv.Itoa(year) + ".csv", SHA256: strconv.Itoa(year), Format: "csv", SentAt: &sent})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range rs {
			*r.At() = data.Origin{Source: n, Line: int32(i + 2)}
			if err := a.Put(r); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.Commit(time.Date(year, 3, 2, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	commit(2023, neighbourhood())
	next := neighbourhood()
	for i, r := range next {
		if u, ok := r.(*data.Unit); ok && i%2 == 0 && u.Staff != nil { // half of them grow beyond recognition
			*u.Staff *= 50
			*u.BudgetIDR *= 50
		}
	}
	commit(2024, next)
	db := open(t, l)
	p := peers(t, db, analytics.PeersQuery{Filter: analytics.Filter{Unit: "u21", Cycle: 2024}, K: 10})
	if noted(p.Meta, "register-once") || p.Set.Stability == nil || *p.Set.Stability == 1 {
		t.Errorf("stability %v, notes %v", p.Set.Stability, p.Meta.Notes)
	}
}

func TestPeersRefused(t *testing.T) {
	db := open(t, lakeOf(t, neighbourhood()))
	for name, q := range map[string]analytics.PeersQuery{
		"no unit":         {},
		"too many":        {Filter: analytics.Filter{Unit: "u01"}, K: 201},
		"negative":        {Filter: analytics.Filter{Unit: "u01"}, ContextWeights: analytics.ContextWeights{Staff: "-1"}},
		"not a number":    {Filter: analytics.Filter{Unit: "u01"}, ContextWeights: analytics.ContextWeights{Staff: "NaN"}},
		"nothing weighed": {Filter: analytics.Filter{Unit: "u01"}, ContextWeights: analytics.ContextWeights{Type: "0", Kind: "0", Echelon: "0", Staff: "0", Users: "0", Budget: "0", Region: "0", Remote: "0"}},
		"floor":           {Filter: analytics.Filter{Unit: "u01"}, ContextWeights: analytics.ContextWeights{Floor: "2"}},
	} {
		if _, err := db.Peers(t.Context(), q); !errors.Is(err, analytics.ErrBadRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := db.Peers(t.Context(), analytics.PeersQuery{Filter: analytics.Filter{Unit: "xx"}}); !errors.Is(err, analytics.ErrNotFound) {
		t.Error(err)
	}
	if _, err := db.As(analytics.Scope{}).Peers(t.Context(), analytics.PeersQuery{Filter: analytics.Filter{Unit: "u01"}}); !errors.Is(err, analytics.ErrNotFound) {
		t.Errorf("the public sees a unit's context: %v", err)
	}
}
