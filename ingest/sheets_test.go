package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tolok/data"
)

type sheet struct {
	name string
	rows [][]any
}

// workbook builds an .xlsx file; a sheet whose name begins with a dot is hidden.
func workbook(t testing.TB, sheets ...sheet) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range sheets {
		if i == 0 {
			check(f.SetSheetName("Sheet1", s.name))
		} else {
			_, err := f.NewSheet(s.name)
			check(err)
		}
		for r, row := range s.rows {
			cell, err := excelize.CoordinatesToCellName(1, r+1)
			check(err)
			check(f.SetSheetRow(s.name, cell, &row))
		}
		if strings.HasPrefix(s.name, ".") {
			check(f.SetSheetVisible(s.name, false))
		}
	}
	var b bytes.Buffer
	check(f.Write(&b))
	return b.String()
}

func date2024(month time.Month, day int) time.Time {
	return time.Date(2024, month, day, 0, 0, 0, 0, time.UTC)
}

var (
	agenciesSheet = sheet{"Instansi", [][]any{{"agency_id", "name", "kind"}, {"K01", "Kementerian Contoh", "kementerian"}}}
	unitsSheet    = sheet{"Satker", [][]any{
		{"Daftar satuan kerja"},
		{"per", date2024(1, 31)},
		{},
		{"Kode Satker", "agency_id", "Nama", "jenis_satker", "pegawai"},
		{"U-001", "K01", "Kantor Satu", "imigrasi", 30},
		{},
		{"U-002", "K01", "Kantor Dua", "imigrasi", 41},
	}}
	visitsHeader = []any{"host_id", "guest_id", "date", "area", "outcome"}
)

// Several sheets hold several datasets; registers are read first, wherever
// they stand, and every row knows its sheet and line.
func TestXLSXTables(t *testing.T) {
	raw := workbook(
		t,
		sheet{"Kunjungan", [][]any{visitsHeader, {"U-001", "U-002", date2024(2, 29), nil, "ditiru"}, {"U-001", "U-002", "1/3/2024"}}},
		sheet{"Petunjuk", [][]any{{"Isi semua kolom."}}},
		unitsSheet, agenciesSheet,
		sheet{".lama", [][]any{visitsHeader, {"U-001", "U-002", "x"}}},
		sheet{"Sheet9", nil},
	)
	c, sum := ingest(t, Options{}, write(t, map[string]string{"kiriman.xlsx": raw}))
	expect(t, c, 5, "flagged sheet-not-read", "flagged sheet-hidden")
	if sum.Files != 1 || len(c.Sources) != 1 || c.Sources[0].Format != "xlsx" || len(c.Sources[0].SHA256) != 64 {
		t.Errorf("%+v %+v", sum, c.Sources)
	}
	want := []string{
		"agencies 1:2 ", "units 1:5 ", "units 1:7 ", "visits 1:2 host_id=U-001 guest_id=U-002 date=2024-02-29 outcome=ditiru", "visits 1:3 host_id=U-001 guest_id=U-002 date=2024-03-01",
	}
	for i, w := range want {
		if !strings.HasPrefix(c.records[i], w) {
			t.Errorf("record %d: %q, want %q", i, c.records[i], w)
		}
	}
	if p := c.Problems[1]; p.Sheet != ".lama" || p.Source != 1 {
		t.Errorf("%+v", p)
	}
}

func TestXLSXBadCells(t *testing.T) {
	known := Options{KnownUnits: map[string]string{"U-001": "K01", "U-002": "K01"}}
	visits := func(rows ...[]any) string {
		return workbook(t, sheet{"Kunjungan", append([][]any{visitsHeader}, rows...)})
	}
	hosts := []any{"unit_id", "cycle", "capacity", "office_contact"}
	for _, c := range []struct {
		name, raw string
		records   int
		place     string
		codes     []string
	}{
		{"an error value", workbook(t, sheet{"h", [][]any{hosts, {"U-001", 2024, "#DIV/0!"}, {"U-002", 2024, 5}}}), 1, "v.xlsx, sheet h, cell C2", []string{"rejected cell-error"}},
		{"an error value in a key", workbook(t, sheet{"h", [][]any{hosts, {"#N/A", 2024, 5}}}), 0, "v.xlsx, sheet h, cell A2", []string{"rejected cell-error"}},
		{"a year is no date", visits([]any{"U-001", "U-002", 2024}), 0, "v.xlsx, sheet Kunjungan, cell C2", []string{"rejected bad-date"}},
		{"a date of another century", visits([]any{"U-001", "U-002", 1}), 0, "v.xlsx, sheet Kunjungan, cell C2", []string{"rejected bad-date"}},
		{"text for a number", workbook(t, sheet{"h", [][]any{hosts, {"U-001", 2024, "lima"}}}), 0, "v.xlsx, sheet h, cell C2", []string{"rejected bad-number"}},
		{"an empty table", visits(), 0, "v.xlsx, sheet Kunjungan", []string{"flagged empty-table"}},
		{"a missing column", workbook(t, sheet{"scores", [][]any{{"unit_id", "cycle", "regulation", "layer", "code"}, {"U-001", 2024, "", "tpi", "total"}}}), 0, "v.xlsx, sheet scores, line 1", []string{"failed missing-column"}},
		{"the same row on two sheets", workbook(t, sheet{"a", [][]any{hosts, {"U-001", 2024, 5}}}, sheet{"b", [][]any{hosts, {"U-001", 2024, 6}}}), 1, "v.xlsx, sheet b, line 2", []string{"rejected conflicting-row"}},
		{"a note beside the table", workbook(t, sheet{"h", [][]any{hosts, {"U-001", 2024, 5, "", "", "cek"}}}), 1, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := ingest(t, known, write(t, map[string]string{"v.xlsx": c.raw}))
			expect(t, got, c.records, c.codes...)
			if len(got.Problems) > 0 && got.Problems[0].Place("en") != c.place {
				t.Errorf("place %q, want %q", got.Problems[0].Place("en"), c.place)
			}
		})
	}
}

// A Mac's workbooks count days from 1904.
func TestXLSX1904(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	yes := true
	var b bytes.Buffer
	row := []any{"U-001", "U-002", 45351 - 1462}
	for _, err := range []error{
		f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}),
		f.SetSheetRow("Sheet1", "A1", &visitsHeader), f.SetSheetRow("Sheet1", "A2", &row), f.Write(&b),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c, _ := ingest(t, Options{KnownUnits: map[string]string{"U-001": "K01", "U-002": "K01"}}, write(t, map[string]string{"visits.xlsx": b.String()}))
	expect(t, c, 1)
	if len(c.records) == 1 && !strings.Contains(c.records[0], "date=2024-02-29") {
		t.Error(c.records)
	}
}

// Tables called Jawaban are no worksheet of PortalRB, and a form stays a form
// though its submission names unit and cycle.
func TestXLSXOrForm(t *testing.T) {
	known := Options{KnownUnits: map[string]string{"U-001": "K01"}}
	raw := workbook(t, sheet{"Jawaban", [][]any{{"unit_id", "tahun", "layer", "butir", "jawaban"}, {"U-001", 2024, "self", "A.I.1.i.a", "Ya"}}})
	c, _ := ingest(t, known, write(t, map[string]string{"a.xlsx": raw}))
	expect(t, c, 1)
	form, err := os.ReadFile(sharedFile(t, "lke-form-one-blank.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	c, _ = ingest(t, Options{KnownUnits: known.KnownUnits, Unit: "U-001", Cycle: 2024, Layer: data.TPI}, write(t, map[string]string{"b.xlsx": string(form)}))
	if len(c.Sources) != 1 || c.Sources[0].Format != "lke" || len(c.records) < 100 {
		t.Errorf("%+v, %d records", c.Sources, len(c.records))
	}
}

// A workbook that the lake holds is left alone with all its sheets.
func TestXLSXKnown(t *testing.T) {
	dir := write(t, map[string]string{"a.xlsx": workbook(t, unitsSheet, agenciesSheet)})
	first, _ := ingest(t, Options{}, filepath.Join(dir, "a.xlsx"))
	c, sum := ingest(t, Options{Held: lakeOf(first)}, filepath.Join(dir, "a.xlsx"))
	expect(t, c, 0, "flagged source-known")
	if sum.Known != 1 {
		t.Errorf("%+v", sum)
	}
}

func FuzzXLSX(f *testing.F) {
	f.Add([]byte(workbook(f, unitsSheet, agenciesSheet)))
	f.Add([]byte(workbook(f, sheet{"h", [][]any{{"unit_id", "cycle", "capacity"}, {"U-001", 2024, "#REF!"}}})))
	fuzz(f, "x.xlsx")
}

// A workbook is opened once for the sheets that are read one after the other,
// and none stays open after the last.
func TestShelf(t *testing.T) {
	raw := workbook(t, unitsSheet, agenciesSheet)
	a, b := &file{}, &file{}
	s := &shelf{left: 4}
	first, err := s.open(a, strings.NewReader(raw))
	if err != nil || s.put(nil) != nil {
		t.Fatal(err)
	}
	if again, err := s.open(a, strings.NewReader("")); err != nil || again != first || s.put(nil) != nil {
		t.Errorf("the second sheet opened the workbook again: %v", err)
	}
	if other, err := s.open(b, strings.NewReader(raw)); err != nil || other == first || s.put(errors.New("cut off")) != nil || s.book != nil {
		t.Errorf("another workbook, whose reading failed: %v", err)
	}
	if _, err := s.open(b, strings.NewReader(raw)); err != nil || s.put(nil) != nil || s.book != nil {
		t.Errorf("after the last sheet: %v", err)
	}
}

// Worksheets on several sheets may begin on the same line: what is said of them
// comes in the order of the sheets, and names the sheet.
func TestHalfRatiosOfSheets(t *testing.T) {
	var sheets []sheet
	var want []string
	known := Options{KnownUnits: map[string]string{}}
	for i := range 8 {
		name, unit := fmt.Sprintf("S%d", i), fmt.Sprintf("U%d", i)
		known.KnownUnits[unit] = "K01"
		sheets = append(sheets, sheet{name, [][]any{
			{"unit_id", "cycle", "layer", "item_id", "choice", "value"}, {unit, 2024, "self", "A.II.5.ii.a.3", "", 4},
		}})
		want = append(want, "half-ratio "+name+":2")
	}
	c, _ := ingest(t, known, write(t, map[string]string{"lke.xlsx": workbook(t, sheets...)}))
	var got []string
	for _, p := range c.Problems {
		got = append(got, fmt.Sprintf("%s %s:%d", p.Code, p.Sheet, p.Line))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}
