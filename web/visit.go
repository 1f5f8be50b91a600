package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"tolok/web/auth"
)

// visit is what is known of one request while it is answered, for the log, the
// figures and the audit log.
type visit struct {
	id      string // request id
	address string // of the client
	route   string // as in the route table; "" where none matched
	who     auth.Identity
	status  int
	bytes   int64
}

type visitKey struct{}

// visitOf gives the visit of a request.
func visitOf(r *http.Request) *visit {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{address: auth.ClientAddress(r, nil)}
}

// requestID is what a proxy may give as the id of a request.
var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// begin gives a request its id and its client's address, and takes both from a
// proxy only where the connection comes from one that is trusted.
func (s *Server) begin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{address: auth.ClientAddress(r, s.opt.Proxies)}
		if given := r.Header.Get("X-Request-Id"); fromProxy(r, s.opt.Proxies) && requestID.MatchString(given) {
			v.id = given
		} else {
			v.id = rand.Text()
		}
		w.Header().Set("X-Request-Id", v.id)
		next.ServeHTTP(&recorder{ResponseWriter: w, visit: v}, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	})
}

func fromProxy(r *http.Request, trusted []netip.Prefix) bool {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range trusted {
		if p.Contains(port.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	visit *visit
}

func (w *recorder) WriteHeader(status int) {
	if w.visit.status == 0 && status >= 200 {
		w.visit.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.visit.status == 0 {
		w.visit.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.visit.bytes += int64(n)
	return n, err
}

// Unwrap lets [http.ResponseController] reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// record writes one line for each request that was answered, and counts it.
// The query stays out of the log: a search is nobody's business, and an
// invitation's token opens an account.
func (s *Server) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		v := visitOf(r)
		defer func() {
			took := time.Since(start)
			if v.status == 0 {
				v.status = http.StatusOK
			}
			s.figures.request(v.route, r.Method, v.status, took)
			level := slog.LevelInfo
			if v.route == "/static/" || v.route == "/healthz" || v.route == "/readyz" || v.route == metricsPath {
				level = slog.LevelDebug
			}
			s.opt.Log.LogAttrs(
				r.Context(), level, "request",
				slog.String("request", v.id), slog.String("method", r.Method), slog.String("path", logged(r.URL.Path)), slog.String("route", v.route),
				slog.Int("status", v.status), slog.Int64("bytes", v.bytes), slog.Float64("ms", float64(took.Microseconds())/1000),
				slog.String("address", v.address), slog.String("account", v.who.Account), slog.String("role", string(v.who.Role)),
			)
		}()
		next.ServeHTTP(w, r)
	})
}

// logged keeps a path on its line and within reason.
func logged(path string) string {
	path = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return '?'
		}
		return c
	}, path)
	if len(path) > 200 {
		path = path[:200] + "…"
	}
	return path
}
