package inbox

import (
	"cmp"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Limits of an inbox. Zero fields are the defaults.
type Limits struct {
	File    int64 // bytes of one file
	Total   int64 // bytes of one submission
	Files   int   // files of one submission
	Free    int64 // bytes that the disk keeps free
	Open    int   // submissions of one agency that are in no final state
	Waiting int   // tasks that wait, of all agencies
}

// DefaultLimits let an agency's answers of ten years through in one go.
var DefaultLimits = Limits{File: 2 << 30, Total: 4 << 30, Files: 500, Free: 1 << 30, Open: 50, Waiting: 200}

// Inbox is an open inbox. It is safe for concurrent use by one process; a
// second one is refused.
type Inbox struct {
	dir    string
	limits Limits
	now    func() time.Time
	lock   *os.File
	wake   chan struct{}                   // a task was put
	before func(op, path string) error     // see step
	space  func(dir string) (int64, error) // see free

	mu  sync.Mutex
	all map[string]*Submission // never changed in place
}

// Open opens the inbox in a folder, which is made if it is not there, and
// removes what a crash left half done. now may be nil.
func Open(dir string, limits Limits, now func() time.Time) (*Inbox, error) {
	if now == nil {
		now = time.Now
	}
	in := &Inbox{dir: dir, limits: limits.or(DefaultLimits), now: now, wake: make(chan struct{}, 1), space: free, all: map[string]*Submission{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the inbox cannot be made: %w", err)
	}
	var err error
	if in.lock, err = os.OpenFile(filepath.Join(dir, ".lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, fmt.Errorf("the inbox cannot be opened: %w", err)
	}
	if err := syscall.Flock(int(in.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("inbox %s is in use by another process; stop it first: %w", dir, err), in.lock.Close())
	}
	if err := in.load(); err != nil {
		return nil, errors.Join(err, in.lock.Close())
	}
	return in, nil
}

func (l Limits) or(d Limits) Limits {
	return Limits{
		File: cmp.Or(l.File, d.File), Total: cmp.Or(l.Total, d.Total), Files: cmp.Or(l.Files, d.Files),
		Free: cmp.Or(l.Free, d.Free), Open: cmp.Or(l.Open, d.Open), Waiting: cmp.Or(l.Waiting, d.Waiting),
	}
}

// Close lets another process open the inbox.
func (in *Inbox) Close() error { return in.lock.Close() }

// Limits are what an upload may be.
func (in *Inbox) Limits() Limits { return in.limits }

const stateName, reportName, filesName, newPrefix, fetchedName = "state.json", "report.json", "files", ".new-", ".fetched"

// load reads every state.
func (in *Inbox) load() error {
	entries, err := os.ReadDir(in.dir)
	if err != nil {
		return fmt.Errorf("the inbox cannot be read: %w", err)
	}
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), newPrefix):
			if err := in.remove(filepath.Join(in.dir, e.Name())); err != nil {
				return fmt.Errorf("the inbox: an upload that was cut off cannot be removed: %w", err)
			}
		case e.IsDir() && IsID(e.Name()):
			s := &Submission{}
			if err := readJSON(filepath.Join(in.dir, e.Name(), stateName), s); err != nil {
				return fmt.Errorf("the inbox: %w; restore it from a backup, or move the folder away", err)
			}
			if s.ID != e.Name() || len(s.Steps) == 0 {
				return fmt.Errorf("the inbox: %s is not the state of this folder; restore it from a backup, or move the folder away", filepath.Join(e.Name(), stateName))
			}
			in.all[s.ID] = s
		}
	}
	return nil
}

var (
	encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	idForm   = regexp.MustCompile(`^[a-z2-7]{26}$`)
)

// IDPattern is what every id looks like, as a regular expression.
const IDPattern = `[a-z2-7]{26}`

// IsID reports whether a text has the form of an id.
func IsID(s string) bool { return idForm.MatchString(s) }

func newID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return encoding.EncodeToString(b)
}

// Get gives a submission; the caller may keep it.
func (in *Inbox) Get(id string) (*Submission, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := in.all[id]
	if s == nil {
		return nil, ErrNotFound
	}
	return s.clone(), nil
}

// List gives the submissions that are wanted, newest first, from the one at
// offset on and at most n, and how many there are in all.
func (in *Inbox) List(wanted func(*Submission) bool, offset, n int) (page []*Submission, found int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	var list []*Submission
	for _, s := range in.all {
		if wanted(s) {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *Submission) int {
		return cmp.Or(b.Begun().Compare(a.Begun()), strings.Compare(a.ID, b.ID))
	})
	for _, s := range list[min(max(offset, 0), len(list)):min(max(offset, 0)+max(n, 0), len(list))] {
		page = append(page, s.clone())
	}
	return page, len(list)
}

// Report reads what the check found; [fs.ErrNotExist] if there is none.
func (in *Inbox) Report(id string) (*Report, error) {
	if !IsID(id) {
		return nil, fs.ErrNotExist
	}
	r := &Report{}
	return r, readJSON(filepath.Join(in.dir, id, reportName), r)
}

// Dir is the folder with the files of a submission. Every file of it was
// checked to be a plain one.
func (in *Inbox) Dir(id string) (string, error) {
	s, err := in.Get(id)
	if err != nil {
		return "", err
	}
	if s.Emptied {
		return "", fs.ErrNotExist
	}
	dir := filepath.Join(in.dir, id, filesName)
	for _, f := range s.Files {
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(f.Name)))
		if err != nil {
			return "", err
		}
		if !info.Mode().IsRegular() || info.Size() != f.Size {
			return "", fmt.Errorf("%s of submission %s was changed on the disk", f.Name, id)
		}
	}
	return dir, nil
}

// change puts a submission into a new state on the disk and then in memory.
func (in *Inbox) change(id string, f func(*Submission) error) (*Submission, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	old := in.all[id]
	if old == nil {
		return nil, ErrNotFound
	}
	s := old.clone()
	if err := f(s); err != nil {
		return nil, err
	}
	if err := in.writeJSON(filepath.Join(in.dir, id, stateName), s); err != nil {
		// The new state may be in place where only its flush failed: what is
		// read at the next start is what counts now, too.
		if on := (&Submission{}); readJSON(filepath.Join(in.dir, id, stateName), on) == nil && on.ID == id {
			in.all[id] = on
		}
		return nil, fmt.Errorf("the inbox cannot be written: %w", err)
	}
	in.all[id] = s
	if s.Task != "" {
		in.ring()
	}
	return s.clone(), nil
}

// ring tells the worker that there is something to do.
func (in *Inbox) ring() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

func (in *Inbox) reach(s *Submission, state State, by Who, reason string) {
	s.State = state
	s.Steps = append(s.Steps, Step{state, in.now().UTC().Truncate(time.Millisecond), by, reason})
}

// room says whether an agency may open another submission. The caller holds mu.
func (in *Inbox) room(agency string) error {
	open, waiting := 0, 0
	for _, s := range in.all {
		if s.Agency == agency && !s.State.Final() {
			open++
		}
		if s.Task != "" {
			waiting++
		}
	}
	if open >= in.limits.Open || waiting >= in.limits.Waiting {
		return ErrBusy
	}
	return nil
}
