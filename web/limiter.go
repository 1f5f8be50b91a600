package web

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"tolok/web/auth"
)

// Rate is how often something may be asked for: Burst at once, and PerSecond
// from then on. The zero Rate is no limit.
type Rate struct {
	PerSecond float64
	Burst     int
}

// limiter holds a token bucket for each account or address. Its memory is
// bounded: there are two generations of at most most buckets, and when the
// young one is full the old one is forgotten.
type limiter struct {
	rate  Rate
	now   func() time.Time
	most  int
	mu    sync.Mutex
	young map[string]bucket
	old   map[string]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// mostBuckets are about three megabytes of one limiter.
const mostBuckets = 16 << 10

func newLimiter(rate Rate) *limiter {
	return &limiter{rate: rate, now: time.Now, most: mostBuckets, young: map[string]bucket{}}
}

// take uses one token up; where there is none it says how long to wait.
func (l *limiter) take(key string) (wait time.Duration) {
	if l.rate.PerSecond <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b, known := l.young[key]
	if !known {
		b, known = l.old[key]
	}
	if !known {
		b = bucket{left: float64(l.rate.Burst), at: now}
	}
	b.left = min(float64(l.rate.Burst), b.left+now.Sub(b.at).Seconds()*l.rate.PerSecond)
	b.at = now
	if b.left < 1 {
		wait = time.Duration((1 - b.left) / l.rate.PerSecond * float64(time.Second))
	} else {
		b.left--
	}
	if len(l.young) >= l.most {
		l.old, l.young = l.young, make(map[string]bucket, l.most)
	}
	l.young[key] = b
	return wait
}

// asker is whose bucket a request draws from: the account's, else the
// address's. Of an IPv6 address the network counts, for one client has 2^64.
func asker(who auth.Identity, address string) string {
	if who.Account != "" {
		return "account " + who.Account
	}
	if a, err := netip.ParseAddr(address); err == nil && a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return address
}

// tooMany refuses a request that comes too soon.
type tooMany struct{ wait time.Duration }

func (e *tooMany) Error() string { return "too many requests" }

// seconds rounds up: who waits as long as it was told must not come too soon.
func (e *tooMany) seconds() int { return int((e.wait + time.Second - 1) / time.Second) }

// within answers only as often as a limiter allows.
func (s *Server) within(l *limiter, next http.Handler) http.Handler {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		if wait := l.take(asker(auth.From(r.Context()), visitOf(r).address)); wait > 0 {
			return &tooMany{wait}
		}
		next.ServeHTTP(w, r)
		return nil
	})
}
