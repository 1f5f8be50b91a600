package analytics

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxParameter is the longest value of a parameter whose tag max does not say
// otherwise, in bytes.
const maxParameter = 200

// Decode fills a question from its parameters: every field of into, a pointer to
// a [Filter] or to a struct that embeds one beside fields of its own, is read
// from the value that its tag param names. An absent or empty value leaves the
// field as it is; one that cannot be read is [ErrBadRequest]; what no field names
// is left alone, for a page has parameters of its own beside its question's.
func Decode(values url.Values, into any) error {
	for _, f := range parametersOf(reflect.ValueOf(into).Elem()) {
		s := strings.TrimSpace(values.Get(f.name))
		if s == "" {
			continue
		}
		if err := f.set(s); err != nil {
			return err
		}
	}
	return nil
}

// Parameter is one that [Decode] reads.
type Parameter struct{ Name, Type string } // Type as JSON schema has it

// Parameters are those that [Decode] reads into a question, in order.
func Parameters(question any) []Parameter {
	var out []Parameter
	for _, p := range parametersOf(reflect.ValueOf(question).Elem()) {
		kind := "string"
		switch p.value.Kind() {
		case reflect.Int:
			kind = "integer"
		case reflect.Float64:
			kind = "number"
		case reflect.Bool:
			kind = "boolean"
		}
		out = append(out, Parameter{p.name, kind})
	}
	return out
}

// parameter is one field of a question, by the name it has in a URL.
type parameter struct {
	name  string
	value reflect.Value
	max   int
}

// parametersOf lists a question's, those of an embedded one first.
func parametersOf(v reflect.Value) []parameter {
	var out []parameter
	for i := range v.NumField() {
		at := v.Type().Field(i)
		switch name := at.Tag.Get("param"); {
		case at.Anonymous && at.Type.Kind() == reflect.Struct:
			out = slices.Concat(out, parametersOf(v.Field(i)))
		case name != "":
			p := parameter{name, v.Field(i), maxParameter}
			if longest, err := strconv.Atoi(at.Tag.Get("max")); err == nil {
				p.max = longest
			}
			out = append(out, p)
		}
	}
	return out
}

// isText reports whether the database takes a string: it is UTF-8, and holds no
// character that ends strings in C.
func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

func (p parameter) set(s string) error {
	if len(s) > p.max {
		return fmt.Errorf("%w: %s is too long", ErrBadRequest, p.name)
	}
	switch p.value.Kind() {
	case reflect.Int:
		n, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("%w: %s=%q is not a whole number", ErrBadRequest, p.name, s)
		}
		p.value.SetInt(int64(n))
	case reflect.Float64:
		x, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
		if err != nil || x != x || x > 1e15 || x < -1e15 {
			return fmt.Errorf("%w: %s=%q is not a number", ErrBadRequest, p.name, s)
		}
		p.value.SetFloat(x)
	case reflect.Bool:
		switch s {
		case "1", "true", "on":
			p.value.SetBool(true)
		case "0", "false", "off":
			p.value.SetBool(false)
		default:
			return fmt.Errorf("%w: %s=%q; use 1 or 0", ErrBadRequest, p.name, s)
		}
	case reflect.String:
		if !isText(s) {
			return fmt.Errorf("%w: %s=%q is not text in UTF-8", ErrBadRequest, p.name, s)
		}
		p.value.SetString(s)
	default:
		return fmt.Errorf("analytics: parameter %s is a %s, which no URL can carry", p.name, p.value.Kind())
	}
	return nil
}
