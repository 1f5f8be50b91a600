package analytics

import (
	"context"
	"strconv"
	"strings"

	"tolok/data"
)

// Quality says how far the data of one cycle can be relied on: how complete
// the worksheets are, what taking them in found row by row, and what does not
// fit together over the whole lake.
type Quality struct {
	Meta       Meta          `json:"meta"`
	Cycle      int           `json:"cycle"`
	All        QualityCount  `json:"all"`
	Senders    []QualityRow  `json:"senders"`    // most left out or suspected first
	Codes      []QualityCode `json:"codes"`      // most first, rows before the lake
	Suspicions []Suspicion   `json:"suspicions"` // one page of them
	Found      int64         `json:"found"`      // all suspicions
	Rest       int64         `json:"rest"`       // of them, not on this page
	Page       int           `json:"page"`
	Pages      int           `json:"pages"`
}

// QualityCount counts what was sent and what was found in it.
type QualityCount struct {
	Worksheets int64       `json:"worksheets"`
	Answered   int64       `json:"answered"`   // items
	Asked      int64       `json:"asked"`      // items that apply, of worksheets whose items were kept
	Superseded int64       `json:"superseded"` // submissions of worksheets that a newer one replaced
	Compared   int64       `json:"compared"`   // worksheets with a total both reported and recomputed
	Differing  int64       `json:"differing"`  // of them, by more than the tolerance
	Largest    *data.Score `json:"largest"`    // the largest such difference, in points; nil where nothing was compared
	Suspicious int64       `json:"suspicious"` // worksheets with a suspicion
	Failed     int64       `json:"failed"`     // files that could not be read
	Rejected   int64       `json:"rejected"`   // faults for which a row was left out
	Repaired   int64       `json:"repaired"`
	Flagged    int64       `json:"flagged"`    // row by row
	Suspicions int64       `json:"suspicions"` // over the whole lake
}

// Completeness is the share of items that were answered, nil where no items
// were kept.
func (c *QualityCount) Completeness() *float64 {
	if c.Asked == 0 {
		return nil
	}
	v := float64(c.Answered) / float64(c.Asked)
	return &v
}

func (c *QualityCount) add(o *QualityCount) {
	c.Worksheets += o.Worksheets
	c.Answered += o.Answered
	c.Asked += o.Asked
	c.Superseded += o.Superseded
	c.Compared += o.Compared
	c.Differing += o.Differing
	if o.Largest != nil && (c.Largest == nil || *o.Largest > *c.Largest) {
		c.Largest = o.Largest
	}
	c.Suspicious += o.Suspicious
	c.Failed += o.Failed
	c.Rejected += o.Rejected
	c.Repaired += o.Repaired
	c.Flagged += o.Flagged
	c.Suspicions += o.Suspicions
}

// QualityRow is one sender: an agency, or, without an id, whoever the files
// name as their publisher.
type QualityRow struct {
	AgencyID string `json:"agency_id"`
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	QualityCount
}

// QualityCode counts one kind of finding.
type QualityCode struct {
	Found    string `json:"found"` // row: while taking in; lake: over the whole lake
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Count    int64  `json:"count"`
	Senders  int64  `json:"senders"` // in whose data it was found
}

// Suspicion is a problem that shows only beside other records.
type Suspicion struct {
	data.Problem
	UnitID   string `json:"unit_id"`
	Unit     string `json:"unit"` // "" for a unit that is not registered
	AgencyID string `json:"agency_id"`
	Agency   string `json:"agency"`
	Cycle    int    `json:"cycle"`
	Layer    string `json:"layer"` // "" for nominations and awards
}

// Where a finding was made.
const (
	FoundInRow  = "row"
	FoundInLake = "lake"
)

// Quality answers: how far can the data of one cycle be relied on, and what
// should be mended where? Without a layer it is about all three.
func (db *DB) Quality(ctx context.Context, f Filter) (*Quality, error) {
	layer := f.Layer
	f, err := db.settle(ctx, f)
	if err != nil {
		return nil, err
	}
	f.Layer = layer
	q := &Quality{Meta: db.meta("quality", f), Cycle: f.Cycle, Page: f.Page}
	p := f.params()
	p["codes"] = strings.Join(SuspicionCodes, ",")
	if q.Senders, err = collect[QualityRow](ctx, db, "quality_agencies", p); err != nil {
		return nil, err
	}
	if q.Codes, err = collect[QualityCode](ctx, db, "quality_codes", p); err != nil {
		return nil, err
	}
	if q.Suspicions, err = collect[Suspicion](ctx, db, "quality_suspicions", p); err != nil {
		return nil, err
	}
	for i := range q.Senders {
		q.All.add(&q.Senders[i].QualityCount)
	}
	for _, c := range q.Codes {
		if c.Found == FoundInLake {
			q.Found += c.Count
		}
	}
	q.Rest = q.Found - int64(len(q.Suspicions))
	q.Pages = max(1, int((q.Found+int64(f.Size)-1)/int64(f.Size)))
	q.Meta.N = Count(q.All.Worksheets)
	if db.scope.reach() != everything {
		q.Meta.note("own-only")
	}
	if f.Layer == "" {
		q.Meta.note("layers-mixed")
	}
	q.Meta.note("suspicion-not-proof")
	q.Meta.note("problems-without-cycle")
	if q.Rest > 0 {
		q.Meta.note("suspicions-more", "n", strconv.FormatInt(q.Rest, 10), "found", strconv.FormatInt(q.Found, 10))
	}
	return q, nil
}

// Grid lists every number of the answer, then the suspicions, one a row; a
// suspicion stands with its place and what to do about it.
func (q *Quality) Grid() Grid {
	g := Grid{Columns: []string{"section", "agency_id", "key", "measure", "value", "unit_id", "cycle", "layer", "place", "label_id", "label_en"}}
	count := func(section, id, key string, c *QualityCount) {
		for _, m := range c.measures() {
			g.add(section, id, key, m.name, m.value, "", q.Cycle, q.Meta.Filter.Layer, "", "", "")
		}
	}
	count("all", "", "all", &q.All)
	for i := range q.Senders {
		s := &q.Senders[i]
		count("sender", s.AgencyID, s.Name, &s.QualityCount)
	}
	for _, c := range q.Codes {
		g.add("found_in_"+c.Found, "", c.Code, c.Severity, c.Count, "", q.Cycle, q.Meta.Filter.Layer, "", "", "")
	}
	for i := range q.Suspicions {
		s := &q.Suspicions[i]
		g.add("suspicion", s.AgencyID, s.Code, s.Severity, s.Value, s.UnitID, s.Cycle, s.Layer, s.Place("en"), s.Text("id")+" "+s.Mend("id"), s.Text("en")+" "+s.Mend("en"))
	}
	if q.Rest > 0 {
		g.add("suspicion", "", "rest", "not_listed", q.Rest, "", q.Cycle, q.Meta.Filter.Layer, "", "", "")
	}
	return g
}

type measure struct {
	name  string
	value any
}

func (c *QualityCount) measures() []measure {
	return []measure{
		{"worksheets", c.Worksheets},
		{"answered", c.Answered},
		{"asked", c.Asked},
		{"completeness", c.Completeness()},
		{"failed", c.Failed},
		{"rejected", c.Rejected},
		{"repaired", c.Repaired},
		{"flagged", c.Flagged},
		{"superseded", c.Superseded},
		{"compared", c.Compared},
		{"differing", c.Differing},
		{"largest_difference", c.Largest},
		{"suspicious", c.Suspicious},
		{"suspicions", c.Suspicions},
	}
}
