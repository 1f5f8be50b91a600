package analytics_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"tolok/data"
	"tolok/data/rule"
)

// secondWorld is a programme made only to judge partners on, with the truth kept
// beside: its levels, their persistence, heavy-tailed readings, inflation that
// differs between areas, years of their own strictness, vetoes and late
// re-nominations are other than those of package synth. These numbers were put
// in after the program was finished, and nothing was changed for them.
type secondWorld struct {
	rng      *rand.Rand
	now      int
	agencies []string
	units    []*secondUnit
	records  []data.Record
}

type secondUnit struct {
	id     string
	agency int
	level  [6]float64 // hidden, in percent, this year
	base   [6]float64
	zeal   float64
	wbk    int
	wbbm   int
}

// readings are what one layer makes of a level: a normal error, and now and
// then a bad day.
func (w *secondWorld) reading(level, sd float64) float64 {
	e := sd * w.rng.NormFloat64()
	if w.rng.Float64() < .08 {
		e *= 2.5
	}
	return min(max(level+e, 5), 99)
}

const (
	worldMean    = 58.0
	worldSD      = 7.5  // of units' lasting levels
	worldAgency  = 6.0  // of agencies'
	worldArea    = 7.5  // of a unit's strength in an area
	worldMove    = 2.6  // a year's step
	worldReading = 7.0  // of TPN in an area
	worldHouse   = 6.5  // of an inspectorate in an area
	worldGap     = 7.0  // what inspectorates add
	worldGapSD   = 6.0  // between agencies
	worldStrict  = 3.5  // between years
	worldPass    = 61.0 // of the mean of areas
)

func newSecondWorld(units, agencies, first, last int, seed uint64) *secondWorld {
	w := &secondWorld{rng: rand.New(rand.NewPCG(seed, 99)), now: last}
	r := w.rng
	types, regencies := data.UnitTypes(), data.Regencies()
	house := make([]float64, agencies)
	gap := make([][6]float64, agencies)
	served := make([][]string, agencies)
	for a := range agencies {
		id := fmt.Sprintf("W%02d", a)
		w.agencies = append(w.agencies, id)
		house[a] = worldAgency * r.NormFloat64()
		g := worldGap + worldGapSD*r.NormFloat64()
		for i := range gap[a] {
			gap[a][i] = g + 1.5*r.NormFloat64()
		}
		for range 3 {
			served[a] = append(served[a], types[r.IntN(len(types))].Code)
		}
		w.records = append(w.records, &data.Agency{AgencyID: id, Name: "Instansi " + id, Kind: data.Kinds[a%len(data.Kinds)]})
	}
	for i := range units {
		u := &secondUnit{id: fmt.Sprintf("w%05d", i), agency: r.IntN(agencies), zeal: r.NormFloat64()}
		all := worldMean + house[u.agency] + worldSD*r.NormFloat64()
		for k := range u.base {
			u.base[k] = all + worldArea*r.NormFloat64()
			u.level[k] = u.base[k]
		}
		w.units = append(w.units, u)
		staff, users, budget := int64(10+r.ExpFloat64()*60), int64(100+r.ExpFloat64()*9000), int64(1e9*(1+r.ExpFloat64()*20))
		place := regencies[r.IntN(len(regencies))]
		w.records = append(w.records, &data.Unit{
			UnitID: u.id, AgencyID: w.agencies[u.agency], Name: "Satker " + u.id, UnitType: served[u.agency][r.IntN(3)], Echelon: []string{"II", "III", "IV"}[r.IntN(3)],
			ProvinceCode: place.Province, RegencyCode: place.Code, Staff: &staff, ServiceUsers: &users, BudgetIDR: &budget,
		})
	}
	for year := first; year <= last; year++ {
		w.cycle(year, gap)
	}
	return w
}

// cycle moves every level, lets the keener and better units be nominated, and
// awards those that TPN sees above the pass.
func (w *secondWorld) cycle(year int, gap [][6]float64) {
	r := w.rng
	strict := worldStrict * r.NormFloat64()
	type nominee struct {
		*secondUnit
		tpi [6]float64
	}
	var all []nominee
	for _, u := range w.units {
		step := worldMove * r.NormFloat64()
		for k := range u.level {
			u.level[k] += step*.8 + .6*worldMove*r.NormFloat64() - .06*(u.level[k]-u.base[k])
		}
		if u.wbbm != 0 || u.zeal+.8*r.NormFloat64() < .4 {
			continue
		}
		n := nominee{secondUnit: u}
		for k := range n.tpi {
			n.tpi[k] = w.reading(u.level[k]+gap[u.agency][k], worldHouse)
		}
		w.sheet(u, year, data.TPI, n.tpi)
		all = append(all, n)
	}
	mean := func(v [6]float64) float64 { return (v[0] + v[1] + v[2] + v[3] + v[4] + v[5]) / 6 }
	slices.SortStableFunc(all, func(a, b nominee) int { return cmp.Compare(mean(b.tpi), mean(a.tpi)) })
	for _, n := range all[:len(all)*2/5] {
		target := data.WBK
		if n.wbk != 0 {
			target = data.WBBM
		}
		var tpn [6]float64
		for k := range tpn {
			tpn[k] = w.reading(n.level[k]-strict, worldReading)
		}
		w.sheet(n.secondUnit, year, data.TPN, tpn)
		passed := mean(tpn) >= worldPass+map[string]float64{data.WBK: 0, data.WBBM: 5}[target] && r.Float64() > .07
		result := map[bool]string{true: "lulus", false: "tidak_lulus"}[passed]
		w.records = append(w.records, &data.Nomination{UnitID: n.id, Cycle: int32(year), Target: target, Issuer: "nasional", Stage: "penetapan", Result: result})
		if !passed {
			continue
		}
		if n.wbk == 0 {
			n.wbk = year
		} else {
			n.wbbm = year
		}
		w.records = append(w.records, &data.Award{UnitID: n.id, Predicate: target, Issuer: "nasional", AwardedOn: data.DateOf(year, time.December, 10)})
	}
}

// sheet writes a worksheet of which the areas were kept.
func (w *secondWorld) sheet(u *secondUnit, year int, layer data.Layer, areas [6]float64) {
	set, _ := rule.ForCycle(year)
	for _, n := range set.Nodes {
		k := slices.Index(data.Areas, n.Area)
		if n.Level != rule.LevelArea || k < 0 {
			continue
		}
		share := math.Round(areas[k]*1e4) / 1e6
		w.records = append(w.records, &data.NodeScore{
			UnitID: u.id, Cycle: int32(year), Regulation: set.ID, Layer: layer, Code: n.Code, Score: n.Weight.Times(int64(share*1e6), 1e6),
		})
	}
}
