package auth

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// Action is what was done.
type Action string

// The actions.
const (
	ActSignIn       Action = "sign-in"
	ActSignInFailed Action = "sign-in-failed"
	ActSignOut      Action = "sign-out"
	ActSee          Action = "see"
	ActExport       Action = "export"
	ActUpload       Action = "upload"
	ActAccept       Action = "accept"
	ActReturn       Action = "return"
	ActRelease      Action = "release"
	ActInvite       Action = "invite"
	ActJoin         Action = "join" // an invitation was accepted
	ActReset        Action = "reset-password"
	ActPassword     Action = "change-password"
	ActTOTP         Action = "change-totp"
	ActChangeRole   Action = "change-role"
	ActDisable      Action = "disable"
	ActEnable       Action = "enable"
	ActTokenCreate  Action = "token-create"
	ActTokenRevoke  Action = "token-revoke"
	ActSessionEnd   Action = "session-end"
	ActViewAs       Action = "view-as"
	ActSecret       Action = "secret"
	ActSettings     Action = "settings"
	ActVisit        Action = "visit"   // a study visit was asked for, or a step taken
	ActRefused      Action = "refused" // something outside the rights of the one who asked
	ActTrim         Action = "audit-trim"
	ActRestart      Action = "audit-restart"
)

// Actions lists them all, for a search.
var Actions = []Action{
	ActSignIn, ActSignInFailed, ActSignOut, ActSee, ActExport, ActUpload, ActAccept, ActReturn, ActRelease, ActInvite, ActJoin, ActReset, ActPassword, ActTOTP,
	ActChangeRole, ActDisable, ActEnable, ActTokenCreate, ActTokenRevoke, ActSessionEnd, ActViewAs, ActSecret, ActSettings, ActVisit, ActRefused, ActTrim, ActRestart,
}

// Entry is one line of the audit log. Hash is the SHA-256, in hex, of the line
// as it stands with an empty hash and without the line break; Prev is the Hash
// of the entry before. Times never run backwards from one entry to the next.
type Entry struct {
	Seq     uint64    `json:"seq"` // from 1, without gaps
	At      time.Time `json:"at"`
	Account string    `json:"account"` // id; empty: the public, the console
	Real    string    `json:"real"`    // whose account it was, where Account was viewed as; else as Account
	Role    Role      `json:"role"`    // that the answer was held to
	Action  Action    `json:"action"`
	Subject string    `json:"subject"` // what it was done to, such as a unit id
	Detail  string    `json:"detail"`
	Address string    `json:"address"`
	Request string    `json:"request"` // request id
	Prev    string    `json:"prev"`
	Hash    string    `json:"hash"`
}

// Note begins an entry of something an identity did.
func (i Identity) Note(action Action, subject, detail string) Entry {
	e := Entry{Account: i.Account, Real: i.Account, Role: i.Role, Action: action, Subject: subject, Detail: detail}
	if i.ViewAs {
		e.Account = strings.TrimRight(fmt.Sprintf("%s:%s:%s", i.Role, i.Agency, i.Unit), ":")
	}
	return e
}

// longest texts of an entry in bytes; what is longer is cut.
const (
	longestField  = 512
	longestDetail = 4096
	longestLine   = 64 << 10
)

// seal cleans the texts, computes the hash and gives the line.
func (e *Entry) seal() (line []byte, err error) {
	for _, t := range []*string{&e.Account, &e.Real, (*string)(&e.Role), (*string)(&e.Action), &e.Subject, &e.Address, &e.Request} {
		*t = cut(*t, longestField)
	}
	e.Detail = cut(e.Detail, longestDetail)
	if e.Hash, err = e.hash(); err != nil {
		return nil, err
	}
	line, err = json.Marshal(e)
	return append(line, '\n'), err
}

func (e Entry) hash() (string, error) {
	e.Hash = ""
	line, err := json.Marshal(e)
	h := sha256.Sum256(line)
	return hex.EncodeToString(h[:]), err
}

func cut(s string, n int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n-3], "") + "…"
	}
	return s
}

// Head is the end of the log. Noted elsewhere, it proves later that nothing
// before it was changed.
type Head struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
}

// headRow is the head in the database, with the whole last line: what the file
// lacks after a power failure is written from it.
type headRow struct {
	Head
	At   time.Time `json:"at"`
	Line []byte    `json:"line"`
	MAC  []byte    `json:"mac"`
}

// Audit is the open audit log. It is safe for concurrent use.
type Audit struct {
	store  *Store
	path   string
	mu     sync.Mutex
	file   *os.File
	size   int64
	head   headRow
	broken error // after a failure that left file and head apart
}

var keyHead = []byte("audit-head")

// OpenAudit opens the log beside the store, usually audit.jsonl in its folder,
// and writes the last entry to the file where a power failure kept it out. It
// fails with [Broken] where the file does not end as the store says; then
// [Audit.Check] cannot be asked, [VerifyChain] can, and [Store.RestartAudit]
// goes on.
func (s *Store) OpenAudit(path string) (*Audit, error) {
	if err := checkPrivate(path); err != nil {
		return nil, err
	}
	a := &Audit{store: s, path: path}
	if err := a.loadHead(); err != nil {
		return nil, err
	}
	if err := a.openFile(); err != nil {
		return nil, err
	}
	if err := a.mend(); err != nil {
		return nil, errors.Join(err, a.file.Close())
	}
	return a, nil
}

func (a *Audit) openFile() (err error) {
	a.file, err = os.OpenFile(a.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	info, err := a.file.Stat()
	if err != nil {
		return errors.Join(err, a.file.Close())
	}
	a.size = info.Size()
	return syncFolder(filepath.Dir(a.path))
}

func (a *Audit) loadHead() error {
	return a.store.db.View(func(tx *bbolt.Tx) error {
		h, err := get[headRow](tx, bucketMeta, keyHead)
		if err != nil || h == nil {
			return err
		}
		if !hmac.Equal(h.MAC, a.store.headMAC(*h)) {
			return &Broken{Seq: h.Seq, Reason: "the head in accounts.db was not signed with accounts.key"}
		}
		a.head = *h
		return nil
	})
}

func (s *Store) headMAC(h headRow) []byte {
	return mac(s.keys.audit, "head", strconv.FormatUint(h.Seq, 10), h.Hash, h.At.Format(time.RFC3339Nano), string(h.Line))
}

// mend brings the file to where the head says it ends, if it lacks the last
// entry or part of it.
func (a *Audit) mend() error {
	tail := int64(len(a.head.Line))
	start := max(0, a.size-longestLine)
	end := make([]byte, a.size-start)
	if _, err := a.file.ReadAt(end, start); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("audit log: %w", err)
	}
	if a.head.Seq == 0 && a.size == 0 {
		return nil
	}
	if tail > 0 && bytes.HasSuffix(end, a.head.Line) {
		return nil
	}
	// What follows the last line break was torn; it must be the head's beginning.
	whole := bytes.LastIndexByte(end, '\n') + 1
	if tail == 0 || !bytes.HasPrefix(a.head.Line, end[whole:]) || !a.endsBeforeHead(end[:whole]) {
		return &Broken{Seq: a.head.Seq, Reason: "the file does not end with the last entry that was written"}
	}
	a.size = start + int64(whole)
	return a.write(a.head.Line)
}

// endsBeforeHead says whether lines end with the entry that the head follows.
func (a *Audit) endsBeforeHead(lines []byte) bool {
	var last Entry
	if json.Unmarshal(a.head.Line, &last) != nil {
		return false
	}
	if len(lines) == 0 {
		return last.Seq == 1 && last.Prev == ""
	}
	lines = bytes.TrimSuffix(lines, []byte("\n"))
	line := lines[bytes.LastIndexByte(lines, '\n')+1:]
	if c, ok := parseCheckpoint(line); ok {
		return c.Hash == last.Prev && c.Seq+1 == last.Seq
	}
	e, err := parseEntry(line)
	return err == nil && e.Hash == last.Prev && e.Seq+1 == last.Seq
}

// Append writes an entry and returns it complete. When it fails nothing was
// logged, and the caller decides whether what was to be logged may go on; a log
// that could not be put right fails until it is opened anew.
//
// The entry goes to the database first and to the file then, both synced, so
// that a power failure between the two loses nothing.
func (a *Audit) Append(e Entry) (Entry, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.append(e)
}

func (a *Audit) append(e Entry) (Entry, error) {
	if a.broken != nil {
		return Entry{}, a.broken
	}
	e.Seq, e.Prev, e.At = a.head.Seq+1, a.head.Hash, a.store.now()
	if e.At.Before(a.head.At) {
		e.At = a.head.At
	}
	line, err := e.seal()
	if err != nil {
		return Entry{}, err
	}
	before := a.head
	if err := a.setHead(headRow{Head: Head{e.Seq, e.Hash}, At: e.At, Line: line}); err != nil {
		return Entry{}, fmt.Errorf("audit log, entry %d: %w", e.Seq, err)
	}
	if err := a.write(line); err != nil {
		err = fmt.Errorf("audit log, entry %d: %w", e.Seq, err)
		if undo := errors.Join(a.file.Truncate(a.size), a.setHead(before)); undo != nil {
			a.broken = fmt.Errorf("audit log is closed after %w; make room on the disk and start again", errors.Join(err, undo))
		}
		return Entry{}, err
	}
	return e, nil
}

func (a *Audit) setHead(h headRow) error {
	h.MAC = a.store.headMAC(h)
	err := a.store.db.Update(func(tx *bbolt.Tx) error {
		if h.Seq == 0 {
			return tx.Bucket(bucketMeta).Delete(keyHead)
		}
		return put(tx, bucketMeta, keyHead, h)
	})
	if err == nil {
		a.head = h
	}
	return err
}

// write puts a line at the end and syncs it. Only then it counts in size. A torn
// line of the same beginning, as mend finds it, is written over.
func (a *Audit) write(line []byte) error {
	if _, err := a.file.WriteAt(line, a.size); err != nil {
		return err
	}
	if err := a.file.Sync(); err != nil {
		return err
	}
	a.size += int64(len(line))
	return nil
}

// Head gives the end of the log.
func (a *Audit) Head() Head {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.head.Head
}

// Close closes the file.
func (a *Audit) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.broken = errors.New("the audit log is closed")
	return a.file.Close()
}
