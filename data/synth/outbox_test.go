package synth

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestNeverTouchesForeignFiles(t *testing.T) {
	again := func(dir string) error {
		_, err := Generate(context.Background(), dir, small(), nil)
		return err
	}
	t.Run("a directory of somebody else", func(t *testing.T) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "nasional", "letter.txt"), "keep me")
		if err := again(dir); err == nil || !strings.Contains(err.Error(), "nasional/letter.txt") {
			t.Errorf("err %v", err)
		}
		if got := files(dir); len(got) != 1 || string(got["nasional/letter.txt"]) != "keep me" {
			t.Errorf("files %v", got)
		}
	})
	t.Run("a foreign file in an earlier output", func(t *testing.T) {
		dir := generate(t, small())
		write(t, filepath.Join(dir, "SIM-K01", "notes.md"), "keep me")
		before := fingerprint(dir)
		if err := again(dir); err == nil || !strings.Contains(err.Error(), "SIM-K01/notes.md") {
			t.Errorf("err %v", err)
		}
		if fingerprint(dir) != before {
			t.Error("something was changed")
		}
	})
	t.Run("a list of somebody else", func(t *testing.T) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, listName), "../../precious\n")
		if err := again(dir); err == nil {
			t.Error("no error")
		}
	})
	t.Run("an earlier output is replaced whole", func(t *testing.T) {
		p := small()
		p.Format, p.Seed, p.Agencies = FormatMixed, 9, 40
		dir := generate(t, p)
		if err := again(dir); err != nil {
			t.Fatal(err)
		}
		if fingerprint(dir) != fingerprint(generate(t, small())) {
			t.Error("traces of the earlier output are left")
		}
	})
}

func TestMixedFormats(t *testing.T) {
	p := small()
	p.Units, p.Agencies, p.Format = 2000, 40, FormatMixed
	dir := generate(t, p)
	all, portal := files(dir), 0
	w := newWorld(complete(t, p))
	for _, a := range w.agencies {
		d := a.sender
		name := a.AgencyID + "/units.csv"
		raw := all[name]
		if d.gzip {
			raw = unpack(t, all[name+".gz"])
		}
		if d.mark != bytes.HasPrefix(raw, []byte("\ufeff")) {
			t.Errorf("%s (%s): byte order mark", name, d.name)
		}
		raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
		if d.windows != bytes.Contains(raw, []byte("\r\n")) {
			t.Errorf("%s (%s): line ends", name, d.name)
		}
		r := csv.NewReader(bytes.NewReader(raw))
		r.Comma = d.comma()
		rows, err := r.ReadAll()
		if err != nil || len(rows) != len(a.units)+1 {
			t.Errorf("%s (%s): %d rows, %d units, %v", name, d.name, len(rows), len(a.units), err)
			continue
		}
		if got := rows[0][0]; (got == "kode_satker") != d.indonesian {
			t.Errorf("%s (%s): heading %s", name, d.name, got)
		}
		if hosts, ok := all[a.AgencyID+"/hosts.csv"]; ok && bytes.Contains(hosts, []byte("–")) == d.windows {
			t.Errorf("%s (%s): encoding of a dash", a.AgencyID, d.name)
		}
	}
	for name, raw := range all {
		if strings.Contains(name, "/portalrb/") {
			portal++
			checkPortal(t, name, raw)
		}
	}
	if portal == 0 {
		t.Error("no agency sent PortalRB's answers")
	}
}

// checkPortal holds a saved answer against the interface: every question once,
// and the unit of its file.
func checkPortal(t *testing.T, name string, raw []byte) {
	t.Helper()
	var sheet portalSheet
	if err := json.Unmarshal(raw, &sheet); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	set, _ := rule.ForCycle(sheet.Year)
	asked := 0
	for _, it := range set.Items {
		if it.PortalRBID != 0 {
			asked++
		}
	}
	if !strings.HasSuffix(name, "/lke/jawaban-unit/"+sheet.UnitID+".json") || len(sheet.Answers) != asked {
		t.Errorf("%s: unit %s, %d of %d questions", name, sheet.UnitID, len(sheet.Answers), asked)
	}
}

// Every fault stands where the list says, and the rest of the files is as
// without dirt.
func TestDirtIsListed(t *testing.T) {
	p := small()
	p.Units, p.Dirt = 1000, data.MustScore("0.02")
	dir := generate(t, p)
	all := files(dir)
	rows, err := csv.NewReader(bytes.NewReader(all[faultsName])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	codes, split := map[string]int{}, map[string][]string{}
	for name, raw := range all {
		split[name] = strings.Split(string(raw), "\n")
	}
	for _, row := range rows[1:] {
		line, _ := strconv.Atoi(row[1])
		lines := split[row[0]]
		if line < 2 || line >= len(lines) || !strings.Contains(lines[line-1], row[5]) {
			t.Errorf("%v is not at its place", row)
		}
		if row[3] == "duplicate-row" && lines[line-1] != lines[line-2] {
			t.Errorf("%v: the lines differ", row)
		}
		if !data.HasProblemText(row[3]) {
			t.Errorf("no problem has the code %s", row[3])
		}
		codes[row[3]]++
	}
	for _, code := range []string{"not-an-option", "out-of-range", "outside-scale", "unknown-unit", "duplicate-row", "broken-quoting", "code-spelling"} {
		if codes[code] == 0 {
			t.Errorf("no row has the fault %s", code)
		}
	}
	p.Dirt = 0
	clean := files(generate(t, p))
	for name, raw := range clean {
		if spoilt := strings.Count(string(all[name]), "\n") - strings.Count(string(raw), "\n"); name != listName && (spoilt < 0 || spoilt > len(rows)) {
			t.Errorf("%s: %d lines more than without dirt", name, spoilt)
		}
	}
	answers := 0
	for _, row := range rows[1:] {
		if row[2] == "answers" {
			answers++
		}
	}
	total := 0
	for name, raw := range clean {
		if strings.HasSuffix(name, "/answers.csv") {
			total += strings.Count(string(raw), "\n") - 1
		}
	}
	if answers*1000 < total*17 || answers*1000 > total*23 {
		t.Errorf("%d of %d answers are spoilt, asked for 2 %%", answers, total)
	}
}
