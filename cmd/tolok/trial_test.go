package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

const (
	sentUnits  = "unit_id,agency_id,name,unit_type\nU-001,K01,Satu,rutan\nU-002,K01,Dua,rutan\n"
	sentAgency = "agency_id,name,kind\nK01,Kementerian,kementerian\n"
	stages     = "unit_id,cycle,target,issuer,stage,result,entered_on\n"
	wbbm       = stages + "U-001,2024,WBBM,nasional,pengusulan,berjalan,2024-06-01\n"
	awards     = "unit_id,predicate,issuer,awarded_on\n"
)

// What cannot all be true together is found before anything is sent.
func TestCheckFindsSuspicions(t *testing.T) {
	crossed := stages + "U-001,2024,WBK,nasional,pengusulan,lulus,2024-06-01\nU-001,2024,WBK,nasional,desk,berjalan,2024-05-01\n"
	files := map[string]string{"agencies.csv": sentAgency, "units.csv": sentUnits, "nominations.csv": crossed}
	status, out := check(t, files, "--lang", "en")
	if want := "look at  nominations.csv, line 3, column entered_on: Stage "; status != exitOK || !strings.Contains(out, want) {
		t.Errorf("exit %d, no %q in\n%s", status, want, out)
	}
	_, out = check(t, files, "--json")
	for _, want := range []string{`"code": "stages-out-of-order"`, `"stages-out-of-order": 1`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	marked := filepath.Join(t.TempDir(), "marked")
	check(t, files, "--marked", marked)
	book, err := excelize.OpenFile(filepath.Join(marked, "nominations.csv.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	comments, err := book.GetComments(book.GetSheetName(0))
	if err != nil || len(comments) != 1 || !strings.Contains(comments[0].Cell, "H3") {
		t.Errorf("marked cells %+v, %v", comments, err)
	}
}

// Who holds WBK is known from awards only: those sent, or those of a lake.
func TestCheckOfWBBMNeedsAwards(t *testing.T) {
	elsewhere := awards + "U-002,WBK,nasional,2020-12-01\n"
	held := awards + "U-001,WBK,nasional,2020-12-01\n"
	register := map[string]string{"agencies.csv": sentAgency, "units.csv": sentUnits}
	lake := func(awards string) string {
		dir, at := t.TempDir(), filepath.Join(t.TempDir(), "lake")
		for name, content := range map[string]string{"agencies.csv": sentAgency, "units.csv": sentUnits, "awards.csv": awards} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		must(t, "ingest", dir, "--lake", at)
		return at
	}
	for _, c := range []struct {
		what, awards, lake string
		suspected          bool
	}{
		{"no awards anywhere", "", "", false},
		{"awards sent, without this unit's", elsewhere, "", true},
		{"awards sent, with this unit's", held, "", false},
		{"a lake without this unit's", "", lake(elsewhere), true},
		{"a lake with this unit's", "", lake(held), false},
		{"a lake without, sent with", held, lake(elsewhere), false},
	} {
		t.Run(c.what, func(t *testing.T) {
			files, args := map[string]string{"nominations.csv": wbbm}, []string{}
			if c.awards != "" {
				files["awards.csv"] = c.awards
			}
			if c.lake != "" {
				args = append(args, "--lake", c.lake)
			} else {
				for name, content := range register {
					files[name] = content
				}
			}
			status, out := check(t, files, args...)
			if got := strings.Contains(out, "tanpa WBK"); got != c.suspected || status != exitOK {
				t.Errorf("exit %d, suspected %v\n%s", status, got, out)
			}
		})
	}
	// With a lake, an unknown unit is one.
	status, out := check(t, map[string]string{"hosts.csv": "unit_id,cycle,capacity,office_contact\nU-009,2024,5,\n"}, "--lake", lake(held))
	if status != exitPartial || !strings.Contains(out, "DITINGGALKAN") {
		t.Errorf("exit %d\n%s", status, out)
	}
}

// One worksheet is checked while its sender waits.
func TestCheckOfOneWorksheetIsQuick(t *testing.T) {
	form := filepath.Join("..", "..", "..", "shared", "reference", "lke-form-no-complaints.xlsx")
	if _, err := os.Stat(form); err != nil {
		t.Skip("the reference form is not here")
	}
	start := time.Now()
	must(t, "check", "--unit", "U-001", "--cycle", "2024", form)
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %v", took)
	}
}
