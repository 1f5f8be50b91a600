package web

import (
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/auth"
	"tolok/web/chart"
	"tolok/web/inbox"
)

// submissionBody is what the page of one submission shows.
type submissionBody struct {
	Notice   string // what went wrong with the last click
	Detail   string
	Waiting  string // what is being done
	State    chart.Cell
	Since    string
	Cards    []card
	Next     string // what the reader can do now
	Deeds    []deed
	Facts    []fact
	Findings []findings
	Marked   []navItem
	Datasets chart.Table
	Files    chart.Table
	Steps    chart.Table
	More     string
}

// deed is a button.
type deed struct {
	Name, Text, Action string
	Reason             bool // asks for one
	Quiet              bool
}

// findings are the problems of one severity.
type findings struct {
	ID, Title string
	Table     chart.Table
	More      string
}

// findingsShown is how many problems of a severity the page lists; all are in
// the copies and the downloads.
const findingsShown = 100

// refreshSubmission is how often the page of a submission that is worked on
// asks again.
const refreshSubmission = 5

func (s *Server) submissionPage(req *request) (*view, error) {
	sub, err := s.submission(req.Request)
	if err != nil {
		return nil, err
	}
	return s.submissionView(req, sub)
}

func (s *Server) submissionView(req *request, sub *inbox.Submission) (*view, error) {
	o, who := s.opt.Submissions, auth.From(req.Context())
	names, err := o.Agencies()
	if err != nil {
		return nil, err
	}
	report, err := o.Inbox.Report(sub.ID)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	b := &submissionBody{
		Cards: submissionCards(req, sub), Facts: submissionFacts(req, sub, names), Files: fileTable(req, sub.Files), Steps: stepTable(req, sub.Steps),
		Next: nextStep(req, who, sub), State: stateCell(req, sub.State, ""), Since: moment(sub.Last().At),
	}
	at := "/submissions/" + sub.ID
	for _, name := range []string{"confirm", "accept", "return", "check", "withdraw"} {
		if mayDo(who, sub, name) && possible(sub, name) {
			b.Deeds = append(b.Deeds, deed{name, req.T("deed." + name), req.Link(at + "/" + name), name == "return", name != "confirm" && name != "accept"})
		}
	}
	v := &view{
		template: "submission", title: req.T("submission.title", "agency", orID(names[sub.Agency], sub.Agency)), lead: submissionLead(req, sub), body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.submissions"), req.Link("/submissions")}, {moment(sub.Begun()), ""}},
		answer: submissionAnswer{sub, report}, name: "submission-" + sub.ID, rows: problemGrid(req, report),
	}
	if sub.Task != "" {
		v.reload, b.Waiting = refreshSubmission, req.T("task."+string(sub.Task)+".wait")
	}
	if sub.Trouble != "" {
		b.Notice, b.Detail = req.T("submission.trouble"), sub.Trouble
	}
	if report != nil {
		b.report(req, sub, report)
	}
	return v, nil
}

// submissionAnswer is the page's .json.
type submissionAnswer struct {
	*inbox.Submission
	Report *inbox.Report `json:"report"`
}

func submissionLead(req *request, sub *inbox.Submission) string {
	c := sub.Counts
	if c == nil {
		return req.T("submission.lead." + string(sub.State))
	}
	return req.T("submission.lead."+string(sub.State), "put", c.Put, "out", c.LeftOut, "reason", sub.Last().Reason)
}

// nextStep says in a sentence what happens next, to the one who asks.
func nextStep(req *request, who auth.Identity, sub *inbox.Submission) string {
	switch {
	case sub.Task != "" || sub.State.Final():
		return ""
	case sub.State == inbox.Checked && !sub.HasRows():
		return req.T("next.nothing")
	case sub.State == inbox.Confirmed && who.Role == auth.Nasional:
		return req.T("next.decide")
	}
	return req.T("next." + string(sub.State))
}

func submissionCards(req *request, sub *inbox.Submission) []card {
	cards := []card{
		{Label: req.T("col.files"), Value: req.Int(int64(len(sub.Files))), Sub: size(req, sub.Size())},
	}
	if c := sub.Counts; c != nil {
		known, unread := "", ""
		if c.Known > 0 {
			known = req.T("submission.known", "n", c.Known)
		}
		if c.Unread > 0 {
			unread = req.T("submission.unread", "n", c.Unread)
		}
		cards = append(cards,
			card{Label: req.T("col.rows-in"), Value: req.Int(int64(c.Put)), Sub: known},
			card{Label: req.T("col.rows-out"), Value: req.Int(int64(c.LeftOut)), Sub: unread},
			card{Label: req.T("submission.findings"), Value: req.Int(int64(c.Rejected + c.Repaired + c.Flagged + c.Failed))},
		)
	}
	return cards
}

func submissionFacts(req *request, sub *inbox.Submission, names map[string]string) []fact {
	list := []fact{
		{Name: req.T("word.agency"), Value: orID(names[sub.Agency], sub.Agency)},
		{Name: req.T("col.sent-by"), Value: orID(sub.By().Name, "-"), Why: req.T("why.unknown")},
		{Name: req.T("col.sent"), Value: moment(sub.Begun())},
	}
	if sub.Unit != "" {
		list = append(list, fact{Name: req.T("col.unit"), Value: sub.Unit})
	}
	if sub.Cycle != 0 {
		list = append(list, fact{Name: req.T("filter.cycle"), Value: strconv.Itoa(sub.Cycle)})
	}
	if sub.Layer != "" {
		list = append(list, fact{Name: req.T("filter.layer"), Value: req.Code("layer", sub.Layer)})
	}
	if sub.Note != "" {
		list = append(list, fact{Name: req.T("submission.note"), Value: sub.Note})
	}
	if sub.Portal {
		list = append(list, fact{Name: req.T("col.source"), Value: "PortalRB"})
	}
	if sub.Manifest != "" {
		list = append(list, fact{Name: req.T("submission.manifest"), Value: sub.Manifest, Href: req.Link("/", "snapshot", sub.Manifest)})
	}
	return list
}

func fileTable(req *request, files []inbox.File) chart.Table {
	t := chart.Table{Caption: req.T("submission.files"), Head: chart.Heads(req.T("col.file"), "#"+req.T("submission.size"), "SHA-256")}
	for i, f := range files {
		if i == findingsShown {
			break
		}
		t.Rows = append(t.Rows, []chart.Cell{chart.Text(f.Name), {Text: size(req, f.Size), Num: true}, chart.Text(f.SHA256)})
	}
	return t
}

func stepTable(req *request, steps []inbox.Step) chart.Table {
	t := chart.Table{Caption: req.T("submission.steps"), Head: chart.Heads(req.T("col.submission-state"), req.T("submission.when"), req.T("submission.who"), req.T("submission.reason"))}
	for _, st := range steps {
		reason := chart.Text(st.Reason)
		if st.Reason == "" {
			reason = chart.Cell{Text: "-", Why: req.T("why.no-reason")}
		}
		t.Rows = append(t.Rows, []chart.Cell{chart.Text(req.Code("submission", string(st.State))), chart.Text(moment(st.At)), chart.Text(st.By.Name), reason})
	}
	return t
}

// report fills in what the check found, the worst first.
func (b *submissionBody) report(req *request, sub *inbox.Submission, r *inbox.Report) {
	for _, severity := range []data.Severity{data.Failed, data.Rejected, data.Flagged, data.Repaired} {
		if f := findingsOf(req, r, severity); f != nil {
			b.Findings = append(b.Findings, *f)
		}
	}
	seen := map[string]bool{}
	for i := range r.Problems {
		file := r.Problems[i].File
		if file == "" || seen[file] || sub.Emptied {
			continue
		}
		if seen[file] = true; len(seen) <= findingsShown {
			b.Marked = append(b.Marked, navItem{Text: file, Href: req.Link("/submissions/"+sub.ID+"/marked", "file", file)})
		}
	}
	b.Datasets = chart.Table{Caption: req.T("submission.datasets"), Head: chart.Heads(req.T("submission.dataset"), "#"+req.T("submission.read"), "#"+req.T("col.rows-in"), "#"+req.T("col.rows-out"), "#"+req.T("submission.repeated"))}
	n := func(v int) chart.Cell { return chart.Num(req.Int(int64(v)), "") }
	for _, d := range r.Datasets {
		b.Datasets.Rows = append(b.Datasets.Rows, []chart.Cell{chart.Text(d.Name), n(d.Read), n(d.Put), n(d.LeftOut), n(d.Repeated)})
	}
	if r.Dropped > 0 {
		b.More = req.T("submission.dropped", "n", r.Dropped)
	}
}

func findingsOf(req *request, r *inbox.Report, severity data.Severity) *findings {
	title := req.Code("severity", severity)
	f := &findings{ID: "found-" + severity, Title: title, Table: chart.Table{
		Caption: title, Head: chart.Heads(req.T("col.place"), req.T("col.problem"), req.T("col.mend")),
	}}
	found := 0
	for i := range r.Problems {
		p := &r.Problems[i]
		if p.Severity != severity {
			continue
		}
		if found++; found <= findingsShown {
			place := chart.Text(p.Place(req.Lang()))
			if place.Text == "" {
				place = chart.Cell{Text: "-", Why: req.T("why.unknown")}
			}
			f.Table.Rows = append(f.Table.Rows, []chart.Cell{place, chart.Text(p.Text(req.Lang())), chart.Text(p.Mend(req.Lang()))})
		}
	}
	if found == 0 {
		return nil
	}
	f.Table.Caption = req.T("submission.severity", "severity", title, "n", found)
	if found > findingsShown {
		f.More = req.T("submission.more", "n", findingsShown, "of", found)
	}
	return f
}

func problemGrid(req *request, r *inbox.Report) analytics.Grid {
	g := analytics.Grid{Columns: []string{"severity", "code", "file", "sheet", "line", "cell", "field", "value", "place", "problem", "mend"}}
	if r == nil {
		return g
	}
	for i := range r.Problems {
		p := &r.Problems[i]
		g.Rows = append(g.Rows, []string{
			p.Severity, p.Code, p.File, p.Sheet, whole(int(p.Line)), p.Cell, p.Field, p.Value, p.Place(req.Lang()), p.Text(req.Lang()), p.Mend(req.Lang()),
		})
	}
	return g
}

// marked is the Excel copy of one file with its bad cells marked. It is written
// to a file aside first: a copy that fails is an error page, never half a copy.
func (s *Server) marked(w http.ResponseWriter, r *http.Request) error {
	req, err := newRequest(r)
	if err != nil {
		return err
	}
	o := s.opt.Submissions
	sub, err := s.submission(r)
	if err != nil {
		return err
	}
	report, err := o.Inbox.Report(sub.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return analytics.ErrNotFound
	}
	if err != nil {
		return err
	}
	file := req.query.Get("file")
	known := false
	for i := range report.Problems {
		known = known || file != "" && report.Problems[i].File == file
	}
	dir, err := o.Inbox.Dir(sub.ID)
	if !known || errors.Is(err, fs.ErrNotExist) {
		return analytics.ErrNotFound
	}
	if err != nil {
		return err
	}
	if err := s.noteDeed(r, auth.ActExport, "submission "+sub.ID, "marked copy of "+file); err != nil {
		return err
	}
	tmp, err := os.CreateTemp("", "tolok-marked-*.xlsx")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	err = o.Mark(r.Context(), sub, report, dir, file, req.Lang(), tmp)
	if errors.Is(err, inbox.ErrNotFound) {
		return analytics.ErrNotFound
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "tolok-" + path.Base(file) + ".xlsx"}))
	http.ServeContent(w, r, "", time.Time{}, tmp)
	return nil
}

// submissionDeed takes a step with a submission.
func (s *Server) submissionDeed(w http.ResponseWriter, r *http.Request) error {
	req, err := newRequest(r)
	if err != nil {
		return err
	}
	sub, err := s.submission(r)
	if err != nil {
		return err
	}
	who, what := auth.From(r.Context()), mux.Vars(r)["deed"]
	if !mayDo(who, sub, what) {
		return auth.ErrForbidden
	}
	values, err := postedForm(w, r)
	if err != nil {
		return err
	}
	if err = s.take(r, who, sub, what, values.Get("reason")); err == nil {
		return seeOther(w, req, "/submissions/"+sub.ID)
	}
	var refused *inbox.Refusal
	status := http.StatusConflict
	switch {
	case errors.As(err, &refused):
		status = http.StatusUnprocessableEntity
	case !errors.Is(err, inbox.ErrState):
		return err
	}
	if sub, err = s.submission(r); err != nil {
		return err
	}
	v, err := s.submissionView(req, sub)
	if err != nil {
		return err
	}
	b := v.body.(*submissionBody)
	if b.Notice, b.Detail = req.T("submission.stale"), ""; refused != nil {
		b.Notice = req.T("submission.reason-needed", "most", inbox.LongestNote)
	}
	return s.showFresh(w, req, v, status)
}

// take notes the step and takes it.
func (s *Server) take(r *http.Request, who auth.Identity, sub *inbox.Submission, what, reason string) error {
	o := s.opt.Submissions
	if !possible(sub, what) {
		return inbox.ErrState
	}
	action := map[string]auth.Action{"accept": auth.ActAccept, "return": auth.ActReturn}[what]
	if action == "" {
		action = auth.ActUpload
	}
	if err := s.noteDeed(r, action, "submission "+sub.ID, fmt.Sprintf("%s of agency %s", what, sub.Agency)); err != nil {
		return err
	}
	by := sender(who)
	var err error
	switch what {
	case "confirm":
		_, err = o.Inbox.Confirm(sub.ID, by, o.AcceptAutomatically != nil && o.AcceptAutomatically(sub.Agency))
	case "withdraw":
		_, err = o.Inbox.Withdraw(sub.ID, by)
	case "check":
		_, err = o.Inbox.Again(sub.ID, by)
	case "accept":
		_, err = o.Inbox.Accept(sub.ID, by)
	case "return":
		_, err = o.Inbox.Return(sub.ID, by, reason)
	}
	return err
}
