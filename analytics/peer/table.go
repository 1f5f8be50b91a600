package peer

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Kind is how a column is compared.
type Kind int

const (
	// Category is the same or another.
	Category Kind = iota
	// Count is compared by its logarithm; it must not be negative.
	Count
	// Number is compared as it is.
	Number
)

// Column is one term of the distance, of every unit.
type Column struct {
	Name   string
	Kind   Kind
	Text   []string  // of a category; "" is unknown
	Values []float64 // of a count or number; NaN is unknown
}

func (c *Column) len() int {
	if c.Kind == Category {
		return len(c.Text)
	}
	return len(c.Values)
}

// Table is units by columns, made ready to be compared. It does not change and
// may be used by several goroutines at once.
type Table struct {
	ids     []string // sorted
	at      map[string]int
	columns []term
	numeric int       // how many columns are not categories
	z       []float64 // scaled values, numeric columns of one row beside each other
	rows    []int     // rows grouped by their categories; in a group those of which all is known come first
	groups  []group
	group   []int32 // the group of each row
	place   []int32 // where in rows each row stands
}

type term struct {
	name  string
	kind  Kind
	slot  int     // of a category: which of a group's codes; else: which of z's columns
	scale float64 // robust standard deviation; 0 of a category
	known int     // rows in which it is known
}

// group is the rows with the same categories: rows[from:to], and of those
// rows[from:whole] have every value.
type group struct {
	codes           []int32 // -1 is unknown
	from, whole, to int
}

// New makes a table. ids must differ from each other; columns must be as long
// as ids. The order of the rows does not matter.
func New(ids []string, columns []Column) (*Table, error) {
	order := make([]int, len(ids))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case ids[a] < ids[b]:
			return -1
		case ids[a] > ids[b]:
			return 1
		}
		return 0
	})
	t := &Table{ids: make([]string, len(ids)), at: make(map[string]int, len(ids))}
	for i, from := range order {
		t.ids[i] = ids[from]
		t.at[ids[from]] = i
	}
	if len(t.at) != len(ids) {
		return nil, errors.New("peer: two rows have the same id")
	}
	var codes, values [][]float64
	for i := range columns {
		c := &columns[i]
		if c.len() != len(ids) {
			return nil, fmt.Errorf("peer: column %s has %d rows, there are %d ids", c.Name, c.len(), len(ids))
		}
		if c.Kind == Category {
			col, known := encode(c.Text, order)
			t.columns = append(t.columns, term{c.Name, c.Kind, len(codes), 0, known})
			codes = append(codes, col)
			continue
		}
		col, scale, known, err := scaled(c, order)
		if err != nil {
			return nil, err
		}
		t.columns = append(t.columns, term{c.Name, c.Kind, len(values), scale, known})
		values = append(values, col)
	}
	t.numeric = len(values)
	t.z = make([]float64, t.numeric*len(ids))
	t.gather(codes, values)
	for j, col := range values {
		for at, row := range t.rows {
			t.z[at*t.numeric+j] = col[row]
		}
	}
	return t, nil
}

// encode numbers the words of a category; -1 is unknown.
func encode(text []string, order []int) ([]float64, int) {
	number := map[string]float64{"": -1}
	out, known := make([]float64, len(order)), 0
	for i, from := range order {
		s := text[from]
		if _, ok := number[s]; !ok {
			number[s] = float64(len(number) - 1)
		}
		out[i] = number[s]
		if s != "" {
			known++
		}
	}
	return out, known
}

// scaled is a column over its robust standard deviation.
func scaled(c *Column, order []int) (out []float64, scale float64, known int, err error) {
	least := math.Inf(1)
	for _, v := range c.Values {
		switch {
		case math.IsInf(v, 0) || c.Kind == Count && v < 0:
			return nil, 0, 0, fmt.Errorf("peer: column %s holds %v", c.Name, v)
		case v > 0:
			least = min(least, v)
		}
	}
	out = make([]float64, len(order))
	var all []float64
	for i, from := range order {
		v := c.Values[from]
		if c.Kind == Count {
			switch {
			case v == 0 && math.IsInf(least, 1): // nobody has any
			case v == 0:
				v = math.Log(least / 2)
			default:
				v = math.Log(v)
			}
		}
		out[i] = v
		if !math.IsNaN(v) {
			all = append(all, v)
		}
	}
	scale = robust(all)
	for i := range out {
		out[i] /= scale
	}
	return out, scale, len(all), nil
}

// robust is the interquartile range over that of the standard normal; where
// half of the values are one, the standard deviation; where all are, 1.
func robust(v []float64) float64 {
	const normal = 1.3489795003921634
	if len(v) < 2 {
		return 1
	}
	slices.Sort(v)
	if s := (stat.Quantile(.75, stat.Empirical, v, nil) - stat.Quantile(.25, stat.Empirical, v, nil)) / normal; s > 0 {
		return s
	}
	if s := stat.StdDev(v, nil); s > 0 {
		return s
	}
	return 1
}

// gather puts rows with the same categories together.
func (t *Table) gather(codes, values [][]float64) {
	t.rows = make([]int, len(t.ids))
	holes := make([]int, len(t.ids))
	for i := range t.rows {
		t.rows[i] = i
		for _, col := range values {
			if math.IsNaN(col[i]) {
				holes[i] = 1
			}
		}
	}
	slices.SortStableFunc(t.rows, func(a, b int) int {
		for _, col := range codes {
			if d := col[a] - col[b]; d != 0 {
				return int(d)
			}
		}
		return holes[a] - holes[b]
	})
	t.group, t.place = make([]int32, len(t.ids)), make([]int32, len(t.ids))
	for at, row := range t.rows {
		same := at > 0
		for _, col := range codes {
			same = same && col[row] == col[t.rows[at-1]]
		}
		if !same {
			g := group{from: at, whole: at, codes: make([]int32, len(codes))}
			for j, col := range codes {
				g.codes[j] = int32(col[row])
			}
			t.groups = append(t.groups, g)
		}
		g := &t.groups[len(t.groups)-1]
		g.to = at + 1
		if holes[row] == 0 {
			g.whole = at + 1
		}
		t.group[row], t.place[row] = int32(len(t.groups)-1), int32(at)
	}
}

// Len is how many units there are.
func (t *Table) Len() int { return len(t.ids) }

// ID is the id of a row.
func (t *Table) ID(row int) string { return t.ids[row] }

// Row finds a unit's row.
func (t *Table) Row(id string) (int, bool) { i, ok := t.at[id]; return i, ok }

// Names are the names of the columns.
func (t *Table) Names() []string {
	out := make([]string, len(t.columns))
	for i, c := range t.columns {
		out[i] = c.name
	}
	return out
}

// Scale is what one step of z is in a column: of a count, in its logarithm; 0
// of a category.
func (t *Table) Scale(column int) float64 { return t.columns[column].scale }

// Known is the share of units of which a column is known.
func (t *Table) Known(column int) float64 {
	if len(t.ids) == 0 {
		return 0
	}
	return float64(t.columns[column].known) / float64(len(t.ids))
}

// Has reports whether a column is known of a row.
func (t *Table) Has(row, column int) bool {
	c := t.columns[column]
	if c.kind == Category {
		return t.groups[t.group[row]].codes[c.slot] >= 0
	}
	return !math.IsNaN(t.z[int(t.place[row])*t.numeric+c.slot])
}
