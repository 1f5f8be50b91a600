package web

import (
	"net/http"
	"strconv"

	"tolok/web/auth"
)

// settingsPage says how long the audit log is kept, and lets it be changed
// where the configuration leaves it open.
func (s *Server) settingsPage(req *request) (*view, error) {
	b := &adminBody{Tabs: s.adminTabs(req)}
	v := &view{template: "admin", title: req.T("settings.title"), lead: req.T("settings.lead"), body: b}
	if s.opt.AuditDays != nil {
		v.lead = req.T("settings.fixed", "n", *s.opt.AuditDays)
		return v, nil
	}
	now, err := s.opt.Accounts.Settings()
	if err != nil {
		return nil, err
	}
	b.Forms = []form{req.newForm("/settings", "settings.submit", input{Name: "audit_days", Type: "number", Value: strconv.Itoa(now.AuditDays), Required: true, Hint: "hint.audit_days"})}
	return v, nil
}

func (s *Server) saveSettings(_ http.ResponseWriter, req *request) (string, error) {
	if s.opt.AuditDays != nil {
		return "", auth.ErrForbidden
	}
	days, err := strconv.Atoi(trimmed(req.posted, "audit_days"))
	if err != nil {
		return "", &auth.Invalid{Field: "audit_days", Reason: "bad-form"}
	}
	err = s.change(req, auth.ActSettings, "audit_days", strconv.Itoa(days), func() error {
		return s.opt.Accounts.SetSettings(req.who(), auth.Settings{AuditDays: days})
	})
	return req.done("/settings", "settings"), err
}
