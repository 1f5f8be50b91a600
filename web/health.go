package web

import (
	"fmt"
	"net/http"
)

// healthz says that the program runs.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	write(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	return nil
}

// readyz says that there is a snapshot to answer from, and which.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	db, err := s.opt.DB(r.Context(), "")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	w.Header().Set("Cache-Control", "no-store")
	write(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("ready "+db.Snapshot()+"\n"))
	return nil
}
