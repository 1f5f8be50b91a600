package forecast

import "fmt"

// place reads a case against what the model learned. The unit's history is
// that of the cycle's nominee of the same name; means of the year and the
// agency do not move.
func (m *Model) place(c *Case) (record, error) {
	rules, ok := m.rules[c.Rules]
	if !ok || len(rules.Criteria[c.Target]) == 0 {
		return record{}, fmt.Errorf("forecast: unit %s: rule set %q has no criteria for target %q", c.Unit, c.Rules, c.Target)
	}
	rules = rules.split()
	own := *c
	own.Review, own.Outcome = nil, nil
	r := record{c: &own, rules: &rules, year: c.Cycle}
	raw := internalZ(&own, &rules)
	r.fill(&raw, &m.middle)
	for i := range m.records {
		if m.records[i].c.Unit == c.Unit {
			r.last = m.records[i].last
			break
		}
	}
	r.last.attempts = max(r.last.attempts, float64(c.Attempts))
	m.s.frame.place(&r)
	return r, nil
}

// Predict forecasts one case, such as a nominee with changed inputs: what
// would the forecast be if the internal scores were these.
func (m *Model) Predict(c Case) (Forecast, error) {
	r, err := m.place(&c)
	if err != nil {
		return Forecast{}, err
	}
	return m.forecast(&r, fine, true), nil
}

// Improve forecasts a case whose unit really becomes better: by is added to
// the attainment (0-1) the national team is expected to see in each part. It
// never lowers the chance when by is not negative, which writing a higher
// internal score may.
func (m *Model) Improve(c Case, by [Parts]float64) (Forecast, error) {
	r, err := m.place(&c)
	if err != nil {
		return Forecast{}, err
	}
	d := m.s.moments(&r, m.newRules[r.c.Rules], false)
	for j, b := range by {
		if b != 0 {
			a := attainment(j, d.mean[j])
			z := zAttainment(j, a+b)
			if b > 0 { // the ends of the scale must not pull a high score down
				z = max(z, d.mean[j])
			}
			d.mean[j] = z
		}
	}
	return m.conclude(&r, &d, fine, true), nil
}
