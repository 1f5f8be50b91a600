package forecast

import (
	"slices"
	"strings"
)

// Groups of columns: what an explanation names.
const (
	GroupAreas     = "internal_areas"
	GroupResult    = "internal_performance"
	GroupSurveys   = "internal_surveys"
	GroupHistory   = "national_history"
	GroupAttempts  = "attempts"
	GroupTarget    = "target"
	GroupKind      = "kind"
	GroupAgency    = "agency"
	GroupGate      = "gates"
	GroupCalibrate = "calibration"
)

// The columns that differ by the part they predict stand first.
const (
	ownScore  = iota // internal score of the same part; for a survey times the weight of its respondents
	ownLight         // a survey's score times one less that weight
	ownLast          // the part's last national score
	ownAgency        // the agency's mean internal score of the part
	ownColumns
)

// The others are shared by all parts.
const (
	meanNew     = ownColumns + iota // mean of the six areas, units without national scores
	meanKnown                       // and with
	reformGap                       // reform above the area: low reform under high compliance is inflation
	scoreResult                     // performance
	scoreIPAK
	scoreIPKP
	lastMean // mean of the last national area scores
	lastIPAK
	lastIPKP
	lastInternal // the internal mean of that same year
	agencyAreas  // the agency's mean over areas and nominees, all its years
	agencyDrift  // this year's less that
	agencySurvey
	perfect
	perfectIPAK
	perfectIPKP
	perfectLast
	isWBBM
	isWBBMHalved
	attempts
	firstTime
	failedLast
	yearsSince
	hasAreas
	hasSurvey
	fixedColumns
)

var columnGroup = [fixedColumns]string{
	ownScore: GroupAreas, ownLight: GroupSurveys, ownLast: GroupHistory, ownAgency: GroupAgency,
	meanNew: GroupAreas, meanKnown: GroupAreas, reformGap: GroupAreas,
	scoreResult: GroupResult, scoreIPAK: GroupSurveys, scoreIPKP: GroupSurveys,
	lastMean: GroupHistory, lastIPAK: GroupHistory, lastIPKP: GroupHistory, lastInternal: GroupHistory,
	agencyAreas: GroupAgency, agencyDrift: GroupAgency, agencySurvey: GroupAgency,
	perfect: GroupAreas, perfectIPAK: GroupSurveys, perfectIPKP: GroupSurveys, perfectLast: GroupHistory,
	isWBBM: GroupTarget, isWBBMHalved: GroupTarget,
	attempts: GroupAttempts, firstTime: GroupAttempts, failedLast: GroupAttempts, yearsSince: GroupAttempts,
	hasAreas: GroupHistory, hasSurvey: GroupHistory,
}

// bounded columns cannot lower a score by being higher.
var bounded = [fixedColumns]bool{
	ownScore: true, ownLight: true, ownLast: true, meanNew: true, meanKnown: true,
	scoreResult: true, scoreIPAK: true, scoreIPKP: true, lastMean: true, lastIPAK: true, lastIPKP: true,
	perfectIPAK: true, perfectIPKP: true, perfectLast: true,
}

// priorCoefficient is what a coefficient is pulled to when the data say
// little: found on a simulated programme other than those it is judged on.
func priorCoefficient(part, column int) float64 {
	survey, area := part >= IPAK, part < Areas
	switch column {
	case ownScore:
		switch {
		case area:
			return 0.5
		case survey:
			return 0.8
		}
		return 0.6
	case ownLight:
		if survey {
			return 0.4
		}
	case ownLast:
		if area {
			return 0.12
		}
		return 0.10
	case meanNew, meanKnown, lastMean:
		if area {
			return 0.05
		}
	case scoreIPAK, scoreIPKP:
		if area {
			return 0.08
		}
	}
	return 0
}

// frame is what the columns of a record need beyond the record.
type frame struct {
	means    map[int]vec
	levels   []level        // one 0/1 column each
	agencies map[string]int // index of an agency by name, in order of the names
	names    []string
	long     []vec // by agency: shrunken mean internal score over its nominees, less the year's
	byYear   map[[2]int]vec
	scatter  vec // variance of internal scores: of an area around the unit's mean, of others around the year's
}

type level struct{ of, value string }

// levelMinimum is how many cases a kind, type or region needs for a column of
// its own.
const levelMinimum = 20

func newFrame(rs []record) *frame {
	f := &frame{means: yearMeans(rs), agencies: map[string]int{}, byYear: map[[2]int]vec{}}
	f.name(rs)
	f.levels = levelsOf(rs)
	n := make([]float64, len(f.names))
	f.long = make([]vec, len(f.names))
	nYear := map[[2]int]float64{}
	for i := range rs {
		r := &rs[i]
		if r.perfect {
			continue
		}
		m, key := f.means[r.year], [2]int{r.agency, r.year}
		y := f.byYear[key]
		for j := range Parts {
			f.long[r.agency][j] += r.z[j] - m[j]
			y[j] += r.z[j] - m[j]
		}
		f.byYear[key] = y
		n[r.agency]++
		nYear[key]++
	}
	// Few nominees say little about their inspectorate: shrink to no difference.
	const lean = 2
	for a := range f.long {
		for j := range Parts {
			f.long[a][j] /= n[a] + lean
		}
	}
	for key, y := range f.byYear {
		for j := range y {
			y[j] = (y[j] - nYear[key]*f.long[key[0]][j]) / (nYear[key] + 2*lean)
		}
		f.byYear[key] = y
	}
	f.scatters(rs)
	link(rs, f.means)
	for i := range rs {
		f.place(&rs[i])
	}
	return f
}

// scatters measures what is not known of an internal score that is missing.
func (f *frame) scatters(rs []record) {
	var sum, n vec
	for i := range rs {
		r := &rs[i]
		m, unit := f.means[r.year], 0.0
		for j := range Areas {
			unit += (r.z[j] - m[j]) / Areas
		}
		for j := range Parts {
			if r.filled[j] {
				continue
			}
			d := r.z[j] - m[j]
			if j < Areas {
				d -= unit
			}
			sum[j] += d * d
			n[j]++
		}
	}
	const lean = 5
	for j := range f.scatter {
		f.scatter[j] = (sum[j] + lean*usualVariance[j]) / (n[j] + lean)
	}
}

// place gives a record what its year and agency say. An agency or a year
// nobody has seen before says nothing.
func (f *frame) place(r *record) {
	a, ok := f.agencies[r.c.Agency]
	if !ok {
		r.agency = -1
		r.agencyLong, r.agencyYear = vec{}, vec{}
	} else {
		r.agency, r.agencyLong, r.agencyYear = a, f.long[a], f.byYear[[2]int{a, r.year}]
	}
	r.mean = f.meansOf(r.year)
}

// meansOf is the mean internal score of a year, or of the last year known.
func (f *frame) meansOf(year int) vec {
	if m, ok := f.means[year]; ok {
		return m
	}
	years := sortedYears(f.means)
	if len(years) == 0 {
		var m vec
		for j := range m {
			m[j] = fallbackZ(j)
		}
		return m
	}
	return f.means[years[len(years)-1]]
}

func (f *frame) name(rs []record) {
	for i := range rs {
		f.agencies[rs[i].c.Agency] = 0
	}
	for a := range f.agencies {
		f.names = append(f.names, a)
	}
	slices.Sort(f.names)
	for i, a := range f.names {
		f.agencies[a] = i
	}
	for i := range rs {
		rs[i].agency = f.agencies[rs[i].c.Agency]
	}
}

func levelsOf(rs []record) []level {
	count := map[level]int{}
	for i := range rs {
		for _, l := range levelsIn(rs[i].c) {
			count[l]++
		}
	}
	var ls []level
	for l, n := range count {
		if n >= levelMinimum && l.value != "" && n < len(rs) {
			ls = append(ls, l)
		}
	}
	slices.SortFunc(ls, func(a, b level) int {
		if c := strings.Compare(a.of, b.of); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	return ls
}

func levelsIn(c *Case) [3]level {
	return [3]level{{"kind", c.Kind}, {"unit_type", c.UnitType}, {"region", c.Region}}
}

func (f *frame) width() int { return fixedColumns + len(f.levels) }

func (f *frame) group(column int) string {
	if column < fixedColumns {
		return columnGroup[column]
	}
	return GroupKind
}

// respondentsHalf is the number of respondents at which a survey's own value
// and everything else weigh the same.
const respondentsHalf = 60

// shared fills the columns that are the same for every part; x is of full
// width.
func (f *frame) shared(r *record, x []float64) {
	clear(x)
	m, has, p := &r.mean, &r.last, oneIf(r.perfect)
	mean := 0.0
	for j := range Areas {
		mean += (r.z[j] - m[j]) * (1 - p) / Areas
		x[agencyAreas] += r.agencyLong[j] / Areas
		x[agencyDrift] += r.agencyYear[j] / Areas
	}
	ipak, ipkp := r.z[IPAK]-m[IPAK], r.z[IPKP]-m[IPKP]
	if has.hasAreas {
		x[meanKnown] = mean
	} else {
		x[meanNew] = mean
	}
	x[reformGap] = r.gap * (1 - p)
	x[scoreResult] = r.z[Performance] - m[Performance]
	x[scoreIPAK], x[scoreIPKP] = ipak, ipkp
	x[lastMean], x[lastInternal] = has.areaMeans()
	x[lastIPAK], x[lastIPKP] = has.y[IPAK], has.y[IPKP]
	x[agencySurvey] = (r.agencyLong[IPAK] + r.agencyLong[IPKP]) / 2
	x[perfect], x[perfectIPAK], x[perfectIPKP], x[perfectLast] = p, p*ipak, p*ipkp, p*x[lastMean]
	x[isWBBM] = oneIf(r.c.Target == WBBM)
	x[isWBBMHalved] = oneIf(r.c.Target == WBBM && r.halved)
	x[attempts] = min(has.attempts, 4)
	x[firstTime] = oneIf(has.attempts == 0)
	x[failedLast] = oneIf(has.failed)
	x[yearsSince] = min(has.since, 4)
	x[hasAreas], x[hasSurvey] = oneIf(has.hasAreas), oneIf(has.hasSurvey)
	in := levelsIn(r.c)
	for k, l := range f.levels {
		x[fixedColumns+k] = oneIf(l == in[0] || l == in[1] || l == in[2])
	}
}

// areaMeans are the means over areas of the last national scores and of the
// internal ones of that year.
func (p *past) areaMeans() (national, internal float64) {
	n := 0.0
	for j := range Areas {
		if p.seen[j] {
			national += p.y[j]
			internal += p.internal[j]
			n++
		}
	}
	if n > 0 {
		national, internal = national/n, internal/n
	}
	return national, internal
}

// own are the columns that differ by part.
func own(r *record, part int) (x [ownColumns]float64) {
	z := r.z[part] - r.mean[part]
	x[ownScore] = z
	x[ownLast] = r.last.y[part]
	x[ownAgency] = r.agencyLong[part]
	switch {
	case part < Areas && r.perfect:
		x[ownScore] = 0
	case part >= IPAK:
		w := reliance(r.n[part-IPAK])
		x[ownScore], x[ownLight] = w*z, (1-w)*z
	}
	return x
}

// reliance is the weight of a survey's own value by its respondents.
func reliance(n float64) float64 {
	if n == 0 {
		n = usualRespondents
	}
	return n / (n + respondentsHalf)
}

// usualRespondents stands in for an unknown number.
const usualRespondents = 50

// pinned reports whether a part does not use a column: its own score stands
// among its own columns already.
func pinned(part, column int) bool {
	switch column {
	case scoreResult:
		return part == Performance
	case scoreIPAK:
		return part == IPAK
	case scoreIPKP:
		return part == IPKP
	}
	return false
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
