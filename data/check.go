package data

import (
	"slices"
	"strconv"
	"strings"
)

// check collects what is wrong with one record.
type check struct {
	dataset  string
	problems []Problem
}

func (c *check) add(code, field, value, want string) {
	c.problems = append(c.problems, Problem{Code: code, Severity: Rejected, Dataset: c.dataset, Field: field, Value: value, Want: want})
}

func (c *check) required(field, v string) {
	if strings.TrimSpace(v) == "" {
		c.add("required", field, "", "")
	}
}

// formatEndings are what a page's address ends in to be given as a file: an id
// with such an ending would hide behind it.
var formatEndings = []string{".csv", ".json", ".xlsx"}

// id accepts what can stand in a URL's path without looking like one: no
// spaces, slashes or control characters, and no ending of a format.
func (c *check) id(field, v string) {
	switch {
	case strings.TrimSpace(v) == "":
		c.add("required", field, "", "")
	case len(v) > 64 || v == "." || v == ".." || !plainID(v):
		c.add("bad-id", field, v, "")
	}
}

// plainID reports whether none of an id's bytes is one of idBreakers, and it
// does not end as a format does.
func plainID(v string) bool {
	dot := -1
	for i := range len(v) {
		if idBreakers[v[i]] {
			return false
		}
		if v[i] == '.' {
			dot = i
		}
	}
	return dot < 0 || !slices.ContainsFunc(formatEndings, func(e string) bool { return strings.EqualFold(v[dot:], e) })
}

// idBreakers are the bytes that would take an address apart.
var idBreakers = func() (breaks [256]bool) {
	for b := range ' ' + 1 {
		breaks[b] = true
	}
	for _, b := range []byte("/\\?#%\"<>|\x7f") {
		breaks[b] = true
	}
	return breaks
}()

func (c *check) oneOf(field, v string, list []string) {
	if v == "" {
		c.add("required", field, "", strings.Join(list, ", "))
		return
	}
	c.optionalOneOf(field, v, list)
}

func (c *check) optionalOneOf(field, v string, list []string) {
	if v != "" && !slices.Contains(list, v) {
		c.add("not-in-list", field, v, strings.Join(list, ", "))
	}
}

func (c *check) cycle(field string, v int32) {
	if v < FirstCycle || v > LastCycle {
		c.add("out-of-range", field, itoa(int64(v)), "2010 … 2100")
	}
}

func (c *check) year(field string, v *int32, first int32) {
	if v != nil && (*v < first || *v > LastCycle) {
		c.add("out-of-range", field, itoa(int64(*v)), itoa(int64(first))+" … 2100")
	}
}

func (c *check) atLeast(field string, v *int64, low int64) {
	if v != nil && *v < low {
		c.add("out-of-range", field, itoa(*v), ">= "+itoa(low))
	}
}

func (c *check) atLeastAmount(field string, v *Amount, low int64) {
	if v != nil && *v < Amount(low)*OneAmount {
		c.add("out-of-range", field, v.String(), ">= "+itoa(low))
	}
}

func (c *check) between(field string, v *Amount, low, high int64) {
	if v != nil && (*v < Amount(low)*OneAmount || *v > Amount(high)*OneAmount) {
		c.add("out-of-range", field, v.String(), itoa(low)+" … "+itoa(high))
	}
}

func (c *check) province(field, v string) {
	if v != "" && !IsProvince(v) {
		c.add("unknown-province", field, v, "")
	}
}

func (c *check) regency(field, v, province string) {
	if v == "" {
		return
	}
	r, ok := RegencyByCode(v)
	switch {
	case !ok:
		c.add("unknown-regency", field, v, "")
	case province != "" && r.Province != province:
		c.add("regency-elsewhere", field, v, r.Province)
	}
}

func (c *check) unitType(field, v string) {
	if v == "" {
		c.add("required", field, "", "")
		return
	}
	if _, ok := UnitTypeByCode(v); !ok {
		c.add("unknown-unit-type", field, v, "")
	}
}

func itoa(v int64) string { return strconv.FormatInt(v, 10) }

// key joins parts with a character that Validate refuses in every id.
func key(parts ...string) string { return strings.Join(parts, "|") }
