package synth

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

// path is one nominee's way through a cycle.
type path struct {
	*data.Nomination // its last stage
	stages           []string
}

func (p *programme) paths() map[string]*path {
	out := map[string]*path{}
	for _, n := range p.nominations {
		k := n.UnitID + "|" + strconv.Itoa(int(n.Cycle)) + "|" + n.Target
		w := out[k]
		if w == nil {
			w = &path{}
			out[k] = w
		}
		w.Nomination = n
		w.stages = append(w.stages, n.Stage)
	}
	return out
}

func TestNominationsFollowTheRules(t *testing.T) {
	p := sharedProgramme(t)
	once := map[string]string{}
	for _, w := range p.paths() {
		k := w.UnitID + " " + strconv.Itoa(int(w.Cycle))
		if once[k] != "" {
			t.Errorf("%s is nominated for %s and %s", k, once[k], w.Target)
		}
		once[k] = w.Target
		if i := slices.Index(data.Stages, "pengusulan"); w.stages[0] != data.Stages[i] {
			t.Errorf("%s begins at %s", k, w.stages[0])
		}
		for i := 1; i < len(w.stages); i++ {
			if slices.Index(data.Stages, w.stages[i]) <= slices.Index(data.Stages, w.stages[i-1]) {
				t.Errorf("%s: %v", k, w.stages)
			}
		}
		u := p.units[w.UnitID]
		if u.Closed != nil && *u.Closed <= w.Cycle || u.Opened != nil && *u.Opened > w.Cycle {
			t.Errorf("%s is nominated when it does not exist", k)
		}
		if holds := p.holds(w.UnitID, w.Cycle); holds != (w.Target == data.WBBM) {
			t.Errorf("%s: nominated for %s, holds WBK: %v", k, w.Target, holds)
		}
		for _, a := range p.awards {
			if a.UnitID == w.UnitID && a.RevokedOn != nil && int(w.Cycle) > a.RevokedOn.Year() && int(w.Cycle) <= a.RevokedOn.Year()+banYears {
				t.Errorf("%s is nominated while banned (revoked on %s)", k, a.RevokedOn)
			}
		}
		if w.Issuer == mandiri && (w.Cycle < 2023 || w.Target != data.WBK) {
			t.Errorf("%s: %s by %s", k, w.Target, w.Issuer)
		}
	}
}

// holds reports whether a unit held WBK when a cycle began.
func (p *programme) holds(unit string, cycle int32) bool {
	return slices.ContainsFunc(p.awards, func(a *data.Award) bool {
		return a.UnitID == unit && a.Predicate == data.WBK && a.AwardedOn.Year() < int(cycle) &&
			(a.RevokedOn == nil || a.RevokedOn.Year() >= int(cycle))
	})
}

func TestAwardsFollowFromPasses(t *testing.T) {
	p := sharedProgramme(t)
	paths, awarded := p.paths(), 0
	for _, a := range p.awards {
		if a.AwardedOn.Year() < FirstCycle {
			continue
		}
		awarded++
		w := paths[a.UnitID+"|"+strconv.Itoa(a.AwardedOn.Year())+"|"+a.Predicate]
		if w == nil || w.Stage != "penetapan" || !strings.HasPrefix(w.Result, "lulus") || w.Issuer != a.Issuer {
			t.Errorf("award %s without a pass: %+v", a.Key(), w)
		}
	}
	passes := 0
	for _, w := range paths {
		if w.Stage == "penetapan" {
			passes++
		}
	}
	if passes != awarded || passes == 0 {
		t.Errorf("%d passes, %d awards", passes, awarded)
	}
}

// Who passes meets every criterion of the year on the worksheet in the files,
// and who fails after the survey misses one or is refused by the panel.
func TestOutcomesFollowFromScores(t *testing.T) {
	p := sharedProgramme(t)
	judged := 0
	for _, w := range p.paths() {
		layer, by := data.TPN, nationalTeam
		if w.Issuer == mandiri {
			layer, by = data.TPI, internal
		}
		answers := p.answers[sheetKey{w.UnitID, w.Cycle, layer}]
		if len(answers) == 0 {
			continue
		}
		judged++
		sheet := rule.Worksheet{}
		for _, a := range answers {
			sheet[a.ItemID] = *a
		}
		set, _ := rule.ForCycle(int(w.Cycle))
		passes, unknown := rule.Passes(set.Score(sheet, set.DefaultPolicy()).Criteria(p.facts(w, by)), w.Target)
		refused := strings.Contains(w.Note, "integritas") || w.Result == "ditarik"
		if unknown > 0 || passes != (w.Stage == "penetapan" || refused) {
			t.Errorf("%s %d %s: ends at %s (%s), criteria met: %v, unknown: %d", w.UnitID, w.Cycle, w.Target, w.Stage, w.Note, passes, unknown)
		}
	}
	if judged < 100 {
		t.Errorf("only %d worksheets judged", judged)
	}
}

func (p *programme) facts(w *path, by surveyor) rule.Facts {
	f := rule.Facts{"prior_wbk": 0}
	if p.holds(w.UnitID, w.Cycle) {
		f["prior_wbk"] = data.One
	}
	for _, ix := range []index{ipak, ipkp} {
		s := p.surveys[(&data.Survey{UnitID: w.UnitID, Cycle: w.Cycle, Index: ix.name, Surveyor: by.name}).Key()]
		n := data.Score(*s.Respondents) * data.One
		if known, ok := f["survey.n"]; !ok || n < known {
			f["survey.n"] = n
		}
	}
	if z := p.zones[w.UnitID+"|"+strconv.Itoa(int(w.Cycle))]; z != nil {
		f["kawasan"] = z.IntegrationScore.Score()
	}
	return f
}

// scored gives the totals of all worksheets, by layer.
func (p *programme) scored() map[sheetKey]data.Score {
	out := map[sheetKey]data.Score{}
	for k, total := range p.totals {
		out[k] = total
	}
	for k, answers := range p.answers {
		sheet := rule.Worksheet{}
		for _, a := range answers {
			sheet[a.ItemID] = *a
		}
		set, _ := rule.ForCycle(int(k.cycle))
		out[k] = set.Score(sheet, set.DefaultPolicy()).Total()
	}
	return out
}

func TestLayersDiffer(t *testing.T) {
	totals := sharedProgramme(t).scored()
	var vanity, inflation, n, m data.Score
	var tpn []data.Score
	for k, total := range totals {
		switch k.layer {
		case data.TPI:
			vanity += totals[sheetKey{k.unit, k.cycle, data.Self}] - total
			n++
		case data.TPN:
			inflation += totals[sheetKey{k.unit, k.cycle, data.TPI}] - total
			tpn = append(tpn, total)
			m++
		}
	}
	if vanity/n < data.One || vanity/n > 8*data.One {
		t.Errorf("self above TPI by %s points on average", vanity/n)
	}
	if inflation/m < 2*data.One || inflation/m > 12*data.One {
		t.Errorf("TPI above TPN by %s points on average", inflation/m)
	}
	slices.Sort(tpn)
	low, high := tpn[len(tpn)/20], tpn[len(tpn)*19/20]
	if low < 60*data.One || low > 75*data.One || high < 82*data.One || high > 95*data.One {
		t.Errorf("nine in ten TPN totals are between %s and %s", low, high)
	}
}

// More strictness never raises the score of any item: the bisection relies on
// it.
func TestStrictnessIsMonotone(t *testing.T) {
	w := newWorld(complete(t, small()))
	for range 6 {
		w.advance()
	}
	set, _ := rule.ForCycle(w.year)
	for _, u := range w.units[:60] {
		var before []rule.ItemScore
		for strictness := mildest; strictness <= sternest; strictness += 20 * milli {
			now := set.Score(w.worksheet(u, set, data.TPN, strictness), set.DefaultPolicy()).Items
			for i := range before {
				if now[i].Score > before[i].Score || now[i].State != before[i].State {
					t.Fatalf("unit %s, item %s: %s at less, %s at strictness %d", u.UnitID, now[i].Item.ID, before[i].Score, now[i].Score, strictness)
				}
			}
			before = now
		}
	}
}

func complete(t *testing.T, p Params) Params {
	t.Helper()
	p, err := p.Complete()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// At small sizes every figure is within one unit of its share, and the sums
// over the years are in proportion.
func TestFiguresInProportion(t *testing.T) {
	p := DefaultParams()
	p.Seed, p.Units = 2, 1500
	other, err := Generate(context.Background(), t.TempDir(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*Report{sharedProgramme(t).report, other} {
		made, expected := map[string]data.Score{}, map[string]data.Score{}
		for _, c := range r.Cycles {
			for _, e := range c.Expected {
				made[e.Figure] += data.Score(e.Made) * data.One
				expected[e.Figure] += e.Expected
				if off := data.Score(e.Made)*data.One - e.Expected; e.Figure == figureNominated && (off > data.One || off < -data.One) {
					t.Errorf("seed %d, %d: %s %d, expected %s", r.Params.Seed, c.Cycle, e.Figure, e.Made, e.Expected)
				}
			}
			if c.passed(data.WBK, nasional) == 0 {
				t.Errorf("seed %d, %d: nobody passed", r.Params.Seed, c.Cycle)
			}
		}
		for _, figure := range []string{figureNominated, data.WBK, data.WBBM} {
			if off := (made[figure] - expected[figure]).Times(100, int64(expected[figure])); off > 25 || off < -25 {
				t.Errorf("seed %d: %s %s over all years, expected %s", r.Params.Seed, figure, made[figure], expected[figure])
			}
		}
	}
}

// fullSizeVariable asks for the programme of 60,000 units, which takes a
// minute and 400 MB of disk.
const fullSizeVariable = "TOLOK_FULL_SIZE"

func TestFiguresAtFullSize(t *testing.T) {
	if os.Getenv(fullSizeVariable) == "" {
		t.Skipf("set %s=1 to generate %d units", fullSizeVariable, fullSize)
	}
	p := DefaultParams()
	p.Units = fullSize
	r, err := Generate(context.Background(), t.TempDir(), p, func(s string) { t.Log(s) })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Cycles {
		for _, e := range c.Expected {
			if *e.Deviation > 15*data.One || *e.Deviation < -15*data.One {
				t.Errorf("%d: %s %d, expected %s (%s %%)", c.Cycle, e.Figure, e.Made, e.Expected, e.Deviation)
			}
		}
	}
}
