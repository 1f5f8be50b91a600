package ingest

import (
	"slices"
	"strings"
	"unicode"

	"tolok/data"
	"tolok/data/table"
)

// The two layouts' sheets, and the headers of the ministry's form with the
// columns they stand in (0 is A).
const (
	formSheet   = "LKE ZI"
	portalSheet = "Jawaban"

	headerRows  = 30   // the header is looked for in these
	maxFormRows = 5000 // the form has 222
)

var formHeaders = []struct {
	title  string
	column int
}{{"Penilaian", 1}, {"Bobot", 7}, {"Pilihan Jawaban", 9}, {"Jawaban", 10}, {"Nilai", 11}}

// sheetRow is one row that is not empty.
type sheetRow struct {
	line  int
	cells []string
}

func (r sheetRow) cell(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[column])
}

// layout says where things stand in a sheet. A column that the layout does not
// have is -1.
type layout struct {
	name                string
	text, textEnd       int // the hierarchy and its texts: text <= column < textEnd
	weight, kind, score int
	answer              map[data.Layer]int
	moved               []string // headers found elsewhere, with the cell
	header              int      // line
	rows                []sheetRow
	portal              bool
}

// findSheet finds the worksheet in a workbook: by its name, else by its header
// among the visible sheets.
func findSheet(book *table.Workbook) (*layout, error) {
	sheets, err := book.Sheets()
	if err != nil {
		return nil, err
	}
	names := []string{}
	var candidates []string
	for _, s := range sheets {
		names = append(names, s.Name)
		switch {
		case squeeze(s.Name) == squeeze(formSheet):
			candidates = slices.Insert(candidates, 0, s.Name)
		case s.Name == portalSheet:
			rows, err := sheetRows(book, s.Name)
			if err != nil {
				return nil, err
			}
			return portalLayout(rows), nil
		case !s.Hidden:
			candidates = append(candidates, s.Name)
		}
	}
	for _, name := range candidates {
		rows, err := sheetRows(book, name)
		if err != nil {
			return nil, err
		}
		l, missing := formLayout(name, rows)
		if l == nil && missing != "" {
			return nil, &data.Problem{
				Code: "missing-column", Severity: data.Failed, Value: missing, Want: missing,
				Origin: data.Origin{Sheet: name, Line: int32(headerLine(rows))},
			}
		}
		if l != nil {
			return l, nil
		}
	}
	return nil, &data.Problem{Code: "not-a-form", Severity: data.Failed, Value: strings.Join(names, ", ")}
}

func sheetRows(book *table.Workbook, name string) ([]sheetRow, error) {
	var rows []sheetRow
	err := book.Rows(name, func(line int, cells []string) error {
		if len(cells) == 0 {
			return nil
		}
		if len(rows) == maxFormRows {
			return &data.Problem{Code: "not-a-form", Severity: data.Failed, Value: name, Origin: data.Origin{Sheet: name, Line: int32(line)}}
		}
		rows = append(rows, sheetRow{line, slices.Clone(cells)})
		return nil
	})
	return rows, err
}

// portalLayout is PortalRB's: the form's columns, with the answers of two
// layers and no scores.
func portalLayout(rows []sheetRow) *layout {
	return &layout{
		name: portalSheet, text: 1, textEnd: 7, weight: 7, kind: 9, score: -1,
		answer: map[data.Layer]int{data.Self: 10, data.TPI: 13}, rows: rows, portal: true,
	}
}

// formLayout finds the columns of the ministry's form by their headers. Where
// the row looks like its header but a column is missing, it names the column.
func formLayout(name string, rows []sheetRow) (l *layout, missing string) {
	header, found := findHeader(rows)
	if found == nil {
		return nil, ""
	}
	var absent []string
	for _, h := range formHeaders {
		if _, ok := found[h.title]; !ok {
			absent = append(absent, h.title)
		}
	}
	if len(absent) > 0 {
		return nil, strings.Join(absent, ", ")
	}
	l = &layout{
		name: name, text: found["Penilaian"], weight: found["Bobot"], kind: found["Pilihan Jawaban"],
		score: found["Nilai"], answer: map[data.Layer]int{data.Self: found["Jawaban"]}, header: header.line, rows: rows,
	}
	l.textEnd = l.text + 1
	for l.textEnd < len(header.cells) && header.cell(l.textEnd) == "" {
		l.textEnd++
	}
	for _, h := range formHeaders {
		if c := found[h.title]; c != h.column {
			l.moved = append(l.moved, h.title+"|"+table.CellName(c, header.line))
		}
	}
	return l, ""
}

// findHeader finds the row that holds most of the headers, and where.
func findHeader(rows []sheetRow) (header sheetRow, found map[string]int) {
	for _, r := range rows {
		if r.line > headerRows {
			break
		}
		at := map[string]int{}
		for c := range r.cells {
			for _, h := range formHeaders {
				if _, seen := at[h.title]; !seen && squeeze(r.cell(c)) == squeeze(h.title) {
					at[h.title] = c
				}
			}
		}
		// Three of five, one of them about answers, are this form with a fault;
		// the form's own summary sheets have the other three.
		_, kind := at["Pilihan Jawaban"]
		_, answer := at["Jawaban"]
		if len(at) >= 3 && (kind || answer) && len(at) > len(found) {
			header, found = r, at
		}
	}
	return header, found
}

func headerLine(rows []sheetRow) int {
	header, _ := findHeader(rows)
	return header.line
}

// squeeze is a text without case, spaces and punctuation.
func squeeze(s string) string { return strings.Join(words(s), "") }

// words are the lower-case words of a text: letters and digits.
func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// wordSet is a text as a set of words, to match rule files' Match words with.
type wordSet map[string]bool

func wordsOf(cells ...string) wordSet {
	set := wordSet{}
	for _, c := range cells {
		for _, w := range words(c) {
			set[w] = true
		}
	}
	return set
}

// match tests Match words: all present, those with a minus sign absent, in one
// of the alternatives between bars. It returns how many words agreed, 0 for no
// match.
func (s wordSet) match(pattern string) int {
	best := 0
	for alternative := range strings.SplitSeq(pattern, "|") {
		best = max(best, s.matchAll(strings.Fields(alternative)))
	}
	return best
}

func (s wordSet) matchAll(pattern []string) int {
	for _, w := range pattern {
		absent := strings.HasPrefix(w, "-")
		if s[strings.TrimPrefix(w, "-")] == absent {
			return 0
		}
	}
	return len(pattern)
}
