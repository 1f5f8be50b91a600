package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tolok/analytics"
	"tolok/web/text"
)

// preferences remembers a reader's choice of language or theme and returns to
// the page it was made on. Works without JavaScript; the cookie holds nothing
// but the choice.
func (s *Server) preferences(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	back, err := localPage(q.Get("to"))
	if err != nil {
		return err
	}
	left := back.Query()
	for name, values := range map[string][]string{"lang": text.Langs, "theme": themes} {
		v := q.Get(name)
		if v == "" {
			continue
		}
		if !slices.Contains(values, v) {
			return fmt.Errorf("%w: %s=%q; use one of %s", analytics.ErrBadRequest, name, v, strings.Join(values, ", "))
		}
		left.Del(name)
		http.SetCookie(w, &http.Cookie{
			Name: name, Value: v, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.byTLS(),
		})
	}
	back.RawQuery = left.Encode()
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, back.String(), http.StatusSeeOther)
	return nil
}

// localPage accepts a page of this site and nothing that a browser could read
// as another host.
func localPage(to string) (*url.URL, error) {
	if to == "" {
		to = "/"
	}
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return nil, fmt.Errorf("%w: to=%q is not a page of this site", analytics.ErrBadRequest, to)
	}
	return u, nil
}
