package mentor

import (
	"cmp"
	"math"
	"slices"
)

// always is how many arcs of each guest come before those to hosts.
const always = 2

// state is a transportation problem: guests with arcs to hosts, homes and the
// place of those that are missing. price and rent are the dual variables: of no
// arc is cost - price - rent below 0, and of those that are taken it is 0.
type state struct {
	hosts, groups int
	guest         []int // group
	benefit       []int32
	arcs          [][]arc // by guest: the place of the missing, home, then hosts by cost
	capacity      []int   // by host, home of a group, place of the missing
	size          []int   // by group: guests for whom there is a host
	hostless      []int
	able, room    int
	home, missing int64
	rounds        int

	at    []int32   // by guest: host
	load  []int     // by host
	held  [][]int32 // by host: guests
	price []int64
	rent  []int64

	// of one search
	dist    []int64
	from    []int32 // the guest by whom a host was reached
	mark    []int   // the search in which dist was set
	settled []int   // the search in which it was found shortest
	search  int
	order   []int32
	near    int64 // the least distance of a host with room, as far as is known
	queue   queue
}

type arc struct {
	host int32
	cost int64
}

// settle places every guest, one after the other, each by a shortest way
// through those that stand already.
func (s *state) settle() {
	n := len(s.capacity)
	s.at, s.price = make([]int32, len(s.guest)), make([]int64, len(s.guest))
	s.load, s.held, s.rent = make([]int, n), make([][]int32, n), make([]int64, n)
	s.dist, s.from, s.mark, s.settled = make([]int64, n), make([]int32, n), make([]int, n), make([]int, n)
	s.search = 0
	for g := range s.at {
		s.at[g] = -1
	}
	for g := range s.guest {
		if len(s.arcs[g]) > 0 {
			s.place(int32(g))
		}
	}
}

// place finds the nearest host with room, moves the prices, and then the guests
// on the way. The place of the missing has room for all, so there is one.
func (s *state) place(guest int32) {
	s.search++
	s.queue, s.order, s.near = s.queue[:0], s.order[:0], math.MaxInt64
	s.reach(guest, 0)
	var end int32
	for {
		next := s.queue.pop()
		h := next.host
		if s.settled[h] == s.search {
			continue
		}
		s.settled[h] = s.search
		if s.load[h] < s.capacity[h] {
			end = h
			break
		}
		s.order = append(s.order, h)
		for _, g := range s.held[h] {
			s.reach(g, next.dist)
		}
	}
	s.reprice(guest, s.dist[end])
	s.move(guest, end)
}

// reach looks at the arcs of a guest that lies so far from the start.
func (s *state) reach(guest int32, far int64) {
	base := far - s.price[guest]
	for i, a := range s.arcs[guest] {
		if i >= always && base+a.cost >= s.near {
			return // rents are never above 0: no host behind this one is nearer
		}
		d := base + a.cost - s.rent[a.host]
		if d >= s.near || s.mark[a.host] == s.search && s.dist[a.host] <= d {
			continue
		}
		if s.load[a.host] < s.capacity[a.host] {
			s.near = d
		}
		s.mark[a.host], s.dist[a.host], s.from[a.host] = s.search, d, guest
		s.queue.push(stop{d, a.host})
	}
}

// reprice keeps every reduced cost at 0 or above once the way is taken.
func (s *state) reprice(guest int32, far int64) {
	s.price[guest] += far
	for _, h := range s.order {
		gain := far - s.dist[h]
		s.rent[h] -= gain
		for _, g := range s.held[h] {
			s.price[g] += gain
		}
	}
}

// move lets each guest on the way take the place of the next.
func (s *state) move(guest, host int32) {
	s.load[host]++
	for {
		g := s.from[host]
		before := s.at[g]
		s.at[g] = host
		s.held[host] = append(s.held[host], g)
		if g == guest {
			return
		}
		i := slices.Index(s.held[before], g)
		s.held[before] = slices.Delete(s.held[before], i, i+1)
		host = before
	}
}

// widen adds the hosts that would do better at these prices and were not looked
// at, and beside them those that nearly would, at most nearby for each guest. It
// counts the former: if there are none, the assignment is the best over all.
func (s *state) widen() int {
	found := 0
	for g := range s.guest {
		if len(s.arcs[g]) == 0 {
			continue
		}
		known := map[int32]bool{}
		var more []arc
		for h, b := range s.benefit[g*s.hosts : (g+1)*s.hosts] {
			reduced := MaxBenefit - int64(b) - s.price[g] - s.rent[h]
			if b == 0 || reduced >= nearly {
				continue
			}
			if len(known) == 0 {
				for _, a := range s.arcs[g] {
					known[a.host] = true
				}
			}
			if known[int32(h)] {
				continue
			}
			if reduced < 0 {
				found++
			}
			more = append(more, arc{int32(h), MaxBenefit - int64(b)})
		}
		slices.SortFunc(more, func(a, b arc) int { return cmp.Compare(a.cost-s.rent[a.host], b.cost-s.rent[b.host]) })
		s.arcs[g] = append(s.arcs[g], more[:min(len(more), nearby)]...)
		slices.SortFunc(s.arcs[g][always:], byCost)
	}
	return found
}

// nearly is how far a host may be from doing better to be looked at too: prices
// move a little when others are added.
const nearly = MaxBenefit / 256

func byCost(a, b arc) int {
	return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.host, b.host))
}

// stop is a host at a distance; queue is a heap of them with the nearest first,
// of those at one distance the host with the lower number.
type stop struct {
	dist int64
	host int32
}

type queue []stop

func (a stop) before(b stop) bool { return a.dist < b.dist || a.dist == b.dist && a.host < b.host }

func (q *queue) push(s stop) {
	*q = append(*q, s)
	h := *q
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h[i].before(h[up]) {
			return
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
}

func (q *queue) pop() stop {
	h := *q
	top, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	*q = h
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return top
		}
		if down+1 < last && h[down+1].before(h[down]) {
			down++
		}
		if !h[down].before(h[i]) {
			return top
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
}
