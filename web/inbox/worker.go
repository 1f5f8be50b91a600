package inbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Worker does the tasks. The functions get the folder of the files and say in
// plain words, for the page, what went wrong.
type Worker struct {
	Inbox *Inbox
	Log   *slog.Logger
	// Check reads the files and writes nothing.
	Check func(ctx context.Context, s *Submission, dir string) (*Report, error)
	// Submit takes the files into the lake under the submission's id, or finds
	// that they are there under it, and names the lake's state.
	Submit func(ctx context.Context, s *Submission, dir string) (manifest string, err error)
	// Fetch brings the files of the agency's portal, goes on in the folder where
	// it was cut off, and gives the folder of what it brought.
	Fetch func(ctx context.Context, s *Submission, spool string) (dir string, err error)
	// Keep is how long files of what was returned or withdrawn stay; 0: for ever.
	Keep time.Duration
	// Retry is how long a task waits that met an [ErrLater]; 0 is ten seconds.
	Retry time.Duration
}

// ErrLater says that a task could not be done now and is tried again.
var ErrLater = errors.New("not now")

// Run works until the context ends. What is cut off then is done again after
// the next start.
func (w *Worker) Run(ctx context.Context) {
	var both sync.WaitGroup
	fetches := make(chan struct{}, 1)
	both.Go(func() { w.lane(ctx, fetches, Fetch) })
	both.Go(func() {
		others := make(chan struct{}, 1)
		go func() {
			for {
				select {
				case <-ctx.Done():
					return
				case <-w.Inbox.wake:
					for _, c := range []chan struct{}{fetches, others} {
						select {
						case c <- struct{}{}:
						default:
						}
					}
				}
			}
		}()
		w.lane(ctx, others, Check, Submit)
	})
	both.Wait()
}

// lane does the tasks of some kinds, one after the other, oldest first.
func (w *Worker) lane(ctx context.Context, wake chan struct{}, kinds ...Task) {
	retry := w.Retry
	if retry == 0 {
		retry = 10 * time.Second
	}
	later := map[string]time.Time{} // tasks put off
	for ctx.Err() == nil {
		s := w.oldest(kinds, later)
		if s == nil {
			w.expire()
			select {
			case <-ctx.Done():
			case <-wake:
			case <-time.After(retry):
			}
			continue
		}
		delete(later, s.ID)
		if err := w.do(ctx, s); errors.Is(err, ErrLater) {
			later[s.ID] = time.Now().Add(retry)
		} else if err != nil && ctx.Err() == nil {
			// The state could not be written: it stays as it was.
			w.Log.Error("the inbox cannot be written", "submission", s.ID, "error", err)
			later[s.ID] = time.Now().Add(retry)
		}
	}
}

func (w *Worker) expire() {
	if w.Keep == 0 {
		return
	}
	if _, err := w.Inbox.Expire(w.Keep); err != nil {
		w.Log.Error("old submissions cannot be deleted", "error", err)
	}
}

func (w *Worker) oldest(kinds []Task, later map[string]time.Time) *Submission {
	now := time.Now()
	list, _ := w.Inbox.List(func(s *Submission) bool {
		for _, k := range kinds {
			if s.Task == k {
				return now.After(later[s.ID])
			}
		}
		return false
	}, 0, 1<<30)
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}

// do does a submission's task and writes what came of it.
func (w *Worker) do(ctx context.Context, s *Submission) (err error) {
	var settled func(*Submission)
	switch s.Task {
	case Fetch:
		settled, err = w.fetch(ctx, s)
	case Check:
		settled, err = w.check(ctx, s)
	case Submit:
		settled, err = w.submit(ctx, s)
	}
	if errors.Is(err, ErrLater) || ctx.Err() != nil {
		return err // the task stays
	}
	if err != nil {
		w.Log.Warn("a task of a submission failed", "submission", s.ID, "task", string(s.Task), "error", err)
		trouble := plain(err)
		settled = func(s *Submission) { s.Trouble = trouble }
	}
	_, err = w.Inbox.change(s.ID, func(s *Submission) error {
		s.Task, s.TaskBy = "", Who{}
		settled(s)
		return nil
	})
	return err
}

// plain is an error as the sender may read it: without the places of this
// machine.
func plain(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	if errors.As(err, &path) || errors.As(err, &link) || errors.As(err, &call) {
		return "a file on the server could not be read or written"
	}
	return err.Error()
}

func (w *Worker) check(ctx context.Context, s *Submission) (func(*Submission), error) {
	dir, err := w.Inbox.Dir(s.ID)
	if err != nil {
		return nil, err
	}
	report, err := guard(func() (*Report, error) { return w.Check(ctx, s, dir) })
	if err != nil {
		return nil, err
	}
	// The report first: a state that says checked has one.
	if err := w.Inbox.writeJSON(filepath.Join(w.Inbox.dir, s.ID, reportName), report); err != nil {
		return nil, err
	}
	by := s.TaskBy
	return func(s *Submission) {
		s.Counts = &report.Counts
		if s.State == Draft {
			w.Inbox.reach(s, Checked, by, "")
		}
	}, nil
}

func (w *Worker) submit(ctx context.Context, s *Submission) (func(*Submission), error) {
	dir, err := w.Inbox.Dir(s.ID)
	if err == nil {
		err = intact(dir, s.Files)
	}
	if err != nil {
		return nil, err
	}
	manifest, err := guard(func() (string, error) { return w.Submit(ctx, s, dir) })
	if err != nil {
		return nil, err
	}
	by := s.TaskBy
	return func(s *Submission) {
		s.Manifest = manifest
		w.Inbox.reach(s, Accepted, by, "")
	}, nil
}

// intact holds the files against what was checked and confirmed.
func intact(dir string, files []File) error {
	for _, f := range files {
		_, sum, err := hashFile(filepath.Join(dir, filepath.FromSlash(f.Name)))
		if err != nil {
			return err
		}
		if sum != f.SHA256 {
			return fmt.Errorf("%s was changed on the disk since it was sent", f.Name)
		}
	}
	return nil
}

// fetch brings a portal's files into the submission, whose next task is to
// check them.
func (w *Worker) fetch(ctx context.Context, s *Submission) (func(*Submission), error) {
	in := w.Inbox
	dir := filepath.Join(in.dir, s.ID, filesName)
	files, err := list(dir, in.limits)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil && len(files) == 0 { // else a crash came after the rename
		spool := filepath.Join(in.dir, fetchedName, folderOf(s.Agency))
		if err := os.MkdirAll(spool, 0o700); err != nil {
			return nil, err
		}
		var from string
		if from, err = guard(func() (string, error) { return w.Fetch(ctx, s, spool) }); err != nil {
			return nil, err
		}
		if err := in.remove(dir); err != nil { // it is empty
			return nil, err
		}
		if err = errors.Join(in.rename(from, dir), in.flush(filepath.Dir(dir))); err != nil {
			return nil, err
		}
		files, err = list(dir, in.limits)
	}
	by := s.TaskBy
	return func(s *Submission) { s.Files, s.Task, s.TaskBy = files, Check, by }, err
}

// folderOf is an id as the name of a folder, whatever is in it.
func folderOf(id string) string { return fmt.Sprintf("%x", id) }

// guard keeps one submission that breaks the program from breaking all others.
func guard[T any](f func() (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the program met a fault of its own (%v): tell the administrator the id of the submission", p)
		}
	}()
	return f()
}
