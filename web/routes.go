package web

import (
	"net/http"

	"github.com/gorilla/mux"
)

// ext is what the address of a page may end with to get its other forms.
const ext = `{ext:(?:\.json|\.csv)?}`

// routes is the map of the site.
func (s *Server) routes() http.Handler {
	m := mux.NewRouter()
	m.StrictSlash(false)
	get := m.Methods(http.MethodGet, http.MethodHead).Subrouter()

	get.Handle("/", s.page(s.overview))
	get.Handle("/overview"+ext, s.page(s.overview))
	get.Handle("/ranking"+ext, s.page(s.ranking))
	get.Handle("/agencies"+ext, s.page(s.agencies))
	get.Handle("/agencies/{id:[^/]+?}"+ext, s.page(s.agency))
	get.Handle("/units/{id:[^/]+?}"+ext, s.page(s.unit))
	get.Handle("/quality"+ext, s.page(s.quality))
	get.Handle("/methods"+ext, s.page(s.methods))
	get.Handle("/about"+ext, s.page(s.about))
	get.Handle("/preferences", s.handle(s.preferences))
	get.Handle("/healthz", s.handle(s.healthz))
	get.Handle("/readyz", s.handle(s.readyz))
	get.PathPrefix("/static/").Handler(s.handle(s.static))

	s.addSubmissions(m)

	m.NotFoundHandler = s.handle(func(http.ResponseWriter, *http.Request) error { return errNoPage })
	m.MethodNotAllowedHandler = s.handle(func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Allow", "GET, HEAD")
		return errMethod
	})
	return m
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
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		req, err := newRequest(r)
		if err != nil {
			return err
		}
		v, err := fetch(req)
		if err != nil {
			return err
		}
		return s.respond(w, req, v)
	})
}
