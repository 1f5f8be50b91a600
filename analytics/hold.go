package analytics

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tolok/data"
)

// Smallest is the fewest units that a number is shown over to a reader who may
// not see them all by name.
const Smallest = 5

// A reader is shown a number over units when the group has at least [Smallest]
// of them, and at least fewest that the reader may not see by name: with fewer,
// what the reader knows of its own would tell of the others. A group of the
// reader's own units alone is always shown.
const fewest = 4

// Populations that numbers are counted over.
const (
	scored    = "scored"
	nominated = "nominated"
)

// group is one group of units: what the filter leaves of one cycle, or a row of
// a list of it.
type group struct {
	cycle int
	row   string
}

// shown says which groups of a population a reader may be shown.
type shown struct {
	*groups
	all     bool
	unknown func(cycle int) bool // nothing is known of the population in the cycle
	few     bool                 // a group was withheld for being small
	early   bool                 // a group was withheld for its cycle not being released
}

// groups are those of one list, or the one of a total.
type groups struct {
	withheld map[group]bool
	mixed    map[group]bool // there are units in it that the reader may not see by name
}

// cellRow counts one group; see query/cells.sql.
type cellRow struct {
	Cycle  int    `col:"cycle"`
	Part   string `col:"part"`
	Row    string `col:"row"`
	N      int64  `col:"n"`
	Hidden int64  `col:"hidden"`
}

// small reports whether the group alone must be withheld.
func (r cellRow) small() bool { return r.Hidden > 0 && (r.N < Smallest || r.Hidden < fewest) }

// show finds the groups of a filter that may be shown; row names what a list
// goes by, "" for the filter's own total. Each restriction of the filter in
// turn is lifted: a group is shown only if the groups beside it, and their sum,
// do not tell of a small one.
func (db *DB) show(ctx context.Context, of string, f Filter, row string) (*shown, error) {
	if db.scope.reach() == everything {
		return &shown{all: true}, nil
	}
	groups, err := db.groups(ctx, of, f, row)
	if err != nil {
		return nil, err
	}
	return &shown{groups: groups, unknown: func(cycle int) bool {
		return (of == nominated || f.Layer == data.TPN) && !db.scope.decided(cycle)
	}}, nil
}

// groups are what show rests on, in all cycles. A page asks for the same ones
// again and again, and a snapshot does not change: those asked for lately are
// kept.
func (db *DB) groups(ctx context.Context, of string, f Filter, row string) (*groups, error) {
	f = Filter{Layer: f.Layer, Kind: f.Kind, Agency: f.Agency, UnitType: f.UnitType, Province: f.Province, Target: f.Target, Issuer: f.Issuer}
	key := fmt.Sprintf("%s %s %s %#v", db.scope.Key(), of, row, f)
	if out, ok := db.counted.get(key); ok {
		return out, nil
	}
	out := &groups{withheld: map[group]bool{}, mixed: map[group]bool{}}
	parts := []struct{ name, value string }{
		{"", ""}, {"kind", f.Kind}, {"agency", f.Agency}, {"unit_type", f.UnitType}, {"province", f.Province}, {"nomination", f.Target + f.Issuer},
	}
	for _, p := range parts {
		if p.name != "" && (p.value == "" || p.name == row) {
			continue
		}
		params := f.params()
		params["of"], params["part"], params["row"] = of, p.name, row
		rows, err := collect[cellRow](ctx, db, "cells", params)
		if err != nil {
			return nil, err
		}
		out.divide(rows, p.name, p.value)
	}
	db.counted.put(key, out)
	return out, nil
}

// held says what of one filter's numbers may be shown.
type held struct{ scored, nominated *shown }

func (db *DB) held(ctx context.Context, f Filter, row string) (held, error) {
	s, err := db.show(ctx, scored, f, row)
	if err != nil {
		return held{}, err
	}
	n, err := db.show(ctx, nominated, f, row)
	return held{s, n}, err
}

// join remembers why rows of a list were withheld, beside why the whole was.
func (h held) join(rows held) {
	for _, p := range []struct{ whole, row *shown }{{h.scored, rows.scored}, {h.nominated, rows.nominated}} {
		p.whole.few, p.whole.early = p.whole.few || p.row.few, p.whole.early || p.row.early
	}
}

// divide withholds what one way to divide the units does not allow. Without a
// part the groups are the rows of the list; with one they are, for every row,
// the groups beside the chosen one.
func (s *groups) divide(rows []cellRow, part, chosen string) {
	if part == "nomination" {
		chosen = "chosen"
	}
	wholes := map[group][]cellRow{}
	for _, r := range rows {
		whole := group{cycle: r.Cycle}
		if part != "" {
			whole.row = r.Row
		}
		wholes[whole] = append(wholes[whole], r)
	}
	for _, groups := range wholes {
		for i, held := range withhold(groups) {
			r := groups[i]
			at := group{r.Cycle, r.Row}
			if held && (part == "" || r.Part == chosen) {
				s.withheld[at] = true
			}
			if part == "" && r.Hidden > 0 {
				s.mixed[at] = true
			}
		}
	}
}

// withhold says which groups that make up a whole are not shown: the small
// ones, and, so that the whole less the rest tells nothing, the smallest of the
// others until those not shown are two and together not small.
func withhold(groups []cellRow) []bool {
	out := make([]bool, len(groups))
	held, sum := 0, cellRow{}
	hold := func(i int) {
		out[i] = true
		held++
		sum.N += groups[i].N
		sum.Hidden += groups[i].Hidden
	}
	order := make([]int, len(groups))
	for i := range groups {
		order[i] = i
		if groups[i].small() {
			hold(i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(groups[a].N, groups[b].N) })
	for _, i := range order {
		if held > 0 && (held == 1 || sum.small()) && !out[i] && groups[i].Hidden > 0 {
			hold(i)
		}
	}
	return out
}

// ok reports whether numbers of a group are shown, and remembers why not.
func (s *shown) ok(cycle int, row string) bool {
	switch {
	case s.all:
		return true
	case s.unknown(cycle):
		s.early = true
		return false
	case s.withheld[group{cycle, row}]:
		s.few = true
		return false
	}
	return true
}

// rest reports whether a number over part of a shown group may be shown: over
// its n units for which there is a value, or a decision.
func (s *shown) rest(cycle int, row string, n int64) bool {
	if s.all || n == 0 || n >= Smallest || !s.mixed[group{cycle, row}] {
		return true
	}
	s.few = true
	return false
}

// rate is a group's rate, as far as it may be shown.
func (s *shown) rate(cycle int, row string, hits, of int64) Rate {
	if !s.ok(cycle, row) || !s.rest(cycle, row, of) {
		return Rate{Hits: Withheld, Of: Withheld}
	}
	return rate(hits, of)
}

// count is a group's count, as far as it may be shown.
func (s *shown) count(cycle int, row string, n int64) Count {
	if !s.ok(cycle, row) {
		return Withheld
	}
	return Count(n)
}

// spread is a group's distribution, as far as it may be shown.
func (s *shown) spread(cycle int, r spreadRow) Spread {
	if !s.ok(cycle, "") || !s.rest(cycle, "", int64(r.N)) {
		return Spread{N: Withheld}
	}
	return r.spread()
}

// median is a group's median over n units, as far as it may be shown.
func (s *shown) median(cycle int, row string, n int64, v *float64) *float64 {
	if !s.ok(cycle, row) || !s.rest(cycle, row, n) {
		return nil
	}
	return v
}

// noteShown says what was withheld, and what the numbers are about.
func (m *Meta) noteShown(list ...*shown) {
	for _, s := range list {
		if s == nil {
			continue
		}
		if s.early {
			m.note("not-released")
		}
		if s.few {
			m.note("few-withheld")
		}
	}
}
