package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"tolok/data"
	"tolok/data/lake"
	"tolok/data/rule"
	"tolok/ingest"
)

type ingestFlags struct {
	dir, by, unit, layer string
	cycle                int
	strict, json, again  bool
	tokenFile, caFile    string
	spool                string
	refetch              bool
}

func ingestCommand() *cobra.Command {
	var f ingestFlags
	c := &cobra.Command{
		Use:   "ingest PATH-or-URL...",
		Short: "Take files of agencies into the lake",
		Long: `Reads files and folders, checks every row, and commits what is sound as one snapshot.
Rows that are not sound are left out and kept as problems, with their place and what to do.

A submission is a folder with a submission.json, or else what the command line
names. It is left alone if the lake holds every file of it just as it is; if one
file changed, or was declared for another unit, cycle, layer or agency, all of
it is read again.

An https address is the base of a PortalRB: its unit lists and every unit's
worksheet are fetched into a spool folder, which is then read as any other. The
token stands in the file of --token-file, never on the command line. A run that
was cut off goes on where it stopped; once all is in the lake the next run
fetches anew. Complete folders of the spool may be deleted.`,
		Example: "  tolok ingest files/ --lake var/lake\n  tolok ingest SIM-K01-0001.xlsx --lake var/lake --cycle 2024 --layer tpi\n  tolok ingest https://portal.example/api --token-file token.txt --lake var/lake",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return ingestFiles(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), args, f)
		},
	}
	c.Flags().StringVar(&f.dir, "lake", "", "the lake's folder; made if it is not there")
	c.Flags().StringVar(&f.by, "by", "", "the office that submits")
	c.Flags().StringVar(&f.unit, "unit", "", "the unit of worksheet forms")
	c.Flags().IntVar(&f.cycle, "cycle", 0, "the cycle of worksheet forms")
	c.Flags().StringVar(&f.layer, "layer", "", "the layer of worksheet forms: self, tpi or tpn")
	c.Flags().BoolVar(&f.strict, "strict", false, "exit with 1 if any row was left out or a file could not be read")
	c.Flags().BoolVar(&f.again, "again", false, "read files even if the lake has them just as they are")
	c.Flags().BoolVar(&f.json, "json", false, "print the summary as JSON")
	c.Flags().StringVar(&f.tokenFile, "token-file", "", "the file with PortalRB's bearer token")
	c.Flags().StringVar(&f.caFile, "ca-file", "", "certificates (PEM) to trust besides the system's")
	c.Flags().StringVar(&f.spool, "spool", "", "the folder to fetch into (default LAKE/spool)")
	c.Flags().BoolVar(&f.refetch, "refetch", false, "fetch everything anew, even if the last fetch was cut off")
	_ = c.MarkFlagRequired("lake")
	return c
}

// ingested is the summary as --json prints it.
type ingested struct {
	Snapshot string          `json:"snapshot"`
	Changed  bool            `json:"changed"`
	Fetched  []*ingest.Spool `json:"fetched,omitempty"`
	Summary  *ingest.Summary `json:"summary"`
	Seconds  float64         `json:"seconds"`
}

func ingestFiles(ctx context.Context, stdout, stderr io.Writer, paths []string, f ingestFlags) error {
	start := time.Now()
	// Little is held and little is thrown away: collecting more often costs
	// little and takes half the room.
	defer debug.SetGCPercent(debug.SetGCPercent(35))
	// The portals may take hours: the lake is not locked meanwhile.
	paths, fetched, err := fetchAll(ctx, stderr, paths, f)
	if err != nil {
		return err
	}
	l := lake.Open(f.dir)
	a, err := l.Begin(f.by)
	if err != nil {
		return &failure{exitNothing, err}
	}
	defer a.Abort()
	base := a.Base()
	opt := ingest.Options{Unit: f.unit, Cycle: f.cycle, Layer: f.layer}
	if opt.KnownUnits, opt.KnownAgencies, err = l.Register(base); err != nil {
		return &failure{exitNothing, err}
	}
	if !f.again {
		opt.Held = base.Holds
	}
	progress := newProgress(stderr)
	opt.Progress = progress.show
	sum, err := ingest.Run(ctx, paths, opt, a)
	progress.end()
	if err != nil {
		return &failure{exitNothing, fmt.Errorf("nothing was written: %w", err)}
	}
	before := base.Content
	if sum.Put() == 0 && sum.Known == 0 {
		// Problems of files that brought nothing are the sender's, not the lake's.
		printSummary(stderr, sum)
		if len(fetched) > 0 {
			return &failure{exitNothing, errors.New("no row could be taken in; nothing was written (register the units first; what was fetched is kept, --refetch asks for it anew)")}
		}
		return &failure{exitNothing, errors.New("no row could be taken in; nothing was written (see: tolok check)")}
	}
	m, err := a.Commit(time.Now())
	switch {
	case errors.Is(err, lake.ErrUnflushed):
		// The new state stands; only that it survives a power cut is not sure.
		return &failure{exitPartial, err}
	case err != nil:
		return &failure{exitNothing, fmt.Errorf("nothing was written: %w", err)}
	}
	for _, s := range fetched {
		if err := s.Complete(); err != nil {
			fmt.Fprintln(stderr, "tolok:", err)
		}
	}
	res := ingested{m.SnapshotID(rule.Fingerprint()), m.Content != before, fetched, sum, time.Since(start).Seconds()}
	if f.json {
		if err := printJSON(stdout, res); err != nil {
			return err
		}
	} else {
		printSummary(stdout, sum)
		if res.Changed {
			fmt.Fprintf(stdout, "snapshot %s committed in %.1f s\n", res.Snapshot, res.Seconds)
		} else {
			fmt.Fprintf(stdout, "nothing new: the lake stays at snapshot %s\n", res.Snapshot)
		}
	}
	if f.strict && sum.LeftOut()+sum.Failed > 0 {
		return &failure{exitPartial, errors.New(lost(sum))}
	}
	return nil
}

// lost says what a run did not take in.
func lost(s *ingest.Summary) string {
	rows, files := fmt.Sprintf("%d rows were left out", s.LeftOut()), fmt.Sprintf("%d files could not be read", s.Failed)
	if s.LeftOut() == 1 {
		rows = "1 row was left out"
	}
	if s.Failed == 1 {
		files = "1 file could not be read"
	}
	switch {
	case s.Failed == 0:
		return rows
	case s.LeftOut() == 0:
		return files
	}
	return rows + ", " + files
}

func printSummary(w io.Writer, s *ingest.Summary) {
	fmt.Fprintf(w, "%d files read, %d could not be read, %d already known\n", s.Files, s.Failed, s.Known)
	for _, name := range s.Names() {
		c := s.Datasets[name]
		fmt.Fprintf(w, "  %-12s %9d rows in, %d left out", name, c.Put, c.LeftOut)
		if c.Repeated > 0 {
			fmt.Fprintf(w, ", %d repeated", c.Repeated)
		}
		fmt.Fprintln(w)
	}
	for _, sev := range []data.Severity{data.Failed, data.Rejected, data.Repaired, data.Flagged} {
		if n := s.Count(sev); n > 0 {
			fmt.Fprintf(w, "  %d %s\n", n, severityWord[sev])
		}
	}
}

var severityWord = map[data.Severity]string{
	data.Failed:   "files could not be read",
	data.Rejected: "faults for which rows were left out",
	data.Repaired: "cells repaired, each listed",
	data.Flagged:  "rows flagged for a human to look at",
}

// progress writes a bar on a terminal, and a line every few seconds otherwise.
type progress struct {
	w        io.Writer
	terminal bool
	start    time.Time
	last     time.Time
	shown    bool
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, start: time.Now(), last: time.Now()}
	if f, ok := w.(*os.File); ok {
		if st, err := f.Stat(); err == nil {
			p.terminal = st.Mode()&os.ModeCharDevice != 0
		}
	}
	return p
}

func (p *progress) show(file string, done, total int64) {
	now := time.Now()
	if now.Sub(p.last) < p.every() || total == 0 {
		return
	}
	p.last, p.shown = now, true
	share := float64(done) / float64(total)
	elapsed := now.Sub(p.start).Seconds()
	left := elapsed/max(share, 0.001) - elapsed
	text := fmt.Sprintf("%3.0f %%  %.1f MB/s  %.0f s left  %s", share*100, float64(done)/1e6/elapsed, left, file)
	p.print(share, text)
}

// every is how long one state stays: a log is read later, a terminal now.
func (p *progress) every() time.Duration {
	if p.terminal {
		return 100 * time.Millisecond
	}
	return 5 * time.Second
}

func (p *progress) print(share float64, text string) {
	if p.terminal {
		const width = 30
		n := int(share * width)
		fmt.Fprintf(p.w, "\r\x1b[K[%-*s] %s", width, bar[:n], text)
		return
	}
	fmt.Fprintln(p.w, text)
}

const bar = "##############################"

func (p *progress) end() {
	if p.shown && p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
