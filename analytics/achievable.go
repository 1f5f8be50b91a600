package analytics

import (
	"context"
	"fmt"

	"tolok/analytics/peer"
)

// clientsCovered is the share of clients that the best units must serve to make
// the achievable benchmark (Weissman et al. 1999).
const clientsCovered = .1

// Achievable is the achievable benchmark of an area: the mean level, by those
// they serve, of the best holders that together serve a tenth of all that
// holders serve.
type Achievable struct {
	Level float64 `json:"level"` // percent of the weight
	Units int     `json:"units"`
	Of    int     `json:"of"`
}

// achievable is nil over too few to be a benchmark.
func achievable(all []peer.Performer) *Achievable {
	level, n, ok := peer.Benchmark(all, clientsCovered)
	if !ok || len(all) < Smallest {
		return nil
	}
	return &Achievable{level, n, len(all)}
}

type performerRow struct {
	UnitID  string  `col:"unit_id"`
	Area    string  `col:"area"`
	Share   float64 `col:"share"`
	Clients int64   `col:"service_users"`
}

// performers are the holders that the reader knows the size of, by area, with
// TPN's scores on one form as they are: what a scorecard stands beside.
func (db *DB) performers(ctx context.Context, cycle int, regulation string) (map[string][]peer.Performer, error) {
	params := map[string]any{"cycle": cycle, "forms": sameForm(regulation)}
	key := fmt.Sprint(db.scope.Key(), params)
	if out, ok := db.context.performers.get(key); ok {
		return out, nil
	}
	rows, err := collect[performerRow](ctx, db, "scorecard_best", params)
	if err != nil {
		return nil, err
	}
	out := map[string][]peer.Performer{}
	for _, r := range rows {
		out[r.Area] = append(out[r.Area], peer.Performer{ID: r.UnitID, Level: r.Share, Clients: float64(r.Clients)})
	}
	db.context.performers.put(key, out)
	return out, nil
}

// addBest puts each area beside the achievable benchmark of the other holders.
func (s *Scorecard) addBest(ctx context.Context, db *DB, f Filter) error {
	all, err := db.performers(ctx, f.Cycle, s.Regulation)
	if err != nil {
		return err
	}
	for i := range s.Areas {
		var others []peer.Performer
		for _, p := range all[s.Areas[i].Area] {
			if p.ID != f.Unit {
				others = append(others, p)
			}
		}
		s.Areas[i].Best = achievable(others)
	}
	return nil
}
