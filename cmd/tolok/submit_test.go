package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tolok/analytics"
	"tolok/data/lake"
	"tolok/web"
	"tolok/web/auth"
	"tolok/web/inbox"
)

var (
	national = auth.Identity{Account: "a-nas", Name: "KemenPANRB", Scope: auth.Scope{Role: auth.Nasional}, Admin: true, Via: auth.ViaSession}
	itjen    = auth.Identity{Account: "a-k01", Name: "Itjen K01", Scope: auth.Scope{Role: auth.Instansi, Agency: "K01"}, Admin: true, Via: auth.ViaSession}
	satker   = auth.Identity{Account: "a-u1", Name: "Satker 1", Scope: auth.Scope{Role: auth.Satker, Agency: "K01", Unit: "U-001"}, Via: auth.ViaSession}
)

// office is the pages on submissions over a real lake; who asks is said by a
// header, as a test's middleware puts it in.
type office struct {
	t    *testing.T
	dir  string
	url  string
	o    *web.Submissions
	stop func()
}

const (
	unitsOfTwo = "unit_id,agency_id,name,unit_type\nU-001,K01,Satu,rutan\nU-002,K01,Dua,rutan\nU-100,K02,Lain,rutan\n"
)

func openOffice(t *testing.T, f submitFlags) *office {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"agencies.csv": "agency_id,name,kind\nK01,Kementerian A,kementerian\nK02,Kementerian B,kementerian\n", "units.csv": unitsOfTwo} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := &office{t: t, dir: filepath.Join(t.TempDir(), "lake")}
	must(t, "ingest", dir, "--lake", p.dir)
	accounts, err := auth.Open(filepath.Join(t.TempDir(), "accounts"), auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { accounts.Close() })
	p.start(f, accounts)
	return p
}

func (p *office) start(f submitFlags, accounts *auth.Store) {
	quiet := slog.New(slog.DiscardHandler)
	o, stop, err := f.open(p.t.Context(), lake.Open(p.dir), accounts, nil, quiet)
	if err != nil {
		p.t.Fatal(err)
	}
	site, err := web.New(web.Options{Log: quiet, Submissions: o, DB: func(context.Context, string) (*analytics.DB, error) { return nil, web.ErrUnavailable }})
	if err != nil {
		p.t.Fatal(err)
	}
	who := map[string]auth.Identity{"national": national, "itjen": itjen, "satker": satker}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site.ServeHTTP(w, r.WithContext(auth.WithIdentity(r.Context(), who[r.Header.Get("Who")])))
	}))
	p.o, p.url = o, srv.URL
	p.stop = func() { srv.Close(); stop() }
	p.t.Cleanup(func() { p.stop() })
}

func (p *office) do(who, method, path, kind string, body io.Reader) (status int, text string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Who", who)
	r.Header.Set("Content-Type", kind)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// upload sends files and waits for their check.
func (p *office) upload(who string, fields map[string]string, files ...string) *inbox.Submission {
	p.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, v := range fields {
		_ = m.WriteField(name, v)
	}
	for i := 0; i < len(files); i += 2 {
		w, _ := m.CreateFormFile("files", files[i])
		_, _ = io.WriteString(w, files[i+1])
	}
	_ = m.Close()
	status, text := p.do(who, http.MethodPost, "/submissions?format=json", m.FormDataContentType(), &b)
	var s inbox.Submission
	if err := json.Unmarshal([]byte(text), &s); status != http.StatusCreated || err != nil {
		p.t.Fatalf("upload: %d %s", status, text)
	}
	return p.settled(s.ID)
}

// settled waits until nothing more is to be done for a submission.
func (p *office) settled(id string) *inbox.Submission {
	p.t.Helper()
	for range 1000 {
		if s, err := p.o.Inbox.Get(id); err == nil && s.Task == "" {
			return s
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.t.Fatalf("submission %s is not done", id)
	return nil
}

func (p *office) step(who, id, what string, values url.Values) int {
	p.t.Helper()
	status, _ := p.do(who, http.MethodPost, "/submissions/"+id+"/"+what, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
	return status
}

func (p *office) codes(id string) string {
	p.t.Helper()
	r, err := p.o.Inbox.Report(id)
	if err != nil {
		p.t.Fatal(err)
	}
	var codes []string
	for _, x := range r.Problems {
		codes = append(codes, x.Severity+" "+x.Code+" "+x.Value)
	}
	return strings.Join(codes, "; ")
}

const hostsOf = "unit_id,cycle,capacity,office_contact\n"

// From the browser to the lake: what is sound goes in once, under the name of
// the account; what is another's does not.
func TestSubmissionFromTheBrowser(t *testing.T) {
	p := openOffice(t, submitFlags{})
	s := p.upload("itjen", nil, "hosts.csv", hostsOf+"U-001,2024,5,\nU-100,2024,5,\nU-002,2024,banyak,\n", "crossed.csv",
		stages+"U-001,2024,WBK,nasional,pengusulan,lulus,2024-06-01\nU-001,2024,WBK,mandiri,desk,berjalan,2024-05-01\nU-001,2024,WBK,mandiri,pengusulan,lulus,2024-06-01\n")
	if s.State != inbox.Checked || s.Counts.Put != 4 || s.Counts.LeftOut != 2 {
		t.Fatalf("checked: %+v %+v: %s", s, s.Counts, p.codes(s.ID))
	}
	if got := p.codes(s.ID); !strings.Contains(got, "rejected outside-scope U-100") || !strings.Contains(got, "rejected bad-number banyak") || !strings.Contains(got, "flagged stages-out-of-order") {
		t.Errorf("found: %s", got)
	}
	status, copied := p.do("itjen", http.MethodGet, "/submissions/"+s.ID+"/marked?file=hosts.csv&lang=en", "", nil)
	book, err := excelize.OpenReader(strings.NewReader(copied))
	if err != nil || status != 200 {
		t.Fatalf("marked copy: %d %v", status, err)
	}
	defer book.Close()
	if comments, err := book.GetComments(book.GetSheetName(0)); err != nil || len(comments) != 2 {
		t.Errorf("marked cells: %+v, %v", comments, err)
	}
	if p.step("itjen", s.ID, "confirm", nil) != 303 || p.step("national", s.ID, "accept", nil) != 303 {
		t.Fatal("not accepted")
	}
	if code := p.step("national", s.ID, "accept", nil); code != 409 && code != 403 {
		t.Errorf("accepted twice: %d", code)
	}
	s = p.settled(s.ID)
	l := lake.Open(p.dir)
	m, err := l.Current()
	if err != nil || s.State != inbox.Accepted || s.Manifest != m.Content || m.Rows("hosts") != 1 || m.Rows("nominations") != 3 {
		t.Fatalf("in the lake: %+v, %v", s, err)
	}
	if last := m.Submissions[len(m.Submissions)-1]; last.By != "Itjen K01" || last.Ref != s.ID {
		t.Errorf("commit %+v", last)
	}
	// A crash between the lake's commit and the inbox's state: it is in already.
	d := &desk{lake: l}
	dir, err := p.o.Inbox.Dir(s.ID)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Submit(t.Context(), s, dir)
	if after, _ := l.Current(); err != nil || again != s.Manifest || after.Content != m.Content {
		t.Errorf("taken in again as %s, %v", again, err)
	}
	// The same file once more is known, and changes nothing.
	same := p.upload("itjen", nil, "crossed.csv", stages+"U-001,2024,WBK,nasional,pengusulan,lulus,2024-06-01\nU-001,2024,WBK,mandiri,desk,berjalan,2024-05-01\nU-001,2024,WBK,mandiri,pengusulan,lulus,2024-06-01\n")
	if same.Counts.Known != 1 || same.Counts.Put != 0 {
		t.Errorf("the same file: %+v", same.Counts)
	}
	// While somebody else writes to the lake, it waits.
	a, err := l.Begin("")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Abort()
	if _, err := d.Submit(t.Context(), same, dir); !errors.Is(err, inbox.ErrLater) {
		t.Errorf("with the lake locked: %v", err)
	}
}

// Nobody sends for another agency or unit, however the files say it.
func TestSubmissionsStayWithinTheAccount(t *testing.T) {
	p := openOffice(t, submitFlags{})
	packed := func(files ...string) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(files); i += 2 {
			w, _ := z.Create(files[i])
			_, _ = io.WriteString(w, files[i+1])
		}
		_ = z.Close()
		return b.String()
	}
	const answers = "unit_id,cycle,layer,item_id,choice\n"
	for _, c := range []struct {
		what  string
		who   string
		files []string
		put   int
		says  string
	}{
		{"submission.json of another", "itjen", []string{"submission.json", `{"agency_id":"K02"}`, "hosts.csv", hostsOf + "U-001,2024,5,\n"}, 0, "failed other-agency K02"},
		{"the same in a zip", "itjen", []string{"a.zip", packed("submission.json", `{"agency_id":"K02"}`, "hosts.csv", hostsOf+"U-001,2024,5,\n")}, 0, "failed other-agency K02"},
		{"its own", "itjen", []string{"submission.json", `{"agency_id":"K01"}`, "hosts.csv", hostsOf + "U-001,2024,5,\n"}, 1, ""},
		{"another's unit taken over", "itjen", []string{"units.csv", "unit_id,agency_id,name,unit_type\nU-100,K01,Direbut,rutan\n"}, 0, "rejected outside-scope U-100"},
		{"TPN's scores", "itjen", []string{"answers.csv", answers + "U-001,2024,tpn,A.I.1.i.a,Ya\n"}, 0, "rejected outside-scope tpn"},
		{"a unit's sibling", "satker", []string{"answers.csv", answers + "U-001,2024,self,A.I.1.i.a,Ya\nU-002,2024,self,A.I.1.i.a,Ya\n"}, 1, "rejected outside-scope U-002"},
		{"an archive that leads out", "itjen", []string{"a.zip", packed("../../x.csv", hostsOf)}, 0, "failed archive-path"},
		{"a zip bomb", "itjen", []string{"a.zip", packed("big.csv", strings.Repeat("0", 64<<20))}, 0, "failed archive-too-large"},
		{"the ministry, for both", "national", []string{"hosts.csv", hostsOf + "U-001,2024,5,\nU-100,2024,5,\n"}, 2, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			fields := map[string]string{}
			if c.who == "national" {
				fields["agency"] = "K01"
			}
			s := p.upload(c.who, fields, c.files...)
			if got := p.codes(s.ID); s.Counts == nil || s.Counts.Put != c.put || !strings.Contains(got, c.says) {
				t.Errorf("%+v %+v: %s", s, s.Counts, got)
			}
			if c.put == 0 && p.step(c.who, s.ID, "confirm", nil) != 409 {
				t.Error("nothing was confirmed")
			}
		})
	}
}

// A portal's answers go the same way, and only from where they may come.
func TestSubmissionFromAPortal(t *testing.T) {
	address, ca, token := portal(t)
	raw, err := os.ReadFile(token)
	if err != nil {
		t.Fatal(err)
	}
	if pemOf, err := os.ReadFile(ca); err != nil {
		t.Fatal(err)
	} else if b, _ := pem.Decode(pemOf); b == nil {
		t.Fatal("no certificate")
	}
	for _, c := range []struct {
		what string
		nets []string
		want inbox.State
	}{
		{"on this machine, not allowed", nil, inbox.Draft},
		{"on this machine, allowed", []string{"127.0.0.0/8"}, inbox.Checked},
	} {
		t.Run(c.what, func(t *testing.T) {
			p := openOffice(t, submitFlags{portalNets: c.nets, portalCA: ca})
			// Where a literal address is refused at once, a name is not.
			named := strings.Replace(address, "127.0.0.1", "localhost", 1)
			if c.nets != nil {
				named = address
			}
			values := url.Values{"base_url": {named}, "token": {strings.TrimSpace(string(raw))}}
			if status, text := p.do("itjen", http.MethodPost, "/submissions/portals", "application/x-www-form-urlencoded", strings.NewReader(values.Encode())); status != 303 {
				t.Fatalf("save: %d %s", status, text)
			}
			if status, _ := p.do("itjen", http.MethodPost, "/submissions/portals/fetch", "application/x-www-form-urlencoded", nil); status != 303 {
				t.Fatalf("fetch: %d", status)
			}
			list, _ := p.o.Inbox.List(func(*inbox.Submission) bool { return true }, 0, 1)
			s := p.settled(list[0].ID)
			if s.State != c.want || c.want == inbox.Draft && !strings.Contains(s.Trouble, "private network") {
				t.Errorf("%+v", s)
			}
			if strings.Contains(s.Trouble, strings.TrimSpace(string(raw))) {
				t.Error("the trouble tells the token")
			}
		})
	}
}

func TestSubmitFlags(t *testing.T) {
	for _, args := range [][]string{{"--portal-networks", "10.0.0.1"}, {"--portal-ca-file", "/nowhere"}} {
		at := openOffice(t, submitFlags{})
		at.stop()
		if status, _, errs := tolok(t, append([]string{"serve", "--lake", at.dir, "--addr", "127.0.0.1:0"}, args...)...); status != exitNothing || !strings.Contains(errs, args[0]) {
			t.Errorf("%v: exit %d %s", args, status, errs)
		}
	}
}
