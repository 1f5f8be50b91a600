package auth

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func TestSecondProcessIsToldWhoIsInTheWay(t *testing.T) {
	h := newHouse(t)
	_, err := Open(h.dir, Options{Argon: cheap})
	if err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Fatalf("error %v", err)
	}
}

func TestFilesArePrivate(t *testing.T) {
	h := newHouse(t)
	h.audit()
	for _, name := range []string{"accounts.db", "accounts.key", "audit.jsonl"} {
		info, err := os.Stat(filepath.Join(h.dir, name))
		noErr(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
	noErr(t, h.Close())
	for _, name := range []string{"accounts.db", "accounts.key"} {
		path := filepath.Join(h.dir, name)
		noErr(t, os.Chmod(path, 0o644))
		if _, err := Open(h.dir, Options{Argon: cheap}); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("%s readable by others: %v", name, err)
		}
		noErr(t, os.Chmod(path, 0o600))
	}
}

func TestKeyFileIsNeverReplacedInSilence(t *testing.T) {
	h := newHouse(t)
	noErr(t, h.Close())
	path := filepath.Join(h.dir, "accounts.key")
	key, err := os.ReadFile(path)
	noErr(t, err)
	noErr(t, os.Remove(path))
	for what, content := range map[string][]byte{"missing": nil, "another": bytes.Repeat([]byte{7}, 32), "short": key[:31]} {
		if content != nil {
			noErr(t, os.WriteFile(path, content, 0o600))
		}
		if _, err := Open(h.dir, Options{Argon: cheap}); err == nil || !strings.Contains(err.Error(), "accounts.key") {
			t.Errorf("key %s: error %v", what, err)
		}
		os.Remove(path)
	}
	noErr(t, os.WriteFile(path, key, 0o600))
	h.open()
}

func TestBackupOfAnOpenStoreCanBeRestored(t *testing.T) {
	h := newHouse(t)
	h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	noErr(t, h.PutSecret("A", Secret{BaseURL: "https://portal.example/api", Token: "s3cret-token"}))
	var copied bytes.Buffer
	n, err := h.Backup(&copied)
	noErr(t, err)
	if n != int64(copied.Len()) {
		t.Fatalf("%d bytes said, %d written", n, copied.Len())
	}
	key, err := os.ReadFile(filepath.Join(h.dir, "accounts.key"))
	noErr(t, err)
	dir := t.TempDir()
	noErr(t, os.WriteFile(filepath.Join(dir, "accounts.db"), copied.Bytes(), 0o600))
	noErr(t, os.WriteFile(filepath.Join(dir, "accounts.key"), key, 0o600))
	s, err := Open(dir, Options{Now: h.clock.now, Argon: cheap})
	noErr(t, err)
	defer s.Close()
	if _, err := s.SignIn(Attempt{Name: "unit@a.example", Password: goodPassword}); err != nil {
		t.Error(err)
	}
	if got, err := s.Secret("A"); err != nil || got.Token != "s3cret-token" {
		t.Errorf("secret %v %v", got, err)
	}
}

// Whoever reads the database without the key finds nothing that opens a door.
func TestNothingThatOpensADoorIsStoredAsItIs(t *testing.T) {
	h := newHouse(t)
	session := h.signIn("admin@menpan.example")
	e := must[Enrolment](t)(h.EnrolTOTP(session))
	session = must[string](t)(h.ConfirmTOTP(session, h.code(e.Secret)))
	who := must[Identity](t)(h.Session(session))
	token, _, err := h.CreateToken(who, Token{Name: "skrip", Expires: h.clock.now().Add(time.Hour)})
	noErr(t, err)
	invitation := must[string](t)(h.Invite(who, "b@b.example", "B", Scope{Role: Perencana}, false))
	noErr(t, h.PutSecret("A", Secret{BaseURL: "https://portal.example/api", Token: "portal-s3cret"}))
	h.SignIn(Attempt{Name: "someone@x.example", Password: "x", Address: "198.51.100.77"})
	var db bytes.Buffer
	must[int64](t)(h.Backup(&db))
	for _, secret := range append([]string{session, e.Secret, token, invitation, "portal-s3cret", goodPassword, "someone@x.example", "198.51.100.77"}, e.Recovery...) {
		if bytes.Contains(db.Bytes(), []byte(secret)) {
			t.Errorf("%q stands in accounts.db", secret)
		}
	}
}

func TestSecrets(t *testing.T) {
	h := newHouse(t)
	s := Secret{BaseURL: "https://portal.example/api", Token: "t0ken"}
	noErr(t, h.PutSecret("A", s))
	if got := must[Secret](t)(h.Secret("A")); got != s {
		t.Errorf("got %#v", got)
	}
	if text := fmt.Sprintf("%v %+v %#v %s", s, s, s, s); strings.Contains(text, "t0ken") {
		t.Errorf("the token shows in %s", text)
	}
	if list := must[map[string]string](t)(h.Secrets()); len(list) != 1 || list["A"] != s.BaseURL {
		t.Errorf("list %v", list)
	}
	// A sealed value moved to another name does not open.
	noErr(t, h.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketSecrets)
		return b.Put([]byte("B"), bytes.Clone(b.Get([]byte("A"))))
	}))
	if _, err := h.Secret("B"); err == nil {
		t.Error("a secret opened under another name")
	}
	noErr(t, h.DeleteSecret("A"))
	_, err := h.Secret("A")
	wantErr(t, err, ErrNotFound)
	for url, want := range map[string]string{
		"http://portal.example": "base_url not-allowed", "ftp://portal.example": "base_url not-allowed",
		"portal.example": "base_url bad-form", "https://u:p@portal.example": "base_url bad-form", "https://portal.example/?a=b": "base_url bad-form",
	} {
		wantInvalid(t, h.PutSecret("A", Secret{BaseURL: url, Token: "x"}), want)
	}
	noErr(t, h.PutSecret("A", Secret{BaseURL: "http://127.0.0.1:9000/api", Token: "x"}))
}

func TestSweepRemovesWhatExpired(t *testing.T) {
	h := newHouse(t)
	who := h.identity("admin@menpan.example")
	must[string](t)(h.Invite(who, "b@b.example", "B", Scope{Role: Perencana}, false))
	_, _, err := h.CreateToken(who, Token{Name: "t", Expires: h.clock.now().Add(time.Hour)})
	noErr(t, err)
	h.SignIn(Attempt{Name: "nobody", Password: "wrong", Address: "192.0.2.9"})
	h.clock.advance(8 * 24 * time.Hour)
	noErr(t, h.Sweep())
	noErr(t, h.db.View(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{bucketSessions, bucketInvites, bucketTokens, bucketLockout} {
			if n := tx.Bucket(b).Stats().KeyN; n != 0 {
				t.Errorf("%s has %d rows left", b, n)
			}
		}
		return nil
	}))
}
