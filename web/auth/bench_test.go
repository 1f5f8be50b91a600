package auth

import (
	"path/filepath"
	"testing"
)

// What a request waits for: a hash at its production cost, a session, an entry
// of the audit log synced to disk.

func BenchmarkPassword(b *testing.B) {
	for b.Loop() {
		if _, err := hashPassword(goodPassword, DefaultArgon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSession(b *testing.B) {
	s, id := benchStore(b)
	for b.Loop() {
		if _, err := s.Session(id); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	s, _ := benchStore(b)
	a, err := s.OpenAudit(filepath.Join(b.TempDir(), "audit.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	for b.Loop() {
		if _, err := a.Append(Entry{Action: ActSee, Subject: "unit-1"}); err != nil {
			b.Fatal(err)
		}
	}
}

func benchStore(b *testing.B) (*Store, string) {
	b.Helper()
	s, err := Open(b.TempDir(), Options{Argon: cheap})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	token, err := s.Setup()
	if err != nil {
		b.Fatal(err)
	}
	if _, err = s.Accept(token, Acceptance{SignIn: "admin", Name: "A", Password: goodPassword}); err != nil {
		b.Fatal(err)
	}
	in, err := s.SignIn(Attempt{Name: "admin", Password: goodPassword})
	if err != nil {
		b.Fatal(err)
	}
	return s, in.Session
}
