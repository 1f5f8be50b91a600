package analytics

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// Trace notes which queries were run for a question, so that what they cost can
// be told from what is made of them.
type Trace struct {
	mu    sync.Mutex
	asked []asked
}

type asked struct {
	name string
	stmt *sql.Stmt
	args []any
}

type traceKey struct{}

// Traced gives a context whose queries are noted.
func Traced(ctx context.Context) (context.Context, *Trace) {
	t := &Trace{}
	return context.WithValue(ctx, traceKey{}, t), t
}

// note is told of every query that is run.
func note(ctx context.Context, name string, stmt *sql.Stmt, args []any) {
	if t, ok := ctx.Value(traceKey{}).(*Trace); ok {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.asked = append(t.asked, asked{name, stmt, args})
	}
}

// Replay runs the queries again, with the same parameters, and reads their rows
// without making anything of them; each is told of when it is done.
func (t *Trace) Replay(ctx context.Context, done func(query string)) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, a := range t.asked {
		if err := drain(ctx, a.stmt, a.args); err != nil {
			return fmt.Errorf("query %s: %w", a.name, err)
		}
		done(a.name)
	}
	return nil
}

func drain(ctx context.Context, stmt *sql.Stmt, args []any) error {
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}
