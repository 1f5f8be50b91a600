package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"tolok/data"
	"tolok/data/lake"
	"tolok/ingest"
	"tolok/web/auth"
	"tolok/web/inbox"
)

// desk does what the pages about submissions ask for: it is the bridge between
// the inbox, ingest and the lake, which do not know each other.
type desk struct {
	lake   *lake.Lake
	secret func(agency string) (auth.Secret, error) // of an agency's PortalRB; nil: none
	guard  *ingest.Guard                            // where portals may be
	roots  *x509.CertPool                           // whose certificates portals may have; nil: the system's

	mu       sync.Mutex
	content  string // the state that register was read from
	register register
}

// register is who a lake knows.
type register struct {
	units    map[string]string // unit_id to agency_id
	agencies map[string]string // agency_id to name
}

// known reads the register of a state, once for each state.
func (d *desk) known(m *lake.Manifest) (register, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.content == m.Content && m.Content != "" {
		return d.register, nil
	}
	r := register{map[string]string{}, map[string]string{}}
	err := errors.Join(
		lake.Read(d.lake, m, "units", func(u *data.Unit) error { r.units[u.UnitID] = u.AgencyID; return nil }),
		lake.Read(d.lake, m, "agencies", func(a *data.Agency) error { r.agencies[a.AgencyID] = a.Name; return nil }),
	)
	if err == nil {
		d.content, d.register = m.Content, r
	}
	return r, err
}

// current is the newest state of the lake, an empty one if there is none.
func (d *desk) current() (*lake.Manifest, error) {
	m, err := d.lake.Current()
	if errors.Is(err, lake.ErrEmpty) {
		return &lake.Manifest{}, nil
	}
	return m, err
}

// Agencies names the agencies by their ids.
func (d *desk) Agencies() (map[string]string, error) {
	m, err := d.current()
	if err != nil {
		return nil, err
	}
	r, err := d.known(m)
	return r.agencies, err
}

// options are what is known of a submission beyond what its files say. Whoever
// sends for one agency speaks of that agency only; the ministry may send for
// all.
func (d *desk) options(s *inbox.Submission, m *lake.Manifest) (ingest.Options, error) {
	r, err := d.known(m)
	opt := ingest.Options{
		Agency: s.Agency, Unit: s.Unit, Cycle: s.Cycle, Layer: s.Layer,
		KnownUnits: r.units, KnownAgencies: map[string]bool{},
	}
	for id := range r.agencies {
		opt.KnownAgencies[id] = true
	}
	if !s.National {
		opt.Publisher, opt.Within = s.By().Name, ingest.Within{Agency: s.Agency, Unit: s.Unit}
	}
	return opt, err
}

// Check reads the files of a submission as Submit would, and writes nothing.
func (d *desk) Check(ctx context.Context, s *inbox.Submission, dir string) (_ *inbox.Report, err error) {
	m, err := d.current()
	if err != nil {
		return nil, err
	}
	opt, err := d.options(s, m)
	if err != nil {
		return nil, err
	}
	opt.Held = m.Holds
	t, err := newTrial()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	sum, err := t.run(ctx, []string{dir}, opt, d.lake, m)
	if err != nil {
		return nil, err
	}
	r := &inbox.Report{
		Problems: t.Problems, Dropped: t.Dropped, Sources: t.Sources,
		Counts: inbox.Counts{
			Files: sum.Files, Unread: sum.Failed, Known: sum.Known, Put: sum.Put(), LeftOut: sum.LeftOut(),
			Rejected: sum.Count(data.Rejected), Repaired: sum.Count(data.Repaired), Flagged: sum.Count(data.Flagged), Failed: sum.Count(data.Failed),
		},
	}
	for _, name := range sum.Names() {
		c := sum.Datasets[name]
		r.Datasets = append(r.Datasets, inbox.Dataset{Name: name, Read: c.Read, Put: c.Put, LeftOut: c.LeftOut, Repeated: c.Repeated})
	}
	return r, nil
}

// Submit takes a submission into the lake and names the state that holds it. It
// does so once: where the lake has it under its id, that state is the answer.
func (d *desk) Submit(ctx context.Context, s *inbox.Submission, dir string) (manifest string, err error) {
	a, err := d.lake.Begin(s.By().Name)
	if errors.Is(err, lake.ErrLocked) {
		return "", fmt.Errorf("%w: %w", inbox.ErrLater, err)
	}
	if err != nil {
		return "", err
	}
	defer a.Abort()
	base := a.Base()
	if base.Refers(s.ID) {
		return d.taken(s.ID)
	}
	a.Refer(s.ID)
	opt, err := d.options(s, base)
	if err != nil {
		return "", err
	}
	opt.Held = base.Holds
	sum, err := ingest.Run(ctx, []string{dir}, opt, a)
	if err != nil {
		return "", fmt.Errorf("nothing was written: %w", err)
	}
	if sum.Put()+sum.Known == 0 {
		return "", errors.New("no row could be taken in any more; nothing was written: have it checked again")
	}
	m, err := a.Commit(time.Now())
	if err != nil && !errors.Is(err, lake.ErrUnflushed) {
		return "", fmt.Errorf("nothing was written: %w", err)
	}
	return m.Content, nil
}

// taken finds the state that a submission made.
func (d *desk) taken(id string) (string, error) {
	all, err := d.lake.Manifests()
	for _, m := range all {
		if m.Refers(id) {
			return m.Content, nil
		}
	}
	return "", errors.Join(err, errors.New("the lake holds this submission, but the state it made is gone: run tolok verify"))
}

// Fetch brings what an agency's PortalRB has.
func (d *desk) Fetch(ctx context.Context, s *inbox.Submission, spool string) (string, error) {
	if d.secret == nil {
		return "", errors.New("no portal is configured for this agency")
	}
	secret, err := d.secret(s.Agency)
	if err != nil {
		return "", err
	}
	p, err := ingest.NewPortal(secret.BaseURL, secret.Token)
	if err != nil {
		return "", err
	}
	p.Guard, p.Roots = d.guard, d.roots
	fetched, err := p.Fetch(ctx, spool, false)
	if err != nil {
		return "", err
	}
	return fetched.Folder, nil
}

// Mark writes the Excel copy of one file of a submission with its bad cells
// marked. file is as the report's problems name it.
func (d *desk) Mark(ctx context.Context, s *inbox.Submission, r *inbox.Report, dir, file, lang string, w io.Writer) (err error) {
	m, err := d.current()
	if err != nil {
		return err
	}
	opt, err := d.options(s, m)
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "tolok-marked-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	sink := &ingest.Checker{Sources: r.Sources, Dropped: r.Dropped}
	for _, p := range r.Problems {
		if p.File == file {
			sink.Problems = append(sink.Problems, p)
		}
	}
	flags := checkFlags{lang: lang, marked: filepath.Join(tmp, "marked")}
	copies, err := flags.mark(ctx, []string{dir}, opt, sink)
	if err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), tmp, ""))
	}
	if len(copies) == 0 {
		return inbox.ErrNotFound
	}
	f, err := os.Open(copies[0])
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}
