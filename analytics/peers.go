package analytics

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tolok/analytics/peer"
)

// ContextWeights are the weights of the context's terms as they are written in
// a URL; "" is the default, 0 leaves a term out. Floor is the least share of
// all weight that must be known of both of two units.
type ContextWeights struct {
	Type    string `json:"w_type,omitempty" param:"w_type"`
	Kind    string `json:"w_kind,omitempty" param:"w_kind"`
	Echelon string `json:"w_echelon,omitempty" param:"w_echelon"`
	Staff   string `json:"w_staff,omitempty" param:"w_staff"`
	Users   string `json:"w_users,omitempty" param:"w_users"`
	Budget  string `json:"w_budget,omitempty" param:"w_budget"`
	Region  string `json:"w_region,omitempty" param:"w_region"`
	Remote  string `json:"w_remote,omitempty" param:"w_remote"`
	Floor   string `json:"floor,omitempty" param:"floor"`
}

// PeersQuery asks for the k units most like one by context. The filter's kind,
// agency, unit type, province and search say who may be one.
type PeersQuery struct {
	Filter
	ContextWeights
	K int `json:"k,omitempty" param:"k"`
}

const (
	defaultPeers = 20
	maxPeers     = 200
	defaultFloor = .5
	// edge is the share of units beyond which a unit's last peer lies far.
	edge = .95
)

// values are the weights in the order of contextTerms, and the floor.
func (w *ContextWeights) values() (out []float64, floor float64, err error) {
	given := []string{w.Type, w.Kind, w.Echelon, w.Staff, w.Users, w.Budget, w.Region, w.Remote}
	sum := 0.0
	for i, t := range contextTerms {
		v, err := numberIn("w_"+t.name, given[i], t.weight, 0, 1000)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, v)
		sum += v
	}
	if sum == 0 {
		return nil, 0, fmt.Errorf("%w: every weight is 0; give one term a weight", ErrBadRequest)
	}
	floor, err = numberIn("floor", w.Floor, defaultFloor, 0, 1)
	return out, floor, err
}

// numberIn reads a parameter that may be left open.
func numberIn(name, s string, open, low, high float64) (float64, error) {
	if strings.TrimSpace(s) == "" {
		return open, nil
	}
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	if err != nil || !(v >= low && v <= high) {
		return 0, fmt.Errorf("%w: %s=%q; give a number from %v to %v", ErrBadRequest, name, s, low, high)
	}
	return v, nil
}

// Peers are the units most like one by context, never by performance.
type Peers struct {
	Meta  Meta       `json:"meta"`
	Unit  UnitInfo   `json:"unit"`
	Km    *float64   `json:"km"` // of the unit's regency from its provincial capital
	K     int        `json:"k"`
	Floor float64    `json:"floor"`
	Pool  int64      `json:"pool"` // units that could be one
	Terms []PeerTerm `json:"terms"`
	Rows  []PeerRow  `json:"rows"` // nearest first
	Set   PeerSet    `json:"set"`
}

// PeerTerm is one term of the distance and what it comes to.
type PeerTerm struct {
	Name   string   `json:"name"`   // type, kind, echelon, staff, users, budget, region, remote
	Weight float64  `json:"weight"` // as asked
	Asked  float64  `json:"asked"`  // share of all weight
	Pool   *float64 `json:"pool"`   // share of the squared distance to the units that could be a peer
	Peers  *float64 `json:"peers"`  // share of the squared distance to the peers; nil where they differ in nothing
	Known  float64  `json:"known"`  // share of all units of which it is known
	Own    bool     `json:"own"`    // known of the unit itself
	Scale  float64  `json:"scale"`  // one step: of counts in natural logarithms; 0 of categories
}

// PeerRow is one peer.
type PeerRow struct {
	Rank         int                 `json:"rank"`
	UnitID       string              `json:"unit_id"`
	Name         string              `json:"name"`
	AgencyID     string              `json:"agency_id"`
	Agency       string              `json:"agency"`
	Kind         string              `json:"kind"`
	UnitType     string              `json:"unit_type"`
	Echelon      string              `json:"echelon"`
	Province     string              `json:"province"`
	Regency      string              `json:"regency"`
	Staff        *int64              `json:"staff"`
	ServiceUsers *int64              `json:"service_users"`
	BudgetIDR    *int64              `json:"budget_idr"`
	Km           *float64            `json:"km"`
	Distance     float64             `json:"distance"`
	Coverage     float64             `json:"coverage"` // share of all weight that the distance rests on
	Shares       map[string]*float64 `json:"shares"`   // of the squared distance, by term; nil where not known of both
	Mutual       bool                `json:"mutual"`   // has the unit among its own k nearest
}

// PeerSet says what the peers are worth as a set.
type PeerSet struct {
	Mutual    Rate     `json:"mutual"`    // peers that have the unit among theirs
	Stability *float64 `json:"stability"` // share of the peers that were peers a year before; nil where it is not known
	Last      *float64 `json:"last"`      // distance to the last peer
	Usual     *float64 `json:"usual"`     // the median of that over units
	Beyond    *float64 `json:"beyond"`    // share of units whose last peer is nearer than this unit's
	Edge      bool     `json:"edge"`      // the peers are the nearest, but not near
}

// Peers answers: which units are like this one in what it cannot change?
func (db *DB) Peers(ctx context.Context, q PeersQuery) (*Peers, error) {
	if q.Unit == "" {
		return nil, fmt.Errorf("%w: whose peers? Give its id as unit", ErrBadRequest)
	}
	weights, floor, err := q.values()
	if err != nil {
		return nil, err
	}
	if q.K < 0 || q.K > maxPeers {
		return nil, fmt.Errorf("%w: k=%d; give 1 to %d", ErrBadRequest, q.K, maxPeers)
	}
	if q.K == 0 {
		q.K = defaultPeers
	}
	if db.scope.reach() == holders { // the register's context is the members'
		return nil, fmt.Errorf("unit %q: %w", q.Unit, ErrNotFound)
	}
	f, err := db.settle(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	now, before, err := db.registers(ctx)
	if err != nil {
		return nil, err
	}
	of, ok := now.table.Row(q.Unit)
	if !ok {
		return nil, fmt.Errorf("unit %q: %w", q.Unit, ErrNotFound)
	}
	m, err := db.weigh(now, fmt.Sprint(weights, floor), weights, floor)
	if err != nil {
		return nil, err
	}
	p := &Peers{Meta: db.meta("peers", f), Unit: now.units[of].info(), Km: kmFromCapital(now.units[of].RegencyCode), K: q.K, Floor: floor}
	var allowed []bool
	allowed, p.Pool = now.allowed(f, f.Cycle)
	near := m.Nearest(of, q.K, allowed)
	p.addRows(now, m, of, near, allowed)
	p.addTerms(m, weights, of, near, allowed)
	if err := p.addSet(now, before, m, weights, of, near, f); err != nil {
		return nil, err
	}
	p.Meta.N = Count(len(p.Rows))
	p.Meta.note("peers-context")
	return p, nil
}

func (p *Peers) addRows(r *register, m *weighed, of int, near []peer.Neighbour, allowed []bool) {
	mutual := m.Reciprocity(of, near, p.K, allowed)
	p.Rows = make([]PeerRow, 0, len(near))
	var hits int64
	for i, n := range near {
		row := r.peerRow(n.Row)
		row.Rank, row.Distance, row.Coverage, row.Mutual, row.Shares = i+1, n.Distance, n.Coverage, mutual[i], map[string]*float64{}
		for j, s := range m.Shares(of, n.Row) {
			row.Shares[contextTerms[j].name] = nil
			if s == s {
				row.Shares[contextTerms[j].name] = &s
			}
		}
		if mutual[i] {
			hits++
		}
		p.Rows = append(p.Rows, row)
	}
	p.Set.Mutual = rate(hits, int64(len(near)))
	p.Set.Mutual.Interval = nil // a count of all peers, not a sample
}

// peerRow is a unit as a list of peers shows it.
func (r *register) peerRow(at int) PeerRow {
	u := &r.units[at]
	return PeerRow{
		UnitID: u.UnitID, Name: u.Name, AgencyID: u.AgencyID, Agency: u.Agency, Kind: u.Kind, UnitType: u.UnitType, Echelon: u.Echelon,
		Province: u.Province, Regency: u.Regency, Staff: u.Staff, ServiceUsers: u.ServiceUsers, BudgetIDR: u.BudgetIDR, Km: kmFromCapital(u.RegencyCode),
	}
}

func (p *Peers) addTerms(m *weighed, weights []float64, of int, near []peer.Neighbour, allowed []bool) {
	peers := make([]int, len(near))
	for i, n := range near {
		peers[i] = n.Row
	}
	var pool []int
	for row, may := range allowed {
		if may && row != of {
			pool = append(pool, row)
		}
	}
	inPool, inPeers := m.Effective(of, pool), m.Effective(of, peers)
	for i, t := range contextTerms {
		out := PeerTerm{Name: t.name, Weight: weights[i], Asked: m.Weight(i), Known: m.Known(i), Own: m.Has(of, i), Scale: m.Scale(i)}
		if inPool != nil {
			out.Pool = &inPool[i]
		}
		if inPeers != nil {
			out.Peers = &inPeers[i]
		}
		p.Terms = append(p.Terms, out)
		if !out.Own && out.Weight > 0 {
			p.Meta.note("peers-term-unknown")
		}
	}
}

// addSet says how far the peers can be relied on.
func (p *Peers) addSet(now, before *register, m *weighed, weights []float64, of int, near []peer.Neighbour, f Filter) error {
	if len(near) < p.K {
		p.Meta.note("peers-few", "n", strconv.Itoa(len(near)), "k", strconv.Itoa(p.K))
	}
	if len(near) > 0 {
		last, usual := near[len(near)-1].Distance, m.reach(p.K)
		p.Set.Last = &last
		if len(usual) > 0 {
			beyond := peer.Rank(usual, last)
			p.Set.Usual, p.Set.Beyond, p.Set.Edge = &usual[len(usual)/2], &beyond, beyond >= edge
		}
	}
	if p.Set.Edge {
		p.Meta.note("peers-edge")
	}
	// A year before: the register as it stood then, and in any case only the
	// units that were open then.
	then := now
	if before != nil {
		then = before
	} else {
		p.Meta.note("register-once")
	}
	row, ok := then.table.Row(p.Unit.UnitID)
	if !ok || !then.units[row].existed(f.Cycle-1) {
		return nil
	}
	metric, err := then.table.Metric(weights, p.Floor)
	if err != nil {
		return err
	}
	allowed, _ := then.allowed(f, f.Cycle-1)
	var ids, old []string
	for _, n := range near {
		ids = append(ids, now.units[n.Row].UnitID)
	}
	for _, n := range metric.Nearest(row, p.K, allowed) {
		old = append(old, then.units[n.Row].UnitID)
	}
	p.Set.Stability = peer.Overlap(ids, old)
	return nil
}

// Grid lists the peers, with each term's share of the squared distance.
func (p *Peers) Grid() Grid {
	g := Grid{Columns: []string{
		"rank", "unit_id", "name", "agency_id", "agency", "kind", "unit_type", "echelon", "province", "regency", "staff", "service_users", "budget_idr", "km",
		"distance", "coverage", "mutual",
	}}
	for _, t := range contextTerms {
		g.Columns = append(g.Columns, "share_"+t.name)
	}
	for _, r := range p.Rows {
		cells := []any{
			r.Rank, r.UnitID, r.Name, r.AgencyID, r.Agency, r.Kind, r.UnitType, r.Echelon, r.Province, r.Regency, r.Staff, r.ServiceUsers, r.BudgetIDR, r.Km,
			r.Distance, r.Coverage, r.Mutual,
		}
		for _, t := range contextTerms {
			cells = append(cells, r.Shares[t.name])
		}
		g.add(cells...)
	}
	return g
}
