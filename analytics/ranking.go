package analytics

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tolok/data"
)

// RankingFilter is what a ranking is asked about.
type RankingFilter struct {
	Filter
	Peers string `json:"peers,omitempty" param:"peers"` // a unit: only those of its type and kind of agency
	Raw   bool   `json:"raw,omitempty" param:"raw"`     // show the rank that no interval supports
}

// Ranking answers: who stands where, by one value, in one cycle and layer?
func (db *DB) Ranking(ctx context.Context, q RankingFilter) (*Ranking, error) {
	f, err := db.settle(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(RankBy, f.By) {
		return nil, fmt.Errorf("%w: by=%q; use one of %s", ErrBadRequest, f.By, strings.Join(RankBy, ", "))
	}
	peers, err := db.peersOf(ctx, q.Peers, &f)
	if err != nil {
		return nil, err
	}
	r := &Ranking{Meta: db.meta("ranking", f), Cycle: f.Cycle, By: f.By, Page: f.Page, Raw: q.Raw, Peers: peers}
	may, err := db.show(ctx, scored, f, "")
	if err != nil {
		return nil, err
	}
	known, err := db.ranks(ctx, f)
	if err != nil {
		return nil, err
	}
	if r.Rows, r.Of, r.Found, err = db.rankingRows(ctx, f, may, known); err != nil {
		return nil, err
	}
	r.Pages = int((r.Found + int64(f.Size) - 1) / int64(f.Size))
	r.Dist, r.Minima = known.bins, known.minima
	var all int64
	for _, b := range r.Dist {
		all += b.Count
	}
	switch {
	case !may.ok(f.Cycle, "") || !may.rest(f.Cycle, "", all):
		r.Of, r.Dist = Withheld, []Bin{}
	case len(r.Rows) == 0: // beyond the last page, or nothing found: the counts come from the bins
		r.Of = Count(all)
	}
	r.Uncertainty = known.uncertainty()
	r.addNotes(db, f, may)
	return r, nil
}

func (r *Ranking) addNotes(db *DB, f Filter, may *shown) {
	r.Meta.N = r.Of
	r.Meta.noteLayer(f.Layer)
	r.Meta.noteMixed(f)
	r.Meta.note("rank-uncertain")
	r.Meta.note("unanswered-zero")
	r.Meta.note("not-applicable-spread")
	r.Meta.noteFew(r.Of.Int())
	r.Meta.noteHeld(db.scope, f.Layer)
	if form, _, others := db.forms(f); len(others) > 0 {
		if slices.Contains(pointsOf, f.By) {
			r.Meta.note("forms-apart", "form", form, "rules", strings.Join(others, ", "))
		} else {
			r.Meta.note("forms-mixed", "rules", strings.Join(others, ", "))
		}
	}
	if db.scope.reach() != everything {
		r.Meta.note("names-held")
	}
	r.Meta.noteShown(may)
	switch {
	case r.Uncertainty.Source == "":
		r.Meta.note("no-interval")
	case r.Uncertainty.Source == fromReliability:
		r.Meta.note("interval-reliability", "se", strconv.FormatFloat(*r.Uncertainty.SE, 'f', 2, 64))
	default:
		r.Meta.note("interval-respondents")
	}
}

// pointsOf are what a ranking sorts by in points of a form.
var pointsOf = []string{"total", "A", "B"}

// peersOf restricts a filter to the units of one's type and kind of agency.
func (db *DB) peersOf(ctx context.Context, unit string, f *Filter) (*LikeUnit, error) {
	if unit == "" {
		return nil, nil
	}
	found, err := collect[LikeUnit](ctx, db, "unit_group", map[string]any{"unit": unit})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("unit %q: %w", unit, ErrNotFound)
	}
	f.Kind, f.UnitType = found[0].Kind, found[0].UnitType
	return &found[0], nil
}

type rankingRow struct {
	Rank       int64       `col:"rank"`
	Of         int64       `col:"of"`
	Found      int64       `col:"found"`
	UnitID     string      `col:"unit_id"`
	Name       string      `col:"name"`
	AgencyID   string      `col:"agency_id"`
	Agency     string      `col:"agency"`
	Kind       string      `col:"kind"`
	UnitType   string      `col:"unit_type"`
	Province   string      `col:"province"`
	Regulation string      `col:"regulation"`
	Value      *data.Score `col:"value"`
	Error      *float64    `col:"error"`
	Total      *data.Score `col:"total"`
	Pengungkit *data.Score `col:"pengungkit"`
	Hasil      *data.Score `col:"hasil"`
	areaColumns
	IPAK       *data.Score `col:"ipak"`
	IPKP       *data.Score `col:"ipkp"`
	Unanswered *int64      `col:"unanswered"`
	Target     string      `col:"target"`
	Result     string      `col:"result"`
}

// areaColumns are the six areas as SQL has them side by side.
type areaColumns struct {
	MP  *data.Score `col:"mp"`
	TT  *data.Score `col:"tt"`
	SDM *data.Score `col:"sdm"`
	AK  *data.Score `col:"ak"`
	PW  *data.Score `col:"pw"`
	PP  *data.Score `col:"pp"`
}

func (a areaColumns) byArea() map[string]*data.Score {
	return map[string]*data.Score{"MP": a.MP, "TT": a.TT, "SDM": a.SDM, "AK": a.AK, "PW": a.PW, "PP": a.PP}
}

// rankingRows ranks the units that may be listed; where the group they are
// ranked in may not be shown, they have no rank.
func (db *DB) rankingRows(ctx context.Context, f Filter, may *shown, known *ranks) (out []RankingRow, of Count, found int64, err error) {
	rows, err := collect[rankingRow](ctx, db, "ranking", db.rankParams(f))
	if err != nil {
		return nil, 0, 0, err
	}
	out = make([]RankingRow, 0, len(rows))
	for _, r := range rows {
		of, found = Count(r.Of), r.Found
		if !may.ok(f.Cycle, "") || !may.rest(f.Cycle, "", r.Of) || db.scope.reach() < oneAgency && f.Layer != data.TPN {
			r.Rank, of = 0, Withheld
		}
		interval, odds := known.at(r.Value, r.Error)
		if r.Rank == 0 {
			odds = nil // what the rank would tell, they would too
		}
		unanswered := Withheld
		if r.Unanswered != nil {
			unanswered = Count(*r.Unanswered)
		}
		out = append(out, RankingRow{
			Rank: r.Rank, Tier: tier(r.Rank, of.Int()), UnitID: r.UnitID, Name: r.Name, AgencyID: r.AgencyID, Agency: r.Agency, Kind: r.Kind,
			UnitType: r.UnitType, Province: r.Province, Regulation: r.Regulation, Value: r.Value, Interval: interval, Odds: odds, Total: r.Total, Pengungkit: r.Pengungkit, Hasil: r.Hasil,
			Areas: r.byArea(), IPAK: r.IPAK, IPKP: r.IPKP, Unanswered: unanswered, Target: r.Target, Result: r.Result,
		})
	}
	return out, of, found, nil
}

// tier says where a rank lies without pretending to more: the top tenth, the
// top quarter, the bottom quarter, or the middle. Equal scores share a rank,
// so a tier can hold more than its share. No rank, or fewer than 10 units: no
// tier.
func tier(rank, of int64) string {
	switch {
	case rank == 0 || of < 10:
		return ""
	case rank*10 <= of:
		return "top10"
	case rank*4 <= of:
		return "top25"
	case rank*4 > of*3:
		return "bottom25"
	}
	return "middle"
}
