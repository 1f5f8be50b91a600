package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tolok/data/table"
)

// copies lists the files below a folder.
func copies(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

// cellsOf are the rows of a sheet, their cells joined by "|".
func cellsOf(t *testing.T, path, sheet string) []string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := table.OpenWorkbook(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var rows []string
	err = w.Rows(sheet, func(_ int, cells []string) error {
		rows = append(rows, strings.Join(cells, "|"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func packed(t *testing.T, name, content string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write([]byte(content))
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(content)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every file with problems has a copy that shows them, whatever its format.
func TestCheckMarked(t *testing.T) {
	const bad = "kode_satker,tahun,kapasitas,office_contact\nU-002,2024,banyak,=1+1\n"
	dir := filepath.Join(t.TempDir(), "a", "marked")
	status, out := check(t, map[string]string{
		"hosts.csv":    bad,
		"zip.zip":      packed(t, "k01/hosts.csv", bad),
		"hosts.csv.gz": gzipped(t, bad),
		"rows.jsonl":   `{"unit_id": "U-3", "cycle": 2024, "capacity": "dua", "office_contact": {"a": 1}}`,
		"UNIT-9.json":  `{"unit_id": "UNIT-9", "tahun": 2026, "answers": [{"soal_id": 9999, "jawaban_unit": "A"}]}`,
		"visits.csv":   "host_id,guest_id,date\n",
		"gambar.pdf":   "%PDF",
	}, "--marked", dir)
	if status != exitPartial {
		t.Errorf("exit %d", status)
	}
	want := []string{"UNIT-9.json.xlsx", "gambar.pdf.xlsx", "hosts.csv.gz.xlsx", "hosts.csv.xlsx", "rows.jsonl.xlsx", "visits.csv.xlsx", "zip.zip/k01/hosts.csv.xlsx"}
	if got := copies(t, dir); !slices.Equal(got, want) {
		t.Errorf("copies %q, want %q", got, want)
	}
	for _, name := range want {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if !strings.Contains(out, "Salinan bertanda: "+path+"\n") {
			t.Errorf("the report does not name %s:\n%s", path, out)
		}
		list := cellsOf(t, path, "Masalah")
		if len(list) < 6 || !strings.HasSuffix(list[1], "masalah dalam "+strings.TrimSuffix(name, ".xlsx")+".") {
			t.Errorf("%s lists %q", name, list)
		}
		if strings.HasSuffix(name, "hosts.csv.xlsx") || strings.HasSuffix(name, "gz.xlsx") {
			if got := cellsOf(t, path, "Data"); !slices.Equal(got, []string{"Baris|kode_satker|tahun|kapasitas|office_contact", "2|U-002|2024|banyak|=1+1"}) {
				t.Errorf("%s shows %q", name, got)
			}
		}
	}
	if got := cellsOf(t, filepath.Join(dir, "rows.jsonl.xlsx"), "Data"); len(got) != 2 || !strings.HasPrefix(got[1], "1|U-3|2024|dua|{") {
		t.Errorf("rows.jsonl shows %q", got)
	}
}

// A file that is there already is left alone, and the report still comes.
func TestCheckMarkedTwice(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "hosts.csv.xlsx")
	if err := os.WriteFile(there, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := checkCommand()
	var out bytes.Buffer
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetOut(&out)
	source := filepath.Join(t.TempDir(), "hosts.csv")
	if err := os.WriteFile(source, []byte(checkHosts), 0o644); err != nil {
		t.Fatal(err)
	}
	c.SetArgs([]string{"--marked", dir, source})
	err := c.ExecuteContext(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is there already and was not overwritten; name a new folder") {
		t.Errorf("error %v", err)
	}
	if raw, _ := os.ReadFile(there); string(raw) != "x" || !strings.Contains(out.String(), "periksa  hosts.csv") {
		t.Errorf("%q\n%s", raw, out.String())
	}
}

// The ministry's form comes back with the same answers, and is the same to a
// second check: the sheet that was added is no part of it.
func TestCheckMarkedForm(t *testing.T) {
	form, err := os.ReadFile("../../../shared/reference/lke-form-one-blank.xlsx")
	if err != nil {
		t.Skip("the reference form is not here: ", err)
	}
	dir := t.TempDir()
	_, first := check(t, map[string]string{"U-001-2024.xlsx": string(form)}, "--marked", dir)
	marked, err := os.ReadFile(filepath.Join(dir, "U-001-2024.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(first, "Salinan bertanda")
	if _, again := check(t, map[string]string{"U-001-2024.xlsx": string(marked)}); again != before {
		t.Errorf("first:\n%s\nagain:\n%s", before, again)
	}
	got := cellsOf(t, filepath.Join(dir, "U-001-2024.xlsx"), "LKE ZI")
	sent := filepath.Join(t.TempDir(), "sent.xlsx")
	if err := os.WriteFile(sent, form, 0o644); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, cellsOf(t, sent, "LKE ZI")) {
		t.Error("the marked form holds other cells")
	}
}
