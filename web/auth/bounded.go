package auth

import (
	"cmp"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// Two buckets are filled by people who have not signed in: the counts of
// failures and the OIDC sign-ins under way. They hold at most maxRows; the
// bucket's sequence number counts the rows.
const maxRows = 50_000

// perishable is what every row of a bounded bucket has: when it is of no use.
type perishable struct {
	Expires time.Time `json:"expires"`
}

// putBounded writes a row, and makes room first where the bucket is full.
func putBounded(tx *bbolt.Tx, bucket, key []byte, v any, now time.Time) error {
	b := tx.Bucket(bucket)
	if b.Get(key) == nil {
		if b.Sequence() >= maxRows {
			if err := makeRoom(tx, bucket, now, maxRows/10); err != nil {
				return err
			}
		}
		if err := b.SetSequence(b.Sequence() + 1); err != nil {
			return err
		}
	}
	return put(tx, bucket, key, v)
}

func deleteBounded(tx *bbolt.Tx, bucket, key []byte) error {
	b := tx.Bucket(bucket)
	if b.Get(key) == nil {
		return nil
	}
	if err := b.SetSequence(b.Sequence() - 1); err != nil {
		return err
	}
	return b.Delete(key)
}

// makeRoom deletes what has expired and, where that frees fewer than the wanted
// number of rows, those that expire next. A tenth at a time, so that a flood
// does not pay for a scan with every row.
func makeRoom(tx *bbolt.Tx, bucket []byte, now time.Time, want int) error {
	type row struct {
		key     []byte
		expires time.Time
	}
	var rows []row
	err := each(tx, bucket, func(k []byte, v *perishable) error {
		rows = append(rows, row{slices.Clone(k), v.Expires})
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(a.expires.Compare(b.expires), slices.Compare(a.key, b.key)) })
	for i, r := range rows {
		if i >= want && now.Before(r.expires) {
			break
		}
		if err := deleteBounded(tx, bucket, r.key); err != nil {
			return err
		}
	}
	return nil
}
