package analytics

import (
	"fmt"
	"strconv"
	"strings"

	"tolok/data"
)

// Grid is an answer as one plain table, for CSV, spreadsheets and terminals.
// Column names are those of the JSON; an unknown value is an empty cell.
type Grid struct {
	Columns []string
	Rows    [][]string
	numbers [][]bool // which cells add was given as numbers
}

func (g *Grid) add(cells ...any) {
	row, numbers := make([]string, len(cells)), make([]bool, len(cells))
	for i, c := range cells {
		row[i] = cell(c)
		switch c.(type) {
		case int, int64, float64, *int64, *float64, Count, data.Score, *data.Score, data.Amount, *data.Amount:
			numbers[i] = true
		}
	}
	g.Rows, g.numbers = append(g.Rows, row), append(g.numbers, numbers)
}

// Number reports whether a cell is a number, and not a code that looks like one.
func (g *Grid) Number(row, column int) bool {
	return row < len(g.numbers) && column < len(g.numbers[row]) && g.numbers[row][column]
}

// positive is a number that counts from 1, or unknown.
func positive(n int64) *int64 {
	if n < 1 {
		return nil
	}
	return &n
}

func cell(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case int:
		return strconv.Itoa(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case bool:
		return strconv.FormatBool(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case *float64:
		return pointed(x)
	case *int64:
		return pointed(x)
	case *data.Score:
		return pointed(x)
	case *data.Amount:
		return pointed(x)
	case *bool:
		return pointed(x)
	case fmt.Stringer:
		return x.String()
	}
	return fmt.Sprint(v)
}

func pointed[T any](p *T) string {
	if p == nil {
		return ""
	}
	return cell(*p)
}

// Grid lists every number of the overview, one a row.
func (o *Overview) Grid() Grid {
	g := Grid{Columns: []string{"section", "key", "measure", "value"}}
	all := "all"
	g.add("cycle", all, "cycle", o.Cycle)
	g.add("cycle", all, "units", o.Units)
	g.add("cycle", all, "agencies", o.Agencies)
	g.add("cycle", all, "scored", o.Scored)
	g.add("cycle", all, "nominees", o.Nominees)
	g.rate("cycle", all, o.PassRate)
	g.spread("cycle", all, o.Total)
	for _, p := range o.Passed {
		g.rate("passed", p.Target+" "+p.Issuer, p.Rate)
	}
	for _, h := range o.Holders {
		g.add("holders", h.Predicate+" "+h.Issuer, "count", h.Count)
	}
	for _, s := range o.Funnel {
		g.add("stage", s.Stage, "entered", s.Entered)
		g.add("stage", s.Stage, "stopped", s.Stopped)
		g.add("stage", s.Stage, "running", s.Running)
	}
	for _, a := range o.Areas {
		g.spread("area", a.Area, a.Attainment)
	}
	for _, b := range o.Blocking {
		g.add("criterion", b.Target+" "+b.Criterion, "missed", b.Missed)
		g.add("criterion", b.Target+" "+b.Criterion, "alone", b.Alone)
		g.add("criterion", b.Target+" "+b.Criterion, "of", b.Of)
	}
	for _, p := range o.Provinces {
		g.add("province", p.Code, "units", p.Units)
		g.add("province", p.Code, "scored", p.Scored)
		g.add("province", p.Code, "nominees", p.Nominees)
		g.rate("province", p.Code, p.PassRate)
		g.add("province", p.Code, "holders", p.Holders)
		g.add("province", p.Code, "median", p.Median)
	}
	for _, k := range o.Kinds {
		g.add("kind", k.Kind, "units", k.Units)
		g.add("kind", k.Kind, "nominees", k.Nominees)
		g.rate("kind", k.Kind, k.PassRate)
		g.add("kind", k.Kind, "median", k.Median)
	}
	for _, h := range o.Heat {
		for _, area := range HeatAreas {
			g.add("agency", h.ID+" "+area, "mean", h.Areas[area].Value)
			g.add("agency", h.ID+" "+area, "n", h.Areas[area].N)
		}
	}
	g.series(o.Series)
	return g
}

func (g *Grid) rate(section, key string, r Rate) {
	g.add(section, key, "passed", r.Hits)
	g.add(section, key, "decided", r.Of)
	g.add(section, key, "pass_rate", r.Share)
	if r.Interval != nil {
		g.add(section, key, "pass_rate_low", r.Interval.Low)
		g.add(section, key, "pass_rate_high", r.Interval.High)
	}
}

func (g *Grid) spread(section, key string, s Spread) {
	g.add(section, key, "n", s.N)
	g.add(section, key, "p10", s.P10)
	g.add(section, key, "q1", s.Q1)
	g.add(section, key, "median", s.Median)
	g.add(section, key, "q3", s.Q3)
	g.add(section, key, "p90", s.P90)
}

func (g *Grid) series(series []CycleStat) {
	for _, c := range series {
		key := strconv.Itoa(c.Cycle)
		g.add("series", key, "rules", c.Rules)
		g.add("series", key, "break", c.Break)
		g.add("series", key, "nominees", c.Nominees)
		for _, t := range data.Targets {
			g.add("series", key, "passed_"+t, c.Passed[t])
		}
		g.add("series", key, "mandiri", c.Mandiri)
		g.add("series", key, "median", c.Median)
	}
}

// Grid lists the page's units.
func (r *Ranking) Grid() Grid { return unitGrid(r.Rows) }

// Grid lists the agency's units.
func (a *Agency) Grid() Grid { return unitGrid(a.Rows) }

func unitGrid(rows []RankingRow) Grid {
	g := Grid{Columns: []string{
		"rank", "tier", "unit_id", "name", "agency_id", "agency", "kind", "unit_type", "province", "regulation", "value", "value_low", "value_high",
		"top10", "not_distinguishable", "above_wbk", "above_wbbm", "total", "pengungkit", "hasil",
		"mp_pct", "tt_pct", "sdm_pct", "ak_pct", "pw_pct", "pp_pct", "ipak", "ipkp", "unanswered", "target", "result",
	}}
	for _, r := range rows {
		cells := []any{positive(r.Rank), r.Tier, r.UnitID, r.Name, r.AgencyID, r.Agency, r.Kind, r.UnitType, r.Province, r.Regulation, r.Value}
		cells = append(cells, r.Interval.cells()...)
		cells = append(cells, r.Odds.cells()...)
		cells = append(cells, r.Odds.above(data.WBK), r.Odds.above(data.WBBM), r.Total, r.Pengungkit, r.Hasil)
		for _, a := range data.Areas {
			cells = append(cells, r.Areas[a])
		}
		g.add(append(cells, r.IPAK, r.IPKP, r.Unanswered, r.Target, r.Result)...)
	}
	return g
}

// cells are the bounds, empty where there is no interval.
func (i *Interval) cells() []any {
	var low, high *float64
	if i != nil {
		low, high = &i.Low, &i.High
	}
	return []any{low, high}
}

// cells are the probability of the top, and how many others stand alike.
func (o *Odds) cells() []any {
	if o == nil {
		return []any{(*float64)(nil), (*int64)(nil)}
	}
	return []any{&o.Top, &o.Same}
}

// above is the probability to reach a target's minimum.
func (o *Odds) above(target string) *float64 {
	if o == nil {
		return nil
	}
	if p, ok := o.Above[target]; ok {
		return &p
	}
	return nil
}

// Grid lists the nodes, the items under each, and the criteria.
func (s *Scorecard) Grid() Grid {
	g := Grid{Columns: []string{"level", "target", "code", "label_id", "label_en", "weight_or_minimum", "answer", "state", "score", "attainment_or_margin", "reported", "file", "sheet", "line"}}
	items := map[string][]ItemStat{}
	for _, it := range s.Items {
		items[it.Node] = append(items[it.Node], it)
	}
	for _, n := range s.Nodes {
		g.add(n.Level, "", n.Code, n.LabelID, n.LabelEN, n.Weight, "", n.State, n.Score, n.Attainment, n.Reported, "", "", "")
		for _, it := range items[n.Code] {
			g.add("item", "", it.ItemID, it.LabelID, it.LabelEN, "", it.answer(), it.State, it.Score, "", it.Reported, it.File, it.Sheet, positive(it.Line))
		}
	}
	for _, c := range s.Criteria {
		state := "unknown"
		if c.Passed != nil {
			state = map[bool]string{true: "passed", false: "failed"}[*c.Passed]
		}
		g.add("criterion", c.Target, c.Criterion, "", "", c.Minimum, "", state, c.Value, c.Margin, "", "", "", "")
	}
	return g
}

// answer is what was answered, in one cell.
func (it *ItemStat) answer() string {
	switch {
	case it.Choice != "":
		return it.Choice
	case it.Num != nil && it.Den != nil:
		return it.Num.String() + "/" + it.Den.String()
	}
	return pointed(it.Value)
}

// Grid lists the agencies.
func (a *Agencies) Grid() Grid {
	g := Grid{Columns: []string{"agency_id", "name", "kind", "province", "units", "scored", "nominees", "passed", "decided", "pass_rate", "pass_rate_low", "pass_rate_high", "holders", "median", "mean_total"}}
	for _, area := range HeatAreas {
		g.Columns = append(g.Columns, strings.ToLower(area)+"_mean_pct")
	}
	g.Columns = append(g.Columns, "top10", "not_distinguishable")
	for _, r := range a.Rows {
		cells := []any{r.ID, r.Name, r.Kind, r.Province, r.Units, r.Scored, r.Nominees, r.PassRate.Hits, r.PassRate.Of, r.PassRate.Share}
		cells = append(append(cells, r.PassRate.Interval.cells()...), r.Holders, r.Median, r.Areas["total"].Value)
		for _, area := range HeatAreas {
			cells = append(cells, r.Areas[area].Value)
		}
		g.add(append(cells, r.Odds.cells()...)...)
	}
	return g
}
