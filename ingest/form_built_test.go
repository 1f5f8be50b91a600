package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tolok/data"
	"tolok/data/rule"
	"tolok/data/table"
)

// builtForm makes a form out of the rule set itself, its texts from the words
// by which rows are known, so that these tests need no official file. Every
// option item takes its second option, counts are 2 of 4, surveys 3.
func builtForm(t testing.TB, sheet string) []byte {
	t.Helper()
	set, _ := rule.Get(formRegulation)
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		t.Fatal(err)
	}
	b := &formBuilder{file: f, sheet: sheet, line: 1}
	if sheet == formSheet {
		b.line = 2
		for _, h := range formHeaders {
			b.set(h.column, h.title)
		}
	}
	b.line++
	for _, n := range set.Nodes {
		if n.Level != rule.LevelTotal && n.Match != "" {
			b.row(n.Match, n.Weight.Float(), "", nil)
		}
		for _, it := range n.Items {
			b.item(it)
			for _, in := range it.Inputs {
				b.item(in)
			}
		}
	}
	if b.err != nil {
		t.Fatal(b.err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type formBuilder struct {
	file  *excelize.File
	sheet string
	line  int
	err   error
}

func (b *formBuilder) set(column int, v any) {
	b.err = errors.Join(b.err, b.file.SetCellValue(b.sheet, table.CellName(column, b.line), v))
}

func (b *formBuilder) row(match string, weight any, kind string, answer any) {
	var text []string
	match, _, _ = strings.Cut(match, "|")
	for _, w := range strings.Fields(match) {
		if !strings.HasPrefix(w, "-") {
			text = append(text, w)
		}
	}
	b.set(6, strings.Join(text, " "))
	b.set(7, weight)
	b.set(9, kind)
	b.set(10, answer)
	if b.sheet == portalSheet {
		b.set(13, answer)
	}
	b.line++
}

func (b *formBuilder) item(it *rule.Item) {
	switch {
	case it.Formula == rule.FormulaOption:
		b.row(it.Match, nil, it.AnswerType, it.OptionNames()[1])
	case it.Formula == rule.FormulaValue4:
		b.row(it.Match, nil, it.AnswerType, 3)
	case it.Role == rule.RoleNum || it.Role == rule.RoleDenPart:
		b.row(it.Match, nil, it.AnswerType, 2)
	case it.Role == rule.RoleDen && len(b.parts(it)) > 0:
		b.row(it.Match, nil, it.AnswerType, 2*len(b.parts(it)))
	case it.Role != "":
		b.row(it.Match, nil, it.AnswerType, 4)
	default:
		b.row(it.Match, nil, it.AnswerType, nil)
	}
}

// parts are the parts of a total.
func (b *formBuilder) parts(total *rule.Item) []*rule.Item {
	set, _ := rule.Get(formRegulation)
	parent, _ := set.Item(total.Parent)
	var out []*rule.Item
	for _, in := range parent.Inputs {
		if in.Role == rule.RoleDenPart {
			out = append(out, in)
		}
	}
	return out
}

// Every item is found by its words alone, in both layouts.
func TestBuiltForm(t *testing.T) {
	for _, sheet := range []string{formSheet, portalSheet} {
		f := read(t, builtForm(t, sheet))
		layers := []data.Layer{data.Self}
		if sheet == portalSheet {
			layers = append(layers, data.TPI)
		}
		for _, layer := range layers {
			for _, it := range f.Set.Items {
				a, ok := f.Worksheet(layer)[it.ID]
				if !ok {
					t.Errorf("%s %s: %s was not found", sheet, layer, it.ID)
				}
				if it.Formula == rule.FormulaOption && a.Choice != it.OptionNames()[1] {
					t.Errorf("%s %s: %s is %q, want %q", sheet, layer, it.ID, a.Choice, it.OptionNames()[1])
				}
			}
			r := f.Set.Score(f.Worksheet(layer), f.Set.DefaultPolicy())
			if n := r.Count(rule.Answered); n != len(r.Items) {
				t.Errorf("%s %s: %d items answered, want %d", sheet, layer, n, len(r.Items))
			}
		}
		for _, p := range f.Problems {
			if p.Code != "form-no-results" {
				t.Errorf("%s: %s", sheet, p.Error())
			}
		}
	}
}

// PortalRB's own wording of its questions finds the item that its master maps
// them to.
func TestPortalRBWording(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "shared", "reference", "portalrb-questions-2026.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("no portalrb-questions-2026.json in ../shared/reference")
	}
	if err != nil {
		t.Fatal(err)
	}
	var master struct{ Data []portalBranch }
	if err := json.Unmarshal(raw, &master); err != nil {
		t.Fatal(err)
	}
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", portalSheet); err != nil {
		t.Fatal(err)
	}
	b := &formBuilder{file: f, sheet: portalSheet, line: 2}
	for _, branch := range master.Data {
		branch.write(b)
	}
	var out bytes.Buffer
	if err := errors.Join(b.err, f.Write(&out)); err != nil {
		t.Fatal(err)
	}
	form := read(t, out.Bytes())
	for _, it := range form.Set.Items {
		if it.PortalRBID == 0 {
			continue
		}
		// Each question was answered with its own number.
		got := ""
		for _, p := range form.Problems {
			if p.Subject == it.ID && p.Code == "not-an-option" {
				got = p.Value
			}
		}
		if v := form.Worksheet(data.Self)[it.ID].Value; v != nil {
			got = v.String()
		}
		if it.Formula != rule.FormulaValue4 && got != fmt.Sprint(it.PortalRBID) {
			t.Errorf("%s was read from question %s, want %d", it.ID, got, it.PortalRBID)
		}
	}
}

type portalBranch struct {
	Nama     string
	Bobot    float64 `json:"bobot_maksimal"`
	Children []portalBranch
	Soals    []struct {
		ID    int
		Text  string `json:"teks_pertanyaan"`
		Jenis string `json:"jenis_jawaban"`
	}
}

func (p *portalBranch) write(b *formBuilder) {
	b.row(p.Nama, p.Bobot, "", nil)
	for _, q := range p.Soals {
		b.row(q.Text, nil, q.Jenis, q.ID)
	}
	for _, c := range p.Children {
		c.write(b)
	}
}
