package forecast

import "sort"

// record is one case on the model's scale.
type record struct {
	c       *Case
	rules   *Rules
	agency  int
	year    int
	z       vec     // internal scores, missing ones filled in
	gap     float64 // reform above the whole area, mean over areas; 0 without halves
	halved  bool
	perfect bool
	missing int // internal scores that were filled in
	filled  [Parts]bool
	n       [2]float64

	y     vec // the national team's scores
	seen  [Parts]bool
	any   bool // any of them
	whole bool // all of them

	last past

	mean       vec // of the year's internal scores
	agencyLong vec // the agency's mean internal scores, see frame
	agencyYear vec
}

// past is what is known of a unit's earlier nominations.
type past struct {
	attempts  float64
	failed    bool
	since     float64
	seen      [Parts]bool
	y         vec // last national scores, less the mean of that year's internal ones
	internal  vec // the internal scores of that same year, likewise
	hasAreas  bool
	hasSurvey bool
}

// fallbackZ stands in where nobody in the data has a score: 85 % of an area, a
// survey of 3.6.
func fallbackZ(part int) float64 {
	if part >= IPAK {
		return zSurvey(3.6)
	}
	return zShare(0.85)
}

// read puts cases on the model's scale. Missing areas become the mean of the
// unit's other areas (each relative to the median of the data), anything else
// missing the median of the data.
func read(p Programme) ([]record, vec) {
	rs := make([]record, len(p.Cases))
	raw := make([][Parts]Num, len(p.Cases))
	var pool [Parts][]float64
	sets := map[string]*Rules{}
	for id, r := range p.Rules {
		r = r.split()
		sets[id] = &r
	}
	for i := range p.Cases {
		c := &p.Cases[i]
		rules := sets[c.Rules]
		rs[i] = record{c: c, rules: rules, year: c.Cycle}
		raw[i] = internalZ(c, rules)
		for j, v := range raw[i] {
			if v.Known {
				pool[j] = append(pool[j], v.V)
			}
		}
	}
	var mid vec
	for j := range mid {
		mid[j] = median(pool[j], fallbackZ(j))
	}
	for i := range rs {
		rs[i].fill(&raw[i], &mid)
		rs[i].review()
	}
	return rs, mid
}

func internalZ(c *Case, r *Rules) (z [Parts]Num) {
	for j := range Areas {
		if v := r.areaShare(&c.Internal, j); v.Known {
			z[j] = Of(zShare(v.V))
		}
	}
	if v := c.Internal.Performance; v.Known {
		z[Performance] = Of(zShare(v.V))
	}
	for j, s := range [2]Survey{c.Surveys.IPAK, c.Surveys.IPKP} {
		if s.Value.Known {
			z[IPAK+j] = Of(zSurvey(s.Value.V))
		}
	}
	return z
}

// allPerfect is the area share from which a worksheet with every area that
// high says nothing about its unit.
const allPerfect = 0.995

func (r *record) fill(raw *[Parts]Num, mid *vec) {
	level, known, low := 0.0, 0.0, 1.0
	for j := range Areas {
		if raw[j].Known {
			level += raw[j].V - mid[j]
			known++
			low = min(low, r.rules.areaShare(&r.c.Internal, j).V)
		}
	}
	if known > 0 {
		level /= known
		r.perfect = low >= allPerfect
	}
	for j := range Parts {
		switch {
		case raw[j].Known:
			r.z[j] = raw[j].V
		default:
			r.missing++
			r.filled[j] = true
			r.z[j] = mid[j]
			if j < Areas {
				r.z[j] += level
			}
		}
	}
	if r.rules.halved() {
		r.halved = true
		gap, n := 0.0, 0.0
		for j := range Areas {
			if f := r.c.Internal.Reform[j]; f.Known && r.c.Internal.Compliance[j].Known {
				gap += zShare(f.V) - r.z[j]
				n++
			}
		}
		if n > 0 {
			r.gap = gap / n
		}
	}
	for j, s := range [2]Survey{r.c.Surveys.IPAK, r.c.Surveys.IPKP} {
		r.n[j] = float64(s.Respondents)
	}
}

func (r *record) review() {
	if r.c.Review == nil {
		return
	}
	c := Case{Inputs: Inputs{Internal: r.c.Review.Sheet, Surveys: r.c.Review.Surveys}}
	r.whole = true
	for j, v := range internalZ(&c, r.rules) {
		if v.Known {
			r.y[j], r.seen[j], r.any = v.V, true, true
		} else {
			r.whole = false
		}
	}
}

func median(xs []float64, none float64) float64 {
	if len(xs) == 0 {
		return none
	}
	sort.Float64s(xs)
	return (xs[(len(xs)-1)/2] + xs[len(xs)/2]) / 2
}

// yearMeans are the mean internal scores of each year's nominees, all-perfect
// worksheets left out: the level against which a nominee of that year is read.
func yearMeans(rs []record) map[int]vec {
	sum, n := map[int]vec{}, map[int]float64{}
	var all vec
	for i := range rs {
		if rs[i].perfect {
			continue
		}
		s := sum[rs[i].year]
		for j, z := range rs[i].z {
			s[j] += z
			all[j] += z
		}
		sum[rs[i].year] = s
		n[rs[i].year]++
	}
	// A year of a few nominees leans on the mean of all years.
	const lean = 5
	total := 0.0
	for _, k := range sortedYears(n) {
		total += n[k]
	}
	for j := range all {
		if total > 0 {
			all[j] /= total
		} else {
			all[j] = fallbackZ(j)
		}
	}
	for i := range rs {
		if _, ok := n[rs[i].year]; !ok {
			n[rs[i].year], sum[rs[i].year] = 0, vec{}
		}
	}
	for y, s := range sum {
		for j := range s {
			s[j] = (s[j] + lean*all[j]) / (n[y] + lean)
		}
		sum[y] = s
	}
	return sum
}

func sortedNames[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func sortedYears[V any](m map[int]V) []int {
	ys := make([]int, 0, len(m))
	for y := range m {
		ys = append(ys, y)
	}
	sort.Ints(ys)
	return ys
}

// link gives every record what was known of its unit before its cycle.
func link(rs []record, means map[int]vec) {
	byUnit := map[string][]int{}
	for i := range rs {
		byUnit[rs[i].c.Unit] = append(byUnit[rs[i].c.Unit], i)
	}
	for _, own := range byUnit {
		sort.SliceStable(own, func(a, b int) bool { return rs[own[a]].year < rs[own[b]].year })
		var known past
		lastYear := 0
		for k := 0; k < len(own); {
			end := k
			for end < len(own) && rs[own[end]].year == rs[own[k]].year {
				r := &rs[own[end]]
				r.last = known
				r.last.attempts = max(known.attempts, float64(r.c.Attempts))
				if lastYear > 0 {
					r.last.since = float64(r.year - lastYear)
				}
				end++
			}
			for _, i := range own[k:end] {
				known.take(&rs[i], means)
				lastYear = rs[i].year
			}
			k = end
		}
	}
}

// take adds one more nomination to what is known.
func (p *past) take(r *record, means map[int]vec) {
	p.attempts++
	p.failed = r.c.Outcome != nil && !r.c.Outcome.Passed
	m := means[r.year]
	for j := range Parts {
		if r.seen[j] {
			p.seen[j] = true
			p.y[j] = r.y[j] - m[j]
			p.internal[j] = r.z[j] - m[j]
			if j < Areas {
				p.hasAreas = true
			} else if j >= IPAK {
				p.hasSurvey = true
			}
		}
	}
}
