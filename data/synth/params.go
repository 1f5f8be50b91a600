package synth

import (
	"fmt"
	"strconv"
	"strings"

	"tolok/data"
)

// Formats of what is written.
const (
	FormatCSV   = "csv"   // every agency sends plain CSV
	FormatMixed = "mixed" // agencies differ in separator, encoding, headings, compression, and some send PortalRB's JSON
)

// Params is what can be asked for. The zero value of Agencies means a number
// that suits Units.
type Params struct {
	Agencies int        `json:"agencies"`
	Units    int        `json:"units"`
	First    int        `json:"first_cycle"`
	Last     int        `json:"last_cycle"`
	Seed     uint64     `json:"seed"`
	Format   string     `json:"format"`
	Dirt     data.Score `json:"dirt"` // share of rows to spoil, 0 … 0.5
	// Everyone lets every unit send its self-assessment each year, item by
	// item, not only those that build: a nation of answers to measure with.
	Everyone bool `json:"everyone,omitempty"`
}

// DefaultParams is a programme to look at: about 3,000 units over ten cycles.
func DefaultParams() Params {
	return Params{Units: 3000, First: FirstCycle, Last: 2025, Seed: 1, Format: FormatCSV}
}

// ParseCycles reads "2016-2025" or "2024".
func ParseCycles(s string) (first, last int, err error) {
	a, b, span := strings.Cut(s, "-")
	if first, err = strconv.Atoi(strings.TrimSpace(a)); err == nil {
		last = first
		if span {
			last, err = strconv.Atoi(strings.TrimSpace(b))
		}
	}
	if err != nil {
		return 0, 0, fmt.Errorf("cycles %q: write 2016-2025 or one year", s)
	}
	return first, last, nil
}

// leastAgencies is one of every kind.
const leastAgencies = 5

// Complete fills in what was left open and refuses what cannot be made.
func (p Params) Complete() (Params, error) {
	if p.Agencies == 0 {
		p.Agencies = min(max(leastAgencies, p.Units/25), len(allAgencies()))
	}
	switch {
	case p.Agencies < leastAgencies || p.Agencies > len(allAgencies()):
		return p, fmt.Errorf("agencies %d: between %d (one of every kind) and %d can be made", p.Agencies, leastAgencies, len(allAgencies()))
	case p.Units < 4*p.Agencies:
		return p, fmt.Errorf("units %d: %d agencies need at least %d", p.Units, p.Agencies, 4*p.Agencies)
	case p.Units > 10*fullSize:
		return p, fmt.Errorf("units %d: at most %d can be made", p.Units, 10*fullSize)
	case p.First > p.Last || p.First < FirstCycle || p.Last > lastCycle:
		return p, fmt.Errorf("cycles %d-%d: write a span within %d-%d", p.First, p.Last, FirstCycle, lastCycle)
	case p.Format != FormatCSV && p.Format != FormatMixed:
		return p, fmt.Errorf("format %q: use %s or %s", p.Format, FormatCSV, FormatMixed)
	case p.Dirt < 0 || p.Dirt > data.One/2:
		return p, fmt.Errorf("dirt %s: write a share between 0 and 0.5", p.Dirt)
	}
	return p, nil
}
