package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"tolok/web/auth"
	"tolok/web/inbox"
)

// portalsBody is the page on PortalRB: where each agency's is, and its token,
// which nobody reads again.
type portalsBody struct {
	Notice   string
	Portals  []portal
	Agencies []option
	Agency   string
	Save     string
}

type portal struct{ Agency, Name, Address string }

func (s *Server) portals(req *request) (*view, error) { return s.portalsView(req, "") }

func (s *Server) portalsView(req *request, notice string) (*view, error) {
	o, who := s.opt.Submissions, auth.From(req.Context())
	if o.Secrets == nil {
		return nil, errNoPage
	}
	names, err := o.Agencies()
	if err != nil {
		return nil, err
	}
	addresses, err := o.Secrets.Secrets()
	if err != nil {
		return nil, err
	}
	b := &portalsBody{Notice: notice, Save: req.Link("/submissions/portals")}
	for agency, address := range addresses {
		if who.Role == auth.Nasional || agency == who.Agency {
			b.Portals = append(b.Portals, portal{agency, orID(names[agency], agency), address})
		}
	}
	slices.SortFunc(b.Portals, func(x, y portal) int { return strings.Compare(x.Name, y.Name) })
	if who.Role == auth.Nasional {
		b.Agencies = agencyOptions(names, "")
	} else {
		b.Agency = orID(names[who.Agency], who.Agency)
	}
	return &view{
		template: "portals", title: req.T("portals.title"), lead: req.T("portals.lead"), body: b,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.submissions"), req.Link("/submissions")}, {req.T("portals.title"), ""}},
	}, nil
}

// portalOf is the agency that a form is about: the account's own, or for the
// ministry one that the lake knows.
func (s *Server) portalOf(who auth.Identity, agency string) (string, error) {
	if who.Role != auth.Nasional {
		return who.Agency, nil
	}
	names, err := s.opt.Submissions.Agencies()
	if err != nil {
		return "", err
	}
	if _, known := names[agency]; !known {
		return "", &inbox.Refusal{Code: "field-unknown", Name: "agency"}
	}
	return agency, nil
}

func (s *Server) savePortal(w http.ResponseWriter, r *http.Request) error {
	return s.portalForm(w, r, func(agency string, get func(string) string) error {
		o := s.opt.Submissions
		address, token := strings.TrimSpace(get("base_url")), strings.TrimSpace(get("token"))
		if o.CheckPortal != nil && o.CheckPortal(address) != nil {
			return &auth.Invalid{Field: "base_url", Reason: "not-allowed"}
		}
		if err := s.noteDeed(r, auth.ActSecret, "portal of agency "+agency, "address "+address); err != nil {
			return err
		}
		return o.Secrets.PutSecret(agency, auth.Secret{BaseURL: address, Token: token})
	})
}

func (s *Server) portalDeed(w http.ResponseWriter, r *http.Request) error {
	return s.portalForm(w, r, func(agency string, _ func(string) string) error {
		o, who := s.opt.Submissions, auth.From(r.Context())
		if _, err := o.Secrets.Secret(agency); err != nil {
			return err
		}
		if mux.Vars(r)["deed"] == "delete" {
			if err := s.noteDeed(r, auth.ActSecret, "portal of agency "+agency, "deleted"); err != nil {
				return err
			}
			return o.Secrets.DeleteSecret(agency)
		}
		if err := s.noteDeed(r, auth.ActUpload, "portal of agency "+agency, "fetch"); err != nil {
			return err
		}
		sub, err := o.Inbox.Order(inbox.Sent{Agency: agency}, sender(who))
		if err != nil {
			return err
		}
		return &fetching{sub.ID}
	})
}

// fetching leads to the submission that a fetch fills.
type fetching struct{ id string }

// Error names the submission.
func (f *fetching) Error() string { return "fetching submission " + f.id }

// portalForm reads a form about a portal, does what it asks for, and shows the
// page again where that cannot be done.
func (s *Server) portalForm(w http.ResponseWriter, r *http.Request, do func(agency string, get func(string) string) error) error {
	if s.opt.Submissions.Secrets == nil {
		return errNoPage
	}
	req, err := newRequest(r)
	if err != nil {
		return err
	}
	values, err := postedForm(w, r)
	if err != nil {
		return err
	}
	agency, err := s.portalOf(auth.From(r.Context()), values.Get("agency"))
	if err == nil {
		err = do(agency, values.Get)
	}
	var to *fetching
	var invalid *auth.Invalid
	var refused *inbox.Refusal
	status, notice := http.StatusUnprocessableEntity, ""
	switch {
	case err == nil:
		return seeOther(w, req, "/submissions/portals")
	case errors.As(err, &to):
		return seeOther(w, req, "/submissions/"+to.id)
	case errors.As(err, &invalid) && invalid.Field == "token":
		notice = req.T("portals.bad-token")
	case errors.As(err, &invalid):
		notice = req.T("portals.bad-address")
	case errors.As(err, &refused):
		notice = req.T("refusal.field-unknown", "name", req.T("upload.agency"))
	case errors.Is(err, auth.ErrNotFound):
		notice = req.T("portals.none")
	case errors.Is(err, inbox.ErrState):
		status, notice = http.StatusConflict, req.T("portals.under-way")
	case errors.Is(err, inbox.ErrBusy):
		status, notice = http.StatusTooManyRequests, req.T("refusal.busy")
	case errors.Is(err, inbox.ErrNoSpace):
		status, notice = http.StatusInsufficientStorage, req.T("refusal.no-space")
	default:
		return err
	}
	v, err := s.portalsView(req, notice)
	if err != nil {
		return err
	}
	return s.showFresh(w, req, v, status)
}
