package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"tolok/analytics"
	"tolok/data/lake"
	"tolok/web"
	"tolok/web/auth"
)

func serveCommand() *cobra.Command {
	var cfg config
	var sub submitFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the dashboards",
		Long: `Serves the dashboards of a lake, with accounts.

The first start prints a link with which the first administrator makes its
account. Each setting is a flag or an environment variable, named in brackets;
the flag counts where both are given.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := readEnvironment(c.Flags(), os.Environ()); err != nil {
				return &failure{exitUsage, err}
			}
			if err := cfg.check(); err != nil {
				return &failure{exitUsage, err}
			}
			return serve(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), &cfg, &sub)
		},
	}
	sub.register(c.Flags())
	cfg.command(c)
	return c
}

const (
	// refreshEvery is how often the server looks for a new snapshot.
	refreshEvery = 2 * time.Second
	// sweepEvery is how often what has expired is thrown away.
	sweepEvery = time.Hour
	// drain is how long requests may go on after the program was told to stop.
	drain = 10 * time.Second
)

// serve runs until the context ends, then lets requests finish.
func serve(ctx context.Context, stdout, stderr io.Writer, cfg *config, sub *submitFlags) error {
	log := cfg.logger(stderr)
	snapshots, err := openSnapshots(ctx, cfg.lake, log)
	if err != nil {
		return err
	}
	defer snapshots.Close()
	store, audit, err := openAccounts(cfg, unitAgency(ctx, snapshots))
	if err != nil {
		return &failure{exitNothing, err}
	}
	defer store.Close()
	defer audit.Close()
	ln, err := listen(cfg.addr)
	if err != nil {
		return err
	}
	defer ln.Close()
	opt, err := cfg.options(snapshots, store, audit, ln.Addr())
	if err != nil {
		return &failure{exitNothing, err}
	}
	opt.Log = log
	submissions, stopSubmissions, err := sub.open(ctx, lake.Open(cfg.lake), store, nil, log)
	if err != nil {
		return &failure{exitNothing, err}
	}
	defer stopSubmissions()
	opt.Submissions = submissions
	handler, err := web.New(opt)
	if err != nil {
		return &failure{exitNothing, err}
	}
	if err := announce(stdout, store, opt.BaseURL); err != nil {
		return &failure{exitNothing, err}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if cfg.metricsAddr != "" {
		if err := serveMetrics(ctx, cfg.metricsAddr, handler, log); err != nil {
			return err
		}
	}
	go snapshots.Watch(ctx, refreshEvery, log)
	go keepHouse(ctx, cfg, store, audit, log)
	var encrypted *tls.Config
	if cfg.tlsCert != "" {
		if encrypted, err = transport(cfg.tlsCert, cfg.tlsKey); err != nil {
			return &failure{exitNothing, err}
		}
	}
	return serveUntil(ctx, ln, handler, encrypted, log)
}

// openSnapshots opens the lake and prepares its newest snapshot.
func openSnapshots(ctx context.Context, dir string, log *slog.Logger) (*analytics.Store, error) {
	store := analytics.NewStore(ctx, lake.Open(dir))
	start := time.Now()
	if err := store.Refresh(ctx); err != nil {
		if errors.Is(err, lake.ErrEmpty) {
			err = fmt.Errorf("%s: %w; run: tolok ingest PATH --lake %s", dir, err, dir)
		}
		return nil, &failure{exitNothing, errors.Join(err, store.Close())}
	}
	log.Info("snapshot ready", "snapshot", store.Stats().Snapshot, "seconds", time.Since(start).Seconds())
	return store, nil
}

// openAccounts opens accounts and audit log, and makes both on the first start.
func openAccounts(cfg *config, unitAgency func(string) (string, bool)) (*auth.Store, *auth.Audit, error) {
	store, err := auth.Open(cfg.accounts, auth.Options{Idle: cfg.idle, Absolute: cfg.absolute, UnitAgency: unitAgency})
	if err != nil {
		return nil, nil, err
	}
	audit, err := store.OpenAudit(filepath.Join(cfg.accounts, auth.FileAudit))
	var broken *auth.Broken
	if errors.As(err, &broken) {
		err = fmt.Errorf("%w; find out why, then go on with: tolok account restart-audit --accounts %s --reason WHY", err, cfg.accounts)
	}
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, audit, nil
}

// unitAgency asks the newest snapshot whose a unit is, so that nobody gets an
// account for another agency's. While it cannot be asked, no unit is known.
func unitAgency(ctx context.Context, snapshots *analytics.Store) func(string) (string, bool) {
	return func(unit string) (string, bool) {
		db, err := snapshots.DB(ctx, "")
		if err != nil {
			return "", false
		}
		c, err := db.As(analytics.National).Scorecard(ctx, analytics.Filter{Unit: unit})
		if err != nil {
			return "", false
		}
		return c.Unit.Agency.ID, true
	}
}

func listen(addr string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, &failure{exitNothing, fmt.Errorf("cannot listen on %s: %w; choose another with --addr", addr, err)}
	}
	return ln, nil
}

// options is what the pages are made of.
func (c *config) options(snapshots *analytics.Store, store *auth.Store, audit *auth.Audit, at net.Addr) (opt web.Options, err error) {
	opt = web.Options{
		DB: snapshots.DB, Timeout: c.timeout, Released: store.Released, Accounts: store, Audit: audit, Issuer: c.issuerName(),
		SignInRate: web.Rate{PerSecond: c.signInRate, Burst: 20}, PageRate: web.Rate{PerSecond: c.pageRate, Burst: int(10 * c.pageRate)},
		Snapshot: func() web.SnapshotFigures {
			s := snapshots.Stats()
			return web.SnapshotFigures{ID: s.Snapshot, Since: s.Since, Builds: s.Builds, Failed: s.Failed, Took: s.Took, Last: s.Last}
		},
	}
	if c.auditDays >= 0 {
		opt.AuditDays = &c.auditDays
	}
	if opt.BaseURL, err = c.base(at); err != nil {
		return opt, err
	}
	if opt.Proxies, err = c.prefixes(); err != nil {
		return opt, err
	}
	if opt.MetricsToken, err = secretOf(c.metricsToken); err != nil {
		return opt, fmt.Errorf("--metrics-token-file: %w", err)
	}
	opt.OIDC, err = c.oidc(store, opt.BaseURL)
	return opt, err
}

// announce prints the site's address and, while there is no administrator, the
// link for the first; in one piece, for who reads it by program.
func announce(out io.Writer, store *auth.Store, base *url.URL) error {
	token, err := store.Setup()
	if err != nil {
		return err
	}
	text := fmt.Sprintf("Tolok: %s/\n", base)
	if token == "" {
		_, err = io.WriteString(out, text)
		return err
	}
	u := *base
	u.Path, u.RawQuery = "/invitation", url.Values{"token": {token}}.Encode()
	_, err = fmt.Fprintf(out, "%sThere is no administrator yet. Make the first account within 24 hours at:\n  %s\n", text, u.String())
	return err
}

// keepHouse throws away what has expired, and cuts the audit log to the days
// it is kept.
func keepHouse(ctx context.Context, cfg *config, store *auth.Store, audit *auth.Audit, log *slog.Logger) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		days := cfg.auditDays
		if days < 0 {
			set, err := store.Settings()
			if err != nil {
				log.Error("settings cannot be read", "error", err)
			}
			days = set.AuditDays
		}
		err := store.Sweep()
		if days > 0 {
			_, e := audit.Trim(auth.Console(), time.Now().AddDate(0, 0, -days))
			err = errors.Join(err, e)
		}
		if err != nil {
			log.Error("what has expired was not thrown away", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// serveMetrics answers /metrics, and nothing else, at an address of its own.
func serveMetrics(ctx context.Context, addr string, handler *web.Server, log *slog.Logger) error {
	ln, err := listen(addr)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", handler.Metrics)
	go func() {
		if err := serveUntil(ctx, ln, mux, nil, log); err != nil {
			log.Error("metrics are not served any more", "error", err)
		}
	}()
	log.Info("metrics", "address", ln.Addr().String())
	return nil
}

// serveUntil serves until the context ends, and then lets requests finish.
func serveUntil(ctx context.Context, ln net.Listener, handler http.Handler, encrypted *tls.Config, log *slog.Logger) error {
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn), TLSConfig: encrypted,
	}
	done := make(chan error, 1)
	go func() {
		if encrypted != nil {
			done <- srv.ServeTLS(ln, "", "")
		} else {
			done <- srv.Serve(ln)
		}
	}()
	select {
	case err := <-done:
		return &failure{exitNothing, err}
	case <-ctx.Done():
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		return srv.Shutdown(stop)
	}
}
