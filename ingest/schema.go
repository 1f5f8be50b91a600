package ingest

import (
	"reflect"
	"strings"
	"sync"

	"tolok/data"
)

// kind is how the cells of a column are read.
type kind int

const (
	text    kind = iota
	word         // text of a list of words
	whole        // int32, int64
	decimal      // data.Amount
	points       // data.Score
	yesNo
	date
)

// column is one field of a record, under the name of its column.
type column struct {
	name     string
	field    int
	kind     kind
	required bool
}

// schema is what reflection finds in a record of package data: the parquet
// tags name the columns of the lake and of the files alike.
type schema struct {
	dataset string
	order   int // place in data.Datasets
	typ     reflect.Type
	columns []column
	index   map[string]int
}

var schemas = sync.OnceValue(func() []*schema {
	var all []*schema
	for i, r := range data.Datasets() {
		all = append(all, newSchema(i, r))
	}
	return all
})

func schemaOf(dataset string) *schema {
	for _, s := range schemas() {
		if s.dataset == dataset {
			return s
		}
	}
	return nil
}

func newSchema(order int, r data.Record) *schema {
	s := &schema{dataset: r.Dataset(), order: order, typ: reflect.TypeOf(r).Elem(), index: map[string]int{}}
	for i := range s.typ.NumField() {
		f := s.typ.Field(i)
		if f.Anonymous {
			continue // Origin: a place is given, not sent
		}
		name, options, _ := strings.Cut(f.Tag.Get("parquet"), ",")
		// Where regulation is empty, the cycle says it.
		c := column{name: name, field: i, required: !strings.Contains(options, "optional") && name != "regulation"}
		c.kind = kindOf(f.Type, name)
		s.index[name] = len(s.columns)
		s.columns = append(s.columns, c)
	}
	return s
}

func kindOf(t reflect.Type, name string) kind {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[data.Amount]():
		return decimal
	case reflect.TypeFor[data.Score]():
		return points
	case reflect.TypeFor[data.Date]():
		return date
	}
	switch t.Kind() {
	case reflect.Bool:
		return yesNo
	case reflect.Int32, reflect.Int64:
		return whole
	}
	if _, ok := wordLists()[name]; ok {
		return word
	}
	return text
}

// missing lists the required columns that a header lacks and nothing fills.
func (s *schema) missing(has func(name string) bool) []string {
	var out []string
	for _, c := range s.columns {
		if c.required && !has(c.name) {
			out = append(out, c.name)
		}
	}
	return out
}
