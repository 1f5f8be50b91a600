package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Spool is the folder that one fetch of a portal fills, over several runs if it
// was cut off.
//
//	ROOT/<hash of the address>/<begun>/.complete      once all of it is in the lake
//	                                  /<host>/submission.json
//	                                  /<host>/pengusulan/unit-wbk.json
//	                                  /<host>/lke/jawaban-unit/<unit>.json
type Spool struct {
	Folder  string    `json:"-"` // for [Run]
	Begun   time.Time `json:"begun"`
	Units   int       `json:"units"`
	Fetched int       `json:"fetched"`
	Kept    int       `json:"kept"`     // from the run before
	Refused int       `json:"refused"`  // by the portal, for good
	GivenUp int       `json:"given_up"` // did not come; the next run asks again

	lock *os.File
}

const (
	begunLayout  = "20060102T150405Z"
	completeName = ".complete"
	partPattern  = ".part-*"

	worksheetFolder = "lke/jawaban-unit"
)

// openSpool goes on with the newest fetch from this address, or begins one if
// that is complete.
func openSpool(root string, base *url.URL, anew bool) (*Spool, error) {
	sum := sha256.Sum256([]byte(strings.TrimRight(base.String(), "/")))
	dir := filepath.Join(root, hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the spool cannot be written: %w", err)
	}
	lock, err := lockSpool(filepath.Join(dir, ".lock"))
	if err != nil {
		return nil, err
	}
	s := &Spool{lock: lock}
	if err := s.choose(dir, base, anew); err != nil {
		return nil, errors.Join(fmt.Errorf("the spool cannot be used: %w", err), lock.Close())
	}
	return s, nil
}

func lockSpool(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the spool's lock cannot be opened: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another run is fetching into this spool; try again when it has finished: %w", err), f.Close())
	}
	return f, nil
}

func (s *Spool) choose(dir string, base *url.URL, anew bool) error {
	newest, err := newestSpool(dir)
	if err != nil {
		return err
	}
	host := strings.ReplaceAll(base.Host, ":", "_")
	if s.Begun = newest; !anew && !newest.IsZero() {
		s.Folder = filepath.Join(dir, newest.Format(begunLayout), host)
		_, err := os.Stat(filepath.Join(filepath.Dir(s.Folder), completeName))
		if errors.Is(err, fs.ErrNotExist) {
			return s.prepare(base)
		}
	}
	// Later than the newest even when that was begun within this second.
	s.Begun = time.Now().UTC().Truncate(time.Second)
	if !s.Begun.After(newest) {
		s.Begun = newest.Add(time.Second)
	}
	s.Folder = filepath.Join(dir, s.Begun.Format(begunLayout), host)
	return s.prepare(base)
}

func newestSpool(dir string) (time.Time, error) {
	entries, err := os.ReadDir(dir)
	var newest time.Time
	for _, e := range entries {
		if t, err := time.Parse(begunLayout, e.Name()); err == nil && t.After(newest) {
			newest = t
		}
	}
	return newest, err
}

// prepare makes the folders, and clears what a run that was killed left half
// written.
func (s *Spool) prepare(base *url.URL) error {
	for _, sub := range []string{"", "pengusulan", worksheetFolder} {
		dir := filepath.Join(s.Folder, filepath.FromSlash(sub))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		parts, err := filepath.Glob(filepath.Join(dir, partPattern))
		for _, p := range parts {
			err = errors.Join(err, os.Remove(p))
		}
		if err != nil {
			return err
		}
	}
	raw, err := json.Marshal(map[string]string{
		"publisher": "PortalRB " + base.Host, "note": base.String(), "sent_at": s.Begun.Format(time.DateOnly),
	})
	if err != nil {
		return err
	}
	return s.write(submissionName, raw)
}

// worksheetName is where a unit's worksheet lies. An id that would make a
// hidden file, or the folder's description, is escaped further.
func worksheetName(id string) string {
	name := url.PathEscape(id)
	if slices.Contains([]string{".", "~"}, name[:1]) || name+".json" == submissionName {
		name = fmt.Sprintf("%%%02X%s", name[0], name[1:])
	}
	return path.Join(worksheetFolder, name+".json")
}

// read is an answer that need not be asked for again: whole, and not one that
// the portal was too busy to give.
func (s *Spool) read(name string) ([]byte, bool) {
	raw, err := os.ReadFile(s.path(name))
	if err != nil || !json.Valid(withoutBOM(raw)) {
		return nil, false
	}
	var m struct{ Error, Temporary bool }
	if json.Unmarshal(withoutBOM(raw), &m) == nil && m.Error && m.Temporary {
		return nil, false
	}
	return raw, true
}

// write puts a file in place whole or not at all. It is not synced: one that a
// power cut damages is not whole, and is fetched again.
func (s *Spool) write(name string, raw []byte) error {
	to := s.path(name)
	f, err := os.CreateTemp(filepath.Dir(to), partPattern)
	if err != nil {
		return fmt.Errorf("the spool cannot be written: %w", err)
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("the spool cannot be written: %w", err), os.Remove(f.Name()))
	}
	return nil
}

func (s *Spool) path(name string) string { return filepath.Join(s.Folder, filepath.FromSlash(name)) }

// remove drops a fetch that has nothing to go on with.
func (s *Spool) remove() error { return os.RemoveAll(filepath.Dir(s.Folder)) }

// Complete says that the lake holds all of this fetch: the next run begins
// anew. It does nothing while units are missing.
func (s *Spool) Complete() error {
	if s.GivenUp > 0 {
		return nil
	}
	err := os.WriteFile(filepath.Join(filepath.Dir(s.Folder), completeName), nil, 0o600)
	if err != nil {
		return fmt.Errorf("the fetch cannot be marked as complete, the next run would go on with it: %w", err)
	}
	return nil
}

func withoutBOM(raw []byte) []byte { return bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF")) }
