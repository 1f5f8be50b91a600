package analytics_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

// surveyed is twelve kota with SPI, surveys and outcomes in 2024.
func surveyed(t *testing.T) *analytics.DB {
	t.Helper()
	var rs []data.Record
	names := []string{}
	for _, g := range data.Regencies() {
		if len(names) < 12 && g.Name[:4] == "Kota" {
			names = append(names, g.Name)
		}
	}
	none, four := amount("0"), amount("4")
	for i, name := range names {
		id := fmt.Sprintf("P%02d", i)
		rs = append(rs, &data.Agency{AgencyID: id, Name: "Pemerintah " + name, Kind: "kota", ProvinceCode: "11"})
		for j := range 6 {
			unit := fmt.Sprintf("%s-%d", id, j)
			respondents := int64(40 * (j + 1))
			rs = append(rs, &data.Unit{UnitID: unit, AgencyID: id, Name: "Satker " + unit, UnitType: "dukcapil", ProvinceCode: "11"})
			rs = append(rs, &data.Survey{UnitID: unit, Cycle: 2024, Index: "IPAK", Value: amount(fmt.Sprintf("3.%02d", 20+5*i+j)), ScaleMin: &none, ScaleMax: &four, Respondents: &respondents})
			result := "tidak_lulus"
			if j*2 < i { // the higher the number, the more pass
				result = "lulus"
			}
			for _, s := range []string{"pengusulan", "penetapan"} {
				rs = append(rs, &data.Nomination{UnitID: unit, Cycle: 2024, Target: "WBK", Issuer: "nasional", Stage: s, Result: map[string]string{"pengusulan": "lulus", "penetapan": result}[s]})
			}
		}
		index := amount(fmt.Sprint(60 + 2*i))
		rs = append(rs, &data.SPI{AgencyName: "PEMERINTAH " + name, Year: 2024, Index: &index})
	}
	nation, other := amount("71.53"), amount("50")
	rs = append(rs,
		&data.SPI{AgencyName: "NASIONAL", Year: 2024, Index: &nation},
		&data.SPI{AgencyName: "PEMERINTAH KABUPATEN BENGKULU UTARA", Year: 2024, Index: &other},
		&data.SPI{AgencyName: "Pemkot " + names[0][5:], Year: 2024, Index: &other}, // the same kota, by another spelling
		&data.SPI{AgencyName: "KEMENTERIAN HUKUM DAN HAK ASASI MANUSIA", Year: 2023, Index: &other},
		&data.Survey{UnitID: "P00-0", Cycle: 2023, Index: "IPAK", Value: amount("3.2")}, // no scale, no respondents
	)
	return open(t, lakeOf(t, rs))
}

func TestSPI(t *testing.T) {
	s, err := surveyed(t).SPI(t.Context(), analytics.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Cycle != 2024 || len(s.Rows) != 12 || len(s.Years) != 2 || len(s.Missing) != 0 {
		t.Fatalf("%d rows in %d, %d years, missing %v", len(s.Rows), s.Cycle, len(s.Years), s.Missing)
	}
	y := s.Years[1]
	if y.Nation == nil || y.Nation.Index.String() != "71.53" || y.Names != 14 || y.Matched != 12 {
		t.Errorf("the year is %+v", y)
	}
	var of int64
	for _, n := range y.Rules {
		of += n
	}
	for _, n := range y.Reasons {
		of += n
	}
	if of != y.Names || y.Reasons["not-registered"] != 1 || y.Reasons["doubled"] != 1 {
		t.Errorf("rules %v and reasons %v do not make up %d names", y.Rules, y.Reasons, y.Names)
	}
	for _, want := range []analytics.SPIUnmatched{
		{Name: "PEMERINTAH KABUPATEN BENGKULU UTARA", Years: []int{2024}, Why: "not-registered"},
		{Name: "KEMENTERIAN HUKUM DAN HAK ASASI MANUSIA", Years: []int{2023}, Why: "split"},
	} {
		if !slices.ContainsFunc(s.Unmatched, func(u analytics.SPIUnmatched) bool {
			return u.Name == want.Name && u.Why == want.Why && slices.Equal(u.Years, want.Years)
		}) {
			t.Errorf("%s is not among %+v", want.Name, s.Unmatched)
		}
	}
	// By hand: six units with 40, 80 … 240 respondents and 3.20, 3.21 … 3.25.
	first := s.Rows[slices.IndexFunc(s.Rows, func(r analytics.SPIRow) bool { return r.AgencyID == "P00" })]
	want := (3.20*40 + 3.21*80 + 3.22*120 + 3.23*160 + 3.24*200 + 3.25*240) / 840
	if first.IPAK == nil || math.Abs(*first.IPAK-want) > 1e-9 || first.Respondents != 840 || first.IPAKUnits != 6 {
		t.Errorf("IPAK is %v over %d, want %v", first.IPAK, first.Respondents, want)
	}
	if y.IPAK.N != 12 || *y.IPAK.Rho != 1 || y.IPAK.Interval != nil {
		t.Errorf("SPI and IPAK rise together: %+v", y.IPAK)
	}
	if r := y.PassRate; r.N != 12 || *r.Rho < 0.9 || r.Interval == nil || r.Interval.Method != "bonett-wright" {
		t.Errorf("SPI and the pass rate: %+v", r)
	}
	if s.Years[0].PassRate.Rho != nil || s.Years[0].Leftovers != 0 {
		t.Errorf("a year with one name has a correlation: %+v", s.Years[0])
	}
}

// A kota sees its own surveys; of the others only what is released and large
// enough.
func TestSPIOfAnAgency(t *testing.T) {
	db := surveyed(t)
	for name, c := range map[string]struct {
		scope        analytics.Scope
		ipak, passed int64
	}{
		"agency":       {analytics.Scope{Role: "instansi", Agency: "P03", Released: []int{2024}}, 1, 12},
		"not released": {analytics.Scope{Role: "instansi", Agency: "P03"}, 1, 0},
		"public":       {analytics.Scope{Released: []int{2024}}, 0, 12},
	} {
		s, err := db.As(c.scope).SPI(t.Context(), analytics.Filter{Cycle: 2024})
		if err != nil {
			t.Fatal(err)
		}
		y := s.Years[slices.IndexFunc(s.Years, func(y analytics.SPIYear) bool { return y.Year == 2024 })]
		if y.IPAK.N != c.ipak || y.PassRate.N != c.passed || len(s.Rows) != 12 {
			t.Errorf("%s: %d with IPAK, %d with a pass rate, %d rows", name, y.IPAK.N, y.PassRate.N, len(s.Rows))
		}
	}
}
