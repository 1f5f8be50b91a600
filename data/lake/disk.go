package lake

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// takeLock takes the lake's lock, or says who holds it. The kernel drops the
// lock when its holder dies, so a crash never locks a lake for good.
func (l *Lake) takeLock() (*os.File, error) {
	path := filepath.Join(l.dir, "LOCK")
	if err := l.step(opLock, path); err != nil {
		return nil, fmt.Errorf("the lake's lock cannot be opened: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("the lake's lock cannot be opened: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := io.ReadAll(f)
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w (%s); try again when it has finished", ErrLocked, strings.TrimSpace(string(holder)))
		}
		return nil, fmt.Errorf("the lake's lock cannot be taken: %w", err)
	}
	note := fmt.Sprintf("process %d since %s\n", os.Getpid(), time.Now().UTC().Format(time.RFC3339))
	if err := errors.Join(f.Truncate(0), writeAt(f, note)); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func writeAt(f *os.File, s string) error {
	_, err := f.WriteAt([]byte(s), 0)
	return err
}

// Operations on the disk, as a test that makes one fail names them.
const (
	opMkdir   = "mkdir"
	opLock    = "lock"
	opCreate  = "create"
	opWrite   = "write"
	opSync    = "sync"
	opClose   = "close"
	opRename  = "rename"
	opSyncDir = "syncdir"
	opRemove  = "remove"
)

// step comes before every operation on the disk of a commit. A test may have
// it fail; nothing else sets before.
func (l *Lake) step(op, path string) error {
	if l.before == nil {
		return nil
	}
	return l.before(op, path)
}

// file is a file being written.
type file struct {
	*os.File
	lake *Lake
}

func (l *Lake) create(path string) (file, error) {
	if err := l.step(opCreate, path); err != nil {
		return file{}, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	return file{f, l}, err
}

func (f file) Write(b []byte) (int, error) {
	if err := f.lake.step(opWrite, f.Name()); err != nil {
		return 0, err
	}
	return f.File.Write(b)
}

func (f file) Sync() error {
	return errors.Join(f.lake.step(opSync, f.Name()), f.File.Sync())
}

func (f file) Close() error {
	return errors.Join(f.lake.step(opClose, f.Name()), f.File.Close())
}

func (l *Lake) writeSynced(path string, b []byte) error {
	f, err := l.create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

func (l *Lake) mkdir(dir string) error {
	if err := l.step(opMkdir, dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o755)
}

// make makes the lake's folder if it is not there, and flushes its name.
func (l *Lake) make() error {
	if _, err := os.Stat(l.dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := l.mkdir(l.dir); err != nil {
		return err
	}
	return l.syncDir(filepath.Dir(l.dir))
}

func (l *Lake) remove(path string) error {
	if err := l.step(opRemove, path); err != nil {
		return err
	}
	return os.RemoveAll(path)
}

// publish moves a flushed file to its name, and flushes the name too.
func (l *Lake) publish(from, to string) error {
	if err := l.rename(from, to); err != nil {
		return err
	}
	return l.flush(filepath.Dir(to))
}

func (l *Lake) rename(from, to string) error {
	if err := l.mkdir(filepath.Dir(to)); err != nil {
		return err
	}
	if err := l.step(opRename, to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// flush makes the names in a folder, and those of the folders up to the
// lake's, survive a power cut.
func (l *Lake) flush(dir string) error {
	for {
		if err := l.syncDir(dir); err != nil {
			return err
		}
		if dir == l.dir {
			return nil
		}
		dir = filepath.Dir(dir)
	}
}

func (l *Lake) syncDir(dir string) error {
	if err := l.step(opSyncDir, dir); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// mend adds to an error of the disk what can be done about it.
func mend(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w; free some space and run it again", err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; make the lake's folder writable for this user and run it again", err)
	}
	return err
}
