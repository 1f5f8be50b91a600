package analytics

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"tolok/data"
	"tolok/data/lake"
)

// records pairs each dataset with its record type, for its columns.
func records() map[string]any {
	out := map[string]any{lake.Sources: data.Source{}, lake.Problems: data.Problem{}, data.Forecasts: data.Forecast{}}
	for _, r := range data.Datasets() {
		out[r.Dataset()] = r
	}
	return out
}

// openRaw gives every dataset a view raw_NAME over those of the files that are
// its own; see openDataset.
func openRaw(ctx context.Context, c *sql.Conn, root string, files []lake.File) error {
	for dataset := range records() {
		if err := openDataset(ctx, c, root, dataset, files, ""); err != nil {
			return err
		}
	}
	return nil
}

// openDataset gives a dataset a view raw_NAME over its files: the files given,
// never a pattern. Columns that a file of an older version lacks are NULL, and a
// dataset without files is an empty table. The view is the connection's own.
// Where units is a query for unit ids, rows of other units are left out.
func openDataset(ctx context.Context, c *sql.Conn, root, dataset string, files []lake.File, units string) error {
	record := records()[dataset]
	var names, empty, paths []string
	for _, col := range columnTypes(reflect.TypeOf(record)) {
		name, typ, _ := strings.Cut(col, " ")
		names = append(names, name)
		empty = append(empty, "CAST(NULL AS "+typ+") AS "+name)
	}
	for _, f := range files {
		if f.Dataset == dataset {
			paths = append(paths, quoteSQL(filepath.Join(root, filepath.FromSlash(f.Path))))
		}
	}
	rows := "SELECT " + strings.Join(empty, ", ") + " WHERE false"
	if len(paths) > 0 {
		rows += " UNION ALL BY NAME SELECT * FROM read_parquet([" + strings.Join(paths, ", ") + "], hive_partitioning = false, union_by_name = true)"
	}
	q := fmt.Sprintf("CREATE OR REPLACE TEMP VIEW raw_%s AS SELECT %s FROM (%s)", dataset, strings.Join(names, ", "), rows)
	if units != "" && hasUnit(record) {
		q += " WHERE unit_id IN (" + units + ")"
	}
	if err := exec(ctx, c, q); err != nil {
		return fmt.Errorf("dataset %s: %w", dataset, err)
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

func exec(ctx context.Context, c *sql.Conn, q string) error {
	_, err := c.ExecContext(ctx, q)
	return err
}

func quoteSQL(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// hasUnit reports whether a dataset's rows are about a unit.
func hasUnit(record any) bool {
	return slices.ContainsFunc(columnTypes(reflect.TypeOf(record)), func(c string) bool { return strings.HasPrefix(c, `"unit_id" `) })
}
