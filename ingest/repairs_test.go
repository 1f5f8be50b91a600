package ingest

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tolok/data"
)

// What is repaired, and what looks as if it could be but is not: a cell with
// two readings is never guessed.
func TestRepairs(t *testing.T) {
	survey := func(cells string) string {
		return "unit_id,cycle,index,value,scale_min,scale_max,respondents\nU-001,2024," + cells + ",40\n"
	}
	result := func(cell string) string {
		return "unit_id,cycle,target,issuer,stage,entered_on,result\nU-001,2024,WBK,nasional,penetapan,2024-12-01," + cell + "\n"
	}
	regency := func(cell string) string {
		return "unit_id,agency_id,name,unit_type,regency_code\nU-001,K01,Kantor Satu,dukcapil," + cell + "\n"
	}
	answer := func(cell string) string {
		return "unit_id,cycle,layer,item_id,value\nU-001,2024,self,B.I.a," + cell + "\n"
	}
	for _, c := range []struct {
		what, file string
		read       string // what goes in; empty if the row is left out
		problem    string // "severity code value want"; empty if nothing is said
	}{
		// An index in percent whose scale is given.
		{"98.75 % of a scale 0-4", survey("IPAK,98.75 %,0,4"), "value=3.95 scale_min=0 scale_max=4", "repaired percent-for-unit 98.75 % 3.95 (0 … 4)"},
		{"with a decimal comma", survey(`IPKP,"98,75%",0,4`), "value=3.95", "repaired percent-for-unit 98,75% 3.95 (0 … 4)"},
		{"100 % of a scale 0-4", survey("IPAK,100%,0,4"), "value=4 ", "repaired percent-for-unit 100% 4 (0 … 4)"},
		{"without the sign: a percentage, or another scale?", survey("IPAK,98.75,0,4"), "", "rejected percent-or-scale 98.75 0 … 4"},
		{"3.95 %: of a hundred, or a sign too many?", survey("IPAK,3.95 %,0,4"), "", "rejected percent-unclear 3.95 % 0 … 4"},
		{"more than all", survey("IPAK,120 %,0,4"), "", "rejected outside-scale 120 0 … 4"},
		{"less than nothing", survey("IPAK,-5 %,0,4"), "", "rejected percent-unclear -5 % 0 … 4"},
		{"a scale 1-4 has no share of 98.75 %", survey("IKM,98.75 %,1,4"), "", "rejected percent-unclear 98.75 % 1 … 4"},
		{"half a scale", survey("IPAK,98.75 %,,4"), "", "rejected percent-unclear 98.75 % ? … 4"},
		{"a percentage on 0-100 is what it says", survey("IKM,85.4 %,0,100"), "value=85.4 scale_min=0 scale_max=100", ""},
		{"a percentage on 25-100 too", survey("IKM,85.4 %,25,100"), "value=85.4 scale_min=25 scale_max=100", ""},
		{"a percentage without a scale is of a hundred", survey("IPAK,98.75 %,,"), "value=98.75 scale_min=0 scale_max=100", "repaired percent-for-unit 98.75 % 98.75 (0 … 100)"},
		{"a value on its scale", survey("IPAK,3.95,0,4"), "value=3.95", ""},

		// The same index as an answer of the worksheet, always on 0-4.
		{"a worksheet's index in percent", answer("98.75%"), "value=3.95", "repaired percent-for-unit 98.75% 3.95"},
		{"a worksheet's index with a sign too many, or not", answer("3.95%"), "", "rejected percent-unclear 3.95% 0 … 4"},
		{"a worksheet's index out of scale", answer("98.75"), "", "rejected out-of-range 98.75 Nilai (0-4)"},

		// Passed with notes.
		{"as people abbreviate it", result("lulus dgn catatan"), "result=lulus_catatan", "repaired word-spelling lulus dgn catatan lulus_catatan"},
		{"written out", result("lulus dengan catatan"), "result=lulus_catatan", "repaired word-spelling lulus dengan catatan lulus_catatan"},
		{"in capitals", result("LULUS DENGAN CATATAN"), "result=lulus_catatan", "repaired word-spelling LULUS DENGAN CATATAN lulus_catatan"},
		{"without the preposition", result("lulus catatan"), "result=lulus_catatan", "repaired word-spelling lulus catatan lulus_catatan"},
		{"with a full stop", result("Lulus dg. catatan"), "result=lulus_catatan", "repaired word-spelling Lulus dg. catatan lulus_catatan"},
		{"with a stroke", result("Lulus d/ catatan"), "result=lulus_catatan", "repaired word-spelling Lulus d/ catatan lulus_catatan"},
		{"the word itself", result("lulus_catatan"), "result=lulus_catatan", ""},
		{"notes alone are no result", result("dengan catatan"), "", "rejected not-in-list dengan catatan"},

		// What a spreadsheet does to 11.10: only zeros at the end are lost.
		{"11.10 stored as a number", regency("11.1"), "regency_code=11.10", "repaired code-spelling 11.1 11.10"},
		{"and with a decimal comma", regency(`"11,1"`), "regency_code=11.10", "repaired code-spelling 11,1 11.10"},
		{"without its point", regency("1110"), "regency_code=11.10", "repaired code-spelling 1110 11.10"},
		{"31.10 does not exist; 31.01 may be meant, or not", regency("31.1"), "", "rejected regency-candidates 31.1 31.01 "},
		{"three digits may be either", regency("111"), "", "rejected regency-candidates 111 11.01 "},
		{"nothing is near", regency("99.9"), "", "rejected unknown-regency 99.9"},
		{"the code itself", regency("11.10"), "regency_code=11.10", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			opt := Options{KnownUnits: map[string]string{"U-001": "K01"}, KnownAgencies: map[string]bool{"K01": true}}
			got, _ := ingest(t, opt, write(t, map[string]string{"x.csv": c.file}))
			if in := strings.Join(got.records, "\n"); (c.read == "") != (in == "") || !strings.Contains(in+" ", c.read) {
				t.Errorf("read as %q, want %q", in, c.read)
			}
			var said []string
			for _, p := range got.Problems {
				said = append(said, strings.Join([]string{p.Severity, p.Code, p.Value, p.Want}, " "))
				if strings.TrimSpace(p.Mend("id")) == "" {
					t.Errorf("%s does not say what to do", p.Code)
				}
			}
			if c.problem == "" && len(said) > 0 || c.problem != "" && (len(said) != 1 || !strings.HasPrefix(said[0], c.problem)) {
				t.Errorf("said %q, want %q", said, c.problem)
			}
		})
	}
}

// The candidates are named, for people know places and not codes.
func TestRegencyCandidates(t *testing.T) {
	r := func(code string) string { g, _ := data.RegencyByCode(code); return code + " " + g.Name }
	got, _ := ingest(t, Options{OpenRegistry: true}, write(t, map[string]string{"x.csv": "unit_id,agency_id,name,unit_type,regency_code\nU,K,n,dukcapil,111\n"}))
	for _, p := range got.Problems {
		if p.Code == "regency-candidates" && p.Want == r("11.01")+", "+r("11.10") {
			return
		}
	}
	t.Errorf("%+v", got.Problems)
}

// In the worksheet form the three surveys' values are on 0-4 too.
func TestFormPercent(t *testing.T) {
	raw := sample(t, oneBlank)
	for _, c := range []struct{ written, answer, problem string }{
		{"98,75 %", "3.95", "repaired percent-for-unit K202 98,75 % 3.95"},
		{"98.75%", "3.95", "repaired percent-for-unit K202 98.75% 3.95"},
		{"3,95%", "", "rejected percent-unclear K202 3,95% 0 … 4"},
		{"120%", "", "rejected percent-unclear K202 120% 0 … 4"},
	} {
		f := read(t, changed(t, raw, func(f *excelize.File) error { return f.SetCellValue(formSheet, "K202", c.written) }))
		got := ""
		if v := f.Worksheet(data.Self)["B.I.a"].Value; v != nil {
			got = v.String()
		}
		if ps := strings.Join(problemsOf(f), "\n"); got != c.answer || !strings.Contains(ps, c.problem) || strings.Count(ps, "K202") != 1 {
			t.Errorf("%s was read as %q, want %q; problems\n%s", c.written, got, c.answer, ps)
		}
	}
}
