package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
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
	"tolok/analytics":          {project: []string{"tolok/data", "tolok/data/rule", "tolok/data/lake", "tolok/analytics/stat", "tolok/analytics/forecast"}, outside: []string{"github.com/duckdb"}},
	"tolok/analytics/stat":     {outside: []string{"gonum.org"}},
	"tolok/analytics/forecast": {project: []string{"tolok/analytics/stat"}, outside: []string{"gonum.org"}},
	"tolok/web":                {project: []string{"tolok/analytics", "tolok/data", "tolok/data/rule", "tolok/data/table", "tolok/web/chart", "tolok/web/text"}, outside: []string{"github.com/gorilla/mux"}},
	"tolok/web/auth":           {outside: []string{"go.etcd.io/bbolt", "golang.org/x/crypto", "golang.org/x/oauth2", "golang.org/x/text", "github.com/coreos/go-oidc", "github.com/pquerna/otp"}},
	"tolok/web/chart":          {project: []string{"tolok/analytics", "tolok/data", "tolok/web/text"}, outside: []string{"github.com/go-echarts"}},
	"tolok/web/text":           {project: []string{"tolok/data", "tolok/analytics"}},
	"tolok/cmd/tolok":          {project: []string{"tolok/analytics", "tolok/data", "tolok/data/lake", "tolok/data/rule", "tolok/data/synth", "tolok/data/table", "tolok/ingest", "tolok/web", "tolok/web/text"}, outside: []string{"github.com/spf13"}},
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
