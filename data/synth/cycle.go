package synth

import (
	"cmp"
	"context"
	"slices"

	"tolok/data"
	"tolok/data/rule"
)

// Issuers of predicates.
const (
	nasional = "nasional"
	mandiri  = "mandiri"
)

// mandiriPool is how many more units build for each WBK that agencies award
// themselves.
const mandiriPool = 3

// candidate is a unit that builds ZI in a cycle, and how far it came.
type candidate struct {
	unit   *unit
	target string
	gate   *data.UnitGate
	self   data.Score
	tpi    *data.Score // nil if the inspectorate did not assess it

	issuer  string // empty if it was not nominated
	closed  []string
	stages  []data.Nomination
	reached bool // desk evaluation: there is a TPN worksheet
	passed  bool
}

// cycle is one year of the programme.
type cycle struct {
	figures
	set        *rule.Set
	gates      []*data.AgencyGate // by agency
	candidates []*candidate       // by agency and unit
	strictness map[string]level   // by target
	wanted     map[string]int     // passes, by target and "mandiri"
	quotas     []data.Quota
}

// runCycle takes the programme through its next year.
func (w *world) runCycle(ctx context.Context) (*cycle, error) {
	w.advance()
	set, ok := rule.ForCycle(w.year)
	if !ok {
		return nil, errNoRules(w.year)
	}
	c := &cycle{figures: figuresOf(w.year), set: set, strictness: map[string]level{}, wanted: map[string]int{}}
	for _, a := range w.agencies {
		c.gates = append(c.gates, w.agencyGate(a))
	}
	nominees := w.want.count("nominated", c.nominated)
	upward := min(nominees, w.want.count("seekWBBM", c.seekWBBM))
	c.wanted[data.WBK] = w.want.count(data.WBK, c.wbk)
	c.wanted[data.WBBM] = w.want.count(data.WBBM, c.wbbm)
	c.wanted[mandiri] = w.want.count(mandiri, c.mandiri)

	w.build(c, data.WBBM, upward)
	seekers := count(c.candidates, func(k *candidate) bool { return k.target == data.WBBM })
	upward = min(upward, seekers)
	w.build(c, data.WBK, nominees-upward+mandiriPool*c.wanted[mandiri])
	slices.SortFunc(c.candidates, func(a, b *candidate) int { return a.unit.at - b.unit.at })
	if err := w.assess(ctx, c, nominees+mandiriPool*c.wanted[mandiri]); err != nil {
		return nil, err
	}
	w.nominateMandiri(c)
	w.nominate(c, data.WBBM, upward)
	w.nominate(c, data.WBK, nominees-upward)
	if err := w.evaluate(ctx, c); err != nil {
		return nil, err
	}
	w.conclude(c)
	return c, nil
}

// build chooses who builds ZI this year and assesses itself: the keen ones,
// about twice as many as will be nominated.
func (w *world) build(c *cycle, target string, nominees int) {
	type keen struct {
		unit *unit
		zeal level
	}
	var all []keen
	for _, u := range w.units {
		if !u.open(w.year) || u.banned >= w.year || u.wbbm != 0 || (target == data.WBBM) != (u.wbk != 0) {
			continue
		}
		all = append(all, keen{u, w.keenness(c, u, target)})
	}
	slices.SortFunc(all, func(a, b keen) int { return cmp.Or(cmp.Compare(b.zeal, a.zeal), a.unit.at-b.unit.at) })
	n := int(level(nominees) * selfPerNominee / full)
	for _, k := range all[:min(len(all), n)] {
		u := k.unit
		if u.started == 0 {
			// Many have built for some years before anybody asked.
			s := w.stream(forBuilding, u.at)
			u.started = w.year - s.between(1, 3)
		}
		u.building = w.year
		u.years++
		c.candidates = append(c.candidates, &candidate{unit: u, target: target})
	}
}

// keenness is how much a unit wants to take part this year. The better ones
// rather do, above all for WBBM; where the agency cannot nominate, few bother.
func (w *world) keenness(c *cycle, u *unit, target string) level {
	s := w.stream(forBuilding, u.at, w.year)
	z := u.zeal + u.agency.zeal + s.normal(600*milli) + 5*(u.wander+u.lasting)
	if u.building == w.year-1 {
		z += 700 * milli
	}
	if u.failed == w.year-1 {
		z += 500 * milli
	}
	if target == data.WBBM {
		z += 12 * (u.wander + u.lasting + u.agency.quality)
	}
	if c.mandiri > 0 && u.agency.mandiri {
		z += 1_200 * milli
	}
	if c.barred(u, target) {
		z -= 1_500 * milli
	}
	return z
}

// barred reports whether the unit cannot show a gate whatever it does this
// year: its agency's, or that it is no core service.
func (c *cycle) barred(u *unit, target string) bool {
	a := u.agency
	return len(closedGates(c.set, a, c.gates[a.at], u, nil, target)) > 0 || len(c.set.Gates) > 0 && !u.kind.DirectService
}

// assess lets every candidate score itself, and the inspectorates the better
// ones of each agency.
func (w *world) assess(ctx context.Context, c *cycle, nominees int) error {
	policy := c.set.DefaultPolicy()
	for i, k := range c.candidates {
		if i%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		k.gate = w.unitGate(k.unit)
		k.self = c.set.Score(w.worksheet(k.unit, c.set, data.Self, 0), policy).Total()
	}
	n := int(level(nominees) * tpiPerNominee / full)
	for _, k := range bestOfEach(c.candidates, n, func(k *candidate) data.Score { return k.self }) {
		t := c.set.Score(w.worksheet(k.unit, c.set, data.TPI, 0), policy).Total()
		k.tpi = &t
	}
	return ctx.Err()
}

// bestOfEach takes n candidates, from every agency the same share of its best.
func bestOfEach(all []*candidate, n int, score func(*candidate) data.Score) []*candidate {
	type place struct {
		k          *candidate
		rank, of   int
		houseScore data.Score
	}
	byAgency := map[int][]*candidate{}
	for _, k := range all {
		byAgency[k.unit.agency.at] = append(byAgency[k.unit.agency.at], k)
	}
	var places []place
	for _, k := range all {
		house := byAgency[k.unit.agency.at]
		if house == nil {
			continue
		}
		slices.SortStableFunc(house, func(a, b *candidate) int { return cmp.Compare(score(b), score(a)) })
		for i, h := range house {
			places = append(places, place{h, 2*i + 1, 2 * len(house), score(h)})
		}
		byAgency[k.unit.agency.at] = nil
	}
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(a.rank*b.of-b.rank*a.of, cmp.Compare(b.houseScore, a.houseScore))
	})
	var best []*candidate
	for _, p := range places[:min(n, len(places))] {
		best = append(best, p.k)
	}
	return best
}

// bold is the share of candidates that agencies nominate although a gate is
// closed.
const bold = 200 * milli

// nominate sends n candidates for a target to the national team. Agencies know
// the gates; some try nevertheless.
func (w *world) nominate(c *cycle, target string, n int) {
	var able, rest []*candidate
	for _, k := range c.candidates {
		if k.target != target || k.tpi == nil || k.issuer != "" {
			continue
		}
		a := k.unit.agency
		k.closed = closedGates(c.set, a, c.gates[a.at], k.unit, k.gate, target)
		s := w.stream(forNomination, k.unit.at, w.year)
		if len(k.closed) == 0 || s.chance(bold) {
			able = append(able, k)
		} else {
			rest = append(rest, k)
		}
	}
	by := func(k *candidate) data.Score { return *k.tpi }
	chosen := bestOfEach(able, n, by)
	// Where the able do not fill the number, the others come in.
	chosen = append(chosen, bestOfEach(rest, n-len(chosen), by)...)
	for _, k := range chosen {
		k.issuer = nasional
	}
	if c.quota {
		w.allot(c, target, chosen)
	}
}

// allot gives agencies the quotas they used, and some a place they did not.
func (w *world) allot(c *cycle, target string, chosen []*candidate) {
	used := make([]int64, len(w.agencies))
	for _, k := range chosen {
		used[k.unit.agency.at]++
	}
	for _, a := range w.agencies {
		s := w.stream(forNomination, a.at, w.year, len(target))
		quota := used[a.at]
		if s.chance(200 * milli) {
			quota++
		}
		if quota == 0 {
			continue
		}
		days := data.Amount(quota) * data.Amount(s.between(25, 45)) * data.OneAmount / 10
		c.quotas = append(c.quotas, data.Quota{AgencyID: a.AgencyID, Cycle: int32(w.year), Target: target, Quota: &quota, EvaluatorDays: &days})
	}
}

// nominateMandiri lets the agencies that award WBK themselves judge their own
// best units by their inspectorate's worksheet, until the year's number is
// reached. The others can go to the national team.
func (w *world) nominateMandiri(c *cycle) {
	var own []*candidate
	for _, k := range c.candidates {
		a := k.unit.agency
		if k.target == data.WBK && k.tpi != nil && a.mandiri && len(closedGates(c.set, a, c.gates[a.at], k.unit, k.gate, data.WBK)) == 0 {
			own = append(own, k)
		}
	}
	passes := 0
	for _, k := range bestOfEach(own, len(own), func(k *candidate) data.Score { return *k.tpi }) {
		if passes == c.wanted[mandiri] {
			break
		}
		k.issuer = mandiri
		if w.judge(c, k, data.TPI, 0).passes() && !w.veto(k) && !w.withdraws(k) {
			passes++
		}
	}
}

func count[T any](list []T, is func(T) bool) int {
	n := 0
	for _, x := range list {
		if is(x) {
			n++
		}
	}
	return n
}
