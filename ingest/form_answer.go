package ingest

import (
	"regexp"
	"strings"

	"tolok/data"
	"tolok/data/rule"
	"tolok/data/table"
)

// readAnswer reads one answer cell. What the item cannot take is reported and
// leaves the item unanswered; what has one possible reading is repaired.
func (w *walk) readAnswer(it *rule.Item, r sheetRow, layer data.Layer, column int) error {
	cell := table.CellName(column, r.line)
	formula, err := w.book.HasFormula(w.name, column, r.line)
	if err != nil {
		return err
	}
	c := answerCell{walk: w, item: it, layer: layer, line: r.line, cell: cell, raw: r.cell(column), formula: formula}
	if column < len(r.cells) {
		c.written = r.cells[column]
	}
	a := data.Answer{
		Regulation: w.f.Set.ID, Layer: layer, ItemID: it.ID,
		Origin: data.Origin{Sheet: w.name, Line: int32(r.line)},
	}
	c.fill(&a)
	for _, p := range w.f.Set.Check(&a) {
		p.Subject, p.Field = it.ID, it.ID
		w.f.Problems = append(w.f.Problems, w.placed(p, column))
		if p.Severity == data.Rejected {
			a.Choice, a.Value = "", nil
		}
	}
	w.f.Answers[layer][it.ID] = a
	return nil
}

// answerCell is one cell of the answer column.
type answerCell struct {
	*walk
	item    *rule.Item
	layer   data.Layer
	line    int
	cell    string
	raw     string // trimmed
	written string // as it stands
	formula bool
}

func (c *answerCell) problem(code, severity, value, want string) {
	c.f.report(code, severity, c.cell, c.line, c.item.ID, value, want)
}

func (c *answerCell) fill(a *data.Answer) {
	switch {
	case c.raw == "":
	case c.item.Formula == rule.FormulaRatio || c.item.Formula == rule.FormulaFall:
		c.fillRatio(a)
	case table.IsCellError(c.raw):
		c.problem("form-error-cell", data.Rejected, c.raw, "")
	case c.item.Formula == rule.FormulaOption:
		a.Choice = c.choice()
	case c.formula && c.number() == nil:
		// The form's own formula says "Blm Diisi" until its parts are filled in.
	default:
		a.Value = c.amount()
	}
}

// fillRatio reads a ratio's own row. It holds the form's formula over the rows
// below, which speak for themselves; only a typed number is an answer.
func (c *answerCell) fillRatio(a *data.Answer) {
	switch {
	case c.formula && table.IsCellError(c.raw) && c.raw != "#DIV/0!":
		c.problem("form-error-cell", data.Flagged, c.raw, "")
	case c.formula:
	case table.IsCellError(c.raw):
		c.problem("form-error-cell", data.Rejected, c.raw, "")
	default:
		a.Value = c.amount()
		if p, ok := c.f.Reported[c.item.ID]; ok && a.Value != nil {
			p.Typed = true
			c.f.Reported[c.item.ID] = p
		}
	}
}

// choice is the option a text spells, or the text itself, for the rules to
// refuse.
func (c *answerCell) choice() string {
	if _, ok := c.item.Options[c.written]; ok {
		return c.written
	}
	for option := range c.item.Options {
		if squeeze(option) == squeeze(c.raw) {
			c.problem("choice-spelling", data.Repaired, c.written, option)
			if p, ok := c.f.Reported[c.item.ID]; ok {
				p.Spelling = c.written
				c.f.Reported[c.item.ID] = p
			}
			return option
		}
	}
	return c.raw
}

// amount is a number that may be an answer: 0 or more, counts whole.
func (c *answerCell) amount() *data.Amount {
	if m := percent.FindStringSubmatch(c.bare()); m != nil && c.item.Formula == rule.FormulaValue4 {
		return c.percentage(m[1])
	}
	v := c.number()
	switch {
	case v == nil:
		c.problem("bad-number", data.Rejected, c.raw, "")
		return nil
	case *v < 0:
		c.problem("out-of-range", data.Rejected, c.raw, ">= 0")
		return nil
	case c.item.Formula == rule.FormulaInput && *v%data.OneAmount != 0:
		c.problem("not-whole", data.Flagged, c.raw, "")
	}
	if _, err := data.ParseAmount(c.raw); err != nil {
		c.problem("number-spelling", data.Repaired, c.raw, v.String())
	}
	return v
}

var (
	commaDecimal = regexp.MustCompile(`^[+-]?\d+,\d+$`)
	percent      = regexp.MustCompile(`^(\d+(?:[.,]\d+)?) ?%$`)
)

func (c *answerCell) bare() string { return strings.Trim(c.raw, "\u00a0 ") }

// percentage reads a survey's value on 0-4 that is written as a percentage.
func (c *answerCell) percentage(written string) *data.Amount {
	share, err := data.ParseAmount(strings.Replace(written, ",", ".", 1))
	v, ok := percentOf4(share)
	if err != nil || !ok {
		c.problem("percent-unclear", data.Rejected, c.raw, "0 … 4")
		return nil
	}
	c.problem("percent-for-unit", data.Repaired, c.raw, v.String())
	return &v
}

// number reads the cell as a number: as Excel stores it, or as text with a
// decimal comma or a percent sign.
func (c *answerCell) number() *data.Amount {
	raw := c.bare()
	scale := data.OneAmount
	if m := percent.FindStringSubmatch(raw); m != nil {
		raw, scale = strings.Replace(m[1], ",", ".", 1), data.OneAmount/100
	} else if commaDecimal.MatchString(raw) {
		raw = strings.Replace(raw, ",", ".", 1)
	}
	v, err := data.ParseAmount(raw)
	if err != nil {
		return nil
	}
	if scale != data.OneAmount {
		v = (v + 50) / 100
	}
	return &v
}
