package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tolok/web/auth"
	"tolok/web/text"
)

// The whole life of an account, in a browser without scripts: set-up,
// invitation, password, second factor, sessions, tokens, its end.
func TestLifeOfAnAccount(t *testing.T) {
	h := newHouse(t, nil)
	admin := h.signedIn("admin@menpan.example")

	page := admin.post("/accounts/invite", "sign_in", "itjen@a.example", "name", "Itjen A", "role", "instansi", "agency", "A", "admin", "1")
	admin.wantStatus(http.StatusOK)
	link := h.linkOf(page)
	if again := admin.get("/accounts"); strings.Contains(again, link) || !strings.Contains(again, "itjen@a.example") {
		t.Error("the invitation is not listed, or its link is shown twice")
	}

	office := h.browser()
	want(t, office.get(link), "itjen@a.example", "Itjen A")
	token := find(t, link, `token=([^&]+)`)
	want(t, office.post("/invitation", "token", token, "password", "pendek", "again", "pendek"), "Terlalu pendek")
	office.wantStatus(http.StatusUnprocessableEntity)
	want(t, office.post("/invitation", "token", token, "password", goodPassword, "again", goodPassword+"x"), "berbeda")
	want(t, office.post("/invitation", "token", token, "password", goodPassword, "again", goodPassword), "Kata sandi sudah disimpan")
	office.get(link)
	office.wantStatus(http.StatusGone)

	office.post("/sign-in", "name", "itjen@a.example", "password", goodPassword, "to", "/account?lang=en")
	want(t, office.get("/account?lang=en"), "My account", "Agency · A", "this session")
	first := office.session()

	other := h.signedIn("itjen@a.example")
	want(t, office.post("/account/password?lang=en", "old", "wrong", "password", "kapal pagi ke ambon", "again", "kapal pagi ke ambon"), "The present password is wrong")
	office.wantStatus(http.StatusUnprocessableEntity)
	want(t, office.post("/account/password?lang=en", "old", goodPassword, "password", "kapal pagi ke ambon", "again", "kapal pagi ke ambon"), "The password was changed")
	if office.session() == first {
		t.Error("the session kept its id when the password changed")
	}
	other.get("/account.x") // any page
	if other.get("/account"); other.last.Request.URL.Path != "/sign-in" {
		t.Error("another session lives on after the password changed")
	}

	secondFactor(t, h, office)
	sessionsAndTokens(t, h, office)

	a, _ := h.store.Lookup("itjen@a.example")
	admin.post("/accounts/"+a.ID+"/disable", "")
	admin.wantStatus(http.StatusOK)
	if office.get("/account"); office.last.Request.URL.Path != "/sign-in" {
		t.Error("a closed account's session lives on")
	}
	for _, action := range []auth.Action{auth.ActInvite, auth.ActJoin, auth.ActSignIn, auth.ActPassword, auth.ActTOTP, auth.ActTokenCreate, auth.ActTokenRevoke, auth.ActSessionEnd, auth.ActDisable} {
		if len(h.entries(auth.Query{Action: action})) == 0 {
			t.Errorf("the audit log has no %s", action)
		}
	}
	noErr(t, h.audit.Check())
}

func secondFactor(t *testing.T, h *house, office *browser) {
	t.Helper()
	page := office.post("/account/totp?lang=en", "x", "")
	want(t, page, "data:image/png;base64,", "Recovery codes")
	secret := find(t, page, `Or type the key: <code>([A-Z2-7]+)</code>`)
	recovery := find(t, page, `<li><code>([a-z0-9-]+)</code>`)
	want(t, office.post("/account/totp/confirm?lang=en", "code", "000000"), "The code is wrong")
	code, err := totp.GenerateCode(secret, h.clock.now())
	noErr(t, err)
	want(t, office.post("/account/totp/confirm?lang=en", "code", code), "One-time codes are on")

	phone := h.browser()
	page = phone.post("/sign-in?lang=en", "name", "itjen@a.example", "password", "kapal pagi ke ambon", "to", "/account?lang=en")
	pending := find(t, page, `name="pending" value="([^"]+)"`)
	if phone.session() != "" {
		t.Error("the password alone gives a session")
	}
	want(t, phone.post("/sign-in/code?lang=en", "pending", pending, "code", code), "The code is wrong") // used already
	want(t, phone.post("/sign-in/code?lang=en", "pending", pending, "code", recovery, "to", "/account?lang=en"), "Recovery codes left: 9")
	phone.post("/sign-out", "x", "")
	phone.wantStatus(http.StatusOK)
	if phone.session() != "" {
		t.Error("the cookie stays after signing out")
	}
	h.clock.advance(time.Minute)
	code, err = totp.GenerateCode(secret, h.clock.now())
	noErr(t, err)
	want(t, office.post("/account/totp/disable?lang=en", "code", code), "One-time codes are off")
}

func sessionsAndTokens(t *testing.T, h *house, office *browser) {
	t.Helper()
	tablet := h.browser()
	tablet.post("/sign-in", "name", "itjen@a.example", "password", "kapal pagi ke ambon")
	id := find(t, office.get("/account"), `name="session" value="([^"]+)"`)
	want(t, office.post("/account/sessions/end", "session", id), "Sesi sudah diakhiri")
	if tablet.get("/account"); tablet.last.Request.URL.Path != "/sign-in" {
		t.Error("an ended session lives on")
	}
	want(t, office.post("/account/tokens", "label", "", "days", "30", "role", "satker", "unit", "u-A-1"), "Wajib diisi")
	want(t, office.post("/account/tokens", "label", "dasbor", "days", "30", "role", "nasional"), "Di luar hak Anda")
	page := office.post("/account/tokens", "label", "dasbor", "days", "30", "role", "satker", "agency", "A", "unit", "u-A-1")
	token := find(t, page, `<code>(tolok_[^<]+)</code>`)
	if strings.Contains(office.get("/account"), token) {
		t.Error("a token is shown twice")
	}
	program := h.browser()
	ask := func(path string) *http.Response {
		r := program.request(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		program.do(r)
		return program.last
	}
	if r := ask("/units/u-A-1.json"); r.StatusCode != http.StatusOK || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a token gets %d, Cache-Control %q", r.StatusCode, r.Header.Get("Cache-Control"))
	}
	e := h.logged(auth.ActExport, "u-A-1")
	if e.Role != auth.Satker || !strings.Contains(e.Detail, "json") || e.Request == "" || e.Address == "" {
		t.Errorf("the export is logged as %+v", e)
	}
	for _, path := range []string{"/account", "/accounts", "/audit.json"} {
		if r := ask(path); r.StatusCode != http.StatusForbidden {
			t.Errorf("a token opens %s: %d", path, r.StatusCode)
		}
	}
	id = find(t, office.get("/account"), `name="token" value="([^"]+)"`)
	office.post("/account/tokens/revoke", "token", id)
	if r := ask("/units/u-A-1.json"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("a revoked token gets %d", r.StatusCode)
	}
}

// The first administrator is made by the link that the first start prints.
func TestSetUp(t *testing.T) {
	h := newHouse(t, nil)
	b := h.browser()
	b.get("/invitation?token=nonsense")
	b.wantStatus(http.StatusGone)
	if token, err := h.store.Setup(); err != nil || token != "" {
		t.Errorf("a second set-up link %q, %v", token, err)
	}
}

// Guessing is slowed down, and the answer says nothing of whether the name
// exists.
func TestSignInFailures(t *testing.T) {
	h := newHouse(t, nil)
	b := h.browser()
	wrong := b.post("/sign-in?lang=en", "name", "admin@menpan.example", "password", "salah salah salah")
	b.wantStatus(http.StatusUnprocessableEntity)
	want(t, wrong, "The name or the password is wrong", `value="admin@menpan.example"`)
	if strings.Contains(wrong, "salah salah") {
		t.Error("the password is echoed")
	}
	nobody := b.post("/sign-in?lang=en", "name", "nobody@menpan.example", "password", "salah salah salah")
	if strings.ReplaceAll(nobody, "nobody@", "admin@") != wrong {
		t.Error("a name that nobody has is answered otherwise")
	}
	for range 6 {
		b.post("/sign-in?lang=en", "name", "admin@menpan.example", "password", "salah salah salah")
	}
	b.wantStatus(http.StatusTooManyRequests)
	if wait, err := strconv.Atoi(b.last.Header.Get("Retry-After")); err != nil || wait < 1 {
		t.Errorf("Retry-After %q", b.last.Header.Get("Retry-After"))
	}
	want(t, b.post("/sign-in?lang=en", "name", "admin@menpan.example", "password", goodPassword), "Too many attempts failed")
	h.clock.advance(16 * time.Minute)
	b.post("/sign-in", "name", "admin@menpan.example", "password", goodPassword, "to", "/account")
	want(t, b.get("/account?lang=en"), "My account")
	admin, _ := h.store.Lookup("admin@menpan.example")
	h.logged(auth.ActSignInFailed, admin.ID)
	for _, e := range h.entries(auth.Query{Action: auth.ActSignInFailed}) {
		if strings.Contains(e.Subject, "nobody") {
			t.Error("a name that nobody has is logged; it may be a password")
		}
	}
	if strings.Contains(h.log.String(), "salah salah") || strings.Contains(h.log.String(), goodPassword) {
		t.Error("a password is in the log")
	}
}

// A session id that was planted before signing in is worth nothing after it.
func TestSessionFixation(t *testing.T) {
	h := newHouse(t, nil)
	b := h.browser()
	u, _ := url.Parse(h.url)
	planted := strings.Repeat("A", 26)
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "__Host-tolok", Value: planted, Path: "/", Secure: true}})
	b.post("/sign-in", "name", "admin@menpan.example", "password", goodPassword)
	if got := b.session(); got == planted || got == "" {
		t.Errorf("after signing in the session is %q", got)
	}
	before := b.session()
	b.post("/sign-in", "name", "admin@menpan.example", "password", goodPassword)
	if b.session() == before {
		t.Error("signing in again keeps the session id")
	}
	if _, err := h.store.Session(before); !errors.Is(err, auth.ErrSession) {
		t.Error("the session before lives on")
	}
}

// Signing in leads back to where one was, and nowhere else.
func TestNoOpenRedirect(t *testing.T) {
	h := newHouse(t, nil)
	for to, want := range map[string]string{
		"/units/u-A-1?lang=en": "/units/u-A-1?lang=en", "/account": "/account",
		"https://evil.example/": "/", "//evil.example": "/", `/\evil.example`: "/", "javascript:alert(1)": "/", "": "/", "/sign-out": "/", "evil": "/",
	} {
		b := h.browser()
		b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		b.post("/sign-in", "name", "admin@menpan.example", "password", goodPassword, "to", to)
		if got := b.last.Header.Get("Location"); b.last.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("to %q leads to %q", to, got)
		}
	}
	b := h.browser()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.get("/units/u-A-1?cycle=2024")
	if got := b.last.Header.Get("Location"); got != "/sign-in?to=%2Funits%2Fu-A-1%3Fcycle%3D2024" {
		t.Errorf("without a session one is led to %q", got)
	}
}

// A form that is sent after the session ended says so, and changes nothing.
func TestExpiredSession(t *testing.T) {
	h := newHouse(t, nil)
	b := h.signedIn("admin@menpan.example")
	h.clock.advance(31 * time.Minute)
	page := b.post("/accounts/invite?lang=en", "sign_in", "x@a.example", "name", "X", "role", "nasional")
	b.wantStatus(http.StatusUnauthorized)
	want(t, page, "your session has ended", `href="/sign-in?lang=en&amp;to=%2F"`)
	if list, _ := h.store.Invitations(auth.Console()); len(list) != 0 {
		t.Error("an ended session invited someone")
	}
}

// Every page is whole in both languages for each kind of reader, works without
// a script, and never echoes a secret.
func TestAccountPages(t *testing.T) {
	h := newHouse(t, nil)
	other := h.account("itjen@a.example", auth.Scope{Role: auth.Instansi, Agency: "A"}, true)
	invited := h.signedIn("admin@menpan.example")
	link := h.linkOf(invited.post("/accounts/invite", "sign_in", "u@a.example", "name", "U", "role", "satker", "unit", "u-A-1"))
	for _, lang := range text.Langs {
		q := "?lang=" + lang
		for _, path := range []string{"/sign-in" + q, "/sign-in" + q + "&done=signed-out", link + "&lang=" + lang} {
			b := h.browser()
			checkPage(t, path, lang, b.get(path))
			b.wantStatus(http.StatusOK)
		}
		b := h.signedIn("admin@menpan.example")
		for _, path := range []string{"/account", "/accounts", "/accounts/" + other.ID, "/view-as", "/releases", "/audit", "/settings"} {
			body := b.get(path + q)
			b.wantStatus(http.StatusOK)
			checkPage(t, path, lang, body)
			want(t, body, "Deputi", `action="/sign-out`)
		}
		for _, c := range [][]string{
			{"/account/totp"},
			{"/account/tokens", "label", "x", "days", "30"},
			{"/accounts/" + other.ID + "/reset", "x", ""},
			{"/accounts/invite", "sign_in", "!!"},
			{"/accounts/" + other.ID + "/role", "role", "satker"},
			{"/releases", "cycle", "2024", "do", "release"},
			{"/releases", "cycle", "2024", "do", "release", "asked", "1"},
			{"/settings", "audit_days", "3"},
			{"/view-as", "role", "satker"},
			{"/account/password", "old", "", "password", "x", "again", "y"},
		} {
			body := b.post(c[0]+q, c[1:]...)
			checkPage(t, c[0], lang, body)
			if b.last.StatusCode >= 500 {
				t.Errorf("%s: %d", c[0], b.last.StatusCode)
			}
		}
	}
}
