package auth

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// Broken names the first place where an audit log is not what was written.
type Broken struct {
	Line   int    // from 1; 0: the log as a whole
	Seq    uint64 // the entry that should stand there
	Reason string
}

func (e *Broken) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("audit log, entry %d: %s", e.Seq, e.Reason)
	}
	return fmt.Sprintf("audit log, line %d, entry %d: %s", e.Line, e.Seq, e.Reason)
}

// checkpoint is the first line of a log whose older entries were cut off. It
// carries the chain over, and its MAC says that the program cut them.
type checkpoint struct {
	Seq  uint64    `json:"seq"`  // of the last entry that was cut off
	Hash string    `json:"hash"` // of that entry
	At   time.Time `json:"at"`   // when it was cut off
	MAC  []byte    `json:"mac"`
}

type checkpointLine struct {
	Checkpoint *checkpoint `json:"checkpoint"`
}

func (s *Store) checkpointMAC(c checkpoint) []byte {
	return mac(s.keys.audit, "checkpoint", strconv.FormatUint(c.Seq, 10), c.Hash, c.At.Format(time.RFC3339Nano))
}

func (s *Store) signCheckpoint(c checkpoint) ([]byte, error) {
	c.MAC = s.checkpointMAC(c)
	line, err := json.Marshal(checkpointLine{&c})
	return append(line, '\n'), err
}

// parseCheckpoint and parseEntry accept only the bytes that the program itself
// would write: no other order, spelling or added field of the same meaning.
func parseCheckpoint(line []byte) (checkpoint, bool) {
	var l checkpointLine
	if !parseExact(line, &l) || l.Checkpoint == nil {
		return checkpoint{}, false
	}
	return *l.Checkpoint, true
}

func parseEntry(line []byte) (e Entry, err error) {
	if !parseExact(line, &e) {
		return e, errors.New("the line is not an entry as the program writes it")
	}
	hash, err := e.hash()
	if err == nil && hash != e.Hash {
		err = errors.New("the entry was changed: its hash is another")
	}
	return e, err
}

func parseExact(line []byte, v any) bool {
	if json.Unmarshal(line, v) != nil {
		return false
	}
	again, err := json.Marshal(v)
	return err == nil && bytes.Equal(again, line)
}

// VerifyChain reads a log and checks that each entry follows from the one
// before. It needs no key, so that a shipped copy can be checked anywhere; hold
// the head it returns against one that was noted. The first broken line is
// reported as [Broken].
func VerifyChain(r io.Reader) (Head, error) { return verify(r, nil) }

func verify(r io.Reader, signed func(checkpoint) bool) (head Head, err error) {
	lines := bufio.NewReaderSize(r, longestLine)
	for n := 1; ; n++ {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return head, nil
		}
		broken := &Broken{Line: n, Seq: head.Seq + 1}
		switch {
		case errors.Is(err, io.EOF):
			broken.Reason = "the line is cut off"
			return head, broken
		case errors.Is(err, bufio.ErrBufferFull):
			broken.Reason = "the line is longer than any the program writes"
			return head, broken
		case err != nil:
			return head, err
		}
		line = line[:len(line)-1]
		if c, ok := parseCheckpoint(line); ok && n == 1 {
			if signed != nil && !signed(c) {
				broken.Reason = "the checkpoint was not signed with accounts.key"
				return head, broken
			}
			head = Head{c.Seq, c.Hash}
			continue
		}
		e, err := parseEntry(line)
		switch {
		case err != nil:
			broken.Reason = err.Error()
		case e.Seq != head.Seq+1:
			broken.Reason = fmt.Sprintf("entry %d stands here: entries were taken out, put in or moved", e.Seq)
		case e.Prev != head.Hash:
			broken.Reason = "it does not follow from the entry before"
		default:
			head = Head{e.Seq, e.Hash}
			continue
		}
		return head, broken
	}
}

// Verify checks a copy of this log as [VerifyChain] does, and also who signed
// its checkpoint and that it reaches the head in the store: a cut tail and a
// chain computed anew are found here.
func (a *Audit) Verify(r io.Reader) error { return a.verifyTo(r, a.Head()) }

func (a *Audit) verifyTo(r io.Reader, want Head) error {
	got, err := verify(r, func(c checkpoint) bool { return hmac.Equal(c.MAC, a.store.checkpointMAC(c)) })
	switch {
	case err != nil:
		return err
	case got.Seq < want.Seq:
		return &Broken{Seq: got.Seq + 1, Reason: fmt.Sprintf("the log ends here, but %d entries were written", want.Seq)}
	case got.Seq > want.Seq:
		return &Broken{Seq: want.Seq + 1, Reason: "the program did not write this entry"}
	case got.Hash != want.Hash:
		return &Broken{Seq: want.Seq, Reason: "the log was computed anew: its last hash is another than the program's"}
	}
	return nil
}

// Check verifies the log's own file, as far as it is written now.
func (a *Audit) Check() error {
	f, size, head, err := a.snapshot()
	if err != nil {
		return err
	}
	return errors.Join(a.verifyTo(io.NewSectionReader(f, 0, size), head), f.Close())
}

// snapshot opens the file for reading; what it gives stays true while others
// append, and while old entries are cut off.
func (a *Audit) snapshot() (*os.File, int64, Head, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f, err := os.Open(a.path)
	if err != nil {
		return nil, 0, Head{}, fmt.Errorf("audit log: %w", err)
	}
	// What is longer than what this program wrote is not read past in silence.
	info, err := f.Stat()
	if err == nil && info.Size() != a.size {
		err = &Broken{Seq: a.head.Seq, Reason: fmt.Sprintf("the file has %d bytes, the program wrote %d", info.Size(), a.size)}
	}
	if err != nil {
		return nil, 0, Head{}, errors.Join(err, f.Close())
	}
	return f, a.size, a.head.Head, nil
}
