package table_test

import (
	"bytes"
	"errors"
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
	for cell, want := range map[string]string{"D3": "SUM(B1:B2)", "B1": ""} {
		if got, err := w.Formula("Sheet1", cell); err != nil || got != want {
			t.Errorf("formula of %s is %q (%v), want %q", cell, got, err, want)
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
