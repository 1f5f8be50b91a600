package ingest

import (
	"errors"
	"fmt"
	"os"
)

// spill is a log of bytes: the newest in memory, the older in a temporary file
// that has no name any more, so that nothing is left of it however the program
// ends. A short run never touches the disk.
type spill struct {
	limit   int // of recent, in bytes
	recent  []byte
	file    *os.File
	flushed int64 // bytes in the file
}

// spillBytes is how much is kept in memory.
const spillBytes = 1 << 20

func newSpill() *spill { return &spill{limit: spillBytes} }

// add appends b and returns where it lies.
func (s *spill) add(b []byte) (at int64, err error) {
	if len(s.recent)+len(b) > s.limit {
		if err := s.flush(); err != nil {
			return 0, fmt.Errorf("the temporary folder cannot be written: %w; set TMPDIR to one with room", err)
		}
	}
	at = s.flushed + int64(len(s.recent))
	s.recent = append(s.recent, b...)
	return at, nil
}

func (s *spill) flush() error {
	if s.file == nil {
		f, err := os.CreateTemp("", "tolok-*")
		if err != nil {
			return err
		}
		if err := os.Remove(f.Name()); err != nil {
			return errors.Join(err, f.Close())
		}
		s.file = f
	}
	n, err := s.file.Write(s.recent)
	s.flushed += int64(n)
	s.recent = s.recent[:0]
	return err
}

// read fills b with what lies at a place.
func (s *spill) read(b []byte, at int64) error {
	if at >= s.flushed {
		copy(b, s.recent[at-s.flushed:])
		return nil
	}
	// What was added at once lies on one side.
	if _, err := s.file.ReadAt(b, at); err != nil {
		return fmt.Errorf("the temporary folder cannot be read: %w", err)
	}
	return nil
}

func (s *spill) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
