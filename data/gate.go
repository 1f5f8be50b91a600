package data

// AgencyGate holds what an agency must show before its units may be nominated.
type AgencyGate struct {
	AgencyID   string  `parquet:"agency_id,dict"`
	Cycle      int32   `parquet:"cycle"`
	BPKOpinion string  `parquet:"bpk_opinion,dict,optional"`
	SAKIP      *Amount `parquet:"sakip,decimal(6:18),optional"`    // 0-100
	RBIndex    *Amount `parquet:"rb_index,decimal(6:18),optional"` // 0-100, may exceed 100 by bonus points
	SPIPLevel  *Amount `parquet:"spip_level,decimal(6:18),optional"`
	KnownOn    *Date   `parquet:"known_on,date,optional"`
	Origin
}

// Dataset implements [Record].
func (*AgencyGate) Dataset() string { return "gates" }

// Key implements [Record].
func (g *AgencyGate) Key() string { return key(g.AgencyID, itoa(int64(g.Cycle))) }

// InCycle implements [Record].
func (g *AgencyGate) InCycle() int32 { return g.Cycle }

// Validate implements [Record].
func (g *AgencyGate) Validate() []Problem {
	c := check{dataset: "gates"}
	c.id("agency_id", g.AgencyID)
	c.cycle("cycle", g.Cycle)
	c.optionalOneOf("bpk_opinion", g.BPKOpinion, BPKOpinions)
	c.between("sakip", g.SAKIP, 0, 100)
	c.between("rb_index", g.RBIndex, 0, 110)
	c.between("spip_level", g.SPIPLevel, 1, 5)
	return c.problems
}

// UnitGate holds what a unit must show before it may be nominated.
type UnitGate struct {
	UnitID            string  `parquet:"unit_id"`
	Cycle             int32   `parquet:"cycle"`
	CoreService       *bool   `parquet:"core_service,optional"`
	SignificantImpact *bool   `parquet:"significant_impact,optional"`
	TLHPPct           *Amount `parquet:"tlhp_pct,decimal(6:18),optional"`   // audit follow-up, 0-100
	LHKPNPct          *Amount `parquet:"lhkpn_pct,decimal(6:18),optional"`  // wealth reports of officials, 0-100
	LHKASNPct         *Amount `parquet:"lhkasn_pct,decimal(6:18),optional"` // wealth reports of other staff, 0-100
	ZIStarted         *int32  `parquet:"zi_started,optional"`               // year
	SAKIPInternal     *Amount `parquet:"sakip_internal,decimal(6:18),optional"`
	KnownOn           *Date   `parquet:"known_on,date,optional"`
	Origin
}

// Dataset implements [Record].
func (*UnitGate) Dataset() string { return "unit_gates" }

// Key implements [Record].
func (g *UnitGate) Key() string { return key(g.UnitID, itoa(int64(g.Cycle))) }

// InCycle implements [Record].
func (g *UnitGate) InCycle() int32 { return g.Cycle }

// Validate implements [Record].
func (g *UnitGate) Validate() []Problem {
	c := check{dataset: "unit_gates"}
	c.id("unit_id", g.UnitID)
	c.cycle("cycle", g.Cycle)
	c.between("tlhp_pct", g.TLHPPct, 0, 100)
	c.between("lhkpn_pct", g.LHKPNPct, 0, 100)
	c.between("lhkasn_pct", g.LHKASNPct, 0, 100)
	c.year("zi_started", g.ZIStarted, 2009)
	c.between("sakip_internal", g.SAKIPInternal, 0, 100)
	return c.problems
}
