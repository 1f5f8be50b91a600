package peer_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tolok/analytics/peer"
)

// world is n units with p columns, the first categories, about a tenth of the
// cells unknown, and many ties.
func world(n, categories, p int, unknown float64, seed uint64) ([]string, []peer.Column) {
	r := rand.New(rand.NewPCG(seed, 1))
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("u%06d", i)
	}
	var columns []peer.Column
	for j := range p {
		c := peer.Column{Name: fmt.Sprint("c", j), Kind: []peer.Kind{peer.Count, peer.Number}[j%2]}
		if j < categories {
			c.Kind = peer.Category
		}
		for range n {
			known := r.Float64() >= unknown
			switch {
			case j < categories && known:
				c.Text = append(c.Text, fmt.Sprint("w", r.IntN(3+4*j)))
			case j < categories:
				c.Text = append(c.Text, "")
			case !known:
				c.Values = append(c.Values, math.NaN())
			case c.Kind == peer.Count:
				c.Values = append(c.Values, math.Floor(math.Exp(3+1.5*r.NormFloat64())))
			default:
				c.Values = append(c.Values, math.Round(r.NormFloat64()*4))
			}
		}
		columns = append(columns, c)
	}
	return ids, columns
}

func metric(t testing.TB, ids []string, columns []peer.Column, weights []float64, floor float64) *peer.Metric {
	t.Helper()
	table, err := peer.New(ids, columns)
	if err != nil {
		t.Fatal(err)
	}
	m, err := table.Metric(weights, floor)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func weights(p int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 2))
	out := make([]float64, p)
	for i := range out {
		out[i] = math.Round(r.Float64()*10) / 10
	}
	out[0] = 1
	return out
}

// brute sorts all distances.
func brute(m *peer.Metric, of, k int, allowed []bool) []peer.Neighbour {
	var all []peer.Neighbour
	for row := range m.Len() {
		if d, c, ok := m.Distance(of, row); ok && row != of && (allowed == nil || allowed[row]) {
			all = append(all, peer.Neighbour{Row: row, Distance: d, Coverage: c})
		}
	}
	slices.SortFunc(all, func(a, b peer.Neighbour) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(m.ID(a.Row), m.ID(b.Row)))
	})
	return all[:min(k, len(all))]
}

func TestNearestIsExact(t *testing.T) {
	for seed := range uint64(12) {
		cats := int(seed % 5)
		ids, columns := world(700, cats, 7, .1, seed)
		m := metric(t, ids, columns, weights(7, seed), float64(seed%3)*.4)
		allowed := make([]bool, m.Len())
		for i := range allowed {
			allowed[i] = i%3 > 0
		}
		for of := 0; of < m.Len(); of += 37 {
			for _, may := range [][]bool{nil, allowed} {
				if got, want := m.Nearest(of, 30, may), brute(m, of, 30, may); !slices.Equal(got, want) {
					t.Fatalf("seed %d, unit %d:\ngot  %v\nwant %v", seed, of, got, want)
				}
			}
		}
	}
}

func TestAllIsNearestOfEach(t *testing.T) {
	ids, columns := world(500, 3, 7, .1, 4)
	m := metric(t, ids, columns, weights(7, 4), .5)
	all, err := m.All(t.Context(), 12)
	if err != nil {
		t.Fatal(err)
	}
	for row, got := range all {
		if want := m.Nearest(row, 12, nil); !slices.Equal(got, want) {
			t.Fatalf("unit %d: %v, want %v", row, got, want)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := m.All(ended, 12); err == nil {
		t.Error("an ended context did not end the search")
	}
}

// The order in which rows come does not matter, not even to a tie.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	ids, columns := world(400, 2, 6, .1, 9)
	m := metric(t, ids, columns, weights(6, 9), .4)
	order := rand.New(rand.NewPCG(3, 3)).Perm(len(ids))
	shuffled := make([]string, len(ids))
	mixed := slices.Clone(columns)
	for j := range mixed {
		mixed[j].Text, mixed[j].Values = nil, nil
	}
	for i, from := range order {
		shuffled[i] = ids[from]
		for j, c := range columns {
			if c.Kind == peer.Category {
				mixed[j].Text = append(mixed[j].Text, c.Text[from])
			} else {
				mixed[j].Values = append(mixed[j].Values, c.Values[from])
			}
		}
	}
	other := metric(t, shuffled, mixed, weights(6, 9), .4)
	for of := 0; of < 400; of += 13 {
		if a, b := m.Nearest(of, 25, nil), other.Nearest(of, 25, nil); !slices.Equal(a, b) {
			t.Fatalf("unit %d:\n%v\n%v", of, a, b)
		}
	}
}

// Rupiah or million rupiah, degrees or tenths of degrees: who is near does not
// change, and distances only by rounding.
func TestUnitsOfMeasureDoNotMatter(t *testing.T) {
	ids, columns := world(400, 1, 6, .1, 11)
	m := metric(t, ids, columns, weights(6, 11), .4)
	other := slices.Clone(columns)
	for j := range other {
		other[j].Values = slices.Clone(other[j].Values)
		for i := range other[j].Values {
			other[j].Values[i] *= 1e6
			if other[j].Kind == peer.Number {
				other[j].Values[i] -= 273
			}
		}
	}
	n := metric(t, ids, other, weights(6, 11), .4)
	for a := 0; a < 400; a += 7 {
		for b := range 400 {
			da, _, oka := m.Distance(a, b)
			db, _, okb := n.Distance(a, b)
			if oka != okb || math.Abs(da-db) > 1e-9 {
				t.Fatalf("%d-%d: %v and %v", a, b, da, db)
			}
		}
	}
}

func TestDistanceIsSymmetricAndSharesAddUp(t *testing.T) {
	ids, columns := world(200, 3, 7, .2, 5)
	m := metric(t, ids, columns, weights(7, 5), .3)
	compared := 0
	for a := range 200 {
		if d, _, ok := m.Distance(a, a); ok && d != 0 {
			t.Fatalf("unit %d is %v from itself", a, d)
		}
		for b := range a {
			d, c, ok := m.Distance(a, b)
			e, f, also := m.Distance(b, a)
			if d != e || c != f || ok != also {
				t.Fatalf("%d-%d: %v, back %v", a, b, d, e)
			}
			if !ok || d == 0 {
				continue
			}
			compared++
			sum := 0.0
			for i, s := range m.Shares(a, b) {
				if known := m.Has(a, i) && m.Has(b, i); known != (s == s) {
					t.Fatalf("%d-%d, column %d: share %v", a, b, i, s)
				}
				if s == s {
					sum += s
				}
			}
			if math.Abs(sum-1) > 1e-12 {
				t.Fatalf("%d-%d: shares add to %v", a, b, sum)
			}
		}
	}
	if compared < 5000 {
		t.Fatalf("only %d pairs were compared", compared)
	}
}

// By hand: 3 of 4 parts of the weight are known; one category differs, and the
// counts lie one robust deviation apart.
func TestDistanceByHand(t *testing.T) {
	nan := math.NaN()
	// Logarithms 0, 1 … 8: quartiles 2 and 6, scale 4/1.349.
	staff := make([]float64, 9)
	for i := range staff {
		staff[i] = math.Exp(float64(i))
	}
	step := 4 / 1.3489795003921634
	ids := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}
	kind := []string{"x", "y", "x", "x", "x", "x", "x", "x", ""}
	users := []float64{1, nan, 2, 3, 4, 5, 6, 7, 8}
	m := metric(t, ids, []peer.Column{
		{Name: "kind", Text: kind}, {Name: "staff", Kind: peer.Count, Values: staff}, {Name: "users", Kind: peer.Number, Values: users},
	}, []float64{1, 2, 1}, .5)
	d, coverage, ok := m.Distance(0, 1)
	want := math.Sqrt((1 + 2/(step*step)) / 3)
	if !ok || math.Abs(d-want) > 1e-12 || coverage != .75 {
		t.Errorf("d = %v (%v), coverage %v; want %v, .75", d, ok, coverage, want)
	}
	shares := m.Shares(0, 1)
	if math.Abs(shares[0]-1/(1+2/(step*step))) > 1e-12 || shares[2] == shares[2] {
		t.Errorf("shares %v", shares)
	}
	if m, err := m.Table.Metric([]float64{1, 0, 0}, .5); err != nil {
		t.Fatal(err)
	} else if _, _, ok := m.Distance(0, 8); ok {
		t.Error("two units with nothing known in common were compared")
	}
	if m, err := m.Table.Metric([]float64{1, 0, 1}, .6); err != nil {
		t.Fatal(err)
	} else if _, _, ok := m.Distance(0, 1); ok {
		t.Error("compared below the floor")
	}
}

func TestNoDuplicatesEver(t *testing.T) {
	ids, columns := world(300, 1, 3, 0, 2)
	m := metric(t, ids, columns, []float64{1, 0, 0}, 0) // nearly all distances tie
	for of := range 300 {
		seen := map[int]bool{of: true}
		peers := m.Nearest(of, 50, nil)
		if len(peers) != 50 {
			t.Fatalf("unit %d has %d peers", of, len(peers))
		}
		for _, p := range peers {
			if seen[p.Row] {
				t.Fatalf("unit %d has %d twice", of, p.Row)
			}
			seen[p.Row] = true
		}
	}
	if _, err := peer.New([]string{"a", "b", "a"}, nil); err == nil {
		t.Error("a table took an id twice")
	}
}

func TestWhatCannotBeWeighed(t *testing.T) {
	ids, columns := world(10, 1, 3, 0, 2)
	table, err := peer.New(ids, columns)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		weights []float64
		floor   float64
	}{
		"too few":       {[]float64{1}, .5},
		"negative":      {[]float64{1, -1, 0}, .5},
		"nothing":       {[]float64{0, 0, 0}, .5},
		"not a number":  {[]float64{1, math.NaN(), 1}, .5},
		"infinite":      {[]float64{1, math.Inf(1), 1}, .5},
		"infinite sum":  {[]float64{1e308, 1e308, 1e308}, .5},
		"floor above 1": {[]float64{1, 1, 1}, 1.5},
	} {
		if _, err := table.Metric(c.weights, c.floor); err == nil {
			t.Errorf("%s: weighed", name)
		}
	}
	columns[2].Values = []float64{-1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	if _, err := peer.New(ids, columns); err == nil {
		t.Error("a negative count was taken")
	}
	columns[2].Values = []float64{1, 1, 1}
	if _, err := peer.New(ids, columns); err == nil {
		t.Error("a short column was taken")
	}
}

// Reciprocity, reach and the rank of a reach against their definitions.
func TestSetOfPeers(t *testing.T) {
	ids, columns := world(300, 2, 6, .05, 21)
	m := metric(t, ids, columns, weights(6, 21), 0)
	const k = 10
	all, err := m.All(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	for of := 0; of < 300; of += 17 {
		for i, mutual := range m.Reciprocity(of, all[of], k, nil) {
			want := slices.ContainsFunc(all[all[of][i].Row], func(n peer.Neighbour) bool { return n.Row == of })
			if mutual != want {
				t.Fatalf("unit %d, peer %d: mutual %v, want %v", of, i, mutual, want)
			}
		}
	}
	reaches := m.Reaches(k, 300)
	if len(reaches) != 300 || !slices.IsSorted(reaches) {
		t.Fatalf("%d reaches", len(reaches))
	}
	reach, ok := m.Reach(5, k, nil)
	if !ok || reach != all[5][k-1].Distance {
		t.Errorf("reach %v, want %v", reach, all[5][k-1].Distance)
	}
	below := 0
	for _, r := range reaches {
		if r < reach {
			below++
		}
	}
	if got := peer.Rank(reaches, reach); got != float64(below)/300 {
		t.Errorf("rank %v, want %v", got, float64(below)/300)
	}
	if v := peer.Overlap([]string{"a", "b", "c", "d"}, []string{"d", "x", "a"}); v == nil || *v != .5 {
		t.Errorf("overlap %v", v)
	}
	if peer.Overlap(nil, []string{"a"}) != nil {
		t.Error("an empty set overlaps")
	}
}

// A range scaled by its extremes lets one wild value decide; the robust scale
// does not. Over all pairs the shares say what the weights come to.
func TestEffectiveShares(t *testing.T) {
	ids, columns := world(400, 1, 3, 0, 8)
	m := metric(t, ids, columns, []float64{5, 4, 1}, 0)
	var others []int
	for i := range 400 {
		others = append(others, i)
	}
	shares := m.Effective(7, others)
	sum := 0.0
	want := make([]float64, 3)
	for _, o := range others {
		if o == 7 {
			continue
		}
		d, _, _ := m.Distance(7, o)
		for i, s := range m.Shares(7, o) {
			if s == s {
				want[i] += s * d * d
				sum += s * d * d
			}
		}
	}
	for i := range want {
		if math.Abs(shares[i]-want[i]/sum) > 1e-9 {
			t.Errorf("column %d: %v, want %v", i, shares[i], want[i]/sum)
		}
	}
	if m.Effective(7, []int{7}) != nil {
		t.Error("a unit alone has shares")
	}
}

func TestShrinkAndAhead(t *testing.T) {
	// Normal draws: a true level, a measurement of it, and what the level has
	// become since; among pairs said to
	// be ahead with probability about p, p are.
	r := rand.New(rand.NewPCG(1, 1))
	const mean, sd, delta = 70.0, 8.0, 2.0
	var said, were [10]float64
	draw := func() (float64, peer.Level) {
		then, se, kept := sd*r.NormFloat64(), 2+6*r.Float64(), .4+.6*r.Float64()
		now := mean + kept*then + math.Sqrt(1-kept*kept)*sd*r.NormFloat64()
		return now, peer.Shrink(peer.Level{Mean: mean + then + se*r.NormFloat64(), SE: se}, mean, sd, kept)
	}
	for range 100_000 {
		host, h := draw()
		own, o := draw()
		p := peer.Ahead(h, o, delta)
		i := min(9, int(p*10))
		said[i] += p
		if host > own+delta {
			were[i]++
		}
	}
	for i := range said {
		if n := said[i]; math.Abs(were[i]-n) > 4*math.Sqrt(n+25) {
			t.Errorf("bin %d: said %.0f, were %.0f", i, n, were[i])
		}
	}
	for _, c := range []struct {
		host, own peer.Level
		delta     float64
		want      float64
	}{
		{peer.Level{Mean: 80}, peer.Level{Mean: 70}, 5, 1},
		{peer.Level{Mean: 80}, peer.Level{Mean: 70}, 10, 0},
		{peer.Level{Mean: 80, SE: 3}, peer.Level{Mean: 70, SE: 4}, 5, 0.8413447460685429}, // one standard deviation of 5
	} {
		if got := peer.Ahead(c.host, c.own, c.delta); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestBenchmark(t *testing.T) {
	all := []peer.Performer{{"a", 90, 40}, {"b", 95, 30}, {"c", 80, 500}, {"d", 95, 20}, {"e", 60, 410}}
	// 10 % of 1,000 clients: b and d hold 50, a brings them to 90, c to 590.
	level, n, ok := peer.Benchmark(all, .1)
	if want := (95*30 + 95*20 + 90*40 + 80*500) / 590.0; !ok || n != 4 || math.Abs(level-want) > 1e-9 {
		t.Errorf("%v over %d, want %v over 4", level, n, want)
	}
	if level, n, _ := peer.Benchmark(all, .05); n != 2 || level != 95 {
		t.Errorf("%v over %d, want 95 over 2", level, n)
	}
	if _, _, ok := peer.Benchmark([]peer.Performer{{"a", 90, 0}}, .1); ok {
		t.Error("a benchmark without clients")
	}
}
