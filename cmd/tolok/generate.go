package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tolok/data"
	"tolok/data/synth"
)

func generateCommand() *cobra.Command {
	p := synth.DefaultParams()
	cycles, dirt, asJSON := fmt.Sprintf("%d-%d", p.First, p.Last), "0", false
	cmd := &cobra.Command{
		Use:   "generate DIR",
		Short: "Make a simulated national programme, as the files agencies would send",
		Long: `Makes a simulated national programme and writes the files that agencies and the
national team would send into DIR, one folder each. The same flags give the same
bytes. DIR must be new, empty, or the output of an earlier run, which is replaced.`,
		Example: "  tolok generate programme\n  tolok generate programme --units 60000 --seed 7\n  tolok generate programme --format mixed --dirt 0.01",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if p.First, p.Last, err = synth.ParseCycles(cycles); err != nil {
				return &failure{exitUsage, err}
			}
			if p.Dirt, err = data.ParseScore(dirt); err != nil {
				return &failure{exitUsage, fmt.Errorf("dirt %q: %w; write a share such as 0.01", dirt, err)}
			}
			if _, err := p.Complete(); err != nil {
				return &failure{exitUsage, err}
			}
			progress := func(s string) { fmt.Fprintln(cmd.ErrOrStderr(), s) }
			r, err := synth.Generate(cmd.Context(), args[0], p, progress)
			if err != nil {
				return &failure{exitNothing, err}
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), r)
			}
			return printReport(cmd.OutOrStdout(), r)
		},
	}
	f := cmd.Flags()
	f.IntVar(&p.Units, "units", p.Units, "how many units")
	f.IntVar(&p.Agencies, "agencies", p.Agencies, "how many agencies (0: what suits the units)")
	f.StringVar(&cycles, "cycles", cycles, "first and last cycle")
	f.Uint64Var(&p.Seed, "seed", p.Seed, "another seed, another programme")
	f.StringVar(&p.Format, "format", p.Format, "csv, or mixed: every agency in its own way")
	f.StringVar(&dirt, "dirt", dirt, "share of rows to spoil in known ways; listed in DIR/.faults.csv")
	f.BoolVar(&p.Everyone, "everyone", false, "every unit assesses itself each year, not only those that build: 60000 units make 72 million answers")
	f.BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

// printReport prints what was made beside the national figures.
func printReport(w io.Writer, r *synth.Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "cycle\trules\tself\ttpi\ttpn\tfigure\tmade\texpected\tdeviation\t")
	for _, c := range r.Cycles {
		for i, e := range c.Expected {
			lead := "\t\t\t\t\t"
			if i == 0 {
				lead = fmt.Sprintf("%d\t%s\t%d\t%d\t%d\t", c.Cycle, c.Regulation, c.SelfAssessed, c.TPIAssessed, c.Evaluated)
			}
			deviation := ""
			if e.Deviation != nil {
				deviation = e.Deviation.String() + " %"
			}
			fmt.Fprintf(t, "%s%s\t%d\t%s\t%s\t\n", lead, e.Figure, e.Made, e.Expected, deviation)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d agencies, %d units, %d files, %d spoilt rows\n", r.Agencies, r.Units, r.Files, r.Faults)
	return err
}
