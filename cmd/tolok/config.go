package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tolok/web"
	"tolok/web/auth"
)

// config is everything that `tolok serve` can be told. Each field is a flag and
// an environment variable of the same name (--audit-days, TOLOK_AUDIT_DAYS);
// the flag counts where both are given. Secrets come from files only, so that
// they show in no list of processes and in no log.
type config struct {
	lake, addr, accounts string
	tlsCert, tlsKey      string
	baseURL              string
	plainHTTP            bool
	proxies              []string

	oidcIssuer, oidcClientID, oidcSecretFile string
	oidcClaim, oidcAgencyClaim, oidcUnit     string
	oidcRoles                                []string

	idle, absolute time.Duration
	auditDays      int
	logFormat      string
	metricsAddr    string
	metricsToken   string // file
	timeout        time.Duration
	signInRate     float64
	pageRate       float64
}

// flags gives every field its flag.
func (c *config) flags(f *pflag.FlagSet) {
	f.StringVar(&c.lake, "lake", "", "the lake's folder")
	f.StringVar(&c.addr, "addr", "127.0.0.1:8080", "address to listen on")
	f.StringVar(&c.accounts, "accounts", "", "folder of accounts and audit log (default: accounts beside the lake)")
	f.StringVar(&c.tlsCert, "tls-cert", "", "certificate file (PEM, with its chain); read again when it changes")
	f.StringVar(&c.tlsKey, "tls-key", "", "the certificate's key file (PEM)")
	f.StringVar(&c.baseURL, "base-url", "", "where readers reach this site, such as https://tolok.example (default: from --addr)")
	f.BoolVar(&c.plainHTTP, "plain-http", false, "let passwords cross the network in the clear: only where nobody can listen")
	f.StringSliceVar(&c.proxies, "trusted-proxies", nil, "networks (CIDR) whose X-Forwarded-For and X-Request-Id are believed")
	f.StringVar(&c.oidcIssuer, "oidc-issuer", "", "OpenID provider to sign in by; its return address is BASE-URL/sign-in/oidc/return")
	f.StringVar(&c.oidcClientID, "oidc-client-id", "", "client id at the provider")
	f.StringVar(&c.oidcSecretFile, "oidc-secret-file", "", "file with the client secret; none for a public client")
	f.StringVar(&c.oidcClaim, "oidc-claim", "", "claim whose values give a role, such as groups")
	f.StringSliceVar(&c.oidcRoles, "oidc-role", nil, "VALUE=ROLE[:AGENCY[:UNIT]][+admin] of that claim; repeatable, the first match counts")
	f.StringVar(&c.oidcAgencyClaim, "oidc-agency-claim", "", "claim that gives the agency")
	f.StringVar(&c.oidcUnit, "oidc-unit-claim", "", "claim that gives the unit")
	f.DurationVar(&c.idle, "session-idle", 30*time.Minute, "a session ends after so long without a request")
	f.DurationVar(&c.absolute, "session-absolute", 12*time.Hour, "a session ends after so long in any case")
	f.IntVar(&c.auditDays, "audit-days", -1, "days the audit log is kept, 0 for good; -1 leaves it to the settings page")
	f.StringVar(&c.logFormat, "log-format", "text", "text or json")
	f.StringVar(&c.metricsAddr, "metrics-addr", "", "address for /metrics alone, without credentials")
	f.StringVar(&c.metricsToken, "metrics-token-file", "", "file with the token that opens /metrics at --addr")
	f.DurationVar(&c.timeout, "request-timeout", 20*time.Second, "a page takes no longer")
	f.Float64Var(&c.signInRate, "sign-in-rate", 0.5, "sign-ins a second from one address, after twenty; 0 for no limit")
	f.Float64Var(&c.pageRate, "page-rate", 50, "pages a second for one account or address, after ten times as many; 0 for no limit")
}

// variable is the environment variable of a flag.
func variable(flag string) string {
	return "TOLOK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// otherVariables are read elsewhere.
var otherVariables = []string{"TOLOK_BROWSER"}

// documentVariables names each flag's variable in --help.
func documentVariables(f *pflag.FlagSet) {
	f.VisitAll(func(flag *pflag.Flag) { flag.Usage += " [" + variable(flag.Name) + "]" })
}

// readEnvironment sets the flags that were not given. A variable that no flag
// has is a typing error, and a setting that silently does nothing is worse than
// a program that does not start.
func readEnvironment(f *pflag.FlagSet, environ []string) error {
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, "TOLOK_") || slices.Contains(otherVariables, name) {
			continue
		}
		flag := f.Lookup(strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "TOLOK_"), "_", "-")))
		if flag == nil || variable(flag.Name) != name || flag.Name == "help" {
			return fmt.Errorf("the environment sets %s, which is no setting: see tolok serve --help for their names", name)
		}
		if flag.Changed {
			continue
		}
		if err := f.Set(flag.Name, value); err != nil {
			return fmt.Errorf("%s=%q: %w", name, value, err)
		}
	}
	return nil
}

// check completes a configuration and says what in it cannot be.
func (c *config) check() error {
	if c.lake == "" {
		return errors.New(`required flag(s) "lake" not set; give --lake DIR or TOLOK_LAKE`)
	}
	if c.accounts == "" {
		c.accounts = filepath.Join(filepath.Dir(filepath.Clean(c.lake)), "accounts")
	}
	if (c.tlsCert == "") != (c.tlsKey == "") {
		return errors.New("--tls-cert and --tls-key go together")
	}
	if c.logFormat != "text" && c.logFormat != "json" {
		return fmt.Errorf("unknown --log-format %q: use text or json", c.logFormat)
	}
	if c.auditDays >= 0 {
		if err := auth.CheckAuditDays(c.auditDays); err != nil {
			return fmt.Errorf("--audit-days: %w", err)
		}
	}
	if c.oidcIssuer == "" && (c.oidcClientID != "" || len(c.oidcRoles) > 0) || c.oidcIssuer != "" && c.oidcClientID == "" {
		return errors.New("--oidc-issuer and --oidc-client-id go together")
	}
	if c.idle <= 0 || c.absolute < c.idle {
		return errors.New("--session-absolute must be at least --session-idle, and that more than nothing")
	}
	return c.checkTransport()
}

// checkTransport refuses to take passwords in the clear from other machines.
func (c *config) checkTransport() error {
	if c.tlsCert != "" || c.plainHTTP || strings.HasPrefix(c.baseURL, "https://") {
		return nil
	}
	host, _, err := net.SplitHostPort(c.addr)
	if err != nil {
		return fmt.Errorf("--addr %q: %w; use HOST:PORT", c.addr, err)
	}
	if !web.Loopback(host) {
		return fmt.Errorf("at %s passwords would cross the network in the clear: give --tls-cert and --tls-key, or --base-url https://… where a proxy ends TLS, or accept it with --plain-http", c.addr)
	}
	return nil
}

// base is where readers reach the site, given where it listens.
func (c *config) base(listening net.Addr) (*url.URL, error) {
	text := c.baseURL
	if text == "" {
		scheme := "http://"
		if c.tlsCert != "" {
			scheme = "https://"
		}
		text = scheme + listening.String()
	}
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if err != nil {
		return nil, fmt.Errorf("--base-url: %w", err)
	}
	return u, nil
}

func (c *config) prefixes() (out []netip.Prefix, err error) {
	for _, text := range c.proxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies %q: %w; use a network as 10.0.0.0/8", text, err)
		}
		out = append(out, p)
	}
	return out, nil
}

// logger writes to stderr; its handler hides nothing, so nothing secret is
// given to it.
func (c *config) logger(w interface{ Write([]byte) (int, error) }) *slog.Logger {
	if c.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// claimRoles reads VALUE=ROLE[:AGENCY[:UNIT]][+admin].
func (c *config) claimRoles() (out []auth.ClaimRole, err error) {
	for _, text := range c.oidcRoles {
		value, what, ok := strings.Cut(text, "=")
		what, admin := strings.CutSuffix(what, "+admin")
		parts := strings.SplitN(what, ":", 3)
		if !ok || value == "" {
			return nil, fmt.Errorf("--oidc-role %q: use VALUE=ROLE[:AGENCY[:UNIT]][+admin]", text)
		}
		r := auth.ClaimRole{Value: value, Scope: auth.Scope{Role: auth.Role(parts[0])}, Admin: admin}
		if len(parts) > 1 {
			r.Scope.Agency = parts[1]
		}
		if len(parts) > 2 {
			r.Scope.Unit = parts[2]
		}
		out = append(out, r)
	}
	return out, nil
}

// secretOf reads a secret from its file, without the line's end.
func secretOf(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(b))
	if secret == "" {
		return "", fmt.Errorf("%s is empty: put the secret in it, or leave the flag out", path)
	}
	return secret, nil
}

// oidc makes the sign-in by the provider; nil where none is configured.
func (c *config) oidc(store *auth.Store, base *url.URL) (*auth.OIDC, error) {
	if c.oidcIssuer == "" {
		return nil, nil
	}
	secret, err := secretOf(c.oidcSecretFile)
	if err != nil {
		return nil, fmt.Errorf("--oidc-secret-file: %w", err)
	}
	roles, err := c.claimRoles()
	if err != nil {
		return nil, err
	}
	o, err := store.OIDC(auth.OIDCConfig{
		Issuer: c.oidcIssuer, ClientID: c.oidcClientID, ClientSecret: secret, RedirectURL: base.JoinPath("/sign-in/oidc/return").String(),
		Cookies: auth.Cookies{Insecure: base.Scheme != "https"}, Claim: c.oidcClaim, Roles: roles, AgencyClaim: c.oidcAgencyClaim, UnitClaim: c.oidcUnit,
	})
	if err != nil {
		return nil, fmt.Errorf("OpenID: %w", err)
	}
	return o, nil
}

// issuerName is how the provider is called on the sign-in page.
func (c *config) issuerName() string {
	u, err := url.Parse(c.oidcIssuer)
	if err != nil {
		return c.oidcIssuer
	}
	return u.Host
}

// command gives `tolok serve` its flags and environment.
func (c *config) command(cmd *cobra.Command) {
	c.flags(cmd.Flags())
	documentVariables(cmd.Flags())
}
