package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tolok/web/auth"
)

// An administrator of agency A can neither see nor touch what is B's, and
// cannot tell it from what does not exist.
func TestAgencyAdministrator(t *testing.T) {
	h := newHouse(t, nil)
	h.account("itjen@a.example", auth.Scope{Role: auth.Instansi, Agency: "A"}, true)
	mine := h.account("satker@a.example", auth.Scope{Role: auth.Satker, Unit: "u-A-1"}, false)
	theirs := h.account("satker@b.example", auth.Scope{Role: auth.Satker, Unit: "u-B-1"}, false)
	h.signedIn("satker@b.example").get("/units/u-B-1")
	h.signedIn("satker@a.example").get("/units/u-A-1")
	b := h.signedIn("itjen@a.example")
	if page := b.get("/accounts"); !strings.Contains(page, "satker@a.example") || strings.Contains(page, "b.example") || strings.Contains(page, "menpan") {
		t.Error("the list is not agency A's")
	}
	unknown := b.get("/accounts/nobody")
	b.wantStatus(http.StatusNotFound)
	if foreign := b.get("/accounts/" + theirs.ID); strings.ReplaceAll(foreign, theirs.ID, "nobody") != unknown {
		t.Error("another agency's account is answered otherwise than none")
	}
	for _, act := range []string{"disable", "enable", "reset", "clear-totp", "end-sessions", "revoke-tokens", "role"} {
		b.post("/accounts/"+theirs.ID+"/"+act, "role", "satker", "unit", "u-A-1")
		b.wantStatus(http.StatusNotFound)
	}
	want(t, b.post("/accounts/invite?lang=en", "sign_in", "x@b.example", "name", "X", "role", "satker", "unit", "u-B-1"), "Outside your rights")
	want(t, b.post("/accounts/"+mine.ID+"/role?lang=en", "role", "nasional", "admin", "1"), "Outside your rights")
	for _, path := range []string{"/releases", "/settings"} {
		b.get(path)
		b.wantStatus(http.StatusForbidden)
	}
	body := b.get("/audit.json")
	var log auditAnswer
	noErr(t, json.Unmarshal([]byte(body), &log))
	if len(log.Entries) == 0 || !strings.Contains(body, mine.ID) || strings.Contains(body, theirs.ID) {
		t.Errorf("the audit log shows agency A: %s", body)
	}
	if a, _ := h.store.Account(theirs.ID); a.State != auth.Active {
		t.Error("agency A closed an account of agency B")
	}
}

// To view as another is to see less and to change nothing; the banner says so
// and the audit log names both.
func TestViewAs(t *testing.T) {
	h := newHouse(t, nil)
	h.account("itjen@a.example", auth.Scope{Role: auth.Instansi, Agency: "A"}, true)
	b := h.signedIn("itjen@a.example")
	for _, wider := range [][]string{{"role", "nasional"}, {"role", "instansi", "agency", "B"}, {"role", "satker", "unit", "u-B-1"}, {"role", "perencana"}} {
		want(t, b.post("/view-as?lang=en", wider...), "Outside your rights")
		b.wantStatus(http.StatusUnprocessableEntity)
	}
	before := b.session()
	b.post("/view-as?lang=en", "role", "satker", "unit", "u-A-1")
	if b.session() == before {
		t.Error("the session kept its id")
	}
	want(t, b.get("/units/u-A-1?lang=en"), "You are viewing as Unit · A · u-A-1", "Back to my account")
	e := h.logged(auth.ActSee, "u-A-1")
	if e.Account != "satker:A:u-A-1" || e.Real == "" || e.Real == e.Account {
		t.Errorf("seen while viewing as another: %+v", e)
	}
	for _, path := range []string{"/account", "/accounts", "/audit", "/view-as"} {
		b.get(path)
		b.wantStatus(http.StatusForbidden)
	}
	for _, path := range []string{"/accounts/invite", "/account/tokens", "/account/password", "/view-as"} {
		b.post(path, "role", "instansi")
		b.wantStatus(http.StatusForbidden)
	}
	b.post("/view-as/stop", "x", "")
	want(t, b.get("/account?lang=en"), "My account")
	if strings.Contains(b.get("/methods?lang=en"), "You are viewing as") {
		t.Error("the banner stays")
	}
}

// A cycle is released by a national administrator who said so twice.
func TestRelease(t *testing.T) {
	h := newHouse(t, nil)
	b := h.signedIn("admin@menpan.example")
	want(t, b.post("/releases?lang=en", "cycle", "2024", "do", "release"), "Are you sure?", "Yes, release cycle 2024")
	if len(h.store.Released(t.Context())) != 0 {
		t.Fatal("released without confirmation")
	}
	want(t, b.post("/releases?lang=en", "cycle", "2024", "do", "release", "asked", "1"), "Tick the box")
	want(t, b.post("/releases?lang=en", "cycle", "2024", "do", "release", "asked", "1", "confirm", "1"), "The cycle is released", "released", "admin@menpan.example")
	if got := h.store.Released(t.Context()); !slices.Equal(got, []int{2024}) {
		t.Errorf("released %v", got)
	}
	if e := h.logged(auth.ActRelease, "2024"); e.Detail != "release" {
		t.Errorf("logged %+v", e)
	}
	b.post("/releases", "cycle", "2024", "do", "withdraw", "asked", "1", "confirm", "1")
	if len(h.store.Released(t.Context())) != 0 {
		t.Error("the release was not withdrawn")
	}
	for _, bad := range [][]string{{"cycle", "x", "do", "release"}, {"cycle", "2024", "do", "burn"}, {"cycle", "24", "do", "release", "asked", "1", "confirm", "1"}} {
		b.post("/releases", bad...)
		b.wantStatus(http.StatusUnprocessableEntity)
	}
}

// The audit page finds by time, account, action and subject, and turns pages.
func TestAuditPage(t *testing.T) {
	h := newHouse(t, nil)
	b := h.signedIn("admin@menpan.example")
	admin, _ := h.store.Lookup("admin@menpan.example")
	for range 60 {
		_, err := h.audit.Append(auth.Entry{Account: admin.ID, Real: admin.ID, Role: auth.Nasional, Action: auth.ActSee, Subject: "u-A-1"})
		noErr(t, err)
	}
	b.get("/units/u-B-2.csv?cycle=2024")
	want(t, b.get("/audit?lang=en&subject=u-B-2"), "exported", "/units/{id} csv?cycle=2024")
	page := b.get("/audit?lang=en&action=see")
	older := find(t, page, `href="([^"]*before=[^"]*)" rel="next"`)
	want(t, b.get(older), "Newest", "saw")
	if page = b.get("/audit?action=sign-in&account=admin@menpan.example&from=2020-01-01&until=2020-01-02"); strings.Contains(page, "/units/") {
		t.Error("the time is not heeded")
	}
	var log auditAnswer
	noErr(t, json.Unmarshal([]byte(b.get("/audit.json?action=see&account=admin@menpan.example")), &log))
	if len(log.Entries) != 60 {
		t.Errorf("%d entries, want 60", len(log.Entries))
	}
	want(t, b.get("/audit.csv"), "seq,at,account")
	h.logged(auth.ActExport, "/audit")
	for _, bad := range []string{"before=x", "from=yesterday"} {
		b.get("/audit?" + bad)
		b.wantStatus(http.StatusBadRequest)
	}
}

func TestSettingsPage(t *testing.T) {
	h := newHouse(t, nil)
	b := h.signedIn("admin@menpan.example")
	want(t, b.post("/settings?lang=en", "audit_days", "3"), "Too short", `value="3"`)
	want(t, b.post("/settings?lang=en", "audit_days", "400"), "The settings are saved", `value="400"`)
	days := 90
	h.server.opt.AuditDays = &days
	want(t, b.get("/settings?lang=en"), "kept for 90 days")
	b.post("/settings", "audit_days", "400")
	b.wantStatus(http.StatusForbidden)
}

// What cannot be logged is not done; what is read is shown, and counted.
func TestAuditFailure(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.MetricsToken = "open sesame" })
	b := h.signedIn("admin@menpan.example")
	noErr(t, h.audit.Close())
	want(t, b.post("/accounts/invite?lang=en", "sign_in", "x@a.example", "name", "X", "role", "nasional"), "It cannot be logged")
	b.wantStatus(http.StatusServiceUnavailable)
	if list, _ := h.store.Invitations(auth.Console()); len(list) != 0 {
		t.Error("a change was made that is not in the log")
	}
	b.post("/releases", "cycle", "2024", "do", "release", "asked", "1", "confirm", "1")
	if len(h.store.Released(t.Context())) != 0 {
		t.Error("a cycle was released that is not in the log")
	}
	b.get("/units/u-A-1")
	b.wantStatus(http.StatusOK)
	fresh := h.browser()
	fresh.post("/sign-in", "name", "admin@menpan.example", "password", goodPassword)
	fresh.wantStatus(http.StatusServiceUnavailable)
	if fresh.session() != "" {
		t.Error("a sign-in that is not in the log gives a session")
	}
	r := b.request(http.MethodGet, "/metrics", nil)
	r.Header.Set("Authorization", "Bearer open sesame")
	want(t, b.do(r), `tolok_audit_failures_total{of="read"} 1`, `tolok_audit_failures_total{of="change"} 3`)
	if !strings.Contains(h.log.String(), "what was seen was not written") {
		t.Error("the failure is not in the log")
	}
}
