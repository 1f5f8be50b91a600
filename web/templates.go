package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"tolok/web/auth"
	"tolok/web/text"
)

//go:embed templates
var templateFiles embed.FS

// templates are the pages, each with the layout and the shared parts.
type templates struct {
	pages map[string]*template.Template
	build string
}

// shared are the files that every page is parsed with.
var shared = []string{"templates/layout.html", "templates/parts.html"}

func loadTemplates(a *assets) (*templates, error) {
	t := &templates{pages: map[string]*template.Template{}}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	var all bytes.Buffer
	for _, name := range names {
		b, err := templateFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all.Write(b)
		if name == shared[0] || name == shared[1] {
			continue
		}
		page, err := template.New("layout.html").Funcs(functions(a)).ParseFS(templateFiles, append(shared, name)...)
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		t.pages[strings.TrimSuffix(strings.TrimPrefix(name, "templates/"), ".html")] = page
	}
	t.build = hashOf(all.Bytes())
	return t, nil
}

// functions are the few that templates need beside the methods of [page].
func functions(a *assets) template.FuncMap {
	return template.FuncMap{
		"asset": a.url,
		"pass":  pass,
	}
}

// part hands a piece of a page to a shared template together with the page.
type part struct {
	*page
	V any
}

// pass makes a part from a page, or from a part of one.
func pass(from, v any) (part, error) {
	switch from := from.(type) {
	case *page:
		return part{from, v}, nil
	case part:
		return part{from.page, v}, nil
	}
	return part{}, fmt.Errorf("pass: %T is neither a page nor a part", from)
}

// page is what a template sees: the reader's words and links, and the view.
type page struct {
	*request
	Title, Lead string
	Crumbs      []crumb
	Body        any
	Foot        *foot
	Nav         navigation
	Status      int
	Reload      int
	Banners     []banner
	Me          *me
	explained   map[string]bool
}

// me is the corner of the header that says who is signed in; nil where nobody
// can sign in.
type me struct {
	Name, Role    string
	SignIn        string // address, for who is not
	Account       string // address, for who is at what is its own
	CanLeave      bool
	SignOutAction string
}

func (s *Server) me(req *request) *me {
	who := req.who()
	switch {
	case s.opt.Accounts == nil:
		return nil
	case !who.SignedIn():
		return &me{SignIn: req.Link("/sign-in", "to", req.here())}
	}
	m := &me{Name: who.Name, Role: req.Speaks(who.Scope), CanLeave: who.Via == auth.ViaSession, SignOutAction: req.Link("/sign-out")}
	if s.may(req, "/account") {
		m.Account = req.Link("/account")
	}
	return m
}

type navItem struct {
	Text, Href string
	Here       bool
}

// writePage executes the page's template into memory first: a broken page is
// an error page, never half a page.
func (s *Server) writePage(w http.ResponseWriter, req *request, v *view, status int) error {
	t, ok := s.pages.pages[v.template]
	if !ok {
		return fmt.Errorf("web: there is no template %q", v.template)
	}
	p := &page{
		request: req, Title: v.title, Lead: v.lead, Crumbs: v.crumbs, Body: v.body, Foot: footOf(req, v), Nav: s.navigation(req), Banners: s.banners(req), Me: s.me(req), Status: status, Reload: v.reload,
		explained: map[string]bool{},
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return fmt.Errorf("page %s: %w", v.template, err)
	}
	write(w, req.Request, status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// Explained is an official term; the first time on a page it carries its
// explanation.
type Explained struct {
	text.Term
	First bool
}

// Explain gives a term for the template "term".
func (p *page) Explain(key string) Explained {
	first := !p.explained[key]
	p.explained[key] = true
	return Explained{p.Term(key), first}
}

// Switch is one choice of a switch in the header.
type Switch struct {
	Text, Name, Href, Value string
	On                      bool
}

// LangSwitch and ThemeSwitch are the header's two switches.
func (p *page) LangSwitch() []Switch { return p.switches("lang", text.Langs, p.Lang()) }

// ThemeSwitch offers light, dark, and what the system says.
func (p *page) ThemeSwitch() []Switch { return p.switches("theme", themes, p.Theme) }

func (p *page) switches(name string, values []string, now string) []Switch {
	out := make([]Switch, 0, len(values))
	for _, v := range values {
		out = append(out, Switch{
			Text: p.T(name + "." + v), Name: p.T(name + "." + v + ".long"), Value: v, On: v == now,
			Href: address("/preferences", map[string][]string{}, []any{name, v, "to", p.here()}),
		})
	}
	return out
}

// Rules links to the chapter of /methods about rules.
func (p *page) MethodsLink(anchor string) string { return p.Link("/methods") + "#" + anchor }
