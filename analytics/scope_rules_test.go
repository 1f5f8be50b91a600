package analytics

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var ownName = regexp.MustCompile(`(\w+) AS (?:NOT MATERIALIZED )?\(`)

// Every table that a query reads has a rule that says who may see its rows, or
// is named as public: a new table is nobody's but the ministry's until somebody
// says whose it is.
func TestEveryTableReadHasARule(t *testing.T) {
	known := ruled()
	names, err := fs.Glob(queryFiles, "query/*.sql")
	if err != nil || len(names) < 30 {
		t.Fatalf("%d queries, %v", len(names), err)
	}
	for _, file := range names {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "query/"), ".sql")
		if name == "suspicions" { // asked by those who have the lake itself, not a serving file
			continue
		}
		text, err := expand(comment.ReplaceAllString(query(name), ""), filterFragment)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		var own []string
		for _, m := range ownName.FindAllStringSubmatch(text, -1) {
			own = append(own, m[1])
		}
		for _, m := range readsFrom.FindAllStringSubmatch(text, -1) {
			if !known[m[1]] && !slices.Contains(own, m[1]) {
				t.Errorf("%s reads %s, of which rows.sql says nothing", file, m[1])
			}
		}
	}
}

// Without a rule there are no rows, however the query names the table; and no
// query reads past the rules.
func TestTablesWithoutARuleAreRefused(t *testing.T) {
	tables := []string{"zone", "score", "agency"}
	for _, q := range []string{"SELECT * FROM zone", "SELECT 1 FROM agency g, zone v", "WITH x AS (SELECT 1) SELECT * FROM x JOIN zone ON true"} {
		text, err := Scope{Role: "instansi", Agency: "A"}.held(q, tables)
		if err != nil || !strings.Contains(text, "zone AS NOT MATERIALIZED (SELECT * FROM main.zone WHERE false)") {
			t.Errorf("%s becomes\n%s, %v", q, text, err)
		}
		if text, err = National.held(q, tables); err != nil || text != q {
			t.Errorf("for the ministry %s becomes\n%s, %v", q, text, err)
		}
	}
	if text, err := (Scope{}).held("SELECT * FROM main.score", tables); err == nil {
		t.Errorf("a query past the rules is run: %s", text)
	}
	if text, err := (Scope{}).held("SELECT * FROM score WHERE {filters s}", tables); err == nil {
		t.Errorf("an unknown fragment is run: %s", text)
	}
}

// What is withheld beside a small group, so that a total tells nothing.
func TestWithhold(t *testing.T) {
	for _, c := range []struct {
		name   string
		n      []int64
		hidden []int64 // of them not the reader's own
		want   string  // x withheld
	}{
		{"all large", []int64{5, 9}, []int64{5, 9}, ".."},
		{"one small: the next smallest too", []int64{9, 2, 6}, []int64{9, 2, 6}, ".xx"},
		{"two small, together large", []int64{9, 2, 3}, []int64{9, 2, 3}, ".xx"},
		{"two small, together small", []int64{9, 1, 2, 6}, []int64{9, 1, 2, 6}, ".xxx"},
		{"alone and small", []int64{3}, []int64{3}, "x"},
		{"alone and large", []int64{5}, []int64{5}, "."},
		{"own units are shown however few", []int64{2, 9}, []int64{0, 9}, ".."},
		{"own units do not cover for others", []int64{9, 2, 2}, []int64{9, 2, 0}, "xx."},
		{"a group nearly all the reader's own", []int64{8, 20}, []int64{1, 20}, "xx"},
		{"a group with one of the reader's own", []int64{5, 20}, []int64{4, 20}, ".."},
		{"nobody", []int64{0, 7}, []int64{0, 7}, ".."},
	} {
		rows := make([]cellRow, len(c.n))
		for i := range rows {
			rows[i] = cellRow{N: c.n[i], Hidden: c.hidden[i]}
		}
		got := ""
		for _, held := range withhold(rows) {
			got += map[bool]string{true: "x", false: "."}[held]
		}
		if got != c.want {
			t.Errorf("%s: %v of which hidden %v: %s, want %s", c.name, c.n, c.hidden, got, c.want)
		}
	}
}
