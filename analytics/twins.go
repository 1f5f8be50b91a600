package analytics

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tolok/analytics/peer"
	"tolok/data"
	"tolok/data/rule"
)

// TwinsQuery asks which units looked like one before they passed. It takes no
// other filter: two groups of twins that differ by a filter would tell of a
// single unit.
type TwinsQuery struct {
	Unit   string `json:"unit,omitempty" param:"unit"`
	Target string `json:"target,omitempty" param:"target"` // "": the next predicate
}

const (
	// twinsK is how many trajectories a number is taken over: fewer predict a
	// unit's profile badly, more hardly better.
	twinsK = 20
	// twinsFloor is the least share of the areas that must be known of both.
	twinsFloor = 2. / 3
)

// Whom the trajectories are chosen among, the narrowest first.
var twinsAmong = []string{"type", "kind", "all"}

// Twins are the units that looked like one before they passed, and how they
// went on.
type Twins struct {
	Meta       Meta       `json:"meta"`
	Unit       UnitInfo   `json:"unit"`
	Target     string     `json:"target"`
	Source     string     `json:"source"` // of the unit's profile: tpn, tpi, self; "" where it has none
	Cycle      int        `json:"cycle"`  // of the profile
	Regulation string     `json:"regulation"`
	Among      string     `json:"among"` // type, kind, all; "" where the twins are too few to be shown
	K          int        `json:"k"`
	N          Count      `json:"n"`
	Years      TwinSpread `json:"years"`    // from the reading that looked like the unit to the predicate
	Tries      TwinSpread `json:"tries"`    // nominations for it in that time, the one that passed included
	Distance   *float64   `json:"distance"` // to the last twin
	Areas      []TwinArea `json:"areas"`
	Unmoved    Count      `json:"unmoved"` // twins of whom no area rose at first
	Rows       []TwinRow  `json:"rows"`    // that the reader may see by name, nearest first, where the twins are shown
}

// TwinSpread is a number over the twins of whom it is known.
type TwinSpread struct {
	N      Count    `json:"n"`
	Median *float64 `json:"median"`
	P90    *float64 `json:"p90"` // nine in ten had no more
}

// TwinArea is one area: where the unit stands and how twins went on, in percent
// of the area's weight.
type TwinArea struct {
	Area  string     `json:"area"`
	Own   *float64   `json:"own"`   // as scored, newest
	Then  *float64   `json:"then"`  // median of the twins when they looked like the unit
	End   *float64   `json:"end"`   // median when they passed
	Gain  TwinSpread `json:"gain"`  // in a year
	First Count      `json:"first"` // twins of whom it rose most from that reading to the next
}

// TwinRow is one twin.
type TwinRow struct {
	UnitID   string              `json:"unit_id"`
	Name     string              `json:"name"`
	Agency   string              `json:"agency"`
	UnitType string              `json:"unit_type"`
	Province string              `json:"province"`
	From     int                 `json:"from"`   // cycle in which it looked like the unit
	Passed   int                 `json:"passed"` // cycle of the predicate
	Tries    *int64              `json:"tries"`
	First    string              `json:"first"`    // area that rose most at first, or ""
	Distance *float64            `json:"distance"` // nil where the twins are too few to be shown
	Gains    map[string]*float64 `json:"gains"`    // in a year, by area
}

type twinReading struct {
	UnitID   string `col:"unit_id"`
	AgencyID string `col:"agency_id"`
	Kind     string `col:"kind"`
	UnitType string `col:"unit_type"`
	Cycle    int    `col:"cycle"`
	Passed   int    `col:"passed"`
	Hidden   bool   `col:"hidden"`
	Tries    int64  `col:"tries"`
	areaColumns
}

// Twins answers: how did units that once looked like this one come to pass?
func (db *DB) Twins(ctx context.Context, q TwinsQuery) (*Twins, error) {
	if q.Unit == "" {
		return nil, fmt.Errorf("%w: whose twins? Give its id as unit", ErrBadRequest)
	}
	f, err := db.settle(ctx, Filter{Unit: q.Unit, Target: q.Target})
	if err != nil {
		return nil, err
	}
	now, of, err := db.ownUnit(ctx, q.Unit)
	if err != nil {
		return nil, err
	}
	f.Layer, f.Target = data.TPN, ""
	t := &Twins{
		Meta: db.meta("twins", f), Unit: now.units[of].info(), Target: q.Target, K: twinsK, N: Withheld, Unmoved: Withheld,
		Years: TwinSpread{N: Withheld}, Tries: TwinSpread{N: Withheld}, Areas: []TwinArea{}, Rows: []TwinRow{},
	}
	t.Meta.note("twins-scores")
	f.Agency = t.Unit.Agency.ID
	if t.Target == "" {
		if t.Target, err = db.nextPredicate(ctx, f); err != nil {
			return nil, err
		}
	}
	f.Target = t.Target
	t.Meta.Filter.Target = t.Target
	own, err := t.readProfile(ctx, db, f)
	if err != nil || t.Source == "" {
		return t, err
	}
	return t, t.readTwins(ctx, db, f, now, own)
}

// readProfile is the unit's newest profile: TPN's, else its inspectorate's, else
// its own, both less the agency's usual gap. It is on the form of today's rules,
// where the unit was scored on it.
func (t *Twins) readProfile(ctx context.Context, db *DB, f Filter) ([]float64, error) {
	all, err := collect[ownShare](ctx, db, "level_own", f.params())
	if err != nil || len(all) == 0 {
		t.Meta.note("twins-no-profile")
		return nil, err
	}
	t.Regulation = all[0].Regulation
	if set, ok := rule.ForCycle(f.Cycle); ok && slices.ContainsFunc(all, func(s ownShare) bool { return form(s.Regulation) == form(set.ID) }) {
		t.Regulation = set.ID
	}
	all = slices.DeleteFunc(all, func(s ownShare) bool { return form(s.Regulation) != form(t.Regulation) })
	for _, layer := range []string{data.TPN, data.TPI, data.Self} {
		if i := slices.IndexFunc(all, func(s ownShare) bool { return s.Layer == layer }); i >= 0 {
			t.Source, t.Cycle, t.Regulation = layer, all[i].Cycle, all[i].Regulation
			break
		}
	}
	t.Meta.note("twins-form", "form", form(t.Regulation))
	all = slices.DeleteFunc(all, func(s ownShare) bool { return s.Layer != t.Source || s.Cycle != t.Cycle })
	out := make([]float64, len(data.Areas))
	known := true
	for j, area := range data.Areas {
		out[j] = math.NaN()
		a := TwinArea{Area: area, Gain: TwinSpread{N: Withheld}, First: Withheld}
		if i := slices.IndexFunc(all, func(s ownShare) bool { return s.Area == area }); i >= 0 {
			a.Own = &all[i].Share
			l, err := db.readLevels(ctx, area, f.Cycle)
			if err != nil {
				return nil, err
			}
			o, err := db.ownLevel(ctx, l, f, area, all)
			if err != nil {
				return nil, err
			}
			out[j] = all[i].Share
			switch {
			case t.Source == LevelTPN:
				out[j] -= l.shift(t.Cycle)
			case o.Gap != nil:
				out[j] -= *o.Gap
			default:
				known = false
			}
		}
		t.Areas = append(t.Areas, a)
	}
	if known {
		t.Meta.note("level-" + t.Source)
	} else {
		t.Meta.note("twins-uncorrected")
	}
	return out, nil
}

// readTwins finds the twins and sums up how they went on.
func (t *Twins) readTwins(ctx context.Context, db *DB, f Filter, now *register, own []float64) error {
	params := f.params()
	params["forms"] = sameForm(t.Regulation)
	rows, err := collect[twinReading](ctx, db, "twins", params)
	if err != nil {
		return err
	}
	var all []peer.Trajectory
	var of [][]twinReading
	for i := 0; i < len(rows); {
		next := i + 1
		for next < len(rows) && rows[next].UnitID == rows[i].UnitID {
			next++
		}
		mine := rows[i:next]
		i = next
		if len(mine) < 2 || mine[len(mine)-1].Cycle != mine[0].Passed {
			continue
		}
		one := peer.Trajectory{ID: mine[0].UnitID}
		for _, r := range mine {
			reading, err := db.twinReading(ctx, &r, f.Cycle)
			if err != nil {
				return err
			}
			one.Readings = append(one.Readings, reading)
		}
		all, of = append(all, one), append(of, mine)
	}
	twins, step, err := peer.Twins(own, all, t.K, twinsFloor,
		func(at int) bool { return of[at][0].UnitType == t.Unit.UnitType },
		func(at int) bool { return of[at][0].Kind == t.Unit.Kind },
		func(int) bool { return true })
	if err != nil {
		return err
	}
	t.sum(db.scope, twins, all, of, step)
	for _, w := range twins {
		t.name(db.scope, now, w, &all[w.At], of[w.At])
	}
	if db.scope.reach() != everything {
		t.Meta.note("twins-names")
	}
	if !t.N.Known() { // how near, and so the order, tells of those that are not named
		for i := range t.Rows {
			t.Rows[i].Distance = nil
		}
		slices.SortFunc(t.Rows, func(a, b TwinRow) int { return cmp.Compare(a.UnitID, b.UnitID) })
	}
	return nil
}

// twinReading makes a row comparable: the profile is less what TPN gave that
// year above the average year.
func (db *DB) twinReading(ctx context.Context, r *twinReading, now int) (peer.Reading, error) {
	out := peer.Reading{Year: r.Cycle}
	areas := r.byArea()
	for _, area := range data.Areas {
		v := math.NaN()
		if areas[area] != nil {
			v = areas[area].Float()
		}
		l, err := db.readLevels(ctx, area, now)
		if err != nil {
			return out, err
		}
		out.Scores, out.Profile = append(out.Scores, v), append(out.Profile, v-l.shift(r.Cycle))
	}
	return out, nil
}

// sameForm lists the regulations whose worksheet is one's, with commas around
// each, as queries have them.
func sameForm(regulation string) string {
	out := ","
	for _, s := range rule.All() {
		if form(s.ID) == form(regulation) {
			out += s.ID + ","
		}
	}
	return out
}

// sum puts the twins' numbers together, as far as the reader may be shown them.
func (t *Twins) sum(s Scope, twins []peer.Twin, all []peer.Trajectory, of [][]twinReading, step int) {
	hidden := func(w peer.Twin) bool { return of[w.At][0].Hidden }
	group := newTwinGroup(s, twins, hidden)
	if !group.shown() {
		t.Meta.note("few-withheld")
		return
	}
	t.N, t.Unmoved, t.Among = Count(len(twins)), 0, twinsAmong[step]
	t.Meta.N = t.N
	if len(twins) == 0 {
		t.Meta.note("twins-none")
		return
	}
	t.Meta.note("twins-selected")
	if len(twins) < t.K {
		t.Meta.note("peers-few", "n", strconv.Itoa(len(twins)), "k", strconv.Itoa(t.K))
	}
	last := func(w peer.Twin) peer.Reading { r := all[w.At].Readings; return r[len(r)-1] }
	t.Distance = &twins[len(twins)-1].Distance
	t.Years = group.spread(func(w peer.Twin) float64 { return float64(last(w).Year - all[w.At].Readings[w.From].Year) })
	t.Tries = group.spread(func(w peer.Twin) float64 { return known(of[w.At][w.From].Tries) })
	for j := range t.Areas {
		a := &t.Areas[j]
		a.First = 0
		a.Then = group.spread(func(w peer.Twin) float64 { return all[w.At].Readings[w.From].Scores[j] }).Median
		a.End = group.spread(func(w peer.Twin) float64 { return last(w).Scores[j] }).Median
		a.Gain = group.spread(func(w peer.Twin) float64 { return all[w.At].Gain(w.From, j) })
	}
	for _, w := range twins {
		if first := all[w.At].First(w.From); first >= 0 {
			t.Areas[first].First++
		} else {
			t.Unmoved++
		}
	}
}

// known is a count of tries, of which 0 is not known.
func known(tries int64) float64 {
	if tries == 0 {
		return math.NaN()
	}
	return float64(tries)
}

// twinGroup is twins that a reader asks numbers of.
type twinGroup struct {
	twins  []peer.Twin
	hidden func(peer.Twin) bool
	all    bool
}

func newTwinGroup(s Scope, twins []peer.Twin, hidden func(peer.Twin) bool) twinGroup {
	return twinGroup{twins, hidden, s.reach() == everything}
}

// shown reports whether numbers over the group may be shown.
func (g twinGroup) shown() bool {
	row := cellRow{N: int64(len(g.twins))}
	for _, w := range g.twins {
		if g.hidden(w) {
			row.Hidden++
		}
	}
	return g.all || len(g.twins) > 0 && !row.small()
}

// spread is a number over those of whom it is known.
func (g twinGroup) spread(of func(peer.Twin) float64) TwinSpread {
	var values []float64
	part := twinGroup{hidden: g.hidden, all: g.all}
	for _, w := range g.twins {
		if v := of(w); !math.IsNaN(v) {
			values, part.twins = append(values, v), append(part.twins, w)
		}
	}
	if !part.shown() {
		return TwinSpread{N: Withheld}
	}
	out := TwinSpread{N: Count(len(values))}
	if len(values) > 0 {
		slices.Sort(values)
		median, p90 := peer.Quantile(values, .5), peer.Quantile(values, .9)
		out.Median, out.P90 = &median, &p90
	}
	return out
}

// name lists a twin that the reader sees all of.
func (t *Twins) name(s Scope, now *register, w peer.Twin, way *peer.Trajectory, readings []twinReading) {
	row, ok := now.table.Row(way.ID)
	if !ok || !s.owns(way.ID, now.units[row].AgencyID) {
		return
	}
	u := &now.units[row]
	out := TwinRow{
		UnitID: u.UnitID, Name: u.Name, Agency: u.Agency, UnitType: u.UnitType, Province: u.Province, From: readings[w.From].Cycle, Passed: readings[0].Passed,
		Tries: positive(readings[w.From].Tries), Distance: &w.Distance, Gains: map[string]*float64{},
	}
	for j, area := range data.Areas {
		out.Gains[area] = nil
		if g := way.Gain(w.From, j); !math.IsNaN(g) {
			out.Gains[area] = &g
		}
	}
	if first := way.First(w.From); first >= 0 {
		out.First = data.Areas[first]
	}
	t.Rows = append(t.Rows, out)
}

// Grid lists the areas, the way as a whole, and the twins that may be named.
func (t *Twins) Grid() Grid {
	g := Grid{Columns: []string{"section", "area", "own", "then", "end", "first", "n", "median", "p90", "unit_id", "name", "agency", "from", "passed", "tries", "distance"}}
	for _, a := range t.Areas {
		g.add("area", a.Area, a.Own, a.Then, a.End, a.First, a.Gain.N, a.Gain.Median, a.Gain.P90, "", "", "", "", "", "", "")
	}
	for _, s := range []struct {
		name string
		TwinSpread
	}{{"years", t.Years}, {"tries", t.Tries}} {
		g.add(s.name, "", "", "", "", "", s.N, s.Median, s.P90, "", "", "", "", "", "", "")
	}
	for _, r := range t.Rows {
		var gains []string
		for _, area := range data.Areas {
			if v := r.Gains[area]; v != nil {
				gains = append(gains, area+" "+strconv.FormatFloat(*v, 'f', 2, 64))
			}
		}
		g.add("twin", r.First, "", "", strings.Join(gains, "; "), "", "", "", "", r.UnitID, r.Name, r.Agency, r.From, r.Passed, r.Tries, r.Distance)
	}
	return g
}
