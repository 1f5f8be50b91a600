package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"tolok/data/lake"
	"tolok/ingest"
	"tolok/web"
	"tolok/web/auth"
	"tolok/web/inbox"
)

// submitFlags are what `tolok serve` can be told about submissions.
type submitFlags struct {
	inbox      string
	accept     []string
	fileMB     int64
	totalMB    int64
	files      int
	freeMB     int64
	keepDays   int
	portalNets []string
	portalCA   string
}

// keepDays is how long files stay that were returned or withdrawn.
const keepDays = 90

func (f *submitFlags) register(flags *pflag.FlagSet) {
	d := inbox.DefaultLimits
	flags.StringVar(&f.inbox, "inbox", "", "folder for what agencies upload (default: the lake's folder with -inbox)")
	flags.StringSliceVar(&f.accept, "accept-automatically", nil, "agencies whose confirmed submissions are taken in without the ministry's look: ids, or all")
	flags.Int64Var(&f.fileMB, "upload-file-mb", d.File>>20, "largest file that can be uploaded, in MB")
	flags.Int64Var(&f.totalMB, "upload-total-mb", d.Total>>20, "largest submission that can be uploaded, in MB")
	flags.IntVar(&f.files, "upload-files", d.Files, "most files of a submission")
	flags.Int64Var(&f.freeMB, "upload-free-mb", d.Free>>20, "free space that uploads leave on the disk, in MB")
	flags.IntVar(&f.keepDays, "keep-returned-days", keepDays, "days that files of returned and withdrawn submissions are kept; 0: for ever")
	flags.StringSliceVar(&f.portalNets, "portal-networks", nil, "private networks in which agencies' PortalRB may be, such as 10.20.0.0/16")
	flags.StringVar(&f.portalCA, "portal-ca-file", "", "certificates (PEM) that portals may have besides the system's")
}

// newSubmitFlags are the settings that nobody changed.
func newSubmitFlags() *submitFlags {
	var f submitFlags
	f.register(pflag.NewFlagSet("", pflag.ContinueOnError))
	return &f
}

// open opens the inbox and starts working on what waits in it. secrets keeps
// the portals' tokens and audit notes who did what; both may be nil. stop waits
// until the work has ended, which it does with the context.
func (f *submitFlags) open(ctx context.Context, l *lake.Lake, secrets *auth.Store, audit func(ctx context.Context, action, subject, detail string) error, log *slog.Logger) (_ *web.Submissions, stop func(), err error) {
	d := &desk{lake: l, guard: &ingest.Guard{}}
	if secrets != nil {
		d.secret = secrets.Secret
	}
	for _, net := range f.portalNets {
		p, err := netip.ParsePrefix(net)
		if err != nil {
			return nil, nil, fmt.Errorf("--portal-networks %s: write a network as 10.20.0.0/16", net)
		}
		d.guard.Allow = append(d.guard.Allow, p.Masked())
	}
	if d.roots, err = f.roots(); err != nil {
		return nil, nil, err
	}
	limits := inbox.Limits{File: f.fileMB << 20, Total: f.totalMB << 20, Files: f.files, Free: f.freeMB << 20}
	in, err := inbox.Open(cmp.Or(f.inbox, strings.TrimRight(l.Dir(), "/")+"-inbox"), limits, nil)
	if err != nil {
		return nil, nil, err
	}
	w := &inbox.Worker{Inbox: in, Log: log, Check: d.Check, Submit: d.Submit, Fetch: d.Fetch, Keep: time.Duration(f.keepDays) * 24 * time.Hour}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx) }()
	stop = func() {
		cancel()
		<-done
		_ = in.Close() // nothing is written through it
	}
	return &web.Submissions{
		Inbox: in, Agencies: d.Agencies, Mark: d.Mark, Audit: audit, Secrets: secrets, CheckPortal: d.guard.Check,
		AcceptAutomatically: func(agency string) bool {
			return slices.Contains(f.accept, "all") || slices.Contains(f.accept, agency)
		},
	}, stop, nil
}

func (f *submitFlags) roots() (*x509.CertPool, error) {
	if f.portalCA == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(f.portalCA)
	if err != nil {
		return nil, fmt.Errorf("--portal-ca-file cannot be read: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the system's certificates cannot be read: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--portal-ca-file %s holds no certificate in PEM form", f.portalCA)
	}
	return roots, nil
}
