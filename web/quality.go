package web

import (
	"strconv"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/chart"
	"tolok/web/text"
)

// quality is the page /quality: how far the data can be relied on, and what to
// mend where.
func (s *Server) quality(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	q, err := db.Quality(req.Context(), req.Filter)
	if err != nil {
		return nil, err
	}
	return qualityView(req, q), nil
}

type qualityBody struct {
	Filters    *filters
	Cards      []card
	Findings   *chart.Chart
	Codes      chart.Table
	Senders    chart.Table
	Suspicions chart.Table
	Shown      string
	Pages      []navItem
	Prev       string
	Next       string
}

func qualityView(req *request, q *analytics.Quality) *view {
	cycle := strconv.Itoa(q.Cycle)
	b := &qualityBody{
		Filters:  filterForm(req, &q.Meta, "/quality", []string{"cycle", "layer", "kind", "unit_type", "province"}, "agency", "size"),
		Cards:    qualityCards(req, &q.All),
		Findings: chart.Suspicions(req.Words, q.Codes),
		Codes:    codesTable(req, q.Codes), Senders: sendersTable(req, q.Senders, cycle), Suspicions: suspicionsTable(req, q.Suspicions, cycle),
		Shown: req.T("quality.shown", "n", len(q.Suspicions), "found", q.Found, "rest", q.Rest),
	}
	if q.Rest == 0 {
		b.Shown = req.T("quality.shown.all", "found", q.Found)
	}
	b.Filters.allLayers(req, q.Meta.Filter.Layer)
	if q.Pages > 1 {
		b.Pages, b.Prev, b.Next = pager(req, q.Page, q.Pages)
	}
	lead := req.T("quality.lead", "cycle", cycle, "worksheets", q.All.Worksheets, "share", req.MaybePercent(q.All.Completeness(), 1), "suspicious", q.All.Suspicious, "rejected", q.All.Rejected)
	if q.All.Worksheets == 0 {
		lead = req.T("quality.lead.empty", "cycle", cycle)
	}
	return &view{
		template: "quality", title: req.T("quality.title", "cycle", cycle), lead: lead, meta: &q.Meta, answer: q, body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.quality"), ""}},
		name:   "quality-" + cycle, rows: q.Grid(),
	}
}

// allLayers lets the layer be left open, which on other pages means the layer
// nearest to the decision.
func (f *filters) allLayers(req *request, now string) {
	for i := range f.Fields {
		if f.Fields[i].Name == "layer" {
			f.Fields[i].Options = append([]option{{"", req.T("filter.all"), now == ""}}, f.Fields[i].Options...)
		}
	}
}

func qualityCards(req *request, c *analytics.QualityCount) []card {
	differing := card{Label: req.T("card.differing"), Value: "-", Why: req.T("why.not-reported")}
	if c.Compared > 0 {
		differing.Value, differing.Sub = req.Int(c.Differing), req.T("card.differing.sub", "n", c.Compared)
		if c.Largest != nil {
			differing.Sub = req.T("card.differing.largest", "n", c.Compared, "largest", req.Score(c.Largest, 2))
		}
	}
	return []card{
		{Label: req.T("card.worksheets"), Value: req.Int(c.Worksheets), Sub: req.T("card.worksheets.sub", "n", c.Superseded)},
		{Label: req.T("card.complete"), Value: req.MaybePercent(c.Completeness(), 1), Why: req.T("why.items-not-kept"), Sub: completeSub(req, c)},
		{Label: req.T("card.rejected"), Value: req.Int(c.Rejected), Sub: req.T("card.rejected.sub", "failed", c.Failed)},
		{Label: req.T("card.repaired"), Value: req.Int(c.Repaired), Sub: req.T("card.repaired.sub", "n", c.Flagged)},
		{Label: req.T("card.suspicious"), Value: req.Int(c.Suspicious), Sub: req.T("card.suspicious.sub", "n", c.Suspicions)},
		differing,
	}
}

func completeSub(req *request, c *analytics.QualityCount) string {
	if c.Asked == 0 {
		return ""
	}
	return req.T("card.complete.sub", "n", c.Asked-c.Answered, "of", c.Asked)
}

// codesTable lists the kinds of findings. Its rows speak of a kind, not of a
// case: where the case has a value stands an ellipsis.
func codesTable(req *request, codes []analytics.QualityCode) chart.Table {
	t := chart.Table{
		Caption: req.T("quality.codes.caption"),
		Head:    chart.Heads(req.T("col.finding"), req.T("col.severity"), req.T("col.found"), "#"+req.T("col.count"), "#"+req.T("col.senders"), req.T("col.mend")),
	}
	general := func(s string) string {
		return strings.NewReplacer(`"…".`, "…", `"…"`, "…", "….", "…").Replace(s)
	}
	for _, c := range codes {
		p := data.Problem{Code: c.Code, Value: "…", Want: "…", Field: "…", Dataset: "…"}
		finding := chart.Text(general(p.Text(req.Lang())))
		if c.Found == analytics.FoundInLake {
			finding = chart.Cell{Text: req.Code("finding", c.Code), Href: req.Link("/methods") + "#check-" + c.Code}
		}
		t.Rows = append(t.Rows, []chart.Cell{
			finding, severityCell(req, c.Severity), chart.Text(req.Code("found", c.Found)),
			chart.Num(req.Int(c.Count), ""), chart.Num(req.Int(c.Senders), ""), chart.Text(general(p.Mend(req.Lang()))),
		})
	}
	return t
}

func severityCell(req *request, severity string) chart.Cell {
	badge := "warn"
	if severity == data.Repaired {
		badge = "info"
	}
	return chart.Cell{Text: req.Code("severity", severity), Badge: badge}
}

func sendersTable(req *request, rows []analytics.QualityRow, cycle string) chart.Table {
	t := chart.Table{
		Caption: req.T("quality.senders.caption", "cycle", cycle),
		Head: chart.Heads(req.T("col.publisher"), "#"+req.T("word.worksheets"), "#"+req.T("col.complete"), "#"+req.T("severity.rejected"), "#"+req.T("severity.repaired"), "#"+req.T("severity.flagged"),
			"#"+req.T("col.superseded"), "#"+req.T("col.differing"), "#"+req.T("col.suspicious"), "#"+req.T("col.suspicions")),
	}
	for _, r := range rows {
		who := chart.Cell{Text: r.Name, Sub: req.Code("kind", r.Kind)}
		if r.AgencyID != "" {
			who.Href = req.Deep("/quality", "agency", r.AgencyID)
		} else {
			who.Sub = req.T("quality.no-agency")
		}
		if who.Text == "" {
			who.Text, who.Why = "-", req.T("why.unknown")
		}
		differing := chart.Num("-", req.T("why.not-reported"))
		if r.Compared > 0 {
			differing = chart.Num(req.Int(r.Differing), "")
			differing.Sub = req.T("quality.of", "n", r.Compared)
			if r.Largest != nil {
				differing.Sub = req.T("card.differing.largest", "n", r.Compared, "largest", req.Score(r.Largest, 2))
			}
		}
		t.Rows = append(t.Rows, []chart.Cell{
			who, chart.Num(req.Int(r.Worksheets), ""), chart.Num(req.MaybePercent(r.Completeness(), 1), req.T("why.items-not-kept")),
			chart.Num(req.Int(r.Rejected+r.Failed), ""), chart.Num(req.Int(r.Repaired), ""), chart.Num(req.Int(r.Flagged), ""),
			chart.Num(req.Int(r.Superseded), ""), differing, chart.Num(req.Int(r.Suspicious), ""), chart.Num(req.Int(r.Suspicions), ""),
		})
	}
	return t
}

func suspicionsTable(req *request, list []analytics.Suspicion, cycle string) chart.Table {
	t := chart.Table{
		Caption: req.T("quality.suspicions.caption", "cycle", cycle),
		Head:    chart.Heads(req.T("col.unit"), req.T("filter.layer"), req.T("col.suspicion"), req.T("col.place"), req.T("col.mend")),
	}
	for i := range list {
		s := &list[i]
		unit := chart.Cell{Text: s.Unit, Href: req.Link("/units/"+s.UnitID, "cycle", s.Cycle, "layer", s.Layer), Sub: s.Agency}
		if s.Unit == "" {
			unit = chart.Cell{Text: s.UnitID, Sub: req.T("quality.unregistered")}
		}
		layer := chart.Cell{Text: "-", Why: req.T("why.no-layer")}
		if s.Layer != "" {
			layer = chart.Text(text.Mid(req.Code("layer", s.Layer)))
		}
		t.Rows = append(t.Rows, []chart.Cell{
			unit, layer, {Text: s.Text(req.Lang()), Sub: req.Code("finding", s.Code)}, chart.Text(s.Place(req.Lang())), chart.Text(s.Mend(req.Lang())),
		})
	}
	return t
}

// checks explains each check over the whole lake with what it allows for.
func checks(req *request) []text.Term {
	t := analytics.Allowed
	var out []text.Term
	for _, code := range analytics.SuspicionCodes {
		out = append(out, text.Term{Key: code, Name: req.Code("finding", code), Meaning: req.T("methods.check."+code,
			"reported", req.Score(&t.Reported, 2), "rounding", req.Score(&t.Rounding, 3), "survey", req.Score(&t.RoundingSurvey, 2), "answered", t.Answered, "varied", t.Varied)})
	}
	return out
}
