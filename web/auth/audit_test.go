package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// written gives a log of n entries, one a minute, and its bytes.
func written(t *testing.T, n int) (*house, *Audit, []byte) {
	t.Helper()
	h := newHouse(t)
	a := h.audit()
	for i := range n {
		h.clock.advance(time.Minute)
		must[Entry](t)(a.Append(h.admin.Note(ActSee, fmt.Sprintf("unit-%d", i), "")))
	}
	return h, a, h.log()
}

func (h *house) log() []byte { return must[[]byte](h.t)(os.ReadFile(h.auditPath())) }

func TestAuditTamperingIsFoundAtItsPlace(t *testing.T) {
	_, a, log := written(t, 9)
	noErr(t, a.Verify(bytes.NewReader(log)))
	lines := bytes.SplitAfter(bytes.TrimSuffix(log, []byte("\n")), []byte("\n"))
	lines[8] = append(lines[8], '\n')
	join := func(l ...[]byte) []byte { return bytes.Join(l, nil) }
	line := func(n int) []byte { return lines[n-1] }
	recomputed := func(n int, change func(*Entry)) []byte {
		var e Entry
		noErr(t, json.Unmarshal(line(n), &e))
		change(&e)
		return must[[]byte](t)(e.seal())
	}
	anew := func(from int) (out []byte) { // a whole chain computed anew after a change
		prev := ""
		for n := 1; n <= 9; n++ {
			l := recomputed(n, func(e *Entry) {
				if e.Prev = prev; n == from {
					e.Subject = "another"
				}
			})
			var e Entry
			noErr(t, json.Unmarshal(l, &e))
			prev, out = e.Hash, append(out, l...)
		}
		return out
	}
	for _, c := range []struct {
		what      string
		log       []byte
		line, seq int
	}{
		{"a word changed", bytes.Replace(log, []byte("unit-4"), []byte("unit-X"), 1), 5, 5},
		{"a word changed and the hash made to fit", join(join(lines[:4]...), recomputed(5, func(e *Entry) { e.Subject = "x" }), join(lines[5:]...)), 6, 6},
		{"a field added", bytes.Replace(log, []byte(`{"seq":3,`), []byte(`{"seq":3,"x":1,`), 1), 3, 3},
		{"a field spelt otherwise", bytes.Replace(log, []byte(`{"seq":3,`), []byte(`{"Seq":3,`), 1), 3, 3},
		{"an entry deleted", join(join(lines[:3]...), join(lines[4:]...)), 4, 4},
		{"the first entry deleted", join(lines[1:]...), 1, 1},
		{"two entries exchanged", join(line(1), line(3), line(2), join(lines[3:]...)), 2, 2},
		{"an entry repeated", join(line(1), line(2), line(2), join(lines[2:]...)), 3, 3},
		{"an entry put in", join(line(1), line(2), recomputed(3, func(e *Entry) { e.Subject = "x" }), join(lines[2:]...)), 4, 4},
		{"an empty line put in", join(line(1), []byte("\n"), join(lines[1:]...)), 2, 2},
		{"the tail cut between entries", join(lines[:7]...), 0, 8},
		{"the last entry cut", join(lines[:8]...), 0, 9},
		{"the tail cut within an entry", log[:len(log)-10], 9, 9},
		{"everything cut", nil, 0, 1},
		{"an entry added at the end", join(log, recomputed(9, func(e *Entry) { e.Seq, e.Prev = 10, e.Hash })), 0, 10},
		{"the whole chain computed anew", anew(2), 0, 9},
		{"a made-up checkpoint", join([]byte(`{"checkpoint":{"seq":1,"hash":"`+hashOf(t, line(1))+`","at":"2026-03-02T08:00:00Z","mac":"AAAA"}}`+"\n"), join(lines[1:]...)), 1, 1},
		{"a line without end", bytes.Repeat([]byte("x"), 1<<20), 1, 1},
	} {
		err := a.Verify(bytes.NewReader(c.log))
		var b *Broken
		if !errors.As(err, &b) {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if b.Line != c.line || b.Seq != uint64(c.seq) {
			t.Errorf("%s: found at line %d entry %d, want line %d entry %d: %v", c.what, b.Line, b.Seq, c.line, c.seq, err)
		}
	}
	head := must[Head](t)(VerifyChain(bytes.NewReader(log)))
	if head != a.Head() {
		t.Errorf("chain ends at %v, want %v", head, a.Head())
	}
}

func hashOf(t *testing.T, line []byte) string {
	t.Helper()
	var e Entry
	noErr(t, json.Unmarshal(line, &e))
	return e.Hash
}

// Any single byte changed anywhere in the file is found.
func TestEveryByteCounts(t *testing.T) {
	_, a, log := written(t, 3)
	for i := range log {
		for _, flip := range []byte{1, 0x20} {
			changed := bytes.Clone(log)
			changed[i] ^= flip
			if a.Verify(bytes.NewReader(changed)) == nil {
				t.Fatalf("byte %d changed from %q to %q, not found", i, log[i], changed[i])
			}
		}
	}
}

func TestAuditFileChangedOnDisk(t *testing.T) {
	h, a, log := written(t, 5)
	noErr(t, a.Check())
	noErr(t, os.WriteFile(h.auditPath(), bytes.Replace(log, []byte("unit-2"), []byte("unit-9"), 1), 0o600))
	if err := a.Check(); err == nil {
		t.Error("a changed file passed")
	}
	noErr(t, os.WriteFile(h.auditPath(), append(log, "more\n"...), 0o600))
	if err := a.Check(); err == nil {
		t.Error("a longer file passed")
	}
	if _, _, err := a.Search(t.Context(), Query{}); err == nil {
		t.Error("a longer file was searched in silence")
	}
}

// A power failure after the store took the entry and before the file had it.
func TestAuditMendsAPowerFailure(t *testing.T) {
	for _, n := range []int{1, 6} {
		_, _, whole := written(t, n)
		last := bytes.LastIndexByte(bytes.TrimSuffix(whole, []byte("\n")), '\n') + 1
		for _, cut := range []int{last, last + 1, last + 20, len(whole) - 1, len(whole)} {
			h, a, log := written(t, n)
			noErr(t, a.Close())
			noErr(t, os.WriteFile(h.auditPath(), log[:cut], 0o600))
			again := h.audit()
			noErr(t, again.Check())
			if got := h.log(); !bytes.Equal(got, log) {
				t.Errorf("%d of %d bytes: mended to %d", cut, len(log), len(got))
			}
			must[Entry](t)(again.Append(Entry{Action: ActSignIn}))
			noErr(t, again.Check())
		}
	}
}

func TestAuditRefusesToOpenWhatWasCut(t *testing.T) {
	h, a, log := written(t, 6)
	noErr(t, a.Close())
	twoLess := bytes.Join(bytes.SplitAfter(log, []byte("\n"))[:4], nil)
	for what, content := range map[string][]byte{
		"two entries cut": twoLess, "emptied": {}, "rubbish at the end": append(bytes.Clone(log), "x"...), "another's": []byte("hello\n"),
	} {
		noErr(t, os.WriteFile(h.auditPath(), content, 0o600))
		var b *Broken
		if _, err := h.OpenAudit(h.auditPath()); !errors.As(err, &b) {
			t.Errorf("%s: %v", what, err)
		}
	}
	noErr(t, os.WriteFile(h.auditPath(), twoLess, 0o600))
	again := must[*Audit](t)(h.RestartAudit(h.auditPath(), "disk replaced"))
	noErr(t, again.Check())
	must[Entry](t)(again.Append(Entry{Action: ActSignIn}))
	noErr(t, again.Close())
	noErr(t, h.audit().Check())
	list, _, err := h.audit().Search(t.Context(), Query{})
	noErr(t, err)
	if len(list) != 2 || list[1].Action != ActRestart || list[1].Seq != 7 || list[1].Detail != "disk replaced" {
		t.Errorf("entries %+v", list)
	}
	if kept := must[[]byte](t)(os.ReadFile(h.auditPath() + ".broken-20260302T080600.000000Z")); !bytes.Equal(kept, twoLess) {
		t.Error("the broken file was not kept")
	}
}

func TestAuditHeadIsSigned(t *testing.T) {
	h, a, _ := written(t, 3)
	noErr(t, a.Close())
	forged := a.head
	forged.Hash, forged.MAC = strings.Repeat("0", 64), bytes.Repeat([]byte{1}, 32)
	noErr(t, h.putMeta(keyHead, forged))
	var b *Broken
	if _, err := h.OpenAudit(h.auditPath()); !errors.As(err, &b) {
		t.Errorf("a forged head: %v", err)
	}
}

func TestSearch(t *testing.T) {
	h := newHouse(t)
	a := h.audit()
	start := h.clock.now()
	actions := []Action{ActSee, ActExport, ActSignIn}
	for i := range 400 {
		who := Identity{Account: fmt.Sprintf("acc%d", i%7), Scope: Scope{Role: Nasional}}
		e := who.Note(actions[i%3], fmt.Sprintf("unit-%d", i%10), strings.Repeat("x", i%300))
		must[Entry](t)(a.append(e))
		if i%2 == 1 { // two entries share each moment
			h.clock.advance(time.Minute)
		}
	}
	for _, c := range []struct {
		name string
		q    Query
		want func(i int) bool
	}{
		{"all", Query{}, func(int) bool { return true }},
		{"account", Query{Account: "acc3"}, func(i int) bool { return i%7 == 3 }},
		{"action and subject", Query{Action: ActExport, Subject: "unit-4"}, func(i int) bool { return i%3 == 1 && i%10 == 4 }},
		{"from", Query{From: start.Add(100 * time.Minute)}, func(i int) bool { return i/2 >= 100 }},
		{"to", Query{To: start.Add(100 * time.Minute)}, func(i int) bool { return i/2 < 100 }},
		{"one minute", Query{From: start.Add(7 * time.Minute), To: start.Add(8 * time.Minute)}, func(i int) bool { return i/2 == 7 }},
		{"before all", Query{To: start}, func(int) bool { return false }},
		{"after all", Query{From: start.Add(time.Hour * 24)}, func(int) bool { return false }},
	} {
		var want, got []uint64
		for i := 399; i >= 0; i-- {
			if c.want(i) {
				want = append(want, uint64(i+1))
			}
		}
		c.q.Limit = 37
		for page := 0; ; page++ {
			list, next, err := a.Search(t.Context(), c.q)
			noErr(t, err)
			for _, e := range list {
				got = append(got, e.Seq)
			}
			if next == 0 {
				break
			}
			if page > 100 || len(list) != 37 {
				t.Fatalf("%s: page %d has %d", c.name, page, len(list))
			}
			c.q.Before = next
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %d %v, want %d %v", c.name, len(got), got, len(want), want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := a.Search(ctx, Query{})
	wantErr(t, err, context.Canceled)
}

func TestTrimCarriesTheChainOver(t *testing.T) {
	h, a, before := written(t, 20)
	start := h.clock.now()
	if n := must[uint64](t)(a.Trim(h.admin, start.Add(-time.Hour))); n != 0 {
		t.Fatalf("%d cut off, none is so old", n)
	}
	if n := must[uint64](t)(a.Trim(h.admin, start.Add(-9*time.Minute))); n != 10 {
		t.Fatalf("%d cut off", n)
	}
	noErr(t, a.Check())
	list, _, err := a.Search(t.Context(), Query{})
	noErr(t, err)
	if len(list) != 11 || list[10].Seq != 11 || list[0].Action != ActTrim || list[0].Account != h.admin.Account {
		t.Errorf("%d entries, from %d, the last %+v", len(list), list[len(list)-1].Seq, list[0])
	}
	must[Entry](t)(a.Append(Entry{Action: ActSee}))
	if n := must[uint64](t)(a.Trim(h.admin, start.Add(24*time.Hour))); n != 11 { // the last entry stays
		t.Fatalf("%d cut off", n)
	}
	noErr(t, a.Check())
	noErr(t, a.Close())
	noErr(t, h.audit().Check())
	// The whole old log does not pass for the present one, nor does a log whose
	// checkpoint was taken away.
	if a.Verify(bytes.NewReader(before)) == nil {
		t.Error("the old log passed")
	}
	log := h.log()
	if a.Verify(bytes.NewReader(log[bytes.IndexByte(log, '\n')+1:])) == nil {
		t.Error("a log without its checkpoint passed")
	}
}

func TestAuditAtOnce(t *testing.T) {
	h := newHouse(t)
	a := h.audit()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 10 {
				if _, err := a.Append(Entry{Action: ActSee, Subject: fmt.Sprint(g, i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for range 10 {
			if err := a.Check(); err != nil {
				t.Error(err)
			}
			if _, _, err := a.Search(context.Background(), Query{Limit: 10}); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Go(func() {
		for range 3 {
			if _, err := a.Trim(Console(), h.clock.now().Add(time.Hour)); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	noErr(t, a.Check())
	if head := a.Head(); head.Seq < 80 {
		t.Errorf("%d entries", head.Seq)
	}
}

func TestTimesNeverRunBackwards(t *testing.T) {
	h := newHouse(t)
	a := h.audit()
	first := must[Entry](t)(a.Append(Entry{Action: ActSee}))
	h.clock.advance(-time.Hour)
	second := must[Entry](t)(a.Append(Entry{Action: ActSee}))
	if second.At.Before(first.At) {
		t.Errorf("%v after %v", second.At, first.At)
	}
}

// Texts come from outside: whatever they hold, the log verifies.
func FuzzEntry(f *testing.F) {
	f.Add("unit-1", "dari \"sana\"\n\u2028<script>", "192.0.2.1")
	f.Add("\xff\xfe", strings.Repeat("é", 5000), "\x00")
	f.Fuzz(func(t *testing.T, subject, detail, address string) {
		e := Entry{Seq: 1, Subject: subject, Detail: detail, Address: address}
		line, err := e.seal()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Count(line, []byte("\n")) != 1 || len(line) > longestLine {
			t.Errorf("line of %d bytes %q", len(line), line)
		}
		head, err := VerifyChain(bytes.NewReader(line))
		if err != nil || head.Seq != 1 {
			t.Errorf("%v %+v: %q", err, head, line)
		}
	})
}

func FuzzVerify(f *testing.F) {
	e := Entry{Seq: 1, Action: ActSee}
	line, err := e.seal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line)
	f.Add([]byte(`{"checkpoint":{"seq":3,"hash":"x","at":"2026-03-02T08:00:00Z","mac":null}}` + "\n"))
	f.Fuzz(func(_ *testing.T, log []byte) {
		VerifyChain(bytes.NewReader(log))
		r := bytes.NewReader(log)
		firstOffset(r, int64(len(log)), func(e Entry) bool { return e.Seq > 2 })
		linesBackwards(r, int64(len(log)), func([]byte) (bool, error) { return true, nil })
	})
}

// Lines read backwards are the lines read forwards, whatever their lengths.
func FuzzLinesBackwards(f *testing.F) {
	f.Add(3, 20_000)
	f.Add(5, 32<<10)
	f.Add(40, 1)
	f.Fuzz(func(t *testing.T, n, size int) {
		if n < 0 || n > 60 || size < 0 || size > longestLine/2 {
			t.Skip()
		}
		var want []string
		var log bytes.Buffer
		for i := range n {
			want = append(want, fmt.Sprint(i)+strings.Repeat("x", (size*(i%3))%longestLine))
			io.WriteString(&log, want[i]+"\n")
		}
		err := linesBackwards(bytes.NewReader(log.Bytes()), int64(log.Len()), func(line []byte) (bool, error) {
			if last := want[len(want)-1]; string(line) != last {
				t.Fatalf("got %d bytes, want %d", len(line), len(last))
			}
			want = want[:len(want)-1]
			return true, nil
		})
		if err != nil || len(want) != 0 {
			t.Errorf("%v, %d lines were not read", err, len(want))
		}
	})
}
