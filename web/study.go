package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"tolok/analytics"
	"tolok/web/auth"
)

// studyRequest is one request for a study visit as the page of a unit shows it.
type studyRequest struct {
	Text, State, Outcome string
	Forms                []form
}

// waiting counts the visits asked for or agreed this year, by host.
func (s *Server) waiting(now time.Time) (map[string]int, error) {
	if s.opt.Accounts == nil {
		return nil, nil
	}
	return s.opt.Accounts.StudiesWaiting(time.Date(now.Year(), 1, 1, 0, 0, 0, 0, now.Location()))
}

// studies are the requests of one unit, as guest or host, with what the reader
// can do about each.
func (s *Server) studies(req *request, unit string) ([]studyRequest, error) {
	if s.opt.Accounts == nil {
		return nil, nil
	}
	list, err := s.opt.Accounts.Studies(func(v *auth.Study) bool { return v.Guest == unit || v.Host == unit })
	if err != nil {
		return nil, err
	}
	db, err := s.db(req)
	if err != nil {
		return nil, err
	}
	out := make([]studyRequest, 0, len(list))
	for _, v := range list {
		guest, own, err := db.Named(req.Context(), v.Guest)
		if err != nil {
			continue // a unit that the register no longer has
		}
		host, ours, err := db.Named(req.Context(), v.Host)
		if err != nil {
			continue
		}
		r := studyRequest{
			Text:  req.T("study.text", "guest", guest, "host", host, "area", req.Code("area", v.Area), "at", req.Moment(v.At)),
			State: req.Code("study", v.State), Outcome: v.Outcome,
		}
		step := func(what string, fields ...input) {
			f := req.newForm("/visits/"+v.ID, "study."+what+".do", fields...)
			f.Quiet = what == "decline"
			f.Hidden = append(f.Hidden, pair{"unit", unit}, pair{"step", what})
			r.Forms = append(r.Forms, f)
		}
		switch {
		case v.State == auth.StudyAsked && ours:
			step("accept")
			step("decline")
		case v.State == auth.StudyAccepted && (own || ours), v.State == auth.StudyDone && own:
			step("done", input{Name: "outcome", Value: v.Outcome, Hint: "hint.outcome"})
		}
		out = append(out, r)
	}
	return out, nil
}

// askStudy asks a host for a visit in the name of a unit that is the reader's
// own.
func (s *Server) askStudy(_ http.ResponseWriter, req *request) (string, error) {
	host, area := trimmed(req.posted, "host"), trimmed(req.posted, "area")
	req.query = url.Values{"area": {area}, "p": {"0"}, "size": {"1000"}}
	p, err := s.askPartners(req) // refuses what is not the reader's own
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(p.Rows, func(r analytics.PartnerRow) bool { return r.UnitID == host }) {
		return "", analytics.ErrNotFound
	}
	err = s.change(req, auth.ActVisit, req.ID, "asked "+host+" "+p.Area, func() error {
		_, err := s.opt.Accounts.AskStudy(req.who(), req.ID, host, p.Area)
		return err
	})
	return req.done("/units/"+url.PathEscape(req.ID)+"/partners", "visit-asked"), err
}

// stepStudy takes a request further: the host answers, and either says what it
// led to.
func (s *Server) stepStudy(_ http.ResponseWriter, req *request) (string, error) {
	v, err := s.opt.Accounts.StudyByID(req.ID)
	if err != nil {
		return "", err
	}
	db, err := s.db(req)
	if err != nil {
		return "", err
	}
	_, own, err := db.Named(req.Context(), v.Guest)
	if err != nil {
		return "", err
	}
	_, ours, err := db.Named(req.Context(), v.Host)
	if err != nil {
		return "", err
	}
	step := map[string]string{"accept": auth.StudyAccepted, "decline": auth.StudyDeclined, "done": auth.StudyDone}[req.posted.Get("step")]
	if !ours && (!own || step != auth.StudyDone) {
		if !own {
			return "", auth.ErrNotFound // it does not tell that there is one
		}
		return "", auth.ErrForbidden
	}
	unit := v.Host
	if own && trimmed(req.posted, "unit") != v.Host {
		unit = v.Guest
	}
	err = s.change(req, auth.ActVisit, v.ID, step, func() error {
		return s.opt.Accounts.StepStudy(req.who(), v.ID, step, req.posted.Get("outcome"))
	})
	return req.done("/units/"+url.PathEscape(unit)+"/partners", "visit-"+step), err
}

// partnersOfStudy is the page that a step is taken from, where the form has
// something to mend.
func (s *Server) partnersOfStudy(req *request) (*view, error) {
	req.ID = trimmed(req.posted, "unit")
	return s.partners(req)
}
