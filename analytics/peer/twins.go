package peer

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// Reading is what one year saw of a unit, value by value; NaN is unknown.
type Reading struct {
	Year    int
	Scores  []float64 // as scored: what gains are taken from
	Profile []float64 // what units are compared by: the scores, made comparable between years
}

// Trajectory is the readings of a unit that arrived, oldest first; the last is
// that of the year in which it did.
type Trajectory struct {
	ID       string
	Readings []Reading
}

// Twin is a trajectory and where on it the unit stood nearest.
type Twin struct {
	At       int // which trajectory
	From     int // which of its readings; never the last
	Distance float64
	Coverage float64 // share of the values that the distance rests on
}

// Twins are the k trajectories that once came nearest to a profile, before they
// arrived, nearest first, equal ones by id and year. Every value weighs the
// same, over its robust standard deviation among all readings before arrival;
// floor is the least share of values known of both. Of a trajectory its nearest
// reading counts. steps say which trajectories may be one, the narrowest first:
// the first step that leaves k is taken, else the last; step is its number.
func Twins(own []float64, all []Trajectory, k int, floor float64, steps ...func(at int) bool) (twins []Twin, step int, err error) {
	ids := []string{""}
	places := map[string]Twin{}
	columns := make([]Column, len(own))
	for j, v := range own {
		columns[j] = Column{Name: fmt.Sprint(j), Kind: Number, Values: []float64{v}}
	}
	for i, t := range all {
		for r := range len(t.Readings) - 1 {
			id := fmt.Sprintf("%s\x00%d", t.ID, t.Readings[r].Year)
			ids, places[id] = append(ids, id), Twin{At: i, From: r}
			for j, v := range t.Readings[r].Profile {
				columns[j].Values = append(columns[j].Values, v)
			}
		}
	}
	table, err := New(ids, columns)
	if err != nil {
		return nil, 0, err
	}
	weights := make([]float64, len(own))
	for j := range weights {
		weights[j] = 1
	}
	metric, err := table.Metric(weights, floor)
	if err != nil {
		return nil, 0, err
	}
	of, _ := table.Row("")
	nearest := metric.Nearest(of, table.Len(), nil)
	for step = range steps {
		twins = twins[:0]
		taken := map[int]bool{}
		for _, n := range nearest {
			t := places[table.ID(n.Row)]
			if len(twins) == k || taken[t.At] || !steps[step](t.At) {
				continue
			}
			taken[t.At] = true
			t.Distance, t.Coverage = n.Distance, n.Coverage
			twins = append(twins, t)
		}
		if len(twins) == k {
			break
		}
	}
	return twins, step, nil
}

// Gain is what a value rose by in a year, on average from a reading to the
// arrival; NaN where it is not known of both.
func (t *Trajectory) Gain(from, value int) float64 {
	a, b := t.Readings[from], t.Readings[len(t.Readings)-1]
	return (b.Scores[value] - a.Scores[value]) / float64(b.Year-a.Year)
}

// First is the value that rose most from a reading to the next, the first of
// equal ones; -1 where none is known to have risen.
func (t *Trajectory) First(from int) int {
	first, most := -1, 0.0
	for j, v := range t.Readings[from+1].Scores {
		if rise := v - t.Readings[from].Scores[j]; !math.IsNaN(rise) && rise > most {
			first, most = j, rise
		}
	}
	return first
}

// Quantile is the value of sorted ones that a share p of them does not exceed:
// the ⌈pn⌉-th, so that it is one that was seen. There must be one.
func Quantile(sorted []float64, p float64) float64 {
	return stat.Quantile(p, stat.Empirical, sorted, nil)
}
