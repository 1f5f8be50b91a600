package rule

import (
	"maps"
	"slices"
	"strings"

	"tolok/data"
)

// Reported is what a form says about one item or node. A number that no
// worksheet can hold (a score beyond 1000, a weight outside 0.01 to 100) is not
// a Score or Weight but Text.
type Reported struct {
	Score    *data.Score // an item's score (0 to 1), a node's points; nil where there is no number
	Text     string      // what stands there instead of a number: #DIV/0!, Blm Diisi
	Typed    bool        // the number was typed where the form has a formula
	Type     string      // of an item: the answer type as the form writes it, where it is not the rule's
	Spelling string      // of an item: the answer as the form writes it, where it had to be repaired
	Weight   *data.Score // of a node: the weight as the form writes it
	Cell     string      // L31
}

// failed reports whether the form shows an error value, and not just a blank.
func (p Reported) failed() bool { return p.Score == nil && strings.HasPrefix(p.Text, "#") }

// Reasons why a form reports another number. Each is found by computing what
// the form would report if it were so, and comparing.
const (
	ReasonType         = "type"          // item: its answer type is misspelt, so the form does not score it
	ReasonScale        = "scale"         // item: scored by the scale of another answer type
	ReasonSpelling     = "spelling"      // item: its answer is misspelt, so the form does not score it
	ReasonDivision     = "division"      // a division by zero: the item or sub-area does not apply
	ReasonZeroBefore   = "zero-before"   // item: a fall from zero, which the form divides by
	ReasonError        = "error"         // another error value
	ReasonTyped        = "typed"         // a number typed over the formula
	ReasonNotScored    = "not-scored"    // item: answered, but the form gives no score
	ReasonScoredBlank  = "scored-blank"  // item: scored by the form, though its answer is blank or was refused
	ReasonBlankOnly    = "blank-only"    // sub-area: nothing was answered, so the form divides by zero
	ReasonBlankOmitted = "blank-omitted" // sub-area: the form leaves unanswered items out of the mean
	ReasonOmitted      = "omitted"       // sub-area: the form leaves answered items out of the mean
	ReasonSumOnly      = "sum-only"      // area: what does not apply got no points, and its weight was not spread
	ReasonOneOfGroup   = "one-of-group"  // group: one member averaged with itself, the others left out
	ReasonWeight       = "weight"        // node: the form's weight differs
	ReasonRounded      = "rounded"       // the same number, rounded
	ReasonCarried      = "carried"       // nothing wrong here: the difference comes from the codes named
	ReasonUnknown      = "unknown"       // none of the above explains it
)

// Difference is one number that the form reports and we do not.
type Difference struct {
	Code       string
	Reported   *data.Score // nil where the form shows no number
	Recomputed *data.Score // nil where the item or node does not apply
	Reason     string
	Codes      []string // the items or nodes the reason points at
	Found      string   // what stands in the form: an answer type, an error value
	Want       string   // what should
	Cell       string
}

// Group is a heading of the form above sub-areas that the regulation weighs one
// by one: A.II.5.iii over A.II.5.iii.a and A.II.5.iii.b.
type Group struct {
	Code    string
	Area    string // the code of the area
	Weight  data.Score
	Members []*Node
}

// Groups lists the groups in the order of the form.
func (s *Set) Groups() []Group {
	var out []Group
	for _, n := range s.At(LevelSubarea) {
		code := n.Code[:strings.LastIndexByte(n.Code, '.')]
		if _, isNode := s.node[code]; isNode {
			continue
		}
		i := slices.IndexFunc(out, func(g Group) bool { return g.Code == code })
		if i < 0 {
			i = len(out)
			out = append(out, Group{Code: code, Area: n.Parent})
		}
		out[i].Weight += n.Weight
		out[i].Members = append(out[i].Members, n)
	}
	return out
}

// Compare sets the result beside what a form reports, by code of node, group or
// item id, and explains every difference. The order is that of the form, from
// the total down. What the form says nothing about is not compared.
func (r *Result) Compare(reported map[string]Reported) []Difference {
	c := &comparison{r: r, reported: reported, items: map[string]ItemScore{}, found: map[string]*Difference{}}
	for _, it := range r.Items {
		c.items[it.Item.ID] = it
		c.note(c.item(it))
	}
	for _, n := range r.Set.At(LevelSubarea) {
		if _, isItem := c.items[n.Code]; !isItem {
			c.note(c.subarea(n))
		}
	}
	groups := r.Set.Groups()
	for _, g := range groups {
		c.note(c.group(g))
	}
	// Children come after their parents in Nodes, so go backwards.
	for _, n := range slices.Backward(r.Set.Nodes) {
		if n.Level != LevelSubarea {
			c.note(c.sum(n, groups))
		}
	}
	return c.inOrder(groups)
}

type comparison struct {
	r        *Result
	reported map[string]Reported
	items    map[string]ItemScore
	found    map[string]*Difference
}

func (c *comparison) note(d *Difference) {
	if d != nil {
		c.found[d.Code] = d
	}
}

func (c *comparison) inOrder(groups []Group) []Difference {
	var out []Difference
	add := func(code string) {
		if d := c.found[code]; d != nil {
			out = append(out, *d)
			delete(c.found, code)
		}
	}
	for _, n := range c.r.Set.Nodes {
		for _, g := range groups {
			if slices.Contains(g.Members, n) {
				add(g.Code)
			}
		}
		add(n.Code)
		for _, it := range n.Items {
			add(it.ID)
		}
	}
	return out
}

// same compares at the precision of [compareDecimals]: forms compute in binary
// floating point.
func same(a, b data.Score) bool { return (a - b).Round(compareDecimals) == 0 }

// begin starts a difference, or returns nil where form and result agree.
func (c *comparison) begin(code string, recomputed *data.Score) (*Difference, Reported) {
	p, ok := c.reported[code]
	switch {
	case !ok, p.Score == nil && p.Text == "":
		return nil, p
	case p.Score != nil && recomputed != nil && same(*p.Score, *recomputed):
		return nil, p
	}
	return &Difference{Code: code, Reported: p.Score, Recomputed: recomputed, Found: p.Text, Cell: p.Cell}, p
}

// because fills in a reason.
func (d *Difference) because(reason string, codes ...string) *Difference {
	d.Reason, d.Codes = reason, codes
	return d
}

// ReportedScore is the score, 0 to 1, that a form reports for an item. Where the
// item is its own sub-area (the surveys), the form shows points.
func (s *Set) ReportedScore(reported map[string]Reported, it *Item) *data.Score {
	p := reported[it.ID]
	n, isNode := s.node[it.ID]
	if !isNode || p.Score == nil {
		return p.Score
	}
	w := n.Weight
	if p.Weight != nil {
		w = *p.Weight
	}
	v := p.Score.Times(int64(data.One), int64(w))
	return &v
}

// unit is what a full score of the item is in the form.
func (s *Set) unit(it *Item) data.Score {
	if n, isNode := s.node[it.ID]; isNode {
		return n.Weight
	}
	return data.One
}

// item explains one item.
func (c *comparison) item(sc ItemScore) *Difference {
	var recomputed *data.Score
	unit := c.r.Set.unit(sc.Item)
	if sc.State == Answered {
		v := sc.Score.Times(int64(unit), int64(data.One))
		recomputed = &v
	}
	d, p := c.begin(sc.Item.ID, recomputed)
	switch {
	case d == nil, sc.State == Unanswered && p.Score == nil && !p.failed():
		return nil // blank in both
	case p.failed():
		return c.itemError(d, sc)
	case p.Score == nil && p.Type != "":
		d.Found, d.Want = p.Type, sc.Item.AnswerType
		return d.because(ReasonType)
	case p.Score == nil && p.Spelling != "":
		d.Found, d.Want = p.Spelling, c.r.worksheet[sc.Item.ID].Choice
		return d.because(ReasonSpelling)
	case p.Score == nil:
		return d.because(ReasonNotScored)
	case p.Type != "" && c.scoredAs(sc.Item, p):
		d.Found, d.Want = p.Type, sc.Item.AnswerType
		return d.because(ReasonScale)
	case sc.Item.Formula == FormulaValue4 && c.asChoice(sc.Item, p) != "":
		d.Found, d.Want = c.asChoice(sc.Item, p), sc.Item.AnswerType
		return d.because(ReasonScale)
	case c.byWeight(d, p, unit):
		d.Found, d.Want = p.Weight.String(), unit.String()
		return d.because(ReasonWeight)
	case recomputed != nil && rounded(*p.Score, *recomputed):
		return d.because(ReasonRounded)
	case p.Typed:
		return d.because(ReasonTyped)
	case sc.State == Unanswered:
		return d.because(ReasonScoredBlank)
	}
	return d.because(ReasonUnknown)
}

func (c *comparison) itemError(d *Difference, sc ItemScore) *Difference {
	num, den := sc.Item.Fraction(c.r.worksheet)
	switch {
	case sc.State == NotApplicable:
		return d.because(ReasonDivision)
	case sc.Item.Formula == FormulaFall && num != nil && den != nil && *den == 0:
		return d.because(ReasonZeroBefore)
	}
	return d.because(ReasonError)
}

// scoredAs tells whether the reported score is what another answer type's scale
// gives the answer.
func (c *comparison) scoredAs(it *Item, p Reported) bool {
	for _, sc := range c.r.Set.Scales {
		if strings.EqualFold(sc.AnswerType, p.Type) {
			v, ok := sc.Options[c.r.worksheet[it.ID].Choice]
			return ok && same(v.Times(int64(c.r.Set.unit(it)), int64(data.One)), *p.Score)
		}
	}
	return false
}

// asChoice names the option scale by which a survey's whole number gives the
// reported points: 4 as A, 3 as B. One tool in use scores surveys so.
func (c *comparison) asChoice(it *Item, p Reported) string {
	a := c.r.worksheet[it.ID]
	for _, sc := range c.r.Set.Scales {
		scores := slices.Sorted(maps.Values(sc.Options))
		if len(scores) != 4 || a.Value == nil || *a.Value%data.OneAmount != 0 {
			continue
		}
		if k := *a.Value / data.OneAmount; k >= 1 && k <= 4 && same(scores[k-1].Times(int64(c.r.Set.unit(it)), int64(data.One)), *p.Score) {
			return sc.AnswerType
		}
	}
	return ""
}

// rounded tells whether a is b with one to four decimals.
func rounded(a, b data.Score) bool {
	for d := 1; d <= 4; d++ {
		if same(a, b.Round(d)) {
			return true
		}
	}
	return false
}

// subarea explains a mean.
func (c *comparison) subarea(n *Node) *Difference {
	d, p := c.begin(n.Code, c.points(n))
	if d == nil {
		return nil
	}
	if p.failed() {
		return c.subareaError(d, n)
	}
	if p.Score == nil {
		return d.because(ReasonUnknown)
	}
	sums := c.means(n)
	switch {
	case sums.ours != nil && same(*sums.ours, *p.Score):
		return d.because(sums.reason(), sums.omitted...)
	case sums.theirs != nil && same(*sums.theirs, *p.Score):
		return d.because(ReasonCarried, sums.differ...)
	case c.byWeight(d, p, n.Weight):
		d.Found, d.Want = p.Weight.String(), n.Weight.String()
		return d.because(ReasonWeight)
	case d.Recomputed != nil && rounded(*p.Score, *d.Recomputed):
		return d.because(ReasonRounded)
	case p.Typed:
		return d.because(ReasonTyped)
	}
	return d.because(ReasonUnknown)
}

func (c *comparison) subareaError(d *Difference, n *Node) *Difference {
	var failed, blank []string
	for _, it := range n.Items {
		switch sc := c.items[it.ID]; {
		case c.reported[it.ID].failed():
			failed = append(failed, it.ID)
		case sc.State != NotApplicable && c.reported[it.ID].Score == nil:
			blank = append(blank, it.ID)
		}
	}
	switch {
	case len(failed) > 0:
		return d.because(ReasonCarried, failed...)
	case len(blank) == len(n.Items):
		return d.because(ReasonBlankOnly, blank...)
	case c.r.Nodes[n.Code].State == NotApplicable:
		return d.because(ReasonDivision)
	}
	return d.because(ReasonError)
}

// means are the two readings of a sub-area's mean over the items that the form
// scores: with our item scores, and with the form's own.
type means struct {
	ours, theirs *data.Score
	omitted      []string // items that count for us and not for the form
	differ       []string // items scored otherwise
	blankOnly    bool     // nothing but unanswered items is omitted
}

func (m means) reason() string {
	switch {
	case len(m.omitted) == 0:
		return ReasonUnknown
	case m.blankOnly:
		return ReasonBlankOmitted
	}
	return ReasonOmitted
}

func (c *comparison) means(n *Node) means {
	var ours, theirs data.Score
	m, count := means{blankOnly: true}, int64(0)
	for _, it := range n.Items {
		sc, p := c.items[it.ID], c.reported[it.ID]
		if p.Score == nil {
			if sc.State != NotApplicable {
				m.omitted = append(m.omitted, it.ID)
				m.blankOnly = m.blankOnly && sc.State == Unanswered
			}
			continue
		}
		count++
		ours += sc.Score
		theirs += *p.Score
		if c.found[it.ID] != nil {
			m.differ = append(m.differ, it.ID)
		}
	}
	if count > 0 {
		a, b := ours.Times(int64(n.Weight), int64(data.One)*count), theirs.Times(int64(n.Weight), int64(data.One)*count)
		m.ours, m.theirs = &a, &b
	}
	return m
}

// byWeight tells whether the form's own weight explains the points.
func (c *comparison) byWeight(d *Difference, p Reported, weight data.Score) bool {
	return p.Weight != nil && *p.Weight != weight && weight != 0 && d.Recomputed != nil &&
		same(*p.Score, d.Recomputed.Times(int64(*p.Weight), int64(weight)))
}

func (c *comparison) points(n *Node) *data.Score {
	sc := c.r.Nodes[n.Code]
	if sc.State == NotApplicable {
		return nil
	}
	return &sc.Score
}
