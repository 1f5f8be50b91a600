package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"tolok/analytics"
	"tolok/data/lake"
	"tolok/data/synth"
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
			if err := prepareDemo(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), dir, p); err != nil {
				return err
			}
			if dry {
				return nil
			}
			fmt.Fprintln(c.OutOrStdout(), "This is a demonstration with simulated data; no sign-in is needed. Stop it with Ctrl-C.")
			return serve(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), filepath.Join(dir, "lake"), addr, submitFlags{keepDays: keepDays})
		},
	}
	c.Flags().IntVar(&p.Units, "units", p.Units, "units in the programme")
	c.Flags().Uint64Var(&p.Seed, "seed", p.Seed, "the same seed makes the same programme")
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on")
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
	start = time.Now()
	db, err := analytics.Open(ctx, l, "")
	if err != nil {
		return &failure{exitNothing, err}
	}
	fmt.Fprintf(stdout, "snapshot built for serving in %.1f s\n", time.Since(start).Seconds())
	return db.Close()
}
