package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"tolok/analytics"
	"tolok/web/auth"
	"tolok/web/chart"
	"tolok/web/inbox"
)

// Submissions is what the pages on submissions are made of.
type Submissions struct {
	Inbox *inbox.Inbox
	// Agencies names the agencies that the lake knows, by id.
	Agencies func() (map[string]string, error)
	// Mark writes the Excel copy of a file, as the report names it, with its bad
	// cells marked; dir holds the files.
	Mark func(ctx context.Context, s *inbox.Submission, r *inbox.Report, dir, file, lang string, w io.Writer) error
	// AcceptAutomatically says whether what an agency confirms needs no second
	// look. Nil: never.
	AcceptAutomatically func(agency string) bool
	// Audit notes what was done before it is; where it cannot, nothing is done.
	// Nil: nobody notes it.
	Audit func(ctx context.Context, action, subject, detail string) error
	// Secrets keeps the portals' addresses and tokens, by agency; nil: none.
	Secrets *auth.Store
	// CheckPortal refuses addresses that will not be fetched from.
	CheckPortal func(address string) error
}

func (o *Submissions) audit(ctx context.Context, action auth.Action, subject, detail string) error {
	if o.Audit == nil {
		return nil
	}
	return o.Audit(ctx, string(action), subject, detail)
}

// Who may open the pages: an agency and a unit see and send their own, the
// ministry sees all.
func senders(who auth.Identity) error {
	switch {
	case who.Via == auth.ViaNothing:
		return auth.ErrSession
	case who.Role == auth.Nasional, who.Role == auth.Instansi && who.Agency != "", who.Role == auth.Satker && who.Agency != "" && who.Unit != "":
		return nil
	}
	return auth.ErrForbidden
}

// portalKeepers may configure the portal of their agency, or of every one.
func portalKeepers(who auth.Identity) error {
	if err := senders(who); err != nil || who.Admin && who.Role != auth.Satker {
		return err
	}
	return auth.ErrForbidden
}

const oneSubmission = "/submissions/{id:" + inbox.IDPattern + "}"

// submissionRoutes exist where submissions can be taken.
func (s *Server) submissionRoutes() []route {
	if s.opt.Submissions == nil {
		return nil
	}
	sender := access{"senders", senders, false}
	keep := access{"portal keepers", portalKeepers, false}
	show := func(fetch func(*request) (*view, error)) http.Handler { return s.handle(s.fresh(fetch)) }
	return []route{
		read("/submissions"+ext, sender, show(s.submissionList)),
		read("/submissions/new", sender, show(s.uploadForm)),
		{method: http.MethodPost, path: "/submissions", who: sender, serve: s.handle(s.upload), upload: true},
		read(oneSubmission+ext, sender, show(s.submissionPage)),
		read(oneSubmission+"/marked", sender, s.handle(s.marked)),
		send(oneSubmission+"/{deed:confirm|withdraw|check|accept|return}", sender, s.handle(s.submissionDeed)),
		read("/submissions/portals", keep, show(s.portals)),
		send("/submissions/portals", keep, s.handle(s.savePortal)),
		send("/submissions/portals/{deed:fetch|delete}", keep, s.handle(s.portalDeed)),
	}
}

// noteDeed notes what is about to be done, where there is an audit log.
func (s *Server) noteDeed(r *http.Request, action auth.Action, subject, detail string) error {
	if s.opt.Audit == nil {
		return s.opt.Submissions.audit(r.Context(), action, subject, detail)
	}
	return s.note(&request{Request: r}, auth.From(r.Context()), action, subject, detail)
}

// fresh makes a handler of a page whose content changes under one address: no
// cache keeps it.
func (s *Server) fresh(fetch func(*request) (*view, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		req, err := newRequest(r)
		if err != nil {
			return err
		}
		v, err := fetch(req)
		if err != nil {
			return err
		}
		return s.showFresh(w, req, v, http.StatusOK)
	}
}

func (s *Server) showFresh(w http.ResponseWriter, req *request, v *view, status int) error {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Cookie, Authorization, Accept-Language")
	switch {
	case req.form == formJSON && v.answer != nil:
		return writeJSON(w, req.Request, status, v.answer)
	case req.form == formCSV && v.rows.Columns != nil:
		return writeCSV(w, req.Request, v)
	case req.form == formXLSX && v.rows.Columns != nil:
		return writeXLSX(w, req, v)
	case req.form != formHTML:
		return errNoPage
	}
	return s.writePage(w, req, v, status)
}

// canSee says whether a submission exists for the one who asks.
func canSee(who auth.Identity, s *inbox.Submission) bool {
	switch who.Role {
	case auth.Nasional:
		return true
	case auth.Instansi:
		return who.Agency != "" && s.Agency == who.Agency
	case auth.Satker:
		return who.Unit != "" && s.Agency == who.Agency && s.Unit == who.Unit
	}
	return false
}

// mayDo says whether the one who asks may take a step with a submission that is
// visible: the sender's side sends and takes back, the ministry decides.
func mayDo(who auth.Identity, s *inbox.Submission, deed string) bool {
	if who.ReadOnly || !canSee(who, s) {
		return false
	}
	switch deed {
	case "accept", "return":
		return who.Role == auth.Nasional
	case "confirm", "withdraw", "check":
		return who.Role != auth.Nasional || s.National || who.Account != "" && s.By().Account == who.Account
	}
	return false
}

// possible says whether the submission's state lets a step be taken.
func possible(s *inbox.Submission, deed string) bool {
	if s.Task != "" {
		return false
	}
	switch deed {
	case "confirm":
		return s.State == inbox.Checked && s.HasRows()
	case "withdraw":
		return !s.State.Final()
	case "check":
		return s.State == inbox.Draft || s.State == inbox.Checked
	}
	return s.State == inbox.Confirmed
}

// submission finds the one that a path names. One that is another's is answered
// as one that nobody has.
func (s *Server) submission(r *http.Request) (*inbox.Submission, error) {
	sub, err := s.opt.Submissions.Inbox.Get(mux.Vars(r)["id"])
	if errors.Is(err, inbox.ErrNotFound) || err == nil && !canSee(auth.From(r.Context()), sub) {
		return nil, analytics.ErrNotFound
	}
	return sub, err
}

func sender(who auth.Identity) inbox.Who { return inbox.Who{Account: who.Account, Name: who.Name} }

const submissionsPerPage = 50

// submissionRow is one line of the list.
type submissionRow struct {
	ID       string      `json:"id"`
	State    inbox.State `json:"state"`
	Task     inbox.Task  `json:"task,omitempty"`
	Sent     time.Time   `json:"sent"`
	By       string      `json:"by"`
	Agency   string      `json:"agency_id"`
	Name     string      `json:"agency"`
	Unit     string      `json:"unit_id,omitempty"`
	Cycle    int         `json:"cycle,omitempty"`
	Files    int         `json:"files"`
	Bytes    int64       `json:"bytes"`
	Rows     *int        `json:"rows"`     // that would go in, or did; null until checked
	LeftOut  *int        `json:"left_out"` // likewise
	Manifest string      `json:"manifest,omitempty"`
}

// submissionsAnswer is the list as JSON.
type submissionsAnswer struct {
	Found int             `json:"found"`
	Page  int             `json:"page"`
	Rows  []submissionRow `json:"rows"`
}

type submissionsBody struct {
	Filters *filters
	New     string
	Portals string
	Table   chart.Table
	Shown   string
	Pages   []navItem
	Prev    string
	Next    string
}

// submissionList is the page /submissions.
func (s *Server) submissionList(req *request) (*view, error) {
	who, o := auth.From(req.Context()), s.opt.Submissions
	state, page := inbox.State(req.query.Get("state")), max(req.Filter.Page, 1)
	if state != "" && !isState(state) {
		return nil, fmt.Errorf("%w: state=%q; use one of %v", analytics.ErrBadRequest, state, inbox.States)
	}
	list, found := o.Inbox.List(func(s *inbox.Submission) bool {
		return canSee(who, s) && (state == "" || s.State == state)
	}, (min(page, 1<<20)-1)*submissionsPerPage, submissionsPerPage)
	names, err := o.Agencies()
	if err != nil {
		return nil, err
	}
	rows := make([]submissionRow, 0, len(list))
	for _, one := range list {
		rows = append(rows, newSubmissionRow(one, names))
	}
	b := &submissionsBody{
		Filters: stateFilter(req, state), New: req.Link("/submissions/new"), Table: submissionTable(req, rows),
		Shown: req.T("submissions.shown", "n", len(rows), "found", found),
	}
	if who.ReadOnly {
		b.New = ""
	}
	if portalKeepers(who) == nil && o.Secrets != nil {
		b.Portals = req.Link("/submissions/portals")
	}
	b.Pages, b.Prev, b.Next = pager(req, page, (found+submissionsPerPage-1)/submissionsPerPage)
	return &view{
		template: "submissions", title: req.T("submissions.title"), lead: req.T("submissions.lead." + string(who.Role)), body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.submissions"), ""}},
		answer: submissionsAnswer{found, page, rows}, name: "submissions", rows: submissionGrid(rows),
	}, nil
}

func isState(state inbox.State) bool {
	for _, s := range inbox.States {
		if s == state {
			return true
		}
	}
	return false
}

func newSubmissionRow(s *inbox.Submission, names map[string]string) submissionRow {
	r := submissionRow{
		ID: s.ID, State: s.State, Task: s.Task, Sent: s.Begun(), By: s.By().Name, Agency: s.Agency, Name: names[s.Agency], Unit: s.Unit,
		Cycle: s.Cycle, Files: len(s.Files), Bytes: s.Size(), Manifest: s.Manifest,
	}
	if s.Counts != nil {
		r.Rows, r.LeftOut = &s.Counts.Put, &s.Counts.LeftOut
	}
	return r
}

func stateFilter(req *request, now inbox.State) *filters {
	f := &filters{Action: "/submissions", Clear: req.Link("/submissions")}
	for _, name := range kept {
		if v := req.query.Get(name); v != "" {
			f.Hidden = append(f.Hidden, pair{name, v})
		}
	}
	one := field{Name: "state", Label: req.T("col.submission-state"), Options: []option{{"", req.T("filter.all"), now == ""}}}
	for _, s := range inbox.States {
		one.Options = append(one.Options, option{string(s), req.Code("submission", string(s)), s == now})
	}
	if chip := one.chip(); chip != "" {
		f.Chips = append(f.Chips, chip)
	}
	f.Fields = []field{one}
	return f
}

func submissionTable(req *request, rows []submissionRow) chart.Table {
	t := chart.Table{
		Caption: req.T("submissions.caption"),
		Head:    chart.Heads(req.T("col.sent"), req.T("col.submission-state"), req.T("word.agency"), req.T("col.sent-by"), "#"+req.T("col.files"), "#"+req.T("col.rows-in"), "#"+req.T("col.rows-out")),
	}
	for _, r := range rows {
		agency := chart.Cell{Text: orID(r.Name, r.Agency), Sub: r.Unit}
		t.Rows = append(t.Rows, []chart.Cell{
			{Text: moment(r.Sent), Href: req.Link("/submissions/" + r.ID)},
			stateCell(req, r.State, r.Task), agency, chart.Text(r.By),
			{Text: req.Int(int64(r.Files)), Sub: size(req, r.Bytes), Num: true},
			counted(req, r.Rows), counted(req, r.LeftOut),
		})
	}
	return t
}

func orID(name, id string) string {
	if name == "" {
		return id
	}
	return name
}

func counted(req *request, n *int) chart.Cell {
	if n == nil {
		return chart.Num("-", req.T("why.not-checked"))
	}
	return chart.Num(req.Int(int64(*n)), "")
}

func stateCell(req *request, state inbox.State, task inbox.Task) chart.Cell {
	badge := map[inbox.State]string{inbox.Accepted: "good", inbox.Returned: "bad", inbox.Confirmed: "info", inbox.Checked: "info"}[state]
	if badge == "" {
		badge = "soft"
	}
	c := chart.Cell{Text: req.Code("submission", string(state)), Badge: badge}
	if task != "" {
		c.Sub = req.T("task." + string(task))
	}
	return c
}

// moment is a time for people, in the zone that all of Indonesia's offices can
// count from.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }

func size(req *request, n int64) string {
	switch {
	case n < 1000:
		return req.Int(n) + " B"
	case n < 1_000_000:
		return req.Float(float64(n)/1e3, 1) + " kB"
	}
	if n < 1_000_000_000 {
		return req.Float(float64(n)/1e6, 1) + " MB"
	}
	return req.Float(float64(n)/1e9, 1) + " GB"
}

func submissionGrid(rows []submissionRow) analytics.Grid {
	g := analytics.Grid{Columns: []string{"id", "state", "sent", "by", "agency_id", "agency", "unit_id", "cycle", "files", "bytes", "rows", "left_out", "manifest"}}
	for _, r := range rows {
		g.Rows = append(g.Rows, []string{
			r.ID, string(r.State), r.Sent.Format(time.RFC3339), r.By, r.Agency, r.Name, r.Unit, whole(r.Cycle), strconv.Itoa(r.Files),
			strconv.FormatInt(r.Bytes, 10), maybe(r.Rows), maybe(r.LeftOut), r.Manifest,
		})
	}
	return g
}

func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func maybe(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// seeOther leads a browser on after a form.
func seeOther(w http.ResponseWriter, req *request, path string, pairs ...any) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", req.Link(path, pairs...))
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// postedForm reads a small form that was posted.
func postedForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		return nil, fmt.Errorf("%w: the form cannot be read", analytics.ErrBadRequest)
	}
	return r.PostForm, nil
}
