package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"tolok/analytics"
	"tolok/data/lake"
	"tolok/web"
)

func serveCommand() *cobra.Command {
	var dir, addr string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the dashboards",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return serve(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), dir, addr)
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "the lake's folder")
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on")
	_ = c.MarkFlagRequired("lake")
	return c
}

// refreshEvery is how often the server looks for a new snapshot.
const refreshEvery = 2 * time.Second

// serve runs until the context ends, then lets requests finish.
func serve(ctx context.Context, stdout, stderr io.Writer, dir, addr string) error {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	store := analytics.NewStore(ctx, lake.Open(dir))
	defer store.Close()
	start := time.Now()
	if err := store.Refresh(ctx); err != nil {
		if errors.Is(err, lake.ErrEmpty) {
			err = fmt.Errorf("%s: %w; run: tolok ingest PATH --lake %s", dir, err, dir)
		}
		return &failure{exitNothing, err}
	}
	log.Info("snapshot ready", "seconds", time.Since(start).Seconds())
	handler, err := web.New(web.Options{DB: store.DB, Log: log, Open: true})
	if err != nil {
		return &failure{exitNothing, err}
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return &failure{exitNothing, fmt.Errorf("cannot listen on %s: %w; choose another with --addr", addr, err)}
	}
	fmt.Fprintf(stdout, "Tolok: http://%s/\n", ln.Addr())
	go store.Watch(ctx, refreshEvery, log)
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	select {
	case err := <-done:
		return &failure{exitNothing, err}
	case <-ctx.Done():
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return srv.Shutdown(stop)
	}
}
