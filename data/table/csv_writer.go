package table

import (
	"encoding/csv"
	"io"
	"strings"
)

// CSVWriter writes tables that people open in a spreadsheet.
type CSVWriter struct {
	w   *csv.Writer
	row []string
}

// NewCSVWriter writes UTF-8 with commas and LF line ends.
func NewCSVWriter(w io.Writer) *CSVWriter { return &CSVWriter{w: csv.NewWriter(w)} }

// Write writes one row, each cell made harmless by [Neutral].
func (w *CSVWriter) Write(cells []string) error {
	w.row = w.row[:0]
	for _, c := range cells {
		w.row = append(w.row, Neutral(c))
	}
	return w.w.Write(w.row)
}

// Flush writes what is buffered and gives the first error of all writes.
func (w *CSVWriter) Flush() error {
	w.w.Flush()
	return w.w.Error()
}

// Neutral puts an apostrophe before a cell that a spreadsheet would take for a
// formula. A number keeps its sign.
func Neutral(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) || plainNumber(cell) {
		return cell
	}
	return "'" + cell
}

// plainNumber accepts -12, +3.5, -1,25 and -2.5e-3: nothing a formula could
// hide in.
func plainNumber(s string) bool {
	digits, points := 0, 0
	mantissa := strings.TrimLeft(s[:1], "+-") + s[1:]
	if i := strings.IndexAny(mantissa, "eE"); i > 0 {
		exponent := strings.TrimPrefix(strings.TrimPrefix(mantissa[i+1:], "-"), "+")
		if exponent == "" || strings.Trim(exponent, "0123456789") != "" {
			return false
		}
		mantissa = mantissa[:i]
	}
	for _, r := range mantissa {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '.' || r == ',':
			points++
		default:
			return false
		}
	}
	return digits > 0 && points <= 1
}
