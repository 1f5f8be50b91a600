package auth

import (
	"net/netip"
	"time"

	"go.etcd.io/bbolt"
)

const (
	freeForName    = 5                // failures for one name before a wait
	freeForAddress = 30               // failures from one address: many offices share one
	longestWait    = 15 * time.Minute // never for good
	forgetAfter    = 24 * time.Hour   // without a failure, the count begins anew
)

// failures counts failed attempts for one name or address.
type failures struct {
	Count   int       `json:"count"`
	Last    time.Time `json:"last"`
	Until   time.Time `json:"until,omitzero"` // no attempt is heard before
	Expires time.Time `json:"expires"`        // see perishable
}

// wait after so many failures: a second, then twice as long each time.
func wait(count, free int) time.Duration {
	if count <= free {
		return 0
	}
	if n := count - free - 1; n < 10 {
		return min(time.Second<<n, longestWait)
	}
	return longestWait
}

// counter is one row to count an attempt in.
type counter struct {
	key  []byte
	free int
}

// counters of an attempt: the address, and the name. An address from which the
// account signed in before has a count of its own instead of the name's, so
// that guesses from elsewhere do not keep the owner out.
func (s *Store) counters(a *accountRow, name, address string) (ofName, ofAddress counter) {
	address = networkOf(address)
	ofAddress = counter{mac(s.keys.index, "address", address)[:16], freeForAddress}
	ofName = counter{mac(s.keys.index, "name", name)[:16], freeForName}
	if a != nil && contains(a.Known, s.addressHash(address)) {
		ofName.key = mac(s.keys.index, "name and address", name, address)[:16]
	}
	return ofName, ofAddress
}

func (s *Store) addressHash(network string) []byte {
	return mac(s.keys.index, "known address", network)[:16]
}

// networkOf gives what one subscriber holds: an IPv4 address, or the first 64
// bits of an IPv6 address.
func networkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// reserve counts an attempt as failed before it is known to be, or refuses it
// with [Locked]. A refused attempt is not counted: it has learned nothing.
func (s *Store) reserve(tx *bbolt.Tx, counters ...counter) error {
	now := s.now()
	rows := make([]failures, len(counters))
	var until time.Time
	for i, c := range counters {
		r, err := get[failures](tx, bucketLockout, c.key)
		if err != nil {
			return err
		}
		if r == nil || now.Sub(r.Last) > forgetAfter {
			continue
		}
		rows[i] = *r
		if r.Until.After(until) {
			until = r.Until
		}
	}
	if now.Before(until) {
		return &Locked{Until: until}
	}
	for i, c := range counters {
		r := rows[i]
		r.Count++
		r.Last, r.Expires = now, now.Add(forgetAfter)
		if w := wait(r.Count, c.free); w > 0 {
			r.Until = now.Add(w)
		}
		if err := putBounded(tx, bucketLockout, c.key, r, now); err != nil {
			return err
		}
	}
	return nil
}

// succeed takes a reservation back. The name's count is cleared; the address
// gets back only what this attempt had cost, for else one good account would
// buy an attacker endless guesses at others.
func (s *Store) succeed(tx *bbolt.Tx, a *accountRow, address string) error {
	ofName, ofAddress := s.counters(a, a.SignIn, address)
	if err := deleteBounded(tx, bucketLockout, ofName.key); err != nil {
		return err
	}
	r, err := get[failures](tx, bucketLockout, ofAddress.key)
	if err != nil || r == nil {
		return err
	}
	r.Count--
	if r.Count <= 0 {
		return deleteBounded(tx, bucketLockout, ofAddress.key)
	}
	if wait(r.Count, ofAddress.free) == 0 {
		r.Until = time.Time{}
	}
	return put(tx, bucketLockout, ofAddress.key, r)
}
