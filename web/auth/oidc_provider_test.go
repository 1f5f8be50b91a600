package auth

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// provider is a real OpenID provider (zitadel/oidc, certified by the OpenID
// Foundation) with its example storage, keys of our own that can be rotated, a
// groups claim, and ways to spoil what it sends.
type provider struct {
	*storage.Storage
	t       *testing.T
	url     string
	handler http.Handler
	keys    []*signingKey // the first signs
	user    string        // who is signed in at the provider
	groups  map[string][]string
	people  people

	down         bool
	dropVerifier bool
	forge        func(header, claims map[string]any) *signingKey // changes the ID token; nil key: no signature
}

type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User         { return p[id] }
func (p people) GetUserByUsername(name string) *storage.User { return p[name] }
func (people) ExampleClientID() string                       { return "service" }

// signingKey is both the private and the public side of one key.
type signingKey struct {
	id      string
	private *ecdsa.PrivateKey
}

func newSigningKey(t *testing.T, id string) *signingKey {
	return &signingKey{id, must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))}
}

func (k *signingKey) ID() string                                  { return k.id }
func (k *signingKey) Key() any                                    { return k.private }
func (k *signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.ES256 }

type publicKey struct{ *signingKey }

func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.ES256 }
func (k publicKey) Use() string                        { return "sig" }
func (k publicKey) Key() any                           { return &k.private.PublicKey }

func (p *provider) SigningKey(context.Context) (op.SigningKey, error) { return p.keys[0], nil }

func (p *provider) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.ES256}, nil
}

func (p *provider) KeySet(context.Context) (list []op.Key, err error) {
	for _, k := range p.keys {
		list = append(list, publicKey{k})
	}
	return list, nil
}

func (p *provider) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	if err := p.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin); err != nil {
		return err
	}
	if g := p.groups[subject]; g != nil {
		info.AppendClaims("groups", g)
		info.AppendClaims("agency", "A")
	}
	return nil
}

func newProvider(t *testing.T, redirect string) *provider {
	t.Helper()
	p := &provider{t: t, keys: []*signingKey{newSigningKey(t, "first")}, groups: map[string][]string{}, people: people{}}
	for name, email := range map[string]string{"itjen": "itjen@a.example", "baru": "baru@a.example"} {
		p.people[name] = &storage.User{ID: name, Username: name, Password: "verysecure", FirstName: "Kantor", LastName: name, Email: email, EmailVerified: true}
	}
	p.Storage = storage.NewStorageWithClients(p.people, map[string]*storage.Client{"tolok": storage.WebClient("tolok", "s3cret", redirect)})
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	config := &op.Config{CryptoKey: [32]byte{1}, CodeMethodS256: true, AuthMethodPost: true}
	handler, err := op.NewProvider(config, p, op.StaticIssuer(p.url), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	noErr(t, err)
	p.handler = handler
	return p
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case p.down:
		http.Error(w, "down", http.StatusServiceUnavailable)
	case strings.HasPrefix(r.URL.Path, "/login/"): // the person is signed in already
		id := r.FormValue("authRequestID")
		if err := p.CheckUsernamePassword(p.user, "verysecure", id); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, "/authorize/callback?id="+id, http.StatusFound)
	case r.URL.Path == "/oauth/token":
		p.token(w, r)
	default:
		p.handler.ServeHTTP(w, r)
	}
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	noErr(p.t, r.ParseForm())
	if r.PostForm.Get("code_verifier") == "" {
		p.t.Error("no code_verifier was sent")
	}
	if p.dropVerifier {
		r.PostForm.Del("code_verifier")
		r.Form.Del("code_verifier")
	}
	rec := httptest.NewRecorder()
	p.handler.ServeHTTP(rec, r)
	body := rec.Body.Bytes()
	if p.forge != nil && rec.Code == http.StatusOK {
		var answer map[string]any
		noErr(p.t, json.Unmarshal(body, &answer))
		answer["id_token"] = p.forged(answer["id_token"].(string))
		body = must[[]byte](p.t)(json.Marshal(answer))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(rec.Code)
	io.Copy(w, bytes.NewReader(body))
}

// forged makes another ID token of one, and signs it with the key that forge gives.
func (p *provider) forged(token string) string {
	parts := strings.Split(token, ".")
	var header, claims map[string]any
	for i, v := range []*map[string]any{&header, &claims} {
		noErr(p.t, json.Unmarshal(must[[]byte](p.t)(base64.RawURLEncoding.DecodeString(parts[i])), v))
	}
	key := p.forge(header, claims)
	body := must[[]byte](p.t)(json.Marshal(claims))
	if key == nil {
		b64 := base64.RawURLEncoding
		return b64.EncodeToString(must[[]byte](p.t)(json.Marshal(header))) + "." + b64.EncodeToString(body) + "."
	}
	sign := jose.SigningKey{Algorithm: jose.ES256, Key: key.private}
	if header["alg"] == "HS256" {
		sign = jose.SigningKey{Algorithm: jose.HS256, Key: bytes.Repeat([]byte("s3cret"), 6)}
	}
	signer := must[jose.Signer](p.t)(jose.NewSigner(sign, (&jose.SignerOptions{}).WithHeader("kid", header["kid"])))
	return must[string](p.t)(must[*jose.JSONWebSignature](p.t)(signer.Sign(body)).CompactSerialize())
}

// site is this program with its two pages for OIDC, and a browser.
type site struct {
	*house
	provider *provider
	oidc     *OIDC
	url      string
	result   SignedIn
	returnTo string
	err      error
}

func newSite(t *testing.T, change func(*OIDCConfig)) *site {
	t.Helper()
	s := &site{house: newHouse(t)}
	s.clock.advance(time.Since(s.clock.now())) // the provider's clock is the machine's
	s.admin = s.identity("admin@menpan.example")
	cookies := Cookies{Insecure: true}
	mux := http.NewServeMux()
	mux.HandleFunc("/start", func(w http.ResponseWriter, r *http.Request) {
		to, err := s.oidc.Begin(w, r, r.FormValue("return"))
		if s.err = err; err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		http.Redirect(w, r, to, http.StatusFound)
	})
	mux.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		old, _ := cookies.Session(r)
		if s.result, s.returnTo, s.err = s.oidc.Finish(r, "192.0.2.1", old); s.err == nil {
			cookies.SetSession(w, s.result.Session)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.provider = newProvider(t, s.url+"/callback")
	c := OIDCConfig{
		Issuer: s.provider.url, ClientID: "tolok", ClientSecret: "s3cret", RedirectURL: s.url + "/callback",
		Cookies: cookies, Claim: "groups", AgencyClaim: "agency",
		Roles: []ClaimRole{{Value: "zi-admin", Scope: Scope{Role: Nasional}, Admin: true}, {Value: "zi-instansi", Scope: Scope{Role: Instansi}}},
	}
	if change != nil {
		change(&c)
	}
	s.oidc = must[*OIDC](t)(s.OIDC(c))
	return s
}

func newBrowser(t *testing.T) *http.Client {
	return &http.Client{
		Jar: must[*cookiejar.Jar](t)(cookiejar.New(nil)),
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if r.URL.Path == "/callback" && r.URL.Query().Get("state") != "" {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
}

// begin goes to the provider and signs in there; it gives the address that the
// provider sends the browser back to.
func (s *site) begin(b *http.Client, user string) (back string) {
	s.t.Helper()
	s.provider.user = user
	r := must[*http.Response](s.t)(b.Get(s.url + "/start?return=/units/u-A-1%3Flang%3Den"))
	defer r.Body.Close()
	if back = r.Header.Get("Location"); !strings.HasPrefix(back, s.url+"/callback?") {
		body, _ := io.ReadAll(r.Body)
		s.t.Fatalf("the provider sent the browser to %q: %d %s", back, r.StatusCode, body)
	}
	return back
}

func (s *site) finish(b *http.Client, back string) (SignedIn, error) {
	s.t.Helper()
	r := must[*http.Response](s.t)(b.Get(back))
	r.Body.Close()
	return s.result, s.err
}

func (s *site) signInBy(user string) (SignedIn, error) {
	s.t.Helper()
	b := newBrowser(s.t)
	return s.finish(b, s.begin(b, user))
}
