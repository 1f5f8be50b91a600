package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tolok/data"
	"tolok/data/lake"
	"tolok/ingest"
)

// checkFlags are what `tolok check` can be told.
type checkFlags struct {
	json, strict      bool
	lang, unit, layer string
	marked, lake      string
	cycle             int
}

func checkCommand() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check PATH...",
		Short: "Read files as ingest would and write nothing: for agencies, before they send",
		Long: `Read files and folders as ingest would, write nothing, and say what is wrong
with which cell and what to do about it.

A unit or an agency may be registered already in a lake this command does not
see. So an unknown one is only flagged, unless one of the files registers units
or agencies: then all must be in it.

What is right row by row and cannot all be true together (a total, a sum, a
survey, a copied worksheet, the order of stages) is marked to be looked at. A
WBBM without WBK shows only where the files, or the lake of --lake, hold awards.
With --lake every unit and agency must be registered there or in the files.

With --marked, each file with problems is also written into a folder as an Excel
workbook with the bad cells coloured and noted, and a sheet that lists them. A
workbook is copied as it is; other files become sheets of text.

Exit status: 0 every row would go in, some perhaps repaired; 1 a row would be
left out or a file could not be read; 3 there was nothing to check.`,
		Example: "  tolok check kiriman/\n  tolok check --lang en --unit U-001 --cycle 2024 lke.xlsx\n  tolok check --marked diperiksa kiriman/",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return &failure{exitUsage, err}
			}
			return f.run(c.Context(), c.OutOrStdout(), args)
		},
	}
	c.Flags().BoolVar(&f.json, "json", false, "write JSON")
	c.Flags().BoolVar(&f.strict, "strict", false, "as in ingest; a check is always strict")
	c.Flags().StringVar(&f.lang, "lang", "id", "language: id or en")
	c.Flags().StringVar(&f.marked, "marked", "", "folder for Excel copies of the files with problems, bad cells marked; made if absent")
	c.Flags().StringVar(&f.lake, "lake", "", "a lake that the files would go into: its units are registered, its awards count")
	c.Flags().StringVar(&f.unit, "unit", "", "the unit of a worksheet form, or of a table without a column for it")
	c.Flags().IntVar(&f.cycle, "cycle", 0, "cycle (year), likewise")
	c.Flags().StringVar(&f.layer, "layer", "", "who scored it, likewise: "+strings.Join(data.Layers, ", "))
	return c
}

// run checks files and writes what it found.
func (f *checkFlags) run(ctx context.Context, stdout io.Writer, args []string) (err error) {
	opt := ingest.Options{Unit: f.unit, Cycle: f.cycle, Layer: f.layer, OpenRegistry: true}
	var l *lake.Lake
	var base *lake.Manifest
	if f.lake != "" {
		l = lake.Open(f.lake)
		if base, err = l.Current(); err != nil {
			return &failure{exitUsage, fmt.Errorf("--lake %s: %w", f.lake, err)}
		}
		opt.OpenRegistry = false
		if opt.KnownUnits, opt.KnownAgencies, err = l.Register(base); err != nil {
			return &failure{exitNothing, err}
		}
	}
	t, err := newTrial()
	if err != nil {
		return &failure{exitNothing, err}
	}
	defer func() {
		if e := t.close(); e != nil && err == nil {
			err = e
		}
	}()
	sum, err := t.run(ctx, args, opt, l, base)
	if err != nil {
		return &failure{exitNothing, err}
	}
	sink := &t.Checker
	if sum.Files+sum.Failed == 0 && len(sink.Problems) == 0 {
		return &failure{exitNothing, fmt.Errorf("%s: no files to read; name a folder or files", strings.Join(args, ", "))}
	}
	copies, marking := f.mark(ctx, args, opt, sink)
	if f.json {
		err = writeCheckJSON(stdout, sum, sink, f.lang)
	} else {
		err = writeCheckText(stdout, sum, sink, copies, f.lang)
	}
	if err != nil {
		return err
	}
	if marking != nil {
		return &failure{exitPartial, marking}
	}
	if sum.LeftOut()+sum.Count(data.Rejected)+sum.Count(data.Failed) > 0 {
		return &failure{exitPartial, nil}
	}
	return nil
}

func (f *checkFlags) check() error {
	switch {
	case f.lang != "id" && f.lang != "en":
		return fmt.Errorf("--lang %q: use id or en", f.lang)
	case f.layer != "" && !slices.Contains(data.Layers, f.layer):
		return fmt.Errorf("--layer %q: use one of %s", f.layer, strings.Join(data.Layers, ", "))
	case f.cycle != 0 && (f.cycle < data.FirstCycle || f.cycle > data.LastCycle):
		return fmt.Errorf("--cycle %d: use a year from %d to %d", f.cycle, data.FirstCycle, data.LastCycle)
	}
	return nil
}

// checkProblem is a problem with its words, for programs that show it to people.
type checkProblem struct {
	data.Problem
	Place string `json:"place"`
	Text  string `json:"text"`
	Mend  string `json:"mend"`
}

func newCheckProblem(p *data.Problem, lang string) checkProblem {
	return checkProblem{*p, p.Place(lang), p.Text(lang), strings.TrimSpace(p.Mend(lang))}
}

func writeCheckJSON(w io.Writer, sum *ingest.Summary, sink *ingest.Checker, lang string) error {
	out := struct {
		Summary  *ingest.Summary `json:"summary"`
		Problems []checkProblem  `json:"problems"`
		Dropped  int             `json:"problems_not_listed"`
	}{sum, []checkProblem{}, sink.Dropped}
	for i := range sink.Problems {
		out.Problems = append(out.Problems, newCheckProblem(&sink.Problems[i], lang))
	}
	return printJSON(w, out)
}

// checkText is every word of the text output, but the problems themselves.
type checkText struct {
	head, files, more, clean string
	marked                   string
	severity                 map[data.Severity]string
}

var checkTexts = map[string]checkText{
	"id": {
		"kumpulan data\tdibaca\tmasuk\tditinggalkan\tberulang\t",
		"%d berkas dibaca, %d tidak dapat dibaca, %d sudah pernah diterima.\n",
		"… dan %d masalah lagi.\n", "Tidak ada masalah.\n",
		"Salinan bertanda: %s\n",
		map[data.Severity]string{data.Failed: "GAGAL", data.Rejected: "DITINGGALKAN", data.Repaired: "diperbaiki", data.Flagged: "periksa"},
	},
	"en": {
		"dataset\tread\twould go in\tleft out\trepeated\t",
		"%d files read, %d could not be read, %d taken in before.\n",
		"… and %d problems more.\n", "No problems.\n",
		"Marked copy: %s\n",
		map[data.Severity]string{data.Failed: "FAILED", data.Rejected: "LEFT OUT", data.Repaired: "repaired", data.Flagged: "look at"},
	},
}

// writeCheckText prints the worst first, each file's problems in their order.
func writeCheckText(w io.Writer, sum *ingest.Summary, sink *ingest.Checker, copies []string, lang string) error {
	words := checkTexts[lang]
	var b strings.Builder
	for _, severity := range []data.Severity{data.Failed, data.Rejected, data.Repaired, data.Flagged} {
		for i := range sink.Problems {
			if p := &sink.Problems[i]; p.Severity == severity {
				writeProblem(&b, p, words.severity[severity], lang)
			}
		}
	}
	if sink.Dropped > 0 {
		fmt.Fprintf(&b, words.more, sink.Dropped)
	}
	if len(sink.Problems) == 0 {
		b.WriteString(words.clean)
	}
	b.WriteByte('\n')
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, words.head)
	for _, name := range sum.Names() {
		c := sum.Datasets[name]
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t\n", name, c.Read, c.Put, c.LeftOut, c.Repeated)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(&b, words.files, sum.Files, sum.Failed, sum.Known)
	for _, c := range copies {
		fmt.Fprintf(&b, words.marked, c)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeProblem prints one problem: how bad, where, what, and what to do.
func writeProblem(b *strings.Builder, p *data.Problem, severity, lang string) {
	fmt.Fprintf(b, "%s  %s: %s", severity, p.Place(lang), p.Text(lang))
	if m := strings.TrimSpace(p.Mend(lang)); m != "" {
		fmt.Fprintf(b, " %s", m)
	}
	b.WriteByte('\n')
}
