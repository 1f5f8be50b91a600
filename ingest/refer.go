package ingest

import (
	"strings"

	"tolok/data"
)

// register is the ids of units or agencies that rows may refer to.
type register struct {
	code  string               // the problem of an unknown one
	known func(id string) bool // before this run
	read  map[string]bool      // in this run
	open  bool                 // an unknown one is flagged, not refused
}

func newRegister(code string, known func(id string) bool) *register {
	return &register{code: code, known: known, read: map[string]bool{}}
}

func (r *register) has(id string) bool { return r.read[id] || r.known(id) }

func (r *register) add(id string) { r.read[strings.Clone(id)] = true }

// reference is a field of a record that names a unit or an agency.
type reference struct {
	field, id string
	register  *register
}

// references lists what a record refers to.
func (r *run) references(rec data.Record) []reference {
	switch v := rec.(type) {
	case *data.Unit:
		return []reference{{"agency_id", v.AgencyID, r.agencies}}
	case *data.AgencyGate:
		return []reference{{"agency_id", v.AgencyID, r.agencies}}
	case *data.Quota:
		return []reference{{"agency_id", v.AgencyID, r.agencies}}
	case *data.UnitGate:
		return []reference{{"unit_id", v.UnitID, r.units}}
	case *data.Answer:
		return []reference{{"unit_id", v.UnitID, r.units}}
	case *data.NodeScore:
		return []reference{{"unit_id", v.UnitID, r.units}}
	case *data.Survey:
		return []reference{{"unit_id", v.UnitID, r.units}}
	case *data.Nomination:
		return []reference{{"unit_id", v.UnitID, r.units}}
	case *data.Award:
		return []reference{{"unit_id", v.UnitID, r.units}}
	case *data.Host:
		return []reference{{"unit_id", v.UnitID, r.units}}
	case *data.Zone:
		return []reference{{"unit_id", v.UnitID, r.units}}
	case *data.Visit:
		return []reference{{"host_id", v.HostID, r.units}, {"guest_id", v.GuestID, r.units}}
	}
	return nil // agencies, and the survey that names them in words
}

// refer reports references to what is not registered.
func (in *input) refer(rec data.Record) []data.Problem {
	var out []data.Problem
	for _, ref := range in.references(rec) {
		if ref.id == "" || ref.register.has(ref.id) {
			continue
		}
		severity := data.Rejected
		if ref.register.open {
			// Once a file is enough: the rows go in.
			if in.named[ref.id] {
				continue
			}
			in.named[strings.Clone(ref.id)] = true
			severity = data.Flagged
		}
		out = append(out, data.Problem{Code: ref.register.code, Severity: severity, Field: ref.field, Value: ref.id})
	}
	return out
}

// owner flags a row of a register that is another agency's than the sender's,
// and a unit that the lake has under another agency.
func (in *input) owner(rec data.Record) []data.Problem {
	sender, agency, before := in.sub.AgencyID, "", ""
	switch v := rec.(type) {
	case *data.Agency:
		agency = v.AgencyID
	case *data.Unit:
		agency, before = v.AgencyID, in.opt.KnownUnits[v.UnitID]
	default:
		return nil
	}
	var out []data.Problem
	if sender != "" && agency != sender {
		out = append(out, data.Problem{Code: "agency-differs", Severity: data.Flagged, Field: "agency_id", Value: agency, Want: sender})
	}
	if before != "" && agency != before {
		out = append(out, data.Problem{Code: "unit-moved", Severity: data.Flagged, Field: "agency_id", Value: agency, Want: before})
	}
	return out
}

// successor is a unit that another was merged into; it may stand further down,
// or in a later file.
type successor struct {
	id     string
	origin data.Origin
	file   string
}

// remember notes what later rows may refer to, and what later rows must hold.
func (in *input) remember(rec data.Record) {
	switch v := rec.(type) {
	case *data.Agency:
		in.agencies.add(v.AgencyID)
	case *data.Unit:
		in.units.add(v.UnitID)
		if v.MergedInto != "" {
			in.successors = append(in.successors, successor{strings.Clone(v.MergedInto), v.Origin, in.name})
		}
	}
}

// reportSuccessors flags mergers into units nobody registered.
func (r *run) reportSuccessors() error {
	for _, s := range r.successors {
		if r.units.has(s.id) {
			continue
		}
		p := data.Problem{
			Code: "unknown-target", Severity: data.Flagged, Dataset: "units", File: s.file,
			Field: "merged_into", Value: s.id, Origin: s.origin,
		}
		if err := r.report(p); err != nil {
			return err
		}
	}
	return nil
}
