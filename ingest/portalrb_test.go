package ingest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tolok/data/rule"
)

// sharedFile is a file of the folder shared beside the project.
func sharedFile(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "reference", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no reference file %s beside the project", name)
	}
	return path
}

type portalRBNode struct {
	Children  []portalRBNode `json:"children"`
	Questions []struct {
		ID     int    `json:"id"`
		Text   string `json:"teks_pertanyaan"`
		Kind   string `json:"jenis_jawaban"`
		Scheme []struct {
			Key   string      `json:"key"`
			Score json.Number `json:"multiplier"`
		} `json:"skema_penilaian"`
	} `json:"soals"`
}

// Every question of the ministry's own master maps to an item that takes the
// same kind of answer.
func TestPortalRBQuestions(t *testing.T) {
	raw, err := os.ReadFile(sharedFile(t, "portalrb-questions-2026.json"))
	if err != nil {
		t.Fatal(err)
	}
	var master struct {
		Year  int            `json:"tahun"`
		Total int            `json:"total_soal"`
		Data  []portalRBNode `json:"data"`
	}
	if err := json.Unmarshal(raw, &master); err != nil {
		t.Fatal(err)
	}
	set, ok := rule.ForCycle(master.Year)
	if !ok {
		t.Fatalf("no rule set for %d", master.Year)
	}
	kinds := map[string]string{
		"yatidak": "Ya/Tidak", "abc": "A/B/C", "abcd": "A/B/C/D", "abcde": "A/B/C/D/E", "jumlah": "Jumlah", "04": "Nilai (0-4)",
	}
	items := map[string]int{}
	var walk func(portalRBNode)
	walk = func(n portalRBNode) {
		for _, q := range n.Questions {
			it, ok := set.ItemByPortalRB(q.ID)
			if !ok {
				t.Errorf("question %d (%s) maps to no item", q.ID, q.Text)
				continue
			}
			if other := items[it.ID]; other != 0 {
				t.Errorf("questions %d and %d both map to %s", other, q.ID, it.ID)
			}
			items[it.ID] = q.ID
			if want := kinds[strings.ReplaceAll(normal(q.Kind), "_", "")]; want != it.AnswerType {
				t.Errorf("question %d asks for %s, item %s for %s", q.ID, q.Kind, it.ID, it.AnswerType)
			}
			for _, o := range q.Scheme {
				if s, ok := it.Options[o.Key]; !ok || s.Round(2).String() != o.Score.String() {
					t.Errorf("question %d: option %s is worth %s, in item %s %s", q.ID, o.Key, o.Score, it.ID, s)
				}
			}
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	for _, n := range master.Data {
		walk(n)
	}
	if len(items) != 127 || master.Total != 127 {
		t.Errorf("%d questions map, the master counts %d", len(items), master.Total)
	}
}

// A list without the year, a year in quotes, an answer that is no object: what
// can be read is read.
func TestPortalRBOddities(t *testing.T) {
	known := Options{KnownUnits: map[string]string{"U": "K01"}}
	for _, c := range []struct {
		name, body string
		records    int
		codes      []string
	}{
		{"year in quotes", `{"tahun":"2026","unit_id":"U","answers":[{"soal_id":"1","jawaban_unit":"Ya"}]}`, 1, nil},
		{"no year", `{"unit_id":"U","answers":[{"soal_id":1,"jawaban_unit":"Ya"}]}`, 0, []string{"failed no-regulation"}},
		{"an answer that is no object", `{"tahun":2026,"unit_id":"U","answers":[5,{"soal_id":1,"jawaban_unit":"Ya"}]}`, 1, []string{"rejected portalrb-type"}},
		{"an answer that is a list", `{"tahun":2026,"unit_id":"U","answers":[{"soal_id":1,"jawaban_unit":["Ya"]}]}`, 0, []string{"rejected portalrb-type", "flagged portalrb-unit-empty"}},
		{"a number with JSON's own point", `{"tahun":2026,"unit_id":"U","answers":[{"soal_id":125,"jawaban_unit":3.625}]}`, 1, nil},
		{"a survey above its scale", `{"tahun":2026,"unit_id":"U","answers":[{"soal_id":125,"jawaban_unit":"4,2"}]}`, 0, []string{"rejected out-of-range", "flagged portalrb-unit-empty"}},
		{"more settled than received", `{"tahun":2026,"unit_id":"U","answers":[{"soal_id":110,"jawaban_unit":2},{"soal_id":112,"jawaban_unit":3}]}`, 2, []string{"flagged above-denominator"}},
		{"no error after all", `{"error":false,"tahun":2026,"units":[]}`, 0, nil},
		{"something else", `{"type":"FeatureCollection"}`, 0, []string{"failed not-understood"}},
		{"a list", `[1,2]`, 0, []string{"failed portalrb-json"}},
		{"nothing", ``, 0, []string{"failed portalrb-json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := ingest(t, known, write(t, map[string]string{"x.json": c.body}))
			expect(t, got, c.records, c.codes...)
		})
	}
}
