package analytics

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"tolok/analytics/stat"
	"tolok/data"
	"tolok/data/rule"
)

// Overview answers: how did the cycle go, for the nation or for what the
// filter leaves of it?
func (db *DB) Overview(ctx context.Context, f Filter) (*Overview, error) {
	f, err := db.settle(ctx, f)
	if err != nil {
		return nil, err
	}
	o := &Overview{Meta: db.meta("overview", f), Cycle: f.Cycle}
	for _, part := range []part{
		o.hold(db), o.readUnits(db), o.readSpread(db), o.readOutcomes(db), o.readFunnel(db), o.readAreas(db), o.readGroups(db), o.readHeat(db), o.readSeries(db),
	} {
		if err := part(ctx, f); err != nil {
			return nil, err
		}
	}
	o.Meta.N = o.Nominees
	o.addNotes(f)
	o.Meta.noteMixed(f)
	o.Meta.noteHeld(db.scope, f.Layer)
	o.Meta.noteShown(o.total.scored, o.total.nominated)
	return o, nil
}

type part = func(context.Context, Filter) error

// hold comes first: the other parts show what it allows.
func (o *Overview) hold(db *DB) part {
	return func(ctx context.Context, f Filter) error {
		var err error
		o.total, err = db.held(ctx, f, "")
		return err
	}
}

func (o *Overview) readUnits(db *DB) part {
	type row struct {
		Units    int64 `col:"units"`
		Agencies int64 `col:"agencies"`
	}
	return func(ctx context.Context, f Filter) error {
		r, err := one[row](ctx, db, "overview_units", f.params())
		o.Units, o.Agencies = r.Units, r.Agencies
		return err
	}
}

type spreadRow struct {
	N      Count    `col:"n"`
	P10    *float64 `col:"p10"`
	Q1     *float64 `col:"q1"`
	Median *float64 `col:"median"`
	Q3     *float64 `col:"q3"`
	P90    *float64 `col:"p90"`
}

func (r spreadRow) spread() Spread { return Spread(r) }

func (o *Overview) readSpread(db *DB) part {
	return func(ctx context.Context, f Filter) error {
		r, err := one[spreadRow](ctx, db, "overview_spread", f.params())
		o.Total, o.Scored = o.total.scored.spread(f.Cycle, r), o.total.scored.count(f.Cycle, "", int64(r.N))
		return err
	}
}

type outcomeRow struct {
	Target string `col:"target"`
	Issuer string `col:"issuer"`
	Result string `col:"result"`
	N      int64  `col:"n"`
}

type countRow struct {
	N int64 `col:"n"`
}

func (o *Overview) readOutcomes(db *DB) part {
	return func(ctx context.Context, f Filter) error {
		rows, err := collect[outcomeRow](ctx, db, "overview_outcomes", f.params())
		if err != nil {
			return err
		}
		by, err := db.show(ctx, nominated, f, "outcome")
		if err != nil {
			return err
		}
		o.Passed, o.PassRate = outcomes(rows, f.Cycle, o.total.nominated, by)
		n, err := one[countRow](ctx, db, "overview_nominees", f.params())
		o.Nominees = o.total.nominated.count(f.Cycle, "", n.N)
		return err
	}
}

// withholdStages takes back the counts of stages and criteria that may not be
// shown.
func (o *Overview) withholdStages(f Filter) {
	n := o.total.nominated
	for i := range o.Funnel {
		if !n.ok(f.Cycle, "") {
			o.Funnel[i] = StageCount{o.Funnel[i].Stage, Withheld, Withheld, Withheld}
		}
	}
	if !n.ok(f.Cycle, "") || !o.total.scored.ok(f.Cycle, "") {
		o.Blocking = []BlockCount{}
	}
	for i := range o.Blocking {
		b := &o.Blocking[i]
		if !n.rest(f.Cycle, "", int64(b.Of)) {
			b.Missed, b.Alone, b.Of = Withheld, Withheld, Withheld
		}
	}
	slices.SortStableFunc(o.Blocking, func(a, b BlockCount) int {
		return cmp.Or(slices.Index(data.Targets, a.Target)-slices.Index(data.Targets, b.Target), cmp.Compare(b.Missed, a.Missed), strings.Compare(a.Criterion, b.Criterion))
	})
}

// outcomes turns counts by result into rates: passes out of the nominees whose
// cycle is decided, as far as they may be shown.
func outcomes(rows []outcomeRow, cycle int, total, by *shown) ([]PredicateRate, Rate) {
	out := []PredicateRate{}
	var hits, of int64
	for _, r := range rows {
		i := slices.IndexFunc(out, func(p PredicateRate) bool { return p.Target == r.Target && p.Issuer == r.Issuer })
		if i < 0 {
			out = append(out, PredicateRate{Target: r.Target, Issuer: r.Issuer})
			i = len(out) - 1
		}
		if r.Result == "lulus" {
			out[i].Rate.Hits += Count(r.N)
			hits += r.N
		}
		if r.Result != "berjalan" {
			out[i].Rate.Of += Count(r.N)
			of += r.N
		}
	}
	for i, p := range out {
		out[i].Rate = by.rate(cycle, p.Target+" "+p.Issuer, int64(p.Rate.Hits), int64(p.Rate.Of))
	}
	total.few = total.few || by.few
	return out, total.rate(cycle, "", hits, of)
}

// rate is hits out of of, with Wilson's interval.
func rate(hits, of int64) Rate {
	r := Rate{Hits: Count(hits), Of: Count(of)}
	if of == 0 {
		return r
	}
	share := float64(hits) / float64(of)
	low, high := stat.Wilson(hits, of)
	r.Share, r.Interval = &share, &Interval{Low: low, High: high, Method: "wilson"}
	return r
}

func (o *Overview) readFunnel(db *DB) part {
	return func(ctx context.Context, f Filter) error {
		var err error
		if o.Holders, err = collect[HolderCount](ctx, db, "overview_holders", f.params()); err != nil {
			return err
		}
		if o.Funnel, err = collect[StageCount](ctx, db, "overview_funnel", f.params()); err != nil {
			return err
		}
		if o.Blocking, err = collect[BlockCount](ctx, db, "overview_blocking", f.params()); err != nil {
			return err
		}
		o.withholdStages(f)
		return nil
	}
}

type areaRow struct {
	Area string `col:"area"`
	spreadRow
	BelowWBK  int64    `col:"below_wbk"`
	MinWBK    *float64 `col:"min_wbk"`
	BelowWBBM int64    `col:"below_wbbm"`
	MinWBBM   *float64 `col:"min_wbbm"`
}

// areaStats orders the areas as the form does and counts who is below the
// minima, where the rules have any; s is what may be shown of the filter.
func (db *DB) areaStats(ctx context.Context, f Filter, s *shown) ([]AreaStat, error) {
	rows, err := collect[areaRow](ctx, db, "area_spread", f.params())
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b areaRow) int { return areaOrder(a.Area) - areaOrder(b.Area) })
	out := make([]AreaStat, 0, len(rows))
	for _, r := range rows {
		a := AreaStat{Area: r.Area, Attainment: s.spread(f.Cycle, r.spreadRow), MinWBK: r.MinWBK, MinWBBM: r.MinWBBM}
		if r.MinWBK != nil {
			b := s.rate(f.Cycle, "", r.BelowWBK, int64(r.N))
			a.BelowWBK = &b
		}
		if r.MinWBBM != nil {
			b := s.rate(f.Cycle, "", r.BelowWBBM, int64(r.N))
			a.BelowWBBM = &b
		}
		out = append(out, a)
	}
	return out, nil
}

// areaOrder is an area's place in the form; the result components come last.
func areaOrder(area string) int {
	if i := slices.Index(data.Areas, area); i >= 0 {
		return i
	}
	return len(data.Areas) + len(area)
}

func (o *Overview) readAreas(db *DB) part {
	return func(ctx context.Context, f Filter) error {
		var err error
		o.Areas, err = db.areaStats(ctx, f, o.total.scored)
		return err
	}
}

// heatRows is how many agencies the overview compares; the page of agencies
// has all.
const heatRows = 20

func (o *Overview) readHeat(db *DB) part {
	return func(ctx context.Context, f Filter) error {
		may, err := db.show(ctx, scored, f, "agency")
		if err != nil {
			return err
		}
		all, err := db.heat(ctx, f, may)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(h HeatRow) bool { return !h.Scored.Known() })
		o.HeatOf = len(all)
		slices.SortStableFunc(all, func(a, b HeatRow) int { return cmp.Compare(b.Scored, a.Scored) })
		o.Heat = all[:min(heatRows, len(all))]
		o.total.scored.few = o.total.scored.few || may.few
		return nil
	}
}

type groupRow struct {
	Code     string   `col:"code"`
	Name     string   `col:"name"`
	Units    int64    `col:"units"`
	Scored   int64    `col:"scored"`
	Nominees int64    `col:"nominees"`
	Passed   int64    `col:"passed"`
	Hits     int64    `col:"hits"`
	Decided  int64    `col:"decided"`
	Holders  int64    `col:"holders"`
	Median   *float64 `col:"median"`
}

type kindRow struct {
	Kind     string   `col:"kind"`
	Agencies int64    `col:"agencies"`
	Units    int64    `col:"units"`
	Scored   int64    `col:"scored"`
	Nominees int64    `col:"nominees"`
	Hits     int64    `col:"hits"`
	Decided  int64    `col:"decided"`
	Median   *float64 `col:"median"`
}

func (o *Overview) readGroups(db *DB) part {
	return func(ctx context.Context, f Filter) error {
		provinces, err := collect[groupRow](ctx, db, "overview_provinces", f.params())
		if err != nil {
			return err
		}
		by, err := db.held(ctx, f, "province")
		if err != nil {
			return err
		}
		for _, r := range provinces {
			o.Provinces = append(o.Provinces, ProvinceStat{
				Code: r.Code, Name: r.Name, Units: r.Units, Scored: by.scored.count(f.Cycle, r.Code, r.Scored),
				Nominees: by.nominated.count(f.Cycle, r.Code, r.Nominees), Passed: by.nominated.count(f.Cycle, r.Code, r.Passed),
				PassRate: by.nominated.rate(f.Cycle, r.Code, r.Hits, r.Decided), Holders: r.Holders, Median: by.scored.median(f.Cycle, r.Code, r.Scored, r.Median),
			})
		}
		o.total.join(by)
		kinds, err := collect[kindRow](ctx, db, "overview_kinds", f.params())
		if err != nil {
			return err
		}
		if by, err = db.held(ctx, f, "kind"); err != nil {
			return err
		}
		o.Kinds = []KindStat{}
		for _, r := range kinds {
			o.Kinds = append(o.Kinds, KindStat{
				Kind: r.Kind, Agencies: r.Agencies, Units: r.Units, Scored: by.scored.count(f.Cycle, r.Kind, r.Scored),
				Nominees: by.nominated.count(f.Cycle, r.Kind, r.Nominees),
				PassRate: by.nominated.rate(f.Cycle, r.Kind, r.Hits, r.Decided), Median: by.scored.median(f.Cycle, r.Kind, r.Scored, r.Median),
			})
		}
		o.total.join(by)
		return nil
	}
}

type seriesRow struct {
	Cycle    int      `col:"cycle"`
	Nominees int64    `col:"nominees"`
	WBK      int64    `col:"wbk"`
	WBBM     int64    `col:"wbbm"`
	Mandiri  int64    `col:"mandiri"`
	Hits     int64    `col:"hits"`
	Decided  int64    `col:"decided"`
	Scored   int64    `col:"scored"`
	Median   *float64 `col:"median"`
}

func (db *DB) series(ctx context.Context, f Filter, h held) ([]CycleStat, error) {
	rows, err := collect[seriesRow](ctx, db, "series", f.params())
	if err != nil {
		return nil, err
	}
	out := make([]CycleStat, 0, len(rows))
	for _, r := range rows {
		c := CycleStat{
			Cycle: r.Cycle, Break: breakAt(r.Cycle), Nominees: h.nominated.count(r.Cycle, "", r.Nominees),
			Passed:  map[string]Count{data.WBK: h.nominated.count(r.Cycle, "", r.WBK), data.WBBM: h.nominated.count(r.Cycle, "", r.WBBM)},
			Mandiri: h.nominated.count(r.Cycle, "", r.Mandiri), PassRate: h.nominated.rate(r.Cycle, "", r.Hits, r.Decided),
			Scored: h.scored.count(r.Cycle, "", r.Scored), Median: h.scored.median(r.Cycle, "", r.Scored, r.Median),
		}
		if s, ok := rule.ForCycle(r.Cycle); ok {
			c.Rules = s.ID
		}
		out = append(out, c)
	}
	return out, nil
}

func (o *Overview) readSeries(db *DB) part {
	return func(ctx context.Context, f Filter) error {
		var err error
		o.Series, err = db.series(ctx, f, o.total)
		return err
	}
}

func (o *Overview) addNotes(f Filter) {
	o.Meta.noteLayer(f.Layer)
	o.Meta.note("unanswered-zero")
	o.Meta.note("not-applicable-spread")
	o.Meta.noteBreaks(o.Series)
	for _, s := range o.Funnel {
		if s.Running > 0 {
			o.Meta.note("cycle-running", "cycle", strconv.Itoa(f.Cycle))
		}
	}
	o.Meta.noteFew(o.Nominees.Int())
}

// noteBreaks names the breaks that a series runs across.
func (m *Meta) noteBreaks(series []CycleStat) {
	for i, c := range series {
		if i > 0 && c.Break != "" {
			m.note(c.Break)
		}
	}
}

// one runs a query that gives exactly one row.
func one[T any](ctx context.Context, db *DB, name string, params map[string]any) (T, error) {
	rows, err := collect[T](ctx, db, name, params)
	if err != nil || len(rows) == 0 {
		var zero T
		return zero, err
	}
	return rows[0], nil
}
