package planted

import (
	"bytes"
	"slices"

	"tolok/analytics"
)

// MaySee is the goal's text, once more and otherwise: who may see which cell by
// name.
func (c *Secret) MaySee(s analytics.Scope) bool {
	national := s.Role == "nasional" || s.Role == "perencana" && s.Agency == ""
	agency := (s.Role == "instansi" || s.Role == "perencana") && s.Agency != "" && s.Agency == c.Agency
	unit := s.Role == "satker" && s.Unit == c.Unit && c.Unit != ""
	own := agency || unit
	member := national || s.Role == "satker" || s.Agency != ""
	out := slices.Contains(s.Released, c.Cycle)
	holder := c.Unit == "a1" || c.Unit == "b1" || c.Unit == "a3"
	switch {
	case national:
		return true
	case c.What == "file", c.What == "agency gate":
		return agency || s.Role == "satker" && s.Agency == c.Agency
	case c.What == "quota":
		return agency
	case c.What == "name":
		return member || len(s.Released) > 0 && holder
	case c.What == "size":
		return member
	case c.What == "award":
		return out && (own || holder)
	case c.What == "tpn area": // of a holder, in the cycle of its predicate, everyone
		return out && (own || holder && c.Cycle == map[string]int{"a1": Second, "b1": Second, "a3": First}[c.Unit])
	case c.What == "tpn", c.What == "tpn total", c.What == "dates", c.What == "decree", c.What == "revoked", c.What == "outcome":
		return own && out
	}
	return own // worksheets of the unit and its inspectorate, surveys, gates, problems
}

// Nameless reports whether the value may show in a distribution without a name.
func (c *Secret) Nameless(s analytics.Scope) bool {
	return c.What == "tpn total" && slices.Contains(s.Released, c.Cycle)
}

// Counted reports whether a released value may move what is counted over the
// nation.
func (c *Secret) Counted(s analytics.Scope) bool {
	return (c.What == "tpn" || c.What == "tpn area" || c.What == "tpn total" || c.What == "outcome") && slices.Contains(s.Released, c.Cycle)
}

// Holds finds a mark that is not a piece of a longer number.
func Holds(b []byte, mark string) bool {
	digit := func(i int) bool { return i >= 0 && i < len(b) && b[i] >= '0' && b[i] <= '9' }
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte(mark))
		if i < 0 {
			return false
		}
		if i += at; !digit(i-1) && !digit(i+len(mark)) && (i == 0 || b[i-1] != '.') {
			return true
		}
		at = i + 1
	}
}
