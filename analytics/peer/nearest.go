package peer

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Neighbour is a unit at a distance.
type Neighbour struct {
	Row      int
	Distance float64
	Coverage float64 // share of all weight that the distance rests on
}

// Nearest are the k units nearest to a row, nearest first, equal ones by id;
// fewer where fewer can be compared. The row itself is never one. allowed, if
// not nil, says by row which may be.
func (m *Metric) Nearest(of, k int, allowed []bool) []Neighbour {
	return m.walk(of).nearest(of, k, allowed)
}

// walk is the groups in the order in which the rows of one group look through
// them.
type walk struct {
	*Metric
	from  int     // a row of the group
	near  []near  // by group
	order []int32 // groups, nearest first
}

// near is what the categories give towards a group.
type near struct{ sum, have float64 }

// walk begins at a row's group.
func (m *Metric) walk(of int) *walk {
	w := &walk{m, of, make([]near, len(m.groups)), make([]int32, len(m.groups))}
	own := m.groups[m.group[of]].codes
	for i := range m.groups {
		w.near[i].sum, w.near[i].have = m.words(own, m.groups[i].codes)
		w.order[i] = int32(i)
	}
	slices.SortFunc(w.order, func(a, b int32) int { return cmp.Compare(w.near[a].sum, w.near[b].sum) })
	return w
}

// nearest searches for one row of the walk's group.
func (w *walk) nearest(of, k int, allowed []bool) []Neighbour {
	return w.together([]int{of}, k, allowed)[0]
}

// tile is how many rows are looked at before the next search looks at the same
// ones: they are still close to the processor then.
const tile = 256

// together searches for several rows of the walk's group at once.
func (w *walk) together(rows []int, k int, allowed []bool) [][]Neighbour {
	all := make([]*search, len(rows))
	for i, of := range rows {
		all[i] = w.search(of, k)
	}
	for _, g := range w.order {
		group, open := &w.groups[g], false
		for _, s := range all {
			s.done = s.done || w.near[g].sum > s.limit() // and so is all that follows
			open = open || !s.done
		}
		if !open {
			break
		}
		for from := group.from; from < group.to; from += tile {
			to := min(from+tile, group.to)
			for _, s := range all {
				if !s.done {
					s.whole(from, min(to, group.whole), w.near[g], allowed)
					s.partly(max(from, group.whole), to, w.near[g], allowed)
				}
			}
		}
	}
	out := make([][]Neighbour, len(rows))
	for i, s := range all {
		out[i] = s.result()
	}
	return out
}

// search is the search for the peers of one row.
type search struct {
	*Metric
	of, k  int
	most   float64   // the most weight that the row can have in common with another
	z      []float64 // the row's values; 0 where it is not known
	weight []float64 // of z; 0 where it is not known
	heap   []found   // the k nearest so far, the farthest first
	done   bool
}

// found is d², which rows are held against each other by.
type found struct {
	d2, have float64
	row      int
}

func (a found) before(b found) bool { return a.d2 < b.d2 || a.d2 == b.d2 && a.row < b.row }

func (m *Metric) search(of, k int) *search {
	s := &search{Metric: m, of: of, k: max(0, min(k, m.Len()-1)), z: make([]float64, m.numeric), weight: make([]float64, m.numeric)}
	for j, code := range m.groups[m.group[of]].codes {
		if code >= 0 {
			s.most += m.word[j]
		}
	}
	for j, v := range m.row(int(m.place[of])) {
		if v == v {
			s.z[j], s.weight[j] = v, m.value[j]
			s.most += m.value[j]
		}
	}
	s.done = s.k == 0 || s.most == 0 || s.most < m.floor*m.sum
	return s
}

// result is what was found, nearest first.
func (s *search) result() []Neighbour {
	slices.SortFunc(s.heap, func(a, b found) int { return cmp.Or(cmp.Compare(a.d2, b.d2), cmp.Compare(a.row, b.row)) })
	out := make([]Neighbour, 0, len(s.heap))
	for _, f := range s.heap {
		out = append(out, Neighbour{f.row, math.Sqrt(f.d2), f.have / s.sum})
	}
	return out
}

// slack keeps the bound on a sum on the safe side of the rounding of its
// division.
const slack = 1 + 1e-12

// limit is the sum beyond which a row cannot come in.
func (s *search) limit() float64 {
	if len(s.heap) < s.k {
		return math.Inf(1)
	}
	return s.heap[0].d2 * s.most * slack
}

// whole looks through rows of which every value is known. Terms are taken
// eight at a time before a look at the limit: to look costs more than to add.
func (s *search) whole(from, to int, n near, allowed []bool) {
	have := n.have
	for _, w := range s.weight {
		have += w
	}
	if have == 0 || have < s.floor*s.sum {
		return
	}
	limit, p := s.limit(), s.numeric
	for at := from; at < to; at++ {
		row := s.Table.z[at*p : at*p+p]
		z, weight, sum := s.z[:len(row)], s.weight[:len(row)], n.sum
		for len(row) >= 8 && sum <= limit {
			r, q, w := row[:8], z[:8], weight[:8]
			d0, d1, d2, d3 := r[0]-q[0], r[1]-q[1], r[2]-q[2], r[3]-q[3]
			d4, d5, d6, d7 := r[4]-q[4], r[5]-q[5], r[6]-q[6], r[7]-q[7]
			sum = sum + float64(w[0]*d0*d0) + float64(w[1]*d1*d1) + float64(w[2]*d2*d2) + float64(w[3]*d3*d3)
			sum = sum + float64(w[4]*d4*d4) + float64(w[5]*d5*d5) + float64(w[6]*d6*d6) + float64(w[7]*d7*d7)
			row, z, weight = row[8:], z[8:], weight[8:]
		}
		if sum > limit {
			continue
		}
		for j, v := range row {
			d := v - z[j]
			sum += float64(weight[j] * d * d)
		}
		if sum <= limit {
			limit = s.offer(found{sum / have, have, s.rows[at]}, limit, allowed)
		}
	}
}

// partly looks through rows of which something is not known.
func (s *search) partly(from, to int, n near, allowed []bool) {
	limit, least, p := s.limit(), s.floor*s.sum, s.numeric
	for at := from; at < to; at++ {
		sum, have := n.sum, n.have
		for j, v := range s.Table.z[at*p : at*p+p] {
			if v != v {
				continue
			}
			if sum > limit {
				break
			}
			d := v - s.z[j]
			sum += float64(s.weight[j] * d * d)
			have += s.weight[j]
		}
		if sum <= limit && have > 0 && have >= least {
			limit = s.offer(found{sum / have, have, s.rows[at]}, limit, allowed)
		}
	}
}

// offer takes a row in if it is one of the nearest so far, and gives the limit
// from then on.
func (s *search) offer(f found, limit float64, allowed []bool) float64 {
	switch {
	case f.row == s.of || allowed != nil && !allowed[f.row]:
		return limit
	case len(s.heap) < s.k:
		s.push(f)
	case f.before(s.heap[0]):
		s.heap[0] = f
		s.sift(0)
	}
	return s.limit()
}

func (s *search) push(f found) {
	s.heap = append(s.heap, f)
	for i := len(s.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !s.heap[up].before(s.heap[i]) {
			return
		}
		s.heap[up], s.heap[i] = s.heap[i], s.heap[up]
		i = up
	}
}

func (s *search) sift(i int) {
	h := s.heap
	for {
		far := 2*i + 1
		if far >= len(h) {
			return
		}
		if far+1 < len(h) && h[far].before(h[far+1]) {
			far++
		}
		if !h[i].before(h[far]) {
			return
		}
		h[i], h[far] = h[far], h[i]
		i = far
	}
}

// batch is how many rows of one group are searched for at once.
const batch = 48

// All are the k nearest of every unit, by row, found on all processors. An
// ended context ends it.
func (m *Metric) All(ctx context.Context, k int) ([][]Neighbour, error) {
	out := make([][]Neighbour, m.Len())
	var next atomic.Int64
	var wait sync.WaitGroup
	work := m.batches()
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			var w *walk
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(work) {
					return
				}
				rows := work[i]
				if w == nil || m.group[w.from] != m.group[rows[0]] {
					w = m.walk(rows[0])
				}
				for j, peers := range w.together(rows, k, nil) {
					out[rows[j]] = peers
				}
			}
		})
	}
	wait.Wait()
	return out, ctx.Err()
}

// batches cuts the rows of every group into batches.
func (m *Metric) batches() [][]int {
	var out [][]int
	for i := range m.groups {
		g := &m.groups[i]
		for rows := range slices.Chunk(m.rows[g.from:g.to], batch) {
			out = append(out, rows)
		}
	}
	return out
}
