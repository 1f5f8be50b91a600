package ingest

import (
	"io"

	"tolok/data"
	"tolok/data/rule"
	"tolok/data/table"
)

// formRegulation is the regulation whose form is read. Its amendments keep the
// worksheet; [Form.SetFor] picks the one in force.
const formRegulation = "90/2021"

// Form is one worksheet (LKE) as a workbook holds it: the answers, and beside
// them what the workbook's own formulas made of them.
type Form struct {
	Name     string // of the file
	Sheet    string
	Set      *rule.Set
	Answers  map[data.Layer]rule.Worksheet // self; PortalRB's download has tpi too
	Reported map[string]rule.Reported      // by item id, node code, and group code
	Problems []data.Problem                // what was repaired, refused, or not found, with its cell; Subject is the item

	columns map[string]data.Layer // whose answers a column holds: K, N
}

// ReadForm reads the ministry's form (sheet LKE ZI) or PortalRB's download
// (sheet Jawaban). What cannot be read at all is a *[data.Problem]; everything
// else is in Problems, and the rest of the form goes in.
func ReadForm(name string, r io.Reader) (*Form, error) {
	f := &Form{Name: name, Answers: map[data.Layer]rule.Worksheet{}, Reported: map[string]rule.Reported{}, columns: map[string]data.Layer{}}
	f.Set, _ = rule.Get(formRegulation)
	err := f.read(r)
	if p, ok := err.(*data.Problem); ok {
		p.File = name
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (f *Form) read(r io.Reader) (err error) {
	book, err := table.OpenValues(r)
	if err != nil {
		return err
	}
	defer func() {
		if closing := book.Close(); err == nil {
			err = closing
		}
	}()
	sheet, err := findSheet(book)
	if err != nil {
		return err
	}
	f.Sheet = sheet.name
	w := newWalk(f, book, sheet)
	if err := w.run(); err != nil {
		return err
	}
	w.close()
	return nil
}

// SetFor is the rule set a worksheet of this cycle is scored by: the one in
// force, if it asks what the form asks, else the form's own.
func (f *Form) SetFor(cycle int) *rule.Set {
	if s, ok := rule.ForCycle(cycle); ok && len(s.Items) == len(f.Set.Items) && s.Items[0] == f.Set.Items[0] {
		return s
	}
	return f.Set
}

// Worksheet is the answers of one layer. A form of one layer does not name it:
// it holds whichever is asked for.
func (f *Form) Worksheet(layer data.Layer) rule.Worksheet {
	if w, ok := f.Answers[layer]; ok || len(f.Answers) > 1 {
		return w
	}
	return f.Answers[data.Self]
}

// Records are the answers of one layer as records of the lake, in the order of
// the form. A ratio's own row is kept where the form reports a score for it.
func (f *Form) Records(unit string, cycle int, layer data.Layer) []*data.Answer {
	set, sheet := f.SetFor(cycle), f.Worksheet(layer)
	var out []*data.Answer
	for _, it := range set.Items {
		a, ok := sheet[it.ID]
		if !ok {
			continue
		}
		a.UnitID, a.Cycle, a.Regulation, a.Layer, a.ItemID = unit, int32(cycle), set.ID, layer, it.ID
		if v := set.ReportedScore(f.Reported, it); v != nil && *v >= 0 && *v <= data.One {
			a.Reported = v
		}
		if !a.Empty() || a.Reported != nil {
			out = append(out, &a)
		}
	}
	return out
}

// report adds a problem with its cell.
func (f *Form) report(code, severity, cell string, line int, subject, value, want string) {
	f.Problems = append(f.Problems, data.Problem{
		Code: code, Severity: severity, Dataset: "answers", File: f.Name, Cell: cell,
		Field: subject, Subject: subject, Value: value, Want: want,
		Origin: data.Origin{Sheet: f.Sheet, Line: int32(line)},
	})
}
