package auth

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// The files of a store's folder.
const (
	FileDB    = "accounts.db"
	FileKey   = "accounts.key"
	FileAudit = "audit.jsonl"
)

// copyTries is how often a copy is begun anew while the program goes on
// writing: a commit takes about as long as a copy, and there are a few a second.
const copyTries = 200

// Copy copies database and audit log of a folder into another, as they stood at
// one moment, while another process may have the store open. The key is not
// copied.
//
// bbolt never writes over a page that the last commit refers to, and a commit
// shows in the two meta pages at the beginning of the file. So a copy during
// which these did not change is whole; another is thrown away. Of the audit log
// all is taken up to the entry that the copied database ends with.
func Copy(from, to string) error {
	db := filepath.Join(to, FileDB)
	if err := copyDB(filepath.Join(from, FileDB), db); err != nil {
		return err
	}
	head, err := checkCopy(db)
	if err != nil || head == nil {
		return err
	}
	log := filepath.Join(to, FileAudit)
	if err := copyFile(filepath.Join(from, FileAudit), log); err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	return cutAfter(log, head.Seq)
}

func copyDB(from, to string) error {
	for range copyTries {
		before, err := metaPages(from)
		if err != nil {
			return err
		}
		if err := copyFile(from, to); err != nil {
			return err
		}
		after, err := metaPages(from)
		if err != nil {
			return err
		}
		if bytes.Equal(before, after) {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("%s was written to all the time: try again", from)
}

// cutAfter takes the entries after one off a log.
func cutAfter(path string, seq uint64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	end, err := firstOffset(f, info.Size(), func(e Entry) bool { return e.Seq > seq })
	if err == nil {
		// A line that was being written has no end yet.
		tail := make([]byte, min(end, 2*longestLine))
		_, err = f.ReadAt(tail, end-int64(len(tail)))
		end += int64(bytes.LastIndexByte(tail, '\n') + 1 - len(tail))
	}
	if err == nil {
		err = f.Truncate(end)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// metaPages reads the two pages that every commit changes one of.
func metaPages(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w; check the folder", err)
	}
	defer f.Close()
	const header, sizeAt = 16, 16 + 8 // the page's header; magic and version stand before the page size
	first := make([]byte, header+64)
	if _, err := io.ReadFull(f, first); err != nil {
		return nil, fmt.Errorf("%s is no database: %w", path, err)
	}
	size := binary.NativeEndian.Uint32(first[sizeAt:])
	if size < 512 || size > 1<<20 {
		return nil, fmt.Errorf("%s is no database: its pages have %d bytes", path, size)
	}
	second := make([]byte, len(first))
	if _, err := f.ReadAt(second, int64(size)); err != nil {
		return nil, fmt.Errorf("%s is cut off: %w", path, err)
	}
	return append(first, second...), nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// checkCopy reads every page of a copy, for a backup that was not read is none,
// and gives the head of the audit log; nil where nothing was logged.
func checkCopy(path string) (head *headRow, err error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return nil, fmt.Errorf("the copy of accounts.db cannot be opened: %w", err)
	}
	err = db.View(func(tx *bbolt.Tx) error {
		var faults []error
		for fault := range tx.Check() {
			faults = append(faults, fault)
		}
		if len(faults) > 0 {
			return fmt.Errorf("accounts.db is damaged: %w; stop the program and put back an earlier backup", errors.Join(faults...))
		}
		head, err = get[headRow](tx, bucketMeta, keyHead)
		return err
	})
	return head, errors.Join(err, db.Close())
}
