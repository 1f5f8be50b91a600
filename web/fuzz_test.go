package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tolok/analytics/planted"
	"tolok/web/auth"
)

// FuzzHandlers asks any route of the table as any reader, with any id, query,
// headers, cookies and body: nothing breaks, every answer is whole, of its
// declared kind and under the headers of every answer, and nobody is given what
// it may not see.
func FuzzHandlers(f *testing.F) {
	e := newEstate(f, nil)
	find := newFinder(e.secrets)
	samples := e.samples()
	for i, r := range e.server.table {
		f.Add(byte(i), "~0", "cycle=2024&layer=tpn&q=Satker", "id;q=0.5, en", "lang=en", byte(i), byte(i/3), "role=satker&unit=b2&cycle=2024")
		if strings.Contains(r.path, "{") || r.method == http.MethodGet && strings.Contains(r.path, "{ext") {
			f.Add(byte(i), "~1", "page=-1&size=9999999999&by=%00&cycle=x", "", "theme=dark; __Host-tolok=x", byte(i+1), byte(i), "")
		}
	}
	for i, r := range e.server.table {
		if strings.Contains(r.path, "{id") {
			f.Add(byte(i), "\x9e", "agency=%9e", "", "", byte(i), byte(1), "unit=%9e&role=\x9e") // no text in UTF-8
		}
	}
	f.Fuzz(func(t *testing.T, n byte, id, query, language, cookies string, as, form byte, body string) {
		e.t = t // of this one
		r, who := e.server.table[int(n)%len(e.server.table)], e.readers[int(as)%len(e.readers)]
		q := fuzzed(t, e, samples, r, id, query, int(form), body)
		if r.method == http.MethodPost && who.enter != nil {
			header, err := who.enter()
			if err != nil {
				t.Skip("the account is locked or closed by what was sent before:", err)
			}
			defer func(old string) { who.header = old }(who.header)
			who.header = header
		}
		who.as(q)
		if line := printable(cookies); line != "" {
			q.Header.Set("Cookie", strings.TrimPrefix(q.Header.Get("Cookie")+"; "+line, "; "))
		}
		if line := printable(language); line != "" {
			q.Header.Set("Accept-Language", line)
			q.Header.Set("If-None-Match", line)
		}
		if form&64 != 0 {
			q.Header.Set("Accept-Encoding", "gzip")
		}
		start := time.Now()
		w := httptest.NewRecorder()
		e.server.ServeHTTP(w, q)
		if took := time.Since(start); took > e.server.opt.Timeout {
			t.Errorf("took %v", took)
		}
		g := open(t, w)
		answerHolds(t, q, g)
		asked := find.in([]byte(q.URL.String() + "\n" + body + language + cookies))
		for i := range find.in(g.all()) {
			s := e.secrets[i]
			if s.what != "account" && !asked[i] && !s.may(who) && (s.nameless == nil || !s.nameless(who)) {
				t.Errorf("%s: %s %s: sees %s of %s (%s)", who.name, q.Method, q.URL, s.what, s.about, s.mark)
			}
		}
		if r.method == http.MethodPost && !slices.Equal(e.store.Released(t.Context()), planted.Released) {
			for _, cycle := range append(e.store.Released(t.Context()), planted.Released...) {
				noErr(t, e.store.SetReleased(auth.Console(), cycle, slices.Contains(planted.Released, cycle)))
			}
		}
	})
}

// fuzzed is a request for a route. An id of ~ and a digit is one of the samples.
func fuzzed(t *testing.T, e *estate, samples map[string][]string, r route, id, query string, form int, body string) *http.Request {
	t.Helper()
	path := strings.ReplaceAll(r.path, ext, "")
	for variable.MatchString(path) {
		at := variable.FindStringSubmatchIndex(path)
		v := id
		switch list := samples[path[:at[0]]]; {
		case at[4] >= 0 && strings.Contains(path[at[4]:at[5]], "|") && !strings.Contains(path[at[4]:at[5]], `\`):
			alternatives := strings.Split(path[at[4]+1:at[5]], "|")
			v = alternatives[form%len(alternatives)]
		case len(id) == 2 && id[0] == '~' && len(list) > 0:
			v = list[int(id[1])%len(list)]
		}
		path = path[:at[0]] + strings.NewReplacer("{", "", "}", "").Replace(v) + path[at[1]:]
	}
	if at := everyForm[form%len(everyForm)]; at != "" && strings.HasSuffix(r.path, ext) {
		path += "." + at
	}
	q := httptest.NewRequestWithContext(t.Context(), r.method, "/", strings.NewReader(body))
	q.URL = &url.URL{Path: path, RawQuery: printable(query)}
	q.RequestURI = q.URL.RequestURI()
	if r.method == http.MethodPost {
		q.Header.Set("Content-Type", []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "multipart/form-data"}[form/4%4])
	}
	return q
}

// printable is what a server lets through to a handler.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c <= ' ' && c != ' ' || c == 0x7f {
			return -1
		}
		return c
	}, s)
}

// answerHolds holds an answer to what all of them promise.
func answerHolds(t *testing.T, q *http.Request, g *got) {
	t.Helper()
	name := q.Method + " " + q.URL.String()
	if g.status >= 500 || g.status < 200 {
		t.Errorf("%s: status %d: %.300s", name, g.status, g.body)
	}
	for key, want := range map[string]string{"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Strict-Transport-Security": strict} {
		if got := g.header.Get(key); got != want {
			t.Errorf("%s: %s is %q", name, key, got)
		}
	}
	for key, values := range g.header {
		if strings.ContainsAny(strings.Join(values, ""), "\r\n") {
			t.Errorf("%s: a line break in %s", name, key)
		}
	}
	if to := g.header.Get("Location"); strings.HasPrefix(to, "//") || strings.Contains(to, "://") || strings.Contains(to, `\`) {
		t.Errorf("%s leads to %s", name, to)
	}
	if len(g.body) > 16<<20 {
		t.Errorf("%s: %d bytes", name, len(g.body))
	}
	if len(g.body) == 0 {
		return
	}
	kind, _, err := mime.ParseMediaType(g.header.Get("Content-Type"))
	if err != nil {
		t.Errorf("%s: Content-Type %q of %.80q", name, g.header.Get("Content-Type"), g.body)
	}
	switch kind {
	case "text/html":
		if g.status < 300 || g.status >= 400 { // a redirect's is net/http's own
			wellFormed(t, name, g.body)
		}
	case "application/json":
		if !json.Valid(g.body) {
			t.Errorf("%s: not JSON: %.200s", name, g.body)
		}
	case "text/csv":
		if _, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(g.body, []byte("\ufeff")))).ReadAll(); err != nil {
			t.Errorf("%s: not CSV: %v", name, err)
		}
	case typeXLSX, "application/zip", "text/plain", "text/css", "text/javascript", "image/svg+xml", "font/woff2":
	default:
		t.Errorf("%s: an answer of type %s", name, kind)
	}
}

// wellFormed reads a page to its end.
func wellFormed(t *testing.T, name string, body []byte) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	p := &parsed{count: map[string]int{}, ids: map[string]bool{}}
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Errorf("%s: markup: %v", name, err)
			return
		}
		if e, ok := tok.(xml.StartElement); ok {
			p.see(e)
		}
	}
	if p.count["h1"] != 1 || p.count["main"] != 1 || len(p.faults) > 0 || p.lang != "id" && p.lang != "en" {
		t.Errorf("%s: %d h1, %d main, lang %q, %v", name, p.count["h1"], p.count["main"], p.lang, p.faults)
	}
}
