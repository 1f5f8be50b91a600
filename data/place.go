package data

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Province is one of the 38 provinces, with Kemendagri's code (BPS numbers the
// Papuan provinces differently).
type Province struct {
	Code, Name string
	Lat, Lng   float64 // of the capital's surroundings, degrees
}

// Regency is a kabupaten or kota, with Kemendagri's code, such as 31.71.
type Regency struct {
	Code, Province, Name string
	Lat, Lng             float64
}

// UnitType is what kind of office a unit is.
type UnitType struct {
	Code, NameID, NameEN, Family string
	DirectService                bool // serves the public directly
	Affirmative                  bool // may be nominated before its agency meets its gates (5/2024, p.5)
}

// Name is the type's name in the given language ("id" or "en").
func (t UnitType) Name(lang string) string {
	if lang == "en" {
		return t.NameEN
	}
	return t.NameID
}

//go:embed provinces.csv
var provincesCSV string

//go:embed regencies.csv
var regenciesCSV string

//go:embed unit_types.csv
var unitTypesCSV string

var places = sync.OnceValue(loadPlaces)

type placeIndex struct {
	provinces []Province
	regencies []Regency
	unitTypes []UnitType
	province  map[string]Province
	regency   map[string]Regency
	unitType  map[string]UnitType
}

// Provinces lists the 38 provinces by code.
func Provinces() []Province { return places().provinces }

// Regencies lists the 514 kabupaten and kota by code.
func Regencies() []Regency { return places().regencies }

// UnitTypes lists the kinds of units.
func UnitTypes() []UnitType { return places().unitTypes }

// IsProvince reports whether code is Kemendagri's code of a province.
func IsProvince(code string) bool { _, ok := places().province[code]; return ok }

// ProvinceByCode finds a province.
func ProvinceByCode(code string) (Province, bool) { p, ok := places().province[code]; return p, ok }

// RegencyByCode finds a kabupaten or kota.
func RegencyByCode(code string) (Regency, bool) { r, ok := places().regency[code]; return r, ok }

// UnitTypeByCode finds a kind of unit.
func UnitTypeByCode(code string) (UnitType, bool) { t, ok := places().unitType[code]; return t, ok }

func loadPlaces() *placeIndex {
	ix := &placeIndex{province: map[string]Province{}, regency: map[string]Regency{}, unitType: map[string]UnitType{}}
	for _, r := range embeddedRows(provincesCSV) {
		p := Province{Code: r[0], Name: r[1], Lat: degrees(r[2]), Lng: degrees(r[3])}
		ix.provinces = append(ix.provinces, p)
		ix.province[p.Code] = p
	}
	for _, r := range embeddedRows(regenciesCSV) {
		g := Regency{Code: r[0], Province: r[1], Name: r[2], Lat: degrees(r[3]), Lng: degrees(r[4])}
		ix.regencies = append(ix.regencies, g)
		ix.regency[g.Code] = g
	}
	for _, r := range embeddedRows(unitTypesCSV) {
		t := UnitType{Code: r[0], NameID: r[1], NameEN: r[2], Family: r[3], DirectService: r[4] == "1", Affirmative: r[5] == "1"}
		ix.unitTypes = append(ix.unitTypes, t)
		ix.unitType[t.Code] = t
	}
	return ix
}

// embeddedRows reads one of our own files; a fault in it is a fault in the
// program.
func embeddedRows(s string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(s)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("data: embedded table: %v", err))
	}
	return rows[1:]
}

func degrees(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(fmt.Sprintf("data: embedded table: %v", err))
	}
	return v
}
