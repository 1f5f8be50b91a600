package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

var update = flag.Bool("update", false, "rewrite the golden files under testdata")

// sampleForm is one of the ministry's forms, which are kept beside the project.
func sampleForm(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "reference", name)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		t.Skipf("no %s in ../shared/reference", name)
	}
	return path
}

func runTolok(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, &out, &errs)
	return status, out.String(), errs.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(path, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("output differs from %s (go test ./cmd/tolok -update rewrites it):\n%s", path, got)
	}
}

func TestScoreReports(t *testing.T) {
	for _, form := range []string{"one-blank", "no-complaints"} {
		for _, lang := range []string{"id", "en"} {
			t.Run(form+"."+lang, func(t *testing.T) {
				status, out, errs := runTolok(t, "score", sampleForm(t, "lke-form-"+form+".xlsx"), "--lang", lang)
				if status != exitOK || errs != "" {
					t.Fatalf("status %d, stderr %s", status, errs)
				}
				golden(t, "score-"+form+"."+lang+".txt", out)
			})
		}
	}
}

// With performance C the second sample meets every criterion of WBK, but only if
// the weight of what does not apply is spread: the report says so.
func TestScoreVerdictDependsOnPolicy(t *testing.T) {
	f, err := excelize.OpenFile(sampleForm(t, "lke-form-no-complaints.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	path := filepath.Join(t.TempDir(), "form.xlsx")
	if err := errors.Join(f.SetCellValue("LKE ZI", "K203", "C"), f.SaveAs(path)); err != nil {
		t.Fatal(err)
	}
	for policy, verdict := range map[string]string{"spread": "WBK: meets every criterion", "none": "WBK: criteria not met"} {
		_, out, errs := runTolok(t, "score", path, "--policy", policy, "--lang", "en")
		for _, want := range []string{verdict, "This verdict depends on the policy", "80.6580", "78.2196"} {
			if !strings.Contains(out, want) {
				t.Errorf("policy %s: no %q in the report\n%s%s", policy, want, out, errs)
			}
		}
	}
}

// The keys of the contract, with null where there is no number.
func TestScoreJSON(t *testing.T) {
	status, out, errs := runTolok(t, "score", "--json", sampleForm(t, "lke-form-no-complaints.xlsx"))
	if status != exitOK {
		t.Fatalf("status %d: %s", status, errs)
	}
	var got struct {
		Regulation    string
		Cycle         *int
		Layer         string
		Total         float64
		Areas         []map[string]any
		Answered      int
		Unanswered    int
		NotApplicable []string `json:"not_applicable"`
		Reported      map[string]*float64
		Differences   []map[string]any
		Criteria      []map[string]any
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	switch {
	case got.Regulation != "90/2021" || got.Cycle != nil || got.Layer != "self":
		t.Errorf("%s %v %s, want 90/2021, null and self", got.Regulation, got.Cycle, got.Layer)
	case got.Total < 79.40798 || got.Total > 79.40799:
		t.Errorf("total %v, want 79.4080", got.Total)
	case len(got.Areas) != 14:
		t.Errorf("%d areas, want the twelve halves and two result components", len(got.Areas))
	case got.Answered != 110 || got.Unanswered != 2 || len(got.NotApplicable) != 1 || got.NotApplicable[0] != "A.II.5.ii.a":
		t.Errorf("%d answered, %d unanswered, not applicable %v", got.Answered, got.Unanswered, got.NotApplicable)
	case got.Reported["total"] != nil || got.Reported["pengungkit"] != nil || got.Reported["hasil"] == nil:
		t.Errorf("reported %v, want only hasil", got.Reported)
	}
	for _, key := range []string{"code", "reported", "recomputed", "reason"} {
		for _, d := range got.Differences {
			if _, ok := d[key]; !ok {
				t.Errorf("a difference without %s: %v", key, d)
			}
		}
	}
	for _, key := range []string{"target", "criterion", "value", "minimum", "margin", "passed", "status"} {
		for _, c := range got.Criteria {
			if _, ok := c[key]; !ok {
				t.Errorf("a criterion without %s: %v", key, c)
			}
		}
	}
}

func TestScoreFlags(t *testing.T) {
	form := sampleForm(t, "lke-form-one-blank.xlsx")
	tests := []struct {
		args []string
		want string // in the output
	}{
		{[]string{"--policy", "omit"}, "76,1269"},
		{[]string{"--policy", "unanswered=omit", "--lang", "en"}, "76.1269"},
		{[]string{"--cycle", "2024"}, "PermenPANRB 5/2024"},
		{[]string{"--unit", "KPP-017"}, "KPP-017"},
		{[]string{"--layer", "tpi"}, "TPI (inspektorat)"},
	}
	for _, tt := range tests {
		status, out, errs := runTolok(t, append([]string{"score", form}, tt.args...)...)
		if status != exitOK || !strings.Contains(out, tt.want) {
			t.Errorf("%v: status %d, %s; %q is missing in\n%s", tt.args, status, errs, tt.want, out)
		}
	}
}

// Wrong usage is 2, a file that cannot be read 3; both say what to do.
func TestScoreErrors(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "page.xlsx")
	if err := os.WriteFile(page, []byte("<html>\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args   []string
		status int
		want   string
	}{
		{nil, exitUsage, "accepts 1 arg"},
		{[]string{page, "--lang", "fr"}, exitUsage, "use id or en"},
		{[]string{page, "--layer", "x"}, exitUsage, "self, tpi, tpn"},
		{[]string{page, "--cycle", "1990"}, exitUsage, "2010"},
		{[]string{page, "--policy", "half"}, exitUsage, "unanswered=zero or omit"},
		{[]string{page, "--nope"}, exitUsage, "--help"},
		{[]string{filepath.Join(dir, "absent.xlsx")}, exitNothing, "absent.xlsx"},
		{[]string{dir}, exitNothing, "periksa"},
		{[]string{page, "--lang", "en"}, exitNothing, `page.xlsx: This file is not an .xlsx workbook: "<html>". Open it in Excel`},
	}
	for _, tt := range tests {
		status, out, errs := runTolok(t, append([]string{"score"}, tt.args...)...)
		if status != tt.status || !strings.Contains(errs, tt.want) || out != "" {
			t.Errorf("%v: status %d, stderr %q, stdout %q; want %d and %q", tt.args, status, errs, out, tt.status, tt.want)
		}
	}
}
