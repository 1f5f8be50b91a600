package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
	"tolok/data/synth"
	"tolok/web"
	"tolok/web/auth"
)

func demoCommand() *cobra.Command {
	p := synth.DefaultParams()
	var addr, dir string
	var dry bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Make a small national programme, take it in and serve it",
		Long: "Makes a simulated programme, takes it in as agencies would send it, and serves it.\n" +
			"Everything stays in one folder; a second start uses what is there.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if host, _, err := net.SplitHostPort(addr); err != nil || !web.Loopback(host) {
				return &failure{exitUsage, fmt.Errorf("--addr %s: the demonstration asks for no password and so answers on this machine only; use 127.0.0.1:PORT, or tolok serve with accounts", addr)}
			}
			if err := prepareDemo(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), dir, p); err != nil {
				return err
			}
			if dry {
				return nil
			}
			return serveDemo(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), filepath.Join(dir, "lake"), addr)
		},
	}
	c.Flags().IntVar(&p.Units, "units", p.Units, "units in the programme")
	c.Flags().Uint64Var(&p.Seed, "seed", p.Seed, "the same seed makes the same programme")
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address of this machine to listen on: 127.0.0.1, ::1 or localhost")
	c.Flags().StringVar(&dir, "dir", filepath.Join("var", "demo"), "folder for the files and the lake")
	c.Flags().BoolVar(&dry, "prepare-only", false, "make and take in the programme, do not serve it")
	return c
}

// prepareDemo generates and ingests, each once, and says how long each took.
func prepareDemo(ctx context.Context, stdout, stderr io.Writer, dir string, p synth.Params) error {
	l := lake.Open(filepath.Join(dir, "lake"))
	switch _, err := l.Current(); {
	case err == nil:
		fmt.Fprintf(stdout, "using the programme in %s; delete the folder to make another\n", dir)
		return nil
	case !errors.Is(err, lake.ErrEmpty):
		return &failure{exitNothing, err}
	}
	files := filepath.Join(dir, "files")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return &failure{exitNothing, err}
	}
	start := time.Now()
	if _, err := synth.Generate(ctx, files, p, nil); err != nil {
		return &failure{exitNothing, err}
	}
	fmt.Fprintf(stdout, "generated %d units in %.1f s\n", p.Units, time.Since(start).Seconds())
	if err := ingestFiles(ctx, stdout, stderr, []string{files}, ingestFlags{dir: l.Dir(), by: "demo"}); err != nil {
		return err
	}
	res, err := recordForecasts(ctx, l, "demo")
	if err != nil {
		return err
	}
	res.print(stdout)
	start = time.Now()
	db, err := analytics.Open(ctx, l, "")
	if err != nil {
		return &failure{exitNothing, err}
	}
	fmt.Fprintf(stdout, "snapshot built for serving in %.1f s\n", time.Since(start).Seconds())
	return db.Close()
}

// serveDemo serves the simulated programme to whoever sits at this machine.
func serveDemo(ctx context.Context, stdout, stderr io.Writer, dir, addr string) error {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	snapshots, err := openSnapshots(ctx, dir, log)
	if err != nil {
		return err
	}
	defer snapshots.Close()
	released := demoReleased(snapshots)
	db, err := snapshots.DB(ctx, "")
	if err != nil {
		return &failure{exitNothing, err}
	}
	roles, err := demoRoles(ctx, db, released(ctx))
	if err != nil {
		return &failure{exitNothing, err}
	}
	ln, err := listen(addr)
	if err != nil {
		return err
	}
	base := &url.URL{Scheme: "http", Host: ln.Addr().String()}
	sub := newSubmitFlags()
	submissions, stopSubmissions, err := sub.open(ctx, lake.Open(dir), nil, nil, log)
	if err != nil {
		return &failure{exitNothing, errors.Join(err, ln.Close())}
	}
	defer stopSubmissions()
	handler, err := web.New(web.Options{DB: snapshots.DB, Released: released, Log: log, Demo: roles, BaseURL: base, Submissions: submissions})
	if err != nil {
		return &failure{exitNothing, errors.Join(err, ln.Close())}
	}
	fmt.Fprintf(stdout, "Tolok: %s/\n", base)
	fmt.Fprintln(stdout, "This is a demonstration with invented data. At the top of every page a click signs you in as one of four roles: nasional, instansi, satker, perencana; without one you see what the public sees. Stop it with Ctrl-C.")
	go snapshots.Watch(ctx, refreshEvery, log)
	return serveUntil(ctx, ln, handler, nil, log)
}

// demoReleased are the cycles that the demonstration takes as released: all but
// the newest, so that one sees what that means.
func demoReleased(snapshots *analytics.Store) func(context.Context) []int {
	var mu sync.Mutex
	var of *analytics.DB // the snapshot that released is of
	var released []int
	return func(ctx context.Context) []int {
		db, err := snapshots.DB(ctx, "")
		if err != nil {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if db == of {
			return released
		}
		o, err := db.As(analytics.National).Overview(ctx, analytics.Filter{})
		if err != nil || len(o.Meta.Choices.Cycles) == 0 {
			return nil
		}
		newest := slices.Max(o.Meta.Choices.Cycles)
		of, released = db, slices.DeleteFunc(slices.Clone(o.Meta.Choices.Cycles), func(c int) bool { return c == newest })
		return released
	}
}

// demoRoles are four roles that see something: the agency and the unit are those
// of the best nominee of the newest released cycle, in an agency that has units
// enough to compare.
func demoRoles(ctx context.Context, db *analytics.DB, released []int) ([]auth.Scope, error) {
	db = db.As(analytics.National)
	for _, cycle := range slices.Backward(slices.Sorted(slices.Values(released))) {
		agencies, err := db.Agencies(ctx, analytics.Filter{Cycle: cycle, Layer: data.TPN})
		if err != nil {
			return nil, err
		}
		units := map[string]int64{}
		for _, r := range agencies.Rows {
			units[r.ID] = r.Units
		}
		best, err := db.Ranking(ctx, analytics.RankingFilter{Filter: analytics.Filter{Cycle: cycle, Layer: data.TPN, Target: data.WBK, Size: 1000}})
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(best.Rows, func(r analytics.RankingRow) bool { return units[r.AgencyID] >= analytics.Smallest }); i >= 0 {
			r := best.Rows[i]
			return []auth.Scope{
				{Role: auth.Nasional},
				{Role: auth.Instansi, Agency: r.AgencyID},
				{Role: auth.Satker, Agency: r.AgencyID, Unit: r.UnitID},
				{Role: auth.Perencana},
			}, nil
		}
	}
	return []auth.Scope{{Role: auth.Nasional}, {Role: auth.Perencana}}, nil
}
