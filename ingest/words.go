package ingest

import (
	"regexp"
	"slices"
	"sync"

	"tolok/data"
)

// synonyms are common spellings of the words columns are limited to, by
// column, normalised as by normal. Those that differ from the word in case,
// spaces or dots only need no line here.
var synonyms = map[string]map[string]string{
	"kind": {
		"kab": "kabupaten", "pemkab": "kabupaten", "pemerintah_kabupaten": "kabupaten", "regency": "kabupaten",
		"pemkot": "kota", "pemerintah_kota": "kota", "city": "kota",
		"prov": "provinsi", "pemprov": "provinsi", "pemerintah_provinsi": "provinsi", "province": "provinsi", "propinsi": "provinsi",
		"ministry": "kementerian", "kemen": "kementerian", "k": "kementerian", "kementrian": "kementerian",
		"lpnk": "lembaga", "lns": "lembaga", "badan": "lembaga", "institution": "lembaga", "l": "lembaga",
	},
	"layer": {
		"mandiri": data.Self, "penilaian_mandiri": data.Self, "unit": data.Self, "satker": data.Self, "unit_kerja": data.Self,
		"itjen": data.TPI, "inspektorat": data.TPI, "inspektorat_jenderal": data.TPI, "apip": data.TPI, "tim_penilai_internal": data.TPI, "internal": data.TPI,
		"nasional": data.TPN, "tim_penilai_nasional": data.TPN, "kemenpanrb": data.TPN, "kemenpan_rb": data.TPN,
	},
	"target": {
		"wilayah_bebas_dari_korupsi": data.WBK, "menuju_wbk": data.WBK, "zi_wbk": data.WBK, "wbk_mandiri": data.WBK, "wbk_nasional": data.WBK,
		"wilayah_birokrasi_bersih_dan_melayani": data.WBBM, "wilayah_birokrasi_bersih_melayani": data.WBBM, "menuju_wbbm": data.WBBM, "zi_wbbm": data.WBBM,
	},
	"issuer": {
		"nas": "nasional", "national": "nasional", "kemenpanrb": "nasional", "kemenpan_rb": "nasional", "menpan": "nasional", "menpanrb": "nasional",
		"kementerian_panrb": "nasional", "tpn": "nasional", "wbk_nasional": "nasional",
		"wbk_mandiri": "mandiri", "instansi": "mandiri", "internal": "mandiri", "self": "mandiri", "own": "mandiri",
	},
	"stage": {
		"pencanangan_zi": "pencanangan", "pembangunan_zi": "pembangunan", "penilaian_mandiri": "mandiri", "self": "mandiri",
		"penilaian_tpi": "tpi", "itjen": "tpi", "inspektorat": "tpi", "evaluasi_tpi": "tpi",
		"usulan": "pengusulan", "diusulkan": "pengusulan", "seleksi_administrasi": "administrasi", "adm": "administrasi", "administration": "administrasi",
		"survey": "survei", "survei_persepsi": "survei", "evaluasi_dokumen": "desk", "desk_evaluation": "desk", "desk_evaluasi": "desk", "dokumen": "desk",
		"interview": "wawancara", "verifikasi_lapangan": "lapangan", "verlap": "lapangan", "visitasi": "lapangan", "field": "lapangan",
		"panel_pleno": "panel", "pleno": "panel", "rapat_panel": "panel", "award": "penetapan", "ditetapkan": "penetapan",
		"monitoring": "pemantauan", "cabut": "dicabut", "pencabutan": "dicabut", "revoked": "dicabut",
	},
	"result": {
		"proses": "berjalan", "dalam_proses": "berjalan", "sedang_berjalan": "berjalan", "ongoing": "berjalan", "running": "berjalan",
		"lolos": "lulus", "passed": "lulus", "pass": "lulus", "memenuhi": "lulus",
		"lulus_dgn_catatan": "lulus_catatan", "lulus_dg_catatan": "lulus_catatan", "lulus_dng_catatan": "lulus_catatan", "lulus_d_catatan": "lulus_catatan", "lulus_dengan_catatan": "lulus_catatan", "lolos_dengan_catatan": "lulus_catatan", "lulus_bersyarat": "lulus_catatan", "passed_with_notes": "lulus_catatan",
		"gagal": "tidak_lulus", "tdk_lulus": "tidak_lulus", "tidak_lolos": "tidak_lulus", "tidak_memenuhi": "tidak_lulus", "gugur": "tidak_lulus", "failed": "tidak_lulus", "fail": "tidak_lulus",
		"mundur": "ditarik", "mengundurkan_diri": "ditarik", "withdrawn": "ditarik", "masa_sanggah": "sanggah", "appeal": "sanggah",
	},
	"index": {
		"spak": "IPAK", "indeks_persepsi_anti_korupsi": "IPAK", "indeks_persepsi_antikorupsi": "IPAK", "ipk": "IPAK", "survei_persepsi_anti_korupsi": "IPAK",
		"spkp": "IPKP", "indeks_persepsi_kualitas_pelayanan": "IPKP", "survei_persepsi_kualitas_pelayanan": "IPKP",
		"skm": "IKM", "indeks_kepuasan_masyarakat": "IKM", "survei_kepuasan_masyarakat": "IKM",
	},
	"bpk_opinion": {
		"wajar_tanpa_pengecualian": "WTP", "wtp_dpp": "WTP", "wtp_dengan_paragraf_penjelas": "WTP", "wajar_dengan_pengecualian": "WDP",
		"tidak_wajar": "TW", "tidak_memberikan_pendapat": "TMP", "tidak_menyatakan_pendapat": "TMP", "disclaimer": "TMP",
	},
	"area": {
		"manajemen_perubahan": "MP", "penataan_tatalaksana": "TT", "tatalaksana": "TT", "penataan_sistem_manajemen_sdm": "SDM",
		"penataan_sistem_manajemen_sdm_aparatur": "SDM", "manajemen_sdm": "SDM", "penguatan_akuntabilitas": "AK", "akuntabilitas": "AK",
		"penguatan_pengawasan": "PW", "pengawasan": "PW", "peningkatan_kualitas_pelayanan_publik": "PP", "pelayanan_publik": "PP",
	},
	"unit_type": {
		"kpp": "kantor_pajak", "kpp_pratama": "kantor_pajak", "kpp_madya": "kantor_pajak", "kpbc": "kantor_bea_cukai", "kppbc": "kantor_bea_cukai",
		"pn": "pengadilan_umum", "pengadilan_negeri": "pengadilan_umum", "pa": "pengadilan_agama", "ptun": "pengadilan_tun", "dilmil": "pengadilan_militer",
		"kejari": "kejaksaan", "kejati": "kejaksaan", "polresta": "polres", "polrestabes": "polres", "rutan": "lapas", "lembaga_pemasyarakatan": "lapas",
		"kantor_imigrasi": "imigrasi", "kanim": "imigrasi", "kantah": "pertanahan", "kantor_pertanahan": "pertanahan", "bpn": "pertanahan",
		"kankemenag": "kemenag_kabkota", "man": "madrasah", "mtsn": "madrasah", "min": "madrasah", "universitas": "perguruan_tinggi", "politeknik": "perguruan_tinggi",
		"ksop": "pelabuhan", "upbu": "bandara", "bbpom": "bpom_balai", "bpom": "bpom_balai", "rs": "rs_vertikal", "rsup": "rs_vertikal",
		"disdukcapil": "dukcapil", "dpmptsp": "ptsp", "dinas_pendidikan": "disdik", "dinas_tenaga_kerja": "disnaker", "bps": "bps_daerah",
		"other": "lainnya", "lain": "lainnya", "lain_lain": "lainnya",
	},
}

// wordList finds the word of a column's list that a normalised spelling means.
type wordList map[string]string

var wordLists = sync.OnceValue(func() map[string]wordList {
	lists := map[string][]string{
		"kind": data.Kinds, "layer": data.Layers, "target": data.Targets, "predicate": data.Targets, "issuer": data.Issuers,
		"stage": data.Stages, "result": data.Results, "index": data.Indexes, "bpk_opinion": data.BPKOpinions, "area": data.Areas,
		"regulation": data.Regulations, "unit_type": nil,
	}
	all := map[string]wordList{}
	for column, words := range lists {
		same := column
		if column == "predicate" {
			same = "target"
		}
		l := wordList{}
		for spelling, w := range synonyms[same] {
			l[spelling] = w
		}
		for _, w := range words {
			l[w], l[normal(w)] = w, w
		}
		all[column] = l
	}
	for _, t := range data.UnitTypes() {
		for _, name := range []string{t.Code, t.NameID, t.NameEN} {
			all["unit_type"][normal(name)] = t.Code
		}
	}
	return all
})

// regulationName finds "90/2021" in "PermenPANRB Nomor 90 Tahun 2021".
var regulationName = regexp.MustCompile(`(\d{1,3})\D+(20\d\d)`)

// readWord gives the word of the column's list that a cell means, or the cell
// itself where it means none: then the record's Validate says so.
func readWord(column, cell string) string {
	list := wordLists()[column]
	if w, ok := list[cell]; ok { // nearly always
		return w
	}
	if w, ok := list[normal(cell)]; ok {
		return w
	}
	if column == "regulation" {
		if m := regulationName.FindStringSubmatch(cell); m != nil && slices.Contains(data.Regulations, m[1]+"/"+m[2]) {
			return m[1] + "/" + m[2]
		}
	}
	return cell
}

// flags are the words for yes and no.
var flags = map[string]bool{
	"ya": true, "y": true, "yes": true, "true": true, "benar": true, "1": true, "ada": true,
	"tidak": false, "t": false, "tdk": false, "no": false, "n": false, "false": false, "salah": false, "0": false, "bukan": false,
}

// readProvince repairs what spreadsheets do to a province's code.
func readProvince(cell string) string {
	if data.IsProvince(cell) {
		return cell
	}
	if code, zeros := cutPoint(cell); zeros == "0" || zeros == "00" {
		if data.IsProvince(code) {
			return code
		}
	}
	return cell
}

// readRegency repairs what spreadsheets do to a regency's code: 11.10 turned
// into the number 11.1, or written without its point.
func readRegency(cell string) string {
	if _, ok := data.RegencyByCode(cell); ok {
		return cell
	}
	province, rest := cutPoint(cell)
	var code string
	switch {
	case rest == "" && len(province) == 4:
		code = province[:2] + "." + province[2:]
	case len(province) == 2 && len(rest) == 1:
		code = province + "." + rest + "0"
	case len(province) == 2 && len(rest) == 2:
		code = province + "." + rest
	}
	if _, ok := data.RegencyByCode(code); ok {
		return code
	}
	return cell
}

// cutPoint cuts a code at its point, or at the comma a spreadsheet made of it.
func cutPoint(s string) (before, after string) {
	for i, r := range s {
		if r == '.' || r == ',' {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}
