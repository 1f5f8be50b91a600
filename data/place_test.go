package data

import (
	"slices"
	"strings"
	"testing"
)

func TestPlaces(t *testing.T) {
	if n := len(Provinces()); n != 38 {
		t.Errorf("%d provinces, want 38", n)
	}
	if n := len(Regencies()); n != 514 {
		t.Errorf("%d regencies, want 514", n)
	}
	if n := len(UnitTypes()); n != 40 {
		t.Errorf("%d unit types, want 40", n)
	}
	seen := map[string]bool{}
	for _, p := range Provinces() {
		if len(p.Code) != 2 || seen[p.Code] || p.Name == "" {
			t.Errorf("province %+v", p)
		}
		seen[p.Code] = true
	}
	for _, r := range Regencies() {
		if len(r.Code) != 5 || r.Code[:3] != r.Province+"." || seen[r.Code] || !IsProvince(r.Province) {
			t.Errorf("regency %+v", r)
		}
		if !strings.HasPrefix(r.Name, "Kabupaten ") && !strings.HasPrefix(r.Name, "Kota ") {
			t.Errorf("regency %+v is neither kabupaten nor kota", r)
		}
		// Indonesia lies between Sabang and Merauke, Miangas and Rote.
		if r.Lat < -11.1 || r.Lat > 6.1 || r.Lng < 95 || r.Lng > 141.1 {
			t.Errorf("regency %+v is not in Indonesia", r)
		}
		seen[r.Code] = true
	}
	affirmative := []string{}
	for _, u := range UnitTypes() {
		if seen[u.Code] || u.NameID == "" || u.NameEN == "" || u.Family == "" || u.Name("en") != u.NameEN || u.Name("id") != u.NameID {
			t.Errorf("unit type %+v", u)
		}
		seen[u.Code] = true
		if u.Affirmative {
			affirmative = append(affirmative, u.Code)
		}
	}
	slices.Sort(affirmative)
	if want := []string{"disdik", "disnaker", "dukcapil", "ptsp", "rsud", "samsat"}; !slices.Equal(affirmative, want) {
		t.Errorf("5/2024 lets %q be nominated early, want %q", affirmative, want)
	}
}

// Kemendagri's numbers, not those of BPS.
func TestPapuanProvinces(t *testing.T) {
	for code, name := range map[string]string{"91": "Papua", "92": "Papua Barat", "93": "Papua Selatan", "96": "Papua Barat Daya"} {
		if p, ok := ProvinceByCode(code); !ok || p.Name != name {
			t.Errorf("province %s is %q, want %q", code, p.Name, name)
		}
	}
}
