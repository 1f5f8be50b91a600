package analytics

import (
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/duckdb/duckdb-go/v2"

	"tolok/data"
	"tolok/data/rule"
)

// memory opens an empty database with the rule tables, scoring under every
// policy. What reads the lake is an empty table; the views behind are views.
func memory(t *testing.T) *sql.Conn {
	t.Helper()
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); db.Close() })
	if err := openRaw(t.Context(), c, "", nil); err != nil {
		t.Fatal(err)
	}
	if err := loadRules(t.Context(), c, func(*rule.Set) []rule.Policy { return rule.AllPolicies() }); err != nil {
		t.Fatal(err)
	}
	current := func(v *view) bool { return len(v.datasets()) > 0 }
	if err := createViews(t.Context(), c, current); err != nil {
		t.Fatal(err)
	}
	return c
}

// randomSheet answers each item with some chance: options, counts with zeros,
// ratios given on the item or by its inputs, totals with and without parts.
func randomSheet(rng *rand.Rand, s *rule.Set) rule.Worksheet {
	w := rule.Worksheet{}
	blank := []float64{0, 0.05, 0.5, 1}[rng.IntN(4)]
	amount := func(n int) *data.Amount {
		v := data.Amount(rng.IntN(n)) * data.OneAmount
		return &v
	}
	for _, it := range s.Items {
		if rng.Float64() < blank {
			continue
		}
		a := data.Answer{ItemID: it.ID}
		switch it.Formula {
		case rule.FormulaOption:
			names := it.OptionNames()
			a.Choice = names[rng.IntN(len(names))]
		case rule.FormulaValue4:
			v := data.Amount(rng.IntN(4_000_001))
			a.Value = &v
		case rule.FormulaPercent:
			v := data.Amount(rng.IntN(100_000_001))
			a.Value = &v
		case rule.FormulaInput:
			a.Value = amount(4)
		default:
			switch rng.IntN(4) {
			case 0:
				a.Num, a.Den = amount(9), amount(9)
			case 1:
				v := data.Amount(rng.IntN(1_000_001))
				a.Value = &v
			default:
				continue // by its inputs, or not at all
			}
		}
		w[it.ID] = a
	}
	return w
}

// The views and the pure scorer are two statements of the same rules: on any
// worksheet, under any policy, every node agrees to 1e-9 and every verdict is
// the same.
func TestSQLScoresAsGoDoes(t *testing.T) {
	c := memory(t)
	rng := rand.New(rand.NewPCG(1, 2))
	sheets := map[string]rule.Worksheet{}
	sets := map[string]*rule.Set{}
	var rows [][]any
	for i := range 240 {
		s := rule.All()[i%len(rule.All())]
		unit := fmt.Sprintf("u%03d", i)
		w := randomSheet(rng, s)
		if len(w) == 0 {
			continue // nothing sent is no worksheet
		}
		sheets[unit], sets[unit] = w, s
		for _, a := range w {
			rows = append(rows, []any{unit, s.InForce.FirstCycle, s.ID, "self", a.ItemID, orNull(a.Choice), text(a.Value), text(a.Num), text(a.Den), nil, nil, 1, nil, 1})
		}
	}
	if err := insert(t.Context(), c, "answer", rows); err != nil {
		t.Fatal(err)
	}
	var awards [][]any
	for unit := range sheets {
		if holds(unit) {
			awards = append(awards, []any{unit, "WBK", "nasional", fmt.Sprintf("%d-12-10", sets[unit].InForce.FirstCycle-1), nil, nil, nil, 1, nil, 1})
		}
	}
	if err := insert(t.Context(), c, "award", awards); err != nil {
		t.Fatal(err)
	}
	for _, p := range rule.AllPolicies() {
		t.Run(p.String(), func(t *testing.T) {
			compareNodes(t, c, p, sheets, sets)
			compareCriteria(t, c, p, sheets, sets)
		})
	}
}

// holds says which units hold WBK already: a third of them.
func holds(unit string) bool { return (unit[3]-'0')%3 == 0 }

func facts(unit string) rule.Facts {
	if holds(unit) {
		return rule.Facts{"prior_wbk": data.One}
	}
	return rule.Facts{"prior_wbk": 0}
}

func compareNodes(t *testing.T, c *sql.Conn, p rule.Policy, sheets map[string]rule.Worksheet, sets map[string]*rule.Set) {
	rows, err := c.QueryContext(t.Context(), "SELECT unit_id, code, state, CAST(score AS VARCHAR) FROM node WHERE unanswered = ? AND not_applicable = ?", p.Unanswered, p.NotApplicable)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	results := map[string]*rule.Result{}
	want := 0
	for unit, w := range sheets {
		results[unit] = sets[unit].Score(w, p)
		want += len(results[unit].Nodes)
	}
	seen, worst := 0, 0.0
	for rows.Next() {
		var unit, code, state, score string
		if err := rows.Scan(&unit, &code, &state, &score); err != nil {
			t.Fatal(err)
		}
		seen++
		n := results[unit].Nodes[code]
		worst = max(worst, math.Abs((data.MustScore(score) - n.Score).Float()))
		if worst > 1e-9 || state != string(n.State) {
			t.Fatalf("unit %s node %s: SQL has %s (%s), Go has %s (%s)", unit, code, score, state, n.Score, n.State)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if seen != want {
		t.Fatalf("SQL has %d nodes, Go has %d", seen, want)
	}
	t.Logf("%d nodes of %d worksheets, largest difference %.1e", seen, len(sheets), worst)
}

func compareCriteria(t *testing.T, c *sql.Conn, p rule.Policy, sheets map[string]rule.Worksheet, sets map[string]*rule.Set) {
	rows, err := c.QueryContext(t.Context(), `SELECT unit_id, target, code, passed FROM criterion WHERE unanswered = ? AND not_applicable = ?`, p.Unanswered, p.NotApplicable)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	want := map[string]*bool{}
	for unit, w := range sheets {
		for _, v := range sets[unit].Score(w, p).Criteria(facts(unit)) {
			want[unit+v.Target+v.Criterion] = v.Passed
		}
	}
	seen := 0
	for rows.Next() {
		var unit, target, code string
		var passed *bool
		if err := rows.Scan(&unit, &target, &code, &passed); err != nil {
			t.Fatal(err)
		}
		seen++
		w, ok := want[unit+target+code]
		if !ok || (w == nil) != (passed == nil) || (w != nil && *w != *passed) {
			t.Errorf("unit %s, %s %s: SQL says %v, Go says %v", unit, target, code, show(passed), show(w))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if seen != len(want) {
		t.Errorf("SQL has %d criteria, Go has %d", seen, len(want))
	}
}

func show(b *bool) string {
	if b == nil {
		return "unknown"
	}
	return fmt.Sprint(*b)
}

func text(a *data.Amount) any {
	if a == nil {
		return nil
	}
	return a.String()
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
