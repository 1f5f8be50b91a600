package mentor

import (
	"cmp"
	"fmt"
	"slices"
)

// Problem is who could visit whom.
type Problem struct {
	Groups   int
	Guests   []int                       // by guest: its group
	Capacity []int                       // by host: how many guests it takes
	Benefit  func(guest, host int) int64 // of a visit, up to MaxBenefit; 0 or less: it makes no sense
}

// MaxBenefit is the largest benefit of one visit.
const MaxBenefit = 1 << 20

// Result is an assignment and the proof that there is no better one.
type Result struct {
	Host    []int // by guest; -1 stays at home
	Benefit int64
	// Bound is what no assignment can exceed that makes as many visits and
	// misses as few shares: the value of the prices. It equals Benefit.
	Bound  int64
	Visits int
	Groups []Group
	Pairs  int // guest and host pairs that were looked at one by one
	Rounds int
}

// Group is how one group of guests fared.
type Group struct {
	Guests   int // for whom there is any host
	Share    int // its share of the visits, rounded down
	Visits   int
	Hostless int // guests for whom no host makes sense; they are in no share
}

// nearby is how many hosts of each guest are looked at first.
const nearby = 30

// Assign finds the best assignment.
func Assign(p *Problem) (*Result, error) {
	s, err := load(p)
	if err != nil {
		return nil, err
	}
	visits := min(s.able, s.room)
	for {
		s.rounds++
		s.share(visits)
		s.settle()
		if s.widen() > 0 {
			continue // a host that was not looked at would do better
		}
		made := s.visits()
		if made < visits {
			visits = made // the shares are of the visits that are made
			continue
		}
		return s.result(p)
	}
}

// MaxGuests is how many guests prices have room for.
const MaxGuests = 20_000

// load reads all benefits once.
func load(p *Problem) (*state, error) {
	if len(p.Guests) > MaxGuests {
		return nil, fmt.Errorf("%d guests; assign at most %d at once", len(p.Guests), MaxGuests)
	}
	hosts := len(p.Capacity)
	s := &state{
		hosts: hosts, groups: p.Groups, guest: p.Guests, benefit: make([]int32, len(p.Guests)*hosts), arcs: make([][]arc, len(p.Guests)),
		capacity: make([]int, hosts+p.Groups+1), size: make([]int, p.Groups), hostless: make([]int, p.Groups),
	}
	for h, c := range p.Capacity {
		if c < 0 {
			return nil, fmt.Errorf("host %d takes %d guests; it cannot be fewer than 0", h, c)
		}
		s.capacity[h] = c
		s.room += c
	}
	// A visit left out costs more than all that benefits can make up for, and
	// a share that is missed more than all visits left out.
	s.home = int64(len(p.Guests)+1) * MaxBenefit
	s.missing = int64(len(p.Guests)+1) * s.home
	for g, group := range p.Guests {
		if group < 0 || group >= p.Groups {
			return nil, fmt.Errorf("guest %d is of group %d; there are %d groups", g, group, p.Groups)
		}
		row := s.benefit[g*hosts : (g+1)*hosts]
		for h := range hosts {
			b := p.Benefit(g, h)
			if b > MaxBenefit {
				return nil, fmt.Errorf("guest %d at host %d: benefit %d; the largest is %d", g, h, b, MaxBenefit)
			}
			if b > 0 && p.Capacity[h] > 0 {
				row[h] = int32(b)
			}
		}
	}
	s.choose()
	return s, nil
}

// choose finds the hosts of every guest that are looked at first: the best at
// the prices of an auction.
func (s *state) choose() {
	rent := s.auction()
	for g, group := range s.guest {
		var arcs []arc
		for h, b := range s.benefit[g*s.hosts : (g+1)*s.hosts] {
			if b > 0 {
				arcs = append(arcs, arc{int32(h), MaxBenefit - int64(b)})
			}
		}
		if len(arcs) == 0 {
			s.hostless[group]++
			continue
		}
		slices.SortFunc(arcs, func(a, b arc) int {
			return cmp.Or(cmp.Compare(a.cost+rent[a.host], b.cost+rent[b.host]), cmp.Compare(a.host, b.host))
		})
		s.able++
		s.size[group]++
		arcs = arcs[:min(len(arcs), nearby)]
		slices.SortFunc(arcs, byCost)
		s.arcs[g] = append([]arc{{int32(s.hosts + s.groups), s.missing}, {int32(s.hosts + group), s.home}}, arcs...)
	}
}

// share sets how many guests of each group may stay at home when so many visits
// are made.
func (s *state) share(visits int) {
	for g, n := range s.size {
		s.capacity[s.hosts+g] = n - shareOf(visits, n, s.able)
	}
	s.capacity[s.hosts+s.groups] = len(s.guest)
}

func shareOf(visits, n, all int) int {
	if all == 0 {
		return 0
	}
	return visits * n / all
}

// visits counts the guests that are sent somewhere.
func (s *state) visits() int {
	n := 0
	for _, h := range s.at {
		if h >= 0 && int(h) < s.hosts {
			n++
		}
	}
	return n
}

// result writes the assignment out and holds it against the prices.
func (s *state) result(p *Problem) (*Result, error) {
	r := &Result{Host: make([]int, len(s.guest)), Groups: make([]Group, s.groups), Rounds: s.rounds}
	var cost, bound int64
	for g := range s.guest {
		group := &r.Groups[s.guest[g]]
		r.Host[g] = -1
		r.Pairs += max(0, len(s.arcs[g])-always)
		if len(s.arcs[g]) == 0 {
			continue
		}
		bound += s.price[g]
		switch h := int(s.at[g]); {
		case h < s.hosts:
			b := int64(s.benefit[g*s.hosts+h])
			r.Host[g] = h
			r.Visits++
			group.Visits++
			r.Benefit += b
			cost += MaxBenefit - b
		case h == s.hosts+s.groups:
			cost += s.missing
		default:
			cost += s.home
		}
	}
	for h, c := range s.capacity {
		bound += int64(c) * s.rent[h]
	}
	r.Bound = r.Benefit + cost - bound
	if r.Bound != r.Benefit {
		return nil, fmt.Errorf("the assignment's benefit is %d, its bound %d: they must be equal", r.Benefit, r.Bound)
	}
	for i := range r.Groups {
		r.Groups[i].Guests, r.Groups[i].Hostless = s.size[i], s.hostless[i]
		r.Groups[i].Share = shareOf(r.Visits, s.size[i], s.able)
	}
	for h, n := range s.load[:s.hosts] {
		if n > p.Capacity[h] {
			return nil, fmt.Errorf("host %d has %d guests and takes %d", h, n, p.Capacity[h])
		}
	}
	return r, nil
}
