package web

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"

	"tolok/web/auth"
)

// provider is a real OpenID provider (zitadel/oidc) at which one person is
// signed in. What can go wrong between it and us is tested in package auth;
// here it is the pages.
type provider struct {
	*storage.Storage
	handler http.Handler
	url     string
	person  string
	key     *ecdsa.PrivateKey
}

type persons map[string]*storage.User

func (p persons) GetUserByID(id string) *storage.User         { return p[id] }
func (p persons) GetUserByUsername(name string) *storage.User { return p[name] }
func (persons) ExampleClientID() string                       { return "service" }

type providerKey struct{ key any }

func (providerKey) ID() string                                  { return "first" }
func (providerKey) Use() string                                 { return "sig" }
func (providerKey) Algorithm() jose.SignatureAlgorithm          { return jose.ES256 }
func (providerKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.ES256 }
func (k providerKey) Key() any                                  { return k.key }

func (p *provider) SigningKey(context.Context) (op.SigningKey, error) {
	return providerKey{key: p.key}, nil
}

func (p *provider) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.ES256}, nil
}

func (p *provider) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{providerKey{key: &p.key.PublicKey}}, nil
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/login/") {
		p.handler.ServeHTTP(w, r)
		return
	}
	id := r.FormValue("authRequestID")
	if err := p.CheckUsernamePassword(p.person, "verysecure", id); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, "/authorize/callback?id="+id, http.StatusFound)
}

func newProvider(t testing.TB, redirect string) *provider {
	t.Helper()
	p := &provider{}
	people := persons{}
	for _, name := range []string{"itjen", "asing"} {
		people[name] = &storage.User{ID: name, Username: name, Password: "verysecure", Email: name + "@a.example", EmailVerified: true}
	}
	p.Storage = storage.NewStorageWithClients(people, map[string]*storage.Client{"tolok": storage.WebClient("tolok", "s3cret", redirect)})
	var err error
	p.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	noErr(t, err)
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	p.handler, err = op.NewProvider(&op.Config{CryptoKey: [32]byte{1}, CodeMethodS256: true, AuthMethodPost: true}, p, op.StaticIssuer(p.url), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	noErr(t, err)
	return p
}

// A person signs in at the provider and comes back to where it was; a stranger
// is told so on the sign-in page; and without the provider the password still
// opens.
func TestSignInByTheProvider(t *testing.T) {
	var p *provider
	h := newHouse(t, func(o *Options) {
		p = newProvider(t, o.BaseURL.JoinPath("/sign-in/oidc/return").String())
		var err error
		o.OIDC, err = o.Accounts.OIDC(auth.OIDCConfig{Issuer: p.url, ClientID: "tolok", ClientSecret: "s3cret", RedirectURL: o.BaseURL.JoinPath("/sign-in/oidc/return").String()})
		noErr(t, err)
		o.Issuer = "sso.a.example"
	})
	a := h.account("itjen@a.example", auth.Scope{Role: auth.Instansi, Agency: "A"}, false)
	b := h.browser()
	b.get("/units/u-A-1?lang=en") // leads to the sign-in page
	link := find(t, b.get("/sign-in?lang=en&"+b.last.Request.URL.RawQuery), `class="button" href="([^"]+)">Sign in with sso.a.example`)
	p.person = "itjen"
	b.get(link)
	if b.last.StatusCode != http.StatusOK || b.last.Request.URL.Path != "/units/u-A-1" {
		t.Fatalf("the sign-in ended at %s with %d", b.last.Request.URL, b.last.StatusCode)
	}
	if e := h.logged(auth.ActSignIn, a.ID); e.Detail != "oidc" {
		t.Errorf("logged %+v", e)
	}
	first := b.session()
	b.get(link)
	if b.session() == first {
		t.Error("the session kept its id over a second sign-in")
	}
	want(t, b.post("/sign-out?lang=en", "x", ""), "You have signed out", "Sign out from sso.a.example too")

	stranger := h.browser()
	p.person = "asing"
	want(t, stranger.get("/sign-in/oidc?lang=en"), "belum ada akun")
	stranger.wantStatus(http.StatusForbidden)
	for _, query := range []string{"", "state=x&code=y", "error=access_denied"} {
		want(t, stranger.get("/sign-in/oidc/return?lang=en&"+query), "was not begun in this browser")
		stranger.wantStatus(http.StatusBadRequest)
	}
	for _, to := range []string{"//evil.example", "https://evil.example/"} {
		p.person = "itjen"
		c := h.browser()
		c.get("/sign-in/oidc?" + url.Values{"to": {to}}.Encode())
		if u := c.last.Request.URL; "https://"+u.Host != h.url {
			t.Errorf("to %q leads to %s", to, u)
		}
	}
	if strings.Contains(h.log.String(), "s3cret") {
		t.Error("the client's secret is in the log")
	}
}
