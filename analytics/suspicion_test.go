package analytics_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/rule"
)

// varied answers every item of a rule set, options in turn from the given one
// on, so that two worksheets are alike only if they begin alike.
func varied(unit string, cycle int32, layer string, from int, survey string) []data.Record {
	out := sheet(unit, cycle, layer, "A", amount(survey))
	s, _ := rule.ForCycle(int(cycle))
	for i, r := range out {
		a := r.(*data.Answer)
		it, _ := s.Item(a.ItemID)
		if names := it.OptionNames(); len(names) > 0 {
			a.Choice = names[(i+from)%len(names)]
		}
	}
	return out
}

// change edits the answers to one item.
func change(rs []data.Record, item string, edit func(*data.Answer)) []data.Record {
	for _, r := range rs {
		if a, ok := r.(*data.Answer); ok && a.ItemID == item {
			edit(a)
		}
	}
	return rs
}

func firstItem(formula string) string {
	s, _ := rule.ForCycle(2023)
	for _, it := range s.Items {
		if it.Formula == formula {
			return it.ID
		}
	}
	panic("no item by " + formula)
}

func survey(unit string, index, value, low, high string) *data.Survey {
	s := &data.Survey{UnitID: unit, Cycle: 2023, Index: index, Value: amount(value)}
	if high != "" {
		a, b := amount(low), amount(high)
		s.ScaleMin, s.ScaleMax = &a, &b
	}
	return s
}

// stages is a nomination of u1; each stage is "stage day result".
func stages(target string, list ...[3]string) []data.Record {
	var out []data.Record
	for _, s := range list {
		n := &data.Nomination{UnitID: "u1", Cycle: 2023, Target: target, Issuer: "nasional", Stage: s[0], Result: s[2]}
		if s[1] != "" {
			d := date(s[1])
			n.EnteredOn = &d
		}
		out = append(out, n)
	}
	return out
}

func award(unit, predicate, day, revoked string) *data.Award {
	a := &data.Award{UnitID: unit, Predicate: predicate, Issuer: "nasional", AwardedOn: date(day)}
	if revoked != "" {
		d := date(revoked)
		a.RevokedOn = &d
	}
	return a
}

// sent are scores kept without items: "code score".
func sent(layer string, pairs ...[2]string) []data.Record {
	var out []data.Record
	for _, p := range pairs {
		out = append(out, &data.NodeScore{UnitID: "u1", Cycle: 2023, Regulation: "90/2021", Layer: layer, Code: p[0], Score: data.MustScore(p[1])})
	}
	return out
}

// areas are all areas of 90/2021 at seven tenths of their weight, with others
// in place of some.
func areas(instead ...[2]string) [][2]string {
	s, _ := rule.Get("90/2021")
	var out [][2]string
	for _, n := range s.Nodes {
		if n.Level != rule.LevelArea {
			continue
		}
		score := n.Weight.Times(7, 10).String()
		for _, x := range instead {
			if x[0] == n.Code {
				score = x[1]
			}
		}
		out = append(out, [2]string{n.Code, score})
	}
	return out
}

func total(t *testing.T, rs []data.Record) data.Score {
	t.Helper()
	w, s := rule.Worksheet{}, (*rule.Set)(nil)
	for _, r := range rs {
		a := r.(*data.Answer)
		w[a.ItemID] = *a
		s, _ = rule.Get(a.Regulation)
	}
	return s.Score(w, s.DefaultPolicy()).Total()
}

func with(lists ...[]data.Record) []data.Record { return slices.Concat(lists...) }

func one(rs ...data.Record) []data.Record { return rs }

// suspect is one case: the rows of one file, about units of its own.
type suspect struct {
	name  string
	rows  []data.Record
	want  []string                     // code, unit, layer, line; lines count from 2 over the case's rows
	sheet func(from int) []data.Record // further rows, with worksheets that no other case has
	alone bool                         // needs a lake of its own
}

// suspects: every check has cases that fire and near misses that do not.
func suspects(t *testing.T) []suspect {
	option := firstItem(rule.FormulaOption)
	base := func(n int) []data.Record { return varied("u1", 2023, "tpi", n, "3.70") }
	reported := func(n int, off string) []data.Record {
		return with(base(n), sent("tpi", [2]string{"total", (total(t, base(n)) + data.MustScore(off)).String()}))
	}
	clear := func(a *data.Answer) { a.Choice = "" }
	wbk := award("u9", "WBK", "2019-12-10", "")
	return []suspect{
		{name: "stages in order", rows: stages("WBK", [3]string{"pengusulan", "2023-03-01", "lulus"}, [3]string{"administrasi", "2023-04-01", "lulus"}, [3]string{"survei", "2023-04-01", "lulus"})},
		{name: "a stage entered before an earlier one", rows: stages("WBK", [3]string{"pengusulan", "2023-03-01", "lulus"}, [3]string{"administrasi", "2023-02-01", "lulus"}), want: []string{"stages-out-of-order u1  3"}},
		{name: "before one that is not the last", rows: stages("WBK", [3]string{"pengusulan", "2023-03-01", "lulus"}, [3]string{"administrasi", "", "lulus"}, [3]string{"survei", "2023-02-28", "lulus"}), want: []string{"stages-out-of-order u1  4"}},
		{name: "days that are not known", rows: stages("WBK", [3]string{"pengusulan", "", "lulus"}, [3]string{"administrasi", "2023-02-01", "lulus"})},
		{name: "two nominations do not mix", rows: with(stages("WBK", [3]string{"panel", "2023-09-01", "lulus"}), one(award("u1", "WBK", "2020-01-01", "")), stages("WBBM", [3]string{"penetapan", "2023-03-01", "lulus"}))},
		{name: "refused at the end", rows: stages("WBK", [3]string{"pengusulan", "2023-03-01", "lulus"}, [3]string{"administrasi", "2023-04-01", "tidak_lulus"})},
		{name: "refused and going on", rows: stages("WBK", [3]string{"pengusulan", "2023-03-01", "tidak_lulus"}, [3]string{"administrasi", "2023-04-01", "lulus"}), want: []string{"stage-after-end u1  2"}},
		{name: "withdrawn and going on", rows: stages("WBK", [3]string{"survei", "", "ditarik"}, [3]string{"desk", "", "lulus"}), want: []string{"stage-after-end u1  2"}},
		{name: "an objection goes on", rows: stages("WBK", [3]string{"administrasi", "", "sanggah"}, [3]string{"survei", "", "lulus"})},

		{name: "WBBM after WBK", rows: with(one(award("u1", "WBK", "2021-12-10", "")), stages("WBBM", [3]string{"pengusulan", "2023-03-01", "lulus"}))},
		{name: "WBBM, WBK never", rows: with(one(wbk), stages("WBBM", [3]string{"pengusulan", "2023-03-01", "lulus"}, [3]string{"administrasi", "2023-04-01", "lulus"})), want: []string{"wbbm-without-wbk u1  3"}},
		{name: "WBBM, WBK later", rows: with(one(award("u1", "WBK", "2023-12-10", "")), stages("WBBM", [3]string{"pengusulan", "2023-03-01", "lulus"})), want: []string{"wbbm-without-wbk u1  3"}},
		{name: "WBBM, WBK revoked before", rows: with(one(award("u1", "WBK", "2021-12-10", "2023-02-01")), stages("WBBM", [3]string{"pengusulan", "2023-03-01", "lulus"})), want: []string{"wbbm-without-wbk u1  3"}},
		{name: "WBBM, WBK revoked after", rows: with(one(award("u1", "WBK", "2021-12-10", "2023-06-01")), stages("WBBM", [3]string{"pengusulan", "2023-03-01", "lulus"}))},
		{name: "WBBM, no register", rows: stages("WBBM", [3]string{"pengusulan", "2023-03-01", "lulus"}), alone: true},
		{name: "WBBM, WBK of the unit merged into it", rows: one(&data.Unit{UnitID: "u8", AgencyID: "K1", Name: "Lama", UnitType: "kantor_pajak", ProvinceCode: "31", MergedInto: "u1"}, award("u8", "WBK", "2020-12-10", ""), award("u1", "WBBM", "2023-12-10", ""))},
		{name: "WBBM awarded without WBK", rows: one(wbk, award("u1", "WBBM", "2023-12-10", "")), want: []string{"wbbm-without-wbk u1  3"}},
		{name: "WBBM awarded after WBK", rows: one(award("u1", "WBK", "2020-12-10", ""), award("u1", "WBBM", "2023-12-10", ""))},

		{name: "areas add up", rows: sent("tpn", append(areas(), [2]string{"total", "70"})...)},
		{name: "areas add up but for rounding", rows: sent("tpn", append(areas([2]string{areas()[0][0], "2.84"}), [2]string{"total", "70"})...)},
		{name: "areas do not add up", rows: sent("tpn", append(areas(), [2]string{"total", "72.55"})...), want: []string{"sum-differs u1 tpn 16"}},
		{name: "an area was not sent", rows: sent("tpn", append(areas()[1:], [2]string{"total", "90"})...)},
		{name: "components do not add up", rows: sent("tpn", [2]string{"A", "40.25"}, [2]string{"B", "30.25"}, [2]string{"total", "72.5"}), want: []string{"sum-differs u1 tpn 4"}},
		{name: "components add up but for rounding", rows: sent("tpn", [2]string{"A", "40.25"}, [2]string{"B", "30.25"}, [2]string{"total", "70.51"})},
		{name: "whole numbers", rows: sent("tpn", [2]string{"A", "40"}, [2]string{"B", "30"}, [2]string{"total", "71"})},
		{name: "whole numbers, two off", rows: sent("tpn", [2]string{"A", "40"}, [2]string{"B", "30"}, [2]string{"total", "72"}), want: []string{"sum-differs u1 tpn 4"}},

		{name: "survey as in the worksheet", sheet: func(n int) []data.Record {
			return with(base(n), one(survey("u1", "IPAK", "3.70", "1", "4"), survey("u1", "IPKP", "92.5", "0", "100")))
		}},
		{name: "survey rounded to whole percent", sheet: func(n int) []data.Record { return with(base(n), one(survey("u1", "IPAK", "93", "0", "100"))) }},
		{name: "survey differs", want: []string{"survey-differs u1 tpi %d"}, sheet: func(n int) []data.Record { return with(base(n), one(survey("u1", "IPAK", "3.40", "1", "4"))) }},
		{name: "survey of 100 differs", want: []string{"survey-differs u1 tpi %d"}, sheet: func(n int) []data.Record { return with(base(n), one(survey("u1", "IPKP", "85.25", "0", "100"))) }},
		{name: "one of two surveys agrees", sheet: func(n int) []data.Record {
			return with(base(n), one(survey("u1", "IPAK", "3.40", "1", "4"), &data.Survey{UnitID: "u1", Cycle: 2023, Index: "IPAK", Surveyor: "BPS", Value: amount("3.7"), ScaleMin: ptr("1"), ScaleMax: ptr("4")}))
		}},
		{name: "survey without a scale", sheet: func(n int) []data.Record { return with(base(n), one(survey("u1", "IPAK", "3.40", "", ""))) }},
		{name: "survey of another unit", sheet: func(n int) []data.Record { return with(base(n), one(survey("u2", "IPAK", "3.40", "1", "4"))) }},

		{name: "two units, one worksheet", want: []string{"same-worksheet u1 tpi 2", "same-worksheet u2 tpi %d"}, sheet: func(n int) []data.Record { return with(base(n), varied("u2", 2023, "tpi", n, "3.70")) }},
		{name: "copied from another year", want: []string{"same-worksheet u1 tpi 2", "same-worksheet u2 tpi %d"}, sheet: func(n int) []data.Record { return with(base(n), varied("u2", 2022, "tpi", n, "3.70")) }},
		{name: "the same unit again", sheet: func(n int) []data.Record { return with(base(n), varied("u1", 2022, "tpi", n, "3.70")) }},
		{name: "another layer", sheet: func(n int) []data.Record { return with(base(n), varied("u2", 2023, "tpn", n, "3.70")) }},
		{name: "all but one answer", sheet: func(n int) []data.Record {
			return with(base(n), change(varied("u2", 2023, "tpi", n, "3.70"), option, clear))
		}},
		{name: "all but the survey", sheet: func(n int) []data.Record { return with(base(n), varied("u2", 2023, "tpi", n, "3.71")) }},
		{name: "answers turned", sheet: func(n int) []data.Record { return with(base(n), varied("u2", 2023, "tpi", n+1, "3.70")) }},
		{name: "uniform worksheets", rows: with(sheet("u1", 2023, "tpi", "A", amount("3.7")), sheet("u2", 2023, "tpi", "A", amount("3.7")))},
		{name: "short worksheets", sheet: func(n int) []data.Record { return with(base(n)[:20], varied("u2", 2023, "tpi", n, "3.70")[:20]) }},

		{name: "all best", rows: sheet("u1", 2023, "self", "A", amount("3.7")), want: []string{"all-best u1 self 2"}},
		{name: "all best, by the inspectorate", rows: sheet("u1", 2023, "tpi", "A", amount("3.7"))},
		{name: "all best but one", rows: change(sheet("u1", 2023, "self", "A", amount("3.7")), option, func(a *data.Answer) { a.Choice = "Tidak" })},
		{name: "all best but a blank", rows: change(sheet("u1", 2023, "self", "A", amount("3.7")), option, clear)},

		{name: "total as recomputed", sheet: func(n int) []data.Record { return reported(n, "0") }},
		{name: "total but for rounding", sheet: func(n int) []data.Record { return reported(n, "0.009") }},
		{name: "total differs", want: []string{"total-differs u1 tpi %d"}, sheet: func(n int) []data.Record { return reported(n, "0.02") }},
	}
}

// rename gives a case's units ids of their own, and copies the rows.
func rename(prefix string, rs []data.Record) []data.Record {
	var out []data.Record
	for _, r := range rs {
		switch r := r.(type) {
		case *data.Unit:
			c := *r
			c.UnitID = prefix + c.UnitID
			if c.MergedInto != "" {
				c.MergedInto = prefix + c.MergedInto
			}
			out = append(out, &c)
		case *data.Answer:
			c := *r
			c.UnitID = prefix + c.UnitID
			out = append(out, &c)
		case *data.NodeScore:
			c := *r
			c.UnitID = prefix + c.UnitID
			out = append(out, &c)
		case *data.Survey:
			c := *r
			c.UnitID = prefix + c.UnitID
			out = append(out, &c)
		case *data.Nomination:
			c := *r
			c.UnitID = prefix + c.UnitID
			out = append(out, &c)
		case *data.Award:
			c := *r
			c.UnitID = prefix + c.UnitID
			out = append(out, &c)
		}
	}
	return out
}

func find(t *testing.T, batches ...[]data.Record) []data.Problem {
	t.Helper()
	l := lakeOf(t, batches...)
	m, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	found, err := analytics.Suspicions(t.Context(), l, m)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found {
		if p.Severity != data.Flagged || p.File == "" || p.Text("id") == p.Code || !slices.Contains(analytics.SuspicionCodes, p.Code) {
			t.Errorf("%+v is not a whole problem", p)
		}
	}
	return found
}

// All cases share one lake, each as a submission about units of its own: what
// one holds must not disturb another.
func TestSuspicions(t *testing.T) {
	list := suspects(t)
	batches := [][]data.Record{{country2[0]}}
	for i, c := range list {
		rows := c.rows
		if c.sheet != nil {
			rows = with(rows, c.sheet(2*i))
		}
		if c.alone {
			t.Run(c.name, func(t *testing.T) { matchLines(t, said("", find(t, country2, rows)), c.want) })
			continue
		}
		prefix := fmt.Sprintf("c%02d-", i)
		for _, u := range country2[1:] {
			batches[0] = append(batches[0], rename(prefix, one(u))...)
		}
		batches = append(batches, rename(prefix, rows))
	}
	found := find(t, batches...)
	for i, c := range list {
		if !c.alone {
			t.Run(c.name, func(t *testing.T) { matchLines(t, said(fmt.Sprintf("c%02d-", i), found), c.want) })
		}
	}
	for _, code := range analytics.SuspicionCodes {
		if !slices.ContainsFunc(found, func(p data.Problem) bool { return p.Code == code }) {
			t.Errorf("no case fires %s", code)
		}
	}
}

var country2 = []data.Record{
	&data.Agency{AgencyID: "K1", Name: "Kementerian Satu", Kind: "kementerian"},
	&data.Unit{UnitID: "u1", AgencyID: "K1", Name: "Kantor Satu", UnitType: "kantor_pajak", ProvinceCode: "31"},
	&data.Unit{UnitID: "u2", AgencyID: "K1", Name: "Kantor Dua", UnitType: "kantor_pajak", ProvinceCode: "32"},
	&data.Unit{UnitID: "u9", AgencyID: "K1", Name: "Kantor Sembilan", UnitType: "kantor_pajak", ProvinceCode: "32"},
}

func ptr(s string) *data.Amount {
	a := amount(s)
	return &a
}

// said lists the suspicions about units with a prefix as the cases write them.
func said(prefix string, found []data.Problem) []string {
	var out []string
	for _, p := range found {
		about := append(strings.Split(p.Subject, "|"), "", "")
		if unit, ok := strings.CutPrefix(about[0], prefix); ok {
			out = append(out, fmt.Sprintf("%s %s %s %d", p.Code, unit, about[2], p.Line))
		}
	}
	return out
}

// matchLines compares in any order; %d stands for a line that the case does
// not count.
func matchLines(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("found %q, want %q", got, want)
	}
	for _, w := range want {
		ok := slices.ContainsFunc(got, func(g string) bool {
			var line int
			_, err := fmt.Sscanf(g, w, &line)
			return g == w || err == nil && line > 0
		})
		if !ok {
			t.Errorf("found %q, want %q", got, want)
		}
	}
}
