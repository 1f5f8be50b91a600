package synth

import (
	"context"
	"fmt"
	"time"

	"tolok/data"
)

// nation is the folder of the national team.
const nation = "nasional"

// From when items of worksheets were kept: by everybody, and in
// self-assessments. Before, half of the agencies kept scores only.
const (
	itemsFrom     = 2019
	selfItemsFrom = 2021
)

// Generate simulates a programme and writes what agencies and the national
// team would send into dir, which must be empty or hold nothing but an earlier
// output. progress, if not nil, is told what happens.
func Generate(ctx context.Context, dir string, p Params, progress func(string)) (*Report, error) {
	p, err := p.Complete()
	if err != nil {
		return nil, err
	}
	if progress == nil {
		progress = func(string) {}
	}
	out, err := newOutbox(dir)
	if err != nil {
		return nil, err
	}
	out.dirt = dirt{seed: p.Seed, share: shareOf(p.Dirt)}
	w := newWorld(p)
	g := &generation{world: w, out: out, params: p, nation: out.sender(nation, &dialects[0])}
	for _, a := range w.agencies {
		g.agencies = append(g.agencies, out.sender(a.AgencyID, &a.sender))
	}
	progress(fmt.Sprintf("%d agencies, %d units", len(w.agencies), len(w.units)))
	report := &Report{Params: p, Agencies: len(w.agencies), Units: len(w.units), Rows: out.rows}
	if err := g.registry(); err != nil {
		return nil, err
	}
	for year := FirstCycle; year <= p.Last; year++ {
		c, err := w.runCycle(ctx)
		if err != nil {
			return nil, err
		}
		if year < p.First {
			continue
		}
		if err := g.send(ctx, c); err != nil {
			return nil, err
		}
		r := w.report(c)
		report.Cycles = append(report.Cycles, r)
		progress(r.line())
	}
	if err := g.finish(); err != nil {
		return nil, err
	}
	report.Files, report.Faults = len(out.files), len(out.dirt.faults)
	return report, nil
}

// generation is one run.
type generation struct {
	world    *world
	out      *outbox
	params   Params
	agencies []*sender
	nation   *sender
	last     []data.Record // the self-assessment that the agency sent before in this cycle
}

func (o *outbox) sender(folder string, d *dialect) *sender {
	return &sender{out: o, folder: folder, dialect: d}
}

// registry sends agencies and units.
func (g *generation) registry() error {
	for i, a := range g.world.agencies {
		s := g.agencies[i]
		if err := s.put(&a.Agency); err != nil {
			return err
		}
		for _, u := range a.units {
			if err := s.put(&u.Unit); err != nil {
				return err
			}
		}
		if err := s.flush(); err != nil {
			return err
		}
	}
	return nil
}

// send writes one cycle, agency by agency, then the nation.
func (g *generation) send(ctx context.Context, c *cycle) error {
	rest := c.candidates
	var hosts []data.Host
	for i, a := range g.world.agencies {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := 0
		for n < len(rest) && rest[n].unit.agency == a {
			n++
		}
		own, err := g.sendAgency(c, a, g.agencies[i], rest[:n])
		if err != nil {
			return err
		}
		if g.params.Everyone {
			if err := g.sendOthers(c, a, g.agencies[i], rest[:n]); err != nil {
				return err
			}
		}
		hosts, rest = append(hosts, own...), rest[n:]
	}
	return g.sendNation(c, hosts)
}

// sendAgency writes what an agency knows about its candidates.
func (g *generation) sendAgency(c *cycle, a *agency, s *sender, candidates []*candidate) ([]data.Host, error) {
	w := g.world
	portal := a.sender.portal && w.year >= portalFrom
	g.last = nil
	for _, k := range candidates {
		if err := g.sendCandidate(c, s, k, portal); err != nil {
			return nil, err
		}
	}
	var hosts []data.Host
	if w.year >= learnFrom {
		hosts = w.hosts(a)
	}
	for i := range hosts {
		if err := s.put(&hosts[i]); err != nil {
			return nil, err
		}
	}
	return hosts, s.flush()
}

// sendOthers writes the self-assessments of the units that are no candidates.
func (g *generation) sendOthers(c *cycle, a *agency, s *sender, candidates []*candidate) error {
	for _, u := range a.units {
		if !u.open(g.world.year) {
			continue
		}
		if len(candidates) > 0 && candidates[0].unit == u {
			candidates = candidates[1:]
			continue
		}
		if err := putAll(s, g.world.sheetRecords(c, &candidate{unit: u}, data.Self, true)); err != nil {
			return err
		}
	}
	return s.flush()
}

func (g *generation) sendCandidate(c *cycle, s *sender, k *candidate, portal bool) error {
	w := g.world
	indexes := []index{ipak, ipkp}
	if w.stream(forSurvey, k.unit.at).state%5 < 2 {
		indexes = append(indexes, ikm)
	}
	records := []data.Record{k.gate}
	for _, ix := range indexes {
		records = append(records, &w.survey(k.unit, ix, internal).Survey)
	}
	if portal {
		if err := w.sendPortal(g.out, c, k); err != nil {
			return err
		}
	} else {
		self := g.out.dirt.spoilSheet(s, c.set, k.unit, w.sheetRecords(c, k, data.Self, g.params.Everyone), g.last)
		g.last = self
		records = append(records, self...)
		if k.tpi != nil {
			records = append(records, w.sheetRecords(c, k, data.TPI, false)...)
		}
	}
	if k.issuer == mandiri {
		for i := range k.stages {
			records = append(records, &k.stages[i])
		}
	}
	return putAll(s, records)
}

func putAll(s *sender, records []data.Record) error {
	for _, r := range records {
		if err := s.put(r); err != nil {
			return err
		}
	}
	return nil
}

// sheetRecords are the rows of one worksheet: its answers, or its scores where
// the items were not kept; items asks for them all the same.
func (w *world) sheetRecords(c *cycle, k *candidate, layer data.Layer, items bool) []data.Record {
	strictness, known := level(0), data.DateOf(w.year, time.March, 1)
	switch layer {
	case data.TPI:
		known = data.DateOf(w.year, time.April, 10)
	case data.TPN:
		strictness = c.strictness[k.target]
	}
	sheet := w.worksheet(k.unit, c.set, layer, strictness)
	kept := w.year >= itemsFrom || k.unit.agency.keeps
	if layer == data.Self {
		kept = w.year >= selfItemsFrom
	}
	kept = kept || items
	var records []data.Record
	if !kept {
		for _, n := range w.scoreRows(c.set, sheet, k.unit, layer) {
			if layer != data.TPN {
				n.KnownOn = &known
			}
			records = append(records, &n)
		}
		return records
	}
	rates := map[string]data.Score{}
	if layer == data.TPI && k.unit.agency.typesRate {
		rates = itemRates(c.set, sheet)
	}
	for _, it := range c.set.Items {
		a := sheet[it.ID]
		if layer != data.TPN {
			a.KnownOn = &known
		}
		if r, ok := rates[it.ID]; ok {
			a.Reported = &r
		}
		records = append(records, &a)
	}
	return records
}

// sendNation writes what the national team knows.
func (g *generation) sendNation(c *cycle, hosts []data.Host) error {
	w, s := g.world, g.nation
	var records []data.Record
	for _, gate := range c.gates {
		records = append(records, gate)
	}
	for i := range c.quotas {
		records = append(records, &c.quotas[i])
	}
	records = append(records, w.nationalExtras(c, hosts)...)
	if err := putAll(s, records); err != nil {
		return err
	}
	for _, k := range c.candidates {
		if k.issuer != nasional {
			continue
		}
		var records []data.Record
		for i := range k.stages {
			records = append(records, &k.stages[i])
		}
		g.out.dirt.spoilTarget(s, k, records)
		if len(k.stages) > 2 { // reached the survey
			records = append(records, &w.survey(k.unit, ipak, nationalTeam).Survey, &w.survey(k.unit, ipkp, nationalTeam).Survey)
		}
		if k.reached {
			records = append(records, w.sheetRecords(c, k, data.TPN, false)...)
		}
		if err := putAll(s, records); err != nil {
			return err
		}
	}
	return s.flush()
}

// nationalExtras are zones, visits and the outside check.
func (w *world) nationalExtras(c *cycle, hosts []data.Host) []data.Record {
	var records []data.Record
	if w.year >= zonesFrom {
		for _, z := range w.zoneRows() {
			records = append(records, &z)
		}
	}
	for _, v := range w.visits(c, hosts) {
		records = append(records, &v)
	}
	if w.year >= spiFrom {
		for _, i := range w.spi() {
			records = append(records, &i)
		}
	}
	return records
}

// finish sends the register, the notes that go with every folder, and the list
// of faults.
func (g *generation) finish() error {
	house := map[string]*sender{}
	for i, a := range g.world.agencies {
		for _, u := range a.units {
			house[u.UnitID] = g.agencies[i]
		}
	}
	for _, a := range g.world.awards {
		s := g.nation
		if a.Issuer == mandiri {
			s = house[a.UnitID]
		}
		if err := s.put(a); err != nil {
			return err
		}
	}
	for _, s := range append(g.agencies, g.nation) {
		if err := s.flush(); err != nil {
			return err
		}
		if err := g.letter(s); err != nil {
			return err
		}
	}
	return g.out.dirt.list(g.out)
}

// letter is what stands in submission.json.
type letter struct {
	Publisher string    `json:"publisher"`
	AgencyID  string    `json:"agency_id,omitempty"`
	Cycle     int       `json:"cycle"`
	SentAt    data.Date `json:"sent_at"`
	Note      string    `json:"note"`
}

func (g *generation) letter(s *sender) error {
	l := letter{simulated("Tim Penilai Nasional"), "", g.params.Last, data.DateOf(g.params.Last, time.December, 28), "data simulasi, bukan data instansi mana pun"}
	for i, a := range g.world.agencies {
		if g.agencies[i] == s {
			l.Publisher, l.AgencyID = a.Name, a.AgencyID
		}
	}
	return g.out.writeJSON(s.folder+"/submission.json", l)
}
