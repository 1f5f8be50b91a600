package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"go.etcd.io/bbolt"
	"golang.org/x/oauth2"
)

// What sign-in by OIDC can be refused for. Each wraps details for the log.
var (
	// ErrProvider says that the provider cannot be reached or does not speak
	// OIDC. Signing in by password is not touched by it.
	ErrProvider = errors.New("the identity provider cannot be reached")
	// ErrFlow is an answer that does not belong to a sign-in begun in this
	// browser in the last ten minutes, or that was given before.
	ErrFlow = errors.New("this sign-in was not begun in this browser, or too long ago: begin anew")
	// ErrIDToken is an answer of the provider that cannot be trusted.
	ErrIDToken = errors.New("the identity provider's answer cannot be trusted")
	// ErrNoAccount is a person the provider knows and this program does not.
	ErrNoAccount = errors.New("no account and no role belong to this person")
)

const (
	flowLife      = 10 * time.Minute
	providerLife  = time.Hour        // then endpoints and keys are read anew, so that withdrawn keys do not live on
	providerPause = 10 * time.Second // between tries at a provider that is down
)

// signingAlgs are asymmetric only: "none" has no signature, and HMAC would make
// a key of what the provider's documents call a password.
var signingAlgs = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// OIDCConfig is how to ask an OpenID provider who someone is.
type OIDCConfig struct {
	Issuer       string // https://…, as its discovery document says
	ClientID     string
	ClientSecret string // empty for a public client; PKCE is used in either case
	RedirectURL  string // of the page that calls [OIDC.Finish]
	Scopes       []string
	Cookies      Cookies
	Client       *http.Client // nil: one that waits ten seconds

	Claim       string      // whose values give a role, such as groups; empty: none
	Roles       []ClaimRole // the first that matches counts
	AgencyClaim string      // gives the agency where a ClaimRole leaves it empty
	UnitClaim   string      // gives the unit where a ClaimRole leaves it empty
}

// ClaimRole is what a value of the claim makes of someone.
type ClaimRole struct {
	Value string
	Scope Scope
	Admin bool
}

// OIDC signs people in by an OpenID provider. It is safe for concurrent use.
type OIDC struct {
	store  *Store
	config OIDCConfig
	client *http.Client

	mu       sync.Mutex
	provider *oidc.Provider
	read     time.Time // when provider was read
	tried    time.Time
	failed   error
}

// flowRow is one sign-in under way.
type flowRow struct {
	Browser  []byte    `json:"browser"` // hash of the cookie
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Return   string    `json:"return"`
	Expires  time.Time `json:"expires"`
}

// OIDC checks a configuration. The provider is asked when the first person
// signs in, so that one that is down does not keep the program from starting.
func (s *Store) OIDC(c OIDCConfig) (*OIDC, error) {
	for _, f := range []struct{ field, value string }{{"issuer", c.Issuer}, {"client_id", c.ClientID}, {"redirect_url", c.RedirectURL}} {
		if f.value == "" {
			return nil, &Invalid{Field: f.field, Reason: "required"}
		}
	}
	for _, raw := range []string{c.Issuer, c.RedirectURL} {
		if err := checkBaseURL(raw); err != nil {
			return nil, fmt.Errorf("%s: %w", raw, err)
		}
	}
	for _, r := range c.Roles {
		if err := c.checkRole(r); err != nil {
			return nil, fmt.Errorf("role of claim %s, value %s: %w", c.Claim, r.Value, err)
		}
	}
	if len(c.Scopes) == 0 {
		c.Scopes = []string{oidc.ScopeOpenID, "email", "profile"}
	}
	o := &OIDC{store: s, config: c, client: c.Client}
	if o.client == nil {
		o.client = &http.Client{Timeout: 10 * time.Second}
	}
	return o, nil
}

// checkRole fills what a claim is to give, and checks the rest.
func (c OIDCConfig) checkRole(r ClaimRole) error {
	sample := r.Scope
	if sample.Role == Satker && sample.Unit == "" && c.UnitClaim != "" {
		sample.Unit = "unit"
	}
	if sample.Role == Instansi && sample.Agency == "" && c.AgencyClaim != "" {
		sample.Agency = "agency"
	}
	return errors.Join(sample.Check(), checkAdmin(sample, r.Admin))
}

// endpoints gives the provider's discovery document, read within the last hour
// where the provider answers.
func (o *OIDC) endpoints(ctx context.Context) (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.store.now()
	if o.provider != nil && now.Sub(o.read) < providerLife {
		return o.provider, nil
	}
	if !o.tried.IsZero() && now.Sub(o.tried) < providerPause {
		return o.provider, o.failed
	}
	o.tried = now
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, o.client), o.config.Issuer)
	if err != nil {
		o.failed = nil
		if o.provider == nil {
			o.failed = fmt.Errorf("%w: %w", ErrProvider, err)
		}
		return o.provider, o.failed
	}
	o.provider, o.read, o.failed = p, now, nil
	return p, nil
}

func (o *OIDC) oauth(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.config.ClientID, ClientSecret: o.config.ClientSecret,
		Endpoint: p.Endpoint(), RedirectURL: o.config.RedirectURL, Scopes: o.config.Scopes,
	}
}

// Begin starts a sign-in: it gives the browser a cookie and returns the address
// at the provider to send it to. returnTo is the page to come back to, a path.
func (o *OIDC) Begin(w http.ResponseWriter, r *http.Request, returnTo string) (address string, err error) {
	p, err := o.endpoints(r.Context())
	if err != nil {
		return "", err
	}
	// One cookie for all tabs of a browser, so that two sign-ins can be under way.
	browser, _ := o.config.Cookies.read(r, flowCookie)
	if browser == "" {
		browser = newToken()
	}
	state := newToken()
	now := o.store.now()
	flow := flowRow{
		Browser: hashToken(browser), Nonce: newToken(), Verifier: oauth2.GenerateVerifier(),
		Return: LocalPath(returnTo), Expires: now.Add(flowLife),
	}
	err = o.store.db.Update(func(tx *bbolt.Tx) error {
		return putBounded(tx, bucketFlows, hashToken(state), flow, now)
	})
	if err != nil {
		return "", err
	}
	o.config.Cookies.set(w, flowCookie, browser, int(flowLife/time.Second))
	return o.oauth(p).AuthCodeURL(state, oidc.Nonce(flow.Nonce), oauth2.S256ChallengeOption(flow.Verifier)), nil
}

// LocalPath gives back a path of this site, and / for all that leads elsewhere.
func LocalPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") ||
		strings.ContainsFunc(path, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }) {
		return "/"
	}
	return path
}

// Finish ends a sign-in with the request by which the provider sent the browser
// back, and returns the page to go on to. session is the browser's until now.
func (o *OIDC) Finish(r *http.Request, address, session string) (result SignedIn, returnTo string, err error) {
	flow, err := o.takeFlow(r)
	if err != nil {
		return result, "", err
	}
	query := r.URL.Query()
	if e := query.Get("error"); e != "" {
		return result, "", fmt.Errorf("%w: the provider says %q", ErrSignIn, cut(e, 100))
	}
	// RFC 9207: an answer of another provider is not ours to redeem.
	if iss := query.Get("iss"); iss != "" && iss != o.config.Issuer {
		return result, "", fmt.Errorf("%w: it comes from %q", ErrFlow, cut(iss, 200))
	}
	c, err := o.redeem(r.Context(), query.Get("code"), flow)
	if err != nil {
		return result, "", err
	}
	err = o.store.db.Update(func(tx *bbolt.Tx) error {
		row, err := o.accountOf(tx, c)
		if err != nil {
			return err
		}
		result, err = o.store.completeSignIn(tx, row, address, session, true)
		return err
	})
	return result, flow.Return, err
}

// takeFlow finds the sign-in that a request answers, and ends it: a state is
// good for one answer, right or wrong.
func (o *OIDC) takeFlow(r *http.Request) (flow flowRow, err error) {
	state := r.URL.Query().Get("state")
	browser, _ := o.config.Cookies.read(r, flowCookie)
	if !isToken(state) || browser == "" {
		return flow, ErrFlow
	}
	var refused error
	err = o.store.db.Update(func(tx *bbolt.Tx) error {
		row, err := get[flowRow](tx, bucketFlows, hashToken(state))
		if err != nil {
			return err
		}
		// Another browser's attempt must not end this one's sign-in.
		if row == nil || subtle.ConstantTimeCompare(row.Browser, hashToken(browser)) != 1 {
			refused = ErrFlow
			return nil
		}
		flow = *row
		if !o.store.now().Before(row.Expires) {
			refused = ErrFlow
		}
		return deleteBounded(tx, bucketFlows, hashToken(state))
	})
	if err == nil {
		err = refused
	}
	return flow, err
}

// redeem exchanges the code and checks what comes back.
func (o *OIDC) redeem(ctx context.Context, code string, flow flowRow) (claims, error) {
	p, err := o.endpoints(ctx)
	if err != nil {
		return nil, err
	}
	ctx = oidc.ClientContext(ctx, o.client)
	token, err := o.oauth(p).Exchange(ctx, code, oauth2.VerifierOption(flow.Verifier))
	if err != nil {
		var refused *oauth2.RetrieveError
		if errors.As(err, &refused) && refused.Response.StatusCode < 500 {
			return nil, fmt.Errorf("%w: %w", ErrIDToken, err)
		}
		return nil, fmt.Errorf("%w: %w", ErrProvider, err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, fmt.Errorf("%w: it has no id_token", ErrIDToken)
	}
	verifier := p.VerifierContext(ctx, &oidc.Config{ClientID: o.config.ClientID, SupportedSigningAlgs: signingAlgs, Now: o.store.opts.Now})
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIDToken, err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(flow.Nonce)) != 1 {
		return nil, fmt.Errorf("%w: its nonce is another", ErrIDToken)
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrIDToken, err)
		}
	}
	c := claims{}
	if err := id.Claims(&c); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIDToken, err)
	}
	// OpenID Connect Core 3.1.3.7, 4 and 5: of several audiences, which one asked.
	if azp := c.text("azp"); azp != o.config.ClientID && (azp != "" || len(id.Audience) > 1) {
		return nil, fmt.Errorf("%w: it was issued for %q", ErrIDToken, azp)
	}
	return c, o.addUserInfo(ctx, p, token, id, c)
}

// addUserInfo asks for the claims that the ID token does not have: many
// providers give e-mail and groups there only.
func (o *OIDC) addUserInfo(ctx context.Context, p *oidc.Provider, token *oauth2.Token, id *oidc.IDToken, c claims) error {
	missing := c["email"] == nil
	for _, name := range []string{o.config.Claim, o.config.AgencyClaim, o.config.UnitClaim} {
		missing = missing || (name != "" && c[name] == nil)
	}
	if !missing || p.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrProvider, err)
	}
	if info.Subject != id.Subject {
		return fmt.Errorf("%w: its userinfo is about another person", ErrIDToken)
	}
	more := claims{}
	if err := info.Claims(&more); err != nil {
		return fmt.Errorf("%w: %w", ErrIDToken, err)
	}
	for name, v := range more {
		if c[name] == nil {
			c[name] = v
		}
	}
	return nil
}

// LogoutURL gives the address at which the provider ends its own session and
// sends the browser on (RP-initiated logout); empty where it has none.
func (o *OIDC) LogoutURL(ctx context.Context, after string) string {
	p, err := o.endpoints(ctx)
	if err != nil {
		return ""
	}
	var document struct {
		End string `json:"end_session_endpoint"`
	}
	if p.Claims(&document) != nil || document.End == "" {
		return ""
	}
	u, err := url.Parse(document.End)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", o.config.ClientID)
	q.Set("post_logout_redirect_uri", after)
	u.RawQuery = q.Encode()
	return u.String()
}
