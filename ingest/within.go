package ingest

import (
	"cmp"
	"slices"

	"tolok/data"
)

// Within is what a sender may speak of; the zero value is everything. A row
// about anything else is left out, and a file declared to come from another
// agency is not read at all.
//
// An agency speaks of itself, its units and their hosts and visits. What the
// national team decides it cannot send: the layer tpn, awards issued
// nationally, the decisions on national nominations, and KPK's survey. A unit
// takes no other unit over and gives none away.
//
// A unit speaks of itself, as its own self-assessment does: no register, no
// nomination, no award, and no layer but self.
type Within struct {
	Agency string // id; required if Unit is given
	Unit   string // id; "" for all units of the agency
}

// sender reports a file that was declared for another agency than the sender's.
func (r *run) sender(f *file) *data.Problem {
	if own := r.opt.Within.Agency; own != "" && f.declared != "" && f.declared != own {
		return &data.Problem{Code: "other-agency", Severity: data.Failed, File: f.name, Value: f.declared, Want: own}
	}
	return nil
}

// outside adds a problem if a record is about what the sender may not speak of.
func (in *input) outside(problems []data.Problem, rec data.Record) []data.Problem {
	w := in.opt.Within
	if w.Agency == "" {
		return problems
	}
	field, value := w.other(rec, in.belongs)
	if u, ok := rec.(*data.Unit); ok {
		field, value = in.unitRow(u)
	}
	if field == "" || slices.ContainsFunc(problems, func(p data.Problem) bool { return p.Field == field && p.Severity == data.Rejected }) {
		return problems
	}
	return append(problems, data.Problem{Code: "outside-scope", Severity: data.Rejected, Field: field, Value: value, Want: cmp.Or(w.Unit, w.Agency)})
}

// belongs reports whether a unit is the sender's: registered so before, or by
// a row of this run, which could be the sender's own only.
func (in *input) belongs(unit string) bool {
	w := in.opt.Within
	if w.Unit != "" {
		return unit == w.Unit
	}
	if agency, known := in.opt.KnownUnits[unit]; known {
		return agency == w.Agency
	}
	return in.units.read[unit]
}

// other is the field of a record that names what is not the sender's, and what
// it names; "" if there is none.
func (w Within) other(rec data.Record, own func(unit string) bool) (field, value string) {
	unit := func(id string) (string, string) {
		if own(id) {
			return "", ""
		}
		return "unit_id", id
	}
	agency := func(id string) (string, string) {
		if w.Unit == "" && id == w.Agency {
			return "", ""
		}
		return "agency_id", id
	}
	switch v := rec.(type) {
	case *data.Agency:
		return agency(v.AgencyID)
	case *data.AgencyGate:
		return agency(v.AgencyID)
	case *data.Quota:
		return agency(v.AgencyID)
	case *data.Answer:
		return firstOf(unit(v.UnitID))(w.layer(v.Layer))
	case *data.NodeScore:
		return firstOf(unit(v.UnitID))(w.layer(v.Layer))
	case *data.UnitGate:
		return unit(v.UnitID)
	case *data.Survey:
		return unit(v.UnitID)
	case *data.Host:
		return unit(v.UnitID)
	case *data.Zone:
		return unit(v.UnitID)
	case *data.Nomination:
		return firstOf(unit(v.UnitID))(w.decision(v))
	case *data.Award:
		return firstOf(unit(v.UnitID))(w.issuer(v.Issuer))
	case *data.Visit:
		if own(v.HostID) || own(v.GuestID) {
			return "", ""
		}
		return "host_id", v.HostID
	}
	return "dataset", rec.Dataset() // KPK's survey
}

// unitRow is other for a row of the register of units, which may bring a unit
// that nobody knew.
func (in *input) unitRow(v *data.Unit) (field, value string) {
	w := in.opt.Within
	before, known := in.opt.KnownUnits[v.UnitID]
	switch {
	case w.Unit != "":
		return "dataset", v.Dataset()
	case v.AgencyID != w.Agency:
		return "agency_id", v.AgencyID
	case known && before != w.Agency:
		return "unit_id", v.UnitID
	case v.MergedInto != "" && in.opt.KnownUnits[v.MergedInto] != "" && in.opt.KnownUnits[v.MergedInto] != w.Agency:
		return "merged_into", v.MergedInto
	}
	return "", ""
}

func firstOf(field, value string) func(string, string) (string, string) {
	return func(otherField, otherValue string) (string, string) {
		if field != "" {
			return field, value
		}
		return otherField, otherValue
	}
}

func (w Within) layer(l data.Layer) (field, value string) {
	if l == data.TPN || w.Unit != "" && l != data.Self {
		return "layer", l
	}
	return "", ""
}

func (w Within) issuer(issuer string) (field, value string) {
	if w.Unit != "" || issuer == national {
		return "issuer", issuer
	}
	return "", ""
}

// decision is the stage of a national nomination that the agency does not
// decide: what follows its own proposal, but for taking the proposal back.
func (w Within) decision(n *data.Nomination) (field, value string) {
	switch at := slices.Index(data.Stages, n.Stage); {
	case w.Unit != "":
		return "dataset", n.Dataset()
	case n.Issuer == national && at > slices.Index(data.Stages, proposal) && n.Result != withdrawn:
		return "stage", n.Stage
	}
	return "", ""
}

// Words of data's lists that decide who may send a row.
const (
	national  = "nasional"
	proposal  = "pengusulan"
	withdrawn = "ditarik"
)
