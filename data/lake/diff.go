package lake

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
)

// Change is one worksheet that a later state has and an earlier one had not,
// or had otherwise.
type Change struct {
	Dataset    string   `json:"dataset"` // answers, or scores kept without their items
	Unit       string   `json:"unit_id"`
	Cycle      int32    `json:"cycle"`
	Layer      string   `json:"layer"`
	Superseded bool     `json:"superseded"` // the earlier state had this worksheet, too
	Sources    []string `json:"sources"`    // the files it came in, oldest first
}

// Grown is how many rows a dataset gained.
type Grown struct {
	Dataset string `json:"dataset"`
	Rows    int64  `json:"rows"`
}

// worksheets are the datasets in which a newer submission replaces a worksheet
// of a unit, cycle and layer whole.
var worksheets = []string{"answers", "scores"}

// worksheetRow is what a diff reads of a row; the other columns stay unread.
type worksheetRow struct {
	Unit   string `parquet:"unit_id"`
	Layer  string `parquet:"layer,dict"`
	Source int32  `parquet:"source"`
}

// RowsAdded counts the rows that a state has more than an earlier one. States
// only grow: a submission adds rows and compaction keeps them.
func RowsAdded(from, to *Manifest) []Grown {
	rows := map[string]int64{}
	for _, f := range to.Files {
		rows[f.Dataset] += f.Rows
	}
	for _, f := range from.Files {
		rows[f.Dataset] -= f.Rows
	}
	out := []Grown{}
	for _, d := range slices.Sorted(maps.Keys(rows)) {
		if rows[d] != 0 {
			out = append(out, Grown{d, rows[d]})
		}
	}
	return out
}

// Diff calls f with every worksheet that changed from a state to a later one,
// by cycle, dataset, unit and layer. It holds the changed worksheets of one
// cycle at a time, and no rows.
func (l *Lake) Diff(ctx context.Context, from, to *Manifest, f func(Change) error) error {
	if from.LastSource > to.LastSource {
		return fmt.Errorf("state %s is newer than %s; name the older one first", from.Content, to.Content)
	}
	names := to.sourceNames(from.LastSource)
	fresh := map[tableKey]bool{}
	known := map[string]bool{}
	for _, x := range from.Files {
		known[x.Path] = true
	}
	for _, x := range to.Files {
		if !known[x.Path] && slices.Contains(worksheets, x.Dataset) {
			fresh[tableKey{x.Dataset, x.Cycle}] = true
		}
	}
	keys := slices.SortedFunc(maps.Keys(fresh), func(a, b tableKey) int {
		return cmp.Or(cmp.Compare(a.cycle, b.cycle), cmp.Compare(a.dataset, b.dataset))
	})
	for _, k := range keys {
		changed, err := l.changed(ctx, from, to, k, known)
		if err != nil {
			return err
		}
		for _, w := range slices.SortedFunc(maps.Keys(changed), sheet.compare) {
			c := Change{Dataset: k.dataset, Unit: w.unit, Cycle: k.cycle, Layer: w.layer, Superseded: changed[w].before}
			for _, s := range changed[w].sources {
				c.Sources = append(c.Sources, names[s])
			}
			if err := f(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// sheet is a worksheet within a cycle.
type sheet struct{ unit, layer string }

func (w sheet) compare(x sheet) int {
	return cmp.Or(cmp.Compare(w.unit, x.unit), cmp.Compare(w.layer, x.layer))
}

type touched struct {
	sources []int32
	before  bool
}

// changed reads one dataset and cycle: first the new files for what came, then
// the earlier state's for what of it was there.
func (l *Lake) changed(ctx context.Context, from, to *Manifest, k tableKey, known map[string]bool) (map[sheet]*touched, error) {
	out := map[sheet]*touched{}
	err := l.readSheets(ctx, to.Files, k, func(path string) bool { return !known[path] }, func(r *worksheetRow) error {
		if r.Source <= from.LastSource {
			return nil // an older row, in a file that compaction made
		}
		w := sheet{r.Unit, r.Layer}
		if out[w] == nil {
			out[w] = &touched{}
		}
		if !slices.Contains(out[w].sources, r.Source) {
			out[w].sources = append(out[w].sources, r.Source)
		}
		return nil
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out, l.readSheets(ctx, from.Files, k, func(string) bool { return true }, func(r *worksheetRow) error {
		if c := out[sheet{r.Unit, r.Layer}]; c != nil {
			c.before = true
		}
		return nil
	})
}

func (l *Lake) readSheets(ctx context.Context, files []File, k tableKey, take func(path string) bool, f func(*worksheetRow) error) error {
	for _, x := range files {
		if x.Dataset != k.dataset || x.Cycle != k.cycle || !take(x.Path) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := readFile(l.Path(x.Path), f); err != nil {
			return fmt.Errorf("%s: %w", x.Path, err)
		}
	}
	return nil
}

// sourceNames gives the names of the sources with a number above after.
func (m *Manifest) sourceNames(after int32) map[int32]string {
	out := map[int32]string{}
	for _, s := range m.Submissions {
		for i, t := range s.Sources {
			if n := s.First + int32(i); n > after {
				out[n] = t.Name
			}
		}
	}
	return out
}
