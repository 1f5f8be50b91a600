package analytics

import (
	"context"

	"tolok/data"
)

// Ranking answers: who stands where, by one value, in one cycle and layer?
func (db *DB) Ranking(ctx context.Context, f Filter) (*Ranking, error) {
	f, err := db.settle(ctx, f)
	if err != nil {
		return nil, err
	}
	r := &Ranking{Meta: db.meta("ranking", f), Cycle: f.Cycle, By: f.By, Page: f.Page}
	may, err := db.show(ctx, scored, f, "")
	if err != nil {
		return nil, err
	}
	if r.Rows, r.Of, r.Found, err = db.rankingRows(ctx, f, may); err != nil {
		return nil, err
	}
	r.Pages = int((r.Found + int64(f.Size) - 1) / int64(f.Size))
	if r.Dist, err = db.bins(ctx, f); err != nil {
		return nil, err
	}
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
	r.Meta.N = r.Of
	r.Meta.noteLayer(f.Layer)
	r.Meta.noteMixed(f)
	r.Meta.note("rank-uncertain")
	r.Meta.note("unanswered-zero")
	r.Meta.note("not-applicable-spread")
	r.Meta.noteFew(r.Of.Int())
	r.Meta.noteHeld(db.scope, f.Layer)
	if db.scope.reach() != everything {
		r.Meta.note("names-held")
	}
	r.Meta.noteShown(may)
	return r, nil
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
	Value      *data.Score `col:"value"`
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
func (db *DB) rankingRows(ctx context.Context, f Filter, may *shown) (out []RankingRow, of Count, found int64, err error) {
	rows, err := collect[rankingRow](ctx, db, "ranking", f.params())
	if err != nil {
		return nil, 0, 0, err
	}
	out = make([]RankingRow, 0, len(rows))
	for _, r := range rows {
		of, found = Count(r.Of), r.Found
		if !may.ok(f.Cycle, "") || !may.rest(f.Cycle, "", r.Of) || db.scope.reach() < oneAgency && f.Layer != data.TPN {
			r.Rank, of = 0, Withheld
		}
		unanswered := Withheld
		if r.Unanswered != nil {
			unanswered = Count(*r.Unanswered)
		}
		out = append(out, RankingRow{
			Rank: r.Rank, Tier: tier(r.Rank, of.Int()), UnitID: r.UnitID, Name: r.Name, AgencyID: r.AgencyID, Agency: r.Agency, Kind: r.Kind,
			UnitType: r.UnitType, Province: r.Province, Value: r.Value, Total: r.Total, Pengungkit: r.Pengungkit, Hasil: r.Hasil,
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

type binRow struct {
	Bin int64 `col:"bin"`
	N   int64 `col:"n"`
}

// bins counts what the ranking sorts by in steps that suit its scale, from the
// first filled step to the last.
func (db *DB) bins(ctx context.Context, f Filter) ([]Bin, error) {
	width, high := 2.5, 100.0
	switch f.By {
	case "A", "B":
		width, high = 2, 60
	case "IPAK", "IPKP":
		width, high = 0.1, 4
	}
	params := f.params()
	params["width"], params["bins"] = width, int64(high/width+0.5)
	rows, err := collect[binRow](ctx, db, "ranking_bins", params)
	if err != nil || len(rows) == 0 {
		return []Bin{}, err
	}
	first, last := rows[0].Bin, rows[len(rows)-1].Bin
	out := make([]Bin, last-first+1)
	for i := range out {
		from := float64(first+int64(i)) * width
		out[i] = Bin{From: from, To: from + width}
	}
	for _, r := range rows {
		out[r.Bin-first].Count = r.N
	}
	return out, nil
}
