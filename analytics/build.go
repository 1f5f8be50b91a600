package analytics

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"tolok/data/lake"
	"tolok/data/rule"
)

// Build writes the serving file of a state of the lake and returns its path.
// A file that is there already is used as it is. Where the file of another
// state holds most of the rows, the new one is made of a copy of it, and only
// what differs is computed.
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
	file := filepath.Join(tmp, catalog+".duckdb")
	if err := fill(ctx, l, m, file, nearest(ctx, dir, m)); err != nil {
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
			_ = os.Remove(beside(filepath.Join(dir, f.Name())))
		}
	}
}

// fill writes a serving file, from a copy of base where there is one. A copy is
// never worth an error: when it does not serve, the file is made from nothing.
func fill(ctx context.Context, l *lake.Lake, m *lake.Manifest, file string, base *origin) error {
	if base != nil {
		err := copyFile(base.file, file)
		if err == nil {
			err = makeFile(ctx, l, m, file, base)
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		if err := errors.Join(removeFile(file), removeFile(file+".wal")); err != nil {
			return err
		}
	}
	return makeFile(ctx, l, m, file, nil)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func removeFile(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// catalog is the name by which SQL knows the file that is being built.
const catalog = "serving"

// What a build may take. It works through one cycle at a time and sorts on disk
// what does not fit, so that a bigger nation takes longer, not more memory.
const (
	buildMemory  = "512MiB"
	buildThreads = 4
)

// makeFile opens the file and has the builder make of it the serving file of m.
func makeFile(ctx context.Context, l *lake.Lake, m *lake.Manifest, file string, base *origin) error {
	spill, err := filepath.Abs(filepath.Join(filepath.Dir(file), "spill"))
	if err != nil {
		return err
	}
	settings := fmt.Sprintf("SET temp_directory = %s; SET memory_limit = '%s'; SET threads = %d; SET wal_autocheckpoint = '1TB';",
		quoteSQL(spill), buildMemory, min(buildThreads, runtime.NumCPU()))
	return overLake(ctx, l, file, settings, func(db *sql.DB, _ *sql.Conn, root string) error {
		return (&builder{db: db, root: root, manifest: m, base: base}).build(ctx)
	})
}

// overLake opens a database file ("" is one in memory) that can read the lake
// below root and nothing else, and closes it after use.
func overLake(ctx context.Context, l *lake.Lake, file, settings string, use func(db *sql.DB, c *sql.Conn, root string) error) (err error) {
	root, err := filepath.Abs(l.Dir())
	if err != nil {
		return err
	}
	connector, err := duckdb.NewConnector(filepath.ToSlash(file)+"?autoinstall_known_extensions=false&autoload_known_extensions=false", nil)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	db.SetMaxIdleConns(0) // what a connection made for itself ends with it
	defer func() { err = errors.Join(err, db.Close()) }()
	// DuckDB ends when its last connection does: this one holds it open.
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	lock := fmt.Sprintf("SET allowed_directories = [%s]; SET enable_external_access = false; SET lock_configuration = true;", quoteSQL(root))
	if err := exec(ctx, c, settings+" "+lock); err != nil {
		return err
	}
	return use(db, c, root)
}
