package web

import (
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
)

// policy lets a page load what this server serves and nothing else; inline
// scripts and styles are refused.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// strict keeps browsers to TLS for a year (RFC 6797), subdomains included.
const strict = "max-age=31536000; includeSubDomains"

// secure sets the headers that every answer carries, errors included.
func (s *Server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if s.byTLS() {
			h.Set("Strict-Transport-Security", strict)
		}
		next.ServeHTTP(w, r)
	})
}

// byTLS says whether readers reach this site by TLS, whoever ends it.
func (s *Server) byTLS() bool { return s.opt.BaseURL != nil && s.opt.BaseURL.Scheme == "https" }

// recover keeps one broken page from ending the program.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.opt.Log.Error("panic", "request", visitOf(r).id, "path", logged(r.URL.Path), "value", fmt.Sprint(v), "stack", string(debug.Stack()))
			s.fail(w, r, errAbort)
		}()
		next.ServeHTTP(w, r)
	})
}

// limit gives each request its time, and what it sends the size of a form. What
// takes files has limits of its own (see package inbox).
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), s.opt.Timeout)
		defer cancel()
		if r.Body != nil && r.Body != http.NoBody && (s.uploads == nil || !s.uploads(r)) {
			r.Body = http.MaxBytesReader(w, r.Body, longestForm)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// longestForm is more than any form of these pages has.
const longestForm = 64 << 10

// accepts reports whether the client takes an encoding.
func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		v, weighted := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		q, err := strconv.ParseFloat(v, 64)
		return !weighted || err == nil && q > 0
	}
	return false
}

// small answers are not worth compressing.
const small = 1024

// write sends a finished body, compressed where the client takes it.
func write(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Add("Vary", "Accept-Encoding")
	packed := contentType == typeXLSX
	if packed || len(body) < small || !accepts(r, "gzip") {
		h.Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // the client has gone; there is nobody to tell
		}
		return
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	z := gzip.NewWriter(w)
	_, _ = z.Write(body)
	_ = z.Close()
}
