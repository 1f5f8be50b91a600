//go:build linux

package auth

import (
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// A file that may not grow stands in for a full disk: the system refuses the
// write after some of its bytes.
func TestFullDiskIsTold(t *testing.T) {
	h, a, _ := written(t, 1)
	big := strings.Repeat("x", longestDetail)
	for a.size < 256<<10 { // longer than accounts.db, so that only the log meets the limit
		must[Entry](t)(a.Append(Entry{Action: ActSee, Detail: big}))
	}
	before := a.Head()
	signal.Ignore(syscall.SIGXFSZ)
	var old syscall.Rlimit
	noErr(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	limit := old
	limit.Cur = uint64(a.size) + 100
	noErr(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	_, err := a.Append(Entry{Action: ActExport, Detail: big})
	noErr(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old))
	wantErr(t, err, syscall.EFBIG)
	if a.Head() != before {
		t.Errorf("the head moved to %v", a.Head())
	}
	noErr(t, a.Check())
	must[Entry](t)(a.Append(Entry{Action: ActSee})) // room again
	noErr(t, a.Check())
	noErr(t, a.Close())
	noErr(t, h.audit().Check())
}

// Where not even the failure can be undone, the log is closed to further entries.
func TestLogThatCannotBePutRightFails(t *testing.T) {
	h, a, _ := written(t, 3)
	noErr(t, a.file.Close())
	if _, err := a.Append(Entry{Action: ActSee}); err == nil {
		t.Fatal("an entry was written to a closed file")
	}
	if _, err := a.Append(Entry{Action: ActSee}); err == nil || !strings.Contains(err.Error(), "start again") {
		t.Fatalf("error %v", err)
	}
	noErr(t, h.audit().Check()) // opened anew, it is whole
}
