package data

// Nomination is one stage of one nominee's way through a cycle; a nominee has
// one row a stage.
type Nomination struct {
	UnitID    string `parquet:"unit_id"`
	Cycle     int32  `parquet:"cycle"`
	Target    string `parquet:"target,dict"`
	Issuer    string `parquet:"issuer,dict"`
	Stage     string `parquet:"stage,dict"`
	EnteredOn *Date  `parquet:"entered_on,date,optional"`
	LeftOn    *Date  `parquet:"left_on,date,optional"`
	Result    string `parquet:"result,dict"`
	Note      string `parquet:"note,optional"`
	Origin
}

// Dataset implements [Record].
func (*Nomination) Dataset() string { return "nominations" }

// Key implements [Record].
func (n *Nomination) Key() string {
	return key(n.UnitID, itoa(int64(n.Cycle)), n.Target, n.Issuer, n.Stage)
}

// InCycle implements [Record].
func (n *Nomination) InCycle() int32 { return n.Cycle }

// Validate implements [Record].
func (n *Nomination) Validate() []Problem {
	c := check{dataset: "nominations"}
	c.id("unit_id", n.UnitID)
	c.cycle("cycle", n.Cycle)
	c.oneOf("target", n.Target, Targets)
	c.oneOf("issuer", n.Issuer, Issuers)
	c.oneOf("stage", n.Stage, Stages)
	c.oneOf("result", n.Result, Results)
	if n.EnteredOn != nil && n.LeftOn != nil && *n.LeftOn < *n.EnteredOn {
		c.add("ends-before-start", "left_on", n.LeftOn.String(), n.EnteredOn.String())
	}
	return c.problems
}

// Award is a predicate given to a unit, and perhaps taken back.
type Award struct {
	UnitID       string `parquet:"unit_id"`
	Predicate    string `parquet:"predicate,dict"`
	Issuer       string `parquet:"issuer,dict"`
	AwardedOn    Date   `parquet:"awarded_on,date"`
	Decree       string `parquet:"decree,optional"`
	RevokedOn    *Date  `parquet:"revoked_on,date,optional"`
	RevokeReason string `parquet:"revoke_reason,optional"`
	Origin
}

// Dataset implements [Record].
func (*Award) Dataset() string { return "awards" }

// Key implements [Record].
func (a *Award) Key() string {
	return key(a.UnitID, a.Predicate, a.Issuer, a.AwardedOn.String())
}

// InCycle implements [Record]: a register is one file, not one a year.
func (*Award) InCycle() int32 { return 0 }

// Validate implements [Record].
func (a *Award) Validate() []Problem {
	c := check{dataset: "awards"}
	c.id("unit_id", a.UnitID)
	c.oneOf("predicate", a.Predicate, Targets)
	c.oneOf("issuer", a.Issuer, Issuers)
	c.cycle("awarded_on", int32(a.AwardedOn.Year()))
	if a.RevokedOn != nil && *a.RevokedOn < a.AwardedOn {
		c.add("ends-before-start", "revoked_on", a.RevokedOn.String(), a.AwardedOn.String())
	}
	return c.problems
}

// Quota bounds what an agency may nominate, and what evaluating costs.
type Quota struct {
	AgencyID      string  `parquet:"agency_id,dict"`
	Cycle         int32   `parquet:"cycle"`
	Target        string  `parquet:"target,dict"`
	Quota         *int64  `parquet:"quota,optional"`
	EvaluatorDays *Amount `parquet:"evaluator_days,decimal(6:18),optional"`
	Origin
}

// Dataset implements [Record].
func (*Quota) Dataset() string { return "quotas" }

// Key implements [Record].
func (q *Quota) Key() string { return key(q.AgencyID, itoa(int64(q.Cycle)), q.Target) }

// InCycle implements [Record].
func (q *Quota) InCycle() int32 { return q.Cycle }

// Validate implements [Record].
func (q *Quota) Validate() []Problem {
	c := check{dataset: "quotas"}
	c.id("agency_id", q.AgencyID)
	c.cycle("cycle", q.Cycle)
	c.oneOf("target", q.Target, Targets)
	c.atLeast("quota", q.Quota, 0)
	c.atLeastAmount("evaluator_days", q.EvaluatorDays, 0)
	return c.problems
}
