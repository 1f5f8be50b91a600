package synth

import (
	"slices"
	"time"

	"tolok/data"
	"tolok/data/rule"
)

// agencyGate is what an agency can show this year. Evaluations lag a year, so
// it is known when nominations begin.
func (w *world) agencyGate(a *agency) *data.AgencyGate {
	s := w.stream(forGate, a.at, w.year)
	g := &data.AgencyGate{AgencyID: a.AgencyID, Cycle: int32(w.year), BPKOpinion: "WTP"}
	unqualified := 900*milli + 6*milli*level(w.year-FirstCycle) + a.governs/25
	switch {
	case s.chance(unqualified.within(0, 990*milli)):
	case s.chance(850 * milli):
		g.BPKOpinion = "WDP"
	default:
		g.BPKOpinion = "TMP"
	}
	mean, rb := 73*full, 76*full
	if a.local {
		mean, rb = 65*full, 62*full
	}
	mean, rb = mean+full/2*level(w.year-FirstCycle), rb+full/2*level(w.year-FirstCycle)
	g.SAKIP = cents((mean + 6*a.governs + s.normal(2*full)).within(25*full, 94*full))
	g.RBIndex = cents((rb + 7*a.governs + s.normal(2*full)).within(25*full, 104*full))
	spip := (3_400*milli + 300*a.governs/1000 + s.normal(120*milli)).within(full, 5*full)
	g.SPIPLevel = cents(spip)
	known := data.DateOf(w.year, time.February, 28)
	g.KnownOn = &known
	return g
}

// cents rounds a level to two decimals, as people publish it.
func cents(l level) *data.Amount { return value(data.Amount(l / (10 * milli) * (10 * milli))) }

// unitGate is what a unit can show this year.
func (w *world) unitGate(u *unit) *data.UnitGate {
	s := w.stream(forUnitGate, u.at, w.year)
	g := &data.UnitGate{UnitID: u.UnitID, Cycle: int32(w.year)}
	lasting := w.stream(forUnitGate, u.at)
	core := u.kind.DirectService && lasting.chance(985*milli) || lasting.chance(700*milli)
	impact := core && lasting.chance(970*milli)
	g.CoreService, g.SignificantImpact = &core, &impact
	g.TLHPPct = value(w.auditFollowUp(u))
	g.LHKPNPct, g.LHKASNPct = w.filedShare(u, "A.II.5.iii.a.a"), w.filedShare(u, "A.II.5.iii.b.a")
	if started := int32(u.started); started != 0 {
		g.ZIStarted = &started
	}
	x := 76*full + 60*(w.quality(u, 3)-usualNominee) + s.normal(3*full)
	g.SAKIPInternal = cents(x.within(30*full, 96*full))
	known := data.DateOf(w.year, time.March, 31)
	g.KnownOn = &known
	return g
}

// auditFollowUp is the share of audit findings settled, in percent.
func (w *world) auditFollowUp(u *unit) data.Amount {
	s := w.stream(forUnitGate, u.at, w.year, 1)
	if s.chance(960 * milli) {
		return 100 * data.OneAmount
	}
	return data.Amount(s.between(55, 99)) * data.OneAmount
}

// filedShare is a ratio of the worksheet as the gate has it; nil where nobody
// is obliged.
func (w *world) filedShare(u *unit, item string) *data.Amount {
	s := w.stream(forCount, u.at, w.year, number(item))
	den := counted[item](u, &s)
	if den == 0 {
		return nil
	}
	return cents(level(100*w.filed(u, number(item), den)) * full / level(den))
}

// closedGates names the gates of the year's rule set that are not met. Without
// a unit's gates (nil), only the agency's are asked for.
func closedGates(set *rule.Set, a *agency, g *data.AgencyGate, u *unit, ug *data.UnitGate, target string) []string {
	var closed []string
	for _, gate := range set.Gates {
		minimum := gate.WBK
		if target == data.WBBM {
			minimum = gate.WBBM
		}
		if len(gate.Kinds) > 0 && !slices.Contains(gate.Kinds, a.Kind) {
			continue
		}
		if gate.Level == "agency" && exempt(set, a, u) || gate.Level == "unit" && ug == nil {
			continue
		}
		if !gateMet(set, gate.Code, minimum, g, ug) {
			closed = append(closed, gate.Code)
		}
	}
	return closed
}

// exempt reports whether a unit may be nominated before its agency meets its
// gates.
func exempt(set *rule.Set, a *agency, u *unit) bool {
	e := set.Exemption
	return e != nil && u.kind.Affirmative && slices.Contains(e.Kinds, a.Kind)
}

func gateMet(set *rule.Set, code, minimum string, g *data.AgencyGate, u *data.UnitGate) bool {
	band := func(v *data.Amount) bool {
		return v != nil && slices.Index(data.SAKIPBands, set.Band(*v)) >= slices.Index(data.SAKIPBands, minimum)
	}
	atLeast := func(v *data.Amount) bool {
		low, err := data.ParseAmount(minimum)
		return v == nil || err == nil && *v >= low
	}
	switch code {
	case "bpk_opinion":
		return g.BPKOpinion == minimum
	case "sakip":
		return band(g.SAKIP)
	case "rb_index":
		return band(g.RBIndex)
	case "spip_level":
		return atLeast(g.SPIPLevel)
	case "core_service":
		return *u.CoreService
	case "significant_impact":
		return *u.SignificantImpact
	case "tlhp_pct":
		return atLeast(u.TLHPPct)
	case "lhkpn_pct":
		return atLeast(u.LHKPNPct)
	case "lhkasn_pct":
		return atLeast(u.LHKASNPct)
	case "zi_years":
		years := data.Amount(0)
		if u.ZIStarted != nil {
			years = data.Amount(u.Cycle-*u.ZIStarted) * data.OneAmount
		}
		return atLeast(&years)
	case "sakip_internal":
		return band(u.SAKIPInternal)
	}
	// A gate that the simulation knows nothing of is open.
	return true
}
