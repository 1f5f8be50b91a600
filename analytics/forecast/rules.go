package forecast

// Rules are what the model needs of one rule set, as plain data.
type Rules struct {
	ID       string
	Halves   [Areas][2]float64      // weight of compliance and reform in points; reform 0 where areas have no halves
	Criteria map[string][]Criterion // by target

	survey, rest map[string][]Criterion // of Criteria: those on surveys alone, the others
}

// split sorts the criteria by what decides them.
func (r Rules) split() Rules {
	r.survey, r.rest = map[string][]Criterion{}, map[string][]Criterion{}
	for target, all := range r.Criteria {
		for i := range all {
			if all[i].onSurveys() {
				r.survey[target] = append(r.survey[target], all[i])
			} else {
				r.rest[target] = append(r.rest[target], all[i])
			}
		}
	}
	return r
}

// Criterion is met when the weighted sum of attainments (0-1; a survey's is
// its value over 4) reaches the minimum. Every threshold of the rule sets is
// of this form: an area's share has the single coefficient 100, the total has
// every weight.
type Criterion struct {
	Code    string
	Coef    [Parts]float64
	Minimum float64
}

// single is the one part a criterion asks about, or -1.
func (c *Criterion) single() int {
	part := -1
	for j, w := range c.Coef {
		if w != 0 {
			if part >= 0 {
				return -1
			}
			part = j
		}
	}
	return part
}

// onSurveys reports whether a criterion is decided by surveys alone.
func (c *Criterion) onSurveys() bool {
	for j := range IPAK {
		if c.Coef[j] != 0 {
			return false
		}
	}
	return true
}

// areaShare is the attainment of one area with both halves together. One half
// alone stands for the area.
func (r *Rules) areaShare(s *Sheet, area int) Num {
	c, f, w := s.Compliance[area], s.Reform[area], r.Halves[area]
	switch {
	case c.Known && f.Known && w[0]+w[1] > 0:
		return Of((c.V*w[0] + f.V*w[1]) / (w[0] + w[1]))
	case c.Known:
		return c
	}
	return f
}

// halved reports whether the rules split areas into compliance and reform.
func (r *Rules) halved() bool { return r.Halves[0][1] > 0 }
