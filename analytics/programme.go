package analytics

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"tolok/analytics/forecast"
	"tolok/data"
	"tolok/data/rule"
)

// archive is every nomination of the snapshot as the forecasts read it.
type archive struct {
	national forecast.Programme // judged by the national team
	own      forecast.Programme // judged by the agency's inspectorate (mandiri)
	days     map[int]data.Date  // by cycle: the day of its forecast
	known    map[int]bool       // cycles of which a result is known
	nominees map[nomineeKey]*programmeNominee
	at       map[nomineeKey]int // of national.Cases
}

// nomineeKey names a nominee: by nobody else under one target in one cycle.
type nomineeKey struct {
	unit, target string
	cycle        int
}

// cycles are those with nominees, oldest first.
func (a *archive) cycles() []int {
	out := make([]int, 0, len(a.days))
	for c := range a.days {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// day is the day whose knowledge the forecast of a cycle rests on: only what
// was known before it counts.
func (a *archive) day(cycle int) forecast.Day { return forecast.Day(a.days[cycle]) }

type programmeNominee struct {
	UnitID    string     `col:"unit_id"`
	Cycle     int        `col:"cycle"`
	Target    string     `col:"target"`
	Issuer    string     `col:"issuer"`
	AgencyID  string     `col:"agency_id"`
	Kind      string     `col:"kind"`
	UnitType  string     `col:"unit_type"`
	Province  string     `col:"province_code"`
	LastStage string     `col:"last_stage"`
	Result    string     `col:"result"`
	EnteredOn *data.Date `col:"entered_on"`
	FirstOn   *data.Date `col:"first_on"`
	LastOn    *data.Date `col:"last_on"`
	HeldWBK   *bool      `col:"held_wbk"`
	Name      string     `col:"name"`
	Agency    string     `col:"agency"`
	Place     string     `col:"province"`
}

type programmeSheet struct {
	UnitID  string     `col:"unit_id"`
	Cycle   int        `col:"cycle"`
	Layer   string     `col:"layer"`
	KnownOn *data.Date `col:"known_on"`
	halfColumns
	reformColumns
	Performance *float64    `col:"performance"`
	IPAK        *data.Score `col:"ipak"`
	IPKP        *data.Score `col:"ipkp"`
}

type halfColumns struct {
	MP  *float64 `col:"mp"`
	TT  *float64 `col:"tt"`
	SDM *float64 `col:"sdm"`
	AK  *float64 `col:"ak"`
	PW  *float64 `col:"pw"`
	PP  *float64 `col:"pp"`
}

type reformColumns struct {
	MPReform  *float64 `col:"mp_reform"`
	TTReform  *float64 `col:"tt_reform"`
	SDMReform *float64 `col:"sdm_reform"`
	AKReform  *float64 `col:"ak_reform"`
	PWReform  *float64 `col:"pw_reform"`
	PPReform  *float64 `col:"pp_reform"`
}

type programmeSurvey struct {
	UnitID      string      `col:"unit_id"`
	Cycle       int         `col:"cycle"`
	Index       string      `col:"index"`
	Survey      string      `col:"survey"`
	Value       *data.Score `col:"value"`
	Respondents *int64      `col:"respondents"`
	KnownOn     *data.Date  `col:"known_on"`
}

type programmeGate struct {
	UnitID string `col:"unit_id"`
	Cycle  int    `col:"cycle"`
	gateRow
	AgencyKnownOn *data.Date `col:"agency_known_on"`
	UnitKnownOn   *data.Date `col:"unit_known_on"`
}

// inCycle names a unit in a cycle.
type inCycle struct {
	unit  string
	cycle int
}

// archiveRows are the rows an archive is made of.
type archiveRows struct {
	nominees []programmeNominee
	sheets   map[sheetKey]*programmeSheet
	versions map[sheetKey][]versionRow
	surveys  map[inCycle][]programmeSurvey
	gates    map[inCycle]*programmeGate
}

// archive reads every nomination of the snapshot. It looks at the whole nation
// whoever asks: a model is fitted to all, and only what it says of a reader's
// own units is shown.
func (db *DB) archive(ctx context.Context) (*archive, error) {
	nation := db.As(National)
	rows := archiveRows{sheets: map[sheetKey]*programmeSheet{}, surveys: map[inCycle][]programmeSurvey{}, gates: map[inCycle]*programmeGate{}}
	var err error
	if rows.nominees, err = collect[programmeNominee](ctx, nation, "programme_nominees", nil); err != nil {
		return nil, err
	}
	sheets, err := collect[programmeSheet](ctx, nation, "programme_sheets", nil)
	if err != nil {
		return nil, err
	}
	for i := range sheets {
		rows.sheets[sheetKey{inCycle{sheets[i].UnitID, sheets[i].Cycle}, sheets[i].Layer}] = &sheets[i]
	}
	if rows.versions, err = nation.versions(ctx); err != nil {
		return nil, err
	}
	surveys, err := collect[programmeSurvey](ctx, nation, "programme_surveys", nil)
	if err != nil {
		return nil, err
	}
	for _, s := range surveys {
		k := inCycle{s.UnitID, s.Cycle}
		rows.surveys[k] = append(rows.surveys[k], s)
	}
	gates, err := collect[programmeGate](ctx, nation, "programme_gates", nil)
	if err != nil {
		return nil, err
	}
	for i := range gates {
		rows.gates[inCycle{gates[i].UnitID, gates[i].Cycle}] = &gates[i]
	}
	return rows.archive(), nil
}

func (r *archiveRows) archive() *archive {
	a := &archive{days: forecastDays(r.nominees), known: map[int]bool{}, nominees: map[nomineeKey]*programmeNominee{}, at: map[nomineeKey]int{}}
	sets := map[string]forecast.Rules{}
	a.national.Rules, a.own.Rules = sets, sets
	for i := range r.nominees {
		n := &r.nominees[i]
		set, ok := rule.ForCycle(n.Cycle)
		if !ok {
			continue
		}
		if _, ok := sets[set.ID]; !ok {
			sets[set.ID] = forecastRules(set)
		}
		if len(sets[set.ID].Criteria[n.Target]) == 0 {
			continue // the rules of the cycle know no such target
		}
		c := r.read(n, set, a.days[n.Cycle])
		if c.Outcome != nil {
			a.known[n.Cycle] = true
		}
		if n.Issuer == "nasional" {
			a.at[nomineeKey{n.UnitID, n.Target, n.Cycle}] = len(a.national.Cases)
			a.national.Cases = append(a.national.Cases, c)
		} else {
			a.own.Cases = append(a.own.Cases, c)
		}
		k := nomineeKey{n.UnitID, n.Target, n.Cycle}
		if a.nominees[k] == nil { // nominated both ways: the national team's counts, it comes first
			a.nominees[k] = n
		}
	}
	return a
}

// orEnd is a day, or the last of the cycle where none is known.
func orEnd(d *data.Date, cycle int) data.Date {
	if d == nil {
		return data.DateOf(cycle, time.December, 31)
	}
	return *d
}

// earlyShare is the share of a cycle's nominees whose first result may be dated
// before the day of the cycle's forecast: a wrong date must not move the day of
// everybody.
const earlyShare = 20

// forecastDays finds for each cycle the day on which its results began to be
// known: when all but one in twenty still waited for the first. Where no result
// is dated it is the day after the cycle's end.
func forecastDays(nominees []programmeNominee) map[int]data.Date {
	first := map[int][]data.Date{}
	out := map[int]data.Date{}
	for _, n := range nominees {
		out[n.Cycle] = data.DateOf(n.Cycle+1, time.January, 1)
		if n.FirstOn != nil && n.Issuer == "nasional" && n.FirstOn.Year() == n.Cycle {
			first[n.Cycle] = append(first[n.Cycle], *n.FirstOn)
		}
	}
	for cycle, days := range first {
		slices.Sort(days)
		out[cycle] = days[len(days)/earlyShare]
	}
	return out
}

// read makes a case of a nominee. day is the day of the cycle's forecast: what
// was known of the inputs later is never used, neither then nor in the years
// after. A worksheet or gate without a date was known when the nomination was
// made, for it is sent with it; a survey or score of the national team without
// one at the end of the cycle.
func (r *archiveRows) read(n *programmeNominee, set *rule.Set, day data.Date) forecast.Case {
	c := forecast.Case{Inputs: forecast.Inputs{
		Unit: n.UnitID, Agency: n.AgencyID, Kind: n.Kind, UnitType: n.UnitType, Region: n.Province,
		Cycle: n.Cycle, Target: n.Target, Rules: set.ID, KnownOn: forecast.Day(day) - 1,
	}}
	cut := day
	if n.FirstOn != nil && n.EnteredOn != nil && *n.FirstOn >= *n.EnteredOn {
		cut = min(cut, *n.FirstOn)
	}
	k := inCycle{n.UnitID, n.Cycle}
	before := func(d *data.Date) bool { return d == nil || *d < cut }
	if s := r.sheetKnown(sheetKey{k, data.TPI}, before); s != nil {
		c.Internal, c.Surveys = s.sheet(), s.surveys()
	}
	r.surveyed(&c.Surveys, k, func(d *data.Date) bool { return orEnd(d, n.Cycle) < cut })
	c.OpenGate = r.gateOpen(n, set, before)
	if n.Result == "berjalan" {
		return c
	}
	end := orEnd(n.LastOn, n.Cycle)
	c.Outcome = &forecast.Outcome{Passed: n.Result == "lulus", Stage: stageOf(n), KnownOn: forecast.Day(end)}
	r.review(&c, k, n, cut, end)
	return c
}

// review adds the national team's scores. Its survey is in its worksheet; of
// those who stopped before there was one, a survey that became known after the
// nominations were made is the team's.
func (r *archiveRows) review(c *forecast.Case, k inCycle, n *programmeNominee, cut, end data.Date) {
	rev := forecast.Review{KnownOn: forecast.Day(end)}
	// What the team corrected after the cycle's end counts as it was then.
	last := max(end, orEnd(nil, n.Cycle))
	if s := r.sheetKnown(sheetKey{k, data.TPN}, func(d *data.Date) bool { return d == nil || *d <= last }); s != nil {
		rev.Sheet, rev.Surveys = s.sheet(), s.surveys()
		if s.KnownOn != nil {
			rev.KnownOn = forecast.Day(*s.KnownOn)
		}
	}
	if n.Issuer == "nasional" && c.Outcome.Stage != forecast.Administration {
		r.surveyed(&rev.Surveys, k, func(d *data.Date) bool { return d != nil && *d >= cut && *d <= end })
	}
	if rev.Sheet != (forecast.Sheet{}) || rev.Surveys != (forecast.Surveys{}) {
		c.Review = &rev
	}
}

// surveyed fills in from the surveys that were known at the time: the number of
// respondents, and the value where the worksheet has none. Of several surveys of
// one index the one with the most respondents counts, of several versions of
// one survey the newest that was known.
func (r *archiveRows) surveyed(out *forecast.Surveys, k inCycle, known func(*data.Date) bool) {
	for _, x := range []struct {
		index string
		to    *forecast.Survey
	}{{"IPAK", &out.IPAK}, {"IPKP", &out.IPKP}} {
		newest := map[string]programmeSurvey{}
		for _, s := range r.surveys[k] {
			if s.Index == x.index && known(s.KnownOn) {
				newest[s.Survey] = s
			}
		}
		best := slices.MaxFunc(append(values(newest), programmeSurvey{}), func(a, b programmeSurvey) int {
			return cmp.Or(cmp.Compare(a.respondents(), b.respondents()), cmp.Compare(b.Survey, a.Survey))
		})
		if best.Value == nil {
			continue
		}
		x.to.Respondents = best.respondents()
		if !x.to.Value.Known {
			x.to.Value = forecast.Of(nine(best.Value.Float()))
		}
	}
}

func (s programmeSurvey) respondents() int {
	switch {
	case s.Value == nil:
		return -1
	case s.Respondents == nil:
		return 0
	}
	return int(*s.Respondents)
}

func values[K comparable, V any](m map[K]V) []V {
	out := make([]V, 0, len(m)+1)
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

func (s *programmeSheet) sheet() forecast.Sheet {
	var out forecast.Sheet
	for a, v := range []*float64{s.MP, s.TT, s.SDM, s.AK, s.PW, s.PP} {
		out.Compliance[a] = shareOf(v)
	}
	for a, v := range []*float64{s.MPReform, s.TTReform, s.SDMReform, s.AKReform, s.PWReform, s.PPReform} {
		out.Reform[a] = shareOf(v)
	}
	out.Performance = shareOf(s.Performance)
	return out
}

func (s *programmeSheet) surveys() (out forecast.Surveys) {
	if s.IPAK != nil {
		out.IPAK.Value = forecast.Of(nine(s.IPAK.Float()))
	}
	if s.IPKP != nil {
		out.IPKP.Value = forecast.Of(nine(s.IPKP.Float()))
	}
	return out
}

func shareOf(v *float64) forecast.Num {
	if v == nil {
		return forecast.Num{}
	}
	return forecast.Of(nine(min(max(*v, 0), 1)))
}

// nine rounds to nine decimals, as thresholds are compared: what one rounded
// division leaves beyond them depends on where it was made.
func nine(v float64) float64 { return math.Round(v*1e9) / 1e9 }

// gateOpen reports whether a gate of the rule set is known not to be met.
func (r *archiveRows) gateOpen(n *programmeNominee, set *rule.Set, before func(*data.Date) bool) bool {
	if n.Target == data.WBBM && n.HeldWBK != nil && !*n.HeldWBK {
		return true
	}
	row := r.gates[inCycle{n.UnitID, n.Cycle}]
	if row == nil {
		return false
	}
	exempt := exempted(set, n.Kind, n.UnitType)
	for _, g := range set.Gates {
		known := row.UnitKnownOn
		if g.Level == "agency" {
			known = row.AgencyKnownOn
		}
		if len(g.Kinds) > 0 && !slices.Contains(g.Kinds, n.Kind) || g.Level == "agency" && exempt || !before(known) {
			continue
		}
		minimum := g.WBK
		if n.Target == data.WBBM {
			minimum = g.WBBM
		}
		if _, _, met := row.test(set, g.Code, minimum, n.Cycle); met != nil && !*met {
			return true
		}
	}
	return false
}

// stageOf is where a nominee stopped. Who withdrew was stopped by nobody's
// scores, as by papers.
func stageOf(n *programmeNominee) forecast.Stage {
	switch {
	case n.Result == "lulus":
		return forecast.Awarded
	case n.Result == "ditarik":
		return forecast.Administration
	}
	stage, ok := map[string]forecast.Stage{
		"pengusulan": forecast.Administration, "administrasi": forecast.Administration, "survei": forecast.SurveyStage,
		"desk": forecast.Desk, "wawancara": forecast.Desk, "lapangan": forecast.Field, "panel": forecast.Panel, "penetapan": forecast.Panel,
	}[n.LastStage]
	if !ok {
		return forecast.Unstaged
	}
	return stage
}
