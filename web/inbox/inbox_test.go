package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
)

var (
	sender   = Who{"a1", "Itjen K01"}
	ministry = Who{"a2", "KemenPANRB"}
	quiet    = slog.New(slog.DiscardHandler)
)

func open(t testing.TB, dir string, limits Limits) *Inbox {
	t.Helper()
	in, err := Open(dir, limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	in.space = func(string) (int64, error) { return 1 << 50, nil }
	t.Cleanup(func() { in.Close() })
	return in
}

// send uploads files given as name, content pairs.
func send(in *Inbox, pairs ...string) (*Submission, error) {
	u, err := in.Begin(-1)
	if err != nil {
		return nil, err
	}
	defer u.Discard()
	for i := 0; i < len(pairs); i += 2 {
		if err := u.Add(pairs[i], strings.NewReader(pairs[i+1])); err != nil {
			return nil, err
		}
	}
	return u.Finish(Sent{Agency: "K01", Cycle: 2024}, sender)
}

func mustSend(t testing.TB, in *Inbox) *Submission {
	t.Helper()
	s, err := send(in, "hosts.csv", "unit_id\n")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// worker takes everything in and finds one row in it.
func worker(in *Inbox) *Worker {
	return &Worker{
		Inbox: in, Log: quiet, Retry: time.Millisecond,
		Check: func(context.Context, *Submission, string) (*Report, error) {
			return &Report{Counts: Counts{Files: 1, Put: 1}}, nil
		},
		Submit: func(_ context.Context, s *Submission, _ string) (string, error) { return "lake-of-" + s.ID, nil },
	}
}

// work does what waits, without a goroutine.
func work(t testing.TB, w *Worker) {
	t.Helper()
	for {
		s := w.oldest([]Task{Fetch, Check, Submit}, nil)
		if s == nil {
			return
		}
		if err := w.do(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ given, want string }{
		{"hosts.csv", "hosts.csv"},
		{"Kanwil Jawa Tengah (final) – revisi.xlsx", "Kanwil Jawa Tengah (final) – revisi.xlsx"},
		{"  laporan.csv. ", "laporan.csv"},
		{"=cmd|' C calc'!A0.csv", "=cmd_' C calc'!A0.csv"},
		{"=SUM(A1).csv", "=SUM(A1).csv"},
		{"a:b?.csv", "!name-path"},
		{"ab:c?.csv", "ab_c_.csv"},
		{"bad\xff.csv", "bad_.csv"},
		{"a\u202egpj.csv", "agpj.csv"},
		{"tab\tbaris\n.csv", "tab_baris_.csv"},
		{"", "!name-empty"},
		{" ", "!name-empty"},
		{".", "!name-path"},
		{"..", "!name-path"},
		{"...", "!name-hidden"},
		{"../hosts.csv", "!name-path"},
		{"/etc/passwd", "!name-path"},
		{`..\hosts.csv`, "!name-path"},
		{`C:\hosts.csv`, "!name-path"},
		{"C:hosts.csv", "!name-path"},
		{"a/b.csv", "!name-path"},
		{"a\x00.csv", "!name-path"},
		{".hidden", "!name-hidden"},
		{" .hidden", "!name-hidden"},
		{"\u200b.hidden", "!name-hidden"},
		{"~$buku.xlsx", "!name-hidden"},
		{"CON", "!name-device"},
		{"nul.csv", "!name-device"},
		{"com1.tar.gz", "!name-device"},
		{"LPT².csv", "!name-device"},
		{"COMMON.csv", "COMMON.csv"},
		{strings.Repeat("x", 201), "!name-long"},
	} {
		got, err := CleanName(c.given)
		var r *Refusal
		if errors.As(err, &r) {
			got = "!" + r.Code
		}
		if got != c.want {
			t.Errorf("%q: %s, want %s", c.given, got, c.want)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"a.csv", "../x", "CON", "\u202e", ".."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, given string) {
		name, err := CleanName(given)
		if err != nil {
			return
		}
		if again, err := CleanName(name); err != nil || again != name {
			t.Errorf("%q gives %q, which gives %q, %v", given, name, again, err)
		}
		if !filepath.IsLocal(name) || filepath.Base(name) != name || name[0] == '.' || len(name) > longestName {
			t.Errorf("%q gives %q", given, name)
		}
	})
}

func TestFromUploadToLake(t *testing.T) {
	dir := t.TempDir()
	in := open(t, dir, Limits{})
	s, err := send(in, "hosts.csv", "a\n", "=HYPERLINK(1).csv", "b\n")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("a\n"))
	if s.State != Draft || s.Task != Check || len(s.Files) != 2 || s.Files[0].SHA256 != hex.EncodeToString(sum[:]) || s.Files[0].Size != 2 || !IsID(s.ID) {
		t.Fatalf("sent: %+v", s)
	}
	for _, step := range []func(string, Who) (*Submission, error){in.Accept, in.Withdraw, func(id string, w Who) (*Submission, error) { return in.Confirm(id, w, false) }} {
		if _, err := step(s.ID, sender); !errors.Is(err, ErrState) {
			t.Errorf("a step while it is checked: %v", err)
		}
	}
	w := worker(in)
	work(t, w)
	if _, err := in.Confirm(s.ID, sender, false); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Return(s.ID, ministry, " "); err == nil {
		t.Error("returned without a reason")
	}
	if _, err := in.Accept(s.ID, ministry); err != nil {
		t.Fatal(err)
	}
	work(t, w)
	in.Close()
	in = open(t, dir, Limits{}) // and it is still there after a restart
	got, err := in.Get(s.ID)
	if err != nil || got.State != Accepted || got.Manifest != "lake-of-"+s.ID || got.Task != "" {
		t.Fatalf("in the end %+v, %v", got, err)
	}
	var way []string
	for _, step := range got.Steps {
		way = append(way, string(step.State)+" "+step.By.Account)
	}
	if want := []string{"draft a1", "checked a1", "confirmed a1", "accepted a2"}; !slices.Equal(way, want) {
		t.Errorf("steps %q, want %q", way, want)
	}
	if _, err := in.Get("nosuchsubmissionnosuchsubm"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an id nobody has: %v", err)
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	limits := Limits{File: 10, Total: 15, Files: 3}
	for _, c := range []struct {
		what  string
		pairs []string
		want  string
	}{
		{"a file too large", []string{"a", "0123456789x"}, "file-large"},
		{"all too large", []string{"a", "0123456789", "b", "012345"}, "all-large"},
		{"too many", []string{"a", "1", "b", "1", "c", "1", "d", "1"}, "too-many"},
		{"one name twice", []string{"a.csv", "1", "A.CSV", "2"}, "name-repeated"},
		{"one name twice once it is cleaned", []string{"a.csv", "1", " a.csv.", "2"}, "name-repeated"},
		{"an empty file", []string{"a", ""}, "file-empty"},
		{"nothing", nil, "no-files"},
		{"a path", []string{"../a", "1"}, "name-path"},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := t.TempDir()
			in := open(t, dir, limits)
			_, err := send(in, c.pairs...)
			var r *Refusal
			if !errors.As(err, &r) || r.Code != c.want || !slices.Contains(RefusalCodes, r.Code) {
				t.Errorf("%v, want %s", err, c.want)
			}
			left(t, dir)
		})
	}
	in := open(t, t.TempDir(), limits)
	if _, err := in.Begin(100 << 20); err == nil {
		t.Error("an upload announced as too large was begun")
	}
	in.space = func(string) (int64, error) { return 1 << 20, nil }
	if _, err := in.Begin(1); !errors.Is(err, ErrNoSpace) {
		t.Errorf("without space: %v", err)
	}
}

// left fails if anything but the lock is in the inbox.
func left(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != ".lock" {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

// The disk fills up, or the line is cut, in the middle of a large file.
func TestUploadsThatBreakOff(t *testing.T) {
	dir := t.TempDir()
	in := open(t, dir, Limits{})
	for want, from := range map[error]io.Reader{
		ErrCut:     io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(errors.New("connection reset"))),
		ErrNoSpace: io.LimitReader(zeros{}, 80<<20),
	} {
		in.space = func(string) (int64, error) { return 1 << 50, nil }
		u, err := in.Begin(-1)
		if err != nil {
			t.Fatal(err)
		}
		in.space = func(string) (int64, error) { return 1 << 20, nil }
		if err := u.Add("a.csv", from); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
		u.Discard()
		left(t, dir)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// Of many who accept at once, one does; the lake gets it once.
func TestTwoClicksTakeInOnce(t *testing.T) {
	in := open(t, t.TempDir(), Limits{})
	s := mustSend(t, in)
	var taken atomic.Int32
	w := worker(in)
	w.Submit = func(context.Context, *Submission, string) (string, error) {
		taken.Add(1)
		time.Sleep(5 * time.Millisecond)
		return "m", nil
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.Run(ctx); close(done) }()
	await(t, in, s.ID, func(s *Submission) bool { return s.State == Checked })
	if _, err := in.Confirm(s.ID, sender, false); err != nil {
		t.Fatal(err)
	}
	var accepted atomic.Int32
	var clicks sync.WaitGroup
	for range 20 {
		clicks.Go(func() {
			if _, err := in.Accept(s.ID, ministry); err == nil {
				accepted.Add(1)
			} else if !errors.Is(err, ErrState) {
				t.Error(err)
			}
		})
	}
	clicks.Wait()
	await(t, in, s.ID, func(s *Submission) bool { return s.State == Accepted })
	stop()
	<-done
	if accepted.Load() != 1 || taken.Load() != 1 {
		t.Errorf("%d accepted, %d taken in", accepted.Load(), taken.Load())
	}
}

func await(t *testing.T, in *Inbox, id string, ready func(*Submission) bool) {
	t.Helper()
	for range 500 {
		if s, err := in.Get(id); err == nil && ready(s) {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	s, err := in.Get(id)
	t.Fatalf("waited in vain: %+v, %v", s, err)
}

// What fails is said on the submission; what cannot be done now waits; what
// breaks the program breaks one submission.
func TestTasksThatFail(t *testing.T) {
	in := open(t, t.TempDir(), Limits{})
	s := mustSend(t, in)
	w := worker(in)
	for _, fault := range []func() (*Report, error){
		func() (*Report, error) { return nil, errors.New("disk on fire") },
		func() (*Report, error) { panic("on fire") },
	} {
		w.Check = func(context.Context, *Submission, string) (*Report, error) { return fault() }
		work(t, w)
		got, _ := in.Get(s.ID)
		if got.State != Draft || got.Task != "" || !strings.Contains(got.Trouble, "on fire") {
			t.Errorf("after a fault: %+v", got)
		}
		if _, err := in.Again(s.ID, sender); err != nil {
			t.Fatal(err)
		}
	}
	// No place of this machine is told.
	w.Check = func(context.Context, *Submission, string) (*Report, error) {
		_, err := os.ReadFile("/srv/lake/nothing")
		return nil, fmt.Errorf("lake: %w", err)
	}
	work(t, w)
	if got, _ := in.Get(s.ID); got.Trouble == "" || strings.Contains(got.Trouble, "/srv") {
		t.Errorf("trouble %q", got.Trouble)
	}
	if _, err := in.Again(s.ID, sender); err != nil {
		t.Fatal(err)
	}
	w.Check = func(context.Context, *Submission, string) (*Report, error) {
		return nil, fmt.Errorf("%w: the lake is locked", ErrLater)
	}
	if err := w.do(t.Context(), w.oldest([]Task{Check}, nil)); !errors.Is(err, ErrLater) {
		t.Error(err)
	}
	if got, _ := in.Get(s.ID); got.Task != Check || got.Trouble != "" {
		t.Errorf("put off: %+v", got)
	}
	// A report without a row cannot be confirmed.
	w.Check = func(context.Context, *Submission, string) (*Report, error) {
		return &Report{Counts: Counts{Unread: 1}}, nil
	}
	work(t, w)
	if _, err := in.Confirm(s.ID, sender, false); !errors.Is(err, ErrState) {
		t.Errorf("nothing was confirmed: %v", err)
	}
}

// A file changed on the disk between check and accept is not taken in.
func TestChangedFilesAreNotTakenIn(t *testing.T) {
	dir := t.TempDir()
	in := open(t, dir, Limits{})
	s := mustSend(t, in)
	w := worker(in)
	work(t, w)
	if _, err := in.Confirm(s.ID, sender, true); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, s.ID, filesName, "hosts.csv")
	if err := os.WriteFile(path, []byte("UNIT_ID\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	work(t, w)
	if got, _ := in.Get(s.ID); got.State != Confirmed || !strings.Contains(got.Trouble, "was changed") {
		t.Errorf("%+v", got)
	}
	if err := errors.Join(os.Remove(path), os.Symlink("/etc/passwd", path)); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Dir(s.ID); err == nil {
		t.Error("a link was read as a file")
	}
}

func TestFetchGoesThroughTheSameWay(t *testing.T) {
	in := open(t, t.TempDir(), Limits{})
	s, err := in.Order(Sent{Agency: "K/../01"}, sender)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Order(Sent{Agency: "K/../01"}, sender); !errors.Is(err, ErrState) {
		t.Errorf("a second fetch at once: %v", err)
	}
	w := worker(in)
	w.Fetch = func(_ context.Context, _ *Submission, spool string) (string, error) {
		dir := filepath.Join(spool, "begun")
		err := os.MkdirAll(filepath.Join(dir, "portal", "lke"), 0o700)
		return dir, errors.Join(err, os.WriteFile(filepath.Join(dir, "portal", "lke", "U-001.json"), []byte("{}"), 0o600))
	}
	work(t, w)
	got, _ := in.Get(s.ID)
	if got.State != Checked || len(got.Files) != 1 || got.Files[0].Name != "portal/lke/U-001.json" {
		t.Errorf("fetched: %+v", got)
	}
	if _, err := in.Dir(s.ID); err != nil {
		t.Error(err)
	}
}

func TestListAndLimits(t *testing.T) {
	in := open(t, t.TempDir(), Limits{Open: 3})
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	in.now = func() time.Time { now = now.Add(time.Minute); return now }
	var ids []string
	for range 3 {
		ids = append(ids, mustSend(t, in).ID)
	}
	if _, err := send(in, "a", "1"); !errors.Is(err, ErrBusy) {
		t.Errorf("a fourth: %v", err)
	}
	slices.Reverse(ids)
	page, found := in.List(func(*Submission) bool { return true }, 1, 5)
	if found != 3 || len(page) != 2 || page[0].ID != ids[1] || page[1].ID != ids[2] {
		t.Errorf("%d found, page %+v", found, page)
	}
	if page, _ := in.List(func(*Submission) bool { return true }, 99, 5); len(page) != 0 {
		t.Errorf("beyond the end: %+v", page)
	}
	page[0].Files[0].Name = "changed" // the caller's own copy
	if s, _ := in.Get(ids[1]); s.Files[0].Name != "hosts.csv" {
		t.Error("a caller changed the inbox")
	}
}

func TestExpire(t *testing.T) {
	dir := t.TempDir()
	in := open(t, dir, Limits{})
	start := time.Now()
	in.now = func() time.Time { return start }
	old, kept := mustSend(t, in), mustSend(t, in)
	work(t, worker(in))
	if _, err := in.Withdraw(old.ID, sender); err != nil {
		t.Fatal(err)
	}
	in.now = func() time.Time { return start.Add(48 * time.Hour) }
	for want := range []int{1, 0} {
		if n, err := in.Expire(24 * time.Hour); err != nil || n != 1-want {
			t.Errorf("%d expired, %v", n, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, old.ID, filesName)); !errors.Is(err, os.ErrNotExist) {
		t.Error("the files are still there")
	}
	if s, err := in.Get(old.ID); err != nil || !s.Emptied || s.State != Withdrawn {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := in.Dir(kept.ID); err != nil {
		t.Error(err)
	}
}

func TestOneProcessOnly(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, Limits{})
	if _, err := Open(dir, Limits{}, nil); !errors.Is(err, syscall.EWOULDBLOCK) {
		t.Errorf("a second process: %v", err)
	}
}

// Every operation on the disk fails once, as if the machine had stopped there;
// what is read afterwards is a whole state of before or after, and can go on.
func TestCrashAnywhere(t *testing.T) {
	story := func(in *Inbox) error {
		s, err := send(in, "hosts.csv", "unit_id\n")
		if err != nil {
			return err
		}
		w := worker(in)
		if err := w.do(context.Background(), s); err != nil {
			return err
		}
		if _, err := in.Confirm(s.ID, sender, true); err != nil {
			return err
		}
		s, err = in.Get(s.ID)
		if err != nil {
			return err
		}
		return w.do(context.Background(), s)
	}
	for n := 1; ; n++ {
		dir := t.TempDir()
		in := open(t, dir, Limits{})
		count, stopped := 0, errors.New("stopped here")
		in.before = func(op, path string) error {
			if count++; count >= n { // and nothing works after it
				return stopped
			}
			return nil
		}
		err := story(in)
		in.before = nil
		in.Close()
		if err == nil {
			if n < 20 {
				t.Errorf("only %d operations", n)
			}
			return
		}
		in = open(t, dir, Limits{})
		all, found := in.List(func(*Submission) bool { return true }, 0, 10)
		if found > 1 {
			t.Fatalf("operation %d: %d submissions", n, found)
		}
		w := worker(in)
		work(t, w)
		for _, s := range all {
			if s, err = in.Get(s.ID); err != nil || s.Trouble != "" && !strings.Contains(s.Trouble, "stopped here") {
				t.Fatalf("operation %d: %+v, %v", n, s, err)
			}
			if s.State == Draft { // the trouble was written, or the check is yet to come
				if _, err := in.Again(s.ID, sender); err != nil {
					t.Fatalf("operation %d: %v", n, err)
				}
				work(t, w)
			}
			if s, _ = in.Get(s.ID); s.State == Checked {
				if _, err := in.Report(s.ID); err != nil {
					t.Fatalf("operation %d: checked without a report: %v", n, err)
				}
				if _, err := in.Confirm(s.ID, sender, true); err != nil {
					t.Fatalf("operation %d: %v", n, err)
				}
				work(t, w)
			}
			if s, _ = in.Get(s.ID); s.State == Confirmed {
				if _, err := in.Accept(s.ID, ministry); err != nil {
					t.Fatalf("operation %d: %+v: %v", n, s, err)
				}
				work(t, w)
			}
			if s, _ = in.Get(s.ID); s.State != Accepted {
				t.Errorf("operation %d: ends as %+v", n, s)
			}
		}
		in.Close()
		if n > 500 {
			t.Fatal("it never succeeds")
		}
	}
}

// A state that cannot be read is named, not passed over.
func TestDamagedState(t *testing.T) {
	dir := t.TempDir()
	in := open(t, dir, Limits{})
	s := mustSend(t, in)
	in.Close()
	path := filepath.Join(dir, s.ID, stateName)
	for _, bad := range []string{"", "{", `{"id":"x"}`} {
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Limits{}, nil); err == nil || !strings.Contains(err.Error(), s.ID) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A large file goes through in little memory.
func BenchmarkUpload(b *testing.B) {
	in := open(b, b.TempDir(), Limits{Open: 1 << 30, Waiting: 1 << 30})
	b.SetBytes(64 << 20)
	b.ReportAllocs()
	for b.Loop() {
		u, err := in.Begin(-1)
		if err != nil {
			b.Fatal(err)
		}
		if err := u.Add("a", io.LimitReader(zeros{}, 64<<20)); err != nil {
			b.Fatal(err)
		}
		u.Discard()
	}
}
