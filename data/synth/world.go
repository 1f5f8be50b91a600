package synth

import (
	"fmt"
	"slices"
	"strings"

	"tolok/data"
)

// Purposes of streams.
const (
	forAgency purpose = iota + 1
	forUnit
	forType
	forProvince
	forPlaces
	forYear
	forArea
	forAgencyArea
	forSight
	forItem
	forTalent
	forLuck
	forNewLuck
	forJudge
	forCount
	forBlank
	forVanity
	forCopy
	forSurvey
	forSample
	forGate
	forUnitGate
	forBuilding
	forNomination
	forPapers
	forVeto
	forAward
	forVisit
	forZone
	forSPI
	forDirt
)

// world is the simulated programme in the year that was computed last.
type world struct {
	seed     uint64
	agencies []*agency
	units    []*unit
	year     int
	forms    map[string]*form // by regulation
	awards   []*data.Award
	want     wanted
	zones    map[string]zoneOf // by unit
}

// unit is one unit of the simulation.
type unit struct {
	data.Unit
	at     int // its number
	agency *agency
	kind   data.UnitType

	lasting  level // its type's and province's part of quality
	wander   level // its own part, which moves from year to year
	zeal     level
	years    int // of building ZI so far
	started  int // year it began to build, 0 if it never has
	failed   int // the last year in which it failed, 0 if never
	wbk      int // year of award, 0 if not held
	wbbm     int
	banned   int // last year of a ban
	building int // the last year in which it built
}

// stream gives the draws for one purpose and subject.
func (w *world) stream(why purpose, about ...int) stream { return newStream(w.seed, why, about...) }

// newWorld makes agencies and units, and the register of the years before.
func newWorld(p Params) *world {
	w := &world{seed: p.Seed, year: FirstCycle - 1, forms: map[string]*form{}, zones: map[string]zoneOf{}, want: wanted{p.Units, map[string]int{}}}
	models := chooseAgencies(p.Agencies)
	weights := make([]int, len(models))
	for i, m := range models {
		w.agencies = append(w.agencies, w.newAgency(i, m, p.Format))
		for _, o := range m.offices {
			weights[i] += o.count
		}
	}
	// One unit each first, so that none is left without.
	for i, n := range apportion(p.Units-len(models), weights) {
		w.addUnits(w.agencies[i], n+1)
	}
	w.mergeSome()
	w.beforehand()
	w.formZones()
	return w
}

func (w *world) newAgency(at int, m model, format string) *agency {
	s := w.stream(forAgency, at)
	a := &agency{
		Agency: data.Agency{AgencyID: m.id, Name: m.name, Kind: m.kind, ProvinceCode: m.province},
		at:     at, model: m, local: m.province != "",
		quality: s.normal(sdAgency), zeal: s.normal(700*milli) + m.push,
		leaning: meanInflation + s.normal(sdInflation), governs: s.normal(full),
		keeps: s.chance(full / 2), typesRate: s.chance(300 * milli),
		scale: s.below(10),
	}
	a.inflation = a.leaning
	if a.local {
		a.zeal -= 600 * milli
	}
	// A fixed part of them, so that no programme is without.
	a.mandiri = at%4 == 1 && !a.local || at%8 == 1 && m.kind == "provinsi"
	if format == FormatMixed {
		a.sender = dialects[at%len(dialects)]
	}
	return a
}

// addUnits gives an agency n units, its offices in proportion, and of each at
// least one before any gets many.
func (w *world) addUnits(a *agency, n int) {
	weights := make([]int, len(a.model.offices))
	for i, o := range a.model.offices {
		weights[i] = o.count
	}
	serial := 0
	for i, count := range apportion(n, weights) {
		o := a.model.offices[i]
		places := w.placesOf(a, o)
		for k := range count {
			serial++
			u := w.newUnit(a, o, places[k%len(places)], k/len(places)+1)
			u.UnitID = fmt.Sprintf("%s-%04d", a.AgencyID, serial)
			a.units = append(a.units, u)
		}
	}
}

// placesOf lists where an agency's offices of a kind are, in an order of its
// own.
func (w *world) placesOf(a *agency, o office) []data.Regency {
	switch {
	case a.model.regency != "":
		r, _ := data.RegencyByCode(a.model.regency)
		return []data.Regency{r}
	case a.local && o.reach == centre:
		return []data.Regency{seatOf(a.model.province)}
	case o.reach == centre:
		return []data.Regency{seatOf(capitalProvince)}
	}
	var list []data.Regency
	if o.reach == provinces {
		for _, p := range data.Provinces() {
			list = append(list, seatOf(p.Code))
		}
	} else {
		for _, r := range data.Regencies() {
			if !a.local || r.Province == a.model.province {
				list = append(list, r)
			}
		}
	}
	s := w.stream(forPlaces, a.at, number(o.unitType))
	for i := len(list) - 1; i > 0; i-- {
		j := s.below(i + 1)
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// capitalProvince is where head offices are.
const capitalProvince = "31"

// seatOf is where a province's offices are: its first city, or its first
// regency where it has none.
func seatOf(province string) data.Regency {
	var first data.Regency
	for _, r := range data.Regencies() {
		if r.Province != province {
			continue
		}
		if strings.HasPrefix(r.Name, "Kota") {
			return r
		}
		if first.Code == "" {
			first = r
		}
	}
	return first
}

func (w *world) newUnit(a *agency, o office, place data.Regency, nth int) *unit {
	at := len(w.units)
	s := w.stream(forUnit, at)
	kind, _ := data.UnitTypeByCode(o.unitType)
	u := &unit{at: at, agency: a, kind: kind, zeal: s.normal(900 * milli), wander: s.normal(sdUnit)}
	u.AgencyID, u.UnitType = a.AgencyID, o.unitType
	u.ProvinceCode, u.RegencyCode = place.Province, place.Code
	u.Name = unitName(u, o, place, nth)
	u.size(&s)
	u.lasting = w.lasting(u)
	if !kind.DirectService {
		u.zeal -= 400 * milli
	}
	w.units = append(w.units, u)
	return u
}

// lasting is the part of quality that units of a type, and of a province, have
// in common.
func (w *world) lasting(u *unit) level {
	t, p := w.stream(forType, number(u.kind.Code)), w.stream(forProvince, number(u.ProvinceCode))
	return t.normal(sdType) + p.normal(sdProvince)
}

// beforehand awards the predicates of the years before the first cycle to the
// best units that are keen.
func (w *world) beforehand() {
	for _, b := range before {
		var keen []*unit
		for _, u := range w.units {
			if u.wbk == 0 && u.open(b.year) && u.kind.DirectService {
				keen = append(keen, u)
			}
		}
		rank := func(u *unit) level { return u.agency.quality + u.lasting + u.wander + (u.zeal+u.agency.zeal)/12 }
		slices.SortStableFunc(keen, func(a, b *unit) int { return int(rank(b) - rank(a)) })
		for i, u := range keen[:min(len(keen), w.want.count("before", b.wbk))] {
			u.started, u.years = b.year-1, 2
			w.award(u, data.WBK, nasional, b.year, i+1)
		}
	}
}

// open reports whether the unit exists in a year.
func (u *unit) open(year int) bool {
	return (u.Opened == nil || int(*u.Opened) <= year) && (u.Closed == nil || int(*u.Closed) > year)
}

// advance takes the world to the next year.
func (w *world) advance() {
	w.year++
	for _, a := range w.agencies {
		s := w.stream(forYear, 1, a.at, w.year)
		a.inflation += (a.leaning-a.inflation)/5 + s.normal(driftInflation)
		// Those that may award predicates themselves are better run.
		drift := 40 * milli
		if a.mandiri {
			drift = 130 * milli
		}
		a.governs = a.governs.times(900*milli) + s.normal(430*milli) + drift
	}
	rest := root(full - persistence.times(persistence))
	for _, u := range w.units {
		s := w.stream(forYear, 2, u.at, w.year)
		u.wander = u.wander.times(persistence) + s.normal(sdUnit).times(rest)
	}
}
