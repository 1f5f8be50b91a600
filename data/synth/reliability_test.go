package synth

import (
	"fmt"
	"math"
	"testing"

	"tolok/analytics/stat"
	"tolok/data"
	"tolok/data/rule"
)

// attainments are the total, both components and the six areas of a worksheet,
// in percent of the weight.
func attainments(set *rule.Set, sheet rule.Worksheet) map[string]float64 {
	result := set.Score(sheet, set.DefaultPolicy())
	out := map[string]float64{}
	earned, weight := map[string]float64{}, map[string]float64{}
	for _, n := range set.Nodes {
		code := n.Code
		switch {
		case n.Level == rule.LevelArea && n.Code[0] == 'A':
			code = n.Area
		case n.Level != rule.LevelTotal && n.Level != rule.LevelComponent:
			continue
		}
		earned[code] += result.Nodes[n.Code].Score.Float()
		weight[code] += n.Weight.Float()
	}
	for code, w := range weight {
		out[code] = 100 * earned[code] / w
	}
	return out
}

// again lets the national team assess as it would have another time: other
// readings, other answers to its survey; the unit and the year stay.
func again(n int, f func()) {
	layer, team := layerNumber[data.TPN], nationalTeam.number
	layerNumber[data.TPN], nationalTeam.number = layer+10*n, team+10*n
	f()
	layerNumber[data.TPN], nationalTeam.number = layer, team
}

// Both standard errors are upper bounds of how far what TPN saw lies from what
// it would see on average: 95 % intervals must hold that level in at least 93 %.
// Those from layers are near: at most 1.6 times as wide as need be, which is what
// items bring on which the lenient and the strict differ. Those from years have
// the units' true changes in them and are two to three times as wide.
func TestStandardErrorsFindTheHiddenLevel(t *testing.T) {
	const replicates = 24
	p, err := Params{Units: 6000, First: 2021, Last: 2023, Seed: 5, Format: FormatCSV}.Complete()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(p)
	type seen struct{ y, level map[string]float64 }
	var all []seen
	layers, years := map[string]map[string]*stat.Moments{}, map[string]map[int]*stat.Moments{}
	last := map[*unit]map[string]float64{}
	for w.year < p.Last {
		c, err := w.runCycle(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if w.year < p.First {
			continue
		}
		now := map[*unit]map[string]float64{}
		for _, k := range c.candidates {
			if !k.reached || k.target != data.WBK {
				continue
			}
			strict := c.strictness[k.target]
			s := seen{attainments(c.set, w.worksheet(k.unit, c.set, data.TPN, strict)), map[string]float64{}}
			now[k.unit] = s.y
			for n := range replicates {
				again(n+1, func() {
					for code, x := range attainments(c.set, w.worksheet(k.unit, c.set, data.TPN, strict)) {
						s.level[code] += x / replicates
					}
				})
			}
			all = append(all, s)
			for code, x := range attainments(c.set, w.worksheet(k.unit, c.set, data.TPI, 0)) {
				if layers[code] == nil {
					layers[code], years[code] = map[string]*stat.Moments{}, map[int]*stat.Moments{}
				}
				agency := fmt.Sprint(k.unit.agency.AgencyID, w.year)
				if layers[code][agency] == nil {
					layers[code][agency] = &stat.Moments{}
				}
				layers[code][agency].Add(x - s.y[code])
				if years[code][w.year] == nil {
					years[code][w.year] = &stat.Moments{}
				}
				if before, ok := last[k.unit]; ok {
					years[code][w.year].Add(s.y[code] - before[code])
				}
			}
		}
		last = now
	}
	for _, code := range []string{"total", "A", "B", "MP", "TT", "SDM", "AK", "PW", "PP"} {
		need := 0.0
		for _, s := range all {
			need += math.Pow(s.y[code]-s.level[code], 2) / float64(len(all)) * replicates / (replicates + 1)
		}
		for source, groups := range map[string][]stat.Moments{stat.Layers: values(layers[code]), stat.Years: values(years[code])} {
			p := stat.HalfOfDifference(groups, source)
			if p.SE == nil {
				t.Fatalf("%s: of %d pairs no standard error", code, p.Pairs)
			}
			// The mean of the replicates is itself off by one part in their number.
			z, hits := 1.96*math.Sqrt(1+1.0/replicates), 0.0
			for _, s := range all {
				if math.Abs(s.y[code]-s.level[code]) <= z**p.SE {
					hits++
				}
			}
			covers, wide := hits/float64(len(all)), *p.SE/math.Sqrt(need)
			t.Logf("%-5s by %s: %.2f of %d pairs, covers %.3f of %d, %.2f times as wide as need be", code, source, *p.SE, p.Pairs, covers, len(all), wide)
			if covers < .93 || source == stat.Layers && wide > 1.6 {
				t.Errorf("%s by %s: covers %.3f, %.2f times as wide as need be", code, source, covers, wide)
			}
		}
	}
}

func values[K comparable](m map[K]*stat.Moments) (out []stat.Moments) {
	for _, v := range m {
		out = append(out, *v)
	}
	return out
}
