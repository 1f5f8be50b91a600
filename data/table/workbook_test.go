package table_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tolok/data"
	"tolok/data/table"
)

// workbook holds one cell of each kind.
func workbook(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	percent, err := f.NewStyle(&excelize.Style{NumFmt: 9})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.NewSheet("Rahasia")
	err = errors.Join(
		err,
		f.SetCellValue("Sheet1", "A1", "text"),
		f.SetCellValue("Sheet1", "B1", 0.777777777777778),
		f.SetCellStyle("Sheet1", "B1", "B1", percent),
		f.SetCellValue("Sheet1", "C3", "  spaces  "),
		f.SetCellFormula("Sheet1", "D3", "SUM(B1:B2)"),
		f.SetSheetVisible("Rahasia", false),
	)
	var out bytes.Buffer
	if err := errors.Join(err, f.Write(&out)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWorkbook(t *testing.T) {
	w, err := table.OpenWorkbook(bytes.NewReader(workbook(t)))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	sheets, err := w.Sheets()
	if want := []table.Sheet{{Name: "Sheet1"}, {Name: "Rahasia", Hidden: true}}; err != nil || !slices.Equal(sheets, want) {
		t.Errorf("sheets %v (%v), want %v", sheets, err, want)
	}
	rows := map[int][]string{}
	err = w.Rows("Sheet1", func(row int, cells []string) error {
		rows[row] = slices.Clone(cells)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Values as stored: not "78%", and spaces kept.
	if want := []string{"text", "0.777777777777778"}; !slices.Equal(rows[1], want) {
		t.Errorf("row 1 is %q, want %q", rows[1], want)
	}
	if len(rows[2]) != 0 || len(rows[3]) < 3 || rows[3][2] != "  spaces  " {
		t.Errorf("rows 2 and 3 are %q and %q", rows[2], rows[3])
	}
	for column, want := range map[int]bool{3: true, 1: false} {
		if got, err := w.HasFormula("Sheet1", column, 3); err != nil || got != want {
			t.Errorf("%s3 has a formula: %v (%v), want %v", table.ColumnName(column), got, err, want)
		}
	}
	if err := w.Rows("Absent", func(int, []string) error { return nil }); err == nil {
		t.Error("a sheet that does not exist was read")
	}
	stop := errors.New("stop")
	if err := w.Rows("Sheet1", func(int, []string) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the caller's error came back as %v", err)
	}
}

func TestUnreadableWorkbooks(t *testing.T) {
	whole := workbook(t)
	tests := []struct {
		name string
		raw  []byte
		code string
	}{
		{"empty", nil, "broken-workbook"},
		{"first half", whole[:len(whole)/2], "broken-workbook"},
		{"without its last byte", whole[:len(whole)-1], "broken-workbook"},
		{"old format", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 the rest"), "old-workbook"},
		{"encrypted", append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"...), "locked-workbook"},
		{"CSV", []byte("unit_id;name\n"), "not-a-workbook"},
		{"damaged inside", bytes.Replace(slices.Clone(whole), whole[60:80], bytes.Repeat([]byte{0}, 20), 1), "broken-workbook"},
	}
	for _, tt := range tests {
		w, err := table.OpenWorkbook(bytes.NewReader(tt.raw))
		if err == nil {
			w.Close()
		}
		var p *data.Problem
		if !errors.As(err, &p) || p.Code != tt.code || p.Severity != data.Failed {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.code)
		} else if strings.TrimSpace(p.Mend("id")) == "" {
			t.Errorf("%s: %s says nothing to do", tt.name, p.Code)
		}
	}
}

func TestCellName(t *testing.T) {
	for column, want := range map[int]string{0: "A7", 10: "K7", 25: "Z7", 26: "AA7", 701: "ZZ7", 702: "AAA7"} {
		if got := table.CellName(column, 7); got != want {
			t.Errorf("column %d is %s, want %s", column, got, want)
		}
	}
}

// Where formulas stand is read off the sheet's tags; the library, which reads
// all of the sheet for it, says the same of every cell of the official forms.
func TestFormulasOfTheForms(t *testing.T) {
	forms, _ := filepath.Glob("../../../shared/reference/*.xlsx")
	if len(forms) == 0 {
		t.Skip("../shared is not here")
	}
	for _, path := range forms {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		w, err := table.OpenWorkbook(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		library, err := excelize.OpenReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		sheets, err := w.Sheets()
		if err != nil {
			t.Fatal(err)
		}
		formulas := 0
		for _, s := range sheets {
			for row := 1; row <= 300; row++ {
				for column := range 26 {
					want, err := library.GetCellFormula(s.Name, table.CellName(column, row))
					if err != nil {
						t.Fatal(err)
					}
					got, err := w.HasFormula(s.Name, column, row)
					if got != (want != "") || err != nil {
						t.Fatalf("%s %s %s: %v (%v), the library has %q", path, s.Name, table.CellName(column, row), got, err, want)
					}
					if got {
						formulas++
					}
				}
			}
		}
		if formulas < 100 {
			t.Errorf("%s: %d formulas", path, formulas)
		}
		_, _ = w.Close(), library.Close()
	}
}

// Programs of other makers write every tag with a prefix, leave out the names of
// cells, keep sheets in folders of their own, or end a sheet with formulas of no
// cell: formulas and values are found all the same.
func TestFormulasHoweverWritten(t *testing.T) {
	const main, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	prefixed := `<x:worksheet xmlns:x="` + main + `"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1"><x:f>A1*2</x:f><x:v>2</x:v></x:c></x:row>` +
		`<x:row r="2"><x:c r="A2"><x:v>3</x:v></x:c><x:c r="B2"><x:f>A2*2</x:f><x:v>6</x:v></x:c></x:row></x:sheetData></x:worksheet>`
	bare := `<worksheet xmlns="` + main + `"><sheetData><row><c><v>1</v></c><c><f>A1*2</f><v>2</v></c></row><row><c><v>3</v></c><c><f t="shared" si="0"/><v>6</v></c></row></sheetData></worksheet>`
	sparkling := `<worksheet xmlns="` + main + `"><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>2</v></c></row>` +
		`<row r="2"><c r="A2"><v>3</v></c><c r="B2"><f>A2*2</f><v>6</v></c><c r="C2"><v>9</v></c></row></sheetData>` +
		`<extLst><ext xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><xm:f>S!A1:B1</xm:f></ext></extLst></worksheet>`
	for _, tt := range []struct{ what, part, text string }{
		{"prefixed", "worksheets/sheet1.xml", prefixed},
		{"without names", "worksheets/sheet1.xml", bare},
		{"formulas behind the cells", "worksheets/sheet1.xml", sparkling},
		{"a folder of its own", "sheets/one.xml", sparkling},
		{"no folder", "one.xml", sparkling},
	} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range map[string]string{
			"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
			"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
			"xl/workbook.xml":            `<workbook xmlns="` + main + `" xmlns:r="` + office + `"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + office + `/worksheet" Target="` + tt.part + `"/></Relationships>`,
			"xl/" + tt.part:              tt.text,
		} {
			w, err := z.Create(name)
			if err == nil {
				_, err = w.Write([]byte(text))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		w, err := table.OpenValues(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Errorf("%s: %v", tt.what, err)
			continue
		}
		var values []string
		err = w.Rows("S", func(_ int, cells []string) error {
			values = append(values, strings.Join(cells, " "))
			return nil
		})
		if got := strings.Join(values, "; "); err != nil || got != "1 2; 3 6" && got != "1 2; 3 6 9" {
			t.Errorf("%s: %q (%v)", tt.what, got, err)
		}
		for row := 1; row <= 2; row++ {
			for column := range 4 {
				if got, err := w.HasFormula("S", column, row); got != (column == 1) || err != nil {
					t.Errorf("%s: %s: %v (%v)", tt.what, table.CellName(column, row), got, err)
				}
			}
		}
		w.Close()
	}
}
