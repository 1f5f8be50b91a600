package synth

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"time"

	"tolok/data"
)

// dirt spoils a share of the rows in ways that are known from real files. Each
// fault stands in .faults.csv with its place and the code of the problem that
// ingest should report.
type dirt struct {
	seed   uint64
	share  level
	faults []fault
}

// fault is one spoilt row, or the first row of a spoilt worksheet or
// nomination.
type fault struct {
	file    string
	line    int
	dataset string
	problem string // code in the catalogue of problems
	column  string
	written string
	instead string
}

// faultsName is the list of faults; ingest leaves out what begins with a dot.
const faultsName = ".faults.csv"

// kindOfDirt spoils one row; it returns nil where it cannot.
type kindOfDirt func(s *sheet, cells []string) *fault

// dirtOf says what can happen to the rows of a dataset.
var dirtOf = map[string][]kindOfDirt{
	"answers":     {badOption, outOfScale, unknownUnit, duplicate, brokenQuote, otherSurvey},
	"surveys":     {outOfScale, unknownUnit, duplicate, brokenQuote},
	"scores":      {unknownUnit, duplicate, brokenQuote, wrongTotal},
	"unit_gates":  {unknownUnit, duplicate},
	"nominations": {unknownUnit, duplicate, enteredEarly, refusedTooSoon},
	"units":       {lostZero},
}

// moreDirt is how many times more rows of a dataset are spoilt than asked for:
// few codes of units end in a zero, and nominations are few.
var moreDirt = map[string]level{"units": 19, "nominations": 4}

// spoil writes a row with a fault, if the row is to have one. It reports
// whether it wrote the row.
func (d *dirt) spoil(s *sheet, cells []string) bool {
	kinds := dirtOf[s.dataset]
	if d.share == 0 || kinds == nil {
		return false
	}
	draw := newStream(d.seed, forDirt, number(s.path), s.line)
	if !draw.chance(min(moreDirt[s.dataset]*d.share+d.share, full/2)) {
		return false
	}
	first := draw.below(len(kinds))
	for i := range kinds {
		if f := kinds[(first+i)%len(kinds)](s, slices.Clone(cells)); f != nil {
			f.file, f.dataset, f.line = s.path, s.dataset, s.line
			d.faults = append(d.faults, *f)
			return true
		}
	}
	return false
}

// at is the place of a column.
func (s *sheet) at(column string) int {
	for i, c := range s.columns {
		if c.name == column {
			return i
		}
	}
	return -1
}

// rewrite writes the row with another value in one column.
func (s *sheet) rewrite(cells []string, column, value, problem string) *fault {
	i := s.at(column)
	f := &fault{problem: problem, column: column, written: value, instead: cells[i]}
	cells[i] = value
	s.writeLine(cells)
	return f
}

// badOption answers with a letter that no item has.
func badOption(s *sheet, cells []string) *fault {
	if cells[s.at("choice")] == "" {
		return nil
	}
	return s.rewrite(cells, "choice", "F", "not-an-option")
}

// outOfScale writes a survey value beyond its scale. Counts have none.
func outOfScale(s *sheet, cells []string) *fault {
	problem := "outside-scale"
	if s.dataset == "answers" {
		if item := cells[s.at("item_id")]; !strings.HasPrefix(item, "B.") {
			return nil
		}
		problem = "out-of-range"
	}
	if cells[s.at("value")] == "" {
		return nil
	}
	return s.rewrite(cells, "value", s.sender.number("412.5"), problem)
}

// unknownUnit adds a row about a unit that nobody registered.
func unknownUnit(s *sheet, cells []string) *fault {
	s.writeLine(cells)
	i := s.at("unit_id")
	return s.rewrite(cells, "unit_id", cells[i]+"X", "unknown-unit")
}

// duplicate writes the row twice.
func duplicate(s *sheet, cells []string) *fault {
	s.writeLine(cells)
	s.writeLine(cells)
	return &fault{problem: "duplicate-row", column: "unit_id", written: cells[s.at("unit_id")]}
}

// brokenQuote opens a quotation mark and does not close it.
func brokenQuote(s *sheet, cells []string) *fault {
	var line bytes.Buffer
	w := csv.NewWriter(&line)
	w.Comma, w.UseCRLF = s.sender.comma(), s.sender.windows
	_ = w.Write(cells)
	w.Flush()
	s.csv.Flush()
	s.buf.WriteByte('"')
	s.buf.Write(line.Bytes())
	s.line++
	return &fault{problem: "broken-quoting", written: `"` + cells[0], instead: cells[0]}
}

// lostZero is what a spreadsheet does to a regency's code: 11.10 becomes 11.1.
func lostZero(s *sheet, cells []string) *fault {
	code := cells[s.at("regency_code")]
	if !strings.HasSuffix(code, "0") {
		return nil
	}
	return s.rewrite(cells, "regency_code", s.sender.number(strings.TrimRight(code, "0")), "code-spelling")
}

// cellNumber reads back what the sender wrote; false for what is no number.
func (s *sheet) cellNumber(cell string) (data.Score, bool) {
	v, err := data.ParseScore(strings.Replace(cell, ",", ".", 1))
	return v, err == nil
}

// enteredEarly dates a stage before the first one of its cycle.
func enteredEarly(s *sheet, cells []string) *fault {
	if cells[s.at("stage")] == "pengusulan" {
		return nil
	}
	year, err := strconv.Atoi(cells[s.at("cycle")])
	if err != nil {
		return nil
	}
	return s.rewrite(cells, "entered_on", s.sender.date(data.DateOf(year, time.January, 15)), "stages-out-of-order")
}

// refusedTooSoon ends a nomination at a stage that others follow.
func refusedTooSoon(s *sheet, cells []string) *fault {
	if cells[s.at("stage")] == "penetapan" || cells[s.at("result")] != "lulus" {
		return nil
	}
	return s.rewrite(cells, "result", "tidak_lulus", "stage-after-end")
}

// otherSurvey writes another index into the worksheet than the survey found.
func otherSurvey(s *sheet, cells []string) *fault {
	v, ok := s.cellNumber(cells[s.at("value")])
	if !strings.HasPrefix(cells[s.at("item_id")], "B.") || !ok || v < data.One || v > 4*data.One {
		return nil
	}
	return s.rewrite(cells, "value", s.sender.number((v - data.MustScore("0.4")).String()), "survey-differs")
}

// wrongTotal writes a total, or a component, that its areas do not add up to.
func wrongTotal(s *sheet, cells []string) *fault {
	v, ok := s.cellNumber(cells[s.at("score")])
	if !slices.Contains([]string{"total", "A", "B"}, cells[s.at("code")]) || !ok || v < 10*data.One {
		return nil
	}
	return s.rewrite(cells, "score", s.sender.number((v - data.MustScore("2.5")).String()), "sum-differs")
}

// list writes the faults down.
func (d *dirt) list(o *outbox) error {
	if d.share == 0 {
		return nil
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"file", "line", "dataset", "problem", "column", "written", "instead_of"}}
	for _, f := range d.faults {
		rows = append(rows, []string{f.file, strconv.Itoa(f.line), f.dataset, f.problem, f.column, f.written, f.instead})
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return o.write(faultsName, b.Bytes())
}

// shareOf turns a share into a level.
func shareOf(s data.Score) level { return level(s / (data.One / data.Score(full))) }
