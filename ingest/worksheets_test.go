package ingest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

// reports lists the problems as "severity code file:line value -> want".
func (c *collector) reports() []string {
	var out []string
	for _, p := range c.Problems {
		out = append(out, fmt.Sprintf("%s %s %s:%d %s -> %s", p.Severity, p.Code, p.File, p.Line, p.Value, p.Want))
	}
	return out
}

const (
	answersHeader = "unit_id,cycle,regulation,layer,item_id,choice,value,num,den\n"
	scoresHeader  = "unit_id,cycle,regulation,layer,code,score\n"
)

// What shows only when a worksheet's rows are seen together, in whatever files
// and order they come.
func TestWorksheets(t *testing.T) {
	known := Options{KnownUnits: map[string]string{"U": "K01", "V": "K01"}}
	for _, c := range []struct {
		what    string
		files   map[string]string
		records int
		want    []string
	}{
		{
			"two regulations in one worksheet",
			map[string]string{"a.csv": answersHeader + "U,2024,5/2024,self,A.I.1.i.a,Ya,,,\nU,2024,90/2021,self,A.I.1.i.b,A,,,\nU,2024,90/2021,self,A.I.1.i.b,A,,,\n"},
			1,
			[]string{"rejected mixed-regulation a.csv:3 90/2021 -> 5/2024", "rejected mixed-regulation a.csv:4 90/2021 -> 5/2024"},
		},
		{
			"two regulations in two files",
			map[string]string{"a.csv": answersHeader + "U,2024,,self,A.I.1.i.a,Ya,,,\n", "b.csv": answersHeader + "U,2024,90/2021,self,A.I.1.i.b,A,,,\n"},
			1,
			[]string{"rejected mixed-regulation b.csv:2 90/2021 -> 5/2024"},
		},
		{
			"two regulations of two layers, units, or of scores beside answers",
			map[string]string{
				"a.csv": answersHeader + "U,2023,90/2021,self,A.I.1.i.a,Ya,,,\nU,2024,5/2024,self,A.I.1.i.a,Ya,,,\nU,2024,5/2024,tpi,A.I.1.i.a,Ya,,,\nV,2024,5/2024,self,A.I.1.i.a,Ya,,,\n",
				"s.csv": scoresHeader + "U,2024,5/2024,self,total,80\n",
			},
			5, nil,
		},
		{
			"two regulations in the scores of one worksheet",
			map[string]string{"s.csv": scoresHeader + "U,2019,10/2019,tpn,total,80\nU,2019,52/2014,tpn,A,50\n"},
			1,
			[]string{"rejected mixed-regulation s.csv:3 52/2014 -> 10/2019"},
		},
		{
			"a regulation that is not in force, once for its worksheet",
			map[string]string{"a.csv": answersHeader + "U,2019,90/2021,self,A.I.1.i.a,Ya,,,\nU,2019,90/2021,self,A.I.1.i.b,A,,,\nV,2012,52/2014,self,A.I.1.a,Ya,,,\n"},
			3,
			[]string{"flagged regulation-not-in-force a.csv:2 90/2021 -> 10/2019", "flagged regulation-not-in-force a.csv:4 52/2014 -> -"},
		},
		{
			"items of one worksheet twice in two files, reported once",
			map[string]string{
				"a.csv": answersHeader + "U,2024,,self,A.I.1.i.a,Ya,,,\nU,2024,,self,A.I.1.i.b,A,,,\nV,2024,,self,A.I.1.i.a,Ya,,,\n",
				"b.csv": answersHeader + "U,2024,,self,A.I.1.i.a,Tidak,,,\nU,2024,,self,A.I.1.i.b,B,,,\nU,2024,,tpi,A.I.1.i.a,Ya,,,\n",
			},
			6,
			[]string{"flagged worksheet-twice b.csv:2 U|2024|self -> a.csv"},
		},
		{
			"the file is named that holds the item, not one between",
			map[string]string{
				"a.csv": answersHeader + "U,2024,,self,A.I.1.i.a,Ya,,,\n",
				"b.csv": answersHeader + "U,2024,,self,A.I.1.i.b,A,,,\n",
				"c.csv": answersHeader + "U,2024,,self,A.I.1.i.a,Ya,,,\n",
			},
			3,
			[]string{"flagged worksheet-twice c.csv:2 U|2024|self -> a.csv"},
		},
		{
			"one worksheet in two files that share no item",
			map[string]string{"a.csv": answersHeader + "U,2024,,self,A.I.1.i.a,Ya,,,\nU,2024,,self,A.I.1.i.b,,,,\n", "b.csv": answersHeader + "U,2024,,self,A.I.1.i.b,A,,,\n"},
			3, nil,
		},
		{
			"a table and an answer of PortalRB",
			map[string]string{"a.csv": answersHeader + "U,2026,,self,A.I.1.i.a,Ya,,,\n", "u.json": `{"tahun":2026,"unit_id":"U","answers":[{"soal_id":1,"jawaban_unit":"Tidak","jawaban_tpi":"Ya"}]}`},
			3,
			[]string{"flagged worksheet-twice u.json:1 U|2026|self -> a.csv"},
		},
		{
			"the scores of one worksheet twice",
			map[string]string{"a.csv": scoresHeader + "U,2019,,tpn,total,80\n", "b.csv": scoresHeader + "U,2019,,tpn,total,81\n"},
			2,
			[]string{"flagged worksheet-twice b.csv:2 U|2019|tpn -> a.csv"},
		},
		{
			"a numerator alone",
			map[string]string{"a.csv": answersHeader + "V,2024,,self,A.I.1.i.a,Ya,,,\nU,2024,,self,A.II.5.ii.a.3,,4,,\n"},
			2,
			[]string{"flagged half-ratio a.csv:3 A.II.5.ii.a -> A.II.5.ii.a.1"},
		},
		{
			"a denominator alone, and its other side left empty",
			map[string]string{"a.csv": answersHeader + "U,2024,,self,A.II.5.ii.a.1,,4,,\nU,2024,,self,A.II.5.ii.a.3,,,,\n"},
			2,
			[]string{"flagged half-ratio a.csv:2 A.II.5.ii.a -> A.II.5.ii.a.3"},
		},
		{
			"both sides, in two files and not side by side",
			map[string]string{
				"a.csv": answersHeader + "U,2024,,self,A.II.5.ii.a.1,,4,,\nV,2024,,self,A.II.5.ii.a.1,,4,,\n",
				"b.csv": answersHeader + "V,2024,,self,A.II.5.ii.a.3,,4,,\nU,2024,,self,A.II.5.ii.a.3,,4,,\n",
			},
			4, nil,
		},
		{
			"some parts of a denominator and no total",
			map[string]string{"a.csv": answersHeader + "U,2024,,self,A.II.5.iii.a.a.2,,1,,\nU,2024,,self,A.II.5.iii.a.a.5,,1,,\n"},
			2,
			[]string{"flagged half-ratio a.csv:2 A.II.5.iii.a.a -> A.II.5.iii.a.a.1, A.II.5.iii.a.a.3, A.II.5.iii.a.a.4"},
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, _ := ingest(t, known, write(t, c.files))
			if len(got.records) != c.records || !slices.Equal(got.reports(), c.want) {
				t.Errorf("%d records, problems\n%s\nwant %d,\n%s", len(got.records), strings.Join(got.reports(), "\n"), c.records, strings.Join(c.want, "\n"))
			}
			for _, p := range got.Problems {
				if !strings.HasPrefix(p.Subject, "U|20") && !strings.HasPrefix(p.Subject, "V|20") || p.Dataset == "" || p.Source == 0 {
					t.Errorf("a page could not find %+v", p)
				}
			}
		})
	}
}

// The official form and a table may hold one worksheet both.
func TestFormBesideTable(t *testing.T) {
	raw, err := os.ReadFile(sharedFile(t, "lke-form-one-blank.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{"a.csv": answersHeader + "U,2024,,self,A.I.1.ii.a,Ya,,,\n", "U-2024.xlsx": string(raw)})
	c, _ := ingest(t, Options{KnownUnits: map[string]string{"U": "K01"}}, dir)
	var twice []string
	for i, p := range c.Problems {
		if p.Code == "worksheet-twice" {
			twice = append(twice, c.reports()[i])
		}
		if !strings.HasPrefix(p.Subject, "U|2024|self|5/2024|") {
			t.Errorf("subject %q of %+v", p.Subject, p)
		}
	}
	if len(twice) != 1 || !strings.Contains(twice[0], "U|2024|self") {
		t.Errorf("%q", twice)
	}
}

// Whatever is wrong with an answer of PortalRB is found on the unit's page.
func TestPortalRBSubjects(t *testing.T) {
	c, _ := ingest(t, Options{KnownUnits: map[string]string{"UNIT-001": "K01", "UNIT-003": "K01"}}, "testdata/portalrb/lke")
	for _, p := range c.Problems {
		unit := strings.TrimSuffix(filepath.Base(p.File), ".json")
		if p.Severity != data.Failed && !strings.HasPrefix(p.Subject, unit+"|2026|") {
			t.Errorf("%s of %s is about %q", p.Code, p.File, p.Subject)
		}
	}
}

// A download of PortalRB holds two worksheets; each problem is of one.
func TestFormSubjectsByLayer(t *testing.T) {
	f := &Form{columns: map[string]data.Layer{"K": data.Self, "N": data.TPI}}
	f.Set, _ = rule.Get("90/2021")
	id := identity{"U", 2024, data.Self}
	for cell, want := range map[string]string{"K9": "U|2024|self|5/2024|A.I.1.i.b", "N9": "U|2024|tpi|5/2024|A.I.1.i.b", "J9": "U|2024|self|5/2024|A.I.1.i.b"} {
		if got := f.key(id, cell, "A.I.1.i.b"); got != want {
			t.Errorf("%s is about %s, want %s", cell, got, want)
		}
	}
	f.columns = map[string]data.Layer{"K": data.Self}
	id.layer = data.TPN
	if got := f.key(id, "K9", ""); got != "U|2024|tpn|5/2024|" {
		t.Errorf("a form of one layer is the sender's: %s", got)
	}
}

// Every item and node of every rule set has a place in the record of a
// worksheet.
func TestBitmapHoldsEveryItem(t *testing.T) {
	var b bitmap
	for _, s := range rule.All() {
		if n := max(len(s.Items), len(s.Nodes)); n > len(b)*64 {
			t.Errorf("%s has %d items or nodes, the bitmap holds %d", s.ID, n, len(b)*64)
		}
	}
	b.add(0)
	b.add(64)
	b.add(191)
	for i := range 192 {
		if b.has(i) != (i == 0 || i == 64 || i == 191) {
			t.Errorf("bit %d is %v", i, b.has(i))
		}
	}
}

// Who registers whom.
func TestOwner(t *testing.T) {
	letter := func(agency string) string {
		raw, _ := json.Marshal(map[string]string{"agency_id": agency})
		return string(raw)
	}
	agencies := agenciesCSV + "K02,Kementerian Lain,kementerian\n"
	for _, c := range []struct {
		what  string
		files map[string]string
		known map[string]string
		want  []string
	}{
		{"an agency's own", map[string]string{"submission.json": letter("K01"), "a.csv": agenciesCSV, "u.csv": unitsCSV}, nil, nil},
		{"a register without a sender's id", map[string]string{"a.csv": agencies, "u.csv": unitsCSV}, nil, nil},
		{
			"another agency's unit",
			map[string]string{"submission.json": letter("K02"), "a.csv": "agency_id,name,kind\nK02,Kementerian Lain,kementerian\n", "u.csv": unitsCSV},
			nil,
			[]string{"flagged agency-differs u.csv:2 K01 -> K02"},
		},
		{
			"another agency",
			map[string]string{"submission.json": letter("K01"), "a.csv": agencies},
			nil,
			[]string{"flagged agency-differs a.csv:3 K02 -> K01"},
		},
		{"a unit that the lake has under another agency", map[string]string{"u.csv": unitsCSV}, map[string]string{"U-001": "K02"}, []string{"flagged unit-moved u.csv:2 K01 -> K02"}},
		{"a unit that the lake has under its agency", map[string]string{"u.csv": unitsCSV}, map[string]string{"U-001": "K01"}, nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, sum := ingest(t, Options{KnownUnits: c.known, KnownAgencies: map[string]bool{"K01": true, "K02": true}}, write(t, c.files))
			if !slices.Equal(got.reports(), c.want) || sum.LeftOut() > 0 {
				t.Errorf("%q, want %q", got.reports(), c.want)
			}
		})
	}
}

// Numerators and denominators are counts, surveys come with who and when.
func TestCountsAndSurveys(t *testing.T) {
	known := Options{KnownUnits: map[string]string{"U": "K01"}}
	const surveysHeader = "unit_id,cycle,index,value,scale_min,scale_max,respondents,population,surveyor,period_start\n"
	for _, c := range []struct {
		what, table string
		record      string // contains
		want        []string
	}{
		{"thousands in a count", answersHeader + "U,2024,,self,A.II.4.i.a,,,1.200,2.400\n", "num=1200 den=2400", []string{"repaired thousands x.csv:2 1.200 -> 1200", "repaired thousands x.csv:2 2.400 -> 2400"}},
		{"thousands with a comma", answersHeader + "U,2024,,self,A.II.4.i.a,,,\"1,200\",2400\n", "num=1200 den=2400", []string{"repaired thousands x.csv:2 1,200 -> 1200"}},
		{"half a case", answersHeader + "U,2024,,self,A.II.4.i.a,,,1.5,3\n", "num=1.5 den=3", []string{"flagged not-whole x.csv:2 1.5 -> "}},
		{"a rate is no count", answersHeader + "U,2024,,self,A.II.4.i.a,,0.875,,\n", "value=0.875", nil},
		{
			"more respondents than people", surveysHeader + "U,2024,IPAK,3.5,0,4,120,100,internal,\n", "respondents=120 population=100",
			[]string{"flagged more-respondents-than-population x.csv:2 120 -> 100"},
		},
		{"everyone responded", surveysHeader + "U,2024,IPAK,3.5,0,4,100,100,internal,\n", "respondents=100", nil},
		{"a surveyor with stray spaces", surveysHeader + "U,2024,IPAK,3.5,0,4,100,,  Tim \u00a0 Survei ,\n", "surveyor=Tim Survei", nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, _ := ingest(t, known, write(t, map[string]string{"x.csv": c.table}))
			if !slices.Equal(got.reports(), c.want) || len(got.records) != 1 || !strings.Contains(got.records[0], c.record) {
				t.Errorf("%q, %q; want %q, %q", got.records, got.reports(), c.record, c.want)
			}
		})
	}
	t.Run("two spellings of one surveyor, and two periods", func(t *testing.T) {
		got, _ := ingest(t, known, write(t, map[string]string{"x.csv": surveysHeader +
			"U,2024,IPAK,3.5,0,4,100,,Tim Survei,2024-01-05\n" +
			"U,2024,IPAK,3.6,0,4,100,,TIM  SURVEI,2024-01-05\n" +
			"U,2024,IPAK,3.7,0,4,100,,Tim Survei,2024-07-05\n"}))
		expect(t, got, 2, "rejected conflicting-row")
	})
}
