package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"tolok/analytics"
)

// Every answer carries the headers, errors and files included.
func TestHeaders(t *testing.T) {
	h := site(t)
	for _, path := range []string{"/", "/overview.json", "/ranking.csv", "/fail/500", "/panic", "/nowhere", "/static/app.css", "/preferences?lang=en&to=/"} {
		w := get(t, h, path)
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	for _, must := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, must) {
			t.Errorf("the policy lacks %s", must)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Error("the policy allows something unsafe")
	}
}

// Each kind of error has its status and its words in both languages, and shows
// nothing of what happened inside.
func TestErrorPages(t *testing.T) {
	h := site(t)
	for what, status := range map[string]int{"400": 400, "404": 404, "405": 405, "500": 500, "503": 503, "empty": 503, "building": 503} {
		titles := map[string]bool{}
		for _, lang := range []string{"id", "en"} {
			w := get(t, h, "/fail/"+what+"?lang="+lang)
			if w.Code != status {
				t.Errorf("%s: status %d, want %d", what, w.Code, status)
			}
			_, rest, _ := strings.Cut(w.Body.String(), "<h1>")
			title, _, _ := strings.Cut(rest, "</h1>")
			titles[title] = true
			if w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s may be cached", what)
			}
		}
		if len(titles) != 2 {
			t.Errorf("%s: titles %v, want one in each language", what, titles)
		}
		var body struct{ Error failure }
		if err := json.Unmarshal(get(t, h, "/fail/"+what+"?format=json").Body.Bytes(), &body); err != nil || body.Error.Status != status {
			t.Errorf("%s as JSON: %+v, %v", what, body, err)
		}
	}
	if w := get(t, h, "/panic"); w.Code != 500 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("a panic gives %d", w.Code)
	}
	if body := get(t, h, "/fail/400").Body.String(); !strings.Contains(body, "use one of self, tpi, tpn") {
		t.Error("the reader is not told what can be asked")
	}
	for _, bad := range []string{"/ranking?page=x", "/?format=pdf", "/?q=%zz", "/ranking?q=" + strings.Repeat("x", 201)} {
		if w := get(t, h, bad); w.Code != 400 {
			t.Errorf("%.40s gives %d", bad, w.Code)
		}
	}
}

// While a snapshot is being prepared the page says so and asks again by
// itself, without a script; programs are told when.
func TestSnapshotInPreparation(t *testing.T) {
	s, err := New(Options{Log: quiet, DB: func(context.Context, string) (*analytics.DB, error) {
		return nil, fmt.Errorf("snapshot 9f2c: %w", analytics.ErrBuilding)
	}})
	if err != nil {
		t.Fatal(err)
	}
	for lang, says := range map[string]string{"id": "Snapshot sedang disiapkan", "en": "The snapshot is being prepared"} {
		w := get(t, s, "/agencies?cycle=2024&lang="+lang)
		body := w.Body.String()
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, headers %v", lang, w.Code, w.Header())
		}
		for _, must := range []string{says, `<meta http-equiv="refresh" content="5">`, `href="/agencies?cycle=2024&amp;lang=` + lang + `"`} {
			if !strings.Contains(body, must) {
				t.Errorf("%s: the page lacks %s", lang, must)
			}
		}
	}
	var body struct{ Error failure }
	if err := json.Unmarshal(get(t, s, "/overview.json").Body.Bytes(), &body); err != nil || body.Error.Retry != 5 {
		t.Errorf("as JSON: %+v, %v", body, err)
	}
	if w := get(t, site(t), "/fail/empty"); strings.Contains(w.Body.String(), "http-equiv") || w.Header().Get("Retry-After") != "10" {
		t.Error("another failure reloads by itself, or does not say when to ask again")
	}
}

// The real routes, without a snapshot.
func TestRoutesWithoutData(t *testing.T) {
	if _, err := New(Options{}); err == nil {
		t.Error("a server without a database was made")
	}
	s, err := New(Options{Log: quiet, DB: func(_ context.Context, snapshot string) (*analytics.DB, error) {
		if snapshot != "" {
			return nil, fmt.Errorf("snapshot %q: %w", snapshot, analytics.ErrNotFound)
		}
		return nil, ErrUnavailable
	}})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"/": 503, "/overview": 503, "/overview.json": 503, "/ranking": 401, "/ranking.csv": 401, "/agencies": 503, "/agencies.json": 503, "/agencies/K01": 401, "/agencies/K01.json": 401, "/units/U.1.csv": 401, "/quality": 401, "/metrics": 404,
		"/methods": 200, "/methods.json": 200, "/about": 200, "/healthz": 200, "/readyz": 503, "/?snapshot=beef": 404, "/nowhere": 404, "/units/": 404, "/static/none.js": 404, "/ranking/": 404,
	} {
		if w := get(t, s, path); w.Code != want {
			t.Errorf("%s gives %d, want %d", path, w.Code, want)
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/ranking", nil))
	if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST gives %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	w = httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodHead, "/methods", nil))
	if w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("HEAD gives %d with %d bytes", w.Code, w.Body.Len())
	}
}

// The language: the URL's, else the one chosen, else the browser's, else
// Indonesian.
func TestLanguage(t *testing.T) {
	for _, c := range []struct{ query, cookie, accept, want string }{
		{"", "", "", "id"},
		{"", "", "en-GB,en;q=0.9,id;q=0.5", "en"},
		{"", "", "fr, id;q=0.4, en;q=0.3", "id"},
		{"", "", "in-ID", "id"},
		{"", "", "en;q=0", "id"},
		{"", "", ";;,q=", "id"},
		{"", "id", "en", "id"},
		{"en", "id", "id", "en"},
		{"xx", "en", "id", "en"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?lang="+c.query, nil)
		r.Header.Set("Accept-Language", c.accept)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "lang", Value: c.cookie})
		}
		if got := language(r); got != c.want {
			t.Errorf("%+v gives %s", c, got)
		}
	}
}

func FuzzAccepted(f *testing.F) {
	f.Add("en-GB,en;q=0.9")
	f.Fuzz(func(t *testing.T, header string) {
		if l := accepted(header); l != "id" && l != "en" {
			t.Errorf("%q gives %q", header, l)
		}
	})
}

// A choice is remembered and leads back to the page; nowhere else.
func TestPreferences(t *testing.T) {
	h := site(t)
	w := get(t, h, "/preferences?lang=en&to=%2Franking%3Fcycle%3D2024%26lang%3Did")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/ranking?cycle=2024" {
		t.Errorf("status %d to %s", w.Code, w.Header().Get("Location"))
	}
	c := w.Result().Cookies()
	if len(c) != 1 || c[0].Name != "lang" || c[0].Value != "en" || !c[0].HttpOnly || c[0].SameSite != http.SameSiteLaxMode {
		t.Errorf("cookies %v", c)
	}
	for _, to := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/%0d%0aSet-Cookie:x", "/\tx", "//"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/preferences", nil)
		q := r.URL.Query()
		q.Set("to", to)
		r.URL.RawQuery = q.Encode()
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if loc := rec.Header().Get("Location"); rec.Code != 400 && (strings.Contains(loc, "evil") && !strings.HasPrefix(loc, "/") || strings.HasPrefix(loc, "//")) {
			t.Errorf("%q leads to %q", to, loc)
		}
	}
	if w := get(t, h, "/preferences?lang=xx"); w.Code != 400 || len(w.Result().Cookies()) != 0 {
		t.Errorf("an unknown language gives %d", w.Code)
	}
	if w := get(t, h, "/?lang=en"); len(w.Result().Cookies()) != 0 {
		t.Error("looking at a page in English is not choosing it")
	}
}

// An unchanged answer is not sent twice; another language or form is another.
func TestETags(t *testing.T) {
	h := site(t)
	first := get(t, h, "/?lang=id")
	tag := first.Header().Get("ETag")
	if tag == "" || first.Header().Get("Cache-Control") != "private, no-cache" {
		t.Fatalf("ETag %q, Cache-Control %q", tag, first.Header().Get("Cache-Control"))
	}
	if w := get(t, h, "/?lang=id", "If-None-Match", `"other", `+tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("status %d with %d bytes", w.Code, w.Body.Len())
	}
	for _, other := range []string{"/?lang=en", "/overview.json?lang=id", "/?lang=id&cycle=2023", "/?lang=id&theme=dark"} {
		if get(t, h, other).Header().Get("ETag") == tag {
			t.Errorf("%s has the same ETag", other)
		}
	}
	if w := get(t, h, "/", "Cookie", "theme=dark"); !strings.Contains(w.Body.String(), `data-theme="dark"`) || w.Header().Get("ETag") == get(t, h, "/").Header().Get("ETag") {
		t.Error("the chosen theme does not show")
	}
}

// A new program is a new answer, even where assets and templates are the same.
func TestETagNamesTheProgram(t *testing.T) {
	a, err := New(Options{Log: quiet, DB: func(context.Context, string) (*analytics.DB, error) { return nil, ErrUnavailable }})
	if err != nil {
		t.Fatal(err)
	}
	if a.program == "" || a.program == "unknown" {
		t.Errorf("this program has the name %q", a.program)
	}
	b := *a
	b.program = "another"
	b.table = b.routes()
	pages, err := b.router()
	if err != nil {
		t.Fatal(err)
	}
	b.handler = b.wrap(pages)
	if get(t, a, "/methods").Header().Get("ETag") == get(t, &b, "/methods").Header().Get("ETag") {
		t.Error("two programs have one ETag")
	}
	for _, c := range []struct{ revision, modified, want string }{
		{"0123456789abcdef", "false", "0123456789ab"},
		{"0123456789abcdef", "true", ""}, // changed on top: the commit does not name it
		{"0123456789abcdef", "", ""},
		{"", "false", ""},
	} {
		got := committed([]debug.BuildSetting{{Key: "vcs.revision", Value: c.revision}, {Key: "vcs.modified", Value: c.modified}})
		if got != c.want {
			t.Errorf("%+v gives %q", c, got)
		}
	}
	dir := t.TempDir()
	var hashes []string
	for _, content := range []string{"one", "two"} {
		path := filepath.Join(dir, content)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		h, err := fileHash(path)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, h)
	}
	if hashes[0] == hashes[1] || len(hashes[0]) != 12 {
		t.Errorf("hashes %v", hashes)
	}
}

func TestCompression(t *testing.T) {
	h := site(t)
	plain := get(t, h, "/ranking").Body.Bytes()
	w := get(t, h, "/ranking", "Accept-Encoding", "br;q=1, gzip")
	if w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Vary") == "" {
		t.Fatalf("encoding %q, Vary %q", w.Header().Get("Content-Encoding"), w.Header().Get("Vary"))
	}
	if got := gunzip(t, w.Body.Bytes()); !bytes.Equal(got, plain) {
		t.Error("the packed page is another page")
	}
	if w := get(t, h, "/ranking", "Accept-Encoding", "gzip;q=0"); w.Header().Get("Content-Encoding") != "" {
		t.Error("packed for a client that refuses it")
	}
}

func gunzip(t *testing.T, b []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
