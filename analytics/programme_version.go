package analytics

import (
	"context"

	"tolok/analytics/forecast"
	"tolok/data"
	"tolok/data/rule"
)

// versionRow is one answer, or the score of one node, of a worksheet that was
// sent more than once or became known piece by piece.
type versionRow struct {
	UnitID     string       `col:"unit_id"`
	Cycle      int          `col:"cycle"`
	Layer      string       `col:"layer"`
	Regulation string       `col:"regulation"`
	Submission int          `col:"submission"`
	ItemID     string       `col:"item_id"`
	Code       string       `col:"code"`
	Choice     string       `col:"choice"`
	Value      *data.Amount `col:"value"`
	Num        *data.Amount `col:"num"`
	Den        *data.Amount `col:"den"`
	Score      *data.Score  `col:"score"`
	KnownOn    *data.Date   `col:"known_on"`
	Source     int          `col:"source"`
	Line       int          `col:"line"`
}

// sheetKey names a worksheet.
type sheetKey struct {
	inCycle
	layer string
}

func (db *DB) versions(ctx context.Context) (map[sheetKey][]versionRow, error) {
	rows, err := collect[versionRow](ctx, db, "programme_versions", nil)
	out := map[sheetKey][]versionRow{}
	for _, r := range rows {
		k := sheetKey{inCycle{r.UnitID, r.Cycle}, r.Layer}
		out[k] = append(out[k], r)
	}
	return out, err
}

// sheetKnown is a worksheet as it was known at a time: nil if it was not. Of
// one with several versions it is the newest submission's of the rows known by
// then, scored as the serving file scores.
func (r *archiveRows) sheetKnown(k sheetKey, known func(*data.Date) bool) *programmeSheet {
	versions := r.versions[k]
	if len(versions) == 0 {
		if s := r.sheets[k]; s != nil && known(s.KnownOn) {
			return s
		}
		return nil
	}
	var of []versionRow
	items := false
	for _, v := range versions { // oldest submission first
		if !known(v.KnownOn) || items && v.ItemID == "" {
			continue // scores count only where no items were kept
		}
		if len(of) > 0 && (of[0].Submission != v.Submission || of[0].Regulation != v.Regulation || !items && v.ItemID != "") {
			of = nil
		}
		items = items || v.ItemID != ""
		of = append(of, v)
	}
	if len(of) == 0 {
		return nil
	}
	set, ok := rule.Get(of[0].Regulation)
	if !ok {
		return nil
	}
	return versionSheet(set, of, items)
}

func versionSheet(set *rule.Set, rows []versionRow, items bool) *programmeSheet {
	out := &programmeSheet{}
	points := map[string]*data.Score{}
	if items {
		w := rule.Worksheet{}
		for _, v := range rows {
			w[v.ItemID] = data.Answer{ItemID: v.ItemID, Choice: v.Choice, Value: v.Value, Num: v.Num, Den: v.Den}
		}
		result := set.Score(w, set.DefaultPolicy())
		for code, n := range result.Nodes {
			if n.State == rule.Answered || n.Node.Level == rule.LevelArea && n.State != rule.NotApplicable {
				points[code] = &n.Score
			}
		}
	} else {
		for _, v := range rows {
			points[v.Code] = v.Score
		}
	}
	for _, v := range rows {
		if v.KnownOn != nil && (out.KnownOn == nil || *v.KnownOn > *out.KnownOn) {
			out.KnownOn = v.KnownOn
		}
	}
	out.take(set, points)
	return out
}

// take reads the shares of a worksheet's nodes off their points.
func (s *programmeSheet) take(set *rule.Set, points map[string]*data.Score) {
	whole := map[string]**float64{"MP": &s.MP, "TT": &s.TT, "SDM": &s.SDM, "AK": &s.AK, "PW": &s.PW, "PP": &s.PP}
	reform := map[string]**float64{"MP": &s.MPReform, "TT": &s.TTReform, "SDM": &s.SDMReform, "AK": &s.AKReform, "PW": &s.PWReform, "PP": &s.PPReform}
	for _, n := range set.Nodes {
		p := points[n.Code]
		if p == nil || n.Weight == 0 {
			continue
		}
		share := p.Float() / n.Weight.Float()
		to := whole[n.Area]
		if n.Part == "reform" {
			to = reform[n.Area]
		}
		switch part, result := resultPart(n); {
		case n.Level == rule.LevelArea && to != nil:
			*to = &share
		case result && part == forecast.Performance:
			s.Performance = &share
		case result:
			four := p.Times(4*int64(data.One), int64(n.Weight))
			if part == forecast.IPAK {
				s.IPAK = &four
			} else {
				s.IPKP = &four
			}
		}
	}
}
