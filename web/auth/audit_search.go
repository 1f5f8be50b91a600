package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"sort"
	"time"
)

// Query says which entries of the audit log are wanted. Zero fields ask for
// nothing.
type Query struct {
	From, To time.Time // From <= at < To
	Account  string    // as Account or as Real
	Among    []string  // done by or to one of these account ids; nil: anyone
	Action   Action
	Subject  string
	Before   uint64 // only entries with a smaller Seq: the page after one that ended there
	Limit    int    // at most so many; 1 to 1,000, else 100
}

func (q Query) wants(e Entry) bool {
	return (q.Account == "" || e.Account == q.Account || e.Real == q.Account) &&
		(q.Among == nil || slices.Contains(q.Among, e.Real) || slices.Contains(q.Among, e.Subject)) &&
		(q.Action == "" || e.Action == q.Action) &&
		(q.Subject == "" || e.Subject == q.Subject)
}

// Search gives the entries wanted, the newest first, and the Before of the next
// page; 0 on the last. It reads the file backwards from where the time and page
// begin, and holds one block of it at a time.
func (a *Audit) Search(ctx context.Context, q Query) (list []Entry, next uint64, err error) {
	if q.Limit < 1 || q.Limit > 1000 {
		q.Limit = 100
	}
	f, size, _, err := a.snapshot()
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	end, err := firstOffset(f, size, func(e Entry) bool {
		return (q.Before != 0 && e.Seq >= q.Before) || (!q.To.IsZero() && !e.At.Before(q.To))
	})
	if err != nil {
		return nil, 0, err
	}
	err = linesBackwards(f, end, func(line []byte) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		e, ok := readEntry(line)
		if !ok {
			return false, nil // the checkpoint, or what Check will name
		}
		if e.At.Before(q.From) {
			return false, nil
		}
		if !q.wants(e) {
			return true, nil
		}
		if len(list) == q.Limit {
			next = list[len(list)-1].Seq
			return false, nil
		}
		list = append(list, e)
		return true, nil
	})
	return list, next, err
}

// readEntry reads a line without checking its hash. A checkpoint is no entry.
func readEntry(line []byte) (e Entry, ok bool) {
	return e, json.Unmarshal(line, &e) == nil && e.Seq > 0
}

// firstOffset finds by bisection where the first entry begins for which past
// holds, as it must for all after it; size where there is none.
func firstOffset(r io.ReaderAt, size int64, past func(Entry) bool) (found int64, err error) {
	at := sort.Search(int(size), func(at int) bool {
		start, line, e := lineAt(r, int64(at), size)
		err = errors.Join(err, e)
		if start == size {
			return true
		}
		entry, ok := readEntry(line)
		return ok && past(entry)
	})
	if err != nil {
		return 0, err
	}
	found, _, err = lineAt(r, int64(at), size)
	return found, err
}

// lineAt gives the first line that begins at offset at or later.
func lineAt(r io.ReaderAt, at, size int64) (start int64, line []byte, err error) {
	from := max(0, at-1) // a line begins at at if a line break stands before it
	buf := make([]byte, min(2*longestLine, size-from))
	if _, err := r.ReadAt(buf, from); err != nil && !errors.Is(err, io.EOF) {
		return 0, nil, err
	}
	if at > 0 {
		i := bytes.IndexByte(buf, '\n')
		if i < 0 {
			return size, nil, nil
		}
		buf, from = buf[i+1:], from+int64(i)+1
	}
	if i := bytes.IndexByte(buf, '\n'); i >= 0 {
		return from, buf[:i], nil
	}
	return size, nil, nil
}

// linesBackwards calls f with the lines of r[:end], the last first, until f
// says false. end is where a line begins.
func linesBackwards(r io.ReaderAt, end int64, f func(line []byte) (bool, error)) error {
	var rest []byte // the end of a line whose beginning is not read yet
	for block := make([]byte, 32<<10); end > 0; {
		n := min(int64(len(block)), end)
		end -= n
		if _, err := r.ReadAt(block[:n], end); err != nil {
			return err
		}
		rest = slices.Concat(block[:n], rest)
		for {
			text := bytes.TrimSuffix(rest, []byte("\n"))
			i := bytes.LastIndexByte(text, '\n')
			if i < 0 && end > 0 {
				break
			}
			if len(text) > 0 {
				if more, err := f(text[i+1:]); err != nil || !more {
					return err
				}
			}
			if i < 0 {
				return nil
			}
			rest = rest[:i+1]
		}
		if len(rest) > 2*longestLine {
			return &Broken{Reason: "a line is longer than any the program writes"}
		}
	}
	return nil
}
