package web

import (
	"slices"
	"strconv"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/rule"
	"tolok/web/chart"
	"tolok/web/text"
)

// methods is the page /methods: how every number is made. Weights, option
// scores, thresholds and gates are written from the rule sets that score, so
// that the page cannot disagree with the program.
func (s *Server) methods(req *request) (*view, error) { return methodsView(req), nil }

type methodsBody struct {
	Sets       []setBody
	Terms      []text.Term
	Unverified []string
	Layers     []text.Term
	Policies   []policyText
	Checks     []text.Term
	Smallest   int // units of a group that is shown

	FewestPairs, FewestLabelled int
	HalfLife, Perfect           string
	Trust                       string
}

type policyText struct{ Name, Value string }

// setBody is one rule set.
type setBody struct {
	Anchor, Name, Title, Force, Status, Note string
	Weights, Scales, Criteria, Gates         chart.Table
	Policy                                   string
	Notes                                    []string
	Review                                   string
}

func methodsView(req *request) *view {
	b := &methodsBody{Terms: req.Terms(), Smallest: analytics.Smallest}
	for _, key := range []string{"mandiri-layer", "TPI", "TPN"} {
		b.Layers = append(b.Layers, text.Term{Name: req.T("methods.layer." + key + ".name"), Meaning: req.T("methods.layer." + key)})
	}
	for _, set := range rule.All() {
		b.Sets = append(b.Sets, setView(req, set))
		b.Unverified = append(b.Unverified, unverified(req, set)...)
	}
	for _, p := range rule.AllPolicies() {
		b.Policies = append(b.Policies, policyText{req.Policy(p.String()), p.String()})
	}
	b.Checks = checks(req)
	b.FewestPairs, b.FewestLabelled = analytics.FewestPairs, analytics.FewestLabelled
	b.HalfLife, b.Perfect, b.Trust = req.Float(analytics.TrustCriteria.HalfLife, 0), req.Float(analytics.PerfectArea, 1), trustCriteria(req)
	return &view{
		template: "methods", title: req.T("methods.title"), lead: req.T("methods.lead"), body: b, answer: rule.All(),
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.methods"), ""}},
		name:   "thresholds", rows: methodsGrid(),
	}
}

func setView(req *request, set *rule.Set) setBody {
	last := req.T("methods.now")
	if set.InForce.LastCycle != 0 {
		last = strconv.Itoa(set.InForce.LastCycle)
	}
	b := setBody{
		Anchor: "rule-" + strings.ReplaceAll(set.ID, "/", "-"), Name: set.Regulation, Title: set.Title.In(req.Lang()),
		Force: req.T("methods.force", "first", strconv.Itoa(set.InForce.FirstCycle), "last", last), Status: set.InForce.Status, Note: set.InForce.Note.In(req.Lang()),
		Weights: weightTable(req, set), Scales: scaleTable(req, set), Criteria: criteriaTable(req, set), Gates: gatesTable(req, set),
		Policy: req.Policy(set.DefaultPolicy().String()), Review: set.Review.Date,
	}
	for _, c := range set.Criteria {
		if n := c.Note.In(req.Lang()); n != "" {
			b.Notes = append(b.Notes, req.Criterion(c.Code)+": "+n)
		}
	}
	if set.Exemption != nil {
		b.Notes = append(b.Notes, set.Exemption.Note.In(req.Lang()))
	}
	if n := set.Bands.Note.In(req.Lang()); n != "" && len(set.Gates) > 0 {
		b.Notes = append(b.Notes, n)
	}
	return b
}

func weightTable(req *request, set *rule.Set) chart.Table {
	t := chart.Table{
		Caption: req.T("methods.weights.caption", "set", set.Regulation),
		Head:    chart.Heads(req.T("word.code"), req.T("col.part"), "#"+req.T("word.weight"), "#"+req.T("methods.items"), req.T("methods.citation"), req.T("col.status")),
	}
	for _, n := range set.Nodes {
		items := chart.Cell{Num: true}
		if n.Level == rule.LevelSubarea {
			items = chart.Num(strconv.Itoa(len(n.Items)), "")
		}
		weight := n.Weight
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(n.Code), chart.Text(n.Label.In(req.Lang())), chart.Num(req.Score(&weight, 2), ""), items, chart.Text(n.Citation), statusCell(req, n.Status),
		})
	}
	return t
}

func scaleTable(req *request, set *rule.Set) chart.Table {
	t := chart.Table{
		Caption: req.T("methods.scales.caption", "set", set.Regulation),
		Head:    chart.Heads(req.T("methods.answertype"), req.T("methods.options"), req.T("methods.citation"), req.T("col.status")),
	}
	for _, sc := range set.Scales {
		t.Rows = append(t.Rows, []chart.Cell{chart.Text(sc.AnswerType), chart.Text(optionText(req, sc)), chart.Text(sc.Citation), statusCell(req, sc.Status)})
	}
	return t
}

func optionText(req *request, sc rule.Scale) string {
	if len(sc.Options) == 0 {
		return req.T("methods.formula." + formulaKey(sc.AnswerType))
	}
	it := rule.Item{Options: sc.Options}
	var parts []string
	for _, name := range it.OptionNames() {
		v := sc.Options[name]
		parts = append(parts, name+" = "+req.Score(&v, 2))
	}
	return strings.Join(parts, "; ")
}

// formulaKey picks the sentence for an answer type without options.
func formulaKey(answerType string) string {
	switch {
	case strings.HasPrefix(answerType, "Nilai"):
		return "value4"
	case strings.Contains(answerType, "0-100"):
		return "value100"
	case strings.HasPrefix(answerType, "%"):
		return "ratio"
	}
	return "input"
}

func criteriaTable(req *request, set *rule.Set) chart.Table {
	t := chart.Table{
		Caption: req.T("methods.criteria.caption", "set", set.Regulation),
		Head:    chart.Heads(req.T("word.criterion"), "#"+data.WBK, "#"+data.WBBM, req.T("methods.citation"), req.T("col.status")),
	}
	for _, c := range set.Criteria {
		why := req.T("why.no-minimum")
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(req.Criterion(c.Code)), chart.Num(minimumText(req, c, c.WBK), why), chart.Num(minimumText(req, c, c.WBBM), why), chart.Text(c.Citation), statusCell(req, c.Status),
		})
	}
	return t
}

func minimumText(req *request, c rule.Criterion, v *data.Score) string {
	switch {
	case v == nil:
		return "-"
	case c.Measure == "area_share":
		return req.Score(v, 0) + "%"
	case c.Code == "prior_wbk":
		return req.T("word.yes")
	case v.Round(0) == *v:
		return req.Score(v, 0)
	}
	return req.Score(v, 2)
}

func gatesTable(req *request, set *rule.Set) chart.Table {
	t := chart.Table{
		Caption: req.T("methods.gates.caption", "set", set.Regulation),
		Head:    chart.Heads(req.T("col.gate"), req.T("col.level"), req.T("methods.for"), "#"+data.WBK, "#"+data.WBBM, req.T("methods.citation"), req.T("col.status")),
	}
	for _, g := range set.Gates {
		kinds := req.T("methods.allkinds")
		if len(g.Kinds) > 0 {
			names := make([]string, len(g.Kinds))
			for i, k := range g.Kinds {
				names[i] = req.Code("kind", k)
			}
			kinds = strings.Join(names, ", ")
		}
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(req.Code("gate", g.Code)), chart.Text(req.Code("level", g.Level)), chart.Text(kinds), chart.Num(gateText(req, g.WBK), ""), chart.Num(gateText(req, g.WBBM), ""), chart.Text(g.Citation), statusCell(req, g.Status),
		})
	}
	return t
}

// unverified lists what of a rule set nobody has read in its source.
func unverified(req *request, set *rule.Set) []string {
	var out []string
	add := func(what string) {
		line := set.Regulation + ": " + what
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	if set.InForce.Status == rule.Unverified {
		add(req.T("methods.unverified.force"))
	}
	for _, sc := range set.Scales {
		if sc.Status == rule.Unverified {
			add(req.T("methods.unverified.scale"))
		}
	}
	for _, c := range set.Criteria {
		if c.Status == rule.Unverified {
			add(req.Criterion(c.Code))
		}
	}
	if set.Policies.Unanswered.Status == rule.Unverified || set.Policies.NotApplicable.Status == rule.Unverified {
		add(req.T("methods.unverified.policy"))
	}
	return out
}

// methodsGrid lists every threshold of every rule set.
func methodsGrid() analytics.Grid {
	g := analytics.Grid{Columns: []string{"regulation", "first_cycle", "last_cycle", "criterion", "measure", "wbk", "wbbm", "status", "citation"}}
	for _, set := range rule.All() {
		last := ""
		if set.InForce.LastCycle != 0 {
			last = strconv.Itoa(set.InForce.LastCycle)
		}
		for _, c := range set.Criteria {
			g.Rows = append(g.Rows, []string{set.ID, strconv.Itoa(set.InForce.FirstCycle), last, c.Code, c.Measure, minimum(c.WBK), minimum(c.WBBM), c.Status, c.Citation})
		}
	}
	return g
}

func minimum(v *data.Score) string {
	if v == nil {
		return ""
	}
	return v.String()
}
