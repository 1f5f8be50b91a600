package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tolok/analytics"
	"tolok/data/lake"
	"tolok/web"
)

// reportOptions is what `tolok report` was asked for.
type reportOptions struct {
	lake, snapshot, out, lang, browser string
	html                               bool
	filter                             analytics.Filter
}

func reportCommand() *cobra.Command {
	var o reportOptions
	c := &cobra.Command{
		Use:     "report UNIT...",
		Short:   "Write the two-page report of units as PDF, or as HTML where there is no Chromium",
		Long:    "Writes one file for each unit: where it stands, its strengths and gaps, its direction, whom to learn from, and questions for its team. With --agency, all units of an agency.",
		Example: "  tolok report SIM-K01-0001 --lake var/lake\n  tolok report --agency SIM-K01 --cycle 2024 --lake var/lake --out reports",
		RunE: func(c *cobra.Command, args []string) error {
			return writeReports(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), o, args)
		},
	}
	c.Flags().StringVar(&o.lake, "lake", "", "the lake's folder")
	c.Flags().StringVar(&o.snapshot, "snapshot", "", "a snapshot id (default: the newest)")
	c.Flags().StringVar(&o.out, "out", ".", "the folder to write to")
	c.Flags().StringVar(&o.lang, "lang", "id", "language: id or en")
	c.Flags().StringVar(&o.browser, "browser", os.Getenv("TOLOK_BROWSER"), "the Chromium to print with (default: the one on the path)")
	c.Flags().BoolVar(&o.html, "html", false, "write HTML even where there is Chromium")
	c.Flags().IntVar(&o.filter.Cycle, "cycle", 0, "the cycle (default: the newest)")
	c.Flags().StringVar(&o.filter.Layer, "layer", "", "self, tpi or tpn (default: the one nearest to the decision)")
	c.Flags().StringVar(&o.filter.Target, "target", "", "WBK or WBBM (default: the next one)")
	c.Flags().StringVar(&o.filter.Agency, "agency", "", "all units of this agency that have a worksheet")
	_ = c.MarkFlagRequired("lake")
	return c
}

func writeReports(ctx context.Context, out, errs io.Writer, o reportOptions, units []string) error {
	switch {
	case o.lang != "id" && o.lang != "en":
		return &failure{exitUsage, fmt.Errorf("unknown language %q: use id or en", o.lang)}
	case len(units) == 0 && o.filter.Agency == "":
		return &failure{exitUsage, errors.New("no unit: give unit ids, or --agency")}
	}
	db, err := analytics.Open(ctx, lake.Open(o.lake), o.snapshot)
	if err != nil {
		return &failure{exitNothing, fmt.Errorf("%s: %w", o.lake, err)}
	}
	defer db.Close()
	national := db.As(analytics.National)
	if o.filter.Agency != "" {
		own, err := web.ReportUnits(ctx, national, o.filter)
		if err != nil {
			return &failure{exitNothing, err}
		}
		units, o.filter.Agency = append(units, own...), ""
	}
	reporter, err := web.NewReporter()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return &failure{exitNothing, err}
	}
	browser := ""
	if !o.html {
		if browser = chromium(o.browser); browser == "" {
			fmt.Fprintln(errs, "There is no Chromium here, so the reports are HTML; print them from a browser, or install Debian's package chromium.")
		}
	}
	for _, unit := range units {
		o.filter.Unit = unit
		var page bytes.Buffer
		if err := reporter.Write(ctx, &page, national, o.filter, o.lang); err != nil {
			return &failure{exitNothing, err}
		}
		path := filepath.Join(o.out, "report-"+unit+".html")
		if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil {
			return &failure{exitNothing, err}
		}
		if browser != "" {
			if path, err = printed(ctx, browser, path); err != nil {
				return &failure{exitNothing, err}
			}
		}
		fmt.Fprintln(out, path)
	}
	return nil
}

// chromium finds the browser to print with, or "".
func chromium(named string) string {
	for _, name := range []string{named, "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// printTime is how long one report may take to print.
const printTime = time.Minute

// printed turns an HTML file into a PDF beside it, and takes the HTML away. The
// browser gets a profile of its own and no network.
func printed(ctx context.Context, browser, html string) (string, error) {
	ctx, stop := context.WithTimeout(ctx, printTime)
	defer stop()
	profile, err := os.MkdirTemp("", "tolok-print-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(profile)
	full, err := filepath.Abs(html)
	if err != nil {
		return "", err
	}
	pdf := strings.TrimSuffix(html, ".html") + ".pdf"
	target, err := filepath.Abs(pdf)
	if err != nil {
		return "", err
	}
	args := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--proxy-server=127.0.0.1:9", "--user-data-dir=" + profile,
		"--no-pdf-header-footer", "--print-to-pdf=" + target, "file://" + full,
	}
	if os.Geteuid() == 0 {
		args = append([]string{"--no-sandbox"}, args...) // Chromium has no sandbox for root; the page is our own and has no scripts
	}
	said, err := exec.CommandContext(ctx, browser, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %s does not print it: %w\n%s", html, browser, err, said)
	}
	return pdf, os.Remove(html)
}
