package web

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tolok/analytics"
	"tolok/analytics/match"
	"tolok/data/table"
	"tolok/web/auth"
	"tolok/web/text"
)

var quiet = slog.New(slog.DiscardHandler)

// failures are the errors a handler can return, by the page they lead to.
var failures = map[string]error{
	"400":      fmt.Errorf("%w: layer=%q; use one of self, tpi, tpn", analytics.ErrBadRequest, `<script>`),
	"404":      fmt.Errorf("unit %q: %w", "secret detail", analytics.ErrNotFound),
	"405":      errMethod,
	"500":      errors.New("duckdb: secret detail at /srv/lake"),
	"503":      fmt.Errorf("query: secret detail: %w", context.DeadlineExceeded),
	"empty":    fmt.Errorf("secret detail: %w", ErrUnavailable),
	"building": fmt.Errorf("secret detail: %w", analytics.ErrBuilding),
}

// pages are all pages, with every kind of content and with none.
var pages = []string{
	"/", "/overview?show=median", "/ranking?by=MP&order=asc", "/agencies", "/agencies/K01", "/units/U0006", "/units/U0006/path", "/units/U0006/path?set=A.I.1.i.b:A&ipak=3.7", "/empty/units/X/path", "/units/U0006/report", "/empty/units/X/report", "/mentors", "/empty/mentors", "/peers?unit=U0006", "/twins?unit=U0006", "/empty/twins", "/empty/units/X/twins", "/units/U0006/partners", "/units/U0006/partners/letter?host=X", "/funnel", "/credibility", "/quality", "/methods", "/about",
	"/empty", "/empty/peers", "/empty/units/X/partners", "/empty/funnel", "/empty/credibility", "/empty/quality", "/empty/ranking", "/empty/agencies", "/empty/agencies/X", "/empty/units/X",
	"/register?state=held", "/criteria?criterion=total", "/criteria?unit=U0006", "/spi", "/empty/register", "/empty/criteria", "/empty/criteria?unit=X", "/empty/spi",
	"/forecast?cycle=2024", "/nominee", "/forecast/report-card", "/forecast/portfolio?quota=2", "/forecast/early-warning", "/empty/early-warning", "/empty/forecast", "/empty/nominee", "/empty/report-card", "/empty/portfolio",
	"/fail/400", "/fail/404", "/fail/405", "/fail/500", "/fail/503", "/fail/empty", "/fail/building", "/nowhere",
}

func TestEveryPage(t *testing.T) {
	h := site(t)
	for _, path := range pages {
		for _, lang := range text.Langs {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			target := path + sep + "lang=" + lang + "&theme=dark"
			w := get(t, h, target)
			if strings.HasPrefix(path, "/fail") != (w.Code >= 400) && path != "/nowhere" {
				t.Errorf("%s: status %d", target, w.Code)
			}
			checkPage(t, target, lang, w.Body.String())
		}
	}
}

// checkPage holds a page to what every page promises.
func checkPage(t *testing.T, name, lang, body string) {
	t.Helper()
	p := parse(t, name, body)
	if p.count["h1"] != 1 || p.count["main"] != 1 || p.count["title"] == 0 {
		t.Errorf("%s: %d h1, %d main, %d title", name, p.count["h1"], p.count["main"], p.count["title"])
	}
	if p.lang != lang {
		t.Errorf("%s: lang is %q", name, p.lang)
	}
	for _, fault := range p.faults {
		t.Errorf("%s: %s", name, fault)
	}
	for _, id := range p.refs {
		if !p.ids[id] {
			t.Errorf("%s: nothing has the id %s", name, id)
		}
	}
	if strings.Contains(body, "secret detail") || strings.Contains(body, "/srv/lake") {
		t.Errorf("%s shows internals", name)
	}
	if m := rawKey.FindString(visible(body)); m != "" {
		t.Errorf("%s shows the key %q instead of words", name, m)
	}
	for _, s := range []string{"&lt;nil&gt;", "%!", "NaN", "ZgotmplZ"} {
		if strings.Contains(body, s) {
			t.Errorf("%s shows %s", name, s)
		}
	}
}

var (
	rawKey = regexp.MustCompile(`\b(word|why|chart|card|grade|forecast|nominee|portfolio|warning|stamp|doubt|attempt|input|what|meaning|year|register|criteria|spi|strength|unmatched|match|next-step|col|filter|unit|agency|overview|ranking|funnel|credibility|outlier|trust|quality|finding|found|methods|about|nav|foot|figure|verdict|note|error|submissions?|peers|twins|partners|letter|likeness|level|study|upload|refusal|deed|task|next|portals|field|hint|fault|done|act|accounts|account|audit|releases|settings|tokens|totp|sessions|invitation|setup|role|demo|path|tab|mentors|report|ask)\.[a-z]+[a-z.]*\b`)
	tags   = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</(script|style)>|<[^>]+>`)
)

// visible is a page's text without its markup.
func visible(body string) string { return tags.ReplaceAllString(body, " ") }

// parsed is what a page's markup was found to hold.
type parsed struct {
	count  map[string]int
	ids    map[string]bool
	refs   []string
	lang   string
	faults []string
	level  int
}

func parse(t *testing.T, name, body string) *parsed {
	t.Helper()
	p := &parsed{count: map[string]int{}, ids: map[string]bool{}}
	dec := xml.NewDecoder(strings.NewReader(body))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return p
		}
		if err != nil {
			t.Fatalf("%s: markup: %v", name, err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			p.see(e)
		}
	}
}

func (p *parsed) see(e xml.StartElement) {
	tag, at := e.Name.Local, map[string]string{}
	for _, a := range e.Attr {
		at[a.Name.Local] = a.Value
	}
	p.count[tag]++
	fault := func(format string, args ...any) { p.faults = append(p.faults, fmt.Sprintf(format, args...)) }
	if id := at["id"]; id != "" {
		if p.ids[id] {
			fault("id %s twice", id)
		}
		p.ids[id] = true
	}
	for _, ref := range []string{"aria-labelledby", "aria-describedby", "for"} {
		p.refs = append(p.refs, strings.Fields(at[ref])...)
	}
	for name := range at {
		if name == "style" || strings.HasPrefix(name, "on") {
			fault("<%s> has an inline %s", tag, name)
		}
	}
	switch tag {
	case "html":
		p.lang = at["lang"]
	case "h1", "h2", "h3", "h4":
		level := int(tag[1] - '0')
		if level > p.level+1 {
			fault("heading %s after h%d", tag, p.level)
		}
		p.level = level
	case "script":
		if at["src"] == "" && at["type"] != "application/json" {
			fault("inline script")
		}
	case "style":
		fault("inline style sheet")
	case "img":
		if _, ok := at["alt"]; !ok {
			fault("image without alt")
		}
	case "th":
		if at["scope"] == "" {
			fault("th without scope")
		}
	case "select", "input":
		if at["type"] != "hidden" && at["id"] == "" {
			fault("<%s name=%s> has no label", tag, at["name"])
		}
	}
	for _, name := range []string{"src", "href", "action"} {
		if v := at[name]; !strings.HasPrefix(v, "data:image/") && strings.Contains(v, "//") && !strings.Contains(v, "%2F%2F") {
			fault("<%s> leads to another host: %s", tag, v)
		}
	}
}

// The answer of a page comes back whole from its .json.
func TestJSONIsTheAnswer(t *testing.T) {
	h := site(t)
	for path, want := range map[string]any{
		"/overview.json": fixture[analytics.Overview](t, "overview"), "/ranking.json": fixture[analytics.Ranking](t, "ranking"), "/agencies.json": fixture[analytics.Agencies](t, "agencies"),
		"/agencies/K01.json": fixture[analytics.Agency](t, "agency"), "/units/U0006.json": fixture[analytics.Scorecard](t, "unit"), "/peers.json": fixture[analytics.Peers](t, "peers"), "/twins.json": fixture[analytics.Twins](t, "twins"), "/units/U0006/partners.json": fixture[analytics.Partners](t, "partners"), "/quality.json": fixture[analytics.Quality](t, "quality"), "/funnel.json": fixture[analytics.FunnelPlot](t, "funnel"), "/credibility.json": fixture[analytics.Credibility](t, "credibility"), "/register.json": fixture[analytics.Register](t, "register"),
		"/criteria.json": fixture[analytics.Criteria](t, "criteria"), "/criteria.json?unit=U0006": fixture[analytics.Criteria](t, "criteria-unit"), "/spi.json": fixture[analytics.SPI](t, "spi"), "/?format=json": fixture[analytics.Overview](t, "overview"),
	} {
		w := get(t, h, path)
		got := reflect.New(reflect.TypeOf(want).Elem()).Interface()
		if err := json.Unmarshal(w.Body.Bytes(), got); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is not the answer", path)
		}
		if ct := w.Header().Get("Content-Type"); ct != "application/json; charset=utf-8" {
			t.Errorf("%s: %s", path, ct)
		}
	}
}

// A CSV opens in a spreadsheet: a mark for Excel, rows of one length, and
// nothing a spreadsheet would run.
func TestCSV(t *testing.T) {
	h := site(t)
	for _, path := range []string{"/overview.csv", "/ranking.csv", "/agencies.csv", "/agencies/K01.csv", "/units/U0006.csv", "/register.csv", "/criteria.csv", "/spi.csv", "/peers.csv", "/twins.csv", "/units/U0006/partners.csv", "/funnel.csv", "/credibility.csv", "/quality.csv", "/methods.csv", "/about.csv"} {
		w := get(t, h, path)
		body, marked := strings.CutPrefix(w.Body.String(), "\ufeff")
		if !marked {
			t.Errorf("%s has no byte order mark", path)
		}
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: %d rows, %v", path, len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+@\t\r", rune(cell[0])) {
					t.Errorf("%s: a spreadsheet would run %q", path, cell)
				}
			}
		}
		if cd := w.Header().Get("Content-Disposition"); !strings.HasPrefix(cd, `attachment; filename="tolok-`) {
			t.Errorf("%s: %s", path, cd)
		}
	}
	if body := get(t, h, "/ranking.csv").Body.String(); !strings.Contains(body, `'=HYPERLINK`) || !strings.Contains(body, "'@SUM(A1)") {
		t.Error("the hostile names are missing from the ranking")
	}
}

// A page's .csv is its answer's own table, the one that the command line
// prints.
func TestCSVIsTheAnswersTable(t *testing.T) {
	h := site(t)
	for path, answer := range map[string]interface{ Grid() analytics.Grid }{
		"/overview.csv": fixture[analytics.Overview](t, "overview"), "/ranking.csv": fixture[analytics.Ranking](t, "ranking"), "/agencies.csv": fixture[analytics.Agencies](t, "agencies"),
		"/agencies/K01.csv": fixture[analytics.Agency](t, "agency"), "/units/U0006.csv": fixture[analytics.Scorecard](t, "unit"), "/peers.csv": fixture[analytics.Peers](t, "peers"), "/twins.csv": fixture[analytics.Twins](t, "twins"), "/units/U0006/partners.csv": fixture[analytics.Partners](t, "partners"), "/quality.csv": fixture[analytics.Quality](t, "quality"),
		"/register.csv": fixture[analytics.Register](t, "register"), "/criteria.csv": fixture[analytics.Criteria](t, "criteria"), "/spi.csv": fixture[analytics.SPI](t, "spi"),
		"/funnel.csv": fixture[analytics.FunnelPlot](t, "funnel"), "/credibility.csv": fixture[analytics.Credibility](t, "credibility"),
	} {
		g := answer.Grid()
		var want strings.Builder
		c := table.NewCSVWriter(&want)
		for _, row := range append([][]string{g.Columns}, g.Rows...) {
			if err := c.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Flush(); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimPrefix(get(t, h, path).Body.String(), "\ufeff"); got != want.String() {
			t.Errorf("%s is not the answer's table", path)
		}
	}
}

var (
	oneTable = regexp.MustCompile(`(?s)<table>(.*?)</table>`)
	oneRow   = regexp.MustCompile(`(?s)<tr>(.*?)</tr>`)
	oneCell  = regexp.MustCompile(`<t[hd][ >]`)
)

// Every cell stands under its own heading.
func TestTablesAreStraight(t *testing.T) {
	h := site(t)
	seen := 0
	for _, path := range pages {
		for _, m := range oneTable.FindAllStringSubmatch(get(t, h, path).Body.String(), -1) {
			rows := oneRow.FindAllStringSubmatch(m[1], -1)
			heads := len(oneCell.FindAllString(rows[0][1], -1))
			for _, r := range rows[1:] {
				if n := len(oneCell.FindAllString(r[1], -1)); n != heads {
					t.Errorf("%s: %d cells under %d headings: %.200s", path, n, heads, visible(m[1]))
					break
				}
			}
			seen++
		}
	}
	if seen < 20 {
		t.Errorf("only %d tables were looked at", seen)
	}
}

// Units without a province are counted in the table, and lead nowhere.
func TestUnitsWithoutAProvince(t *testing.T) {
	o := fixture[analytics.Overview](t, "overview")
	o.Provinces = append(o.Provinces, analytics.ProvinceStat{Units: 7, Nominees: 999})
	for lang, name := range map[string]string{"id": "tanpa provinsi", "en": "no province"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/?lang="+lang, nil)
		if err != nil {
			t.Fatal(err)
		}
		req, err := newRequest(r)
		if err != nil {
			t.Fatal(err)
		}
		first := busiestTable(req, o.Provinces).Rows[0][0]
		if first.Text != name || first.Href != "" {
			t.Errorf("%s: %+v", lang, first)
		}
	}
}

// A cycle whose answers were not kept has no recomputed total to compare with,
// and says so where the answers would stand.
func TestScoresWithoutAnswers(t *testing.T) {
	c := fixture[analytics.Scorecard](t, "unit")
	c.Basis, c.Items, c.Reported = "scores", nil, c.Total
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/units/U0006?lang=en", nil)
	if err != nil {
		t.Fatal(err)
	}
	req, err := newRequest(r)
	if err != nil {
		t.Fatal(err)
	}
	b := unitView(req, c).body.(*unitBody)
	for _, card := range b.Cards {
		if strings.Contains(card.Sub, "recomputed") {
			t.Errorf("card %+v compares with what was never recomputed", card)
		}
	}
	if !strings.Contains(b.NoItems, "not kept") || len(b.Items.Rows) > 0 {
		t.Errorf("in place of the answers stands %q", b.NoItems)
	}
}

// Names that try to break out stay names, wherever they stand.
func TestHostileNames(t *testing.T) {
	h := site(t)
	for _, path := range []string{"/units/U0006", "/ranking", "/agencies"} {
		body := get(t, h, path).Body.String()
		if strings.Contains(body, "<script>alert") || strings.Contains(body, "</script> &") || strings.Contains(body, "<!--") {
			t.Errorf("%s: a name broke out", path)
		}
		if !strings.Contains(body, "&lt;script&gt;alert(1)") {
			t.Errorf("%s: the hostile name is not on the page", path)
		}
	}
}

// What is unknown shows "-" with its reason, never a silent 0 or nothing.
func TestUnknownSaysWhy(t *testing.T) {
	h := site(t)
	for path, why := range map[string]string{
		"/units/U0006?lang=id": "skala survei tidak diketahui", "/ranking?lang=id": "tidak ada indeks survei", "/?lang=id": "belum ada calon yang diputus", "/empty/units/X?lang=en": "no score in this layer",
	} {
		body := get(t, h, path).Body.String()
		if !strings.Contains(body, `<span class="unknown" title="`+why+`">-</span><span class="sr"> `+why) {
			t.Errorf("%s does not say %q", path, why)
		}
	}
	if regexp.MustCompile(`title="">-<`).MatchString(get(t, h, "/units/U0006").Body.String()) {
		t.Error("a dash without a reason")
	}
}

// Every parameter of the filter is read from the URL.
func TestFilterIsReadFromTheURL(t *testing.T) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/ranking?cycle=2024&layer=tpi&kind=kota&agency=A&unit_type=kppn&province=31&target=WBK&issuer=mandiri&unit=U&by=MP&q=x%20y&page=2&size=10&order=asc", nil)
	if err != nil {
		t.Fatal(err)
	}
	req, err := newRequest(r)
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(req.Filter)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("%s was not read", v.Type().Field(i).Name)
		}
	}
}

// Links keep what follows the reader and nothing else.
func TestLinksKeepTheReader(t *testing.T) {
	const path = "/ranking?lang=en&snapshot=9f2c&cycle=2024&q=x"
	w := httptest.NewRecorder()
	member := auth.WithIdentity(t.Context(), auth.Identity{Scope: auth.Scope{Role: auth.Perencana}, Via: auth.ViaDemo})
	site(t).ServeHTTP(w, httptest.NewRequestWithContext(member, http.MethodGet, path, nil))
	if body := get(t, site(t), path).Body.String(); strings.Contains(body, `href="/units/`) {
		t.Error("the public is sent to a unit's page, which refuses it")
	}
	body := w.Body.String()
	for _, want := range []string{`href="/units/U0001?cycle=2024&amp;lang=en&amp;snapshot=9f2c"`, `href="/methods?lang=en&amp;snapshot=9f2c"`, `href="/ranking.csv?cycle=2024&amp;lang=en&amp;q=x&amp;snapshot=9f2c"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
}

// Every template that exists is executed by the pages above.
func TestNoTemplateIsForgotten(t *testing.T) {
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	ts, err := loadTemplates(a)
	if err != nil {
		t.Fatal(err)
	}
	for name := range ts.pages {
		known := []string{"mentors", "report", "path", "overview", "ranking", "agencies", "agency", "unit", "register", "criteria", "spi", "peers", "twins", "partners", "letter", "funnel", "credibility", "quality", "methods", "about", "forecast", "nominee", "report-card", "portfolio", "early-warning", "error", "submissions", "submission", "submission-new", "portals", "sign-in", "form", "account", "accounts", "one", "admin", "releases", "audit"}
		if !slices.Contains(known, name) {
			t.Errorf("template %s belongs to no tested page", name)
		}
	}
}

// A page's .xlsx is the same table, and its second sheet says what it rests on.
func TestWorkbookIsTheTable(t *testing.T) {
	h := site(t)
	g := fixture[analytics.Ranking](t, "ranking").Grid()
	w := get(t, h, "/ranking.xlsx?lang=en")
	if ct := w.Header().Get("Content-Type"); ct != typeXLSX || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("type %s, encoding %q", ct, w.Header().Get("Content-Encoding"))
	}
	f, err := excelize.OpenReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Data", excelize.Options{RawCellValue: true})
	if err != nil || len(rows) != len(g.Rows)+1 {
		t.Fatalf("%d rows, want %d and a header: %v", len(rows), len(g.Rows), err)
	}
	for i, want := range append([][]string{g.Columns}, g.Rows...) {
		for j := range want {
			got := ""
			if j < len(rows[i]) { // empty cells at the end of a row are not kept
				got = rows[i][j]
			}
			a, errA := strconv.ParseFloat(got, 64)
			b, errB := strconv.ParseFloat(want[j], 64)
			if got != want[j] && (errA != nil || errB != nil || a != b) {
				t.Errorf("row %d, %s: %q, want %q", i, g.Columns[j], got, want[j])
			}
		}
	}
	about, err := f.GetRows("About")
	if err != nil || !strings.Contains(fmt.Sprint(about), "9f2c41d07be8") {
		t.Errorf("the sheet about it: %v %v", about, err)
	}
}

// Every rule and reason of matching, and every state of the register, has its
// word.
func TestEveryMatchHasItsWord(t *testing.T) {
	for group, codes := range map[string][]string{
		"match": match.Rules, "unmatched": append(slices.Clone(match.Reasons), "doubled"), "register.state": analytics.RegisterStates,
		"next-step": {"wbbm", "holds-wbbm", "barred", "open", "unknown"}, "strength": {"together", "apart", "unclear", "unknown"},
	} {
		for _, code := range codes {
			if !text.Has(group + "." + code) {
				t.Errorf("%s.%s has no word", group, code)
			}
		}
	}
}
