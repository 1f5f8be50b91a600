package match

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tolok/data"
)

// country is a register of the real names: 38 provinces, 514 kabupaten and
// kota, and the central agencies of testdata. The id of each is its name.
func country(t testing.TB) []Agency {
	t.Helper()
	var out []Agency
	for _, p := range data.Provinces() {
		out = append(out, Agency{"Provinsi " + p.Name, "Pemerintah Provinsi " + p.Name, provinsi})
	}
	for _, g := range data.Regencies() {
		level, _, _ := strings.Cut(strings.ToLower(g.Name), " ")
		out = append(out, Agency{g.Name, "Pemerintah " + g.Name, level})
	}
	raw, err := os.ReadFile("testdata/central.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			kind := "lembaga"
			if strings.HasPrefix(line, "Kementerian") {
				kind = "kementerian"
			}
			out = append(out, Agency{line, line, kind})
		}
	}
	return out
}

// Every case was decided by hand.
func TestFind(t *testing.T) {
	r := New(country(t))
	for _, c := range []struct{ asked, place, id, how string }{
		// spaces, dots, hyphens and old spellings of places
		{"PEMERINTAH KOTA GUNUNG SITOLI", "", "Kota Gunungsitoli", "name"},
		{"PEMERINTAH KABUPATEN BATANG HARI", "", "Kabupaten Batanghari", "name"},
		{"PEMERINTAH KABUPATEN TOJO UNA-UNA", "7209", "Kabupaten Tojo Una Una", "code"},
		{"PEMERINTAH KABUPATEN KEPULAUAN SIAU TAGULANDANG BIARO", "71.09", "Kabupaten Kep. Siau Tagulandang Biaro", "code"},
		{"Kab. Gunung Kidul", "", "Kabupaten Gunungkidul", "name"},
		{"Pemkot Palangka Raya", "", "Kota Palangkaraya", "name"},
		{"PEMERINTAH PROVINSI D.I. YOGYAKARTA", "", "Provinsi DI Yogyakarta", "name"},
		{"Pemerintah Daerah Istimewa Yogyakarta", "", "", "not-registered"}, // no title of a level
		{"Pemprov Daerah Istimewa Yogyakarta", "", "Provinsi DI Yogyakarta", "alias"},
		{"Pemerintah Provinsi Daerah Khusus Jakarta", "", "Provinsi DKI Jakarta", "alias"},
		{"Pemerintah Aceh", "", "Provinsi Aceh", "name"},
		{"Pemerintah Daerah Kabupaten Bantul", "", "Kabupaten Bantul", "name"},
		{"Kota Jakarta Pusat", "", "Kota Administrasi Jakarta Pusat", "name"},
		// one name, two levels
		{"PEMERINTAH KOTA BANDUNG", "3273", "Kota Bandung", "code"},
		{"PEMERINTAH KABUPATEN BANDUNG", "", "Kabupaten Bandung", "name"},
		{"Bandung", "", "", "not-registered"},
		{"PEMERINTAH KABUPATEN GORONTALO", "", "Kabupaten Gorontalo", "name"},
		{"PEMERINTAH PROVINSI GORONTALO", "75", "Provinsi Gorontalo", "code"},
		{"PEMERINTAH PROVINSI BENGKULU", "", "Provinsi Bengkulu", "name"},
		{"Kota Malang", "", "Kota Malang", "name"},
		{"PEMERINTAH KOTA KUPANG", "5303", "Kota Kupang", "name"}, // the code of the kabupaten decides nothing
		{"PEMERINTAH KABUPATEN KUPANG", "5301", "Kabupaten Kupang", "code"},
		// places that are spelled alike
		{"PEMERINTAH KABUPATEN BANJAR", "", "Kabupaten Banjar", "name"},
		{"PEMERINTAH KOTA BANJAR", "", "Kota Banjar", "name"},
		{"PEMERINTAH KABUPATEN BANJARNEGARA", "", "Kabupaten Banjarnegara", "name"},
		{"PEMERINTAH KABUPATEN SORONG SELATAN", "", "Kabupaten Sorong Selatan", "name"},
		{"PEMERINTAH KABUPATEN SORONG", "9201", "Kabupaten Sorong", "name"}, // Papua Barat Daya's codes are newer
		{"PEMERINTAH KABUPATEN MERAUKE", "9101", "Kabupaten Merauke", "name"},
		// a misspelling, and one that could be two places
		{"PEMERINTAH KABUPATEN LIMAPULUH KOTA", "", "Kabupaten Lima Puluh Kota", "name"},
		{"PEMERINTAH KABUPATEN LABUAN BATU UTARA", "", "Kabupaten Labuhanbatu Utara", "near"},
		{"PEMERINTAH KABUPATEN BARITO", "", "", "not-registered"},
		{"PEMERINTAH KABUPATEN BANDUG", "", "", "not-registered"},  // too short to guess
		{"PEMERINTAH KABUPATEN KUDUS", "3320", "", "code-differs"}, // the code is Jepara's
		{"PEMERINTAH KABUPATEN PULAU TALIABUH", "8208", "Kabupaten Pulau Taliabu", "code"},
		// central agencies
		{"BADAN PUSAT STATISTIK (BPS)", "", "Badan Pusat Statistik", "name"},
		{"BADAN STANDARDISASI NASIONAL (BSN)", "", "Badan Standarisasi Nasional", "name"},
		{"BADAN KEAMANAN LAUT REPUBLIK INDONESIA", "", "Badan Keamanan Laut RI", "name"},
		{"SEKRETARIAT JENDERAL MPR-RI", "", "Sekretariat Jenderal MPR", "name"},
		{"SEKRETARIAT JENDERAL DPD RI", "", "Sekretariat Jenderal Dewan Perwakilan Daerah", "alias"},
		{"SEKRETARIAT JENDERAL DPR RI", "", "Setjen DPR RI", "name"},
		{"KEJAKSAAN REPUBLIK INDONESIA", "", "Kejaksaan Agung", "alias"},
		{"KOMISI KEJAKSAAN REPUBLIK INDONESIA", "", "", "not-registered"},
		{"KEMENTERIAN AGRARIA DAN TATA RUANG / BPN", "", "Kementerian Agraria dan Tata Ruang/Badan Pertanahan Nasional", "alias"},
		{"KEMENTERIAN PERENCANAAN PEMBANGUNAN NASIONAL", "", "Kementerian Perencanaan Pembangunan Nasional/Badan Perencanaan Pembangunan Nasional", "alias"},
		{"KemenPANRB", "", "Kementerian Pendayagunaan Aparatur Negara dan Reformasi Birokrasi", "alias"},
		{"LEMBAGA PENYIARAN PUBLIK RADIO REPUBLIK INDONESIA", "", "Lembaga Penyiaran Publik Radio Republik Indonesia", "name"},
		{"KEMENTERIAN PEMBERDAYAAN PEREMPUAN DAN PERLINDUNGAN ANAKK", "", "Kementerian Pemberdayaan Perempuan dan Perlindungan Anak", "near"},
		{"KEMENTERIAN PERTAHANAN", "", "Kementerian Pertahanan", "name"},
		{"KEMENTERIAN PERTANAHAN", "", "", "not-registered"}, // no misspelling of Pertahanan: two letters
		// renamed one to one
		{"KEMENTERIAN KOMUNIKASI DAN INFORMATIKA", "", "Kementerian Komunikasi dan Digital", "renamed"},
		{"KEMENTERIAN INVESTASI/BADAN KOORDINASI PENANAMAN MODAL (BKPM)", "", "Kementerian Investasi dan Hilirisasi/Badan Koordinasi Penanaman Modal", "renamed"},
		{"BADAN KEPENDUDUKAN DAN KELUARGA BERENCANA NASIONAL (BKKBN)", "", "Kementerian Kependudukan dan Pembangunan Keluarga/Badan Kependudukan dan Keluarga Berencana Nasional", "renamed"},
		// split and merged: nobody's figure is handed to one successor
		{"KEMENTERIAN HUKUM DAN HAK ASASI MANUSIA", "", "", "split"},
		{"Kementerian Hukum dan HAM", "", "", "split"},
		{"KEMENTERIAN PEKERJAAN UMUM DAN PERUMAHAN RAKYAT", "", "", "split"},
		{"SEKRETARIAT KABINET", "", "", "merged"},
		{"KOMISI APARATUR SIPIL NEGARA", "", "", "merged"},
		// not agencies of the programme
		{"BANK TABUNGAN NEGARA", "", "", "not-registered"},
		{"", "", "", "not-registered"},
	} {
		got := r.Find(Asked{c.asked, c.place})
		how := got.Rule
		if got.ID == "" {
			how = got.Why
		}
		if got.ID != c.id || how != c.how {
			t.Errorf("%q (%s) is %q by %q %v, want %q by %q", c.asked, c.place, got.ID, how, got.Like, c.id, c.how)
		}
		if !slices.Contains(append(slices.Clone(Rules), Reasons...), how) {
			t.Errorf("%q: %q is no rule or reason of the lists", c.asked, how)
		}
	}
}

// A simulated agency never receives a real one's figure, nor the other way.
func TestSimulatedAgenciesStandApart(t *testing.T) {
	r := New([]Agency{{"S", "Pemerintah Kota Bandung (simulasi)", kota}, {"B", "Badan Pusat Statistik", "lembaga"}})
	for asked, want := range map[string]Result{
		"PEMERINTAH KOTA BANDUNG":            {Why: "simulated", Like: []string{"Pemerintah Kota Bandung (simulasi)"}},
		"Pemerintah Kota Bandung (simulasi)": {ID: "S", Rule: "name"},
		"Badan Pusat Statistik (simulasi)":   {Why: "simulated", Like: []string{"Badan Pusat Statistik"}},
	} {
		if got := r.Find(Asked{Name: asked}); got.ID != want.ID || got.Rule != want.Rule || got.Why != want.Why || !slices.Equal(got.Like, want.Like) {
			t.Errorf("%s: %+v, want %+v", asked, got, want)
		}
	}
}

// Two agencies of one name are one too many, and a kind that contradicts the
// name makes an agency unfit to be matched.
func TestDoubtIsNoMatch(t *testing.T) {
	r := New([]Agency{{"1", "Kota Bandung", kota}, {"2", "Pemerintah Kota Bandung", kota}, {"3", "Kota Malang", kab}, {"4", "Bandung", kab}})
	for asked, want := range map[string]string{"PEMERINTAH KOTA BANDUNG": "ambiguous", "Kota Malang": "not-registered", "Kabupaten Malang": "not-registered"} {
		if got := r.Find(Asked{Name: asked}); got.ID != "" || got.Why != want {
			t.Errorf("%s: %+v, want %s", asked, got, want)
		}
	}
	if got := r.Find(Asked{Name: "Kab. Bandung"}); got.ID != "4" {
		t.Errorf("a kabupaten without its title: %+v", got)
	}
}

// No two places of one level have one key, so that a name leads to one place.
func TestPlacesAreTellable(t *testing.T) {
	if got, want := len(table().places), len(data.Provinces())+len(data.Regencies()); got != want {
		t.Errorf("%d names for %d places", got, want)
	}
	r := New(country(t))
	for _, a := range country(t) {
		if got := r.Find(Asked{Name: strings.ToUpper(a.Name)}); got.ID != a.ID {
			t.Errorf("%s is found as %+v", a.Name, got)
		}
	}
}

// A place with a letter lost or doubled is found as itself or not at all.
func TestMisspelledPlacesAreNeverOthers(t *testing.T) {
	r := New(country(t))
	near, tried := 0, 0
	for _, g := range data.Regencies() {
		for at := len("Kabupaten "); at < len(g.Name); at++ {
			for _, wrong := range []string{g.Name[:at] + g.Name[at+1:], g.Name[:at] + "x" + g.Name[at:]} {
				got := r.Find(Asked{Name: wrong})
				if got.ID != "" && got.ID != g.Name && !table().places[key{parse(wrong, "").level, parse(wrong, "").core, false}] {
					t.Errorf("%q is taken for %s by %s", wrong, got.ID, got.Rule)
				}
				tried++
				if got.ID == g.Name {
					near++
				}
			}
		}
	}
	if near*2 < tried {
		t.Errorf("only %d of %d misspellings were found", near, tried)
	}
}

// leftOut is all that may stay unmatched, each checked by hand: bodies that the
// register above does not have, and agencies that were split or merged.
var leftOut = map[string]string{
	"BADAN NASIONAL SERTIFIKASI PROFESI":                                        "not-registered",
	"BADAN PENGELOLA KEUANGAN HAJI (BPKH)":                                      "not-registered",
	"BADAN PENGELOLA TABUNGAN PERUMAHAN RAKYAT":                                 "not-registered",
	"BADAN PENGUSAHAAN KAWASAN PERDAGANGAN BEBAS DAN PELABUHAN BEBAS BATAM":     "not-registered",
	"BADAN PENYELENGGARA JAMINAN SOSIAL KESEHATAN (BPJS KESEHATAN)":             "not-registered",
	"BADAN PENYELENGGARA JAMINAN SOSIAL KETENAGAKERJAAN (BPJS KETENAGAKERJAAN)": "not-registered",
	"BANK INDONESIA (BI)":                                              "not-registered",
	"BANK MANDIRI":                                                     "not-registered",
	"BANK NEGARA INDONESIA":                                            "not-registered",
	"BANK RAKYAT INDONESIA":                                            "not-registered",
	"BANK TABUNGAN NEGARA":                                             "not-registered",
	"DEWAN JAMINAN SOSIAL NASIONAL":                                    "not-registered",
	"DEWAN KETAHANAN NASIONAL":                                         "not-registered",
	"KOMISI KEJAKSAAN REPUBLIK INDONESIA":                              "not-registered",
	"KOMISI KEPOLISIAN NASIONAL":                                       "not-registered",
	"KOMISI PENYIARAN INDONESIA (KPI)":                                 "not-registered",
	"KOMISI PERLINDUNGAN ANAK INDONESIA (KPAI)":                        "not-registered",
	"LEMBAGA PENJAMIN SIMPANAN (LPS)":                                  "not-registered",
	"OTORITAS JASA KEUANGAN (OJK)":                                     "not-registered",
	"KEMENTERIAN DESA, PEMBANGUNAN DAERAH TERTINGGAL DAN TRANSMIGRASI": "split",
	"KEMENTERIAN HUKUM DAN HAK ASASI MANUSIA":                          "split",
	"KEMENTERIAN KOORDINATOR BIDANG KEMARITIMAN DAN INVESTASI":         "split",
	"KEMENTERIAN KOORDINATOR BIDANG POLITIK, HUKUM DAN KEAMANAN":       "split",
	"KEMENTERIAN KOPERASI DAN UKM":                                     "split",
	"KEMENTERIAN LINGKUNGAN HIDUP DAN KEHUTANAN":                       "split",
	"KEMENTERIAN PARIWISATA DAN EKONOMI KREATIF/BADAN PARIWISATA DAN EKONOMI KREATIF": "split",
	"KEMENTERIAN PEKERJAAN UMUM DAN PERUMAHAN RAKYAT":                                 "split",
	"KEMENTERIAN PENDIDIKAN, KEBUDAYAAN, RISET, DAN TEKNOLOGI":                        "split",
	"KOMISI APARATUR SIPIL NEGARA":                                                    "merged",
	"SEKRETARIAT KABINET":                                                             "merged",
}

// KPK's own file of 2021-2025 against the register of real names.
func TestReferenceFile(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "reference", "kpk-spi-2021-2025.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("../shared/reference is not there")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, h := range rows[0] {
		at[strings.TrimPrefix(h, "\ufeff")] = i
	}
	r := New(country(t))
	rules, of, found := map[string]int{}, map[string]int{}, map[string]int{}
	unmatched := map[string]string{}
	for _, row := range rows[1:] {
		name, kind := row[at["nama"]], row[at["jenis_derived"]]
		if Nation(name) {
			if kind != "nasional" {
				t.Errorf("%s is taken for the nation", name)
			}
			continue
		}
		of[kind]++
		got := r.Find(Asked{name, row[at["kode_kemendagri"]]})
		rules[got.Rule+got.Why]++
		if got.ID == "" {
			unmatched[name] = got.Why
			continue
		}
		found[kind]++
		if level := parse(got.ID, "").level; local(kind) && level != kind || !local(kind) && level != central {
			t.Errorf("%s (%s) is taken for %s", name, kind, got.ID)
		}
	}
	t.Logf("matched %v of %v; by rule and reason %v", found, of, rules)
	for _, name := range slices.Sorted(maps.Keys(unmatched)) {
		t.Logf("not matched: %s: %s", name, unmatched[name])
	}
	for _, kind := range []string{"provinsi", "kabupaten", "kota"} {
		if found[kind] != of[kind] {
			t.Errorf("%s: %d of %d agency-years matched, want all", kind, found[kind], of[kind])
		}
	}
	if found["bumn"] > 0 {
		t.Error("a bank is taken for an agency")
	}
	if !maps.Equal(unmatched, leftOut) {
		t.Errorf("not matched are\n%v\nwant\n%v", unmatched, leftOut)
	}
}
