package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// The buckets of accounts.db. A value is JSON, but where said otherwise.
var (
	bucketMeta     = []byte("meta")     // names of single records, such as the audit log's head
	bucketAccounts = []byte("accounts") // account id
	bucketNames    = []byte("names")    // sign-in name -> account id
	bucketSubjects = []byte("subjects") // issuer and subject -> account id
	bucketInvites  = []byte("invites")  // hash of the invitation's token
	bucketSessions = []byte("sessions") // hash of the session id
	bucketPending  = []byte("pending")  // hash of the token between password and code
	bucketTokens   = []byte("tokens")   // hash of the API token
	bucketFlows    = []byte("flows")    // hash of the state of an OIDC sign-in under way
	bucketLockout  = []byte("lockout")  // keyed hash of a name or an address
	bucketSecrets  = []byte("secrets")  // name -> sealed JSON
	bucketReleases = []byte("releases") // year of the cycle
	bucketStudies  = []byte("studies")  // id of the request for a study visit
	allBuckets     = [][]byte{bucketMeta, bucketAccounts, bucketNames, bucketSubjects, bucketInvites, bucketSessions, bucketPending, bucketTokens, bucketFlows, bucketLockout, bucketSecrets, bucketReleases, bucketStudies}
)

// Options of a store. The zero value is fit for production.
type Options struct {
	Now      func() time.Time // the clock; time.Now
	Argon    Argon            // cost of a password; see DefaultArgon
	Idle     time.Duration    // a session ends after so long without a request; 30 minutes
	Absolute time.Duration    // a session ends after so long in any case; 12 hours

	// UnitAgency gives the agency of a unit, so that an administrator of an
	// agency cannot claim another's unit. Without it the caller's word counts.
	UnitAgency func(unit string) (agency string, known bool)
}

// Store holds accounts and all that belongs to them. It is safe for concurrent
// use, and only one process can have it open.
type Store struct {
	db      *bbolt.DB
	keys    keys
	opts    Options
	hashing chan struct{} // bounds the memory that password hashes take at once
	decoy   string        // the hash that an unknown name is compared with
}

// Open opens the store in a folder, and makes folder, database and key where
// there are none. It fails when another process has it open.
func Open(dir string, o Options) (*Store, error) {
	o.setDefaults()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder of accounts: %w", err)
	}
	path := filepath.Join(dir, "accounts.db")
	if err := checkPrivate(path); err != nil {
		return nil, err
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s is in use by another process: stop that one first, or give each its own folder", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w; put back a backup if it is damaged", path, err)
	}
	s := &Store{db: db, opts: o, hashing: make(chan struct{}, max(2, runtime.NumCPU()))}
	if err := s.prepare(dir); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

func (o *Options) setDefaults() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Argon == (Argon{}) {
		o.Argon = DefaultArgon
	}
	if o.Idle == 0 {
		o.Idle = 30 * time.Minute
	}
	if o.Absolute == 0 {
		o.Absolute = 12 * time.Hour
	}
}

func (s *Store) prepare(dir string) error {
	fresh := false
	err := s.db.Update(func(tx *bbolt.Tx) error {
		fresh = tx.Bucket(bucketMeta) == nil
		for _, b := range allBuckets {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("accounts.db: %w", err)
	}
	if s.keys, err = loadKeys(filepath.Join(dir, "accounts.key"), fresh); err != nil {
		return err
	}
	if err := s.checkKey(); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(dir, "accounts.key"), err)
	}
	s.decoy, err = hashPassword(newToken(), s.opts.Argon)
	return err
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Backup writes a consistent copy of accounts.db while the store is in use, and
// returns its size in bytes. The key is not in it.
func (s *Store) Backup(w io.Writer) (n int64, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		n, err = tx.WriteTo(w)
		return err
	})
	return n, err
}

// Sweep deletes what has expired: sessions, half-done sign-ins, invitations,
// tokens and counts of failures. Nothing depends on it but the file's size; an
// hourly call is enough.
func (s *Store) Sweep() error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		now := s.now()
		return errors.Join(
			deleteIf(tx, bucketSessions, func(r *sessionRow) bool { return s.sessionOver(r, now) }),
			deleteIf(tx, bucketInvites, func(r *Invitation) bool { return !now.Before(r.Expires) }),
			deleteIf(tx, bucketPending, func(r *pendingRow) bool { return !now.Before(r.Expires) }),
			deleteIf(tx, bucketTokens, func(r *Token) bool { return !now.Before(r.Expires) }),
			makeRoom(tx, bucketFlows, now, 0),
			makeRoom(tx, bucketLockout, now, 0),
		)
	})
}

// now is the clock to the microsecond in UTC, the form in which times are kept.
func (s *Store) now() time.Time { return s.opts.Now().UTC().Truncate(time.Microsecond) }

func checkPrivate(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s can be read by others (%v): chmod 600 it", path, info.Mode().Perm())
	}
	return nil
}

// get reads one record; nil where there is none.
func get[T any](tx *bbolt.Tx, bucket, key []byte) (*T, error) {
	raw := tx.Bucket(bucket).Get(key)
	if raw == nil {
		return nil, nil
	}
	v := new(T)
	if err := json.Unmarshal(raw, v); err != nil {
		return nil, fmt.Errorf("accounts.db, %s: %w; put back a backup", bucket, err)
	}
	return v, nil
}

func put(tx *bbolt.Tx, bucket, key []byte, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return tx.Bucket(bucket).Put(key, raw)
}

// each calls f with every record of a bucket, in the order of the keys.
func each[T any](tx *bbolt.Tx, bucket []byte, f func(key []byte, v *T) error) error {
	return tx.Bucket(bucket).ForEach(func(k, raw []byte) error {
		v := new(T)
		if err := json.Unmarshal(raw, v); err != nil {
			return fmt.Errorf("accounts.db, %s: %w; put back a backup", bucket, err)
		}
		return f(k, v)
	})
}

func deleteIf[T any](tx *bbolt.Tx, bucket []byte, gone func(*T) bool) error {
	var keys [][]byte
	err := each(tx, bucket, func(k []byte, v *T) error {
		if gone(v) {
			keys = append(keys, slices.Clone(k))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := tx.Bucket(bucket).Delete(k); err != nil {
			return err
		}
	}
	return nil
}
