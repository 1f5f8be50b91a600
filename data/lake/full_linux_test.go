package lake_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tolok/data"
	"tolok/data/lake"
)

// A real disk that is full, and one that is read-only: half-written files and
// all.
func TestRealDiskIsFullThenReadOnly(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tolok-test", dir, "tmpfs", 0, "size=512k"); err != nil {
		t.Skipf("no small disk to fill: mounting one: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	}()
	l := lake.Open(filepath.Join(dir, "lake"))
	first, err := add(l, "a")
	if err != nil {
		t.Fatal(err)
	}
	err = flood(l, 200_000)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free some space") {
		t.Errorf("a full disk: %v", err)
	}
	if now := state(t, l); now != first.Content {
		t.Errorf("after a full disk the lake is at %s, want %s", now, first.Content)
	}
	if err := flood(l, 100); err != nil {
		t.Errorf("a smaller submission, for which there is room: %v", err)
	}
	before := state(t, l)
	if err := syscall.Mount("tolok-test", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := add(l, "b"); !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), "writable") {
		t.Errorf("a read-only disk: %v", err)
	}
	if now := state(t, l); now != before {
		t.Errorf("on a read-only disk the lake is at %s, want %s", now, before)
	}
}

// flood submits units whose names do not compress.
func flood(l *lake.Lake, units int) error {
	r := rand.New(rand.NewPCG(1, 2))
	a, err := l.Begin("")
	if err != nil {
		return err
	}
	defer a.Abort()
	if _, err := a.Source(data.Source{Name: "flood.csv", SHA256: "ff"}); err != nil {
		return err
	}
	for range units {
		if err := a.Put(&data.Unit{UnitID: fmt.Sprintf("%x", r.Uint64()), Name: fmt.Sprintf("%x%x", r.Uint64(), r.Uint64())}); err != nil {
			return err
		}
	}
	_, err = a.Commit(noon)
	return err
}
