package auth

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// A copy that is taken while entries are written opens, with its audit log in
// one piece, as often as it is taken.
func TestCopyWhileWriting(t *testing.T) {
	h := newHouse(t)
	audit := h.audit()
	var stop atomic.Bool
	done := make(chan error, 1)
	go func() {
		for !stop.Load() {
			if _, err := audit.Append(h.admin.Note(ActSee, "u-A-1", "")); err != nil {
				done <- err
				return
			}
			time.Sleep(time.Millisecond)
		}
		done <- nil
	}()
	for range 5 {
		to := t.TempDir()
		if err := Copy(h.dir, to); err != nil {
			t.Fatal(err)
		}
		noErr(t, copyFile(filepath.Join(h.dir, FileKey), filepath.Join(to, FileKey)))
		copied := must[*Store](t)(Open(to, Options{Argon: cheap}))
		log := must[*Audit](t)(copied.OpenAudit(filepath.Join(to, FileAudit)))
		if err := log.Check(); err != nil {
			t.Error(err)
		}
		if accounts := must[[]Account](t)(copied.Accounts(Console())); len(accounts) != 1 {
			t.Errorf("the copy has %d accounts", len(accounts))
		}
		log.Close()
		copied.Close()
	}
	stop.Store(true)
	noErr(t, <-done)
}

func TestCopyOfWhatIsNoStore(t *testing.T) {
	dir := t.TempDir()
	if Copy(dir, t.TempDir()) == nil {
		t.Error("an empty folder was copied")
	}
	noErr(t, os.WriteFile(filepath.Join(dir, FileDB), make([]byte, 10000), 0o600))
	if Copy(dir, t.TempDir()) == nil {
		t.Error("a file of zeros was copied")
	}
}
