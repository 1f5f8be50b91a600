package synth

import (
	"time"

	"tolok/data"
	"tolok/data/rule"
)

// surveyor is who asked. The name is in the files.
type surveyor struct {
	number int
	name   string
	shift  level // on 0-4, against the units' own surveys
}

var (
	internal     = surveyor{1, "internal", 0}
	nationalTeam = surveyor{2, "TPN/BPS", -50 * milli}
)

// index is what a survey measures, on 0-4.
type index struct {
	number int
	name   string
	mean   level // at the quality of a usual nominee
	slope  level // for one full level of quality
	sd     level // between units, lasting
	within level // between respondents
}

// indexes; usualNominee is the level their means are about.
var (
	ipak = index{1, "IPAK", 3_730 * milli, 700 * milli, 110 * milli, 520 * milli}
	ipkp = index{2, "IPKP", 3_690 * milli, 900 * milli, 130 * milli, 560 * milli}
	ikm  = index{3, "IKM", 3_400 * milli, 900 * milli, 120 * milli, 500 * milli}
)

const (
	usualNominee = 720 * milli
	top          = 3_990 * milli // nobody publishes a 4.00, but for the all-perfect
	sdYear       = 35 * milli
	reluctant    = 25 * milli // surveys with fewer than 30 respondents
)

// surveyOf is the survey a worksheet item takes its value from.
func surveyOf(it *rule.Item) index {
	if len(it.Node) > 4 && it.Node[:4] == "B.II" {
		return ipkp
	}
	return ipak
}

// survey is one published index of a unit this year, on the scale its agency
// publishes on.
type survey struct {
	data.Survey
	plain level // on 0-4, rounded as published
}

// on4 is the value a worksheet takes.
func (s *survey) on4() data.Amount { return data.Amount(s.plain) * data.OneAmount / data.Amount(full) }

func (w *world) survey(u *unit, ix index, by surveyor) *survey {
	lasting, now := w.stream(forSurvey, u.at, ix.number), w.stream(forSurvey, u.at, ix.number, w.year)
	area := 5 // public service
	if ix.number == ipak.number {
		area = 4 // oversight
	}
	x := ix.mean + ix.slope.times(w.quality(u, area)-usualNominee) + lasting.normal(ix.sd) + now.normal(sdYear)
	s := w.stream(forSample, u.at, ix.number, w.year, by.number)
	population, n := respondents(u, &s)
	if by.number == nationalTeam.number {
		n = min(n, s.between(30, 120))
	}
	// Near the top there is less room to differ.
	within := ix.within.times(min(full, 4*(4*full-x).within(50*milli, full)))
	x = (x + by.shift + s.normal(within)*full/root(level(n)*full)).within(1_500*milli, top)
	return publish(u, w.year, ix, by, x/(10*milli)*(10*milli), within, n, population)
}

// respondents follows Krejcie and Morgan, as far as people answer.
func respondents(u *unit, s *stream) (population, n int) {
	population = 40 * int(*u.Staff)
	if u.ServiceUsers != nil {
		population = int(*u.ServiceUsers)
	}
	wanted := 9604 * population / (25*(population-1) + 9604)
	n = min(max(30, wanted*s.between(55, 105)/100), 400, population)
	if s.chance(reluctant) {
		n = min(n, s.between(12, 29))
	}
	return population, n
}

// publish writes the index on the scale of its agency: most use 1-4, one in
// five a hundred.
func publish(u *unit, year int, ix index, by surveyor, x, within level, n, population int) *survey {
	out := &survey{plain: x}
	out.UnitID, out.Cycle, out.Index, out.Surveyor = u.UnitID, int32(year), ix.name, by.name
	low, high, times := 1, 4, level(1)
	switch {
	case ix.number == ikm.number:
		low, high, times = 25, 100, 25
	case by.number == nationalTeam.number:
	case u.agency.scale < 2:
		low, high, times = 0, 100, 25
	}
	amount := func(l level) data.Amount { return data.Amount(l*times) * data.OneAmount / data.Amount(full) }
	out.Value, out.SD = amount(x), value(amount(within/(10*milli)*(10*milli)))
	out.ScaleMin, out.ScaleMax = whole(low), whole(high)
	asked, all := int64(n), int64(population)
	out.Respondents, out.Population = &asked, &all
	start, end := time.January, time.March
	if by.number == nationalTeam.number {
		start, end = time.June, time.July
	}
	from, to := data.DateOf(year, start, 5), data.DateOf(year, end, 20)
	known := to + 10
	out.PeriodStart, out.PeriodEnd, out.KnownOn = &from, &to, &known
	return out
}
