package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tolok/data/lake"
	"tolok/data/rule"
)

// snapshot is one line of the list.
type snapshot struct {
	ID         string    `json:"snapshot"`
	Content    string    `json:"content"`
	At         time.Time `json:"at"`
	By         string    `json:"by,omitempty"`
	Submission int32     `json:"submission"`
	Sources    int       `json:"sources"`
	Rows       int64     `json:"rows"` // added by the submission
	Files      int       `json:"files"`
	Bytes      int64     `json:"bytes"`
}

func snapshotsCommand() *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "snapshots",
		Short: "List the states of the lake",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := lake.Open(dir).Manifests()
			if err != nil {
				return &failure{exitPartial, err}
			}
			list := []snapshot{}
			for _, m := range all {
				s := m.Submissions[len(m.Submissions)-1]
				row := snapshot{ID: m.SnapshotID(rule.Fingerprint()), Content: m.Content, At: s.At, By: s.By, Submission: s.Number, Sources: len(s.Sources), Rows: s.Rows, Files: len(m.Files)}
				for _, f := range m.Files {
					row.Bytes += f.Bytes
				}
				list = append(list, row)
			}
			if asJSON {
				enc := json.NewEncoder(c.OutOrStdout())
				enc.SetIndent("", "  ")
				return enc.Encode(list)
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "snapshot\ttaken in\tsources\trows added\tfiles\tMB\tby")
			for _, s := range list {
				fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%.1f\t%s\n", s.ID, s.At.Format(time.RFC3339), s.Sources, s.Rows, s.Files, float64(s.Bytes)/1e6, s.By)
			}
			return w.Flush()
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "the lake's folder")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	_ = c.MarkFlagRequired("lake")
	return c
}

func verifyCommand() *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Read every byte of the lake against its manifest",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l := lake.Open(dir)
			m, err := l.Current()
			if err != nil {
				return &failure{exitPartial, err}
			}
			damage, err := l.Verify(c.Context(), m)
			if err != nil {
				return &failure{exitPartial, err}
			}
			if asJSON {
				enc := json.NewEncoder(c.OutOrStdout())
				enc.SetIndent("", "  ")
				if err := enc.Encode(map[string]any{"snapshot": m.SnapshotID(rule.Fingerprint()), "files": len(m.Files), "damage": damage}); err != nil {
					return err
				}
			} else {
				for _, d := range damage {
					fmt.Fprintf(c.OutOrStdout(), "%s: %s; %s\n", d.Path, d.What, d.Mend)
				}
				fmt.Fprintf(c.OutOrStdout(), "%d files of snapshot %s read, %d damaged\n", len(m.Files), m.SnapshotID(rule.Fingerprint()), len(damage))
			}
			if len(damage) > 0 {
				return &failure{exitPartial, nil}
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "the lake's folder")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	_ = c.MarkFlagRequired("lake")
	return c
}
