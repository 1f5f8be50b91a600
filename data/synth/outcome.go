package synth

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tolok/data"
	"tolok/data/rule"
)

func errNoRules(year int) error {
	return fmt.Errorf("no rule set is in force in %d: extend the last one in data/rule/sets", year)
}

// judgement is a worksheet tested against the criteria of a target.
type judgement struct {
	survey  bool       // a criterion about surveys alone is missed
	missed  int        // other criteria missed
	missing data.Score // points below their minima, added up; shares of an area count a tenth
	spare   data.Score // points of the total above its minimum
}

func (j judgement) passes() bool { return !j.survey && j.missed == 0 }

// judge scores a candidate's worksheet of one layer by the criteria of its
// target.
func (w *world) judge(c *cycle, k *candidate, layer data.Layer, strictness level) judgement {
	result := c.set.Score(w.worksheet(k.unit, c.set, layer, strictness), c.set.DefaultPolicy())
	form := w.form(c.set)
	j := judgement{}
	for _, v := range result.Criteria(w.facts(k, layer)) {
		if v.Target != k.target || v.Margin == nil {
			continue
		}
		margin := *v.Margin
		if v.Criterion == "total" {
			j.spare = margin
		}
		if *v.Passed {
			continue
		}
		if form.surveyed[v.Criterion] {
			j.survey = true
			continue
		}
		j.missed++
		if len(v.Criterion) > 6 && v.Criterion[:6] == "A.area" {
			margin /= 10
		}
		j.missing -= margin
	}
	return j
}

// facts are what the criteria ask for beside the worksheet.
func (w *world) facts(k *candidate, layer data.Layer) rule.Facts {
	by := internal
	if layer == data.TPN {
		by = nationalTeam
	}
	n := min(*w.survey(k.unit, ipak, by).Respondents, *w.survey(k.unit, ipkp, by).Respondents)
	f := rule.Facts{"survey.n": data.Score(n) * data.One, "prior_wbk": 0}
	if k.unit.wbk != 0 {
		f["prior_wbk"] = data.One
	}
	if z, ok := w.zones[k.unit.UnitID]; ok && w.year >= zonesFrom {
		f["kawasan"] = z.integration(w.year).Score()
	}
	return f
}

// veto is what the field or the panel finds beside the scores.
func (w *world) veto(k *candidate) bool {
	s := w.stream(forVeto, k.unit.at, w.year)
	return s.chance(vetoShare)
}

// The strictness of a year stays between these: no year's team sees units as
// other than they are.
const (
	mildest  = -150 * milli
	sternest = 150 * milli
)

// evaluate finds the strictness of the year for each target and takes every
// nominee through its stages.
func (w *world) evaluate(ctx context.Context, c *cycle) error {
	for _, target := range data.Targets {
		var open []*candidate // those whom only their scores can stop
		for _, k := range c.candidates {
			if k.issuer == nasional && k.target == target && w.admitted(c, k).result != "tidak_lulus" && !w.veto(k) && !w.withdraws(k) {
				open = append(open, k)
			}
		}
		c.strictness[target] = w.calibrate(c, open, c.wanted[target])
	}
	for i, k := range c.candidates {
		if i%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if k.issuer != "" {
			w.stages(c, k)
		}
	}
	return ctx.Err()
}

// calibrate bisects for the highest strictness at which at least the wanted
// number passes (the lowest at which nobody does, where none is wanted). More
// strictness never turns a failure into a pass, so whoever is settled at both
// ends of the bracket need not be judged again.
func (w *world) calibrate(c *cycle, open []*candidate, want int) level {
	split := func(at level) (pass, fail []*candidate) {
		for _, k := range open {
			if w.judge(c, k, data.TPN, at).passes() {
				pass = append(pass, k)
			} else {
				fail = append(fail, k)
			}
		}
		return pass, fail
	}
	if open, _ = split(mildest); len(open) == 0 {
		return 0
	}
	low, high, settled := mildest, sternest, 0
	for high-low > 1 {
		middle := low + (high-low)/2
		pass, fail := split(middle)
		if settled+len(pass) >= max(1, want) {
			low, open = middle, pass
			continue
		}
		high, open = middle, fail
		settled += len(pass)
	}
	if want == 0 {
		return high
	}
	return low
}

// admission is what the administrative check finds.
type admission struct{ result, note string }

// admitted checks gates and papers; who is refused for papers can object.
func (w *world) admitted(c *cycle, k *candidate) admission {
	s := w.stream(forPapers, k.unit.at, w.year)
	switch {
	case len(k.closed) > 0:
		return admission{"tidak_lulus", "syarat belum terpenuhi: " + k.closed[0]}
	case !s.chance(c.papers):
		return admission{"lulus", ""}
	case !s.chance(300 * milli):
		return admission{"tidak_lulus", "berkas tidak lengkap"}
	case s.chance(400 * milli):
		return admission{"sanggah", "berkas dilengkapi – sanggah diterima"}
	}
	return admission{"tidak_lulus", "berkas tidak lengkap – sanggah ditolak"}
}

func (w *world) withdraws(k *candidate) bool {
	s := w.stream(forVeto, k.unit.at, w.year, 1)
	return s.chance(8 * milli)
}

// stageDays are the first and last day of each stage, as months and days of
// the year.
var stageDays = map[string][2]data.Date{
	"pengusulan": {74, 119}, "administrasi": {120, 150}, "survei": {152, 200}, "desk": {205, 240},
	"wawancara": {245, 270}, "lapangan": {273, 305}, "panel": {310, 328}, "penetapan": {335, 343},
}

// nationalStages and ownStages are the way of a nominee.
var (
	nationalStages = []string{"pengusulan", "administrasi", "survei", "desk", "wawancara", "lapangan", "panel", "penetapan"}
	ownStages      = []string{"pengusulan", "administrasi", "survei", "desk", "panel", "penetapan"}
)

// stages writes a nominee's way through the cycle.
func (w *world) stages(c *cycle, k *candidate) {
	layer, way := data.TPN, nationalStages
	if k.issuer == mandiri {
		layer, way = data.TPI, ownStages
	}
	admission := admission{"lulus", ""}
	if k.issuer == nasional {
		admission = w.admitted(c, k)
	}
	stop, result, note := "penetapan", "lulus", ""
	if admission.result == "tidak_lulus" {
		stop, result, note = "administrasi", admission.result, admission.note
	} else {
		j := w.judge(c, k, layer, c.strictness[k.target])
		stop, result, note = w.verdict(k, j)
	}
	if !slices.Contains(way, stop) {
		stop = "desk"
	}
	k.passed = stop == "penetapan"
	k.reached = k.issuer == nasional && slices.Index(way, stop) >= slices.Index(way, "desk")
	for _, stage := range way {
		n := w.stage(k, stage)
		switch {
		case stage == stop:
			n.Result, n.Note = result, note
		case stage == "administrasi":
			n.Result, n.Note = admission.result, admission.note
		}
		k.stages = append(k.stages, n)
		if stage == stop {
			return
		}
	}
}

// verdict says where a nominee stops, how, and why.
func (w *world) verdict(k *candidate, j judgement) (stop, result, note string) {
	switch {
	case w.withdraws(k):
		return "survei", "ditarik", "ditarik oleh instansi"
	case j.survey:
		return "survei", "tidak_lulus", "survei di bawah ambang atau responden kurang"
	case j.missing > 3*data.One:
		return "desk", "tidak_lulus", "nilai di bawah ambang"
	case j.missing > 3*data.One/2:
		return "wawancara", "tidak_lulus", "nilai di bawah ambang"
	case j.missing > 3*data.One/5:
		return "lapangan", "tidak_lulus", "bukti di lapangan tidak mendukung nilai"
	case j.missed > 0:
		return "panel", "tidak_lulus", "nilai di bawah ambang"
	case w.veto(k):
		return "panel", "tidak_lulus", "ada catatan integritas dari hasil verifikasi"
	case j.spare < data.One:
		return "penetapan", "lulus_catatan", "memenuhi ambang dengan catatan perbaikan"
	}
	return "penetapan", "lulus", ""
}

func (w *world) stage(k *candidate, stage string) data.Nomination {
	s := w.stream(forVeto, k.unit.at, w.year, int(stageDays[stage][0]))
	first := data.DateOf(w.year, time.January, 1)
	days := stageDays[stage]
	in := first + days[0] + data.Date(s.below(6))
	out := max(in, first+days[1]-data.Date(s.below(6)))
	return data.Nomination{
		UnitID: k.unit.UnitID, Cycle: int32(w.year), Target: k.target, Issuer: k.issuer, Stage: stage,
		EnteredOn: &in, LeftOn: &out, Result: "lulus",
	}
}
