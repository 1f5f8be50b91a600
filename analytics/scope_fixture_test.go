package analytics_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
	"tolok/data/rule"
)

// secret is one cell of the planted programme: what it is about, whose it is,
// of which cycle, and the mark by which it is known in any answer.
type secret struct {
	what   string // worksheet, reported, tpn, dates, award, decree, revoked, survey, gate, agency gate, quota, problem, file, name, size
	unit   string
	agency string
	cycle  int
	mark   string
	// change writes another value, as valid as the first.
	change func()
}

// programme is four agencies in three cycles, the last not released. Every
// value that is somebody's secret is unlike every other number and word.
type programme struct {
	batches map[string][]data.Record // by file
	sources map[string]data.Source
	found   map[string][]*data.Problem
	files   []string
	secrets []*secret
	n       int
}

const (
	first, second, third = 2022, 2023, 2024
	regulation           = "90/2021"
)

// released are the cycles that the ministry has released.
var released = []int{first, second}

// The units by what became of them. a1 and b1 hold a predicate of 2023, a2 and
// b2 were refused in it; b3's predicate of 2022 was revoked in 2023, and a3's of
// 2022 in 2024, which nobody may know yet; everyone stood again in 2024.
var programmeUnits = []struct{ unit, agency string }{
	{"a1", "A1"},
	{"a2", "A1"},
	{"a3", "A1"},
	{"a4", "A1"},
	{"a5", "A1"},
	{"a6", "A1"},
	{"b1", "A2"},
	{"b2", "A2"},
	{"b3", "A2"},
	{"b4", "A2"},
	{"b5", "A2"},
	{"b6", "A2"},
	{"c1", "A3"},
	{"c2", "A3"},
	{"d1", "A4"},
	{"d2", "A4"},
	{"d3", "A4"},
	{"d4", "A4"},
}

// number gives digits that no other value has.
func (p *programme) number() int {
	p.n++
	return 100_003 + 370*p.n // never ends in 0, which would not be written
}

func (p *programme) put(file string, r data.Record) { p.batches[file] = append(p.batches[file], r) }

func (p *programme) plant(s secret, set func(mark string)) {
	set(s.mark)
	s.change = func() { set(bump(s.mark)) }
	p.secrets = append(p.secrets, &s)
}

// bump turns the last digit of a mark, or moves a day by a month.
func bump(s string) string {
	if d, err := data.ParseDate(s); err == nil && len(s) == len("2024-01-01") && s[4] == '-' {
		return d.Time().AddDate(0, 0, 31-d.Time().YearDay()/330*62).Format("2006-01-02")
	}
	b := []byte(s)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] >= '0' && b[i] <= '9' {
			b[i] = '0' + (b[i]-'0'+5)%9
			if b[i] == '0' {
				b[i] = '9'
			}
			break
		}
	}
	return string(b)
}

// planted makes the programme.
func planted() *programme {
	p := &programme{batches: map[string][]data.Record{}, sources: map[string]data.Source{}, found: map[string][]*data.Problem{}}
	kinds := map[string]string{"A1": "kementerian", "A2": "kota", "A3": "kota", "A4": "kota"}
	for _, a := range []string{"A1", "A2", "A3", "A4", "TPN"} {
		p.files = append(p.files, a)
		p.sources[a] = data.Source{Name: a + "-0.csv", SHA256: strings.Repeat(strings.ToLower(a)[:1], 64), Format: "csv", Publisher: a}
		if a == "TPN" {
			break
		}
		s := p.sources[a]
		s.AgencyID = a
		p.plant(secret{what: "file", agency: a, mark: fmt.Sprintf("berkas-%d", p.number())}, func(mark string) { s.Name = mark + ".csv"; p.sources[a] = s })
		p.put(a, &data.Agency{AgencyID: a, Name: "Instansi " + a, Kind: kinds[a], ProvinceCode: "31"})
		for _, cycle := range []int{second, third} {
			g, q := &data.AgencyGate{AgencyID: a, Cycle: int32(cycle)}, &data.Quota{AgencyID: a, Cycle: int32(cycle), Target: "WBK"}
			p.plant(secret{what: "agency gate", agency: a, cycle: cycle, mark: p.decimals("61.")}, func(mark string) { v := amount(mark); g.SAKIP = &v })
			p.plant(secret{what: "quota", agency: a, cycle: cycle, mark: fmt.Sprint(p.number())}, func(mark string) { v := whole(mark); q.Quota = &v })
			p.put(a, g)
			p.put(a, q)
		}
	}
	for _, u := range programmeUnits {
		p.addUnit(u.unit, u.agency)
	}
	return p
}

func (p *programme) decimals(whole string) string { return fmt.Sprintf("%s%d", whole, p.number()) }

func whole(s string) int64 {
	v := amount(s)
	return int64(v / data.OneAmount)
}

func (p *programme) addUnit(id, agency string) {
	u := &data.Unit{UnitID: id, AgencyID: agency, UnitType: "dukcapil", ProvinceCode: "31"}
	if agency == "A1" {
		u.UnitType = "kantor_pajak"
	}
	p.plant(secret{what: "name", unit: id, agency: agency, mark: fmt.Sprintf("Satker %d", p.number())}, func(mark string) { u.Name = mark })
	p.plant(secret{what: "size", unit: id, agency: agency, mark: fmt.Sprint(p.number())}, func(mark string) { v := whole(mark); u.Staff = &v })
	p.put(agency, u)
	for _, cycle := range []int{first, second, third} {
		p.addCycle(id, agency, cycle)
	}
	awarded := map[string]int{"a1": second, "b1": second, "a3": first, "b3": first, "a4": third, "b4": third}[id]
	if awarded == 0 {
		return
	}
	a := &data.Award{UnitID: id, Predicate: "WBK", Issuer: "nasional"}
	p.plant(secret{what: "award", unit: id, agency: agency, cycle: awarded, mark: p.day(awarded)}, func(mark string) { a.AwardedOn = date(mark) })
	p.plant(secret{what: "decree", unit: id, agency: agency, cycle: awarded, mark: fmt.Sprintf("SK %d", p.number())}, func(mark string) { a.Decree = mark })
	if year := map[string]int{"b3": second, "a3": third}[id]; year != 0 {
		p.plant(secret{what: "revoked", unit: id, agency: agency, cycle: year, mark: p.day(year)}, func(mark string) { d := date(mark); a.RevokedOn = &d })
		p.plant(secret{what: "revoked", unit: id, agency: agency, cycle: year, mark: fmt.Sprintf("sebab %d", p.number())}, func(mark string) { a.RevokeReason = mark })
	}
	p.put("TPN", a)
}

// day gives a day of the year that no other event has.
func (p *programme) day(year int) string {
	p.n++
	return time.Date(year, 1, 1+p.n%300, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
}

func (p *programme) addCycle(id, agency string, cycle int) {
	about := func(what, mark string) secret {
		return secret{what: what, unit: id, agency: agency, cycle: cycle, mark: mark}
	}
	set, _ := rule.Get(regulation)
	n := 0
	for _, it := range set.Items { // a few answers of the unit's own
		if it.Formula != rule.FormulaRatio || n == 2 {
			continue
		}
		n++
		a := &data.Answer{UnitID: id, Cycle: int32(cycle), Regulation: regulation, Layer: "self", ItemID: it.ID}
		p.plant(about("worksheet", fmt.Sprint(p.number())), func(mark string) { v := amount(mark); a.Num = &v })
		p.plant(about("worksheet", fmt.Sprint(p.number()*7)), func(mark string) { v := amount(mark); a.Den = &v })
		p.plant(about("reported", p.decimals("0.")), func(mark string) { v := data.MustScore(mark); a.Reported = &v })
		p.put(agency, a)
	}
	for _, layer := range data.Layers {
		file := map[string]string{"self": agency, "tpi": agency, "tpn": "TPN"}[layer]
		what := map[string]string{"self": "reported", "tpi": "tpi", "tpn": "tpn"}[layer]
		for _, code := range []string{"A.I.1", "total"} {
			whole := map[string]string{"A.I.1": "3.", "total": "7" + id[1:] + "."}[code]
			s := &data.NodeScore{UnitID: id, Cycle: int32(cycle), Regulation: regulation, Layer: layer, Code: code}
			kind := what
			if layer != "self" && code == "total" {
				kind += " total" // of TPN it shows in distributions, without a name
			}
			mark := p.decimals(whole)
			p.plant(about(kind, mark+mark[len(whole):]), func(mark string) { s.Score = data.MustScore(mark) })
			p.put(file, s)
		}
	}
	sv := &data.Survey{UnitID: id, Cycle: int32(cycle), Index: "IPAK"}
	p.plant(about("survey", p.decimals("3.")), func(mark string) { sv.Value = amount(mark) })
	p.plant(about("survey", fmt.Sprintf("surveyor %d", p.number())), func(mark string) { sv.Surveyor = mark })
	p.put(agency, sv)
	g := &data.UnitGate{UnitID: id, Cycle: int32(cycle)}
	p.plant(about("gate", p.decimals("71.")), func(mark string) { v := amount(mark); g.TLHPPct = &v })
	p.put(agency, g)
	passed := id == "a1" || id == "b1" || id == "a4" || id == "a3" || id == "b3" || id == "b4"
	for i, stage := range []string{"pengusulan", "penetapan"} {
		nom := &data.Nomination{UnitID: id, Cycle: int32(cycle), Target: "WBK", Issuer: "nasional", Stage: stage, Result: "lulus"}
		if i == 1 && !passed {
			nom.Result = "tidak_lulus"
		}
		p.plant(about("dates", p.day(cycle)), func(mark string) { d := date(mark); nom.EnteredOn = &d })
		p.put("TPN", nom)
		if i == 1 && cycle == third { // the outcome itself
			p.secrets = append(p.secrets, &secret{what: "outcome", unit: id, agency: agency, cycle: cycle, change: func() {
				nom.Result = map[string]string{"lulus": "tidak_lulus", "tidak_lulus": "lulus"}[nom.Result]
			}})
		}
	}
	prob := &data.Problem{Code: "out-of-range", Severity: data.Rejected, Dataset: "answers", Field: "value", Subject: id + "|" + fmt.Sprint(cycle) + "|self|" + regulation + "|A.I.1.a"}
	p.plant(about("problem", fmt.Sprintf("nilai-%d", p.number())), func(mark string) { prob.Value = mark })
	p.found[agency] = append(p.found[agency], prob)
}

// open builds the programme and opens it.
func (p *programme) open(t *testing.T) *analytics.DB {
	t.Helper()
	l := lake.Open(t.TempDir())
	a, err := l.Begin("test office")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range p.files {
		n, err := a.Source(p.sources[file])
		if err != nil {
			t.Fatal(err)
		}
		for line, r := range p.batches[file] {
			if faults := r.Validate(); len(faults) > 0 {
				t.Fatalf("the test's own record is invalid: %v", faults[0].Error())
			}
			*r.At() = data.Origin{Source: n, Line: int32(line + 2)}
			if err := a.Put(r); err != nil {
				t.Fatal(err)
			}
		}
		for line, f := range p.found[file] {
			f.Origin = data.Origin{Source: n, Line: int32(line + 2)}
			if err := a.Report(*f); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := a.Commit(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	db, err := analytics.Open(t.Context(), l, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// readers are the scopes that the tests ask as.
var readers = map[string]analytics.Scope{
	"nasional":            {Role: "nasional", Released: released},
	"perencana":           {Role: "perencana", Released: released},
	"instansi A1":         {Role: "instansi", Agency: "A1", Released: released},
	"perencana of A2":     {Role: "perencana", Agency: "A2", Released: released},
	"satker a2":           {Role: "satker", Agency: "A1", Unit: "a2", Released: released},
	"satker c1":           {Role: "satker", Agency: "A3", Unit: "c1", Released: released},
	"public":              {Released: released},
	"instansi, no agency": {Role: "instansi", Released: released},
	"satker, none out":    {Role: "satker", Agency: "A2", Unit: "b1"},
}

// keep renders an answer, as JSON and as the rows of its CSV. A unit or agency
// that is not found is an answer too.
func keep(t *testing.T, out map[string][]byte, db *analytics.DB, name string, f analytics.Filter, v interface{ Grid() analytics.Grid }, err error) {
	t.Helper()
	key := fmt.Sprintf("%s %+v", name, f)
	if errors.Is(err, analytics.ErrNotFound) {
		out[key] = []byte(err.Error())
		return
	}
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	g := v.Grid()
	for _, row := range append([][]string{g.Columns}, g.Rows...) {
		b = append(b, "\n"+strings.Join(row, ";")...)
	}
	out[key] = bytes.ReplaceAll(b, []byte(db.Snapshot()), []byte("SNAPSHOT"))
}

// asked is every question under many filters.
func asked(t *testing.T, db *analytics.DB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	keep := func(name string, f analytics.Filter, v interface{ Grid() analytics.Grid }, err error) {
		keep(t, out, db, name, f, v, err)
	}
	ctx := t.Context()
	for _, f := range filters() {
		o, err := db.Overview(ctx, f)
		keep("overview", f, o, err)
		r, err := db.Ranking(ctx, analytics.RankingFilter{Filter: f})
		keep("ranking", f, r, err)
	}
	for _, f := range []analytics.Filter{{}, {Cycle: third}, {Cycle: second, Layer: "tpi", Agency: "A2"}} {
		g, err := db.Agencies(ctx, f)
		keep("agencies", f, g, err)
		q, err := db.Quality(ctx, f)
		keep("quality", f, q, err)
	}
	for _, group := range analytics.FunnelGroups {
		for _, span := range analytics.FunnelSpans {
			p, err := db.Funnel(ctx, analytics.FunnelQuestion{Filter: analytics.Filter{Cycle: second}, Group: group, Span: span})
			keep("funnel "+group+" "+span, analytics.Filter{Cycle: second}, p, err)
		}
	}
	for _, cycle := range []int{second, third} {
		f := analytics.Filter{Cycle: cycle}
		c, err := db.Credibility(ctx, analytics.CredibilityQuestion{Filter: f})
		keep("credibility", f, c, err)
	}
	for _, by := range []string{"pass_rate", "total", "MP"} {
		f := analytics.Filter{Cycle: second, By: by}
		g, err := db.Agencies(ctx, f)
		keep("agencies", f, g, err)
	}
	for _, id := range []string{"a1", "c1"} {
		f := analytics.Filter{Cycle: second, Layer: "tpn"}
		r, err := db.Ranking(ctx, analytics.RankingFilter{Filter: f, Peers: id, Raw: true})
		keep("ranking peers "+id, f, r, err)
	}
	for _, id := range []string{"A1", "A2", "A3"} {
		for _, f := range []analytics.Filter{{}, {Cycle: third, Layer: "self"}} {
			f.Agency = id
			a, err := db.Agency(ctx, f)
			keep("agency", f, a, err)
		}
	}
	for _, id := range scorecards {
		for _, f := range []analytics.Filter{{}, {Cycle: second, Layer: "tpn"}, {Cycle: third, Layer: "self"}} {
			f.Unit = id
			c, err := db.Scorecard(ctx, f)
			keep("scorecard", f, c, err)
		}
	}
	return out
}

// scorecards are the units whose scorecards are asked for: of each agency and
// each fate.
var scorecards = []string{"a1", "a2", "b1", "b3", "c1"}

func filters() []analytics.Filter {
	return []analytics.Filter{
		{},
		{Cycle: first, By: "MP", Order: "asc"},
		{Cycle: third},
		{Cycle: third, Layer: "self", Agency: "A1"},
		{Cycle: second, Layer: "tpi", By: "IPAK"},
		{Cycle: second, Layer: "tpn", Kind: "kota", By: "MP"},
		{Cycle: second, Layer: "tpn", Province: "31", UnitType: "dukcapil", Target: "WBK"},
		{Cycle: second, Layer: "tpn", Search: "Satker", Size: 3, Page: 2, By: "MP"},
	}
}
