package synth

import (
	"fmt"
	"slices"
	"strings"

	"tolok/data"
)

// agency is one agency of the simulation.
type agency struct {
	data.Agency
	at     int  // its number
	local  bool // of a province, kabupaten or kota
	model  model
	units  []*unit
	sender dialect

	quality   level // what lasts
	zeal      level // how much it pushes its units to build and apply
	inflation level // what its inspectorate adds, this year
	leaning   level // what the inflation returns to
	governs   level // SAKIP and RB index
	keeps     bool  // kept the items of its worksheets before 2019
	mandiri   bool  // awards WBK itself from 2023
	typesRate bool  // writes its own tool's item scores beside the answers
	scale     int   // which scale it publishes surveys on
}

// model is a kind of agency before it has a name: which offices it has, in
// which numbers at full size.
type model struct {
	id, name, kind string
	province       string // of local governments
	regency        string
	push           level // zeal beyond its kind's
	offices        []office
}

// office is a number of units of one type.
type office struct {
	unitType string
	count    int
	reach    reach
}

// reach says where the offices of a type are.
type reach int

const (
	centre    reach = iota // all in the capital
	provinces              // spread over provinces' capitals
	regencies              // spread over kabupaten and kota
)

// ministries and institutions with offices all over the country, by what
// they do. The names are invented; the functions are those of any state.
var fieldModels = []model{
	{kind: "kementerian", name: "Kementerian Perbendaharaan", push: 900 * milli, offices: []office{{"kantor_pajak", 350, regencies}, {"kppn", 180, regencies}, {"kantor_bea_cukai", 100, regencies}, {"kpknl", 70, regencies}, {"direktorat_pusat", 50, centre}, {"balai_diklat", 12, provinces}}},
	{kind: "kementerian", name: "Kementerian Pemasyarakatan dan Keimigrasian", push: 800 * milli, offices: []office{{"lapas", 640, regencies}, {"imigrasi", 130, regencies}, {"bapas", 90, regencies}, {"direktorat_pusat", 40, centre}}},
	{kind: "kementerian", name: "Kementerian Urusan Keagamaan", push: -300 * milli, offices: []office{{"kemenag_kabkota", 514, regencies}, {"madrasah", 3900, regencies}, {"perguruan_tinggi", 60, provinces}, {"direktorat_pusat", 40, centre}}},
	{kind: "kementerian", name: "Kementerian Tata Ruang dan Agraria", push: 300 * milli, offices: []office{{"pertanahan", 490, regencies}, {"direktorat_pusat", 40, centre}}},
	{kind: "kementerian", name: "Kementerian Angkutan", push: 200 * milli, offices: []office{{"pelabuhan", 280, regencies}, {"bandara", 140, regencies}, {"direktorat_pusat", 45, centre}, {"balai_diklat", 20, provinces}}},
	{kind: "kementerian", name: "Kementerian Layanan Kesehatan", push: 500 * milli, offices: []office{{"rs_vertikal", 40, provinces}, {"lainnya", 120, provinces}, {"perguruan_tinggi", 38, provinces}, {"direktorat_pusat", 40, centre}}},
	{kind: "kementerian", name: "Kementerian Pendidikan Lanjut", offices: []office{{"perguruan_tinggi", 150, provinces}, {"lainnya", 90, provinces}, {"direktorat_pusat", 45, centre}}},
	{kind: "kementerian", name: "Kementerian Hutan dan Lingkungan", push: 100 * milli, offices: []office{{"balai_taman_nasional", 90, provinces}, {"lainnya", 180, provinces}, {"direktorat_pusat", 45, centre}}},
	{kind: "kementerian", name: "Kementerian Laut dan Perikanan", push: 300 * milli, offices: []office{{"pelabuhan_perikanan", 60, regencies}, {"lainnya", 90, provinces}, {"direktorat_pusat", 40, centre}}},
	{kind: "lembaga", name: "Lembaga Peradilan", push: 900 * milli, offices: []office{{"pengadilan_umum", 380, regencies}, {"pengadilan_agama", 410, regencies}, {"pengadilan_tun", 30, provinces}, {"pengadilan_militer", 22, provinces}, {"pengadilan_tinggi", 68, provinces}}},
	{kind: "lembaga", name: "Lembaga Penuntutan", push: 800 * milli, offices: []office{{"kejaksaan", 540, regencies}, {"direktorat_pusat", 30, centre}}},
	{kind: "lembaga", name: "Lembaga Kepolisian", push: 800 * milli, offices: []office{{"polres", 500, regencies}, {"polda", 170, provinces}, {"direktorat_pusat", 40, centre}}},
	{kind: "lembaga", name: "Badan Statistik", push: 700 * milli, offices: []office{{"bps_daerah", 510, regencies}, {"direktorat_pusat", 40, centre}}},
	{kind: "lembaga", name: "Badan Karantina", push: 400 * milli, offices: []office{{"karantina", 110, regencies}, {"direktorat_pusat", 20, centre}}},
	{kind: "lembaga", name: "Badan Obat dan Pangan", push: 900 * milli, offices: []office{{"bpom_balai", 75, regencies}, {"direktorat_pusat", 25, centre}}},
	{kind: "lembaga", name: "Badan Kepegawaian", push: 300 * milli, offices: []office{{"kanreg_bkn", 16, provinces}, {"direktorat_pusat", 30, centre}, {"balai_diklat", 4, provinces}}},
}

// Fields of work of the agencies that are mostly a head office.
var (
	ministryFields    = strings.Split("Perencanaan,Perdagangan Luar,Perindustrian,Ketenagakerjaan,Energi,Pertanian,Pekerjaan Umum,Perumahan,Desa,Koperasi,Pariwisata,Kebudayaan,Pemuda,Sosial,Perempuan dan Anak,Komunikasi,Riset,Investasi,Hukum,Pertahanan,Hubungan Luar,Dalam Negeri,Kependudukan,Transmigrasi,Haji", ",")
	institutionFields = strings.Split("Arsip,Perpustakaan,Meteorologi,Geospasial,Antariksa,Tenaga Nuklir,Standar,Akreditasi,Pengawasan Keuangan,Pelatihan Aparatur,Siber,Penanggulangan Bencana,Pencarian dan Pertolongan,Narkotika,Terorisme,Keamanan Laut,Kebijakan Pengadaan,Penyiaran,Ombudsman Daerah,Pemilihan,Pengawas Pemilihan,Hak Asasi,Persaingan Usaha,Informasi,Yudisial,Pemeriksaan,Jaminan Sosial,Zakat,Halal,Pangan,Gizi,Kelautan,Restorasi Gambut,Perlindungan Pekerja,Pengembangan Wilayah,Otorita Kota,Sandi,Olahraga", ",")
)

var (
	headOffice     = []office{{"direktorat_pusat", 45, centre}, {"balai_diklat", 8, provinces}, {"inspektorat", 1, centre}, {"lainnya", 70, provinces}}
	smallHead      = []office{{"direktorat_pusat", 28, centre}, {"inspektorat", 1, centre}, {"lainnya", 36, provinces}}
	provinceOffice = []office{{"samsat", 14, regencies}, {"rsud", 5, regencies}, {"disdik", 8, regencies}, {"ptsp", 1, centre}, {"disnaker", 3, regencies}, {"dinas_lain", 38, centre}, {"inspektorat", 1, centre}}
	regencyOffice  = []office{{"puskesmas", 19, regencies}, {"dukcapil", 1, regencies}, {"ptsp", 1, regencies}, {"rsud", 2, regencies}, {"disdik", 3, regencies}, {"disnaker", 1, regencies}, {"dinas_lain", 26, regencies}, {"inspektorat", 1, regencies}}
)

// simulated marks every name.
func simulated(name string) string { return name + " (simulasi)" }

// allAgencies lists the models by kind; the first of each kind are the ones a
// small programme has.
func allAgencies() []model {
	var list []model
	number := map[string]int{}
	add := func(m model) {
		number[m.kind]++
		if m.id == "" {
			m.id = fmt.Sprintf("SIM-%s%02d", strings.ToUpper(m.kind[:1]), number[m.kind])
		}
		m.name = simulated(m.name)
		list = append(list, m)
	}
	for _, kind := range []string{"kementerian", "lembaga"} {
		for _, m := range fieldModels {
			if m.kind == kind {
				add(m)
			}
		}
		fields, first, offices := ministryFields, "Kementerian ", headOffice
		if kind == "lembaga" {
			fields, first, offices = institutionFields, "Badan ", smallHead
		}
		for _, f := range fields {
			add(model{kind: kind, name: first + f, offices: offices})
		}
	}
	for _, p := range data.Provinces() {
		add(model{kind: "provinsi", id: "SIM-" + p.Code, name: "Pemerintah Provinsi " + p.Name, province: p.Code, offices: provinceOffice})
	}
	for _, kind := range []string{"kabupaten", "kota"} {
		for _, r := range spread(data.Regencies()) {
			if strings.HasPrefix(strings.ToLower(r.Name), kind) {
				add(model{kind: kind, id: "SIM-" + strings.ReplaceAll(r.Code, ".", ""), name: "Pemerintah " + r.Name, province: r.Province, regency: r.Code, offices: regencyOffice})
			}
		}
	}
	return list
}

// spread orders regencies such that every province has its turn before any
// has a second one.
func spread(all []data.Regency) []data.Regency {
	turn, seen := make([]int, len(all)), map[string]int{}
	order := make([]int, len(all))
	for i, r := range all {
		turn[i], order[i] = seen[r.Province], i
		seen[r.Province]++
	}
	slices.SortStableFunc(order, func(a, b int) int { return turn[a] - turn[b] })
	out := make([]data.Regency, len(all))
	for i, at := range order {
		out[i] = all[at]
	}
	return out
}

// chooseAgencies takes n models, at least one of each kind, and every province
// as soon as there is room. Ministries and institutions have most of the units
// of interest, so a small programme keeps a larger share of them.
func chooseAgencies(n int) []model {
	byKind := map[string][]model{}
	for _, m := range allAgencies() {
		byKind[m.kind] = append(byKind[m.kind], m)
	}
	size := func(i int) int { return len(byKind[data.Kinds[i]]) }
	national := max(1, n*12/100)
	counts := []int{min(size(0), national), min(size(1), national), max(1, n*size(2)/len(allAgencies())), 0, 0}
	if n >= 2*size(2) {
		counts[2] = size(2)
	}
	rest := n - counts[0] - counts[1] - counts[2]
	counts[4] = min(max(1, rest*size(4)/(size(3)+size(4))), size(4))
	counts[3] = rest - counts[4]
	var list []model
	for i, k := range data.Kinds {
		list = append(list, byKind[k][:counts[i]]...)
	}
	return list
}
