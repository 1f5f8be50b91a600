package ingest

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"tolok/data"
)

// aliases are the other names columns go by in agencies' files, normalised as
// by normal. An alias of two columns stands for whichever the dataset has.
var aliases = map[string][]string{
	"unit_id": {"kode_satker", "id_satker", "satker_id", "kd_satker", "kdsatker", "kode_unit", "id_unit", "unit", "satker", "kode_unit_kerja", "id_unit_kerja", "unit_kerja_id", "unitid", "kode_upt"},
	"agency_id": {
		"kode_instansi", "id_instansi", "instansi_id", "instansi", "kd_instansi", "kode_kl", "kode_k_l", "kode_kementerian", "kode_lembaga",
		"agency", "kode_pemda", "id_kl", "agencyid",
	},
	"name": {
		"nama", "nama_satker", "nama_unit", "nama_unit_kerja", "unit_name", "satker_name", "nama_instansi", "agency_name", "nama_kawasan",
		"zone_name", "nama_kementerian", "nama_lembaga",
	},
	"agency_name":        {"nama_instansi", "instansi", "nama", "nama_kementerian_lembaga_pemda", "agency"},
	"kind":               {"jenis", "jenis_instansi", "tipe_instansi", "kategori_instansi", "agency_type", "agency_kind", "jenis_kl"},
	"unit_type":          {"jenis_satker", "jenis_unit", "tipe_satker", "tipe_unit", "jenis_unit_kerja", "kategori_satker", "jenis"},
	"echelon":            {"eselon", "tingkat_eselon"},
	"province_code":      {"kode_provinsi", "kd_provinsi", "provinsi", "kode_prov", "kdprov", "province", "prov"},
	"regency_code":       {"kode_kabupaten", "kode_kabkota", "kode_kab_kota", "kabupaten_kota", "kode_kabupaten_kota", "kabkota", "kab_kota", "kdkab", "regency", "kode_kota"},
	"staff":              {"jumlah_pegawai", "pegawai", "sdm", "jumlah_sdm", "employees", "jml_pegawai"},
	"service_users":      {"pengguna_layanan", "jumlah_pengguna_layanan", "penerima_layanan", "pengguna", "jumlah_layanan"},
	"budget_idr":         {"anggaran", "pagu", "pagu_anggaran", "anggaran_rp", "anggaran_rupiah", "budget"},
	"opened":             {"tahun_berdiri", "tahun_buka", "dibuka", "berdiri", "tahun_dibentuk"},
	"closed":             {"tahun_tutup", "ditutup", "tutup"},
	"merged_into":        {"digabung_ke", "bergabung_ke", "satker_penerus", "digabung"},
	"cycle":              {"siklus", "tahun", "tahun_siklus", "periode", "tahun_penilaian", "tahun_evaluasi", "year", "ta", "tahun_anggaran"},
	"year":               {"tahun", "cycle", "siklus"},
	"regulation":         {"peraturan", "regulasi", "permenpan", "permenpanrb", "dasar_hukum", "aturan"},
	"layer":              {"lapisan", "lapisan_penilaian", "penilai", "tahap_penilaian", "evaluator"},
	"item_id":            {"butir", "kode_butir", "item", "id_butir", "butir_id", "kode_item", "pertanyaan", "kode_pertanyaan", "id_pertanyaan"},
	"choice":             {"jawaban", "pilihan", "pilihan_jawaban", "opsi", "answer"},
	"value":              {"nilai", "isian", "angka", "jumlah", "nilai_indeks", "nilai_survei", "skor", "hasil"},
	"num":                {"pembilang", "numerator"},
	"den":                {"penyebut", "pembagi", "denominator"},
	"reported_score":     {"nilai_dilaporkan", "skor_dilaporkan", "nilai_laporan", "skor_laporan"},
	"known_on":           {"diketahui", "diketahui_pada", "tanggal_diketahui", "tgl_diketahui", "tersedia_pada"},
	"code":               {"kode", "kode_nilai", "kode_area", "kode_komponen", "komponen", "node"},
	"score":              {"nilai", "skor", "points", "poin"},
	"index":              {"indeks", "jenis_indeks", "jenis_survei", "survei", "nama_indeks"},
	"sd":                 {"simpangan_baku", "standar_deviasi", "std", "stdev", "deviasi_standar", "std_dev"},
	"scale_min":          {"skala_min", "skala_minimum", "skala_bawah"},
	"scale_max":          {"skala_max", "skala_maks", "skala_maksimum", "skala_atas", "skala"},
	"respondents":        {"responden", "jumlah_responden", "jml_responden", "n", "sampel", "n_responden"},
	"population":         {"populasi", "jumlah_populasi"},
	"surveyor":           {"pelaksana_survei", "lembaga_survei", "penyurvei", "pelaksana", "sumber", "source"},
	"period_start":       {"periode_mulai", "mulai", "tanggal_mulai", "awal_periode", "tgl_mulai"},
	"period_end":         {"periode_selesai", "selesai", "tanggal_selesai", "akhir_periode", "tgl_selesai"},
	"target":             {"sasaran", "predikat_diusulkan", "usulan", "kategori", "diusulkan", "predikat"},
	"predicate":          {"predikat", "kategori", "penghargaan", "target"},
	"issuer":             {"penerbit", "pemberi", "diterbitkan_oleh"},
	"stage":              {"tahap", "tahapan", "stage_reached"},
	"entered_on":         {"masuk", "tanggal_masuk", "tgl_masuk", "masuk_pada"},
	"left_on":            {"keluar", "tanggal_keluar", "tgl_keluar", "keluar_pada"},
	"result":             {"hasil", "status", "keputusan"},
	"note":               {"catatan", "keterangan", "ket"},
	"awarded_on":         {"tanggal_penetapan", "ditetapkan", "tgl_penetapan", "tanggal_penghargaan", "ditetapkan_pada"},
	"decree":             {"sk", "nomor_sk", "no_sk", "keputusan", "surat_keputusan"},
	"revoked_on":         {"tanggal_cabut", "dicabut", "tanggal_dicabut", "tgl_cabut", "dicabut_pada"},
	"revoke_reason":      {"alasan_cabut", "alasan_pencabutan", "alasan_dicabut", "alasan"},
	"quota":              {"kuota", "jatah"},
	"evaluator_days":     {"hari_evaluator", "hari_penilai", "oh_evaluator", "hari_orang"},
	"capacity":           {"kapasitas", "daya_tampung"},
	"office_contact":     {"kontak_kantor", "kontak", "alamat_kontak"},
	"host_id":            {"tuan_rumah", "kode_tuan_rumah", "satker_tuan_rumah", "host"},
	"guest_id":           {"tamu", "kode_tamu", "satker_tamu", "guest", "pengunjung"},
	"date":               {"tanggal", "tgl", "tanggal_kunjungan"},
	"area":               {"area_perubahan"},
	"outcome":            {"hasil", "hasil_kunjungan", "luaran"},
	"zone_id":            {"kode_kawasan", "id_kawasan", "kawasan", "kawasan_id"},
	"integration_score":  {"nilai_integrasi", "skor_integrasi", "integrasi"},
	"bpk_opinion":        {"opini_bpk", "opini", "opini_lk"},
	"sakip":              {"nilai_sakip", "akip", "nilai_akip"},
	"rb_index":           {"indeks_rb", "nilai_rb", "indeks_reformasi_birokrasi", "rb"},
	"spip_level":         {"level_spip", "maturitas_spip", "spip", "tingkat_maturitas_spip"},
	"core_service":       {"layanan_utama", "core_business", "layanan_inti"},
	"significant_impact": {"dampak_signifikan", "dampak"},
	"tlhp_pct":           {"tlhp", "persen_tlhp", "tlhp_persen", "tindak_lanjut_hasil_pemeriksaan"},
	"lhkpn_pct":          {"lhkpn", "persen_lhkpn", "lhkpn_persen", "kepatuhan_lhkpn"},
	"lhkasn_pct":         {"lhkasn", "lhkan", "persen_lhkasn", "lhkasn_persen", "kepatuhan_lhkasn"},
	"zi_started":         {"mulai_zi", "tahun_mulai_zi", "tahun_pencanangan", "pencanangan", "mulai_membangun_zi"},
	"sakip_internal":     {"sakip_unit", "nilai_sakip_internal", "akip_internal", "evaluasi_sakip_internal"},
	"place_code":         {"kode_kemendagri", "kode_wilayah"},
	"internal":           {"penilaian_internal", "nilai_internal"},
	"external":           {"eksternal", "penilaian_eksternal", "nilai_eksternal"},
	"expert":             {"eksper", "ahli", "penilaian_ahli", "pakar"},
}

// fileWords are words in a file's name that hint at its dataset.
var fileWords = map[string][]string{
	"agencies": {"agencies", "agency", "instansi"}, "units": {"units", "satker", "unit_kerja"},
	"gates": {"gates", "syarat_instansi"}, "unit_gates": {"unit_gates", "syarat_satker", "syarat_unit"},
	"answers": {"answers", "jawaban", "lke"}, "scores": {"scores", "nilai", "skor"}, "surveys": {"surveys", "survei", "survey"},
	"nominations": {"nominations", "usulan", "pengusulan"}, "awards": {"awards", "predikat", "penetapan", "penghargaan"},
	"quotas": {"quotas", "kuota"}, "hosts": {"hosts", "tuan_rumah"}, "visits": {"visits", "kunjungan", "studi_tiru"},
	"zones": {"zones", "kawasan"}, "spi": {"spi"},
}

// normal spells a header, a word or a name the one way the tables here use:
// lower case, everything but letters and digits an underscore.
func normal(s string) string {
	fields := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(fields, "_")
}

// header is the first row of a table with its names spelled as by normal.
type header struct {
	cells []string
	names []string
	at    map[string]int // by name, the first cell of that name
}

func newHeader(cells []string) *header {
	h := &header{cells: cells, at: map[string]int{}}
	for i, c := range cells {
		n := normal(c)
		h.names = append(h.names, n)
		if _, ok := h.at[n]; !ok && n != "" {
			h.at[n] = i
		}
	}
	return h
}

// mapping says which cell of a row fills which column of a dataset.
type mapping struct {
	schema *schema
	header *header
	at     []int    // by column: the index of its cell, -1 where the file has none
	fill   []string // by column: what stands in for the cell then
	used   map[int]bool
}

func (m *mapping) has(name string) bool {
	i, ok := m.schema.index[name]
	return ok && (m.at[i] >= 0 || m.fill[i] != "")
}

// newMapping matches a header with a dataset. A column's own name comes before
// any alias, so that "agency_name" beside "name" is not taken for it.
func newMapping(s *schema, h *header, fill map[string]string) *mapping {
	m := &mapping{schema: s, header: h, at: make([]int, len(s.columns)), fill: make([]string, len(s.columns)), used: map[int]bool{}}
	for i := range s.columns {
		m.at[i] = -1
	}
	m.fit()
	for i, c := range s.columns {
		if m.at[i] < 0 {
			m.fill[i] = fill[c.name]
		}
	}
	return m
}

// fit finds cells for the columns that have none.
func (m *mapping) fit() {
	for i, c := range m.schema.columns {
		if m.at[i] < 0 {
			m.match(i, c.name)
		}
	}
	for i, c := range m.schema.columns {
		for _, a := range aliases[c.name] {
			if m.at[i] < 0 {
				m.match(i, a)
			}
		}
	}
}

// grow takes in what was added at a header's end since, and reports the cells
// that fill no column.
func (m *mapping) grow(cells []string) []data.Problem {
	from := len(m.header.cells)
	m.header = newHeader(cells)
	m.fit()
	return m.unusedFrom(from)
}

func (m *mapping) match(column int, name string) {
	if j, ok := m.header.at[name]; ok && !m.used[j] {
		m.at[column], m.used[j] = j, true
	}
}

// problems reports the cells of the header that fill no column.
func (m *mapping) problems() []data.Problem { return m.unusedFrom(0) }

func (m *mapping) unusedFrom(from int) []data.Problem {
	var out []data.Problem
	for j, n := range m.header.names {
		if j >= from && !m.used[j] && n != "" {
			out = append(out, m.unused(m.header.cells[j], n))
		}
	}
	return out
}

func (m *mapping) unused(cell, name string) data.Problem {
	p := data.Problem{Code: "unknown-column", Severity: data.Flagged, Dataset: m.schema.dataset, Value: cell}
	best := min(len(name)/2+1, 8)
	for _, c := range m.schema.columns {
		if c.name == name || slices.Contains(aliases[c.name], name) {
			p.Code, p.Want = "repeated-column", c.name
			return p
		}
		if d := len(name) - len(c.name); d >= best || -d >= best {
			continue
		}
		if d := data.Edits(name, c.name); d < best {
			best, p.Want = d, c.name
		}
	}
	p.Want = cmp.Or(p.Want, m.free())
	return p
}

// free lists the columns the file does not have.
func (m *mapping) free() string {
	var names []string
	for i, c := range m.schema.columns {
		if m.at[i] < 0 {
			names = append(names, c.name)
		}
	}
	return cmp.Or(strings.Join(names, ", "), "-")
}

// maxColumns is far above what any dataset has; a wider table is none of ours.
const maxColumns = 1000

// recognise finds the dataset a header belongs to: the one it has most columns
// of, a missing required column weighing more than an extra one.
func recognise(cells []string, fileName string, fill map[string]string) (*mapping, *data.Problem) {
	unknown := &data.Problem{Code: "unknown-dataset", Severity: data.Failed, Value: strings.Join(cells[:min(len(cells), 50)], ", "), Want: "-"}
	if len(cells) > maxColumns {
		return nil, unknown
	}
	h := newHeader(cells)
	var best *mapping
	bestWeight, tied := 0, false
	for _, s := range schemas() {
		m := newMapping(s, h, fill)
		weight := 5*len(m.used) - 6*len(s.missing(m.has))
		if hints(fileName, s.dataset) {
			weight += 5
		}
		if best == nil || weight > bestWeight {
			best, bestWeight, tied = m, weight, false
		} else if weight == bestWeight {
			tied = true
		}
	}
	missing := best.schema.missing(best.has)
	switch {
	case len(best.used) < 2 || tied || len(missing) >= len(best.used):
		if len(best.used) > 0 {
			unknown.Want = best.schema.dataset
		}
		return nil, unknown
	case len(missing) > 0:
		return nil, &data.Problem{
			Code: "missing-column", Severity: data.Failed, Dataset: best.schema.dataset,
			Value: strings.Join(missing, ", "), Want: strings.Join(missing, ", "),
		}
	}
	return best, nil
}

// hints reports whether a file is named after a dataset, or lies in a folder
// that is.
func hints(fileName, dataset string) bool {
	name := "_" + normal(fileName) + "_"
	if dataset == "gates" && strings.Contains(name, "_unit_gates_") {
		return false
	}
	return slices.ContainsFunc(fileWords[dataset], func(w string) bool { return strings.Contains(name, "_"+w+"_") })
}
