package analytics

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"tolok/data"
)

//go:embed query/*.sql
var queryFiles embed.FS

// query reads query/NAME.sql. A missing file is a fault of the program.
func query(name string) string {
	b, err := queryFiles.ReadFile("query/" + name + ".sql")
	if err != nil {
		panic("analytics: " + err.Error())
	}
	return string(b)
}

var paramPattern = regexp.MustCompile(`\$([a-z_]+)`)

// prepared is a query that is planned once a connection, not once a request.
type prepared struct {
	stmt   *sql.Stmt
	params []string // the $names it uses
}

// prepare is the one way from a query's name to its rows, and holds every query
// to the scope.
func (db *DB) prepare(ctx context.Context, name string) (*prepared, error) {
	key := name + " " + db.scope.variant()
	if q, ok := db.queries.get(key); ok {
		return q, nil
	}
	text, err := db.scope.held(query(name), db.tables)
	if err != nil {
		return nil, err
	}
	stmt, err := db.sql.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	q := &prepared{stmt: stmt}
	for _, m := range paramPattern.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(q.params, m[1]) {
			q.params = append(q.params, m[1])
		}
	}
	// One that is put aside may be in use: it ends when no request can hold it.
	for _, old := range db.queries.put(key, q) {
		time.AfterFunc(closeAfter, func() { _ = old.stmt.Close() })
	}
	return q, nil
}

// collect runs query/NAME.sql and turns its rows into structs, column by
// column: a column goes to the field whose `col` tag (or json tag) has its
// name. Any column without a field, or field without a column, is an error:
// SQL and Go must not drift apart. params are the query's $names; names the
// query does not use are left out.
func collect[T any](ctx context.Context, db *DB, name string, params map[string]any) ([]T, error) {
	q, err := db.prepare(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", name, err)
	}
	var args []any
	for _, p := range q.params {
		v, ok := params[p]
		if p == "scope_own" {
			v, ok = db.scope.own(), true
		}
		if !ok {
			return nil, fmt.Errorf("query %s: no value for $%s", name, p)
		}
		args = append(args, sql.Named(p, v))
	}
	note(ctx, name, q.stmt, args)
	rows, err := q.stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", name, err)
	}
	defer rows.Close()
	out, err := scanAll[T](rows)
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", name, err)
	}
	return out, nil
}

func scanAll[T any](rows *sql.Rows) ([]T, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	plan, err := planFor(reflect.TypeFor[T](), names)
	if err != nil {
		return nil, err
	}
	out := []T{}
	cells := make([]any, len(names))
	ptrs := make([]any, len(names))
	for i := range cells {
		ptrs[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return nil, err
		}
		var t T
		v := reflect.ValueOf(&t).Elem()
		for i, path := range plan {
			if err := assign(v.FieldByIndex(path), cells[i]); err != nil {
				return nil, fmt.Errorf("column %s: %w", names[i], err)
			}
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

var plans sync.Map // planKey -> [][]int

type planKey struct {
	t       reflect.Type
	columns string
}

func planFor(t reflect.Type, columns []string) ([][]int, error) {
	k := planKey{t, strings.Join(columns, ",")}
	if p, ok := plans.Load(k); ok {
		return p.([][]int), nil
	}
	byName := map[string][]int{}
	collectFields(t, nil, byName)
	plan := make([][]int, len(columns))
	for i, c := range columns {
		path, ok := byName[c]
		if !ok {
			return nil, fmt.Errorf("column %s has no field in %s", c, t)
		}
		plan[i] = path
		delete(byName, c)
	}
	for name := range byName {
		return nil, fmt.Errorf("field %s of %s has no column", name, t)
	}
	plans.Store(k, plan)
	return plan, nil
}

// collectFields names the fields that come from SQL: those tagged `col`, and
// where none is tagged `col:"-"`, those with a json tag, or a parquet tag.
func collectFields(t reflect.Type, path []int, byName map[string][]int) {
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(append([]int{}, path...), i)
		if f.Anonymous {
			collectFields(f.Type, at, byName)
			continue
		}
		name, ok := f.Tag.Lookup("col")
		if !ok {
			name, _, _ = strings.Cut(cmp.Or(f.Tag.Get("json"), f.Tag.Get("parquet")), ",")
		}
		if name != "-" && name != "" {
			byName[name] = at
		}
	}
}

// assign puts one SQL value into a field, without ever turning NULL into a
// zero that could be mistaken for a measurement: only strings accept NULL.
func assign(f reflect.Value, v any) error {
	if v == nil {
		if f.Kind() == reflect.Pointer || f.Kind() == reflect.String {
			f.SetZero()
			return nil
		}
		return fmt.Errorf("NULL for a %s", f.Type())
	}
	if f.Kind() == reflect.Pointer {
		p := reflect.New(f.Type().Elem())
		if err := assign(p.Elem(), v); err != nil {
			return err
		}
		f.Set(p)
		return nil
	}
	switch f.Interface().(type) {
	case data.Score:
		return setFixed(f, v, 12)
	case data.Amount:
		return setFixed(f, v, 6)
	case data.Date:
		t, ok := v.(time.Time)
		if !ok {
			return fmt.Errorf("%T for a date", v)
		}
		f.SetInt(t.Unix() / 86400)
		return nil
	}
	return setPlain(f, v)
}

func setPlain(f reflect.Value, v any) error {
	switch f.Kind() {
	case reflect.String:
		s, ok := v.(string)
		if !ok {
			return fmt.Errorf("%T for text", v)
		}
		f.SetString(s)
	case reflect.Bool:
		b, ok := v.(bool)
		if !ok {
			return fmt.Errorf("%T for a flag", v)
		}
		f.SetBool(b)
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, ok := wholeNumber(v)
		if !ok {
			return fmt.Errorf("%T for a whole number", v)
		}
		f.SetInt(n)
	case reflect.Float64:
		switch x := v.(type) {
		case float64:
			f.SetFloat(x)
		case duckdb.Decimal:
			f.SetFloat(x.Float64())
		default:
			n, ok := wholeNumber(v)
			if !ok {
				return fmt.Errorf("%T for a number", v)
			}
			f.SetFloat(float64(n))
		}
	default:
		return fmt.Errorf("%T for a %s", v, f.Type())
	}
	return nil
}

func wholeNumber(v any) (int64, bool) {
	switch x := v.(type) {
	case int64:
		return x, true
	case int32:
		return int64(x), true
	case int16:
		return int64(x), true
	case int8:
		return int64(x), true
	case uint64:
		return int64(x), x < 1<<63
	case uint32:
		return int64(x), true
	case *big.Int:
		return x.Int64(), x.IsInt64()
	}
	return 0, false
}

// setFixed takes a DECIMAL over as it is, at the field's own scale.
func setFixed(f reflect.Value, v any, scale int) error {
	d, ok := v.(duckdb.Decimal)
	if !ok {
		return fmt.Errorf("%T for a fixed-point number", v)
	}
	n := new(big.Int).Set(d.Value)
	ten := big.NewInt(10)
	for s := int(d.Scale); s < scale; s++ {
		n.Mul(n, ten)
	}
	for s := int(d.Scale); s > scale; s-- {
		var r big.Int
		n.QuoRem(n, ten, &r)
		if r.Sign() != 0 {
			return fmt.Errorf("a DECIMAL with %d decimals does not fit %d", d.Scale, scale)
		}
	}
	if !n.IsInt64() {
		return fmt.Errorf("DECIMAL %s is out of range", d.String())
	}
	f.SetInt(n.Int64())
	return nil
}
