package analytics

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"tolok/analytics/mentor"
	"tolok/data"
	"tolok/data/rule"
)

// MentorsQuery asks who should visit whom in a cycle. The filter says who is to
// be helped; hosts are those of the whole country.
type MentorsQuery struct {
	Filter
	Capacity int     `json:"capacity,omitempty" param:"capacity"` // the most visits of one host, whatever it offers; 0: what it offers
	Reserve  float64 `json:"reserve,omitempty" param:"reserve"`   // how far above its minimum an area is safe, percent of the weight; 0: 10
}

// Mentors is the assignment of nominees to hosts.
type Mentors struct {
	Meta      Meta             `json:"meta"`
	Cycle     int              `json:"cycle"`
	Reserve   float64          `json:"reserve"`
	Guests    int              `json:"guests"`   // that stand in the cycle
	Needy     int              `json:"needy"`    // of them with an area that is not safe
	Hostless  int              `json:"hostless"` // of them whom no host could help
	Hosts     int              `json:"hosts"`    // that receive visitors
	Room      int              `json:"room"`     // visits they offer
	Visits    int              `json:"visits"`
	Benefit   float64          `json:"benefit"` // expected, in percent points of an area's weight
	Bound     float64          `json:"bound"`   // what no other assignment can exceed
	Apart     Apart            `json:"apart"`   // what comes of it when all visit their best match
	Provinces []MentorProvince `json:"provinces"`
	Rows      []MentorRow      `json:"rows"` // most benefit first; those who stay at home last
	Page      int              `json:"page"`
	Pages     int              `json:"pages"`
	Found     int              `json:"found"`
}

// Apart is what comes of it when everyone visits its best match and nobody
// shares out.
type Apart struct {
	Visits     int     `json:"visits"` // that hosts have room for
	Benefit    float64 `json:"benefit"`
	TurnedAway int     `json:"turned_away"`
	Crowded    int     `json:"crowded"` // hosts asked by more than they take
	Busiest    int     `json:"busiest"` // the most that ask one host
	Short      int     `json:"short"`   // provinces with less than their share
}

// MentorProvince is how one province fares.
type MentorProvince struct {
	Province Place `json:"province"`
	Guests   int   `json:"guests"` // that a host could help
	Share    int   `json:"share"`  // of the visits, rounded down
	Visits   int   `json:"visits"`
}

// MentorRow is one nominee and the host it visits.
type MentorRow struct {
	UnitID   string   `json:"unit_id"`
	Name     string   `json:"name"`
	Agency   string   `json:"agency"`
	Province string   `json:"province"`
	Area     string   `json:"area"` // to learn
	Gap      float64  `json:"gap"`  // how far below safety, percent of the weight
	HostID   string   `json:"host_id"`
	Host     string   `json:"host"` // "": stays at home
	HostOf   string   `json:"host_agency"`
	HostIn   string   `json:"host_province"`
	Ahead    *float64 `json:"ahead"`    // probability that the host is further
	Likeness *float64 `json:"likeness"` // of the two, 0-1
	Benefit  *float64 `json:"benefit"`
}

type mentorUnit struct {
	UnitID       string `col:"unit_id"`
	Name         string `col:"name"`
	AgencyID     string `col:"agency_id"`
	Agency       string `col:"agency"`
	Kind         string `col:"kind"`
	UnitType     string `col:"unit_type"`
	ProvinceCode string `col:"province_code"`
	Province     string `col:"province"`
	areaColumns
}

type mentorGuest struct {
	mentorUnit
	Regulation string `col:"regulation"`
	Layer      string `col:"layer"`
	Target     string `col:"target"`

	area string
	gap  float64
	own  float64
}

type mentorHost struct {
	mentorUnit
	Cycle    int   `col:"cycle"`
	Capacity int64 `col:"capacity"`
}

// Assumptions of a visit's benefit, until they can be measured: how uncertain one
// reading of an area is, in percent of its weight, and what safety above the
// minimum is aimed at when the asker does not say.
const (
	readingSE      = 5.0
	defaultReserve = 10.0
	benefitUnit    = 1000 // a benefit is held as a whole number of thousandths
)

// Mentors answers: who should visit whom, so that visits do most good?
func (db *DB) Mentors(ctx context.Context, q MentorsQuery) (*Mentors, error) {
	if q.Capacity < 0 || q.Reserve < 0 || q.Reserve > 40 {
		return nil, fmt.Errorf("%w: capacity=%d, reserve=%g; capacity is 0 or more, reserve 0 to 40", ErrBadRequest, q.Capacity, q.Reserve)
	}
	f, err := db.settle(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	if q.Cycle == 0 { // visits are planned for who stands now
		for _, c := range db.sight.Load().cycles {
			f.Cycle = max(f.Cycle, c.Cycle)
		}
	}
	whole := f // of all pages
	whole.Page, whole.Size, whole.Order, whole.By, whole.Layer = 0, 0, "", "", ""
	key := fmt.Sprintf("%s %#v %d %g", db.scope.Key(), whole, q.Capacity, q.Reserve)
	all, err := shared(ctx, db.mentors, key, "visits are being assigned", func(ctx context.Context) (*Mentors, error) {
		return db.assignMentors(ctx, f, q)
	})
	if err != nil {
		return nil, err
	}
	m := *all
	m.Meta, m.Page = db.meta("mentors", f), f.Page
	if q.Size == 0 {
		f.Size = mentor.MaxGuests // the whole list in one
	}
	m.cut(f)
	m.Meta.N = Count(m.Needy)
	m.Meta.note("mentors-assumed")
	if db.scope.reach() != everything {
		m.Meta.note("own-only")
	}
	return &m, nil
}

// assignMentors assigns all of a cycle's nominees that the filter leaves.
func (db *DB) assignMentors(ctx context.Context, f Filter, q MentorsQuery) (*Mentors, error) {
	m := &Mentors{Cycle: f.Cycle, Reserve: cmp.Or(q.Reserve, defaultReserve), Provinces: []MentorProvince{}, Rows: []MentorRow{}}
	guests, err := collect[mentorGuest](ctx, db, "mentor_guests", f.params())
	if err != nil {
		return nil, err
	}
	hosts, err := collect[mentorHost](ctx, db, "mentor_hosts", f.params())
	if err != nil {
		return nil, err
	}
	m.Guests, m.Hosts = len(guests), len(hosts)
	for i := range guests {
		guests[i].weaken(m.Reserve)
	}
	guests = slices.DeleteFunc(guests, func(g mentorGuest) bool { return g.area == "" })
	m.Needy = len(guests)
	if err := m.assign(guests, hosts, q.Capacity); err != nil {
		return nil, err
	}
	m.sort()
	return m, nil
}

// weaken finds the area that is furthest below safety; none if all are safe.
func (g *mentorGuest) weaken(reserve float64) {
	set, ok := rule.Get(g.Regulation)
	if !ok {
		return
	}
	areas := g.byArea()
	for _, a := range data.Areas {
		low := areaMinimum(set, a, cmp.Or(g.Target, data.WBK))
		if low == nil || areas[a] == nil {
			continue
		}
		own := areas[a].Float()
		if gap := low.Float()*100 + reserve - own; gap > g.gap {
			g.area, g.gap, g.own = a, gap, own
		}
	}
}

// visit is what a visit to a host promises: how probable it is that the host is
// further in the area to be learned, and how alike the two are.
func (g *mentorGuest) visit(h *mentorHost, level float64) (ahead, likeness float64) {
	ahead = .5 * math.Erfc(-(level-g.own)/(2*readingSE)) // both readings are uncertain: sqrt(2) x SE, and Phi(x) = erfc(-x/sqrt(2))/2
	likeness = .25
	if g.UnitType == h.UnitType {
		likeness += .35
	}
	if g.Kind == h.Kind {
		likeness += .2
	}
	if g.ProvinceCode == h.ProvinceCode {
		likeness += .2
	}
	return ahead, likeness
}

// assign lets package mentor find the best assignment and writes it out.
func (m *Mentors) assign(guests []mentorGuest, hosts []mentorHost, most int) error {
	p := &mentor.Problem{}
	places := map[string]int{}
	for _, g := range guests {
		if _, ok := places[g.ProvinceCode]; !ok {
			places[g.ProvinceCode] = len(m.Provinces)
			m.Provinces = append(m.Provinces, MentorProvince{Province: Place{g.ProvinceCode, g.Province}})
		}
		p.Guests = append(p.Guests, places[g.ProvinceCode])
	}
	p.Groups = len(m.Provinces)
	levels := make([]map[string]float64, len(hosts))
	for i, h := range hosts {
		room := int(min(h.Capacity, math.MaxInt32))
		if most > 0 {
			room = min(room, most)
		}
		p.Capacity = append(p.Capacity, room)
		m.Room += room
		levels[i] = map[string]float64{}
		for a, v := range h.byArea() {
			if v != nil {
				levels[i][a] = v.Float()
			}
		}
	}
	p.Benefit = func(g, h int) int64 {
		level, known := levels[h][guests[g].area]
		if !known || level <= guests[g].own || guests[g].UnitID == hosts[h].UnitID {
			return 0
		}
		ahead, likeness := guests[g].visit(&hosts[h], level)
		return int64(math.Round(guests[g].gap * ahead * likeness * benefitUnit))
	}
	r, err := mentor.Assign(p)
	if err != nil {
		return err
	}
	m.Visits, m.Benefit, m.Bound = r.Visits, float64(r.Benefit)/benefitUnit, float64(r.Bound)/benefitUnit
	a := mentor.Apart(p)
	m.Apart = Apart{a.Visits, float64(a.Benefit) / benefitUnit, a.TurnedAway, a.Crowded, a.Busiest, a.Short}
	for i, g := range r.Groups {
		m.Provinces[i].Guests, m.Provinces[i].Share, m.Provinces[i].Visits = g.Guests, g.Share, g.Visits
		m.Hostless += g.Hostless
	}
	slices.SortFunc(m.Provinces, func(a, b MentorProvince) int { return cmp.Compare(a.Province.ID, b.Province.ID) })
	for i, h := range r.Host {
		g := &guests[i]
		row := MentorRow{UnitID: g.UnitID, Name: g.Name, Agency: g.Agency, Province: g.Province, Area: g.area, Gap: g.gap}
		if h >= 0 {
			ahead, likeness := g.visit(&hosts[h], levels[h][g.area])
			benefit := float64(p.Benefit(i, h)) / benefitUnit
			row.HostID, row.Host, row.HostOf, row.HostIn = hosts[h].UnitID, hosts[h].Name, hosts[h].Agency, hosts[h].Province
			row.Ahead, row.Likeness, row.Benefit = &ahead, &likeness, &benefit
		}
		m.Rows = append(m.Rows, row)
	}
	return nil
}

// sort puts the visits that do most good first.
func (m *Mentors) sort() {
	value := func(r MentorRow) float64 {
		if r.Benefit == nil {
			return -1
		}
		return *r.Benefit
	}
	slices.SortFunc(m.Rows, func(a, b MentorRow) int {
		return cmp.Or(cmp.Compare(value(b), value(a)), cmp.Compare(a.UnitID, b.UnitID))
	})
}

// cut leaves the page that was asked for.
func (m *Mentors) cut(f Filter) {
	m.Found = len(m.Rows)
	m.Pages = (m.Found + f.Size - 1) / f.Size
	from := min((f.Page-1)*f.Size, m.Found)
	m.Rows = m.Rows[from:min(from+f.Size, m.Found)]
}

// Grid lists the visits.
func (m *Mentors) Grid() Grid {
	g := Grid{Columns: []string{"unit_id", "name", "agency", "province", "area", "gap", "host_id", "host", "host_agency", "host_province", "ahead", "likeness", "benefit"}}
	for _, r := range m.Rows {
		g.add(r.UnitID, r.Name, r.Agency, r.Province, r.Area, r.Gap, r.HostID, r.Host, r.HostOf, r.HostIn, r.Ahead, r.Likeness, r.Benefit)
	}
	return g
}
