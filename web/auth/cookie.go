package auth

import "net/http"

// Cookies writes and reads the cookies of this package. They are named with the
// prefix __Host-, which keeps other hosts of the same domain from planting
// them; Insecure is for a demonstration over plain HTTP on the machine itself.
type Cookies struct{ Insecure bool }

const (
	sessionCookie = "tolok"
	flowCookie    = "tolok-oidc"
)

func (c Cookies) name(base string) string {
	if c.Insecure {
		return base
	}
	return "__Host-" + base
}

func (c Cookies) set(w http.ResponseWriter, base, value string, maxAge int) {
	// No Max-Age for the session: it ends with the browser, or on the server.
	http.SetCookie(w, &http.Cookie{
		Name: c.name(base), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: !c.Insecure, SameSite: http.SameSiteLaxMode,
	})
}

// read gives a cookie's value if it has the form of one of ours. Two cookies of
// one name are none: one of them was planted, and which is not known.
func (c Cookies) read(r *http.Request, base string) (value string, given bool) {
	list := r.CookiesNamed(c.name(base))
	if len(list) != 1 || !isToken(list[0].Value) {
		return "", len(list) > 0
	}
	return list[0].Value, true
}

// SetSession gives the browser its session id.
func (c Cookies) SetSession(w http.ResponseWriter, id string) { c.set(w, sessionCookie, id, 0) }

// Clear takes the session id from the browser.
func (c Cookies) Clear(w http.ResponseWriter) { c.set(w, sessionCookie, "", -1) }

// Session gives the session id of a request; empty, though given, where the
// cookie is malformed.
func (c Cookies) Session(r *http.Request) (id string, given bool) { return c.read(r, sessionCookie) }
