package analytics

import (
	"context"
	"fmt"
	"math"
	"slices"

	"tolok/analytics/peer"
	"tolok/analytics/stat"
	"tolok/data"
)

// Where a unit's own level comes from.
const (
	LevelTPN     = "tpn"     // TPN scored it, and that is released
	LevelTPI     = "tpi"     // its inspectorate, less the agency's usual gap
	LevelSelf    = "self"    // itself, less the agency's usual gap
	LevelTypical = "typical" // nothing that can be compared is known: that of a nominee
)

// levels says what TPN's scores tell of a unit's true level in one area today,
// in percent of the area's weight, on the scale of the average year. A score is
// taken as the unit's average over all areas and what the area has beyond it:
// units differ more in the one than in the other, and it is read more exactly.
type levels struct {
	whole, part *series
	known       bool // what a reading errs is estimated from this programme
}

// series is what all readings of one number have in common: how much true
// values differ, how much one reading errs, and how fast true values move.
type series struct {
	now     int
	error   float64 // variance of one reading
	drift   float64 // variance by which a true value moves in a cycle
	between float64 // variance of true values among the nominees of one cycle and target
	mean    map[string]float64
	year    map[int]yearEffect
	known   bool
}

// yearEffect is what a cycle's TPN gave above the average year, and the
// variance of that.
type yearEffect struct{ shift, variance float64 }

type cellMoments struct {
	What   string `col:"what"`
	Cycle  int    `col:"cycle"`
	Target string `col:"target"`
	momentsRow
}

type lagMoments struct {
	What string `col:"what"`
	Lag  int    `col:"lag"`
	momentsRow
}

// maxLag is how many cycles apart two readings of a unit may lie to be held
// against each other.
const maxLag = 4

// readLevels fits the model of one area to what may be counted over the nation.
func (db *DB) readLevels(ctx context.Context, area string, now int) (*levels, error) {
	key := fmt.Sprint(db.scope.Key(), area, now)
	if l, ok := db.context.levels.get(key); ok {
		return l, nil
	}
	params := map[string]any{"area": area, "smallest": Smallest}
	cells, err := collect[cellMoments](ctx, db, "level_cells", params)
	if err != nil {
		return nil, err
	}
	lags, err := collect[lagMoments](ctx, db, "level_lags", params)
	if err != nil {
		return nil, err
	}
	fit := func(what string) *series {
		var of []cellMoments
		for _, c := range cells {
			if c.What == what {
				of = append(of, c)
			}
		}
		byLag := make([][]stat.Moments, maxLag+1)
		for _, l := range lags {
			if l.What == what {
				byLag[l.Lag] = append(byLag[l.Lag], l.moments())
			}
		}
		return newSeries(now, of, byLag)
	}
	l := &levels{whole: fit("whole"), part: fit("part")}
	l.known = l.whole.known && l.part.known
	db.context.levels.put(key, l)
	return l, nil
}

// of is what TPN's reading of a cycle, of the area and over all areas, tells of
// the area's true level now.
func (l *levels) of(share, whole float64, cycle int, target string) peer.Level {
	a, b := l.whole.of(whole, cycle, target), l.part.of(share-whole, cycle, target)
	return peer.Level{Mean: a.Mean + b.Mean, SE: math.Hypot(a.SE, b.SE)}
}

// typical is the level of a nominee for WBK of whom nothing else is known.
func (l *levels) typical() peer.Level {
	return peer.Level{Mean: l.whole.average(data.WBK) + l.part.average(data.WBK), SE: math.Sqrt(l.whole.between + l.part.between)}
}

// shift is what a cycle's TPN gave the area above the average year.
func (l *levels) shift(cycle int) float64 {
	return l.whole.year[cycle].shift + l.part.year[cycle].shift
}

// newSeries fits one number's model.
func newSeries(now int, cells []cellMoments, byLag [][]stat.Moments) *series {
	s := &series{now: now, mean: map[string]float64{}, year: map[int]yearEffect{}}
	var groups []stat.Moments
	var wbk stat.Moments
	for _, c := range cells {
		groups = append(groups, c.moments())
		if c.Target == data.WBK {
			wbk = wbk.Plus(c.moments())
		}
	}
	within, _ := stat.Within(groups)
	s.split(within, byLag)
	// A year's nominees for WBK are taken to be as good as another's: how they
	// were seen on average is how strict the year was. WBBM is seen by the same
	// team in the same year.
	for _, c := range cells {
		if m := c.moments(); c.Target == data.WBK {
			s.year[c.Cycle] = yearEffect{m.Mean() - wbk.Mean(), within / m.N}
		}
	}
	by := map[string]stat.Moments{}
	for _, c := range cells {
		m, shift := c.moments(), s.year[c.Cycle].shift
		by[c.Target] = by[c.Target].Plus(stat.Moments{N: m.N, Sum: m.Sum - m.N*shift})
	}
	for target, m := range by {
		s.mean[target] = m.Mean()
	}
	return s
}

// split divides what is seen to differ into true differences, one reading's
// error and drift. Readings of a unit that lie L cycles apart differ by
// 2 error + L drift (weighted least squares over L).
func (s *series) split(within float64, byLag [][]stat.Moments) {
	var w, wx, wy, wxx, wxy float64
	pairs, later := 0, 0
	for lag, groups := range byLag {
		v, df := stat.Within(groups)
		if df == 0 {
			continue
		}
		n, x := float64(df), float64(lag)
		w, wx, wy, wxx, wxy = w+n, wx+n*x, wy+n*v, wxx+n*x*x, wxy+n*x*v
		pairs += df
		if lag > 1 {
			later += df
		}
	}
	det := w*wxx - wx*wx
	switch {
	case pairs >= 2*stat.FewestPairs && later >= stat.FewestPairs && det > 0:
		s.known = true
		s.drift = min(max(0, (w*wxy-wx*wy)/det), wy/wx)
		s.error = max(0, (wy-s.drift*wx)/w) / 2
	case pairs >= stat.FewestPairs:
		s.known = true
		// From one cycle to the next alone the two cannot be told apart: what a
		// cycle changes is taken to be as much as one reading errs.
		s.error = wy / w / 3
		s.drift = s.error
	default:
		// Hardly anything was measured twice: half of what is seen to differ is
		// taken to be error, and a cycle changes a quarter of what is true.
		s.error, s.drift = within/2, within/8
	}
	s.between = max(within-s.error, within/10)
}

// of is what a reading of a cycle tells of the true value now.
func (s *series) of(value float64, cycle int, target string) peer.Level {
	year := s.year[cycle]
	kept := 1.0
	if s.between > 0 {
		kept = max(0, 1-s.drift*float64(max(0, s.now-cycle))/(2*s.between))
	}
	return peer.Shrink(peer.Level{Mean: value - year.shift, SE: math.Sqrt(s.error + year.variance)}, s.average(target), math.Sqrt(s.between), kept)
}

// average is the mean of those nominated for a target; of those for neither, as
// of WBK.
func (s *series) average(target string) float64 {
	if m, ok := s.mean[target]; ok {
		return m
	}
	return s.mean[data.WBK]
}

type ownShare struct {
	UnitID     string  `col:"unit_id"`
	Area       string  `col:"area"`
	Layer      string  `col:"layer"`
	Cycle      int     `col:"cycle"`
	Regulation string  `col:"regulation"`
	Share      float64 `col:"share"`
	Whole      float64 `col:"whole"`
	Target     string  `col:"target"`
}

type houseRow struct {
	AgencyID string `col:"agency_id"`
	Layer    string `col:"layer"`
	Cycle    int    `col:"cycle"`
	momentsRow
}

// fewestGaps is from how many worksheets scored twice on an agency's gap is
// taken as known.
const fewestGaps = 5

// OwnLevel is where a unit stands in an area, on the scale of TPN's average
// year.
type OwnLevel struct {
	Source string   `json:"source"` // tpn, tpi, self, typical
	Cycle  int      `json:"cycle,omitempty"`
	Share  *float64 `json:"share"` // as scored, percent of the weight; nil where typical
	Gap    *float64 `json:"gap"`   // what was taken off as the agency's usual gap
	Pairs  int      `json:"pairs"` // worksheets that the gap rests on
	Mean   float64  `json:"mean"`  // the level
	SE     float64  `json:"se"`
}

func (o *OwnLevel) level() peer.Level { return peer.Level{Mean: o.Mean, SE: o.SE} }

// house is what tells TPN's level in an area from other readings of an agency's
// units: its usual gaps, and how its units differ.
type house struct{ gaps, all []houseRow }

// houses are those of every agency, or of the filter's, by agency.
func (db *DB) houses(ctx context.Context, f Filter, area string) (map[string]house, error) {
	params := f.params()
	params["area"] = area
	gaps, err := collect[houseRow](ctx, db, "level_gaps", params)
	if err != nil {
		return nil, err
	}
	all, err := collect[houseRow](ctx, db, "level_house", params)
	if err != nil {
		return nil, err
	}
	out := map[string]house{}
	for _, r := range gaps {
		h := out[r.AgencyID]
		h.gaps = append(h.gaps, r)
		out[r.AgencyID] = h
	}
	for _, r := range all {
		h := out[r.AgencyID]
		h.all = append(h.all, r)
		out[r.AgencyID] = h
	}
	return out, nil
}

// ownLevel says where a unit of the filter's agency stands in an area; own are
// its attainments, newest first.
func (db *DB) ownLevel(ctx context.Context, l *levels, f Filter, area string, own []ownShare) (*OwnLevel, error) {
	if slices.ContainsFunc(own, func(s ownShare) bool { return s.Area == area && s.Layer == data.TPN }) {
		return l.own(area, own, house{}), nil
	}
	houses, err := db.houses(ctx, f, area)
	return l.own(area, own, houses[f.Agency]), err
}

// own says where a unit stands in an area by its attainments, newest first.
func (l *levels) own(area string, own []ownShare, h house) *OwnLevel {
	newest := map[string]*ownShare{}
	for i, s := range own {
		if s.Area == area && newest[s.Layer] == nil {
			newest[s.Layer] = &own[i]
		}
	}
	if s := newest[data.TPN]; s != nil {
		v := l.of(s.Share, s.Whole, s.Cycle, s.Target)
		return &OwnLevel{Source: LevelTPN, Cycle: s.Cycle, Share: &s.Share, Mean: v.Mean, SE: v.SE}
	}
	for _, layer := range []string{data.TPI, data.Self} {
		if s := newest[layer]; s != nil {
			if out := l.corrected(s, ofLayer(h.gaps, layer), ofLayer(h.all, layer)); out != nil {
				return out
			}
		}
	}
	v := l.typical()
	return &OwnLevel{Source: LevelTypical, Mean: v.Mean, SE: v.SE}
}

func ofLayer(rows []houseRow, layer string) (out []houseRow) {
	for _, r := range rows {
		if r.Layer == layer {
			out = append(out, r)
		}
	}
	return out
}

// corrected takes the agency's usual gap off a score that is not TPN's, and what
// is left towards the agency's other units; nil where too few worksheets were
// scored twice.
func (l *levels) corrected(s *ownShare, gaps, house []houseRow) *OwnLevel {
	gap, all := stat.Moments{}, stat.Moments{}
	var groups, houses []stat.Moments
	for _, r := range gaps {
		m := r.moments()
		groups = append(groups, m)
		gap = gap.Plus(stat.Moments{N: m.N, Sum: m.Sum + m.N*l.shift(r.Cycle)})
	}
	for _, r := range house {
		houses = append(houses, r.moments())
		all = all.Plus(r.moments())
	}
	differ, df := stat.Within(groups)
	within, also := stat.Within(houses)
	if gap.N < fewestGaps || df == 0 || also == 0 {
		return nil
	}
	// Both readings' errors are in the differences; TPN's is not in this one.
	reading := max(differ-l.whole.error-l.part.error, differ/2)
	between := max(within-reading, within/10)
	mean := gap.Mean()
	age := float64(max(0, l.whole.now-s.Cycle))
	kept := max(0, 1-(l.whole.drift+l.part.drift)*age/(2*between))
	v := peer.Shrink(peer.Level{Mean: s.Share - mean, SE: math.Sqrt(reading)}, all.Mean()-mean, math.Sqrt(between), kept)
	return &OwnLevel{
		Source: s.Layer, Cycle: s.Cycle, Share: &s.Share, Gap: &mean, Pairs: int(gap.N), Mean: v.Mean, SE: math.Sqrt(v.SE*v.SE + differ/gap.N),
	}
}
