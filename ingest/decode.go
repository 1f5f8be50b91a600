package ingest

import (
	"errors"
	"math"
	"reflect"
	"strings"

	"tolok/data"
	"tolok/data/table"
)

// decoder turns the rows of one table into records of one dataset.
//
// Most cells say what the cell above them says: a worksheet's rows share unit,
// cycle and layer. Such a cell is not read again; the field keeps what the row
// before made of it, unless that row had a problem.
type decoder struct {
	*mapping
	record   data.Record     // the one all rows are decoded into; a sink keeps none
	fields   []reflect.Value // of the record, by column of the schema
	cells    []string        // of the current row, by column of the schema, as they stand in the file
	problems []data.Problem
	changed  bool                                // a field of the record no longer says what its cell does
	date     func(cell string) (data.Date, bool) // how the format itself stores days, if it does
	said     map[string]bool                     // spellings of words that were reported: once a file is enough

	choiceAt, valueAt int     // columns of an answer
	recall            *recall // of answers, else nil
}

func newDecoder(m *mapping) *decoder {
	v := reflect.New(m.schema.typ)
	d := &decoder{mapping: m, record: v.Interface().(data.Record), cells: make([]string, len(m.schema.columns)), said: map[string]bool{}, changed: true}
	for _, c := range m.schema.columns {
		d.fields = append(d.fields, v.Elem().Field(c.field))
	}
	d.choiceAt, d.valueAt = m.schema.index["choice"], m.schema.index["value"]
	return d
}

// cellOf is a row's text of a column. A column that a later row brought leaves
// the rows without it as they were.
func (d *decoder) cellOf(row table.Row, column int) string {
	fill := d.fill[column]
	if at := d.at[column]; at >= 0 && (fill == "" || row.Cells[at] != "") {
		return row.Cells[at]
	}
	return fill
}

// decode fills the decoder's record from a row. The problems are valid until
// the next row.
func (d *decoder) decode(row table.Row) (data.Record, []data.Problem) {
	known := len(d.problems) == 0 && !d.changed && len(row.Faults) == 0
	d.problems, d.changed = d.problems[:0], len(row.Faults) > 0
	*d.record.At() = data.Origin{Line: int32(row.Line)}
	for i := range d.schema.columns {
		cell := d.cellOf(row, i)
		if known && cell != "" && cell == d.cells[i] {
			continue
		}
		d.cells[i] = cell
		c, f := &d.schema.columns[i], d.fields[i]
		f.SetZero()
		if fault := row.FaultOf(d.at[i]); fault != nil {
			d.problem(fault.Code, data.Rejected, c, fault.Value, "")
			continue
		}
		said := strings.TrimSpace(cell)
		if !c.required && blank(said) {
			d.cells[i] = "" // what stands in for it may be of this row alone
			continue
		}
		d.field(f, c, said)
	}
	return d.record, d.problems
}

func (d *decoder) field(f reflect.Value, c *column, cell string) {
	switch c.kind {
	case text:
		if c.name == "surveyor" {
			cell = strings.Join(strings.Fields(cell), " ") // a name that is part of a key
		}
		f.SetString(d.code(c, cell))
		return
	case word:
		w := readWord(c.name, cell)
		if w != cell && !d.said[c.name+"="+cell] {
			d.said[c.name+"="+strings.Clone(cell)] = true
			d.problem("word-spelling", data.Repaired, c, cell, w)
		}
		f.SetString(w)
		return
	}
	if blank(cell) {
		d.problem("required", data.Rejected, c, "", "")
		return
	}
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	}
	switch c.kind {
	case whole:
		d.whole(f, c, cell)
	case decimal, points:
		d.number(f, c, cell)
	case yesNo:
		v, ok := flags[normal(cell)]
		if !ok {
			d.problem("bad-flag", data.Rejected, c, cell, "ya, tidak")
		}
		f.SetBool(v)
	case date:
		f.SetInt(int64(d.day(c, cell)))
	}
}

func (d *decoder) day(c *column, cell string) data.Date {
	if d.date != nil {
		if v, ok := d.date(cell); ok {
			return v
		}
	}
	v, err := data.ParseDate(cell)
	if err != nil {
		d.problem("bad-date", data.Rejected, c, cell, "")
	}
	return v
}

// code repairs the text columns that hold codes of places.
func (d *decoder) code(c *column, cell string) string {
	code := cell
	switch c.name {
	case "province_code":
		code = readProvince(cell)
	case "regency_code":
		code = readRegency(cell)
	}
	if code != cell {
		d.problem("code-spelling", data.Repaired, c, cell, code)
	}
	return code
}

func (d *decoder) whole(f reflect.Value, c *column, cell string) {
	v, r := readWhole(cell)
	if !d.readable(r, c, cell, itoa(v)) {
		return
	}
	if f.OverflowInt(v) {
		d.problem("bad-number", data.Rejected, c, cell, "")
		return
	}
	f.SetInt(v)
}

func (d *decoder) number(f reflect.Value, c *column, cell string) {
	bare, percent := cutPercent(cell)
	how := percentOf(d.schema.dataset, c)
	if percent && how == percentNever {
		d.problem("bad-number", data.Rejected, c, cell, "")
		return
	}
	s, r := "", exact
	switch {
	case counts[c.name]:
		s, r = d.count(c, cell, bare)
	case mayBeLarge[c.name]:
		s, r = readNumber(bare, either)
	default:
		s, r = readNumber(bare, measured)
	}
	if !d.readable(r, c, cell, s) {
		return
	}
	v, err := parse(c.kind, s)
	if err == nil && percent && how == percentToOne {
		v = divide100(v)
		d.problem("percent-for-unit", data.Repaired, c, cell, formatted(c.kind, v))
	}
	switch {
	case errors.Is(err, data.ErrRange):
		d.problem("out-of-range", data.Rejected, c, cell, "")
	case err != nil:
		d.problem("bad-number", data.Rejected, c, cell, "")
	}
	f.SetInt(v)
}

// count reads a number that should be whole. Half a case is odd, but no reason
// to lose the row.
func (d *decoder) count(c *column, cell, bare string) (string, reading) {
	s, r := readNumber(bare, counted)
	if r == notWhole {
		d.problem("not-whole", data.Flagged, c, cell, "")
		return readNumber(bare, measured)
	}
	return s, r
}

// readable reports what the reading of a number found, and whether there is a
// number to go on with.
func (d *decoder) readable(r reading, c *column, cell, read string) bool {
	switch r {
	case repaired:
		d.problem("thousands", data.Repaired, c, cell, read)
	case ambiguous:
		d.problem("ambiguous-number", data.Rejected, c, cell, "")
	case notWhole:
		d.problem("not-whole", data.Rejected, c, cell, "")
	case notANumber:
		d.problem("bad-number", data.Rejected, c, cell, "")
	}
	return r == exact || r == repaired
}

func (d *decoder) problem(code, severity string, c *column, value, want string) {
	d.problems = append(d.problems, data.Problem{Code: code, Severity: severity, Field: c.name, Value: value, Want: want})
}

var (
	// counts are the columns that hold counts, though they could hold more.
	counts = map[string]bool{"num": true, "den": true}
	// mayBeLarge are the columns with decimals whose numbers can pass 999.
	mayBeLarge = map[string]bool{"evaluator_days": true}
)

// What a percent sign means in a column.
const (
	percentNever = iota
	percentAsIs  // the column is on 0-100
	percentToOne // the column is on 0-1
)

func percentOf(dataset string, c *column) int {
	switch {
	case c.name == "reported_score":
		return percentToOne
	case strings.HasSuffix(c.name, "_pct"), dataset == "spi", c.name == "sakip", c.name == "rb_index", c.name == "sakip_internal":
		return percentAsIs
	case c.name == "value":
		// Of an answer or a survey: judged together with its item or scale.
		return percentAsIs
	}
	return percentNever
}

func parse(k kind, s string) (int64, error) {
	if k == points {
		v, err := data.ParseScore(s)
		return int64(v), err
	}
	v, err := data.ParseAmount(s)
	return int64(v), err
}

func formatted(k kind, v int64) string {
	if k == points {
		return data.Score(v).String()
	}
	return data.Amount(v).String()
}

// divide100 rounds half away from zero, as everything fixed-point here does.
func divide100(v int64) int64 {
	if v < 0 {
		return -divide100(-v)
	}
	if v > math.MaxInt64-50 {
		return v / 100
	}
	return (v + 50) / 100
}
