package web

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// wrap puts around the pages what holds for all of them. The order, from the
// outside in:
//
//  1. begin: request id and client address, from a trusted proxy or our own
//  2. record: one line in the log, and the counters
//  3. recover: a broken page is an error page
//  4. secure: headers, HSTS where the site is reached by TLS
//  5. hosts: the demonstration answers to loopback names only
//  6. sameSite: a form that another site sends is refused
//  7. limit: time, and the size of what is sent
//  8. identity: who asks
//  9. the route table: who may open what, how often; then the page
//
// What stands further out sees and logs what is refused further in.
func (s *Server) wrap(pages http.Handler) http.Handler {
	h := s.identity(pages)
	h = s.limit(h)
	h = s.sameSite(h)
	h = s.hosts(h)
	h = s.secure(h)
	h = s.recover(h)
	h = s.record(h)
	return s.begin(h)
}

// sameSite refuses requests that change something and that a browser says come
// from another site (Sec-Fetch-Site, Origin).
func (s *Server) sameSite(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	if s.opt.BaseURL != nil {
		// Behind a proxy the Host header may be another than the browser's.
		_ = p.AddTrustedOrigin(s.opt.BaseURL.Scheme + "://" + s.opt.BaseURL.Host) // New has checked it
	}
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errCrossSite) }))
	return p.Handler(next)
}

// hosts keeps a site that points its own name at this machine (DNS rebinding)
// out of the demonstration, which asks for no password. Elsewhere no answer
// depends on the Host header: addresses in pages are paths, and those in
// invitations begin with the base URL.
func (s *Server) hosts(next http.Handler) http.Handler {
	if len(s.opt.Demo) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Loopback(r.Host) {
			s.fail(w, r, errHost)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Loopback says whether a host, with or without a port, is this machine itself.
func Loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// link is a path as an address that can be sent to someone.
func (s *Server) link(path string, query url.Values) string {
	u := url.URL{Path: path, RawQuery: query.Encode()}
	if s.opt.BaseURL != nil {
		u.Scheme, u.Host = s.opt.BaseURL.Scheme, s.opt.BaseURL.Host
	}
	return u.String()
}
