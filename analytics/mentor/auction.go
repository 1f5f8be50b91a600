package mentor

import "math"

// step is the least by which a bid in the auction exceeds the one before: a
// coarse one, for its prices only say where to look first.
const step = MaxBenefit / 256

// auction lets guests bid for hosts and gives the price that each host came to.
// A host that is asked by fewer than it takes costs nothing. (Bertsekas 1988,
// for hosts that take several.)
func (s *state) auction() []int64 {
	price, bids := make([]int64, s.hosts), make([][]bid, s.hosts)
	var waiting []int32
	for g := range s.guest {
		waiting = append(waiting, int32(g))
	}
	for len(waiting) > 0 {
		g := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		host, most, second := -1, int64(0), int64(0)
		for h, b := range s.benefit[int(g)*s.hosts : (int(g)+1)*s.hosts] {
			switch net := int64(b) - price[h]; {
			case b == 0 || net <= second:
			case net > most:
				host, most, second = h, net, most
			default:
				second = net
			}
		}
		if host < 0 {
			continue // too dear everywhere: stays at home
		}
		b := bid{g, price[host] + most - second + step}
		if len(bids[host]) < s.capacity[host] {
			bids[host] = append(bids[host], b)
		} else {
			i := lowest(bids[host])
			waiting = append(waiting, bids[host][i].guest)
			bids[host][i] = b
		}
		if len(bids[host]) == s.capacity[host] {
			price[host] = bids[host][lowest(bids[host])].amount
		}
	}
	return price
}

type bid struct {
	guest  int32
	amount int64
}

func lowest(bids []bid) int {
	at, least := 0, int64(math.MaxInt64)
	for i, b := range bids {
		if b.amount < least {
			at, least = i, b.amount
		}
	}
	return at
}
