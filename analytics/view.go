package analytics

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"tolok/data"
)

//go:embed view/*.sql
var viewFiles embed.FS

// table is a view whose rows are computed once and kept in the serving file.
type table struct {
	scope scope
	order string // makes one unit's rows lie together
}

// scope says which rows of the lake a stored row is made of, and so when it
// has to be made again.
type scope int

const (
	// ofRegister: made of what belongs to no cycle, before every cycle.
	ofRegister scope = iota
	// ofUnit: the rows of a unit in a cycle are made of the lake's rows about
	// that unit in that cycle, and of what registers lists of the registers.
	ofUnit
	// passing: as ofUnit, for rows that only the steps behind ask for; they are
	// held while the cycle is made, and not kept.
	passing
	// ofCycle: the rows of a cycle are made of that cycle's files, and may
	// compare its units; after the units of the cycle.
	ofCycle
	// across: looks at several cycles at once, after every cycle.
	across
)

// stored are the views that become tables. What looks across cycles is here
// named across, and nothing else does.
var stored = map[string]table{
	"source":  {ofRegister, "source"},
	"problem": {ofRegister, "source, line"},
	"agency":  {ofRegister, "agency_id"},
	"unit":    {ofRegister, "unit_id"},
	"award":   {ofRegister, "unit_id, awarded_on"},

	"unit_before": {ofRegister, "unit_id"},

	"visit": {ofRegister, "host_id, date"},
	"spi":   {ofRegister, "agency_name, year"},

	"unit_gate":  {ofUnit, "unit_id"},
	"answer":     {ofUnit, "unit_id, layer"},
	"sent_score": {ofUnit, "unit_id, layer"},
	"survey":     {ofUnit, "unit_id, index"},
	"nomination": {ofUnit, "unit_id"},
	"host":       {ofUnit, "unit_id"},
	"zone":       {ofUnit, "zone_id"},
	"worksheet":  {ofUnit, "unit_id, layer"},
	"fact":       {ofUnit, "unit_id"},
	"item":       {ofUnit, "unit_id, layer, ord"},
	"subarea":    {passing, ""}, // each is a row of node, too
	"area":       {ofUnit, "unit_id, layer, code"},
	"node":       {ofUnit, "unit_id, layer, code"},
	"criterion":  {ofUnit, "unit_id, layer, target, code"},
	"area_share": {ofUnit, "layer, area, unit_id"},
	"nominee":    {ofUnit, "unit_id"},
	"superseded": {ofUnit, "unit_id, layer"},

	"survey_sent": {ofUnit, "unit_id, index"},
	"mixed_sheet": {ofUnit, "unit_id, layer"},
	"answer_sent": {ofUnit, "unit_id, layer"},
	"node_sent":   {ofUnit, "unit_id, layer"},
	"forecast":    {ofUnit, "unit_id"},

	"fingerprint":        {ofUnit, "unit_id, layer"},
	"reported_total":     {ofUnit, "unit_id, layer"},
	"suspicion_of_cycle": {ofUnit, "unit_id, code"},
	"score":              {ofUnit, "layer, total DESC, unit_id"},

	"agency_gate": {ofCycle, "agency_id"},
	"quota":       {ofCycle, "agency_id"},
	"standing":    {ofCycle, "unit_id, layer"},
	"layer_gap":   {ofCycle, "agency_id, indicator, pair"},
	"item_level":  {ofCycle, "layer, unit_type, item_id, level"},

	"suspicion": {across, "cycle, agency_id, unit_id, code, line"},
}

// registers are the columns that rows of a cycle may be made with, the key by
// which a unit finds its row first; a view of a cycle sees no others. When one
// of them changes, the tables that read the register are made again for the
// units concerned, in every cycle.
var registers = map[string]string{
	"source": "source, submission",
	"agency": "agency_id, kind",
	"unit":   "unit_id, agency_id, unit_type, province_code",
	"award":  "unit_id, predicate, issuer, awarded_on, revoked_on",
}

// view is one CREATE VIEW of view/*.sql.
type view struct {
	file, name, body string
	reads            []string // the views and tables after FROM and JOIN
}

// table is what the view is stored as, if it is.
func (v *view) table() (table, bool) {
	t, ok := stored[v.name]
	return t, ok
}

// isOf reports whether the view is a table of that scope.
func (v *view) isOf(s scope) bool {
	t, ok := v.table()
	return ok && t.scope == s
}

// datasets are those of the lake that the view reads itself.
func (v *view) datasets() []string {
	var out []string
	for _, r := range v.reads {
		if d, ok := strings.CutPrefix(r, "raw_"); ok && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

// rows selects the view's rows, in the order they are stored in if any.
func (v *view) rows() string {
	if t, _ := v.table(); t.order != "" {
		return "SELECT * FROM (\n" + v.body + "\n) ORDER BY " + t.order
	}
	return v.body
}

var (
	comment   = regexp.MustCompile(`(?m)--.*$`)
	statement = regexp.MustCompile(`(?s)CREATE VIEW (\w+) AS\s(.*?);(?:\n|$)`)
	readsFrom = regexp.MustCompile(`(?:FROM|JOIN)\s+(\w+)`)
)

// views are the views of view/*.sql in the order of their files, each after
// what it reads.
var views = sync.OnceValue(func() []*view {
	var out []*view
	names, _ := fs.Glob(viewFiles, "view/*.sql")
	slices.Sort(names)
	for _, file := range names {
		b, _ := viewFiles.ReadFile(file) // embedded: it is there
		for _, m := range statement.FindAllStringSubmatch(comment.ReplaceAllString(string(b), ""), -1) {
			v := &view{file: file, name: m[1], body: strings.TrimSpace(m[2])}
			for _, r := range readsFrom.FindAllStringSubmatch(v.body, -1) {
				v.reads = append(v.reads, r[1])
			}
			out = append(out, v)
		}
	}
	return out
})

// layout is the hash of what shapes a serving file besides the lake and the
// rules, so that a file made by another version is rebuilt and not misread.
var layout = sync.OnceValue(func() string {
	h := sha256.New()
	fmt.Fprintln(h, ruleTables, stateTables, data.Stages, data.Provinces(), data.Regencies(), stored, registers)
	for _, v := range views() {
		fmt.Fprintln(h, v.name, v.body)
	}
	all := records()
	for _, dataset := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintln(h, dataset, columnTypes(reflect.TypeOf(all[dataset])))
	}
	return hex.EncodeToString(h.Sum(nil))[:6]
})

// spread marks, from what has changed, every view that reads a marked one.
func spread(changed map[string]bool) map[string]bool {
	for _, v := range views() {
		if slices.ContainsFunc(v.reads, func(r string) bool { return changed[r] }) {
			changed[v.name] = true
		}
	}
	return changed
}

// needed are the names of the views that the tables of a scope are made
// through, themselves included, and of the tables those read.
func needed(s scope) map[string]bool {
	out := map[string]bool{}
	for _, v := range slices.Backward(views()) {
		if v.isOf(s) {
			out[v.name] = true
		}
		if t, ok := v.table(); !out[v.name] || ok && t.scope != s && t.scope != passing {
			continue
		}
		for _, r := range v.reads {
			out[r] = true
		}
	}
	return out
}

// behind are the names of a view and of all that it reads, at any remove.
func behind(name string) map[string]bool {
	out := map[string]bool{name: true}
	for _, v := range slices.Backward(views()) {
		if out[v.name] {
			for _, r := range v.reads {
				out[r] = true
			}
		}
	}
	return out
}

// createViews runs every view over what openRaw and loadRules have opened.
// Those that keep chooses become tables of the rows of now; the others stay
// views.
func createViews(ctx context.Context, c *sql.Conn, keep func(*view) bool) error {
	for _, v := range views() {
		if err := createView(ctx, c, v, keep(v)); err != nil {
			return err
		}
	}
	return nil
}

// createView runs one view. A table is made of the rows of now.
func createView(ctx context.Context, c *sql.Conn, v *view, table bool) error {
	q := "CREATE VIEW " + v.name + " AS " + v.body
	if table {
		q = "CREATE TABLE " + v.name + " AS " + v.rows()
	}
	if err := exec(ctx, c, q); err != nil {
		return fmt.Errorf("%s: view %s: %w", v.file, v.name, err)
	}
	return nil
}
