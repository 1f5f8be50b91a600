package analytics

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// Every statement of view/*.sql is read, and every stored table is one of them.
func TestEveryStatementIsAView(t *testing.T) {
	names, err := fs.Glob(viewFiles, "view/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range names {
		b, err := viewFiles.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, v := range views() {
			if v.file == file {
				n++
			}
		}
		if want := strings.Count(comment.ReplaceAllString(string(b), ""), "CREATE "); n != want {
			t.Errorf("%s has %d statements, of which %d are read: each is CREATE VIEW … AS … with a semicolon at the end of its line", file, want, n)
		}
	}
	for name := range stored {
		if !slices.ContainsFunc(views(), func(v *view) bool { return v.name == name }) {
			t.Errorf("%s is to be stored, and no file of view/ makes it", name)
		}
	}
}

// A table may read, directly or through views, only what its scope lets be
// made before it: otherwise a change elsewhere would leave it as it was.
func TestScopesReadOnlyWhatIsMadeBefore(t *testing.T) {
	allowed := map[scope][]scope{
		ofRegister: {ofRegister},
		ofUnit:     {ofUnit, passing},
		passing:    {ofUnit, passing},
		ofCycle:    {ofUnit, ofCycle},
		across:     {ofRegister, ofUnit, ofCycle, across},
	}
	byName := map[string]*view{}
	for _, v := range views() {
		byName[v.name] = v
	}
	var reached func(v *view, seen map[string]bool)
	reached = func(v *view, seen map[string]bool) {
		for _, r := range v.reads {
			seen[r] = true
			if next := byName[r]; next != nil && next.name != v.name {
				if _, kept := next.table(); !kept {
					reached(next, seen)
				}
			}
		}
	}
	for name, table := range stored {
		seen := map[string]bool{}
		reached(byName[name], seen)
		for r := range seen {
			t2, kept := stored[r]
			_, declared := registers[r]
			if !kept || slices.Contains(allowed[table.scope], t2.scope) || declared && table.scope != ofRegister {
				continue
			}
			t.Errorf("%s reads %s, which may change without it being made again: list what it needs in registers, or give it another scope", name, r)
		}
	}
}
