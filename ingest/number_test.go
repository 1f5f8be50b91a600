package ingest

import (
	"testing"

	"tolok/data"
)

func TestReadNumber(t *testing.T) {
	for _, c := range []struct {
		cell                      string
		measured, counted, either string // what is read in each kind of column
	}{
		{"12", "12", "12", "12"},
		{" 12 ", "12", "12", "12"},
		{"-12", "-12", "-12", "-12"},
		{"+12", "12", "12", "12"},
		{"−12", "-12", "-12", "-12"},
		{"3.75", "3.75", "not whole", "3.75"},
		{"3,75", "3.75", "not whole", "3.75"},
		{"12,00", "12.00", "12", "12.00"},
		{"1.234,5", "1234.5", "not whole", "1234.5"},
		{"1,234.5", "1234.5", "not whole", "1234.5"},
		{"1.234.567", "1234567", "1234567", "1234567"},
		{"1,234,567", "1234567", "1234567", "1234567"},
		{"1 234 567", "1234567", "1234567", "1234567"},
		{"1\u00a0234,5", "1234.5", "not whole", "1234.5"},
		{"Rp 1.250.000,-", "1250000", "1250000", "1250000"},
		{"rp1.250.000,00", "1250000.00", "1250000", "1250000.00"},
		{"1.234", "1.234", "1234 repaired", "1.234"},
		{"1,234", "1.234", "1234 repaired", "ambiguous"},
		{"0.123", "0.123", "not whole", "0.123"},
		{"0,123", "0.123", "not whole", "0.123"},
		{"1234.567", "1234.567", "not whole", "1234.567"},
		{"1.5E+3", "1.5E+3", "", "1.5E+3"},
		{".5", ".5", "not whole", ".5"},
		{"5.", "5", "5", "5"},
		{"1.23.456", "no", "no", "no"},
		{"1.234,567,8", "no", "no", "no"},
		{"12 34", "no", "no", "no"},
		{"1,2.3,4", "no", "no", "no"},
		{"banyak", "no", "no", "no"},
		{"12 orang", "no", "no", "no"},
		{"#DIV/0!", "no", "no", "no"},
		{"", "no", "no", "no"},
		{".", "no", "no", "no"},
		{"--5", "no", "no", "no"},
		{"0x10", "no", "no", "no"},
		{"NaN", "no", "no", "no"},
		{"1e", "1e", "", "1e"},
	} {
		for st, want := range map[style]string{measured: c.measured, counted: c.counted, either: c.either} {
			s, r := readNumber(c.cell, st)
			got := map[reading]string{exact: s, repaired: s + " repaired", ambiguous: "ambiguous", notANumber: "no", notWhole: "not whole"}[r]
			if got != want && want != "" {
				t.Errorf("readNumber(%q, %d) = %q, want %q", c.cell, st, got, want)
			}
		}
	}
}

func TestReadWhole(t *testing.T) {
	for _, c := range []struct {
		cell string
		want int64
		r    reading
	}{
		{"1.250", 1250, repaired},
		{"5.000.000.000.000", 5_000_000_000_000, exact},
		{"1.2E+12", 1_200_000_000_000, exact},
		{"1E-1", 0, notWhole},
		{"1E+99", 0, notANumber},
		{"1E+999999", 0, notANumber},
		{"99999999999999999999", 0, notANumber},
		{"1e", 0, notANumber},
	} {
		if v, r := readWhole(c.cell); v != c.want || r != c.r {
			t.Errorf("readWhole(%q) = %d, %d; want %d, %d", c.cell, v, r, c.want, c.r)
		}
	}
}

func TestReadWord(t *testing.T) {
	for _, c := range []struct{ column, cell, want string }{
		{"kind", "KEMENTERIAN", "kementerian"},
		{"kind", "Kab.", "kabupaten"},
		{"layer", "Mandiri", data.Self},
		{"layer", "Itjen", data.TPI},
		{"issuer", "Nasional", "nasional"},
		{"target", " wbk", "WBK"},
		{"predicate", "Wilayah Bebas dari Korupsi", "WBK"},
		{"result", "Lulus dgn catatan", "lulus_catatan"},
		{"result", "TIDAK LULUS", "tidak_lulus"},
		{"regulation", "PermenPANRB Nomor 90 Tahun 2021", "90/2021"},
		{"regulation", "10-2019", "10/2019"},
		{"regulation", "11/2020", "11/2020"},
		{"unit_type", "Kantor Imigrasi", "imigrasi"},
		{"unit_type", "Tax office", "kantor_pajak"},
		{"bpk_opinion", "Wajar Tanpa Pengecualian", "WTP"},
		{"index", "SPKP", "IPKP"},
		{"kind", "perusahaan", "perusahaan"},
		{"layer", "", ""},
	} {
		if got := readWord(c.column, c.cell); got != c.want {
			t.Errorf("readWord(%s, %q) = %q, want %q", c.column, c.cell, got, c.want)
		}
	}
}

// Every synonym leads to a word that the column accepts.
func TestSynonymsLeadSomewhere(t *testing.T) {
	lists := map[string][]string{
		"kind": data.Kinds, "layer": data.Layers, "target": data.Targets, "issuer": data.Issuers, "stage": data.Stages,
		"result": data.Results, "index": data.Indexes, "bpk_opinion": data.BPKOpinions, "area": data.Areas,
	}
	for _, u := range data.UnitTypes() {
		lists["unit_type"] = append(lists["unit_type"], u.Code)
	}
	for column, words := range synonyms {
		ok := map[string]bool{}
		for _, w := range lists[column] {
			ok[w] = true
			if got := readWord(column, w); got != w {
				t.Errorf("%s: the word %q itself is read as %q", column, w, got)
			}
		}
		for spelling, w := range words {
			if !ok[w] || normal(spelling) != spelling {
				t.Errorf("%s: %q -> %q", column, spelling, w)
			}
		}
	}
}

func TestPlaceCodes(t *testing.T) {
	for in, want := range map[string]string{"31": "31", "31.0": "31", "31,00": "31", "31.5": "31.5", "3": "3", "": ""} {
		if got := readProvince(in); got != want {
			t.Errorf("readProvince(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"31.71": "31.71", "3171": "31.71", "11.1": "11.10", "31,71": "31.71", "11.9": "11.9", "99.1": "99.1", "": "", "31": "31",
	} {
		if got := readRegency(in); got != want {
			t.Errorf("readRegency(%q) = %q, want %q", in, got, want)
		}
	}
}
