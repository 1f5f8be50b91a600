package forecast

import "math"

// gates are the chances that do not depend on scores: papers at the
// administrative selection, and a refusal by the panel in spite of them.
type gates struct {
	byAgency map[string]gateRate
	mean     gateRate
	ratio    map[gateKey]float64 // of failing, against what the agency's rate says
	veto     gateRate            // of who met every criterion
	vetoAny  float64
	fieldMet float64 // share of those who stopped in the field whose scores met every criterion
}

// gateRate is a chance and its standard error.
type gateRate struct{ p, se float64 }

type gateKey struct {
	attempts int // 0, 1, 2 and more
	open     bool
}

func keyOf(r *record) gateKey { return gateKey{min(int(r.last.attempts), 2), r.c.OpenGate} }

// fitGates estimates the gates from records whose stage is known. Without
// stages the administrative gate is not separate: its chance is 0.
func fitGates(rs []record) gates {
	k, n := map[string]float64{}, map[string]float64{}
	staged := false
	for i := range rs {
		o := rs[i].c.Outcome
		if o == nil || (o.Stage == Unstaged && !o.Passed) {
			continue
		}
		n[rs[i].c.Agency]++
		if o.Stage == Administration {
			k[rs[i].c.Agency]++
			staged = true
		}
	}
	g := gates{byAgency: map[string]gateRate{}, ratio: map[gateKey]float64{}}
	g.fitVeto(rs)
	if !staged {
		return g
	}
	mean, strength := betaBinomial(k, n)
	rate := func(k, n float64) gateRate {
		a, b := mean*strength+k, (1-mean)*strength+n-k
		p := a / (a + b)
		return gateRate{p, math.Sqrt(p * (1 - p) / (a + b + 1))}
	}
	g.mean = rate(0, 0)
	for a := range n {
		g.byAgency[a] = rate(k[a], n[a])
	}
	g.fitRatio(rs)
	return g
}

// fitRatio compares who failed by attempts and open gates with what the
// agencies' rates expect.
func (g *gates) fitRatio(rs []record) {
	fail, expect := map[gateKey]float64{}, map[gateKey]float64{}
	for i := range rs {
		o := rs[i].c.Outcome
		if o == nil || (o.Stage == Unstaged && !o.Passed) {
			continue
		}
		key := keyOf(&rs[i])
		expect[key] += g.byAgency[rs[i].c.Agency].p
		if o.Stage == Administration {
			fail[key]++
		}
	}
	const lean = 10
	for key, e := range expect {
		g.ratio[key] = (fail[key] + lean) / (e + lean)
	}
}

// fitVeto counts refusals among those whose scores met every criterion, or who
// are known to have reached the panel. Who stopped in the field without scores
// counts in part.
func (g *gates) fitVeto(rs []record) {
	const half, fieldLean = 0.5, 6
	met, field := 0.0, 0.0
	for i := range rs {
		if r := &rs[i]; r.whole && r.c.Outcome != nil && r.c.Outcome.Stage == Field {
			field++
			met += oneIf(r.meets())
		}
	}
	g.fieldMet = (met + half*fieldLean) / (field + fieldLean)
	k, n, kAny, nAny := 0.0, 0.0, 0.0, 0.0
	for i := range rs {
		r := &rs[i]
		if r.c.Outcome == nil {
			continue
		}
		o, weight := r.c.Outcome, 0.0
		switch {
		case o.Passed || o.Stage == Panel || (r.whole && r.meets()):
			weight = 1
		case o.Stage == Field && !r.whole:
			weight = g.fieldMet
		}
		n += weight
		k += weight * oneIf(!o.Passed)
		if r.whole {
			nAny += weight
			kAny += weight * oneIf(!o.Passed)
		}
	}
	const seen, lean = 1, 20
	p := (k + seen) / (n + lean)
	g.veto = gateRate{p, math.Sqrt(p * (1 - p) / (n + lean))}
	g.vetoAny = (kAny + seen) / (nAny + lean)
}

// meets reports whether reported national scores meet every criterion.
func (r *record) meets() bool {
	for i := range r.rules.Criteria[r.c.Target] {
		c := &r.rules.Criteria[r.c.Target][i]
		s := 0.0
		for j, w := range c.Coef {
			if w != 0 {
				s += w * attainment(j, r.y[j])
			}
		}
		if s < c.Minimum-1e-9 {
			return false
		}
	}
	return true
}

// open is the chance of getting past every gate, with its standard error.
func (g *gates) open(r *record) gateRate {
	rate, ok := g.byAgency[r.c.Agency]
	if !ok {
		rate = g.mean
	}
	ratio, ok := g.ratio[keyOf(r)]
	if !ok {
		ratio = 1
	}
	admin := 1 - min(rate.p*ratio, 0.98)
	veto := 1 - g.veto.p
	return gateRate{admin * veto, math.Hypot(rate.se*ratio*veto, g.veto.se*admin)}
}

// betaBinomial finds the mean and the strength of agencies' rates by maximum
// likelihood on a grid of strengths (Griffiths 1973 gives the likelihood).
func betaBinomial(k, n map[string]float64) (mean, strength float64) {
	sk, sn := 0.0, 0.0
	names := sortedNames(n)
	for _, a := range names {
		sk, sn = sk+k[a], sn+n[a]
	}
	mean = (sk + 1) / (sn + 10)
	best := math.Inf(-1)
	for s := 2.0; s <= 1024; s *= math.Sqrt2 {
		ll := 0.0
		for _, a := range names {
			ll += lbeta(mean*s+k[a], (1-mean)*s+n[a]-k[a]) - lbeta(mean*s, (1-mean)*s)
		}
		if ll > best {
			best, strength = ll, s
		}
	}
	return mean, strength
}

func lbeta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}
