package forecast

import "fmt"

// Day is a date as days since 1970-01-01.
type Day int32

// Num is a number that may be unknown. Its zero value is unknown: nothing that
// was left out is ever read as a zero.
type Num struct {
	V     float64
	Known bool
}

// Of is the known number v.
func Of(v float64) Num { return Num{v, true} }

// Areas is the number of areas of change, in the order of the worksheet: MP,
// TT, SDM, AK, PW, PP.
const Areas = 6

// What a national team judges, in the order used throughout: the six areas,
// the performance answer (achievement, or audit follow-up in older rules), and
// the two survey indices.
const (
	Performance = Areas + iota
	IPAK
	IPKP
	Parts // how many there are
)

// Sheet is one worksheet as attainments: the share of the weight earned, 0-1.
type Sheet struct {
	Compliance  [Areas]Num // pemenuhan; the whole area where the rules have no halves
	Reform      [Areas]Num
	Performance Num
}

// Survey is one survey index on the scale 1-4 with its respondents.
type Survey struct {
	Value       Num
	Respondents int // 0 is unknown
}

// Surveys are the perception of corruption (IPAK) and of service (IPKP).
type Surveys struct{ IPAK, IPKP Survey }

// Targets.
const (
	WBK  = "WBK"
	WBBM = "WBBM"
)

// Stage is where a nominee stopped.
type Stage uint8

// Stages in the order they are passed. Unstaged: the result is known, where it
// fell is not.
const (
	Unstaged Stage = iota
	Administration
	SurveyStage
	Desk
	Field
	Panel
	Awarded
)

// Inputs are what a planner knows of a nominee before the national team looks.
type Inputs struct {
	Unit     string
	Agency   string
	Kind     string // of the agency
	UnitType string
	Region   string
	Cycle    int
	Target   string
	Rules    string // id of the rule set in force
	Attempts int    // nominations before this cycle
	OpenGate bool   // a gate of the rule set is known not to be met
	Internal Sheet  // the TPI's worksheet
	Surveys  Surveys
	KnownOn  Day
}

// Review is the national team's own scores of a nominee, as far as reported.
type Review struct {
	Sheet   Sheet
	Surveys Surveys
	KnownOn Day
}

// Outcome is how a nomination ended.
type Outcome struct {
	Passed  bool
	Stage   Stage
	KnownOn Day
}

// Case is one nominee of one cycle. Review and Outcome are nil until known.
type Case struct {
	Inputs
	Review  *Review
	Outcome *Outcome
}

// Programme is everything recorded: the rule sets by id, and every nomination.
type Programme struct {
	Rules map[string]Rules
	Cases []Case
}

// Before is the programme as it stood before a day: what became known on that
// day or later is not in it.
func (p Programme) Before(day Day) Programme {
	out := Programme{Rules: p.Rules, Cases: make([]Case, 0, len(p.Cases))}
	for _, c := range p.Cases {
		if c.KnownOn >= day {
			continue
		}
		if c.Review != nil && c.Review.KnownOn >= day {
			c.Review = nil
		}
		if c.Outcome != nil && c.Outcome.KnownOn >= day {
			c.Outcome = nil
		}
		out.Cases = append(out.Cases, c)
	}
	return out
}

// check names the first case that cannot be read.
func (p Programme) check() error {
	for _, c := range p.Cases {
		r, ok := p.Rules[c.Rules]
		if !ok {
			return fmt.Errorf("forecast: unit %s in %d: rule set %q is not among those given", c.Unit, c.Cycle, c.Rules)
		}
		if len(r.Criteria[c.Target]) == 0 {
			return fmt.Errorf("forecast: unit %s in %d: rule set %s has no criteria for target %q", c.Unit, c.Cycle, c.Rules, c.Target)
		}
	}
	return nil
}
