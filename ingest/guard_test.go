package ingest

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestGuardKnowsPublicAddresses(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "103.10.10.1": true, "2606:4700::1111": true, "2001:4860:4860::8888": true,
		"127.0.0.1": false, "127.8.8.8": false, "0.0.0.0": false, "10.1.2.3": false, "172.16.0.1": false, "172.32.0.1": true, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "198.18.0.1": false, "224.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd12::1": false, "ff02::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "::ffff:8.8.8.8": true,
	} {
		if got := (&Guard{}).allows(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s allowed: %v", address, got)
		}
	}
	if (&Guard{}).allows(netip.Addr{}) {
		t.Error("no address at all is allowed")
	}
}

// A server on this machine is refused at once, by address and by name, unless
// its network is allowed; nothing says where the name leads.
func TestGuardAtDialTime(t *testing.T) {
	s := newPortalServer(t, "U-001")
	byName := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	for _, base := range []string{s.URL, byName} {
		p, err := NewPortal(base+"/api", testToken)
		if err != nil {
			t.Fatal(err)
		}
		p.Roots, p.Guard = s.portal(t).Roots, &Guard{}
		_, err = p.Fetch(t.Context(), t.TempDir(), false)
		if err == nil || !strings.Contains(err.Error(), "private network") || strings.Contains(strings.ReplaceAll(err.Error(), p.Host(), ""), "127.0.0.1") {
			t.Errorf("%s: %v", base, err)
		}
	}
	if n := s.asked("pengusulan/unit-wbk"); n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
	p := s.portal(t)
	p.Guard = &Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	if got := fetched(t, p, t.TempDir()); got.Fetched != 1 {
		t.Errorf("with the network allowed: %+v", got)
	}
}

// No proxy of the environment makes the connection instead, and no redirect is
// followed, not even to the same host.
func TestGuardedClientGoesStraight(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	s := newPortalServer(t, "U-001")
	s.answer = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if strings.HasSuffix(r.URL.Path, "unit-wbk") {
			http.Redirect(w, r, "/api/pengusulan/unit-wbbm", http.StatusFound)
			return true
		}
		return false
	}
	p := s.portal(t)
	p.Guard = &Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	if p.client().Transport.(*http.Transport).Proxy != nil {
		t.Error("a proxy may be used")
	}
	if _, err := p.Fetch(t.Context(), t.TempDir(), false); err == nil || !strings.Contains(err.Error(), "redirects") || s.asked("pengusulan/unit-wbbm") != 0 {
		t.Errorf("a redirect: %v", err)
	}
}
