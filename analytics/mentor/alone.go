package mentor

import (
	"cmp"
	"slices"
)

// Alone is what comes of it when every guest goes to its best host and nobody
// shares out.
type Alone struct {
	Visits     int   // that hosts have room for
	Benefit    int64 // of these, when a host takes those first to whom it is of most use
	TurnedAway int   // guests that find their best host full
	Crowded    int   // hosts that are asked by more than they take
	Busiest    int   // the most guests that ask one host
	Short      int   // groups that get less than their share of these visits
}

// Apart works out what happens without an assignment.
func Apart(p *Problem) Alone {
	asked := make([][]int, len(p.Capacity)) // guests by host
	size, got := make([]int, p.Groups), make([]int, p.Groups)
	able := 0
	for g, group := range p.Guests {
		host, most := -1, int64(0)
		for h, c := range p.Capacity {
			if b := p.Benefit(g, h); c > 0 && b > most {
				host, most = h, b
			}
		}
		if host >= 0 {
			asked[host] = append(asked[host], g)
			size[group]++
			able++
		}
	}
	var a Alone
	for h, guests := range asked {
		a.Busiest = max(a.Busiest, len(guests))
		if over := len(guests) - p.Capacity[h]; over > 0 {
			a.Crowded++
			a.TurnedAway += over
			slices.SortStableFunc(guests, func(a, b int) int { return cmp.Compare(p.Benefit(b, h), p.Benefit(a, h)) })
			guests = guests[:p.Capacity[h]]
		}
		for _, g := range guests {
			a.Visits++
			a.Benefit += p.Benefit(g, h)
			got[p.Guests[g]]++
		}
	}
	for g, n := range size {
		if got[g] < shareOf(a.Visits, n, able) {
			a.Short++
		}
	}
	return a
}
