package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tolok/ingest"
)

func isAddress(arg string) bool {
	scheme, _, ok := strings.Cut(strings.ToLower(arg), "://")
	return ok && (scheme == "https" || scheme == "http")
}

// fetchAll fetches every portal among the arguments and puts the folder it was
// fetched into in the place of its address.
func fetchAll(ctx context.Context, stderr io.Writer, args []string, f ingestFlags) (paths []string, fetched []*ingest.Spool, err error) {
	portals := map[string]*ingest.Portal{}
	for _, arg := range args {
		if !isAddress(arg) {
			continue
		}
		if portals[arg], err = f.portal(stderr, arg); err != nil {
			return nil, nil, &failure{exitUsage, err}
		}
	}
	if len(portals) == 0 && f.tokenFile+f.caFile+f.spool != "" {
		return nil, nil, &failure{exitUsage, errors.New("--token-file, --ca-file and --spool say nothing without the https address of a PortalRB")}
	}
	for _, arg := range args {
		p, ok := portals[arg]
		if !ok {
			paths = append(paths, arg)
			continue
		}
		bar := newProgress(stderr)
		p.Progress = func(done, total int) { bar.showUnits(p.Host(), done, total) }
		s, err := p.Fetch(ctx, cmp.Or(f.spool, filepath.Join(f.dir, "spool")), f.refetch)
		bar.end()
		if err != nil {
			return nil, nil, &failure{exitNothing, fmt.Errorf("nothing was written to the lake: %w", err)}
		}
		fmt.Fprintf(stderr, "%s: %d units: %d fetched, %d kept from the run begun %s, %d refused by the portal\n",
			p.Host(), s.Units, s.Fetched, s.Kept, s.Begun.Local().Format(time.DateTime), s.Refused)
		if s.GivenUp > 0 {
			fmt.Fprintf(stderr, "%s: %d units did not come; the same command asks for them again\n", p.Host(), s.GivenUp)
		}
		paths, fetched = append(paths, s.Folder), append(fetched, s)
	}
	return paths, fetched, nil
}

// portal is the portal at an address, with the token and the certificates of
// the command line.
func (f *ingestFlags) portal(stderr io.Writer, address string) (*ingest.Portal, error) {
	if f.tokenFile == "" {
		return nil, errors.New("PortalRB asks for a token; put it in a file that only you can read and name it with --token-file")
	}
	info, err := os.Stat(f.tokenFile)
	if err != nil {
		return nil, fmt.Errorf("the token cannot be read: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		fmt.Fprintf(stderr, "%s can be read by others; make it yours alone: chmod 600 %[1]s\n", f.tokenFile)
	}
	token, err := os.ReadFile(f.tokenFile)
	if err != nil {
		return nil, fmt.Errorf("the token cannot be read: %w", err)
	}
	p, err := ingest.NewPortal(address, string(token))
	if err != nil || f.caFile == "" {
		return p, err
	}
	pem, err := os.ReadFile(f.caFile)
	if err != nil {
		return nil, fmt.Errorf("--ca-file cannot be read: %w", err)
	}
	if p.Roots, err = x509.SystemCertPool(); err != nil {
		return nil, fmt.Errorf("the system's certificates cannot be read: %w", err)
	}
	if !p.Roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--ca-file %s holds no certificate in PEM form", f.caFile)
	}
	return p, nil
}

// showUnits is show for a portal, where the units count and not the bytes.
func (p *progress) showUnits(host string, done, total int) {
	now := time.Now()
	if now.Sub(p.last) < p.every() {
		return
	}
	p.last, p.shown = now, true
	rate := float64(done) / now.Sub(p.start).Seconds()
	text := fmt.Sprintf("%d of %d units  %.1f/s  %.0f s left  %s", done, total, rate, float64(total-done)/rate, host)
	p.print(float64(done)/float64(total), text)
}
