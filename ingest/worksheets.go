package ingest

import (
	"cmp"
	"slices"
	"strings"

	"tolok/data"
	"tolok/data/rule"
)

// worksheets remembers which worksheets a run has brought: what only shows
// between rows, or between files. It holds some two hundred bytes for a worksheet
// in a file, however many rows that has.
type worksheets struct {
	first map[worksheetKey]*worksheetPart
	units map[string]string // ids, each held once
}

// worksheetKey is what a worksheet is of. Answers and scores without answers
// are kept apart, in the lake too.
type worksheetKey struct {
	unit   string
	cycle  int32
	layer  int8
	scores bool
}

func (k worksheetKey) String() string {
	return strings.Join([]string{k.unit, itoa(int64(k.cycle)), data.Layers[k.layer]}, "|")
}

// worksheetPart is what one file holds of a worksheet.
type worksheetPart struct {
	set    *rule.Set
	file   *file
	line   int32 // of the first row
	twice  bool  // of the first part: that another repeats it was reported
	filled bitmap
	next   *worksheetPart
}

// bitmap is a set of items, or nodes, by their place in the rule set.
type bitmap [3]uint64

func (b *bitmap) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

func (b *bitmap) add(i int) { b[i/64] |= 1 << (i % 64) }

func newWorksheets() *worksheets {
	return &worksheets{first: map[worksheetKey]*worksheetPart{}, units: map[string]string{}}
}

// worksheetOf says which worksheet a row is of, if it is of one.
func worksheetOf(rec data.Record) (k worksheetKey, regulation string, ok bool) {
	switch v := rec.(type) {
	case *data.Answer:
		return worksheetKey{v.UnitID, v.Cycle, layerNumber(v.Layer), false}, v.Regulation, true
	case *data.NodeScore:
		return worksheetKey{v.UnitID, v.Cycle, layerNumber(v.Layer), true}, v.Regulation, true
	}
	return k, "", false
}

func layerNumber(l data.Layer) int8 { return int8(slices.Index(data.Layers, l)) }

// placeOf says which of the set's items or nodes a row is about, and whether it
// holds anything.
func placeOf(s *rule.Set, rec data.Record) (place int, filled bool) {
	if a, ok := rec.(*data.Answer); ok {
		it, _ := s.Item(a.ItemID)
		return slices.Index(s.Items, it), !a.Empty()
	}
	n, _ := s.Node(rec.(*data.NodeScore).Code)
	return slices.Index(s.Nodes, n), true
}

// worksheet reports what is wrong with a row as a part of its worksheet, and
// remembers it. The row is valid by itself.
func (in *input) worksheet(rec data.Record) []data.Problem {
	k, regulation, ok := worksheetOf(rec)
	if !ok {
		return nil
	}
	var out []data.Problem
	first := in.worksheets.first[k]
	if first == nil {
		first = in.worksheets.begin(k, regulation, in.file, rec.At().Line)
		if s, ok := rule.ForCycle(int(k.cycle)); !ok || s != first.set {
			p := data.Problem{Code: "regulation-not-in-force", Severity: data.Flagged, Field: "regulation", Value: regulation, Want: "-"}
			if ok {
				p.Want = s.ID
			}
			out = append(out, p)
		}
	}
	if first.set.ID != regulation {
		return append(out, data.Problem{Code: "mixed-regulation", Severity: data.Rejected, Field: "regulation", Value: regulation, Want: first.set.ID})
	}
	i, filled := placeOf(first.set, rec)
	mine := first.of(in.file, rec.At().Line)
	for p := first; p != nil && !first.twice; p = p.next {
		if p != mine && p.filled.has(i) {
			first.twice = true
			out = append(out, data.Problem{Code: "worksheet-twice", Severity: data.Flagged, Value: k.String(), Want: p.file.name})
		}
	}
	if filled {
		mine.filled.add(i)
	}
	return out
}

func (w *worksheets) begin(k worksheetKey, regulation string, f *file, line int32) *worksheetPart {
	unit, ok := w.units[k.unit]
	if !ok {
		unit = strings.Clone(k.unit) // not the whole line it was cut from
		w.units[unit] = unit
	}
	k.unit = unit
	p := &worksheetPart{file: f, line: line}
	p.set, _ = rule.Get(regulation)
	w.first[k] = p
	return p
}

// of is a file's part of the worksheet that begins with p.
func (p *worksheetPart) of(f *file, line int32) *worksheetPart {
	for ; p.file != f; p = p.next {
		if p.next == nil {
			p.next = &worksheetPart{set: p.set, file: f, line: line}
		}
	}
	return p
}

// reportHalfRatios flags the ratios of tables that stayed half filled in. Forms
// and answers of PortalRB are checked as they are read.
func (r *run) reportHalfRatios() error {
	type half struct {
		key  worksheetKey
		part *worksheetPart // the first in a table
		rule.HalfRatio
	}
	var found []half
	for k, first := range r.worksheets.first {
		var table *worksheetPart
		var answered bitmap
		for p := first; p != nil; p = p.next {
			if p.file.format.table && table == nil {
				table = p
			}
			for i := range answered {
				answered[i] |= p.filled[i]
			}
		}
		if table == nil || k.scores {
			continue
		}
		is := func(it *rule.Item) bool { return answered.has(slices.Index(first.set.Items, it)) }
		for _, h := range first.set.HalfRatios(is) {
			found = append(found, half{k, table, h})
		}
	}
	slices.SortFunc(found, func(a, b half) int {
		return cmp.Or(cmp.Compare(a.part.file.number, b.part.file.number), cmp.Compare(a.part.line, b.part.line), strings.Compare(a.Item.ID, b.Item.ID))
	})
	for _, h := range found {
		about := data.Answer{UnitID: h.key.unit, Cycle: h.key.cycle, Layer: data.Layers[h.key.layer], Regulation: h.part.set.ID, ItemID: h.Item.ID}
		p := data.Problem{
			Code: "half-ratio", Severity: data.Flagged, Dataset: about.Dataset(), File: h.part.file.name, Field: "item_id",
			Value: h.Item.ID, Want: h.Lacks(), Subject: about.Key(), Origin: data.Origin{Source: h.part.file.number, Line: h.part.line},
		}
		if err := r.report(p); err != nil {
			return err
		}
	}
	return nil
}
