package main

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/lake"
)

// portal is a PortalRB that knows two units and refuses one of them, and the
// files a user would have beside its address.
func portal(t *testing.T) (address, ca, token string) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer rahasia-77":
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":true,"code":"TOKEN_EXPIRED","message":"Token kedaluwarsa"}`)
		case r.URL.Path == "/api/pengusulan/unit-wbk":
			fmt.Fprint(w, `{"tahun":2026,"units":[{"id":"u1","nama":"Kantor","kategori":"WBK"},{"id":"u2","nama":"Kantor Dua","kategori":"WBK"}]}`)
		case r.URL.Path == "/api/pengusulan/unit-wbbm":
			fmt.Fprint(w, `{"tahun":2026,"units":[]}`)
		case r.URL.Path == "/api/lke/jawaban-unit/u1":
			fmt.Fprint(w, `{"unit_id":"u1","tahun":2026,"answers":[{"soal_id":1,"jawaban_unit":"Ya","jawaban_tpi":"Tidak"}]}`)
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error":true,"code":"UNIT_NOT_FOUND","message":"Unit tidak ditemukan"}`)
		}
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	dir := t.TempDir()
	ca, token = filepath.Join(dir, "ca.pem"), filepath.Join(dir, "token")
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := errors.Join(os.WriteFile(ca, cert, 0o600), os.WriteFile(token, []byte("rahasia-77\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	return s.URL + "/api", ca, token
}

// From the portal's address to the lake, with a problem for the unit it refuses;
// and again, when nothing has changed there.
func TestIngestPortal(t *testing.T) {
	o := newOutbox(t)
	address, ca, token := portal(t)
	args := []string{"ingest", address, "--token-file", token, "--ca-file", ca, "--lake", o.lake, "--json"}
	ingestPortal := func() (changed bool, fetched, refused int) {
		t.Helper()
		status, out, errs := tolok(t, args...)
		if status != exitOK || strings.Contains(out+errs, "rahasia") || strings.Contains(errs, "chmod") {
			t.Fatalf("exit %d\n%s%s", status, out, errs)
		}
		var res struct {
			Changed bool
			Fetched []struct{ Fetched, Refused int }
		}
		if err := json.Unmarshal([]byte(out), &res); err != nil || len(res.Fetched) != 1 {
			t.Fatalf("%v in %s", err, out)
		}
		return res.Changed, res.Fetched[0].Fetched, res.Fetched[0].Refused
	}
	if changed, fetched, refused := ingestPortal(); !changed || fetched != 1 || refused != 1 {
		t.Errorf("changed %t, %d fetched, %d refused", changed, fetched, refused)
	}
	l := lake.Open(o.lake)
	m, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	err = errors.Join(
		lake.Read(l, m, "answers", func(a *data.Answer) error { rows = append(rows, a.Key()+" "+a.Choice); return nil }),
		lake.Read(l, m, "nominations", func(n *data.Nomination) error { rows = append(rows, n.UnitID+" "+n.Target); return nil }),
		lake.Read(l, m, "problems", func(p *data.Problem) error { rows = append(rows, p.File+" "+p.Value); return nil }),
	)
	if err != nil {
		t.Fatal(err)
	}
	o.expect("the portal", rows,
		"u1|2026|self|5/2024|A.I.1.i.a Ya", "u1|2026|tpi|5/2024|A.I.1.i.a Tidak", "u1 WBK", "u2 WBK",
		"lke/jawaban-unit/u2.json 404 UNIT_NOT_FOUND: Unit tidak ditemukan")
	if changed, fetched, _ := ingestPortal(); changed || fetched != 1 {
		t.Errorf("the same again: changed %t, %d fetched", changed, fetched)
	}
	must(t, "verify", "--lake", o.lake)
}

// What cannot work is refused before anything is asked or written, in words
// that do not tell the token.
func TestIngestPortalRefused(t *testing.T) {
	address, ca, token := portal(t)
	write := func(name, text string, mode fs.FileMode) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	expired, open := write("expired", "rahasia-lama", 0o600), write("open", "rahasia-lama", 0o644)
	for _, c := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"no token", []string{address, "--ca-file", ca}, exitUsage, "--token-file"},
		{"no such token file", []string{address, "--token-file", token + "-gone"}, exitUsage, "the token cannot be read"},
		{"a token without an address", []string{ca, "--token-file", token}, exitUsage, "without the https address"},
		{"an authority that is none", []string{address, "--token-file", token, "--ca-file", token}, exitUsage, "no certificate"},
		{"plain http", []string{"http://portal.example/api", "--token-file", token}, exitUsage, "use https"},
		{"plain HTTP", []string{"HTTP://portal.example/api", "--token-file", token}, exitUsage, "use https"},
		{"a token in the address", []string{address + "?token=rahasia-77", "--token-file", token}, exitUsage, "the token in a file"},
		{"an unknown authority", []string{address, "--token-file", token}, exitNothing, "--ca-file"},
		{"an expired token", []string{address, "--token-file", expired, "--ca-file", ca}, exitNothing, "TOKEN_EXPIRED"},
		{"a token for all to read", []string{address, "--token-file", open, "--ca-file", ca}, exitNothing, "chmod 600"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "lake")
			status, out, errs := tolok(t, append([]string{"ingest", "--lake", dir}, c.args...)...)
			if status != c.status || !strings.Contains(errs, c.want) || strings.Contains(out+errs, "rahasia-") {
				t.Errorf("exit %d, want %d with %q\n%s%s", status, c.status, c.want, out, errs)
			}
			if _, err := lake.Open(dir).Current(); !errors.Is(err, lake.ErrEmpty) {
				t.Errorf("the lake: %v", err)
			}
		})
	}
}
