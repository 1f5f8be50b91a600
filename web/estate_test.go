package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tolok/analytics"
	"tolok/analytics/planted"
	"tolok/data"
	"tolok/data/table"
	"tolok/web/auth"
	"tolok/web/inbox"
)

// estate is a house whose every secret is marked: the planted programme behind
// its pages, and accounts, submissions and portals with marks of their own.
type estate struct {
	*house
	programme *planted.Programme
	db        atomic.Pointer[analytics.DB] // what the pages are made from; a test may put another
	readers   []*reader
	secrets   []secret
	accounts  map[string]string // account ids by sign-in name
	sent      map[string]string // submission ids by who sent what
	work      func()            // does what waits in the inbox
}

// secret is a mark and who may be given it.
type secret struct {
	what, about string
	mark        string
	may         func(*reader) bool
	nameless    func(*reader) bool // may show in a distribution; nil: may not
}

// reader is one who asks: how the request shows it, and what it may see.
type reader struct {
	name   string
	scope  auth.Scope
	admin  bool // of accounts, and not while viewing as another
	signIn string
	enter  func() (string, error) // signs in anew and gives the header that says so
	header string                 // Cookie: … or Authorization: …
}

// sees is the reader's scope as the queries know it.
func (r *reader) sees() analytics.Scope {
	return analytics.Scope{Role: string(r.scope.Role), Agency: r.scope.Agency, Unit: r.scope.Unit, Released: planted.Released}
}

// as gives a request its reader's credentials.
func (r *reader) as(q *http.Request) {
	if name, value, given := strings.Cut(r.header, ": "); given {
		q.Header.Set(name, value)
	}
}

// openPlanted opens a programme.
func openPlanted(t testing.TB, p *planted.Programme) *analytics.DB {
	t.Helper()
	l, err := p.Lake(t.TempDir())
	noErr(t, err)
	db, err := analytics.Open(t.Context(), l, "")
	noErr(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

func newEstate(t testing.TB, change func(*estate, *Options)) *estate {
	t.Helper()
	e := &estate{programme: planted.New(), accounts: map[string]string{}, sent: map[string]string{}}
	db := openPlanted(t, e.programme)
	e.db.Store(db)
	in, err := inbox.Open(filepath.Join(t.TempDir(), "inbox"), inbox.Limits{}, nil)
	noErr(t, err)
	t.Cleanup(func() { in.Close() })
	e.house = newHouse(t, func(o *Options) {
		o.DB = func(_ context.Context, snapshot string) (*analytics.DB, error) {
			if db := e.db.Load(); strings.HasPrefix(db.Snapshot(), snapshot) {
				return db, nil
			}
			return nil, analytics.ErrNotFound
		}
		o.Released = o.Accounts.Released
		o.MetricsToken = "open sesame"
		o.Submissions = &Submissions{
			Inbox: in, Secrets: o.Accounts, CheckPortal: func(string) error { return nil },
			Agencies: func() (map[string]string, error) {
				return map[string]string{"A1": "Instansi A1", "A2": "Instansi A2", "A3": "Instansi A3", "A4": "Instansi A4"}, nil
			},
			Mark: func(_ context.Context, s *inbox.Submission, _ *inbox.Report, _, file, _ string, w io.Writer) error {
				return table.WriteWorkbook(w, table.SheetData{Name: "units", Columns: []string{"file", "by"}, Rows: [][]string{{file, s.By().Name}}})
			},
		}
		o.Log = quiet
		if change != nil {
			change(e, o)
		}
	})
	for _, cycle := range planted.Released {
		noErr(t, e.store.SetReleased(auth.Console(), cycle, true))
	}
	for _, c := range e.programme.Secrets {
		if c.Mark != "" {
			e.secrets = append(e.secrets, secret{c.What, fmt.Sprintf("%s%s in %d", c.Agency, c.Unit, c.Cycle), c.Mark, func(r *reader) bool { return c.MaySee(r.sees()) }, func(r *reader) bool { return c.Nameless(r.sees()) }})
		}
	}
	e.admit()
	e.fillInbox(in)
	for agency, n := range map[string]int{"A1": 901, "A2": 902} {
		noErr(t, e.store.PutSecret(agency, auth.Secret{BaseURL: fmt.Sprintf("https://portal-%d.example/api", n), Token: fmt.Sprintf("kunci-%d", n)}))
		e.secrets = append(e.secrets, secret{"portal", agency, fmt.Sprintf("portal-%d", n), func(r *reader) bool {
			return r.admin && (r.scope.Role == auth.Nasional || r.scope.Role == auth.Instansi && r.scope.Agency == agency)
		}, nil}, secret{"portal's token", agency, fmt.Sprintf("kunci-%d", n), func(*reader) bool { return false }, nil})
	}
	return e
}

// admit makes an account for each kind of reader, and signs it in.
func (e *estate) admit() {
	instansi := func(agency string) auth.Scope { return auth.Scope{Role: auth.Instansi, Agency: agency} }
	satker := func(unit string) auth.Scope {
		agency, _ := planted.AgencyOf(unit)
		return auth.Scope{Role: auth.Satker, Agency: agency, Unit: unit}
	}
	n := 800
	invite := func(office string, scope auth.Scope, admin bool) string {
		n++
		signIn := fmt.Sprintf("akun-%d@%s.example", n, office)
		token, err := e.store.Invite(auth.Console(), signIn, "Kantor", scope, admin)
		noErr(e.t, err)
		a, err := e.store.Accept(token, auth.Acceptance{Password: goodPassword})
		noErr(e.t, err)
		e.accounts[signIn] = a.ID
		e.secrets = append(e.secrets, secret{"account", signIn, fmt.Sprintf("akun-%d", n), func(r *reader) bool {
			return r.signIn == signIn || r.admin && scope.Within(r.scope)
		}, nil})
		return signIn
	}
	session := func(signIn string) (string, error) {
		in, err := e.store.SignIn(auth.Attempt{Name: signIn, Password: goodPassword})
		return in.Session, err
	}
	cookie := func(session string) string { return "Cookie: __Host-tolok=" + session }
	join := func(r reader) {
		if r.enter != nil {
			var err error
			r.header, err = r.enter()
			noErr(e.t, err)
		}
		e.readers = append(e.readers, &r)
	}
	person := func(name, office string, scope auth.Scope, admin bool) string {
		signIn := "admin@menpan.example"
		if office != "" {
			signIn = invite(office, scope, admin)
		}
		join(reader{name: name, scope: scope, admin: admin, signIn: signIn, enter: func() (string, error) {
			id, err := session(signIn)
			return cookie(id), err
		}})
		return signIn
	}
	viewing := func(name, signIn string, scope auth.Scope) {
		join(reader{name: name, scope: scope, signIn: signIn, enter: func() (string, error) {
			id, err := session(signIn)
			if err == nil {
				id, err = e.store.ViewAs(id, scope)
			}
			return cookie(id), err
		}})
	}
	token := func(name, signIn string, scope auth.Scope, readOnly bool) {
		id, err := session(signIn)
		noErr(e.t, err)
		who, err := e.store.Session(id)
		noErr(e.t, err)
		text, _, err := e.store.CreateToken(who, auth.Token{Name: name, Scope: scope, ReadOnly: readOnly, Expires: time.Now().Add(time.Hour)})
		noErr(e.t, err)
		join(reader{name: name, scope: scope, signIn: signIn, header: "Authorization: Bearer " + text})
	}
	join(reader{name: "public"})
	ministry := person("nasional", "kementerian", auth.Scope{Role: auth.Nasional}, false)
	person("instansi A1", "a1", instansi("A1"), false)
	person("satker a2", "a1", satker("a2"), false)
	person("satker c1", "a3", satker("c1"), false)
	person("perencana", "kementerian", auth.Scope{Role: auth.Perencana}, false)
	person("perencana of A2", "a2", auth.Scope{Role: auth.Perencana, Agency: "A2"}, false)
	deputy := person("national administrator", "", auth.Scope{Role: auth.Nasional}, true)
	itjen := person("administrator of A1", "a1", instansi("A1"), true)
	viewing("nasional as the public", deputy, auth.Scope{})
	viewing("nasional as instansi A2", deputy, instansi("A2"))
	viewing("A1 as satker a4", itjen, satker("a4"))
	token("token of nasional for satker b2", ministry, satker("b2"), true)
	token("token of instansi A1", itjen, instansi("A1"), false)
	invite("a1", satker("a5"), false) // nobody's but to be managed
	invite("a2", satker("b5"), false)
}

// sentFile is the one file of every submission.
const sentFile = "unit.csv"

// fillInbox puts submissions of several senders there, checked, with marks in
// every part of them.
func (e *estate) fillInbox(in *inbox.Inbox) {
	e.work = func() {
		e.t.Helper()
		ctx, stop := context.WithCancel(e.t.Context())
		done := make(chan struct{})
		w := &inbox.Worker{
			Inbox: in, Log: quiet, Retry: time.Millisecond,
			Check: func(_ context.Context, s *inbox.Submission, _ string) (*inbox.Report, error) {
				mark := strings.Replace(s.Note, "catatan", "temuan", 1)
				return &inbox.Report{Counts: inbox.Counts{Files: 1, Put: 1}, Problems: []data.Problem{{Code: "bad-number", Severity: data.Rejected, File: s.Files[0].Name, Value: mark, Field: "staff"}}}, nil
			},
			Submit: func(context.Context, *inbox.Submission, string) (string, error) { return "abcdef123456", nil },
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
	for i, from := range []inbox.Sent{{Agency: "A1"}, {Agency: "A1", Unit: "a2"}, {Agency: "A1", Unit: "a4"}, {Agency: "A2"}, {Agency: "A3", Unit: "c1"}, {Agency: "A2", National: true}} {
		n := 701 + i
		up, err := in.Begin(10)
		noErr(e.t, err)
		noErr(e.t, up.Add(sentFile, strings.NewReader("unit_id\nx\n")))
		from.Note = fmt.Sprintf("catatan-%d", n)
		s, err := up.Finish(from, inbox.Who{Account: "0", Name: fmt.Sprintf("pengirim-%d", n)})
		noErr(e.t, err)
		e.sent[from.Agency+from.Unit+fmt.Sprint(from.National)] = s.ID
		for _, word := range []string{"catatan", "pengirim", "temuan"} {
			e.secrets = append(e.secrets, secret{"submission's " + word, from.Agency + from.Unit, fmt.Sprintf("%s-%d", word, n), func(r *reader) bool {
				return r.scope.Role == auth.Nasional || r.scope.Role == auth.Instansi && r.scope.Agency == from.Agency || r.scope.Role == auth.Satker && r.scope.Unit == from.Unit
			}, nil})
		}
	}
	e.work()
}
