package inbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// Operations on the disk, as a test that makes one fail names them.
const (
	opMkdir   = "mkdir"
	opCreate  = "create"
	opWrite   = "write"
	opSync    = "sync"
	opRename  = "rename"
	opSyncDir = "syncdir"
	opRemove  = "remove"
)

// step comes before every operation that changes the disk. A test may have it
// fail; nothing else sets before.
func (in *Inbox) step(op, path string) error {
	if in.before == nil {
		return nil
	}
	return in.before(op, path)
}

func (in *Inbox) mkdir(path string) error {
	if err := in.step(opMkdir, path); err != nil {
		return err
	}
	return os.Mkdir(path, 0o700)
}

func (in *Inbox) remove(path string) error {
	if err := in.step(opRemove, path); err != nil {
		return err
	}
	return os.RemoveAll(path)
}

func (in *Inbox) rename(from, to string) error {
	if err := in.step(opRename, to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// flush makes the names in a folder survive a power cut.
func (in *Inbox) flush(dir string) error {
	if err := in.step(opSyncDir, dir); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// file is a file being written.
type file struct {
	*os.File
	in *Inbox
}

// create makes a file that must not be there, and follows no link.
func (in *Inbox) create(path string) (file, error) {
	if err := in.step(opCreate, path); err != nil {
		return file{}, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o600)
	return file{f, in}, err
}

func (f file) Write(b []byte) (int, error) {
	if err := f.in.step(opWrite, f.Name()); err != nil {
		return 0, err
	}
	return f.File.Write(b)
}

// done flushes and closes a file.
func (f file) done() error {
	err := f.in.step(opSync, f.Name())
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// writeJSON replaces a file whole: aside, flushed, renamed.
func (in *Inbox) writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	aside := path + ".new"
	if err := in.remove(aside); err != nil { // left by a crash
		return err
	}
	f, err := in.create(aside)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.done()); err != nil {
		return err
	}
	if err := in.rename(aside, path); err != nil {
		return err
	}
	return in.flush(filepath.Dir(path))
}

func readJSON(path string, v any) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// free is how many bytes the disk of a folder has left for us.
func free(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("the free space of the inbox cannot be read: %w", err)
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
