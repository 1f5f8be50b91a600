package analytics_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/rule"
)

// alike is a country of 30 units of one type that TPN scored in 2023: their
// items are at the best answer, but for every k-th unit those of change
// management, which are at the worst.
func alike(k int) []data.Record {
	rs := country()
	for i := range 30 {
		id := fmt.Sprintf("p%02d", i)
		rs = append(rs, &data.Unit{UnitID: id, AgencyID: "K1", Name: id, UnitType: "kantor_pajak", ProvinceCode: "31"})
		answers := sheet(id, 2023, "tpn", "A", 38*data.OneAmount/10)
		set, _ := rule.ForCycle(2023)
		for _, r := range answers {
			a := r.(*data.Answer)
			it, _ := set.Item(a.ItemID)
			if n, ok := set.Node(it.Node); ok && n.Area == "MP" && i%k != 0 && it.Formula == rule.FormulaOption {
				names := it.OptionNames()
				a.Choice = names[len(names)-1]
			}
		}
		rs = append(rs, answers...)
	}
	return rs
}

func pathOf(t *testing.T, db *analytics.DB, q analytics.PathQuery) *analytics.Path {
	t.Helper()
	q.Unit = "u1"
	p, err := db.Path(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A worksheet all at B: half of everything but Ya/Tidak, which are at Ya.
func TestPathMeetsEveryCriterion(t *testing.T) {
	db := open(t, lakeOf(t, append(alike(10), sheet("u1", 2023, "tpi", "C", 34*data.OneAmount/10)...)))
	p := pathOf(t, db, analytics.PathQuery{})
	if p.Target != data.WBK || p.Binding == "" || len(p.Routes) == 0 || !p.Basis.Same || p.Basis.Units != 30 {
		t.Fatalf("target %s, binding %s, routes %d, basis %+v", p.Target, p.Binding, len(p.Routes), p.Basis)
	}
	last := p.Routes[len(p.Routes)-1]
	if !last.Found || last.Total == nil || *last.Total < 75*data.One || len(last.Steps) == 0 {
		t.Fatalf("no route: %+v", last)
	}
	var gain data.Score
	var effort int64
	for _, s := range last.Steps {
		gain, effort = gain+s.Gain, effort+s.Effort
		if s.ItemID == "B.I.a" && s.To != "3.6" {
			t.Errorf("the survey is to reach %s, want the minimum 3.6", s.To)
		}
	}
	if d := *p.Total + gain - *last.Total; d.Round(9) != 0 || effort != last.Effort {
		t.Errorf("%s + %s is not %s; effort %d, steps %d", p.Total, gain, last.Total, last.Effort, effort)
	}
	// What few have costs more: of two sub-areas alike, the one that all have.
	if a, b := dearest(p, "MP"), dearest(p, "AK"); a != 10+205 || b != 10 { // ln(31/4) and ln(31/31)
		t.Errorf("an item that one in ten has costs %d, one that all have %d", a, b)
	}
}

// dearest is the most that the first step of an option item asks for.
func dearest(p *analytics.Path, area string) int64 {
	out := int64(0)
	for _, o := range p.Options {
		if o.Ways[0].Area == area && o.Formula == rule.FormulaOption {
			out = max(out, o.Ways[0].Effort)
		}
	}
	return out
}

// Who meets everything has nothing to do; WBBM then asks for a WBK that no
// answer can bring, and says so.
func TestPathOfWhoMeetsEverything(t *testing.T) {
	db := open(t, lakeOf(t, append(country(), sheet("u1", 2023, "tpi", "A", 4*data.OneAmount)...)))
	p := pathOf(t, db, analytics.PathQuery{})
	if p.Binding != "" || len(p.Routes) != 1 || len(p.Routes[0].Steps) != 0 || !p.Routes[0].Found {
		t.Errorf("binding %q, routes %+v", p.Binding, p.Routes)
	}
	q := analytics.PathQuery{}
	q.Target = data.WBBM
	p = pathOf(t, db, q)
	i := slices.IndexFunc(p.Criteria, func(d analytics.Distance) bool { return d.Criterion == "prior_wbk" })
	if i < 0 || p.Criteria[i].Changeable || p.Criteria[i].Passed == nil || *p.Criteria[i].Passed {
		t.Errorf("criteria %+v", p.Criteria)
	}
}

// An item that does not apply is never proposed, and cannot be tried.
func TestPathLeavesWhatDoesNotApply(t *testing.T) {
	answers := sheet("u1", 2023, "tpi", "C", 34*data.OneAmount/10)
	var none data.Amount
	left := ""
	for _, r := range answers {
		if a := r.(*data.Answer); a.Num != nil && *a.Num > 0 && left == "" {
			a.Num, a.Den, left = &none, &none, a.ItemID
		}
	}
	db := open(t, lakeOf(t, append(country(), answers...)))
	p := pathOf(t, db, analytics.PathQuery{})
	for _, o := range p.Options {
		if o.ItemID == left {
			t.Errorf("%s does not apply and is proposed", left)
		}
	}
	q := analytics.PathQuery{Set: left + ":1"}
	q.Unit = "u1"
	if _, err := db.Path(t.Context(), q); !errors.Is(err, analytics.ErrBadRequest) {
		t.Errorf("trying %s: %v", left, err)
	}
}

// What is tried is scored by the rules, and nothing else changes.
func TestPathTriesAnswers(t *testing.T) {
	db := open(t, lakeOf(t, append(country(), sheet("u1", 2023, "tpi", "C", 34*data.OneAmount/10)...)))
	p := pathOf(t, db, analytics.PathQuery{Set: "A.I.1.i.b:A", IPAK: "3,7"})
	w := p.WhatIf
	// A.I.1.i.b from C to A is half of a sub-area of 0.5; the survey adds 0.3/4 of 17.5.
	want := data.MustScore("0.25") + data.MustScore("1.3125")
	if w == nil || w.After-w.Before != want || w.Before != *p.Total {
		t.Fatalf("tried %+v, want %s more", w, want)
	}
	i := slices.IndexFunc(w.Criteria, func(c analytics.WhatIfCriterion) bool { return c.Criterion == "IPAK" })
	if c := w.Criteria[i]; *c.Before != data.MustScore("3.4") || *c.After != data.MustScore("3.7") || !*c.Passed {
		t.Errorf("IPAK %+v", c)
	}
	for _, bad := range []analytics.PathQuery{{Set: "A.I.1.i.b"}, {Set: "nothing:A"}, {Set: "A.I.1.i.b:Z"}, {IPAK: "5"}, {IPKP: "much"}} {
		bad.Unit = "u1"
		if _, err := db.Path(t.Context(), bad); !errors.Is(err, analytics.ErrBadRequest) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// A unit compares itself with counts of what the national team saw in released
// cycles, over groups that are large enough, and with nothing else.
func TestPathComparesWithWhatMayBeCounted(t *testing.T) {
	db := open(t, lakeOf(t, append(alike(10), sheet("u1", 2023, "tpi", "C", 34*data.OneAmount/10)...)))
	small := open(t, lakeOf(t, append(slices.DeleteFunc(alike(10), func(r data.Record) bool {
		a, ok := r.(*data.Answer)
		return ok && a.UnitID > "p03"
	}), sheet("u1", 2023, "tpi", "C", 34*data.OneAmount/10)...)))
	for _, c := range []struct {
		name  string
		db    *analytics.DB
		scope analytics.Scope
		units int64
	}{
		{"its unit, released", db, analytics.Scope{Role: "satker", Agency: "K1", Unit: "u1", Released: []int{2023}}, 30},
		{"its unit, not released", db, analytics.Scope{Role: "satker", Agency: "K1", Unit: "u1"}, 0},
		{"the agency, whose own they all are", db, analytics.Scope{Role: "instansi", Agency: "K1", Released: []int{2023}}, 0},
		{"four units", small, analytics.Scope{Role: "satker", Agency: "K1", Unit: "u1", Released: []int{2023}}, 0},
		{"the ministry", small, analytics.National, 4},
	} {
		p, err := c.db.As(c.scope).Path(t.Context(), analytics.PathQuery{Filter: analytics.Filter{Unit: "u1"}})
		if err != nil || p.Basis.Units != c.units || len(p.Routes) == 0 || !p.Routes[len(p.Routes)-1].Found {
			t.Errorf("%s: %v, basis %+v, want %d units", c.name, err, p.Basis, c.units)
		}
	}
}
