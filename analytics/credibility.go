package analytics

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tolok/analytics/stat"
	"tolok/data/rule"
)

// Pairs of layers whose gap is looked at.
const (
	SelfTPI = "self-tpi"
	TPITPN  = "tpi-tpn"
)

// CredibilityPairs are the gaps that can be asked for.
var CredibilityPairs = []string{TPITPN, SelfTPI}

// CredibilityQuestion asks for the gaps of the three years up to a cycle. Pair
// and Indicator choose what the funnel plot shows; verdicts are always by the
// total of TPI less TPN.
type CredibilityQuestion struct {
	Filter
	Pair      string `json:"pair,omitempty" param:"pair"`           // tpi-tpn, self-tpi
	Indicator string `json:"indicator,omitempty" param:"indicator"` // total, A, B, MP … PP, B.I, B.II
}

// Trust are the criteria by which an inspectorate's scores are called trusted or
// to be calibrated. No regulation sets them: they are our choice, and shown.
type Trust struct {
	FewestPairs   int     `json:"fewest_pairs"`   // units with both scores, below which too little is known
	Deviation     float64 `json:"deviation"`      // points: the most by which the gap may exceed the national mean, or TPI lie below TPN
	Scatter       float64 `json:"scatter"`        // points: most SD of single units about the agency's own gap
	Agreement     float64 `json:"agreement"`      // least share of nominees with the same verdict
	AgreementLow  float64 `json:"agreement_low"`  // and least lower end of that share's interval
	Years         int     `json:"years"`          // how many cycles are looked at
	HalfLife      float64 `json:"half_life"`      // years after which a gap counts half
	Level         float64 `json:"level"`          // of the intervals
	AgenciesLeast int     `json:"agencies_least"` // agencies from which on they can be compared
}

// TrustCriteria are the ones in use.
var TrustCriteria = Trust{
	FewestPairs: FewestLabelled, Deviation: 4, Scatter: 4, Agreement: 0.7, AgreementLow: 0.5,
	Years: 3, HalfLife: 2, Level: 0.95, AgenciesLeast: Smallest,
}

// Verdicts on an inspectorate's scores.
const (
	PredictsWell     = "predicts"
	NeedsCalibration = "calibrate"
	TooLittleKnown   = "unknown"
)

// Credibility is how far agencies' own scores lie above the next stricter
// layer's.
type Credibility struct {
	Meta      Meta             `json:"meta"`
	Cycles    []int            `json:"cycles"`
	Pair      string           `json:"pair"`
	Indicator string           `json:"indicator"`
	Trust     Trust            `json:"criteria"`
	National  []NationalGap    `json:"national"` // empty for a reader who may not see it
	Curves    []GapLimits      `json:"curves"`
	Rows      []CredibilityRow `json:"rows"` // to be calibrated, trusted, unknown; the more units the earlier
	Verdicts  map[string]int   `json:"verdicts"`
}

// NationalGap is what agencies have in common in one gap. Every number is in
// percentage points of the weight.
type NationalGap struct {
	Pair      string      `json:"pair"`
	Indicator string      `json:"indicator"`
	Common    stat.Common `json:"common"` // of agencies' true gaps
	Within    float64     `json:"within"` // SD of units inside an agency and year
	Drift     float64     `json:"drift"`  // SD of a true gap's step from year to year
	Agencies  int         `json:"agencies"`
	Units     int         `json:"units"`
}

// GapLimits are where an agency's deviation from the national mean begins to lie
// outside, with n units: thin for chance alone, thick with the usual differences.
type GapLimits struct {
	N     int        `json:"n"`
	Thin  [2]float64 `json:"thin"`  // 95 %, 99.8 %; the lower limit is the same below 0
	Thick [2]float64 `json:"thick"` // 95 %, 99.8 %
}

// Gap is one agency's gap in one indicator.
type Gap struct {
	Pair      string    `json:"pair"`
	Indicator string    `json:"indicator"`
	N         int       `json:"n"`
	Mean      float64   `json:"mean"`      // of its units, the newer the heavier
	Shrunk    *float64  `json:"shrunk"`    // the true gap now, as far as is known; nil without the nation
	Deviation *float64  `json:"deviation"` // Shrunk less the national mean
	Interval  *Interval `json:"interval"`  // of the deviation; without the nation, of the mean
}

// CredibilityRow is one agency.
type CredibilityRow struct {
	AgencyID  string   `json:"agency_id"`
	Name      string   `json:"name"`
	Kind      string   `json:"kind"`
	Gaps      []Gap    `json:"gaps"`
	Perfect   int64    `json:"perfect"`   // worksheets all but perfect, left out of the gaps
	Scatter   *float64 `json:"scatter"`   // SD of TPI less TPN about the agency's own gap of the year, points
	Agreement Rate     `json:"agreement"` // nominees to whom TPI and TPN give the same verdict
	Raw       *float64 `json:"raw"`       // of the chosen gap: its mean less the national mean
	Outlier   string   `json:"outlier"`   // of the chosen gap: few, usual, differs, high, low
	Verdict   string   `json:"verdict"`   // predicts, calibrate, unknown; empty without the nation
	Reasons   []string `json:"reasons"`   // codes: deviation, scatter, agreement, pairs
}

// Gap finds one of the agency's gaps, or nil.
func (r *CredibilityRow) Gap(pair, indicator string) *Gap {
	for i := range r.Gaps {
		if r.Gaps[i].Pair == pair && r.Gaps[i].Indicator == indicator {
			return &r.Gaps[i]
		}
	}
	return nil
}

type gapRow struct {
	AgencyID  string `col:"agency_id"`
	Cycle     int    `col:"cycle"`
	Indicator string `col:"indicator"`
	Pair      string `col:"pair"`
	momentsRow
	Perfect int64 `col:"perfect"`
}

// Credibility answers: whose own scores can be relied on?
//
// Scores of self and TPI are the unit's, its agency's and the ministry's. So the
// ministry sees all agencies against each other; an agency sees its own gaps
// alone; nobody else sees any.
func (db *DB) Credibility(ctx context.Context, q CredibilityQuestion) (*Credibility, error) {
	f, err := db.settle(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	q.Pair, q.Indicator = cmp.Or(q.Pair, CredibilityPairs[0]), cmp.Or(q.Indicator, Indicators[0])
	if err := oneOf("pair", q.Pair, CredibilityPairs); err != nil {
		return nil, err
	}
	if err := oneOf("indicator", q.Indicator, Indicators); err != nil {
		return nil, err
	}
	q.Filter = f
	return shared(ctx, db.gaps, fmt.Sprintf("%s %#v", db.scope.Key(), q), "gaps are being compared", func(ctx context.Context) (*Credibility, error) {
		return db.credibility(ctx, q)
	})
}

// credibility answers a question that is settled.
func (db *DB) credibility(ctx context.Context, q CredibilityQuestion) (*Credibility, error) {
	f := q.Filter
	c := &Credibility{
		Meta: db.meta("credibility", f), Pair: q.Pair, Indicator: q.Indicator, Trust: TrustCriteria,
		National: []NationalGap{}, Curves: []GapLimits{}, Rows: []CredibilityRow{}, Cycles: recentCycles(f.Cycle), Verdicts: map[string]int{},
	}
	c.Meta.Rules = []string{}
	for _, y := range c.Cycles {
		if s, ok := rule.ForCycle(y); ok && !slices.Contains(c.Meta.Rules, s.ID) {
			c.Meta.Rules = append(c.Meta.Rules, s.ID)
		}
	}
	if db.scope.reach() >= oneAgency {
		if err := c.read(ctx, db, f); err != nil {
			return nil, err
		}
	}
	c.addNotes(db.scope)
	return c, nil
}

// recentCycles are the cycles looked at, oldest first: on the same LKE form as
// the last.
func recentCycles(last int) []int {
	out := []int{last}
	now, ok := rule.ForCycle(last)
	for y := last - 1; ok && y > last-TrustCriteria.Years; y-- {
		s, known := rule.ForCycle(y)
		if !known || form(s.ID) != form(now.ID) {
			break
		}
		out = append([]int{y}, out...)
	}
	return out
}

func (c *Credibility) read(ctx context.Context, db *DB, f Filter) error {
	params := f.params()
	params["first"], params["last"] = c.Cycles[0], c.Cycles[len(c.Cycles)-1]
	gaps, err := collect[gapRow](ctx, db, "credibility", params)
	if err != nil {
		return err
	}
	type verdictRow struct {
		AgencyID string `col:"agency_id"`
		N        int64  `col:"n"`
		Hits     int64  `col:"hits"`
	}
	verdicts, err := collect[verdictRow](ctx, db, "credibility_verdicts", params)
	if err != nil {
		return err
	}
	type agencyRow struct {
		ID   string `col:"agency_id"`
		Name string `col:"name"`
		Kind string `col:"kind"`
	}
	agencies, err := collect[agencyRow](ctx, db, "credibility_agencies", params)
	if err != nil {
		return err
	}
	book := newGapBook(gaps, c.Cycles)
	at := map[string]int{}
	for _, a := range agencies {
		if len(book.agency[a.ID]) > 0 {
			at[a.ID] = len(c.Rows)
			c.Rows = append(c.Rows, CredibilityRow{AgencyID: a.ID, Name: a.Name, Kind: a.Kind, Gaps: []Gap{}, Reasons: []string{}, Agreement: rate(0, 0), Perfect: book.perfect[a.ID]})
		}
	}
	for _, v := range verdicts {
		if i, ok := at[v.AgencyID]; ok {
			c.Rows[i].Agreement = rate(v.Hits, v.N)
		}
	}
	c.judge(book, db.scope.reach() == everything)
	return nil
}

// gapBook keeps the moments of each gap by agency and age, newest first.
type gapBook struct {
	agency  map[string]map[gapKey][]stat.Moments
	perfect map[string]int64
}

type gapKey struct{ pair, indicator string }

func newGapBook(rows []gapRow, cycles []int) gapBook {
	b := gapBook{map[string]map[gapKey][]stat.Moments{}, map[string]int64{}}
	last := cycles[len(cycles)-1]
	for _, r := range rows {
		if b.agency[r.AgencyID] == nil {
			b.agency[r.AgencyID] = map[gapKey][]stat.Moments{}
		}
		k := gapKey{r.Pair, r.Indicator}
		if b.agency[r.AgencyID][k] == nil {
			b.agency[r.AgencyID][k] = make([]stat.Moments, len(cycles))
		}
		b.agency[r.AgencyID][k][last-r.Cycle] = r.moments()
		if r.Indicator == "total" {
			b.perfect[r.AgencyID] += r.Perfect
		}
	}
	return b
}

// roundedGap is the least that gaps scatter, in points: scores have two decimals.
const roundedGap = 0.01

// national fits what agencies have in common in one gap; ids are those with any
// unit, y and v their means and variances.
func (b gapBook) national(k gapKey, ids []string) (g NationalGap, y, v map[string]float64, n map[string]int) {
	g = NationalGap{Pair: k.pair, Indicator: k.indicator}
	var within []stat.Moments
	var steps [][2]stat.Moments
	for _, id := range ids {
		m := b.agency[id][k]
		within = append(within, m...)
		for age := range max(len(m)-1, 0) {
			steps = append(steps, [2]stat.Moments{m[age+1], m[age]})
		}
	}
	variance, df := stat.Within(within)
	if df == 0 { // of single units nobody knows how they scatter
		return g, nil, nil, nil
	}
	variance = max(variance, roundedGap*roundedGap)
	drift := stat.Drift(steps, variance)
	g.Within, g.Drift = math.Sqrt(variance), math.Sqrt(drift)
	y, v, n = map[string]float64{}, map[string]float64{}, map[string]int{}
	var ys, vs []float64
	for _, id := range ids {
		mean, spread, count := stat.Recent(b.agency[id][k], TrustCriteria.HalfLife, variance, drift)
		if count == 0 {
			continue
		}
		y[id], v[id], n[id] = mean, spread, count
		ys, vs = append(ys, mean), append(vs, spread)
		g.Agencies++
		g.Units += count
	}
	if len(ys) > 0 {
		g.Common = stat.PauleMandel(ys, vs)
	}
	return g, y, v, n
}

// judge fills in gaps, limits and verdicts.
func (c *Credibility) judge(book gapBook, nation bool) {
	var ids []string
	for _, r := range c.Rows {
		ids = append(ids, r.AgencyID)
	}
	chosen := gapKey{c.Pair, c.Indicator}
	for _, pair := range CredibilityPairs {
		for _, indicator := range Indicators {
			k := gapKey{pair, indicator}
			g, y, v, n := book.national(k, ids)
			compared := nation && g.Agencies >= TrustCriteria.AgenciesLeast
			if compared {
				c.National = append(c.National, g)
			}
			for i := range c.Rows {
				r := &c.Rows[i]
				if count := n[r.AgencyID]; count > 0 {
					r.addGap(k, g, y[r.AgencyID], v[r.AgencyID], count, compared)
					if k == chosen && compared {
						r.placeInFunnel(g, y[r.AgencyID], v[r.AgencyID], count)
					}
				}
			}
			if k == chosen && compared {
				c.curves(g)
			}
		}
	}
	for i := range c.Rows {
		r := &c.Rows[i]
		r.scatter(book.agency[r.AgencyID][gapKey{TPITPN, "total"}])
		if nation {
			r.judge()
			c.Verdicts[r.Verdict]++
		}
	}
	order := []string{NeedsCalibration, PredictsWell, TooLittleKnown, ""}
	slices.SortStableFunc(c.Rows, func(a, b CredibilityRow) int {
		return cmp.Or(slices.Index(order, a.Verdict)-slices.Index(order, b.Verdict), b.pairs()-a.pairs(), cmp.Compare(a.AgencyID, b.AgencyID))
	})
}

// pairs is how many units have both TPI's and TPN's total.
func (r *CredibilityRow) pairs() int {
	if g := r.Gap(TPITPN, "total"); g != nil {
		return g.N
	}
	return 0
}

func (r *CredibilityRow) addGap(k gapKey, g NationalGap, y, v float64, n int, compared bool) {
	out := Gap{Pair: k.pair, Indicator: k.indicator, N: n, Mean: y}
	switch {
	case compared:
		s := g.Common.Shrink(y, v)
		deviation := s.Mean - g.Common.Mean
		z := stat.Z((1 + TrustCriteria.Level) / 2)
		out.Shrunk, out.Deviation = &s.Mean, &deviation
		out.Interval = &Interval{deviation - z*s.SD, deviation + z*s.SD, "paule-mandel"}
	case n >= TrustCriteria.FewestPairs:
		z := stat.Z((1 + TrustCriteria.Level) / 2)
		out.Interval = &Interval{y - z*math.Sqrt(v), y + z*math.Sqrt(v), "normal-gap"}
	}
	r.Gaps = append(r.Gaps, out)
}

// placeInFunnel says where the agency's plain deviation lies among the limits.
func (r *CredibilityRow) placeInFunnel(g NationalGap, y, v float64, n int) {
	raw := y - g.Common.Mean
	r.Raw = &raw
	chance := stat.MidP(stat.Phi(raw / math.Sqrt(v)))
	usual := stat.MidP(stat.Phi(raw / math.Sqrt(v+g.Common.SD*g.Common.SD)))
	r.Outlier = verdict(n, chance, usual)
}

func (c *Credibility) curves(g NationalGap) {
	most := 1
	for _, r := range c.Rows {
		if gap := r.Gap(g.Pair, g.Indicator); gap != nil {
			most = max(most, gap.N)
		}
	}
	for n := 1; ; n = min(most, max(n+1, n+(n*4)/curvePoints)) {
		l := GapLimits{N: n}
		for i, level := range []float64{InnerLimit, OuterLimit} {
			z, v := stat.Z((1+level)/2), g.Within*g.Within/float64(n)
			l.Thin[i], l.Thick[i] = z*math.Sqrt(v), z*math.Sqrt(v+g.Common.SD*g.Common.SD)
		}
		c.Curves = append(c.Curves, l)
		if n >= most {
			return
		}
	}
}

// scatter is how far single units lie from the agency's own gap of their year.
func (r *CredibilityRow) scatter(byAge []stat.Moments) {
	variance, df := stat.Within(byAge)
	if df >= TrustCriteria.FewestPairs {
		sd := math.Sqrt(variance)
		r.Scatter = &sd
	}
}

// judge weighs the agency by the criteria. To be calibrated is who certainly
// misses one; trusted, who certainly meets each; of the others too little is
// known. An inspectorate that is less generous than the others is no worse for
// it, unless it scores below TPN.
func (r *CredibilityRow) judge() {
	t := TrustCriteria
	gap := r.Gap(TPITPN, "total")
	if gap == nil || gap.N < t.FewestPairs || gap.Deviation == nil {
		r.Verdict, r.Reasons = TooLittleKnown, []string{"pairs"}
		return
	}
	missed := func(reason string, certain bool) {
		if certain {
			r.Reasons = append(r.Reasons, reason)
		}
	}
	agrees := r.Agreement.Interval
	missed("deviation", *gap.Deviation > t.Deviation && gap.Interval.Low > 0 || *gap.Shrunk < -t.Deviation)
	missed("scatter", r.Scatter != nil && *r.Scatter > t.Scatter)
	missed("agreement", agrees != nil && agrees.High < t.Agreement)
	if len(r.Reasons) > 0 {
		r.Verdict = NeedsCalibration
		return
	}
	missed("deviation", gap.Interval.High > t.Deviation)
	missed("scatter", r.Scatter == nil)
	missed("agreement", agrees == nil || *r.Agreement.Share < t.Agreement || agrees.Low < t.AgreementLow)
	r.Verdict = PredictsWell
	if len(r.Reasons) > 0 {
		r.Verdict = TooLittleKnown
	}
}

func (c *Credibility) addNotes(s Scope) {
	m := &c.Meta
	var n int64
	var perfect int64
	for i := range c.Rows {
		if g := c.Rows[i].Gap(c.Pair, c.Indicator); g != nil {
			n += int64(g.N)
		}
		perfect += c.Rows[i].Perfect
	}
	m.N = Count(n)
	if k := len(c.Cycles); k > 1 {
		m.note("cycles-pooled", "first", strconv.Itoa(c.Cycles[0]), "last", strconv.Itoa(c.Cycles[k-1]))
	}
	if len(m.Rules) > 1 {
		m.note("rules-mixed", "rules", strings.Join(m.Rules, ", "))
	}
	m.note("gap-selected")
	m.note("gap-points")
	m.note("usual-not-fault")
	if perfect > 0 {
		m.note("perfect-left-out", "n", strconv.FormatInt(perfect, 10))
	}
	if s.reach() != everything {
		m.note("credibility-own")
	}
}

// Grid lists every gap of every agency, one a row.
func (c *Credibility) Grid() Grid {
	g := Grid{Columns: []string{
		"agency_id", "name", "kind", "verdict", "reasons", "pair", "indicator", "n", "mean_gap", "shrunk_gap", "deviation", "deviation_low", "deviation_high",
		"scatter", "agree", "agree_of", "agree_share", "perfect",
	}}
	for _, r := range c.Rows {
		for _, p := range r.Gaps {
			var low, high *float64
			if p.Interval != nil {
				low, high = &p.Interval.Low, &p.Interval.High
			}
			g.add(r.AgencyID, r.Name, r.Kind, r.Verdict, strings.Join(r.Reasons, " "), p.Pair, p.Indicator, p.N, p.Mean, p.Shrunk, p.Deviation, low, high,
				r.Scatter, r.Agreement.Hits, r.Agreement.Of, r.Agreement.Share, r.Perfect)
		}
	}
	return g
}
