package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
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
	Compacted  bool      `json:"compacted,omitempty"` // made by merging files, not by a submission
}

func snapshotsCommand() *cobra.Command {
	var dir string
	var asJSON, diff bool
	c := &cobra.Command{
		Use:   "snapshots [--diff OLD NEW]",
		Short: "List the states of the lake, or what changed between two",
		Long: `Lists the states of the lake, oldest first.

With --diff and two snapshots, it lists how many rows each dataset gained, and
every worksheet (unit, cycle, layer) that was added or superseded, with the
files it came in.`,
		Example: "  tolok snapshots --lake var/lake\n  tolok snapshots --lake var/lake --diff 3f9a1c20b7de 81d2c0a94e55",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case diff && len(args) != 2:
				return errors.New("--diff takes two snapshots, the older one first")
			case !diff && len(args) > 0:
				return fmt.Errorf("%q is one argument too many; to compare snapshots: --diff OLD NEW", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if diff {
				return diffSnapshots(c.Context(), c.OutOrStdout(), lake.Open(dir), args[0], args[1], asJSON)
			}
			return listSnapshots(c.OutOrStdout(), lake.Open(dir), asJSON)
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "the lake's folder")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&diff, "diff", false, "say what changed between two snapshots")
	_ = c.MarkFlagRequired("lake")
	return c
}

func listSnapshots(out io.Writer, l *lake.Lake, asJSON bool) error {
	all, err := l.Manifests()
	if err != nil {
		return &failure{exitPartial, err}
	}
	list := []snapshot{}
	for _, m := range all {
		list = append(list, describe(m))
	}
	if asJSON {
		return printJSON(out, list)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "snapshot\ttaken in\tsources\trows added\tfiles\tMB\tby")
	for _, s := range list {
		by := s.By
		if s.Compacted {
			by = "(compacted)"
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%.1f\t%s\n", s.ID, s.At.Format(time.RFC3339), s.Sources, s.Rows, s.Files, float64(s.Bytes)/1e6, by)
	}
	return w.Flush()
}

// describe says what a state is and what it added: nothing, if it was made by
// merging files.
func describe(m *lake.Manifest) snapshot {
	s := m.Submissions[len(m.Submissions)-1]
	row := snapshot{ID: m.SnapshotID(rule.Fingerprint()), Content: m.Content, At: s.At, By: s.By, Submission: s.Number, Sources: len(s.Sources), Rows: s.Rows, Files: len(m.Files)}
	if m.Compacted != nil {
		row.At, row.By, row.Sources, row.Rows, row.Compacted = *m.Compacted, "", 0, 0, true
	}
	for _, f := range m.Files {
		row.Bytes += f.Bytes
	}
	return row
}

func diffSnapshots(ctx context.Context, out io.Writer, l *lake.Lake, older, newer string, asJSON bool) error {
	from, err := l.Find(older, rule.Fingerprint())
	if err != nil {
		return &failure{exitPartial, fmt.Errorf("%w; see: tolok snapshots --lake %s", err, l.Dir())}
	}
	to, err := l.Find(newer, rule.Fingerprint())
	if err != nil {
		return &failure{exitPartial, fmt.Errorf("%w; see: tolok snapshots --lake %s", err, l.Dir())}
	}
	w := bufio.NewWriter(out)
	if asJSON {
		err = diffJSON(ctx, w, l, from, to)
	} else {
		err = diffText(ctx, w, l, from, to)
	}
	if err := errors.Join(err, w.Flush()); err != nil {
		return &failure{exitPartial, err}
	}
	return nil
}

func diffText(ctx context.Context, w io.Writer, l *lake.Lake, from, to *lake.Manifest) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "dataset\trows added")
	for _, g := range lake.RowsAdded(from, to) {
		fmt.Fprintf(t, "%s\t%d\n", g.Dataset, g.Rows)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	added, superseded := 0, 0
	err := l.Diff(ctx, from, to, func(c lake.Change) error {
		word := "added"
		if c.Superseded {
			word = "superseded"
			superseded++
		} else {
			added++
		}
		_, err := fmt.Fprintf(w, "%-10s  %d  %-4s  %-7s  %s  %s\n", word, c.Cycle, c.Layer, c.Dataset, c.Unit, strings.Join(c.Sources, ", "))
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d worksheets added, %d superseded\n", added, superseded)
	return err
}

// diffJSON writes one object, its list of worksheets one by one: a snapshot
// may have changed millions of them.
func diffJSON(ctx context.Context, w io.Writer, l *lake.Lake, from, to *lake.Manifest) error {
	rows, err := json.Marshal(lake.RowsAdded(from, to))
	if err != nil {
		return err
	}
	id := func(m *lake.Manifest) string { return m.SnapshotID(rule.Fingerprint()) }
	fmt.Fprintf(w, "{\n  \"from\": %q,\n  \"to\": %q,\n  \"rows_added\": %s,\n  \"worksheets\": [", id(from), id(to), rows)
	sep := "\n    "
	err = l.Diff(ctx, from, to, func(c lake.Change) error {
		b, err := json.Marshal(c)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s%s", sep, b)
		sep = ",\n    "
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, "\n  ]\n}")
	return err
}

func verifyCommand() *cobra.Command {
	var dir, accounts string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Read every byte of the lake against its manifest, and the audit log's chain",
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
			var log *auditState
			if accounts != "" {
				if log, err = verifyAudit(accounts); err != nil {
					return &failure{exitPartial, err}
				}
			}
			if asJSON {
				if err := printJSON(c.OutOrStdout(), map[string]any{"snapshot": m.SnapshotID(rule.Fingerprint()), "files": len(m.Files), "damage": damage, "audit": log}); err != nil {
					return err
				}
			} else {
				log.print(c.OutOrStdout())
				for _, d := range damage {
					fmt.Fprintf(c.OutOrStdout(), "%s: %s; %s\n", d.Path, d.What, d.Mend)
				}
				fmt.Fprintf(c.OutOrStdout(), "%d files of snapshot %s read, %d damaged\n", len(m.Files), m.SnapshotID(rule.Fingerprint()), len(damage))
			}
			if len(damage) > 0 || log != nil && log.Broken != "" {
				return &failure{exitPartial, nil}
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "the lake's folder")
	c.Flags().StringVar(&accounts, "accounts", "", "folder of accounts: check the audit log there too")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	_ = c.MarkFlagRequired("lake")
	return c
}
