package analytics

import (
	"encoding/gob"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"tolok/data"
)

// beside is where the forecasts of a serving file are kept until they stand in
// the lake, so that a restart does not make them again. It is a copy, as the
// serving file is: one that cannot be read or written is made again.
func beside(file string) string { return strings.TrimSuffix(file, ".duckdb") + ".forecasts" }

func (db *DB) readBeside() []data.Forecast {
	f, err := os.Open(beside(db.file))
	if err != nil {
		return nil
	}
	defer f.Close()
	var out []data.Forecast
	if gob.NewDecoder(f).Decode(&out) != nil {
		return nil
	}
	return out
}

func (db *DB) writeBeside(rows []data.Forecast) {
	path := beside(db.file)
	f, err := os.CreateTemp(filepath.Dir(path), "forecasts-*.tmp")
	if err != nil {
		return
	}
	if errors.Join(gob.NewEncoder(f).Encode(rows), f.Sync(), f.Close()) != nil || os.Rename(f.Name(), path) != nil {
		_ = os.Remove(f.Name())
	}
}
