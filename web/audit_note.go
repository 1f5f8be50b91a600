package web

import (
	"errors"
	"fmt"

	"tolok/web/auth"
)

// errAudit is a change that was not made because it could not be logged.
var errAudit = errors.New("the audit log cannot be written")

// note writes an entry of what the one who asks does.
func (s *Server) note(req *request, who auth.Identity, action auth.Action, subject, detail string) error {
	if s.opt.Audit == nil {
		return nil // the demonstration: nobody is known and nothing is secret
	}
	v := visitOf(req.Request)
	e := who.Note(action, subject, detail)
	e.Address, e.Request = v.address, v.id
	_, err := s.opt.Audit.Append(e)
	return err
}

// change makes a change that the audit log knows of: it is logged first, and
// not made when that fails. A change that is refused after it was logged leaves
// a second entry that says so.
func (s *Server) change(req *request, action auth.Action, subject, detail string, do func() error) error {
	who := auth.From(req.Context())
	if err := s.note(req, who, action, subject, detail); err != nil {
		s.figures.auditFailed("change")
		return fmt.Errorf("%w: %w", errAudit, err)
	}
	err := do()
	if err == nil {
		return nil
	}
	if e := s.note(req, who, auth.ActRefused, subject, string(action)+": "+err.Error()); e != nil {
		s.figures.auditFailed("change")
		s.opt.Log.Error("audit log: a refusal was not written", "request", visitOf(req.Request).id, "error", e)
	}
	return err
}

// seen logs that an account looked at one unit or agency, or took a page away
// as a file. What cannot be logged is shown all the same, logged elsewhere and
// counted: reading must not end with a full disk.
func (s *Server) seen(req *request) {
	who := auth.From(req.Context())
	if who.Account == "" || req.form == formHTML && req.ID == "" {
		return
	}
	action, subject := auth.ActSee, req.ID
	if req.form != formHTML {
		action = auth.ActExport
	}
	if subject == "" {
		subject = req.path()
	}
	detail := visitOf(req.Request).route + " " + req.form
	if q := req.query.Encode(); q != "" {
		detail += "?" + q
	}
	if err := s.note(req, who, action, subject, detail); err != nil {
		s.figures.auditFailed("read")
		s.opt.Log.Error("audit log: what was seen was not written", "request", visitOf(req.Request).id, "error", err)
	}
}
