package ingest

import (
	"bytes"
	"slices"
	"strings"

	"tolok/data"
	"tolok/data/rule"
	"tolok/data/table"
)

// recall remembers how lines of answers were read. A nation's worksheets hold a
// few thousand different answers, each a great many times, under as many units:
// what a line says behind its first cells, which name the worksheet, depends on
// nothing but the regulation and the header: what a folder or the command line
// fills in names the worksheet, too. So it is taken apart once.
type recall struct {
	csv   *table.CSV
	known map[string]*memory // by separator, header and regulation

	lead  int     // how many of a line's first cells name its worksheet
	below []byte  // the first cells of the sound row before; nil if it was not sound
	rest  *memory // by what follows in the line
	head  string  // of the table, in known
}

// recalled is an answer without its worksheet. Records share the amounts;
// nobody writes to them.
type recalled struct {
	item, choice    string
	value, num, den *data.Amount
	reported        *data.Score
	knownOn         *data.Date
	placed
}

// memory is the lines recalled lately, in two generations: what is not met
// again before the young one is full is forgotten with the old one. Counts and
// survey values differ from unit to unit; they come and go, and what every
// worksheet says stays.
type memory struct{ young, old map[string]*recalled }

func (m *memory) get(line []byte) *recalled {
	if k := m.young[string(line)]; k != nil {
		return k
	}
	k := m.old[string(line)]
	if k != nil {
		m.put(line, k)
	}
	return k
}

func (m *memory) put(line []byte, k *recalled) {
	if len(m.young) >= mostRecalled {
		m.old, m.young = m.young, map[string]*recalled{}
	}
	m.young[string(line)] = k
}

// mostRecalled is the size of a generation: a regulation has some hundred and
// fifty items, and each a handful of options and of days when it was known.
const mostRecalled = 1 << 13

// worksheetColumns are what the rows of a worksheet have in common.
var worksheetColumns = []string{"unit_id", "cycle", "regulation", "layer"}

// newRecall is nil where lines cannot be recalled: of other datasets, and where
// a line does not begin with its worksheet.
func newRecall(csv *table.CSV, m *mapping, known map[string]*memory) *recall {
	if m.schema.dataset != "answers" {
		return nil
	}
	r := &recall{csv: csv, known: known, head: string(csv.Separator()) + strings.Join(m.header.cells, "\x00")}
	for r.lead < len(m.header.cells) && slices.ContainsFunc(worksheetColumns, func(c string) bool { return m.at[m.schema.index[c]] == r.lead }) {
		r.lead++
	}
	for _, c := range worksheetColumns {
		if m.at[m.schema.index[c]] >= r.lead {
			return nil
		}
	}
	return r
}

// take fills the record from the next line, if the sound row before was of the
// same worksheet and the rest of the line was read before.
func (r *recall) take(a *data.Answer) (*placed, bool) {
	text, number, ok := r.csv.Peek()
	if !ok || r.below == nil || !bytes.HasPrefix(text, r.below) {
		return nil, false
	}
	k := r.rest.get(text[len(r.below):])
	if k == nil {
		return nil, false
	}
	r.csv.Skip()
	a.ItemID, a.Choice, a.Value, a.Num, a.Den, a.Reported, a.KnownOn = k.item, k.choice, k.value, k.num, k.den, k.reported, k.knownOn
	a.Origin = data.Origin{Line: int32(number)}
	return &k.placed, true
}

// learn remembers how the line just read was read, if nothing speaks against
// it.
func (r *recall) learn(a *data.Answer, sound bool) {
	r.below = nil
	text, ok := r.csv.Last()
	if !ok || !sound {
		return
	}
	end := 0
	for range r.lead {
		end += bytes.IndexByte(text[end:], r.csv.Separator()) + 1
	}
	r.below = bytes.Clone(text[:end])
	key := r.head + "\x00" + a.Regulation
	r.rest = r.known[key]
	if r.rest == nil {
		r.rest = &memory{young: map[string]*recalled{}}
		r.known[key] = r.rest
	}
	set, _ := rule.Get(a.Regulation)
	r.rest.put(text[end:], &recalled{a.ItemID, a.Choice, a.Value, a.Num, a.Den, a.Reported, a.KnownOn, placeOf(set, a)})
}
