package lake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tolok/data"
)

// Append is one submission being written. It is a [data.Sink]; nothing of it
// is in the lake before Commit.
type Append struct {
	lake    *Lake
	lock    *os.File
	staging string
	base    Manifest
	sub     Submission
	open    map[tableKey]*openFile
	last    tableKey // the table written to last; most records go there again
	lastTo  *openFile
	done    []File
	sources []data.Source // written last, when their bytes have been read

	fileRows int64 // see the constant of that name
}

type tableKey struct {
	dataset string
	cycle   int32
}

type openFile struct {
	f file
	h *counter
	w writer
}

// counter hashes and counts what is written, so that a file is read by nobody
// to learn its own name.
type counter struct {
	w    io.Writer
	n    int64
	hash interface{ Sum([]byte) []byte }
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// ErrLocked means that another process is writing to the lake.
var ErrLocked = errors.New("another process is writing to this lake")

// Begin starts a submission, taking the lake's lock. by names the office that
// submits, and may be empty.
func (l *Lake) Begin(by string) (*Append, error) {
	if err := l.make(); err != nil {
		return nil, fmt.Errorf("the lake's folder cannot be written: %w", mend(err))
	}
	lock, err := l.takeLock()
	if err != nil {
		return nil, mend(err)
	}
	a := &Append{lake: l, lock: lock, staging: filepath.Join(l.dir, "staging"), open: map[tableKey]*openFile{}, fileRows: fileRows}
	if err := a.start(by); err != nil {
		return nil, fmt.Errorf("the lake cannot be written: %w", mend(errors.Join(err, lock.Close())))
	}
	return a, nil
}

func (a *Append) start(by string) error {
	m, err := a.lake.Current()
	switch {
	case errors.Is(err, ErrEmpty):
		m = &Manifest{}
	case err != nil:
		return err
	}
	a.base = *m
	a.sub = Submission{Number: 1, By: by, First: m.LastSource + 1}
	if n := len(m.Submissions); n > 0 {
		a.sub.Number = m.Submissions[n-1].Number + 1
	}
	// We hold the lock: whatever else is in staging was left by a crash.
	if err := a.lake.remove(a.staging); err != nil {
		return err
	}
	return a.lake.mkdir(a.staging)
}

// Base is the state the submission is added to; its Content is empty for the
// first one.
func (a *Append) Base() *Manifest { return &a.base }

// Refer notes what the submission is called where it comes from, so that
// whoever lost the answer to Commit can find out what it was.
func (a *Append) Refer(ref string) { a.sub.Ref = ref }

// Source implements [data.Sink].
func (a *Append) Source(s data.Source) (int32, error) {
	a.sub.Sources = append(a.sub.Sources, TakenIn{Name: s.Name, SHA256: s.SHA256, Context: s.Context})
	s.Number = a.base.LastSource + int32(len(a.sub.Sources))
	s.Submitted = a.sub.Number
	a.sources = append(a.sources, s)
	return s.Number, nil
}

// Hashed implements [data.Sink].
func (a *Append) Hashed(source int32, sha256 string) error {
	i := int(source - a.sub.First)
	if i < 0 || i >= len(a.sources) {
		return fmt.Errorf("lake: no source %d was announced", source)
	}
	a.sources[i].SHA256, a.sub.Sources[i].SHA256 = sha256, sha256
	return nil
}

// Put implements [data.Sink].
func (a *Append) Put(r data.Record) error {
	a.sub.Rows++
	return a.write(tableKey{r.Dataset(), r.InCycle()}, r)
}

// Report implements [data.Sink].
func (a *Append) Report(p data.Problem) error {
	if i := int(p.Source - a.sub.First); i >= 0 && i < len(a.sub.Sources) && (p.Severity == data.Rejected || p.Severity == data.Failed) {
		a.sub.Sources[i].Rejected++
	}
	return a.write(tableKey{Problems, 0}, &p)
}

func (a *Append) write(k tableKey, record any) error {
	if err := a.add(k, record); err != nil {
		return fmt.Errorf("the lake cannot be written: %w", mend(err))
	}
	return nil
}

func (a *Append) add(k tableKey, record any) error {
	o := a.lastTo
	if o == nil || k != a.last {
		if o = a.open[k]; o == nil {
			var err error
			if o, err = a.create(k); err != nil {
				return err
			}
			a.open[k] = o
		}
		a.last, a.lastTo = k, o
	}
	if err := o.w.put(record); err != nil {
		return err
	}
	// At such places only, so that the same rows make the same files.
	if o.w.rows()%rowGroupRows != 0 {
		return nil
	}
	if err := o.w.settle(); err != nil {
		return err
	}
	if o.h.n > fileBytes || o.w.rows() >= a.fileRows {
		delete(a.open, k)
		a.lastTo = nil
		return a.finish(k, o)
	}
	return nil
}

func (a *Append) create(k tableKey) (*openFile, error) {
	table, ok := tables[k.dataset]
	if !ok {
		return nil, fmt.Errorf("lake: no table for dataset %q", k.dataset)
	}
	// Unique: a full file of the same key has left its name by then.
	f, err := a.lake.create(filepath.Join(a.staging, fmt.Sprintf("%s-%d.parquet", k.dataset, k.cycle)))
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	c := &counter{w: io.MultiWriter(f, hash), hash: hash}
	return &openFile{f: f, h: c, w: table.create(c)}, nil
}

// finish closes a file, flushes it to the disk and moves it to its name.
func (a *Append) finish(k tableKey, o *openFile) error {
	if err := errors.Join(o.w.close(), o.f.Sync(), o.f.Close()); err != nil {
		return err
	}
	sum := hex.EncodeToString(o.h.hash.Sum(nil))
	path := "data/" + k.dataset + "/"
	if k.cycle != 0 {
		path += fmt.Sprintf("cycle=%d/", k.cycle)
	}
	path += sum[:16] + ".parquet"
	if err := a.lake.publish(o.f.Name(), a.lake.Path(path)); err != nil {
		return err
	}
	a.done = append(a.done, File{Dataset: k.dataset, Cycle: k.cycle, Path: path, Rows: o.w.rows(), Bytes: o.h.n, SHA256: sum})
	return nil
}

// Commit publishes the submission and releases the lock. Without a single
// source it changes nothing and returns the state as it was (nil for a lake
// that is still empty). With an error the lake is where it was, unless it is
// ErrUnflushed.
func (a *Append) Commit(now time.Time) (*Manifest, error) {
	if len(a.sub.Sources) == 0 {
		a.Abort()
		if a.base.Content == "" {
			return nil, nil
		}
		return &a.base, nil
	}
	m, err := a.commit(now)
	a.Abort() // what is committed is no longer in staging
	if err != nil {
		return m, a.failed(err)
	}
	return m, nil
}

// ErrUnflushed means that the new state is in place and is what readers see,
// but that the disk did not confirm it.
var ErrUnflushed = errors.New("the new snapshot is in place, but the disk did not confirm it, so a power cut may bring back the old one; run tolok verify and look into the disk")

// failed says of an error where it leaves the lake.
func (a *Append) failed(err error) error {
	switch {
	case errors.Is(err, ErrUnflushed):
		return err
	case a.base.Content == "":
		return fmt.Errorf("the lake stays empty: %w", mend(err))
	}
	return fmt.Errorf("the lake stays at state %s: %w", a.base.Content, mend(err))
}

func (a *Append) commit(now time.Time) (*Manifest, error) {
	for i := range a.sources {
		if err := a.add(tableKey{Sources, 0}, &a.sources[i]); err != nil {
			return nil, err
		}
	}
	if err := a.finishAll(); err != nil {
		return nil, err
	}
	m := a.base
	m.Parent = a.base.Content
	m.Compacted = nil
	m.Files = append(slices.Clone(a.base.Files), a.done...)
	m.LastSource += int32(len(a.sub.Sources))
	a.sub.At = now.UTC().Truncate(time.Second)
	m.Submissions = append(slices.Clone(a.base.Submissions), a.sub)
	return a.publishManifest(&m)
}

// finishAll finishes the open files in the order of their keys.
func (a *Append) finishAll() error {
	keys := slices.SortedFunc(maps.Keys(a.open), func(x, y tableKey) int {
		return cmp.Or(strings.Compare(x.dataset, y.dataset), cmp.Compare(x.cycle, y.cycle))
	})
	for _, k := range keys {
		if err := a.finish(k, a.open[k]); err != nil {
			return err
		}
		delete(a.open, k)
	}
	return nil
}

// publishManifest names the state and makes it the current one. It returns the
// state if that is what readers see now, with ErrUnflushed if only they do.
func (a *Append) publishManifest(m *Manifest) (*Manifest, error) {
	l := a.lake
	m.Content = m.name()
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	tmp := filepath.Join(a.staging, "manifest.json")
	if err := l.writeSynced(tmp, append(b, '\n')); err != nil {
		return nil, err
	}
	if err := l.publish(tmp, filepath.Join(l.dir, "manifest", m.Content+".json")); err != nil {
		return nil, err
	}
	tmp = filepath.Join(a.staging, "CURRENT")
	if err := l.writeSynced(tmp, []byte(m.Content+"\n")); err != nil {
		return nil, err
	}
	if err := l.rename(tmp, filepath.Join(l.dir, "CURRENT")); err != nil {
		return nil, err
	}
	if err := l.flush(l.dir); err != nil {
		return m, fmt.Errorf("%w: %w", ErrUnflushed, err)
	}
	return m, nil
}

// Abort drops the submission and releases the lock. After Commit it does
// nothing. What it cannot remove harms nobody: the next Begin clears it.
func (a *Append) Abort() {
	if a.lock == nil {
		return
	}
	for _, o := range a.open {
		o.w.stop()
		o.f.Close()
	}
	_ = a.lake.remove(a.staging)
	a.lock.Close()
	a.lock = nil
}
