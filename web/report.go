package web

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/chart"
	"tolok/web/text"
)

// report is the page /units/{id}/report: two pages to print.
func (s *Server) report(req *request) (*view, error) {
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	f := req.Filter
	f.Unit = req.ID
	r, err := db.Report(req.Context(), f)
	if err != nil {
		return nil, err
	}
	return reportView(req, r), nil
}

type reportBody struct {
	Tabs   []navItem
	Sheets *sheetsBody
	Zip    string // address of the whole agency's
}

// sheetsBody is what stands on the two sheets.
type sheetsBody struct {
	Name, Place, Lead, Snapshot                                  string
	Cards                                                        []card
	Areas                                                        *chart.Chart
	Criteria, Strengths, Gaps, Travel, Steps, Peers, Hosts       chart.Table
	Questions, Caveats                                           []string
	StepsText, HostsText, TravelText, PeersText, Foot, Continued string
}

func reportView(req *request, r *analytics.Report) *view {
	b := &reportBody{Tabs: unitTabs(req, r.Unit.UnitID, "report"), Sheets: sheetsOf(req, r)}
	if r.Unit.Agency.ID != "" {
		b.Zip = req.Deep("/agencies/" + url.PathEscape(r.Unit.Agency.ID) + "/reports")
	}
	return &view{
		template: "report", title: req.T("report.title", "name", r.Unit.Name), lead: req.T("report.lead"), meta: &r.Meta, answer: r, body: b,
		crumbs: append(unitCrumbs(req, &r.Unit), crumb{req.T("tab.report"), ""}),
		name:   "report-" + r.Unit.UnitID + "-" + strconv.Itoa(r.Cycle), rows: r.Grid(),
	}
}

func sheetsOf(req *request, r *analytics.Report) *sheetsBody {
	v := &view{meta: &r.Meta, answer: r}
	b := &sheetsBody{
		Name: r.Unit.Name, Place: rowPlace(req, analytics.RankingRow{Agency: r.Unit.Agency.Name, UnitType: r.Unit.UnitType, Province: r.Unit.Province.Name}, listed{}),
		Lead:     reportLead(req, r),
		Criteria: reportCriteria(req, r), Strengths: reportParts(req, "report.strengths", r.Strengths), Gaps: reportParts(req, "report.gaps", r.Gaps),
		Travel: reportTravel(req, r), Peers: reportPeers(req, r), Hosts: reportHosts(req, r),
	}
	b.Cards = reportCards(req, r)
	b.Areas = chart.Scorecard(req.Words, &analytics.Scorecard{Areas: r.Areas})
	if r.Route != nil && len(r.Route.Steps) > 0 {
		route := routeOf(req, &analytics.Path{Target: r.Target}, r.Route)
		b.Steps = route.Table
		b.Steps.Caption = req.T("report.steps")
		b.StepsText = req.T("report.steps.text", "total", req.Score(r.Route.Total, 2), "cycles", cyclesText(req, r.Route.Cycles))
	}
	if r.Weakest != "" {
		b.HostsText = req.T("report.hosts.text", "area", text.Mid(req.Code("area", r.Weakest)))
	}
	for _, q := range r.Questions {
		b.Questions = append(b.Questions, questionText(req, q))
	}
	foot := footOf(req, v)
	b.Caveats = foot.Notes
	b.Foot = req.T("report.foot", "snapshot", foot.Short, "rules", foot.Rules, "cycle", strconv.Itoa(r.Cycle), "layer", req.Code("layer", r.Layer))
	return b
}

// questionText is a question for the team in the reader's language.
func questionText(req *request, q analytics.Note) string {
	values := map[string]string{"label": q.Values["label_"+req.Lang()]}
	for name, v := range q.Values {
		values[name] = v
	}
	if c := values["criterion"]; c != "" {
		values["criterion"] = req.Criterion(c)
	}
	return req.Ask(q.Code, values)
}

func reportLead(req *request, r *analytics.Report) string {
	if r.Total == nil {
		return req.T("unit.lead.none", "name", r.Unit.Name)
	}
	lead := req.T("unit.lead", "cycle", strconv.Itoa(r.Cycle), "layer", text.Mid(req.Code("layer", r.Layer)), "total", req.Score(r.Total, 2))
	met, missed := 0, 0
	for _, c := range r.Criteria {
		switch {
		case c.Passed == nil:
		case *c.Passed:
			met++
		default:
			missed++
		}
	}
	return lead + " " + req.T("report.lead.criteria", "target", r.Target, "met", met, "missed", missed)
}

func reportCards(req *request, r *analytics.Report) []card {
	cards := []card{{Label: req.T("word.total"), Value: req.Score(r.Total, 2), Why: req.T("why.no-scores"), Sub: req.T("card.total.of")}}
	binding := card{Label: req.T("path.binding"), Value: "-", Why: req.T("path.binding.none")}
	if r.Binding != "" {
		binding.Value = req.Criterion(r.Binding)
	}
	cards = append(cards, binding)
	for _, in := range r.Rank {
		if in.Group == "type" || in.Group == "nation" {
			cards = append(cards, card{Label: req.T("report.rank", "group", text.Mid(req.Code("group", in.Group))), Value: rankText(req, in.Rank), Why: req.T("why.withheld"), Sub: req.T("report.rank.of", "of", in.Of)})
		}
	}
	return cards
}

func reportCriteria(req *request, r *analytics.Report) chart.Table {
	t := chart.Table{Caption: req.T("report.criteria", "target", r.Target), Head: chart.Heads(req.T("word.criterion"), "#"+req.T("word.score"), "#"+req.T("col.minimum"), req.T("col.verdict"))}
	for _, d := range r.Criteria {
		low := d.Minimum
		t.Rows = append(t.Rows, []chart.Cell{
			chart.Text(req.Criterion(d.Criterion)), chart.Num(criterionText(req, d.Criterion, d.Value), req.T("why.unknown")), chart.Num(criterionText(req, d.Criterion, &low), ""), passedCell(req, d.Passed),
		})
	}
	return t
}

func reportParts(req *request, key string, parts []analytics.NodeStat) chart.Table {
	t := chart.Table{Caption: req.T(key), Head: chart.Heads(req.T("report.part"), "#"+req.T("word.score"), "#"+req.T("word.weight"))}
	for _, n := range parts {
		weight := n.Weight
		t.Rows = append(t.Rows, []chart.Cell{{Text: label(req, n.LabelID, n.LabelEN), Sub: n.Code + " · " + req.Code("area", n.Area)}, chart.Num(req.Score(n.Score, 2), ""), chart.Num(req.Score(&weight, 2), "")})
	}
	return t
}

// reportTravel says how the total went; where the rules changed in between it
// says so in place of a difference.
func reportTravel(req *request, r *analytics.Report) chart.Table {
	t := chart.Table{Caption: req.T("report.travel"), Head: chart.Heads(req.T("word.cycle"), "#"+req.T("word.total"), "#"+req.T("report.difference"))}
	for i, h := range r.Travel {
		change := chart.Num("-", req.T("report.first"))
		switch {
		case h.Break != "":
			change = chart.Cell{Text: req.Break(h.Break), Num: true}
		case i > 0:
			d := *h.Total - *r.Travel[i-1].Total
			change = chart.Num(req.Signed(&d, 2), "")
		}
		t.Rows = append(t.Rows, []chart.Cell{chart.Text(strconv.Itoa(h.Cycle)), chart.Num(req.Score(h.Total, 2), ""), change})
	}
	return t
}

func reportPeers(req *request, r *analytics.Report) chart.Table {
	t := chart.Table{Caption: req.T("report.peers"), Head: chart.Heads(req.T("word.area"), "#"+req.T("report.own"), "#"+req.T("report.same"), "#"+req.T("report.nation"))}
	for _, a := range r.Areas {
		if slices.Contains(data.Areas, a.Area) {
			t.Rows = append(t.Rows, []chart.Cell{chart.Text(req.Code("area", a.Area)), chart.Num(req.ScorePercent(a.Attainment, 1), req.T("why.not-applicable")), chart.Num(percent(req, a.Same.Median), req.T("why.withheld")), chart.Num(percent(req, a.Nation.Median), req.T("why.withheld"))})
		}
	}
	return t
}

func percent(req *request, v *float64) string {
	if v == nil {
		return text.Unknown
	}
	return req.Float(*v, 1) + "%"
}

func reportHosts(req *request, r *analytics.Report) chart.Table {
	t := chart.Table{Caption: req.T("report.hosts"), Head: chart.Heads(req.T("col.unit"), "#"+req.T("report.host.share"), req.T("report.host.holds"), req.T("report.host.contact"))}
	for _, h := range r.Hosts {
		share := h.Share
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: h.Name, Href: req.UnitLink(h.UnitID), Sub: h.Agency + " · " + h.Province},
			chart.Num(req.Score(&share, 1)+"%", ""),
			chart.Text(h.Predicate + " " + strconv.Itoa(h.Cycle)),
			{Text: contact(h.Contact), Why: req.T("why.unknown")},
		})
	}
	return t
}

func contact(s string) string {
	if s == "" {
		return text.Unknown
	}
	return s
}

// fileBody is a report that stands alone: its styles are in it.
type fileBody struct {
	Page   *page
	Style  template.CSS
	Sheets *sheetsBody
}

// Reporter writes reports as files that need no server.
type Reporter struct {
	pages *templates
	style template.CSS
}

// NewReporter loads what reports are made with.
func NewReporter() (*Reporter, error) {
	a, err := loadAssets()
	if err != nil {
		return nil, err
	}
	pages, err := loadTemplates(a)
	if err != nil {
		return nil, err
	}
	var style []byte
	for _, name := range []string{"tokens.css", "app.css"} {
		b, err := staticFiles.ReadFile("static/" + name)
		if err != nil {
			return nil, err
		}
		style = append(style, b...)
	}
	return &Reporter{pages, template.CSS(style)}, nil
}

// Write writes the report of one unit (the filter's) as one HTML file that
// prints on two sheets of A4.
func (r *Reporter) Write(ctx context.Context, w io.Writer, db *analytics.DB, f analytics.Filter, lang string) error {
	answer, err := db.Report(ctx, f)
	if err != nil {
		return err
	}
	base, err := http.NewRequestWithContext(ctx, http.MethodGet, unitPath(f.Unit, "report")+"?lang="+lang, nil)
	if err != nil {
		return err
	}
	req, err := newRequest(base)
	if err != nil {
		return err
	}
	b := &fileBody{Page: &page{request: req, Title: answer.Unit.Name, explained: map[string]bool{}}, Style: r.style, Sheets: sheetsOf(req, answer)}
	for i := range b.Sheets.Hosts.Rows { // a file leads nowhere
		b.Sheets.Hosts.Rows[i][0].Href = ""
	}
	return r.pages.pages["report"].ExecuteTemplate(w, "reportfile", b)
}

// reports answers /agencies/{id}/reports: one file for every unit of an agency
// that has a worksheet in the cycle, in one archive.
func (s *Server) reports(w http.ResponseWriter, r *http.Request) error {
	req, err := newRequest(r)
	if err != nil {
		return err
	}
	db, err := s.db(req)
	if err != nil {
		return err
	}
	f := req.Filter
	f.Agency = req.ID
	units, err := ReportUnits(req.Context(), db, f)
	if err != nil {
		return err
	}
	reporter, err := NewReporter()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, unit := range units {
		f.Unit, f.Agency = unit, ""
		file, err := z.Create(fileName("report-"+unit) + ".html")
		if err != nil {
			return err
		}
		if err := reporter.Write(req.Context(), file, db, f, req.Lang()); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	s.seen(req)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(fileName("reports-"+req.ID)+".zip"))
	write(w, r, http.StatusOK, "application/zip", b.Bytes())
	return nil
}

// ReportUnits lists the reader's own units of an agency that have a worksheet in
// the cycle and layer of the filter.
func ReportUnits(ctx context.Context, db *analytics.DB, f analytics.Filter) ([]string, error) {
	f.Size, f.By = 1000, "total"
	var out []string
	for f.Page = 1; ; f.Page++ {
		list, err := db.Ranking(ctx, analytics.RankingFilter{Filter: f})
		if err != nil {
			return nil, err
		}
		for _, row := range list.Rows {
			out = append(out, row.UnitID)
		}
		if f.Page >= list.Pages {
			break
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("agency %q has no worksheet here: %w", f.Agency, analytics.ErrNotFound)
	}
	return out, nil
}
