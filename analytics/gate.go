package analytics

import (
	"context"
	"slices"
	"strconv"

	"tolok/data"
	"tolok/data/rule"
)

type gateRow struct {
	BPKOpinion        string       `col:"bpk_opinion"`
	SAKIP             *data.Amount `col:"sakip"`
	RBIndex           *data.Amount `col:"rb_index"`
	SPIPLevel         *data.Amount `col:"spip_level"`
	CoreService       *bool        `col:"core_service"`
	SignificantImpact *bool        `col:"significant_impact"`
	TLHPPct           *data.Amount `col:"tlhp_pct"`
	LHKPNPct          *data.Amount `col:"lhkpn_pct"`
	LHKASNPct         *data.Amount `col:"lhkasn_pct"`
	ZIStarted         *int64       `col:"zi_started"`
	SAKIPInternal     *data.Amount `col:"sakip_internal"`
}

// gates tests the nomination gates of the cycle's rule set.
func (db *DB) gates(ctx context.Context, f Filter, u UnitInfo) ([]GateStat, error) {
	out := []GateStat{}
	set, ok := rule.ForCycle(f.Cycle)
	if !ok || len(set.Gates) == 0 {
		return out, nil
	}
	r, err := one[gateRow](ctx, db, "unit_gates", f.params())
	if err != nil {
		return nil, err
	}
	for _, target := range data.Targets {
		out = append(out, r.gates(set, target, u.Kind, u.UnitType, f.Cycle)...)
	}
	return out, nil
}

// gates tests the gates of one target on a unit of a kind and type.
func (r *gateRow) gates(set *rule.Set, target, kind, unitType string, cycle int) []GateStat {
	var out []GateStat
	exempt := exempted(set, kind, unitType)
	for _, g := range set.Gates {
		if len(g.Kinds) > 0 && !slices.Contains(g.Kinds, kind) {
			continue
		}
		minimum := g.WBK
		if target == data.WBBM {
			minimum = g.WBBM
		}
		s := GateStat{Target: target, Gate: g.Code, Level: g.Level, Minimum: minimum, Status: g.Status, Exempt: exempt && g.Level == "agency"}
		s.Value, s.Margin, s.Passed = r.test(set, g.Code, minimum, cycle)
		out = append(out, s)
	}
	return out
}

// exempted reports whether the unit may be nominated while its agency's gates
// are open.
func exempted(set *rule.Set, kind, unitType string) bool {
	x := set.Exemption
	t, ok := data.UnitTypeByCode(unitType)
	return x != nil && ok && t.Affirmative && slices.Contains(x.Kinds, kind)
}

// test gives what is known of a gate, in the gate's own words, by how much a
// number lies above what is asked, and whether the gate is met; nil where it is
// not known. A number exactly at a band's lower bound has the margin 0 and does
// not meet it.
func (r *gateRow) test(set *rule.Set, code, minimum string, cycle int) (string, *data.Score, *bool) {
	switch code {
	case "bpk_opinion":
		if r.BPKOpinion == "" {
			return "", nil, nil
		}
		met := slices.Index(data.BPKOpinions, r.BPKOpinion) <= slices.Index(data.BPKOpinions, minimum)
		return r.BPKOpinion, nil, &met
	case "sakip":
		return band(set, r.SAKIP, minimum)
	case "rb_index":
		return band(set, r.RBIndex, minimum)
	case "sakip_internal":
		return band(set, r.SAKIPInternal, minimum)
	case "core_service":
		return yes(r.CoreService)
	case "significant_impact":
		return yes(r.SignificantImpact)
	case "spip_level":
		return atLeast(r.SPIPLevel, minimum)
	case "tlhp_pct":
		return atLeast(r.TLHPPct, minimum)
	case "lhkpn_pct":
		return atLeast(r.LHKPNPct, minimum)
	case "lhkasn_pct":
		return atLeast(r.LHKASNPct, minimum)
	case "zi_years":
		if r.ZIStarted == nil {
			return "", nil, nil
		}
		years := data.Amount(int64(cycle)-*r.ZIStarted) * data.OneAmount
		return atLeast(&years, minimum)
	}
	return "", nil, nil
}

// band compares a 0-100 result with a band and shows both letter and number:
// at the edges official sources disagree.
func band(set *rule.Set, v *data.Amount, minimum string) (string, *data.Score, *bool) {
	if v == nil {
		return "", nil, nil
	}
	letter := set.Band(*v)
	met := slices.Index(data.SAKIPBands, letter) >= slices.Index(data.SAKIPBands, minimum)
	margin := v.Score() - set.Bands.LowerBounds[minimum]
	return letter + " (" + v.String() + ")", &margin, &met
}

func atLeast(v *data.Amount, minimum string) (string, *data.Score, *bool) {
	low, err := data.ParseAmount(minimum)
	if v == nil || err != nil {
		return "", nil, nil
	}
	margin, met := (*v - low).Score(), *v >= low
	return v.String(), &margin, &met
}

func yes(v *bool) (string, *data.Score, *bool) {
	if v == nil {
		return "", nil, nil
	}
	return strconv.FormatBool(*v), nil, v
}
