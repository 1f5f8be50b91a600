package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tolok/analytics"
	"tolok/data/lake"
	"tolok/data/table"
	"tolok/web/text"
)

// answer is what a question gives: a typed answer that is also one table.
type answer interface{ Grid() analytics.Grid }

// question is one that can be asked, with the name of the page that shows it.
type question struct {
	name, help string
	parameters []string
	ask        func(context.Context, *analytics.DB, url.Values) (answer, error)
}

// about makes a question of a method of the database and its parameters.
func about[Q any, A answer](name, help string, ask func(*analytics.DB, context.Context, Q) (A, error)) question {
	var names []string
	for _, p := range analytics.Parameters(new(Q)) {
		names = append(names, p.Name)
	}
	return question{name, help, names, func(ctx context.Context, db *analytics.DB, values url.Values) (answer, error) {
		var q Q
		if err := analytics.Decode(values, &q); err != nil {
			return nil, err
		}
		return ask(db, ctx, q)
	}}
}

// questions lists what can be asked.
var questions = []question{
	about("overview", "one cycle of the nation, or of what the filters leave of it", (*analytics.DB).Overview),
	about("ranking", "units of one cycle and layer, best first", (*analytics.DB).Ranking),
	about("scorecard", "one unit, item by item (--unit)", (*analytics.DB).Scorecard),
	about("path", "the cheapest way of one unit to a predicate, and what other answers would give (--unit, --set, --ipak, --ipkp)", (*analytics.DB).Path),
	about("report", "the two pages about one unit (--unit)", (*analytics.DB).Report),
	about("mentors", "who should visit whom in a cycle (--capacity, --reserve)", (*analytics.DB).Mentors),
	about("agency", "one agency and its units (--agency)", (*analytics.DB).Agency),
	about("agencies", "all agencies", (*analytics.DB).Agencies),
	about("criteria", "what nominees meet of criteria and gates, by how much, and which one binds (--unit for one unit)", (*analytics.DB).Criteria),
	about("register", "who holds which predicate since when, what was revoked, and which holders slide", (*analytics.DB).Register),
	about("spi", "KPK's integrity survey beside surveys and outcomes, with how the names were matched", (*analytics.DB).SPI),
	about("peers", "the units most like one by context (--unit)", (*analytics.DB).Peers),
	about("twins", "how units that once scored like this one came to pass (--unit, --target)", (*analytics.DB).Twins),
	about("partners", "hosts that a unit can learn an area from (--unit, --area)", (*analytics.DB).Partners),
	about("funnel", "whose nominees pass unusually often or seldom (--group agency, kind, unit_type, province; --span era, cycle)", (*analytics.DB).Funnel),
	about("credibility", "whose own scores can be relied on: gaps between self, TPI and TPN (--pair, --indicator)", (*analytics.DB).Credibility),
	about("quality", "how far the data can be relied on, and what to mend where", (*analytics.DB).Quality),
	about("forecast", "who will pass: every nominee of a cycle, from what was known before its results", (*analytics.DB).Forecasts),
	about("report-card", "how good the forecasts of past cycles were", (*analytics.DB).ReportCard),
	about("portfolio", "whom to nominate under a quota for each agency", (*analytics.DB).Portfolio),
	about("early-warning", "which holders are likely to fall below a criterion", (*analytics.DB).EarlyWarning),
}

func askCommand() *cobra.Command {
	var dir, snapshot, format, lang string
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
			return ask(c.Context(), c.OutOrStdout(), askOptions{dir, snapshot, format, lang}, args[0], asked(c.Flags()))
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "the lake's folder")
	c.Flags().StringVar(&snapshot, "snapshot", "", "a snapshot id (default: the newest)")
	c.Flags().StringVar(&format, "format", "table", "table, json or csv")
	c.Flags().StringVar(&lang, "lang", "id", "language of the table's labels and notes: id or en")
	parameterFlags(c.Flags())
	_ = c.MarkFlagRequired("lake")
	return c
}

// parameterFlags gives every parameter of the pages' URLs as a flag of the same
// name.
func parameterFlags(flags *pflag.FlagSet) {
	for _, q := range questions {
		for _, name := range q.parameters {
			if name = strings.ReplaceAll(name, "_", "-"); flags.Lookup(name) == nil {
				flags.String(name, "", "as in the page's URL")
			}
		}
	}
	// The URL writes unit_type; a flag may be written so, too.
	flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		return pflag.NormalizedName(strings.ReplaceAll(name, "_", "-"))
	})
}

// asked are the parameters that were given as flags.
func asked(flags *pflag.FlagSet) url.Values {
	out := url.Values{}
	flags.Visit(func(f *pflag.Flag) { out.Set(strings.ReplaceAll(f.Name, "-", "_"), f.Value.String()) })
	return out
}

// common are the flags that every question takes.
var common = []string{"lake", "snapshot", "format", "lang"}

type askOptions struct{ dir, snapshot, format, lang string }

func ask(ctx context.Context, out io.Writer, o askOptions, name string, values url.Values) error {
	if o.format != "table" && o.format != "json" && o.format != "csv" {
		return &failure{exitUsage, fmt.Errorf("unknown format %q: use table, json or csv", o.format)}
	}
	if o.lang != "id" && o.lang != "en" {
		return &failure{exitUsage, fmt.Errorf("unknown language %q: use id or en", o.lang)}
	}
	names := make([]string, 0, len(questions))
	for _, q := range questions {
		names = append(names, q.name)
		if q.name != name {
			continue
		}
		for _, given := range slices.Sorted(maps.Keys(values)) {
			if !slices.Contains(q.parameters, given) && !slices.Contains(common, given) {
				return &failure{exitUsage, fmt.Errorf("%s does not take --%s; it takes --%s", name, strings.ReplaceAll(given, "_", "-"), strings.ReplaceAll(strings.Join(q.parameters, ", --"), "_", "-"))}
			}
		}
		db, err := analytics.Open(ctx, lake.Open(o.dir), o.snapshot)
		if err != nil {
			return &failure{exitNothing, fmt.Errorf("%s: %w", o.dir, err)}
		}
		defer db.Close()
		a, err := q.ask(ctx, db.As(analytics.National), values)
		switch {
		case errors.Is(err, analytics.ErrBadRequest):
			return &failure{exitUsage, err}
		case err != nil:
			return &failure{exitPartial, err}
		}
		return printAnswer(out, o, a)
	}
	return &failure{exitUsage, fmt.Errorf("unknown question %q: ask one of %s", name, strings.Join(names, ", "))}
}

func printAnswer(out io.Writer, o askOptions, a answer) error {
	if o.format == "json" {
		return printJSON(out, a)
	}
	g := a.Grid()
	if o.format == "csv" {
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
	printTable(out, narrow(g, o.lang))
	return printMeta(out, o.lang, a)
}

// beside are columns that a terminal has no room for; JSON and CSV have them.
var beside = []string{"agency_id", "kind", "unit_type", "pass_rate_low", "pass_rate_high", "regulation", "value_low", "value_high", "above_wbk", "above_wbbm", "file", "sheet"}

// narrow leaves the columns that fit a terminal, with labels in one language.
func narrow(g analytics.Grid, lang string) analytics.Grid {
	var keep []int
	for i, c := range g.Columns {
		if c == "value" && slices.Contains(g.Columns, "total") {
			continue // what the list is sorted by, shown as itself
		}
		if !slices.Contains(beside, c) && (!strings.HasPrefix(c, "label_") || c == "label_"+lang) {
			keep = append(keep, i)
		}
	}
	pick := func(cells []string) []string {
		out := make([]string, len(keep))
		for i, k := range keep {
			out[i] = cells[k]
		}
		return out
	}
	n := analytics.Grid{Columns: pick(g.Columns)}
	for _, r := range g.Rows {
		n.Rows = append(n.Rows, pick(r))
	}
	return n
}

// printTable aligns the columns, numbers to the right.
func printTable(out io.Writer, g analytics.Grid) {
	width := make([]int, len(g.Columns))
	numeric := make([]bool, len(g.Columns))
	for i, c := range g.Columns {
		width[i], numeric[i] = len([]rune(c)), true
	}
	for _, r := range g.Rows {
		for i := range r {
			if _, err := strconv.ParseFloat(r[i], 64); err != nil && r[i] != "" {
				numeric[i] = false
			}
			r[i] = short(r[i])
			width[i] = max(width[i], len([]rune(r[i])))
		}
	}
	for _, r := range append([][]string{g.Columns}, g.Rows...) {
		for i, c := range r {
			pad := strings.Repeat(" ", width[i]-len([]rune(c)))
			if i > 0 {
				fmt.Fprint(out, "  ")
			}
			if numeric[i] {
				fmt.Fprint(out, pad, c)
			} else if i == len(r)-1 {
				fmt.Fprint(out, c)
			} else {
				fmt.Fprint(out, c, pad)
			}
		}
		fmt.Fprintln(out)
	}
}

// maxCell is where a terminal's cell is cut.
const maxCell = 48

// short keeps a cell readable in a terminal: numbers with two decimals, long
// names cut; JSON and CSV have them whole.
func short(s string) string {
	if v, err := strconv.ParseFloat(s, 64); err == nil && strings.Contains(s, ".") {
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	if r := []rune(s); len(r) > maxCell {
		return string(r[:maxCell-1]) + "…"
	}
	if s == "" {
		return "-"
	}
	return s
}

// printMeta ends a table with what the numbers rest on.
func printMeta(out io.Writer, lang string, a answer) error {
	m := reflect.ValueOf(a).Elem().FieldByName("Meta").Interface().(analytics.Meta)
	fmt.Fprintf(out, "\nsnapshot %s, cycle %d, layer %s, rules %s, n = %d\n", m.Snapshot, m.Filter.Cycle, cmp.Or(m.Filter.Layer, "all"), strings.Join(m.Rules, ", "), m.N)
	for _, n := range m.Notes {
		fmt.Fprintln(out, "-", text.In(lang).Note(n.Code, n.Values))
	}
	return nil
}
