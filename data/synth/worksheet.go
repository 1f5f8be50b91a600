package synth

import (
	"tolok/data"
	"tolok/data/rule"
)

// layers as numbers, for streams.
var layerNumber = map[data.Layer]int{data.Self: 1, data.TPI: 2, data.TPN: 3}

// quality is a unit's hidden level in one area this year.
func (w *world) quality(u *unit, area int) level {
	own, house := w.stream(forArea, u.at, area), w.stream(forAgencyArea, u.agency.at, area)
	x := meanQuality + yearlyGain*level(w.year-FirstCycle) + u.lasting + u.wander + u.agency.quality
	x += buildingGain * level(min(u.years, buildingYears))
	if u.wbk != 0 {
		x += awardGain
	}
	return x + own.normal(sdArea) + house.normal(sdAgencyArea)
}

// seen is what a layer makes of the hidden level: by area, and what it adds to
// compliance; for reform it adds less.
type seen struct {
	areas   [6]level
	extra   level
	perfect bool
	blank   level
}

func (w *world) see(u *unit, layer data.Layer, strictness level) seen {
	var v seen
	n := layerNumber[layer]
	for area := range v.areas {
		s := w.stream(forSight, u.at, w.year, n, area)
		v.areas[area] = w.quality(u, area) + s.normal(sdSight)
	}
	s := w.stream(forBlank, u.at)
	v.blank = usualBlank
	if s.chance(sloppyShare) {
		v.blank = sloppyBlank
	}
	switch layer {
	case data.TPN:
		v.blank /= 5
		for area := range v.areas {
			v.areas[area] -= strictness
		}
	case data.TPI:
		v.extra = u.agency.inflation
		v.blank /= 2
	case data.Self:
		lasting, now := w.stream(forVanity, u.at), w.stream(forVanity, u.at, w.year)
		v.extra = u.agency.inflation + max(0, meanVanity+lasting.normal(sdVanity)+now.normal(sdVanity/3))
		v.perfect = now.chance(perfectShare)
	}
	return v
}

// level is what the layer sees behind one question. Inflation works more on
// compliance, which documents prove, than on reform.
func (v *seen) level(q *question) level {
	x := v.areas[q.area] - q.difficulty + v.extra
	switch q.part {
	case "pemenuhan":
		x += v.extra / 6
	case "reform":
		x -= v.extra / 6
	}
	return x
}

// worksheet is one unit's worksheet of this year as one layer fills it in.
func (w *world) worksheet(u *unit, set *rule.Set, layer data.Layer, strictness level) rule.Worksheet {
	sheet := w.honest(u, set, layer, strictness)
	if other := w.copiesFrom(u); other != nil && layer == data.Self {
		w.copyFrom(sheet, w.honest(other, set, layer, 0), u)
	}
	return sheet
}

// copiesFrom is the unit whose worksheet this one copies this year; a few do,
// from the unit before them in their agency that builds too.
func (w *world) copiesFrom(u *unit) *unit {
	s := w.stream(forCopy, u.at, w.year)
	if !s.chance(copyShare) {
		return nil
	}
	for i := u.at - 1; i >= 0 && w.units[i].agency == u.agency; i-- {
		if w.units[i].building == w.year {
			return w.units[i]
		}
	}
	return nil
}

// copyFrom takes over most of another worksheet's choices.
func (w *world) copyFrom(sheet, other rule.Worksheet, u *unit) {
	for id, a := range other {
		s := w.stream(forCopy, u.at, w.year, number(id))
		if own := sheet[id]; a.Choice != "" && s.chance(copiedItems) {
			own.Choice = a.Choice
			sheet[id] = own
		}
	}
}

// honest is a worksheet as its own unit or assessor filled it in.
func (w *world) honest(u *unit, set *rule.Set, layer data.Layer, strictness level) rule.Worksheet {
	f, v := w.form(set), w.see(u, layer, strictness)
	sheet := make(rule.Worksheet, len(set.Items))
	for i := range f.questions {
		w.answer(sheet, u, &f.questions[i], layer, &v)
	}
	for id, a := range sheet {
		a.UnitID, a.Cycle, a.Regulation, a.Layer, a.ItemID = u.UnitID, int32(w.year), set.ID, layer, id
		sheet[id] = a
	}
	return sheet
}

// answer fills in one question and the counts under it.
func (w *world) answer(sheet rule.Worksheet, u *unit, q *question, layer data.Layer, v *seen) {
	n := layerNumber[layer]
	blank := w.stream(forBlank, u.at, w.year, n, q.number)
	if !v.perfect && blank.chance(v.blank) && q.item.Formula == rule.FormulaOption {
		sheet[q.item.ID] = data.Answer{}
		return
	}
	switch q.item.Formula {
	case rule.FormulaOption:
		talent := w.stream(forTalent, u.at, q.number)
		judge := w.stream(forJudge, u.at, w.year, n, q.number)
		x := v.level(q) + talent.normal(sdTalent) + judge.normal(sdJudge)
		luck := w.luck(u, q, &x)
		if v.perfect {
			x = full
		}
		sheet[q.item.ID] = data.Answer{Choice: q.choose(x, luck)}
	case rule.FormulaValue4:
		by := internal
		if layer == data.TPN {
			by = nationalTeam
		}
		sheet[q.item.ID] = data.Answer{Value: value(w.survey(u, surveyOf(q.item), by).on4())}
	case rule.FormulaPercent:
		sheet[q.item.ID] = data.Answer{Value: value(w.auditFollowUp(u))}
	case rule.FormulaRatio, rule.FormulaFall:
		w.count(sheet, u, q, v)
	}
}

// luck decides between the two nearest options. Most of it stays with the unit
// over layers and years; the year also moves the level a little.
func (w *world) luck(u *unit, q *question, x *level) level {
	now := w.stream(forLuck, u.at, w.year, q.number)
	*x += now.normal(sdItem)
	if now.chance(sameLuck) {
		now = w.stream(forNewLuck, u.at, q.number)
	}
	return now.uniform()
}

func value(a data.Amount) *data.Amount { return &a }

func whole(n int) *data.Amount { return value(data.Amount(n) * data.OneAmount) }
