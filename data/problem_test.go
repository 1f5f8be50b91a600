package data

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\{(\w*)\}`)

// Every problem says in both languages what is wrong and what to do about it.
func TestProblemTexts(t *testing.T) {
	for code, text := range problemTexts {
		if text.id == "" || text.en == "" || text.mendID == "" || text.mendEN == "" {
			t.Errorf("%s lacks a text: %+v", code, text)
		}
		if text.id == text.en {
			t.Errorf("%s says the same in both languages: %q", code, text.id)
		}
		for _, s := range []string{text.id, text.en, text.mendID, text.mendEN} {
			for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
				if !strings.Contains("value want field dataset", m[1]) || m[1] == "" {
					t.Errorf("%s: nothing fills %s", code, m[0])
				}
			}
		}
		for _, pair := range [][2]string{{text.id, text.en}, {text.mendID, text.mendEN}} {
			for _, name := range []string{"{value}", "{want}", "{field}", "{dataset}"} {
				if strings.Contains(pair[0], name) != strings.Contains(pair[1], name) {
					t.Errorf("%s tells %s in one language only: %q, %q", code, name, pair[0], pair[1])
				}
			}
		}
	}
}

// Every code that the program writes into a Problem has its texts.
func TestProblemCodesInUse(t *testing.T) {
	used := map[string]bool{}
	for _, dir := range []string{".", "rule", "table", "../ingest"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				kv, ok := n.(*ast.KeyValueExpr)
				if !ok {
					return true
				}
				if k, ok := kv.Key.(*ast.Ident); !ok || k.Name != "Code" {
					return true
				}
				if v, ok := kv.Value.(*ast.BasicLit); ok && v.Kind == token.STRING {
					code, _ := strconv.Unquote(v.Value)
					used[code] = true
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(used) < 10 {
		t.Errorf("only %d codes found: the search is broken", len(used))
	}
	for code := range used {
		if !HasProblemText(code) {
			t.Errorf("problem %s has no text", code)
		}
	}
}

func TestProblemPlace(t *testing.T) {
	for _, c := range []struct {
		p      Problem
		id, en string
	}{
		{Problem{File: "units.csv", Field: "staff", Origin: Origin{Line: 12}}, "units.csv, baris 12, kolom staff", "units.csv, line 12, column staff"},
		{Problem{File: "U.xlsx", Cell: "K31", Field: "A.I.1.i.a", Origin: Origin{Sheet: "LKE ZI", Line: 31}}, "U.xlsx, lembar LKE ZI, sel K31", "U.xlsx, sheet LKE ZI, cell K31"},
		{Problem{}, "", ""},
	} {
		if c.p.Place("id") != c.id || c.p.Place("en") != c.en {
			t.Errorf("%+v is at %q, %q; want %q, %q", c.p, c.p.Place("id"), c.p.Place("en"), c.id, c.en)
		}
	}
}

// Programs read problems under the names of the lake's columns.
func TestProblemJSON(t *testing.T) {
	p := Problem{"bad-number", Rejected, "answers", "U.xlsx", "K31", "A.I.1.i.a", "x", "1", "U|2024|self", Origin{3, "LKE ZI", 31}}
	got, err := json.Marshal(p)
	want := `{"code":"bad-number","severity":"rejected","dataset":"answers","file":"U.xlsx","cell":"K31","field":"A.I.1.i.a","value":"x","want":"1",` +
		`"subject":"U|2024|self","source":3,"sheet":"LKE ZI","line":31}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v\nwant %s", got, err, want)
	}
}

func TestProblemError(t *testing.T) {
	p := Problem{Code: "bad-number", Severity: Rejected, File: "units.csv", Field: "staff", Value: "banyak", Origin: Origin{Line: 3}}
	if want := `units.csv, line 3, column staff: "banyak" is not a number. Write a number only, such as 1234.5.`; p.Error() != want {
		t.Errorf("%s\nwant %s", p.Error(), want)
	}
	p.Value = strings.Repeat("é", 500)
	if n := len([]rune(p.Text("id"))); n > 150 {
		t.Errorf("a long cell makes a text of %d letters", n)
	}
}
