package ingest

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// refusal is a request that brought no answer to keep. Any other error of a
// request ends the run.
type refusal struct {
	status        int // 0 if the answer never came, or was another than asked for
	code, message string
	temporary     bool           // worth asking again
	after         *time.Duration // Retry-After
}

// Error says what the portal said.
func (r *refusal) Error() string {
	return strings.Trim(r.name()+": "+r.message, ": ")
}

func (r *refusal) name() string {
	if r.status == 0 {
		return r.code
	}
	return strings.TrimSpace(strconv.Itoa(r.status) + " " + r.code)
}

// document is the refusal as PortalRB itself would write it, for the spool.
func (r *refusal) document() []byte {
	raw, _ := json.Marshal(struct { // texts and a truth value always encode
		Error     bool   `json:"error"`
		Code      string `json:"code"`
		Message   string `json:"message"`
		Temporary bool   `json:"temporary"`
	}{true, r.name(), r.message, r.temporary})
	return raw
}

// client verifies certificates always, and follows no redirect to another host:
// the token is meant for this one.
func (p *Portal) client() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = &tls.Config{RootCAs: p.Roots, MinVersion: tls.VersionTLS12}
	t.MaxIdleConnsPerHost = p.Parallel
	if p.Guard != nil {
		// Through a proxy it is the proxy that would be looked at.
		t.Proxy, t.DialContext = nil, p.Guard.dialer().DialContext
	}
	return &http.Client{Transport: t, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if p.Guard != nil || r.URL.Scheme != p.base.Scheme || !strings.EqualFold(r.URL.Host, p.base.Host) {
			return &redirected{r.URL.Scheme + "://" + r.URL.Host}
		}
		if len(via) > 5 {
			return errors.New("more than 5 redirects")
		}
		return nil
	}}
}

type redirected struct{ to string }

// Error names where the token would have gone.
func (r *redirected) Error() string {
	return fmt.Sprintf("the portal redirects to %s, where the token must not go; if that is its new address, give it on the command line", r.to)
}

// get asks until there is an answer, or until it is not worth asking again.
func (f *fetch) get(ctx context.Context, elements ...string) ([]byte, error) {
	for n := 0; ; n++ {
		raw, err := f.ask(ctx, f.base.JoinPath(elements...))
		var r *refusal
		if !errors.As(err, &r) || !r.temporary || n == len(f.Waits) {
			return raw, err
		}
		wait := f.Waits[n]
		if r.after != nil {
			wait = min(*r.after, f.MaxWait)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (f *fetch) ask(ctx context.Context, u *url.URL) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, f.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+f.token)
	req.Header.Set("Accept", "application/json")
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, f.unanswered(ctx, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxPortalRB+1))
	if resp.StatusCode != http.StatusOK {
		return nil, f.refused(resp, raw)
	}
	switch {
	case err != nil:
		return nil, f.unanswered(ctx, err)
	case len(raw) > maxPortalRB:
		return nil, &refusal{code: "TOO_LARGE", message: fmt.Sprintf("the answer is larger than %d MB", maxPortalRB>>20)}
	case !json.Valid(withoutBOM(raw)):
		return nil, &refusal{code: "NOT_JSON", message: "the answer is cut off or is not JSON", temporary: true}
	}
	return raw, nil
}

// unanswered tells what asking again may mend from what it cannot.
func (f *fetch) unanswered(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var elsewhere *redirected
	if errors.As(err, &elsewhere) {
		return elsewhere
	}
	var private *guarded
	if errors.As(err, &private) {
		return private
	}
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return fmt.Errorf("its certificate is not trusted: %w; if the authority is the government's own, name its certificate with --ca-file", bareURL(err))
	}
	return &refusal{code: "NO_ANSWER", message: f.clean(bareURL(err).Error()), temporary: true}
}

// bareURL is an error of a request without its address.
func bareURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func (f *fetch) refused(resp *http.Response, raw []byte) error {
	r := &refusal{status: resp.StatusCode}
	var m portalRB
	if json.Unmarshal(withoutBOM(raw), &m) == nil {
		r.code, r.message = f.clean(m.Code), f.clean(m.Message)
	}
	if r.message == "" {
		r.message = http.StatusText(r.status)
	}
	switch {
	case r.status == http.StatusUnauthorized || r.status == http.StatusForbidden:
		return fmt.Errorf("the portal does not accept the token (%s); ask for a new one and put it in the file of --token-file", r)
	case r.status == http.StatusTooManyRequests || r.status == http.StatusRequestTimeout || r.status >= 500:
		r.temporary = true
		r.after = retryAfter(resp.Header.Get("Retry-After"), time.Now())
	}
	return r
}

// retryAfter reads seconds or a date; nil if it is neither.
func retryAfter(s string, now time.Time) *time.Duration {
	var d time.Duration
	if n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 31); err == nil {
		d = time.Duration(n) * time.Second
	} else if t, err := http.ParseTime(s); err == nil {
		d = max(t.Sub(now), 0)
	} else {
		return nil
	}
	return &d
}

// clean is a text of the portal that can be shown: in one line, not endless,
// and without the token should the portal repeat it.
func (f *fetch) clean(s string) string {
	s = strings.ReplaceAll(s, f.token, "[token]")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	if len(s) > maxValue {
		s = strings.ToValidUTF8(s[:maxValue], "") + "…"
	}
	return s
}
