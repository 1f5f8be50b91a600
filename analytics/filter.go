package analytics

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"tolok/data"
	"tolok/data/rule"
)

// Sorts a ranking can be asked for.
var RankBy = []string{"total", "A", "B", "MP", "TT", "SDM", "AK", "PW", "PP", "IPAK", "IPKP"}

const (
	defaultSize = 50
	maxSize     = 1000
)

type choiceRow struct {
	What  string `col:"what"`
	Value string `col:"value"`
}

func (db *DB) readChoices(ctx context.Context) (Choices, error) {
	rows, err := collect[choiceRow](ctx, db, "choices", nil)
	c := Choices{}
	for _, r := range rows {
		switch r.What {
		case "cycle":
			y, err := strconv.Atoi(r.Value)
			if err != nil {
				return c, err
			}
			c.Cycles = append(c.Cycles, y)
		case "layer":
			c.Layers = append(c.Layers, r.Value)
		case "kind":
			c.Kinds = append(c.Kinds, r.Value)
		case "unit_type":
			c.UnitTypes = append(c.UnitTypes, r.Value)
		case "province":
			c.Provinces = append(c.Provinces, r.Value)
		case "target":
			c.Targets = append(c.Targets, r.Value)
		case "issuer":
			c.Issuers = append(c.Issuers, r.Value)
		}
	}
	if err != nil {
		return c, err
	}
	c.Agencies, err = collect[Place](ctx, db, "agency_names", nil)
	return c, err
}

// cycleLayer is one layer of one cycle, scored by one regulation.
type cycleLayer struct {
	Cycle      int    `col:"cycle"`
	Layer      string `col:"layer"`
	Regulation string `col:"regulation"`
	N          int64  `col:"n"`
	Hidden     int64  `col:"hidden"`
	Decided    int64  `col:"decided"`
}

// settle checks a filter and fills in what the asker left open: the newest
// cycle that has results the asker may see, and in it the layer nearest to the decision.
func (db *DB) settle(ctx context.Context, f Filter) (Filter, error) {
	if err := f.check(); err != nil {
		return f, err
	}
	if err := db.look(ctx); err != nil {
		return f, err
	}
	if f.Cycle == 0 {
		for _, r := range db.sight.Load().cycles {
			if r.Decided > 0 || f.Cycle == 0 {
				f.Cycle = r.Cycle
			}
		}
	}
	if f.Cycle == 0 { // nothing may be seen: the answer is about no data
		f.Cycle = db.scope.newest()
	}
	if f.Layer == "" {
		f.Layer = data.TPN
		for _, l := range data.Layers { // self first, the national team last
			if slices.ContainsFunc(db.sight.Load().cycles, func(r cycleLayer) bool { return r.Cycle == f.Cycle && r.Layer == l && r.N > 0 }) {
				f.Layer = l
			}
		}
	}
	if f.By == "" {
		f.By = "total"
	}
	if f.Order == "" {
		f.Order = "desc"
	}
	if f.Size == 0 {
		f.Size = defaultSize
	}
	f.Page = max(f.Page, 1)
	return f, nil
}

// oneOf refuses a value that is not in a parameter's list.
func oneOf(name, value string, list []string) error {
	if slices.Contains(list, value) {
		return nil
	}
	return fmt.Errorf("%w: %s=%q; use one of %s", ErrBadRequest, name, value, strings.Join(list, ", "))
}

func (f *Filter) check() error {
	for _, p := range parametersOf(reflect.ValueOf(f).Elem()) {
		if p.value.Kind() == reflect.String && !isText(p.value.String()) {
			return fmt.Errorf("%w: %s=%q is not text in UTF-8", ErrBadRequest, p.name, p.value.String())
		}
	}
	for _, c := range []struct {
		name, value string
		list        []string
	}{
		{"layer", f.Layer, data.Layers},
		{"kind", f.Kind, data.Kinds},
		{"target", f.Target, data.Targets},
		{"issuer", f.Issuer, data.Issuers},
		{"by", f.By, slices.Concat(RankBy, AgencyBy)},
		{"order", f.Order, []string{"asc", "desc"}},
	} {
		if err := oneOf(c.name, c.value, c.list); c.value != "" && err != nil {
			return err
		}
	}
	if f.Cycle != 0 && (f.Cycle < data.FirstCycle || f.Cycle > data.LastCycle) {
		return fmt.Errorf("%w: cycle=%d; use a year such as 2024", ErrBadRequest, f.Cycle)
	}
	if _, ok := data.UnitTypeByCode(f.UnitType); f.UnitType != "" && !ok {
		return fmt.Errorf("%w: unit_type=%q is not a unit type", ErrBadRequest, f.UnitType)
	}
	if f.Province != "" && !data.IsProvince(f.Province) {
		return fmt.Errorf("%w: province=%q; use Kemendagri's two-digit code", ErrBadRequest, f.Province)
	}
	if f.Size < 0 || f.Size > maxSize {
		return fmt.Errorf("%w: size=%d; use 1 to %d", ErrBadRequest, f.Size, maxSize)
	}
	if f.Page < 0 {
		return fmt.Errorf("%w: page=%d; pages count from 1", ErrBadRequest, f.Page)
	}
	if f.Page > 1_000_000 {
		return fmt.Errorf("%w: page=%d is beyond any list", ErrBadRequest, f.Page)
	}
	return nil
}

// params are the values of the filter's $names.
func (f *Filter) params() map[string]any {
	return map[string]any{
		"cycle": f.Cycle, "layer": f.Layer, "kind": f.Kind, "agency": f.Agency, "unit_type": f.UnitType, "province": f.Province,
		"target": f.Target, "issuer": f.Issuer, "unit": f.Unit, "by": f.By, "q": f.Search, "order": f.Order,
		"size": f.Size, "skip": (f.Page - 1) * f.Size,
	}
}

// meta starts an answer's Meta for a settled filter.
func (db *DB) meta(question string, f Filter) Meta {
	m := Meta{Question: question, Snapshot: db.snapshot, Filter: f, Choices: db.sight.Load().choices, Notes: []Note{}, Rules: []string{}}
	if db.simulated {
		m.note("simulated")
	}
	s, ok := rule.ForCycle(f.Cycle)
	if !ok {
		return m
	}
	m.Rules = append(m.Rules, s.ID)
	for _, r := range db.sight.Load().cycles {
		if r.Cycle == f.Cycle && r.Layer == f.Layer && r.N > 0 && !(cellRow{N: r.N, Hidden: r.Hidden}).small() && !slices.Contains(m.Rules, r.Regulation) {
			m.Rules = append(m.Rules, r.Regulation)
		}
	}
	if len(m.Rules) > 1 {
		m.note("cycle-rules-mixed", "rules", strings.Join(m.Rules[1:], ", "))
	}
	m.Policy = s.DefaultPolicy().String()
	if s.InForce.Status == rule.Unverified {
		m.note("in-force-unverified", "regulation", s.ID, "cycle", strconv.Itoa(s.InForce.FirstCycle))
	}
	if f.Target != "" || f.Issuer != "" {
		m.note("filter-target", "target", strings.TrimSpace(f.Target+" "+f.Issuer))
	}
	return m
}

// note adds a caveat; pairs are names and values.
func (m *Meta) note(code string, pairs ...string) {
	if slices.ContainsFunc(m.Notes, func(n Note) bool { return n.Code == code }) {
		return
	}
	n := Note{Code: code}
	for i := 0; i+1 < len(pairs); i += 2 {
		if n.Values == nil {
			n.Values = map[string]string{}
		}
		n.Values[pairs[i]] = pairs[i+1]
	}
	m.Notes = append(m.Notes, n)
}

// few is below what a rate or a rank can be read from without a warning.
const few = 30

// noteFew warns of a number that rests on few.
func (m *Meta) noteFew(n int64) {
	if n > 0 && n < few {
		m.note("small-n", "n", strconv.FormatInt(n, 10))
	}
}

// noteLayer says what kind of score the layer's is.
func (m *Meta) noteLayer(layer string) {
	switch layer {
	case data.TPN:
		m.note("tpn-selected")
	case data.TPI, data.Self:
		m.note("self-inflated", "layer", layer)
	}
}

// noteHeld says that in a layer that is not compared nationally the numbers are
// about the reader's own units.
func (m *Meta) noteHeld(s Scope, layer string) {
	if s.reach() != everything && layer != data.TPN {
		m.note("own-only")
	}
}

// noteMixed says what a filter leaves side by side that is not alike: predicates
// of several issuers, where the rules of the cycle know more than one, and
// agencies of several kinds. It looks at the rules and the question alone, so
// that it tells of no unit.
func (m *Meta) noteMixed(f Filter) {
	for _, set := range rule.All() {
		own, ok := set.Issuers["mandiri"]
		if ok && own.FirstCycle <= f.Cycle && f.Issuer == "" && (f.Target == "" || slices.Contains(own.Targets, f.Target)) {
			m.note("issuers-mixed")
		}
	}
	if f.Kind == "" && f.Agency == "" && f.Unit == "" {
		m.note("kinds-mixed")
	}
}

// NoteCodes lists every note an answer can carry, so that a test can ask for
// the words of each.
var NoteCodes = []string{
	"unanswered-zero", "not-applicable-spread", "policy-matters", "break-2019", "break-2021", "break-2023",
	"self-inflated", "tpn-selected", "small-n", "items-not-kept", "reported-differs", "survey-no-scale", "survey-no-respondents",
	"survey-few-respondents", "survey-no-sd", "rank-uncertain", "in-force-unverified", "cycle-running", "no-worksheet", "simulated",
	"cycle-rules-mixed", "filter-target", "survey-stars", "awards-unknown",
	"not-released", "few-withheld", "own-only", "names-held", "holder-only", "not-yours",
	"forecast-not-outcome", "forecast-reconstructed", "forecast-few-outcomes", "forecast-few-scores", "forecast-own-rate",
	"peers-context", "peers-term-unknown", "peers-few", "peers-edge", "register-once",
	"partners-holders", "partners-none", "level-tpn", "level-tpi", "level-self", "level-typical", "level-assumed",
	"forms-apart", "forms-mixed", "no-interval", "interval-reliability", "interval-respondents", "extremes-regress",
	"cycles-pooled", "rules-mixed", "issuers-mixed", "targets-mixed", "kinds-mixed", "case-mix", "few-groups", "usual-not-fault",
	"gap-selected", "gap-points", "credibility-own", "perfect-left-out",
	"mentors-assumed", "mentors-uncorrected",
	"twins-scores", "twins-form", "twins-no-profile", "twins-uncorrected", "twins-selected", "twins-none", "twins-names",
	"suspicion-not-proof", "problems-without-cycle", "suspicions-more",
	"layers-mixed",
	"watch-own", "revoked-own", "after-award-unknown", "after-award-unverified", "mandiri-wbbm",
	"binding-share", "gates-own",
	"spi-outside", "spi-unmatched", "spi-doubled", "spi-few", "ipak-own", "ipak-weighted",
}

// breakAt names the reason why a cycle must not be joined by a line to the one
// before, or "": the rules changed, or agencies began to award by themselves.
func breakAt(cycle int) string {
	now, ok := rule.ForCycle(cycle)
	if !ok {
		return ""
	}
	for _, s := range rule.All() {
		if m, ok := s.Issuers["mandiri"]; ok && m.FirstCycle == cycle {
			return "break-2023"
		}
	}
	if now.InForce.FirstCycle != cycle {
		return ""
	}
	switch now.ID {
	case "10/2019":
		return "break-2019"
	case "90/2021":
		return "break-2021"
	}
	return ""
}

// forms says which LKE form most worksheets of a filter's cycle and layer are on,
// the regulations that share it (with commas around each, as queries have them),
// and the regulations of other forms that there are, too. Points of two forms are
// never put on one curve.
func (db *DB) forms(f Filter) (most, shared string, others []string) {
	count := map[string]int64{}
	if set, ok := rule.ForCycle(f.Cycle); ok {
		most = form(set.ID)
	}
	rows := db.sight.Load().cycles
	for _, r := range rows {
		if r.Cycle != f.Cycle || r.Layer != f.Layer {
			continue
		}
		count[form(r.Regulation)] += r.N
		if at := form(r.Regulation); count[at] > count[most] {
			most = at
		}
	}
	shared = ","
	for _, s := range rule.All() {
		if form(s.ID) == most {
			shared += s.ID + ","
		} else if slices.ContainsFunc(rows, func(r cycleLayer) bool {
			return r.Cycle == f.Cycle && r.Layer == f.Layer && r.Regulation == s.ID && r.N > 0 && !(cellRow{N: r.N, Hidden: r.Hidden}).small()
		}) {
			others = append(others, s.ID)
		}
	}
	return most, shared, others
}
