package auth

import (
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Argon is the cost of one argon2id hash (RFC 9106).
type Argon struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultArgon is the first recommendation of OWASP's Password Storage Cheat
// Sheet for argon2id: 19 MiB, two passes, one thread.
var DefaultArgon = Argon{Memory: 19 * 1024, Passes: 2, Threads: 1}

const (
	minPassword = 12  // characters
	maxPassword = 128 // characters
	saltBytes   = 16
	hashBytes   = 32
)

var errPHC = errors.New("not an argon2id hash in PHC form")

// phc is a password hash with what it was made with.
type phc struct {
	Argon
	salt, hash []byte
}

func (p phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Passes, p.Threads,
		b64.EncodeToString(p.salt), b64.EncodeToString(p.hash))
}

// parsePHC accepts exactly what String writes, within bounds that keep a
// damaged record from taking all memory.
func parsePHC(s string) (p phc, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 {
		return p, errPHC
	}
	costs := strings.Split(parts[3], ",")
	if len(costs) != 3 {
		return p, errPHC
	}
	var n [3]uint64
	for i, c := range costs {
		_, v, _ := strings.Cut(c, "=")
		if n[i], err = strconv.ParseUint(v, 10, 32); err != nil {
			return p, errPHC
		}
	}
	if n[0] < 8*n[2] || n[0] > 4<<20 || n[1] < 1 || n[1] > 1000 || n[2] < 1 || n[2] > 255 {
		return p, errPHC
	}
	p.Argon = Argon{uint32(n[0]), uint32(n[1]), uint8(n[2])}
	var errSalt, errHash error
	p.salt, errSalt = base64.RawStdEncoding.DecodeString(parts[4])
	p.hash, errHash = base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errHash != nil || len(p.salt) < 8 || len(p.salt) > 64 || len(p.hash) < 16 || len(p.hash) > 64 || p.String() != s {
		return phc{}, errPHC
	}
	return p, nil
}

func hashPassword(password string, a Argon) (string, error) {
	p := phc{Argon: a, salt: make([]byte, saltBytes)}
	rand.Read(p.salt)
	p.hash = p.key(password, hashBytes)
	s := p.String()
	_, err := parsePHC(s) // costs from options may be out of bounds
	return s, err
}

// key normalises, so that the same letters typed on another keyboard or system
// give the same bytes (NIST SP 800-63B, 3.1.1.2).
func (p phc) key(password string, size int) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), p.salt, p.Passes, p.Memory, p.Threads, uint32(size))
}

// below says whether a hash is weaker than what is asked for today.
func (a Argon) below(o Argon) bool {
	return a.Memory < o.Memory || a.Passes < o.Passes || a.Threads < o.Threads
}

// comparePassword does the same work whether or not there is a hash to compare
// with: an empty one stands for an account that has none, or that is not there.
// stale says that the password is right and its hash is to be made anew.
func (s *Store) comparePassword(stored, password string) (ok, stale bool, err error) {
	exists := stored != ""
	if !exists {
		stored = s.decoy
	}
	p, err := parsePHC(stored)
	if err != nil {
		return false, false, err
	}
	if len(password) > 4*maxPassword { // no password is that long; do not hash a megabyte
		password = ""
	}
	s.hashing <- struct{}{}
	got := p.key(password, len(p.hash))
	<-s.hashing
	ok = subtle.ConstantTimeCompare(got, p.hash) == 1 && exists
	return ok, ok && p.below(s.opts.Argon), nil
}

// newPassword checks a password that someone chose, and hashes it.
func (s *Store) newPassword(password string, personal ...string) (string, error) {
	if err := checkPassword(password, personal...); err != nil {
		return "", err
	}
	return s.hash(password)
}

func (s *Store) hash(password string) (string, error) {
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	return hashPassword(password, s.opts.Argon)
}

//go:embed common.txt
var commonFile string

var commonWords = readCommon(commonFile)

func readCommon(file string) map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(file) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			words[line] = true
		}
	}
	return words
}

// checkPassword asks for length and for something that is not guessed first,
// and for nothing else (NIST SP 800-63B, 3.1.1.2): no mix of characters.
func checkPassword(password string, personal ...string) error {
	password = norm.NFC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return &Invalid{Field: "password", Reason: "bad-form"}
	case n < minPassword:
		return &Invalid{Field: "password", Reason: "too-short", Want: "12 characters"}
	case n > maxPassword:
		return &Invalid{Field: "password", Reason: "too-long", Want: "128 characters"}
	}
	if isCommon(strings.ToLower(password), personal) {
		return &Invalid{Field: "password", Reason: "too-common"}
	}
	return nil
}

// rows along which fingers slide.
var keyRows = []string{
	"01234567890123456789", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
	"qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujmikolp",
}

// isCommon says whether a password in lower case is one of those that are tried
// first: a row of keys, few different characters, digits alone (a NIP, a
// telephone number), or common words and the account's own name, at most two of
// them, whatever digits and signs stand around or in place of letters.
func isCommon(password string, personal []string) bool {
	distinct := map[rune]bool{}
	for _, r := range password {
		distinct[r] = true
	}
	if len(distinct) < 5 || !strings.ContainsFunc(password, func(r rune) bool { return r < '0' || r > '9' }) {
		return true
	}
	for _, row := range keyRows {
		if strings.Contains(row, password) || strings.Contains(reverse(row), password) {
			return true
		}
	}
	own := map[string]bool{}
	for _, p := range personal {
		p = strings.ToLower(norm.NFC.String(p))
		if p == password {
			return true
		}
		local, _, _ := strings.Cut(p, "@")
		for _, w := range []string{p, local} {
			if w = letters(w); len(w) > 3 {
				own[w] = true
			}
		}
	}
	core := letters(strings.TrimFunc(password, func(r rune) bool { return !unicode.IsLetter(r) && r != '@' && r != '$' }))
	isWord := func(w string) bool { return commonWords[w] || own[w] || repeats(w) }
	for i := range core {
		if head, tail := core[:i], core[i:]; isWord(tail) && (head == "" || isWord(head)) {
			return true
		}
	}
	return core != "" && repeats(core)
}

// repeats says whether w is one common word or up to three letters, again and again.
func repeats(w string) bool {
	for n := 1; n <= len(w)/2; n++ {
		if len(w)%n == 0 && strings.Repeat(w[:n], len(w)/n) == w && (n <= 3 || commonWords[w[:n]]) {
			return true
		}
	}
	return false
}

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// letters reads digits as the letters they stand for and drops all else.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, leet.Replace(s))
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
