package analytics_test

import (
	"testing"
	"time"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
	"tolok/data/rule"
)

// lakeOf commits each batch of records as one submission from one source.
func lakeOf(t *testing.T, batches ...[]data.Record) *lake.Lake {
	t.Helper()
	l := lake.Open(t.TempDir())
	for i, batch := range batches {
		a, err := l.Begin("test office")
		if err != nil {
			t.Fatal(err)
		}
		n, err := a.Source(data.Source{Name: "file.csv", SHA256: string(rune('a' + i)), Format: "csv", Publisher: "test office"})
		if err != nil {
			t.Fatal(err)
		}
		for line, r := range batch {
			if faults := r.Validate(); len(faults) > 0 {
				t.Fatalf("the test's own record is invalid: %v", faults[0].Error())
			}
			*r.At() = data.Origin{Source: n, Line: int32(line + 2)}
			if err := a.Put(r); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.Commit(time.Date(2025, 1, i+1, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func open(t *testing.T, l *lake.Lake) *analytics.DB {
	t.Helper()
	db, err := analytics.Open(t.Context(), l, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db.As(analytics.National)
}

// sheet answers every item of a rule set: options by the same letter, counts
// in full, surveys at the given value.
func sheet(unit string, cycle int32, layer, choice string, survey data.Amount) []data.Record {
	s, _ := rule.ForCycle(int(cycle))
	var out []data.Record
	for _, it := range s.Items {
		a := &data.Answer{UnitID: unit, Cycle: cycle, Regulation: s.ID, Layer: layer, ItemID: it.ID}
		switch it.Formula {
		case rule.FormulaOption:
			a.Choice = choice
			if _, ok := it.Options[choice]; !ok {
				a.Choice = it.OptionNames()[0]
			}
		case rule.FormulaValue4:
			a.Value = &survey
		case rule.FormulaRatio:
			ten := 10 * data.OneAmount
			a.Num, a.Den = &ten, &ten
		case rule.FormulaFall:
			var none data.Amount
			a.Num, a.Den = &none, &none
		default:
			continue
		}
		out = append(out, a)
	}
	return out
}

func date(s string) data.Date {
	d, err := data.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// country is a small programme: two agencies, four units, one of which is
// nominated and passes, one of which is nominated and fails.
func country() []data.Record {
	opened := int32(2001)
	rs := []data.Record{
		&data.Agency{AgencyID: "K1", Name: "Kementerian Satu", Kind: "kementerian"},
		&data.Agency{AgencyID: "P1", Name: "Kota Dua", Kind: "kota", ProvinceCode: "31"},
		&data.Unit{UnitID: "u1", AgencyID: "K1", Name: "Kantor Satu", UnitType: "kantor_pajak", ProvinceCode: "31", Opened: &opened},
		&data.Unit{UnitID: "u2", AgencyID: "K1", Name: "Kantor Dua", UnitType: "kantor_pajak", ProvinceCode: "32"},
		&data.Unit{UnitID: "u3", AgencyID: "P1", Name: "Dukcapil", UnitType: "dukcapil", ProvinceCode: "31"},
		&data.Unit{UnitID: "u4", AgencyID: "P1", Name: "RSUD", UnitType: "rsud", ProvinceCode: "31"},
		&data.Award{UnitID: "u1", Predicate: "WBK", Issuer: "nasional", AwardedOn: date("2024-12-10")},
	}
	for _, n := range []struct{ unit, stage, result string }{
		{"u1", "pengusulan", "lulus"},
		{"u1", "administrasi", "lulus"},
		{"u1", "penetapan", "lulus"},
		{"u3", "pengusulan", "lulus"},
		{"u3", "administrasi", "tidak_lulus"},
	} {
		rs = append(rs, &data.Nomination{UnitID: n.unit, Cycle: 2024, Target: "WBK", Issuer: "nasional", Stage: n.stage, Result: n.result})
	}
	return rs
}

func amount(s string) data.Amount {
	a, err := data.ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return a
}
