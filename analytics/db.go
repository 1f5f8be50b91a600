package analytics

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"

	"github.com/duckdb/duckdb-go/v2"

	"tolok/analytics/forecast"
	"tolok/data/lake"
	"tolok/data/rule"
)

// DB answers questions about one snapshot, held to a scope: that of the public
// until [DB.As] says otherwise. It is safe for concurrent use.
type DB struct {
	*serving
	scope Scope
	sight atomic.Pointer[sight] // nil until the first question
}

// serving is a serving file, shared by all who ask.
type serving struct {
	sql      *sql.DB
	file     string // where it is
	snapshot string
	tables   []string // and views
	// simulated: the lake holds agencies of the demonstration programme, whose
	// ids begin with SIM-. Every answer says so.
	simulated bool

	queries *recent[*prepared]  // by name and variant of the scope
	sights  *recent[*sight]     // by key of the scope
	counted *recent[*groups]    // by key of the scope and filter
	ranked  *recent[*ranks]     // by key of the scope and filter
	precise *recent[precisions] // by key of the scope

	cards     *recent[*ReportCard]          // by key of the scope and filter
	mentors   *recent[*later[*Mentors]]     // by key of the scope and question
	gaps      *recent[*later[*Credibility]] // by key of the scope and question
	funnels   *recent[*later[*FunnelPlot]]  // by key of the scope and question
	foresight foresight
	context   *surroundings // of all units
}

// sight is what a scope may choose from.
type sight struct {
	choices Choices
	cycles  []cycleLayer // oldest first
}

// How many prepared queries and sights are kept. A variant of the rules takes
// as many queries as there are; a sight is some hundred bytes, the groups of a list of
// agencies some ten thousand.
const (
	keepQueries = 400
	keepSights  = 500
	keepGroups  = 200
	keepCards   = 100
	keepRanks   = 200 // of some hundred classes each
	keepAnswers = 50  // of each question, some thousand rows each
)

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
	db := &DB{serving: &serving{
		sql: sql.OpenDB(connector), file: path, queries: newRecent[*prepared](keepQueries), sights: newRecent[*sight](keepSights), counted: newRecent[*groups](keepGroups),
		ranked: newRecent[*ranks](keepRanks), precise: newRecent[precisions](keepSights), cards: newRecent[*ReportCard](keepCards), context: newSurroundings(),
		mentors: newRecent[*later[*Mentors]](keepAnswers), gaps: newRecent[*later[*Credibility]](keepAnswers), funnels: newRecent[*later[*FunnelPlot]](keepAnswers),
	}}
	db.foresight.models = map[int]*later[*forecast.Model]{}
	db.foresight.blind = map[int]*later[map[inCycleFor]forecast.Forecast]{}
	db.foresight.context, db.foresight.stop = context.WithCancel(context.Background())
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
	const names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
	rows, err := db.sql.QueryContext(ctx, names)
	if err != nil {
		return fmt.Errorf("serving file: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return fmt.Errorf("serving file: %w", err)
		}
		db.tables = append(db.tables, name)
	}
	return rows.Err()
}

// look finds what the scope may choose from.
func (db *DB) look(ctx context.Context) error {
	if db.sight.Load() != nil {
		return nil
	}
	key := db.scope.Key()
	if s, ok := db.sights.get(key); ok {
		db.sight.Store(s)
		return nil
	}
	s := &sight{}
	var err error
	if s.cycles, err = collect[cycleLayer](ctx, db, "cycle_layers", nil); err != nil {
		return err
	}
	if s.choices, err = db.readChoices(ctx); err != nil {
		return err
	}
	db.sights.put(key, s)
	db.sight.Store(s)
	return nil
}

// Snapshot is the id that every answer of this DB carries.
func (db *DB) Snapshot() string { return db.snapshot }

// Close releases the serving file.
func (db *DB) Close() error {
	db.foresight.stop()
	return db.sql.Close()
}
