package auth

import "strings"

// Role is what an account is for.
type Role string

// The roles. The zero value is the public: whoever has not signed in.
const (
	Public    Role = ""
	Nasional  Role = "nasional"  // the ministry: everything
	Instansi  Role = "instansi"  // one agency and its units
	Satker    Role = "satker"    // one unit
	Perencana Role = "perencana" // a planner, of one agency or of all
)

// Roles an account can have.
var Roles = []Role{Nasional, Instansi, Satker, Perencana}

// Scope is a role and the part of the country it speaks for.
type Scope struct {
	Role   Role   `json:"role"`
	Agency string `json:"agency,omitempty"` // instansi: required; perencana: optional; satker: the unit's agency
	Unit   string `json:"unit,omitempty"`   // satker: required
}

// Check says whether the role is known and has the scope it needs, and no other.
func (s Scope) Check() error {
	switch s.Role {
	case Nasional, Instansi, Satker, Perencana:
	case Public:
		return &Invalid{Field: "role", Reason: "required"}
	default:
		return &Invalid{Field: "role", Reason: "unknown"}
	}
	switch {
	case s.Role == Instansi && s.Agency == "":
		return &Invalid{Field: "agency", Reason: "required"}
	case s.Role == Satker && s.Unit == "":
		return &Invalid{Field: "unit", Reason: "required"}
	case s.Role == Nasional && s.Agency != "":
		return &Invalid{Field: "agency", Reason: "not-allowed"}
	case s.Role != Satker && s.Unit != "":
		return &Invalid{Field: "unit", Reason: "not-allowed"}
	case !isRegisterID(s.Agency):
		return &Invalid{Field: "agency", Reason: "bad-form"}
	case !isRegisterID(s.Unit):
		return &Invalid{Field: "unit", Reason: "bad-form"}
	}
	return nil
}

// isRegisterID refuses what no id of an agency or a unit can be.
func isRegisterID(v string) bool {
	return len(v) <= 64 && !strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// Within says whether s is no wider than o. The public is within every scope,
// a satker within the instansi of its agency; a planner sees other things than
// an agency does, so it is within nasional and within planners only.
func (s Scope) Within(o Scope) bool {
	if s == (Scope{}) {
		return true
	}
	if s.Check() != nil || o.Check() != nil {
		return false
	}
	switch o.Role {
	case Nasional:
		return true
	case Instansi:
		return (s.Role == Instansi || s.Role == Satker) && s.Agency == o.Agency
	case Satker:
		return s == o
	case Perencana:
		return s.Role == Perencana && (o.Agency == "" || s.Agency == o.Agency)
	}
	return false
}

// settle checks a scope and holds a satker's agency to the register.
func (s *Store) settle(c Scope) (Scope, error) {
	if err := c.Check(); err != nil {
		return c, err
	}
	if c.Role != Satker || s.opts.UnitAgency == nil {
		return c, nil
	}
	agency, known := s.opts.UnitAgency(c.Unit)
	switch {
	case !known:
		return c, &Invalid{Field: "unit", Reason: "unknown"}
	case c.Agency != "" && c.Agency != agency:
		return c, &Invalid{Field: "unit", Reason: "not-allowed", Want: "a unit of agency " + c.Agency}
	}
	c.Agency = agency
	return c, nil
}
