package analytics

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tolok/analytics/forecast"
	"tolok/data"
	"tolok/data/rule"
)

// ReportCard says how good the forecasts of past cycles were. Every cycle's
// were made from earlier ones alone.
type ReportCard struct {
	Meta     Meta         `json:"meta"`
	Cycle    int          `json:"cycle"` // 0: all cycles together
	All      Grade        `json:"all"`
	Cycles   []Grade      `json:"cycles"` // every one that is decided, oldest first
	Kinds    []Grade      `json:"kinds"`
	Types    []Grade      `json:"unit_types"`
	Targets  []Grade      `json:"targets"`
	Attempts []Grade      `json:"attempts"` // first, again
	Curve    *Curve       `json:"reliability"`
	Bands    []GradeBand  `json:"bands"`
	Hits     []GradedCase `json:"hits"`   // the surest of those that came true
	Misses   []GradedCase `json:"misses"` // the surest of those that did not
}

// Grade is how good the forecasts of a group were. What cannot be computed, or
// may not be shown, is nil.
type Grade struct {
	Key        string   `json:"key"`
	Stamp      string   `json:"stamp"` // of a cycle: issued or reconstructed
	N          Count    `json:"n"`
	Passed     Count    `json:"passed"`
	Expected   *float64 `json:"expected"` // passes that were expected
	Brier      *float64 `json:"brier"`
	LogLoss    *float64 `json:"log_loss"`
	AUC        *float64 `json:"auc"`
	Slope      *float64 `json:"slope"` // of calibration: 1 is perfect, below it forecasts were too sure
	BaseRate   *Skill   `json:"skill_base_rate"`
	LastResult *Skill   `json:"skill_last_result"`
	Threshold  *Skill   `json:"skill_threshold"`
	Few        bool     `json:"few"` // too few past results to forecast from: shown, but not counted in the whole
}

// Skill is 1 - Brier/Brier of a rival, with a 90 % interval: above 0 the model
// was better.
type Skill struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Curve is the reliability curve: what was said, and how many passed.
type Curve struct {
	Steps          []CurveStep `json:"steps"`
	Miscalibration float64     `json:"miscalibration"`
	Discrimination float64     `json:"discrimination"`
	Uncertainty    float64     `json:"uncertainty"`
}

// CurveStep is a stretch of forecasts with one calibrated value, and where that
// would lie in 90 of 100 cases if the forecasts were right.
type CurveStep struct {
	From   float64 `json:"from"`
	To     float64 `json:"to"`
	Passed float64 `json:"passed"`
	N      int     `json:"n"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// GradeBand is one line of "of those we said 70-80 %, x % passed".
type GradeBand struct {
	From   float64  `json:"from"`
	To     float64  `json:"to"`
	N      Count    `json:"n"`
	Said   *float64 `json:"said"`
	Passed *float64 `json:"passed"`
}

// GradedCase is one forecast with what became of it.
type GradedCase struct {
	ForecastRow
	Cycle int `json:"cycle"`
}

// named is how many hits and misses are named.
const named = 10

// graded is one forecast on record with its outcome.
type graded struct {
	f *data.Forecast
	n *programmeNominee
}

func (g graded) passed() bool { return g.n.Result == "lulus" }

// ReportCard answers: how good were the forecasts? Without a cycle it is about
// all of them. Its bands and intervals are drawn from many thousand outcomes,
// and a snapshot does not change: those asked for lately are kept.
func (db *DB) ReportCard(ctx context.Context, f Filter) (*ReportCard, error) {
	key := fmt.Sprintf("%s %#v", db.scope.Key(), f)
	if r, ok := db.cards.get(key); ok {
		return r, nil
	}
	r, err := db.reportCard(ctx, f)
	if err == nil {
		db.cards.put(key, r)
	}
	return r, err
}

func (db *DB) reportCard(ctx context.Context, f Filter) (*ReportCard, error) {
	o, err := db.Outlook(ctx)
	if err != nil {
		return nil, err
	}
	asked := f.Cycle
	if f, err = db.settle(ctx, f); err != nil {
		return nil, err
	}
	r := &ReportCard{Cycle: asked, Hits: []GradedCase{}, Misses: []GradedCase{}}
	all := o.graded(db.scope, f)
	counted := slices.DeleteFunc(slices.Clone(all), func(g graded) bool {
		return g.f.Doubt == string(forecast.FewOutcomes) || asked != 0 && int(g.f.Cycle) != asked
	})
	f.Cycle = asked
	r.Meta = db.meta("report-card", f)
	if asked == 0 {
		r.Meta.pool(counted)
	}
	held := false
	grades := func(list []graded, key func(graded) string) []Grade {
		out, some := db.grades(list, key)
		held = held || some
		return out
	}
	r.Cycles = grades(all, func(g graded) string { return strconv.Itoa(int(g.f.Cycle)) })
	r.Kinds = grades(counted, func(g graded) string { return g.n.Kind })
	r.Types = grades(counted, func(g graded) string { return g.n.UnitType })
	r.Targets = grades(counted, func(g graded) string { return g.n.Target })
	r.Attempts = grades(counted, func(g graded) string { return map[bool]string{true: "first", false: "again"}[g.f.FirstTime] })
	r.All = Grade{Key: "all", N: Withheld, Passed: Withheld}
	if whole := grades(counted, func(graded) string { return "all" }); len(whole) > 0 {
		r.All = whole[0]
	}
	r.Meta.N = r.All.N
	if r.All.Brier != nil {
		r.Curve, r.Bands = curveOf(counted), db.bandsOf(counted)
	}
	r.name(o, db.scope, counted)
	r.notes(db.scope, held)
	return r, nil
}

// pool names the rules of all cycles that are graded together.
func (m *Meta) pool(list []graded) {
	for _, g := range list {
		if set, ok := rule.ForCycle(int(g.f.Cycle)); ok && !slices.Contains(m.Rules, set.ID) {
			m.Rules, m.Policy = append(m.Rules, set.ID), set.DefaultPolicy().String()
		}
	}
	slices.Sort(m.Rules)
	if len(m.Rules) > 1 {
		m.note("rules-mixed", "rules", strings.Join(m.Rules, ", "))
	}
}

// graded lists the decided national nominations that the filter leaves, of the
// cycles whose outcomes the reader may know.
func (o *Outlook) graded(s Scope, f Filter) []graded {
	var out []graded
	for _, cycle := range o.archive.cycles() {
		if !s.decided(cycle) || s.reach() == holders {
			continue
		}
		for i := range o.rows[cycle] {
			x := &o.rows[cycle][i]
			n := o.archive.nominees[nomineeKey{x.UnitID, x.Target, cycle}]
			if n == nil || x.Issuer != "nasional" || n.Result == "berjalan" || !f.leaves(n) {
				continue
			}
			out = append(out, graded{x, n})
		}
	}
	return out
}

// leaves reports whether the filter leaves a nominee.
func (f *Filter) leaves(n *programmeNominee) bool {
	return (f.Kind == "" || n.Kind == f.Kind) && (f.Agency == "" || n.AgencyID == f.Agency) && (f.UnitType == "" || n.UnitType == f.UnitType) &&
		(f.Province == "" || n.Province == f.Province) && (f.Target == "" || n.Target == f.Target) && (f.Issuer == "" || n.Issuer == f.Issuer)
}

// grades judges the groups of a list. Groups too small for a reader who may not
// see all their nominees by name are withheld, and so is what would tell of
// them by subtraction.
func (db *DB) grades(list []graded, key func(graded) string) (out []Grade, held bool) {
	by := map[string][]graded{}
	for _, g := range list {
		by[key(g)] = append(by[key(g)], g)
	}
	keys := make([]string, 0, len(by))
	for k := range by {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	hide := make([]bool, len(keys))
	if db.scope.reach() != everything {
		cells := make([]cellRow, len(keys))
		for i, k := range keys {
			cells[i].N = int64(len(by[k]))
			for _, g := range by[k] {
				if !db.scope.owns(g.f.UnitID, g.f.AgencyID) {
					cells[i].Hidden++
				}
			}
		}
		hide = withhold(cells)
		for i, c := range cells {
			hide[i] = hide[i] || c.Hidden > 0 && c.Hidden < leastTrack
		}
	}
	out = []Grade{}
	for i, k := range keys {
		if hide[i] {
			held = true
			out = append(out, Grade{Key: k, N: Withheld, Passed: Withheld})
			continue
		}
		g := gradeOf(k, by[k])
		if db.scope.reach() != everything {
			g.coarse()
		}
		out = append(out, g)
	}
	return out, held
}

// leastTrack is how many forecasts that the reader may not see by name a grade
// is shown over. Forecasts are made of an inspectorate's scores, which stay with
// it; how good those of many were is what everyone who is asked to act on one
// must know, and over so many a grade tells of none.
const leastTrack = 30

// coarse rounds a grade to what a reader needs.
func (g *Grade) coarse() {
	for _, v := range []*float64{g.Expected, g.Brier, g.LogLoss, g.AUC, g.Slope} {
		if v != nil {
			*v = math.Round(*v*1000) / 1000
		}
	}
	for _, s := range []*Skill{g.BaseRate, g.LastResult, g.Threshold} {
		if s != nil {
			s.Value, s.Low, s.High = math.Round(s.Value*1000)/1000, math.Round(s.Low*1000)/1000, math.Round(s.High*1000)/1000
		}
	}
}

// leastGraded is how many forecasts a grade is computed over.
const leastGraded = 10

func gradeOf(key string, list []graded) Grade {
	g := Grade{Key: key, N: Count(len(list)), Few: true}
	model, base, last, threshold := scoredBy(list), scoredBy(list), scoredBy(list), scoredBy(list)
	groups := make([]string, len(list))
	expected, passed := 0.0, 0
	for i, x := range list {
		groups[i] = x.f.AgencyID
		base[i].P, last[i].P, threshold[i].P = x.f.BaseRate.Float(), x.f.LastResult.Float(), x.f.Threshold.Float()
		expected += model[i].P
		if model[i].Passed {
			passed++
		}
		g.Few = g.Few && x.f.Doubt == string(forecast.FewOutcomes)
		g.Stamp = cmp.Or(g.Stamp, x.f.Stamp)
		if x.f.Stamp != g.Stamp {
			g.Stamp = "both"
		}
	}
	g.Passed, g.Expected = Count(passed), &expected
	if len(list) < leastGraded {
		return g
	}
	_, slope := forecast.Calibration(model)
	g.Brier, g.LogLoss, g.AUC, g.Slope = finite(forecast.Brier(model)), finite(forecast.LogLoss(model)), finite(forecast.AUC(model)), finite(slope)
	g.BaseRate, g.LastResult, g.Threshold = skill(model, base, groups), skill(model, last, groups), skill(model, threshold, groups)
	return g
}

func scoredBy(list []graded) []forecast.Scored {
	out := make([]forecast.Scored, len(list))
	for i, x := range list {
		out[i] = forecast.Scored{P: x.f.Probability.Float(), Passed: x.passed()}
	}
	return out
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func skill(model, rival []forecast.Scored, groups []string) *Skill {
	v := forecast.Skill(model, rival, groups)
	if finite(v.Value) == nil || finite(v.Low) == nil || finite(v.High) == nil {
		return nil
	}
	return &Skill{v.Value, v.Low, v.High}
}

func curveOf(list []graded) *Curve {
	c := forecast.CORP(scoredBy(list))
	out := &Curve{Miscalibration: c.Miscalibration, Discrimination: c.Discrimination, Uncertainty: c.Uncertainty, Steps: []CurveStep{}}
	for _, s := range c.Steps {
		out.Steps = append(out.Steps, CurveStep{s.From, s.To, s.Passed, s.N, s.Low, s.High})
	}
	return out
}

// bandsOf counts in bands of ten per cent; who may not see all by name is not
// shown those over few.
func (db *DB) bandsOf(list []graded) []GradeBand {
	var out []GradeBand
	bands := forecast.Bands(scoredBy(list))
	cells := make([]cellRow, len(bands))
	for i, b := range bands {
		cells[i].N = int64(b.N)
	}
	for _, g := range list {
		if !db.scope.owns(g.f.UnitID, g.f.AgencyID) {
			cells[min(int(g.f.Probability.Float()*float64(len(bands))), len(bands)-1)].Hidden++
		}
	}
	hide := withhold(cells)
	for i, b := range bands {
		x := GradeBand{From: b.From, To: b.To, N: Count(b.N)}
		switch {
		case hide[i] && b.N > 0:
			x.N = Withheld
		case b.N > 0:
			x.Said, x.Passed = &b.Said, &b.Passed
		}
		out = append(out, x)
	}
	return out
}

// name lists the surest forecasts that came true and those that did not, among
// the units whose outcomes the reader may see.
func (r *ReportCard) name(o *Outlook, s Scope, list []graded) {
	own := slices.DeleteFunc(slices.Clone(list), func(g graded) bool { return !s.owns(g.f.UnitID, g.f.AgencyID) })
	wrong := func(g graded) float64 {
		p := g.f.Probability.Float()
		if g.passed() {
			p = 1 - p
		}
		return p
	}
	slices.SortStableFunc(own, func(a, b graded) int { return cmp.Compare(wrong(a), wrong(b)) })
	for i, g := range own {
		if i < named && wrong(g) < 0.5 {
			r.Hits = append(r.Hits, GradedCase{o.row(s, g.f, g.n), int(g.f.Cycle)})
		}
		if g = own[len(own)-1-i]; i < named && wrong(g) > 0.5 {
			r.Misses = append(r.Misses, GradedCase{o.row(s, g.f, g.n), int(g.f.Cycle)})
		}
	}
}

func (r *ReportCard) notes(s Scope, held bool) {
	for _, g := range r.Cycles {
		if g.Few && g.N.Known() {
			r.Meta.note("forecast-few-outcomes", "cycle", g.Key)
		}
		if g.Stamp == data.Reconstructed {
			r.Meta.note("forecast-reconstructed")
		}
	}
	if held {
		r.Meta.note("few-withheld")
	}
	if s.reach() != everything {
		r.Meta.note("not-released")
		r.Meta.note("names-held")
	}
	r.Meta.noteFew(r.All.N.Int())
}

// Grid lists the grades, one group a row.
func (r *ReportCard) Grid() Grid {
	g := Grid{Columns: []string{
		"section", "key", "stamp", "n", "passed", "expected", "brier", "log_loss", "auc", "slope",
		"skill_base_rate", "skill_base_rate_low", "skill_base_rate_high", "skill_last_result", "skill_last_result_low", "skill_last_result_high",
		"skill_threshold", "skill_threshold_low", "skill_threshold_high",
	}}
	add := func(section string, list ...Grade) {
		for _, x := range list {
			cells := []any{section, x.Key, x.Stamp, x.N, x.Passed, x.Expected, x.Brier, x.LogLoss, x.AUC, x.Slope}
			for _, s := range []*Skill{x.BaseRate, x.LastResult, x.Threshold} {
				if s == nil {
					cells = append(cells, "", "", "")
				} else {
					cells = append(cells, s.Value, s.Low, s.High)
				}
			}
			g.add(cells...)
		}
	}
	add("all", r.All)
	add("cycle", r.Cycles...)
	add("kind", r.Kinds...)
	add("unit_type", r.Types...)
	add("target", r.Targets...)
	add("attempt", r.Attempts...)
	for _, b := range r.Bands {
		x := Grade{Key: cell(b.From) + "-" + cell(b.To), N: b.N, Passed: Withheld}
		if b.Said != nil {
			n := float64(b.N)
			expected := *b.Said * n
			x.Expected, x.Passed = &expected, Count(math.Round(*b.Passed*n))
		}
		add("band", x)
	}
	return g
}
