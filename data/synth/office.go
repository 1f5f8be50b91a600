package synth

import (
	"fmt"
	"strings"

	"tolok/data"
)

// measure is the usual size of a unit of a type; head offices and schools
// differ more among themselves than courts do.
type measure struct {
	staff, users int64 // medians; users a year
	cost         int64 // median budget for each of the staff, million rupiah a year
	sd           level // of the logarithm of staff
	echelon      string
}

// measures by the family of a unit type; typeMeasures where a type differs
// much. Orders of magnitude only.
var (
	measures = map[string]measure{
		"keuangan": {95, 40_000, 210, 350 * milli, "III"}, "peradilan": {45, 3_500, 190, 400 * milli, "II"},
		"hukum": {90, 12_000, 170, 500 * milli, "III"}, "layanan": {40, 25_000, 130, 450 * milli, "III"},
		"pendidikan": {60, 900, 110, 500 * milli, "III"}, "lingkungan": {70, 2_500, 180, 400 * milli, "III"},
		"perhubungan": {65, 60_000, 260, 600 * milli, "III"}, "pangan": {55, 6_000, 190, 450 * milli, "III"},
		"kesehatan": {60, 30_000, 140, 500 * milli, "IV"}, "statistik": {30, 1_200, 210, 300 * milli, "III"},
		"aparatur": {80, 20_000, 170, 300 * milli, "II"}, "pemerintahan": {55, 4_000, 190, 600 * milli, "II"},
		"lainnya": {50, 3_000, 180, 600 * milli, "III"},
	}
	typeMeasures = map[string]measure{
		"polres": {550, 45_000, 160, 350 * milli, "III"}, "polda": {250, 20_000, 180, 450 * milli, "II"},
		"rsud": {420, 90_000, 320, 600 * milli, "III"}, "rs_vertikal": {1500, 250_000, 520, 400 * milli, "II"},
		"perguruan_tinggi": {480, 14_000, 330, 800 * milli, "II"}, "madrasah": {38, 450, 95, 450 * milli, ""},
		"direktorat_pusat": {75, 1_500, 650, 450 * milli, "II"}, "samsat": {45, 110_000, 150, 400 * milli, "III"},
		"dukcapil": {60, 80_000, 120, 350 * milli, "II"}, "inspektorat": {60, 300, 170, 350 * milli, "II"},
	}
)

// size draws how large the unit is, and when it was opened and closed.
func (u *unit) size(s *stream) {
	m, ok := typeMeasures[u.UnitType]
	if !ok {
		m = measures[u.kind.Family]
	}
	u.Echelon = m.echelon
	staff := s.lognormal(m.staff, m.sd) + 4
	users := tidy(s.lognormal(m.users, 700*milli))
	budget := tidy(staff*s.lognormal(m.cost, 350*milli)) * 1_000_000
	u.Staff, u.ServiceUsers, u.BudgetIDR = &staff, &users, &budget
	if s.chance(30 * milli) { // not every office counts those who come
		u.ServiceUsers = nil
	}
	if s.chance(20 * milli) {
		year := int32(FirstCycle + s.below(9))
		u.Opened = &year
	} else if s.chance(300 * milli) {
		year := int32(s.between(1950, 2012))
		u.Opened = &year
	}
	if u.Opened == nil && s.chance(12*milli) {
		year := int32(FirstCycle + 2 + s.below(8))
		u.Closed = &year
	}
}

// tidy keeps three leading digits: nobody counts more exactly.
func tidy(n int64) int64 {
	unit := int64(1)
	for n/unit >= 1000 {
		unit *= 10
	}
	return n / unit * unit
}

// mergeSome lets half of the closed units go into another one of their agency
// and type.
func (w *world) mergeSome() {
	for _, u := range w.units {
		if u.Closed == nil || u.at%2 == 1 {
			continue
		}
		for _, other := range u.agency.units {
			if other.UnitType == u.UnitType && other.Closed == nil && other.open(int(*u.Closed)) {
				u.MergedInto = other.UnitID
				break
			}
		}
	}
}

// Words that names of places within a regency are made of; hills, rivers and
// hopes that occur all over the country.
var (
	placeFirst  = strings.Fields("Suka Mekar Tanjung Karang Harapan Sumber Bukit Muara Sido Wana Batu Kampung Pasar Padang Teluk Sungai Giri Taman Kota Lembah")
	placeSecond = strings.Fields("Maju Sari Jaya Indah Baru Makmur Mulya Asri Tengah Timur Barat Utara Selatan Raya Permai Sentosa Damai Lestari Agung Bersih")
	headFields  = strings.Fields("Perencanaan Keuangan Kepegawaian Hukum Organisasi Umum Data Pengembangan Standardisasi Pembinaan Pelayanan Perizinan Kerjasama Pengendalian Evaluasi Informasi Fasilitasi Kelembagaan Pengadaan Sertifikasi")
	localFields = strings.Fields("Kesehatan Pertanian Perhubungan Sosial Lingkungan Pariwisata Perdagangan Perumahan Perpustakaan Pangan Perikanan Kebudayaan Pemuda Statistik Pendapatan Keuangan Kebencanaan Koperasi Kearsipan Komunikasi")
)

// unitName names a unit after its type and place; nth counts the units of one
// type in one place.
func unitName(u *unit, o office, place data.Regency, nth int) string {
	from := func(list []string, n int) string { return list[n%len(list)] }
	i := nth - 1
	switch {
	case u.UnitType == "direktorat_pusat":
		return fmt.Sprintf("Direktorat %s%s, %s", from(headFields, i), ordinal(i/len(headFields)), u.agency.Name)
	case u.UnitType == "dinas_lain":
		return fmt.Sprintf("Dinas %s%s %s", from(localFields, i), ordinal(i/len(localFields)), seat(u.agency, place))
	case u.UnitType == "inspektorat":
		return "Inspektorat" + ordinal(i) + " " + u.agency.Name
	case u.agency.local && o.reach == regencies && (u.UnitType == "puskesmas" || nth > 1):
		village := from(placeFirst, i*7+u.agency.at) + strings.ToLower(from(placeSecond, i*3+i/20+u.agency.at))
		return fmt.Sprintf("%s %s, %s", officeName(u), village+ordinal(i/380), place.Name)
	}
	return officeName(u) + " " + seat(u.agency, place) + ordinal(i)
}

// officeNames are what one office calls itself where its type names several
// kinds at once.
var officeNames = map[string]string{
	"balai_taman_nasional": "Balai KSDA",
	"bps_daerah":           "Badan Pusat Statistik",
	"disdik":               "Dinas Pendidikan",
	"disnaker":             "Dinas Tenaga Kerja",
	"kejaksaan":            "Kejaksaan Negeri",
	"lapas":                "Lembaga Pemasyarakatan",
	"lainnya":              "Unit Layanan",
	"pengadilan_tinggi":    "Pengadilan Tinggi",
	"polda":                "Kepolisian Daerah",
}

func officeName(u *unit) string {
	if n, ok := officeNames[u.UnitType]; ok {
		return n
	}
	return u.kind.NameID
}

// seat is the place a unit's name carries.
func seat(a *agency, place data.Regency) string {
	if a.model.regency == "" && a.local {
		if p, ok := data.ProvinceByCode(place.Province); ok {
			return "Provinsi " + p.Name + " di " + place.Name
		}
	}
	if !a.local {
		name := strings.TrimPrefix(place.Name, "Kabupaten ") // as national offices name themselves
		return strings.TrimPrefix(name, "Administrasi ")
	}
	return place.Name
}

// ordinal is "" for the first, " 2" for the second.
func ordinal(i int) string {
	if i == 0 {
		return ""
	}
	return fmt.Sprintf(" %d", i+1)
}
