package auth

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestOIDCSignsAnExistingAccountIn(t *testing.T) {
	s := newSite(t, nil)
	id := s.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, true)
	b := newBrowser(t)
	in := must[SignedIn](t)(s.finish(b, s.begin(b, "itjen")))
	who := must[Identity](t)(s.Session(in.Session))
	if who.Account != id || !who.Admin || s.returnTo != "/units/u-A-1?lang=en" {
		t.Errorf("identity %+v, goes on to %s", who, s.returnTo)
	}
	again := must[SignedIn](t)(s.finish(b, s.begin(b, "itjen"))) // the browser's old session ends
	_, err := s.Session(in.Session)
	wantErr(t, err, ErrSession)
	must[Identity](t)(s.Session(again.Session))

	// By subject from now on, whatever the address becomes.
	s.provider.people["itjen"].Email = "moved@a.example"
	if in := must[SignedIn](t)(s.signInBy("itjen")); in.Account.ID != id {
		t.Errorf("another account %+v", in.Account)
	}
	noErr(t, s.Disable(s.admin, id))
	_, err = s.signInBy("itjen")
	wantErr(t, err, ErrNoAccount)
}

func TestOIDCRefusesWhoIsNotKnown(t *testing.T) {
	s := newSite(t, nil)
	_, err := s.signInBy("baru")
	wantErr(t, err, ErrNoAccount)
	s.provider.groups["baru"] = []string{"something-else"}
	_, err = s.signInBy("baru")
	wantErr(t, err, ErrNoAccount)
	// An address that the provider does not vouch for opens no account.
	s.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, false)
	s.provider.people["itjen"].EmailVerified = false
	_, err = s.signInBy("itjen")
	wantErr(t, err, ErrNoAccount)
	// Nor does an account open that another subject signed in to.
	s.provider.people["itjen"].EmailVerified = true
	must[SignedIn](t)(s.signInBy("itjen"))
	s.provider.people["baru"].Email = "itjen@a.example"
	_, err = s.signInBy("baru")
	wantErr(t, err, ErrNoAccount)
}

func TestOIDCClaimGivesAndTakesTheRole(t *testing.T) {
	s := newSite(t, nil)
	s.provider.groups["baru"] = []string{"staff", "zi-instansi"}
	in := must[SignedIn](t)(s.signInBy("baru"))
	if in.Account.Scope != (Scope{Role: Instansi, Agency: "A"}) || in.Account.Admin || in.Account.SignIn != "baru@a.example" {
		t.Errorf("account %+v", in.Account)
	}
	s.provider.groups["baru"] = []string{"zi-admin"}
	up := must[SignedIn](t)(s.signInBy("baru"))
	if up.Account.ID != in.Account.ID || up.Account.Role != Nasional || !up.Account.Admin {
		t.Errorf("account %+v", up.Account)
	}
	_, err := s.Session(in.Session)
	wantErr(t, err, ErrSession) // made for the old role
	s.provider.groups["baru"] = nil
	_, err = s.signInBy("baru")
	wantErr(t, err, ErrNoAccount)
	// Such an account has no password to guess.
	for _, password := range []string{"", goodPassword} {
		_, err = s.SignIn(Attempt{Name: "baru@a.example", Password: password})
		wantErr(t, err, ErrSignIn)
	}
	_, err = s.Reset(s.admin, in.Account.ID)
	wantErr(t, err, ErrForbidden)
	token, _, err := s.CreateToken(must[Identity](t)(s.Session(up.Session)), Token{Name: "t", Expires: s.clock.now().AddDate(0, 6, 0)})
	noErr(t, err)
	s.clock.advance(claimLife - time.Second)
	must[Identity](t)(s.Token(token))
	s.clock.advance(time.Second)
	_, err = s.Token(token)
	wantErr(t, err, ErrToken)
	s.clock.advance(-claimLife)
	// What an administrator set, a claim does not change.
	noErr(t, s.ChangeRole(s.admin, in.Account.ID, Scope{Role: Perencana}, false))
	s.provider.groups["baru"] = []string{"zi-admin"}
	if in := must[SignedIn](t)(s.signInBy("baru")); in.Account.Role != Perencana {
		t.Errorf("account %+v", in.Account)
	}
}

// What a spoilt or forged answer of the provider leads to.
func TestOIDCForgedIDTokens(t *testing.T) {
	s := newSite(t, nil)
	s.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, false)
	genuine := s.provider.keys[0]
	for _, c := range []struct {
		what  string
		forge func(header, claims map[string]any) *signingKey
		ok    bool
	}{
		{"signed anew, unchanged", func(_, _ map[string]any) *signingKey { return genuine }, true},
		{"another nonce", func(_, c map[string]any) *signingKey { c["nonce"] = newToken(); return genuine }, false},
		{"no nonce", func(_, c map[string]any) *signingKey { delete(c, "nonce"); return genuine }, false},
		{"expired", func(_, c map[string]any) *signingKey {
			c["exp"] = s.clock.now().Add(-time.Second).Unix()
			return genuine
		}, false},
		{"no expiry", func(_, c map[string]any) *signingKey { delete(c, "exp"); return genuine }, false},
		{"another audience", func(_, c map[string]any) *signingKey { c["aud"] = "other"; return genuine }, false},
		{"several audiences, asked by another", func(_, c map[string]any) *signingKey {
			c["aud"], c["azp"] = []string{"tolok", "other"}, "other"
			return genuine
		}, false},
		{"several audiences, asked by none", func(_, c map[string]any) *signingKey {
			c["aud"] = []string{"tolok", "other"}
			delete(c, "azp")
			return genuine
		}, false},
		{"another issuer", func(_, c map[string]any) *signingKey { c["iss"] = "https://evil.example"; return genuine }, false},
		{"another access token", func(_, c map[string]any) *signingKey { c["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA"; return genuine }, false},
		{"unknown kid", func(h, _ map[string]any) *signingKey { h["kid"] = "nobody"; return newSigningKey(t, "nobody") }, false},
		{"known kid, another key", func(_, _ map[string]any) *signingKey { return newSigningKey(t, "first") }, false},
		{"alg none", func(h, _ map[string]any) *signingKey { h["alg"] = "none"; return nil }, false},
		{"alg HS256 with the client's secret", func(h, _ map[string]any) *signingKey { h["alg"] = "HS256"; return genuine }, false},
		{"signature cut off", func(_, _ map[string]any) *signingKey { return nil }, false},
	} {
		s.provider.forge = c.forge
		_, err := s.signInBy("itjen")
		if c.ok {
			if err != nil {
				t.Errorf("%s: %v", c.what, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: signed in", c.what)
			continue
		}
		wantErr(t, err, ErrIDToken)
	}
}

func TestOIDCAnswersBelongToOneBrowserOnce(t *testing.T) {
	s := newSite(t, nil)
	s.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, false)
	victim, attacker := newBrowser(t), newBrowser(t)

	back := s.begin(victim, "itjen")
	_, err := s.finish(attacker, back) // code and state were stolen
	wantErr(t, err, ErrFlow)
	must[SignedIn](t)(s.finish(victim, back)) // and the theft did not spoil it
	_, err = s.finish(victim, back)
	wantErr(t, err, ErrFlow) // replayed

	// Login CSRF: the attacker's answer in the victim's browser.
	s.begin(victim, "itjen")
	_, err = s.finish(victim, s.begin(attacker, "itjen"))
	wantErr(t, err, ErrFlow)

	// A code that was redeemed, under a fresh state.
	first := s.begin(victim, "itjen")
	must[SignedIn](t)(s.finish(victim, first))
	second := s.begin(victim, "itjen")
	code := must[*url.URL](t)(url.Parse(first)).Query().Get("code")
	_, err = s.finish(victim, with(t, second, "code", code))
	wantErr(t, err, ErrIDToken)

	for name, back := range map[string]string{
		"made-up state":    with(t, s.begin(victim, "itjen"), "state", newToken()),
		"no state":         with(t, s.begin(victim, "itjen"), "state", ""),
		"another's issuer": with(t, s.begin(victim, "itjen"), "iss", "https://evil.example"),
	} {
		if _, err = s.finish(victim, back); err == nil {
			t.Errorf("%s: signed in", name)
			continue
		}
		wantErr(t, err, ErrFlow)
	}
	_, err = s.finish(victim, with(t, s.begin(victim, "itjen"), "error", "access_denied"))
	wantErr(t, err, ErrSignIn)

	late := s.begin(victim, "itjen")
	s.clock.advance(10 * time.Minute)
	_, err = s.finish(victim, late)
	wantErr(t, err, ErrFlow)
}

func with(t *testing.T, address, key, value string) string {
	u := must[*url.URL](t)(url.Parse(address))
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}

func TestTwoTabsSignInByOIDC(t *testing.T) {
	s := newSite(t, nil)
	s.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, false)
	b := newBrowser(t)
	one, two := s.begin(b, "itjen"), s.begin(b, "itjen")
	must[SignedIn](t)(s.finish(b, one))
	must[SignedIn](t)(s.finish(b, two))
}

func TestOIDCUsesPKCE(t *testing.T) {
	s := newSite(t, nil)
	s.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, false)
	b := newBrowser(t)
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r := must[*http.Response](t)(b.Get(s.url + "/start"))
	r.Body.Close()
	asked := must[*url.URL](t)(r.Location()).Query()
	if asked.Get("code_challenge_method") != "S256" || len(asked.Get("code_challenge")) != 43 || asked.Get("nonce") == "" || asked.Get("response_type") != "code" {
		t.Errorf("asked with %v", asked)
	}
	s.provider.dropVerifier = true // a thief of the code does not have it
	_, err := s.signInBy("itjen")
	wantErr(t, err, ErrIDToken)
}

func TestOIDCKeysRotate(t *testing.T) {
	s := newSite(t, nil)
	s.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, false)
	must[SignedIn](t)(s.signInBy("itjen"))
	old := s.provider.keys[0]
	s.provider.keys = []*signingKey{newSigningKey(t, "second"), old}
	must[SignedIn](t)(s.signInBy("itjen"))
	s.provider.keys = s.provider.keys[:1] // the first key is withdrawn
	must[SignedIn](t)(s.signInBy("itjen"))
	s.clock.advance(time.Hour) // and not trusted for longer than an hour
	s.provider.forge = func(h, c map[string]any) *signingKey {
		h["kid"], c["exp"] = "first", s.clock.now().Add(time.Hour).Unix()
		return old
	}
	_, err := s.signInBy("itjen")
	wantErr(t, err, ErrIDToken)
}

func TestProviderDownDoesNotStopTheProgram(t *testing.T) {
	s := newSite(t, nil)
	s.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, false)
	s.provider.down = true
	must[*http.Response](t)(newBrowser(t).Get(s.url + "/start")).Body.Close()
	wantErr(t, s.err, ErrProvider)
	s.signIn("itjen@a.example") // by password
	s.provider.down = false
	must[*http.Response](t)(newBrowser(t).Get(s.url + "/start")).Body.Close()
	wantErr(t, s.err, ErrProvider) // not asked again with every click
	s.clock.advance(providerPause)
	must[SignedIn](t)(s.signInBy("itjen"))

	// It goes down between the two pages, and after the documents were read.
	b := newBrowser(t)
	back := s.begin(b, "itjen")
	s.provider.down = true
	_, err := s.finish(b, back)
	wantErr(t, err, ErrProvider)
}

func TestOIDCConfig(t *testing.T) {
	h := newHouse(t)
	good := OIDCConfig{Issuer: "https://sso.example", ClientID: "tolok", RedirectURL: "https://tolok.example/callback"}
	for want, change := range map[string]func(*OIDCConfig){
		"issuer required":      func(c *OIDCConfig) { c.Issuer = "" },
		"client_id required":   func(c *OIDCConfig) { c.ClientID = "" },
		"base_url not-allowed": func(c *OIDCConfig) { c.Issuer = "http://sso.example" },
		"agency required":      func(c *OIDCConfig) { c.Roles = []ClaimRole{{Value: "x", Scope: Scope{Role: Instansi}}} },
		"unit required":        func(c *OIDCConfig) { c.Roles = []ClaimRole{{Value: "x", Scope: Scope{Role: Satker}}} },
		"admin not-allowed": func(c *OIDCConfig) {
			c.Roles = []ClaimRole{{Value: "x", Scope: Scope{Role: Perencana}, Admin: true}}
		},
	} {
		c := good
		change(&c)
		_, err := h.OIDC(c)
		wantInvalid(t, err, want)
	}
	must[*OIDC](t)(h.OIDC(good))
}

func TestLogoutURL(t *testing.T) {
	s := newSite(t, nil)
	u := must[*url.URL](t)(url.Parse(s.oidc.LogoutURL(t.Context(), s.url+"/")))
	if !strings.HasPrefix(u.String(), s.provider.url+"/end_session?") || u.Query().Get("client_id") != "tolok" || u.Query().Get("post_logout_redirect_uri") != s.url+"/" {
		t.Errorf("address %s", u)
	}
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{
		"/units/u-1?lang=en": "/units/u-1?lang=en", "": "/", "units": "/", "//evil.example": "/", "/\\evil.example": "/",
		"https://evil.example": "/", "javascript:alert(1)": "/", "/a\nb": "/", "/\t/evil.example": "/",
	} {
		if got := LocalPath(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
