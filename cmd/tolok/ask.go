package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tolok/analytics"
	"tolok/data/lake"
	"tolok/data/table"
)

// answer is what a question gives: a typed answer that is also one table.
type answer interface{ Grid() analytics.Grid }

// questions lists what can be asked, with the name of the page that shows it.
var questions = []struct {
	name, help string
	ask        func(context.Context, *analytics.DB, analytics.Filter) (answer, error)
}{
	{"overview", "one cycle of the nation, or of what the filters leave of it", func(ctx context.Context, db *analytics.DB, f analytics.Filter) (answer, error) {
		return db.Overview(ctx, f)
	}},
	{"ranking", "units of one cycle and layer, best first", func(ctx context.Context, db *analytics.DB, f analytics.Filter) (answer, error) {
		return db.Ranking(ctx, f)
	}},
	{"scorecard", "one unit, item by item (--unit)", func(ctx context.Context, db *analytics.DB, f analytics.Filter) (answer, error) {
		return db.Scorecard(ctx, f)
	}},
	{"agency", "one agency and its units (--agency)", func(ctx context.Context, db *analytics.DB, f analytics.Filter) (answer, error) {
		return db.Agency(ctx, f)
	}},
	{"agencies", "all agencies", func(ctx context.Context, db *analytics.DB, f analytics.Filter) (answer, error) {
		return db.Agencies(ctx, f)
	}},
}

func askCommand() *cobra.Command {
	var dir, snapshot, format string
	var f analytics.Filter
	var help strings.Builder
	help.WriteString("Answers the questions the pages answer, with the same numbers.\n\nQuestions:\n")
	for _, q := range questions {
		fmt.Fprintf(&help, "  %-10s %s\n", q.name, q.help)
	}
	c := &cobra.Command{
		Use:     "ask QUESTION",
		Short:   "Answer a question from the lake",
		Long:    help.String(),
		Example: "  tolok ask ranking --lake var/lake --cycle 2024 --kind kota --size 10\n  tolok ask scorecard --lake var/lake --unit SIM-K01-0001 --format json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return ask(c.Context(), c.OutOrStdout(), dir, snapshot, format, args[0], f)
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "the lake's folder")
	c.Flags().StringVar(&snapshot, "snapshot", "", "a snapshot id (default: the newest)")
	c.Flags().StringVar(&format, "format", "table", "table, json or csv")
	filterFlags(c, &f)
	_ = c.MarkFlagRequired("lake")
	return c
}

// filterFlags gives every parameter of the pages' URLs as a flag of the same
// name.
func filterFlags(c *cobra.Command, f *analytics.Filter) {
	v := reflect.ValueOf(f).Elem()
	for i := range v.NumField() {
		name := strings.ReplaceAll(v.Type().Field(i).Tag.Get("param"), "_", "-")
		help := "as in the page's URL"
		switch p := v.Field(i).Addr().Interface().(type) {
		case *int:
			c.Flags().IntVar(p, name, 0, help)
		case *string:
			c.Flags().StringVar(p, name, "", help)
		}
	}
	// The URL writes unit_type; a flag may be written so, too.
	c.Flags().SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		return pflag.NormalizedName(strings.ReplaceAll(name, "_", "-"))
	})
}

func ask(ctx context.Context, out io.Writer, dir, snapshot, format, question string, f analytics.Filter) error {
	if format != "table" && format != "json" && format != "csv" {
		return &failure{exitUsage, fmt.Errorf("unknown format %q: use table, json or csv", format)}
	}
	names := make([]string, 0, len(questions))
	for _, q := range questions {
		names = append(names, q.name)
		if q.name != question {
			continue
		}
		db, err := analytics.Open(ctx, lake.Open(dir), snapshot)
		if err != nil {
			return &failure{exitNothing, fmt.Errorf("%s: %w", dir, err)}
		}
		defer db.Close()
		a, err := q.ask(ctx, db, f)
		switch {
		case errors.Is(err, analytics.ErrBadRequest):
			return &failure{exitUsage, err}
		case err != nil:
			return &failure{exitPartial, err}
		}
		return printAnswer(out, format, a)
	}
	return &failure{exitUsage, fmt.Errorf("unknown question %q: ask one of %s", question, strings.Join(names, ", "))}
}

func printAnswer(out io.Writer, format string, a answer) error {
	if format == "json" {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(a)
	}
	g := a.Grid()
	if format == "csv" {
		w := table.NewCSVWriter(out)
		if err := w.Write(g.Columns); err != nil {
			return err
		}
		for _, r := range g.Rows {
			if err := w.Write(r); err != nil {
				return err
			}
		}
		return w.Flush()
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(g.Columns, "\t"))
	for _, r := range g.Rows {
		for i := range r {
			r[i] = short(r[i])
		}
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return printMeta(out, a)
}

// short keeps a number readable in a terminal: four decimals; JSON and CSV
// have them all.
func short(s string) string {
	if v, err := strconv.ParseFloat(s, 64); err == nil && strings.Contains(s, ".") {
		return strconv.FormatFloat(v, 'f', 4, 64)
	}
	if s == "" {
		return "-"
	}
	return s
}

// printMeta ends a table with what the numbers rest on.
func printMeta(out io.Writer, a answer) error {
	m := reflect.ValueOf(a).Elem().FieldByName("Meta").Interface().(analytics.Meta)
	fmt.Fprintf(out, "\nsnapshot %s, cycle %d, layer %s, rules %s, n = %d\n", m.Snapshot, m.Filter.Cycle, m.Filter.Layer, strings.Join(m.Rules, ", "), m.N)
	for _, n := range m.Notes {
		fmt.Fprint(out, "note: ", n.Code)
		for k, v := range n.Values {
			fmt.Fprintf(out, " %s=%s", k, v)
		}
		fmt.Fprintln(out)
	}
	return nil
}
