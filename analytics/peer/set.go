package peer

import "slices"

// Reciprocity says of each of a unit's peers whether it has the unit among its
// own k nearest. allowed is as for [Metric.Nearest]; the unit itself may always
// be one.
func (m *Metric) Reciprocity(of int, peers []Neighbour, k int, allowed []bool) []bool {
	if allowed != nil && !allowed[of] {
		allowed = slices.Clone(allowed)
		allowed[of] = true
	}
	out := make([]bool, len(peers))
	for i, p := range peers {
		out[i] = slices.ContainsFunc(m.Nearest(p.Row, k, allowed), func(n Neighbour) bool { return n.Row == of })
	}
	return out
}

// Reach is the distance to the last of a unit's k nearest, and whether there
// are k.
func (m *Metric) Reach(of, k int, allowed []bool) (float64, bool) {
	peers := m.Nearest(of, k, allowed)
	if len(peers) < k || k == 0 {
		return 0, false
	}
	return peers[k-1].Distance, true
}

// Reaches are the distances to the last of k nearest, over all units or, where
// there are more, n of them spread evenly over the ids; sorted. Units without k
// are left out.
func (m *Metric) Reaches(k, n int) []float64 {
	var out []float64
	step := max(1, m.Len()/max(1, n))
	for row := 0; row < m.Len(); row += step {
		if peers := m.Nearest(row, k, nil); len(peers) == k && k > 0 {
			out = append(out, peers[k-1].Distance)
		}
	}
	slices.Sort(out)
	return out
}

// Rank is the share of sorted values that are below v, 0 … 1.
func Rank(sorted []float64, v float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i, _ := slices.BinarySearch(sorted, v)
	return float64(i) / float64(len(sorted))
}

// Overlap is the share of a's ids that b has, too; nil for an empty a.
func Overlap(a, b []string) *float64 {
	if len(a) == 0 {
		return nil
	}
	in := map[string]bool{}
	for _, id := range b {
		in[id] = true
	}
	n := 0
	for _, id := range a {
		if in[id] {
			n++
		}
	}
	v := float64(n) / float64(len(a))
	return &v
}
