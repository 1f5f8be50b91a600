package analytics

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/duckdb/duckdb-go/v2"

	"tolok/data/lake"
	"tolok/data/rule"
)

// DB answers questions about one snapshot. It is safe for concurrent use.
type DB struct {
	sql      *sql.DB
	snapshot string
	choices  Choices
	cycles   []cycleLayer // oldest first
	// simulated: the lake holds agencies of the demonstration programme, whose
	// ids begin with SIM-. Every answer says so.
	simulated bool

	queries sync.Map // name -> *prepared
}

// Errors that a reader can mend, wrapped with what was asked.
var (
	ErrNotFound   = errors.New("not found")
	ErrBadRequest = errors.New("bad request")
	// ErrBuilding: the snapshot is being prepared; ask again in a moment.
	ErrBuilding = errors.New("the snapshot is being prepared")
)

// Open opens the snapshot whose id begins with name ("" is the newest),
// building its serving file if there is none yet.
func Open(ctx context.Context, l *lake.Lake, name string) (*DB, error) {
	m, err := l.Find(name, rule.Fingerprint())
	if err != nil {
		return nil, err
	}
	return openState(ctx, l, m)
}

// openState opens a state of the lake. A serving file that cannot be opened
// (a disk that was full, a machine that lost power) is only a copy: it is made
// again, once.
func openState(ctx context.Context, l *lake.Lake, m *lake.Manifest) (*DB, error) {
	path, err := Build(ctx, l, m)
	if err != nil {
		return nil, err
	}
	db, err := openFile(ctx, path)
	if err == nil || ctx.Err() != nil {
		return db, err
	}
	if err := os.Remove(path); err != nil {
		return nil, fmt.Errorf("the serving file is damaged and cannot be removed: %w", err)
	}
	if path, err = Build(ctx, l, m); err != nil {
		return nil, err
	}
	return openFile(ctx, path)
}

// openFile opens a serving file so that SQL can do nothing but read it: no
// other file, no network, no settings.
func openFile(ctx context.Context, path string) (*DB, error) {
	dsn := filepath.ToSlash(path) + "?access_mode=READ_ONLY&threads=1&enable_external_access=false" +
		"&autoinstall_known_extensions=false&autoload_known_extensions=false&lock_configuration=true"
	connector, err := duckdb.NewConnector(dsn, nil)
	if err != nil {
		return nil, fmt.Errorf("serving file: %w", err)
	}
	db := &DB{sql: sql.OpenDB(connector)}
	// Each query runs on one thread (sums in a fixed order, no contention);
	// parallelism comes from answering several at once.
	n := 2 * runtime.NumCPU()
	db.sql.SetMaxOpenConns(n)
	db.sql.SetMaxIdleConns(n)
	if err := db.start(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (db *DB) start(ctx context.Context) error {
	const about = "SELECT id, EXISTS (SELECT 1 FROM agency WHERE starts_with(agency_id, 'SIM-')) FROM snapshot"
	if err := db.sql.QueryRowContext(ctx, about).Scan(&db.snapshot, &db.simulated); err != nil {
		return fmt.Errorf("serving file: %w", err)
	}
	var err error
	if db.cycles, err = collect[cycleLayer](ctx, db, "cycle_layers", nil); err != nil {
		return err
	}
	db.choices, err = db.readChoices(ctx)
	return err
}

// Snapshot is the id that every answer of this DB carries.
func (db *DB) Snapshot() string { return db.snapshot }

// Close releases the serving file.
func (db *DB) Close() error { return db.sql.Close() }
