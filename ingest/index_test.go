package ingest

import (
	"math/rand/v2"
	"testing"
)

// The index against a map, with hashes so alike that they meet in one slot and
// share the part that an entry keeps.
func TestIndex(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var x index
	var log []uint64 // the hash of what lies at a place
	want := map[uint64]int64{}
	for range 60_000 {
		hash := rng.Uint64N(3)<<62 | rng.Uint64N(200)<<placeBits | rng.Uint64N(8)<<20 | rng.Uint64N(3)
		has := func(at int64) (bool, error) { return log[at] == hash, nil }
		at, ok, err := x.find(hash, has)
		if before, known := want[hash]; ok != known || ok && at != before || err != nil {
			t.Fatalf("found %d %v, want %d %v (%v)", at, ok, before, known, err)
		}
		want[hash] = int64(len(log))
		log = append(log, hash)
		if err := x.put(hash, want[hash], has); err != nil {
			t.Fatal(err)
		}
	}
}
