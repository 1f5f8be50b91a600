package forecast

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// scenario is one of the situations the figures are asked for.
type scenario struct {
	name     string
	nominees int
	report   float64 // share of agencies that report national scores
	only     int     // cycle that is judged; 0 is all
	floor    float64
}

var scenarios = []scenario{
	{"national scores known", 2500, 1, 0, 0.87},
	{"first year of a new regulation", 2500, 1, 2021, 0.79},
	{"250 nominees a year", 250, 1, 0, 0.86},
	{"30 % of agencies report", 2500, 0.3, 0, 0.83},
	{"no agency reports", 2500, 0, 0, 0.81},
}

// reporting hides the national scores of agencies that do not report them.
func reporting(p Programme, share float64) Programme {
	out := Programme{Rules: p.Rules}
	for _, c := range p.Cases {
		h := uint32(2166136261)
		for _, b := range []byte(c.Agency) {
			h = (h ^ uint32(b)) * 16777619
		}
		if float64((h>>8)%1000)/1000 >= share {
			c.Review = nil
		}
		out.Cases = append(out.Cases, c)
	}
	return out
}

// gain is the share of the achievable gain in expected Brier score: 0 for the
// base rate, 1 for the oracle, without the noise of outcomes.
func gain(w *world, fs []Frozen, p func(*Frozen) float64, base map[int]float64) float64 {
	num, den := 0.0, 0.0
	for i := range fs {
		o := w.oracle[keyOfFrozen(&fs[i])]
		a, b := p(&fs[i])-o, base[fs[i].Cycle]-o
		num += a * a
		den += b * b
	}
	return 1 - num/den
}

// baseRates are the pass rates of all years before each.
func baseRates(p Programme) map[int]float64 {
	n, k := map[int]float64{}, map[int]float64{}
	for _, c := range p.Cases {
		n[c.Cycle]++
		k[c.Cycle] += oneIf(c.Outcome.Passed)
	}
	out, sn, sk := map[int]float64{}, 0.0, 0.0
	for _, y := range sortedYears(n) {
		out[y] = (sk + 1) / (sn + 6)
		sn, sk = sn+n[y], sk+k[y]
	}
	return out
}

// TestEvaluate prints the table of figures. FORECAST_SCENARIOS=0,3 picks some,
// FORECAST_SCALE=0.2 makes them smaller, FORECAST_SEEDS the number of worlds.
func TestEvaluate(t *testing.T) {
	if os.Getenv("FORECAST_EVAL") == "" {
		t.Skip("set FORECAST_EVAL=1, or run make evaluate")
	}
	pick := os.Getenv("FORECAST_SCENARIOS")
	scale := 1.0
	if s := os.Getenv("FORECAST_SCALE"); s != "" {
		scale, _ = strconv.ParseFloat(s, 64)
	}
	t.Logf("%-32s %-7s %6s %6s %6s %6s %6s %6s %6s | %6s %6s %6s %6s %6s %6s %s", "scenario", "world", "floor", "gain", "struct", "recal", "stack", "logist", "today", "slope", "ECE", "ECEout", "cover", "width", "sec", "chosen")
	for _, gen := range []struct {
		name string
		of   func(uint64, int) truth
	}{{"tuned", tuned}, {"judged", judged}} {
		if g := os.Getenv("FORECAST_WORLD"); g != "" && g != gen.name {
			continue
		}
		worlds := map[int]*world{}
		for k, s := range scenarios {
			if pick != "" && !strings.Contains(pick, strconv.Itoa(k)) {
				continue
			}
			n := s.nominees
			if n > 300 {
				n = int(scale * float64(n))
			}
			if worlds[n] == nil {
				worlds[n] = makeWorld(t, gen.of(1, n))
			}
			evaluate(t, worlds[n], &s, gen.name)
		}
	}
}

func evaluate(t *testing.T, w *world, s *scenario, name string) {
	t.Helper()
	start := time.Now()
	var cycles []int
	for y := w.first + 3; y <= w.last; y++ {
		if s.only == 0 || y <= s.only {
			cycles = append(cycles, y)
		}
	}
	origins, _, err := Backtest(reporting(w.programme, s.report), cycles, forecastDay)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start).Seconds()
	if dir := os.Getenv("FORECAST_EXPORT"); dir != "" {
		export(t, w, s, cycles, filepath.Join(dir, name+"-"+strconv.Itoa(slices.Index(scenarios, *s))+".csv"), took)
	}
	var fs []Frozen
	cover, width := 0.0, 0.0
	chosen := ""
	for _, o := range origins {
		chosen += o.Chosen.String()[2:3]
		if s.only != 0 && o.Cycle != s.only {
			continue
		}
		for i := range o.Forecasts {
			f := &o.Forecasts[i]
			fs = append(fs, f.Frozen)
			q := w.oracle[keyOfFrozen(&f.Frozen)]
			cover += oneIf(q >= f.Low && q <= f.High)
			width += f.High - f.Low
		}
	}
	base := baseRates(w.programme)
	of := func(p func(*Frozen) float64) float64 { return gain(w, fs, p, base) }
	slope, ece := againstOracle(w, fs)
	n := float64(len(fs))
	threshold, scored := rivalsOf(w, fs)
	outcome := ECE(scored, 10)
	if g := of(func(f *Frozen) float64 { return f.P }); g < s.floor || slope < 0.85 || slope > 1.15 || ece > 0.04 || cover/n < 0.8 {
		t.Errorf("%s, %s: gain %.3f of %.2f, slope %.2f, ECE %.3f, intervals hold %.2f", s.name, name, g, s.floor, slope, ece, cover/n)
	}
	smallAgencies(t, w, origins)
	t.Logf("%-32s %-7s %6.2f %6.3f %6.3f %6.3f %6.3f %6.3f %6.3f | %6.3f %6.3f %6.3f %6.2f %6.2f %6.1f %s", s.name, name, s.floor,
		of(func(f *Frozen) float64 { return f.P }), of(func(f *Frozen) float64 { return f.Structural }),
		of(func(f *Frozen) float64 { return f.Candidates[Recalibrated] }), of(func(f *Frozen) float64 { return f.Candidates[Stacked] }),
		of(func(f *Frozen) float64 { return f.Margins }), of(func(f *Frozen) float64 { return threshold[keyOfFrozen(f)] }), slope, ece, outcome, cover/n, width/n, took, chosen)
}

// rivalsOf are what planners go by today, and the forecasts with their outcomes.
func rivalsOf(w *world, fs []Frozen) (threshold map[caseKey]float64, scored []Scored) {
	threshold, byYear := map[caseKey]float64{}, map[int]*Rivals{}
	passed := outcomes(w.programme)
	for i := range fs {
		scored = append(scored, Scored{fs[i].P, passed[keyOfFrozen(&fs[i])]})
		if y := fs[i].Cycle; byYear[y] == nil {
			byYear[y] = NewRivals(w.programme, y, forecastDay(y))
		}
	}
	for i := range w.programme.Cases {
		c := &w.programme.Cases[i]
		if r := byYear[c.Cycle]; r != nil {
			threshold[caseKey{c.Unit, c.Target, c.Cycle}] = r.Threshold(w.programme.Rules[c.Rules], c)
		}
	}
	return threshold, scored
}

// export writes what testdata/rivals.py reads: a row a nominee, with the same
// columns the fallback model has, for models of others to be fitted to.
func export(t testing.TB, w *world, s *scenario, cycles []int, file string, took float64) {
	t.Helper()
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	b := bufio.NewWriter(out)
	rs, _ := read(reporting(w.programme, s.report))
	f := newFrame(rs)
	base := baseRates(w.programme)
	x := make([]float64, marginWidth(f))
	for i := range rs {
		r := &rs[i]
		judged := oneIf(slices.Contains(cycles, r.year) && (s.only == 0 || r.year == s.only))
		fmt.Fprintf(b, "%d,%v,%v,%v,%v,%v", r.year, judged, oneIf(r.c.Outcome.Passed), w.oracle[caseKey{r.c.Unit, r.c.Target, r.year}], base[r.year], took)
		marginsOf(f, r, x)
		for _, v := range x {
			fmt.Fprintf(b, ",%.6g", v)
		}
		fmt.Fprintln(b)
	}
	if err := b.Flush(); err != nil {
		t.Fatal(err)
	}
}

// againstOracle is the calibration slope (of the oracle on the log odds of the
// forecasts, by logistic regression) and the expected calibration error in ten
// bins of equal size.
func againstOracle(w *world, fs []Frozen) (slope, ece float64) {
	a, b := 0.0, 1.0
	for range 30 {
		var g0, g1, h00, h01, h11 float64
		for i := range fs {
			x := logOdds(fs[i].P)
			mu := logistic(a + b*x)
			e, v := w.oracle[keyOfFrozen(&fs[i])]-mu, mu*(1-mu)
			g0, g1 = g0+e, g1+e*x
			h00, h01, h11 = h00+v, h01+v*x, h11+v*x*x
		}
		det := h00*h11 - h01*h01
		a += (g0*h11 - g1*h01) / det
		b += (g1*h00 - g0*h01) / det
	}
	sorted := slices.Clone(fs)
	slices.SortFunc(sorted, func(x, y Frozen) int {
		switch {
		case x.P < y.P:
			return -1
		case x.P > y.P:
			return 1
		}
		return 0
	})
	for k := range 10 {
		d := 0.0
		for _, f := range sorted[len(fs)*k/10 : len(fs)*(k+1)/10] {
			d += f.P - w.oracle[keyOfFrozen(&f)]
		}
		ece += math.Abs(d) / float64(len(fs))
	}
	return b, ece
}

// smallAgencies prints how many of the oracle's probabilities the intervals
// hold by the earlier nominees of the agency, and how wide they are.
func smallAgencies(t *testing.T, w *world, origins []Origin) {
	t.Helper()
	byYear := map[string]map[int]int{}
	for i := range w.programme.Cases {
		c := &w.programme.Cases[i]
		if byYear[c.Agency] == nil {
			byYear[c.Agency] = map[int]int{}
		}
		byYear[c.Agency][c.Cycle]++
	}
	var n, cover, width [4]float64
	for _, o := range origins {
		for i := range o.Forecasts {
			f := &o.Forecasts[i]
			before := 0
			for y, k := range byYear[f.Agency] {
				if y < o.Cycle {
					before += k
				}
			}
			size := 0
			for _, least := range []int{1, 5, 20} {
				size += int(oneIf(before >= least))
			}
			q := w.oracle[keyOfFrozen(&f.Frozen)]
			n[size]++
			cover[size] += oneIf(q >= f.Low && q <= f.High)
			width[size] += f.High - f.Low
		}
	}
	for size, of := range []string{"none", "1-4", "5-19", "20 or more"} {
		if n[size] > 0 {
			t.Logf("  agencies with %-10s nominees before: %6.0f forecasts, intervals hold %.2f, width %.2f", of, n[size], cover[size]/n[size], width[size]/n[size])
		}
	}
}
