package path

import (
	"fmt"
	"math"
)

// Choice is one way to leave or to answer an item: the points it earns, and
// what it costs to get there from now.
type Choice struct {
	Points, Cost int64
}

// Item is what one choice is made for. The first choice is how it stands now
// and costs nothing; those after it earn and cost more, one after the other.
type Item struct {
	ID      string
	Choices []Choice
}

// Group is a part of the worksheet with what it must reach.
type Group struct {
	Code   string
	Need   int64  // the least points it must count, 0 if any will do
	Limit  *int64 // points above it are not counted, nil counts all
	Groups []*Group
	Items  []Item
}

// Step is one item that a plan changes, and to which of its choices.
type Step struct {
	ID     string
	Choice int
}

// Plan is a route of least cost; of those that cost the same, one that counts
// most points. A worksheet that has all it needs has a plan without steps.
type Plan struct {
	Cost   int64
	Points int64 // that the whole then counts
	Steps  []Step
}

// Short is a group that cannot have what it needs, whatever is chosen.
type Short struct {
	Code       string
	Most, Need int64
}

// Cheapest finds the plan of least cost by which every group of root has what
// it needs. Where there is none it says which groups fall short, and by how
// much. An error is a fault of the items: choices that do not rise.
func Cheapest(root *Group) (*Plan, []Short, error) {
	all, err := root.check()
	if err != nil {
		return nil, nil, err
	}
	var short []Short
	if root.most(&short); len(short) > 0 {
		return nil, short, nil
	}
	for budget := min(all, firstBudget); ; budget = min(all, 2*budget) {
		s := root.solve(budget)
		for c, points := range s.points {
			if points == unreached {
				continue
			}
			plan := &Plan{Cost: int64(c), Points: points}
			s.collect(int64(c), &plan.Steps)
			return plan, nil, nil
		}
		if budget == all {
			return nil, nil, fmt.Errorf("group %s: a plan exists and none was found", root.Code)
		}
	}
}

// firstBudget is the first cost up to which plans are looked for.
const firstBudget = 256

// maxCost is the most that all items together may cost: what the tables of the
// solution are long.
const maxCost = 1 << 20

// unreached marks a cost at which a group cannot have what it needs.
const unreached = math.MinInt64

// check says whether all choices rise, and what the dearest cost together.
func (g *Group) check() (sum int64, err error) {
	for _, it := range g.Items {
		if len(it.Choices) == 0 || it.Choices[0].Cost != 0 {
			return 0, fmt.Errorf("item %s: the first choice must be how it stands, at no cost", it.ID)
		}
		for i := 1; i < len(it.Choices); i++ {
			a, b := it.Choices[i-1], it.Choices[i]
			if b.Points < a.Points || b.Cost <= a.Cost {
				return 0, fmt.Errorf("item %s: choice %d earns %d for %d after %d for %d; choices must rise", it.ID, i, b.Points, b.Cost, a.Points, a.Cost)
			}
		}
		sum += it.Choices[len(it.Choices)-1].Cost
	}
	for _, sub := range g.Groups {
		n, err := sub.check()
		if err != nil {
			return 0, err
		}
		sum += n
	}
	if sum > maxCost {
		return 0, fmt.Errorf("group %s: everything together costs %d; use a coarser unit, at most %d", g.Code, sum, maxCost)
	}
	return sum, nil
}

// counted are the points of a group as far as they count.
func (g *Group) counted(points int64) int64 {
	if g.Limit != nil {
		return min(points, *g.Limit)
	}
	return points
}

// most is what the group counts when every item is at its best, which is the
// best for all groups at once.
func (g *Group) most(short *[]Short) int64 {
	var sum int64
	for _, it := range g.Items {
		sum += it.Choices[len(it.Choices)-1].Points
	}
	for _, sub := range g.Groups {
		sum += sub.most(short)
	}
	if sum = g.counted(sum); sum < g.Need {
		*short = append(*short, Short{g.Code, sum, g.Need})
	}
	return sum
}
