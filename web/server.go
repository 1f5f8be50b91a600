package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"tolok/analytics"
	"tolok/web/auth"
)

// Options is what a server is made of.
type Options struct {
	// DB gives the database of the snapshot whose id begins with the name, the
	// newest for "". It is asked on every request, so new snapshots show by
	// themselves. Its errors are analytics.ErrNotFound for a snapshot that
	// does not exist, analytics.ErrBuilding for one that is being prepared,
	// ErrUnavailable while there is none at all.
	DB func(ctx context.Context, snapshot string) (*analytics.DB, error)
	// Released lists the cycles whose TPN scores and outcomes are released; nil
	// is none.
	Released func(context.Context) []int
	// Log takes what went wrong inside; readers never see it. Nil is slog's
	// default.
	Log *slog.Logger
	// Submissions is what agencies send; nil: nothing can be sent here.
	Submissions *Submissions
	// Timeout bounds one request; 0 means 20 seconds.
	Timeout time.Duration

	// Accounts says who asks, and Audit takes what they do; both or neither.
	// With neither, and no Demo, everyone is the public.
	Accounts *auth.Store
	Audit    *auth.Audit
	// OIDC signs people in by the provider called Issuer; nil: by password only.
	OIDC   *auth.OIDC
	Issuer string
	// Demo are the roles that anyone may click in a demonstration, which has no
	// accounts.
	Demo []auth.Scope
	// AuditDays says how long the audit log is kept where the configuration
	// fixes it; nil: administrators do.
	AuditDays *int

	// BaseURL is where readers reach this site; required with Accounts. By
	// https its cookies are secure and browsers are kept to TLS.
	BaseURL *url.URL
	// Proxies may say where a request comes from and which id it has.
	Proxies []netip.Prefix
	// SignInRate bounds the sign-ins of one address, PageRate the pages of one
	// account or, for the public, of one address.
	SignInRate, PageRate Rate
	// MetricsToken opens /metrics; empty: the route is closed.
	MetricsToken string
	// Snapshot gives the figures of the snapshots; nil: none.
	Snapshot func() SnapshotFigures
}

// Server is the web server's handler.
type Server struct {
	opt     Options
	assets  *assets
	pages   *templates
	program string // which build of the program this is
	handler http.Handler
	table   []route
	cookies auth.Cookies
	figures *figures
	signIns *limiter
	often   *limiter
	uploads func(*http.Request) bool // which requests send a file
}

// New makes a server. It fails when an asset or a template is broken.
func New(opt Options) (*Server, error) {
	if opt.DB == nil {
		return nil, errors.New("web: Options.DB is missing: say where the database comes from")
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.Timeout == 0 {
		opt.Timeout = 20 * time.Second
	}
	if err := opt.check(); err != nil {
		return nil, err
	}
	s, err := newServer(opt, program())
	if err != nil {
		return nil, err
	}
	s.table = s.routes()
	pages, err := s.router()
	if err != nil {
		return nil, err
	}
	s.handler = s.wrap(pages)
	return s, nil
}

// newServer makes a server without its routes.
func newServer(opt Options, program string) (*Server, error) {
	s := &Server{opt: opt, program: program, figures: newFigures(), signIns: newLimiter(opt.SignInRate), often: newLimiter(opt.PageRate)}
	s.cookies = auth.Cookies{Insecure: !s.byTLS()}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	s.pages, err = loadTemplates(s.assets)
	return s, err
}

func (o *Options) check() error {
	switch {
	case (o.Accounts == nil) != (o.Audit == nil):
		return errors.New("web: accounts and audit log go together: give both or neither")
	case o.Accounts != nil && len(o.Demo) > 0:
		return errors.New("web: a demonstration has no accounts")
	case o.Accounts != nil && o.BaseURL == nil:
		return errors.New("web: Options.BaseURL is missing: invitations must say where this site is")
	case o.BaseURL != nil && (o.BaseURL.Scheme != "http" && o.BaseURL.Scheme != "https" || o.BaseURL.Host == "" || strings.Trim(o.BaseURL.Path, "/") != ""):
		return fmt.Errorf("web: the base URL %s is not https://HOST", o.BaseURL)
	}
	return nil
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }
