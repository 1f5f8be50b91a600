package ingest

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const testToken = "rahasia-1234"

// portalServer is a PortalRB over real TLS that nominates units for WBK. Before
// it answers, answer may do something else and say so.
type portalServer struct {
	*httptest.Server
	wbk, wbbm []string
	answer    func(w http.ResponseWriter, r *http.Request, call int) bool

	mu    sync.Mutex
	calls map[string]int // by path
	most  int            // requests at a time
	now   atomic.Int32
}

func newPortalServer(t testing.TB, wbk ...string) *portalServer {
	t.Helper()
	s := &portalServer{wbk: wbk, calls: map[string]int{}}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *portalServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := int(s.now.Add(1))
	defer s.now.Add(-1)
	s.mu.Lock()
	s.calls[r.URL.Path]++
	call := s.calls[r.URL.Path]
	s.most = max(s.most, now)
	s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+testToken {
		refuse(w, http.StatusUnauthorized, "TOKEN_INVALID", "Token tidak dikenal")
		return
	}
	if s.answer != nil && s.answer(w, r, call) {
		return
	}
	switch id, isUnit := strings.CutPrefix(r.URL.Path, "/api/lke/jawaban-unit/"); {
	case r.URL.Path == "/api/pengusulan/unit-wbk":
		list(w, "WBK", s.wbk)
	case r.URL.Path == "/api/pengusulan/unit-wbbm":
		list(w, "WBBM", s.wbbm)
	case isUnit && slices.Contains(append(s.wbbm, s.wbk...), id):
		worksheet(w, id)
	default:
		refuse(w, http.StatusNotFound, "UNIT_NOT_FOUND", "Unit tidak ditemukan")
	}
}

func list(w http.ResponseWriter, category string, ids []string) {
	units := []map[string]any{}
	for _, id := range ids {
		units = append(units, map[string]any{"id": id, "nama": id, "kategori": category, "afirmasi": false})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"tahun": 2026, "units": units})
}

func worksheet(w http.ResponseWriter, id string) {
	fmt.Fprintf(w, `{"unit_id":%q,"nama_unit":"x","tahun":2026,"answers":[{"soal_id":1,"jawaban_unit":"Ya","jawaban_tpi":null}]}`, id)
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": true, "code": code, "message": message})
}

// asked is how often something was asked for, below the base.
func (s *portalServer) asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls["/api/"+path]
}

// portal trusts the server, and does not wait between retries.
func (s *portalServer) portal(t testing.TB) *Portal {
	t.Helper()
	p, err := NewPortal(s.URL+"/api", testToken+"\n")
	if err != nil {
		t.Fatal(err)
	}
	p.Roots = x509.NewCertPool()
	p.Roots.AddCert(s.Certificate())
	p.Waits = []time.Duration{0, time.Millisecond, time.Millisecond}
	p.MaxWait = 50 * time.Millisecond
	return p
}

func fetched(t testing.TB, p *Portal, root string) *Spool {
	t.Helper()
	s, err := p.Fetch(t.Context(), root, false)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// only lets one unit misbehave.
func only(id string, f func(w http.ResponseWriter, call int) bool) func(http.ResponseWriter, *http.Request, int) bool {
	return func(w http.ResponseWriter, r *http.Request, call int) bool {
		return r.URL.Path == "/api/lke/jawaban-unit/"+id && f(w, call)
	}
}

// What one unit's endpoint may do, how often it is then asked, and what is read
// from the spool in the end; the other unit's answer goes in always.
func TestFetchMisbehaviour(t *testing.T) {
	always := func(f func(http.ResponseWriter)) func(http.ResponseWriter, int) bool {
		return func(w http.ResponseWriter, _ int) bool { f(w); return true }
	}
	twice := func(f func(http.ResponseWriter)) func(http.ResponseWriter, int) bool {
		return func(w http.ResponseWriter, call int) bool {
			if call <= 2 {
				f(w)
			}
			return call <= 2
		}
	}
	status := func(n int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { refuse(w, n, "KODE", "Pesan") }
	}
	truncated := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "5000")
		fmt.Fprint(w, `{"unit_id":"BAD","answers":[`)
	}
	for _, c := range []struct {
		name    string
		answer  func(http.ResponseWriter, int) bool
		asked   int
		answers int      // of both units
		values  []string // of failed files
	}{
		{"500 twice, then good", twice(status(500)), 3, 2, nil},
		{"500 for good", always(status(500)), 4, 1, []string{"500 KODE: Pesan"}},
		{"429 twice, then good", twice(status(429)), 3, 2, nil},
		{"cut off twice, then good", twice(truncated), 3, 2, nil},
		{"cut off for good", always(truncated), 4, 1, []string{"NO_ANSWER: unexpected EOF"}},
		{"half a document, then good", twice(func(w http.ResponseWriter) { fmt.Fprint(w, `{"unit_id":"BAD","answers":[`) }), 3, 2, nil},
		{"a page instead of JSON", always(func(w http.ResponseWriter) { fmt.Fprint(w, "<html>") }), 4, 1, []string{"NOT_JSON: the answer is cut off or is not JSON"}},
		{"not found", always(status(404)), 1, 1, []string{"404 KODE: Pesan"}},
		{"not to be processed", always(status(422)), 1, 1, []string{"422 KODE: Pesan"}},
		{"an error without a body", always(func(w http.ResponseWriter) { w.WriteHeader(404) }), 1, 1, []string{"404: Not Found"}},
		{"an error body under 200", always(func(w http.ResponseWriter) { refuse(w, 200, "KODE", "Pesan") }), 1, 1, []string{"KODE: Pesan"}},
		{"the token in an error", always(func(w http.ResponseWriter) { refuse(w, 422, "K", "Bearer "+testToken+"\x1b[2J") }), 1, 1, []string{"422 K: Bearer [token] [2J"}},
		{"wrong types", always(func(w http.ResponseWriter) { fmt.Fprint(w, `{"unit_id":5,"tahun":2026,"answers":"A"}`) }), 1, 1, []string{"json: cannot unmarshal"}},
		{"another unit's worksheet", always(func(w http.ResponseWriter) { worksheet(w, "GOOD") }), 1, 1, []string{`OTHER_UNIT: asked for BAD, got the worksheet of "GOOD"`}},
		{"a list instead of a worksheet", always(func(w http.ResponseWriter) { list(w, "WBK", []string{"GOOD"}) }), 1, 1, []string{"NO_ANSWERS: no worksheet of BAD"}},
		{"too large", always(func(w http.ResponseWriter) {
			for range 33 {
				fmt.Fprint(w, strings.Repeat(" ", 1<<20))
			}
		}), 1, 1, []string{"TOO_LARGE: the answer is larger than 32 MB"}},
		{"too slow", twice(func(http.ResponseWriter) { time.Sleep(250 * time.Millisecond) }), 3, 2, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newPortalServer(t, "BAD", "GOOD")
			s.answer = only("BAD", c.answer)
			p := s.portal(t)
			if c.name == "too slow" {
				p.Timeout = 100 * time.Millisecond
			}
			sp := fetched(t, p, t.TempDir())
			if n := s.asked("lke/jawaban-unit/BAD"); n != c.asked {
				t.Errorf("asked %d times, want %d", n, c.asked)
			}
			got, sum := ingest(t, Options{KnownUnits: map[string]string{"BAD": "K", "GOOD": "K"}}, sp.Folder)
			if n := sum.Datasets["answers"].Put; n != c.answers {
				t.Errorf("%d answers went in, want %d", n, c.answers)
			}
			var values []string
			for _, p := range got.Problems {
				if p.Severity == "failed" && p.File == "lke/jawaban-unit/BAD.json" {
					values = append(values, p.Value)
				}
			}
			if len(values) != len(c.values) || len(values) == 1 && !strings.HasPrefix(values[0], c.values[0]) {
				t.Errorf("problems %q, want %q", values, c.values)
			}
		})
	}
}

// What ends the run at once: an error that says what to do, and no request that
// could not help.
func TestFetchEndsAtOnce(t *testing.T) {
	thief := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer thief.Close()
	path := func(p string, f http.HandlerFunc) func(http.ResponseWriter, *http.Request, int) bool {
		return func(w http.ResponseWriter, r *http.Request, _ int) bool {
			if !strings.HasPrefix(r.URL.Path, "/api/"+p) {
				return false
			}
			f(w, r)
			return true
		}
	}
	away := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}
	status := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { refuse(w, n, "KODE", "Pesan") }
	}
	body := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, s) }
	}
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request, int) bool
		asked  string
		want   string
	}{
		{"an expired token", path("pengusulan", status(401)), "pengusulan/unit-wbk", "does not accept the token (401 KODE: Pesan)"},
		{"a token without the right", path("lke", status(403)), "lke/jawaban-unit/U", "does not accept the token (403 KODE: Pesan)"},
		{"a list elsewhere", path("pengusulan", away), "pengusulan/unit-wbk", "redirects to " + thief.URL},
		{"a worksheet elsewhere", path("lke", away), "lke/jawaban-unit/U", "redirects to " + thief.URL},
		{"no such list", path("pengusulan", status(404)), "pengusulan/unit-wbk", "the list unit-wbk: 404 KODE"},
		{"a list of the wrong type", path("pengusulan", body(`{"tahun":2026,"units":{}}`)), "pengusulan/unit-wbk", "the list unit-wbk"},
		{"a worksheet for a list", path("pengusulan", body(`{"unit_id":"U","answers":[]}`)), "pengusulan/unit-wbk", "is no list of units"},
		{"nobody nominated", path("pengusulan", body(`{"tahun":2026,"units":[]}`)), "pengusulan/unit-wbk", "name no unit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newPortalServer(t, "U")
			s.answer = c.answer
			_, err := s.portal(t).Fetch(t.Context(), t.TempDir(), false)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), testToken) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
			if n := s.asked(c.asked); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// A certificate of another authority is refused, without a request being seen.
func TestFetchUntrusted(t *testing.T) {
	s := newPortalServer(t, "U")
	for name, roots := range map[string]*x509.CertPool{"the system's": nil, "none": x509.NewCertPool()} {
		p := s.portal(t)
		p.Roots = roots
		if _, err := p.Fetch(t.Context(), t.TempDir(), false); err == nil || !strings.Contains(err.Error(), "--ca-file") {
			t.Errorf("trusting %s: error %v", name, err)
		}
	}
	if len(s.calls) > 0 {
		t.Errorf("asked for %v all the same", s.calls)
	}
}

func TestFetchAddress(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://portal.example/api": true, "http://127.0.0.1:8080": true, "http://localhost/api": true, "http://[::1]/api": true,
		"http://portal.example/api": false, "http://127.0.0.1.example/": false, "http://localhost.example/": false, "http://10.0.0.1/": false,
		"https://u:p@portal.example/": false, "https://portal.example/?token=rahasia": false, "https://portal.example/#x": false,
		"ftp://portal.example/": false, "https:///api": false, "portal.example": false, "https://a b/%zz": false,
	} {
		_, err := NewPortal(address, testToken)
		if (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "rahasia") {
			t.Errorf("%s: the error tells the secret: %v", address, err)
		}
	}
	for _, token := range []string{"", " \n", "a b", "a\nb", "a\x00", "é"} {
		if _, err := NewPortal("https://portal.example", token); err == nil {
			t.Errorf("token %q was accepted", token)
		}
	}
}

// Retry-After comes before the guide's waits, within bounds.
func TestFetchRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for s, want := range map[string]string{
		"120": "2m0s", "0": "0s", "Sun, 01 Mar 2026 12:00:30 GMT": "30s", "Sun, 01 Mar 2026 11:00:00 GMT": "0s",
		"": "none", "-5": "none", "soon": "none", "99999999999999999999": "none",
	} {
		got := "none"
		if d := retryAfter(s, now); d != nil {
			got = d.String()
		}
		if got != want {
			t.Errorf("Retry-After %q is %s, want %s", s, got, want)
		}
	}

	s := newPortalServer(t, "U")
	s.answer = only("U", func(w http.ResponseWriter, call int) bool {
		if call == 1 {
			w.Header().Set("Retry-After", "86400")
			refuse(w, http.StatusTooManyRequests, "RATE", "Tunggu")
		}
		return call == 1
	})
	p := s.portal(t)
	p.Waits = []time.Duration{time.Hour}
	start := time.Now()
	if sp := fetched(t, p, t.TempDir()); sp.Fetched != 1 {
		t.Errorf("%+v", sp)
	}
	if d := time.Since(start); d < p.MaxWait || d > 10*time.Second {
		t.Errorf("waited %s, want the longest allowed, %s", d, p.MaxWait)
	}
}

// A unit of both lists is asked for once; an id is one element of the path
// whatever is in it, and one that could be another path is never asked for.
func TestFetchIDs(t *testing.T) {
	good := []string{"U-1", "ü:1&x=y;z+w@", ".hidden", "~$open", "submission", "...", "Satker'1", strings.Repeat("é", 32)}
	s := newPortalServer(t, append(slices.Clone(good), "U-1", "", " ", ".", "..", "../../x", "/etc", `a\b`, "a/../b", "a%2fb", "x\x00", "a b", "x?y", "x#y", "x.json", strings.Repeat("x", 65))...)
	s.wbbm = []string{"U-1"}
	root := t.TempDir()
	sp := fetched(t, s.portal(t), root)
	if sp.Units != len(good) || sp.Fetched != len(good) {
		t.Errorf("%d units, %d fetched, want %d", sp.Units, sp.Fetched, len(good))
	}
	if len(s.calls) != len(good)+2 {
		t.Errorf("asked for %v", s.calls)
	}
	units := map[string]string{}
	for _, id := range good {
		units[id] = "K"
		if n := s.asked("lke/jawaban-unit/" + id); n != 1 {
			t.Errorf("asked %d times for %q", n, id)
		}
	}
	_, sum := ingest(t, Options{KnownUnits: units}, sp.Folder)
	if n := sum.Datasets["answers"].Put; n != len(good) {
		t.Errorf("%d answers went in, want %d", n, len(good))
	}
	if n := sum.Datasets["nominations"].LeftOut; n != 15 {
		t.Errorf("%d strange nominations were reported, want 15", n)
	}
}

// Cut off after any number of answers, the next run asks for what is missing
// only; complete, it begins anew; anew on demand, it begins anew too.
func TestFetchResumes(t *testing.T) {
	var ids []string
	for i := range 40 {
		ids = append(ids, "U"+strconv.Itoa(i))
	}
	for _, k := range []int{0, 1, 2, 3, 17, 41} {
		t.Run(fmt.Sprint(k), func(t *testing.T) {
			s, root := newPortalServer(t, ids...), t.TempDir()
			ctx, cut := context.WithCancel(t.Context())
			var answered atomic.Int32
			asked := map[string]int{} // in full
			var mu sync.Mutex
			s.answer = func(_ http.ResponseWriter, r *http.Request, _ int) bool {
				if int(answered.Add(1)) > k {
					cut()
					<-r.Context().Done()
					return true
				}
				mu.Lock()
				asked[r.URL.Path]++
				mu.Unlock()
				return false
			}
			p := s.portal(t)
			p.Parallel = 1 // with more, the last answers may be on their way when the run is cut off
			if _, err := p.Fetch(ctx, root, false); !errors.Is(err, context.Canceled) {
				t.Fatalf("error %v", err)
			}
			s.answer = func(_ http.ResponseWriter, r *http.Request, _ int) bool {
				mu.Lock()
				asked[r.URL.Path]++
				mu.Unlock()
				return false
			}
			sp := fetched(t, s.portal(t), root)
			if want := max(k-2, 0); sp.Kept != want || sp.Fetched != len(ids)-want {
				t.Errorf("%d kept, %d fetched; want %d kept", sp.Kept, sp.Fetched, want)
			}
			if len(asked) != len(ids)+2 {
				t.Errorf("%d addresses were asked, want %d", len(asked), len(ids)+2)
			}
			for path, n := range asked {
				if n != 1 {
					t.Errorf("%s was answered %d times", path, n)
				}
			}
		})
	}
}

func TestFetchBeginsAnew(t *testing.T) {
	s, root := newPortalServer(t, "A", "B"), t.TempDir()
	first := fetched(t, s.portal(t), root)
	if again := fetched(t, s.portal(t), root); again.Folder != first.Folder || again.Kept != 2 {
		t.Errorf("not in the lake yet: %+v", again)
	}
	anew, err := s.portal(t).Fetch(t.Context(), root, true)
	if err != nil || anew.Folder == first.Folder || anew.Fetched != 2 {
		t.Errorf("--refetch: %+v, %v", anew, err)
	}
	if err := anew.Complete(); err != nil {
		t.Fatal(err)
	}
	next := fetched(t, s.portal(t), root)
	if next.Folder == anew.Folder || next.Fetched != 2 {
		t.Errorf("after a complete fetch: %+v", next)
	}
	// Half a file, as a power cut leaves it, and one that a killed run left.
	bad, part := filepath.Join(next.Folder, worksheetName("A")), filepath.Join(next.Folder, "pengusulan", ".part-1")
	if err := errors.Join(os.WriteFile(bad, []byte(`{"unit_id":"A","ans`), 0o600), os.WriteFile(part, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if again := fetched(t, s.portal(t), root); again.Folder != next.Folder || again.Kept != 1 || again.Fetched != 1 {
		t.Errorf("after a power cut: %+v", again)
	}
	if _, err := os.Stat(part); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what a killed run left is still there: %v", err)
	}
}

// A unit that did not come is asked for again by the next run, which alone may
// be complete; a portal that is down is not asked for every unit.
func TestFetchGivesUp(t *testing.T) {
	s, root := newPortalServer(t, "A", "B"), t.TempDir()
	s.answer = only("A", func(w http.ResponseWriter, _ int) bool { refuse(w, 503, "DOWN", "Nanti"); return true })
	first := fetched(t, s.portal(t), root)
	if err := first.Complete(); err != nil || first.GivenUp != 1 || first.Fetched != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	s.answer = nil
	second := fetched(t, s.portal(t), root)
	if second.Folder != first.Folder || second.Kept != 1 || second.Fetched != 1 || second.GivenUp != 0 {
		t.Errorf("the next run: %+v", second)
	}

	ids := make([]string, 200)
	for i := range ids {
		ids[i] = fmt.Sprint("U", i)
	}
	down := newPortalServer(t, ids...)
	down.answer = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		isUnit := strings.Contains(r.URL.Path, "/lke/")
		if isUnit {
			refuse(w, 503, "DOWN", "Nanti")
		}
		return isUnit
	}
	if _, err := down.portal(t).Fetch(t.Context(), t.TempDir(), false); err == nil || !strings.Contains(err.Error(), "8 units in a row") {
		t.Errorf("a portal that is down: %v", err)
	}
	down.mu.Lock() // an answer that nobody waited for may be under way
	defer down.mu.Unlock()
	if n := len(down.calls); n > 20 {
		t.Errorf("a portal that is down was asked for %d units", n)
	}
}

// Two runs at once would ask for everything twice.
func TestFetchTwiceAtOnce(t *testing.T) {
	s, root := newPortalServer(t, "A"), t.TempDir()
	u, err := url.Parse(s.URL + "/api")
	if err != nil {
		t.Fatal(err)
	}
	held, err := openSpool(root, u, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.portal(t).Fetch(t.Context(), root, false); err == nil || !strings.Contains(err.Error(), "another run") {
		t.Errorf("error %v", err)
	}
	held.lock.Close()
	fetched(t, s.portal(t), root)
}

// A country of units, a few at a time. TOLOK_FETCH_UNITS=50000 makes it the
// whole country.
func TestFetchMany(t *testing.T) {
	n := 5000
	if v := os.Getenv("TOLOK_FETCH_UNITS"); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil {
			t.Fatal(err)
		}
	}
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("UNIT-%05d", i)
	}
	s := newPortalServer(t, ids...)
	s.answer = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		id, isUnit := strings.CutPrefix(r.URL.Path, "/api/lke/jawaban-unit/")
		if isUnit {
			worksheet(w, id)
		}
		return isUnit
	}
	p := s.portal(t)
	last := 0
	p.Progress = func(done, total int) {
		if done != last+1 || total != n {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	}
	start := time.Now()
	sp := fetched(t, p, t.TempDir())
	t.Logf("%d units in %s", n, time.Since(start))
	if sp.Fetched != n || last != n || len(s.calls) != n+2 {
		t.Errorf("%+v, progress %d, %d addresses asked", sp, last, len(s.calls))
	}
	if s.most > p.Parallel {
		t.Errorf("%d requests at a time, at most %d allowed", s.most, p.Parallel)
	}
}
