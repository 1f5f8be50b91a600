package ingest

import (
	"slices"
	"strings"

	"tolok/data"
	"tolok/data/rule"
	"tolok/data/table"
)

// maxReported bounds what a score cell can mean: beyond it stands something
// else, such as a year.
const maxReported = 1000 * data.One

// walk goes down a form once and gives every row its meaning. Numbers and
// letters in the form are faulty, and agencies insert, delete and reorder rows,
// so a row is known by the headings it stands under and the words it contains.
type walk struct {
	*layout
	f        *Form
	book     *table.Workbook
	weighted bool // headings carry their weight

	// Where the walk stands.
	part, area, subarea *rule.Node
	ratio               *rule.Item // the last one: inputs below are its own

	seen map[string]string // item id or node code -> where it was found
	used map[int]bool      // lines that had a meaning
}

func newWalk(f *Form, book *table.Workbook, l *layout) *walk {
	w := &walk{layout: l, f: f, book: book, seen: map[string]string{}, used: map[int]bool{}}
	for layer, column := range l.answer {
		f.Answers[layer] = rule.Worksheet{}
		f.columns[strings.TrimSuffix(table.CellName(column, 1), "1")] = layer
	}
	w.weighted = slices.ContainsFunc(l.rows, func(r sheetRow) bool { return w.rowWeight(r) != nil })
	for _, m := range l.moved {
		title, cell, _ := strings.Cut(m, "|")
		f.report("form-column-moved", data.Flagged, cell, l.header, "", cell, title)
	}
	return w
}

func (w *walk) run() error {
	for _, r := range w.rows {
		if r.line <= w.header {
			continue
		}
		if err := w.row(r); err != nil {
			return err
		}
	}
	if w.portal {
		if err := w.byNumber(); err != nil {
			return err
		}
	}
	for _, it := range w.f.Set.Items {
		if w.seen[it.ID] != "" {
			return nil
		}
	}
	return &data.Problem{Code: "not-a-form", Severity: data.Failed, Value: w.name, Origin: data.Origin{Sheet: w.name}}
}

// row gives one row its meaning: a heading, an item, an input, or none.
func (w *walk) row(r sheetRow) error {
	text := wordsOf(r.cells[min(w.text, len(r.cells)):min(w.textEnd, len(r.cells))]...)
	if len(text) == 0 {
		return nil
	}
	weight, kind := w.rowWeight(r), typeOf(r.cell(w.kind))
	answered := w.answered(r)
	switch {
	case w.inputKind(kind):
		if it := w.input(text); it != nil {
			return w.take(it, r, nil)
		}
	case weight != nil || kind == "" && !answered:
		if n := w.newHeading(text, weight); n != nil {
			return w.enter(n, r, weight)
		}
		if it := w.item(text); it != nil {
			return w.take(it, r, weight)
		}
		if n := w.oldHeading(text); n != nil {
			return w.enter(n, r, weight)
		}
		if g := w.groupOf(weight); g != "" {
			return w.heading(g, r, weight)
		}
	default:
		if it := w.item(text); it != nil {
			return w.take(it, r, weight)
		}
		if it := w.input(text); it != nil && kind == "" {
			return w.take(it, r, nil)
		}
	}
	// Above the first row that is known stand titles and headers.
	if len(w.seen) > 0 && (weight != nil || kind != "" || answered) {
		w.unknown(r)
	}
	return nil
}

func (w *walk) unknown(r sheetRow) {
	var text []string
	for c := w.text; c < w.textEnd; c++ {
		if t := r.cell(c); len(words(t)) > 0 {
			text = append(text, t)
		}
	}
	w.f.report("form-row-unknown", data.Flagged, table.CellName(w.text, r.line), r.line, "", strings.Join(text, " "), "")
}

func (w *walk) answered(r sheetRow) bool {
	for _, c := range w.answer {
		if r.cell(c) != "" {
			return true
		}
	}
	return false
}

func (w *walk) rowWeight(r sheetRow) *data.Score {
	v, err := data.ParseScore(strings.Replace(r.cell(w.weight), ",", ".", 1))
	if err != nil || v < data.One/100 || v > 100*data.One {
		return nil
	}
	return &v
}

// newHeading finds the node that a heading begins. Of several with these words,
// the one nearest to where the walk stands: the form repeats the names of the
// areas in both parts.
func (w *walk) newHeading(text wordSet, weight *data.Score) *rule.Node {
	if w.weighted && weight == nil {
		return nil
	}
	for _, exact := range []bool{true, false} {
		best, distance := (*rule.Node)(nil), 0
		for _, n := range w.f.Set.Nodes {
			if w.seen[n.Code] != "" || text.match(n.Match) == 0 || exact && weight != nil && *weight != n.Weight {
				continue
			}
			if d := w.distance(n); (best == nil || d < distance) && (exact || d <= 1) {
				best, distance = n, d
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// distance orders headings by how far they are from where the walk stands.
func (w *walk) distance(n *rule.Node) int {
	switch {
	case w.area != nil && n.Parent == w.area.Code:
		return 0
	case w.part != nil && n.Parent == w.part.Code:
		return 1
	case n.Level == rule.LevelComponent || n.Level == rule.LevelPart || n.Level == rule.LevelTotal:
		return 2
	case w.part != nil && strings.HasPrefix(n.Code, w.part.Code+"."):
		return 3
	}
	return 4
}

// oldHeading finds a heading that is repeated, such as a total below its part.
func (w *walk) oldHeading(text wordSet) *rule.Node {
	for _, n := range w.f.Set.Nodes {
		top := n.Level == rule.LevelTotal || n.Level == rule.LevelComponent
		if (top || n == w.area || n == w.subarea || n == w.part) && text.match(n.Match) > 0 {
			return n
		}
	}
	return nil
}

// groupOf is the code of the group of the current area with this weight: a
// heading that the regulation does not weigh itself.
func (w *walk) groupOf(weight *data.Score) string {
	for _, g := range w.f.Set.Groups() {
		if weight != nil && w.area != nil && g.Area == w.area.Code && g.Weight == *weight && w.seen[g.Code] == "" {
			return g.Code
		}
	}
	return ""
}

// enter takes a heading and moves the walk there.
func (w *walk) enter(n *rule.Node, r sheetRow, weight *data.Score) error {
	if w.seen[n.Code] == "" && weight != nil && *weight != n.Weight {
		w.f.report("form-weight", data.Flagged, table.CellName(w.weight, r.line), r.line, n.Code, weight.String(), n.Weight.String())
	}
	w.ratio = nil
	switch n.Level {
	case rule.LevelSubarea:
		w.subarea = n
		w.area, _ = w.f.Set.Node(n.Parent)
		w.part, _ = w.f.Set.Node(w.area.Parent)
	case rule.LevelArea:
		w.area, w.subarea = n, nil
		w.part, _ = w.f.Set.Node(n.Parent)
	default:
		w.part, w.area, w.subarea = n, nil, nil
	}
	return w.heading(n.Code, r, weight)
}

// heading keeps what the form reports for a node or group; where it does so
// twice, the first number.
func (w *walk) heading(code string, r sheetRow, weight *data.Score) error {
	if w.seen[code] == "" {
		w.seen[code] = table.CellName(w.text, r.line)
	}
	if old := w.f.Reported[code]; w.score < 0 || old.Score != nil || old.Text != "" {
		return nil
	}
	p, err := w.reported(r)
	p.Weight = weight
	w.f.Reported[code] = p
	return err
}

// reported reads the score cell of a row.
func (w *walk) reported(r sheetRow) (rule.Reported, error) {
	p := rule.Reported{Cell: table.CellName(w.score, r.line)}
	raw := r.cell(w.score)
	v, err := data.ParseScore(raw)
	if err != nil || v < -maxReported || v > maxReported {
		p.Text = raw
		return p, nil
	}
	formula, err := w.book.HasFormula(w.name, w.score, r.line)
	p.Score, p.Typed = &v, !formula
	return p, err
}

// typeOf is an answer type without case, spaces and punctuation; only the
// percent sign says something.
func typeOf(s string) string {
	if strings.TrimSpace(s) == "%" {
		return "%"
	}
	return squeeze(s)
}

func (w *walk) inputKind(kind string) bool {
	return kind != "" && slices.ContainsFunc(w.f.Set.Items, func(it *rule.Item) bool {
		return !it.Scored() && typeOf(it.AnswerType) == kind
	})
}
