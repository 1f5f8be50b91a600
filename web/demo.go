package web

import (
	"net/http"
	"slices"

	"tolok/web/auth"
)

// demoCookie holds the role that was clicked. It opens nothing that anyone on
// this machine could not open with a click.
const demoCookie = "tolok-demo"

// demoIdentity is the demonstration's: whoever the reader clicked, at first the
// public.
func (s *Server) demoIdentity(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		if c, err := r.Cookie(demoCookie); err == nil {
			if i := slices.IndexFunc(s.opt.Demo, func(d auth.Scope) bool { return string(d.Role) == c.Value }); i >= 0 {
				r = r.WithContext(auth.WithIdentity(r.Context(), auth.Demo(s.opt.Demo[i])))
			}
		}
		next.ServeHTTP(w, r)
	})
}

// chooseRole signs in to the demonstration by a click.
func (s *Server) chooseRole(w http.ResponseWriter, r *http.Request) error {
	posted, err := postForm(r)
	if err != nil {
		return err
	}
	back, err := localPage(posted.Get("to"))
	if err != nil {
		return err
	}
	c := &http.Cookie{Name: demoCookie, Value: posted.Get("role"), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if !slices.ContainsFunc(s.opt.Demo, func(d auth.Scope) bool { return string(d.Role) == c.Value }) {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(w, c)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, back.String(), http.StatusSeeOther)
	return nil
}

// banner is the strip above every page that says whose eyes it is seen with.
type banner struct {
	Kind       string // demo, view-as
	Title      string
	Text       string
	Action, To string
	Choices    []option
}

// banners of a page: the demonstration says loudly that it is one, and a view
// as another cannot be mistaken for one's own.
func (s *Server) banners(req *request) (out []banner) {
	who := req.who()
	if len(s.opt.Demo) > 0 {
		b := banner{Kind: "demo", Title: req.T("demo.title"), Text: req.T("demo.text", "role", req.Speaks(who.Scope)), Action: "/demo", To: req.here()}
		for _, d := range s.opt.Demo {
			b.Choices = append(b.Choices, option{string(d.Role), req.Speaks(d), d == who.Scope})
		}
		b.Choices = append(b.Choices, option{public, req.T("role.public"), who.Scope == auth.Scope{}})
		out = append(out, b)
	}
	if who.ViewAs {
		out = append(out, banner{
			Kind: "view-as", Title: req.T("view-as.banner", "role", req.Speaks(who.Scope)), Text: req.T("view-as.text", "name", who.Name),
			Action: "/view-as/stop", Choices: []option{{"", req.T("view-as.stop"), false}},
		})
	}
	return out
}

// here is the page to come back to; not that of a form that was sent.
func (r *request) here() string {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return "/"
	}
	return r.URL.RequestURI()
}
