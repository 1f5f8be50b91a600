package analytics

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"tolok/analytics/peer"
	"tolok/data"
	"tolok/data/rule"
)

// PartnersQuery asks for hosts that a unit can learn one area from. The filter's
// kind, agency, unit type and province say who may be one.
type PartnersQuery struct {
	Filter
	ContextWeights
	Area     string `json:"area,omitempty" param:"area"`           // "": the one furthest below its minimum
	Delta    string `json:"delta,omitempty" param:"delta"`         // how far ahead, in percent of the area's weight
	AtLeast  string `json:"p,omitempty" param:"p"`                 // least probability of that
	Likeness string `json:"f_context,omitempty" param:"f_context"` // exponents of the factors of a host's fitness
	Ahead    string `json:"f_ahead,omitempty" param:"f_ahead"`
	Way      string `json:"f_way,omitempty" param:"f_way"`
	Near     string `json:"f_near,omitempty" param:"f_near"`
	Free     string `json:"f_free,omitempty" param:"f_free"`
	// Asked counts the visits asked for in this cycle by host, which no lake
	// knows of yet.
	Asked map[string]int `json:"-"`
}

const (
	defaultDelta = 3.0
	defaultSure  = .8
	// halfway is the distance in kilometres at which a host counts half as near.
	halfway = 500.0
	// fewPartners are shown by default, beside the three that are suggested.
	fewPartners = 30
)

// Partners are the hosts that a unit can learn an area from.
type Partners struct {
	Meta    Meta               `json:"meta"`
	Unit    UnitInfo           `json:"unit"`
	Area    string             `json:"area"`
	Areas   []AreaNeed         `json:"areas"` // the unit in every area, worst first
	Own     *OwnLevel          `json:"own"`
	Delta   float64            `json:"delta"`
	AtLeast float64            `json:"p"`
	Factors map[string]float64 `json:"factors"` // exponents: context, ahead, way, near, free
	Error   float64            `json:"error"`   // standard error of one TPN reading, percent of the weight
	Holders int                `json:"holders"` // that TPN scored in the area
	Sure    int                `json:"sure"`    // of them ahead with the probability asked for
	Suggest []Suggestion       `json:"suggest"` // near, same service elsewhere, another agency
	Rows    []PartnerRow       `json:"rows"`    // fittest first
	Visits  []VisitRow         `json:"visits"`  // of the unit, newest first
	Best    *Achievable        `json:"best"`
}

// AreaNeed is how one area stands against its minimum.
type AreaNeed struct {
	Area    string   `json:"area"`
	Source  string   `json:"source"`
	Level   *float64 `json:"level"`   // percent of the weight; nil where only the typical is known
	Minimum *float64 `json:"minimum"` // for WBK, or WBBM for who holds WBK
}

// Suggestion is one of the three hosts to begin with.
type Suggestion struct {
	Why string `json:"why"` // near, service, agency
	PartnerRow
}

// PartnerRow is one host.
type PartnerRow struct {
	PeerRow
	Predicate  string             `json:"predicate"`
	Cycle      int                `json:"cycle"` // of the predicate, and of TPN's score
	Regulation string             `json:"regulation"`
	Share      float64            `json:"share"` // TPN's score of the area, percent of the weight
	Level      float64            `json:"level"` // what it tells of the level now
	SE         float64            `json:"se"`
	Ahead      float64            `json:"ahead"` // P(level > own + delta)
	From       *float64           `json:"from"`  // TPN's score at an earlier predicate, where it stood near the unit's own level
	FromCycle  int                `json:"from_cycle,omitempty"`
	Apart      *float64           `json:"apart_km"` // between the two regencies
	Receives   bool               `json:"receives"` // is listed as a host
	Capacity   *int64             `json:"capacity"` // visits a cycle
	Visits     int                `json:"visits"`   // this cycle's, and those asked for
	Contact    string             `json:"contact"`  // an office
	Factors    map[string]float64 `json:"factors"`  // 0 … 1
	Fitness    float64            `json:"fitness"`  // their weighted product
}

// VisitRow is a visit of the unit, as guest or host.
type VisitRow struct {
	HostID  string    `json:"host_id"`
	Host    string    `json:"host"`
	GuestID string    `json:"guest_id"`
	Guest   string    `json:"guest"`
	Date    data.Date `json:"date"`
	Area    string    `json:"area"`
	Outcome string    `json:"outcome"`
}

type hostRow struct {
	UnitID     string  `col:"unit_id"`
	Predicate  string  `col:"predicate"`
	Issuer     string  `col:"issuer"`
	Cycle      int     `col:"cycle"`
	Regulation string  `col:"regulation"`
	Share      float64 `col:"share"`
	Whole      float64 `col:"whole"`
	Capacity   *int64  `col:"capacity"`
	Contact    string  `col:"office_contact"`
	Receives   bool    `col:"receives"`
	Visits     int     `col:"visits"`
}

// settings are a query's numbers, read.
type settings struct {
	weights      []float64
	floor        float64
	delta, sure  float64
	like, surely float64
	way, near    float64
	free         float64
}

func (q *PartnersQuery) settings() (s settings, err error) {
	if q.Area != "" && !slices.Contains(data.Areas, q.Area) {
		return s, fmt.Errorf("%w: area=%q; use one of %v", ErrBadRequest, q.Area, data.Areas)
	}
	if s.weights, s.floor, err = q.values(); err != nil {
		return s, err
	}
	for _, n := range []struct {
		into            *float64
		name, given     string
		open, low, high float64
	}{
		{&s.delta, "delta", q.Delta, defaultDelta, 0, 100},
		{&s.sure, "p", q.AtLeast, defaultSure, 0, 1},
		{&s.like, "f_context", q.Likeness, 1, 0, 10},
		{&s.surely, "f_ahead", q.Ahead, 1, 0, 10},
		{&s.way, "f_way", q.Way, 1, 0, 10},
		{&s.near, "f_near", q.Near, 1, 0, 10},
		{&s.free, "f_free", q.Free, 1, 0, 10},
	} {
		if *n.into, err = numberIn(n.name, n.given, n.open, n.low, n.high); err != nil {
			return s, err
		}
	}
	return s, nil
}

// Partners answers: whom can this unit learn an area from?
func (db *DB) Partners(ctx context.Context, q PartnersQuery) (*Partners, error) {
	if q.Unit == "" {
		return nil, fmt.Errorf("%w: whose partners? Give its id as unit", ErrBadRequest)
	}
	set, err := q.settings()
	if err != nil {
		return nil, err
	}
	f, err := db.settle(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	f.Layer = data.TPN
	now, of, err := db.ownUnit(ctx, q.Unit) // what it wants to learn is the unit's, its agency's and the ministry's
	if err != nil {
		return nil, err
	}
	p := &Partners{
		Meta: db.meta("partners", f), Unit: now.units[of].info(), Area: q.Area, Delta: set.delta, AtLeast: set.sure,
		Factors: map[string]float64{"context": set.like, "ahead": set.surely, "way": set.way, "near": set.near, "free": set.free},
	}
	m, err := db.weigh(now, fmt.Sprint(set.weights, set.floor), set.weights, set.floor)
	if err != nil {
		return nil, err
	}
	own := f
	own.Agency = p.Unit.Agency.ID
	l, err := p.readNeeds(ctx, db, own)
	if err != nil {
		return nil, err
	}
	if err := p.readHosts(ctx, db, f, l, m, now, of, q, set); err != nil {
		return nil, err
	}
	if p.Visits, err = collect[VisitRow](ctx, db, "partner_visits", f.params()); err != nil {
		return nil, err
	}
	p.Meta.N = Count(p.Holders)
	p.Meta.note("partners-holders")
	p.Meta.note("level-" + p.Own.Source)
	if !l.known {
		p.Meta.note("level-assumed")
	}
	return p, nil
}

// readNeeds puts the unit's areas beside their minima and chooses the one to
// learn, if the asker did not.
func (p *Partners) readNeeds(ctx context.Context, db *DB, f Filter) (*levels, error) {
	own, err := collect[ownShare](ctx, db, "level_own", f.params())
	if err != nil {
		return nil, err
	}
	set, _ := rule.ForCycle(f.Cycle)
	target, err := db.nextPredicate(ctx, f)
	if err != nil {
		return nil, err
	}
	fits := map[string]*levels{}
	owns := map[string]*OwnLevel{}
	for _, area := range data.Areas {
		if fits[area], err = db.readLevels(ctx, area, f.Cycle); err != nil {
			return nil, err
		}
		if owns[area], err = db.ownLevel(ctx, fits[area], f, area, own); err != nil {
			return nil, err
		}
		need := AreaNeed{Area: area, Source: owns[area].Source}
		if need.Source != LevelTypical {
			need.Level = &owns[area].Mean
		}
		if set != nil {
			if low := areaMinimum(set, area, target); low != nil {
				v := low.Float() * 100
				need.Minimum = &v
			}
		}
		p.Areas = append(p.Areas, need)
	}
	short := func(n AreaNeed) float64 {
		switch {
		case n.Level == nil:
			return math.Inf(1)
		case n.Minimum == nil:
			return *n.Level
		}
		return *n.Level - *n.Minimum
	}
	slices.SortStableFunc(p.Areas, func(a, b AreaNeed) int { return cmp.Compare(short(a), short(b)) })
	if p.Area == "" {
		p.Area = p.Areas[0].Area
	}
	p.Own = owns[p.Area]
	p.Error = math.Sqrt(fits[p.Area].whole.error + fits[p.Area].part.error)
	return fits[p.Area], nil
}

// ownUnit is a unit of which the reader sees all that is kept, and its row in
// the register; [ErrNotFound] for any other.
func (db *DB) ownUnit(ctx context.Context, unit string) (now *register, of int, err error) {
	if db.scope.reach() != holders {
		if now, _, err = db.registers(ctx); err != nil {
			return nil, 0, err
		}
		if row, ok := now.table.Row(unit); ok && db.scope.owns(unit, now.units[row].AgencyID) {
			return now, row, nil
		}
	}
	return nil, 0, fmt.Errorf("unit %q: %w", unit, ErrNotFound)
}

// nextPredicate is WBBM for a unit that holds a WBK, else WBK.
func (db *DB) nextPredicate(ctx context.Context, f Filter) (string, error) {
	awards, err := collect[AwardStat](ctx, db, "unit_awards", f.params())
	for _, a := range awards {
		if a.Predicate == data.WBK && a.RevokedOn == nil {
			return data.WBBM, err
		}
	}
	return data.WBK, err
}

// readHosts weighs every holder that TPN scored in the area.
func (p *Partners) readHosts(ctx context.Context, db *DB, f Filter, l *levels, m *weighed, now *register, of int, q PartnersQuery, set settings) error {
	params := f.params()
	params["area"] = p.Area
	rows, err := collect[hostRow](ctx, db, "partner_hosts", params)
	if err != nil {
		return err
	}
	allowed, _ := now.allowed(f, f.Cycle)
	var all []PartnerRow
	var performers []peer.Performer
	for i := 0; i < len(rows); {
		// The rows of one holder, oldest predicate first: the newest counts.
		next := i + 1
		for next < len(rows) && rows[next].UnitID == rows[i].UnitID {
			next++
		}
		mine := rows[i:next]
		i = next
		host := mine[len(mine)-1]
		row, ok := now.table.Row(host.UnitID)
		if !ok {
			continue
		}
		level := l.of(host.Share, host.Whole, host.Cycle, host.Predicate)
		if users := now.units[row].ServiceUsers; users != nil {
			performers = append(performers, peer.Performer{ID: host.UnitID, Level: level.Mean, Clients: float64(*users)})
		}
		d, coverage, comparable := m.Distance(of, row)
		if row == of || !allowed[row] || !comparable {
			continue
		}
		r := PartnerRow{
			PeerRow: now.peerRow(row), Predicate: host.Predicate, Cycle: host.Cycle, Regulation: host.Regulation, Share: host.Share,
			Level: level.Mean, SE: level.SE, Ahead: peer.Ahead(level, p.Own.level(), set.delta),
			Receives: host.Receives, Capacity: host.Capacity, Contact: host.Contact, Visits: host.Visits + q.Asked[host.UnitID],
		}
		r.Distance, r.Coverage = d, coverage
		r.came(mine, l, p.Own)
		r.Apart = apart(&now.units[of], &now.units[row])
		r.weigh(set, now.units[row].ProvinceCode == now.units[of].ProvinceCode)
		all = append(all, r)
	}
	p.Holders = len(all)
	slices.SortFunc(all, func(a, b PartnerRow) int {
		return cmp.Or(cmp.Compare(b.Fitness, a.Fitness), cmp.Compare(a.UnitID, b.UnitID))
	})
	for i := range all {
		if all[i].Ahead >= set.sure {
			p.Sure++
			all[i].Rank = p.Sure
			p.Rows = append(p.Rows, all[i])
		}
	}
	p.suggest(now.units[of])
	if q.Size == 0 {
		q.Size = fewPartners
	}
	p.Rows = p.Rows[:min(q.Size, len(p.Rows))]
	p.Best = achievable(performers)
	if p.Sure == 0 {
		p.Meta.note("partners-none", "p", strconv.FormatFloat(set.sure*100, 'f', -1, 64), "delta", strconv.FormatFloat(set.delta, 'f', -1, 64))
	}
	return nil
}

// came looks whether the host stood at an earlier predicate near where the unit
// stands now.
func (r *PartnerRow) came(mine []hostRow, l *levels, own *OwnLevel) {
	for _, before := range mine[:len(mine)-1] {
		level := l.of(before.Share, before.Whole, before.Cycle, before.Predicate)
		if before.Cycle < r.Cycle && math.Abs(level.Mean-own.Mean) <= math.Hypot(level.SE, own.SE) {
			r.From, r.FromCycle = &before.Share, before.Cycle
		}
	}
}

// likeness is what a distance of context comes to, 0 … 1.
func likeness(d float64) float64 { return 1 / (1 + d*d) }

// apart is the distance between two units' regencies; nil where one is not
// known.
func apart(a, b *unitRow) *float64 {
	x, ok := data.RegencyByCode(a.RegencyCode)
	y, also := data.RegencyByCode(b.RegencyCode)
	if !ok || !also {
		return nil
	}
	km := kilometres(x.Lat, x.Lng, y.Lat, y.Lng)
	return &km
}

// weigh makes a host's fitness of its factors, each 0 … 1, raised to the
// asker's exponents. What is not known neither helps nor harms more than the
// middle.
func (r *PartnerRow) weigh(set settings, same bool) {
	way, near, free := .5, .5, 1/(1+float64(r.Visits))
	if r.From != nil {
		way = 1
	}
	switch {
	case same:
		near = 1
	case r.Apart != nil:
		near = halfway / (halfway + *r.Apart)
	}
	if r.Capacity != nil {
		free = 0
		if *r.Capacity > int64(r.Visits) {
			free = 1 - float64(r.Visits)/float64(*r.Capacity)
		}
	}
	r.Factors = map[string]float64{"context": likeness(r.Distance), "ahead": r.Ahead, "way": way, "near": near, "free": free}
	r.Fitness = math.Pow(r.Factors["context"], set.like) * math.Pow(r.Factors["ahead"], set.surely) * math.Pow(way, set.way) * math.Pow(near, set.near) * math.Pow(free, set.free)
}

// suggest picks three hosts of different kinds, each the fittest of its own
// that is not picked yet.
func (p *Partners) suggest(own unitRow) {
	p.Suggest = []Suggestion{}
	picked := map[string]bool{}
	pick := func(why string, list []PartnerRow) {
		for _, r := range list {
			if !picked[r.UnitID] && r.Fitness > 0 {
				picked[r.UnitID] = true
				p.Suggest = append(p.Suggest, Suggestion{why, r})
				return
			}
		}
	}
	only := func(is func(PartnerRow) bool) (out []PartnerRow) {
		for _, r := range p.Rows {
			if is(r) {
				out = append(out, r)
			}
		}
		return out
	}
	near := only(func(r PartnerRow) bool { return r.Factors["near"] == 1 })
	if len(near) == 0 {
		near = only(func(r PartnerRow) bool { return r.Apart != nil })
		slices.SortStableFunc(near, func(a, b PartnerRow) int { return cmp.Compare(*a.Apart, *b.Apart) })
	}
	pick("near", near)
	pick("service", only(func(r PartnerRow) bool { return r.UnitType == own.UnitType && r.Factors["near"] < 1 }))
	pick("agency", only(func(r PartnerRow) bool { return r.AgencyID != own.AgencyID }))
}

// Grid lists the hosts, fittest first.
func (p *Partners) Grid() Grid {
	g := Grid{Columns: []string{
		"rank", "suggested", "unit_id", "name", "agency_id", "agency", "kind", "unit_type", "province", "regency", "area", "predicate", "cycle", "share", "level", "se", "ahead",
		"from", "from_cycle", "apart_km", "distance", "receives", "capacity", "visits", "contact", "fitness",
	}}
	why := map[string]string{}
	for _, s := range p.Suggest {
		why[s.UnitID] = s.Why
	}
	for _, r := range p.Rows {
		g.add(r.Rank, why[r.UnitID], r.UnitID, r.Name, r.AgencyID, r.Agency, r.Kind, r.UnitType, r.Province, r.Regency, p.Area, r.Predicate, r.Cycle, r.Share, r.Level, r.SE, r.Ahead,
			r.From, positive(int64(r.FromCycle)), r.Apart, r.Distance, r.Receives, r.Capacity, r.Visits, r.Contact, r.Fitness)
	}
	return g
}

// Named is a unit by its name, to a member; own says whether the reader sees
// all that is kept of it.
func (db *DB) Named(ctx context.Context, unit string) (name string, own bool, err error) {
	if db.scope.reach() == holders {
		return "", false, fmt.Errorf("unit %q: %w", unit, ErrNotFound)
	}
	now, _, err := db.registers(ctx)
	if err != nil {
		return "", false, err
	}
	row, ok := now.table.Row(unit)
	if !ok {
		return "", false, fmt.Errorf("unit %q: %w", unit, ErrNotFound)
	}
	return now.units[row].Name, db.scope.owns(unit, now.units[row].AgencyID), nil
}
