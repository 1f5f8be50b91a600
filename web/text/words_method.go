package text

// methodWords are the page that explains how every number is made.
var methodWords = map[string]phrase{
	"methods.title": {"Metode", "Methods"},
	"methods.lead":  {"Setiap nilai dihitung ulang dari jawaban lembar kerja dengan aturan siklusnya; halaman ini menunjukkan caranya, ambangnya, dan apa yang belum pasti.", "Every score is recomputed from worksheet answers by the rules of its cycle; this page shows how, the thresholds, and what is not certain."},

	"methods.scoring":       {"Dari jawaban ke nilai", "From answer to score"},
	"methods.step.item":     {"Butir: jawaban menjadi nilai 0 sampai 1 menurut jenis jawabannya, misalnya Ya = 1 dan Tidak = 0.", "Item: an answer becomes a score from 0 to 1 by its answer type, such as Ya = 1 and Tidak = 0."},
	"methods.step.subarea":  {"Subarea: rata-rata nilai butirnya, dikalikan bobot subarea.", "Sub-area: the mean of its items' scores, times the sub-area's weight."},
	"methods.step.area":     {"Area: jumlah subareanya. Sejak 90/2021 tiap area terdiri atas pemenuhan dan reform.", "Area: the sum of its sub-areas. Since 90/2021 each area has the halves pemenuhan and reform."},
	"methods.step.total":    {"Total: pengungkit (60) ditambah hasil (40). Indeks survei dibagi 4 lalu dikalikan bobotnya.", "Total: pengungkit (60) plus hasil (40). A survey index is divided by 4 and multiplied by its weight."},
	"methods.step.criteria": {"Kriteria: total, pengungkit, setiap area, dan setiap komponen hasil dibandingkan dengan ambangnya; selisihnya ditampilkan.", "Criteria: total, pengungkit, every area and every component of hasil are compared with their thresholds; the margin is shown."},
	"methods.exact":         {"Nilai disimpan sebagai bilangan desimal dengan 12 angka di belakang koma dan dibulatkan sekali saat membagi; ambang dibandingkan sebelum pembulatan tampilan.", "Scores are decimal numbers with 12 places, rounded once where they are divided; thresholds are compared before rounding for display."},
	"methods.recompute":     {"Nilai yang dilaporkan pengirim disimpan di samping hasil hitung ulang, dan bedanya ditampilkan.", "The score a sender reports is kept beside the recomputed one, and the difference is shown."},

	"methods.policies":       {"Yang tidak diatur peraturan", "What no regulation settles"},
	"methods.policies.why":   {"Peraturan tidak mengatur butir kosong dan butir yang tidak berlaku, misalnya satker tanpa pengaduan. Pilihan pertama di bawah dipakai di semua halaman; nilai menurut pilihan lain tampil di halaman satker, dan bila putusan bergantung padanya hal itu dikatakan.", "No regulation settles blank items and items that do not apply, such as a unit without complaints. The first choice below is used on all pages; a unit's page shows its total under the others, and says so when a verdict depends on it."},
	"methods.policies.blank": {"Subarea yang semua butirnya kosong mendapat 0 menurut setiap pilihan.", "A sub-area with nothing but blanks earns 0 under every choice."},

	"methods.layers":                   {"Tiga lapisan penilaian", "Three layers of scoring"},
	"methods.layer.mandiri-layer.name": {"Penilaian mandiri", "Self-assessment"},
	"methods.layer.mandiri-layer":      {"Satker menilai dirinya sendiri; biasanya paling tinggi dan bukan hasil evaluasi.", "The unit scores itself; usually the highest, and not an evaluation."},
	"methods.layer.TPI.name":           {"TPI", "TPI"},
	"methods.layer.TPI":                {"Inspektorat instansi menilai satkernya sendiri sebelum mengusulkannya.", "The agency's inspectorate scores its own units before nominating them."},
	"methods.layer.TPN.name":           {"TPN", "TPN"},
	"methods.layer.TPN":                {"Tim nasional menilai calon yang sampai ke tahap evaluasi; hanya nilai ini yang menentukan predikat nasional.", "The national team scores nominees that reach the evaluation; only this score decides a national predicate."},

	"methods.ranks":        {"Peringkat, kelompok, dan selang", "Ranks, tiers and intervals"},
	"methods.ranks.rank":   {"Peringkat dihitung di dalam saringan yang dipilih; nilai yang sama berbagi peringkat, dan satker tanpa nilai tidak diperingkat.", "A rank is counted within the chosen filter; equal scores share a rank, and a unit without a score has none."},
	"methods.ranks.tier":   {"Kelompok: 10% teratas, 25% teratas, tengah, 25% terbawah; hanya bila sedikitnya 10 satker diperingkat. Kelompok lebih dapat dipercaya daripada angka peringkat.", "Tiers: top 10%, top 25%, middle, bottom 25%; only when at least 10 units are ranked. A tier can be trusted more than the number of a rank."},
	"methods.ranks.rate":   {"Tingkat kelulusan adalah calon yang lulus dibagi calon yang sudah diputus, dengan selang 95% Wilson.", "A pass rate is the nominees that passed over those decided, with Wilson's 95% interval."},
	"methods.ranks.survey": {"Selang indeks survei dihitung dari simpangan baku, jumlah responden, dan populasi; tanpa itu tidak ada selang yang digambar.", "The interval of a survey index comes from its standard deviation, respondents and population; without them none is drawn."},
	"methods.ranks.spread": {"Sebaran ditampilkan sebagai persentil 10, kuartil 1, median, kuartil 3, dan persentil 90.", "A spread is shown as 10th percentile, quartile 1, median, quartile 3 and 90th percentile."},

	"methods.breaks": {"Deret yang terputus", "Breaks in the series"},

	"methods.rules":            {"Aturan menurut peraturan", "Rule sets by regulation"},
	"methods.rules.why":        {"Tabel di bawah ditulis langsung dari berkas aturan yang dipakai menghitung. Kolom kepastian mengatakan dari mana tiap aturan dibaca.", "The tables below are written from the very rule files that score. The column of certainty says where each rule was read."},
	"methods.force":            {"Berlaku untuk siklus {first} sampai {last}.", "In force for cycles {first} to {last}."},
	"methods.now":              {"sekarang", "now"},
	"methods.default":          {"Pilihan hitung baku", "Default policy"},
	"methods.review":           {"Diperiksa terakhir: {date}.", "Last reviewed: {date}."},
	"methods.criteria.caption": {"Ambang {set}", "Thresholds of {set}"},
	"methods.weights":          {"Bobot sampai subarea", "Weights down to the sub-areas"},
	"methods.weights.caption":  {"Bobot {set}", "Weights of {set}"},
	"methods.scales":           {"Nilai jawaban", "Scores of answers"},
	"methods.scales.caption":   {"Nilai jawaban menurut {set}", "Scores of answers by {set}"},
	"methods.gates":            {"Syarat pengusulan", "Gates before nomination"},
	"methods.gates.caption":    {"Syarat pengusulan menurut {set}", "Gates before nomination by {set}"},
	"methods.citation":         {"Rujukan", "Citation"},
	"methods.items":            {"Butir", "Items"},
	"methods.answertype":       {"Jenis jawaban", "Answer type"},
	"methods.options":          {"Nilai", "Score"},
	"methods.for":              {"Berlaku bagi", "Holds for"},
	"methods.allkinds":         {"semua", "all"},
	"methods.formula.value4":   {"nilai dibagi 4", "value divided by 4"},
	"methods.formula.value100": {"persen dibagi 100", "percent divided by 100"},
	"methods.formula.ratio":    {"pembilang dibagi penyebut, paling tinggi 1; penyebut 0 berarti tidak berlaku", "numerator over denominator, at most 1; denominator 0 means not applicable"},
	"methods.formula.input":    {"jumlah untuk menghitung rasio, tanpa nilai sendiri", "a count that a ratio is made of, without a score of its own"},

	"methods.unverified":        {"Yang belum terverifikasi", "What is unverified"},
	"methods.unverified.why":    {"Hal-hal berikut belum dibaca langsung dari sumber resminya, atau merupakan pilihan kami:", "The following has not been read in its official source, or is our own choice:"},
	"methods.unverified.force":  {"siklus pertama dan terakhir berlakunya", "the first and last cycle it applies to"},
	"methods.unverified.scale":  {"nilai pilihan jawaban", "the scores of answer options"},
	"methods.unverified.policy": {"cara menghitung butir kosong dan butir yang tidak berlaku", "how blank and not applicable items count"},

	"methods.glossary": {"Daftar istilah", "Glossary"},
}
