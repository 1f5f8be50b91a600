package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"tolok/analytics"
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
	// Open shows everything to everyone: a server without accounts, on the
	// machine of the person who may see it all.
	Open bool
	// Log takes what went wrong inside; readers never see it. Nil is slog's
	// default.
	Log *slog.Logger
	// Timeout bounds one request; 0 means 20 seconds.
	Timeout time.Duration
}

// Server is the web server's handler.
type Server struct {
	opt     Options
	assets  *assets
	pages   *templates
	program string // which build of the program this is
	handler http.Handler
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
	s := &Server{opt: opt, program: program()}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = loadTemplates(s.assets); err != nil {
		return nil, err
	}
	s.handler = secure(s.recover(s.limit(s.routes())))
	return s, nil
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }
