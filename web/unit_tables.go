package web

import (
	"slices"
	"strconv"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/chart"
)

// verdictOf sums up where the unit stands with one target.
func verdictOf(req *request, target string, criteria []analytics.CriterionStat) verdict {
	met, missed, unknown := tally(target, criteria)
	v := verdict{Target: target, Known: met+missed+unknown > 0, Badge: "good", Headline: req.T("verdict.met", "target", target, "n", met)}
	switch {
	case missed > 0:
		v.Badge, v.Headline = "bad", req.T("verdict.missed", "target", target, "n", missed, "of", met+missed+unknown)
	case unknown > 0:
		v.Badge, v.Headline = "warn", req.T("verdict.unknown", "target", target, "n", unknown)
	}
	return v
}

// criteriaOf lists the criteria once, with both targets side by side.
func criteriaOf(req *request, criteria []analytics.CriterionStat) chart.Table {
	t := chart.Table{Caption: req.T("verdict.caption"), Head: chart.Heads(req.T("word.criterion"), "#"+req.T("word.score"))}
	for _, target := range data.Targets {
		t.Head = append(t.Head, chart.Heads("#"+req.T("chart.min", "target", target), "#"+req.T("col.margin"), target)...)
	}
	t.Head = append(t.Head, chart.Heads(req.T("col.status"))...)
	var order []string
	byCode := map[string]map[string]analytics.CriterionStat{}
	for _, c := range criteria {
		if byCode[c.Criterion] == nil {
			byCode[c.Criterion] = map[string]analytics.CriterionStat{}
			order = append(order, c.Criterion)
		}
		byCode[c.Criterion][c.Target] = c
	}
	for _, code := range order {
		t.Rows = append(t.Rows, criterionRow(req, code, byCode[code]))
	}
	return t
}

func criterionRow(req *request, code string, both map[string]analytics.CriterionStat) []chart.Cell {
	var value *data.Score
	status := chart.Cell{}
	var rest []chart.Cell
	for _, target := range data.Targets {
		c, ok := both[target]
		if !ok {
			rest = append(rest, chart.Num("-", req.T("why.no-minimum")), chart.Num("-", req.T("why.no-minimum")), chart.Cell{Text: "-", Why: req.T("why.no-minimum")})
			continue
		}
		value, status = c.Value, statusCell(req, c.Status)
		status.Sub = c.Citation
		minimum := c.Minimum
		rest = append(rest, chart.Num(criterionText(req, code, &minimum), ""), marginCell(req, code, c.Margin), passedCell(req, c.Passed))
	}
	row := []chart.Cell{chart.Text(req.Criterion(code)), chart.Num(criterionText(req, code, value), req.T("why.unknown"))}
	return append(append(row, rest...), status)
}

// criterionText writes a criterion's value: most are points, some are counts,
// one is yes or no.
func criterionText(req *request, code string, v *data.Score) string {
	switch {
	case v == nil:
		return "-"
	case code == "prior_wbk" && *v > 0:
		return req.T("word.yes")
	case code == "prior_wbk":
		return req.T("word.no")
	case code == "survey.n":
		return req.Score(v, 0)
	}
	return req.Score(v, 2)
}

func marginCell(req *request, code string, v *data.Score) chart.Cell {
	switch code {
	case "prior_wbk":
		return chart.Num("-", req.T("why.no-margin"))
	case "survey.n":
		return chart.Num(req.Signed(v, 0), req.T("why.unknown"))
	}
	return chart.Num(req.Signed(v, 2), req.T("why.unknown"))
}

// passedCell says met or missed in words; the mark before them is for the eye.
func passedCell(req *request, passed *bool) chart.Cell {
	switch {
	case passed == nil:
		return chart.Cell{Text: req.T("verdict.cell.unknown"), Badge: "warn"}
	case *passed:
		return chart.Cell{Text: req.T("verdict.cell.met"), Badge: "good"}
	}
	return chart.Cell{Text: req.T("verdict.cell.missed"), Badge: "bad"}
}

func statusCell(req *request, status string) chart.Cell {
	c := chart.Cell{Text: req.Code("status", status)}
	if status == "unverified" {
		c.Badge = "warn"
	}
	return c
}

func rankTable(req *request, ranks []analytics.RankIn) chart.Table {
	t := chart.Table{Caption: req.T("unit.ranks.caption"), Head: chart.Heads(req.T("col.group"), req.T("col.tier"), "#"+req.T("col.rank"), "#"+req.T("col.of"))}
	for _, r := range ranks {
		t.Rows = append(t.Rows, []chart.Cell{chart.Text(req.Code("group", r.Group)), tierCell(req, r.Tier), chart.Num(rankText(req, r.Rank), req.T("why.no-scores")), chart.Num(req.Count(r.Of.Pointer()), req.T("why.withheld"))})
	}
	return t
}

func nodeTable(req *request, nodes []analytics.NodeStat) chart.Table {
	t := chart.Table{
		Caption: req.T("unit.nodes.caption"),
		Head:    chart.Heads(req.T("word.code"), req.T("col.part"), "#"+req.T("word.weight"), "#"+req.T("word.score"), "#"+req.T("word.attainment"), "#"+req.T("col.reported"), req.T("col.state")),
	}
	for _, n := range nodes {
		why := req.Code("state", n.State)
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(n.Code),
			{Text: label(req, n.LabelID, n.LabelEN), Sub: partOf(req, n)},
			chart.Num(req.Score(&n.Weight, 2), ""), chart.Num(req.Score(n.Score, 4), why),
			chart.Num(req.ScorePercent(n.Attainment, 1), why), chart.Num(req.Score(n.Reported, 4), req.T("why.not-reported")), chart.Text(why),
		})
	}
	return t
}

func partOf(req *request, n analytics.NodeStat) string {
	if n.Level == "area" && n.Part != "" {
		return req.T("word." + n.Part)
	}
	return ""
}

func itemTable(req *request, items []analytics.ItemStat) chart.Table {
	t := chart.Table{
		Caption: req.T("unit.items.caption"),
		Head:    chart.Heads(req.T("word.code"), req.T("col.item"), req.T("col.answer"), "#"+req.T("word.score"), "#"+req.T("col.reported"), req.T("col.source")),
	}
	for _, it := range items {
		source := ""
		if it.File != "" {
			source = it.File
			if it.Sheet != "" {
				source += ", " + it.Sheet
			}
			if it.Line > 0 {
				source += ", " + req.T("col.line", "n", it.Line)
			}
		}
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(it.ItemID),
			{Text: label(req, it.LabelID, it.LabelEN), Sub: it.AnswerType},
			answerCell(req, it),
			chart.Num(req.Score(it.Score, 2), req.Code("state", it.State)), chart.Num(req.Score(it.Reported, 2), req.T("why.not-reported")), chart.Text(source),
		})
	}
	return t
}

func answerCell(req *request, it analytics.ItemStat) chart.Cell {
	switch {
	case it.Num != nil || it.Den != nil:
		return chart.Text(req.Amount(it.Num) + " / " + req.Amount(it.Den))
	case it.Choice != "":
		return chart.Text(it.Choice)
	case it.Value != nil:
		return chart.Text(req.Amount(it.Value))
	}
	return chart.Cell{Text: "-", Why: req.Code("state", it.State)}
}

func policyTable(req *request, policies []analytics.PolicyStat) chart.Table {
	t := chart.Table{Caption: req.T("unit.policies.caption"), Head: chart.Heads(req.T("col.policy"), "#"+req.T("word.total"), data.WBK, data.WBBM)}
	for _, p := range policies {
		name := chart.Text(req.Policy("unanswered=" + p.Unanswered + ",not_applicable=" + p.NotApplicable))
		if p.Default {
			name.Sub = req.T("col.default")
		}
		total := p.Total
		row := []chart.Cell{name, chart.Num(req.Score(&total, 4), "")}
		for _, target := range data.Targets {
			passes, known := p.Passes[target]
			if !known {
				row = append(row, passedCell(req, nil))
			} else {
				row = append(row, passedCell(req, &passes))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func surveyTable(req *request, surveys []analytics.SurveyStat) chart.Table {
	t := chart.Table{
		Caption: req.T("unit.surveys.caption"),
		Head: chart.Heads(req.T("word.cycle"), req.T("col.index"), "#"+req.T("col.published"), req.T("col.scale"), "#"+req.T("col.on4"), "#"+req.T("word.interval"),
			"#"+req.T("col.respondents"), "#"+req.T("col.population"), req.T("col.surveyor"), req.T("col.remark")),
	}
	why := req.T("why.unknown")
	for _, s := range surveys {
		scale := "-"
		if s.ScaleMin != nil && s.ScaleMax != nil {
			scale = req.Amount(s.ScaleMin) + " – " + req.Amount(s.ScaleMax)
		}
		interval := "-"
		if s.Interval != nil {
			interval = req.Float(s.Interval.Low, 2) + " – " + req.Float(s.Interval.High, 2)
		}
		value := s.Value
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(strconv.Itoa(s.Cycle)), chart.Text(s.Index), chart.Num(req.Amount(&value), ""),
			{Text: scale, Why: whyIf(scale, why)},
			chart.Num(req.Maybe(s.Value4, 2), req.T("why.no-scale")), chart.Num(interval, req.T("why.no-precision")), chart.Num(req.Count(s.Respondents), why), chart.Num(req.Count(s.Population), why),
			{Text: orDash(s.Surveyor), Why: whyIf(orDash(s.Surveyor), why)},
			chart.Text(strings.Join(notes(req, s.Notes), " ")),
		})
	}
	return t
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func whyIf(s, why string) string {
	if s == "-" {
		return why
	}
	return ""
}

func pathTable(req *request, path []analytics.StageStat) chart.Table {
	t := chart.Table{
		Caption: req.T("unit.path.caption"),
		Head:    chart.Heads(req.T("word.cycle"), req.T("word.target"), req.T("word.issuer"), req.T("word.stage"), req.T("col.entered"), req.T("col.left"), req.T("col.result")),
	}
	for _, p := range path {
		entered, left := req.Date(p.EnteredOn), req.Date(p.LeftOn)
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(strconv.Itoa(p.Cycle)), chart.Text(p.Target), chart.Text(req.Code("issuer", p.Issuer)), chart.Text(req.Code("stage", p.Stage)),
			{Text: entered, Why: whyIf(entered, req.T("why.unknown"))},
			{Text: left, Why: whyIf(left, req.T("why.not-left"))},
			{Text: req.Code("result", p.Result), Badge: resultBadge(p.Result)},
		})
	}
	return t
}

func awardTable(req *request, awards []analytics.AwardStat) chart.Table {
	t := chart.Table{
		Caption: req.T("unit.awards.caption"),
		Head:    chart.Heads(req.T("col.predicate"), req.T("word.issuer"), req.T("col.awarded"), req.T("col.decree"), req.T("col.inforce")),
	}
	for _, a := range awards {
		awarded := a.AwardedOn
		force := chart.Cell{Text: req.T("award.inforce"), Badge: "good"}
		if a.RevokedOn != nil {
			force = chart.Cell{Text: req.T("award.revoked", "date", req.Date(a.RevokedOn)), Badge: "bad", Sub: a.RevokeReason}
		}
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(a.Predicate), chart.Text(req.Code("issuer", a.Issuer)), chart.Text(req.Date(&awarded)), {Text: orDash(a.Decree), Why: whyIf(orDash(a.Decree), req.T("why.unknown"))}, force,
		})
	}
	return t
}

// gateTable lists the gates once, with both targets side by side.
func gateTable(req *request, gates []analytics.GateStat) chart.Table {
	t := chart.Table{Caption: req.T("unit.gates.caption"), Head: chart.Heads(req.T("col.gate"), req.T("col.level"), "#"+req.T("col.value"))}
	for _, target := range data.Targets {
		t.Head = append(t.Head, chart.Heads("#"+req.T("chart.min", "target", target), target)...)
	}
	t.Head = append(t.Head, chart.Heads(req.T("col.status"))...)
	at := map[string]int{}
	for _, g := range gates {
		verdict := passedCell(req, g.Passed)
		if g.Exempt && (g.Passed == nil || !*g.Passed) {
			verdict = chart.Cell{Text: req.T("gate.exempt"), Badge: "info"}
		}
		i, seen := at[g.Gate]
		if !seen {
			i = len(t.Rows)
			at[g.Gate] = i
			none := chart.Cell{Text: "-", Why: req.T("why.no-minimum")}
			t.Rows = append(t.Rows, []chart.Cell{
				chart.Text(req.Code("gate", g.Gate)), chart.Text(req.Code("level", g.Level)), chart.Num(gateText(req, g.Value), req.T("why.unknown")), none, none, none, none, statusCell(req, g.Status),
			})
		}
		column := 3 + 2*slices.Index(data.Targets, g.Target)
		t.Rows[i][column], t.Rows[i][column+1] = chart.Num(gateText(req, g.Minimum), ""), verdict
	}
	return t
}

// gateText writes a gate's value, which may be a number, a band, or yes or no.
func gateText(req *request, s string) string {
	switch s {
	case "":
		return "-"
	case "true", "ya":
		return req.T("word.yes")
	case "false", "tidak":
		return req.T("word.no")
	}
	if band, number, ok := strings.Cut(strings.TrimSuffix(s, ")"), " ("); ok {
		return band + " (" + gateText(req, number) + ")"
	}
	if a, err := data.ParseAmount(s); err == nil {
		return req.Amount(&a)
	}
	return s
}

func sourceTable(req *request, sources []analytics.SourceStat) chart.Table {
	t := chart.Table{
		Caption: req.T("unit.sources.caption"),
		Head:    chart.Heads(req.T("col.file"), req.T("col.format"), req.T("col.publisher"), req.T("col.taken"), "#"+req.T("col.rows"), "SHA-256"),
	}
	for _, s := range sources {
		taken := s.TakenIn
		if d, err := data.ParseDate(taken); err == nil {
			taken = req.Date(&d)
		}
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(s.Name), chart.Text(s.Format), {Text: orDash(s.Publisher), Why: whyIf(orDash(s.Publisher), req.T("why.unknown"))}, chart.Text(taken), chart.Num(req.Int(s.Rows), ""), chart.Text(short(s.SHA256)),
		})
	}
	return t
}

func short(hash string) string {
	if len(hash) > 16 {
		return hash[:16] + "…"
	}
	return hash
}

func problemTable(req *request, problems []data.Problem, caption string) chart.Table {
	t := chart.Table{
		Caption: req.T(caption),
		Head:    chart.Heads(req.T("col.severity"), req.T("col.place"), req.T("col.problem"), req.T("col.mend")),
	}
	for _, p := range problems {
		t.Rows = append(t.Rows, []chart.Cell{
			severityCell(req, p.Severity), chart.Text(p.Place(req.Lang())), chart.Text(p.Text(req.Lang())), chart.Text(p.Mend(req.Lang())),
		})
	}
	return t
}
