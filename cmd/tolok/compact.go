package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"tolok/data/lake"
	"tolok/data/rule"
)

// compacted is the summary as --json prints it.
type compacted struct {
	Snapshot string   `json:"snapshot"`
	Changed  bool     `json:"changed"`
	Before   int      `json:"files_before"`
	Files    int      `json:"files"`
	Pruned   []string `json:"pruned,omitempty"` // paths below the lake
	Freed    int64    `json:"bytes_freed"`
}

func compactCommand() *cobra.Command {
	var dir string
	var prune, asJSON bool
	c := &cobra.Command{
		Use:   "compact",
		Short: "Merge the small files of the lake",
		Long: `Merges small files of the same dataset and cycle, as many submissions leave
them, and commits the result as a new snapshot. Every answer stays the same;
only the snapshot's name changes. Earlier snapshots and their files stay.

--prune also removes files that no snapshot names, as a crash leaves them. What
"tolok snapshots" lists can be asked for ever after.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l := lake.Open(dir)
			before, err := l.Current()
			if err != nil {
				return &failure{exitNothing, err}
			}
			m, changed, err := l.Compact(c.Context(), time.Now())
			switch {
			case errors.Is(err, lake.ErrUnflushed):
				return &failure{exitPartial, err}
			case err != nil:
				return &failure{exitNothing, fmt.Errorf("nothing was merged: %w", err)}
			}
			res := compacted{Snapshot: m.SnapshotID(rule.Fingerprint()), Changed: changed, Before: len(before.Files), Files: len(m.Files)}
			if prune {
				if res.Pruned, res.Freed, err = l.Prune(); err != nil {
					return &failure{exitPartial, fmt.Errorf("not everything could be removed: %w", err)}
				}
			}
			return printCompacted(c, res, prune, asJSON)
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "the lake's folder")
	c.Flags().BoolVar(&prune, "prune", false, "remove files that no snapshot names")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	_ = c.MarkFlagRequired("lake")
	return c
}

func printCompacted(c *cobra.Command, res compacted, prune, asJSON bool) error {
	out := c.OutOrStdout()
	if asJSON {
		return printJSON(out, res)
	}
	if res.Changed {
		fmt.Fprintf(out, "%d files merged to %d, snapshot %s\n", res.Before, res.Files, res.Snapshot)
	} else {
		fmt.Fprintf(out, "nothing to merge: the lake stays at snapshot %s\n", res.Snapshot)
	}
	if prune {
		fmt.Fprintf(out, "%d files removed that no snapshot names, %.1f MB\n", len(res.Pruned), float64(res.Freed)/1e6)
	}
	return nil
}
