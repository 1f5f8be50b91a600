package ingest

import (
	"strings"

	"tolok/data"
	"tolok/data/rule"
	"tolok/data/table"
)

// item finds the scored item of a row by its words: in the current sub-area,
// else in the current area half. Two that fit equally well are none.
func (w *walk) item(text wordSet) *rule.Item {
	var best *rule.Item
	rank, tie := 0, false
	for _, it := range w.f.Set.Items {
		if !it.Scored() || !w.within(it) {
			continue
		}
		n := text.match(it.Match)
		if n == 0 {
			continue
		}
		// Nearer first, then not yet found, then more words in common.
		score := n
		if w.seen[it.ID] == "" {
			score += 100
		}
		if w.subarea != nil && it.Node == w.subarea.Code {
			score += 1000
		}
		if score >= rank {
			tie = score == rank
			best, rank = it, score
		}
	}
	if tie {
		return nil
	}
	return best
}

// within reports whether an item belongs to the area half the walk is in; above
// the areas, everything below counts.
func (w *walk) within(it *rule.Item) bool {
	if w.area == nil {
		return w.part == nil
	}
	n, _ := w.f.Set.Node(it.Node)
	return n.Parent == w.area.Code
}

// input finds the count that a row asks for: one of the last ratio's, else one
// of the current sub-area's.
func (w *walk) input(text wordSet) *rule.Item {
	if w.ratio != nil {
		return w.bestInput(w.ratio.Inputs, text)
	}
	if w.subarea == nil {
		return nil
	}
	var inputs []*rule.Item
	for _, it := range w.subarea.Items {
		inputs = append(inputs, it.Inputs...)
	}
	return w.bestInput(inputs, text)
}

func (w *walk) bestInput(inputs []*rule.Item, text wordSet) *rule.Item {
	var best *rule.Item
	rank := 0
	for _, it := range inputs {
		n := text.match(it.Match)
		if n > 0 && w.seen[it.ID] == "" {
			n += 100
		}
		if n > rank {
			best, rank = it, n
		}
	}
	return best
}

// take reads a row as the row of an item.
func (w *walk) take(it *rule.Item, r sheetRow, weight *data.Score) error {
	at := table.CellName(w.answer[data.Self], r.line)
	if first := w.seen[it.ID]; first != "" {
		w.f.report("form-row-twice", data.Flagged, at, r.line, it.ID, it.ID, first)
		return nil
	}
	w.seen[it.ID] = at
	w.used[r.line] = true
	if len(it.Inputs) > 0 {
		w.ratio = it
	} else if it.Scored() {
		w.ratio = nil
	}
	if w.score >= 0 && it.Scored() {
		if err := w.itemReported(it, r, weight); err != nil {
			return err
		}
	}
	for _, layer := range data.Layers {
		if column, ok := w.answer[layer]; ok {
			if err := w.readAnswer(it, r, layer, column); err != nil {
				return err
			}
		}
	}
	return nil
}

// itemReported keeps what the form makes of an item.
func (w *walk) itemReported(it *rule.Item, r sheetRow, weight *data.Score) error {
	p, err := w.reported(r)
	if err != nil {
		return err
	}
	p.Weight = weight
	w.itemType(it, r, &p)
	w.f.Reported[it.ID] = p
	return nil
}

// itemType compares the answer type with the rule's. The form's formula goes by
// what is written there.
func (w *walk) itemType(it *rule.Item, r sheetRow, p *rule.Reported) {
	written := r.cell(w.kind)
	if typeOf(written) == typeOf(it.AnswerType) {
		return
	}
	code := "form-type-typo"
	p.Type = written
	for _, sc := range w.f.Set.Scales {
		if typeOf(sc.AnswerType) == typeOf(written) {
			code, p.Type = "form-type-other", sc.AnswerType
		}
	}
	w.f.report(code, data.Flagged, table.CellName(w.kind, r.line), r.line, it.ID, written, it.AnswerType)
}

// byNumber finds items of PortalRB's download by the row the question master
// gives them, where their text was not recognised.
func (w *walk) byNumber() error {
	for _, it := range w.f.Set.Items {
		if w.seen[it.ID] != "" || it.PortalRBRow == 0 || w.used[it.PortalRBRow] {
			continue
		}
		for _, r := range w.rows {
			if r.line == it.PortalRBRow && w.answered(r) {
				w.f.report("form-row-by-number", data.Flagged, table.CellName(w.answer[data.Self], r.line), r.line, it.ID, it.ID, "")
				if err := w.take(it, r, nil); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// close reports what was not found, and what only shows when the whole form is
// read.
func (w *walk) close() {
	for _, it := range w.f.Set.Items {
		if w.seen[it.ID] == "" && (!w.portal || it.PortalRBID != 0) {
			w.f.report("form-row-missing", data.Flagged, "", 0, it.ID, it.ID, it.Label.ID)
		}
	}
	results := w.score < 0
	for _, p := range w.f.Reported {
		results = results || p.Score != nil || p.Text != ""
	}
	if !results {
		w.f.report("form-no-results", data.Flagged, "", 0, "", "", "")
	}
	for _, layer := range data.Layers {
		for _, p := range w.f.Set.CheckWorksheet(w.f.Answers[layer]) {
			p.Subject = p.Subject[strings.LastIndex(p.Subject, "|")+1:]
			w.f.Problems = append(w.f.Problems, w.placed(p, w.answer[layer]))
		}
	}
}

// placed gives a problem of the rules its place in the form.
func (w *walk) placed(p data.Problem, column int) data.Problem {
	p.File = w.f.Name
	if p.Line > 0 {
		p.Cell = table.CellName(column, int(p.Line))
	}
	return p
}
