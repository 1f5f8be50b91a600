package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tolok/data"
	"tolok/web/auth"
	"tolok/web/inbox"
)

// uploadBody is the form for new files.
type uploadBody struct {
	Notice   string
	Action   string
	Agencies []option // to choose from; nil where the account says it
	Agency   string   // of the account
	Unit     string
	Layers   []option
	Cycle    string
	First    int
	Last     int
	Note     string
	Longest  int
	Limits   string
}

func (s *Server) uploadForm(req *request) (*view, error) {
	return s.uploadView(req, inbox.Sent{}, "")
}

func (s *Server) uploadView(req *request, sent inbox.Sent, notice string) (*view, error) {
	o, who := s.opt.Submissions, auth.From(req.Context())
	names, err := o.Agencies()
	if err != nil {
		return nil, err
	}
	l := o.Inbox.Limits()
	b := &uploadBody{
		Notice: notice, Action: req.Link("/submissions"), Cycle: whole(sent.Cycle), First: data.FirstCycle, Last: data.LastCycle, Note: sent.Note, Longest: inbox.LongestNote,
		Limits: req.T("upload.limits", "files", l.Files, "file", size(req, l.File), "total", size(req, l.Total)),
	}
	if who.Role == auth.Nasional {
		b.Agencies = agencyOptions(names, sent.Agency)
	} else {
		b.Agency, b.Unit = orID(names[who.Agency], who.Agency), who.Unit
	}
	for _, layer := range layersOf(who) {
		b.Layers = append(b.Layers, option{layer, req.Code("layer", layer), layer == sent.Layer})
	}
	return &view{
		template: "submission-new", title: req.T("upload.title"), lead: req.T("upload.lead"), body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.submissions"), req.Link("/submissions")}, {req.T("upload.title"), ""}},
	}, nil
}

func agencyOptions(names map[string]string, now string) []option {
	var list []option
	for id, name := range names {
		list = append(list, option{id, orID(name, id) + " (" + id + ")", id == now})
	}
	slices.SortFunc(list, func(a, b option) int { return strings.Compare(a.Text, b.Text) })
	return list
}

// layersOf are the layers that an account may say its worksheets are of.
func layersOf(who auth.Identity) []string {
	switch who.Role {
	case auth.Nasional:
		return data.Layers
	case auth.Instansi:
		return []string{data.Self, data.TPI}
	}
	return []string{data.Self}
}

// upload takes files. The body is read once, part by part, and goes straight to
// the disk.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) error {
	req, err := newRequest(r)
	if err != nil {
		return err
	}
	o, who := s.opt.Submissions, auth.From(r.Context())
	names, err := o.Agencies()
	if err != nil {
		return err
	}
	body := &patient{from: r.Body, conn: http.NewResponseController(w)}
	sent := inbox.Sent{}
	sub, err := s.receive(r, body, who, names, &sent)
	body.done()
	if err != nil {
		// A browser that is still sending would not see the answer.
		_, _ = io.Copy(io.Discard, io.LimitReader(body, 32<<20))
		body.done()
		return s.refuseUpload(w, req, sent, err)
	}
	if req.form == formJSON {
		w.Header().Set("Location", "/submissions/"+sub.ID)
		w.Header().Set("Cache-Control", "no-store")
		return writeJSON(w, r, http.StatusCreated, sub)
	}
	return seeOther(w, req, "/submissions/"+sub.ID)
}

// receive makes a submission of a request's body.
func (s *Server) receive(r *http.Request, body io.Reader, who auth.Identity, names map[string]string, sent *inbox.Sent) (*inbox.Submission, error) {
	o := s.opt.Submissions
	up, err := o.Inbox.Begin(r.ContentLength)
	if err != nil {
		return nil, err
	}
	defer up.Discard()
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, fmt.Errorf("%w: the body is no multipart/form-data", inbox.ErrCut)
	}
	l := o.Inbox.Limits()
	parts := multipart.NewReader(io.LimitReader(body, l.Total+int64(l.Files+64)*(16<<10)), params["boundary"])
	fields := map[string]string{}
	if err := readParts(parts, up, fields); err != nil {
		*sent, _ = sentBy(who, fields, names)
		return nil, err
	}
	if *sent, err = sentBy(who, fields, names); err != nil {
		return nil, err
	}
	if err := s.noteDeed(r, auth.ActUpload, "submission "+up.ID(), fmt.Sprintf("%d files for agency %s", up.Files(), sent.Agency)); err != nil {
		return nil, err
	}
	return up.Finish(*sent, sender(who))
}

// readParts reads files into the upload, and fields.
func readParts(parts *multipart.Reader, up *inbox.Upload, fields map[string]string) error {
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", inbox.ErrCut, err)
		}
		if n > up.Most() {
			return &inbox.Refusal{Code: "too-many", Most: strconv.Itoa(up.Most())}
		}
		// Part.FileName would make a plain name of a path that should be refused.
		_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err != nil {
			return fmt.Errorf("%w: a part without a name", inbox.ErrCut)
		}
		if name, isFile := params["filename"]; isFile {
			err = addFile(up, name, part)
		} else {
			err = addField(fields, part)
		}
		if err != nil {
			return err
		}
	}
}

// addFile adds a file. A browser sends an empty one without a name where none
// was chosen.
func addFile(up *inbox.Upload, name string, part io.Reader) error {
	if name == "" {
		if n, err := io.ReadFull(part, make([]byte, 1)); n == 0 && err == io.EOF {
			return nil
		}
	}
	return up.Add(name, part)
}

func addField(fields map[string]string, part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, inbox.LongestNote+1))
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", inbox.ErrCut, err)
	case len(b) > inbox.LongestNote:
		return &inbox.Refusal{Code: "field-large", Name: part.FormName(), Most: strconv.Itoa(inbox.LongestNote)}
	}
	fields[part.FormName()] = strings.TrimSpace(strings.ToValidUTF8(string(b), "\uFFFD"))
	return nil
}

// sentBy is what the form says, as far as the account may say it: for whom it
// sends is the account's matter and never the form's, but for the ministry.
func sentBy(who auth.Identity, fields map[string]string, names map[string]string) (sent inbox.Sent, err error) {
	wrong := func(field string) error { return &inbox.Refusal{Code: "field-unknown", Name: field} }
	sent.Note = fields["note"]
	if v := fields["cycle"]; v != "" {
		if sent.Cycle, err = strconv.Atoi(v); err != nil || sent.Cycle < data.FirstCycle || sent.Cycle > data.LastCycle {
			sent.Cycle, err = 0, wrong("cycle")
		}
	}
	if v := fields["layer"]; v != "" {
		if !slices.Contains(layersOf(who), v) {
			err = wrong("layer")
		} else {
			sent.Layer = v
		}
	}
	switch who.Role {
	case auth.Nasional:
		sent.Agency, sent.National = fields["agency"], true
		if _, known := names[sent.Agency]; !known {
			sent.Agency, err = "", wrong("agency")
		}
	case auth.Satker:
		sent.Agency, sent.Unit, sent.Layer = who.Agency, who.Unit, data.Self
	default:
		sent.Agency = who.Agency
	}
	return sent, err
}

// refuseUpload shows the form again with the reason.
func (s *Server) refuseUpload(w http.ResponseWriter, req *request, sent inbox.Sent, err error) error {
	var refused *inbox.Refusal
	status, notice := 0, ""
	switch {
	case errors.As(err, &refused):
		status, notice = http.StatusUnprocessableEntity, req.T("refusal."+refused.Code, "name", strconv.Quote(refused.Name), "most", refused.Most)
		if refused.Code == "field-unknown" || refused.Code == "field-large" {
			notice = req.T("refusal."+refused.Code, "name", req.T("upload."+refused.Name), "most", refused.Most)
		}
		if refused.TooLarge() {
			status = http.StatusRequestEntityTooLarge
		}
	case errors.Is(err, inbox.ErrCut):
		status, notice = http.StatusBadRequest, req.T("refusal.cut")
	case errors.Is(err, inbox.ErrNoSpace):
		status, notice = http.StatusInsufficientStorage, req.T("refusal.no-space")
		s.opt.Log.Error("an upload was refused", "error", err)
	case errors.Is(err, inbox.ErrBusy):
		status, notice = http.StatusTooManyRequests, req.T("refusal.busy")
	default:
		return err
	}
	if req.form == formJSON {
		f := failure{Status: status, Title: req.T("upload.refused"), Message: notice}
		w.Header().Set("Cache-Control", "no-store")
		return writeJSON(w, req.Request, status, map[string]failure{"error": f})
	}
	req.form = formHTML
	v, err := s.uploadView(req, sent, notice)
	if err != nil {
		return err
	}
	return s.showFresh(w, req, v, status)
}

// Of a connection that sends a large file slowly.
const (
	silence    = time.Minute     // that ends it
	longest    = 2 * time.Hour   // that it may take in all
	answerTime = time.Minute     // to read the answer
	extend     = 5 * time.Second // between two looks at the clock
)

// patient reads a body for as long as it keeps coming: the server's limits are
// made for small requests.
type patient struct {
	from  io.Reader
	conn  *http.ResponseController
	begun time.Time
	last  time.Time
}

func (p *patient) Read(b []byte) (int, error) {
	now := time.Now()
	if p.begun.IsZero() {
		p.begun = now
	}
	if now.Sub(p.last) > extend {
		p.last = now
		until := now.Add(silence)
		if end := p.begun.Add(longest); end.Before(until) {
			until = end
		}
		// Where the connection knows no deadlines the server's own hold.
		_ = p.conn.SetReadDeadline(until)
		_ = p.conn.SetWriteDeadline(until.Add(answerTime))
	}
	return p.from.Read(b)
}

// done gives the answer its time.
func (p *patient) done() { _ = p.conn.SetWriteDeadline(time.Now().Add(answerTime)) }
