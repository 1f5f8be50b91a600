package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// packed builds a zip archive of name, content, name, content …
func packed(t testing.TB, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const hostRow = hostsHeader + "U-001,2024,5,\n"

// An archive is read as the folder that was packed, whatever it holds.
func TestZip(t *testing.T) {
	raw := packed(
		t, "kiriman/submission.json", `{"publisher":"Itjen","cycle":2024}`, "kiriman/a.csv", "unit_id,capacity\nU-001,5\n",
		"kiriman/b/units.xlsx", workbook(t, unitsSheet), "kiriman/c.jsonl", `{"unit_id":"U-002","capacity":6}`,
		"kiriman/d.parquet", parquetFile(t, goodSurvey()), "__MACOSX/kiriman/._a.csv", "?", "kiriman/.DS_Store", "?", `kiriman\luar\e.csv`, hostsHeader+"U-001,2025,5,\n",
	)
	opt := knownUnits
	opt.KnownAgencies = map[string]bool{"K01": true}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	c, sum := ingest(t, opt, write(t, map[string]string{"kirim.zip": raw}))
	expect(t, c, 6)
	if sum.Files != 5 || sum.Failed != 0 {
		t.Errorf("%+v", sum)
	}
	names := map[string]string{}
	for _, s := range c.Sources {
		names[s.Name] = s.SHA256
		if s.Publisher != "Itjen" {
			t.Errorf("%+v", s)
		}
	}
	sum256 := sha256.Sum256([]byte("unit_id,capacity\nU-001,5\n"))
	if got := names["kirim.zip/kiriman/a.csv"]; got != hex.EncodeToString(sum256[:]) || names["kirim.zip/kiriman/luar/e.csv"] == "" {
		t.Errorf("%v", names)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestZipRefused(t *testing.T) {
	locked := []byte(packed(t, "a.csv", hostRow))
	central := bytes.Index(locked, []byte("PK\x01\x02"))
	locked[6] |= 1
	locked[central+8] |= 1
	damaged := []byte(packed(t, "a.csv", strings.Repeat(hostRow, 20)))
	damaged[40] ^= 0xff
	var link bytes.Buffer
	z := zip.NewWriter(&link)
	h := &zip.FileHeader{Name: "a.csv"}
	h.SetMode(os.ModeSymlink | 0o777)
	w, err := z.CreateHeader(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("/etc/hosts")); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	lying := []byte(packed(t, "a.csv", strings.Repeat("0", 1<<20)))
	central = bytes.Index(lying, []byte("PK\x01\x02"))
	copy(lying[central+24:], []byte{1, 0, 0, 0}) // says that it unpacks to one byte
	for _, c := range []struct{ name, raw, code string }{
		{"a path that leads out", packed(t, "ok.csv", hostRow, "../a.csv", hostRow), "archive-path"},
		{"a path that leads out the Windows way", packed(t, `..\a.csv`, hostRow), "archive-path"},
		{"an absolute path", packed(t, "/a.csv", hostRow), "archive-path"},
		{"a link", link.String(), "archive-path"},
		{"a file twice", packed(t, "a.csv", hostRow, "a.csv", hostRow), "archive-repeats"},
		{"a file that is a folder too", packed(t, "a", hostRow, "a/b.csv", hostRow), "archive-repeats"},
		{"too many entries", packed(t, "1.csv", "", "2.csv", "", "3.csv", "", "4.csv", ""), "archive-too-large"},
		{"a file too large", packed(t, "a.csv", strings.Repeat("ab1,c;2\n", 1<<15)), "archive-too-large"},
		{"files too large together", packed(t, "1.csv", strings.Repeat("x", 1900), "2.csv", strings.Repeat("x", 1900)), "archive-too-large"},
		{"a bomb", packed(t, "a.csv", strings.Repeat("0", 60<<10)), "archive-too-large"},
		{"a bomb that lies", string(lying), "broken-archive"},
		{"a password", string(locked), "locked-archive"},
		{"a damaged file", string(damaged), "broken-archive"},
		{"cut off", packed(t, "a.csv", hostRow)[:60], "broken-archive"},
		{"nothing", "", "broken-archive"},
		{"an archive in an archive", packed(t, "b.ZIP", packed(t, "a.csv", hostRow)), "nested-archive"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := &collector{}
			r := newRun(knownUnits, got)
			r.limits = archiveLimits{entries: 3, file: 64 << 10, total: 3000, ratio: 20, always: 2000}
			_, err := r.all(context.Background(), []string{write(t, map[string]string{"x.zip": c.raw})})
			if err != nil || r.clean() != nil {
				t.Fatal(err)
			}
			expect(t, got, 0, "failed "+c.code)
			if r.summary.Failed != 1 {
				t.Errorf("%+v", r.summary)
			}
		})
	}
}

// A workbook under a wrong name is a workbook still, and an empty archive is
// an empty folder.
func TestZipOrNot(t *testing.T) {
	opt := knownUnits
	opt.KnownAgencies = map[string]bool{"K01": true}
	c, _ := ingest(t, opt, write(t, map[string]string{"units.zip": workbook(t, unitsSheet)}))
	expect(t, c, 2)
	c, sum := ingest(t, opt, write(t, map[string]string{"kosong.zip": packed(t)}))
	expect(t, c, 0)
	if sum.Files+sum.Failed != 0 {
		t.Errorf("%+v", sum)
	}
	if _, err := os.Stat(filepath.Join(os.TempDir(), "kosong.zip")); err == nil {
		t.Error("unpacked outside its own folder")
	}
}

func FuzzZip(f *testing.F) {
	f.Add([]byte(packed(f, "a/submission.json", "{}", "a/hosts.csv", hostRow)))
	f.Add([]byte(packed(f, "../a.csv", hostRow, "b.zip", "PK")))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(dir, "x.zip")
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			t.Fatal(err)
		}
		r := newRun(knownUnits, &strict{t: t})
		r.limits = archiveLimits{entries: 100, file: 1 << 20, total: 4 << 20, ratio: 200, always: 1 << 16}
		if _, err := r.all(t.Context(), []string{path}); err != nil {
			t.Fatal(err)
		}
		if err := r.clean(); err != nil {
			t.Fatal(err)
		}
	})
}
