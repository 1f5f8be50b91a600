package synth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

// small is a programme for tests that make their own.
func small() Params {
	p := DefaultParams()
	p.Units, p.Agencies = 400, 25
	return p
}

func generate(t *testing.T, p Params) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := Generate(context.Background(), dir, p, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

func fingerprint(dir string) string {
	h, all := sha256.New(), files(dir)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(h, "%s %d\n%s", name, len(all[name]), all[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestSameSeedSameBytes(t *testing.T) {
	p := small()
	p.Format, p.Dirt = FormatMixed, data.MustScore("0.01")
	one, two := fingerprint(generate(t, p)), fingerprint(generate(t, p))
	if one != two {
		t.Error("the same seed gave other bytes")
	}
	p.Seed++
	if fingerprint(generate(t, p)) == one {
		t.Error("another seed gave the same bytes")
	}
}

// The golden file holds on every processor and release of Go: plain CSV only.
func TestGoldenBytes(t *testing.T) {
	got := fingerprint(generate(t, small())) + "\n"
	name := filepath.Join("testdata", "small.sha256")
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("the bytes have changed. If this simulation, the rule sets, the places or the unit types were meant to change, run this test with -update; if only the processor or the Go release is another, it is a fault")
	}
}

func TestEveryRecordIsValid(t *testing.T) {
	p := sharedProgramme(t)
	for i, w := range p.wrong {
		if i == 10 {
			t.Fatalf("… and %d more", len(p.wrong)-i)
		}
		t.Error(w)
	}
	for key, answers := range p.answers {
		set, ok := rule.Get(answers[0].Regulation)
		if in, _ := rule.ForCycle(int(key.cycle)); !ok || in != set {
			t.Fatalf("%v: regulation %q is not the cycle's", key, answers[0].Regulation)
		}
		if len(answers) != len(set.Items) {
			t.Errorf("%v: %d rows, the form has %d", key, len(answers), len(set.Items))
		}
		sheet := rule.Worksheet{}
		for _, a := range answers {
			sheet[a.ItemID] = *a
			for _, w := range set.Check(a) {
				t.Errorf("%v %s: %v", key, a.ItemID, &w)
			}
		}
		for _, w := range set.CheckWorksheet(sheet) {
			t.Errorf("%v: %v", key, &w)
		}
	}
	sum := 0
	for _, n := range p.report.Rows {
		sum += n
	}
	if sum != p.records {
		t.Errorf("the report counts %d rows, the files hold %d", sum, p.records)
	}
}

func TestEveryKindAndProvince(t *testing.T) {
	p := sharedProgramme(t)
	kinds, provinces, types := map[string]int{}, map[string]int{}, map[string]int{}
	for _, a := range p.agencies {
		kinds[a.Kind]++
		if !strings.Contains(a.Name, "simulasi") || !strings.HasPrefix(a.AgencyID, "SIM-") {
			t.Errorf("%s %s is not marked as simulated", a.AgencyID, a.Name)
		}
	}
	for _, u := range p.units {
		provinces[u.ProvinceCode]++
		types[u.UnitType]++
		if p.agencies[u.AgencyID] == nil {
			t.Errorf("unit %s: no agency %s", u.UnitID, u.AgencyID)
		}
		if m := u.MergedInto; m != "" && (p.units[m] == nil || p.units[m].AgencyID != u.AgencyID || u.Closed == nil) {
			t.Errorf("unit %s cannot have been merged into %q", u.UnitID, m)
		}
	}
	if len(kinds) != len(data.Kinds) || len(provinces) != len(data.Provinces()) || len(types) < 30 {
		t.Errorf("%d kinds, %d provinces, %d types of units", len(kinds), len(provinces), len(types))
	}
	if len(p.units) != p.report.Params.Units || len(p.agencies) != p.report.Params.Agencies {
		t.Errorf("%d units and %d agencies, asked for %d and %d", len(p.units), len(p.agencies), p.report.Params.Units, p.report.Params.Agencies)
	}
}

func TestFullSizeHasEveryAgency(t *testing.T) {
	models, ids := chooseAgencies(len(allAgencies())), map[string]bool{}
	for _, m := range models {
		ids[m.id] = true
		for _, o := range m.offices {
			if _, ok := data.UnitTypeByCode(o.unitType); !ok {
				t.Errorf("%s: no unit type %q", m.name, o.unitType)
			}
		}
	}
	if len(models) != len(allAgencies()) || len(ids) != len(models) || len(models) < 600 {
		t.Errorf("%d agencies with %d ids, %d exist", len(models), len(ids), len(allAgencies()))
	}
}

func TestRefusesWhatCannotBeMade(t *testing.T) {
	for name, change := range map[string]func(*Params){
		"too few agencies": func(p *Params) { p.Agencies = 4 },
		"too few units":    func(p *Params) { p.Units, p.Agencies = 99, 25 },
		"too many units":   func(p *Params) { p.Units = 10*fullSize + 1 },
		"before the rules": func(p *Params) { p.First = FirstCycle - 1 },
		"upside down":      func(p *Params) { p.First, p.Last = 2024, 2023 },
		"unknown format":   func(p *Params) { p.Format = "xlsx" },
		"all dirt":         func(p *Params) { p.Dirt = data.One },
		"negative dirt":    func(p *Params) { p.Dirt = -1 },
	} {
		p := small()
		change(&p)
		dir := filepath.Join(t.TempDir(), "out")
		if _, err := Generate(context.Background(), dir, p, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: the directory was made", name)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	years := 0
	_, err := Generate(ctx, t.TempDir(), small(), func(string) {
		if years++; years == 3 {
			cancel()
		}
	})
	if err != context.Canceled || years > 3 {
		t.Errorf("err %v after %d lines of progress", err, years)
	}
}

func TestParseCycles(t *testing.T) {
	for _, c := range []struct {
		in          string
		first, last int
		ok          bool
	}{
		{"2016-2025", 2016, 2025, true},
		{" 2016 - 2025 ", 2016, 2025, true},
		{"2024", 2024, 2024, true},
		{"2024-", 0, 0, false},
		{"", 0, 0, false},
		{"two", 0, 0, false},
	} {
		first, last, err := ParseCycles(c.in)
		if (err == nil) != c.ok || first != c.first || last != c.last {
			t.Errorf("%q: %d-%d, %v", c.in, first, last, err)
		}
	}
}

func FuzzParseCycles(f *testing.F) {
	f.Add("2016-2025")
	f.Add("-")
	f.Fuzz(func(t *testing.T, s string) {
		first, last, err := ParseCycles(s)
		if err != nil {
			return
		}
		a, b, err := ParseCycles(fmt.Sprintf("%d-%d", first, last))
		if first >= 0 && (err != nil || a != first || b != last) {
			t.Errorf("%q read as %d-%d, written again %d-%d, %v", s, first, last, a, b, err)
		}
	})
}
