package match

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"

	"tolok/data"
)

// Agency is an agency of the register; Kind is one of data.Kinds.
type Agency struct {
	ID   string `col:"agency_id"`
	Name string `col:"name"`
	Kind string `col:"kind"`
}

// Asked is an agency as another's file has it. Place is Kemendagri's code of a
// province, kabupaten or kota, with or without its dot; "" where there is none.
type Asked struct{ Name, Place string }

// Result is what was found. Without an ID, Why says why not.
type Result struct {
	ID   string
	Rule string   // code, name, alias, renamed, near
	Why  string   // not-registered, ambiguous, split, merged, code-differs, simulated
	Like []string // the names behind Why: successors, namesakes
}

// Rules in the order in which they are tried, which is how sure they are.
var Rules = []string{"code", "name", "alias", "renamed", "near"}

// Reasons for which nothing is matched.
var Reasons = []string{"not-registered", "ambiguous", "split", "merged", "code-differs", "simulated"}

// Nation reports whether a name stands for the whole nation and no agency.
func Nation(s string) bool { return joined(spelled(strings.ToLower(s))) == "nasional" }

// key is by what names are compared.
type key struct {
	level, core string
	simulated   bool
}

// Register is a register of agencies, ready to be asked.
type Register struct {
	by    map[key][]Agency // by whole name; of local governments, by that of their place
	short map[key][]Agency
	head  map[key][]Agency
}

// New reads a register.
func New(agencies []Agency) *Register {
	r := &Register{map[key][]Agency{}, map[key][]Agency{}, map[key][]Agency{}}
	for _, a := range agencies {
		n := parse(a.Name, a.Kind)
		if local(n.level) && a.Kind != "" && n.level != a.Kind {
			continue // named a kota and kept as a kabupaten: nobody knows which it is
		}
		k := key{n.level, n.core, n.simulated}
		if to, how, ok := canonical(n); ok && (how == "name" || how == "alias") {
			k.core = to
		}
		r.by[k] = append(r.by[k], a)
		if n.level != central {
			continue
		}
		if n.short != "" {
			k.core = n.short
			r.short[k] = append(r.short[k], a)
		}
		if n.head != "" {
			k.core = n.head
			r.head[k] = append(r.head[k], a)
		}
	}
	return r
}

// Find finds the agency that is meant.
func (r *Register) Find(a Asked) Result {
	n := parse(a.Name, "")
	if n.level == central {
		if p, how, ok := canonical(n); ok && how == "alias" && strings.HasPrefix(p, provinsi+":") {
			n.level, n.core = provinsi, strings.TrimPrefix(p, provinsi+":")
		}
	}
	if n.level == central {
		return r.findCentral(n)
	}
	return r.findLocal(n, a.Place)
}

// findLocal goes by the place: the official list says which it is, and only
// then the register who governs it.
func (r *Register) findLocal(n name, code string) Result {
	core, how, known := canonical(n)
	coded := placeOf(code, n.level)
	switch {
	case coded == "":
	case coded == core:
		how = "code"
	case !known && data.Edits(coded, n.core)*3 <= len(coded):
		core, how, known = coded, "code", true
	default:
		return Result{Why: "code-differs", Like: []string{code}}
	}
	if !known {
		core, how = n.core, "name" // a place younger than the list
	}
	return r.take(key{n.level, core, n.simulated}, how)
}

// take gives the one agency of a key.
func (r *Register) take(k key, how string) Result {
	switch found := r.by[k]; {
	case len(found) == 1:
		return Result{ID: found[0].ID, Rule: how}
	case len(found) > 1:
		return Result{Why: "ambiguous", Like: namesOf(found)}
	}
	k.simulated = !k.simulated
	if found := r.by[k]; len(found) > 0 {
		return Result{Why: "simulated", Like: namesOf(found)}
	}
	return Result{Why: "not-registered"}
}

func (r *Register) findCentral(n name) Result {
	k := key{central, n.core, n.simulated}
	res := r.take(k, "name")
	if res.ID != "" || res.Why == "ambiguous" {
		return res
	}
	known := table()
	for _, t := range known.linked[n.core] {
		k.core = t.core
		if found := r.take(k, t.how); found.ID != "" {
			return found
		}
	}
	for _, other := range []map[key][]Agency{r.short, r.head} {
		for _, core := range []string{n.core, n.head} {
			k.core = core
			if found := other[k]; core != "" && len(found) == 1 {
				return Result{ID: found[0].ID, Rule: "alias"}
			}
		}
	}
	for _, core := range []string{n.head, n.short} {
		k.core = core
		if found := r.by[k]; core != "" && len(found) == 1 {
			return Result{ID: found[0].ID, Rule: "alias"}
		}
	}
	if end, ok := known.ended[n.core]; ok {
		return Result{Why: end.how, Like: end.names}
	}
	// A name that is one of the table's, or of another kind of body, is no
	// misspelling.
	rest := strings.TrimPrefix(n.core, n.first)
	core, ok := nearest(rest, func(yield func(string) bool) {
		for o := range r.by {
			if cut, same := strings.CutPrefix(o.core, n.first); same && o.level == central && o.simulated == n.simulated && !yield(cut) {
				return
			}
		}
	})
	if ok && len(known.linked[n.core]) == 0 {
		return r.take(key{central, n.first + core, n.simulated}, "near")
	}
	return res
}

func namesOf(list []Agency) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Name)
	}
	slices.Sort(out)
	return out
}

// linked is another name of the same agency; ended what became of one.
type linked struct{ core, how string }

type ended struct {
	how   string
	names []string
}

type nameTable struct {
	linked map[string][]linked // by core, in both directions
	ended  map[string]ended
	local  map[key]string // other names of places
	places map[key]bool   // the official ones
	codes  map[string]key
}

//go:embed names.csv
var namesCSV string

// table is names.csv and the official list of places, read once. A fault in
// either is a fault of the program.
var table = sync.OnceValue(func() *nameTable {
	t := &nameTable{map[string][]linked{}, map[string]ended{}, map[key]string{}, map[key]bool{}, map[string]key{}}
	for _, p := range data.Provinces() {
		t.place(p.Code, provinsi+" "+p.Name)
	}
	for _, g := range data.Regencies() {
		t.place(strings.ReplaceAll(g.Code, ".", ""), g.Name)
	}
	rows, err := csv.NewReader(strings.NewReader(namesCSV)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("match: names.csv: %v", err))
	}
	for _, row := range rows[1:] {
		from, to := parse(row[0], ""), parse(row[1], "")
		switch how := row[2]; {
		case how == "split" || how == "merged":
			t.ended[from.core] = ended{how, strings.Split(row[1], "|")}
		case to.level != central:
			t.local[key{from.level, from.core, false}] = to.core
		default:
			t.linked[from.core] = append(t.linked[from.core], linked{to.core, how})
			t.linked[to.core] = append(t.linked[to.core], linked{from.core, how})
		}
	}
	for from, others := range t.linked { // a short name of one that ended has ended, too
		for _, o := range others {
			if end, ok := t.ended[o.core]; ok {
				t.ended[from] = end
			}
		}
	}
	return t
})

func (t *nameTable) place(code, official string) {
	n := parse(official, "")
	k := key{n.level, n.core, false}
	t.places[k] = true
	t.codes[code] = k
}

// placeOf is the name of the place that a code stands for, if it is of the
// level.
func placeOf(code, level string) string {
	k := table().codes[strings.ReplaceAll(strings.TrimSpace(code), ".", "")]
	if k.level != level {
		return ""
	}
	return k.core
}

// canonical is the official name of a local government's place, and by which
// rule it was found. Of a central name that stands for a province it is
// "provinsi:" with its name.
func canonical(n name) (core, how string, ok bool) {
	t := table()
	k := key{n.level, n.core, false}
	if n.level == central {
		to, ok := t.local[k]
		return provinsi + ":" + to, "alias", ok
	}
	if t.places[k] {
		return n.core, "name", true
	}
	if to, ok := t.local[k]; ok {
		return to, "alias", true
	}
	core, ok = nearest(n.core, func(yield func(string) bool) {
		for p := range t.places {
			if p.level == n.level && !yield(p.core) {
				return
			}
		}
	})
	return core, "near", ok
}
