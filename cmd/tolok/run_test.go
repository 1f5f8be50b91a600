package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tolok runs the program as a shell would.
func tolok(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, &out, &errs)
	return status, out.String(), errs.String()
}

// must runs the program and expects it to succeed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	status, out, errs := tolok(t, args...)
	if status != exitOK {
		t.Fatalf("tolok %s: exit %d\n%s%s", strings.Join(args, " "), status, out, errs)
	}
	return out
}

// programme makes and takes in a small simulated programme once for all tests
// that only read it.
func programme(t *testing.T) (files, lake string) {
	t.Helper()
	dir := t.TempDir()
	files, lake = filepath.Join(dir, "files"), filepath.Join(dir, "lake")
	must(t, "generate", files, "--units", "600", "--cycles", "2018-2024")
	must(t, "ingest", files, "--lake", lake)
	return files, lake
}

// taken are the flags, of name, value pairs, that a question takes.
func taken(q question, pairs ...string) (flags []string) {
	for i := 0; i < len(pairs); i += 2 {
		if slices.Contains(q.parameters, pairs[i]) {
			flags = append(flags, "--"+pairs[i], pairs[i+1])
		}
	}
	return flags
}

func TestFromFilesToAnswers(t *testing.T) {
	files, lake := programme(t)

	t.Run("every question has an answer in every format", func(t *testing.T) {
		var ranking struct {
			Rows []struct {
				UnitID   string `json:"unit_id"`
				AgencyID string `json:"agency_id"`
			}
		}
		if err := json.Unmarshal([]byte(must(t, "ask", "ranking", "--lake", lake, "--format", "json")), &ranking); err != nil || len(ranking.Rows) == 0 {
			t.Fatalf("ranking: %v, %d rows", err, len(ranking.Rows))
		}
		for _, q := range questions {
			for _, format := range []string{"table", "json", "csv"} {
				args := taken(q, "unit", ranking.Rows[0].UnitID, "agency", ranking.Rows[0].AgencyID)
				out := must(t, append([]string{"ask", q.name, "--lake", lake, "--format", format}, args...)...)
				if len(out) < 100 {
					t.Errorf("%s as %s is %q", q.name, format, out)
				}
			}
		}
	})

	t.Run("a table for the terminal has its numbers and its caveats", func(t *testing.T) {
		out := must(t, "ask", "overview", "--lake", lake, "--lang", "en")
		for _, want := range []string{"nominees", "value", "snapshot ", "simulated"} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in:\n%s", want, out)
			}
		}
	})

	t.Run("the same files again change nothing", func(t *testing.T) {
		out := must(t, "ingest", files, "--lake", lake)
		if !strings.Contains(out, "nothing new") {
			t.Errorf("said:\n%s", out)
		}
		if list := must(t, "snapshots", "--lake", lake); strings.Count(list, "\n") != 2 {
			t.Errorf("snapshots:\n%s", list)
		}
		if out := must(t, "verify", "--lake", lake); !strings.Contains(out, "0 damaged") {
			t.Errorf("verify:\n%s", out)
		}
	})

	t.Run("the same files in another lake make the same snapshot", func(t *testing.T) {
		other := filepath.Join(t.TempDir(), "lake")
		must(t, "ingest", files, "--lake", other)
		a, b := ids(t, lake), ids(t, other)
		if a[0] != b[0] {
			t.Errorf("%s and %s", a[0], b[0])
		}
	})
}

// ids lists the snapshots of a lake, oldest first.
func ids(t *testing.T, lake string) []string {
	t.Helper()
	var list []struct{ Snapshot string }
	if err := json.Unmarshal([]byte(must(t, "snapshots", "--lake", lake, "--json")), &list); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range list {
		out = append(out, s.Snapshot)
	}
	return out
}

// A file that holds nothing sound must leave the lake as it was.
func TestBadFilesHarmNothing(t *testing.T) {
	dir := t.TempDir()
	lake := filepath.Join(dir, "lake")
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	agencies := write("agencies.csv", "agency_id,name,kind\nK1,Satu,kementerian\n")
	units := write("units.csv", "unit_id,agency_id,name,unit_type\nu1,K1,Kantor,rsud\nu2,K9,Tanpa Instansi,rsud\nu3,K1,Salah Jenis,warung\n")

	if status, _, errs := tolok(t, "ask", "overview", "--lake", lake); status != exitNothing || !strings.Contains(errs, "nothing has been ingested") {
		t.Errorf("an empty lake: exit %d, %s", status, errs)
	}
	status, _, errs := tolok(t, "ingest", agencies, units, "--lake", lake, "--strict")
	if status != exitPartial || !strings.Contains(errs, "2 rows were left out") {
		t.Errorf("two bad rows with --strict: exit %d, %s", status, errs)
	}
	before := ids(t, lake)
	for name, text := range map[string]string{
		"header.csv":   "apa,ini,bukan\n1,2,3\n",
		"unknown.csv":  "unit_id,cycle,index,value\nnobody,2024,IPAK,3.7\n",
		"empty.csv":    "",
		"broken.xlsx":  "PK\x03\x04 this is not a workbook",
		"ancient.xls":  "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
		"portal.json":  `{"error":true,"code":"UNAUTHORIZED","message":"token"}`,
		"cut.json":     `{"unit_id":"u1","answers":[{"soal_id":1`,
		"picture.jpeg": "\xff\xd8\xff",
	} {
		status, out, errs := tolok(t, "ingest", write(name, text), "--lake", lake)
		if status != exitNothing || !strings.Contains(errs, "nothing was written") {
			t.Errorf("%s: exit %d\n%s%s", name, status, out, errs)
		}
		status, out, _ = tolok(t, "check", filepath.Join(dir, name), "--lang", "en")
		if status != exitPartial && name != "unknown.csv" || !strings.Contains(out, name) {
			t.Errorf("check %s: exit %d, does not name the file:\n%s", name, status, out)
		}
	}
	if after := ids(t, lake); len(after) != len(before) || after[0] != before[0] {
		t.Errorf("the lake moved from %v to %v", before, after)
	}
}

func TestWrongUsageSaysHow(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"ask", "overview"}, "lake"},
		{[]string{"ask", "weather", "--lake", "x"}, "overview, ranking"},
		{[]string{"ask", "ranking", "--lake", "x", "--format", "xml"}, "table, json or csv"},
		{[]string{"ingest"}, "at least 1"},
		{[]string{"fly"}, "fly"},
		{[]string{"serve", "--lake", "x", "--port", "1"}, "--port"},
		{[]string{"score"}, "arg"},
	} {
		status, _, errs := tolok(t, c.args...)
		if status != exitUsage || !strings.Contains(errs, c.want) {
			t.Errorf("tolok %s: exit %d, %q; want 2 and %q", strings.Join(c.args, " "), status, errs, c.want)
		}
	}
}
