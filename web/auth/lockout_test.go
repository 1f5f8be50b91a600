package auth

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func (h *house) guess(name, address string) error {
	_, err := h.SignIn(Attempt{Name: name, Password: "wrong wrong wrong", Address: address})
	return err
}

// guessUntilLocked fails until the wait is the longest, as an attacker would.
func (h *house) guessUntilLocked(name, address string) {
	h.t.Helper()
	for range 20 {
		if err := h.guess(name, address); err != nil && !errors.Is(err, ErrSignIn) {
			h.clock.advance(wantLocked(h.t, err).Sub(h.clock.now()))
		}
	}
	wantLocked(h.t, h.guess(name, address))
}

func TestWaitDoublesAndEnds(t *testing.T) {
	var got []time.Duration
	for n := 5; n <= 18; n++ {
		got = append(got, wait(n, 5)/time.Second)
	}
	want := "[0 1 2 4 8 16 32 64 128 256 512 900 900 900]"
	if s := fmt.Sprint(nanoless(got)); s != want {
		t.Errorf("waits %s, want %s", s, want)
	}
	if wait(1<<40, 5) != longestWait {
		t.Error("a very high count overflows")
	}
}

func nanoless(list []time.Duration) (out []int64) {
	for _, d := range list {
		out = append(out, int64(d))
	}
	return out
}

func TestLockOutHoldsForKnownAndUnknownNames(t *testing.T) {
	for _, name := range []string{"unit@a.example", "nobody@x.example"} {
		h := newHouse(t)
		h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
		for i := range 6 {
			wantErr(t, h.guess(name, fmt.Sprintf("198.51.100.%d", i)), ErrSignIn)
		}
		until := wantLocked(t, h.guess(name, "198.51.100.99"))
		if until.Sub(h.clock.now()) != time.Second {
			t.Errorf("%s: locked until %v", name, until)
		}
		h.reopen()
		wantLocked(t, h.guess(name, "198.51.100.98")) // a restart does not open it
		h.clock.advance(time.Second)
		wantErr(t, h.guess(name, "198.51.100.97"), ErrSignIn)
	}
}

func TestRightPasswordWhileLockedTellsNothing(t *testing.T) {
	h := newHouse(t)
	h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	h.guessUntilLocked("unit@a.example", "198.51.100.1")
	_, err := h.SignIn(Attempt{Name: "unit@a.example", Password: goodPassword, Address: "198.51.100.2"})
	wantLocked(t, err)
}

func TestLockOutDoesNotKeepTheOwnerOut(t *testing.T) {
	h := newHouse(t)
	h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	h.signIn("unit@a.example") // from 192.0.2.1, which is known from now on
	h.guessUntilLocked("unit@a.example", "198.51.100.1")
	h.signIn("unit@a.example") // not kept out at its own address, however long the attack goes on
	wantLocked(t, h.guess("unit@a.example", "198.51.100.1"))

	// From a new address the owner waits a quarter of an hour at most.
	until := wantLocked(t, h.guess("unit@a.example", "203.0.113.1"))
	if d := until.Sub(h.clock.now()); d > longestWait {
		t.Errorf("waits %v", d)
	}
	h.clock.advance(longestWait)
	must[SignedIn](t)(h.SignIn(Attempt{Name: "unit@a.example", Password: goodPassword, Address: "203.0.113.1"}))
}

func TestSuccessClearsTheName(t *testing.T) {
	h := newHouse(t)
	for range 4 {
		for range 5 {
			wantErr(t, h.guess("admin@menpan.example", "192.0.2.1"), ErrSignIn)
		}
		h.signIn("admin@menpan.example")
	}
}

func TestOneGoodAccountDoesNotBuyGuessesAtOthers(t *testing.T) {
	h := newHouse(t)
	locked := false
	for i := range 60 {
		err := h.guess(fmt.Sprintf("victim%d@x.example", i), "192.0.2.1")
		if i%3 == 0 && errors.Is(err, ErrSignIn) {
			_, err = h.SignIn(Attempt{Name: "admin@menpan.example", Password: goodPassword, Address: "192.0.2.1"})
		}
		var l *Locked
		if locked = errors.As(err, &l); locked {
			break
		}
	}
	if !locked {
		t.Error("an address guessed at 60 names")
	}
}

func TestParallelGuessesDoNotOutrunTheCount(t *testing.T) {
	h := newHouse(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	heard := 0
	for i := range 40 {
		wg.Go(func() {
			if errors.Is(h.guess("admin@menpan.example", fmt.Sprintf("198.51.100.%d", i)), ErrSignIn) {
				mu.Lock()
				heard++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if heard != freeForName+1 {
		t.Errorf("%d guesses were heard at one moment, want %d", heard, freeForName+1)
	}
}

func TestNetworkOf(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "", "unix": "unix",
	} {
		if got := networkOf(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// A flood of made-up names and addresses does not fill the disk.
func TestBoundedBucket(t *testing.T) {
	h := newHouse(t)
	now := h.clock.now()
	key := func(i int) []byte { return fmt.Appendf(nil, "%09d", i) }
	noErr(t, h.db.Update(func(tx *bbolt.Tx) error {
		for i := range maxRows {
			if err := putBounded(tx, bucketFlows, key(i), flowRow{Expires: now.Add(time.Duration(i+1) * time.Second)}, now); err != nil {
				return err
			}
		}
		return nil
	}))
	noErr(t, h.db.Update(func(tx *bbolt.Tx) error {
		return putBounded(tx, bucketFlows, key(maxRows), flowRow{Expires: now.Add(time.Hour)}, now)
	}))
	noErr(t, h.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketFlows)
		if n := b.Stats().KeyN; n != int(b.Sequence()) || n != maxRows-maxRows/10+1 {
			t.Errorf("%d rows, counted %d", n, b.Sequence())
		}
		if b.Get(key(0)) != nil || b.Get(key(maxRows-1)) == nil {
			t.Error("not those that expire first were dropped")
		}
		return nil
	}))
}
