package main

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"tolok/data/lake"
)

// grown is a lake of several submissions, the later ones with other answers
// for some of the earlier one's worksheets.
func grown(t *testing.T) (dir string) {
	t.Helper()
	root := t.TempDir()
	dir = filepath.Join(root, "lake")
	for seed := range 3 {
		files := filepath.Join(root, "files"+strconv.Itoa(seed))
		must(t, "generate", files, "--units", "60", "--cycles", "2023-2024", "--seed", strconv.Itoa(seed+1))
		must(t, "ingest", files, "--lake", dir)
	}
	return dir
}

// answers asks every question of every unit and agency that a ranking names,
// in every cycle, with the snapshot's name taken out.
func answers(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := ids(t, dir)
	id := all[len(all)-1]
	out := map[string]string{}
	for _, cycle := range []string{"2023", "2024"} {
		for _, layer := range []string{"self", "tpn"} {
			var ranking struct {
				Rows []struct {
					UnitID   string `json:"unit_id"`
					AgencyID string `json:"agency_id"`
				}
			}
			base := []string{"--lake", dir, "--cycle", cycle, "--layer", layer, "--format", "json"}
			if err := json.Unmarshal([]byte(must(t, append([]string{"ask", "ranking"}, base...)...)), &ranking); err != nil {
				t.Fatal(err)
			}
			unit, agency := "", ""
			if len(ranking.Rows) > 0 {
				unit, agency = ranking.Rows[0].UnitID, ranking.Rows[0].AgencyID
			}
			for _, q := range questions {
				args := append([]string{"ask", q.name, "--lake", dir, "--format", "json"}, taken(q, "unit", unit, "agency", agency, "cycle", cycle, "layer", layer)...)
				status, text, errs := tolok(t, args...)
				out[strings.Join([]string{q.name, cycle, layer}, " ")] = strconv.Itoa(status) + strings.ReplaceAll(text+errs, id, "SNAPSHOT")
			}
		}
	}
	return out
}

func TestCompactChangesNoAnswer(t *testing.T) {
	dir := grown(t)
	l := lake.Open(dir)
	before := answers(t, dir)
	was, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, text := range before {
		if strings.HasPrefix(text, "0{") && strings.Contains(text, "SNAPSHOT") {
			asked++
		}
	}
	if asked < len(questions)*3 {
		t.Fatalf("only %d of %d questions have an answer", asked, len(before))
	}

	var out compacted
	if err := json.Unmarshal([]byte(must(t, "compact", "--lake", dir, "--json")), &out); err != nil || !out.Changed || out.Files*2 > out.Before {
		t.Fatalf("compact: %+v, %v", out, err)
	}
	for q, text := range answers(t, dir) {
		if text != before[q] {
			t.Errorf("%s was answered\n%.2000s\nand after compaction\n%.2000s", q, before[q], text)
		}
	}
	now, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	if len(now.Submissions) != len(was.Submissions) || now.LastSource != was.LastSource {
		t.Error("the submissions changed")
	}
	list := ids(t, dir)
	if len(list) != 4 || contentOf(t, dir) != now.Content {
		t.Errorf("snapshots: %v", list)
	}
	must(t, "ask", "overview", "--lake", dir, "--snapshot", list[0])
	if again := must(t, "compact", "--lake", dir, "--prune"); !strings.Contains(again, "nothing to merge") || !strings.Contains(again, "0 files removed") {
		t.Errorf("compact again:\n%s", again)
	}
	contentOf(t, dir)
}

// worksheet is one line of a diff.
type worksheet struct {
	Dataset, Layer string
	Unit           string `json:"unit_id"`
	Cycle          int
	Superseded     bool
	Sources        []string
}

func diff(t *testing.T, dir, from, to string) (rows map[string]int64, sheets []worksheet) {
	t.Helper()
	var out struct {
		From, To string
		Rows     []lake.Grown `json:"rows_added"`
		Sheets   []worksheet  `json:"worksheets"`
	}
	text := must(t, "snapshots", "--lake", dir, "--json", "--diff", from, to)
	if err := json.Unmarshal([]byte(text), &out); err != nil || out.From != from || out.To != to {
		t.Fatalf("%v in\n%s", err, text)
	}
	rows = map[string]int64{}
	for _, g := range out.Rows {
		rows[g.Dataset] = g.Rows
	}
	return rows, out.Sheets
}

// What changed for whom, also across a compaction.
func TestSnapshotsDiff(t *testing.T) {
	o := newOutbox(t)
	o.write("a/submission.json", `{"unit_id": "u1", "cycle": 2023}`)
	o.write("a/self.csv", "layer,item_id,choice\nself,A.I.1.i.a,Ya\nself,A.I.1.i.b,A\n")
	o.send("a")
	o.write("b/submission.json", `{"cycle": 2023}`)
	o.write("b/tpi.csv", "unit_id,layer,item_id,choice\nu1,tpi,A.I.1.i.a,Ya\nu2,self,A.I.1.i.a,Ya\n")
	o.send("b")
	must(t, "compact", "--lake", o.lake)
	o.write("a/self.csv", "layer,item_id,choice\nself,A.I.1.i.a,Tidak\n")
	o.send("a")
	s := ids(t, o.lake) // the register, a, b, compacted, a again
	first := worksheet{"answers", "self", "u1", 2023, false, []string{"self.csv"}}
	again := first
	again.Superseded = true
	added := []worksheet{{"answers", "tpi", "u1", 2023, false, []string{"tpi.csv"}}, {"answers", "self", "u2", 2023, false, []string{"tpi.csv"}}}
	for _, c := range []struct {
		what     string
		from, to int
		answers  int64
		want     []worksheet
	}{
		{"the first worksheet", 0, 1, 2, []worksheet{first}},
		{"two more", 1, 2, 2, added},
		{"a compaction", 2, 3, 0, nil},
		{"two more, then a compaction", 1, 3, 2, added},
		{"a correction", 3, 4, 1, []worksheet{again}},
		{"a correction from before the compaction", 2, 4, 1, []worksheet{again}},
		{"nothing", 4, 4, 0, nil},
		{"everything", 0, 4, 5, []worksheet{{"answers", "self", "u1", 2023, false, []string{"self.csv", "self.csv"}}, added[0], added[1]}},
	} {
		rows, sheets := diff(t, o.lake, s[c.from], s[c.to])
		if rows["answers"] != c.answers || !reflect.DeepEqual(append([]worksheet{}, sheets...), append([]worksheet{}, c.want...)) {
			t.Errorf("%s: %d answers added, %+v; want %d, %+v", c.what, rows["answers"], sheets, c.answers, c.want)
		}
	}
	text := must(t, "snapshots", "--lake", o.lake, "--diff", s[3], s[4])
	for _, want := range []string{"answers  1", "superseded  2023  self  answers  u1  self.csv", "0 worksheets added, 1 superseded"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if list := must(t, "snapshots", "--lake", o.lake); strings.Count(list, "(compacted)") != 1 {
		t.Errorf("snapshots:\n%s", list)
	}
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"--diff", s[4]}, exitUsage, "two snapshots"},
		{[]string{s[4]}, exitUsage, "--diff"},
		{[]string{"--diff", s[4], s[0]}, exitPartial, "older one first"},
		{[]string{"--diff", s[0], "ffffffffffff"}, exitPartial, "no such snapshot"},
	} {
		status, _, errs := tolok(t, append([]string{"snapshots", "--lake", o.lake}, c.args...)...)
		if status != c.status || !strings.Contains(errs, c.says) {
			t.Errorf("snapshots %v: exit %d, %s; want %d and %q", c.args, status, errs, c.status, c.says)
		}
	}
}
