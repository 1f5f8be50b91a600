package analytics

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"tolok/data"
	"tolok/data/rule"
)

// ruleTables puts the rule files where SQL can join them. Weights and
// thresholds have one home, the files; this is a copy for the length of a
// serving file.
const ruleTables = `
CREATE TABLE rule_set (regulation VARCHAR, ord INTEGER, title VARCHAR, first_cycle INTEGER, last_cycle INTEGER, status VARCHAR);
CREATE TABLE rule_node (regulation VARCHAR, ord INTEGER, code VARCHAR, parent VARCHAR, level VARCHAR, part VARCHAR, area VARCHAR,
  weight DECIMAL(18,12), children INTEGER, label_id VARCHAR, label_en VARCHAR);
CREATE TABLE rule_above (regulation VARCHAR, code VARCHAR, above VARCHAR);
CREATE TABLE rule_item (regulation VARCHAR, ord INTEGER, item_id VARCHAR, node VARCHAR, kind VARCHAR, answer_type VARCHAR, formula VARCHAR,
  parent VARCHAR, role VARCHAR, den_parts INTEGER, label_id VARCHAR, label_en VARCHAR);
CREATE TABLE rule_option (regulation VARCHAR, item_id VARCHAR, choice VARCHAR, score DECIMAL(18,12));
CREATE TABLE rule_criterion (regulation VARCHAR, ord INTEGER, target VARCHAR, code VARCHAR, measure VARCHAR, node VARCHAR, item VARCHAR, area VARCHAR,
  minimum DECIMAL(18,12), status VARCHAR, citation VARCHAR, full_mark DECIMAL(18,12));
CREATE TABLE policy (regulation VARCHAR, unanswered VARCHAR, not_applicable VARCHAR);
CREATE TABLE rule_stage (stage VARCHAR, ord INTEGER);
CREATE TABLE place (code VARCHAR, name VARCHAR);
`

// loadRules creates and fills the rule tables. policies lists, for each rule
// set, the policies to score under.
func loadRules(ctx context.Context, c *sql.Conn, policies func(*rule.Set) []rule.Policy) error {
	if _, err := c.ExecContext(ctx, ruleTables); err != nil {
		return fmt.Errorf("rule tables: %w", err)
	}
	rows := map[string][][]any{}
	add := func(table string, values ...any) { rows[table] = append(rows[table], values) }
	for i, s := range rule.All() {
		var last any
		if s.InForce.LastCycle != 0 {
			last = s.InForce.LastCycle
		}
		add("rule_set", s.ID, i, s.Regulation, s.InForce.FirstCycle, last, s.InForce.Status)
		for _, p := range policies(s) {
			add("policy", s.ID, p.Unanswered, p.NotApplicable)
		}
		addNodes(s, add)
		addItems(s, add)
		addCriteria(s, add)
	}
	for i, st := range data.Stages {
		add("rule_stage", st, i)
	}
	for _, p := range data.Provinces() {
		add("place", p.Code, p.Name)
	}
	for _, r := range data.Regencies() {
		add("place", r.Code, r.Name)
	}
	for table, values := range rows {
		if err := insert(ctx, c, table, values); err != nil {
			return err
		}
	}
	return nil
}

func addNodes(s *rule.Set, add func(string, ...any)) {
	for i, n := range s.Nodes {
		add("rule_node", s.ID, i, n.Code, n.Parent, n.Level, n.Part, n.Area, n.Weight.String(), len(n.Children), n.Label.ID, n.Label.EN)
		if n.Level != rule.LevelArea {
			continue
		}
		for p, ok := s.Node(n.Parent); ok; p, ok = s.Node(p.Parent) {
			add("rule_above", s.ID, n.Code, p.Code)
		}
	}
}

func addItems(s *rule.Set, add func(string, ...any)) {
	for i, it := range s.Items {
		parts := 0
		for _, in := range it.Inputs {
			if in.Role == rule.RoleDenPart {
				parts++
			}
		}
		add("rule_item", s.ID, i, it.ID, it.Node, it.Kind, it.AnswerType, it.Formula, it.Parent, it.Role, parts, it.Label.ID, it.Label.EN)
		for choice, score := range it.Options {
			add("rule_option", s.ID, it.ID, choice, score.String())
		}
	}
}

func addCriteria(s *rule.Set, add func(string, ...any)) {
	ord := 0
	for _, target := range data.Targets {
		for _, c := range s.Criteria {
			low := c.Minimum(target)
			if low == nil {
				continue
			}
			var full any
			if mark := s.FullMark(&c); mark != nil {
				full = mark.String()
			}
			codes, areas := []string{c.Code}, []string{""}
			if c.Measure == "area_share" {
				codes, areas = nil, data.Areas
				for _, a := range areas {
					codes = append(codes, c.Code+"."+a)
				}
			}
			for i := range codes {
				add("rule_criterion", s.ID, ord, target, codes[i], c.Measure, c.Node, c.Item, areas[i], low.String(), c.Status, c.Citation, full)
				ord++
			}
		}
	}
}

// insert writes rows in one statement, as literals: thousands of parameters
// cost more to bind than the text to read.
func insert(ctx context.Context, c *sql.Conn, table string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	var q strings.Builder
	q.WriteString("INSERT INTO " + table + " VALUES ")
	for i, r := range rows {
		if i > 0 {
			q.WriteString(", ")
		}
		q.WriteByte('(')
		for j, v := range r {
			if j > 0 {
				q.WriteString(", ")
			}
			q.WriteString(literal(v))
		}
		q.WriteByte(')')
	}
	if err := exec(ctx, c, q.String()); err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return nil
}

// literal writes a value as SQL; all but numbers are quoted text.
func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case int, int32, int64:
		return fmt.Sprint(v)
	}
	return quoteSQL(fmt.Sprint(v))
}
