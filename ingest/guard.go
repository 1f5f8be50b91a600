package ingest

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Guard lets connections go to public addresses only. It looks at the address
// of each connection after its name was resolved, so that a name which
// resolves to something else a moment later changes nothing.
type Guard struct {
	Allow []netip.Prefix // networks allowed all the same
}

// notPublic are the blocks that no host of the internet has: of this machine,
// of its network, of several readings (IPv4 within IPv6), or of nobody. From
// IANA's registries of special-purpose addresses.
var notPublic = prefixes(
	"0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16",
	"198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4",
	"::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8",
)

func prefixes(lists ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, list := range lists {
		for s := range strings.FieldsSeq(list) {
			out = append(out, netip.MustParsePrefix(s))
		}
	}
	return out
}

// guarded is a connection that was not made. It does not say to which address:
// that would tell whoever typed the name what it is inside.
type guarded struct{}

// Error says what to do about it.
func (*guarded) Error() string {
	return "its address lies in a private network, where this server does not fetch from; ask whoever runs it to allow that network"
}

func (g *Guard) allows(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	holds := func(p netip.Prefix) bool { return p.Contains(a) }
	return slices.ContainsFunc(g.Allow, holds) || a.IsValid() && !slices.ContainsFunc(notPublic, holds)
}

// Check refuses an address that could not be fetched from: one that is not
// https, or that names a machine of this network outright. Where a name leads is
// seen when the connection is made.
func (g *Guard) Check(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("the address is not https://HOST/PATH")
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !g.allows(a) {
		return &guarded{}
	}
	return nil
}

func (g *Guard) dialer() *net.Dialer {
	return &net.Dialer{
		Timeout: 30 * time.Second, KeepAlive: 30 * time.Second,
		Control: func(network, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			switch {
			case err != nil || !strings.HasPrefix(network, "tcp"):
				return fmt.Errorf("no connection over %s is made", network)
			case !g.allows(to.Addr()):
				return &guarded{}
			}
			return nil
		},
	}
}
