package analytics

import (
	"context"
	"math"
	"strings"
	"sync"

	"tolok/analytics/peer"
	"tolok/data"
)

// contextTerm is one term by which units are compared: what a unit cannot
// improve.
type contextTerm struct {
	name   string
	kind   peer.Kind
	weight float64 // where the asker gives none
	text   func(*unitRow) string
	value  func(*unitRow) float64
}

// contextTerms are the terms of the context, in the order shown. The weights
// are ours: service first, then size, then place; the page shows what each
// comes to, and takes any others.
var contextTerms = []contextTerm{
	{name: "type", weight: 4, text: func(u *unitRow) string { return u.UnitType }},
	{name: "kind", weight: 1, text: func(u *unitRow) string { return u.Kind }},
	{name: "echelon", weight: 1, text: func(u *unitRow) string { return u.Echelon }},
	{name: "staff", kind: peer.Count, weight: 1, value: func(u *unitRow) float64 { return counted(u.Staff) }},
	{name: "users", kind: peer.Count, weight: 1, value: func(u *unitRow) float64 { return counted(u.ServiceUsers) }},
	{name: "budget", kind: peer.Count, weight: 1, value: func(u *unitRow) float64 { return counted(u.BudgetIDR) }},
	{name: "region", weight: 1, text: func(u *unitRow) string { return u.ProvinceCode }},
	{name: "remote", kind: peer.Number, weight: 1, value: func(u *unitRow) float64 { return remoteness(u.RegencyCode) }},
}

func counted(n *int64) float64 {
	if n == nil {
		return math.NaN()
	}
	return float64(*n)
}

// remoteness is the distance of a regency from its provincial capital, as
// log(1 + km): the first kilometres weigh most. The capital is taken to be where
// our table of provinces has its point.
func remoteness(regency string) float64 {
	km := kmFromCapital(regency)
	if km == nil {
		return math.NaN()
	}
	return math.Log1p(*km)
}

// kmFromCapital is nil where the regency is not known.
func kmFromCapital(regency string) *float64 {
	r, ok := data.RegencyByCode(regency)
	if !ok {
		return nil
	}
	p, ok := data.ProvinceByCode(r.Province)
	if !ok {
		return nil
	}
	km := kilometres(r.Lat, r.Lng, p.Lat, p.Lng)
	return &km
}

// kilometres is the great circle between two places in degrees (haversine).
func kilometres(lat1, lng1, lat2, lng2 float64) float64 {
	const earth, rad = 6371.0088, math.Pi / 180
	a, b := math.Sin((lat2-lat1)*rad/2), math.Sin((lng2-lng1)*rad/2)
	return 2 * earth * math.Asin(math.Sqrt(a*a+math.Cos(lat1*rad)*math.Cos(lat2*rad)*b*b))
}

// surroundings is the context of all units, read once for a serving file: every
// member may see it, and the public is refused before.
type surroundings struct {
	mu         sync.Mutex
	now        *register
	before     *register // nil where the register of the year before is not known
	metrics    *recent[*weighed]
	levels     *recent[*levels]                     // by key of the scope, area and cycle
	performers *recent[map[string][]peer.Performer] // by key of the scope, cycle and form
}

// keepMetrics is how many ways to weigh are kept; each is some kilobytes beside
// the table.
const keepMetrics = 64

func newSurroundings() *surroundings {
	return &surroundings{metrics: newRecent[*weighed](keepMetrics), levels: newRecent[*levels](keepGroups), performers: newRecent[map[string][]peer.Performer](keepMetrics)}
}

// register is the units at one time.
type register struct {
	table *peer.Table
	units []unitRow // by row of the table
}

// weighed is a metric over the units of now, with how far units lie from the
// last of their peers under it.
type weighed struct {
	*peer.Metric
	mu      sync.Mutex
	reaches map[int][]float64 // by k
}

// sampled is how many units the usual reach is taken from.
const sampled = 300

// reach is the sorted distances to the last of k peers, over a sample of units.
func (w *weighed) reach(k int) []float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reaches[k] == nil {
		w.reaches[k] = w.Reaches(k, sampled)
	}
	return w.reaches[k]
}

// registers reads the context, once.
func (db *DB) registers(ctx context.Context) (now, before *register, err error) {
	s := db.context
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now != nil {
		return s.now, s.before, nil
	}
	all := db.As(National)
	if now, err = all.readRegister(ctx, false); err != nil {
		return nil, nil, err
	}
	if before, err = all.readRegister(ctx, true); err != nil {
		return nil, nil, err
	}
	if len(before.units) == 0 {
		before = nil
	}
	s.now, s.before = now, before
	return now, before, nil
}

func (db *DB) readRegister(ctx context.Context, before bool) (*register, error) {
	rows, err := collect[unitRow](ctx, db, "context", map[string]any{"before": before})
	if err != nil {
		return nil, err
	}
	return newRegister(rows)
}

// newRegister makes rows comparable; they must be in the order of their ids.
func newRegister(rows []unitRow) (*register, error) {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].UnitID
	}
	columns := make([]peer.Column, 0, len(contextTerms))
	for _, t := range contextTerms {
		c := peer.Column{Name: t.name, Kind: t.kind}
		for i := range rows {
			if t.kind == peer.Category {
				c.Text = append(c.Text, t.text(&rows[i]))
			} else {
				c.Values = append(c.Values, t.value(&rows[i]))
			}
		}
		columns = append(columns, c)
	}
	table, err := peer.New(ids, columns)
	if err != nil {
		return nil, err
	}
	r := &register{table, make([]unitRow, len(rows))}
	for _, u := range rows {
		at, _ := table.Row(u.UnitID)
		r.units[at] = u
	}
	return r, nil
}

// weigh is a metric over the units of now, kept for the next who asks.
func (db *DB) weigh(r *register, key string, weights []float64, floor float64) (*weighed, error) {
	if w, ok := db.context.metrics.get(key); ok {
		return w, nil
	}
	m, err := r.table.Metric(weights, floor)
	if err != nil {
		return nil, err
	}
	w := &weighed{Metric: m, reaches: map[int][]float64{}}
	db.context.metrics.put(key, w)
	return w, nil
}

// existed reports whether a unit was open in a year; what is not said is taken
// as always.
func (u *unitRow) existed(year int) bool {
	return (u.Opened == nil || *u.Opened <= int64(year)) && (u.Closed == nil || *u.Closed > int64(year)) && u.MergedInto == ""
}

// allowed says which units the filter leaves among those open in a year.
func (r *register) allowed(f Filter, year int) (out []bool, n int64) {
	out = make([]bool, len(r.units))
	q := strings.ToLower(f.Search)
	for i := range r.units {
		u := &r.units[i]
		out[i] = u.existed(year) && (f.Kind == "" || u.Kind == f.Kind) && (f.Agency == "" || u.AgencyID == f.Agency) &&
			(f.UnitType == "" || u.UnitType == f.UnitType) && (f.Province == "" || u.ProvinceCode == f.Province) &&
			(q == "" || strings.Contains(strings.ToLower(u.Name+" "+u.UnitID+" "+u.Agency), q))
		if out[i] {
			n++
		}
	}
	return out, n
}
