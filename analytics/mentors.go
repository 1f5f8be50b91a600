package analytics

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"tolok/analytics/mentor"
	"tolok/analytics/peer"
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
	own  peer.Level // in the area, as TPN would see it
}

type mentorHost struct {
	mentorUnit
	Cycle     int    `col:"cycle"`
	Predicate string `col:"predicate"`
	Capacity  int64  `col:"capacity"`

	levels map[string]peer.Level // by area
}

const (
	defaultReserve = 10.0 // safety above the minimum, where the asker does not say
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
	pairs, err := m.weigh(ctx, db, f, guests, hosts)
	if err != nil {
		return nil, err
	}
	if err := m.assign(pairs, q.Capacity); err != nil {
		return nil, err
	}
	m.sort()
	return m, nil
}

// pairs are guests and hosts made ready to be held against each other.
type pairs struct {
	guests []mentorGuest // with an area that is not safe
	hosts  []mentorHost
	metric *weighed // of the context
	at, of []int    // rows of guests and hosts in the register
}

// weigh finds where everyone stands as TPN would see it, and where guests are
// weakest.
func (m *Mentors) weigh(ctx context.Context, db *DB, f Filter, guests []mentorGuest, hosts []mentorHost) (*pairs, error) {
	p := &pairs{hosts: hosts}
	if len(guests) == 0 {
		return p, nil
	}
	now, _, err := db.registers(ctx)
	if err != nil {
		return nil, err
	}
	weights, floor, err := (&ContextWeights{}).values()
	if err != nil {
		return nil, err
	}
	if p.metric, err = db.weigh(now, fmt.Sprint(weights, floor), weights, floor); err != nil {
		return nil, err
	}
	shares, err := collect[ownShare](ctx, db, "level_guests", f.params())
	if err != nil {
		return nil, err
	}
	own := map[string][]ownShare{}
	for _, s := range shares {
		own[s.UnitID] = append(own[s.UnitID], s)
	}
	for _, area := range data.Areas {
		l, err := db.readLevels(ctx, area, f.Cycle)
		if err != nil {
			return nil, err
		}
		houses, err := db.houses(ctx, f, area)
		if err != nil {
			return nil, err
		}
		if !l.known {
			m.Meta.note("level-assumed")
		}
		for i := range guests {
			if g := &guests[i]; !g.weaken(area, l, own[g.UnitID], houses[g.AgencyID], m.Reserve) {
				m.Meta.note("mentors-uncorrected")
			}
		}
		for i := range hosts {
			hosts[i].stand(area, l)
		}
	}
	p.guests = slices.DeleteFunc(guests, func(g mentorGuest) bool { return g.area == "" })
	for _, g := range p.guests {
		p.at = append(p.at, now.row(g.UnitID))
	}
	for _, h := range hosts {
		p.of = append(p.of, now.row(h.UnitID))
	}
	return p, nil
}

// row is a unit's row, or -1.
func (r *register) row(unit string) int {
	if row, ok := r.table.Row(unit); ok {
		return row
	}
	return -1
}

// weaken takes an area as the guest's weakest if it is further below safety
// than any before. Where no level can be told from its scores, the newest one
// counts as it stands, with the error of one reading; ok is false then.
func (g *mentorGuest) weaken(area string, l *levels, own []ownShare, h house, reserve float64) (ok bool) {
	set, known := rule.Get(g.Regulation)
	score := g.byArea()[area]
	if !known || score == nil {
		return true
	}
	low := areaMinimum(set, area, cmp.Or(g.Target, data.WBK))
	if low == nil {
		return true
	}
	o := l.own(area, own, h)
	level, ok := o.level(), o.Source != LevelTypical
	if !ok {
		level = peer.Level{Mean: score.Float(), SE: math.Sqrt(l.whole.error + l.part.error)}
	}
	if gap := low.Float()*100 + reserve - level.Mean; gap > g.gap {
		g.area, g.gap, g.own = area, gap, level
	}
	return ok
}

// stand says where a host stands in an area now.
func (h *mentorHost) stand(area string, l *levels) {
	areas := h.byArea()
	if areas[area] == nil {
		return
	}
	sum, n := 0.0, 0.0
	for _, v := range areas {
		if v != nil {
			sum, n = sum+v.Float(), n+1
		}
	}
	if h.levels == nil {
		h.levels = map[string]peer.Level{}
	}
	h.levels[area] = l.of(areas[area].Float(), sum/n, h.Cycle, h.Predicate)
}

// visit is what a visit promises: how probable it is that the host is further in
// the area to be learned, and how alike the two are in context; ok is false
// where it makes no sense.
func (p *pairs) visit(guest, host int) (ahead, alike float64, ok bool) {
	g := &p.guests[guest]
	level, known := p.hosts[host].levels[g.area]
	if !known || level.Mean <= g.own.Mean || g.UnitID == p.hosts[host].UnitID || p.at[guest] < 0 || p.of[host] < 0 {
		return 0, 0, false
	}
	d, _, comparable := p.metric.Distance(p.at[guest], p.of[host])
	return peer.Ahead(level, g.own, 0), likeness(d), comparable
}

// assign lets package mentor find the best assignment and writes it out.
func (m *Mentors) assign(all *pairs, most int) error {
	p := &mentor.Problem{}
	guests, hosts := all.guests, all.hosts
	m.Needy = len(guests)
	places := map[string]int{}
	for _, g := range guests {
		if _, ok := places[g.ProvinceCode]; !ok {
			places[g.ProvinceCode] = len(m.Provinces)
			m.Provinces = append(m.Provinces, MentorProvince{Province: Place{g.ProvinceCode, g.Province}})
		}
		p.Guests = append(p.Guests, places[g.ProvinceCode])
	}
	p.Groups = len(m.Provinces)
	for _, h := range hosts {
		room := int(min(h.Capacity, math.MaxInt32))
		if most > 0 {
			room = min(room, most)
		}
		p.Capacity = append(p.Capacity, room)
		m.Room += room
	}
	p.Benefit = func(g, h int) int64 {
		ahead, alike, ok := all.visit(g, h)
		if !ok {
			return 0
		}
		return int64(math.Round(guests[g].gap * ahead * alike * benefitUnit))
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
			ahead, alike, _ := all.visit(i, h)
			benefit := float64(p.Benefit(i, h)) / benefitUnit
			row.HostID, row.Host, row.HostOf, row.HostIn = hosts[h].UnitID, hosts[h].Name, hosts[h].Agency, hosts[h].Province
			row.Ahead, row.Likeness, row.Benefit = &ahead, &alike, &benefit
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
