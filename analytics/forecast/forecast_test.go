package forecast

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// small is a simulated programme that several tests share.
var small = sync.OnceValue(func() *world {
	w := tuned(3, 220)
	w.first, w.last = 2017, 2023
	return makeWorld(smallTB{}, w)
})

// smallTB lets the shared world be made outside a single test.
type smallTB struct{ testing.TB }

func (smallTB) Helper() {}
func (smallTB) Fatalf(format string, args ...any) {
	panic(format)
}

func fitted(t testing.TB, p Programme, cycle int) []Forecast {
	t.Helper()
	m, err := Fit(p, cycle, forecastDay(cycle), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m.All()
}

func probabilities(fs []Forecast) (out []float64) {
	for _, f := range fs {
		out = append(out, f.P, f.Low, f.High)
	}
	return out
}

// A small programme's forecasts earn most of what an oracle earns, are neither
// too bold nor too timid, and their intervals hold the oracle's probability.
func TestForecastsApproachTheOracle(t *testing.T) {
	w := small()
	origins, frozen, err := Backtest(w.programme, []int{2019, 2020, 2021, 2022, 2023}, forecastDay)
	if err != nil {
		t.Fatal(err)
	}
	base := baseRates(w.programme)
	share := gain(w, frozen, func(f *Frozen) float64 { return f.P }, base)
	plain := gain(w, frozen, func(f *Frozen) float64 { return f.Margins }, base)
	slope, ece := againstOracle(w, frozen)
	cover, n := 0.0, 0.0
	for _, o := range origins {
		for _, f := range o.Forecasts {
			q := w.oracle[keyOfFrozen(&f.Frozen)]
			cover += oneIf(q >= f.Low && q <= f.High)
			n++
		}
	}
	t.Logf("gain %.3f, logistic %.3f, slope %.2f, ECE %.3f, cover %.2f", share, plain, slope, ece, cover/n)
	if share < 0.84 || share < plain+0.05 {
		t.Errorf("gain %.3f, logistic alone %.3f", share, plain)
	}
	if slope < 0.85 || slope > 1.15 || ece > 0.04 {
		t.Errorf("slope %.2f, ECE %.3f", slope, ece)
	}
	if cover/n < 0.80 {
		t.Errorf("the intervals hold %.2f of the oracle's probabilities", cover/n)
	}
}

// What becomes known on the day of a forecast or later moves nothing: not a
// result, not a score, not a whole later cycle.
func TestTheFutureMovesNothing(t *testing.T) {
	w := small()
	want := probabilities(fitted(t, w.programme, 2021))
	planted := Programme{Rules: w.programme.Rules}
	for _, c := range w.programme.Cases {
		if c.Cycle >= 2021 {
			c.Outcome = &Outcome{Passed: !c.Outcome.Passed, Stage: Awarded, KnownOn: forecastDay(2021)}
			c.Review = &Review{KnownOn: forecastDay(2021)}
			for j := range Areas {
				c.Review.Sheet.Compliance[j] = Of(0.01)
			}
		}
		planted.Cases = append(planted.Cases, c)
	}
	late := planted.Cases[0] // an old cycle's nominee that is reported too late
	late.Unit, late.Agency, late.KnownOn = "LATE", "A9999", forecastDay(2021)
	planted.Cases = append(planted.Cases, late)
	if got := probabilities(fitted(t, planted, 2021)); !slices.Equal(got, want) {
		t.Error("records of the future moved the forecasts")
	}
	// The same records do move them once they are known.
	for i := range planted.Cases {
		if c := &planted.Cases[i]; c.Cycle == 2020 {
			c.Outcome = &Outcome{Passed: true, Stage: Awarded, KnownOn: forecastDay(2021) - 1}
			c.Review = nil
		}
	}
	if got := probabilities(fitted(t, planted, 2021)); slices.Equal(got, want) {
		t.Error("known records moved nothing: the test proves nothing")
	}
}

func TestSameNumbersOnAnyNumberOfProcessors(t *testing.T) {
	w := small()
	want := probabilities(fitted(t, w.programme, 2022))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if got := probabilities(fitted(t, w.programme, 2022)); !slices.Equal(got, want) {
		t.Error("one processor gives other numbers")
	}
}

// What agencies are called, and in which unit a scale is written, is nothing
// to the model.
func TestNamesDoNotMatter(t *testing.T) {
	w := small()
	want := probabilities(fitted(t, w.programme, 2022))
	other := Programme{Rules: w.programme.Rules}
	for _, c := range w.programme.Cases {
		b := []byte(c.Agency)
		slices.Reverse(b)
		c.Agency = string(b)
		other.Cases = append(other.Cases, c)
	}
	for i, p := range probabilities(fitted(t, other, 2022)) {
		same(t, "probability", p, want[i], 1e-6)
	}
}

// A lower threshold or a better unit never lowers a chance; without thresholds
// what is left is the gate.
func TestChancesFollowScores(t *testing.T) {
	w := small()
	m, err := Fit(w.programme, 2022, forecastDay(2022), nil)
	if err != nil {
		t.Fatal(err)
	}
	easy := w.programme.Rules["90/2021"]
	easy.Criteria = map[string][]Criterion{}
	open := easy
	open.Criteria = map[string][]Criterion{}
	for target, cs := range w.programme.Rules["90/2021"].Criteria {
		for _, c := range cs {
			c.Minimum *= 0.97
			easy.Criteria[target] = append(easy.Criteria[target], c)
			c.Minimum = 0
			open.Criteria[target] = append(open.Criteria[target], c)
		}
	}
	m.rules["easy"], m.rules["open"] = easy, open
	defer delete(m.rules, "easy")
	defer delete(m.rules, "open")
	for _, r := range m.records[:120] {
		now, err := m.Predict(*r.c)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range []int{0, 3, Performance, IPAK} {
			var by [Parts]float64
			by[j] = 0.04
			better, err := m.Improve(*r.c, by)
			if err != nil {
				t.Fatal(err)
			}
			if better.P < now.P {
				t.Errorf("%s: %.4f, with a better part %d %.4f", r.c.Unit, now.P, j, better.P)
			}
		}
		c := *r.c
		c.Rules = "easy"
		if f, _ := m.Predict(c); f.P < now.P {
			t.Errorf("%s: %.4f, with lower thresholds %.4f", c.Unit, now.P, f.P)
		}
		c.Rules = "open"
		if f, _ := m.Predict(c); math.Abs(f.P-f.Gate) > 1e-4 {
			t.Errorf("%s: without thresholds %.4f, the gate %.4f", c.Unit, f.P, f.Gate)
		}
	}
}

// Predicting a nominee as it is gives its forecast.
func TestPredictIsTheForecast(t *testing.T) {
	w := small()
	m, err := Fit(w.programme, 2023, forecastDay(2023), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range m.All()[:50] {
		got, err := m.Predict(*m.records[i].c)
		if err != nil {
			t.Fatal(err)
		}
		if got.P != f.P || got.Low != f.Low || got.Bottleneck != f.Bottleneck {
			t.Errorf("%s: %v, as a what-if %v", f.Unit, f.P, got.P)
		}
		if !(f.Low <= f.P && f.P <= f.High) {
			t.Errorf("%s: %v is not in %v … %v", f.Unit, f.P, f.Low, f.High)
		}
		e, err := m.Explain(*m.records[i].c)
		if err != nil {
			t.Fatal(err)
		}
		sum := e.Average
		for _, c := range e.Contributions {
			sum += c.Points
		}
		same(t, "average and contributions", sum, f.P, 1e-9)
	}
	if _, err := m.Predict(Case{Inputs: Inputs{Unit: "U1", Rules: "none", Target: WBK}}); err == nil || !strings.Contains(err.Error(), "U1") {
		t.Errorf("an unknown rule set: %v", err)
	}
}

// Whatever the data lack, every nominee gets a number between 0 and 1, and a
// doubt where it means little.
func TestDegenerateProgrammes(t *testing.T) {
	w := small()
	edit := func(f func(c *Case)) Programme {
		p := Programme{Rules: w.programme.Rules}
		for _, c := range w.programme.Cases {
			f(&c)
			p.Cases = append(p.Cases, c)
		}
		return p
	}
	var twelve Programme
	twelve.Rules = w.programme.Rules
	for _, c := range w.programme.Cases {
		if c.Cycle == 2022 && len(twelve.Cases) < 12 {
			twelve.Cases = append(twelve.Cases, c)
		}
	}
	cases := []struct {
		name  string
		p     Programme
		doubt Doubt
	}{
		{"twelve nominees and no past", twelve, FewOutcomes},
		{"one agency", edit(func(c *Case) { c.Agency, c.Kind = "A", "kota" }), ""},
		{"all failed", edit(func(c *Case) { c.Outcome = &Outcome{false, Desk, c.Outcome.KnownOn} }), FewOutcomes},
		{"all passed", edit(func(c *Case) { c.Outcome = &Outcome{true, Awarded, c.Outcome.KnownOn} }), FewOutcomes},
		{"no stages", edit(func(c *Case) { c.Outcome = &Outcome{c.Outcome.Passed, Unstaged, c.Outcome.KnownOn}; c.Review = nil }), ""},
		{"all perfect", edit(func(c *Case) {
			for j := range Areas {
				c.Internal.Compliance[j], c.Internal.Reform[j] = Of(1), Of(1)
			}
		}), ""},
		{"no surveys", edit(func(c *Case) { c.Surveys = Surveys{} }), ""},
		{"no worksheets", edit(func(c *Case) { c.Internal = Sheet{} }), FewScores},
		{"nothing", edit(func(c *Case) { c.Internal, c.Surveys, c.Review = Sheet{}, Surveys{}, nil }), FewScores},
		{"one area missing", edit(func(c *Case) { c.Internal.Compliance[2], c.Internal.Reform[2] = Num{}, Num{} }), ""},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			fs := fitted(t, tt.p, 2022)
			if len(fs) == 0 {
				t.Fatal("no forecasts")
			}
			for _, f := range fs {
				if !(f.P > 0 && f.P < 1 && f.Low > 0 && f.High < 1 && f.Low <= f.P && f.P <= f.High) {
					t.Fatalf("%s: %v in %v … %v", f.Unit, f.P, f.Low, f.High)
				}
				if f.Doubt != tt.doubt {
					t.Fatalf("doubt %q, want %q", f.Doubt, tt.doubt)
				}
			}
		})
	}
	if fs := fitted(t, Programme{}, 2022); len(fs) != 0 {
		t.Error("forecasts of nobody")
	}
}

// A new agency is forecast by its kind and the nation, with a wider interval.
func TestNewAgencies(t *testing.T) {
	w := small()
	m, err := Fit(w.programme, 2023, forecastDay(2023), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.records {
		c := *m.records[i].c
		if m.s.gate.byAgency[c.Agency].p == 0 || m.s.spread[m.records[i].agency][0][0] > m.s.omega[0][0]/2 {
			continue
		}
		known := m.s.moments(&m.records[i], false, false)
		c.Agency = "A-NEW"
		r, err := m.place(&c)
		if err != nil {
			t.Fatal(err)
		}
		d := m.s.moments(&r, false, false)
		if d.cov[0][0] <= known.cov[0][0] {
			t.Errorf("%s: variance %.4f under a new agency, %.4f under its own", c.Unit, d.cov[0][0], known.cov[0][0])
		}
		return
	}
	t.Fatal("no agency with a past")
}

// Before this year's surveys exist there are forecasts, less certain ones; a
// survey then moves them.
func TestForecastsBeforeTheSurveys(t *testing.T) {
	w := small()
	m, err := Fit(w.programme, 2023, forecastDay(2023), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.records[:60] {
		c := *m.records[i].c
		r := m.records[i]
		with := m.s.moments(&r, false, false)
		c.Surveys = Surveys{}
		r, err := m.place(&c)
		if err != nil {
			t.Fatal(err)
		}
		without := m.s.moments(&r, false, false)
		for _, j := range []int{IPAK, IPKP} {
			if without.cov[j][j] <= with.cov[j][j] {
				t.Errorf("%s: variance %.4f without a survey, %.4f with it", c.Unit, without.cov[j][j], with.cov[j][j])
			}
		}
		good, bad := c, c
		good.Surveys = Surveys{IPAK: Survey{Of(3.9), 300}, IPKP: Survey{Of(3.9), 300}}
		bad.Surveys = Surveys{IPAK: Survey{Of(3.3), 300}, IPKP: Survey{Of(3.3), 300}}
		high, _ := m.Predict(good)
		low, _ := m.Predict(bad)
		if high.P < low.P {
			t.Errorf("%s: %.4f after a good survey, %.4f after a bad one", c.Unit, high.P, low.P)
		}
	}
}

func BenchmarkWhatIf(b *testing.B) {
	w := small()
	m, err := Fit(w.programme, 2023, forecastDay(2023), nil)
	if err != nil {
		b.Fatal(err)
	}
	c := *m.records[0].c
	for b.Loop() {
		if _, err := m.Predict(c); err != nil {
			b.Fatal(err)
		}
	}
}

// The speed that is promised is for 5,000 nominees a year, beside scikit-learn's
// logistic regression: FORECAST_EXPORT=dir writes what testdata/rivals.py fits.
func BenchmarkBacktest(b *testing.B) {
	of := tuned(1, 5000)
	of.blind = true
	w := makeWorld(b, of)
	var cycles []int
	for y := w.first + 1; y <= w.last; y++ {
		cycles = append(cycles, y)
	}
	for b.Loop() {
		if _, _, err := Backtest(w.programme, cycles, forecastDay); err != nil {
			b.Fatal(err)
		}
	}
	if dir := os.Getenv("FORECAST_EXPORT"); dir != "" {
		export(b, w, &scenarios[0], cycles, filepath.Join(dir, "speed.csv"), b.Elapsed().Seconds()/float64(b.N))
	}
}
