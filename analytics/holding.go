package analytics

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tolok/data"
	"tolok/data/rule"
)

// RegisterQuestion asks for the register, or for part of it.
type RegisterQuestion struct {
	Filter
	State string `json:"state,omitempty" param:"state"` // held, revoked; "" is both
}

// RegisterStates are what a question's State can be beside "".
var RegisterStates = []string{"held", "revoked"}

// Register is who held which predicate at the end of a cycle, who lost one, and
// which holders no longer meet what the predicate asks.
type Register struct {
	Meta    Meta          `json:"meta"`
	Cycle   int           `json:"cycle"`
	State   string        `json:"state"`
	Holders []HolderCount `json:"holders"` // predicates in force
	After   *AfterAward   `json:"after_award"`
	Rows    []RegisterRow `json:"rows"` // one page, newest first
	Found   int64         `json:"found"`
	Page    int           `json:"page"`
	Pages   int           `json:"pages"`
	Watch   []WatchRow    `json:"watch"`  // holders that fall short, furthest first
	Looked  int64         `json:"looked"` // holders of whom the cycle has a worksheet or survey that the reader may see
}

// AfterAward is the rule of the cycle on revoked predicates.
type AfterAward struct {
	BarYears int    `json:"bar_years"`
	Status   string `json:"status"`
	Citation string `json:"citation"`
}

// RegisterRow is one predicate.
type RegisterRow struct {
	UnitID   string `json:"unit_id"`
	Name     string `json:"name"`
	AgencyID string `json:"agency_id"`
	Agency   string `json:"agency"`
	Kind     string `json:"kind"`
	UnitType string `json:"unit_type"`
	Province string `json:"province"`
	AwardStat
	InForce bool `json:"in_force"` // at the end of the cycle
	// Next is what the unit may be nominated for in the cycle after: wbbm (it
	// holds WBK), holds-wbbm, barred, open (revoked without a bar, or after it),
	// unknown (revoked for a reason that is not known, or under rules that do not
	// say what follows).
	Next        string     `json:"next"`
	BarredUntil *data.Date `json:"barred_until"` // the first day on which it may be nominated again
}

type registerRow struct {
	UnitID       string     `col:"unit_id"`
	Name         string     `col:"name"`
	AgencyID     string     `col:"agency_id"`
	Agency       string     `col:"agency"`
	Kind         string     `col:"kind"`
	UnitType     string     `col:"unit_type"`
	Province     string     `col:"province"`
	Predicate    string     `col:"predicate"`
	Issuer       string     `col:"issuer"`
	AwardedOn    data.Date  `col:"awarded_on"`
	Decree       string     `col:"decree"`
	RevokedOn    *data.Date `col:"revoked_on"`
	RevokeReason string     `col:"revoke_reason"`
	InForce      bool       `col:"in_force"`
	HasWBBM      bool       `col:"has_wbbm"`
	Found        int64      `col:"found"`
}

// WatchRow is one holder with what it falls short of, by the highest predicate
// that it holds.
type WatchRow struct {
	UnitID    string         `json:"unit_id"`
	Name      string         `json:"name"`
	AgencyID  string         `json:"agency_id"`
	Agency    string         `json:"agency"`
	Kind      string         `json:"kind"`
	UnitType  string         `json:"unit_type"`
	Predicate string         `json:"predicate"`
	Issuer    string         `json:"issuer"`
	AwardedOn data.Date      `json:"awarded_on"`
	Short     []WatchFinding `json:"short"` // furthest below first, as a share of the full mark
}

// WatchFinding is one criterion that a holder does not meet.
type WatchFinding struct {
	Source      string      `json:"source"` // worksheet, survey
	Layer       string      `json:"layer"`  // of a worksheet
	Criterion   string      `json:"criterion"`
	Value       *data.Score `json:"value"`
	Minimum     data.Score  `json:"minimum"`
	Margin      *data.Score `json:"margin"`
	Respondents *int64      `json:"respondents"` // of a survey
	Was         *data.Score `json:"was"`         // by the national team in the cycle of the award
	Share       float64     `json:"share"`       // the margin over the full mark
}

type watchRow struct {
	UnitID    string    `col:"unit_id"`
	Name      string    `col:"name"`
	AgencyID  string    `col:"agency_id"`
	Agency    string    `col:"agency"`
	Kind      string    `col:"kind"`
	UnitType  string    `col:"unit_type"`
	Predicate string    `col:"predicate"`
	Issuer    string    `col:"issuer"`
	AwardedOn data.Date `col:"awarded_on"`
	WatchFinding
}

// Register answers: who holds which predicate since when, who lost one and until
// when that bars, and which holders slide below what their predicate asks?
func (db *DB) Register(ctx context.Context, q RegisterQuestion) (*Register, error) {
	if q.State != "" && !slices.Contains(RegisterStates, q.State) {
		return nil, fmt.Errorf("%w: state=%q; use held or revoked", ErrBadRequest, q.State)
	}
	layer := q.Layer
	f, err := db.settle(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	f.Layer = layer // the watch list looks at all of them
	r := &Register{Meta: db.meta("register", f), Cycle: f.Cycle, State: q.State, Page: f.Page}
	p := f.params()
	p["state"], p["regulation"] = q.State, ""
	set, ok := rule.ForCycle(f.Cycle)
	if ok {
		p["regulation"] = set.ID
		if a := set.AfterAward; a != nil {
			r.After = &AfterAward{a.BarYears, a.Status, a.Citation}
		}
	}
	if r.Holders, err = collect[HolderCount](ctx, db, "overview_holders", p); err != nil {
		return nil, err
	}
	if err := r.readRows(ctx, db, p); err != nil {
		return nil, err
	}
	if err := r.readWatch(ctx, db, p); err != nil {
		return nil, err
	}
	r.Pages = int((r.Found + int64(f.Size) - 1) / int64(f.Size))
	r.addNotes(db, f, set)
	return r, nil
}

func (r *Register) readRows(ctx context.Context, db *DB, p map[string]any) error {
	rows, err := collect[registerRow](ctx, db, "register", p)
	r.Rows = make([]RegisterRow, 0, len(rows))
	for _, x := range rows {
		r.Found = x.Found
		row := RegisterRow{
			UnitID: x.UnitID, Name: x.Name, AgencyID: x.AgencyID, Agency: x.Agency, Kind: x.Kind, UnitType: x.UnitType, Province: x.Province,
			InForce: x.InForce, AwardStat: AwardStat{x.Predicate, x.Issuer, x.AwardedOn, x.Decree, x.RevokedOn, x.RevokeReason},
		}
		row.Next, row.BarredUntil = x.next(r.Cycle)
		r.Rows = append(r.Rows, row)
	}
	return err
}

// next says what the unit may be nominated for in the cycle after.
func (x *registerRow) next(cycle int) (string, *data.Date) {
	switch {
	case x.InForce && x.HasWBBM:
		return "holds-wbbm", nil
	case x.InForce:
		return "wbbm", nil
	}
	// Not in force: it was revoked, by the rules of that year.
	set, ok := rule.ForCycle(x.RevokedOn.Year())
	if !ok || set.AfterAward == nil {
		return "unknown", nil
	}
	switch bars := set.AfterAward.Bars(x.RevokeReason); {
	case bars == nil:
		return "unknown", nil
	case !*bars:
		return "open", nil
	}
	day := x.RevokedOn.Time().AddDate(set.AfterAward.BarYears, 0, 0)
	until := data.DateOf(day.Year(), day.Month(), day.Day())
	if until > data.DateOf(cycle+1, 1, 1) {
		return "barred", &until
	}
	return "open", &until
}

func (r *Register) readWatch(ctx context.Context, db *DB, p map[string]any) error {
	rows, err := collect[watchRow](ctx, db, "register_watch", p)
	if err != nil {
		return err
	}
	r.Watch = []WatchRow{}
	for _, x := range rows {
		if n := len(r.Watch); n == 0 || r.Watch[n-1].UnitID != x.UnitID {
			r.Watch = append(r.Watch, WatchRow{
				UnitID: x.UnitID, Name: x.Name, AgencyID: x.AgencyID, Agency: x.Agency, Kind: x.Kind, UnitType: x.UnitType,
				Predicate: x.Predicate, Issuer: x.Issuer, AwardedOn: x.AwardedOn,
			})
		}
		w := &r.Watch[len(r.Watch)-1]
		w.Short = append(w.Short, x.WatchFinding)
	}
	slices.SortStableFunc(r.Watch, func(a, b WatchRow) int { return cmp.Compare(a.Short[0].Share, b.Short[0].Share) })
	type looked struct {
		N int64 `col:"n"`
	}
	n, err := one[looked](ctx, db, "register_looked", p)
	r.Looked = n.N
	return err
}

func (r *Register) addNotes(db *DB, f Filter, set *rule.Set) {
	r.Meta.N = Count(r.Found)
	r.Meta.noteMixed(f)
	if r.Found == 0 && len(r.Holders) == 0 {
		r.Meta.note("awards-unknown")
	}
	if f.Layer == "" && len(r.Watch) > 0 {
		r.Meta.note("layers-mixed")
	}
	switch {
	case set == nil || set.AfterAward == nil:
		r.Meta.note("after-award-unknown")
	case set.AfterAward.Status == rule.Unverified:
		r.Meta.note("after-award-unverified", "regulation", set.ID)
	}
	if slices.ContainsFunc(r.Rows, func(x RegisterRow) bool { return x.Issuer == "mandiri" && x.Next == "wbbm" }) {
		r.Meta.note("mandiri-wbbm")
	}
	if db.scope.reach() != everything {
		r.Meta.note("watch-own")
		r.Meta.note("revoked-own")
	}
}

// Grid lists the page's predicates, then what holders fall short of.
func (r *Register) Grid() Grid {
	g := Grid{Columns: []string{
		"section", "unit_id", "name", "agency_id", "agency", "kind", "unit_type", "province", "predicate", "issuer", "awarded_on", "decree", "in_force",
		"revoked_on", "revoke_reason", "next", "barred_until", "source", "layer", "criterion", "value", "minimum", "margin", "was", "respondents",
	}}
	for _, x := range r.Rows {
		g.add("register", x.UnitID, x.Name, x.AgencyID, x.Agency, x.Kind, x.UnitType, x.Province, x.Predicate, x.Issuer, x.AwardedOn, x.Decree, x.InForce,
			day(x.RevokedOn), x.RevokeReason, x.Next, day(x.BarredUntil), "", "", "", "", "", "", "", "")
	}
	for _, w := range r.Watch {
		for _, s := range w.Short {
			g.add("watch", w.UnitID, w.Name, w.AgencyID, w.Agency, w.Kind, w.UnitType, "", w.Predicate, w.Issuer, w.AwardedOn, "", true,
				"", "", "", "", s.Source, s.Layer, s.Criterion, s.Value, s.Minimum, s.Margin, s.Was, s.Respondents)
		}
	}
	return g
}

// day is a date in a cell, empty where it is not known.
func day(d *data.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}
