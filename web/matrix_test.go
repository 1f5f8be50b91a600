package web

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tolok/analytics"

	"tolok/analytics/planted"
	"tolok/web/auth"
)

// samples give every variable of a path, by what stands before it, the values
// that the matrix asks for: one's own for some reader, another's, nobody's. A
// variable that lists its own values (a|b) has those. A route that is not
// covered fails the test.
func (e *estate) samples() map[string][]string {
	return map[string][]string{
		"/units/":       {"a2", "b1", "c1", "xx"}, // b1 holds a predicate, which everyone may know
		"/agencies/":    {"A1", "A2", "XX"},
		"/accounts/":    {e.accounts["akun-808@a1.example"], e.accounts["akun-809@a2.example"], "ffffffffffff"},
		"/submissions/": append(slices.Sorted(maps.Values(e.sent)), nobodysSubmission),
		"/visits/":      {e.study, "ffffffffffff"},
		"/static/":      {"app.css", "nowhere"},
	}
}

const nobodysSubmission = "aaaaaaaaaaaaaaaaaaaaaaaaaa"

// parameterSamples give every parameter that any page reads the values to ask with.
// One that a page reads and that is not here fails the test.
var parameterSamples = map[string][]string{
	"cycle": {"2022", "2024", "2019"}, "layer": {"self", "tpi", "tpn"}, "kind": {"kota"}, "agency": {"A1", "A2", "A3", "XX"}, "unit_type": {"dukcapil"}, "province": {"31"},
	"target": {"WBK"}, "issuer": {"nasional"}, "unit": {"a2", "b2", "xx"}, "by": {"MP", "IPAK"}, "q": {"Satker", "b2"}, "page": {"2"}, "size": {"3"}, "order": {"asc"},
	"snapshot": {"0000"}, "lang": {"en"}, "theme": {"dark"}, "show": {"median", "pass"}, "format": {"json", "pdf"}, "to": {"/units/b2"}, "v": {"1"},
	"pair": {"self-tpi"}, "indicator": {"MP"}, "criterion": {"total"}, "group": {"unit_type"}, "span": {"cycle"},
	"set": {"A.I.1.i.a:A"}, "ipak": {"3.9"}, "ipkp": {"3.1"}, "capacity": {"2"}, "reserve": {"none"},
	"meaning": {"written"}, "mp": {"70"}, "tt": {"70"}, "sdm": {"70"}, "ak": {"70"}, "pw": {"70"}, "pp": {"70"},
	"mp_reform": {"60"}, "tt_reform": {"60"}, "sdm_reform": {"60"}, "ak_reform": {"60"}, "pw_reform": {"60"}, "pp_reform": {"60"}, "performance": {"75"}, "ipak_n": {"90"}, "ipkp_n": {"90"},
	"host": {"b2", "a1"}, "area": {"PW"}, "delta": {"1"}, "p": {"0"}, "f_context": {"0"}, "f_ahead": {"2"}, "f_way": {"2"}, "f_near": {"0"}, "f_free": {"0"},
	"w_type": {"0"}, "w_kind": {"0"}, "w_echelon": {"2"}, "w_staff": {"2"}, "w_users": {"0"}, "w_budget": {"0"}, "w_region": {"0"}, "w_remote": {"2"}, "floor": {"0.1"}, "k": {"3"},
	"peers": {"a2"}, "raw": {"1"}, "rate": {"0.2"}, "scenario": {"stricter"}, "quota": {"2"}, "days": {"10"}, "cost": {"2"}, "learn": {"0.5"}, "surveys": {"none"}, "with": {"a2"}, "without": {"b2"},
	"state": {"checked", "returned", "revoked"}, "file": {sentFile, "lain.csv"}, "token": {"x"}, "code": {"x"}, "done": {"signed-out", "release"}, "iss": {"x"}, "error": {"access_denied"},
	"from": {"2020-01-01"}, "until": {"2030-01-01"}, "before": {"50"}, "action": {"see"}, "account": {"admin@menpan.example"}, "subject": {"b2"},
}

// together are parameters asked for at once: what is not released, of others.
var together = []string{"cycle=2024&layer=tpn&agency=A2", "cycle=2024&layer=self&agency=A1&size=1", "cycle=2023&layer=tpn&agency=A3&by=MP", "cycle=2024&layer=tpi&q=Satker&order=asc"}

// readsParameter are the ways in which this package and the questions read
// one from an address.
var readsParameter = regexp.MustCompile("(?:query|Query\\(\\)|\\bq)\\.(?:Get|Has)\\(\"([a-z_]+)\"\\)|trimmed\\(req\\.query, \"([a-z_]+)\"\\)|day\\(req, \"([a-z_]+)\"|param:\"([a-z_]+)\"")

func TestEveryParameterIsAskedWith(t *testing.T) {
	found := 0
	for _, dir := range []string{".", "../analytics", "auth"} {
		files, err := os.ReadDir(dir)
		noErr(t, err)
		for _, f := range files {
			if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
				continue
			}
			b, err := os.ReadFile(dir + "/" + f.Name())
			noErr(t, err)
			for _, m := range readsParameter.FindAllStringSubmatch(string(b), -1) {
				name := strings.Join(m[1:], "")
				found++
				if len(parameterSamples[name]) == 0 {
					t.Errorf("%s/%s reads the parameter %s, of which the matrix has no values", dir, f.Name(), name)
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d parameters found: are they read in another way now?", found)
	}
}

var variable = regexp.MustCompile(`{(\w+)(:(?:[^{}]|{\d+})*)?}`)

// paths are the addresses of a route.
func (e *estate) paths(t testing.TB, r route) []string {
	t.Helper()
	out := []string{strings.ReplaceAll(r.path, ext, "")}
	samples := e.samples()
	for variable.MatchString(out[0]) {
		var next []string
		for _, path := range out {
			at := variable.FindStringSubmatchIndex(path)
			values := samples[path[:at[0]]]
			if alternatives := ""; at[4] >= 0 {
				if alternatives = path[at[4]+1 : at[5]]; strings.Contains(alternatives, "|") && !strings.ContainsAny(alternatives, `\.`) {
					values = strings.Split(alternatives, "|")
				}
			}
			if len(values) == 0 {
				t.Fatalf("route %s: no sample of %s; add one to samples", r.path, path[at[0]:at[1]])
			}
			for _, v := range values {
				next = append(next, path[:at[0]]+v+path[at[1]:])
			}
		}
		out = next
	}
	if values := samples[out[0]]; strings.HasSuffix(out[0], "/") && out[0] != "/" { // what is below it
		if len(values) == 0 {
			t.Fatalf("route %s: no sample below it; add one to samples", r.path)
		}
		for _, v := range values[1:] {
			out = append(out, out[0]+v)
		}
		out[0] += values[0]
	}
	return out
}

// in is an address in another form than a page.
func in(r route, path, query, form string) string {
	if form != "" && strings.HasSuffix(r.path, ext) {
		path += "." + form
	} else if form != "" {
		query = strings.TrimPrefix(query+"&format="+form, "&")
	}
	if query != "" {
		path += "?" + query
	}
	return path
}

// matrix asks, and holds every answer to what its reader may see.
type matrix struct {
	*estate
	t     testing.TB
	find  *finder
	cells int
	seen  map[string]map[int]bool // what was found, by reader
	forms map[string]map[int]bool // and by form
	opens map[string]bool         // routes that gave somebody something
	shown map[asking][]byte       // what each was given at first
}

// asking is one cell of the matrix without its parameters.
type asking struct {
	who        *reader
	route      string
	path, form string
}

func newMatrix(t testing.TB, e *estate) *matrix {
	return &matrix{estate: e, t: t, find: newFinder(e.secrets), seen: map[string]map[int]bool{}, forms: map[string]map[int]bool{}, opens: map[string]bool{}, shown: map[asking][]byte{}}
}

// ask sends one request and looks at the answer.
func (m *matrix) ask(who *reader, r route, target, form string, body url.Values, headers ...string) *got {
	m.t.Helper()
	q := httptest.NewRequestWithContext(m.t.Context(), r.method, target, strings.NewReader(body.Encode()))
	if r.method == http.MethodPost {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if m.cells%3 != 0 {
		q.Header.Set("Accept-Encoding", "gzip")
	}
	who.as(q)
	for i := 0; i+1 < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	m.server.ServeHTTP(w, q)
	g := open(m.t, w)
	m.cells++
	if g.status >= 500 {
		m.t.Errorf("%s: %s %s: status %d", who.name, r.method, target, g.status)
	}
	refused := slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed}, g.status)
	if (g.status < 400 || r.method == http.MethodPost && !refused || g.status == http.StatusGone) && !strings.HasPrefix(g.header.Get("Location"), "/sign-in?to=") {
		m.opens[r.method+" "+r.path] = true
	}
	asked := m.find.in([]byte(target)) // what is only said back
	for i := range m.find.in(g.all()) {
		s := m.secrets[i]
		if asked[i] {
			continue
		}
		if s.nameless != nil && s.nameless(who) && !s.may(who) {
			continue
		}
		if !s.may(who) {
			m.t.Errorf("%s: %s %s: sees %s of %s (%s)", who.name, r.method, target, s.what, s.about, s.mark)
			continue
		}
		for key, in := range map[string]map[string]map[int]bool{who.name: m.seen, form: m.forms} {
			if in[key] == nil {
				in[key] = map[int]bool{}
			}
			in[key][i] = true
		}
	}
	return g
}

// entire says whether every address is asked for as every reader in every form,
// twice, and with every parameter by all who see different things, which takes
// minutes (make matrix). Otherwise a page that is made from the data, which takes
// long, is asked for in every form as readers of every reach, and as a page as
// all who see different things; what is left goes around. Other pages are always
// asked for as everyone in every form.
var entire = os.Getenv("MATRIX") == "whole"

// Nobody is given what it may not see: every route of the table, as every kind
// of reader, in every form, about one's own, others' and nobody's, of cycles
// released and not, with every parameter, and again after others asked.
func TestMatrix(t *testing.T) {
	e := newEstate(t, func(e *estate, o *Options) { e.provide(t, o) })
	m := newMatrix(t, e)
	for _, r := range e.server.table {
		if r.method == http.MethodGet {
			m.read(r)
		}
	}
	m.cards()
	reads := m.cells
	t.Run("changes", m.noSecretMovesAPage)
	m.send()
	t.Logf("%d requests: %d to read, %d with forms or over changed secrets; %d routes, %d readers, %d marks", m.cells, reads, m.cells-reads, len(e.server.table), len(e.readers), len(e.secrets))
	t.Run("seen", m.seesWhatItMay)
	t.Run("not found", m.forbiddenIsNotFound)
	for _, r := range e.server.table {
		if m.opens[r.method+" "+r.path] == asksMore[r.name()] {
			t.Errorf("%s %s opened to somebody: %v; mend its samples, or asksMore", r.method, r.path, !asksMore[r.name()])
		}
	}
}

// asksMore are the routes that open only by a secret of their own, or for what
// one person has: other tests give them that.
var asksMore = map[string]bool{
	"/metrics": true, "/sign-in/oidc/return": true, "/account/sessions/end": true, "/account/tokens/revoke": true, "/accounts/withdraw": true,
}

// read asks for a route as everyone.
func (m *matrix) read(r route) {
	tags := map[string]string{} // of the public's answers, by target
	turn := 0
	for n, path := range m.paths(m.t, r) {
		costs := !entire && m.costs(r, path)
		if path == "/" {
			n++ // the overview, which is asked for below its own name
		}
		for i, form := range everyForm {
			for j, who := range m.readers {
				if costs && (j >= distinct && (i+j+n)%8 != 0 || i > 0 && (n > 0 || j >= reaches) && (n+i+j)%3 != 0) {
					continue
				}
				target := in(r, path, m.queryOf(r), form)
				g := m.ask(who, r, target, form, nil)
				m.shown[asking{who, r.method + r.path, path, form}] = mask(g)
				if who.header == "" && g.header.Get("ETag") != "" {
					tags[target] = g.header.Get("ETag")
				}
				if turn++; costs && turn%9 != 0 || !entire && turn%3 != 0 {
					continue
				}
				again := m.ask(who, r, target, form, nil, "If-None-Match", tags[target])
				if who.header != "" && again.status == http.StatusNotModified && r.path != "/static/" {
					m.t.Errorf("%s: %s: the public's page stands for this reader's", who.name, target)
				}
			}
		}
		if entire || n == 0 {
			m.withParameters(r, path)
		}
	}
}

// costs reports whether a page is made from the data.
func (m *matrix) costs(r route, path string) bool {
	national := m.readers[1]
	return strings.HasSuffix(r.path, "/letter") || bytes.Contains(m.ask(national, r, path, "", nil).body, []byte(m.db.Load().Snapshot()[:12]))
}

// everyForm is a page and what it can be had as.
var everyForm = append([]string{""}, forms...)

// cards asks for what shows the most of a unit: its own scorecard, layer by
// layer.
func (m *matrix) cards() {
	for j, who := range m.readers {
		if !entire && j >= distinct {
			break
		}
		unit := who.scope.Unit
		if unit == "" {
			unit = map[string]string{"A1": "a3", "A2": "b3", "": "b3"}[who.scope.Agency]
		}
		for _, query := range []string{"", "cycle=2024&layer=self", "cycle=2023&layer=tpn", "cycle=2023&layer=tpi"} {
			m.ask(who, route{method: http.MethodGet, path: "/units/{id}" + ext}, "/units/"+unit+".json?"+query, formJSON, nil)
		}
	}
}

// At the front of the list of readers are those of every reach, then others that
// see different things.
const reaches, distinct = 4, 7

// queryOf is what a page needs to show anything at all.
func (m *matrix) queryOf(r route) string {
	switch {
	case strings.HasSuffix(r.path, "/marked"):
		return "file=" + sentFile
	case strings.HasSuffix(r.path, "/letter"):
		return "host=b1&area=MP"
	}
	return ""
}

// takes reports whether a page may read a parameter: where it says what it
// takes, those and what every page takes; otherwise any.
func takes(r route, name string) bool {
	like := map[string]string{"/agencies/{id}/reports": "/agencies/{id}", "/units/{id}/partners/letter": "/units/{id}/partners"}[r.name()]
	page, ok := describedPages[cmp.Or(like, r.name())]
	if !ok || page.question == nil || slices.Contains([]string{"snapshot", "lang", "theme", "format", "show", "host"}, name) {
		return true
	}
	return slices.ContainsFunc(analytics.Parameters(page.question), func(p analytics.Parameter) bool { return p.Name == name })
}

// withParameters asks for a page with each parameter.
func (m *matrix) withParameters(r route, path string) {
	queries := slices.Clone(together)
	for _, name := range slices.Sorted(maps.Keys(parameterSamples)) {
		if !entire && !takes(r, name) {
			continue
		}
		for _, v := range parameterSamples[name] {
			queries = append(queries, url.Values{name: {v}}.Encode())
		}
	}
	for i, query := range queries {
		for j, who := range m.readers {
			if entire && j >= distinct || !entire && (i+len(path))%(4*len(m.readers)) != j || !entire && strings.HasSuffix(r.path, "/reports") && i%4 != 0 {
				continue
			}
			form := everyForm[(i+j)%len(everyForm)]
			m.ask(who, r, in(r, path, query, form), form, nil)
		}
	}
}

// send posts every form, empty and filled with what is others', as everyone.
func (m *matrix) send() {
	filled := url.Values{}
	for _, name := range []string{"agency", "role", "unit", "cycle", "do", "sign_in", "name", "session", "token", "invitation", "reason", "base_url", "days", "label", "audit_days", "to", "code", "pending", "old", "password", "again", "host", "area", "step", "outcome"} {
		filled.Set(name, map[string]string{
			"agency": "A2", "role": "satker", "unit": "b2", "cycle": "2024", "do": "release", "sign_in": "baru@a2.example", "to": "/units/b2", "session": "x", "reason": "kurang", "days": "30",
			"base_url": "https://portal.example/api", "audit_days": "400", "host": "b1", "area": "MP", "step": "done", "outcome": "sudah",
		}[name])
	}
	for _, r := range m.server.table {
		if r.method != http.MethodPost {
			continue
		}
		for _, path := range m.paths(m.t, r) {
			for _, who := range m.readers {
				for _, body := range []url.Values{{}, filled} {
					if who.enter != nil {
						var err error
						who.header, err = who.enter() // the form before may have ended the session
						noErr(m.t, err)
					}
					g := m.ask(who, r, path, "", body)
					m.shown[asking{who, r.method + r.path, path, fmt.Sprint(len(body))}] = mask(g)
				}
			}
		}
	}
}

// A check that cannot fail is none: what a reader may see, it does see
// somewhere, and every form shows something.
func (m *matrix) seesWhatItMay(t *testing.T) {
	for j, who := range m.readers {
		if !entire && j >= distinct {
			break // was not shown every page
		}
		kinds := map[string]int{} // of what may be seen: how many were
		for i, s := range m.secrets {
			if s.may(who) && !strings.HasSuffix(s.what, " area") { // shown in some layers and cycles only, and rounded on pages
				if _, known := kinds[s.what]; !known {
					kinds[s.what] = 0
				}
				if m.seen[who.name][i] {
					kinds[s.what]++
				}
			}
		}
		for what, n := range kinds {
			if n == 0 && !(who.header == "" && (what == "name" || what == "award")) { // no page that is open to all names holders
				t.Errorf("%s may see a %s and was shown none", who.name, what)
			}
		}
	}
	for _, form := range everyForm {
		if len(m.forms[form]) < 10 {
			t.Errorf("the form %q showed %d marks to anybody", form, len(m.forms[form]))
		}
	}
}

// noSecretMovesAPage changes what a reader may not see: no byte of its pages
// moves, but for the snapshot's id. Pages that tell of accounts and what they
// did are not compared where they tell of the asking itself.
func (m *matrix) noSecretMovesAPage(t *testing.T) {
	before := m.db.Load()
	defer m.db.Store(before)
	for _, name := range []string{"public", "instansi A1", "satker a2", "satker c1", "perencana of A2"} {
		if !entire && (name == "satker c1" || name == "perencana of A2") {
			continue // they see as others do
		}
		who := m.readers[slices.IndexFunc(m.readers, func(r *reader) bool { return r.name == name })]
		p := planted.New()
		changed := 0
		for _, c := range p.Secrets {
			if !c.MaySee(who.sees()) && !c.Counted(who.sees()) {
				c.Change()
				changed++
			}
		}
		after := openPlanted(t, p)
		m.db.Store(after)
		compared, moved := 0, 0
		for at, old := range m.shown {
			r := m.server.table[slices.IndexFunc(m.server.table, func(r route) bool { return r.method+r.path == at.route })]
			if at.who != who && at.who.name != "nasional" || unsteady[r.name()] || !bytes.Contains(old, []byte(before.Snapshot())) && at.who != who {
				continue
			}
			if at.who != who && (moved > 0 || at.form != "json") || at.who == who && !entire && (at.form == "json" || at.form == "csv") {
				continue // package analytics has compared the answers, and a workbook holds what a CSV does
			}
			w := mask(m.ask(at.who, r, in(r, at.path, m.queryOf(r), at.form), at.form, nil))
			a, b := hide(old, before.Snapshot(), before.Snapshot()[:12]), hide(w, after.Snapshot(), after.Snapshot()[:12])
			switch same := bytes.Equal(a, b); {
			case at.who != who && !same:
				moved++ // the check can fail: the ministry does see the change
			case at.who == who && !same:
				t.Errorf("%s: %s %s moves with what it may not see:\n%s", name, at.path, at.form, difference(a, b))
			}
			compared++
		}
		if moved == 0 || compared < 50 || changed < 100 {
			t.Errorf("%s: %d secrets changed, %d pages compared, %d of the ministry's moved", name, changed, compared, moved)
		}
		t.Logf("%s: %d secrets changed, %d pages as before", name, changed, compared-moved)
	}
}

// unsteady are the pages that tell of the asking itself: who did what and when.
var unsteady = map[string]bool{"/audit": true, "/metrics": true, "/account": true, "/accounts": true, "/accounts/{id}": true, "/sign-in/oidc": true}

// mayOpen reports whether a reader was shown the page of what an address begins
// with: what it may not do with it may be said otherwise.
func (m *matrix) mayOpen(who *reader, path string) bool {
	if strings.HasPrefix(path, "/visits/") { // has no page of its own
		return m.secrets[m.visit].may(who)
	}
	for at, g := range m.shown {
		if at.who == who && at.path == path && at.form == "" && strings.HasPrefix(at.route, http.MethodGet) {
			return g[0] == '2'
		}
	}
	// It was not asked for as this reader.
	g := m.ask(who, route{method: http.MethodGet, path: path}, path, "", nil)
	m.shown[asking{who, http.MethodGet + path, path, ""}] = mask(g)
	return g.status == http.StatusOK
}

// provide gives a house an identity provider, so that its routes exist.
func (e *estate) provide(t testing.TB, o *Options) {
	t.Helper()
	back := o.BaseURL.JoinPath("/sign-in/oidc/return").String()
	p := newProvider(t, back)
	var err error
	o.OIDC, err = o.Accounts.OIDC(auth.OIDCConfig{Issuer: p.url, ClientID: "tolok", ClientSecret: "s3cret", RedirectURL: back})
	noErr(t, err)
}

// mask leaves out of an answer what names the request (X-Request-Id), what names
// the snapshot and the build (ETag), and how the body was packed on its way.
func mask(g *got) []byte {
	h := g.header.Clone()
	for _, name := range []string{"X-Request-Id", "ETag", "Content-Length", "Content-Encoding"} {
		h.Del(name)
	}
	return fmt.Appendf(nil, "%d\n%s", g.status, (&got{g.status, h, g.body}).all())
}

// hide masks words besides.
func hide(b []byte, words ...string) []byte {
	for _, w := range words {
		b = bytes.ReplaceAll(b, []byte(w), []byte("MASKED"))
	}
	return b
}

// difference is where two answers part.
func difference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-120)
	return fmt.Sprintf("…%s\n…%s", a[from:min(len(a), i+80)], b[from:min(len(b), i+80)])
}

// What is another's and may not be seen is answered, byte for byte, as what
// nobody has.
func (m *matrix) forbiddenIsNotFound(t *testing.T) {
	compared := 0
	for at, one := range maps.Clone(m.shown) {
		parts := strings.Split(at.path, "/")
		if len(parts) < 3 || one[0] != '4' {
			continue
		}
		nobodys := m.samples()["/"+parts[1]+"/"]
		if len(nobodys) == 0 || !slices.Contains(nobodys, parts[2]) {
			continue
		}
		id := parts[2]
		parts[2] = nobodys[len(nobodys)-1]
		none, asked := m.shown[asking{at.who, at.route, strings.Join(parts, "/"), at.form}]
		if !asked || id == parts[2] || m.mayOpen(at.who, "/"+parts[1]+"/"+id) {
			continue
		}
		compared++
		if a, b := hide(one, "/"+id, "%2F"+id), hide(none, "/"+parts[2], "%2F"+parts[2]); !bytes.Equal(a, b) {
			t.Errorf("%s: %s is refused otherwise than what nobody has:\n%s", at.who.name, at.path, difference(a, b))
		}
	}
	if compared < 100 {
		t.Errorf("only %d answers compared", compared)
	}
	t.Logf("%d answers about what may not be seen are those about what is not there", compared)
}
