package auth

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// keys are derived from accounts.key, one for each use.
type keys struct {
	aead  cipher.AEAD // seals secrets
	audit []byte      // signs the audit log's head and checkpoints
	index []byte      // hides names and addresses of lock-outs, and recovery codes
}

// loadKeys reads the key file. A missing one is made only beside a database
// that is new: a new key beside an old database would make its secrets
// unreadable in silence.
func loadKeys(path string, fresh bool) (keys, error) {
	if err := checkPrivate(path); err != nil {
		return keys{}, err
	}
	master, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && fresh:
		if master, err = writeKey(path); err != nil {
			return keys{}, fmt.Errorf("key file: %w", err)
		}
	case errors.Is(err, os.ErrNotExist):
		return keys{}, fmt.Errorf("%s is missing, and accounts.db was written with it: put the key file back", path)
	case err != nil:
		return keys{}, fmt.Errorf("key file: %w", err)
	}
	if len(master) != 32 {
		return keys{}, fmt.Errorf("%s has %d bytes, not 32: put the key file back", path, len(master))
	}
	return deriveKeys(master)
}

func deriveKeys(master []byte) (k keys, err error) {
	var seal []byte
	for _, d := range []struct {
		use string
		key *[]byte
	}{{"seal", &seal}, {"audit", &k.audit}, {"index", &k.index}} {
		if *d.key, err = hkdf.Key(sha256.New, master, nil, "tolok/web/auth "+d.use, 32); err != nil {
			return k, err
		}
	}
	block, err := aes.NewCipher(seal)
	if err != nil {
		return k, err
	}
	k.aead, err = cipher.NewGCMWithRandomNonce(block)
	return k, err
}

func writeKey(path string) ([]byte, error) {
	key := make([]byte, 32)
	rand.Read(key)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(key)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	return key, syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// seal encrypts; label binds the result to its place, so that a sealed value
// cannot be moved to another account or name.
func (k keys) seal(label string, plain []byte) []byte {
	return k.aead.Seal(nil, nil, plain, []byte(label))
}

func (k keys) open(label string, sealed []byte) ([]byte, error) {
	plain, err := k.aead.Open(nil, nil, sealed, []byte(label))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be unsealed: accounts.key is another than it was written with, or accounts.db was changed", label)
	}
	return plain, nil
}

func mac(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return h.Sum(nil)
}

// checkKey holds the key against a sealed word in the database.
func (s *Store) checkKey() error {
	const name, word = "key-check", "tolok"
	return s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketMeta)
		sealed := b.Get([]byte(name))
		if sealed == nil {
			return b.Put([]byte(name), s.keys.seal(name, []byte(word)))
		}
		plain, err := s.keys.open(name, sealed)
		if err == nil && !bytes.Equal(plain, []byte(word)) {
			err = errors.New("accounts.db is damaged: put back a backup")
		}
		return err
	})
}

// newToken gives 256 random bits as 43 characters fit for a URL or a cookie.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// isToken says whether s has the one form that newToken gives.
func isToken(s string) bool {
	if len(s) != 43 {
		return false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == 32
}

// hashToken is what the store keeps of a token.
func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// Secret is what the program needs to fetch from an agency's PortalRB. The
// token is sealed at rest and does not show in a log.
type Secret struct {
	BaseURL string `json:"base_url"`
	Token   string `json:"token"`
}

// String hides the token.
func (s Secret) String() string { return s.BaseURL + " (token hidden)" }

// GoString hides the token.
func (s Secret) GoString() string { return s.String() }

// PutSecret stores or replaces the secret of a name, such as an agency id.
func (s *Store) PutSecret(name string, v Secret) error {
	if name == "" {
		return &Invalid{Field: "name", Reason: "required"}
	}
	if v.Token == "" {
		return &Invalid{Field: "token", Reason: "required"}
	}
	if err := checkBaseURL(v.BaseURL); err != nil {
		return err
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketSecrets).Put([]byte(name), s.keys.seal("secret "+name, plain))
	})
}

// checkBaseURL asks for TLS, but on the machine itself: a token in clear text on
// a network is everyone's.
func checkBaseURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return &Invalid{Field: "base_url", Reason: "bad-form", Want: "https://host/path"}
	}
	ip, _ := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !local) {
		return &Invalid{Field: "base_url", Reason: "not-allowed", Want: "https"}
	}
	return nil
}

// Secret gives the secret of a name.
func (s *Store) Secret(name string) (v Secret, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		v, err = s.secret(name, tx.Bucket(bucketSecrets).Get([]byte(name)))
		return err
	})
	return v, err
}

func (s *Store) secret(name string, sealed []byte) (v Secret, err error) {
	if sealed == nil {
		return v, fmt.Errorf("secret %s: %w", name, ErrNotFound)
	}
	plain, err := s.keys.open("secret "+name, sealed)
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal(plain, &v)
}

// Secrets lists names and their base URLs, without the tokens.
func (s *Store) Secrets() (map[string]string, error) {
	list := map[string]string{}
	return list, s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketSecrets).ForEach(func(k, sealed []byte) error {
			v, err := s.secret(string(k), sealed)
			list[string(k)] = v.BaseURL
			return err
		})
	})
}

// DeleteSecret forgets the secret of a name.
func (s *Store) DeleteSecret(name string) error {
	return s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucketSecrets).Delete([]byte(name)) })
}
