package planted

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tolok/data"
	"tolok/data/rule"
)

// Secret is one cell of the planted programme: what it is about, whose it is,
// of which cycle, and the mark by which it is known in any answer.
type Secret struct {
	What   string // worksheet, reported, tpi, tpn, and the same of an area, dates, award, decree, revoked, survey, gate, agency gate, quota, problem, file, name, size
	Unit   string // "" for an agency's
	Agency string
	Cycle  int    // 0 for what is of none
	Mark   string // "" where the value is a word that others have too
	// Change writes another value, as valid as the first, and unlike it in the
	// digits that a page shows.
	Change func()
}

// Programme is four agencies in three cycles, the last not released. Every
// value that is somebody's secret is unlike every other number and word.
type Programme struct {
	batches map[string][]data.Record // by file
	sources map[string]data.Source
	found   map[string][]*data.Problem
	files   []string
	Secrets []*Secret
	n       int
}

// The cycles of the programme; the last is not released.
const (
	First, Second, Third = 2022, 2023, 2024
	regulation           = "90/2021"
)

// Released are the cycles that the ministry has released.
var Released = []int{First, Second}

// Units are the programme's, with their agencies. a1 and b1 hold a predicate of
// 2023, a2 and b2 were refused in it; b3's predicate of 2022 was revoked in 2023,
// and a3's of 2022 in 2024, which nobody may know yet; everyone stood again in
// 2024.
var Units = []struct{ ID, Agency string }{
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
func (p *Programme) number() int {
	p.n++
	return 100_003 + 370*p.n // never ends in 0, which would not be written
}

func (p *Programme) put(file string, r data.Record) { p.batches[file] = append(p.batches[file], r) }

func (p *Programme) plant(s Secret, set func(mark string)) {
	set(s.Mark)
	s.Change = func() { set(bump(s.Mark)) }
	p.Secrets = append(p.Secrets, &s)
}

// bump turns the last digit of a mark and the first that a page shows of it:
// that after the point, else the first of all. A day moves by a month.
func bump(s string) string {
	if d, err := data.ParseDate(s); err == nil && len(s) == len(time.DateOnly) {
		return d.Time().AddDate(0, 0, 31-d.Time().YearDay()/330*62).Format(time.DateOnly)
	}
	b := []byte(s)
	at := strings.IndexAny(s, "0123456789")
	if point := strings.IndexByte(s, '.'); point >= 0 {
		at = point + 1
	}
	for _, i := range []int{at, len(b) - 1} {
		if b[i] = '0' + (b[i]-'0'+5)%9; b[i] == '0' {
			b[i] = '9'
		}
	}
	return string(b)
}

// New makes the programme.
func New() *Programme {
	p := &Programme{batches: map[string][]data.Record{}, sources: map[string]data.Source{}, found: map[string][]*data.Problem{}}
	kinds := map[string]string{"A1": "kementerian", "A2": "kota", "A3": "kota", "A4": "kota"}
	for _, a := range []string{"A1", "A2", "A3", "A4", "TPN"} {
		p.files = append(p.files, a)
		p.sources[a] = data.Source{Name: a + "-0.csv", SHA256: strings.Repeat(strings.ToLower(a)[:1], 64), Format: "csv", Publisher: a}
		if a == "TPN" {
			break
		}
		s := p.sources[a]
		s.AgencyID = a
		p.plant(Secret{What: "file", Agency: a, Mark: fmt.Sprintf("berkas-%d", p.number())}, func(mark string) { s.Name = mark + ".csv"; p.sources[a] = s })
		p.put(a, &data.Agency{AgencyID: a, Name: "Instansi " + a, Kind: kinds[a], ProvinceCode: "31"})
		for _, cycle := range []int{Second, Third} {
			g, q := &data.AgencyGate{AgencyID: a, Cycle: int32(cycle)}, &data.Quota{AgencyID: a, Cycle: int32(cycle), Target: "WBK"}
			p.plant(Secret{What: "agency gate", Agency: a, Cycle: cycle, Mark: p.decimals("61.")}, func(mark string) { v := amount(mark); g.SAKIP = &v })
			p.plant(Secret{What: "quota", Agency: a, Cycle: cycle, Mark: fmt.Sprint(p.number())}, func(mark string) { v := whole(mark); q.Quota = &v })
			p.put(a, g)
			p.put(a, q)
		}
	}
	for _, u := range Units {
		p.addUnit(u.ID, u.Agency)
	}
	for _, a := range []string{"A1", "A2", "A3", "A4", "A5"} { // public; the last is in no register
		for _, cycle := range []int{First, Second, Third} {
			index := amount("70.5")
			p.put("TPN", &data.SPI{AgencyName: "INSTANSI " + a, Year: int32(cycle), Index: &index})
		}
	}
	return p
}

// AgencyOf says whose a unit is.
func AgencyOf(unit string) (agency string, known bool) {
	for _, u := range Units {
		if u.ID == unit {
			return u.Agency, true
		}
	}
	return "", false
}

func (p *Programme) decimals(whole string) string { return fmt.Sprintf("%s%d", whole, p.number()) }

// The marks are made here, so that one which cannot be read is a fault of the
// program.
func amount(mark string) data.Amount {
	v, err := data.ParseAmount(mark)
	if err != nil {
		panic(err)
	}
	return v
}

func whole(mark string) int64 { return int64(amount(mark) / data.OneAmount) }

func date(mark string) data.Date {
	d, err := data.ParseDate(mark)
	if err != nil {
		panic(err)
	}
	return d
}

func (p *Programme) addUnit(id, agency string) {
	users, budget := int64(1000), int64(2_000_000_000) // alike, so that one can be compared with another
	u := &data.Unit{UnitID: id, AgencyID: agency, UnitType: "dukcapil", ProvinceCode: "31", RegencyCode: "31.71", Echelon: "III", ServiceUsers: &users, BudgetIDR: &budget}
	if agency == "A1" {
		u.UnitType = "kantor_pajak"
	}
	p.plant(Secret{What: "name", Unit: id, Agency: agency, Mark: fmt.Sprintf("Satker %d", p.number())}, func(mark string) { u.Name = mark })
	p.plant(Secret{What: "size", Unit: id, Agency: agency, Mark: fmt.Sprint(p.number())}, func(mark string) { v := whole(mark); u.Staff = &v })
	p.put(agency, u)
	for _, cycle := range []int{First, Second, Third} {
		p.addCycle(id, agency, cycle)
	}
	awarded := map[string]int{"a1": Second, "b1": Second, "a3": First, "b3": First, "a4": Third, "b4": Third}[id]
	if awarded == 0 {
		return
	}
	a := &data.Award{UnitID: id, Predicate: "WBK", Issuer: "nasional"}
	p.plant(Secret{What: "award", Unit: id, Agency: agency, Cycle: awarded, Mark: p.day(awarded)}, func(mark string) { a.AwardedOn = date(mark) })
	p.plant(Secret{What: "decree", Unit: id, Agency: agency, Cycle: awarded, Mark: fmt.Sprintf("SK %d", p.number())}, func(mark string) { a.Decree = mark })
	if year := map[string]int{"b3": Second, "a3": Third}[id]; year != 0 {
		p.plant(Secret{What: "revoked", Unit: id, Agency: agency, Cycle: year, Mark: p.day(year)}, func(mark string) { d := date(mark); a.RevokedOn = &d })
		p.plant(Secret{What: "revoked", Unit: id, Agency: agency, Cycle: year, Mark: fmt.Sprintf("sebab %d", p.number())}, func(mark string) { a.RevokeReason = mark })
	}
	p.put("TPN", a)
}

// putArea gives the other half of an area, so that the area has a share, whose
// mark follows from both. The halves are in no order, or a mean of some would be
// the share of another.
func (p *Programme) putArea(file string, c Secret, half *data.NodeScore) {
	other := *half
	n := 100_003 + 370*len(p.Secrets)
	other.Code, other.Score = "A.II.1", data.MustScore(fmt.Sprintf("1.%06d", n*n%999_983))
	share := strconv.FormatFloat((half.Score.Float()+other.Score.Float())*100/8, 'f', 12, 64)
	c.Mark, c.Change = strings.TrimRight(share, "0"), func() {} // the half it is made of changes
	p.Secrets = append(p.Secrets, &c)
	p.put(file, &other)
}

// day gives a day of the year that no other event has.
func (p *Programme) day(year int) string {
	p.n++
	return time.Date(year, 1, 1+p.n%300, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
}

func (p *Programme) addCycle(id, agency string, cycle int) {
	about := func(what, mark string) Secret {
		return Secret{What: what, Unit: id, Agency: agency, Cycle: cycle, Mark: mark}
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
			if code == "A.I.1" {
				p.putArea(file, about(what+" area", ""), s)
			}
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
		if i == 1 && cycle == Third { // the outcome itself
			p.Secrets = append(p.Secrets, &Secret{What: "outcome", Unit: id, Agency: agency, Cycle: cycle, Change: func() {
				nom.Result = map[string]string{"lulus": "tidak_lulus", "tidak_lulus": "lulus"}[nom.Result]
			}})
		}
	}
	prob := &data.Problem{Code: "out-of-range", Severity: data.Rejected, Dataset: "answers", Field: "value", Subject: id + "|" + fmt.Sprint(cycle) + "|self|" + regulation + "|A.I.1.a"}
	p.plant(about("problem", fmt.Sprintf("nilai-%d", p.number())), func(mark string) { prob.Value = mark })
	p.found[agency] = append(p.found[agency], prob)
}
