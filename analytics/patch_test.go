package analytics

import (
	"cmp"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"tolok/data"
	"tolok/data/lake"
	"tolok/data/rule"
)

// programme makes random submissions of a few units over a few cycles, so that
// most of them change something that is there already.
type programme struct {
	rng  *rand.Rand
	lake *lake.Lake
	day  int
}

var testCycles = []int32{2018, 2021, 2023, 2024}

func (p *programme) unit() string              { return fmt.Sprintf("u%d", p.rng.IntN(12)) }
func (p *programme) cycle() int32              { return testCycles[p.rng.IntN(len(testCycles))] }
func pick(rng *rand.Rand, of ...string) string { return of[rng.IntN(len(of))] }

func (p *programme) agency(id string) data.Record {
	return &data.Agency{AgencyID: id, Name: "Instansi " + id, Kind: pick(p.rng, data.Kinds...)}
}

func (p *programme) register(unit string) data.Record {
	staff := p.rng.Int64N(100) + 1
	return &data.Unit{
		UnitID: unit, AgencyID: pick(p.rng, "K1", "K2", "K3"), Name: "Unit " + unit, UnitType: pick(p.rng, "rsud", "dukcapil"),
		ProvinceCode: pick(p.rng, "31", "32"), Staff: &staff,
	}
}

func (p *programme) worksheet() (out []data.Record) {
	cycle, unit, layer := p.cycle(), p.unit(), pick(p.rng, data.Layers...)
	set, _ := rule.ForCycle(int(cycle))
	if p.rng.IntN(4) == 0 {
		for _, n := range set.Nodes {
			if n.Level == rule.LevelArea {
				out = append(out, &data.NodeScore{UnitID: unit, Cycle: cycle, Regulation: set.ID, Layer: layer, Code: n.Code, Score: n.Weight / data.Score(1+p.rng.IntN(3))})
			}
		}
		return out
	}
	for _, a := range randomSheet(p.rng, set) {
		a.UnitID, a.Cycle, a.Regulation, a.Layer = unit, cycle, set.ID, layer
		out = append(out, &a)
	}
	return out
}

func (p *programme) survey() data.Record {
	n := p.rng.Int64N(200) + 30
	return &data.Survey{UnitID: p.unit(), Cycle: p.cycle(), Index: pick(p.rng, "IPAK", "IPKP"), Value: 3 * data.OneAmount, Respondents: &n, Surveyor: pick(p.rng, "BPS", "")}
}

func (p *programme) award() data.Record {
	day := func() data.Date {
		d, err := data.ParseDate(fmt.Sprintf("%d-12-%02d", p.cycle(), 9+p.rng.IntN(2)))
		if err != nil {
			panic(err)
		}
		return d
	}
	a := &data.Award{UnitID: p.unit(), Predicate: data.WBK, Issuer: "nasional", AwardedOn: day()}
	if p.rng.IntN(2) == 0 {
		d := max(day(), a.AwardedOn)
		a.RevokedOn = &d
	}
	return a
}

func (p *programme) others() []data.Record {
	v := data.Amount(p.rng.IntN(10)) * data.OneAmount
	n := p.rng.Int64N(9)
	return []data.Record{
		&data.Nomination{UnitID: p.unit(), Cycle: p.cycle(), Target: data.WBK, Issuer: "nasional", Stage: pick(p.rng, "pengusulan", "administrasi", "penetapan"), Result: pick(p.rng, "lulus", "tidak_lulus")},
		&data.UnitGate{UnitID: p.unit(), Cycle: p.cycle(), TLHPPct: &v},
		&data.AgencyGate{AgencyID: pick(p.rng, "K1", "K2"), Cycle: p.cycle(), RBIndex: &v},
		&data.Quota{AgencyID: pick(p.rng, "K1", "K2"), Cycle: p.cycle(), Target: data.WBK, Quota: &n},
		&data.Zone{ZoneID: pick(p.rng, "z1", "z2"), Name: "Kawasan", UnitID: p.unit(), Cycle: p.cycle(), IntegrationScore: &v},
		&data.Host{UnitID: p.unit(), Cycle: p.cycle(), Capacity: &n},
		&data.SPI{AgencyName: "Instansi", Year: p.cycle(), Index: &v},
	}
}

// step changes the lake and says how.
func (p *programme) step(t *testing.T) string {
	t.Helper()
	var rs []data.Record
	what := pick(p.rng, "worksheets", "survey", "moved unit", "agency", "award", "others", "everything", "compact")
	switch what {
	case "compact":
		if _, _, err := p.lake.Compact(t.Context(), p.time()); err != nil {
			t.Fatal(err)
		}
		return what
	case "worksheets":
		rs = append(p.worksheet(), p.worksheet()...)
	case "survey":
		rs = append(rs, p.survey())
	case "moved unit":
		rs = append(rs, p.register(p.unit()))
	case "agency":
		rs = append(rs, p.agency(pick(p.rng, "K1", "K2", "K3")))
	case "award":
		rs = append(rs, p.award())
	case "others":
		rs = p.others()
	case "everything":
		rs = append(append(p.worksheet(), p.others()...), p.survey(), p.award(), p.register(p.unit()))
	}
	p.submit(t, rs)
	return what
}

func (p *programme) time() time.Time {
	p.day++
	return time.Date(2025, 1, p.day, 0, 0, 0, 0, time.UTC)
}

func (p *programme) submit(t *testing.T, rs []data.Record) {
	t.Helper()
	a, err := p.lake.Begin("")
	if err != nil {
		t.Fatal(err)
	}
	n, err := a.Source(data.Source{Name: fmt.Sprintf("%d.csv", p.day), SHA256: fmt.Sprint(p.day), Format: "csv"})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rs {
		if faults := r.Validate(); len(faults) > 0 {
			t.Fatalf("the test's own record %+v is invalid: %v", r, faults[0].Error())
		}
		*r.At() = data.Origin{Source: n, Line: int32(i + 2)}
		if err := a.Put(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Report(data.Problem{Code: "empty", Severity: data.Flagged, Origin: data.Origin{Source: n}}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Commit(p.time()); err != nil {
		t.Fatal(err)
	}
}

// A serving file made of another one equals the one made from nothing, in every
// table, row by row, whatever happened between the two.
func TestPatchedEqualsMadeFromNothing(t *testing.T) {
	seeds, err := strconv.ParseUint(cmp.Or(os.Getenv("PATCH_SEEDS"), "1"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			p := &programme{rng: rand.New(rand.NewPCG(seed, 7)), lake: lake.Open(t.TempDir())}
			var first []data.Record
			for _, id := range []string{"K1", "K2", "K3"} {
				first = append(first, p.agency(id))
			}
			for i := range 12 {
				first = append(first, p.register(fmt.Sprintf("u%d", i)))
			}
			for range 10 {
				first = append(first, p.worksheet()...)
			}
			p.submit(t, first)
			var base *origin
			for range 5 {
				base = p.compare(t, base)
				if t.Failed() {
					return
				}
				t.Log(p.step(t))
			}
			p.compare(t, base)
		})
	}
}

// compare makes the file of the newest state in both ways. It returns what the
// patched one was made of, for the next to be patched on.
func (p *programme) compare(t *testing.T, base *origin) *origin {
	t.Helper()
	m, err := p.lake.Current()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(p.lake.Dir(), "serving", fmt.Sprint(p.day))
	fresh, patched := filepath.Join(dir, "fresh"), filepath.Join(dir, "patched")
	for _, d := range []string{fresh, patched} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	fresh, patched = filepath.Join(fresh, "serving.duckdb"), filepath.Join(patched, "serving.duckdb")
	if err := makeFile(t.Context(), p.lake, m, fresh, nil); err != nil {
		t.Fatal(err)
	}
	if base == nil {
		patched = fresh
	} else {
		if err := copyFile(base.file, patched); err != nil {
			t.Fatal(err)
		}
		if err := makeFile(t.Context(), p.lake, m, patched, base); err != nil {
			t.Fatal(err)
		}
		sameTables(t, fresh, patched)
	}
	o, err := readOrigin(t.Context(), patched)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func sameTables(t *testing.T, a, b string) {
	t.Helper()
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := exec(t.Context(), c, "ATTACH "+quoteSQL(a)+" AS a (READ_ONLY); ATTACH "+quoteSQL(b)+" AS b (READ_ONLY);"); err != nil {
		t.Fatal(err)
	}
	names := func(of string) (out []string) {
		rows, err := c.QueryContext(t.Context(), "SELECT table_name FROM duckdb_tables() WHERE database_name = ? ORDER BY table_name", of)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var n string
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
			out = append(out, n)
		}
		return out
	}
	if x, y := names("a"), names("b"); !slices.Equal(x, y) {
		t.Fatalf("tables differ: %v and %v", x, y)
	}
	for _, n := range names("a") {
		columns := "*"
		if n == "snapshot" {
			columns = "* EXCLUDE (patched)" // how it was made, not what it says
		}
		q := strings.NewReplacer("%N", n, "%C", columns).Replace
		var more, less int
		err := c.QueryRowContext(t.Context(), q("SELECT (SELECT count(*) FROM (SELECT %C FROM b.%N EXCEPT ALL SELECT %C FROM a.%N)), (SELECT count(*) FROM (SELECT %C FROM a.%N EXCEPT ALL SELECT %C FROM b.%N))")).Scan(&more, &less)
		if err != nil {
			t.Fatalf("%s: %v", n, err)
		}
		if more+less > 0 {
			t.Errorf("%s: the patched file has %d rows that it should not, and lacks %d", n, more, less)
		}
	}
}

// Build starts from the file that leaves least to do, and does without when
// that file is damaged.
func TestBuildStartsFromTheNearestFile(t *testing.T) {
	p := &programme{rng: rand.New(rand.NewPCG(1, 1)), lake: lake.Open(t.TempDir())}
	p.submit(t, append(p.worksheet(), p.agency("K1"), p.register("u1")))
	build := func() *origin {
		m, err := p.lake.Current()
		if err != nil {
			t.Fatal(err)
		}
		path, err := Build(t.Context(), p.lake, m)
		if err != nil {
			t.Fatal(err)
		}
		o, err := readOrigin(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	first := build()
	p.submit(t, []data.Record{p.survey()})
	second := build()
	if first.patched != 0 || second.patched != 1 {
		t.Errorf("%d and %d rows were made again, want 0 in the first file and the one survey in the second", first.patched, second.patched)
	}
	for _, f := range []string{first.file, second.file} {
		if err := os.Truncate(f, 1<<19); err != nil {
			t.Fatal(err)
		}
	}
	p.submit(t, []data.Record{p.survey()})
	if third := build(); third.patched != 0 {
		t.Errorf("%d rows were made again on top of a damaged file", third.patched)
	}
}
