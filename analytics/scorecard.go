package analytics

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"tolok/data"
	"tolok/data/rule"
)

type unitRow struct {
	UnitID       string `col:"unit_id"`
	Name         string `col:"name"`
	AgencyID     string `col:"agency_id"`
	Agency       string `col:"agency"`
	Kind         string `col:"kind"`
	UnitType     string `col:"unit_type"`
	Echelon      string `col:"echelon"`
	ProvinceCode string `col:"province_code"`
	Province     string `col:"province"`
	RegencyCode  string `col:"regency_code"`
	Regency      string `col:"regency"`
	Staff        *int64 `col:"staff"`
	ServiceUsers *int64 `col:"service_users"`
	BudgetIDR    *int64 `col:"budget_idr"`
	Opened       *int64 `col:"opened"`
	Closed       *int64 `col:"closed"`
	MergedInto   string `col:"merged_into"`
	MergedName   string `col:"merged_name"`
}

func (r unitRow) info() UnitInfo {
	u := UnitInfo{
		UnitID: r.UnitID, Name: r.Name, Agency: Place{r.AgencyID, r.Agency}, Kind: r.Kind, UnitType: r.UnitType, Echelon: r.Echelon,
		Province: Place{r.ProvinceCode, r.Province}, Regency: Place{r.RegencyCode, r.Regency},
		Staff: r.Staff, ServiceUsers: r.ServiceUsers, BudgetIDR: r.BudgetIDR, Opened: r.Opened, Closed: r.Closed,
	}
	if r.MergedInto != "" {
		u.MergedInto = &Place{r.MergedInto, r.MergedName}
	}
	return u
}

type worksheetRow struct {
	Cycle      int         `col:"cycle"`
	Layer      string      `col:"layer"`
	Regulation string      `col:"regulation"`
	Basis      string      `col:"basis"`
	Total      *data.Score `col:"total"`
	Pengungkit *data.Score `col:"pengungkit"`
	Hasil      *data.Score `col:"hasil"`
	areaColumns
	Answered   int64 `col:"answered"`
	Unanswered int64 `col:"unanswered"`
	NotApply   int64 `col:"not_applicable"`
}

// Scorecard answers: what did one unit earn, item by item, against which
// criteria, and where does each number come from?
func (db *DB) Scorecard(ctx context.Context, f Filter) (*Scorecard, error) {
	if f.Unit == "" {
		return nil, fmt.Errorf("%w: which unit? Give its id as unit", ErrBadRequest)
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	units, err := collect[unitRow](ctx, db, "unit", f.params())
	if err != nil {
		return nil, err
	}
	if len(units) == 0 {
		return nil, fmt.Errorf("unit %q: %w", f.Unit, ErrNotFound)
	}
	sheets, err := collect[worksheetRow](ctx, db, "unit_worksheets", f.params())
	if err != nil {
		return nil, err
	}
	f = chooseSheet(f, sheets)
	if f, err = db.settle(ctx, f); err != nil {
		return nil, err
	}
	f.Agency = units[0].AgencyID
	s := &Scorecard{Meta: db.meta("scorecard", f), Unit: units[0].info(), Cycle: f.Cycle, Layer: f.Layer}
	s.Meta.Filter.Agency = ""
	if !db.scope.owns(f.Unit, f.Agency) {
		return s, s.readHolder(ctx, db, f)
	}
	s.addHistory(sheets, f)
	if err := s.readAround(ctx, db, f); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(sheets, func(w worksheetRow) bool { return w.Cycle == f.Cycle && w.Layer == f.Layer })
	if i < 0 {
		s.Meta.note("no-worksheet", "cycle", strconv.Itoa(f.Cycle), "layer", f.Layer)
		return s, nil
	}
	return s, s.readSheet(ctx, db, f, sheets[i])
}

// chooseSheet picks the newest cycle the unit has a worksheet in, and there
// the layer nearest to the decision, where the asker left them open.
func chooseSheet(f Filter, sheets []worksheetRow) Filter {
	for _, w := range sheets { // newest cycle first, layers in order
		if f.Cycle == 0 {
			f.Cycle = w.Cycle
		}
	}
	open := f.Layer == ""
	for _, w := range sheets {
		if open && w.Cycle == f.Cycle {
			f.Layer = w.Layer
		}
	}
	return f
}

func (s *Scorecard) addHistory(sheets []worksheetRow, f Filter) {
	s.History, s.Layers = []HistoryStat{}, []LayerStat{}
	for _, w := range slices.Backward(sheets) {
		s.History = append(s.History, HistoryStat{
			Cycle: w.Cycle, Layer: w.Layer, Regulation: w.Regulation, Total: w.Total, Break: breakAt(w.Cycle), Unanswered: w.Unanswered,
		})
	}
	slices.SortStableFunc(s.History, func(a, b HistoryStat) int { return a.Cycle - b.Cycle })
	for _, w := range sheets {
		if w.Cycle != f.Cycle {
			continue
		}
		areas := w.byArea()
		for _, v := range areas {
			if v != nil {
				*v = v.Times(1, 100) // percent to share
			}
		}
		s.Layers = append(s.Layers, LayerStat{Layer: w.Layer, Total: w.Total, Pengungkit: w.Pengungkit, Hasil: w.Hasil, Areas: areas, Unanswered: w.Unanswered})
	}
}

// readAround reads what does not depend on the worksheet.
func (s *Scorecard) readAround(ctx context.Context, db *DB, f Filter) error {
	p := f.params()
	var err error
	if s.Surveys, err = db.surveys(ctx, p); err != nil {
		return err
	}
	for _, v := range s.Surveys {
		for _, n := range v.Notes {
			if v.Cycle == f.Cycle {
				s.Meta.note(n.Code)
			}
		}
	}
	if s.Path, err = collect[StageStat](ctx, db, "unit_path", p); err != nil {
		return err
	}
	if s.Awards, err = collect[AwardStat](ctx, db, "unit_awards", p); err != nil {
		return err
	}
	if s.Sources, err = collect[SourceStat](ctx, db, "unit_sources", p); err != nil {
		return err
	}
	if s.Problems, err = db.problems(ctx, p); err != nil {
		return err
	}
	if s.Suspicions, err = collect[data.Problem](ctx, db, "unit_suspicions", p); err != nil {
		return err
	}
	s.Gates, err = db.gates(ctx, f, s.Unit)
	return err
}

type problemRow struct {
	Code     string `col:"code"`
	Severity string `col:"severity"`
	Dataset  string `col:"dataset"`
	File     string `col:"file"`
	Cell     string `col:"cell"`
	Field    string `col:"field"`
	Value    string `col:"value"`
	Want     string `col:"want"`
	Subject  string `col:"subject"`
	Source   int32  `col:"source"`
	Sheet    string `col:"sheet"`
	Line     int32  `col:"line"`
}

func (db *DB) problems(ctx context.Context, p map[string]any) ([]data.Problem, error) {
	rows, err := collect[problemRow](ctx, db, "unit_problems", p)
	out := make([]data.Problem, 0, len(rows))
	for _, r := range rows {
		out = append(out, data.Problem{
			Code: r.Code, Severity: r.Severity, Dataset: r.Dataset, File: r.File, Cell: r.Cell, Field: r.Field, Value: r.Value, Want: r.Want,
			Subject: r.Subject, Origin: data.Origin{Source: r.Source, Sheet: r.Sheet, Line: r.Line},
		})
	}
	return out, err
}

// readSheet reads the worksheet itself.
func (s *Scorecard) readSheet(ctx context.Context, db *DB, f Filter, w worksheetRow) error {
	s.Regulation, s.Basis, s.Total = w.Regulation, w.Basis, w.Total
	s.Answered, s.Unanswered, s.NotApply = w.Answered, w.Unanswered, w.NotApply
	set, ok := rule.Get(w.Regulation)
	if !ok {
		return fmt.Errorf("unit %s: worksheet by unknown regulation %q", f.Unit, w.Regulation)
	}
	s.Meta.Rules, s.Meta.Policy, s.Meta.N = []string{set.ID}, set.DefaultPolicy().String(), 1
	p := f.params()
	p["regulation"] = w.Regulation
	var err error
	if err = s.readNodes(ctx, db, p); err != nil {
		return err
	}
	if s.Items, err = collect[ItemStat](ctx, db, "unit_items", p); err != nil {
		return err
	}
	if s.Criteria, err = collect[CriterionStat](ctx, db, "unit_criteria", p); err != nil {
		return err
	}
	if err = s.readRanks(ctx, db, f); err != nil {
		return err
	}
	if err = s.readAreas(ctx, db, f, set); err != nil {
		return err
	}
	if w.Basis == "items" {
		if err = s.weighPolicies(ctx, db, p, set); err != nil {
			return err
		}
	}
	s.noteSheet(w)
	s.Meta.noteHeld(db.scope, f.Layer)
	return nil
}

func (s *Scorecard) noteSheet(w worksheetRow) {
	s.Meta.noteLayer(w.Layer)
	for _, c := range s.Criteria {
		if c.Criterion == "prior_wbk" && c.Passed == nil {
			s.Meta.note("awards-unknown")
		}
	}
	if w.Basis != "items" {
		s.Meta.note("items-not-kept")
		return
	}
	if w.Unanswered > 0 {
		s.Meta.note("unanswered-zero", "n", strconv.FormatInt(w.Unanswered, 10))
	}
	if w.NotApply > 0 {
		s.Meta.note("not-applicable-spread", "n", strconv.FormatInt(w.NotApply, 10))
	}
	if s.Reported != nil && s.Total != nil && (*s.Reported-*s.Total).Round(4) != 0 {
		s.Meta.note("reported-differs", "reported", s.Reported.String(), "recomputed", s.Total.String())
	}
}

type nodeRow struct {
	Code     string      `col:"code"`
	Parent   string      `col:"parent"`
	Level    string      `col:"level"`
	Part     string      `col:"part"`
	Area     string      `col:"area"`
	LabelID  string      `col:"label_id"`
	LabelEN  string      `col:"label_en"`
	Weight   data.Score  `col:"weight"`
	Score    *data.Score `col:"score"`
	State    string      `col:"state"`
	Reported *data.Score `col:"reported"`
}

func (s *Scorecard) readNodes(ctx context.Context, db *DB, p map[string]any) error {
	rows, err := collect[nodeRow](ctx, db, "unit_nodes", p)
	if err != nil {
		return err
	}
	s.Nodes = make([]NodeStat, 0, len(rows))
	for _, r := range rows {
		n := NodeStat{
			Code: r.Code, Parent: r.Parent, Level: r.Level, Part: r.Part, Area: r.Area, LabelID: r.LabelID, LabelEN: r.LabelEN,
			Weight: r.Weight, Score: r.Score, State: r.State, Reported: r.Reported, Attainment: share(r.Score, r.Weight),
		}
		if r.Code == "total" {
			s.Reported = r.Reported
		}
		s.Nodes = append(s.Nodes, n)
	}
	return nil
}

// share is score / weight, or nil where either is not known.
func share(score *data.Score, weight data.Score) *data.Score {
	if score == nil || weight == 0 {
		return nil
	}
	v := score.Times(int64(data.One), int64(weight))
	return &v
}

type rankRow struct {
	RankNation   *int64 `col:"rank_nation"`
	OfNation     *int64 `col:"of_nation"`
	RankKind     *int64 `col:"rank_kind"`
	OfKind       *int64 `col:"of_kind"`
	RankType     *int64 `col:"rank_type"`
	OfType       *int64 `col:"of_type"`
	RankProvince *int64 `col:"rank_province"`
	OfProvince   *int64 `col:"of_province"`
	RankAgency   *int64 `col:"rank_agency"`
	OfAgency     *int64 `col:"of_agency"`
}

func (s *Scorecard) readRanks(ctx context.Context, db *DB, f Filter) error {
	rows, err := collect[rankRow](ctx, db, "unit_ranks", f.params())
	s.Rank = []RankIn{}
	if err != nil || len(rows) == 0 {
		return err
	}
	r := rows[0]
	for _, g := range []struct {
		group    string
		rank, of *int64
		filter   Filter
	}{
		{"nation", r.RankNation, r.OfNation, Filter{}},
		{"kind", r.RankKind, r.OfKind, Filter{Kind: s.Unit.Kind}},
		{"type", r.RankType, r.OfType, Filter{UnitType: s.Unit.UnitType}},
		{"province", r.RankProvince, r.OfProvince, Filter{Province: s.Unit.Province.ID}},
		{"agency", r.RankAgency, r.OfAgency, Filter{Agency: s.Unit.Agency.ID}},
	} {
		g.filter.Cycle, g.filter.Layer = f.Cycle, f.Layer
		may, err := db.show(ctx, scored, g.filter, "")
		if err != nil {
			return err
		}
		in := RankIn{Group: g.group, Of: Withheld}
		if g.rank != nil && may.ok(f.Cycle, "") && may.rest(f.Cycle, "", *g.of) {
			in = RankIn{g.group, *g.rank, Count(*g.of), tier(*g.rank, *g.of)}
		}
		s.Rank = append(s.Rank, in)
		s.Meta.noteShown(may)
	}
	s.Meta.note("rank-uncertain")
	return nil
}

// beside reads how each area fared over units of the same type and over the
// nation.
func (s *Scorecard) beside(ctx context.Context, db *DB, f Filter) (out [2]map[string]Spread, err error) {
	for i, g := range []Filter{{UnitType: s.Unit.UnitType}, {}} {
		g.Cycle, g.Layer = f.Cycle, f.Layer
		may, err := db.show(ctx, scored, g, "")
		if err != nil {
			return out, err
		}
		areas, err := db.areaStats(ctx, g, may)
		if err != nil {
			return out, err
		}
		out[i] = map[string]Spread{}
		for _, a := range areas {
			out[i][a.Area] = a.Attainment
		}
		s.Meta.noteShown(may)
	}
	return out, nil
}

// readAreas puts each area, both halves together, beside the same type and the
// nation.
func (s *Scorecard) readAreas(ctx context.Context, db *DB, f Filter, set *rule.Set) error {
	beside, err := s.beside(ctx, db, f)
	if err != nil {
		return err
	}
	s.Areas = []AreaScore{}
	for _, n := range s.Nodes {
		if n.Level != rule.LevelArea {
			continue
		}
		i := slices.IndexFunc(s.Areas, func(a AreaScore) bool { return a.Area == n.Area })
		if i < 0 {
			s.Areas = append(s.Areas, AreaScore{Area: n.Area, Score: new(data.Score), Same: beside[0][n.Area], Nation: beside[1][n.Area]})
			i = len(s.Areas) - 1
		}
		s.Areas[i].add(n)
	}
	for i := range s.Areas {
		a := &s.Areas[i]
		a.Attainment = share(a.Score, a.Weight)
		a.MinWBK, a.MinWBBM = areaMinimum(set, a.Area, data.WBK), areaMinimum(set, a.Area, data.WBBM)
	}
	return s.addBest(ctx, db, f)
}

// add takes one half (or the only part) of the area.
func (a *AreaScore) add(n NodeStat) {
	a.Weight += n.Weight
	switch {
	case n.Score != nil && a.Score != nil:
		*a.Score += *n.Score
	case n.State != "not_applicable":
		a.Score = nil // one half is not known, so the whole is not
	}
	switch n.Part {
	case "pemenuhan":
		a.Pemenuhan = n.Attainment
	case "reform":
		a.Reform = n.Attainment
	}
}

// areaMinimum is the share of its weight that an area must earn, or nil.
func areaMinimum(set *rule.Set, area, target string) *data.Score {
	for _, c := range set.Criteria {
		low := c.Minimum(target)
		switch {
		case low == nil:
		case c.Measure == "area_share" && slices.Contains(data.Areas, area):
			v := low.Times(1, 100)
			return &v
		case c.Measure == "points" && c.Node == area:
			if n, ok := set.Node(area); ok {
				return share(low, n.Weight)
			}
		}
	}
	return nil
}

type answerRow struct {
	ItemID string       `col:"item_id"`
	Choice string       `col:"choice"`
	Value  *data.Amount `col:"value"`
	Num    *data.Amount `col:"num"`
	Den    *data.Amount `col:"den"`
}

// weighPolicies scores the worksheet under every policy, to say what the open
// items still allow and whether a verdict hangs on our choice.
func (s *Scorecard) weighPolicies(ctx context.Context, db *DB, p map[string]any, set *rule.Set) error {
	rows, err := collect[answerRow](ctx, db, "unit_answers", p)
	if err != nil {
		return err
	}
	w := rule.Worksheet{}
	for _, r := range rows {
		w[r.ItemID] = data.Answer{ItemID: r.ItemID, Choice: r.Choice, Value: r.Value, Num: r.Num, Den: r.Den}
	}
	facts := rule.Facts{}
	for _, c := range s.Criteria {
		if c.Value != nil && slices.ContainsFunc(set.Criteria, func(k rule.Criterion) bool { return k.Code == c.Criterion && k.Measure == "fact" }) {
			facts[c.Criterion] = *c.Value
		}
	}
	own := set.Score(w, set.DefaultPolicy())
	s.Low, s.High = &own.Low, &own.High
	s.Policies = []PolicyStat{}
	for _, alt := range set.Alternatives(w, facts) {
		s.Policies = append(s.Policies, PolicyStat{
			Unanswered: alt.Policy.Unanswered, NotApplicable: alt.Policy.NotApplicable, Default: alt.Policy == set.DefaultPolicy(),
			Total: alt.Total, Passes: alt.Passes,
		})
		for _, t := range data.Targets {
			if alt.Passes[t] != s.Policies[0].Passes[t] {
				s.Meta.note("policy-matters", "target", t)
			}
		}
	}
	return nil
}
