package ingest

// index finds where in a log lies what has a hash, in some twelve bytes an
// entry: a nation's worksheets are most of a million, for which a map of Go's
// takes three times that, and twice while it grows. An entry keeps part of the
// hash only; the log has all of it.
type index struct {
	tables [256]hashTable // by the last byte of the hash, so that they grow one by one
}

// hashTable is a table with open addressing. A slot holds the first 24 bits of
// the hash above 40 bits of the place, counted from 1; 0 is a free slot.
type hashTable struct {
	slots []uint64
	used  int
}

const (
	placeBits = 40 // a log of a terabyte
	placeMask = 1<<placeBits - 1
)

// find gives the place kept for a hash. Has says whether a place is of it.
func (x *index) find(hash uint64, has func(at int64) (bool, error)) (at int64, ok bool, err error) {
	t := &x.tables[byte(hash)]
	if t.used == 0 {
		return 0, false, nil
	}
	slot, err := t.slot(hash, has)
	if err != nil || t.slots[slot] == 0 {
		return 0, false, err
	}
	return int64(t.slots[slot]&placeMask) - 1, true, nil
}

// put keeps a place for a hash, in place of the one before.
func (x *index) put(hash uint64, at int64, has func(at int64) (bool, error)) error {
	t := &x.tables[byte(hash)]
	if 4*t.used >= 3*len(t.slots) {
		t.grow()
	}
	slot, err := t.slot(hash, has)
	if err != nil {
		return err
	}
	if t.slots[slot] == 0 {
		t.used++
	}
	t.slots[slot] = hash>>placeBits<<placeBits | uint64(at+1)
	return nil
}

// slot is where a hash stands, or the free slot where it would.
func (t *hashTable) slot(hash uint64, has func(at int64) (bool, error)) (int, error) {
	mask := uint64(len(t.slots) - 1)
	i := hash >> placeBits & mask
	for ; t.slots[i] != 0; i = (i + 1) & mask {
		if t.slots[i]>>placeBits != hash>>placeBits {
			continue
		}
		if same, err := has(int64(t.slots[i]&placeMask) - 1); same || err != nil {
			return int(i), err
		}
	}
	return int(i), nil
}

func (t *hashTable) grow() {
	old := t.slots
	t.slots = make([]uint64, max(16, 2*len(old)))
	mask := uint64(len(t.slots) - 1)
	for _, s := range old {
		if s == 0 {
			continue
		}
		i := s >> placeBits & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}
