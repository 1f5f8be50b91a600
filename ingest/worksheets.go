package ingest

import (
	"cmp"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"tolok/data"
	"tolok/data/rule"
)

// worksheets remembers which worksheets a run has brought, and which rows of
// them: what only shows between rows, or between files.
//
// A nation's rows do not fit into memory. The rows of a worksheet stand
// together in nearly every file, so one worksheet is open at a time; what is
// known of the others lies in a log on the disk, and in memory only where. A
// worksheet whose rows lie scattered is read back as often as it is met again:
// slower, never wrong.
type worksheets struct {
	seed  maphash.Seed
	at    index // where in the log a worksheet's last part lies, by a hash of its key
	log   *spill
	files []*file
	half  map[worksheetKey]halfSheet // those that hold half a ratio as yet

	// The open worksheet:
	key   worksheetKey
	hash  uint64
	parts []*sheetPart // by file, in the order of reading; the last is being read
	stale bool         // the last part says more than the log
	free  []*sheetPart
	buf   []byte
}

// worksheetKey is what a worksheet is of. Answers and scores without answers
// are kept apart, in the lake too.
type worksheetKey struct {
	unit   string
	cycle  int32
	layer  data.Layer
	scores bool
}

func (k worksheetKey) String() string {
	return strings.Join([]string{k.unit, itoa(int64(k.cycle)), k.layer}, "|")
}

// sheetPart is what one file, or one sheet of a workbook, holds of a worksheet.
type sheetPart struct {
	set    *rule.Set
	file   *file
	number int   // of the file, in the order of reading
	before int64 // where in the log the part of the file before lies, or -1
	line   int32 // of the first row
	twice  bool  // that another file holds some of it, too, was reported
	seen   bitmap
	filled bitmap          // of those seen, the items that hold anything
	rows   [64 * 3]partRow // of those seen, by place
}

// partRow is a row of a part: its place, and a hash of what it says.
type partRow struct {
	line    int32
	content uint32
}

// bitmap is a set of items, or nodes, by their place in the rule set.
type bitmap [3]uint64

func (b *bitmap) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

func (b *bitmap) add(i int) { b[i/64] |= 1 << (i % 64) }

func newWorksheets() *worksheets {
	return &worksheets{seed: maphash.MakeSeed(), log: newSpill(), half: map[worksheetKey]halfSheet{}}
}

// worksheetOf says which worksheet a row is of, if it is of one.
func worksheetOf(rec data.Record) (k worksheetKey, regulation string, known *data.Date, ok bool) {
	switch v := rec.(type) {
	case *data.Answer:
		return worksheetKey{v.UnitID, v.Cycle, v.Layer, false}, v.Regulation, v.KnownOn, true
	case *data.NodeScore:
		return worksheetKey{v.UnitID, v.Cycle, v.Layer, true}, v.Regulation, v.KnownOn, true
	}
	return k, "", nil, false
}

// placed is where in its worksheet a row belongs.
type placed struct {
	place   int    // of the item or node in the rule set
	filled  bool   // it holds anything
	content uint32 // a hash of what it says, but for when it was known
}

func placeOf(s *rule.Set, rec data.Record) placed {
	if a, ok := rec.(*data.Answer); ok {
		it, _ := s.Item(a.ItemID)
		return placed{it.Place, !a.Empty(), contentOf(a.Choice, (*int64)(a.Value), (*int64)(a.Num), (*int64)(a.Den), (*int64)(a.Reported))}
	}
	n := rec.(*data.NodeScore)
	node, _ := s.Node(n.Code)
	return placed{node.Place, true, contentOf("", (*int64)(&n.Score))}
}

// contentOf mixes what a row says into 32 bits (FNV-1a over words). It tells a
// row that repeats another from one that contradicts it.
func contentOf(choice string, numbers ...*int64) uint32 {
	const prime = 0x100000001b3
	h := uint64(0xcbf29ce484222325)
	for i := range len(choice) {
		h = (h ^ uint64(choice[i])) * prime
	}
	for _, v := range numbers {
		h = (h ^ 0xff) * prime
		if v != nil {
			h = (h ^ uint64(*v)) * prime
			h ^= h >> 32
		}
	}
	return uint32(h>>32) ^ uint32(h)
}

// worksheet adds what is wrong with a row as a part of its worksheet, and
// remembers the row. It is valid by itself. The same row a second time is
// repeated: it is dropped without loss.
func (in *input) worksheet(problems []data.Problem, rec data.Record, at *placed) (_ []data.Problem, repeated bool, err error) {
	k, regulation, known, ok := worksheetOf(rec)
	if !ok {
		return problems, false, nil
	}
	w, line := in.worksheets, rec.At().Line
	fresh, err := w.turn(k, regulation, in.file, line)
	if err != nil {
		return nil, false, err
	}
	first, mine := w.parts[0], w.parts[len(w.parts)-1]
	if fresh {
		if s, ok := rule.ForCycle(int(k.cycle)); !ok || s != first.set {
			p := data.Problem{Code: "regulation-not-in-force", Severity: data.Flagged, Field: "regulation", Value: regulation, Want: "-"}
			if ok {
				p.Want = s.ID
			}
			problems = append(problems, p)
		}
	}
	if first.set.ID != regulation {
		return append(problems, data.Problem{Code: "mixed-regulation", Severity: data.Rejected, Field: "regulation", Value: regulation, Want: first.set.ID}), false, nil
	}
	if at == nil {
		p := placeOf(first.set, rec)
		at = &p
	}
	place, content := at.place, at.content
	if known != nil {
		content += uint32(*known)
	}
	for _, p := range w.parts {
		if p.file.origin() == in.origin() && p.seen.has(place) {
			again := repeatOf(rec.Key(), p.rows[place].line, p.rows[place].content == content)
			if p != mine {
				again.Want += " (" + p.file.hint() + ")"
			}
			return append(problems, again), again.Severity == data.Flagged, nil
		}
		if p.file.origin() != in.origin() && p.filled.has(place) && !w.twice() {
			mine.twice = true
			problems = append(problems, data.Problem{Code: "worksheet-twice", Severity: data.Flagged, Value: k.String(), Want: p.file.name})
		}
	}
	w.stale = true
	mine.seen.add(place)
	mine.rows[place] = partRow{line, content}
	if at.filled {
		mine.filled.add(place)
	}
	return problems, false, nil
}

// twice reports whether it was said that files share items of this worksheet.
func (w *worksheets) twice() bool {
	return slices.ContainsFunc(w.parts, func(p *sheetPart) bool { return p.twice })
}

// turn opens the worksheet a row is of, and the part of it that a file holds.
// It is fresh if no row before was of it.
func (w *worksheets) turn(k worksheetKey, regulation string, f *file, line int32) (fresh bool, err error) {
	if k == w.key && len(w.parts) > 0 && w.parts[len(w.parts)-1].file == f {
		return false, nil
	}
	if err := w.close(); err != nil {
		return false, err
	}
	k.unit = strings.Clone(k.unit) // not the whole line it was cut from
	w.key, w.hash = k, w.hashOf(k)
	at, known, err := w.at.find(w.hash, w.isOpen)
	if err != nil {
		return false, err
	}
	if known {
		if err := w.load(at); err != nil {
			return false, err
		}
	}
	if known && w.parts[len(w.parts)-1].file == f {
		return false, nil
	}
	if len(w.files) == 0 || w.files[len(w.files)-1] != f {
		w.files = append(w.files, f)
	}
	p := w.part()
	*p = sheetPart{file: f, number: len(w.files) - 1, before: -1, line: line}
	if known {
		p.set, p.before = w.parts[0].set, at
	} else {
		p.set, _ = rule.Get(regulation)
	}
	w.parts = append(w.parts, p)
	w.stale = true
	return !known, nil
}

func (w *worksheets) hashOf(k worksheetKey) uint64 {
	var h maphash.Hash
	h.SetSeed(w.seed)
	h.WriteString(k.unit)
	kind := byte(0)
	if k.scores {
		kind = 1
	}
	h.Write([]byte{0, byte(k.cycle), byte(k.cycle >> 8), kind})
	h.WriteString(k.layer)
	return h.Sum64()
}

// close puts the open worksheet aside.
func (w *worksheets) close() error {
	if len(w.parts) > 0 && w.stale {
		if err := w.save(); err != nil {
			return err
		}
		w.noteHalf()
	}
	w.free = append(w.free, w.parts...)
	w.parts, w.stale = w.parts[:0], false
	return nil
}

func (w *worksheets) part() *sheetPart {
	if n := len(w.free); n > 0 {
		p := w.free[n-1]
		w.free = w.free[:n-1]
		return p
	}
	return &sheetPart{}
}

// halfSheet is a worksheet of which some ratios are half filled in.
type halfSheet struct {
	file   *file
	number int // of the file, in the order of reading
	line   int32
	set    *rule.Set
	ratios []rule.HalfRatio
}

// noteHalf notes whether the open worksheet holds half a ratio, as far as it
// has been read. Forms and answers of PortalRB are checked as they are read;
// here it is about the rows of tables.
func (w *worksheets) noteHalf() {
	i := slices.IndexFunc(w.parts, func(p *sheetPart) bool { return p.file.format.table })
	if i < 0 || w.key.scores {
		return
	}
	var answered bitmap
	for _, p := range w.parts {
		for i := range answered {
			answered[i] |= p.filled[i]
		}
	}
	first := w.parts[i]
	ratios := first.set.HalfRatios(func(it *rule.Item) bool { return answered.has(it.Place) })
	if len(ratios) == 0 {
		delete(w.half, w.key)
		return
	}
	w.half[w.key] = halfSheet{first.file, first.number, first.line, first.set, ratios}
}

// reportHalfRatios flags the ratios of tables that stayed half filled in.
func (r *run) reportHalfRatios() error {
	w := r.worksheets
	if err := w.close(); err != nil {
		return err
	}
	keys := slices.SortedFunc(maps.Keys(w.half), func(x, y worksheetKey) int {
		a, b := w.half[x], w.half[y]
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.line, b.line))
	})
	for _, k := range keys {
		h := w.half[k]
		slices.SortFunc(h.ratios, func(a, b rule.HalfRatio) int { return strings.Compare(a.Item.ID, b.Item.ID) })
		for _, ratio := range h.ratios {
			about := data.Answer{UnitID: k.unit, Cycle: k.cycle, Layer: k.layer, Regulation: h.set.ID, ItemID: ratio.Item.ID}
			p := data.Problem{
				Code: "half-ratio", Severity: data.Flagged, Dataset: about.Dataset(), File: h.file.name, Field: "item_id",
				Value: ratio.Item.ID, Want: ratio.Lacks(), Subject: about.Key(), Origin: data.Origin{Source: h.file.number, Sheet: h.file.sheet, Line: h.line},
			}
			if err := r.report(p); err != nil {
				return err
			}
		}
	}
	return nil
}
