package rule

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"tolok/data"
)

//go:embed sets
var files embed.FS

var loaded = sync.OnceValues(func() ([]*Set, string) {
	sets, err := load(files)
	if err != nil {
		panic(fmt.Sprintf("rule: %v", err))
	}
	return sets, fingerprint(files)
})

// All lists the rule sets by the first cycle they apply to.
func All() []*Set { sets, _ := loaded(); return sets }

// Fingerprint is the SHA-256 of the rule files. It is part of a snapshot's id:
// a score means nothing without its rules.
func Fingerprint() string { _, f := loaded(); return f }

// Get finds a rule set by its id, such as "90/2021".
func Get(id string) (*Set, bool) {
	for _, s := range All() {
		if s.ID == id {
			return s, true
		}
	}
	return nil, false
}

// ForCycle finds the rule set in force in a cycle.
func ForCycle(cycle int) (*Set, bool) {
	for _, s := range All() {
		if cycle >= s.InForce.FirstCycle && (s.InForce.LastCycle == 0 || cycle <= s.InForce.LastCycle) {
			return s, true
		}
	}
	return nil, false
}

// load reads every folder of sets and resolves bases. It refuses a set that
// does not hold together, naming the file and the line.
func load(fsys fs.FS) ([]*Set, error) {
	dirs, err := fs.ReadDir(fsys, "sets")
	if err != nil {
		return nil, err
	}
	byID := map[string]*Set{}
	var sets []*Set
	for _, d := range dirs {
		s, err := loadSet(fsys, "sets/"+d.Name())
		if err != nil {
			return nil, err
		}
		byID[s.ID] = s
		sets = append(sets, s)
	}
	for _, s := range sets {
		if s.Base == "" {
			continue
		}
		b, ok := byID[s.Base]
		if !ok || b.Base != "" {
			return nil, fmt.Errorf("set %s: base %q is not a set of its own", s.ID, s.Base)
		}
		s.inherit(b)
	}
	for _, s := range sets {
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("set %s: %w", s.ID, err)
		}
	}
	slices.SortFunc(sets, func(a, b *Set) int { return a.InForce.FirstCycle - b.InForce.FirstCycle })
	return sets, nil
}

func loadSet(fsys fs.FS, dir string) (*Set, error) {
	raw, err := fs.ReadFile(fsys, dir+"/rule.json")
	if err != nil {
		return nil, err
	}
	s := &Set{node: map[string]*Node{}, item: map[string]*Item{}}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(s); err != nil {
		return nil, fmt.Errorf("%s/rule.json: %w", dir, err)
	}
	if s.Base != "" {
		return s, nil
	}
	if err := s.readNodes(fsys, dir+"/nodes.csv"); err != nil {
		return nil, err
	}
	return s, s.readItems(fsys, dir+"/items.csv")
}

// inherit takes from the base what the set does not state. Criteria are
// replaced one by one, by code; an amendment seldom repeats the others.
func (s *Set) inherit(b *Set) {
	s.Nodes, s.Items, s.node, s.item = b.Nodes, b.Items, b.node, b.item
	if s.Scales == nil {
		s.Scales = b.Scales
	}
	if s.Policies.Unanswered.Default == "" {
		s.Policies = b.Policies
	}
	own := s.Criteria
	s.Criteria = slices.Clone(b.Criteria)
	for _, c := range own {
		if i := slices.IndexFunc(s.Criteria, func(o Criterion) bool { return o.Code == c.Code }); i >= 0 {
			s.Criteria[i] = c
		} else {
			s.Criteria = append(s.Criteria, c)
		}
	}
	if s.Gates == nil {
		s.Gates = slices.Clone(b.Gates)
		for i := range s.Gates {
			if s.GatesCitation != "" {
				s.Gates[i].Citation = s.GatesCitation
			}
		}
	}
	if s.Bands.LowerBounds == nil {
		s.Bands = b.Bands
	}
	if s.AfterAward == nil {
		s.AfterAward = b.AfterAward
	}
}

func (s *Set) readNodes(fsys fs.FS, name string) error {
	return eachRow(fsys, name, func(r row) error {
		w, err := data.ParseScore(r.get("weight"))
		if err != nil {
			return fmt.Errorf("weight %q: %w", r.get("weight"), err)
		}
		n := &Node{
			Code: r.get("code"), Parent: r.get("parent"), Level: r.get("level"), Part: r.get("part"), Area: r.get("area"),
			Weight: w, Label: Text{r.get("label_id"), r.get("label_en")}, Match: r.get("match"),
			Citation: r.get("citation"), Status: r.get("status"),
		}
		if n.Parent != "" {
			p, ok := s.node[n.Parent]
			if !ok {
				return fmt.Errorf("node %s: parent %q comes later or nowhere", n.Code, n.Parent)
			}
			p.Children = append(p.Children, n)
		}
		s.node[n.Code] = n
		n.Place = len(s.Nodes)
		s.Nodes = append(s.Nodes, n)
		return nil
	})
}

func (s *Set) readItems(fsys fs.FS, name string) error {
	scales := map[string]map[string]data.Score{}
	for _, sc := range s.Scales {
		scales[sc.AnswerType] = sc.Options
	}
	return eachRow(fsys, name, func(r row) error {
		it := &Item{
			ID: r.get("item_id"), Node: r.get("node"), Kind: r.get("kind"), AnswerType: r.get("answer_type"),
			Formula: r.get("formula"), Parent: r.get("parent"), Role: r.get("role"),
			Label: Text{r.get("label_id"), r.get("label_en")}, Match: r.get("match"),
			FormRow: r.number("form_row"), PortalRBID: r.number("portalrb_id"), PortalRBRow: r.number("portalrb_row"), OldItem: r.get("old_item"),
		}
		options, ok := scales[it.AnswerType]
		if !ok {
			return fmt.Errorf("item %s: answer type %q has no scale in rule.json", it.ID, it.AnswerType)
		}
		it.Options = options
		n, ok := s.node[it.Node]
		if !ok || n.Level != LevelSubarea {
			return fmt.Errorf("item %s: %q is not a sub-area", it.ID, it.Node)
		}
		if it.Scored() {
			n.Items = append(n.Items, it)
		} else {
			p, ok := s.item[it.Parent]
			if !ok {
				return fmt.Errorf("item %s: parent %q comes later or nowhere", it.ID, it.Parent)
			}
			p.Inputs = append(p.Inputs, it)
		}
		s.item[it.ID] = it
		it.Place = len(s.Items)
		s.Items = append(s.Items, it)
		return nil
	})
}

// check proves what scoring relies on: weights add up at every level, every
// sub-area has items, every criterion points at something.
func (s *Set) check() error {
	for _, n := range s.Nodes {
		if n.Level == LevelSubarea {
			if len(n.Items) == 0 {
				return fmt.Errorf("sub-area %s has no items", n.Code)
			}
			continue
		}
		var sum data.Score
		for _, c := range n.Children {
			sum += c.Weight
		}
		if sum != n.Weight {
			return fmt.Errorf("node %s weighs %s, its parts add to %s", n.Code, n.Weight, sum)
		}
	}
	for _, c := range s.Criteria {
		switch c.Measure {
		case "points":
			if _, ok := s.node[c.Node]; !ok {
				return fmt.Errorf("criterion %s: no node %q", c.Code, c.Node)
			}
		case "value":
			if _, ok := s.item[c.Item]; !ok {
				return fmt.Errorf("criterion %s: no item %q", c.Code, c.Item)
			}
		case "area_share", "fact":
		default:
			return fmt.Errorf("criterion %s: unknown measure %q", c.Code, c.Measure)
		}
	}
	if a := s.AfterAward; a != nil && (a.BarYears < 1 || len(a.Reasons) == 0 || a.Status == "" || a.Citation == "") {
		return fmt.Errorf("after_award: give bar_years, reasons, status and citation")
	}
	return s.DefaultPolicy().check()
}

type row struct {
	columns map[string]int
	cells   []string
}

// get is the cell of a column; a column the file lacks reads as empty.
func (r row) get(column string) string {
	i, ok := r.columns[column]
	if !ok {
		return ""
	}
	return r.cells[i]
}

func (r row) number(column string) int {
	v, err := strconv.Atoi(r.get(column))
	if err != nil {
		return 0
	}
	return v
}

func eachRow(fsys fs.FS, name string, f func(row) error) error {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	columns := map[string]int{}
	for i, c := range rows[0] {
		columns[c] = i
	}
	for i, cells := range rows[1:] {
		if err := f(row{columns, cells}); err != nil {
			return fmt.Errorf("%s line %d: %w", name, i+2, err)
		}
	}
	return nil
}

func fingerprint(fsys fs.FS) string {
	h := sha256.New()
	err := fs.WalkDir(fsys, "sets", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(fsys, path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(raw), raw)
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("rule: %v", err))
	}
	return hex.EncodeToString(h.Sum(nil))
}
