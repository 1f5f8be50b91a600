package table

import (
	"strings"
	"unicode/utf8"
)

// Reader gives out a table row by row. A header may grow while a table is
// read, at its end; a row has as many cells as the header has by then.
type Reader interface {
	// Header is the row of names.
	Header() Row
	// Next gives the next row that holds anything; io.EOF ends the table. A
	// *[data.Problem] is about one row only, and the next call goes on below it.
	Next() (Row, error)
}

// Row is one row of a table and its place.
type Row struct {
	Line   int      // the line the row begins on; the first line of a file is 1
	Cells  []string // valid until the next row is read
	Faults []Fault  // cells that hold something, but no text that could stand for it
}

// Fault is one such cell; it is empty in the row's Cells.
type Fault struct {
	Column int    // place in the row
	Code   string // of a [data.Problem]
	Value  string
}

// FaultOf is the fault of a cell, or nil.
func (r *Row) FaultOf(column int) *Fault {
	for i := range r.Faults {
		if r.Faults[i].Column == column {
			return &r.Faults[i]
		}
	}
	return nil
}

// exactNumber writes a number of a typed source, 1.234, so that no reader can
// take its decimal point for a thousands separator: 1.2340.
func exactNumber(s string) string {
	if i := strings.IndexByte(s, '.'); i >= 0 && len(s)-i-1 == 3 {
		return s + "0"
	}
	return s
}

// short cuts what a fault repeats of a value.
func short(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	for s = s[:most]; len(s) > 0 && !utf8.ValidString(s); {
		s = s[:len(s)-1]
	}
	return s + "…"
}
