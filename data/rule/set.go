package rule

import (
	"slices"
	"strings"

	"tolok/data"
)

// Text is a short text in both languages of the program.
type Text struct {
	ID string `json:"id"`
	EN string `json:"en"`
}

// In is the text in the given language, "id" or "en".
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ID
}

// Status says how sure we are of a rule.
type Status = string

// The three degrees of certainty.
const (
	Regulation Status = "regulation" // read in the regulation's own text
	Form       Status = "form"       // read in the ministry's worksheet form
	Unverified Status = "unverified" // from memory, practice, or our own choice
)

// Set is one regulation's way of scoring.
type Set struct {
	ID         string      `json:"id"`
	Base       string      `json:"base"`
	Regulation string      `json:"regulation"`
	Title      Text        `json:"title"`
	InForce    InForce     `json:"in_force"`
	Scales     []Scale     `json:"scales"`
	Policies   Policies    `json:"policies"`
	Criteria   []Criterion `json:"criteria"`
	Gates      []Gate      `json:"gates"`
	Exemption  *Exemption  `json:"gate_exemption"`
	Issuers    map[string]IssuerRule
	AfterAward *AfterAward `json:"after_award"`
	Bands      Bands       `json:"bands"`
	Review     Review      `json:"review"`

	GatesCitation string `json:"gates_citation"`

	Nodes []*Node `json:"-"` // parents before children, in the order of the form
	Items []*Item `json:"-"` // in the order of the form

	node map[string]*Node
	item map[string]*Item
}

// InForce bounds the cycles a rule set applies to. LastCycle 0 means still in
// force.
type InForce struct {
	FirstCycle int    `json:"first_cycle"`
	LastCycle  int    `json:"last_cycle"`
	Status     Status `json:"status"`
	Note       Text   `json:"note"`
}

// Scale gives the score of each option of one answer type.
type Scale struct {
	AnswerType string                `json:"answer_type"`
	Options    map[string]data.Score `json:"options"`
	Status     Status                `json:"status"`
	Citation   string                `json:"citation"`
}

// Policies names the choice a rule set makes where no regulation settles it.
type Policies struct {
	Unanswered    PolicyChoice `json:"unanswered"`
	NotApplicable PolicyChoice `json:"not_applicable"`
}

// PolicyChoice is one policy's default and how sure we are of it.
type PolicyChoice struct {
	Default string `json:"default"`
	Status  Status `json:"status"`
}

// Criterion is one threshold. Its measure says what is compared:
//
//	points      the points of Node
//	area_share  the percentage of each area's weight that was earned
//	value       the value typed into Item (a survey index on 0-4)
//	fact        something the worksheet does not hold
//
// A nil minimum means that the target does not ask for it.
type Criterion struct {
	Code     string      `json:"code"`
	Measure  string      `json:"measure"`
	Node     string      `json:"node"`
	Item     string      `json:"item"`
	WBK      *data.Score `json:"wbk"`
	WBBM     *data.Score `json:"wbbm"`
	Status   Status      `json:"status"`
	Citation string      `json:"citation"`
	Note     Text        `json:"note"`
}

// Minimum is the criterion's threshold for a target, or nil.
func (c *Criterion) Minimum(target string) *data.Score {
	if target == data.WBBM {
		return c.WBBM
	}
	return c.WBK
}

// Gate is a condition for being nominated at all, on the agency or the unit.
type Gate struct {
	Code     string   `json:"code"`
	Level    string   `json:"level"` // agency, unit
	Kinds    []string `json:"kinds"` // kinds of agency it holds for; empty means all
	WBK      string   `json:"wbk"`
	WBBM     string   `json:"wbbm"`
	Status   Status   `json:"status"`
	Citation string   `json:"citation"`
}

// Exemption lets some units be nominated while their agency's gates are open.
type Exemption struct {
	Level     string   `json:"level"`
	Kinds     []string `json:"kinds"`
	UnitTypes string   `json:"unit_types"`
	Status    Status   `json:"status"`
	Citation  string   `json:"citation"`
	Note      Text     `json:"note"`
}

// IssuerRule says which predicates an issuer other than the nation may award.
type IssuerRule struct {
	Targets    []string `json:"targets"`
	FirstCycle int      `json:"first_cycle"`
	Status     Status   `json:"status"`
	Citation   string   `json:"citation"`
}

// AfterAward says what becomes of a predicate that is revoked. Nil means that the
// rules known here do not say.
type AfterAward struct {
	BarYears int      `json:"bar_years"` // for so many years from the day of revocation no new nomination
	Reasons  []string `json:"reasons"`   // a revocation bars when its reason has one of these words
	Status   Status   `json:"status"`
	Citation string   `json:"citation"`
	Note     Text     `json:"note"`
}

// Bars reports whether a revocation for the reason bars, nil where no reason is
// known.
func (a *AfterAward) Bars(reason string) *bool {
	if strings.TrimSpace(reason) == "" {
		return nil
	}
	bars := slices.ContainsFunc(a.Reasons, func(w string) bool { return strings.Contains(strings.ToLower(reason), w) })
	return &bars
}

// Bands turns a 0-100 evaluation result into its letter: the highest band
// whose lower bound the number exceeds.
type Bands struct {
	LowerBounds map[string]data.Score `json:"lower_bounds"`
	Status      Status                `json:"status"`
	Note        Text                  `json:"note"`
}

// Review says who compared the set with its sources, and when.
type Review struct {
	Status string `json:"status"`
	Date   string `json:"date"`
}

// Levels of a node, from the top.
const (
	LevelTotal     = "total"
	LevelComponent = "component" // pengungkit, hasil
	LevelPart      = "part"      // pemenuhan, reform (since 90/2021)
	LevelArea      = "area"      // one of the six areas, within its part; or a result component
	LevelSubarea   = "subarea"   // where items are averaged
)

// Node is one weight of the tree.
type Node struct {
	Code     string
	Parent   string
	Level    string
	Part     string // pemenuhan, reform, or empty
	Area     string // MP, TT, SDM, AK, PW, PP, B.I, B.II; empty above areas
	Weight   data.Score
	Label    Text
	Match    string // words that find its heading in a form, as in Item
	Citation string
	Status   Status
	Place    int // in the set's Nodes

	Children []*Node
	Items    []*Item // the scored items of a sub-area
}

// Item formulas.
const (
	FormulaOption  = "option"   // the scale's score of the chosen option
	FormulaRatio   = "ratio"    // num / den, at most 1; den 0 does not apply
	FormulaFall    = "fall"     // (den - num) / den, at least 0; 0 and 0 is 1; 0 before and some now is 0
	FormulaValue4  = "value4"   // value / 4
	FormulaPercent = "value100" // value / 100
	FormulaInput   = "input"    // a count that a ratio is made of
)

// Roles of the inputs of a ratio.
const (
	RoleNum     = "num"
	RoleDen     = "den"
	RoleDenPart = "den_part" // the denominator is the sum of its parts where no total is given
	RoleInfo    = "info"
)

// Item is one question of the worksheet, or one count under a question.
type Item struct {
	ID          string
	Node        string // its sub-area
	Kind        string // scored, input
	AnswerType  string // as the form names it
	Formula     string
	Parent      string // of an input: the item it counts for
	Role        string // of an input
	Label       Text
	Match       string // words that find its row in a form; -word must be absent, | parts alternatives
	FormRow     int    // the row in the unchanged form, 0 if not in it
	PortalRBID  int    // PortalRB's question number, 0 if none
	PortalRBRow int    // the row in PortalRB's sheet Jawaban, 0 if none
	OldItem     string // the item of 52/2014 that asks the same
	Place       int    // in the set's Items
	Options     map[string]data.Score

	Inputs []*Item
}

// Scored reports whether the item itself has a score.
func (it *Item) Scored() bool { return it.Kind == "scored" }

// Node finds a node by its code.
func (s *Set) Node(code string) (*Node, bool) { n, ok := s.node[code]; return n, ok }

// Item finds an item by its id.
func (s *Set) Item(id string) (*Item, bool) { it, ok := s.item[id]; return it, ok }

// ItemByPortalRB finds the item a PortalRB question maps to.
func (s *Set) ItemByPortalRB(question int) (*Item, bool) {
	i := slices.IndexFunc(s.Items, func(it *Item) bool { return it.PortalRBID == question })
	if i < 0 || question == 0 {
		return nil, false
	}
	return s.Items[i], true
}

// At lists the nodes of one level in the order of the form.
func (s *Set) At(level string) []*Node {
	var out []*Node
	for _, n := range s.Nodes {
		if n.Level == level {
			out = append(out, n)
		}
	}
	return out
}

// DefaultPolicy is the policy the set's numbers are published with.
func (s *Set) DefaultPolicy() Policy {
	return Policy{Unanswered: s.Policies.Unanswered.Default, NotApplicable: s.Policies.NotApplicable.Default}
}

// Band is the letter of a 0-100 evaluation result, such as SAKIP 71.2 = BB.
func (s *Set) Band(v data.Amount) string {
	for _, b := range slices.Backward(data.SAKIPBands) {
		if lower, ok := s.Bands.LowerBounds[b]; ok && v.Score() > lower {
			return b
		}
	}
	return data.SAKIPBands[0]
}

// OptionNames lists an item's options, best first.
func (it *Item) OptionNames() []string {
	names := make([]string, 0, len(it.Options))
	for n := range it.Options {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := it.Options[b] - it.Options[a]; d != 0 {
			return int(d >> 12)
		}
		return strings.Compare(a, b)
	})
	return names
}
