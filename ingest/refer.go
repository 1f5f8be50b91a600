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
	last  string               // the one found last; most rows name it again
	open  bool                 // an unknown one is flagged, not refused
}

func newRegister(code string, known func(id string) bool) *register {
	return &register{code: code, known: known, read: map[string]bool{}}
}

func (r *register) has(id string) bool {
	if id == r.last {
		return true
	}
	if !r.read[id] && !r.known(id) {
		return false
	}
	r.last = strings.Clone(id)
	return true
}

func (r *register) add(id string) { r.read[strings.Clone(id)] = true }

// refer adds the references of a record to what is not registered.
func (in *input) refer(problems []data.Problem, rec data.Record) []data.Problem {
	unit := func(id string) []data.Problem {
		if in.opt.Within.Agency != "" {
			return problems // another's unit and one that nobody knows are answered alike, by outside
		}
		return in.known(problems, "unit_id", id, in.units)
	}
	agency := func(id string) []data.Problem { return in.known(problems, "agency_id", id, in.agencies) }
	switch v := rec.(type) {
	case *data.Unit:
		return agency(v.AgencyID)
	case *data.AgencyGate:
		return agency(v.AgencyID)
	case *data.Quota:
		return agency(v.AgencyID)
	case *data.UnitGate:
		return unit(v.UnitID)
	case *data.Answer:
		return unit(v.UnitID)
	case *data.NodeScore:
		return unit(v.UnitID)
	case *data.Survey:
		return unit(v.UnitID)
	case *data.Nomination:
		return unit(v.UnitID)
	case *data.Award:
		return unit(v.UnitID)
	case *data.Host:
		return unit(v.UnitID)
	case *data.Zone:
		return unit(v.UnitID)
	case *data.Visit:
		problems = in.known(problems, "host_id", v.HostID, in.units)
		return in.known(problems, "guest_id", v.GuestID, in.units)
	}
	return problems // agencies, and the survey that names them in words
}

// known adds a problem if a field names what is not registered.
func (in *input) known(problems []data.Problem, field, id string, r *register) []data.Problem {
	if id == "" || r.has(id) {
		return problems
	}
	severity := data.Rejected
	if r.open {
		// Once a file is enough: the rows go in.
		if in.named[id] {
			return problems
		}
		in.named[strings.Clone(id)] = true
		severity = data.Flagged
	}
	return append(problems, data.Problem{Code: r.code, Severity: severity, Field: field, Value: id})
}

// owner flags a row of a register that is another agency's than the sender's,
// and a unit that the lake has under another agency.
func (in *input) owner(problems []data.Problem, rec data.Record) []data.Problem {
	sender, agency, before := in.sub.AgencyID, "", ""
	switch v := rec.(type) {
	case *data.Agency:
		agency = v.AgencyID
	case *data.Unit:
		agency, before = v.AgencyID, in.opt.KnownUnits[v.UnitID]
	default:
		return problems
	}
	if sender != "" && agency != sender && in.opt.Within.Agency == "" {
		problems = append(problems, data.Problem{Code: "agency-differs", Severity: data.Flagged, Field: "agency_id", Value: agency, Want: sender})
	}
	if before != "" && agency != before && in.opt.Within.Agency == "" {
		problems = append(problems, data.Problem{Code: "unit-moved", Severity: data.Flagged, Field: "agency_id", Value: agency, Want: before})
	}
	return problems
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
