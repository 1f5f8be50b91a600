package rule

import (
	"slices"

	"tolok/data"
)

// group explains a heading above several sub-areas.
func (c *comparison) group(g Group) *Difference {
	var sum data.Score
	var codes []string
	applies := false
	for _, m := range g.Members {
		codes = append(codes, m.Code)
		if p := c.points(m); p != nil {
			sum += *p
			applies = true
		}
	}
	recomputed := &sum
	if !applies {
		recomputed = nil
	}
	d, p := c.begin(g.Code, recomputed)
	if d == nil {
		return nil
	}
	if total := c.add(codes); total != nil && p.Score != nil && same(*total, *p.Score) {
		return d.because(ReasonCarried, c.roots(codes)...)
	}
	if one := c.onlyOne(g, p); one != nil {
		d.Found = one.Code
		return d.because(ReasonOneOfGroup, without(codes, one.Code)...)
	}
	return c.explainSum(d, p, codes, nil)
}

// onlyOne finds the member whose attainment alone gives the reported points.
func (c *comparison) onlyOne(g Group, p Reported) *Node {
	if p.Score == nil {
		return nil
	}
	for _, m := range g.Members {
		if at := c.r.Nodes[m.Code].Attainment(); at != nil && same(at.Times(int64(g.Weight), int64(data.One)), *p.Score) {
			return m
		}
	}
	return nil
}

// sum explains a node that adds up its children.
func (c *comparison) sum(n *Node, groups []Group) *Difference {
	d, p := c.begin(n.Code, c.points(n))
	if d == nil {
		return nil
	}
	var spread *data.Score
	if n.Level == LevelArea {
		var plain data.Score
		for _, child := range n.Children {
			plain += c.r.Nodes[child.Code].Score
		}
		spread = &plain
	}
	return c.explainSum(d, p, c.summands(n, groups), spread)
}

// explainSum tests what can make a sum differ. plain is our sum without
// spreading weights, where that is a question.
func (c *comparison) explainSum(d *Difference, p Reported, codes []string, plain *data.Score) *Difference {
	roots := c.roots(codes)
	total := c.add(codes)
	switch {
	case p.failed() && len(roots) > 0 && total == nil:
		return d.because(ReasonCarried, c.failing(codes)...)
	case p.failed():
		return d.because(ReasonError)
	case p.Score == nil:
		return d.because(ReasonUnknown)
	case plain != nil && d.Recomputed != nil && *plain != *d.Recomputed && same(*plain, *p.Score):
		return d.because(ReasonSumOnly)
	case total != nil && same(*total, *p.Score) && len(roots) > 0:
		return d.because(ReasonCarried, roots...)
	case d.Recomputed != nil && rounded(*p.Score, *d.Recomputed):
		return d.because(ReasonRounded)
	case p.Typed:
		return d.because(ReasonTyped)
	}
	return d.because(ReasonUnknown)
}

// summands are the codes a node adds up in the form, a group in place of its
// members where the form reports it.
func (c *comparison) summands(n *Node, groups []Group) []string {
	var codes []string
	for _, child := range n.Children {
		code := child.Code
		for _, g := range groups {
			if _, ok := c.reported[g.Code]; ok && slices.Contains(g.Members, child) {
				code = g.Code
			}
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// add is the sum of what the form reports for these codes (or what we have,
// where it reports nothing), or nil where one of them is not a number.
func (c *comparison) add(codes []string) *data.Score {
	var sum data.Score
	for _, code := range codes {
		p, ok := c.reported[code]
		switch {
		case ok && p.Score != nil:
			sum += *p.Score
		case ok && p.Text != "":
			return nil
		default:
			sum += c.r.Nodes[code].Score
		}
	}
	return &sum
}

// roots follows carried differences down to where they begin.
func (c *comparison) roots(codes []string) []string {
	var out []string
	for _, code := range codes {
		d := c.found[code]
		if d == nil {
			continue
		}
		causes := []string{code}
		if d.Reason == ReasonCarried {
			if below := c.roots(d.Codes); len(below) > 0 {
				causes = below
			}
		}
		for _, r := range causes {
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// failing are the roots of the error values among these codes.
func (c *comparison) failing(codes []string) []string {
	var failed []string
	for _, code := range codes {
		if c.reported[code].failed() {
			failed = append(failed, code)
		}
	}
	return c.roots(failed)
}

func without(codes []string, code string) []string {
	return slices.DeleteFunc(slices.Clone(codes), func(s string) bool { return s == code })
}
