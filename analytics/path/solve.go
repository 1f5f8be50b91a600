package path

import "slices"

// solution is a group worked out for every cost up to a budget.
type solution struct {
	points []int64 // by cost: the most the group counts for that or less
	parts  []part  // items, then groups
}

// part is what an item or a group within adds.
type part struct {
	item   *Item     // or
	inner  *solution // a group
	offers []offer
	taken  []int32 // by cost of the group so far: which offer
}

// offer is one thing to be had of a part. Of an item it is one of its choices;
// of a group, a cost at which it counts more than for any less.
type offer struct {
	cost, points int64
	choice       int
}

// solve works a group out up to a budget, its groups first.
func (g *Group) solve(budget int64) *solution {
	s := &solution{points: make([]int64, budget+1)}
	for i := range g.Items {
		p := part{item: &g.Items[i]}
		for c, choice := range p.item.Choices {
			p.offers = append(p.offers, offer{choice.Cost, choice.Points, c})
		}
		s.add(p)
	}
	for _, sub := range g.Groups {
		inner := sub.solve(budget)
		s.add(part{inner: inner, offers: inner.offers()})
	}
	for c, points := range s.points {
		if points == unreached {
			continue
		}
		if s.points[c] = g.counted(points); s.points[c] < g.Need {
			s.points[c] = unreached
		}
	}
	return s
}

// offers are the costs at which the group counts more than for any less.
func (s *solution) offers() []offer {
	var out []offer
	best := int64(unreached)
	for c, points := range s.points {
		if points > best {
			best = points
			out = append(out, offer{cost: int64(c), points: points})
		}
	}
	return out
}

// add takes the best of each cost over the offers of one more part.
func (s *solution) add(p part) {
	points := make([]int64, len(s.points))
	p.taken = make([]int32, len(s.points))
	for c := range points {
		points[c] = unreached
		for i, o := range p.offers {
			if o.cost > int64(c) {
				break // offers rise
			}
			before := s.points[int64(c)-o.cost]
			if before != unreached && before+o.points > points[c] {
				points[c], p.taken[c] = before+o.points, int32(i)
			}
		}
	}
	s.points = points
	s.parts = append(s.parts, p)
}

// collect goes back over what was taken at a cost.
func (s *solution) collect(cost int64, steps *[]Step) {
	for _, p := range slices.Backward(s.parts) {
		o := p.offers[p.taken[cost]]
		switch {
		case p.inner != nil:
			p.inner.collect(o.cost, steps)
		case o.choice > 0:
			*steps = append(*steps, Step{p.item.ID, o.choice})
		}
		cost -= o.cost
	}
}
