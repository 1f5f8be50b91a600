package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tolok/data/lake"
)

// victim is the real program, the files it takes in, and a lake to start from.
type victim struct {
	binary, start string
	command       []string // without --lake
	old, next     string   // the states before and after an undisturbed run
	took          time.Duration
	commit        time.Duration // from the first file published to the end
}

// Killed at any moment, the program leaves the old state or the new one, whole
// and unlocked, and the next run gets where an undisturbed one gets. KILLS says
// how often it is killed; the moments come from a fixed seed.
func TestKillLeavesOldOrNew(t *testing.T) {
	kills := 12
	if s := os.Getenv("KILLS"); s != "" {
		var err error
		if kills, err = strconv.Atoi(s); err != nil || kills < 1 {
			t.Fatalf("KILLS is %q, want a number", s)
		}
	}
	victims := newVictims(t)
	r := rand.New(rand.NewPCG(3, 5))
	count := map[string]int{}
	for i := range kills {
		v := victims[i%len(victims)]
		count[v.command[0]+": "+v.kill(t, r, i)]++
		if t.Failed() {
			t.Fatalf("at kill %d of tolok %s", i+1, strings.Join(v.command, " "))
		}
	}
	t.Logf("%d kills: %v", kills, count)
}

// newVictims builds the program and makes the lakes it is killed over: none
// yet, one that takes in corrections of all it holds, one that is compacted.
func newVictims(t *testing.T) []*victim {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "tolok")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	path := func(name string) string { return filepath.Join(dir, name) }
	for seed, name := range []string{"first", "second"} {
		must(t, "generate", path(name), "--units", "60", "--cycles", "2021-2023", "--seed", strconv.Itoa(seed+1))
	}
	must(t, "ingest", path("first"), "--lake", path("one"))
	copyLake(t, path("one"), path("two"))
	must(t, "ingest", path("second"), "--lake", path("two"))
	victims := []*victim{
		{binary: binary, start: path("none"), command: []string{"ingest", path("first")}},
		{binary: binary, start: path("one"), command: []string{"ingest", path("second")}},
		{binary: binary, start: path("two"), command: []string{"compact"}},
	}
	for _, v := range victims {
		v.measure(t)
	}
	return victims
}

// measure runs the program undisturbed.
func (v *victim) measure(t *testing.T) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lake")
	copyLake(t, v.start, dir)
	v.old = contentOf(t, dir)
	c := v.run(dir)
	start := time.Now()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	first := v.published(dir, ended)
	if err := <-ended; err != nil {
		t.Fatalf("tolok %s: %v\n%s", strings.Join(v.command, " "), err, c.Stderr)
	}
	v.took, v.commit, v.next = time.Since(start), time.Since(first), contentOf(t, dir)
	if v.next == v.old {
		t.Fatalf("tolok %s changes nothing", strings.Join(v.command, " "))
	}
}

func (v *victim) run(lake string) *exec.Cmd {
	c := exec.Command(v.binary, append(slices.Clone(v.command), "--lake", lake)...)
	c.Stderr = &bytes.Buffer{}
	return c
}

// published waits until the run has published a file, or has ended, and says
// when that was. It leaves the end of the run to be read again.
func (v *victim) published(dir string, ended chan error) time.Time {
	before := len(dataFiles(v.start))
	for len(dataFiles(dir)) <= before {
		select {
		case err := <-ended:
			ended <- err
			return time.Now()
		case <-time.After(200 * time.Microsecond):
		}
	}
	return time.Now()
}

// kill runs the program, kills it at a random moment, and says what it left.
// Every second time the moment is drawn from the commit alone, which is short.
func (v *victim) kill(t *testing.T, r *rand.Rand, i int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lake")
	copyLake(t, v.start, dir)
	defer os.RemoveAll(dir)
	c := v.run(dir)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	if i/3%2 == 0 {
		time.Sleep(time.Duration(r.Int64N(int64(v.took))))
	} else {
		v.published(dir, ended)
		time.Sleep(time.Duration(r.Int64N(int64(v.commit) + 1)))
	}
	_ = c.Process.Kill() // it may have ended
	err := <-ended
	var exit *exec.ExitError
	killed := errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
	if err != nil && !killed {
		t.Fatalf("before it was killed: %v\n%s", err, c.Stderr)
	}
	now := contentOf(t, dir)
	if now != v.old && now != v.next {
		t.Errorf("the lake is at %q, want %q or %q", now, v.old, v.next)
	}
	left := unnamed(t, dir)
	// The lock is free, and the next run gets where it should.
	if status, _, errs := tolok(t, append(slices.Clone(v.command), "--lake", dir)...); status != exitOK {
		t.Errorf("the next run: exit %d, %s", status, errs)
	}
	if again := contentOf(t, dir); again != v.next {
		t.Errorf("the next run ends at %q, want %q", again, v.next)
	}
	if _, err := os.Stat(filepath.Join(dir, "staging")); !os.IsNotExist(err) {
		t.Errorf("staging is still there: %v", err)
	}
	must(t, "compact", "--lake", dir, "--prune")
	if n := unnamed(t, dir); n > 0 {
		t.Errorf("compact --prune leaves %d files that no snapshot names", n)
	}
	contentOf(t, dir)
	switch {
	case !killed:
		return "ended before"
	case now == v.next:
		return "new state"
	case left > 0:
		return "old state, amid the commit"
	}
	return "old state"
}

// contentOf names the state of a lake, with every byte of every state read; ""
// if there is none.
func contentOf(t *testing.T, dir string) string {
	t.Helper()
	l := lake.Open(dir)
	all, err := l.Manifests()
	if err != nil {
		t.Fatalf("the lake does not open: %v", err)
	}
	if len(all) == 0 {
		return ""
	}
	for _, m := range all {
		if d, err := l.Verify(t.Context(), m); err != nil || len(d) > 0 {
			t.Fatalf("snapshot %s is damaged: %v, %v", m.Content, d, err)
		}
	}
	return all[len(all)-1].Content
}

// unnamed counts the data files that no state names.
func unnamed(t *testing.T, dir string) int {
	t.Helper()
	all, err := lake.Open(dir).Manifests()
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range all {
		for _, f := range m.Files {
			named[filepath.Join(dir, filepath.FromSlash(f.Path))] = true
		}
	}
	n := 0
	for _, f := range dataFiles(dir) {
		if !named[f] {
			n++
		}
	}
	return n
}

func dataFiles(dir string) []string {
	flat, _ := filepath.Glob(filepath.Join(dir, "data", "*", "*.parquet"))
	cycles, _ := filepath.Glob(filepath.Join(dir, "data", "*", "*", "*.parquet"))
	return append(flat, cycles...)
}

// copyLake copies a lake; one that is not there yet stays so.
func copyLake(t *testing.T, from, to string) {
	t.Helper()
	if _, err := os.Stat(from); os.IsNotExist(err) {
		return
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}
