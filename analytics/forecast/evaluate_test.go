package forecast

import (
	"fmt"
	"math"
	"os"
	"testing"
	"time"
)

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

func TestEvaluate(t *testing.T) {
	if os.Getenv("FORECAST_EVAL") == "" {
		t.Skip("set FORECAST_EVAL=1, or run make evaluate")
	}
	for _, make := range []struct {
		name string
		of   func(uint64, int) truth
	}{{"tuned", tuned}, {"judged", judged}} {
		w := makeWorld(t, make.of(1, 1000))
		n, k, ow := 0.0, 0.0, 0.0
		for _, c := range w.programme.Cases {
			n++
			k += oneIf(c.Outcome.Passed)
			ow += w.oracle[caseKey{c.Unit, c.Target, c.Cycle}]
		}
		fmt.Printf("%s: %v cases, pass %.3f oracle %.3f\n", make.name, n, k/n, ow/n)
		start := time.Now()
		var cycles []int
		for y := w.first + 2; y <= w.last; y++ {
			cycles = append(cycles, y)
		}
		os_, frozen, err := Backtest(w.programme, cycles, forecastDay)
		if err != nil {
			t.Fatal(err)
		}
		base := baseRates(w.programme)
		fmt.Printf("%.1fs\n", time.Since(start).Seconds())
		at := 0
		for _, o := range os_ {
			fs := frozen[at : at+len(o.Forecasts)]
			at += len(fs)
			cover, passed, oracle, p := 0.0, 0.0, 0.0, 0.0
			res := outcomes(w.programme)
			for i, f := range o.Forecasts {
				q := w.oracle[keyOfFrozen(&fs[i])]
				cover += oneIf(q >= f.Low && q <= f.High) / float64(len(fs))
				passed += oneIf(res[keyOfFrozen(&fs[i])]) / float64(len(fs))
				oracle += q / float64(len(fs))
				p += f.P / float64(len(fs))
			}
			fmt.Printf("%d chosen %s: P %.3f s %.3f m %.3f st %.3f cover %.2f | rate %.3f oracle %.3f p %.3f\n", o.Cycle, o.Chosen,
				gain(w, fs, func(f *Frozen) float64 { return f.P }, base),
				gain(w, fs, func(f *Frozen) float64 { return f.Structural }, base),
				gain(w, fs, func(f *Frozen) float64 { return f.Margins }, base),
				gain(w, fs, func(f *Frozen) float64 { return f.Candidates[Stacked] }, base), cover, passed, oracle, p)
		}
	}
	_ = math.Pi
}
