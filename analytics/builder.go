package analytics

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"tolok/data/lake"
	"tolok/data/rule"
)

// builder makes the serving file of a state: the registers, then one cycle
// after the other, then what looks across cycles. It does so in a copy of the
// file of another state (base), where only the units that something new is
// known of are made again, or in a new file, where that is every unit.
type builder struct {
	db       *sql.DB
	root     string // of the lake
	manifest *lake.Manifest
	base     *origin // nil for a new file
}

// errOtherHistory means that a base numbers its sources otherwise than the
// state does, so that nothing in it can be relied on.
var errOtherHistory = errors.New("the serving file is of another history of the lake")

func (b *builder) build(ctx context.Context) error {
	patched := int64(0)
	if b.base == nil {
		if err := b.conn(ctx, b.create); err != nil {
			return err
		}
		b.base = &origin{}
	} else {
		rows, _ := b.base.rowsToMake(b.manifest)
		patched = b.base.patched + rows
	}
	diff := differences(b.base.files, partitions(b.manifest.Files))
	var moved map[string]bool
	err := b.conn(ctx, func(ctx context.Context, c *sql.Conn) (err error) {
		moved, err = b.makeRegisters(ctx, c, diff)
		return err
	})
	if err != nil {
		return err
	}
	for _, w := range b.plan(diff, moved) {
		if err := b.makeCycle(ctx, w); err != nil {
			return fmt.Errorf("cycle %d: %w", w.cycle, err)
		}
	}
	return b.conn(ctx, func(ctx context.Context, c *sql.Conn) error {
		if err := makeAcross(ctx, c, diff); err != nil {
			return err
		}
		if err := describe(ctx, c, b.manifest, patched); err != nil {
			return err
		}
		return exec(ctx, c, "DROP TABLE touched; CHECKPOINT;")
	})
}

// conn runs one step on a connection of its own: what it opens ends with it.
func (b *builder) conn(ctx context.Context, step func(context.Context, *sql.Conn) error) (err error) {
	c, err := b.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return step(ctx, c)
}

// create gives a new file its tables, empty, its views and its rules.
func (b *builder) create(ctx context.Context, c *sql.Conn) error {
	if err := exec(ctx, c, stateTables); err != nil {
		return err
	}
	if err := loadRules(ctx, c, func(s *rule.Set) []rule.Policy { return []rule.Policy{s.DefaultPolicy()} }); err != nil {
		return err
	}
	if err := openRaw(ctx, c, b.root, nil); err != nil {
		return err
	}
	return createViews(ctx, c, func(v *view) bool {
		t, ok := v.table()
		return ok && t.scope != passing
	})
}

// stays is the full name of a table of the serving file: the short one may be a
// view of one cycle of it.
func stays(table string) string { return catalog + ".main." + table }

// cycleWork is what has to be made again of one cycle.
type cycleWork struct {
	cycle  int32
	tables map[string]bool
	added  []lake.File // that name the units concerned; those in touched are, too
	whole  bool        // all units are
}

// units is the query for the units concerned; "" for all.
func (w *cycleWork) units() string {
	if w.whole {
		return ""
	}
	return fmt.Sprintf("SELECT unit_id FROM %s WHERE cycle IN (0, %d)", stays("touched"), w.cycle)
}

// rows is the condition for the rows of a table that are made again.
func (w *cycleWork) rows(s scope) string {
	cond := fmt.Sprintf("cycle = %d", w.cycle)
	if !w.whole && s == ofUnit {
		cond += " AND unit_id IN (" + w.units() + ")"
	}
	return cond
}

// plan lists the tables of each cycle that read, directly or through others, a
// dataset whose files differ or a register in which something moved.
func (b *builder) plan(diff map[partition]difference, moved map[string]bool) []*cycleWork {
	work := map[int32]*cycleWork{}
	changed := map[int32]map[string]bool{}
	for _, files := range []map[partition][]lake.File{b.base.files, partitions(b.manifest.Files)} {
		for p := range files {
			work[p.cycle] = &cycleWork{cycle: p.cycle, tables: map[string]bool{}, whole: moved[everyUnit]}
			changed[p.cycle] = map[string]bool{}
			for name := range moved {
				changed[p.cycle][name] = true
			}
		}
	}
	had := map[int32]bool{}
	for p := range b.base.files {
		had[p.cycle] = true
	}
	for p, d := range diff {
		w := work[p.cycle]
		changed[p.cycle]["raw_"+p.dataset] = true
		w.whole = w.whole || d.gone || !had[p.cycle]
		w.added = append(w.added, d.added...)
	}
	delete(work, 0)
	var out []*cycleWork
	for cycle, w := range work {
		for name := range spread(changed[cycle]) {
			if t, ok := stored[name]; ok && (t.scope == ofUnit || t.scope == passing || t.scope == ofCycle) {
				w.tables[name] = true
			}
		}
		if len(w.tables) > 0 {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(x, y *cycleWork) int { return int(x.cycle - y.cycle) })
	return out
}

// makeCycle makes again what is to be made of one cycle: the units concerned,
// then what compares units.
func (b *builder) makeCycle(ctx context.Context, w *cycleWork) error {
	if len(b.base.files) > 0 {
		if err := b.conn(ctx, func(ctx context.Context, c *sql.Conn) error { return b.clear(ctx, c, w) }); err != nil {
			return err
		}
	}
	for _, s := range []scope{ofUnit, ofCycle} {
		if err := b.conn(ctx, func(ctx context.Context, c *sql.Conn) error { return b.makeTables(ctx, c, w, s) }); err != nil {
			return err
		}
	}
	return nil
}

// clear takes out the rows that are made again. The checkpoint lets the new ones
// have their place in the file.
func (b *builder) clear(ctx context.Context, c *sql.Conn, w *cycleWork) error {
	for dataset := range partitions(w.added) {
		if !hasUnit(records()[dataset.dataset]) || w.whole {
			continue
		}
		if err := openDataset(ctx, c, b.root, dataset.dataset, w.added, ""); err != nil {
			return err
		}
		q := fmt.Sprintf("INSERT INTO %s SELECT DISTINCT %d, unit_id FROM raw_%s", stays("touched"), w.cycle, dataset.dataset)
		if err := exec(ctx, c, q); err != nil {
			return err
		}
	}
	for name := range w.tables {
		t := stored[name]
		if t.scope == passing {
			continue
		}
		if err := exec(ctx, c, "DELETE FROM "+stays(name)+" WHERE "+w.rows(t.scope)); err != nil {
			return err
		}
	}
	return exec(ctx, c, "CHECKPOINT")
}

// makeTables makes the tables of one scope. Every name that the views know then
// means rows of that cycle alone, and of the units concerned where the scope is
// theirs, and of the registers what a cycle may see.
func (b *builder) makeTables(ctx context.Context, c *sql.Conn, w *cycleWork, s scope) error {
	need := needed(s)
	for name, columns := range registers {
		if err := exec(ctx, c, fmt.Sprintf("CREATE TEMP VIEW %s AS SELECT %s FROM %s", name, columns, stays(name))); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, v := range views() {
		if !need[v.name] || v.isOf(ofRegister) {
			continue
		}
		if err := b.makeTable(ctx, c, w, s, v); err != nil {
			return fmt.Errorf("%s: view %s: %w", v.file, v.name, err)
		}
	}
	return nil
}

func (b *builder) makeTable(ctx context.Context, c *sql.Conn, w *cycleWork, s scope, v *view) error {
	t, ok := v.table()
	switch {
	case !ok, t.scope == passing && !w.tables[v.name]:
		return exec(ctx, c, "CREATE TEMP VIEW "+v.name+" AS "+v.body)
	case t.scope == passing:
		return exec(ctx, c, "CREATE TEMP TABLE "+v.name+" AS "+v.body)
	case t.scope == s && w.tables[v.name]:
		for _, dataset := range v.datasets() {
			units := ""
			if s == ofUnit {
				units = w.units()
			}
			files := slices.DeleteFunc(slices.Clone(b.manifest.Files), func(f lake.File) bool { return f.Cycle != w.cycle })
			if err := openDataset(ctx, c, b.root, dataset, files, units); err != nil {
				return err
			}
		}
		if err := exec(ctx, c, "INSERT INTO "+stays(v.name)+" BY NAME "+v.rows()); err != nil {
			return err
		}
	}
	return exec(ctx, c, fmt.Sprintf("CREATE TEMP VIEW %s AS SELECT * FROM %s WHERE %s", v.name, stays(v.name), w.rows(s)))
}

// makeAcross makes the tables again that look across cycles, if anything they
// read may have changed.
func makeAcross(ctx context.Context, c *sql.Conn, diff map[partition]difference) error {
	changed := map[string]bool{}
	for p := range diff {
		changed["raw_"+p.dataset] = true
	}
	spread(changed)
	for _, v := range views() {
		if !v.isOf(across) || !changed[v.name] {
			continue
		}
		if err := exec(ctx, c, fmt.Sprintf("DELETE FROM %[1]s; INSERT INTO %[1]s BY NAME %[2]s", stays(v.name), v.rows())); err != nil {
			return fmt.Errorf("%s: view %s: %w", v.file, v.name, err)
		}
	}
	return nil
}
