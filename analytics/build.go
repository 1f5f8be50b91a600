package analytics

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"tolok/data"
	"tolok/data/lake"
	"tolok/data/rule"
)

//go:embed view/*.sql
var viewFiles embed.FS

// stored are the views whose rows are computed once and kept in the serving
// file, with the order that makes one unit's rows lie together.
var stored = map[string]string{
	"fact":      "unit_id, cycle",
	"worksheet": "unit_id, cycle, layer",
	"item":      "unit_id, cycle, layer, ord",
	"subarea":   "unit_id, cycle, layer, code",
	"area":      "unit_id, cycle, layer, code",
	"node":      "unit_id, cycle, layer, code",
	"criterion": "unit_id, cycle, layer, target, code",
	"nominee":   "cycle, unit_id",
	"score":     "cycle, layer, total DESC, unit_id",
	"standing":  "unit_id, cycle, layer",

	"fingerprint":    "unit_id, cycle, layer",
	"reported_total": "unit_id, cycle, layer",
	"superseded":     "unit_id, cycle, layer",
	"suspicion":      "cycle, agency_id, unit_id, code, line",
}

// layout is the hash of what shapes a serving file besides the lake and the
// rules, so that a file made by another version is rebuilt and not misread.
var layout = sync.OnceValue(func() string {
	h := sha256.New()
	h.Write([]byte(ruleTables))
	names, _ := fs.Glob(viewFiles, "view/*.sql")
	for _, n := range names {
		b, _ := viewFiles.ReadFile(n) // embedded: it is there
		h.Write(b)
	}
	fmt.Fprint(h, stored)
	return hex.EncodeToString(h.Sum(nil))[:6]
})

// Build writes the serving file of a state of the lake and returns its path.
// A file that is there already is used as it is.
func Build(ctx context.Context, l *lake.Lake, m *lake.Manifest) (string, error) {
	id := m.SnapshotID(rule.Fingerprint())
	dir := filepath.Join(l.Dir(), "serving")
	path := filepath.Join(dir, id+"-"+layout()+".duckdb")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("the serving file of snapshot %s cannot be written: %w; make the lake's folder serving writable", id, err)
	}
	tmp, err := os.MkdirTemp(dir, "build-")
	if err != nil {
		return "", fmt.Errorf("the serving file of snapshot %s cannot be written: %w; make the lake's folder serving writable", id, err)
	}
	defer os.RemoveAll(tmp)
	file := filepath.Join(tmp, "serving.duckdb")
	if err := buildFile(ctx, l, m, id, file); err != nil {
		return "", fmt.Errorf("building snapshot %s: %w", id, err)
	}
	// A write-ahead log left behind would hold tables the main file lacks.
	if _, err := os.Stat(file + ".wal"); err == nil {
		return "", fmt.Errorf("building snapshot %s: the file was not closed whole", id)
	}
	if err := publish(file, path); err != nil {
		return "", fmt.Errorf("building snapshot %s: %w", id, err)
	}
	prune(dir, path)
	return path, nil
}

// publish flushes a finished file and moves it to its name.
func publish(file, path string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close(), os.Rename(file, path)); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Serving files are copies: the newest few are kept, older ones are made again
// when someone asks for them. Folders of builds that a crash left behind go
// after a day.
const (
	keepServing = 5
	staleBuild  = 24 * time.Hour
)

// prune clears old files; one that cannot be removed is tried again next time.
func prune(dir, just string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil:
		case e.IsDir() && time.Since(info.ModTime()) > staleBuild:
			_ = os.RemoveAll(filepath.Join(dir, e.Name()))
		case strings.HasSuffix(e.Name(), ".duckdb") && e.Name() != filepath.Base(just):
			files = append(files, info)
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for i, f := range files {
		if i >= keepServing-1 {
			_ = os.Remove(filepath.Join(dir, f.Name()))
		}
	}
}

func buildFile(ctx context.Context, l *lake.Lake, m *lake.Manifest, id, file string) (err error) {
	root, err := filepath.Abs(l.Dir())
	if err != nil {
		return err
	}
	connector, err := duckdb.NewConnector(file+"?autoinstall_known_extensions=false&autoload_known_extensions=false", nil)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer func() { err = errors.Join(err, db.Close()) }()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	// Nothing but the lake can be read from here on.
	if err := exec(ctx, c, "SET allowed_directories = ["+quoteSQL(root)+"]; SET enable_external_access = false; SET lock_configuration = true;"); err != nil {
		return err
	}
	if err := openRaw(ctx, c, root, m); err != nil {
		return err
	}
	if err := loadRules(ctx, c, func(s *rule.Set) []rule.Policy { return []rule.Policy{s.DefaultPolicy()} }); err != nil {
		return err
	}
	if err := runViews(ctx, c, true); err != nil {
		return err
	}
	// Every sub-area is a row of node, too; no question asks the step between.
	if err := exec(ctx, c, "DROP TABLE subarea"); err != nil {
		return err
	}
	return describe(ctx, c, m, id)
}

// describe keeps what the answers say about the snapshot itself.
func describe(ctx context.Context, c *sql.Conn, m *lake.Manifest, id string) error {
	if err := exec(ctx, c, "CREATE TABLE snapshot (id VARCHAR, content VARCHAR); CREATE TABLE submission (submission INTEGER, taken_in VARCHAR, office VARCHAR, row_count BIGINT);"); err != nil {
		return err
	}
	if err := insert(ctx, c, "snapshot", [][]any{{id, m.Content}}); err != nil {
		return err
	}
	var rows [][]any
	for _, s := range m.Submissions {
		rows = append(rows, []any{s.Number, s.At.Format("2006-01-02T15:04:05Z07:00"), s.By, s.Rows})
	}
	if err := insert(ctx, c, "submission", rows); err != nil {
		return err
	}
	return exec(ctx, c, "CHECKPOINT")
}

// records pairs each dataset with its record type, for its columns.
func records() map[string]any {
	out := map[string]any{lake.Sources: data.Source{}, lake.Problems: data.Problem{}}
	for _, r := range data.Datasets() {
		out[r.Dataset()] = r
	}
	return out
}

// openRaw gives every dataset a view raw_NAME over its files: the files of the
// manifest, never a pattern. Columns that a file of an older version lacks are
// NULL, and a dataset without files is an empty table.
func openRaw(ctx context.Context, c *sql.Conn, root string, m *lake.Manifest) error {
	for dataset, record := range records() {
		columns := columnTypes(reflect.TypeOf(record))
		if err := exec(ctx, c, fmt.Sprintf("CREATE TEMP TABLE empty_%s (%s)", dataset, strings.Join(columns, ", "))); err != nil {
			return fmt.Errorf("dataset %s: %w", dataset, err)
		}
		var names []string
		for _, col := range columns {
			name, _, _ := strings.Cut(col, " ")
			names = append(names, name)
		}
		rows := "SELECT * FROM empty_" + dataset
		if paths := m.Paths(dataset); len(paths) > 0 {
			for i, p := range paths {
				paths[i] = quoteSQL(filepath.Join(root, filepath.FromSlash(p)))
			}
			rows += " UNION ALL BY NAME SELECT * FROM read_parquet([" + strings.Join(paths, ", ") + "], hive_partitioning = false, union_by_name = true)"
		}
		view := fmt.Sprintf("CREATE TEMP VIEW raw_%s AS SELECT %s FROM (%s)", dataset, strings.Join(names, ", "), rows)
		if err := exec(ctx, c, view); err != nil {
			return fmt.Errorf("dataset %s: %w", dataset, err)
		}
	}
	return nil
}

// columnTypes lists "name TYPE" for a record's columns, read off the same tags
// the lake writes by.
func columnTypes(t reflect.Type) []string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var out []string
	for f := range fields(t) {
		out = append(out, `"`+f.name+`" `+f.sqlType())
	}
	return out
}

type column struct {
	name, tag string
	typ       reflect.Type
}

func fields(t reflect.Type) func(func(column) bool) {
	return func(yield func(column) bool) {
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Anonymous {
				for c := range fields(f.Type) {
					if !yield(c) {
						return
					}
				}
				continue
			}
			name, tag, _ := strings.Cut(f.Tag.Get("parquet"), ",")
			if !yield(column{name, tag, f.Type}) {
				return
			}
		}
	}
}

func (c column) sqlType() string {
	t := c.typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case strings.Contains(c.tag, "decimal(12:18)"):
		return "DECIMAL(18,12)"
	case strings.Contains(c.tag, "decimal(6:18)"):
		return "DECIMAL(18,6)"
	case strings.Contains(c.tag, "date"):
		return "DATE"
	}
	switch t.Kind() {
	case reflect.Int32:
		return "INTEGER"
	case reflect.Int64:
		return "BIGINT"
	case reflect.Bool:
		return "BOOLEAN"
	}
	return "VARCHAR"
}

// runViews creates the views in the order of their files. With store, those
// listed in stored become tables.
func runViews(ctx context.Context, c *sql.Conn, store bool) error {
	names, err := fs.Glob(viewFiles, "view/*.sql")
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, name := range names {
		if !store && name == "view/00_current.sql" {
			continue // tests bring their own current rows
		}
		b, err := viewFiles.ReadFile(name)
		if err != nil {
			return err
		}
		for _, stmt := range statements(string(b)) {
			if store {
				stmt = materialize(stmt)
			}
			if err := exec(ctx, c, stmt); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// statements splits a file at the semicolons that end a line.
func statements(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ";\n") {
		if strings.Contains(part, "CREATE") {
			out = append(out, strings.TrimSuffix(strings.TrimSpace(part), ";"))
		}
	}
	return out
}

// materialize turns a view that is stored into a table in its order.
func materialize(stmt string) string {
	at := strings.Index(stmt, "CREATE VIEW ")
	if at < 0 {
		return stmt
	}
	head, body, ok := strings.Cut(stmt[at:], " AS\n")
	name := strings.TrimPrefix(head, "CREATE VIEW ")
	order, keep := stored[name]
	if !ok || !keep {
		return stmt
	}
	return fmt.Sprintf("CREATE TABLE %s AS SELECT * FROM (\n%s\n) ORDER BY %s", name, body, order)
}

func exec(ctx context.Context, c *sql.Conn, q string) error {
	_, err := c.ExecContext(ctx, q)
	return err
}

func quoteSQL(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
