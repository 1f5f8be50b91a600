package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"tolok/analytics"
	"tolok/web/auth"
	"tolok/web/text"
)

// Errors of the server itself.
var (
	// ErrUnavailable says that there is no snapshot to answer from yet.
	ErrUnavailable = errors.New("no snapshot")

	errNoPage = errors.New("no such page")
	errMethod = errors.New("method not allowed")
	errAbort  = errors.New("the handler panicked")

	errCrossSite = errors.New("another site sent the form")
	errHost      = errors.New("the demonstration answers on this machine only")
	errTooLarge  = errors.New("what was sent is too large")
)

// statuses maps errors to what the reader sees: the first match counts, and
// what is not here is a fault of ours. Only an error of the reader's own
// making is shown in its words.
var statuses = []struct {
	err    error
	status int
	show   bool
}{
	{errNoPage, http.StatusNotFound, false},
	{errMethod, http.StatusMethodNotAllowed, false},
	{errCrossSite, http.StatusForbidden, false},
	{errHost, http.StatusMisdirectedRequest, false},
	{errTooLarge, http.StatusRequestEntityTooLarge, false},
	{errAudit, http.StatusServiceUnavailable, false},
	{auth.ErrSession, http.StatusUnauthorized, false},
	{auth.ErrToken, http.StatusUnauthorized, false},
	{auth.ErrForbidden, http.StatusForbidden, false},
	{auth.ErrNotFound, http.StatusNotFound, false},
	{auth.ErrInvitation, http.StatusGone, false},
	{analytics.ErrNotFound, http.StatusNotFound, false},
	{analytics.ErrBadRequest, http.StatusBadRequest, true},
	{analytics.ErrBuilding, http.StatusServiceUnavailable, false},
	{ErrUnavailable, http.StatusServiceUnavailable, false},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, false},
	{context.Canceled, http.StatusServiceUnavailable, false},
}

// failure is what the error page and its JSON show.
type failure struct {
	Status  int    `json:"status"`
	Title   string `json:"title"`
	Message string `json:"message"`
	Detail  string `json:"detail,omitempty"`
	Retry   int    `json:"retry_after,omitempty"` // seconds after which asking again makes sense
}

// errorAnswer is an error as JSON.
type errorAnswer struct {
	Error failure `json:"error"`
}

func failureOf(err error, words text.Words) failure {
	f := failure{Status: http.StatusInternalServerError}
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			f.Status = s.status
			if s.show {
				f.Detail = err.Error()
			}
			break
		}
	}
	var often *tooMany
	if errors.As(err, &often) {
		f.Status, f.Retry = http.StatusTooManyRequests, often.seconds()
	}
	key := "error." + strconv.Itoa(f.Status)
	if f.Status == http.StatusServiceUnavailable {
		f.Retry = 10
	}
	switch {
	case errors.Is(err, analytics.ErrBuilding):
		key, f.Retry = "error.building", 5
	case errors.Is(err, ErrUnavailable):
		key = "error.empty"
	case errors.Is(err, errAudit):
		key = "error.audit"
	case errors.Is(err, errCrossSite):
		key = "error.cross-site"
	case errors.Is(err, auth.ErrToken):
		key = "error.token"
	}
	f.Title, f.Message = words.T(key+".title"), words.T(key+".message")
	return f
}

// fail answers with the designed error page, or the same as JSON.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	words := text.In(language(r))
	f := failureOf(err, words)
	if f.Status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) && !errors.Is(err, analytics.ErrBuilding) {
		s.opt.Log.Error("request failed", "request", visitOf(r).id, "path", logged(r.URL.Path), "status", f.Status, "error", err)
	}
	if f.Retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.Retry))
	}
	if f.Status == http.StatusUnauthorized && w.Header().Get("WWW-Authenticate") == "" {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.Header().Set("Cache-Control", "no-store")
	req := &request{Request: r, Words: words, Theme: theme(r), query: r.URL.Query()}
	if form, err := formOf(r, req.query); err == nil && form == formJSON {
		writeJSON(w, r, f.Status, errorAnswer{f})
		return
	}
	v := &view{template: "error", title: f.Title, lead: f.Message, body: f}
	if errors.Is(err, analytics.ErrBuilding) {
		v.reload = f.Retry
	}
	s.writePage(w, req, v, f.Status)
}
