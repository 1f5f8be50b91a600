package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"tolok/web/auth"
)

// openRoutes is every route that opens without signing in, each for a reason. What
// is not here must refuse.
var openRoutes = map[string]string{
	"/": "released aggregates", "/overview": "released aggregates", "/agencies": "released aggregates", "/register": "who holds a predicate is public", "/funnel": "released aggregates", "/spi": "KPK's survey is public", "/methods": "no data", "/about": "no data",
	"/preferences": "language and theme", "/static/": "drawing", "/healthz": "for who watches", "/readyz": "for who watches", "/metrics": "asks for its own token", "/api/openapi.json": "no data",
	"/sign-in": "the way in", "/sign-in/code": "the way in", "/sign-in/oidc": "the way in", "/sign-in/oidc/return": "the way in", "/invitation": "asks for its own token",
}

// Every route of the table says who may open it, and keeps to it: for a
// stranger, for each role, and for a form as for a page.
func TestEveryRouteRefuses(t *testing.T) {
	h := newHouse(t, nil)
	h.account("itjen@a.example", auth.Scope{Role: auth.Instansi, Agency: "A"}, true)
	h.account("satker@a.example", auth.Scope{Role: auth.Satker, Unit: "u-A-1"}, false)
	readers := map[string]*browser{
		"stranger": h.browser(), "satker": h.signedIn("satker@a.example"), "agency administrator": h.signedIn("itjen@a.example"), "national administrator": h.signedIn("admin@menpan.example"),
	}
	opens := map[string]map[string]bool{
		"everyone": {"stranger": true, "satker": true, "agency administrator": true, "national administrator": true}, "signed-in": {"satker": true, "agency administrator": true, "national administrator": true},
		"session": {"satker": true, "agency administrator": true, "national administrator": true}, "oneself": {"satker": true, "agency administrator": true, "national administrator": true},
		"roles":         {"agency administrator": true, "national administrator": true},
		"administrator": {"agency administrator": true, "national administrator": true}, "national administrator": {"national administrator": true},
	}
	for _, r := range h.server.table {
		if (r.who.name == "everyone") != (openRoutes[r.name()] != "") {
			t.Errorf("%s opens to %s; the test's list of public routes says otherwise", r.path, r.who.name)
		}
		if r.name() == "/sign-out" || r.name() == "/view-as/stop" {
			continue // they would end what the others need
		}
		path := strings.NewReplacer("{id}", "u-A-1", "{what}", "enable").Replace(r.name())
		for name, b := range readers {
			if name != "stranger" && strings.HasPrefix(path, "/sign-in") {
				continue // signing in ends the session before
			}
			b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			if r.method == http.MethodPost {
				b.post(path, "x", "")
			} else {
				b.get(path)
			}
			refused := b.last.StatusCode == http.StatusUnauthorized && path != metricsPath || b.last.StatusCode == http.StatusForbidden ||
				strings.HasPrefix(b.last.Header.Get("Location"), "/sign-in?to=")
			if want := opens[r.who.name][name]; refused == want {
				t.Errorf("%s %s for a %s: status %d, Location %q", r.method, path, name, b.last.StatusCode, b.last.Header.Get("Location"))
			}
		}
	}
}

// A route that does not say who may open it does not start.
func TestRouteWithoutReaders(t *testing.T) {
	s, err := newServer(Options{Log: quiet}, "test")
	noErr(t, err)
	s.table = append(s.routes(), route{method: http.MethodGet, path: "/secret", serve: http.NotFoundHandler()})
	if _, err := s.router(); err == nil {
		t.Error("a route for nobody was served")
	}
}

// Another site's form does nothing, whatever cookie the browser adds.
func TestCrossSiteForms(t *testing.T) {
	h := newHouse(t, nil)
	b := h.signedIn("admin@menpan.example")
	for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		r := b.request(http.MethodPost, "/releases", strings.NewReader("cycle=2024&do=release&asked=1&confirm=1"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(header[0], header[1])
		want(t, b.do(r), "Formulir dari situs lain")
		b.wantStatus(http.StatusForbidden)
	}
	if len(h.store.Released(t.Context())) != 0 {
		t.Error("another site released a cycle")
	}
	b.get("/account")
	cookie := b.last.Request.Header.Get("Cookie")
	if !strings.Contains(cookie, "__Host-tolok=") {
		t.Errorf("the session's cookie is %q", cookie)
	}
	fresh := h.browser()
	fresh.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	fresh.post("/sign-in", "name", "admin@menpan.example", "password", goodPassword)
	for _, c := range fresh.last.Cookies() {
		if c.Name == "__Host-tolok" && (!c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "") {
			t.Errorf("the session's cookie is %+v", c)
		}
	}
}

// What the Host header says shows nowhere: not in links, not in redirects.
func TestHostHeader(t *testing.T) {
	h := newHouse(t, nil)
	b := h.signedIn("admin@menpan.example")
	ask := func(method, path, form string) (string, http.Header) {
		r := b.request(method, path, strings.NewReader(form))
		r.Host = "evil.example"
		r.Header.Set("Cookie", "__Host-tolok="+b.session()) // a victim's browser would not even send it
		r.Header.Set("X-Forwarded-Host", "evil.example")
		if form != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return b.do(r), b.last.Header
	}
	for _, path := range []string{"/", "/accounts", "/sign-in", "/methods"} {
		if body, header := ask(http.MethodGet, path, ""); strings.Contains(body, "evil") || strings.Contains(header.Get("Location"), "evil") {
			t.Errorf("%s repeats the Host header", path)
		}
	}
	body, _ := ask(http.MethodPost, "/accounts/invite", "sign_in=x@a.example&name=X&role=nasional")
	want(t, body, h.url+"/invitation?token=")
	if strings.Contains(body, "evil") {
		t.Error("an invitation leads to the host of the header")
	}
}

// HSTS by TLS only, no-store for who is signed in, cookies that scripts cannot
// read, and the same strict headers on every answer of the new pages.
func TestHeadersOfAccounts(t *testing.T) {
	h := newHouse(t, nil)
	b := h.signedIn("admin@menpan.example")
	for _, path := range []string{"/account", "/accounts", "/audit", "/audit.csv", "/units/u-A-1", "/units/u-A-1.json", "/nowhere", "/settings"} {
		b.get(path)
		for name, want := range map[string]string{
			"Strict-Transport-Security": strict, "Content-Security-Policy": policy, "Cache-Control": "no-store", "X-Frame-Options": "DENY", "ETag": "",
		} {
			if got := b.last.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
	plain := site(t)
	if got := get(t, plain, "/").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without TLS: %q", got)
	}
	// What the public was shown is not what an account is shown.
	b.get("/methods")
	signedIn := b.last.Header.Get("ETag")
	stranger := h.browser()
	stranger.get("/methods")
	r := b.request(http.MethodGet, "/methods", nil)
	r.Header.Set("If-None-Match", stranger.last.Header.Get("ETag"))
	b.do(r)
	if signedIn != "" || b.last.StatusCode != http.StatusOK {
		t.Errorf("an account is told %d for the public's page", b.last.StatusCode)
	}
}

// One address signs in so often, one account asks so often; the others do not
// notice.
func TestRateLimits(t *testing.T) {
	h := newHouse(t, func(o *Options) {
		o.SignInRate, o.PageRate = Rate{PerSecond: 0.01, Burst: 3}, Rate{PerSecond: 0.01, Burst: 5}
	})
	h.account("itjen@a.example", auth.Scope{Role: auth.Instansi, Agency: "A"}, false)
	a, b := h.signedIn("admin@menpan.example"), h.signedIn("itjen@a.example")
	for range 4 {
		a.get("/units/u-A-1.json")
		a.wantStatus(http.StatusOK)
	}
	want(t, a.get("/units/u-A-1"), "Terlalu sering")
	a.wantStatus(http.StatusTooManyRequests)
	if a.last.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	b.get("/units/u-A-1")
	b.wantStatus(http.StatusOK)
	a.get("/account") // not a heavy page
	a.wantStatus(http.StatusOK)
	fresh := h.browser()
	fresh.post("/sign-in", "name", "nobody", "password", "x")
	fresh.post("/sign-in", "name", "nobody", "password", "x")
	fresh.wantStatus(http.StatusTooManyRequests)
}

func TestLimiter(t *testing.T) {
	now := time.Unix(0, 0)
	l := newLimiter(Rate{PerSecond: 2, Burst: 3})
	l.now = func() time.Time { return now }
	for i := range 3 {
		if wait := l.take("x"); wait != 0 {
			t.Fatalf("request %d waits %v", i, wait)
		}
	}
	if wait := l.take("x"); wait != 500*time.Millisecond {
		t.Errorf("waits %v, want half a second", wait)
	}
	now = now.Add(500 * time.Millisecond)
	if l.take("x") != 0 || l.take("x") == 0 {
		t.Error("half a second is not one request")
	}
	l.most = 100
	for i := range 100000 {
		l.take(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}).String())
	}
	if n := len(l.young) + len(l.old); n > 200 {
		t.Errorf("%d buckets are kept", n)
	}
	if newLimiter(Rate{}).take("x") != 0 {
		t.Error("no rate is a limit")
	}
	who := auth.Identity{Account: "a"}
	if asker(who, "192.0.2.1") != asker(who, "192.0.2.2") || asker(auth.Identity{}, "2001:db8::1") != asker(auth.Identity{}, "2001:db8::2") || asker(auth.Identity{}, "192.0.2.1") == asker(auth.Identity{}, "192.0.2.2") {
		t.Error("who draws from whose bucket")
	}
}

// A proxy is believed where it is trusted; anyone else is who the connection
// says, under an id that we give.
func TestProxies(t *testing.T) {
	var seen visit
	s, err := newServer(Options{Log: quiet, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, "test")
	noErr(t, err)
	h := s.begin(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = *visitOf(r) }))
	for _, c := range []struct {
		from, forwarded, id string
		address             string
		keeps               bool
	}{
		{"10.1.1.1:1", "198.51.100.7", "abc-1", "198.51.100.7", true},
		{"10.1.1.1:1", "203.0.113.9, 198.51.100.7, 10.2.2.2", "abc-1", "198.51.100.7", true}, // the first was the client's own claim
		{"192.0.2.1:1", "198.51.100.7", "abc-1", "192.0.2.1", false},
		{"10.1.1.1:1", "not an address", "abc 1\n", "10.1.1.1", false},
		{"10.1.1.1:1", "", strings.Repeat("a", 65), "10.1.1.1", false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = c.from
		r.Header.Set("X-Forwarded-For", c.forwarded)
		r.Header.Set("X-Request-Id", c.id)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if seen.address != c.address || (seen.id == c.id) != c.keeps || w.Header().Get("X-Request-Id") != seen.id || seen.id == "" {
			t.Errorf("%+v: address %s, id %q", c, seen.address, seen.id)
		}
	}
}

// One line a request, with its id and who asked, and without anything secret.
func TestAccessLog(t *testing.T) {
	h := newHouse(t, nil)
	b := h.signedIn("admin@menpan.example")
	page := b.post("/accounts/invite", "sign_in", "x@a.example", "name", "X", "role", "nasional")
	link := h.linkOf(page)
	h.browser().get(link)
	b.get("/units/u-A-1.json?q=geheim")
	id := b.last.Header.Get("X-Request-Id")
	made := b.post("/account/tokens", "label", "x", "days", "30", "role", "nasional")
	token := find(t, made, `<code>(tolok_[^<]+)</code>`)
	log := h.log.String()
	for _, secret := range []string{b.session(), token, find(t, link, `token=(.+)`), goodPassword, "geheim"} {
		if secret == "" || strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	for line := range strings.Lines(log) {
		var one map[string]any
		noErr(t, json.Unmarshal([]byte(line), &one))
		if one["request"] == id {
			if one["route"] != "/units/{id}" || one["status"] != 200.0 || one["account"] == "" || one["role"] != "nasional" || one["address"] != "127.0.0.1" {
				t.Errorf("logged %v", one)
			}
			return
		}
	}
	t.Error("the request is not in the log")
}

func TestMetrics(t *testing.T) {
	h := newHouse(t, func(o *Options) {
		o.MetricsToken = "open sesame"
		o.Snapshot = func() SnapshotFigures {
			return SnapshotFigures{ID: "9f2c", Since: time.Now(), Builds: 2, Last: time.Second}
		}
	})
	b := h.signedIn("admin@menpan.example")
	b.get("/units/u-A-1?secret=geheim")
	b.get("/nowhere/geheim")
	b.get("/metrics")
	b.wantStatus(http.StatusUnauthorized)
	r := b.request(http.MethodGet, "/metrics", nil)
	r.Header.Set("Authorization", "Bearer open sesame")
	body := b.do(r)
	b.wantStatus(http.StatusOK)
	for _, line := range []string{
		`tolok_requests_total{route="/units/{id}",method="GET",status="200"} 1`, `tolok_requests_total{route="",method="GET",status="404"} 1`, `tolok_sign_ins_total{result="ok"} 1`,
		`tolok_request_duration_seconds_bucket{route="/units/{id}",le="+Inf"} 1`, "tolok_sessions 1", `tolok_snapshot_info{snapshot="9f2c"} 1`, "tolok_snapshot_build_last_seconds 1", "# TYPE tolok_request_duration_seconds histogram",
	} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("no %s", line)
		}
	}
	for _, secret := range []string{"geheim", "u-A-1", "menpan", b.session(), "open sesame"} {
		if strings.Contains(body, secret) {
			t.Errorf("the figures hold %q", secret)
		}
	}
	closed := newHouse(t, nil).browser()
	closed.get("/metrics")
	closed.wantStatus(http.StatusNotFound)
}

// What is sent has a size, and a method its name.
func TestLimitsOfRequests(t *testing.T) {
	h := newHouse(t, nil)
	b := h.browser()
	want(t, b.post("/sign-in", "name", strings.Repeat("x", longestForm), "password", "x"), "Kiriman terlalu besar")
	b.wantStatus(http.StatusRequestEntityTooLarge)
	b.do(b.request(http.MethodPost, "/methods", nil))
	if b.wantStatus(http.StatusMethodNotAllowed); b.last.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("Allow %q", b.last.Header.Get("Allow"))
	}
	b.do(b.request(http.MethodDelete, "/sign-in", nil))
	if b.wantStatus(http.StatusMethodNotAllowed); b.last.Header.Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("Allow %q", b.last.Header.Get("Allow"))
	}
	r := b.request(http.MethodPost, "/sign-in", strings.NewReader("name=%zz"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	b.do(r)
	b.wantStatus(http.StatusBadRequest)
}

// The demonstration signs in by a click, says loudly what it is, and answers to
// this machine's own names only.
func TestDemo(t *testing.T) {
	base, _ := url.Parse("http://127.0.0.1:8080")
	s, err := New(Options{Log: quiet, DB: unavailable, BaseURL: base, Demo: []auth.Scope{{Role: auth.Nasional}, {Role: auth.Instansi, Agency: "K1"}, {Role: auth.Satker, Agency: "K1", Unit: "K1-1"}, {Role: auth.Perencana}}})
	noErr(t, err)
	ask := func(method, path, host, form, cookie string) *http.Response {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form))
		r.Host = host
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: demoCookie, Value: cookie})
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Result()
	}
	body := func(r *http.Response) string { b, _ := io.ReadAll(r.Body); return string(b) }
	for lang, says := range map[string]string{"id": "Ini demo dengan data rekaan.", "en": "This is a demo with invented data."} {
		for _, path := range []string{"/methods", "/about", "/nowhere", "/"} {
			page := body(ask(http.MethodGet, path+"?lang="+lang, "localhost:8080", "", ""))
			want(t, page, says, `value="nasional"`, `value="instansi"`, `value="satker"`, `value="perencana"`, `value="public"`)
			checkPage(t, path, lang, page)
		}
	}
	r := ask(http.MethodPost, "/demo", "127.0.0.1:8080", "role=instansi&to=/ranking", "")
	if c := r.Cookies(); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/ranking" || len(c) != 1 || c[0].Value != "instansi" || !c[0].HttpOnly {
		t.Errorf("a click gives %d %v", r.StatusCode, r.Header)
	}
	want(t, body(ask(http.MethodGet, "/methods?lang=en", "[::1]:8080", "", "instansi")), "You see it as: Agency · K1")
	if r := ask(http.MethodGet, "/ranking", "127.0.0.1", "", "instansi"); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a role opens the ranking: %d", r.StatusCode)
	}
	for _, cookie := range []string{"", "admin", "public"} {
		if r := ask(http.MethodGet, "/ranking", "127.0.0.1", "", cookie); r.StatusCode != http.StatusUnauthorized {
			t.Errorf("cookie %q opens the ranking: %d", cookie, r.StatusCode)
		}
	}
	for _, host := range []string{"evil.example", "evil.example:8080", "127.0.0.1.evil.example", "192.0.2.1:8080", ""} {
		if r := ask(http.MethodGet, "/methods", host, "", ""); r.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("host %q: %d", host, r.StatusCode)
		}
	}
	for _, to := range []string{"https://evil.example", "//evil.example"} {
		if r := ask(http.MethodPost, "/demo", "127.0.0.1", url.Values{"role": {"satker"}, "to": {to}}.Encode(), ""); r.StatusCode != http.StatusBadRequest {
			t.Errorf("to %q: %d", to, r.StatusCode)
		}
	}
	if r := ask(http.MethodGet, "/sign-in", "127.0.0.1", "", ""); r.StatusCode != http.StatusNotFound {
		t.Errorf("the demonstration has accounts: %d", r.StatusCode)
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	h := newHouse(t, nil)
	good := Options{DB: unavailable, Accounts: h.store, Audit: h.audit, BaseURL: h.server.opt.BaseURL}
	for name, change := range map[string]func(*Options){
		"no audit log":      func(o *Options) { o.Audit = nil },
		"no base URL":       func(o *Options) { o.BaseURL = nil },
		"a demonstration":   func(o *Options) { o.Demo = []auth.Scope{{Role: auth.Nasional}} },
		"a base URL's path": func(o *Options) { o.BaseURL = &url.URL{Scheme: "https", Host: "x", Path: "/tolok"} },
		"no database":       func(o *Options) { o.DB = nil },
	} {
		o := good
		change(&o)
		if _, err := New(o); err == nil {
			t.Errorf("a server with accounts and %s was made", name)
		}
	}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
}

func FuzzTarget(f *testing.F) {
	f.Add("/units/x?lang=en")
	f.Add("//evil")
	f.Fuzz(func(t *testing.T, to string) {
		req := &request{Request: httptest.NewRequest(http.MethodGet, "/", nil), query: url.Values{"to": {to}}}
		got := req.target()
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n") {
			t.Errorf("%q leads to %q", to, got)
		}
	})
}

// Who is let through by each kind of access: a role by session, by token, while
// viewed as, in the demonstration, and nobody.
func TestAccess(t *testing.T) {
	satker := auth.Scope{Role: auth.Satker, Agency: "A", Unit: "u-A-1"}
	session := auth.Identity{Account: "1", Scope: satker, Own: satker, Via: auth.ViaSession}
	admin := auth.Identity{Account: "2", Scope: auth.Scope{Role: auth.Nasional}, Admin: true, Via: auth.ViaSession}
	viewing := auth.Identity{Account: "2", Scope: satker, ViewAs: true, ReadOnly: true, Via: auth.ViaSession}
	token := auth.Identity{Account: "2", Scope: auth.Scope{Role: auth.Nasional}, Via: auth.ViaToken}
	for name, c := range map[string]struct {
		who  auth.Identity
		want string // of everyone, signedIn, inSession, oneself, administrator, national, roles(satker)
	}{
		"the public":            {auth.Identity{}, "yes in in in in in in"},
		"a unit":                {session, "yes yes yes yes no no yes"},
		"an administrator":      {admin, "yes yes yes yes yes yes no"},
		"viewing as a unit":     {viewing, "yes yes yes no no no yes"},
		"a token":               {token, "yes yes no no no no no"},
		"the demo's unit":       {auth.Demo(satker), "yes yes no no no no yes"},
		"the console, by HTTP?": {auth.Console(), "yes yes no no no no no"},
	} {
		var got []string
		for _, a := range []access{everyone, signedIn, inSession, oneself, administrator, national, roles(auth.Satker)} {
			switch err := a.check(c.who); {
			case err == nil:
				got = append(got, "yes")
			case errors.Is(err, auth.ErrSession):
				got = append(got, "in") // signing in might help
			default:
				got = append(got, "no")
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}
