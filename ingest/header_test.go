package ingest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"tolok/data"
)

// Every dataset is recognised by its own columns, in any order and spelling.
func TestRecogniseOwnColumns(t *testing.T) {
	for _, s := range schemas() {
		var header []string
		for _, c := range s.columns {
			header = append(header, strings.ToUpper(strings.ReplaceAll(c.name, "_", " ")))
		}
		slices.Reverse(header)
		m, p := recognise(header, "x.csv", nil)
		if p != nil || m.schema != s || len(m.problems()) > 0 {
			t.Errorf("%s: %+v, %+v", s.dataset, p, m)
		}
	}
}

// The required columns alone are enough where the file's name settles a tie.
func TestRecogniseRequiredColumns(t *testing.T) {
	for _, s := range schemas() {
		var header []string
		for _, c := range s.columns {
			if c.required {
				header = append(header, c.name)
			}
		}
		if m, p := recognise(header, s.dataset+"_2024.csv", nil); p != nil || m.schema != s {
			t.Errorf("%s: %q: %+v", s.dataset, header, p)
		}
	}
}

func TestRecognise(t *testing.T) {
	for _, c := range []struct{ header, file, want string }{
		{"kode_satker,tahun,butir,lapisan,jawaban", "x.csv", "answers"},
		{"Kode Satker,Siklus,Indeks,Nilai,Jumlah Responden", "x.csv", "surveys"},
		{"satker,tahun,predikat,penerbit,tahap,status,ket.", "x.csv", "nominations"},
		{"satker,predikat,penerbit,tanggal penetapan,no. SK", "x.csv", "awards"},
		{"tahun,instansi_id,nama,jenis_derived,kode_provinsi,indeks,internal,eksternal,eksper", "kpk.csv", "spi"},
		{"unit_id,unit_name,agency_id,agency_name,agency_type,unit_type,region", "x.csv", "units"},
		{"kode instansi,nama instansi,jenis", "x.csv", "agencies"},
		{"unit_id,cycle", "x.csv", "! unknown-dataset"},
		{"unit_id,cycle", "hosts.csv", "hosts"},
		{"unit_id,cycle", "unit_gates.csv", "unit_gates"},
		{"unit_id,cycle,index,respondents", "surveys.csv", "! missing-column value"},
		{"a,b,c", "units.csv", "! unknown-dataset"},
		{"", "units.csv", "! unknown-dataset"},
	} {
		m, p := recognise(strings.Split(c.header, ","), c.file, nil)
		got := ""
		if p != nil {
			got = "! " + p.Code
			if p.Code == "missing-column" {
				got += " " + p.Value
			}
		} else {
			got = m.schema.dataset
		}
		if got != c.want {
			t.Errorf("%q in %s is %s, want %s", c.header, c.file, got, c.want)
		}
	}
}

// A file's own column name comes before an alias.
func TestMappingPrefersOwnName(t *testing.T) {
	m := newMapping(schemaOf("agencies"), newHeader([]string{"agency_name", "name", "agency_id", "kind", "Kode Instansi", "provnce_code"}), nil)
	if m.at[m.schema.index["name"]] != 1 {
		t.Errorf("name is read from column %d", m.at[m.schema.index["name"]])
	}
	var got []string
	for _, p := range m.problems() {
		got = append(got, p.Code+" "+p.Value+" "+p.Want)
	}
	want := []string{"repeated-column agency_name name", "repeated-column Kode Instansi agency_id", "unknown-column provnce_code province_code"}
	if !slices.Equal(got, want) {
		t.Errorf("problems %q, want %q", got, want)
	}
}

// The tables of names only name what exists, in the spelling they are looked up by.
func TestAliases(t *testing.T) {
	columns := map[string]bool{}
	for _, s := range schemas() {
		for _, c := range s.columns {
			columns[c.name] = true
		}
		if len(fileWords[s.dataset]) == 0 {
			t.Errorf("no file name hints at %s", s.dataset)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(aliases)) {
		if !columns[name] {
			t.Errorf("aliases of %s, which no dataset has", name)
		}
		for _, a := range aliases[name] {
			if a != normal(a) {
				t.Errorf("alias %q of %s can never match", a, name)
			}
		}
	}
}

func TestSchemaLeavesOriginOut(t *testing.T) {
	for _, s := range schemas() {
		for _, c := range s.columns {
			if c.name == "source" || c.name == "sheet" || c.name == "line" {
				t.Errorf("%s has a column %s", s.dataset, c.name)
			}
		}
	}
	if len(schemas()) != len(data.Datasets()) {
		t.Error("a dataset is missing")
	}
}
