package synth

import (
	"tolok/data"
	"tolok/data/rule"
)

// What can be wrong with a whole worksheet or nomination: each row is possible
// by itself, and only beside the others it cannot be true. These faults are
// found by the checks over the whole lake, not by ingest.

// leastVaried is how many items of a worksheet must not have its most frequent
// score for a copy of it to be told from coincidence; half as many again as
// the check asks for, since other faults may strike the copy.
const leastVaried = 15

// sheetShare is how much likelier a worksheet or nomination is to be spoilt as
// a whole than a row: there are far fewer of them.
const sheetShare = 10

// whole is the share of worksheets and nominations to spoil.
func (d *dirt) whole() level { return min(sheetShare*d.share, full/4) }

// spoilSheet changes a self-assessment whose items are sent, if it is to have
// a fault, or adds a total to it. last is the worksheet that the agency sent
// before in this cycle.
func (d *dirt) spoilSheet(s *sender, set *rule.Set, u *unit, records, last []data.Record) []data.Record {
	if d.share == 0 || len(records) == 0 || records[0].Dataset() != "answers" {
		return records
	}
	draw := newStream(d.seed, forDirt, u.at, int(records[0].InCycle()))
	if !draw.chance(d.whole()) {
		return records
	}
	first := fault{file: s.fileOf("answers"), line: s.nextLine("answers"), dataset: "answers", column: "unit_id", written: u.UnitID}
	switch kind := draw.below(3); {
	case kind == 0 && variedItems(set, last) >= leastVaried:
		first.problem, first.instead = "same-worksheet", last[0].(*data.Answer).UnitID
		copySheet(records, last)
	case kind == 1:
		first.problem = "all-best"
		bestSheet(set, records)
	default:
		total := set.Score(worksheetOf(records), set.DefaultPolicy()).Total().Round(2)
		a := records[0].(*data.Answer)
		wrong := &data.NodeScore{UnitID: a.UnitID, Cycle: a.Cycle, Regulation: a.Regulation, Layer: a.Layer, Score: total - 3*data.One/4}
		wrong.Code = "total"
		first.file, first.line, first.dataset, first.problem = s.fileOf("scores"), s.nextLine("scores"), "scores", "total-differs"
		records = append(records, wrong)
	}
	d.faults = append(d.faults, first)
	return records
}

// spoilTarget nominates a unit that never held WBK for WBBM. Only who stops
// early is taken: nothing else of the nomination depends on its target.
func (d *dirt) spoilTarget(s *sender, k *candidate, records []data.Record) {
	if d.share == 0 || k.target != data.WBK || len(k.stages) != 2 {
		return
	}
	draw := newStream(d.seed, forDirt, k.unit.at, int(k.stages[0].Cycle), 1)
	if !draw.chance(d.whole()) {
		return
	}
	for _, r := range records {
		r.(*data.Nomination).Target = data.WBBM
	}
	d.faults = append(d.faults, fault{
		file: s.fileOf("nominations"), line: s.nextLine("nominations"), dataset: "nominations", problem: "wbbm-without-wbk", column: "target",
		written: data.WBBM, instead: data.WBK,
	})
}

func worksheetOf(records []data.Record) rule.Worksheet {
	w := rule.Worksheet{}
	for _, r := range records {
		if a, ok := r.(*data.Answer); ok {
			w[a.ItemID] = *a
		}
	}
	return w
}

// variedItems counts the items that do not have the most frequent score.
func variedItems(set *rule.Set, records []data.Record) int {
	scores, answered, most := map[data.Score]int{}, 0, 0
	for _, it := range set.Score(worksheetOf(records), set.DefaultPolicy()).Items {
		if it.State == rule.Answered {
			scores[it.Score]++
			answered++
			most = max(most, scores[it.Score])
		}
	}
	return answered - most
}

// copySheet takes over every answer of another worksheet.
func copySheet(records, from []data.Record) {
	theirs := worksheetOf(from)
	for _, r := range records {
		a := r.(*data.Answer)
		b := theirs[a.ItemID]
		a.Choice, a.Value, a.Num, a.Den = b.Choice, b.Value, b.Num, b.Den
	}
}

// bestSheet answers every item with options by the best of them.
func bestSheet(set *rule.Set, records []data.Record) {
	for _, r := range records {
		a := r.(*data.Answer)
		it, _ := set.Item(a.ItemID)
		for _, name := range it.OptionNames() {
			if it.Options[name] == data.One {
				a.Choice = name
			}
		}
	}
}
