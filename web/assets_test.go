package web

import (
	"bytes"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tolok/web/text"
)

// The scripts are served in the best encoding the client takes, and may be
// kept for good under their hashed address.
func TestAssetEncodings(t *testing.T) {
	h := site(t)
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	address, err := a.url("echarts.min.js")
	if err != nil {
		t.Fatal(err)
	}
	plain := get(t, h, address).Body.Bytes()
	for accept, want := range map[string]string{"": "", "gzip": "gzip", "gzip, deflate, br": "br", "br;q=0, gzip": "gzip", "identity": ""} {
		w := get(t, h, address, "Accept-Encoding", accept)
		if w.Header().Get("Content-Encoding") != want || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("%q: %v", accept, w.Header())
		}
		if want == "gzip" && !bytes.Equal(gunzip(t, w.Body.Bytes()), plain) {
			t.Error("the .gz is not the script")
		}
		if want == "br" && w.Body.Len() >= len(plain)/2 {
			t.Error("the .br is not packed")
		}
		if again := get(t, h, address, "Accept-Encoding", accept, "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
			t.Errorf("%q: asked again, got %d", accept, again.Code)
		}
	}
	if w := get(t, h, "/static/echarts.min.js"); w.Header().Get("Cache-Control") != "no-cache" {
		t.Error("an address without its hash may be kept for good")
	}
	if _, err := a.url("none.css"); err == nil {
		t.Error("an asset that does not exist has an address")
	}
	css := get(t, h, "/static/tokens.css").Body.String()
	for _, font := range []string{"fonts/inter-latin.woff2", "fonts/inter-latin-ext.woff2"} {
		if !strings.Contains(css, `url("`+font+"?v="+a.files[font].hash) {
			t.Errorf("the style sheet does not name %s by its hash", font)
		}
	}
	if len(a.licences()) < 3 {
		t.Error("licence texts are missing")
	}
}

// Colours live in tokens.css alone. The mark is an image, not interface.
func TestColoursAreTokens(t *testing.T) {
	colour := regexp.MustCompile(`(?i)#[0-9a-f]{3}\b|#[0-9a-f]{6}\b|#[0-9a-f]{8}\b|\brgba?\(|\bhsla?\(|: *(white|black|red|green|blue|gray|grey|orange)\b`)
	for _, pattern := range []string{"static/app.css", "static/app.js", "templates/*.html", "*.go", "chart/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %v", pattern, names, err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if m := colour.Find(b); m != nil && !strings.HasSuffix(name, "_test.go") {
				t.Errorf("%s names the colour %s", name, m)
			}
		}
	}
}

// Every token that is used exists, in both themes where themes differ.
func TestTokensExist(t *testing.T) {
	b, err := fs.ReadFile(staticFiles, "static/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	defined := map[string]int{}
	for _, m := range regexp.MustCompile(`(--[a-z0-9-]+):`).FindAllStringSubmatch(string(b), -1) {
		defined[m[1]]++
	}
	for _, name := range []string{"static/app.css", "static/app.js", "chart/option.go", "chart/tiles.go", "chart/rows_option.go", "chart/columns.go"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`var\((--[a-z0-9-]+)\)|token\("([a-z0-9-]+)"\)|"token:([a-z0-9-]+[a-z0-9])"`).FindAllStringSubmatch(string(b), -1) {
			token := m[1]
			if token == "" {
				token = "--" + m[2] + m[3]
			}
			if defined[token] == 0 {
				t.Errorf("%s uses %s, which tokens.css does not define", name, token)
			}
		}
	}
	for name, n := range defined {
		if (strings.HasPrefix(name, "--chart-") || strings.HasPrefix(name, "--seq-")) && n != 3 && !strings.HasSuffix(name, "font") && !strings.HasSuffix(name, "small") {
			t.Errorf("%s is defined %d times; the light theme and both places of the dark one need it", name, n)
		}
	}
}

// Letters can be read on their ground in both themes (WCAG AA, 4.5 to 1), and
// marks told from it (3 to 1).
func TestContrast(t *testing.T) {
	b, err := fs.ReadFile(staticFiles, "static/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(b)
	_, dark, ok := strings.Cut(css, `[data-theme="dark"] {`)
	if !ok {
		t.Fatal("tokens.css has no dark theme")
	}
	light, _, _ := strings.Cut(css, "@media (prefers-color-scheme: dark)")
	for theme, values := range map[string]map[string]string{"light": tokensOf(light), "dark": merged(tokensOf(light), tokensOf(dark))} {
		pairs := [][2]string{{"text", "page-ground"}, {"text", "surface"}, {"muted", "page-ground"}, {"muted", "surface"}, {"muted", "surface-alt"}, {"link", "surface"}, {"link", "page-ground"}, {"accent", "surface"}, {"on-primary", "primary"}, {"surface", "text"}}
		for _, s := range []string{"good", "warn", "bad", "info"} {
			pairs = append(pairs, [2]string{s, s + "-ground"})
		}
		for i := range 6 {
			pairs = append(pairs, [2]string{"seq-" + strconv.Itoa(i) + "-text", "seq-" + strconv.Itoa(i)})
		}
		for _, p := range pairs {
			if c := contrast(t, values, p[0], p[1]); c < 4.5 {
				t.Errorf("%s: %s on %s is %.2f to 1", theme, p[0], p[1], c)
			}
		}
		for i := range 6 {
			if c := contrast(t, values, "chart-"+strconv.Itoa(i), "surface"); c < 3 {
				t.Errorf("%s: chart-%d on the surface is %.2f to 1", theme, i, c)
			}
		}
		for _, p := range [][2]string{{"border-strong", "surface"}, {"focus", "page-ground"}, {"focus", "surface"}} {
			if c := contrast(t, values, p[0], p[1]); c < 3 {
				t.Errorf("%s: %s on %s is %.2f to 1", theme, p[0], p[1], c)
			}
		}
	}
}

func tokensOf(css string) map[string]string {
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+): *([^;]+);`).FindAllStringSubmatch(css, -1) {
		out[m[1]] = m[2]
	}
	return out
}

func merged(a, b map[string]string) map[string]string {
	out := map[string]string{}
	for _, m := range []map[string]string{a, b} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

func contrast(t *testing.T, tokens map[string]string, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, tokens, a), luminance(t, tokens, b)
	return (math.Max(x, y) + .05) / (math.Min(x, y) + .05)
}

func luminance(t *testing.T, tokens map[string]string, name string) float64 {
	t.Helper()
	v := tokens[name]
	for strings.HasPrefix(v, "var(--") {
		v = tokens[strings.TrimSuffix(strings.TrimPrefix(v, "var(--"), ")")]
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(v, "#"), 16, 32)
	if err != nil {
		t.Fatalf("token %s is %q, not a colour", name, v)
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&255) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*part(16) + .7152*part(8) + .0722*part(0)
}

// Every key that the program names exists, and every key that exists is named
// somewhere: whole, or by its group where the code comes from the data.
func TestKeysAreUsed(t *testing.T) {
	var source strings.Builder
	for _, pattern := range []string{"*.go", "chart/*.go", "text/*.go", "templates/*.html"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(filepath.Base(name), "words_") {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(b)
		}
	}
	for _, m := range regexp.MustCompile(`\bT\(?\s*"([a-z][A-Za-z0-9.-]+[a-zA-Z0-9])"`).FindAllStringSubmatch(source.String(), -1) {
		if !text.Has(m[1]) {
			t.Errorf("%q is used and does not exist", m[1])
		}
	}
	byCode := []string{
		"kind.", "layer.", "area.", "stage.", "result.", "tier.", "issuer.", "target.", "criterion.", "gate.", "level.", "group.", "status.", "state.", "basis.", "policy.", "method.",
		"by.", "order.", "severity.", "show.", "break.", "month.", "note.", "term.", "termname.", "lang.", "theme.", "error.", "filter.", "col.", "methods.layer.", "methods.check.", "finding.", "found.", "methods.formula.", "word.",
		"submissions.lead.", "submission.lead.", "next.", "deed.", "task.", "refusal.", "submission.draft", "submission.checked", "submission.confirmed", "submission.accepted", "submission.returned", "submission.withdrawn",
		"interval.", "ask.", "path.cycles.", "mentors.capacity", "mentors.reserve", "match.", "unmatched.", "next-step.", "register.state.", "strength.", "spi.pass_rate", "act.", "done.", "fault.", "field.", "role.", "nav.", "accounts.", "releases.", "audit.",
		"groups.", "likeness.", "partners.why.", "twins.among.", "study.", "span.", "pair.", "indicator.", "outlier.", "trust.", "reason.", "chart.passfunnel.", "chart.adjustedfunnel.",
		"stamp.", "doubt.", "attempt.", "input.", "what.", "meaning.", "year.", "portfolio.", "card.", "grade.skill.",
	}
	for _, key := range text.Keys() {
		named := strings.Contains(source.String(), `"`+key+`"`)
		for _, group := range byCode {
			named = named || strings.HasPrefix(key, group)
		}
		if !named {
			t.Errorf("%q exists and is not used", key)
		}
	}
}
