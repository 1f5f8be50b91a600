package analytics

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tolok/data"
	"tolok/data/rule"
)

// CriteriaQuestion asks what the nominees of a cycle meet, or one unit.
type CriteriaQuestion struct {
	Filter
	Criterion string `json:"criterion,omitempty" param:"criterion"` // lists only nominees that miss it
}

// Criteria is what the nominees of a cycle meet of the criteria and the gates,
// by the worksheets of one layer; of one unit in full.
type Criteria struct {
	Meta      Meta          `json:"meta"`
	Cycle     int           `json:"cycle"`
	Layer     string        `json:"layer"`
	Criterion string        `json:"criterion"`
	Blocking  []BlockCount  `json:"blocking"` // criteria over all nominees that may be counted
	Gates     []GateCount   `json:"gates"`    // gates over the nominees that are the reader's own
	Rows      []NomineeTest `json:"rows"`     // one page of the reader's own nominees
	Found     int64         `json:"found"`
	Page      int           `json:"page"`
	Pages     int           `json:"pages"`
	Unit      *UnitTest     `json:"unit"` // where one unit is asked for
}

// GateCount is how many nominees of a target a gate would stop, and how many it
// would stop alone.
type GateCount struct {
	Target  string `json:"target"`
	Gate    string `json:"gate"`
	Level   string `json:"level"`
	Missed  int64  `json:"missed"`
	Alone   int64  `json:"alone"`
	Exempt  int64  `json:"exempt"` // would miss it, and need not meet it
	Unknown int64  `json:"unknown"`
	Of      int64  `json:"of"` // nominees of whom it is known
}

// CriterionTest is one criterion with its margin as a share of the full mark,
// which alone makes margins in points, percent and index values comparable.
type CriterionTest struct {
	CriterionStat
	FullMark *data.Score `json:"full_mark"` // nil for a fact
	Share    *float64    `json:"share"`     // margin / full mark; -1 for a fact that is not met
	Binds    bool        `json:"binds"`     // of its target the least share
}

// NomineeTest is one nominee against the criteria of its target.
type NomineeTest struct {
	UnitID   string          `json:"unit_id"`
	Name     string          `json:"name"`
	AgencyID string          `json:"agency_id"`
	Agency   string          `json:"agency"`
	Kind     string          `json:"kind"`
	UnitType string          `json:"unit_type"`
	Target   string          `json:"target"`
	Issuer   string          `json:"issuer"`
	Result   string          `json:"result"`
	Missed   int64           `json:"missed"`
	Unknown  int64           `json:"unknown"`
	Of       int64           `json:"of"`
	Binding  string          `json:"binding"` // the criterion with the least room
	Least    *float64        `json:"least"`   // its share
	Criteria []CriterionTest `json:"criteria"`
	Open     []string        `json:"open_gates"`    // gates not met and not exempted
	NoGate   []string        `json:"unknown_gates"` // gates of which nothing is known
}

// UnitTest is one unit against every criterion and gate of both targets.
type UnitTest struct {
	Unit     UnitInfo        `json:"unit"`
	Criteria []CriterionTest `json:"criteria"` // empty without a worksheet of the layer
	Gates    []GateStat      `json:"gates"`
}

type nomineeTestRow struct {
	UnitID   string   `col:"unit_id"`
	Name     string   `col:"name"`
	AgencyID string   `col:"agency_id"`
	Agency   string   `col:"agency"`
	Kind     string   `col:"kind"`
	UnitType string   `col:"unit_type"`
	Target   string   `col:"target"`
	Issuer   string   `col:"issuer"`
	Result   string   `col:"result"`
	Missed   int64    `col:"missed"`
	Unknown  int64    `col:"unknown"`
	Tested   int64    `col:"tested"`
	Least    *float64 `col:"least"`
	Binding  string   `col:"binding"`
	Found    int64    `col:"found"`
}

type criterionTestRow struct {
	UnitID string `col:"unit_id"`
	CriterionStat
	FullMark *data.Score `col:"full_mark"`
}

type nomineeGateRow struct {
	UnitID   string `col:"unit_id"`
	Target   string `col:"target"`
	Kind     string `col:"kind"`
	UnitType string `col:"unit_type"`
	gateRow
}

// Criteria answers: which criteria and gates does each nominee of a cycle meet,
// by how much, and which one binds?
func (db *DB) Criteria(ctx context.Context, q CriteriaQuestion) (*Criteria, error) {
	asked := q.Filter
	f, err := db.settle(ctx, asked)
	if err != nil {
		return nil, err
	}
	c := &Criteria{Criterion: q.Criterion, Page: f.Page, Rows: []NomineeTest{}, Gates: []GateCount{}}
	if asked.Unit != "" {
		if f, err = c.readUnit(ctx, db, asked); err != nil {
			return nil, err
		}
	}
	set, ok := rule.ForCycle(f.Cycle)
	if known := criterionCodes(set); q.Criterion != "" && !slices.Contains(known, q.Criterion) {
		return nil, fmt.Errorf("%w: criterion=%q; use one of %s", ErrBadRequest, q.Criterion, strings.Join(known, ", "))
	}
	c.Cycle, c.Layer = f.Cycle, f.Layer
	c.Meta = db.meta("criteria", f)
	if asked.Unit == "" {
		if err := c.readNominees(ctx, db, f, q); err != nil {
			return nil, err
		}
	}
	if ok && len(set.Gates) > 0 && asked.Unit == "" {
		if err := c.readGates(ctx, db, f, set); err != nil {
			return nil, err
		}
	}
	c.Pages = int((c.Found + int64(f.Size) - 1) / int64(f.Size))
	c.addNotes(db, f)
	return c, nil
}

// criterionCodes lists the codes that a set's criteria are tested under.
func criterionCodes(set *rule.Set) []string {
	var out []string
	if set == nil {
		return nil
	}
	for _, c := range set.Criteria {
		if c.Measure != "area_share" {
			out = append(out, c.Code)
			continue
		}
		for _, a := range data.Areas {
			out = append(out, c.Code+"."+a)
		}
	}
	return out
}

// readUnit reads one unit in full, in the newest cycle and the layer that it has
// a worksheet in where the asker left them open.
func (c *Criteria) readUnit(ctx context.Context, db *DB, f Filter) (Filter, error) {
	units, err := collect[unitRow](ctx, db, "unit", f.params())
	if err != nil {
		return f, err
	}
	if len(units) == 0 {
		return f, fmt.Errorf("unit %q: %w", f.Unit, ErrNotFound)
	}
	sheets, err := collect[worksheetRow](ctx, db, "unit_worksheets", f.params())
	if err != nil {
		return f, err
	}
	if f, err = db.settle(ctx, chooseSheet(f, sheets)); err != nil {
		return f, err
	}
	c.Unit = &UnitTest{Unit: units[0].info(), Criteria: []CriterionTest{}, Gates: []GateStat{}}
	if !db.scope.owns(f.Unit, units[0].AgencyID) {
		return f, nil
	}
	tests, err := db.criterionTests(ctx, f, []string{f.Unit})
	if err != nil {
		return f, err
	}
	if t := tests[f.Unit]; t != nil {
		c.Unit.Criteria = t
	}
	with := f
	with.Agency = units[0].AgencyID
	c.Unit.Gates, err = db.gates(ctx, with, c.Unit.Unit)
	return f, err
}

// criterionTests reads every criterion of some units, and finds which bind.
func (db *DB) criterionTests(ctx context.Context, f Filter, units []string) (map[string][]CriterionTest, error) {
	p := f.params()
	p["units"] = strings.Join(units, "\x1f")
	rows, err := collect[criterionTestRow](ctx, db, "criteria_values", p)
	if err != nil {
		return nil, err
	}
	out := map[string][]CriterionTest{}
	for _, r := range rows {
		t := CriterionTest{CriterionStat: r.CriterionStat, FullMark: r.FullMark}
		switch {
		case r.FullMark != nil && r.Margin != nil:
			v := math.Round(r.Margin.Float()/r.FullMark.Float()*1e9) / 1e9 // as the criteria themselves are compared
			t.Share = &v
		case r.FullMark == nil && r.Passed != nil && !*r.Passed:
			v := -1.0
			t.Share = &v
		}
		out[r.UnitID] = append(out[r.UnitID], t)
	}
	for _, tests := range out {
		bind(tests)
	}
	return out, nil
}

// bind marks the criteria of each target with the least share.
func bind(tests []CriterionTest) {
	least := map[string]float64{}
	for _, t := range tests {
		if now, ok := least[t.Target]; t.Share != nil && (!ok || *t.Share < now) {
			least[t.Target] = *t.Share
		}
	}
	for i := range tests {
		tests[i].Binds = tests[i].Share != nil && *tests[i].Share == least[tests[i].Target]
	}
}

func (c *Criteria) readNominees(ctx context.Context, db *DB, f Filter, q CriteriaQuestion) error {
	o := &Overview{}
	for _, part := range []part{o.hold(db), o.readFunnel(db)} {
		if err := part(ctx, f); err != nil {
			return err
		}
	}
	c.Blocking = o.Blocking
	c.Meta.N = o.total.nominated.count(f.Cycle, "", c.counted())
	c.Meta.noteShown(o.total.nominated)
	p := f.params()
	p["criterion"] = q.Criterion
	rows, err := collect[nomineeTestRow](ctx, db, "criteria_list", p)
	if err != nil {
		return err
	}
	var units []string
	for _, r := range rows {
		c.Found = r.Found
		units = append(units, r.UnitID)
		c.Rows = append(c.Rows, NomineeTest{
			UnitID: r.UnitID, Name: r.Name, AgencyID: r.AgencyID, Agency: r.Agency, Kind: r.Kind, UnitType: r.UnitType, Target: r.Target, Issuer: r.Issuer,
			Result: r.Result, Missed: r.Missed, Unknown: r.Unknown, Of: r.Tested, Least: r.Least, Binding: r.Binding, Open: []string{}, NoGate: []string{},
		})
	}
	tests, err := db.criterionTests(ctx, f, units)
	for i := range c.Rows {
		r := &c.Rows[i]
		r.Criteria = []CriterionTest{}
		for _, t := range tests[r.UnitID] {
			if t.Target == r.Target {
				r.Criteria = append(r.Criteria, t)
			}
		}
	}
	return err
}

// counted is the largest number of nominees that a criterion was tested on.
func (c *Criteria) counted() int64 {
	var n int64
	by := map[string]int64{}
	for _, b := range c.Blocking {
		by[b.Target] = max(by[b.Target], b.Of.Int())
	}
	for _, of := range by {
		n += of
	}
	return n
}

// readGates tests the gates of all nominees that are the reader's own.
func (c *Criteria) readGates(ctx context.Context, db *DB, f Filter, set *rule.Set) error {
	rows, err := collect[nomineeGateRow](ctx, db, "criteria_gates", f.params())
	if err != nil {
		return err
	}
	at := map[[2]string]int{}
	for _, r := range rows {
		gates := r.gates(set, r.Target, r.Kind, r.UnitType, f.Cycle)
		missed := 0
		for _, g := range gates {
			if g.open() {
				missed++
			}
		}
		for _, g := range gates {
			key := [2]string{g.Target, g.Gate}
			i, ok := at[key]
			if !ok {
				i = len(c.Gates)
				at[key] = i
				c.Gates = append(c.Gates, GateCount{Target: g.Target, Gate: g.Gate, Level: g.Level})
			}
			c.Gates[i].count(g, missed)
		}
		for i := range c.Rows {
			if n := &c.Rows[i]; n.UnitID == r.UnitID && n.Target == r.Target {
				n.Open, n.NoGate = openGates(gates)
			}
		}
	}
	slices.SortStableFunc(c.Gates, func(a, b GateCount) int {
		if a.Target != b.Target {
			return strings.Compare(b.Target, a.Target) // WBK before WBBM
		}
		return int(b.Missed - a.Missed)
	})
	return nil
}

// open reports whether the gate stops a nomination.
func (g *GateStat) open() bool { return g.Passed != nil && !*g.Passed && !g.Exempt }

func (c *GateCount) count(g GateStat, missed int) {
	switch {
	case g.Passed == nil:
		c.Unknown++
		return
	case g.open():
		c.Missed++
		if missed == 1 {
			c.Alone++
		}
	case !*g.Passed:
		c.Exempt++
	}
	c.Of++
}

func openGates(gates []GateStat) (open, unknown []string) {
	open, unknown = []string{}, []string{}
	for _, g := range gates {
		switch {
		case g.open():
			open = append(open, g.Gate)
		case g.Passed == nil:
			unknown = append(unknown, g.Gate)
		}
	}
	return open, unknown
}

func (c *Criteria) addNotes(db *DB, f Filter) {
	c.Meta.noteMixed(f)
	c.Meta.noteLayer(f.Layer)
	c.Meta.note("binding-share")
	if c.Unit != nil {
		c.Meta.N = 1
		switch {
		case !db.scope.owns(f.Unit, c.Unit.Unit.Agency.ID):
			c.Meta.note("not-yours")
		case len(c.Unit.Criteria) == 0:
			c.Meta.note("no-worksheet", "cycle", strconv.Itoa(f.Cycle), "layer", f.Layer)
		}
		return
	}
	c.Meta.noteFew(c.Meta.N.Int())
	c.Meta.noteHeld(db.scope, f.Layer)
	if db.scope.reach() != everything {
		c.Meta.note("gates-own")
	}
}

// Grid lists the counts, then every criterion of every nominee of the page, or
// of the unit.
func (c *Criteria) Grid() Grid {
	g := Grid{Columns: []string{
		"section", "unit_id", "name", "agency_id", "agency", "target", "issuer", "result", "code", "value", "minimum", "margin", "share", "passed", "binds", "missed", "alone", "of", "status",
	}}
	for _, b := range c.Blocking {
		g.add("criterion_count", "", "", "", "", b.Target, "", "", b.Criterion, "", "", "", "", "", "", b.Missed, b.Alone, b.Of, "")
	}
	for _, b := range c.Gates {
		g.add("gate_count", "", "", "", "", b.Target, "", "", b.Gate, "", "", "", "", "", "", b.Missed, b.Alone, b.Of, "")
	}
	for _, r := range c.Rows {
		for _, t := range r.Criteria {
			g.add("criterion", r.UnitID, r.Name, r.AgencyID, r.Agency, r.Target, r.Issuer, r.Result, t.Criterion, t.Value, t.Minimum, t.Margin, t.Share, t.Passed, t.Binds, "", "", "", t.Status)
		}
		for _, code := range r.Open {
			g.add("gate", r.UnitID, r.Name, r.AgencyID, r.Agency, r.Target, r.Issuer, r.Result, code, "", "", "", "", false, "", "", "", "", "")
		}
	}
	if c.Unit == nil {
		return g
	}
	u := c.Unit.Unit
	for _, t := range c.Unit.Criteria {
		g.add("criterion", u.UnitID, u.Name, u.Agency.ID, u.Agency.Name, t.Target, "", "", t.Criterion, t.Value, t.Minimum, t.Margin, t.Share, t.Passed, t.Binds, "", "", "", t.Status)
	}
	for _, x := range c.Unit.Gates {
		g.add("gate", u.UnitID, u.Name, u.Agency.ID, u.Agency.Name, x.Target, "", "", x.Gate, x.Value, x.Minimum, x.Margin, "", x.Passed, x.open(), "", "", "", x.Status)
	}
	return g
}
