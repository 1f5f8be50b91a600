package analytics

import (
	"context"
	"fmt"
	"math"
	"slices"

	"tolok/analytics/stat"
	"tolok/data"
	"tolok/data/rule"
)

// Sources of the uncertainty of a value.
const (
	fromReliability = "reliability" // how far one score lies from the level, see [DB.Reliability]
	fromRespondents = "respondents" // of a survey, with its standard deviation and population
	fromCounts      = "beta"        // of a pass rate: nominees, and how pass rates differ between agencies
)

// Odds say where a value truly stands among those it is listed with, as far as
// its uncertainty tells; see [stat.Ranks].
type Odds struct {
	Tier  string             `json:"tier"`                // sure, likely, possible, unlikely: how probable the top is
	Top   float64            `json:"top10"`               // probability to be truly in the top 10 %
	Same  int64              `json:"not_distinguishable"` // from how many others it cannot be told apart
	Above map[string]float64 `json:"above,omitempty"`     // probability of truly reaching the minimum, by target
}

// topShare is the part of a list that is called its top.
const topShare = 0.1

// fewestRanked is below how many a list has no top.
const fewestRanked = 10

// oddsTier says in a word how probable it is to be in the top.
func oddsTier(p float64) string {
	switch {
	case p >= 0.9:
		return "sure"
	case p >= 0.5:
		return "likely"
	case p >= 0.1:
		return "possible"
	}
	return "unlikely"
}

func oddsOf(p stat.Placed) *Odds {
	return &Odds{Tier: oddsTier(p.Top), Top: p.Top, Same: int64(p.Same)}
}

// spanOf is the scale of what a ranking sorts by: the width of a bar of its
// distribution, and where it ends.
func spanOf(by string) (width, high float64) {
	switch by {
	case "A", "B":
		return 2, 60
	case "IPAK", "IPKP":
		return 0.1, 4
	}
	return 2.5, 100
}

// fine is into how many classes a bar of the distribution is divided for the
// ranks: values in one are ranked as alike, within a quarter of a point of 100.
const fine = 10

// sorts is how finely standard errors of surveys are told apart: in steps of a
// quarter of their logarithm, an eighth of the error up or down.
const sorts = 4

// ranks is what is known of a ranked group: its distribution, and for every
// class of values where they stand.
type ranks struct {
	bins    []Bin
	source  string // of the uncertainty, or empty
	common  stat.Common
	se      float64 // of every value; 0 where each has its own
	known   int64   // values whose uncertainty is known
	places  map[[2]int64]stat.Placed
	minima  map[string]data.Score
	width   float64
	highest float64
}

type binRow struct {
	Bin  int64 `col:"bin"`
	Fine int64 `col:"fine"`
	Sort int64 `col:"sort"` // class of the standard error, where each value has its own
	N    int64 `col:"n"`
}

// unknownError is the class of values whose standard error is not known, as the
// query has it.
const unknownError = math.MinInt32

// ranks reads what is known of the group that a ranking's filter leaves. It is
// kept: each page of a list needs the whole of it.
func (db *DB) ranks(ctx context.Context, f Filter) (*ranks, error) {
	f = Filter{Cycle: f.Cycle, Layer: f.Layer, Kind: f.Kind, Agency: f.Agency, UnitType: f.UnitType, Province: f.Province, Target: f.Target, Issuer: f.Issuer, By: f.By}
	key := fmt.Sprintf("%s %#v", db.scope.Key(), f)
	if r, ok := db.ranked.get(key); ok {
		return r, nil
	}
	r := &ranks{bins: []Bin{}, places: map[[2]int64]stat.Placed{}, minima: Minima(f.Cycle, f.By)}
	r.width, r.highest = spanOf(f.By)
	params := db.rankParams(f)
	params["width"], params["bins"], params["fine"] = r.width, int64(r.highest/r.width+0.5), r.width/fine
	params["sorts"] = sorts
	rows, err := collect[binRow](ctx, db, "ranking_bins", params)
	if err != nil {
		return nil, err
	}
	if err := r.measure(ctx, db, f); err != nil {
		return nil, err
	}
	r.fill(rows)
	r.place(rows)
	db.ranked.put(key, r)
	return r, nil
}

// rankParams are those of a filter, and which regulations share the LKE form of
// most of the worksheets: totals of other forms are not ranked with them.
func (db *DB) rankParams(f Filter) map[string]any {
	out := f.params()
	_, out["forms"], _ = db.forms(f)
	return out
}

// fill counts the values in steps that suit their scale, from the first filled
// step to the last.
func (r *ranks) fill(rows []binRow) {
	if len(rows) == 0 {
		return
	}
	first, last := rows[0].Bin, rows[len(rows)-1].Bin // in order
	r.bins = make([]Bin, last-first+1)
	for i := range r.bins {
		from := float64(first+int64(i)) * r.width
		r.bins[i] = Bin{From: from, To: from + r.width}
	}
	for _, row := range rows {
		r.bins[row.Bin-first].Count += row.N
	}
}

// measure finds how far one value lies from what is measured.
func (r *ranks) measure(ctx context.Context, db *DB, f Filter) error {
	if f.By == "IPAK" || f.By == "IPKP" {
		r.source = fromRespondents
		return nil
	}
	all, err := db.Reliability(ctx, f.Cycle, f.Layer)
	if err != nil {
		return err
	}
	if se := all[f.By].SE; se != nil && *se > 0 {
		r.source, r.se = fromReliability, *se*weightOf(f.Cycle, f.By)/100
	}
	return nil
}

// weightOf is what a component can earn; of an area, which is ranked by percent
// of its weight, and of the total it is 100.
func weightOf(cycle int, by string) float64 {
	if set, ok := rule.ForCycle(cycle); ok && (by == "A" || by == "B") {
		for _, n := range set.Nodes {
			if n.Code == by {
				return n.Weight.Float()
			}
		}
	}
	return 100
}

// place ranks the classes of values. Those whose standard error is not known
// have no odds; where they are many, the others have none either, for they would
// be ranked in another list than the one that is shown.
func (r *ranks) place(rows []binRow) {
	if r.source == "" {
		return
	}
	var keys [][2]int64
	var alike []stat.Alike
	all := int64(0)
	for _, row := range rows {
		all += row.N
		if r.se == 0 && row.Sort == unknownError {
			continue
		}
		r.known += row.N
		a := stat.Alike{Y: (float64(row.Fine) + 0.5) * r.width / fine, SE: r.se, N: int(row.N)}
		if r.se == 0 {
			a.SE = math.Exp(float64(row.Sort) / sorts)
		}
		keys, alike = append(keys, [2]int64{row.Fine, row.Sort}), append(alike, a)
	}
	if r.known < fewestRanked || float64(r.known) < 0.95*float64(all) {
		return
	}
	placed, common := stat.RanksOfAlike(alike, topShare)
	r.common = common
	for i, p := range placed {
		r.places[keys[i]] = p
	}
}

// uncertainty says where the group's intervals come from.
func (r *ranks) uncertainty() Uncertainty {
	u := Uncertainty{Source: r.source, Known: r.known}
	if r.se > 0 {
		u.SE = &r.se
	}
	if r.known == 0 {
		u.Source = ""
	}
	return u
}

// at is the interval of a value and where it stands; nil where its uncertainty
// is not known. own is its own standard error, where each value has one.
func (r *ranks) at(value *data.Score, own *float64) (*Interval, *Odds) {
	if value == nil || r.source == "" || r.se == 0 && own == nil {
		return nil, nil
	}
	y, se, class := value.Float(), r.se, int64(0)
	if own != nil {
		se, class = *own, int64(math.Round(sorts*math.Log(*own)))
	}
	half := stat.Z(0.975) * se
	i := &Interval{Low: max(0, y-half), High: min(r.highest, y+half), Method: r.source}
	p, ok := r.places[[2]int64{int64(math.Floor(y / (r.width / fine))), class}]
	if !ok {
		return i, nil
	}
	o := oddsOf(p)
	if len(r.minima) > 0 {
		p.Shrunk = stat.Common{Mean: r.common.Mean, SD: r.common.SD}.Shrink(y, se*se)
		o.Above = map[string]float64{}
		for target, low := range r.minima {
			o.Above[target] = p.Above(low.Float())
		}
	}
	return i, o
}

// Minima are the thresholds of what a ranking sorts by, by target, from the rule
// set of its cycle.
func Minima(cycle int, by string) map[string]data.Score {
	out := map[string]data.Score{}
	set, ok := rule.ForCycle(cycle)
	if !ok {
		return out
	}
	code := by
	if slices.Contains(data.Areas, by) {
		code = "A.area"
	}
	for _, c := range set.Criteria {
		for _, target := range data.Targets {
			if low := c.Minimum(target); low != nil && c.Code == code {
				out[target] = *low
			}
		}
	}
	return out
}
