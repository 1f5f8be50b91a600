package analytics

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"tolok/analytics/path"
	"tolok/data"
	"tolok/data/rule"
)

// router turns a worksheet into what package path solves, and a plan back into
// steps.
type router struct {
	set    *rule.Set
	sheet  rule.Worksheet
	now    *rule.Result
	facts  rule.Facts
	target string

	basis  PathBasis
	levels map[string][]levelRow // by item, low levels first
	pace   map[string]Pace
	ways   map[string][]RouteStep // by item, in step with its choices behind the first
	items  map[string]path.Item
}

type levelRow struct {
	Same   bool       `col:"same"`
	Cycle  int        `col:"cycle"`
	Layer  string     `col:"layer"`
	ItemID string     `col:"item_id"`
	Level  data.Score `col:"level"`
	N      int64      `col:"n"`
}

type gainRow struct {
	Code   string     `col:"code"`
	N      int64      `col:"n"`
	Hidden int64      `col:"hidden"`
	Usual  data.Score `col:"usual"`
}

// enoughAlike is how many units of the same type make a group to compare with;
// below, all types are taken together.
const enoughAlike = 20

// read finds who there is to compare with, and what each choice then costs.
func (r *router) read(ctx context.Context, db *DB, f Filter) error {
	params := f.params()
	params["regulation"] = r.set.ID
	rows, err := collect[levelRow](ctx, db, "path_levels", params)
	if err != nil {
		return err
	}
	r.compareWith(rows)
	gains, err := collect[gainRow](ctx, db, "path_gains", params)
	if err != nil {
		return err
	}
	r.pace = map[string]Pace{}
	for _, g := range gains {
		p := Pace{Code: g.Code}
		if !(cellRow{N: g.N, Hidden: g.Hidden}).small() {
			if p.N = g.N; g.N >= few {
				usual := max(g.Usual, 0)
				p.Usual = &usual
			}
		}
		r.pace[g.Code] = p
	}
	if err := r.followTwins(ctx, db, f); err != nil {
		return err
	}
	r.ways, r.items = map[string][]RouteStep{}, map[string]path.Item{}
	for _, n := range r.set.At(rule.LevelSubarea) {
		r.offer(n)
	}
	return nil
}

// compareWith keeps the levels of the same type where there are enough units,
// else of all.
func (r *router) compareWith(rows []levelRow) {
	largest := func(same bool) (units int64) {
		by := map[string]int64{}
		for _, l := range rows {
			if l.Same || !same {
				by[l.ItemID] += l.N
			}
		}
		for _, n := range by {
			units = max(units, n)
		}
		return units
	}
	same := largest(true) >= enoughAlike
	r.levels = map[string][]levelRow{}
	for _, l := range rows {
		if l.Same || !same {
			r.basis = PathBasis{l.Cycle, l.Layer, same, largest(same)}
			r.levels[l.ItemID] = append(r.levels[l.ItemID], l)
		}
	}
}

// atLeast counts the units to compare with that are at a level or higher.
func (r *router) atLeast(item string, level data.Score) (n int64) {
	for _, l := range r.levels[item] {
		if l.Level >= level {
			n += l.N
		}
	}
	return n
}

// effort is what a step from one level to a higher costs: 10 for taking it up
// at all, and 100 times -ln of the share of the units at the lower level or
// higher that are at the higher one, each count raised by one.
func (r *router) effort(item string, from, to data.Score) int64 {
	a, b := float64(r.atLeast(item, from)+1), float64(r.atLeast(item, to)+1)
	return 10 + int64(math.Round(100*math.Log(a/b)))
}

// levelOf is the level that a score counts at: see view item_level.
func levelOf(it *rule.Item, score data.Score) data.Score {
	if it.Formula == rule.FormulaOption {
		return score
	}
	return (score + data.One/1_000_000/80) * 80 / data.One * data.One / 80
}

// offer makes the choices of every item of a sub-area. An item that does not
// apply has none.
func (r *router) offer(n *rule.Node) {
	applies := 0
	for _, sc := range r.now.Items {
		if sc.Item.Node == n.Code && sc.State != rule.NotApplicable {
			applies++
		}
	}
	for _, sc := range r.now.Items {
		it := sc.Item
		if it.Node != n.Code || sc.State == rule.NotApplicable {
			continue
		}
		now := r.points(n, applies, sc.Score)
		choice := path.Item{ID: it.ID, Choices: []path.Choice{{Points: int64(now)}}}
		for _, to := range higher(it, sc) {
			last := choice.Choices[len(choice.Choices)-1]
			c := path.Choice{Points: int64(r.points(n, applies, to.score)), Cost: max(r.effort(it.ID, levelOf(it, sc.Score), to.score), last.Cost+1)}
			if c.Points <= last.Points {
				continue
			}
			choice.Choices = append(choice.Choices, c)
			r.ways[it.ID] = append(r.ways[it.ID], RouteStep{
				ItemID: it.ID, Node: n.Code, Area: n.Area, LabelID: it.Label.ID, LabelEN: it.Label.EN, Now: answerText(it, sc, r.sheet), To: to.text,
				Gain: data.Score(c.Points) - now, Effort: c.Cost, There: rate(r.atLeast(it.ID, to.score), r.atLeast(it.ID, 0)),
			})
		}
		r.items[it.ID] = choice
	}
}

// points are what an item's score adds to the total: its share of its
// sub-area's mean, and of what the sub-areas of its half that do not apply
// leave to the others. Scoring again is what decides: see verify.
func (r *router) points(n *rule.Node, applies int, score data.Score) data.Score {
	v := score.Times(int64(n.Weight), int64(data.One)*int64(applies))
	half, _ := r.set.Node(n.Parent)
	if r.now.Policy.NotApplicable != rule.NotApplicableSpread {
		return v
	}
	var left data.Score
	for _, sub := range half.Children {
		if r.now.Nodes[sub.Code].State != rule.NotApplicable {
			left += sub.Weight
		}
	}
	if left != 0 && left != half.Weight {
		v = v.Times(int64(half.Weight), int64(left))
	}
	return v
}

type level struct {
	text  string
	score data.Score
}

// higher are the answers above an item's, low ones first: the options; quarters
// of a ratio; steps of 0.05 of a survey.
func higher(it *rule.Item, sc rule.ItemScore) []level {
	var out []level
	add := func(text string, score data.Score) {
		if score > sc.Score {
			out = append(out, level{text, score})
		}
	}
	switch it.Formula {
	case rule.FormulaOption:
		for _, name := range slices.Backward(it.OptionNames()) {
			add(name, it.Options[name])
		}
	case rule.FormulaValue4:
		for k := data.Score(1); k <= 80; k++ {
			score := k * data.One / 80
			add((score * 4).String(), score)
		}
	default:
		whole := data.Score(1)
		if it.Formula == rule.FormulaPercent {
			whole = 100
		}
		for k := data.Score(1); k <= 4; k++ {
			add((k * whole * data.One / 4).String(), k*data.One/4)
		}
	}
	return out
}

// answerText is an item's answer as a reader would write it.
func answerText(it *rule.Item, sc rule.ItemScore, w rule.Worksheet) string {
	switch {
	case sc.State != rule.Answered:
		return ""
	case it.Formula == rule.FormulaOption:
		return w[it.ID].Choice
	case it.Formula == rule.FormulaValue4, it.Formula == rule.FormulaPercent:
		return w[it.ID].Value.String()
	}
	return sc.Score.Round(4).String()
}

// half is the most by which a value may lie under a minimum and still reach it:
// verdicts compare nine decimals.
const half = data.Score(499)

// needs are the points that each group of the tree must count, by the code of
// the criterion that asks for them.
func (r *router) needs() (map[string]need, error) {
	out := map[string]need{}
	for _, c := range r.set.Criteria {
		low := c.Minimum(r.target)
		if low == nil || c.Measure == "fact" {
			continue
		}
		switch c.Measure {
		case "area_share":
			for _, area := range data.Areas {
				_, weight := r.now.Area(area)
				out[c.Code+"."+area] = need{area, (*low - half).Times(int64(weight), 100*int64(data.One))}
			}
		case "value":
			it, _ := r.set.Item(c.Item)
			n, _ := r.set.Node(it.Node)
			out[c.Code] = need{n.Code, low.Times(int64(n.Weight), 4*int64(data.One)) - half}
		default:
			n, ok := r.set.Node(c.Node)
			if !ok || n.Level == rule.LevelPart {
				return nil, fmt.Errorf("criterion %s of %s is about %q, which lies across areas; no route can be sought", c.Code, r.set.ID, c.Node)
			}
			out[c.Code] = need{groupOf(n), *low - half}
		}
	}
	return out, nil
}

type need struct {
	group  string
	points data.Score
}

// groupOf names the group that a node is in the tree: both halves of an area
// are one.
func groupOf(n *rule.Node) string {
	if n.Level == rule.LevelArea {
		return n.Area
	}
	return n.Code
}

// tree is the worksheet as nested groups: total, components, areas, sub-areas.
// cycles limits what counts, 0 does not.
func (r *router) tree(needs map[string]need, cycles int) *path.Group {
	root := &path.Group{Code: "total"}
	groups := map[string]*path.Group{root.Code: root}
	under := func(parent *path.Group, code string) *path.Group {
		if groups[code] == nil {
			groups[code] = &path.Group{Code: code}
			parent.Groups = append(parent.Groups, groups[code])
		}
		return groups[code]
	}
	for _, n := range r.set.At(rule.LevelSubarea) {
		area, _ := r.set.Node(n.Parent)
		top, _ := r.set.Node(area.Parent)
		if top.Level == rule.LevelPart {
			top, _ = r.set.Node(top.Parent)
		}
		g := under(under(under(root, top.Code), groupOf(area)), n.Code)
		for _, it := range n.Items {
			if choice, ok := r.items[it.ID]; ok {
				g.Items = append(g.Items, choice)
			}
		}
	}
	for _, n := range needs {
		if g := groups[n.group]; g != nil {
			g.Need = max(g.Need, int64(n.points))
		}
	}
	for code, g := range groups {
		if limit := r.limit(code, cycles); limit != nil {
			v := int64(*limit)
			g.Limit = &v
		}
	}
	return root
}

// followTwins takes the pace of areas from the unit's trajectory twins, where
// there are enough of them on the worksheet's form, and none that passed after
// the worksheet's cycle.
func (r *router) followTwins(ctx context.Context, db *DB, f Filter) error {
	t, err := db.Twins(ctx, TwinsQuery{Unit: f.Unit, Target: r.target})
	if err != nil {
		return err
	}
	if t.Source == "" || form(t.Regulation) != form(r.set.ID) || t.Meta.Filter.Cycle > f.Cycle {
		return nil
	}
	for _, a := range t.Areas {
		if a.Gain.P90 == nil || a.Gain.N < twinsK {
			continue
		}
		usual := data.Score(math.Round(max(0, *a.Gain.P90) * float64(data.One)))
		r.pace[a.Area] = Pace{Code: a.Area, N: a.Gain.N.Int(), Usual: &usual, Twins: true}
	}
	return nil
}

// limit is the most that a group counts when units gain what they usually do.
func (r *router) limit(code string, cycles int) *data.Score {
	if cycles == 0 {
		return nil
	}
	var now, usual data.Score
	if slices.Contains(data.Areas, code) {
		p := r.pace[code]
		if p.Usual == nil {
			return nil
		}
		score, weight := r.now.Area(code)
		now, usual = score, p.Usual.Times(int64(weight), 100*int64(data.One))
	} else {
		n, ok := r.set.Node(code)
		if !ok || n.Level != rule.LevelSubarea || len(n.Items) != 1 || n.Items[0].Formula != rule.FormulaValue4 {
			return nil
		}
		p := r.pace[SurveyOf(n.Code)]
		if p.Usual == nil || r.now.Nodes[code].State != rule.Answered {
			return nil
		}
		now, usual = r.now.Nodes[code].Score, p.Usual.Times(int64(n.Weight), 4*int64(data.One))
	}
	limit := now + usual*data.Score(cycles)
	return &limit
}

// SurveyOf names the survey index that a sub-area of results takes.
func SurveyOf(node string) string {
	if strings.HasPrefix(node, "B.II") {
		return "IPKP"
	}
	return "IPAK"
}

// answer works out distances, routes and options.
func (r *router) answer(p *Path, criteria []CriterionStat) error {
	needs, err := r.needs()
	if err != nil {
		return err
	}
	p.Basis = r.basis
	for _, code := range append(slices.Clone(data.Areas), "IPAK", "IPKP") {
		pace := r.pace[code]
		pace.Code = code
		p.Pace = append(p.Pace, pace)
	}
	p.Criteria = distances(r.set, criteria, r.target)
	if err := r.weigh(p, needs); err != nil {
		return err
	}
	for _, cycles := range []int{1, 2, 0} {
		route, err := r.route(needs, cycles)
		if err != nil {
			return err
		}
		same := func(o Route) bool {
			return o.Found == route.Found && slices.EqualFunc(o.Steps, route.Steps, func(a, b RouteStep) bool { return a.ItemID == b.ItemID && a.To == b.To })
		}
		if cycles == 0 && !slices.ContainsFunc(p.Routes, func(o Route) bool { return o.Found }) || !slices.ContainsFunc(p.Routes, same) {
			p.Routes = append(p.Routes, route)
		}
	}
	for _, sc := range r.now.Items {
		if ways := r.ways[sc.Item.ID]; len(ways) > 0 {
			p.Options = append(p.Options, PathItem{sc.Item.ID, sc.Item.AnswerType, sc.Item.Formula, ways})
		}
	}
	slices.SortStableFunc(p.Options, func(a, b PathItem) int { return byYield(best(a.Ways), best(b.Ways)) })
	return nil
}

// best is the way with most points for its effort.
func best(ways []RouteStep) RouteStep {
	return slices.MinFunc(ways, byYield)
}

// byYield puts more points for the effort first.
func byYield(a, b RouteStep) int {
	return cmp.Compare(b.Gain.Float()/float64(b.Effort), a.Gain.Float()/float64(a.Effort))
}

// weigh finds the effort that each missed criterion asks for alone, and which
// of them binds: the one that cannot be met, else the one that asks for most.
func (r *router) weigh(p *Path, needs map[string]need) error {
	most := int64(-1)
	for i := range p.Criteria {
		d := &p.Criteria[i]
		n, ok := needs[d.Criterion]
		if !ok || d.Passed != nil && *d.Passed {
			continue
		}
		plan, _, err := path.Cheapest(r.tree(map[string]need{d.Criterion: n}, 0))
		if err != nil {
			return err
		}
		effort := int64(math.MaxInt64)
		if plan != nil {
			effort = plan.Cost
			d.Effort = &plan.Cost
		}
		if effort > most {
			most, p.Binding = effort, d.Criterion
		}
	}
	return nil
}

// route seeks the cheapest way within so many cycles.
func (r *router) route(needs map[string]need, cycles int) (Route, error) {
	out := Route{Cycles: cycles, Steps: []RouteStep{}, Short: []Shortfall{}}
	plan, short, err := path.Cheapest(r.tree(needs, cycles))
	if err != nil {
		return out, err
	}
	for _, s := range short {
		for _, code := range sortedKeys(needs) {
			if n := needs[code]; n.group == s.Code && int64(n.points) > s.Most {
				out.Short = append(out.Short, Shortfall{code, data.Score(s.Most), (n.points + half).Round(9)})
			}
		}
	}
	if plan == nil {
		return out, nil
	}
	out.Found, out.Effort = true, plan.Cost
	for _, s := range plan.Steps {
		out.Steps = append(out.Steps, r.ways[s.ID][s.Choice-1])
	}
	slices.SortStableFunc(out.Steps, byYield)
	return out, r.verify(&out)
}

// verify scores the worksheet as it will be after a route, by the rules
// themselves: a route that misses a criterion is a fault of the program.
func (r *router) verify(route *Route) error {
	w := maps.Clone(r.sheet)
	for _, s := range route.Steps {
		it, _ := r.set.Item(s.ItemID)
		if err := put(w, it, s.To); err != nil {
			return err
		}
	}
	after := r.set.Score(w, r.now.Policy)
	for _, v := range after.Criteria(r.facts) {
		if v.Target == r.target && !isFact(r.set, v.Criterion) && (v.Passed == nil || !*v.Passed) {
			return fmt.Errorf("the route within %d cycles misses %s", route.Cycles, v.Criterion)
		}
	}
	total := after.Total()
	route.Total = &total
	return nil
}
