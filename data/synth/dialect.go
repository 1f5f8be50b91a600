package synth

import "strings"

// dialect is how one agency writes its files.
type dialect struct {
	name         string
	separator    rune // 0 is a comma
	decimalComma bool
	dayFirst     bool // 31/12/2024
	mark         bool // a byte order mark at the beginning
	windows      bool // Windows-1252 with CRLF
	indonesian   bool // headings in Indonesian
	gzip         bool
	portal       bool // worksheets since portalFrom as saved answers of PortalRB
}

// dialects go round the agencies of a mixed programme, by their number.
var dialects = []dialect{
	{name: "plain"},
	{name: "excel", separator: ';', decimalComma: true, dayFirst: true},
	{name: "portal", portal: true},
	{name: "mark", mark: true},
	{name: "indonesian", indonesian: true},
	{name: "gzip", gzip: true},
	{name: "plain"},
	{name: "tab", separator: '\t'},
	{name: "windows", separator: ';', decimalComma: true, windows: true},
	{name: "plain"},
	{name: "indonesian-excel", separator: ';', decimalComma: true, indonesian: true, mark: true},
	{name: "plain"},
	{name: "tab-windows", separator: '\t', windows: true, dayFirst: true},
	{name: "plain"},
	{name: "gzip-excel", separator: ';', decimalComma: true, gzip: true},
	{name: "plain"},
}

// headings are the Indonesian names of columns, as agencies write them.
var headings = map[string]string{
	"agency_id": "kode_instansi", "name": "nama", "kind": "jenis_instansi", "province_code": "kode_provinsi",
	"unit_id": "kode_satker", "unit_type": "jenis_satker", "echelon": "eselon", "regency_code": "kode_kabupaten",
	"staff": "jumlah_pegawai", "service_users": "pengguna_layanan", "budget_idr": "anggaran", "opened": "tahun_buka", "closed": "tahun_tutup", "merged_into": "digabung_ke",
	"cycle": "siklus", "regulation": "peraturan", "layer": "lapisan", "item_id": "kode_butir", "choice": "jawaban",
	"value": "nilai", "num": "pembilang", "den": "penyebut", "known_on": "diketahui_pada",
	"respondents": "jumlah_responden", "population": "populasi", "surveyor": "penyurvei", "target": "usulan", "result": "hasil", "note": "catatan",
}

func (d *dialect) comma() rune {
	if d.separator == 0 {
		return ','
	}
	return d.separator
}

// ending is that of its files' names.
func (d *dialect) ending() string {
	if d.gzip {
		return ".csv.gz"
	}
	return ".csv"
}

func (d *dialect) heading(column string) string {
	if h, ok := headings[column]; ok && d.indonesian {
		return h
	}
	return column
}

func (d *dialect) number(s string) string {
	if d.decimalComma {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

// text puts a cell into the dialect's encoding. The dash is the only character
// beyond ASCII that the simulation writes.
func (d *dialect) text(s string) string {
	if d.windows {
		return strings.ReplaceAll(s, "–", "\x96")
	}
	return s
}
