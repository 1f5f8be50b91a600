package ingest

import (
	"cmp"
	"context"
	"io"
	"os"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"tolok/data"
)

// readForm takes the answers of a worksheet form (LKE). Of a form with one
// layer the layer is what the sender says it is; PortalRB's download has two.
func readForm(_ context.Context, in *input, r io.Reader) error {
	form, err := in.readForm(r)
	if p, ok := asProblem(err); ok && p.Code == "not-a-form" {
		// It may have been meant as a table instead: say both.
		if err := in.report(*p); err != nil {
			return err
		}
		p := notUnderstood(in.name, in.name)
		return &p
	}
	if err != nil {
		return err
	}
	id := in.identity()
	switch {
	case id.unit == "":
		return &data.Problem{Code: "form-unit-unknown", Severity: data.Failed, Dataset: "answers"}
	case id.cycle == 0:
		return &data.Problem{Code: "form-cycle-unknown", Severity: data.Failed, Dataset: "answers"}
	}
	for _, p := range form.problemsOf(id) {
		report := in.report
		if p.Severity == data.Rejected {
			report = func(p data.Problem) error { return in.leaveOut("answers", p) }
		}
		if err := report(p); err != nil {
			return err
		}
	}
	var answers []*data.Answer
	if len(form.Answers) == 1 {
		answers = form.Records(id.unit, id.cycle, id.layer)
	} else {
		for _, layer := range data.Layers {
			answers = append(answers, form.Records(id.unit, id.cycle, layer)...)
		}
	}
	if ok, err := in.unitKnown(id.unit, form.key(id, "", ""), len(answers)); !ok || err != nil {
		return err
	}
	for _, a := range answers {
		if _, err := in.take(a, nil); err != nil {
			return err
		}
	}
	return nil
}

// formRead is a form that was read ahead of its turn.
type formRead struct {
	form *Form
	err  error
}

// readAhead begins to read the forms that come next, one on each core: taking a
// workbook apart is nearly all of the work, and needs nothing of the run.
func readAhead(files []*file) {
	for _, f := range files[:min(len(files), runtime.GOMAXPROCS(0))] {
		if f.format.name != "lke" {
			return
		}
		if f.ahead != nil {
			continue
		}
		f.ahead = make(chan formRead, 1)
		go func() {
			o, err := os.Open(f.path)
			if err != nil {
				f.ahead <- formRead{nil, err}
				return
			}
			defer o.Close()
			form, err := ReadForm(f.name, o)
			f.ahead <- formRead{form, err}
		}()
	}
}

// readForm reads the form, unless that was begun before.
func (in *input) readForm(r io.Reader) (*Form, error) {
	if in.ahead == nil {
		return ReadForm(in.name, r)
	}
	read := <-in.ahead
	return read.form, read.err
}

// problemsOf are the form's problems as those of the worksheet it is, each with
// the key of the answer it is about.
func (f *Form) problemsOf(id identity) []data.Problem {
	out := slices.Clone(f.Problems)
	for i := range out {
		out[i].Subject = f.key(id, out[i].Cell, out[i].Subject)
	}
	return out
}

// key is an answer's key, or the worksheet's own where item is empty. In a form
// of several layers the cell's column tells which is meant.
func (f *Form) key(id identity, cell, item string) string {
	layer := id.layer
	if column := strings.TrimRight(cell, "0123456789"); len(f.columns) > 1 && f.columns[column] != "" {
		layer = f.columns[column]
	}
	a := data.Answer{UnitID: id.unit, Cycle: int32(id.cycle), Layer: layer, Regulation: f.SetFor(id.cycle).ID, ItemID: item}
	return a.Key()
}

// unitKnown reports an unknown unit once for a whole file of its rows, and
// whether the rows go in.
func (in *input) unitKnown(unit, subject string, rows int) (bool, error) {
	for _, p := range in.refer(nil, &data.Answer{UnitID: unit}) {
		p.Dataset, p.Subject = "answers", subject
		if err := in.report(p); err != nil {
			return false, err
		}
		if p.Severity == data.Rejected {
			c := in.summary.of("answers")
			c.Read += rows
			c.LeftOut += rows
			return false, nil
		}
	}
	return true, nil
}

// identity is whose worksheet a form is.
type identity struct {
	unit  string
	cycle int
	layer data.Layer
}

// formName takes UNIT-2024-tpi apart; cycle and layer may be missing.
var formName = regexp.MustCompile(`(?i)^(.+?)(?:[-_ ](20\d\d))?(?:[-_ ](self|mandiri|tpi|tpn))?$`)

// identity says whose worksheet the file is: by the command line, else the
// folder, else the file's name. A registered unit may itself be called X-2024.
func (in *input) identity() identity {
	stem := strings.TrimSuffix(path.Base(in.name), path.Ext(in.name))
	id := identity{in.sub.UnitID, int(in.sub.Cycle), in.sub.Layer}
	if m := formName.FindStringSubmatch(stem); m != nil && !in.units.has(stem) {
		id.unit = cmp.Or(id.unit, m[1])
		if m[2] != "" {
			year, _ := readWhole(m[2])
			id.cycle = cmp.Or(id.cycle, int(year))
		}
		id.layer = cmp.Or(id.layer, strings.ToLower(m[3]))
	}
	id.unit = cmp.Or(id.unit, stem)
	id.layer = readWord("layer", cmp.Or(id.layer, data.Self))
	return id
}
