package analytics

import "tolok/analytics/peer"

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
