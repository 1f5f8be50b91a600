package text

// noteWords are the caveats that analytics attaches to an answer, by code.
// What may be missing among the values stands in brackets.
var noteWords = map[string]phrase{
	"note.unanswered-zero":        {"[{n} butir tidak dijawab. ]Butir yang tidak dijawab dihitung 0; peraturan tidak mengatur hal ini.", "[{n} {n|item was|items were} not answered. ]Unanswered items count 0; no regulation settles this."},
	"note.not-applicable-spread":  {"[{n} butir tidak berlaku. ]Bobot subarea yang tidak berlaku disebar ke subarea lain di area yang sama; ini pilihan kami, bukan bunyi peraturan.", "[{n} {n|item does|items do} not apply. ]The weight of a sub-area that does not apply is spread over the rest of its area; this is our choice, not the regulation's."},
	"note.policy-matters":         {"Lulus tidaknya[ untuk {target}] bergantung pada cara menghitung butir kosong dan butir yang tidak berlaku[: nilai total {low} sampai {high}].", "Whether the unit passes[ {target}] depends on how blank and not applicable items count[: total {low} to {high}]."},
	"note.break-2019":             {"Mulai 2019 berlaku aturan 10/2019 dan jumlah calon melonjak; angka sebelum dan sesudahnya tidak sebanding.", "From 2019 the rules of 10/2019 apply and the number of nominees jumped; figures before and after are not comparable."},
	"note.break-2021":             {"Mulai 2021 berlaku lembar kerja baru (90/2021) dan kemudian kuota pengusulan; angka sebelum dan sesudahnya tidak sebanding.", "From 2021 the new worksheet (90/2021) applies, later with nomination quotas; figures before and after are not comparable."},
	"note.break-2023":             {"Mulai 2023 sebagian instansi menetapkan WBK Mandiri sendiri; angka sebelum dan sesudahnya tidak sebanding.", "From 2023 some agencies award WBK Mandiri themselves; figures before and after are not comparable."},
	"note.self-inflated":          {"Nilai mandiri biasanya lebih tinggi daripada nilai TPI dan TPN; jangan membacanya sebagai hasil evaluasi.", "Self-scores usually lie above those of TPI and TPN; do not read them as evaluation results."},
	"note.tpn-selected":           {"TPN hanya menilai calon yang sampai ke tahap evaluasi[ ({n} satker)]; nilainya tidak mewakili semua satker.", "TPN scores only nominees that reach the evaluation[ ({n} units)]; its scores do not stand for all units."},
	"note.small-n":                {"Sedikit kasus[ ({n})] di balik angka ini; selisih kecil tidak berarti.", "Few cases[ ({n})] stand behind this number; small differences mean nothing."},
	"note.items-not-kept":         {"Jawaban butir siklus ini tidak disimpan; nilai ditampilkan sebagaimana dikirim dan tidak dapat dihitung ulang.", "The item answers of this cycle were not kept; scores are shown as sent and cannot be recomputed."},
	"note.reported-differs":       {"Nilai yang dilaporkan pengirim[ ({reported})] berbeda dari hasil hitung ulang[ ({recomputed})][ pada {n} lembar kerja].", "The score the sender reported[ ({reported})] differs from the recomputed one[ ({recomputed})][ in {n} worksheets]."},
	"note.survey-no-scale":        {"Indeks survei ini datang tanpa skala, jadi tidak dapat diubah ke 0-4.", "This survey index came without its scale, so it cannot be put on 0-4."},
	"note.survey-no-respondents":  {"Jumlah responden tidak diketahui, jadi ketelitian indeks ini tidak dapat dihitung.", "The number of respondents is not known, so the precision of this index cannot be given."},
	"note.survey-few-respondents": {"Responden kurang dari 30[ ({n})]; peraturan meminta sedikitnya 30.", "Fewer than 30 respondents[ ({n})]; the regulation asks for at least 30."},
	"note.rank-uncertain":         {"Peringkat yang berdekatan tidak dapat dibedakan; baca kelompoknya, bukan angkanya.", "Neighbouring ranks cannot be told apart; read the tier, not the number."},
	"note.in-force-unverified":    {"Belum pasti pada siklus mana aturan[ {regulation}] mulai berlaku[; di sini dipakai mulai {cycle}].", "It is not certain in which cycle the rules[ of {regulation}] first applied[; they are used from {cycle} here]."},
	"note.cycle-running":          {"Siklus[ {cycle}] masih berjalan; angkanya akan berubah.", "The cycle[ {cycle}] is still under way; its figures will change."},
	"note.no-worksheet":           {"Satker ini belum punya lembar kerja pada pilihan ini.", "This unit has no worksheet under this choice yet."},
	"note.survey-no-sd":           {"Simpangan baku antarresponden tidak dikirim, jadi ketelitian indeks ini tidak dapat dihitung.", "The standard deviation between respondents was not sent, so the precision of this index cannot be given."},
	"note.simulated":              {"Data ini hasil simulasi, bukan data sebenarnya.", "These data are simulated, not real."},
	"note.survey-stars":           {"Diubah dari skala 1 sampai 6 bintang dengan dikalikan 4/6; belum ada peraturan yang menguatkan cara ini.", "Converted from a scale of 1 to 6 stars by multiplying by 4/6; no regulation confirms this conversion."},
	"note.cycle-rules-mixed":      {"Sebagian lembar kerja siklus ini dinilai dengan aturan lain[: {rules}].", "Some worksheets of this cycle were scored by another regulation[: {rules}]."},
	"note.filter-target":          {"Di sini hanya dihitung satker yang diusulkan[ untuk {target}] pada siklus ini.", "Only units nominated[ for {target}] in this cycle count here."},
	"note.awards-unknown":         {"Daftar penerima predikat belum dimasukkan, jadi siapa yang sudah memegang WBK tidak diketahui.", "No award register was taken in, so who held WBK before is not known."},
	"note.suspicion-not-proof":    {"Kecurigaan bukan bukti dan tidak mengubah satu nilai pun; ia menunjukkan baris yang perlu dilihat orang.", "A suspicion is no proof and changes no score; it names the row that a human should look at."},
	"note.problems-without-cycle": {"Masalah yang tidak menyebut siklus, misalnya pada berkas atau daftar penetapan, dihitung di setiap siklus.", "Problems that name no cycle, such as those of a file or of the register, count in every cycle."},
	"note.suspicions-more":        {"Daftar kecurigaan dipotong[: {n} dari {found} tidak tampil di halaman ini].", "The list of suspicions is cut[: {n} of {found} are not on this page]."},
}
