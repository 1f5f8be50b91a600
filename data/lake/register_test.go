package lake_test

import (
	"fmt"
	"maps"
	"testing"

	"tolok/data"
	"tolok/data/lake"
)

// The register is what reading every row of it gives: of two rows about one
// unit the newer one, over files, row groups and pages.
func TestRegister(t *testing.T) {
	l := lake.Open(t.TempDir())
	var many []data.Unit
	for i := range 30_000 {
		many = append(many, data.Unit{UnitID: fmt.Sprintf("U-%05d", i), AgencyID: fmt.Sprintf("K%02d", i%37), Name: "Kantor", UnitType: "lainnya"})
	}
	submit(t, l, "aa", many...)
	m := submit(t, l, "bb", data.Unit{UnitID: "U-00007", AgencyID: "L99", Name: "Kantor pindah"}, data.Unit{UnitID: "É", AgencyID: ""})
	want := map[string]string{}
	if err := lake.Read(l, m, "units", func(u *data.Unit) error { want[u.UnitID] = u.AgencyID; return nil }); err != nil {
		t.Fatal(err)
	}
	units, agencies, err := l.Register(m)
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(units, want) || units["U-00007"] != "L99" || len(units) != 30_001 || len(agencies) != 0 {
		t.Errorf("%d units, %d agencies; U-00007 is of %q", len(units), len(agencies), units["U-00007"])
	}
}
