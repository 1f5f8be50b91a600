package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layers is the table of the README: what each package may import of the
// project, and which outside modules only it may import. A package that is not
// listed may not exist.
var layers = map[string]struct{ project, outside []string }{
	"tolok/data":               {},
	"tolok/data/rule":          {project: []string{"tolok/data"}},
	"tolok/data/table":         {project: []string{"tolok/data"}, outside: []string{"github.com/parquet-go", "github.com/xuri/excelize", "golang.org/x/text"}},
	"tolok/data/lake":          {project: []string{"tolok/data"}, outside: []string{"github.com/parquet-go"}},
	"tolok/data/synth":         {project: []string{"tolok/data", "tolok/data/rule", "tolok/data/table"}},
	"tolok/ingest":             {project: []string{"tolok/data", "tolok/data/rule", "tolok/data/table"}},
	"tolok/analytics":          {project: []string{"tolok/data", "tolok/data/rule", "tolok/data/lake", "tolok/analytics/match", "tolok/analytics/mentor", "tolok/analytics/path", "tolok/analytics/stat", "tolok/analytics/forecast"}, outside: []string{"github.com/duckdb"}},
	"tolok/analytics/match":    {project: []string{"tolok/data"}},
	"tolok/analytics/planted":  {project: []string{"tolok/analytics", "tolok/data", "tolok/data/lake", "tolok/data/rule"}}, // for tests: nothing may import it
	"tolok/analytics/stat":     {outside: []string{"gonum.org"}},
	"tolok/analytics/path":     {},
	"tolok/analytics/mentor":   {},
	"tolok/analytics/forecast": {project: []string{"tolok/analytics/stat"}, outside: []string{"gonum.org"}},
	"tolok/web":                {project: []string{"tolok/analytics", "tolok/analytics/match", "tolok/data", "tolok/data/rule", "tolok/data/table", "tolok/web/auth", "tolok/web/chart", "tolok/web/inbox", "tolok/web/text"}, outside: []string{"github.com/gorilla/mux"}},
	"tolok/web/auth":           {outside: []string{"go.etcd.io/bbolt", "golang.org/x/crypto", "golang.org/x/oauth2", "golang.org/x/text", "github.com/coreos/go-oidc", "github.com/pquerna/otp"}},
	"tolok/web/chart":          {project: []string{"tolok/analytics", "tolok/data", "tolok/web/text"}, outside: []string{"github.com/go-echarts"}},
	"tolok/web/inbox":          {project: []string{"tolok/data"}},
	"tolok/web/text":           {project: []string{"tolok/data", "tolok/analytics"}},
	"tolok/cmd/tolok":          {project: []string{"tolok/analytics", "tolok/data", "tolok/data/lake", "tolok/data/rule", "tolok/data/synth", "tolok/data/table", "tolok/ingest", "tolok/web", "tolok/web/auth", "tolok/web/inbox", "tolok/web/text"}, outside: []string{"github.com/spf13"}},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func TestImportsFollowTheTable(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "tolok/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		seen++
		checkImports(t, p)
	}
	if seen != len(layers) {
		t.Errorf("%d packages exist, the table lists %d", seen, len(layers))
	}
}

func checkImports(t *testing.T, p goPackage) {
	allowed, ok := layers[p.ImportPath]
	if !ok {
		t.Errorf("package %s is not in the table", p.ImportPath)
		return
	}
	for _, i := range p.Imports {
		switch {
		case strings.HasPrefix(i, "tolok/"):
			if !slices.Contains(allowed.project, i) {
				t.Errorf("%s must not import %s", p.ImportPath, i)
			}
		case !strings.Contains(strings.Split(i, "/")[0], "."): // the standard library
		case !slices.ContainsFunc(allowed.outside, func(o string) bool { return i == o || strings.HasPrefix(i, o+"/") }):
			t.Errorf("%s must not import %s", p.ImportPath, i)
		}
	}
}

// A test that the security table names exists in the package it names.
func TestSecurityTableNamesTests(t *testing.T) {
	table, err := os.ReadFile("../../docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{} // package -> source of its tests
	for name, dir := range map[string]string{"": "../../web", "auth": "../../web/auth", "cmd": "."} {
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			tests[name] += string(b)
		}
	}
	named := regexp.MustCompile("(?:(auth|cmd) )?`((?:Test|Fuzz)[A-Za-z]+…?)`").FindAllStringSubmatch(string(table), -1)
	if len(named) < 40 {
		t.Errorf("the table names %d tests", len(named))
	}
	for _, m := range named {
		if !strings.Contains(tests[m[1]], "func "+m[2]+"(") {
			t.Errorf("the table names %s %s, which does not exist", m[1], m[2])
		}
	}
}
