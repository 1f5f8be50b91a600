package path

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// random is a small worksheet: up to three levels, up to nine items, with
// needs that can and cannot be met, limits that bind, and choices that earn
// nothing more.
func random(r *rand.Rand) *Group {
	n := 0
	var group func(depth int) *Group
	group = func(depth int) *Group {
		g := &Group{Code: fmt.Sprintf("g%d-%d", depth, r.IntN(1000))}
		for range r.IntN(3) {
			if n++; n > 9 {
				break
			}
			it := Item{ID: fmt.Sprintf("i%d", n), Choices: []Choice{{Points: r.Int64N(20)}}}
			for range r.IntN(4) {
				last := it.Choices[len(it.Choices)-1]
				it.Choices = append(it.Choices, Choice{last.Points + r.Int64N(30), last.Cost + 1 + r.Int64N(120)})
			}
			g.Items = append(g.Items, it)
		}
		if depth < 2 {
			for range r.IntN(4) {
				g.Groups = append(g.Groups, group(depth+1))
			}
		}
		now, most := g.span()
		if r.IntN(2) == 0 {
			g.Need = now + r.Int64N(most-now+2)
		}
		if r.IntN(3) == 0 {
			limit := now + r.Int64N(most-now+2)
			g.Limit = &limit
		}
		return g
	}
	return group(0)
}

// span are the points of the group now and at best.
func (g *Group) span() (now, most int64) {
	for _, it := range g.Items {
		now += it.Choices[0].Points
		most += it.Choices[len(it.Choices)-1].Points
	}
	for _, sub := range g.Groups {
		a, b := sub.span()
		now, most = now+a, most+b
	}
	return now, most
}

// items lists all items of a group.
func (g *Group) items() []*Item {
	var out []*Item
	for i := range g.Items {
		out = append(out, &g.Items[i])
	}
	for _, sub := range g.Groups {
		out = append(out, sub.items()...)
	}
	return out
}

// judge counts a choice for every item, straight from the definition.
func (g *Group) judge(choice map[string]int) (points, cost int64, met bool) {
	met = true
	for _, it := range g.Items {
		c := it.Choices[choice[it.ID]]
		points, cost = points+c.Points, cost+c.Cost
	}
	for _, sub := range g.Groups {
		p, c, ok := sub.judge(choice)
		points, cost, met = points+p, cost+c, met && ok
	}
	if g.Limit != nil && points > *g.Limit {
		points = *g.Limit
	}
	return points, cost, met && points >= g.Need
}

// bruteForce tries everything.
func bruteForce(g *Group) (best Plan, found bool) {
	items, choice := g.items(), map[string]int{}
	var try func(int)
	try = func(i int) {
		if i < len(items) {
			for c := range items[i].Choices {
				choice[items[i].ID] = c
				try(i + 1)
			}
			return
		}
		points, cost, met := g.judge(choice)
		if met && (!found || cost < best.Cost || cost == best.Cost && points > best.Points) {
			best, found = Plan{Cost: cost, Points: points}, true
		}
	}
	try(0)
	return best, found
}

func (p *Plan) choices() map[string]int {
	out := map[string]int{}
	for _, s := range p.Steps {
		out[s.ID] = s.Choice
	}
	return out
}

// The plan costs what the best of all choices costs, and counts as many
// points; where there is none, none is found and a group is named.
func TestCheapestIsBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	routes, none, empty := 0, 0, 0
	for i := range 5000 {
		g := random(r)
		want, found := bruteForce(g)
		got, short, err := Cheapest(g)
		if err != nil {
			t.Fatal(err)
		}
		if (got != nil) != found || found == (len(short) > 0) {
			t.Fatalf("case %d: plan %+v, short %+v; brute force found %v %+v", i, got, short, found, want)
		}
		if !found {
			none++
			continue
		}
		routes++
		points, cost, met := g.judge(got.choices())
		if got.Cost != want.Cost || got.Points != want.Points || cost != got.Cost || points != got.Points || !met {
			t.Fatalf("case %d: plan %+v is judged %d points, cost %d, met %v; brute force %+v", i, got, points, cost, met, want)
		}
		if _, _, ok := g.judge(nil); ok {
			empty++
			if len(got.Steps) != 0 || got.Cost != 0 {
				t.Fatalf("case %d: everything is met, and the plan is %+v", i, got)
			}
		}
	}
	if routes < 1000 || none < 500 || empty < 300 || routes == empty {
		t.Errorf("%d routes (%d of them empty), %d without: the cases do not try everything", routes, empty, none)
	}
}

// What allows more never costs more: another choice, a lower need, a higher
// limit.
func TestMoreAllowedNeverCostsMore(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	looser := 0
	for range 2000 {
		g := random(r)
		before, _, err := Cheapest(g)
		if err != nil {
			t.Fatal(err)
		}
		if before == nil {
			continue
		}
		switch items := g.items(); {
		case g.Need > 0 && r.IntN(2) == 0:
			g.Need -= 1 + r.Int64N(g.Need)
		case g.Limit != nil:
			g.Limit = nil
		case len(items) > 0:
			it := items[r.IntN(len(items))]
			last := it.Choices[len(it.Choices)-1]
			it.Choices = append(it.Choices, Choice{last.Points + 10, last.Cost + 1})
		}
		after, _, err := Cheapest(g)
		if err != nil {
			t.Fatal(err)
		}
		if after == nil || after.Cost > before.Cost {
			t.Fatalf("before %+v, with more allowed %+v", before, after)
		}
		if after.Cost < before.Cost {
			looser++
		}
	}
	if looser < 50 {
		t.Errorf("only %d plans became cheaper", looser)
	}
}

// A group that cannot have what it needs is named with what is missing.
func TestShortNamesTheGroup(t *testing.T) {
	limit := int64(12)
	g := &Group{Code: "total", Groups: []*Group{
		{Code: "MP", Need: 15, Limit: &limit, Items: []Item{{"a", []Choice{{10, 0}, {20, 7}}}}},
		{Code: "TT", Need: 5, Items: []Item{{"b", []Choice{{0, 0}, {6, 3}}}}},
	}}
	plan, short, err := Cheapest(g)
	if err != nil || plan != nil || len(short) != 1 || short[0] != (Short{"MP", 12, 15}) {
		t.Errorf("plan %+v, short %+v, %v", plan, short, err)
	}
	g.Groups[0].Limit = nil
	plan, short, err = Cheapest(g)
	if err != nil || short != nil || plan.Cost != 10 || len(plan.Steps) != 2 {
		t.Errorf("plan %+v, short %+v, %v", plan, short, err)
	}
}

func TestChoicesMustRise(t *testing.T) {
	for name, choices := range map[string][]Choice{
		"none":             nil,
		"a cost now":       {{0, 1}},
		"fewer points":     {{5, 0}, {4, 1}},
		"free of charge":   {{5, 0}, {6, 0}},
		"more than tables": {{5, 0}, {6, maxCost + 1}},
	} {
		if _, _, err := Cheapest(&Group{Code: "g", Items: []Item{{"a", choices}}}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A whole worksheet: 113 items in six areas, dear enough for several budgets.
func BenchmarkWorksheet(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	root := &Group{Code: "total"}
	for area := range 8 {
		g := &Group{Code: fmt.Sprint(area)}
		for i := range 14 {
			it := Item{ID: fmt.Sprintf("%d.%d", area, i), Choices: []Choice{{0, 0}}}
			for range 4 {
				last := it.Choices[len(it.Choices)-1]
				it.Choices = append(it.Choices, Choice{last.Points + r.Int64N(1e12), last.Cost + 1 + r.Int64N(150)})
			}
			g.Items = append(g.Items, it)
		}
		_, most := g.span()
		g.Need = most * 6 / 10
		root.Groups = append(root.Groups, g)
	}
	_, most := root.span()
	root.Need = most * 3 / 4
	for b.Loop() {
		plan, _, err := Cheapest(root)
		if err != nil || plan == nil {
			b.Fatal(err)
		}
	}
}
