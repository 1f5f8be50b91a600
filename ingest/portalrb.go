package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"tolok/data"
	"tolok/data/rule"
)

// maxPortalRB is the largest answer of PortalRB that is read; a list of every
// unit of the country is a tenth of it.
const maxPortalRB = 32 << 20

// portalRB is an answer of PortalRB: a list of nominated units, the worksheet
// of one unit, or an error. The parts stay raw, so that one bad element does
// not cost the others.
type portalRB struct {
	Error   bool   `json:"error"`
	Code    string `json:"code"`
	Message string `json:"message"`

	Year    cycle             `json:"tahun"`
	Units   []json.RawMessage `json:"units"`
	Unit    string            `json:"unit_id"`
	Answers []json.RawMessage `json:"answers"`
}

type portalRBUnit struct {
	ID          string `json:"id"`
	Name        string `json:"nama"`
	Category    string `json:"kategori"`
	Affirmative bool   `json:"afirmasi"`
}

type portalRBAnswer struct {
	Question json.RawMessage `json:"soal_id"`
	Unit     json.RawMessage `json:"jawaban_unit"`
	TPI      json.RawMessage `json:"jawaban_tpi"`
}

func decodePortalRB(name string, r io.Reader) (*portalRB, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxPortalRB+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxPortalRB {
		return nil, portalRBFault("portalrb-json", fmt.Sprintf("> %d MB", maxPortalRB>>20))
	}
	var m portalRB
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))))
	if err := dec.Decode(&m); err != nil {
		return nil, portalRBFault("portalrb-json", err.Error())
	}
	if m.Error {
		p := portalRBFault("portalrb-error", strings.Trim(m.Code+": "+m.Message, ": "))
		p.Want = ""
		return nil, p
	}
	if dec.More() || m.Units == nil && m.Answers == nil {
		p := notUnderstood(name, name)
		return nil, &p
	}
	return &m, nil
}

func portalRBFault(code, value string) *data.Problem {
	return &data.Problem{
		Code: code, Severity: data.Failed, Value: value,
		Want: `{"tahun": …, "units": […]} / {"unit_id": …, "tahun": …, "answers": […]}`,
	}
}

func classifyPortalRB(f *file, r io.Reader) (string, error) {
	m, err := decodePortalRB(f.name, r)
	if err != nil {
		return "", err
	}
	if m.Units != nil {
		return "nominations", nil
	}
	return "answers", nil
}

func readPortalRB(_ context.Context, in *input, r io.Reader) error {
	m, err := decodePortalRB(in.name, r)
	if err != nil {
		return err
	}
	if m.Year == 0 {
		m.Year = in.sub.Cycle
	}
	if m.Units != nil {
		return in.portalRBUnits(m)
	}
	return in.portalRBAnswers(m)
}

// portalRBUnits takes a list of nominated units. An element's number in the
// list stands for its line.
func (in *input) portalRBUnits(m *portalRB) error {
	for i, raw := range m.Units {
		at := data.Origin{Line: int32(i + 1)}
		var u portalRBUnit
		if err := json.Unmarshal(raw, &u); err != nil {
			p := data.Problem{Code: "portalrb-type", Severity: data.Rejected, Field: "units", Value: string(raw), Want: `{"id", "nama", "kategori", "afirmasi"}`, Origin: at}
			if err := in.leaveOut("nominations", p); err != nil {
				return err
			}
			continue
		}
		if u.Category == "" {
			// The endpoint says it: unit-wbk, unit-wbbm.
			_, u.Category, _ = strings.Cut(strings.TrimSuffix(path.Base(in.name), path.Ext(in.name)), "-")
		}
		n := data.Nomination{
			UnitID: u.ID, Cycle: int32(m.Year), Target: readWord("target", u.Category),
			Issuer: "nasional", Stage: "pengusulan", Result: "berjalan", Origin: at,
		}
		if u.Affirmative {
			n.Note = "afirmasi"
		}
		if _, err := in.take(&n, nil); err != nil {
			return err
		}
	}
	return nil
}

// portalRBAnswers takes one unit's worksheet, by unit and by TPI.
func (in *input) portalRBAnswers(m *portalRB) error {
	set, ok := rule.ForCycle(int(m.Year))
	if !ok {
		return &data.Problem{Code: "no-regulation", Severity: data.Failed, Dataset: "answers", Field: "tahun", Value: itoa(int64(m.Year)), Subject: m.subject("")}
	}
	if ok, err := in.unitKnown(m.Unit, m.subject(set.ID), len(m.Answers)); !ok || err != nil {
		return err
	}
	sheets := map[data.Layer]rule.Worksheet{data.Self: {}, data.TPI: {}}
	for i, raw := range m.Answers {
		if err := in.portalRBAnswer(m, set, i+1, raw, sheets); err != nil {
			return err
		}
	}
	if len(sheets[data.Self])+len(sheets[data.TPI]) == 0 {
		return in.report(data.Problem{Code: "portalrb-unit-empty", Severity: data.Flagged, Dataset: "answers", Value: m.Unit, Subject: m.subject(set.ID)})
	}
	for _, layer := range []data.Layer{data.Self, data.TPI} {
		for _, p := range set.CheckWorksheet(sheets[layer]) {
			if err := in.report(portalRBRatio(set, p)); err != nil {
				return err
			}
		}
	}
	return nil
}

// subject is the key of the unit's own worksheet, for problems that are about
// none of its answers.
func (m *portalRB) subject(regulation string) string {
	a := data.Answer{UnitID: m.Unit, Cycle: int32(m.Year), Layer: data.Self, Regulation: regulation}
	return a.Key()
}

func (in *input) portalRBAnswer(m *portalRB, set *rule.Set, line int, raw json.RawMessage, sheets map[data.Layer]rule.Worksheet) error {
	at := data.Origin{Line: int32(line)}
	var q portalRBAnswer
	if err := json.Unmarshal(raw, &q); err != nil {
		return in.leaveOut("answers", data.Problem{Code: "portalrb-type", Severity: data.Rejected, Field: "answers", Value: string(raw), Want: `{"soal_id", "jawaban_unit", "jawaban_tpi"}`, Subject: m.subject(set.ID), Origin: at})
	}
	question := strings.Trim(string(q.Question), `" `)
	number, _ := readWhole(question)
	it, ok := set.ItemByPortalRB(int(number))
	if !ok {
		return in.leaveOut("answers", data.Problem{Code: "portalrb-question", Severity: data.Rejected, Field: "soal_id", Value: question, Subject: m.subject(set.ID), Origin: at})
	}
	for _, side := range []struct {
		field string
		layer data.Layer
		raw   json.RawMessage
	}{{"jawaban_unit", data.Self, q.Unit}, {"jawaban_tpi", data.TPI, q.TPI}} {
		a := data.Answer{UnitID: m.Unit, Cycle: int32(m.Year), Regulation: set.ID, Layer: side.layer, ItemID: it.ID, Origin: at}
		field := fmt.Sprintf("soal_id %d, %s", number, side.field)
		problems := fillPortalRB(&a, it, field, side.raw)
		if len(problems) == 0 && a.Empty() {
			continue // not answered yet
		}
		if !rejected(problems) {
			for _, p := range set.Check(&a) {
				p.Field = field
				problems = append(problems, p)
			}
		}
		if _, err := in.take(&a, problems); err != nil {
			return err
		}
		if !rejected(problems) {
			sheets[side.layer][it.ID] = a
		}
	}
	return nil
}

// fillPortalRB puts an answer as delivered into a record: a letter or word for
// an item with options, else a number, which may come as text.
func fillPortalRB(a *data.Answer, it *rule.Item, field string, raw json.RawMessage) []data.Problem {
	wrong := func(code, severity, value, want string) []data.Problem {
		return []data.Problem{{Code: code, Severity: severity, Field: field, Value: value, Want: want}}
	}
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var cell string
	isText := json.Unmarshal(raw, &cell) == nil
	if isText && strings.TrimSpace(cell) == "" {
		return nil
	}
	if it.Formula == rule.FormulaOption {
		if !isText {
			return wrong("portalrb-type", data.Rejected, string(raw), it.AnswerType)
		}
		if a.Choice = option(it, cell); a.Choice != cell && isOption(it, a.Choice) {
			return wrong("choice-spelling", data.Repaired, cell, a.Choice)
		}
		return nil
	}
	number, r := string(raw), exact
	if isText {
		st := measured
		if it.Formula == rule.FormulaInput {
			st = counted
		}
		number, r = readNumber(cell, st)
	} else {
		cell = number
	}
	v, err := data.ParseAmount(number)
	if r != exact && r != repaired || err != nil {
		return wrong("portalrb-type", data.Rejected, cell, it.AnswerType)
	}
	a.Value = &v
	if r == repaired {
		return wrong("thousands", data.Repaired, cell, v.String())
	}
	return nil
}

// portalRBRatio says what is particular to PortalRB about a ratio's problem:
// question 116 is labelled as a part but stands where the form has the total
// filed.
func portalRBRatio(set *rule.Set, p data.Problem) data.Problem {
	it, _ := set.Item(p.Subject[strings.LastIndex(p.Subject, "|")+1:])
	ratio, _ := set.Item(it.Parent)
	parts := slices.ContainsFunc(ratio.Inputs, func(in *rule.Item) bool { return in.Role == rule.RoleDenPart })
	p.Field = ratio.ID
	if p.Code == "above-denominator" && parts {
		p.Code = "portalrb-lhk-total"
	}
	return p
}
