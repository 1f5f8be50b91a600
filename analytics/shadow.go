package analytics

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// rowRules is rows.sql: the one place that says who may see which rows.
//
//go:embed rows.sql
var rowRules string

// publicTables hold nothing of any unit's: the rules by regulation, the
// register of agencies, and what the serving file says about itself.
var publicTables = []string{
	"rule_set", "rule_node", "rule_above", "rule_item", "rule_option", "rule_criterion", "rule_stage", "policy", "place", "tolerance",
	"agency", "snapshot", "spi",
}

// rowRule is one CREATE RULE of rows.sql.
type rowRule struct{ name, body string }

var (
	ruleText = regexp.MustCompile(`(?s)CREATE RULE (\w+) AS\s(.*?);(?:\n|$)`)
	word     = regexp.MustCompile(`\w+`)
	direct   = regexp.MustCompile(`\bmain\.\w+`)
	brace    = regexp.MustCompile(`\{(\w+)(?: ([^{}]+))?\}`)
	withHead = regexp.MustCompile(`^\s*WITH\s`)
)

// rules are those of rows.sql, each before the rules that read it.
var rules = sync.OnceValue(func() []rowRule {
	var out []rowRule
	for _, m := range ruleText.FindAllStringSubmatch(comment.ReplaceAllString(rowRules, ""), -1) {
		out = append(out, rowRule{m[1], strings.TrimSpace(m[2])})
	}
	return out
})

// national reports whether a rule is about rows to be counted, and not shown.
func (r rowRule) national() bool { return strings.HasPrefix(r.name, "nation_") }

// held is a query's text as the scope may run it: with its filters written
// out, and every table of the serving file that it so much as mentions shadowed
// by the rows that the scope may see. tables are those of the file.
func (s Scope) held(text string, tables []string) (string, error) {
	text = comment.ReplaceAllString(text, "")
	if m := direct.FindString(text); m != "" {
		return "", fmt.Errorf("the query reads %s past the rules; name the table alone", m)
	}
	text, err := expand(text, filterFragment)
	if err != nil {
		return "", err
	}
	mentioned := map[string]bool{}
	for _, w := range word.FindAllString(text, -1) {
		mentioned[w] = true
	}
	var with []string
	known := map[string]bool{}
	for _, name := range publicTables {
		known[name] = true
	}
	for _, r := range slices.Backward(rules()) { // a rule after those that read it
		known[r.name] = true
		if !mentioned[r.name] || s.reach() == everything && !r.national() {
			continue
		}
		body, err := expand(r.body, s.fragment)
		if err != nil {
			return "", fmt.Errorf("rows.sql: %s: %w", r.name, err)
		}
		for _, w := range word.FindAllString(direct.ReplaceAllString(body, ""), -1) {
			mentioned[w] = true
		}
		with = append(with, r.name+" AS NOT MATERIALIZED (\n"+body+"\n)")
	}
	slices.Reverse(with)
	if s.reach() != everything {
		for _, t := range slices.Sorted(slices.Values(tables)) {
			if mentioned[t] && !known[t] {
				with = append(with, t+" AS NOT MATERIALIZED (SELECT * FROM main."+t+" WHERE false)")
			}
		}
	}
	if len(with) == 0 {
		return text, nil
	}
	head := "WITH " + strings.Join(with, ",\n")
	if withHead.MatchString(text) {
		return head + ",\n" + withHead.ReplaceAllString(text, ""), nil
	}
	return head + "\n" + text, nil
}

// expand writes out {name} and {name argument}.
func expand(text string, fragment func(name, x string) (string, bool)) (string, error) {
	var unknown string
	text = brace.ReplaceAllStringFunc(text, func(b string) string {
		m := brace.FindStringSubmatch(b)
		out, ok := fragment(m[1], m[2])
		if !ok {
			unknown = b
		}
		return out
	})
	if unknown != "" {
		return "", fmt.Errorf("%s stands for nothing", unknown)
	}
	return text, nil
}

// fragment is what the conditions of rows.sql mean to a scope.
func (s Scope) fragment(name, x string) (string, bool) {
	r := s.reach()
	sql := func(v bool) string { return map[bool]string{true: "true", false: "false"}[v] }
	switch name {
	case "own":
		return map[reach]string{
			everything: "true", holders: "false", oneUnit: "(" + x + ".unit_id = $scope_own)",
			oneAgency: "(" + x + ".unit_id IN (SELECT unit_id FROM main.unit WHERE agency_id = $scope_own))",
		}[r], true
	case "ours":
		return map[reach]string{
			everything: "true", holders: "false", oneAgency: "(" + x + ".agency_id = $scope_own)",
			oneUnit: "(" + x + ".agency_id = (SELECT agency_id FROM main.unit WHERE unit_id = $scope_own))",
		}[r], true
	case "released":
		switch {
		case r == everything:
			return "true", true
		case len(s.Released) == 0:
			return "false", true
		}
		return "(" + x + " IN (" + s.released() + "))", true
	case "open":
		out, ok := s.fragment("released", x+".cycle")
		return "(" + x + ".layer <> 'tpn' OR " + out + ")", ok
	case "member":
		return sql(r != holders), true
	case "agency":
		return sql(r >= oneAgency), true
	case "all":
		return sql(r == everything), true
	}
	return "", false
}

// filterFragment is what the filter leaves, the same in every query:
//
//	{filter X}     X's agency kind, agency, unit type and province
//	{nomination X} X's target and issuer
//	{nominated X}  X's unit was nominated in the cycle for the target by the issuer
//	{by X}         X's value that a ranking sorts by; of points, only where X is on
//	               one of the forms
//	{error X}      the standard error of a survey that a ranking sorts by
//	{attained S A} what every worksheet of score table S and area table A attained,
//	               an indicator a row (see [Indicators]), in percent of the weight;
//	               perfect marks the worksheets whose every area is all but full
//	{weighed}      the nodes that a forecast looks at: six areas, in both halves
//	               where the rules have them, and the performance answer
//	{parts X}      X's shares of those, side by side
func filterFragment(name, x string) (string, bool) {
	var out string
	switch name {
	case "filter":
		out = `($kind = '' OR X.kind = $kind) AND ($agency = '' OR X.agency_id = $agency)
  AND ($unit_type = '' OR X.unit_type = $unit_type) AND ($province = '' OR X.province_code = $province)`
	case "nomination":
		out = `($target = '' OR X.target = $target) AND ($issuer = '' OR X.issuer = $issuer)`
	case "nominated":
		out = `(($target = '' AND $issuer = '') OR X.unit_id IN (
    SELECT unit_id FROM nation_nominee WHERE cycle = $cycle AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)))`
	case "by":
		out = `CASE WHEN $by IN ('total', 'A', 'B') AND NOT contains($forms, ',' || X.regulation || ',') THEN NULL ELSE
    CASE $by WHEN 'total' THEN X.total WHEN 'A' THEN X.pengungkit WHEN 'B' THEN X.hasil
      WHEN 'MP' THEN X.mp WHEN 'TT' THEN X.tt WHEN 'SDM' THEN X.sdm WHEN 'AK' THEN X.ak WHEN 'PW' THEN X.pw WHEN 'PP' THEN X.pp
      WHEN 'IPAK' THEN X.ipak WHEN 'IPKP' THEN X.ipkp END END`
	case "error":
		out = `CASE $by WHEN 'IPAK' THEN X.ipak_se WHEN 'IPKP' THEN X.ipkp_se END`
	case "attained":
		score, area, _ := strings.Cut(x, " ")
		return strings.NewReplacer("SCORE", score, "AREA", area, "PERFECT", strconv.FormatFloat(PerfectArea, 'f', -1, 64)).Replace(attained), true
	case "weighed":
		out = `SELECT r.regulation, r.code, r.area, r.weight,
    CASE WHEN r.level = 'subarea' THEN 'performance' WHEN r.part = 'reform' THEN 'reform' ELSE 'compliance' END AS what
  FROM rule_node r
  WHERE r.level = 'area' AND r.area IN ('MP', 'TT', 'SDM', 'AK', 'PW', 'PP')
    OR r.level = 'subarea' AND r.area = 'B.I' AND NOT EXISTS (
      SELECT 1 FROM rule_item i WHERE i.regulation = r.regulation AND i.node = r.code AND i.formula = 'value4')`
	case "parts":
		out = `max(CASE WHEN X.what = 'compliance' AND X.area = 'MP' THEN X.v END) AS mp,
  max(CASE WHEN X.what = 'compliance' AND X.area = 'TT' THEN X.v END) AS tt,
  max(CASE WHEN X.what = 'compliance' AND X.area = 'SDM' THEN X.v END) AS sdm,
  max(CASE WHEN X.what = 'compliance' AND X.area = 'AK' THEN X.v END) AS ak,
  max(CASE WHEN X.what = 'compliance' AND X.area = 'PW' THEN X.v END) AS pw,
  max(CASE WHEN X.what = 'compliance' AND X.area = 'PP' THEN X.v END) AS pp,
  max(CASE WHEN X.what = 'reform' AND X.area = 'MP' THEN X.v END) AS mp_reform,
  max(CASE WHEN X.what = 'reform' AND X.area = 'TT' THEN X.v END) AS tt_reform,
  max(CASE WHEN X.what = 'reform' AND X.area = 'SDM' THEN X.v END) AS sdm_reform,
  max(CASE WHEN X.what = 'reform' AND X.area = 'AK' THEN X.v END) AS ak_reform,
  max(CASE WHEN X.what = 'reform' AND X.area = 'PW' THEN X.v END) AS pw_reform,
  max(CASE WHEN X.what = 'reform' AND X.area = 'PP' THEN X.v END) AS pp_reform,
  max(CASE WHEN X.what = 'performance' THEN X.v END) AS performance`
	default:
		return "", false
	}
	return strings.ReplaceAll(out, "X.", x+"."), true
}

// PerfectArea is the attainment, in percent, from which on in every area a
// worksheet is all but perfect: it tells nothing of how exactly it was read.
const PerfectArea = 99.5

const attained = `SELECT * FROM (
    SELECT s.unit_id, s.cycle, s.layer, s.regulation, s.agency_id, coalesce(least(s.mp, s.tt, s.sdm, s.ak, s.pw, s.pp) >= PERFECT, false) AS perfect,
      unnest(['total', 'A', 'B', 'MP', 'TT', 'SDM', 'AK', 'PW', 'PP']) AS indicator,
      unnest([CAST(s.total AS DECIMAL(9, 4)), CAST(s.pengungkit * 100 / a.weight AS DECIMAL(9, 4)), CAST(s.hasil * 100 / b.weight AS DECIMAL(9, 4)),
        CAST(s.mp AS DECIMAL(9, 4)), CAST(s.tt AS DECIMAL(9, 4)), CAST(s.sdm AS DECIMAL(9, 4)), CAST(s.ak AS DECIMAL(9, 4)),
        CAST(s.pw AS DECIMAL(9, 4)), CAST(s.pp AS DECIMAL(9, 4))]) AS value
    FROM SCORE s
    JOIN rule_node a ON a.regulation = s.regulation AND a.code = 'A'
    JOIN rule_node b ON b.regulation = s.regulation AND b.code = 'B'
    UNION ALL
    SELECT s.unit_id, s.cycle, s.layer, s.regulation, s.agency_id, coalesce(least(s.mp, s.tt, s.sdm, s.ak, s.pw, s.pp) >= PERFECT, false),
      h.area, CAST(h.share AS DECIMAL(9, 4))
    FROM AREA h
    JOIN SCORE s ON s.unit_id = h.unit_id AND s.cycle = h.cycle AND s.layer = h.layer
    WHERE h.area IN ('B.I', 'B.II')
  ) WHERE value IS NOT NULL`

// ruled lists the tables that a rule or a name says who may see.
func ruled() map[string]bool {
	out := map[string]bool{}
	for _, r := range rules() {
		out[r.name] = true
	}
	maps.Insert(out, func(yield func(string, bool) bool) {
		for _, t := range publicTables {
			if !yield(t, true) {
				return
			}
		}
	})
	return out
}
