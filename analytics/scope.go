package analytics

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tolok/data/rule"
)

// Scope is what an answer is held to: who asks, for which part of the country,
// and which cycles are released. The zero value is the public.
type Scope struct {
	Role     string // nasional, instansi, satker, perencana; anything else is the public
	Agency   string // of instansi, of perencana with one agency, of satker
	Unit     string // of satker
	Released []int  // cycles whose TPN scores and outcomes are released
}

// National is the scope of the person at the machine: everything.
var National = Scope{Role: "nasional"}

// As is the same database, held to a scope. It costs nothing; the scope holds
// under every question asked of it.
func (db *DB) As(s Scope) *DB {
	s.Released = slices.Compact(slices.Sorted(slices.Values(s.Released)))
	return &DB{serving: db.serving, scope: s}
}

// Key names all that a scope lets through, for keys of caches and ETags: two
// scopes with one key receive the same bytes.
func (s Scope) Key() string {
	r := s.reach()
	if r == everything {
		return r.String()
	}
	return strings.Join([]string{r.String(), strconv.Quote(s.own()), s.released()}, " ")
}

// reach is how far a scope sees by name.
type reach int

const (
	holders    reach = iota // the public: who holds a predicate
	oneUnit                 // a unit sees itself
	oneAgency               // an agency, and its planner, see its units
	everything              // the ministry, and its planner
)

func (r reach) String() string { return [...]string{"public", "unit", "agency", "nation"}[r] }

// reach takes a scope that lacks what its role needs for the public.
func (s Scope) reach() reach {
	switch {
	case s.Role == "nasional", s.Role == "perencana" && s.Agency == "" && s.Unit == "":
		return everything
	case (s.Role == "instansi" || s.Role == "perencana") && s.Agency != "":
		return oneAgency
	case s.Role == "satker" && s.Unit != "":
		return oneUnit
	}
	return holders
}

// own is the id of the agency or unit that is the reader's own.
func (s Scope) own() string {
	switch s.reach() {
	case oneAgency:
		return s.Agency
	case oneUnit:
		return s.Unit
	}
	return ""
}

// owns reports whether the reader sees all that is kept of a unit.
func (s Scope) owns(unit, agency string) bool {
	switch s.reach() {
	case everything:
		return true
	case oneAgency:
		return agency == s.Agency
	case oneUnit:
		return unit == s.Unit
	}
	return false
}

// decided reports whether the reader may know a cycle's TPN scores and outcomes.
func (s Scope) decided(cycle int) bool {
	return s.reach() == everything || slices.Contains(s.Released, cycle)
}

// released lists the released cycles as SQL and keys do.
func (s Scope) released() string {
	out := make([]string, 0, len(s.Released))
	for _, c := range slices.Compact(slices.Sorted(slices.Values(s.Released))) {
		out = append(out, strconv.Itoa(c))
	}
	return strings.Join(out, ", ")
}

// newest is the newest cycle that is released, else the newest that rules are
// known to begin in.
func (s Scope) newest() int {
	if len(s.Released) > 0 {
		return slices.Max(s.Released)
	}
	out := 0
	for _, set := range rule.All() {
		out = max(out, set.InForce.FirstCycle)
	}
	return out
}

// variant names the SQL that the scope needs. Whose the reader is are
// parameters of it, so that a nation's agencies share their statements.
func (s Scope) variant() string {
	if s.reach() == everything {
		return everything.String()
	}
	return fmt.Sprintf("%s %s", s.reach(), s.released())
}
