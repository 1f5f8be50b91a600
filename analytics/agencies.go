package analytics

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"tolok/analytics/stat"
	"tolok/data"
)

// Agencies lists all agencies of a cycle.
type Agencies struct {
	Meta  Meta   `json:"meta"`
	Cycle int    `json:"cycle"`
	By    string `json:"by"` // what the list is sorted by, one of [AgencyBy]

	Uncertainty Uncertainty `json:"uncertainty"` // of what it is sorted by

	Rows []AgencyRow `json:"rows"` // all of them; pages are cut from this
}

// AgencyRow is one agency in a list.
type AgencyRow struct {
	ID       string          `json:"agency_id"`
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Province string          `json:"province"`
	Units    int64           `json:"units"`
	Scored   Count           `json:"scored"`
	Nominees Count           `json:"nominees"`
	PassRate Rate            `json:"pass_rate"`
	Holders  int64           `json:"holders"`
	Median   *float64        `json:"median"`
	Areas    map[string]Mean `json:"areas"` // mean attainment by area, of hasil as B, and of the total
	// Of what the list is sorted by; nil where its uncertainty is not known.
	Odds *Odds `json:"odds"`
}

// Mean is a mean over units, in percent of the weight.
type Mean struct {
	N        Count     `json:"n"`
	Value    *float64  `json:"mean"`
	Interval *Interval `json:"interval"` // nil: nobody has said how far one score lies from the level
}

// HeatRow is one agency of the heat map.
type HeatRow struct {
	ID     string          `json:"agency_id"`
	Name   string          `json:"name"`
	Kind   string          `json:"kind"`
	Scored Count           `json:"scored"`
	Areas  map[string]Mean `json:"areas"`
}

// HeatAreas are the columns of a heat map: the six areas, and hasil.
var HeatAreas = append(slices.Clone(data.Areas), "B")

// AgencyBy is what the list of agencies can be sorted by: how many it
// nominated, its pass rate, its units' mean total, or their mean attainment of
// an area.
var AgencyBy = append([]string{"nominees", "pass_rate", "total"}, HeatAreas...)

// agenciesSize is how many agencies a page shows, with their heat map.
const agenciesSize = 30

type agenciesRow struct {
	ID       string   `col:"agency_id"`
	Name     string   `col:"name"`
	Kind     string   `col:"kind"`
	Province string   `col:"province"`
	Units    int64    `col:"units"`
	Scored   int64    `col:"scored"`
	Nominees int64    `col:"nominees"`
	Hits     int64    `col:"hits"`
	Decided  int64    `col:"decided"`
	Holders  int64    `col:"holders"`
	Median   *float64 `col:"median"`
}

// Agencies answers: which agencies take part, and how do they fare?
func (db *DB) Agencies(ctx context.Context, f Filter) (*Agencies, error) {
	by := cmp.Or(f.By, AgencyBy[0])
	if !slices.Contains(AgencyBy, by) {
		return nil, fmt.Errorf("%w: by=%q; use one of %s", ErrBadRequest, f.By, strings.Join(AgencyBy, ", "))
	}
	f.By = ""
	sized := f.Size != 0
	f, err := db.settle(ctx, f)
	if err != nil {
		return nil, err
	}
	f.By = by
	if !sized {
		f.Size = agenciesSize
	}
	rows, err := collect[agenciesRow](ctx, db, "agencies", f.params())
	if err != nil {
		return nil, err
	}
	may, err := db.held(ctx, f, "agency")
	if err != nil {
		return nil, err
	}
	heat, err := db.heat(ctx, f, may.scored)
	if err != nil {
		return nil, err
	}
	areas := map[string]map[string]Mean{}
	for _, h := range heat {
		areas[h.ID] = h.Areas
	}
	out := &Agencies{Meta: db.meta("agencies", f), Cycle: f.Cycle, By: by, Rows: make([]AgencyRow, 0, len(rows))}
	for _, r := range rows {
		out.Rows = append(out.Rows, AgencyRow{
			ID: r.ID, Name: r.Name, Kind: r.Kind, Province: r.Province, Units: r.Units, Scored: may.scored.count(f.Cycle, r.ID, r.Scored),
			Nominees: may.nominated.count(f.Cycle, r.ID, r.Nominees), PassRate: may.nominated.rate(f.Cycle, r.ID, r.Hits, r.Decided),
			Holders: r.Holders, Median: may.scored.median(f.Cycle, r.ID, r.Scored, r.Median), Areas: areas[r.ID],
		})
	}
	if err := out.place(ctx, db, f); err != nil {
		return nil, err
	}
	out.sort(f.Order)
	out.Meta.N = Count(len(rows))
	out.Meta.noteLayer(f.Layer)
	out.Meta.noteHeld(db.scope, f.Layer)
	out.Meta.noteMixed(f)
	if _, _, others := db.forms(f); len(others) > 0 {
		out.Meta.note("forms-mixed", "rules", strings.Join(others, ", "))
	}
	out.Meta.noteShown(may.scored, may.nominated)
	return out, nil
}

// place says where each agency truly stands by what the list is sorted by: by
// its pass rate, which the counts of all agencies tell how much to trust, or by
// the mean of its units, each of whose scores lies some way from its level. How
// many an agency nominated is a count, and exact.
func (a *Agencies) place(ctx context.Context, db *DB, f Filter) error {
	switch a.By {
	case "nominees":
		return nil
	case "pass_rate":
		a.placeRates()
		return nil
	}
	all, err := db.Reliability(ctx, f.Cycle, f.Layer)
	if err != nil || all[a.By].SE == nil || *all[a.By].SE <= 0 {
		return err
	}
	se := *all[a.By].SE
	a.Uncertainty = Uncertainty{Source: fromReliability, SE: &se}
	var of []int
	var y, e []float64
	for i, r := range a.Rows {
		m := r.Areas[a.By]
		if m.Value == nil || m.N < 1 {
			continue
		}
		own := se / math.Sqrt(float64(m.N))
		half := stat.Z(0.975) * own
		m.Interval = &Interval{Low: max(0, *m.Value-half), High: min(100, *m.Value+half), Method: fromReliability}
		r.Areas[a.By] = m
		of, y, e = append(of, i), append(y, *m.Value), append(e, own)
	}
	placed, _ := stat.Ranks(y, e, topShare)
	a.odds(of, placed)
	return nil
}

// placeRates takes each agency's pass rate towards that of all by how much rates
// differ between agencies (a beta distribution, see [stat.FitPasses]).
func (a *Agencies) placeRates() {
	var of []int
	var tallies []stat.Tally
	for i, r := range a.Rows {
		if r.PassRate.Of > 0 {
			of, tallies = append(of, i), append(tallies, stat.Tally{K: int(r.PassRate.Hits), N: int(r.PassRate.Of)})
		}
	}
	all := stat.FitPasses(tallies)
	if all.Rho == 0 { // nothing tells agencies apart beyond chance
		return
	}
	known := make([]stat.Shrunk, len(tallies))
	for i, t := range tallies {
		known[i] = all.Rate(t)
	}
	a.Uncertainty = Uncertainty{Source: fromCounts}
	a.odds(of, stat.Stand(known, topShare))
}

// odds gives rows where they stand; a list too short has no top.
func (a *Agencies) odds(of []int, placed []stat.Placed) {
	a.Uncertainty.Known = int64(len(of))
	if len(of) < fewestRanked {
		return
	}
	for i, p := range placed {
		a.Rows[of[i]].Odds = oddsOf(p)
	}
}

// sort puts the agencies in order of what is shown of them, those of which it is
// not shown last: an order would tell. Equal ones stand by name.
func (a *Agencies) sort(order string) {
	slices.SortStableFunc(a.Rows, func(x, y AgencyRow) int {
		p, q := x.value(a.By), y.value(a.By)
		switch {
		case p == nil && q == nil:
			return 0
		case p == nil:
			return 1
		case q == nil:
			return -1
		case order == "asc":
			return cmp.Compare(*p, *q)
		}
		return cmp.Compare(*q, *p)
	})
}

// value is what an agency is sorted by, nil where it is not known or not shown.
func (r *AgencyRow) value(by string) *float64 {
	switch by {
	case "nominees":
		if !r.Nominees.Known() {
			return nil
		}
		n := float64(r.Nominees)
		return &n
	case "pass_rate":
		return r.PassRate.Share
	}
	return r.Areas[by].Value
}

// heatColumns are means side by side, as SQL has them.
type heatColumns struct {
	Agency string   `col:"agency_id"`
	Name   string   `col:"name"`
	Kind   string   `col:"kind"`
	Scored int64    `col:"scored"`
	NTotal int64    `col:"n_total"`
	Total  *float64 `col:"total"`
	NB     int64    `col:"n_b"`
	B      *float64 `col:"b"`
	NMP    int64    `col:"n_mp"`
	MP     *float64 `col:"mp"`
	NTT    int64    `col:"n_tt"`
	TT     *float64 `col:"tt"`
	NSDM   int64    `col:"n_sdm"`
	SDM    *float64 `col:"sdm"`
	NAK    int64    `col:"n_ak"`
	AK     *float64 `col:"ak"`
	NPW    int64    `col:"n_pw"`
	PW     *float64 `col:"pw"`
	NPP    int64    `col:"n_pp"`
	PP     *float64 `col:"pp"`
}

// heat is the mean attainment of each area by the units of each agency that the
// filter leaves any of; may says which agencies' numbers are shown.
func (db *DB) heat(ctx context.Context, f Filter, may *shown) ([]HeatRow, error) {
	rows, err := collect[heatColumns](ctx, db, "agency_areas", f.params())
	if err != nil {
		return nil, err
	}
	out := make([]HeatRow, 0, len(rows))
	for _, r := range rows {
		h := HeatRow{ID: r.Agency, Name: r.Name, Kind: r.Kind, Scored: may.count(f.Cycle, r.Agency, r.Scored), Areas: map[string]Mean{}}
		for area, m := range map[string]struct {
			n int64
			v *float64
		}{
			"total": {r.NTotal, r.Total}, "B": {r.NB, r.B},
			"MP": {r.NMP, r.MP}, "TT": {r.NTT, r.TT}, "SDM": {r.NSDM, r.SDM}, "AK": {r.NAK, r.AK}, "PW": {r.NPW, r.PW}, "PP": {r.NPP, r.PP},
		} {
			h.Areas[area] = may.mean(f.Cycle, r.Agency, m.n, m.v)
		}
		out = append(out, h)
	}
	return out, nil
}

// mean is a group's mean over n units, as far as it may be shown.
func (s *shown) mean(cycle int, row string, n int64, v *float64) Mean {
	if !s.ok(cycle, row) || !s.rest(cycle, row, n) {
		return Mean{N: Withheld}
	}
	return Mean{N: Count(n), Value: v}
}
