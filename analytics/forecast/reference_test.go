package forecast

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// referenceProgramme reads the simulated programme that stands beside the
// project, made by others; the test is skipped where it is absent.
func referenceProgramme(t testing.TB) (Programme, map[caseKey]map[string]float64) {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "reference", "forecast-dev", "dev_small_2024")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the reference folder is not beside the project")
	}
	p := Programme{Rules: map[string]Rules{}}
	units := map[string]map[string]string{}
	for _, r := range table(t, dir, "input/units.csv") {
		units[r["unit_id"]] = r
	}
	at := map[string]int{}
	attempts := map[string]int{}
	for _, r := range table(t, dir, "input/nominations.csv") {
		u, year := units[r["unit_id"]], int(number(t, r["year"]))
		if _, ok := p.Rules[r["regulation"]]; !ok {
			p.Rules[r["regulation"]] = rulesOf(t, r["regulation"])
		}
		at[r["unit_id"]+r["year"]] = len(p.Cases)
		p.Cases = append(p.Cases, Case{Inputs: Inputs{
			Unit: r["unit_id"], Agency: u["agency_id"], Kind: u["agency_type"], UnitType: u["unit_type"], Region: u["region"],
			Cycle: year, Target: r["target"], Rules: r["regulation"], Attempts: attempts[r["unit_id"]], KnownOn: worldDay(year, inputsDay),
		}})
		attempts[r["unit_id"]]++
	}
	for _, r := range table(t, dir, "input/assessments.csv") {
		put(t, &p.Cases[at[r["unit_id"]+r["year"]]].Internal, r)
	}
	for _, r := range table(t, dir, "input/surveys.csv") {
		p.Cases[at[r["unit_id"]+r["year"]]].Surveys = surveysOf(t, r)
	}
	review := func(r map[string]string) *Review {
		c := &p.Cases[at[r["unit_id"]+r["year"]]]
		if c.Review == nil {
			c.Review = &Review{KnownOn: worldDay(c.Cycle, resultsDay)}
		}
		return c.Review
	}
	for _, r := range table(t, dir, "input/tpn_scores.csv") {
		put(t, &review(r).Sheet, r)
	}
	for _, r := range table(t, dir, "input/tpn_surveys.csv") {
		review(r).Surveys = surveysOf(t, r)
	}
	stages := map[string]Stage{"administrasi": Administration, "survei": SurveyStage, "desk": Desk, "lapangan": Field, "panel": Panel, "lulus": Awarded}
	for _, r := range table(t, dir, "input/outcomes.csv") {
		c := &p.Cases[at[r["unit_id"]+r["year"]]]
		c.Outcome = &Outcome{Passed: r["passed"] == "1", Stage: stages[r["stage_reached"]], KnownOn: worldDay(c.Cycle, resultsDay)}
	}
	truth := map[caseKey]map[string]float64{}
	for _, r := range append(table(t, dir, "truth/truth.csv"), table(t, dir, "truth/reference_predictions.csv")...) {
		key := caseKey{r["unit_id"], p.Cases[at[r["unit_id"]+r["year"]]].Target, int(number(t, r["year"]))}
		if truth[key] == nil {
			truth[key] = map[string]float64{}
		}
		for _, k := range []string{"p_oracle", "p_oracle_known_strictness", "p_base", "passed", "logit", "logit_te", "gbm"} {
			if v, ok := r[k]; ok {
				truth[key][k] = number(t, v)
			}
		}
	}
	return p, truth
}

func put(t testing.TB, s *Sheet, r map[string]string) {
	share := Of(number(t, r["percent"]) / 100)
	area := slices.Index([]string{"manajemen_perubahan", "tatalaksana", "sdm", "akuntabilitas", "pengawasan", "pelayanan_publik"}, r["component"])
	switch {
	case area < 0:
		s.Performance = share
	case r["part"] == "reform":
		s.Reform[area] = share
	default:
		s.Compliance[area] = share
	}
}

func surveysOf(t testing.TB, r map[string]string) Surveys {
	n := int(number(t, r["respondents"]))
	return Surveys{IPAK: Survey{Of(number(t, r["ipak"])), n}, IPKP: Survey{Of(number(t, r["ipkp"])), n}}
}

func number(t testing.TB, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func table(t testing.TB, dir, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for k, v := range row {
			m[rows[0][k]] = v
		}
		out = append(out, m)
	}
	return out
}

// On the programme made by others, the forecasts of its last year earn more of
// the achievable gain than the logistic regressions and boosted trees that
// were measured there, with and without the national team's scores.
func TestReferenceProgramme(t *testing.T) {
	for _, tt := range []struct {
		name   string
		report float64
	}{{"all report", 1}, {"30 % report", 0.3}, {"none reports", 0}} {
		p, truth := referenceProgramme(t)
		m, err := Fit(reporting(p, tt.report), 2024, forecastDay(2024), nil)
		if err != nil {
			t.Fatal(err)
		}
		lost, base, cover := map[string]float64{}, 0.0, 0.0
		fs := m.All()
		for i := range fs {
			f := &fs[i]
			v := truth[keyOfFrozen(&f.Frozen)]
			o := v["p_oracle"]
			lost["model"] += (f.P - o) * (f.P - o)
			for _, rival := range []string{"logit", "logit_te", "gbm"} {
				lost[rival] += (v[rival] - o) * (v[rival] - o)
			}
			base += (v["p_base"] - o) * (v["p_base"] - o)
			cover += oneIf(o >= f.Low && o <= f.High) / float64(len(fs))
		}
		t.Logf("%s: gain %.3f (logistic %.3f, with agencies %.3f, trees %.3f), intervals hold %.2f",
			tt.name, 1-lost["model"]/base, 1-lost["logit"]/base, 1-lost["logit_te"]/base, 1-lost["gbm"]/base, cover)
		if best := min(lost["logit"], lost["logit_te"], lost["gbm"]); lost["model"] >= best {
			t.Errorf("%s: gain %.3f, a rival's %.3f", tt.name, 1-lost["model"]/base, 1-best/base)
		}
		if cover < 0.8 {
			t.Errorf("%s: the intervals hold %.2f", tt.name, cover)
		}
	}
}
