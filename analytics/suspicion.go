package analytics

import (
	"context"
	"database/sql"

	"tolok/data"
	"tolok/data/lake"
	"tolok/data/rule"
)

// SuspicionCodes are the checks over the whole lake, in the order to show. The
// catalogue of problems has the words of each.
var SuspicionCodes = []string{
	"total-differs", "sum-differs", "survey-differs", "same-worksheet", "all-best", "stages-out-of-order", "stage-after-end", "wbbm-without-wbk",
}

// Tolerances are what the checks allow for; view/80_suspicion.sql says why.
type Tolerances struct {
	Reported       data.Score `col:"reported"`        // points, between a total as reported and as recomputed
	Rounding       data.Score `col:"rounding"`        // points, of one number with two decimals
	RoundingSurvey data.Score `col:"rounding_survey"` // on 0-4, the most that rounding may explain of one index
	Answered       int64      `col:"answered"`        // items, for worksheets to be compared
	Varied         int64      `col:"varied"`          // items beside the most frequent score, for worksheets to be compared
}

// Allowed are the tolerances in use.
var Allowed = Tolerances{
	Reported: data.MustScore("0.01"), Rounding: data.MustScore("0.005"), RoundingSurvey: data.MustScore("0.05"), Answered: 30, Varied: 10,
}

// Suspicions finds in a state of a lake what is possible row by row and cannot
// all be true together. It writes nothing, needs no serving file, and builds
// only what the checks rest on, so that an agency can ask before it sends; the
// cost is a fraction of a second for a worksheet. Units and awards that
// are not in this lake are not known to it.
func Suspicions(ctx context.Context, l *lake.Lake, m *lake.Manifest) (found []data.Problem, err error) {
	err = overLake(ctx, l, "", "", func(_ *sql.DB, c *sql.Conn, root string) error {
		if err := openRaw(ctx, c, root, m.Files); err != nil {
			return err
		}
		found, err = suspicions(ctx, c)
		return err
	})
	return found, err
}

// suspicions makes the views that the suspicions rest on, over what openRaw has
// opened, and asks for them.
func suspicions(ctx context.Context, c *sql.Conn) ([]data.Problem, error) {
	if err := loadRules(ctx, c, func(s *rule.Set) []rule.Policy { return []rule.Policy{s.DefaultPolicy()} }); err != nil {
		return nil, err
	}
	wanted := behind("suspicion")
	for _, v := range views() {
		if !wanted[v.name] {
			continue
		}
		if err := createView(ctx, c, v, true); err != nil {
			return nil, err
		}
	}
	rows, err := c.QueryContext(ctx, query("suspicions"))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return scanAll[data.Problem](rows)
}
