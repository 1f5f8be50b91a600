package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tolok/data"
	"tolok/data/rule"
	"tolok/ingest"
)

// scoreFlags are what `tolok score` can be told.
type scoreFlags struct {
	policy, layer, unit, lang string
	cycle                     int
	json                      bool
}

func scoreCommand() *cobra.Command {
	var f scoreFlags
	c := &cobra.Command{
		Use:   "score FORM.xlsx",
		Short: "Recompute one worksheet (LKE) and compare it with what it reports",
		Long: `Recompute one worksheet (LKE): the ministry's form with its sheet LKE ZI, or
PortalRB's download with its sheet Jawaban. Prints the score, the numbers the
form reports beside ours with the reason for each difference, and every
criterion of WBK and WBBM with its margin.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return &failure{exitUsage, err}
			}
			s, err := scoreFile(args[0], f)
			if err != nil {
				return &failure{exitNothing, err}
			}
			if f.json {
				return s.writeJSON(c.OutOrStdout())
			}
			return s.writeText(c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&f.json, "json", false, "write JSON")
	c.Flags().StringVar(&f.policy, "policy", "", "unanswered=zero|omit,not_applicable=spread|none (default: the rule set's)")
	c.Flags().IntVar(&f.cycle, "cycle", 0, "cycle (year) of the worksheet; decides the rule set")
	c.Flags().StringVar(&f.layer, "layer", data.Self, "who scored it: "+strings.Join(data.Layers, ", "))
	c.Flags().StringVar(&f.unit, "unit", "", "the unit's id, which the form does not hold")
	c.Flags().StringVar(&f.lang, "lang", "id", "language: id or en")
	return c
}

func (f *scoreFlags) check() error {
	switch {
	case f.lang != "id" && f.lang != "en":
		return fmt.Errorf("--lang %q: use id or en", f.lang)
	case !slices.Contains(data.Layers, f.layer):
		return fmt.Errorf("--layer %q: use one of %s", f.layer, strings.Join(data.Layers, ", "))
	case f.cycle != 0 && (f.cycle < data.FirstCycle || f.cycle > data.LastCycle):
		return fmt.Errorf("--cycle %d: use a year from %d to %d", f.cycle, data.FirstCycle, data.LastCycle)
	}
	if _, err := rule.All()[0].DefaultPolicy().ParsePolicy(f.policy); err != nil {
		return fmt.Errorf("--policy: %w", err)
	}
	return nil
}

// scored is one worksheet with everything `tolok score` says about it.
type scored struct {
	flags        scoreFlags
	form         *ingest.Form
	set          *rule.Set
	result       *rule.Result
	differences  []rule.Difference
	criteria     []rule.Verdict
	alternatives []rule.Alternative
}

func scoreFile(path string, f scoreFlags) (*scored, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadableFile(path, err, f.lang)
	}
	defer file.Close()
	form, err := ingest.ReadForm(filepath.Base(path), file)
	if err != nil {
		return nil, unreadableFile(path, err, f.lang)
	}
	s := &scored{flags: f, form: form, set: form.SetFor(f.cycle)}
	policy, err := s.set.DefaultPolicy().ParsePolicy(f.policy)
	if err != nil {
		return nil, err
	}
	sheet := form.Worksheet(f.layer)
	if sheet == nil {
		return nil, fmt.Errorf("%s: no answers of layer %s; use another --layer", path, f.layer)
	}
	s.result = s.set.Score(sheet, policy)
	s.differences = s.result.Compare(form.Reported)
	s.criteria = s.result.Criteria(nil)
	s.alternatives = s.set.Alternatives(sheet, nil)
	return s, nil
}

// unreadableFile says which file could not be read, where, why, and what to do.
func unreadableFile(path string, err error, lang string) error {
	var p *data.Problem
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %s", path, scoreWords[lang].noFile)
	case !errors.As(err, &p):
		return fmt.Errorf("%w; %s", err, scoreWords[lang].checkPath)
	}
	p.File = path
	return errors.New(strings.TrimSpace(p.Place(lang) + ": " + p.Text(lang) + " " + p.Mend(lang)))
}

// dependsOnPolicy reports whether another policy would decide otherwise.
func (s *scored) dependsOnPolicy(target string) bool {
	for _, a := range s.alternatives {
		if a.Passes[target] != s.alternatives[0].Passes[target] {
			return true
		}
	}
	return false
}

// reportsAny tells whether the form says anything about scores: PortalRB's
// download does not, nor does a form saved without its formulas' results.
func (s *scored) reportsAny() bool {
	for _, p := range s.form.Reported {
		if p.Score != nil || p.Text != "" {
			return true
		}
	}
	return false
}

// items lists the items in a state.
func (s *scored) items(state rule.State) []string {
	ids := []string{}
	for _, it := range s.result.Items {
		if it.State == state {
			ids = append(ids, it.Item.ID)
		}
	}
	return ids
}

// area is one row of the areas table: a half, or a result component.
type areaScore struct {
	Area       string      `json:"area"`
	Part       string      `json:"part"`
	Score      data.Score  `json:"score"`
	Weight     data.Score  `json:"weight"`
	Attainment *data.Score `json:"attainment"`
	code       string
	label      rule.Text
}

func (s *scored) areas() []areaScore {
	var out []areaScore
	for _, n := range s.set.At(rule.LevelArea) {
		sc := s.result.Nodes[n.Code]
		out = append(out, areaScore{n.Area, n.Part, sc.Score, n.Weight, sc.Attainment(), n.Code, n.Label})
	}
	return out
}

// components are the total and what it is made of.
type components struct {
	Total      *data.Score `json:"total"`
	Pengungkit *data.Score `json:"pengungkit"`
	Hasil      *data.Score `json:"hasil"`
}

func (s *scored) reported() components {
	return components{s.form.Reported["total"].Score, s.form.Reported["A"].Score, s.form.Reported["B"].Score}
}

func (s *scored) points(code string) data.Score { return s.result.Nodes[code].Score }

// The JSON of `tolok score --json`: the contract's keys first, then ours.
type (
	scoreJSON struct {
		Regulation    string           `json:"regulation"`
		Cycle         *int             `json:"cycle"`
		Layer         string           `json:"layer"`
		Total         data.Score       `json:"total"`
		Pengungkit    data.Score       `json:"pengungkit"`
		Hasil         data.Score       `json:"hasil"`
		Areas         []areaScore      `json:"areas"`
		Answered      int              `json:"answered"`
		Unanswered    int              `json:"unanswered"`
		NotApplicable []string         `json:"not_applicable"`
		Reported      components       `json:"reported"`
		Differences   []differenceJSON `json:"differences"`
		Criteria      []rule.Verdict   `json:"criteria"`

		Unit            string             `json:"unit,omitempty"`
		File            string             `json:"file"`
		Policy          rule.Policy        `json:"policy"`
		Low             data.Score         `json:"low"`
		High            data.Score         `json:"high"`
		UnansweredItems []string           `json:"unanswered_items"`
		Alternatives    []rule.Alternative `json:"alternatives"`
		Verdicts        []verdictJSON      `json:"verdicts"`
		Problems        []problemJSON      `json:"problems"`
	}
	differenceJSON struct {
		Code       string      `json:"code"`
		Reported   *data.Score `json:"reported"`
		Recomputed *data.Score `json:"recomputed"`
		Reason     string      `json:"reason"`
		ReasonCode string      `json:"reason_code"`
		Shows      string      `json:"form_shows,omitempty"` // what stands there instead of a number
		Causes     []string    `json:"causes"`
		Cell       string      `json:"cell,omitempty"`
	}
	verdictJSON struct {
		Target          string `json:"target"`
		Passed          bool   `json:"passed"`
		Unknown         int    `json:"unknown"` // criteria the worksheet does not hold
		DependsOnPolicy bool   `json:"depends_on_policy"`
	}
	problemJSON struct {
		Code     string `json:"code"`
		Severity string `json:"severity"`
		Place    string `json:"place"`
		Text     string `json:"text"`
		Mend     string `json:"mend"`
	}
)

func (s *scored) writeJSON(w io.Writer) error {
	out := scoreJSON{
		Regulation: s.set.ID, Layer: s.flags.layer, Unit: s.flags.unit, File: s.form.Name,
		Total: s.points("total"), Pengungkit: s.points("A"), Hasil: s.points("B"), Areas: s.areas(),
		Answered: s.result.Count(rule.Answered), Unanswered: s.result.Count(rule.Unanswered),
		NotApplicable: s.items(rule.NotApplicable), UnansweredItems: s.items(rule.Unanswered),
		Reported: s.reported(), Differences: []differenceJSON{}, Criteria: s.criteria,
		Policy: s.result.Policy, Low: s.result.Low, High: s.result.High, Alternatives: s.alternatives,
		Problems: []problemJSON{},
	}
	if s.flags.cycle != 0 {
		out.Cycle = &s.flags.cycle
	}
	for _, d := range s.differences {
		out.Differences = append(out.Differences, differenceJSON{
			d.Code, d.Reported, d.Recomputed, s.reason(&d), d.Reason, s.form.Reported[d.Code].Text, append([]string{}, d.Codes...), d.Cell,
		})
	}
	for _, t := range data.Targets {
		passed, unknown := rule.Passes(s.criteria, t)
		out.Verdicts = append(out.Verdicts, verdictJSON{t, passed, unknown, s.dependsOnPolicy(t)})
	}
	for _, p := range s.form.Problems {
		out.Problems = append(out.Problems, problemJSON{p.Code, p.Severity, p.Place(s.flags.lang), p.Text(s.flags.lang), p.Mend(s.flags.lang)})
	}
	return printJSON(w, out)
}
