package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"tolok/analytics"
	"tolok/web/text"
)

// The themes, the default first.
var themes = []string{"auto", "light", "dark"}

// The forms of a page.
const (
	formHTML = "html"
	formJSON = "json"
	formCSV  = "csv"
	formXLSX = "xlsx"
)

// forms are those a page has beside itself.
var forms = []string{formJSON, formCSV, formXLSX}

// request is one asking: whose language, which theme, about what, in which
// form.
type request struct {
	*http.Request
	text.Words
	Theme  string
	Filter analytics.Filter
	ID     string // of the path
	form   string
	query  url.Values

	posted url.Values                    // of a form that was sent; nil for a page that is read
	fault  *fault                        // why it was not accepted
	once   any                           // what can be shown this one time, such as a token
	shows  func(*request) (*view, error) // the page after the form, in place of the form's
}

// newRequest reads the URL. Anything in it that cannot be read is the
// asker's fault and says so.
func newRequest(r *http.Request) (*request, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("%w: the query string cannot be read", analytics.ErrBadRequest)
	}
	req := &request{Request: r, Words: text.In(language(r)), Theme: theme(r), query: q, ID: mux.Vars(r)["id"]}
	if req.form, err = formOf(r, q); err != nil {
		return nil, err
	}
	return req, analytics.Decode(q, &req.Filter)
}

func formOf(r *http.Request, q url.Values) (string, error) {
	form := strings.TrimPrefix(mux.Vars(r)["ext"], ".")
	if form == "" {
		form = q.Get("format")
	}
	switch form {
	case "", formHTML:
		return formHTML, nil
	}
	if !slices.Contains(forms, form) {
		return "", fmt.Errorf("%w: format=%q; use html, %s", analytics.ErrBadRequest, form, strings.Join(forms, ", "))
	}
	return form, nil
}

// language is the URL's, else the one chosen before, else the browser's, else
// Indonesian.
func language(r *http.Request) string {
	if l := r.URL.Query().Get("lang"); slices.Contains(text.Langs, l) {
		return l
	}
	if c, err := r.Cookie("lang"); err == nil && slices.Contains(text.Langs, c.Value) {
		return c.Value
	}
	return accepted(r.Header.Get("Accept-Language"))
}

// accepted picks the language a browser likes best; at equal liking the one it
// names first.
func accepted(header string) string {
	best, liking := text.Indonesian, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if primary == "in" { // the old code of Indonesian
			primary = text.Indonesian
		}
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			q, _ = strconv.ParseFloat(v, 64)
		}
		if slices.Contains(text.Langs, primary) && q > liking {
			best, liking = primary, q
		}
	}
	return best
}

func theme(r *http.Request) string {
	if t := r.URL.Query().Get("theme"); slices.Contains(themes, t) {
		return t
	}
	if c, err := r.Cookie("theme"); err == nil && slices.Contains(themes, c.Value) {
		return c.Value
	}
	return themes[0]
}

// kept are the parameters that follow the reader from page to page.
var kept = []string{"lang", "theme", "snapshot"}

// Link is the address of another page with name, value pairs; what follows the
// reader is kept.
func (r *request) Link(path string, pairs ...any) string {
	q := url.Values{}
	for _, name := range kept {
		if r.query.Has(name) {
			q.Set(name, r.query.Get(name))
		}
	}
	return address(path, q, pairs)
}

// Deep is Link that keeps the cycle and the layer too.
func (r *request) Deep(path string, pairs ...any) string {
	for _, name := range []string{"cycle", "layer"} {
		if r.query.Has(name) {
			pairs = append([]any{name, r.query.Get(name)}, pairs...)
		}
	}
	return r.Link(path, pairs...)
}

// With is this page with some parameters changed; an empty value removes one.
func (r *request) With(pairs ...any) string {
	q := url.Values{}
	for name, v := range r.query {
		q[name] = v
	}
	return address(r.URL.EscapedPath(), q, pairs)
}

// path is this page's, whatever form was asked for.
func (r *request) path() string {
	path := r.URL.EscapedPath()
	for _, form := range forms {
		path = strings.TrimSuffix(path, "."+form)
	}
	if path == "/" {
		path = "/overview"
	}
	return path
}

// As is this page in another form.
func (r *request) As(form string) string {
	path := r.path()
	q := url.Values{}
	for name, v := range r.query {
		if name != "format" && name != "theme" {
			q[name] = v
		}
	}
	return address(path+"."+form, q, nil)
}

func address(path string, q url.Values, pairs []any) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		name, v := fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1])
		if v == "" {
			q.Del(name)
		} else {
			q.Set(name, v)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// UnitLink and AgencyLink lead to what a row is about; nowhere for the public.
func (r *request) UnitLink(id string) string { return r.Inside("/units/" + url.PathEscape(id)) }

// AgencyLink leads to an agency's page.
func (r *request) AgencyLink(id string) string { return r.Inside("/agencies/" + url.PathEscape(id)) }

// Inside is Deep to a page for those who have signed in; for others it leads
// nowhere, for a link to a page that refuses is a dead end.
func (r *request) Inside(path string, pairs ...any) string {
	if signedIn.check(r.who()) != nil {
		return ""
	}
	return r.Deep(path, pairs...)
}
