package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
	"tolok/data/synth"
)

// suspected makes a programme, takes it in, and gives what the checks over the
// whole lake find in it.
func suspected(t *testing.T, p synth.Params) (dir string, found []data.Problem) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "programme")
	if _, err := synth.Generate(t.Context(), dir, p, nil); err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(t.TempDir(), "lake")
	if status, _, errs := tolok(t, "ingest", dir, "--lake", at); status != 0 {
		t.Fatalf("ingest: status %d: %s", status, errs)
	}
	l := lake.Open(at)
	m, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	if found, err = analytics.Suspicions(t.Context(), l, m); err != nil {
		t.Fatal(err)
	}
	return dir, found
}

// In a programme without dirt only the few self-assessments that the
// simulation makes all-perfect are suspected, and they are.
func TestCleanProgrammeIsNotSuspected(t *testing.T) {
	p := synth.DefaultParams()
	p.Units = 1500
	_, found := suspected(t, p)
	perfect := 0
	for i := range found {
		if found[i].Code == "all-best" {
			perfect++
			continue
		}
		t.Errorf("suspected without a fault: %v", &found[i])
	}
	t.Logf("%d all-perfect self-assessments", perfect)
}

var unitID = regexp.MustCompile(`SIM-[A-Z0-9]+-\d{4}`)

// planted are the faults that only the whole lake shows, by place; struck
// counts the faults of any kind in a unit's rows.
func planted(t *testing.T, dir string) (faults map[string]string, struck map[string]int) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, ".faults.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	faults, struck = map[string]string{}, map[string]int{}
	files := map[string][]string{}
	for _, r := range rows[1:] {
		if files[r[0]] == nil {
			b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(r[0])))
			if err != nil {
				t.Fatal(err)
			}
			files[r[0]] = strings.Split(string(b), "\n")
		}
		line, _ := strconv.Atoi(r[1])
		unit := unitID.FindString(files[r[0]][line-1])
		struck[unit]++
		if r[3] == "same-worksheet" {
			struck[r[6]]++ // the unit that was copied is suspected as well
		}
		for _, code := range analytics.SuspicionCodes {
			if r[3] == code {
				faults[fmt.Sprintf("%s:%d %s", r[0], line, code)] = unit
			}
		}
	}
	return faults, struck
}

// Every planted fault is found where it stands, unless another fault struck
// the same unit; nothing else is suspected, but for what such faults explain.
func TestPlantedFaultsAreFound(t *testing.T) {
	p := synth.DefaultParams()
	p.Units, p.Seed, p.Dirt = 1500, 2, data.MustScore("0.008")
	dir, found := suspected(t, p)
	faults, struck := planted(t, dir)
	seen, codes := map[string]bool{}, map[string]int{}
	for i := range found {
		f := &found[i]
		at := fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Code)
		seen[at] = true
		unit, _, _ := strings.Cut(f.Subject, "|")
		if faults[at] == "" && struck[unit] == 0 && f.Code != "all-best" {
			t.Errorf("suspected without a fault: %v", f)
		}
	}
	for at, unit := range faults {
		_, code, _ := strings.Cut(at, " ")
		switch {
		case seen[at]:
			codes[code]++
		case struck[unit] < 2:
			t.Errorf("not found: %s of unit %s", at, unit)
		}
	}
	t.Logf("planted %d, found %v", len(faults), codes)
	for _, code := range analytics.SuspicionCodes {
		if codes[code] == 0 {
			t.Errorf("no planted fault %s was found", code)
		}
	}
}
