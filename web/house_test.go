package web

import (
	"bytes"
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tolok/analytics"
	"tolok/analytics/planted"
	"tolok/web/auth"
)

const goodPassword = "kereta malam ke solo"

// house is the whole site over TLS with real accounts, and what it logged.
type house struct {
	t      testing.TB
	store  *auth.Store
	audit  *auth.Audit
	server *Server
	url    string
	http   *httptest.Server
	log    *safeBuffer
	clock  *shift
}

// shift is the machine's clock, moved on as a test says.
type shift struct {
	mu sync.Mutex
	by time.Duration
}

func (c *shift) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.by)
}

func (c *shift) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by += d
}

// safeBuffer may be written to by many requests at once.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// register is the units of these tests: u-A-1 belongs to agency A, and those of
// the planted programme to theirs.
func register(unit string) (string, bool) {
	if agency, known := planted.AgencyOf(unit); known {
		return agency, true
	}
	if len(unit) < 5 || unit[:2] != "u-" {
		return "", false
	}
	return unit[2:3], true
}

// newHouse serves a site with a national administrator, admin@menpan.example,
// and, unless the options bring a database, no snapshot; the page of a unit is
// then made from a fixture.
func newHouse(t testing.TB, change func(*Options)) *house {
	t.Helper()
	h := &house{t: t, log: &safeBuffer{}, clock: &shift{}}
	dir := t.TempDir()
	var err error
	h.store, err = auth.Open(dir, auth.Options{Now: h.clock.now, Argon: auth.Argon{Memory: 64, Passes: 1, Threads: 1}, UnitAgency: register})
	noErr(t, err)
	h.audit, err = h.store.OpenAudit(filepath.Join(dir, auth.FileAudit))
	noErr(t, err)
	t.Cleanup(func() { h.audit.Close(); h.store.Close() })

	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.server.ServeHTTP(w, r) })
	h.http = httptest.NewUnstartedServer(handler)
	h.http.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	h.http.StartTLS()
	t.Cleanup(h.http.Close)
	h.url = h.http.URL
	base, err := url.Parse(h.url)
	noErr(t, err)
	opt := Options{
		Log: slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Timeout: 20 * time.Second,
		Accounts: h.store, Audit: h.audit, BaseURL: base,
	}
	if change != nil {
		change(&opt)
	}
	empty := opt.DB == nil
	if empty {
		opt.DB = unavailable
	}
	noErr(t, opt.check())
	h.server, err = newServer(opt, "test")
	noErr(t, err)
	h.server.table = h.server.routes()
	for i, r := range h.server.table {
		if empty && r.path == "/units/{id:[^/]+?}"+ext {
			h.server.table[i].serve = h.server.page(func(req *request) (*view, error) {
				return unitView(req, fixture[analytics.Scorecard](t, "unit")), nil
			})
		}
	}
	pages, err := h.server.router()
	noErr(t, err)
	h.server.handler = h.server.wrap(pages)

	token, err := h.store.Setup()
	noErr(t, err)
	_, err = h.store.Accept(token, auth.Acceptance{SignIn: "admin@menpan.example", Name: "Deputi", Password: goodPassword})
	noErr(t, err)
	return h
}

// account makes an account without the browser.
func (h *house) account(signIn string, scope auth.Scope, admin bool) auth.Account {
	h.t.Helper()
	token, err := h.store.Invite(auth.Console(), signIn, "Kantor "+signIn, scope, admin)
	noErr(h.t, err)
	a, err := h.store.Accept(token, auth.Acceptance{Password: goodPassword})
	noErr(h.t, err)
	return a
}

// browser is one with its own cookies, that follows redirects within the site.
type browser struct {
	*house
	client *http.Client
	last   *http.Response
}

func (h *house) browser() *browser {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	noErr(h.t, err)
	c := h.http.Client()
	return &browser{house: h, client: &http.Client{Transport: c.Transport, Jar: jar}}
}

// signedIn is a browser of an account.
func (h *house) signedIn(signIn string) *browser {
	h.t.Helper()
	b := h.browser()
	if body := b.post("/sign-in", "name", signIn, "password", goodPassword); b.last.StatusCode >= 400 && b.last.Request.URL.Path == "/sign-in" {
		h.t.Fatalf("%s cannot sign in: %d %s", signIn, b.last.StatusCode, visible(body))
	}
	return b
}

func (b *browser) do(r *http.Request) string {
	b.t.Helper()
	resp, err := b.client.Do(r)
	noErr(b.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	noErr(b.t, err)
	b.last = resp
	return string(body)
}

func (b *browser) request(method, path string, body io.Reader) *http.Request {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, body)
	noErr(b.t, err)
	return r
}

func (b *browser) get(path string) string {
	b.t.Helper()
	return b.do(b.request(http.MethodGet, path, nil))
}

// post sends a form of name, value pairs, as a browser does.
func (b *browser) post(path string, pairs ...string) string {
	b.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := b.request(http.MethodPost, path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

// session is the browser's cookie.
func (b *browser) session() string {
	u, _ := url.Parse(b.url)
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == "__Host-tolok" {
			return c.Value
		}
	}
	return ""
}

func (b *browser) wantStatus(status int) {
	b.t.Helper()
	if b.last.StatusCode != status {
		b.t.Fatalf("%s %s: status %d, want %d", b.last.Request.Method, b.last.Request.URL.Path, b.last.StatusCode, status)
	}
}

func want(t testing.TB, body string, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(body, s) {
			t.Errorf("no %q on the page:\n%.1500s", s, visible(body))
		}
	}
}

// find gives what the first group of a pattern holds on a page.
func find(t testing.TB, body, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no %s on the page:\n%.2000s", pattern, visible(body))
	}
	return html.UnescapeString(m[1])
}

// linkOf is the invitation's link on a page, as a path.
func (h *house) linkOf(body string) string {
	h.t.Helper()
	return strings.TrimPrefix(find(h.t, body, `<code>(https://[^<]*/invitation\?token=[^<]+)</code>`), h.url)
}

// entries gives the audit log, the newest first.
func (h *house) entries(q auth.Query) []auth.Entry {
	h.t.Helper()
	list, _, err := h.audit.Search(h.t.Context(), q)
	noErr(h.t, err)
	return list
}

// logged wants an entry of an action about a subject.
func (h *house) logged(action auth.Action, subject string) auth.Entry {
	h.t.Helper()
	list := h.entries(auth.Query{Action: action, Subject: subject})
	if len(list) == 0 {
		h.t.Fatalf("the audit log has no %s of %s", action, subject)
	}
	return list[0]
}

func noErr(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// unavailable is a lake without a snapshot.
func unavailable(context.Context, string) (*analytics.DB, error) { return nil, ErrUnavailable }
