package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/lake"
)

// outbox is a folder an agency sends from, and the lake it is taken into.
type outbox struct {
	t         *testing.T
	dir, lake string
}

func newOutbox(t *testing.T) *outbox {
	t.Helper()
	dir := t.TempDir()
	o := &outbox{t, filepath.Join(dir, "files"), filepath.Join(dir, "lake")}
	o.write("register/agencies.csv", "agency_id,name,kind\nK1,Satu,kementerian\nK2,Dua,kementerian\n")
	o.write("register/units.csv", "unit_id,agency_id,name,unit_type\nu1,K1,Kantor,imigrasi\nu2,K1,Kantor Dua,imigrasi\n")
	must(t, "ingest", filepath.Join(o.dir, "register"), "--lake", o.lake)
	return o
}

func (o *outbox) write(name, text string) {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		o.t.Fatal(err)
	}
}

// send takes a folder in and gives the answers this added to the lake, as
// "unit cycle layer item".
func (o *outbox) send(folder string, flags ...string) []string {
	o.t.Helper()
	l := lake.Open(o.lake)
	before, err := l.Current()
	if err != nil {
		o.t.Fatal(err)
	}
	must(o.t, append([]string{"ingest", filepath.Join(o.dir, folder), "--lake", o.lake}, flags...)...)
	after, err := l.Current()
	if err != nil {
		o.t.Fatal(err)
	}
	var added []string
	err = lake.Read(l, after, "answers", func(a *data.Answer) error {
		if a.Source > before.LastSource {
			added = append(added, fmt.Sprintf("%s %d %s %s", a.UnitID, a.Cycle, a.Layer, a.ItemID))
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	slices.Sort(added)
	return added
}

func (o *outbox) expect(what string, got []string, want ...string) {
	o.t.Helper()
	if !slices.Equal(got, want) {
		o.t.Errorf("%s took in %q, want %q", what, got, want)
	}
}

// A worksheet may lie in two files, and what is said of it beside the files may
// be corrected: the lake must hold the whole of it, as last declared.
func TestIngestCorrections(t *testing.T) {
	o := newOutbox(t)
	o.write("lke/submission.json", `{"unit_id": "u1", "cycle": 2023}`)
	o.write("lke/a.csv", "layer,item_id,choice\nself,A.I.1.i.a,Ya\n")
	o.write("lke/b.csv", "layer,item_id,choice\nself,A.I.1.i.b,A\n")
	o.expect("the first time", o.send("lke"), "u1 2023 self A.I.1.i.a", "u1 2023 self A.I.1.i.b")
	o.expect("the same again", o.send("lke"))

	o.write("lke/b.csv", "layer,item_id,choice\nself,A.I.1.i.b,B\n")
	o.expect("one file corrected", o.send("lke"), "u1 2023 self A.I.1.i.a", "u1 2023 self A.I.1.i.b")
	o.expect("the same again", o.send("lke"))

	o.write("lke/submission.json", `{"unit_id": "u2", "cycle": 2023}`)
	o.expect("the unit corrected", o.send("lke"), "u2 2023 self A.I.1.i.a", "u2 2023 self A.I.1.i.b")
	o.expect("the cycle by hand", o.send("lke", "--cycle", "2022"), "u2 2022 self A.I.1.i.a", "u2 2022 self A.I.1.i.b")
	o.expect("the same by hand again", o.send("lke", "--cycle", "2022"))
	o.expect("back to what the folder says", o.send("lke"), "u2 2023 self A.I.1.i.a", "u2 2023 self A.I.1.i.b")
	o.expect("--again", o.send("lke", "--again"), "u2 2023 self A.I.1.i.a", "u2 2023 self A.I.1.i.b")
}

// A unit that moves is flagged against the newest register, not the first.
func TestIngestUnitMoved(t *testing.T) {
	o := newOutbox(t)
	moved := func() int {
		t.Helper()
		var out struct {
			Summary struct {
				Problems map[string]map[string]int `json:"problems"`
			} `json:"summary"`
		}
		if err := json.Unmarshal([]byte(must(t, "ingest", filepath.Join(o.dir, "register"), "--lake", o.lake, "--json", "--again")), &out); err != nil {
			t.Fatal(err)
		}
		return out.Summary.Problems[data.Flagged]["unit-moved"]
	}
	o.write("register/units.csv", "unit_id,agency_id,name,unit_type\nu1,K2,Kantor,imigrasi\nu2,K1,Kantor Dua,imigrasi\n")
	if n := moved(); n != 1 {
		t.Errorf("one unit moved, %d flagged", n)
	}
	if n := moved(); n != 0 {
		t.Errorf("nothing moved since, %d flagged", n)
	}
}

// --strict counts whole files too.
func TestIngestStrict(t *testing.T) {
	o := newOutbox(t)
	o.write("mixed/hosts.csv", "unit_id,cycle,capacity,office_contact\nu1,2024,5,\n")
	o.write("mixed/picture.pdf", "%PDF")
	args := []string{"ingest", filepath.Join(o.dir, "mixed"), "--lake", o.lake}
	if status, _, errs := tolok(t, append(args, "--strict")...); status != exitPartial || !strings.Contains(errs, "1 file could not be read") {
		t.Errorf("a file that cannot be read, with --strict: exit %d, %s", status, errs)
	}
	if status, _, errs := tolok(t, append(args, "--again")...); status != exitOK {
		t.Errorf("without --strict: exit %d, %s", status, errs)
	}
}
