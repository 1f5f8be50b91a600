package web

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/subtle"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tolok/web/auth"
)

// bounds of the duration histogram, in seconds.
var bounds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20}

// figures are the counters of /metrics. Every label comes from a list that is
// fixed in the program, so that no visitor can make them grow.
type figures struct {
	mu        sync.Mutex
	requests  map[requestLabels]int64
	durations map[string]*histogram // by route
	signIns   map[string]int64      // by result
	audit     map[string]int64      // failures by kind: change, read
	limited   int64
}

type requestLabels struct {
	route, method string
	status        int
}

type histogram struct {
	counts []int64
	sum    float64
	n      int64
}

func newFigures() *figures {
	return &figures{
		requests: map[requestLabels]int64{}, durations: map[string]*histogram{},
		signIns: map[string]int64{"ok": 0, "failed": 0, "locked": 0}, audit: map[string]int64{"change": 0, "read": 0},
	}
}

func (f *figures) request(route, method string, status int, took time.Duration) {
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost}, method) {
		method = "other"
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests[requestLabels{route, method, status}]++
	if status == http.StatusTooManyRequests {
		f.limited++
	}
	h := f.durations[route]
	if h == nil {
		h = &histogram{counts: make([]int64, len(bounds))}
		f.durations[route] = h
	}
	h.n++
	h.sum += took.Seconds()
	for i, b := range bounds {
		if took.Seconds() <= b {
			h.counts[i]++
		}
	}
}

func (f *figures) signIn(result string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.signIns[result]++
}

func (f *figures) auditFailed(kind string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.audit[kind]++
}

// exposition writes the text format of Prometheus, version 0.0.4.
type exposition struct{ w *bufio.Writer }

func (e exposition) head(name, kind, help string) {
	fmt.Fprintf(e.w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// value writes one sample; labels are name, value pairs.
func (e exposition) value(name string, v float64, labels ...string) {
	e.w.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		sep := ","
		if i == 0 {
			sep = "{"
		}
		escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(labels[i+1])
		fmt.Fprintf(e.w, `%s%s="%s"`, sep, labels[i], escaped)
	}
	if len(labels) > 0 {
		e.w.WriteByte('}')
	}
	fmt.Fprintf(e.w, " %s\n", strconv.FormatFloat(v, 'g', -1, 64))
}

func (e exposition) one(name, kind, help string, v float64, labels ...string) {
	e.head(name, kind, help)
	e.value(name, v, labels...)
}

func (f *figures) write(e exposition) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e.head("tolok_requests_total", "counter", "Requests by route, method and status.")
	for _, l := range slices.SortedFunc(maps.Keys(f.requests), func(a, b requestLabels) int {
		return cmp.Or(cmp.Compare(a.route, b.route), cmp.Compare(a.method, b.method), cmp.Compare(a.status, b.status))
	}) {
		e.value("tolok_requests_total", float64(f.requests[l]), "route", l.route, "method", l.method, "status", strconv.Itoa(l.status))
	}
	e.head("tolok_request_duration_seconds", "histogram", "How long requests took, by route.")
	for _, route := range slices.Sorted(maps.Keys(f.durations)) {
		h := f.durations[route]
		for i, b := range bounds {
			e.value("tolok_request_duration_seconds_bucket", float64(h.counts[i]), "route", route, "le", strconv.FormatFloat(b, 'g', -1, 64))
		}
		e.value("tolok_request_duration_seconds_bucket", float64(h.n), "route", route, "le", "+Inf")
		e.value("tolok_request_duration_seconds_sum", h.sum, "route", route)
		e.value("tolok_request_duration_seconds_count", float64(h.n), "route", route)
	}
	e.one("tolok_requests_limited_total", "counter", "Requests refused because they came too often.", float64(f.limited))
	e.head("tolok_sign_ins_total", "counter", "Sign-ins by result.")
	for _, result := range slices.Sorted(maps.Keys(f.signIns)) {
		e.value("tolok_sign_ins_total", float64(f.signIns[result]), "result", result)
	}
	e.head("tolok_audit_failures_total", "counter", "Entries that could not be written to the audit log; a change is refused then.")
	for _, kind := range slices.Sorted(maps.Keys(f.audit)) {
		e.value("tolok_audit_failures_total", float64(f.audit[kind]), "of", kind)
	}
}

// SnapshotFigures are what who serves the snapshots knows of them.
type SnapshotFigures struct {
	ID     string    // of the newest that is served; "" while there is none
	Since  time.Time // when it began to be served
	Builds int64     // how many were prepared, and how long that took in all
	Failed int64
	Took   time.Duration
	Last   time.Duration
}

// Metrics writes the figures for Prometheus. It asks for no credentials: the
// route /metrics does, and who listens on an address of its own need not.
func (s *Server) Metrics(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	e := exposition{bufio.NewWriter(&b)}
	s.figures.write(e)
	if s.opt.Accounts != nil {
		if c, err := s.opt.Accounts.Counts(); err == nil {
			e.one("tolok_sessions", "gauge", "Sessions that are live.", float64(c.Sessions))
			e.one("tolok_accounts", "gauge", "Accounts that are active.", float64(c.Accounts))
			e.one("tolok_tokens", "gauge", "API tokens that have not expired.", float64(c.Tokens))
		}
	}
	if s.opt.Snapshot != nil {
		writeSnapshot(e, s.opt.Snapshot())
	}
	_ = e.w.Flush() // into memory
	w.Header().Set("Cache-Control", "no-store")
	write(w, r, http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", b.Bytes())
}

func writeSnapshot(e exposition, f SnapshotFigures) {
	if f.ID != "" {
		e.one("tolok_snapshot_info", "gauge", "The snapshot that is served.", 1, "snapshot", f.ID)
		e.one("tolok_snapshot_served_seconds", "gauge", "For how long the newest snapshot has been served.", time.Since(f.Since).Seconds())
	}
	e.one("tolok_snapshot_builds_total", "counter", "Snapshots prepared for serving.", float64(f.Builds))
	e.one("tolok_snapshot_build_failures_total", "counter", "Snapshots that could not be prepared.", float64(f.Failed))
	e.one("tolok_snapshot_build_seconds_total", "counter", "Time spent on preparing snapshots.", f.Took.Seconds())
	e.one("tolok_snapshot_build_last_seconds", "gauge", "How long the last snapshot took to prepare.", f.Last.Seconds())
}

// metricsPath is where the figures are.
const metricsPath = "/metrics"

// metrics is the route: for who brings the token, and closed without one.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) error {
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want := s.opt.MetricsToken
	if want == "" {
		return errNoPage
	}
	if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare([]byte(given), []byte(want)) != 1 {
		return auth.ErrToken
	}
	s.Metrics(w, r)
	return nil
}
