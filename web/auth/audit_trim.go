package auth

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Trim cuts off the entries before a time, for a retention of so many days, and
// returns how many. The file then begins with a signed checkpoint that carries
// the chain over, and ends with an entry that says what was cut off and on whose
// behalf. The last entry always stays. The rest is copied, so the log is held
// for as long as that takes; what was shipped before is not touched.
func (a *Audit) Trim(by Identity, before time.Time) (cut uint64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.broken != nil {
		return 0, a.broken
	}
	last, at, err := a.lastBefore(before)
	if err != nil || at == 0 {
		return 0, err
	}
	first, err := a.firstSeq()
	if err != nil {
		return 0, err
	}
	line, err := a.store.signCheckpoint(checkpoint{Seq: last.Seq, Hash: last.Hash, At: a.store.now()})
	if err != nil {
		return 0, err
	}
	if err := a.replaceFile(line, at); err != nil {
		return 0, fmt.Errorf("audit log: nothing was cut off: %w", err)
	}
	cut = last.Seq - first + 1
	detail := fmt.Sprintf("entries %d to %d, before %s", first, last.Seq, before.UTC().Format(time.RFC3339))
	_, err = a.append(by.Note(ActTrim, "audit", detail))
	return cut, err
}

// lastBefore gives the last entry to cut off and where the next line begins;
// 0 where nothing is to be cut off.
func (a *Audit) lastBefore(before time.Time) (last Entry, at int64, err error) {
	at, err = firstOffset(a.file, a.size, func(e Entry) bool { return !e.At.Before(before) || e.Seq == a.head.Seq })
	if err != nil {
		return last, 0, err
	}
	found := false
	err = linesBackwards(a.file, at, func(line []byte) (bool, error) {
		last, found = readEntry(line)
		return false, nil
	})
	if !found {
		at = 0
	}
	return last, at, err
}

func (a *Audit) firstSeq() (uint64, error) {
	_, line, err := lineAt(a.file, 0, a.size)
	if err != nil {
		return 0, err
	}
	if c, ok := parseCheckpoint(line); ok {
		return c.Seq + 1, nil
	}
	e, err := parseEntry(line)
	return e.Seq, err
}

// replaceFile writes a first line and what follows an offset of the present
// file aside, and moves it into place.
func (a *Audit) replaceFile(first []byte, from int64) error {
	aside := a.path + ".new"
	f, err := os.OpenFile(aside, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(first)
	if err == nil {
		_, err = io.Copy(f, io.NewSectionReader(a.file, from, a.size-from))
	}
	if err = errors.Join(err, f.Sync()); err == nil {
		err = os.Rename(aside, a.path)
	}
	if err != nil {
		return errors.Join(err, f.Close(), os.Remove(aside))
	}
	old := a.file
	a.file, a.size = f, int64(len(first))+a.size-from
	return errors.Join(old.Close(), syncFolder(filepath.Dir(a.path)))
}

// RestartAudit goes on after [Store.OpenAudit] found the log broken. It moves
// the file aside under a name with the time, begins a new one with a checkpoint
// at the head that the store knows, and logs why.
func (s *Store) RestartAudit(path, reason string) (*Audit, error) {
	a := &Audit{store: s, path: path}
	if err := a.loadHead(); err != nil {
		return nil, err
	}
	aside := path + ".broken-" + s.now().Format("20060102T150405.000000Z")
	if err := os.Rename(path, aside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("audit log: %w", err)
	}
	if err := a.openFile(); err != nil {
		return nil, err
	}
	if a.head.Seq > 0 {
		line, err := s.signCheckpoint(checkpoint{Seq: a.head.Seq, Hash: a.head.Hash, At: s.now()})
		if err == nil {
			err = a.write(line)
		}
		if err != nil {
			return nil, errors.Join(err, a.file.Close())
		}
	}
	_, err := a.append(Console().Note(ActRestart, filepath.Base(aside), reason))
	if err != nil {
		return nil, errors.Join(err, a.file.Close())
	}
	return a, nil
}
