package web

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tolok/analytics/planted"
	"tolok/data"
	"tolok/web/text"
)

// got is all that a reader was given: status, headers, and the body as it reads
// once it is unpacked.
type got struct {
	status int
	header http.Header
	body   []byte
}

// all is the answer as one text.
func (g *got) all() []byte {
	var b bytes.Buffer
	_ = g.header.Write(&b)
	b.WriteByte('\n')
	b.Write(g.body)
	return b.Bytes()
}

// open unpacks an answer: gzip, and every part of a workbook.
func open(t testing.TB, w *httptest.ResponseRecorder) *got {
	t.Helper()
	g := &got{w.Code, w.Header(), w.Body.Bytes()}
	switch coding := g.header.Get("Content-Encoding"); coding {
	case "":
	case "gzip":
		z, err := gzip.NewReader(bytes.NewReader(g.body))
		noErr(t, err)
		g.body, err = io.ReadAll(z)
		noErr(t, err)
	default:
		t.Fatalf("an answer in %s, which nobody asked for", coding)
	}
	if g.status != http.StatusOK || g.header.Get("Content-Type") != typeXLSX {
		return g
	}
	z, err := zip.NewReader(bytes.NewReader(g.body), int64(len(g.body)))
	noErr(t, err)
	g.body = nil
	slices.SortFunc(z.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) }) // their order is chance's
	for _, f := range z.File {
		r, err := f.Open()
		noErr(t, err)
		b, err := io.ReadAll(r)
		noErr(t, err)
		g.body = append(append(g.body, '\n'), b...)
	}
	return g
}

// finder finds marks however an answer writes them: as they are, in an address,
// a number with its thousands apart, a day in words. A number that is rounded it
// cannot find; for those there is the test of changed secrets.
type finder struct {
	byCore map[string][]int // what of the mark no other text has: indexes of secrets
	forms  [][]string       // of each secret, how its mark may be written
}

var (
	core  = regexp.MustCompile(`[0-9][0-9.-]*[0-9]`)
	month = regexp.MustCompile(`[0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2}`)
	// runs are how a core may stand among other digits and signs.
	runs = []func(byte) bool{signed(""), signed("."), signed("-"), signed(","), signed(".-")}
)

func signed(signs string) func(byte) bool {
	return func(c byte) bool { return c >= '0' && c <= '9' || strings.IndexByte(signs, c) >= 0 }
}

func newFinder(list []secret) *finder {
	f := &finder{byCore: map[string][]int{}}
	for i, s := range list {
		forms := []string{s.mark, url.QueryEscape(s.mark), url.PathEscape(s.mark)}
		for _, lang := range text.Langs {
			words := text.In(lang)
			if d, err := data.ParseDate(s.mark); err == nil {
				forms = append(forms, words.Date(&d))
			} else if n, err := data.ParseAmount(s.mark); err == nil && n%data.OneAmount == 0 {
				forms = append(forms, words.Int(int64(n/data.OneAmount)))
			}
		}
		f.forms = append(f.forms, forms)
		for _, form := range forms {
			at := strings.Trim(core.FindString(strings.ReplaceAll(form, ",", ".")), ".-")
			if month.MatchString(form) {
				at = form
			} else if strings.Contains(form, ",") {
				at = form
			}
			if !slices.Contains(f.byCore[at], i) {
				f.byCore[at] = append(f.byCore[at], i)
			}
		}
	}
	return f
}

// in lists the secrets whose marks a text holds.
func (f *finder) in(b []byte) map[int]bool {
	found := map[int]bool{}
	check := func(token []byte, from, to int) {
		for _, i := range f.byCore[string(token)] {
			if found[i] {
				continue
			}
			window := b[max(0, from-40):min(len(b), to+40)]
			found[i] = slices.ContainsFunc(f.forms[i], func(form string) bool { return planted.Holds(window, form) })
		}
	}
	for _, in := range runs {
		for i := 0; i < len(b); {
			if !in(b[i]) {
				i++
				continue
			}
			j := i
			for j < len(b) && in(b[j]) {
				j++
			}
			from, to := i, j
			for from < to && (b[from] < '0' || b[from] > '9') {
				from++
			}
			for to > from && (b[to-1] < '0' || b[to-1] > '9') {
				to--
			}
			check(b[from:to], from, to)
			i = j
		}
	}
	for _, at := range month.FindAllIndex(b, -1) {
		check(b[at[0]:at[1]], at[0], at[1])
	}
	for i, yes := range found {
		if !yes {
			delete(found, i)
		}
	}
	return found
}

// The finder finds what is there, in each way of writing, and nothing else.
func TestFinder(t *testing.T) {
	list := []secret{{mark: "Satker 100373"}, {mark: "3.100743"}, {mark: "101113"}, {mark: "2023-05-07"}, {mark: "kiriman-701"}}
	f := newFinder(list)
	for text, want := range map[string][]int{
		"<td>Satker 100373</td>":             {0},
		"/units?q=Satker+100373&x":           {0},
		"100373":                             nil,
		`{"score":3.100743,"n":4}`:           {1},
		"13.100743 3.1007431":                nil,
		"101113,5 and 3.10":                  {2},
		"<b>101.113</b>":                     {2},
		"<b>101,113</b> orang":               {2},
		"since 2023-05-07T00:00":             {3},
		"sejak 7 Mei 2023, 17 Mei 2023":      {3},
		"on 17 May 2023":                     nil,
		`filename="tolok-kiriman-701.csv"`:   {4},
		"kiriman-7011 kiriman-70 kiriman701": nil,
	} {
		found := f.in([]byte(text))
		if len(found) != len(want) || len(want) > 0 && !found[want[0]] {
			t.Errorf("in %s found %v, want %v", text, found, want)
		}
	}
}
