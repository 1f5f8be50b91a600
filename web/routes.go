package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/gorilla/mux"
)

// ext is what the address of a page may end with to get its other forms.
var ext = `{ext:(?:\.` + strings.Join(forms, `|\.`) + `)?}`

// route is one line of the map of the site. Who may open it cannot be left out.
type route struct {
	method string
	path   string
	who    access
	serve  http.Handler
	upload bool // takes a file
}

func read(path string, who access, h http.Handler) route {
	return route{method: http.MethodGet, path: path, who: who, serve: h}
}

func send(path string, who access, h http.Handler) route {
	return route{method: http.MethodPost, path: path, who: who, serve: h}
}

// name is the path without its patterns, for the log and the counters.
func (t route) name() string {
	return pattern.ReplaceAllString(strings.ReplaceAll(t.path, ext, ""), "}")
}

// pattern is what a variable of a path may be.
var pattern = regexp.MustCompile(`:[^{}]*(?:\{[^{}]*\}[^{}]*)*}`)

// routes is the map of the site. Which part of the country a page shows to whom
// is not decided here but under its query; here it is who may ask at all.
func (s *Server) routes() []route {
	table := []route{
		read("/", everyone, s.page(s.overview)),
		read("/overview"+ext, everyone, s.page(s.overview)),
		read("/ranking"+ext, signedIn, s.page(s.ranking)),
		read("/agencies"+ext, everyone, s.page(s.agencies)),
		read("/agencies/{id:[^/]+?}"+ext, signedIn, s.page(s.agency)),
		read("/units/{id:[^/]+?}"+ext, signedIn, s.page(s.unit)),
		read("/forecast"+ext, signedIn, s.page(s.forecast)),
		read("/forecast/report-card"+ext, signedIn, s.page(s.reportCard)),
		read("/forecast/portfolio"+ext, signedIn, s.page(s.portfolio)),
		read("/forecast/early-warning"+ext, signedIn, s.page(s.earlyWarning)),
		read("/criteria"+ext, signedIn, s.page(s.criteria)),
		read("/register"+ext, everyone, s.page(s.register)),
		read("/spi"+ext, everyone, s.page(s.spi)),
		read("/peers"+ext, signedIn, s.page(s.peers)),
		read("/twins"+ext, signedIn, s.page(s.twins)),
		read("/units/{id:[^/]+?}/partners"+ext, signedIn, s.page(s.partners)),
		read("/units/{id:[^/]+?}/partners/letter", signedIn, s.page(s.letter)),
		read("/funnel"+ext, everyone, s.page(s.funnel)),
		read("/credibility"+ext, signedIn, s.page(s.credibility)),
		read("/units/{id:[^/]+?}/path"+ext, signedIn, s.page(s.path)),
		read("/units/{id:[^/]+?}/report"+ext, signedIn, s.page(s.report)),
		read("/agencies/{id:[^/]+?}/reports", signedIn, s.within(s.often, s.handle(s.reports))),
		read("/mentors"+ext, plansVisits, s.page(s.mentors)),
		read("/quality"+ext, signedIn, s.page(s.quality)),
		read("/methods"+ext, everyone, s.page(s.methods)),
		read("/about"+ext, everyone, s.page(s.about)),
		read(openAPIPath, everyone, s.handle(s.openAPI)),
		read("/preferences", everyone, s.handle(s.preferences)),
		// Open to all, for they show nothing of the data: what the pages are
		// drawn with, and whether the program runs.
		read("/static/", everyone, s.handle(s.static)),
		read("/healthz", everyone, s.handle(s.healthz)),
		read("/readyz", everyone, s.handle(s.readyz)),
		read(metricsPath, everyone, s.handle(s.metrics)), // asks for a token of its own
	}
	table = append(table, s.submissionRoutes()...)
	switch {
	case s.opt.Accounts != nil:
		table = append(table, s.accountRoutes()...)
	case len(s.opt.Demo) > 0:
		table = append(table, send("/demo", everyone, s.handle(s.chooseRole)))
	}
	return table
}

// accountRoutes exist where there are accounts.
func (s *Server) accountRoutes() []route {
	signIn := func(h http.Handler) http.Handler { return s.within(s.signIns, h) }
	table := []route{
		read("/sign-in", everyone, s.show(s.signInPage)),
		send("/sign-in", everyone, signIn(s.deed(s.signInPage, s.signIn))),
		send("/sign-in/code", everyone, signIn(s.deed(s.codePage, s.signInCode))),
		send("/sign-out", inSession, s.deed(s.signInPage, s.signOut)),
		read("/invitation", everyone, signIn(s.show(s.invitationPage))),
		send("/invitation", everyone, signIn(s.deed(s.invitationPage, s.accept))),

		read("/account", oneself, s.show(s.accountPage)),
		send("/account/password", oneself, s.deed(s.accountPage, s.changePassword)),
		send("/account/totp", oneself, s.deed(s.accountPage, s.enrol)),
		send("/account/totp/confirm", oneself, s.deed(s.accountPage, s.confirmTOTP)),
		send("/account/totp/disable", oneself, s.deed(s.accountPage, s.disableTOTP)),
		send("/account/sessions/end", oneself, s.deed(s.accountPage, s.endSession)),
		send("/account/tokens", oneself, s.deed(s.accountPage, s.createToken)),
		send("/account/tokens/revoke", oneself, s.deed(s.accountPage, s.revokeToken)),

		read("/accounts", administrator, s.show(s.accountsPage)),
		send("/accounts/invite", administrator, s.deed(s.accountsPage, s.invite)),
		send("/accounts/withdraw", administrator, s.deed(s.accountsPage, s.withdraw)),
		read("/accounts/{id}", administrator, s.show(s.onePage)),
		send("/accounts/{id}/role", administrator, s.deed(s.onePage, s.changeRole)),
		send("/accounts/{id}/{what:disable|enable|reset|clear-totp|end-sessions|revoke-tokens}", administrator, s.deed(s.onePage, s.manage)),

		send("/units/{id:[^/]+?}/partners/ask", signedIn, s.deed(s.partners, s.askStudy)),
		send("/visits/{id}", signedIn, s.deed(s.partnersOfStudy, s.stepStudy)),

		read("/view-as", administrator, s.show(s.viewAsPage)),
		send("/view-as", administrator, s.deed(s.viewAsPage, s.viewAs)),
		send("/view-as/stop", inSession, s.deed(s.viewAsPage, s.viewAsSelf)),
		read("/releases", national, s.show(s.releasesPage)),
		send("/releases", national, s.deed(s.releasesPage, s.release)),
		read("/audit"+ext, administrator, s.page(s.auditPage)),
		read("/settings", national, s.show(s.settingsPage)),
		send("/settings", national, s.deed(s.settingsPage, s.saveSettings)),
	}
	if s.opt.OIDC != nil {
		table = append(table, read("/sign-in/oidc", everyone, signIn(s.handle(s.beginOIDC))), read("/sign-in/oidc/return", everyone, signIn(s.handle(s.finishOIDC))))
	}
	return table
}

// router serves the table.
func (s *Server) router() (http.Handler, error) {
	m := mux.NewRouter()
	m.StrictSlash(false)
	for _, t := range s.table {
		if t.who.check == nil {
			return nil, fmt.Errorf("web: route %s does not say who may open it", t.path)
		}
		methods := []string{t.method}
		if t.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		at := m.Path(t.path)
		if strings.HasSuffix(t.path, "/") && t.path != "/" {
			at = m.PathPrefix(t.path)
		}
		at.Methods(methods...).Handler(s.guard(t, t.serve))
	}
	m.NotFoundHandler = s.handle(func(http.ResponseWriter, *http.Request) error { return errNoPage })
	m.MethodNotAllowedHandler = s.handle(func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Allow", allowed(m, r))
		return errMethod
	})
	s.uploads = func(r *http.Request) bool {
		for _, t := range s.table {
			if t.upload && t.method == r.Method && t.path == r.URL.Path { // such paths hold no pattern
				return true
			}
		}
		return false
	}
	return m, nil
}

// allowed lists the methods of an address.
func allowed(m *mux.Router, r *http.Request) string {
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		var match mux.RouteMatch
		other := r.Clone(r.Context())
		other.Method = method
		if m.Match(other, &match) && match.MatchErr == nil {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}

// may says whether the one who asks may open a page.
func (s *Server) may(req *request, path string) bool {
	for _, t := range s.table {
		if t.method == http.MethodGet && t.name() == path {
			return t.who.check(req.who()) == nil
		}
	}
	return false
}

// handler is a handler that can fail.
type handler func(http.ResponseWriter, *http.Request) error

// handle runs a handler and turns its error into a page.
func (s *Server) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// page makes a handler of a page: read the request, fetch the view, write it
// in the form that was asked for.
func (s *Server) page(fetch func(*request) (*view, error)) http.Handler {
	return s.within(s.often, s.handle(func(w http.ResponseWriter, r *http.Request) error {
		req, err := newRequest(r)
		if err != nil {
			return err
		}
		v, err := fetch(req)
		if err != nil {
			return err
		}
		s.seen(req)
		return s.respond(w, req, v)
	}))
}
