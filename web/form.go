package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tolok/analytics"
	"tolok/web/auth"
	"tolok/web/text"
)

// form is one form of a page. It is a plain POST and needs no script.
type form struct {
	ID     string
	Action string
	Submit string
	Quiet  bool // a button that does not call for attention
	Fields []input
	Hidden []pair
}

// input is one field of a form; with options a choice, of type checkbox a box.
type input struct {
	ID, Name, Type, Label, Value, Hint, Fault, Auto string
	Required, Checked                               bool
	Options                                         []option
}

// IsBox, IsChoice say how a field is drawn.
func (i input) IsBox() bool { return i.Type == "checkbox" }

// Told lists the ids of what explains a field.
func (i input) Told() string {
	switch {
	case i.Fault != "" && i.Hint != "":
		return i.ID + "-fault " + i.ID + "-hint"
	case i.Fault != "":
		return i.ID + "-fault"
	case i.Hint != "":
		return i.ID + "-hint"
	}
	return ""
}

// fault is why a form was not accepted, in the reader's words.
type fault struct {
	Field string // "" for the form as a whole
	Text  string
	wait  int // seconds after which to try again
	code  int
}

// newForm makes a form that is posted to a path. Where this request posted it,
// it keeps what was entered, but for passwords and codes, and says what is
// wrong with which field.
func (r *request) newForm(path, submit string, fields ...input) form {
	f := form{ID: formID(path), Action: r.Link(path), Submit: r.T(submit), Fields: fields}
	mine := r.posted != nil && r.URL.Path == path && r.fault != nil
	for i := range f.Fields {
		in := &f.Fields[i]
		in.ID = f.ID + "-" + in.Name
		if in.Label == "" {
			in.Label = "field." + in.Name
		}
		in.Label = r.T(in.Label)
		if in.Hint != "" {
			in.Hint = r.T(in.Hint)
		}
		if in.Type == "" {
			in.Type = "text"
		}
		if !mine {
			continue
		}
		if r.fault.Field == in.Name {
			in.Fault = r.fault.Text
		}
		switch {
		case in.Type == "password" || in.Auto == "one-time-code":
		case in.IsBox():
			in.Checked = r.posted.Has(in.Name)
		case len(in.Options) > 0:
			for j := range in.Options {
				in.Options[j].Selected = in.Options[j].Value == r.posted.Get(in.Name)
			}
		default:
			in.Value = r.posted.Get(in.Name)
		}
	}
	return f
}

// button is a form of one button, with hidden values.
func (r *request) button(path, submit string, pairs ...string) form {
	f := form{ID: formID(path), Action: r.Link(path), Submit: r.T(submit), Quiet: true}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Hidden = append(f.Hidden, pair{pairs[i], pairs[i+1]})
	}
	return f
}

func formID(path string) string {
	id := []byte("form")
	for _, c := range []byte(path) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			id = append(id, c)
		} else {
			id = append(id, '-')
		}
	}
	return string(id)
}

// who is the one who asks.
func (r *request) who() auth.Identity { return auth.From(r.Context()) }

// show makes a handler of a page with forms.
func (s *Server) show(page func(*request) (*view, error)) http.Handler {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		req, err := newRequest(r)
		if err != nil {
			return err
		}
		v, err := page(req)
		if err != nil {
			return err
		}
		w.Header().Set("Cache-Control", "no-store")
		return s.writePage(w, req, v, http.StatusOK)
	})
}

// deed makes a handler of a form. What it does leads to another page, so that
// loading it again does nothing twice; or, with no address, to the page again
// with what can be shown only once. What the person can mend comes back on the
// page with the form.
func (s *Server) deed(formPage func(*request) (*view, error), do func(http.ResponseWriter, *request) (string, error)) http.Handler {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		req, err := newRequest(r)
		if err != nil {
			return err
		}
		if req.posted, err = postForm(r); err != nil {
			return err
		}
		w.Header().Set("Cache-Control", "no-store")
		to, err := do(w, req)
		if err == nil && to != "" {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return nil
		}
		status := http.StatusOK
		if err != nil {
			if req.fault = faultOf(req.Words, err); req.fault == nil {
				return err
			}
			status = req.fault.code
			if req.fault.wait > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(req.fault.wait))
			}
		}
		page := formPage
		if req.shows != nil {
			page = req.shows
		}
		v, err := page(req)
		if err != nil {
			return err
		}
		return s.writePage(w, req, v, status)
	})
}

// postForm reads a form's fields from the body alone.
func postForm(r *http.Request) (url.Values, error) {
	var large *http.MaxBytesError
	switch err := r.ParseForm(); {
	case errors.As(err, &large):
		return nil, errTooLarge
	case err != nil:
		return nil, fmt.Errorf("%w: the form cannot be read", analytics.ErrBadRequest)
	}
	if r.PostForm == nil {
		return url.Values{}, nil
	}
	return r.PostForm, nil
}

// faultOf says what the person can mend; nil where it is nothing of a form's.
func faultOf(words text.Words, err error) *fault {
	var invalid *auth.Invalid
	var locked *auth.Locked
	switch {
	case errors.As(err, &invalid):
		key := "fault." + invalid.Field + "." + invalid.Reason
		if !text.Has(key) {
			key = "fault." + invalid.Reason
		}
		return &fault{Field: invalid.Field, Text: words.T(key), code: http.StatusUnprocessableEntity}
	case errors.As(err, &locked):
		wait := secondsUntil(locked.Until)
		return &fault{Text: words.T("fault.locked", "minutes", (wait+59)/60), wait: wait, code: http.StatusTooManyRequests}
	}
	for _, f := range []struct {
		err   error
		key   string
		field string
	}{
		{auth.ErrSignIn, "fault.sign-in", ""},
		{auth.ErrCode, "fault.code", "code"},
		{auth.ErrLastAdministrator, "fault.last-administrator", ""},
		{errOldPassword, "fault.old-password", "old"},
		{errNotSame, "fault.not-same", "again"},
		{errNotConfirmed, "fault.not-confirmed", "confirm"},
	} {
		if errors.Is(err, f.err) {
			return &fault{Field: f.field, Text: words.T(f.key), code: http.StatusUnprocessableEntity}
		}
	}
	return nil
}

// What the pages find wrong with a form themselves.
var (
	errOldPassword  = errors.New("the present password is wrong")
	errNotSame      = errors.New("the two passwords differ")
	errNotConfirmed = errors.New("the change was not confirmed")
)

// done leads to a page and has it say what was done.
func (r *request) done(path, what string) string { return r.Link(path, "done", what) }

// Notice is what a form that was sent has done.
func (r *request) Notice() string {
	if key := "done." + r.query.Get("done"); r.posted == nil && text.Has(key) {
		return r.T(key)
	}
	return ""
}

// Alert is what is wrong with the form that was sent.
func (r *request) Alert() string {
	if r.fault == nil {
		return ""
	}
	return r.fault.Text
}

// choose makes options of values.
func choose(now string, values []string, word func(string) string) []option {
	out := make([]option, 0, len(values))
	for _, v := range values {
		out = append(out, option{v, word(v), v == now})
	}
	return out
}

// newPassword reads a password that was typed twice.
func (r *request) newPassword() (string, error) {
	if r.posted.Get("password") != r.posted.Get("again") {
		return "", errNotSame
	}
	return r.posted.Get("password"), nil
}

// passwordFields ask for a new password, twice.
func passwordFields() []input {
	return []input{
		{Name: "password", Label: "field.new", Type: "password", Auto: "new-password", Required: true, Hint: "hint.password"},
		{Name: "again", Type: "password", Auto: "new-password", Required: true},
	}
}

// scopeFields ask for a role and what it speaks for.
func (r *request) scopeFields(now auth.Scope, offered []auth.Role) []input {
	names := make([]string, 0, len(offered))
	for _, o := range offered {
		if o == auth.Public {
			o = public
		}
		names = append(names, string(o))
	}
	return []input{
		{Name: "role", Options: choose(string(now.Role), names, func(v string) string { return r.Role(auth.Role(v)) }), Required: true},
		{Name: "agency", Value: now.Agency, Hint: "hint.agency", Auto: "off"},
		{Name: "unit", Value: now.Unit, Hint: "hint.unit", Auto: "off"},
	}
}

// public is the public's name in a form, where nothing chosen is something else.
const public = "public"

// scope reads what scopeFields ask for.
func (r *request) scope() auth.Scope {
	if role := trimmed(r.posted, "role"); role == public {
		return auth.Scope{}
	}
	return auth.Scope{Role: auth.Role(trimmed(r.posted, "role")), Agency: trimmed(r.posted, "agency"), Unit: trimmed(r.posted, "unit")}
}

// Role is a role in the reader's words.
func (r *request) Role(role auth.Role) string {
	if role == auth.Public || role == public {
		return r.T("role.public")
	}
	if !slices.Contains(auth.Roles, role) {
		return string(role)
	}
	return r.T("role." + string(role))
}

// Speaks is a role with what it speaks for.
func (r *request) Speaks(s auth.Scope) string {
	out := r.Role(s.Role)
	if s.Agency != "" {
		out += " · " + s.Agency
	}
	if s.Unit != "" {
		out += " · " + s.Unit
	}
	return out
}
