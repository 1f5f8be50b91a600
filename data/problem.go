package data

import (
	"fmt"
	"strings"
)

// Severity says what became of the row a problem is about.
type Severity = string

const (
	// Rejected: the row was left out.
	Rejected Severity = "rejected"
	// Repaired: the row went in with the one reading that was possible.
	Repaired Severity = "repaired"
	// Flagged: the row went in as it is; a human should look.
	Flagged Severity = "flagged"
	// Failed: the whole file could not be read.
	Failed Severity = "failed"
)

// Problem is one thing that is wrong with one cell, row or file. Problems are
// kept in the lake beside the records.
type Problem struct {
	Code     string   `parquet:"code,dict" json:"code"`
	Severity Severity `parquet:"severity,dict" json:"severity"`
	Dataset  string   `parquet:"dataset,dict,optional" json:"dataset,omitempty"`
	File     string   `parquet:"file,dict,optional" json:"file,omitempty"` // the source's name, for those who read the problem alone
	Cell     string   `parquet:"cell,optional" json:"cell,omitempty"`      // K31, in a workbook
	Field    string   `parquet:"field,dict,optional" json:"field,omitempty"`
	Value    string   `parquet:"value,optional" json:"value,omitempty"`     // what was found
	Want     string   `parquet:"want,optional" json:"want,omitempty"`       // what would be right, or what it was read as
	Subject  string   `parquet:"subject,optional" json:"subject,omitempty"` // the record's key: unit, cycle, layer, item
	Origin
}

// Place is where the problem is, for a human: "units.csv, sheet X, line 12,
// column staff".
func (p *Problem) Place(lang string) string {
	w := placeWords[langOf(lang)]
	parts := []string{}
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Sheet != "" {
		parts = append(parts, fmt.Sprintf(w.sheet, p.Sheet))
	}
	switch {
	case p.Cell != "":
		parts = append(parts, fmt.Sprintf(w.cell, p.Cell))
	case p.Line > 0:
		parts = append(parts, fmt.Sprintf(w.line, p.Line))
	}
	if p.Field != "" && p.Cell == "" {
		parts = append(parts, fmt.Sprintf(w.column, p.Field))
	}
	return strings.Join(parts, ", ")
}

type placeWord struct{ sheet, cell, line, column string }

var placeWords = map[string]placeWord{
	"id": {"lembar %s", "sel %s", "baris %d", "kolom %s"},
	"en": {"sheet %s", "cell %s", "line %d", "column %s"},
}

func langOf(lang string) string {
	if lang == "en" {
		return "en"
	}
	return "id"
}

// Text says what is wrong; Mend says what to do about it. lang is "id" or "en".
func (p *Problem) Text(lang string) string { return p.fill(problemTexts[p.Code].what(lang)) }

// Mend says what the sender should do.
func (p *Problem) Mend(lang string) string { return p.fill(problemTexts[p.Code].mend(lang)) }

func (p *Problem) fill(s string) string {
	if s == "" {
		s = p.Code
	}
	return strings.NewReplacer("{value}", quote(p.Value), "{want}", p.Want, "{field}", p.Field, "{dataset}", p.Dataset).Replace(s)
}

// quote shortens long cells: a problem names a value, it does not repeat a
// document.
func quote(s string) string {
	r := []rune(s)
	if len(r) > 80 {
		r = append(r[:79], '…')
	}
	return fmt.Sprintf("%q", string(r))
}

// Error makes a problem usable as an error in English.
func (p *Problem) Error() string {
	s := p.Text("en")
	if at := p.Place("en"); at != "" {
		s = at + ": " + s
	}
	if m := p.Mend("en"); m != "" {
		s += " " + m
	}
	return s
}

// ProblemCodes lists every code the program can report.
func ProblemCodes() []string {
	codes := make([]string, 0, len(problemTexts))
	for c := range problemTexts {
		codes = append(codes, c)
	}
	return codes
}

// HasProblemText reports whether a code is in the catalogue.
func HasProblemText(code string) bool { _, ok := problemTexts[code]; return ok }

type problemText struct{ id, en, mendID, mendEN string }

func (t problemText) what(lang string) string {
	if lang == "en" {
		return t.en
	}
	return t.id
}

func (t problemText) mend(lang string) string {
	if lang == "en" {
		return t.mendEN
	}
	return t.mendID
}
