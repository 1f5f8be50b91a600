package synth

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tolok/data"
)

// award enters a predicate in the register.
func (w *world) award(u *unit, predicate, issuer string, year, nth int) {
	number := "SK-SIM"
	if issuer == mandiri {
		number = u.agency.AgencyID + "/SK"
	}
	w.awards = append(w.awards, &data.Award{
		UnitID: u.UnitID, Predicate: predicate, Issuer: issuer, AwardedOn: data.DateOf(year, time.December, 10),
		Decree: fmt.Sprintf("%s/%s/%d/%d", number, predicate, nth, year),
	})
	if predicate == data.WBBM {
		u.wbbm = year
	} else {
		u.wbk = year
	}
}

// conclude awards what was won, remembers who failed, and revokes a few older
// predicates.
func (w *world) conclude(c *cycle) {
	nth := 0
	for _, k := range c.candidates {
		switch {
		case k.issuer == "":
		case k.passed:
			nth++
			w.award(k.unit, k.target, k.issuer, w.year, nth)
		default:
			k.unit.failed = w.year
		}
	}
	for _, u := range w.units {
		s := w.stream(forAward, u.at, w.year)
		if u.wbk == 0 || u.wbk >= w.year || u.wbbm >= w.year || !u.open(w.year) || !s.chance(revokedShare) {
			continue
		}
		w.revoke(u, data.DateOf(w.year, time.December, 11)+data.Date(s.below(15)))
	}
}

// revoke takes every predicate from a unit and bars it for banYears.
func (w *world) revoke(u *unit, on data.Date) {
	for _, a := range w.awards {
		if a.UnitID == u.UnitID && a.RevokedOn == nil {
			a.RevokedOn, a.RevokeReason = &on, "maladministrasi terbukti dari hasil pemantauan"
		}
	}
	u.wbk, u.wbbm, u.banned = 0, 0, w.year+banYears
}

// holds reports whether the unit holds a predicate at the end of this year.
func (u *unit) holds() bool { return u.wbk != 0 }

// learnFrom is the first year with hosts and visits.
const learnFrom = 2021

// hosts are the holders that receive visitors: most holders of WBBM, a third
// of the others.
func (w *world) hosts(a *agency) []data.Host {
	var out []data.Host
	for _, u := range a.units {
		s := w.stream(forVisit, u.at)
		willing := 330 * milli
		if u.wbbm != 0 {
			willing = 800 * milli
		}
		if !u.holds() || !u.open(w.year) || !s.chance(willing) {
			continue
		}
		capacity := int64(s.between(2, 12))
		out = append(out, data.Host{UnitID: u.UnitID, Cycle: int32(w.year), Capacity: &capacity, OfficeContact: "Subbagian Umum – " + u.Name})
	}
	return out
}

// What a visit is about and leads to.
var visitOutcomes = []string{"replikasi inovasi layanan", "penyesuaian SOP", "belum ada tindak lanjut", "pendampingan lanjutan", "perbaikan data dukung", ""}

// visits are this year's: units that build go to hosts, rather of their own
// type.
func (w *world) visits(c *cycle, hosts []data.Host) []data.Visit {
	if len(hosts) == 0 {
		return nil
	}
	typeOf := map[string]string{}
	for _, u := range w.units {
		typeOf[u.UnitID] = u.UnitType
	}
	var out []data.Visit
	for _, k := range c.candidates {
		s := w.stream(forVisit, k.unit.at, w.year)
		if !s.chance(120 * milli) {
			continue
		}
		h := pick(&s, hosts)
		for range 6 {
			if typeOf[h.UnitID] == k.unit.UnitType {
				break
			}
			h = pick(&s, hosts)
		}
		if h.UnitID == k.unit.UnitID {
			continue
		}
		on := data.DateOf(w.year, time.January, 10) + data.Date(s.below(300))
		out = append(out, data.Visit{HostID: h.UnitID, GuestID: k.unit.UnitID, Date: on, Area: pick(&s, data.Areas), Outcome: pick(&s, visitOutcomes)})
	}
	return out
}

// zonesFrom is the first year with zones; one zone for every unitsPerZone
// units, at least one.
const (
	zonesFrom    = 2021
	unitsPerZone = 1500
)

// zoneOf is the zone a unit belongs to.
type zoneOf struct {
	id, name string
	base     level // of the integration score, 0-10
	seed     stream
}

// integration is the zone's score in a year.
func (z *zoneOf) integration(year int) data.Amount {
	s := stream{z.seed.state + uint64(year)*golden}
	return *cents((z.base + s.normal(400*milli) + 100*milli*level(year-zonesFrom)).within(4*full, 10*full))
}

// formZones puts units of one regency and different agencies into zones.
func (w *world) formZones() {
	byPlace := map[string][]*unit{}
	var places []string
	for _, u := range w.units {
		if u.kind.DirectService && u.Closed == nil {
			if byPlace[u.RegencyCode] == nil {
				places = append(places, u.RegencyCode)
			}
			byPlace[u.RegencyCode] = append(byPlace[u.RegencyCode], u)
		}
	}
	// The places with most services come first.
	slices.SortStableFunc(places, func(a, b string) int { return len(byPlace[b]) - len(byPlace[a]) })
	for i, code := range places[:min(len(places), max(1, len(w.units)/unitsPerZone))] {
		s := w.stream(forZone, i)
		place, _ := data.RegencyByCode(code)
		z := zoneOf{fmt.Sprintf("SIM-Z%02d", i+1), simulated("Kawasan Layanan Terpadu " + place.Name), 7_300*milli + s.normal(700*milli), s}
		agencies := map[int]bool{}
		for _, u := range byPlace[code] {
			if len(agencies) < 4 && !agencies[u.agency.at] {
				agencies[u.agency.at] = true
				w.zones[u.UnitID] = z
			}
		}
	}
}

// zoneRows are the members of every zone this year.
func (w *world) zoneRows() []data.Zone {
	var out []data.Zone
	for _, u := range w.units {
		if z, ok := w.zones[u.UnitID]; ok {
			score := z.integration(w.year)
			out = append(out, data.Zone{ZoneID: z.id, Name: z.name, UnitID: u.UnitID, Cycle: int32(w.year), IntegrationScore: &score})
		}
	}
	return out
}

// spiFrom is the first year of KPK's survey as published.
const spiFrom = 2021

// spi is the outside check on agencies, which knows of their quality and not
// of their worksheets. One in twelve is missing in a year.
func (w *world) spi() []data.SPI {
	var out []data.SPI
	for _, a := range w.agencies {
		s := w.stream(forSPI, a.at, w.year)
		if s.chance(80 * milli) {
			continue
		}
		x := 71*full + 90*a.quality + 2*a.governs
		if a.local {
			x -= 3 * full
		}
		part := func(shift, sd level) *data.Amount {
			return cents((x + shift + s.normal(sd)).within(30*full, 96*full))
		}
		out = append(out, data.SPI{
			AgencyName: a.Name, PlaceCode: cmp.Or(a.model.regency, a.model.province), Year: int32(w.year), Index: part(0, 2*full),
			Internal: part(2*full, 3*full), External: part(6*full, 3*full), Expert: part(-4*full, 4*full),
		})
	}
	return out
}
