package inbox

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Upload is a submission being received. Whatever happens, Discard is called at
// the end; after Finish it does nothing.
type Upload struct {
	in    *Inbox
	id    string
	dir   string
	files []File
	names map[string]bool
	total int64
}

// Begin starts an upload. size is how many bytes are announced, or -1.
func (in *Inbox) Begin(size int64) (*Upload, error) {
	if size > in.limits.Total+formBytes {
		return nil, &Refusal{Code: "all-large", Most: megabytes(in.limits.Total)}
	}
	if err := in.roomFor(max(size, 0)); err != nil {
		return nil, err
	}
	u := &Upload{in: in, id: newID(), names: map[string]bool{}}
	u.dir = filepath.Join(in.dir, newPrefix+u.id)
	err := in.mkdir(u.dir)
	if err == nil {
		err = in.mkdir(filepath.Join(u.dir, filesName))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the inbox cannot be written: %w", err), os.RemoveAll(u.dir))
	}
	return u, nil
}

// formBytes is what the fields and the borders of a form may take beside the
// files.
const formBytes = 1 << 20

// roomFor keeps the disk from filling up.
func (in *Inbox) roomFor(size int64) error {
	left, err := in.space(in.dir)
	if err != nil {
		return err
	}
	if left-size < in.limits.Free {
		return ErrNoSpace
	}
	return nil
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// spaceEvery is how many bytes are written between two looks at the free space.
const spaceEvery = 32 << 20

// Add receives one file. An error of from becomes [ErrCut].
func (u *Upload) Add(given string, from io.Reader) (err error) {
	name, err := CleanName(given)
	if err != nil {
		return err
	}
	switch {
	case u.names[sameName(name)]:
		return &Refusal{Code: "name-repeated", Name: given}
	case len(u.files) >= u.in.limits.Files:
		return &Refusal{Code: "too-many", Name: given, Most: fmt.Sprint(u.in.limits.Files)}
	}
	f, err := u.in.create(filepath.Join(u.dir, filesName, name))
	if err != nil {
		return fmt.Errorf("the inbox cannot be written: %w", err)
	}
	w := &receiver{u: u, f: f, name: given, sum: sha256.New()}
	_, err = io.Copy(w, &source{from, w})
	if closing := f.done(); err == nil && closing != nil {
		err = fmt.Errorf("the inbox cannot be written: %w", closing)
	}
	if err == nil && w.n == 0 {
		err = &Refusal{Code: "file-empty", Name: given}
	}
	if err != nil {
		return err
	}
	u.names[sameName(name)] = true
	u.files = append(u.files, File{name, w.n, hex.EncodeToString(w.sum.Sum(nil))})
	return nil
}

// source tells a fault of the sender's connection from one of our disk.
type source struct {
	from io.Reader
	to   *receiver
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.from.Read(b)
	if err != nil && err != io.EOF {
		err = errors.Join(ErrCut, err)
	}
	return n, err
}

// receiver writes, hashes and counts a file.
type receiver struct {
	u    *Upload
	f    file
	name string
	sum  hash.Hash
	n    int64
}

func (r *receiver) Write(b []byte) (int, error) {
	in := r.u.in
	before := r.u.total / spaceEvery
	r.n += int64(len(b))
	r.u.total += int64(len(b))
	switch {
	case r.n > in.limits.File:
		return 0, &Refusal{Code: "file-large", Name: r.name, Most: megabytes(in.limits.File)}
	case r.u.total > in.limits.Total:
		return 0, &Refusal{Code: "all-large", Name: r.name, Most: megabytes(in.limits.Total)}
	}
	if r.u.total/spaceEvery != before {
		if err := in.roomFor(0); err != nil {
			return 0, err
		}
	}
	r.sum.Write(b)
	n, err := r.f.Write(b)
	if err != nil {
		err = fmt.Errorf("the inbox cannot be written: %w", err)
	}
	return n, err
}

// Finish makes the upload a submission in state draft that waits for its check.
func (u *Upload) Finish(sent Sent, by Who) (*Submission, error) {
	if len(u.files) == 0 {
		return nil, &Refusal{Code: "no-files"}
	}
	return u.publish(sent, by, Check)
}

func (u *Upload) publish(sent Sent, by Who, task Task) (*Submission, error) {
	in := u.in
	if len(sent.Note) > LongestNote {
		return nil, &Refusal{Code: "field-large", Name: "note", Most: fmt.Sprint(LongestNote)}
	}
	s := &Submission{ID: u.id, Sent: sent, State: Draft, Task: task, TaskBy: by, Files: u.files}
	s.Steps = []Step{{Draft, in.now().UTC().Truncate(time.Millisecond), by, ""}}
	if s.Files == nil {
		s.Files = []File{}
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.room(sent.Agency); err != nil {
		return nil, err
	}
	if err := u.settle(s); err != nil {
		return nil, fmt.Errorf("the inbox cannot be written: %w", err)
	}
	in.all[s.ID] = s
	in.ring()
	return s.clone(), nil
}

// settle writes the state and moves the folder to its name.
func (u *Upload) settle(s *Submission) error {
	in, to := u.in, filepath.Join(u.in.dir, u.id)
	if err := in.flush(filepath.Join(u.dir, filesName)); err != nil {
		return err
	}
	if err := in.writeJSON(filepath.Join(u.dir, stateName), s); err != nil {
		return err
	}
	if err := in.rename(u.dir, to); err != nil {
		return err
	}
	if err := in.flush(in.dir); err != nil {
		// In place, but the sender is told that it failed: it must not come
		// back after a restart.
		return errors.Join(err, os.RemoveAll(to))
	}
	return nil
}

// Discard removes an upload that was not finished.
func (u *Upload) Discard() {
	_ = u.in.remove(u.dir) // if it stays, the next start removes it
}

// Order makes a submission whose files are yet to be fetched from the agency's
// portal. While one is open a second is [ErrState].
func (in *Inbox) Order(sent Sent, by Who) (*Submission, error) {
	sent.Portal = true
	under, _ := in.List(func(s *Submission) bool { return s.Portal && s.Agency == sent.Agency && s.Task == Fetch }, 0, 1)
	if len(under) > 0 {
		return nil, ErrState
	}
	u, err := in.Begin(0)
	if err != nil {
		return nil, err
	}
	defer u.Discard()
	return u.publish(sent, by, Fetch)
}

// list hashes the files below a folder, which must all be plain ones.
func list(dir string, most Limits) (files []File, err error) {
	var total int64
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if !e.Type().IsRegular() {
			return fmt.Errorf("%s is no plain file", e.Name())
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		size, sum, err := hashFile(path)
		if total += size; total > most.Total {
			return &Refusal{Code: "all-large", Name: e.Name(), Most: megabytes(most.Total)}
		}
		files = append(files, File{filepath.ToSlash(name), size, sum})
		return err
	})
	return files, err
}

func hashFile(path string) (int64, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return n, hex.EncodeToString(h.Sum(nil)), err
}

// ID is what the submission will be called.
func (u *Upload) ID() string { return u.id }

// Files is how many files have been received.
func (u *Upload) Files() int { return len(u.files) }

// Most is how many parts a form may have: the files and a few fields.
func (u *Upload) Most() int { return u.in.limits.Files + 32 }
