package peer

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Metric is a table with weights. It does not change.
type Metric struct {
	*Table
	weight []float64 // by column, as given
	sum    float64   // of all weights
	floor  float64
	word   []float64 // weights of the categories, by slot
	value  []float64 // weights of the others, by slot
}

// Metric weighs the columns. A weight of 0 leaves a column out; floor is the
// least share of all weight that two units must have known in common, 0 … 1.
func (t *Table) Metric(weights []float64, floor float64) (*Metric, error) {
	if len(weights) != len(t.columns) {
		return nil, fmt.Errorf("peer: %d weights for %d columns", len(weights), len(t.columns))
	}
	if !(floor >= 0 && floor <= 1) {
		return nil, fmt.Errorf("peer: a floor of %v; give 0 to 1", floor)
	}
	m := &Metric{Table: t, weight: slices.Clone(weights), floor: floor, value: make([]float64, t.numeric), word: make([]float64, len(t.columns)-t.numeric)}
	for i, w := range weights {
		c := t.columns[i]
		if !(w >= 0) || math.IsInf(w, 0) {
			return nil, fmt.Errorf("peer: column %s has weight %v; weights are 0 or more", c.name, w)
		}
		if c.kind == Category {
			m.word[c.slot] = w
		} else {
			m.value[c.slot] = w
		}
	}
	for _, w := range m.word { // in the order in which distances are summed
		m.sum += w
	}
	for _, w := range m.value {
		m.sum += w
	}
	if m.sum == 0 || math.IsInf(m.sum, 0) {
		return nil, errors.New("peer: no column has a weight")
	}
	return m, nil
}

// Weight is a column's part of all weight, 0 … 1.
func (m *Metric) Weight(column int) float64 { return m.weight[column] / m.sum }

// Distance is d, and the share of all weight it rests on; ok is false where
// that is below the floor, or nothing.
func (m *Metric) Distance(a, b int) (d, coverage float64, ok bool) {
	sum, have := m.words(m.groups[m.group[a]].codes, m.groups[m.group[b]].codes)
	za, zb := m.row(int(m.place[a])), m.row(int(m.place[b]))
	for j, w := range m.value {
		if d := za[j] - zb[j]; d == d {
			sum += float64(w * d * d) // rounded by itself, so that no machine fuses it with the sum
			have += w
		}
	}
	if have == 0 || have < m.floor*m.sum {
		return 0, have / m.sum, false
	}
	return math.Sqrt(sum / have), have / m.sum, true
}

// row is the scaled values at a place of rows.
func (m *Metric) row(place int) []float64 {
	return m.z[place*m.numeric : (place+1)*m.numeric]
}

// words is what the categories give: the sum, and the weight known of both.
func (m *Metric) words(a, b []int32) (sum, have float64) {
	for j, w := range m.word {
		if a[j] < 0 || b[j] < 0 {
			continue
		}
		have += w
		if a[j] != b[j] {
			sum += w
		}
	}
	return sum, have
}

// parts are the columns' parts of d², before the division by the weight known.
func (m *Metric) parts(a, b int, out []float64) {
	ga, gb := m.groups[m.group[a]].codes, m.groups[m.group[b]].codes
	za, zb := m.row(int(m.place[a])), m.row(int(m.place[b]))
	for i, c := range m.columns {
		out[i] = math.NaN()
		switch {
		case c.kind != Category:
			d := za[c.slot] - zb[c.slot]
			out[i] = m.weight[i] * d * d
		case ga[c.slot] < 0 || gb[c.slot] < 0:
		case ga[c.slot] == gb[c.slot]:
			out[i] = 0
		default:
			out[i] = m.weight[i]
		}
	}
}

// Shares divides d² between two units among the columns: each is 0 … 1, and
// they add to 1. NaN is a column not known of both. Between units that do not
// differ every known share is 0.
func (m *Metric) Shares(a, b int) []float64 {
	out := make([]float64, len(m.columns))
	m.parts(a, b, out)
	sum := 0.0
	for _, v := range out {
		if v == v {
			sum += v
		}
	}
	for i := range out {
		if sum > 0 {
			out[i] /= sum
		}
	}
	return out
}

// Effective divides the sum of d² between a unit and others among the columns:
// what the weights come to there. It is nil where nothing differs.
func (m *Metric) Effective(of int, others []int) []float64 {
	out, one := make([]float64, len(m.columns)), make([]float64, len(m.columns))
	sum := 0.0
	for _, other := range others {
		if other == of {
			continue
		}
		_, coverage, ok := m.Distance(of, other)
		if !ok {
			continue
		}
		m.parts(of, other, one)
		for i, v := range one {
			if v == v {
				out[i] += v / (coverage * m.sum)
				sum += v / (coverage * m.sum)
			}
		}
	}
	if sum == 0 {
		return nil
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}
