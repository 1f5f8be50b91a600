package ingest

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"tolok/data"
)

// Portal is a PortalRB to fetch from: the two lists of nominated units, then
// the worksheet of each unit. The fields may be changed before [Portal.Fetch].
type Portal struct {
	Roots    *x509.CertPool  // whose certificates are trusted; nil: the system's
	Parallel int             // requests at a time
	Timeout  time.Duration   // of one request, its answer included
	Waits    []time.Duration // before each retry, where the answer names no Retry-After
	MaxWait  time.Duration   // the longest Retry-After that is waited for

	// Guard, if not nil, holds every connection to addresses that anybody may
	// reach: an address that someone typed into a page must not lead into the
	// network of the machine.
	Guard *Guard

	// Progress is told how many of the units are done. It may be nil.
	Progress func(done, total int)

	base  *url.URL
	token string
}

// NewPortal is the PortalRB at a base address, with the waits its guide asks
// for. The token would be readable on the way over plain HTTP, so that is
// accepted from this machine to itself only.
func NewPortal(base, token string) (*Portal, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, errors.New("the address of PortalRB cannot be read; write it as https://host/path")
	}
	at := u.Scheme + "://" + u.Host // what is safe to repeat
	switch {
	case u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("the address of PortalRB has no host or is not https; write it as https://host/path")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%s: an address with a user, a ? or a # may carry a secret; give the base address, and the token in a file", at)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("%s: over http the token could be read on the way; use https", at)
	}
	token = strings.TrimSpace(token)
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, errors.New("the token is empty or holds more than one line of plain characters; the file must hold the token alone")
	}
	return &Portal{
		Parallel: 4, Timeout: time.Minute, MaxWait: 10 * time.Minute,
		Waits: []time.Duration{0, time.Minute, 2 * time.Minute},
		base:  u, token: token,
	}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Host names the portal in a sentence.
func (p *Portal) Host() string { return p.base.Host }

// Fetch brings every answer of the portal into a folder below root, which
// [Run] reads as any other. A run that was cut off goes on where it stopped,
// unless anew is set. What the portal refuses for one unit lies in the folder
// in place of its worksheet, and becomes a problem of that unit.
func (p *Portal) Fetch(ctx context.Context, root string, anew bool) (*Spool, error) {
	s, err := openSpool(root, p.base, anew)
	if err != nil {
		return nil, err
	}
	defer s.lock.Close()
	f := &fetch{Portal: p, client: p.client(), spool: s}
	ids, err := f.lists(ctx)
	if err == nil {
		s.Units = len(ids)
		err = f.worksheets(ctx, ids)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w; what was fetched is kept, and the same command goes on from there", p.Host(), err)
	}
	return s, nil
}

// lists fetches both lists, and gives the ids to ask for, each once. An id that
// the lake would refuse is not asked for: it could be a path to elsewhere, and
// reading the list reports it.
func (f *fetch) lists(ctx context.Context) ([]string, error) {
	var ids []string
	seen := map[string]bool{}
	for _, list := range []string{"unit-wbk", "unit-wbbm"} {
		m, err := f.list(ctx, list)
		if err != nil {
			return nil, err
		}
		for _, raw := range m.Units {
			var u portalRBUnit
			if json.Unmarshal(raw, &u) == nil && !seen[u.ID] && canBeID(u.ID) {
				seen[u.ID] = true
				ids = append(ids, u.ID)
			}
		}
	}
	if len(ids) == 0 {
		return nil, errors.Join(errors.New("both lists name no unit that could be asked for"), f.spool.remove())
	}
	return ids, nil
}

// list is one list of units. Without it nothing can be asked, so whatever is
// wrong with it ends the run.
func (f *fetch) list(ctx context.Context, list string) (*portalRB, error) {
	name := path.Join("pengusulan", list+".json")
	raw, kept := f.spool.read(name)
	if !kept {
		var err error
		if raw, err = f.get(ctx, "pengusulan", list); err != nil {
			return nil, fmt.Errorf("the list %s: %w", list, err)
		}
	}
	m, err := decodePortalRB(name, bytes.NewReader(raw))
	if p, ok := asProblem(err); ok {
		return nil, fmt.Errorf("the list %s: %s", list, p.Text("en"))
	}
	if err != nil || m.Units == nil {
		return nil, fmt.Errorf("the list %s is no list of units", list)
	}
	if kept {
		return m, nil
	}
	return m, f.spool.write(name, raw)
}

func canBeID(id string) bool {
	n := data.Nomination{UnitID: id}
	return !slices.ContainsFunc(n.Validate(), func(p data.Problem) bool { return p.Field == "unit_id" })
}

// fetch is one call of Fetch.
type fetch struct {
	*Portal
	client *http.Client
	spool  *Spool

	mu   sync.Mutex
	done int
	down int // units in a row that were given up
}

// worksheets fetches one worksheet a unit, several at a time.
func (f *fetch) worksheets(ctx context.Context, ids []string) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var workers sync.WaitGroup
	work := make(chan string)
	for range max(f.Parallel, 1) {
		workers.Go(func() {
			for id := range work {
				if err := f.worksheet(ctx, id, len(ids)); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, id := range ids {
		select {
		case work <- id:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
	}
	close(work)
	workers.Wait()
	return context.Cause(ctx)
}

func (f *fetch) worksheet(ctx context.Context, id string, total int) error {
	name := worksheetName(id)
	if _, ok := f.spool.read(name); ok {
		f.count(total, func(s *Spool) { s.Kept++ })
		return nil
	}
	raw, err := f.get(ctx, "lke", "jawaban-unit", url.PathEscape(id))
	if err == nil {
		err = isOf(id, raw)
	}
	var r *refusal
	if err != nil && !errors.As(err, &r) {
		return err
	}
	if r != nil {
		raw = r.document()
	}
	if err := f.spool.write(name, raw); err != nil {
		return err
	}
	if r != nil && r.temporary {
		return f.gaveUp(total, r)
	}
	f.count(total, func(s *Spool) {
		if f.down = 0; r != nil {
			s.Refused++
			return
		}
		s.Fetched++
	})
	return nil
}

// isOf refuses what would be read as something else than this unit's
// worksheet. What cannot be read at all passes: reading says where and why.
func isOf(id string, raw []byte) error {
	m, err := decodePortalRB("", bytes.NewReader(raw))
	switch {
	case err != nil:
		return nil
	case m.Units != nil || m.Answers == nil:
		return &refusal{code: "NO_ANSWERS", message: "no worksheet of " + id}
	case m.Unit != id:
		return &refusal{code: "OTHER_UNIT", message: fmt.Sprintf("asked for %s, got the worksheet of %q", id, m.Unit)}
	}
	return nil
}

func (f *fetch) count(total int, add func(*Spool)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	add(f.spool)
	f.done++
	if f.Progress != nil {
		f.Progress(f.done, total)
	}
}

// gaveUp leaves a unit for the next run. When as many in a row were given up as
// two rounds of requests, the portal is down, and each further unit would only
// wait in vain.
func (f *fetch) gaveUp(total int, r *refusal) error {
	var down int
	f.count(total, func(s *Spool) {
		s.GivenUp++
		f.down++
		down = f.down
	})
	if down >= max(2*f.Parallel, 8) {
		return fmt.Errorf("%d units in a row could not be fetched, the last: %w", down, r)
	}
	return nil
}
