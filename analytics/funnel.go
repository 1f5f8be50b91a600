package analytics

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tolok/analytics/stat"
	"tolok/data/rule"
)

// What the pass rates of a funnel plot are of, and over which cycles.
var (
	FunnelGroups = []string{"agency", "kind", "unit_type", "province"}
	FunnelSpans  = []string{"era", "cycle"}
)

// FunnelQuestion asks for pass rates: of which groups, over one cycle or over
// the rule era that it belongs to, in which the worksheet and its thresholds
// stay the same.
type FunnelQuestion struct {
	Filter
	Group string `json:"group,omitempty" param:"group"` // agency, kind, unit_type, province
	Span  string `json:"span,omitempty" param:"span"`   // era, cycle
}

// Levels of the limits of a funnel plot.
const (
	InnerLimit = 0.95
	OuterLimit = 0.998
)

// FewestLabelled is from how many on a group can be called unusual.
const FewestLabelled = 5

// Verdicts on a group's rate.
const (
	VerdictFew     = "few"     // fewer than FewestLabelled: never labelled
	VerdictUsual   = "usual"   // chance explains it
	VerdictDiffers = "differs" // more than chance, as agencies usually differ
	VerdictHigh    = "high"    // unusual: above the thick 99.8 % limit
	VerdictLow     = "low"     // unusual: below it
)

// FunnelPlot is the pass rate of each group beside what chance alone, and chance
// with the usual differences between groups, would make of the mean.
type FunnelPlot struct {
	Meta     Meta         `json:"meta"`
	Group    string       `json:"group"`
	Span     string       `json:"span"`
	Cycles   []int        `json:"cycles"`
	Mean     Rate         `json:"mean"`    // of all groups shown
	Usual    stat.Passes  `json:"usual"`   // the beta-binomial distribution fitted to the groups
	Scatter  float64      `json:"scatter"` // rho about what was expected of each group
	Curves   []Limits     `json:"curves"`  // over n, for drawing
	Rows     []FunnelRow  `json:"rows"`    // unusual ones first, then by n
	Unusual  int          `json:"unusual"`
	Adjusted int          `json:"unusual_adjusted"`
	cells    []funnelCell // what the rows rest on
}

// Limits are where a share of n begins to lie outside: thin for chance alone,
// thick with the usual differences.
type Limits struct {
	N     int        `json:"n"`
	Thin  [2]Between `json:"thin"`  // 95 %, 99.8 %
	Thick [2]Between `json:"thick"` // 95 %, 99.8 %
}

// Between are two shares.
type Between struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// FunnelRow is one group. Expected is the sum of its nominees' chances by who
// they were, without any effect of the group; Adjusted is the rate that it would
// have had of nominees like all: the mean plus (passed - expected) / n,
// held between 0 and 1.
type FunnelRow struct {
	ID              string   `json:"id"`
	Name            string   `json:"name"`
	Kind            string   `json:"kind"` // of an agency
	Rate            Rate     `json:"rate"`
	Chance          float64  `json:"mid_p_chance"`
	Usual           float64  `json:"mid_p_usual"`
	Verdict         string   `json:"verdict"`
	Expected        float64  `json:"expected"`
	Adjusted        float64  `json:"adjusted"`
	AdjustedChance  float64  `json:"adjusted_mid_p_chance"`
	AdjustedUsual   float64  `json:"adjusted_mid_p_usual"`
	AdjustedVerdict string   `json:"adjusted_verdict"`
	nominees        nominees // of it
}

// nominees are counts, and the chance of each by who it was.
type nominees struct {
	stat.Tally
	chances []float64
}

// Funnel answers: whose nominees pass unusually often or seldom?
func (db *DB) Funnel(ctx context.Context, q FunnelQuestion) (*FunnelPlot, error) {
	f, err := db.settle(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	q.Group, q.Span = cmp.Or(q.Group, FunnelGroups[0]), cmp.Or(q.Span, FunnelSpans[0])
	if err := oneOf("group", q.Group, FunnelGroups); err != nil {
		return nil, err
	}
	if err := oneOf("span", q.Span, FunnelSpans); err != nil {
		return nil, err
	}
	q.Filter = f
	return shared(ctx, db.funnels, fmt.Sprintf("%s %#v", db.scope.Key(), q), "pass rates are being compared", func(ctx context.Context) (*FunnelPlot, error) {
		return db.funnel(ctx, q)
	})
}

// funnel answers a question that is settled.
func (db *DB) funnel(ctx context.Context, q FunnelQuestion) (*FunnelPlot, error) {
	f := q.Filter
	p := &FunnelPlot{Meta: db.meta("funnel", f), Group: q.Group, Span: q.Span, Rows: []FunnelRow{}, Curves: []Limits{}, Cycles: []int{}}
	may, err := db.show(ctx, nominated, f, q.Group)
	if err != nil {
		return nil, err
	}
	params := f.params()
	params["group"], params["first"], params["last"] = q.Group, f.Cycle, f.Cycle
	if q.Span == "era" {
		params["first"], params["last"] = era(f.Cycle)
	}
	cells, err := collect[funnelCell](ctx, db, "funnel", params)
	if err != nil {
		return nil, err
	}
	p.cells = shownCells(cells, may)
	if err := p.judge(); err != nil {
		return nil, err
	}
	p.addNotes(may)
	return p, nil
}

// era are the first and last cycle that a cycle's pass rates may be pooled with:
// from one break of the rules to the next.
func era(cycle int) (first, last int) {
	broken := func(c int) bool { b := breakAt(c); return b == "break-2019" || b == "break-2021" }
	first, last = cycle, cycle
	for !broken(first) {
		if _, ok := rule.ForCycle(first - 1); !ok {
			break
		}
		first--
	}
	for s, ok := rule.ForCycle(last + 1); ok && !broken(last+1); s, ok = rule.ForCycle(last + 1) {
		last++
		if s.InForce.LastCycle == 0 { // in force without an end
			return first, last + 100
		}
	}
	return first, last
}

// funnelCell is decided nominees of one group who are alike.
type funnelCell struct {
	ID       string `col:"id"`
	Name     string `col:"name"`
	Cycle    int    `col:"cycle"`
	Target   string `col:"target"`
	Issuer   string `col:"issuer"`
	Again    bool   `col:"again"`
	UnitType string `col:"unit_type"`
	Kind     string `col:"kind"`
	N        int64  `col:"n"`
	Hits     int64  `col:"hits"`
}

// shownCells leaves the cells of the groups and cycles that may be shown alone,
// so that everything made of them follows from numbers that may be seen.
func shownCells(all []funnelCell, may *shown) []funnelCell {
	type at struct {
		id    string
		cycle int
	}
	sum := map[at]int64{}
	for _, c := range all {
		sum[at{c.ID, c.Cycle}] += c.N
	}
	return slices.DeleteFunc(all, func(c funnelCell) bool {
		return !may.ok(c.Cycle, c.ID) || !may.rest(c.Cycle, c.ID, sum[at{c.ID, c.Cycle}])
	})
}

// judge makes the rows and their limits of the cells.
func (p *FunnelPlot) judge() error {
	chances, err := caseMix(p.cells, p.Group)
	if err != nil {
		return err
	}
	at := map[string]int{}
	var hits, of int64
	cycles := map[int]bool{}
	for i, c := range p.cells {
		r, ok := at[c.ID]
		if !ok {
			r = len(p.Rows)
			at[c.ID] = r
			p.Rows = append(p.Rows, FunnelRow{ID: c.ID, Name: c.Name})
			if p.Group == "agency" {
				p.Rows[r].Kind = c.Kind
			}
		}
		g := &p.Rows[r].nominees
		g.K, g.N = g.K+int(c.Hits), g.N+int(c.N)
		for range c.N {
			g.chances = append(g.chances, chances[i])
		}
		p.Rows[r].Expected += float64(c.N) * chances[i]
		hits, of = hits+c.Hits, of+c.N
		cycles[c.Cycle] = true
	}
	p.Cycles = slices.Sorted(maps.Keys(cycles))
	p.Mean = rate(hits, of)
	var tallies []stat.Tally
	var expected []stat.Expected
	for _, r := range p.Rows {
		tallies = append(tallies, r.nominees.Tally)
		expected = append(expected, stat.Expected{Tally: r.nominees.Tally, Mean: r.Expected / float64(r.nominees.N)})
	}
	p.Usual, p.Scatter = stat.FitPasses(tallies), stat.FitScatter(expected)
	for i := range p.Rows {
		p.Rows[i].judge(p.Usual, p.Scatter)
		p.Unusual += oneIf(unusual(p.Rows[i].Verdict))
		p.Adjusted += oneIf(unusual(p.Rows[i].AdjustedVerdict))
	}
	slices.SortStableFunc(p.Rows, func(a, b FunnelRow) int {
		return cmp.Or(oneIf(unusual(b.Verdict))-oneIf(unusual(a.Verdict)), cmp.Compare(b.nominees.N, a.nominees.N), cmp.Compare(a.ID, b.ID))
	})
	p.curves()
	return nil
}

func unusual(verdict string) bool { return verdict == VerdictHigh || verdict == VerdictLow }

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *FunnelRow) judge(usual stat.Passes, scatter float64) {
	g := r.nominees
	r.Rate = rate(int64(g.K), int64(g.N))
	chance, thick := usual.Chance().MidP(g.K, g.N), usual.MidP(g.K, g.N)
	r.Chance, r.Usual, r.Verdict = float64(chance), float64(thick), verdict(g.N, chance, thick)
	r.Adjusted = min(max(usual.Mean+(float64(g.K)-r.Expected)/float64(g.N), 0), 1)
	chance = stat.SumMidP(g.K, g.chances)
	thick = chance
	if scatter > 0 {
		thick = stat.Passes{Mean: r.Expected / float64(g.N), Rho: scatter}.MidP(g.K, g.N)
	}
	r.AdjustedChance, r.AdjustedUsual, r.AdjustedVerdict = float64(chance), float64(thick), verdict(g.N, chance, thick)
}

// verdict calls unusual only what lies outside the thick outer limit.
func verdict(n int, chance, usual stat.MidP) string {
	switch {
	case n < FewestLabelled:
		return VerdictFew
	case usual.Outside(OuterLimit) > 0:
		return VerdictHigh
	case usual.Outside(OuterLimit) < 0:
		return VerdictLow
	case chance.Outside(InnerLimit) != 0:
		return VerdictDiffers
	}
	return VerdictUsual
}

// curvePoints is at about how many n the limits are computed for drawing.
const curvePoints = 60

func (p *FunnelPlot) curves() {
	most := 0
	for _, r := range p.Rows {
		most = max(most, r.nominees.N)
	}
	if len(p.Rows) == 0 {
		return
	}
	for n := 1; ; n = min(most, max(n+1, n+(n*4)/curvePoints)) {
		l := Limits{N: n}
		for i, level := range []float64{InnerLimit, OuterLimit} {
			l.Thin[i].Low, l.Thin[i].High = p.Usual.Chance().Limits(n, level)
			l.Thick[i].Low, l.Thick[i].High = p.Usual.Limits(n, level)
		}
		p.Curves = append(p.Curves, l)
		if n >= most {
			return
		}
	}
}

// addNotes says what is compared with what.
func (p *FunnelPlot) addNotes(may *shown) {
	m := &p.Meta
	m.N = p.Mean.Of
	m.Rules = []string{}
	targets, issuers, kinds := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range p.cells {
		targets[c.Target], issuers[c.Issuer], kinds[c.Kind] = true, true, true
	}
	for _, c := range p.Cycles {
		if s, ok := rule.ForCycle(c); ok && !slices.Contains(m.Rules, s.ID) {
			m.Rules = append(m.Rules, s.ID)
		}
	}
	if n := len(p.Cycles); n > 1 {
		m.note("cycles-pooled", "first", strconv.Itoa(p.Cycles[0]), "last", strconv.Itoa(p.Cycles[n-1]))
	}
	if len(m.Rules) > 1 {
		m.note("rules-mixed", "rules", strings.Join(m.Rules, ", "))
	}
	for _, mixed := range []struct {
		code string
		of   map[string]bool
	}{{"issuers-mixed", issuers}, {"targets-mixed", targets}, {"kinds-mixed", kinds}} {
		if len(mixed.of) > 1 {
			m.note(mixed.code)
		}
	}
	m.note("case-mix")
	m.note("usual-not-fault")
	if n := len(p.Rows); n > 0 && n < fewGroups {
		m.note("few-groups", "n", strconv.Itoa(n))
	}
	m.noteFew(m.N.Int())
	m.noteShown(may)
}

// fewGroups is below how many groups their usual differences are hardly known.
const fewGroups = 20

// Grid lists the groups.
func (p *FunnelPlot) Grid() Grid {
	g := Grid{Columns: []string{
		"group", "id", "name", "kind", "passed", "decided", "pass_rate", "mid_p_chance", "mid_p_usual", "verdict",
		"expected", "adjusted", "adjusted_mid_p_chance", "adjusted_mid_p_usual", "adjusted_verdict",
	}}
	for _, r := range p.Rows {
		g.add(p.Group, r.ID, r.Name, r.Kind, r.Rate.Hits, r.Rate.Of, r.Rate.Share, r.Chance, r.Usual, r.Verdict,
			r.Expected, r.Adjusted, r.AdjustedChance, r.AdjustedUsual, r.AdjustedVerdict)
	}
	return g
}
