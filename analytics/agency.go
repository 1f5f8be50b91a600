package analytics

import (
	"context"
	"fmt"
	"slices"

	"tolok/data"
)

type agencyRow struct {
	ID           string `col:"agency_id"`
	Name         string `col:"name"`
	Kind         string `col:"kind"`
	ProvinceCode string `col:"province_code"`
	Province     string `col:"province"`
}

// Agency answers: how does one agency stand, and its units inside it?
func (db *DB) Agency(ctx context.Context, f Filter) (*Agency, error) {
	if f.Agency == "" {
		return nil, fmt.Errorf("%w: which agency? Give its id as agency", ErrBadRequest)
	}
	f, err := db.settle(ctx, f)
	if err != nil {
		return nil, err
	}
	found, err := collect[agencyRow](ctx, db, "agency", f.params())
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("agency %q: %w", f.Agency, ErrNotFound)
	}
	g := found[0]
	a := &Agency{
		Meta: db.meta("agency", f), ID: g.ID, Name: g.Name, Kind: g.Kind, Province: Place{g.ProvinceCode, g.Province}, Cycle: f.Cycle,
	}
	own, kind, nation := Filter{Agency: f.Agency}, Filter{Kind: g.Kind}, Filter{}
	for _, x := range []*Filter{&own, &kind, &nation} {
		x.Cycle, x.Layer, x.Target, x.Issuer, x.UnitType = f.Cycle, f.Layer, f.Target, f.Issuer, f.UnitType
	}
	if err := a.readOwn(ctx, db, f, own); err != nil {
		return nil, err
	}
	if err := a.readBeside(ctx, db, own, kind, nation); err != nil {
		return nil, err
	}
	a.Meta.N = a.Scored
	a.Meta.noteLayer(f.Layer)
	a.Meta.note("rank-uncertain")
	a.Meta.note("unanswered-zero")
	a.Meta.note("not-applicable-spread")
	a.Meta.noteMixed(own)
	a.Meta.noteBreaks(a.Series)
	a.Meta.noteFew(a.PassRate.Of.Int())
	a.Meta.noteHeld(db.scope, f.Layer)
	return a, nil
}

// readOwn reads what is the agency's alone.
func (a *Agency) readOwn(ctx context.Context, db *DB, f, own Filter) error {
	o := &Overview{}
	for _, p := range []part{o.hold(db), o.readUnits(db), o.readSpread(db), o.readOutcomes(db), o.readFunnel(db), o.readSeries(db)} {
		if err := p(ctx, own); err != nil {
			return err
		}
	}
	a.Units, a.Scored, a.Nominees, a.PassRate, a.Total = o.Units, o.Scored, o.Nominees, o.PassRate, o.Total
	a.Holders, a.Funnel, a.Series, a.Passed = o.Holders, o.Funnel, o.Series, o.Passed
	a.Meta.noteShown(o.total.scored, o.total.nominated)
	var err error
	if a.Quotas, err = collect[QuotaStat](ctx, db, "agency_quotas", f.params()); err != nil {
		return err
	}
	for i := range a.Quotas {
		if !db.scope.decided(f.Cycle) {
			a.Quotas[i].Nominees = Withheld
		}
	}
	list := f
	list.Kind, list.Province = "", "" // an agency's own list is whole
	list.Page, list.Size = 1, maxSize
	may, err := db.show(ctx, scored, list, "")
	if err != nil {
		return err
	}
	known, err := db.ranks(ctx, list)
	if err != nil {
		return err
	}
	if a.Rows, _, _, err = db.rankingRows(ctx, list, may, known); err != nil {
		return err
	}
	if err := a.readUnits(ctx, db, f); err != nil {
		return err
	}
	a.Unscored = []Place{}
	if !db.scope.owns("", f.Agency) || f.Layer == data.TPN && !db.scope.decided(f.Cycle) {
		return nil // who has no worksheet is known only where all that have one are
	}
	rows, err := collect[placeRow](ctx, db, "agency_unscored", f.params())
	for _, r := range rows {
		a.Unscored = append(a.Unscored, Place(r))
	}
	return err
}

type placeRow struct {
	ID   string `col:"unit_id"`
	Name string `col:"name"`
}

// readBeside reads the same numbers of its kind and of the nation.
func (a *Agency) readBeside(ctx context.Context, db *DB, own, kind, nation Filter) error {
	for _, g := range []struct {
		f    Filter
		rate *Rate
	}{{kind, &a.KindRate}, {nation, &a.NationRate}} {
		o := &Overview{}
		if err := o.hold(db)(ctx, g.f); err != nil {
			return err
		}
		if err := o.readOutcomes(db)(ctx, g.f); err != nil {
			return err
		}
		*g.rate = o.PassRate
	}
	for i, f := range []Filter{nation, kind, own} {
		may, err := db.show(ctx, scored, f, "")
		if err != nil {
			return err
		}
		areas, err := db.areaStats(ctx, f, may)
		if err != nil {
			return err
		}
		if i == 0 {
			a.Areas = make([]AgencyArea, 0, len(areas))
		}
		for _, s := range areas {
			k := slices.IndexFunc(a.Areas, func(x AgencyArea) bool { return x.Area == s.Area })
			if k < 0 {
				a.Areas = append(a.Areas, AgencyArea{Area: s.Area})
				k = len(a.Areas) - 1
			}
			*[]*Spread{&a.Areas[k].Nation, &a.Areas[k].Kind, &a.Areas[k].Own}[i] = s.Attainment
		}
	}
	return nil
}
