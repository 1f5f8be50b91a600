package analytics

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/duckdb/duckdb-go/v2"

	"tolok/data/lake"
	"tolok/data/rule"
)

// partition is what one dataset holds of one cycle, 0 for what has no cycle.
type partition struct {
	dataset string
	cycle   int32
}

// origin is what a serving file was made of, as the file itself remembers it.
type origin struct {
	file  string
	files map[partition][]lake.File
	// patched counts the lake's rows that were made again since the file was
	// made from nothing.
	patched int64
}

// partitions puts files together by dataset and cycle.
func partitions(files []lake.File) map[partition][]lake.File {
	out := map[partition][]lake.File{}
	for _, f := range files {
		p := partition{f.Dataset, f.Cycle}
		out[p] = append(out[p], f)
	}
	return out
}

// difference is what became of a partition whose files are not those it had:
// files were added, or, as others are gone, nothing of it can be kept.
type difference struct {
	added []lake.File
	gone  bool
}

// differences compares the files that two states have, partition by partition.
func differences(old, now map[partition][]lake.File) map[partition]difference {
	out := map[partition]difference{}
	without := func(list, other []lake.File) []lake.File {
		return slices.DeleteFunc(slices.Clone(list), func(f lake.File) bool {
			return slices.ContainsFunc(other, func(o lake.File) bool { return o.Path == f.Path && o.SHA256 == f.SHA256 })
		})
	}
	for _, states := range []map[partition][]lake.File{old, now} {
		for p := range states {
			d := difference{without(now[p], old[p]), len(without(old[p], now[p])) > 0}
			if d.gone || len(d.added) > 0 {
				out[p] = d
			}
		}
	}
	return out
}

// rowsToMake counts the lake's rows that a build on top of o makes again; all
// counts those of every cycle.
func (o *origin) rowsToMake(m *lake.Manifest) (rows, all int64) {
	count := func(files []lake.File) (n int64) {
		for _, f := range files {
			n += f.Rows
		}
		return n
	}
	now := partitions(m.Files)
	for p, files := range now {
		if p.cycle != 0 {
			all += count(files)
		}
	}
	for p, d := range differences(o.files, now) {
		switch {
		case p.cycle == 0:
		case d.gone:
			rows += count(now[p])
		default:
			rows += count(d.added)
		}
	}
	return rows, all
}

// nearest finds, among the serving files of this layout and these rules, the one
// that leaves the fewest rows to be made; nil if there is none, or if more than
// half of the rows would then be patches: a file made from nothing is in better
// order, and no bigger than it has to be.
func nearest(ctx context.Context, dir string, m *lake.Manifest) *origin {
	var best *origin
	var least int64
	files, _ := filepath.Glob(filepath.Join(dir, "*-"+layout()+".duckdb"))
	for _, file := range files {
		o, err := readOrigin(ctx, file)
		if err != nil {
			continue // damaged, or gone by now: there is another way
		}
		rows, all := o.rowsToMake(m)
		if 2*(o.patched+rows) <= all && (best == nil || rows < least) {
			best, least = o, rows
		}
	}
	return best
}

// errOtherRules means that a serving file was scored by other rules.
var errOtherRules = errors.New("scored by other rules")

// readOrigin reads what a serving file was made of.
func readOrigin(ctx context.Context, file string) (o *origin, err error) {
	connector, err := duckdb.NewConnector(filepath.ToSlash(file)+"?access_mode=READ_ONLY&threads=1&enable_external_access=false", nil)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	defer func() { err = errors.Join(err, db.Close()) }()
	var rules string
	o = &origin{file: file}
	if err := db.QueryRowContext(ctx, "SELECT rules, patched FROM snapshot").Scan(&rules, &o.patched); err != nil {
		return nil, err
	}
	if rules != rule.Fingerprint() {
		return nil, errOtherRules
	}
	rows, err := db.QueryContext(ctx, "SELECT dataset, cycle, path, sha256 FROM made_of")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var files []lake.File
	for rows.Next() {
		var f lake.File
		if err := rows.Scan(&f.Dataset, &f.Cycle, &f.Path, &f.SHA256); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	o.files = partitions(files)
	return o, rows.Err()
}

// stateTables hold what a serving file says about itself.
const stateTables = `
CREATE TABLE snapshot (id VARCHAR, content VARCHAR, rules VARCHAR, patched BIGINT);
CREATE TABLE submission (submission INTEGER, taken_in VARCHAR, office VARCHAR, row_count BIGINT);
CREATE TABLE made_of (dataset VARCHAR, cycle INTEGER, path VARCHAR, sha256 VARCHAR);
`

// describe keeps what the answers say about the snapshot itself, and what the
// next build asks about this file.
func describe(ctx context.Context, c *sql.Conn, m *lake.Manifest, patched int64) error {
	if err := exec(ctx, c, "DELETE FROM snapshot; DELETE FROM submission; DELETE FROM made_of;"); err != nil {
		return err
	}
	rows := map[string][][]any{"snapshot": {{m.SnapshotID(rule.Fingerprint()), m.Content, rule.Fingerprint(), patched}}}
	for _, s := range m.Submissions {
		rows["submission"] = append(rows["submission"], []any{s.Number, s.At.Format("2006-01-02T15:04:05Z07:00"), s.By, s.Rows})
	}
	for _, f := range m.Files {
		rows["made_of"] = append(rows["made_of"], []any{f.Dataset, f.Cycle, f.Path, f.SHA256})
	}
	for table, values := range rows {
		if err := insert(ctx, c, table, values); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}
