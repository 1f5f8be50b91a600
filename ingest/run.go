package ingest

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"tolok/data"
)

// Options are what a caller knows about the sources beyond what they say.
type Options struct {
	Unit  string     // of worksheet forms, and of tables without a column for it
	Cycle int        // likewise; 0 if not given
	Layer data.Layer // likewise; a form without any is the unit's own (self)

	// Publisher and Agency are who sends, over what submission.json says.
	Publisher, Agency string
	// Within is what the sender may speak of.
	Within Within

	KnownUnits    map[string]string // registered before this run: unit_id to agency_id
	KnownAgencies map[string]bool

	// Held lists the SHA-256 of the files of a name that the lake holds just
	// as they were, under the same declared context. A submission of nothing
	// but such files is left alone; else all of it is read, for the files of
	// one submission speak of the same worksheets. It may be nil: then
	// everything is read.
	Held func(name, context string) []string

	// OpenRegistry says that a register exists elsewhere that this run cannot
	// see, as when an agency checks a file before it sends it. Unknown units
	// and agencies are then flagged and the rows go in, unless the run brings
	// a file that registers them.
	OpenRegistry bool

	// Progress is told from time to time how many of the bytes of all files
	// have been read. It may be nil.
	Progress func(file string, done, total int64)
}

// run is one call of Run.
type run struct {
	opt        Options
	sink       data.Sink
	summary    *Summary
	units      *register
	agencies   *register
	successors []successor
	registered map[string]*repeats // of agencies and units
	worksheets *worksheets
	recalled   map[string]*memory
	done       int64 // bytes read
	total      int64 // bytes of all files

	limits    archiveLimits
	unpacked  []string // folders of archives
	inArchive bool     // while the files of one are listed
}

// Run reads files and folders into a sink. Faults of the sources are problems,
// told to the sink and counted in the summary; an error means that the run
// itself could not go on, and what the sink took should not be kept.
func Run(ctx context.Context, sources []string, opt Options, sink data.Sink) (*Summary, error) {
	r := newRun(opt, sink)
	sum, err := r.all(ctx, sources)
	if err := errors.Join(err, r.clean(), r.worksheets.log.close()); err != nil {
		return nil, err
	}
	return sum, nil
}

func newRun(opt Options, sink data.Sink) *run {
	return &run{
		opt: opt, sink: sink, summary: newSummary(), registered: map[string]*repeats{}, worksheets: newWorksheets(), recalled: map[string]*memory{},
		units:    newRegister("unknown-unit", func(id string) bool { _, ok := opt.KnownUnits[id]; return ok }),
		agencies: newRegister("unknown-agency", func(id string) bool { return opt.KnownAgencies[id] }),
		limits:   defaultLimits,
	}
}

func (r *run) all(ctx context.Context, sources []string) (*Summary, error) {
	files, err := r.find(sources)
	if err != nil {
		return nil, err
	}
	if files, err = r.classify(ctx, files); err != nil {
		return nil, err
	}
	if files, err = r.leaveKnown(files); err != nil {
		return nil, err
	}
	tables := spread(files)
	inOrder(tables)
	r.units.open = r.opt.OpenRegistry && !holds(tables, "units")
	r.agencies.open = r.opt.OpenRegistry && !holds(tables, "agencies")
	for i, f := range tables {
		readAhead(tables[i:])
		if err := r.read(ctx, f); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		if f.failed {
			r.summary.Failed++
		} else {
			r.summary.Files++
		}
	}
	if err := r.reportHalfRatios(); err != nil {
		return nil, err
	}
	return r.summary, r.reportSuccessors()
}

func holds(files []*file, dataset string) bool {
	return slices.ContainsFunc(files, func(f *file) bool { return f.dataset == dataset })
}

// classify finds out what each file is, by its content and by its bytes, and
// sorts them so that what is named comes before what names it.
func (r *run) classify(ctx context.Context, files []*file) ([]*file, error) {
	var kept []*file
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.override(f)
		err := r.recognise(f)
		if p := r.sender(f); p != nil {
			err = p
		}
		switch p, isProblem := asProblem(err); {
		case isProblem:
			r.summary.Failed++
			p.File = f.name
			if err := r.report(*p); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, err
		default:
			kept = append(kept, f)
		}
	}
	inOrder(kept)
	return kept, nil
}

func inOrder(files []*file) {
	slices.SortStableFunc(files, func(a, b *file) int { return cmp.Compare(order(a.dataset), order(b.dataset)) })
}

// override puts what the command line says over what the folder says.
func (r *run) override(f *file) {
	f.sub.UnitID = cmp.Or(r.opt.Unit, f.sub.UnitID)
	f.sub.Layer = cmp.Or(r.opt.Layer, f.sub.Layer)
	f.sub.Cycle = cmp.Or(cycle(r.opt.Cycle), f.sub.Cycle)
	f.declared = f.sub.AgencyID
	f.sub.AgencyID = cmp.Or(r.opt.Agency, f.sub.AgencyID)
	f.sub.Publisher = cmp.Or(r.opt.Publisher, f.sub.Publisher)
}

func (r *run) recognise(f *file) error {
	o, err := os.Open(f.path)
	if err != nil {
		return unreadable(err)
	}
	defer o.Close()
	b := bufio.NewReader(o)
	head, err := b.Peek(512)
	if err != nil && err != io.EOF {
		return unreadable(err)
	}
	if f.format = formatOf(f.name, head); f.format == nil {
		p := notUnderstood(f.name, f.name)
		return &p
	}
	f.dataset, err = f.format.classify(f, b)
	if _, ok := asProblem(err); err != nil && !ok {
		return unreadable(err)
	}
	return err
}

// hash is the SHA-256 of a file's bytes.
func hash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func unreadable(err error) error {
	return &data.Problem{Code: "unreadable", Severity: data.Failed, Value: bare(err).Error(), Want: supported()}
}

func asProblem(err error) (*data.Problem, bool) {
	var p *data.Problem
	ok := errors.As(err, &p)
	return p, ok
}

// read announces one file to the sink and reads it.
func (r *run) read(ctx context.Context, f *file) error {
	hashed, err := r.announce(f)
	if err != nil {
		return err
	}
	o, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer o.Close()
	in := &input{run: r, file: f, repeats: r.repeatsOf(f), named: map[string]bool{}}
	from := &progress{r: r, f: f, from: o}
	err = f.format.read(ctx, in, from)
	from.count(int(f.size)) // what was passed over
	if hashing := hashed(); hashing != nil {
		return errors.Join(err, hashing)
	}
	if err == nil && f.changed() {
		err = &data.Problem{Code: "source-changed", Severity: data.Failed, Value: path.Base(f.name)}
	}
	if p, ok := asProblem(err); ok {
		f.origin().failed = true
		err = in.report(*p)
	}
	return err
}

// changed reports whether a file was written to since it was found, so that its
// hash may be of other bytes than were read.
func (f *file) changed() bool {
	now, err := os.Stat(f.path)
	return err == nil && (now.Size() != f.size || !now.ModTime().Equal(f.written))
}

// announce tells the sink of a file, once, and what is to say about all of it.
// While the file is read it is hashed beside; hashed waits for that and tells
// the sink.
func (r *run) announce(f *file) (hashed func() error, err error) {
	whole := f.origin()
	if whole.number != 0 {
		f.number = whole.number
		return func() error { return nil }, nil
	}
	f.number, err = r.sink.Source(data.Source{
		Name: f.name, SHA256: f.sum, Size: f.size, Format: f.format.name,
		Publisher: f.sub.Publisher, AgencyID: f.sub.AgencyID, SentAt: f.sub.SentAt, Note: f.sub.Note, Context: f.sub.context(),
	})
	if err != nil {
		return nil, err
	}
	whole.number = f.number
	for _, p := range f.notes {
		whole.failed = whole.failed || p.Severity == data.Failed
		p.File, p.Source = f.name, f.number
		if err := r.report(p); err != nil {
			return nil, err
		}
	}
	done := make(chan error, 1)
	go func() { done <- whole.hash() }()
	return func() error { return errors.Join(<-done, r.sink.Hashed(whole.number, whole.sum)) }, nil
}

// hash sets the file's sum, if it is not set.
func (f *file) hash() (err error) {
	if f.sum == "" {
		f.sum, err = hash(f.path)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", f.name, bare(err))
	}
	return nil
}

// repeatsOf is a file's own, but for the registers: two files that register one
// unit differently contradict each other too. The rows of worksheets need none.
func (r *run) repeatsOf(f *file) *repeats {
	if f.dataset == "answers" || f.dataset == "scores" {
		return nil
	}
	shared := f.origin().repeats
	switch {
	case f.dataset == "agencies" || f.dataset == "units":
		shared = r.registered
	case f.whole != nil && shared == nil:
		shared = map[string]*repeats{}
		f.whole.repeats = shared
	}
	rs := shared[f.dataset]
	if rs == nil {
		rs = newRepeats()
		if shared != nil {
			shared[f.dataset] = rs
		}
	}
	rs.enter(f.hint())
	return rs
}

// progress counts what is read from a file.
type progress struct {
	r    *run
	f    *file
	from *os.File
}

func (p *progress) Read(b []byte) (int, error) {
	n, err := p.from.Read(b)
	p.count(n)
	return n, err
}

// ReadAt implements [io.ReaderAt].
func (p *progress) ReadAt(b []byte, at int64) (int, error) {
	n, err := p.from.ReadAt(b, at)
	p.count(n)
	return n, err
}

// count adds what was read, of each file no more than there is of it: some are
// read more than once.
func (p *progress) count(n int) {
	whole := p.f.origin()
	more := min(int64(n), whole.size-whole.read)
	whole.read += more
	p.r.done += more
	if p.r.opt.Progress != nil {
		p.r.opt.Progress(p.f.name, p.r.done, p.r.total)
	}
}

// maxValue is how much of a cell a problem repeats, in bytes.
const maxValue = 300

func (r *run) report(p data.Problem) error {
	if len(p.Value) > maxValue {
		p.Value = strings.ToValidUTF8(p.Value[:maxValue], "") + "…"
	}
	r.summary.Note(&p)
	return r.sink.Report(p)
}

// input is one file being read.
type input struct {
	*run
	*file
	repeats *repeats
	named   map[string]bool // unknown ids that have been flagged
	columns *mapping        // of a sheet
}

// report tells the sink of a problem in this file.
func (in *input) report(p data.Problem) error {
	p.File, p.Source, p.Sheet = in.name, in.number, cmp.Or(p.Sheet, in.sheet)
	return in.run.report(p)
}

// leaveOut counts a row that could not even be split into cells.
func (in *input) leaveOut(dataset string, p data.Problem) error {
	c := in.summary.of(dataset)
	c.Read++
	c.LeftOut++
	p.Dataset = dataset
	return in.report(p)
}

// take puts a record into the sink if nothing speaks against it: what the
// reader found (given), its own fields, what it refers to, or a row before it.
// It is sound if there is nothing to say about it.
func (in *input) take(rec data.Record, given []data.Problem) (sound bool, err error) {
	problems := given
	for _, p := range rec.Validate() {
		if !slices.ContainsFunc(given, func(g data.Problem) bool { return g.Field == p.Field && g.Severity == data.Rejected }) {
			problems = append(problems, p)
		}
	}
	problems = in.refer(problems, rec)
	problems = in.owner(problems, rec)
	return in.enter(rec, problems, nil)
}

// enter puts a record into the sink if nothing speaks against it: problems, or
// a row before it. Of a row of a worksheet, placed is where it belongs, if that
// is known.
func (in *input) enter(rec data.Record, problems []data.Problem, placed *placed) (sound bool, err error) {
	at := rec.At()
	at.Source = in.number
	if at.Sheet == "" {
		at.Sheet = in.sheet
	}
	problems = in.outside(problems, rec)
	repeated := false
	if !rejected(problems) {
		if problems, repeated, err = in.again(problems, rec, placed); err != nil {
			return false, err
		}
	}
	for _, p := range problems {
		p.Dataset, p.Subject, p.Origin = rec.Dataset(), rec.Key(), *at
		p.Cell = cmp.Or(p.Cell, in.cell(p.Field, at.Line))
		if err := in.report(p); err != nil {
			return false, err
		}
	}
	c := in.summary.of(rec.Dataset())
	c.Read++
	switch {
	case rejected(problems):
		c.LeftOut++
		return false, nil
	case repeated:
		c.Repeated++
		return false, nil
	}
	c.Put++
	in.remember(rec)
	return len(problems) == 0, in.sink.Put(rec)
}

// again adds what speaks against a row for what came before it, and remembers
// the row. The same row a second time is repeated.
func (in *input) again(problems []data.Problem, rec data.Record, placed *placed) (_ []data.Problem, repeated bool, err error) {
	if in.repeats == nil {
		return in.worksheet(problems, rec, placed)
	}
	if p := in.repeats.check(rec.Key(), rec); p != nil {
		return append(problems, *p), p.Severity == data.Flagged, nil
	}
	return problems, false, nil
}

func rejected(ps []data.Problem) bool {
	return slices.ContainsFunc(ps, func(p data.Problem) bool { return p.Severity == data.Rejected })
}

func itoa(v int64) string { return strconv.FormatInt(v, 10) }
