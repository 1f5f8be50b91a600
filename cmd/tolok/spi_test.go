package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

// KPK's file goes in as KPK publishes it, every row of it, and finds every local
// government in a register of the real names.
func TestKPKsOwnFile(t *testing.T) {
	file := filepath.Join("..", "..", "..", "shared", "reference", "kpk-spi-2021-2025.csv")
	if _, err := os.Stat(file); err != nil {
		t.Skip("../shared/reference is not there")
	}
	dir := t.TempDir()
	var register strings.Builder
	register.WriteString("agency_id,name,kind,province_code\n")
	for _, p := range data.Provinces() {
		fmt.Fprintf(&register, "P%s,Pemerintah Provinsi %s,provinsi,%s\n", p.Code, p.Name, p.Code)
	}
	for _, g := range data.Regencies() {
		kind, _, _ := strings.Cut(strings.ToLower(g.Name), " ")
		fmt.Fprintf(&register, "R%s,Pemerintah %s,%s,%s\n", strings.ReplaceAll(g.Code, ".", ""), g.Name, kind, g.Province)
	}
	agencies, lake := filepath.Join(dir, "agencies.csv"), filepath.Join(dir, "lake")
	if err := os.WriteFile(agencies, []byte(register.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, "ingest", agencies, "--lake", lake)
	if out := must(t, "ingest", file, "--lake", lake, "--json"); !strings.Contains(out, "3192") {
		t.Errorf("not every row of the file went in: %s", out)
	}
	var s analytics.SPI
	if err := json.Unmarshal([]byte(must(t, "ask", "spi", "--lake", lake, "--format", "json")), &s); err != nil {
		t.Fatal(err)
	}
	// Agency-years of provinces, kabupaten and kota in the file, and the nation.
	want := map[int]struct {
		matched int64
		nation  string
	}{2021: {538, "72.43"}, 2022: {537, "71.94"}, 2023: {542, "70.97"}, 2024: {544, "71.53"}, 2025: {546, "72.32"}}
	if len(s.Years) != len(want) {
		t.Fatalf("%d years", len(s.Years))
	}
	var names int64
	for _, y := range s.Years {
		names += y.Names
		if w := want[y.Year]; y.Matched != w.matched || y.Nation == nil || y.Nation.Index.String() != w.nation {
			t.Errorf("%d: %d matched, nation %+v; want %+v", y.Year, y.Matched, y.Nation, w)
		}
		var sum int64
		for _, n := range y.Reasons {
			sum += n
		}
		if y.Matched+sum != y.Names {
			t.Errorf("%d: %d matched and %d not do not make %d names", y.Year, y.Matched, sum, y.Names)
		}
	}
	if names != 3192-5 {
		t.Errorf("%d names, want all rows but the nation's five", names)
	}
}
