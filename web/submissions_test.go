package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/auth"
	"tolok/web/inbox"
	"tolok/web/text"
)

// Those who ask. K01 has the unit U1.
var (
	nobody    = auth.Identity{}
	planner   = account("perencana", auth.Scope{Role: auth.Perencana})
	ministry  = account("nasional", auth.Scope{Role: auth.Nasional})
	agency    = account("itjen-k01", auth.Scope{Role: auth.Instansi, Agency: "K01"})
	other     = account("itjen-k02", auth.Scope{Role: auth.Instansi, Agency: "K02"})
	unit      = account("satker-u1", auth.Scope{Role: auth.Satker, Agency: "K01", Unit: "U1"})
	sibling   = account("satker-u2", auth.Scope{Role: auth.Satker, Agency: "K01", Unit: "U2"})
	watching  = readOnly(ministry)
	ownReader = readOnly(agency)
)

func account(name string, scope auth.Scope) auth.Identity {
	return auth.Identity{Account: name, Name: "Kantor " + name, Scope: scope, Own: scope, Via: auth.ViaSession}
}

func readOnly(who auth.Identity) auth.Identity { who.ReadOnly = true; return who }

func admin(who auth.Identity) auth.Identity { who.Admin = true; return who }

// counter is a site with an inbox and without a database.
type counter struct {
	*Server
	o      *Submissions
	noted  []string
	broken error // of the audit log
	report *inbox.Report
	work   func()
}

func newCounter(t testing.TB, limits inbox.Limits) *counter {
	t.Helper()
	in, err := inbox.Open(filepath.Join(t.TempDir(), "inbox"), limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	c := &counter{report: &inbox.Report{Counts: inbox.Counts{Files: 1, Put: 1}}}
	c.o = &Submissions{
		Inbox: in,
		Agencies: func() (map[string]string, error) {
			return map[string]string{"K01": "=Kementerian <b>A</b>", "K02": "B"}, nil
		},
		Mark: func(_ context.Context, _ *inbox.Submission, _ *inbox.Report, _, file, lang string, w io.Writer) error {
			_, err := fmt.Fprintf(w, "copy of %s in %s", file, lang)
			return err
		},
		Audit: func(ctx context.Context, action, subject, _ string) error {
			if c.broken != nil {
				return c.broken
			}
			c.noted = append(c.noted, action+" "+subject+" by "+auth.From(ctx).Account)
			return nil
		},
	}
	c.Server, err = New(Options{Log: quiet, Submissions: c.o, DB: func(context.Context, string) (*analytics.DB, error) { return nil, ErrUnavailable }})
	if err != nil {
		t.Fatal(err)
	}
	c.work = func() {
		t.Helper()
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		w := &inbox.Worker{
			Inbox: in, Log: quiet, Retry: time.Millisecond,
			Check:  func(context.Context, *inbox.Submission, string) (*inbox.Report, error) { return c.report, nil },
			Submit: func(_ context.Context, s *inbox.Submission, _ string) (string, error) { return "abcdef123456", nil },
		}
		go func() { w.Run(ctx); close(done) }()
		for range 1000 {
			if _, n := in.List(func(s *inbox.Submission) bool { return s.Task != "" }, 0, 1); n == 0 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		stop()
		<-done
	}
	return c
}

// as asks as someone.
func (c *counter) as(who auth.Identity, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r.WithContext(auth.WithIdentity(r.Context(), who)))
	return w
}

func (c *counter) get(t testing.TB, who auth.Identity, path string) *httptest.ResponseRecorder {
	t.Helper()
	return c.as(who, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
}

func (c *counter) post(t testing.TB, who auth.Identity, path string, values url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.as(who, r)
}

// sent is a form as a browser sends it: fields, then files as name, content.
func sentForm(fields url.Values, files ...string) (body []byte, contentType string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name := range fields {
		_ = m.WriteField(name, fields.Get(name))
	}
	for i := 0; i+1 < len(files); i += 2 {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="files"; filename="%s"`, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(files[i])))
		p, _ := m.CreatePart(h)
		_, _ = io.WriteString(p, files[i+1])
	}
	_ = m.Close()
	return b.Bytes(), m.FormDataContentType()
}

func (c *counter) upload(t testing.TB, who auth.Identity, fields url.Values, files ...string) *httptest.ResponseRecorder {
	t.Helper()
	body, kind := sentForm(fields, files...)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/submissions?lang=en", bytes.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return c.as(who, r)
}

func (c *counter) send(t testing.TB, who auth.Identity) (id string) {
	t.Helper()
	fields := url.Values{"note": {"=1+1 <script>"}}
	if who.Role == auth.Nasional {
		fields.Set("agency", "K01")
	}
	w := c.upload(t, who, fields, "=hosts<b>.csv", "unit_id\n")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("upload: %d %s", w.Code, w.Body)
	}
	u, _ := url.Parse(w.Header().Get("Location"))
	return strings.TrimPrefix(u.Path, "/submissions/")
}

func (c *counter) state(t testing.TB, id string) inbox.State {
	t.Helper()
	s, err := c.o.Inbox.Get(id)
	if err != nil {
		t.Fatal(err)
	}
	return s.State
}

// Each role, on its own and on others' submissions, with each step: what it may
// not see is answered like what does not exist.
func TestWhoMayDoWhatWithSubmissions(t *testing.T) {
	const none = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	const yes, no, hidden, out = 303, 403, 404, 401
	for _, c := range []struct {
		what   string
		who    auth.Identity
		sender auth.Identity
		see    int
		steps  map[string]int // before the steps are possible for the state they are 409
	}{
		{"the public", nobody, agency, out, map[string]int{"confirm": out, "withdraw": out, "check": out, "accept": out, "return": out}},
		{"a planner", planner, agency, no, map[string]int{"confirm": no, "withdraw": no, "check": no, "accept": no, "return": no}},
		{"the ministry, an agency's", ministry, agency, 200, map[string]int{"confirm": no, "withdraw": no, "check": no, "accept": yes, "return": yes}},
		{"the ministry, its own", ministry, ministry, 200, map[string]int{"confirm": yes, "withdraw": yes, "check": yes, "accept": yes, "return": yes}},
		{"a reader at the ministry", watching, agency, 200, map[string]int{"confirm": no, "withdraw": no, "check": no, "accept": no, "return": no}},
		{"an agency, its own", agency, agency, 200, map[string]int{"confirm": yes, "withdraw": yes, "check": yes, "accept": no, "return": no}},
		{"an agency, its unit's", agency, unit, 200, map[string]int{"confirm": yes, "withdraw": yes, "check": yes, "accept": no, "return": no}},
		{"an agency, sent by the ministry for it", agency, ministry, 200, map[string]int{"confirm": yes, "withdraw": yes, "check": yes, "accept": no, "return": no}},
		{"a reader at the agency", ownReader, agency, 200, map[string]int{"confirm": no, "withdraw": no, "check": no, "accept": no, "return": no}},
		{"another agency", other, agency, hidden, map[string]int{"confirm": hidden, "withdraw": hidden, "check": hidden, "accept": hidden, "return": hidden}},
		{"a unit, its own", unit, unit, 200, map[string]int{"confirm": yes, "withdraw": yes, "check": yes, "accept": no, "return": no}},
		{"a unit, its agency's", unit, agency, hidden, map[string]int{"confirm": hidden, "withdraw": hidden, "check": hidden, "accept": hidden, "return": hidden}},
		{"a unit, a sibling's", sibling, unit, hidden, map[string]int{"confirm": hidden, "withdraw": hidden, "check": hidden, "accept": hidden, "return": hidden}},
	} {
		t.Run(c.what, func(t *testing.T) {
			site := newCounter(t, inbox.Limits{})
			site.report.Problems = []data.Problem{{Code: "bad-number", Severity: data.Rejected, File: "secret-marker.csv", Value: "x", Field: "staff"}}
			for _, step := range []string{"confirm", "withdraw", "check", "accept", "return"} {
				id := site.send(t, c.sender)
				site.work()
				if step == "accept" || step == "return" {
					if _, err := site.o.Inbox.Confirm(id, inbox.Who{}, false); err != nil {
						t.Fatal(err)
					}
				}
				for _, form := range []string{"", ".json", ".csv"} {
					w := site.get(t, c.who, "/submissions/"+id+form)
					if w.Code != c.see {
						t.Errorf("sees%s: %d, want %d", form, w.Code, c.see)
					}
					nothing := site.get(t, c.who, "/submissions/"+none+form)
					if same := strings.ReplaceAll(w.Body.String(), id, none) == nothing.Body.String(); c.see == hidden && (!same || nothing.Code != w.Code) {
						t.Errorf("a hidden one%s is answered differently from none", form)
					}
					if c.see != 200 && strings.Contains(w.Body.String(), "secret-marker") {
						t.Errorf("page%s leaks", form)
					}
				}
				marked := site.get(t, c.who, "/submissions/"+id+"/marked?file=secret-marker.csv")
				if marked.Code != c.see {
					t.Errorf("marked copy: %d, want %d", marked.Code, c.see)
				}
				if inList := strings.Contains(site.get(t, c.who, "/submissions").Body.String(), id); inList != (c.see == 200) {
					t.Errorf("in the list: %v", inList)
				}
				before := site.state(t, id)
				w := site.post(t, c.who, "/submissions/"+id+"/"+step, url.Values{"reason": {"kurang"}})
				if w.Code != c.steps[step] {
					t.Errorf("%s: %d, want %d", step, w.Code, c.steps[step])
				}
				if c.steps[step] != yes && site.state(t, id) != before {
					t.Errorf("%s changed the state to %s", step, site.state(t, id))
				}
			}
		})
	}
}

func TestWhoMayUpload(t *testing.T) {
	site := newCounter(t, inbox.Limits{})
	for _, c := range []struct {
		what         string
		who          auth.Identity
		fields       url.Values
		status       int
		agency, unit string
		layer        string
	}{
		{"the public", nobody, nil, 401, "", "", ""},
		{"a planner", planner, nil, 403, "", "", ""},
		{"a reader", ownReader, nil, 403, "", "", ""},
		{"an agency", agency, nil, 303, "K01", "", ""},
		{"an agency, for another", agency, url.Values{"agency": {"K02"}, "unit": {"U9"}}, 303, "K01", "", ""},
		{"an agency, as its inspectorate", agency, url.Values{"layer": {"tpi"}}, 303, "K01", "", "tpi"},
		{"an agency, as the national team", agency, url.Values{"layer": {"tpn"}}, 422, "", "", ""},
		{"a unit", unit, url.Values{"agency": {"K02"}}, 303, "K01", "U1", "self"},
		{"a unit, as the inspectorate", unit, url.Values{"layer": {"tpi"}}, 422, "", "", ""},
		{"the ministry, for an agency", ministry, url.Values{"agency": {"K02"}, "layer": {"tpn"}, "cycle": {"2024"}}, 303, "K02", "", "tpn"},
		{"the ministry, for nobody", ministry, nil, 422, "", "", ""},
		{"the ministry, for one that does not exist", ministry, url.Values{"agency": {"K99"}}, 422, "", "", ""},
		{"a year that is none", agency, url.Values{"cycle": {"MMXX"}}, 422, "", "", ""},
		{"a note without end", agency, url.Values{"note": {strings.Repeat("x", 3000)}}, 413, "", "", ""},
	} {
		w := site.upload(t, c.who, c.fields, "hosts.csv", "unit_id\n")
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d\n%s", c.what, w.Code, c.status, w.Body)
			continue
		}
		if c.status != 303 {
			continue
		}
		s, err := site.o.Inbox.Get(strings.TrimSuffix(strings.TrimPrefix(w.Header().Get("Location"), "/submissions/"), "?lang=en"))
		if err != nil || s.Agency != c.agency || s.Unit != c.unit || s.Layer != c.layer || s.National != (c.who.Role == auth.Nasional) || s.By().Account != c.who.Account {
			t.Errorf("%s: %+v, %v", c.what, s, err)
		}
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	site := newCounter(t, inbox.Limits{File: 1000, Total: 1500, Files: 3})
	for _, c := range []struct {
		what   string
		files  []string
		status int
		says   string
	}{
		{"a path", []string{"../../etc/passwd", "x"}, 422, "holds a folder"},
		{"a path of Windows", []string{`..\x.csv`, "x"}, 422, "holds a folder"},
		{"an absolute name", []string{"/x.csv", "x"}, 422, "holds a folder"},
		{"a hidden file", []string{".env", "x"}, 422, "hidden file"},
		{"a device", []string{"NUL.csv", "x"}, 422, "on Windows"},
		{"one name twice", []string{"a.csv", "x", "A.csv", "y"}, 422, "Two files"},
		{"an empty file", []string{"a.csv", ""}, 422, "is empty"},
		{"no file", nil, 422, "No file"},
		{"nothing chosen", []string{"", ""}, 422, "No file"},
		{"a file too large", []string{"a.csv", strings.Repeat("x", 1001)}, 413, "is too large"},
		{"all too large", []string{"a.csv", strings.Repeat("x", 900), "b.csv", strings.Repeat("x", 900)}, 413, "in all"},
		{"too many", []string{"a", "x", "b", "x", "c", "x", "d", "x"}, 413, "Too many files"},
	} {
		w := site.upload(t, agency, nil, c.files...)
		if body := w.Body.String(); w.Code != c.status || !strings.Contains(body, c.says) || !strings.Contains(body, `role="alert"`) {
			t.Errorf("%s: %d, no %q in the page", c.what, w.Code, c.says)
		}
		checkPage(t, c.what, "en", w.Body.String())
	}
	body, kind := sentForm(nil, "a.csv", "abc", "b.csv", "abc")
	for what, r := range map[string]*http.Request{
		"a body cut in a file":   uploadOf(t, kind, body[:len(body)/2]),
		"a body without its end": uploadOf(t, kind, body[:len(body)-10]),
		"no multipart":           uploadOf(t, "application/x-www-form-urlencoded", body),
		"no boundary":            uploadOf(t, "multipart/form-data", body),
		"another boundary":       uploadOf(t, "multipart/form-data; boundary=x", body),
		"nothing at all":         uploadOf(t, kind, nil),
	} {
		if w := site.as(agency, r); w.Code != 400 {
			t.Errorf("%s: %d", what, w.Code)
		}
	}
	if _, n := site.o.Inbox.List(func(*inbox.Submission) bool { return true }, 0, 1); n != 0 {
		t.Errorf("%d submissions were made", n)
	}
	// Programs get the same as JSON.
	body, kind = sentForm(nil, ".env", "x")
	r := uploadOf(t, kind, body)
	r.URL.RawQuery = "format=json&lang=en"
	var answer struct{ Error failure }
	if w := site.as(agency, r); json.Unmarshal(w.Body.Bytes(), &answer) != nil || answer.Error.Status != 422 || !strings.Contains(answer.Error.Message, "hidden") {
		t.Errorf("as JSON: %d %+v", w.Code, answer)
	}
}

func uploadOf(t testing.TB, kind string, body []byte) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/submissions", bytes.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return r
}

// A connection that is cut over real TCP leaves nothing behind, and one that is
// slower than the server's own limits gets through.
func TestUploadOverTCP(t *testing.T) {
	site := newCounter(t, inbox.Limits{})
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site.ServeHTTP(w, r.WithContext(auth.WithIdentity(r.Context(), agency)))
	}))
	srv.Config.ReadTimeout, srv.Config.WriteTimeout = 200*time.Millisecond, 200*time.Millisecond
	srv.Start()
	defer srv.Close()
	body, kind := sentForm(nil, "a.csv", strings.Repeat("x\n", 1000))

	c, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "POST /submissions HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(body), body[:len(body)/2])
	c.Close()

	r, w := io.Pipe()
	go func() {
		for i := range 4 {
			time.Sleep(100 * time.Millisecond)
			_, _ = w.Write(body[len(body)*i/4 : len(body)*(i+1)/4])
		}
		w.Close()
	}()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Post(srv.URL+"/submissions", kind, r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		t.Errorf("a slow upload: %d", resp.StatusCode)
	}
	srv.Close()
	if _, n := site.o.Inbox.List(func(*inbox.Submission) bool { return true }, 0, 1); n != 1 {
		t.Errorf("%d submissions", n)
	}
}

// Every page in every state, in both languages; names from files and registers
// are text there and in spreadsheets.
func TestSubmissionPages(t *testing.T) {
	site := newCounter(t, inbox.Limits{})
	for i := range 150 {
		site.report.Problems = append(site.report.Problems, data.Problem{
			Code: "bad-number", Severity: data.Rejected, File: "=hosts<b>.csv", Field: "capacity", Value: "=cmd()<script>", Origin: data.Origin{Line: int32(i + 2)},
		})
	}
	site.report.Problems = append(site.report.Problems, data.Problem{Code: "stages-out-of-order", Severity: data.Flagged, Value: "desk", Want: "pengusulan", File: "n.csv"})
	site.report.Datasets = []inbox.Dataset{{Name: "hosts", Read: 151, Put: 1, LeftOut: 150}}
	look := func(path string) {
		t.Helper()
		for _, lang := range text.Langs {
			for _, who := range []auth.Identity{ministry, agency} {
				w := site.get(t, who, path+"?lang="+lang)
				checkPage(t, path, lang, w.Body.String())
				for _, bad := range []string{"<b>A", "hosts<b>", "<script>"} {
					if w.Code != 200 || strings.Contains(w.Body.String(), bad) {
						t.Errorf("%s: %d, shows %s", path, w.Code, bad)
					}
				}
				if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("ETag") != "" {
					t.Errorf("%s may be kept: %v", path, w.Header())
				}
			}
		}
	}
	look("/submissions")
	look("/submissions/new")
	id := site.send(t, agency)
	page := "/submissions/" + id
	look(page)
	if body := site.get(t, agency, page).Body.String(); !strings.Contains(body, `<meta http-equiv="refresh" content="5">`) || strings.Contains(body, "/confirm") {
		t.Error("while it is checked the page does not ask again by itself, or offers a step")
	}
	site.work()
	look(page)
	body := site.get(t, agency, page+"?lang=en").Body.String()
	for _, want := range []string{"line 2, column capacity", "is not a number", "Write a number only", "Showing 100 of 150", "Stage ", "/confirm", "/withdraw", "/marked?file=", "/submissions/" + id + ".csv"} {
		if !strings.Contains(body, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	if strings.Contains(body, "http-equiv=\"refresh\"") || strings.Contains(body, "/accept\"") {
		t.Error("the page still asks again, or offers what the agency may not do")
	}
	if csv := site.get(t, agency, page+".csv").Body.String(); strings.Count(csv, "bad-number") != 150 || strings.Contains(csv, ",=cmd") || !strings.Contains(csv, "'=hosts<b>.csv") {
		t.Errorf("the CSV is not whole, or runs as a formula: %.300s", csv)
	}
	marked := site.get(t, agency, page+"/marked?file="+url.QueryEscape("=hosts<b>.csv")+"&lang=en")
	if marked.Code != 200 || marked.Body.String() != "copy of =hosts<b>.csv in en" || !strings.Contains(marked.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("marked copy: %d %s %v", marked.Code, marked.Body, marked.Header())
	}
	for _, file := range []string{"", "state.json", "../state.json", "/etc/passwd"} {
		if w := site.get(t, agency, page+"/marked?file="+url.QueryEscape(file)); w.Code != 404 {
			t.Errorf("marked copy of %q: %d", file, w.Code)
		}
	}
	steps := []struct {
		who   auth.Identity
		what  string
		value url.Values
		after inbox.State
	}{
		{agency, "confirm", nil, inbox.Confirmed},
		{ministry, "return", url.Values{"reason": {"<b>kurang</b> bukti"}}, inbox.Returned},
	}
	for _, st := range steps {
		if w := site.post(t, st.who, page+"/"+st.what, st.value); w.Code != 303 || site.state(t, id) != st.after {
			t.Errorf("%s: %d, %s", st.what, w.Code, site.state(t, id))
		}
		look(page)
		if w := site.post(t, st.who, page+"/"+st.what, st.value); w.Code != 409 || !strings.Contains(w.Body.String(), `role="alert"`) {
			t.Errorf("%s once more: %d", st.what, w.Code)
		}
	}
	if csv := site.get(t, ministry, "/submissions.csv").Body.String(); !strings.Contains(csv, "'=Kementerian") || !strings.Contains(csv, "returned") {
		t.Errorf("the list as CSV: %s", csv)
	}
	for path, status := range map[string]int{"/submissions?state=returned": 200, "/submissions?state=x": 400, "/submissions?page=99999999999": 200, "/submissions/portals": 403, "/submissions/new.json": 404} {
		if w := site.get(t, ministry, path); w.Code != status {
			t.Errorf("%s: %d, want %d", path, w.Code, status)
		}
	}
	if w := site.post(t, ministry, page+"/delete", nil); w.Code != 404 {
		t.Errorf("a step that is none: %d", w.Code)
	}
}

// What an agency confirms is taken in by itself where the setting says so.
func TestAcceptedAutomatically(t *testing.T) {
	site := newCounter(t, inbox.Limits{})
	site.o.AcceptAutomatically = func(agency string) bool { return agency == "K01" }
	for who, want := range map[*auth.Identity]inbox.State{&agency: inbox.Accepted, &other: inbox.Confirmed} {
		id := site.send(t, *who)
		site.work()
		site.post(t, *who, "/submissions/"+id+"/confirm", nil)
		site.work()
		if got := site.state(t, id); got != want {
			t.Errorf("agency %s: %s, want %s", who.Agency, got, want)
		}
		if who == &agency {
			if body := site.get(t, *who, "/submissions/"+id).Body.String(); !strings.Contains(body, "snapshot=abcdef123456") {
				t.Error("the page does not lead to the snapshot")
			}
		}
	}
}

// Every step is noted before it is taken; what cannot be noted is not done.
func TestStepsAreNoted(t *testing.T) {
	site := newCounter(t, inbox.Limits{})
	id := site.send(t, agency)
	site.work()
	site.post(t, agency, "/submissions/"+id+"/confirm", nil)
	site.broken = errors.New("the disk of the log is full")
	if w := site.post(t, ministry, "/submissions/"+id+"/accept", nil); w.Code != 500 || site.state(t, id) != inbox.Confirmed {
		t.Errorf("accepted unseen: %d", w.Code)
	}
	if w := site.upload(t, agency, nil, "a.csv", "x"); w.Code != 500 {
		t.Errorf("uploaded unseen: %d", w.Code)
	}
	site.broken = nil
	site.post(t, ministry, "/submissions/"+id+"/accept", nil)
	want := fmt.Sprintf("upload submission %s by itjen-k01; upload submission %[1]s by itjen-k01; accept submission %[1]s by nasional", id)
	if got := strings.Join(site.noted, "; "); got != want {
		t.Errorf("noted %s\nwant  %s", got, want)
	}
}

// The portals' addresses can be read again by their keepers, the tokens by nobody.
func TestPortals(t *testing.T) {
	site := newCounter(t, inbox.Limits{})
	store, err := auth.Open(filepath.Join(t.TempDir(), "accounts"), auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	site.o.Secrets = store
	site.o.CheckPortal = func(address string) error {
		if !strings.HasPrefix(address, "https://") || strings.Contains(address, "127.0.0.1") {
			return errors.New("no")
		}
		return nil
	}
	const at, token = "/submissions/portals", "very-secret-token"
	save := func(who auth.Identity, agency, address string) int {
		return site.post(t, who, at, url.Values{"agency": {agency}, "base_url": {address}, "token": {token}}).Code
	}
	for _, c := range []struct {
		what    string
		who     auth.Identity
		agency  string
		address string
		status  int
	}{
		{"an agency's administrator", admin(agency), "", "https://portal.k01.example/api", 303},
		{"an agency's administrator, for another: it is its own", admin(agency), "K02", "https://portal.k01.example/api", 303},
		{"the ministry's administrator", admin(ministry), "K02", "https://portal.k02.example/api", 303},
		{"the ministry's, for an agency that is none", admin(ministry), "K99", "https://x.example", 422},
		{"not https", admin(agency), "", "http://portal.example", 422},
		{"this machine", admin(agency), "", "https://127.0.0.1/", 422},
		{"with a query", admin(agency), "", "https://portal.example/?token=x", 422},
		{"no administrator", agency, "", "https://portal.example", 403},
		{"a unit's", admin(unit), "", "https://portal.example", 403},
		{"the public", nobody, "", "https://portal.example", 401},
	} {
		if got := save(c.who, c.agency, c.address); got != c.status {
			t.Errorf("%s: %d, want %d", c.what, got, c.status)
		}
	}
	for who, sees := range map[*auth.Identity][2]bool{ptr(admin(ministry)): {true, true}, ptr(admin(agency)): {true, false}, ptr(admin(other)): {false, true}} {
		for _, lang := range text.Langs {
			body := site.get(t, *who, at+"?lang="+lang).Body.String()
			checkPage(t, at, lang, body)
			if strings.Contains(body, token) || strings.Contains(body, "portal.k01") != sees[0] || strings.Contains(body, "portal.k02") != sees[1] {
				t.Errorf("%s: the page shows too much or too little", who.Account)
			}
		}
	}
	w := site.post(t, admin(agency), at+"/fetch", nil)
	if w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/submissions/") {
		t.Fatalf("fetch: %d", w.Code)
	}
	if s, _ := site.o.Inbox.Get(strings.TrimPrefix(w.Header().Get("Location"), "/submissions/")); s == nil || s.Task != inbox.Fetch || s.Agency != "K01" {
		t.Errorf("fetching: %+v", s)
	}
	if w := site.post(t, admin(agency), at+"/fetch", nil); w.Code != 409 {
		t.Errorf("a second fetch at once: %d", w.Code)
	}
	if w := site.post(t, admin(agency), at+"/delete", url.Values{"agency": {"K02"}}); w.Code != 303 {
		t.Errorf("delete: %d", w.Code)
	}
	if list, _ := store.Secrets(); len(list) != 1 || list["K02"] == "" {
		t.Errorf("left: %v", list)
	}
	if w := site.post(t, admin(agency), at+"/fetch", nil); w.Code != 422 {
		t.Errorf("fetch without a portal: %d", w.Code)
	}
	for _, e := range site.noted {
		if strings.Contains(e, token) {
			t.Error("the audit log has the token")
		}
	}
}

func ptr[T any](v T) *T { return &v }

// The names of refusals all have their words.
func TestRefusalsHaveWords(t *testing.T) {
	for _, code := range inbox.RefusalCodes {
		if !text.Has("refusal." + code) {
			t.Errorf("%s has no words", code)
		}
	}
	for _, s := range inbox.States {
		for _, group := range []string{"submission.", "submission.lead."} {
			if !text.Has(group + string(s)) {
				t.Errorf("%s%s has no words", group, s)
			}
		}
	}
}
