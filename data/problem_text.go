package data

// problemTexts is the catalogue of everything that can be wrong, in both
// languages, with what to do about it. {value}, {want}, {field} and {dataset}
// are filled from the problem.
var problemTexts = map[string]problemText{
	// One field by itself.
	"required":             {"Kolom {field} kosong.", "Column {field} is empty.", "Isi kolom ini. {want}", "Fill it in. {want}"},
	"bad-id":               {"{value} tidak dapat menjadi kode.", "{value} cannot be an id.", "Pakai huruf, angka, titik, garis; tanpa spasi atau garis miring, tanpa akhiran .csv, .json, .xlsx, paling banyak 64 karakter.", "Use letters, digits, dots and dashes; no spaces or slashes, no ending .csv, .json or .xlsx, at most 64 characters."},
	"not-in-list":          {"{value} tidak dikenal untuk {field}.", "{value} is not a known {field}.", "Pilih salah satu: {want}.", "Use one of: {want}."},
	"out-of-range":         {"{value} di luar rentang {field}.", "{value} is out of range for {field}.", "Yang mungkin: {want}.", "Possible: {want}."},
	"bad-number":           {"{value} bukan angka.", "{value} is not a number.", "Tulis angka saja, misalnya 1234,5.", "Write a number only, such as 1234.5."},
	"ambiguous-number":     {"{value} dapat dibaca dengan dua cara.", "{value} can be read in two ways.", "Tulis tanpa pemisah ribuan.", "Write it without thousands separators."},
	"not-whole":            {"{value} bukan bilangan bulat.", "{value} is not a whole number.", "Tulis bilangan bulat.", "Write a whole number."},
	"bad-date":             {"{value} bukan tanggal.", "{value} is not a date.", "Tulis 2024-12-31 atau 31/12/2024.", "Write 2024-12-31 or 31/12/2024."},
	"bad-flag":             {"{value} bukan ya atau tidak.", "{value} is neither yes nor no.", "Tulis ya atau tidak.", "Write ya or tidak."},
	"unknown-province":     {"Kode provinsi {value} tidak dikenal.", "Province code {value} is not known.", "Pakai kode Kemendagri dua angka, misalnya 31.", "Use Kemendagri's two-digit code, such as 31."},
	"unknown-regency":      {"Kode kabupaten/kota {value} tidak dikenal.", "Regency code {value} is not known.", "Pakai kode Kemendagri, misalnya 31.71.", "Use Kemendagri's code, such as 31.71."},
	"regency-elsewhere":    {"Kabupaten/kota {value} terletak di provinsi {want}.", "Regency {value} lies in province {want}.", "Perbaiki kode provinsi atau kabupaten/kota.", "Correct the province or the regency code."},
	"unknown-unit-type":    {"Jenis satker {value} tidak dikenal.", "Unit type {value} is not known.", "Pakai kode dari daftar jenis satker; lainnya bila tidak ada yang cocok.", "Use a code from the list of unit types; lainnya if none fits."},
	"closed-before-opened": {"Tahun tutup {value} mendahului tahun buka {want}.", "Closed in {value}, before it opened in {want}.", "Perbaiki salah satunya.", "Correct one of them."},
	"merged-into-itself":   {"Satker {value} digabung ke dirinya sendiri.", "Unit {value} is merged into itself.", "Isi satker penerus.", "Name the successor."},
	"ends-before-start":    {"{value} mendahului awalnya, {want}.", "{value} is before its start, {want}.", "Perbaiki salah satu tanggal.", "Correct one of the dates."},
	"scale-upside-down":    {"Skala berakhir di {value}, seharusnya {want}.", "The scale ends at {value}, should be {want}.", "Perbaiki scale_min dan scale_max.", "Correct scale_min and scale_max."},
	"outside-scale":        {"Nilai {value} di luar skalanya, {want}.", "Value {value} lies outside its own scale, {want}.", "Perbaiki nilai atau skalanya.", "Correct the value or its scale."},
	"visits-itself":        {"Satker {value} mengunjungi dirinya sendiri.", "Unit {value} visits itself.", "Isi satker tamu yang benar.", "Name the guest."},

	// Items and answers.
	"unknown-item":       {"Butir {value} tidak ada dalam peraturan {want}.", "Item {value} does not exist in regulation {want}.", "Pakai kode butir dari peraturan siklus ini.", "Use the item codes of this cycle's regulation."},
	"unknown-code":       {"Kode nilai {value} tidak ada dalam peraturan {want}.", "Score code {value} does not exist in regulation {want}.", "Pakai kode area, subarea, atau total.", "Use a code of an area, a sub-area, or total."},
	"unknown-regulation": {"Peraturan {value} tidak dikenal.", "Regulation {value} is not known.", "Yang dikenal: {want}.", "Known: {want}."},
	"no-regulation":      {"Tidak ada peraturan untuk siklus {value}.", "No regulation is in force in cycle {value}.", "Isi kolom regulation.", "Fill in the column regulation."},
	"not-an-option":      {"Jawaban {value} tidak ada di pilihan {want}.", "Answer {value} is not one of {want}.", "Pilih salah satu pilihan butir ini.", "Choose one of the item's options."},
	"wrong-kind":         {"Butir ini meminta {want}, bukan {value}.", "This item asks for {want}, not {value}.", "Isi kolom yang sesuai.", "Fill in the fitting column."},
	"score-above-weight": {"Nilai {value} melebihi bobot {want}.", "Score {value} exceeds the weight {want}.", "Periksa nilai ini.", "Check this score."},
	"above-denominator":  {"Pembilang {value} melebihi penyebut {want}; dihitung 1.", "Numerator {value} exceeds denominator {want}; counted as 1.", "Periksa kedua jumlah.", "Check both counts."},
	"nothing-of-nothing": {"Ada {value} dari 0: mustahil. Butir dianggap tidak berlaku.", "{value} out of 0 is impossible. The item counts as not applicable.", "Periksa kedua jumlah.", "Check both counts."},
	"parts-differ":       {"Jumlah {value} berbeda dari penjumlahan rinciannya, {want}; jumlah tertulis yang dipakai.", "The total {value} differs from the sum of its parts, {want}; the total as written is used.", "Samakan jumlah dan rinciannya.", "Make the total and its parts agree."},

	// Rows against other rows.
	"unknown-unit":    {"Satker {value} tidak terdaftar.", "Unit {value} is not registered.", "Kirim satker ini di units lebih dulu, atau perbaiki kodenya.", "Send the unit in units first, or correct its id."},
	"unknown-agency":  {"Instansi {value} tidak terdaftar.", "Agency {value} is not registered.", "Kirim instansi ini di agencies lebih dulu, atau perbaiki kodenya.", "Send the agency in agencies first, or correct its id."},
	"duplicate-row":   {"Baris ini mengulang {value} pada baris {want}.", "This row repeats {value} of line {want}.", "Hapus salah satunya.", "Delete one of them."},
	"conflicting-row": {"Baris ini berbeda dari baris {want} untuk {value}; keduanya tidak dapat benar.", "This row differs from line {want} about {value}; both cannot be right.", "Hapus yang salah.", "Delete the wrong one."},
	"few-respondents": {"Hanya {value} responden; paling sedikit {want}.", "Only {value} respondents; at least {want} are asked for.", "Tambah responden.", "Survey more people."},
	"no-scale":        {"Indeks tanpa skala; dibaca sebagai {want}.", "An index without its scale; read as {want}.", "Isi scale_min dan scale_max.", "Fill in scale_min and scale_max."},
	"unknown-scale":   {"Indeks {value} tanpa skala, dan skalanya tidak pasti.", "Index {value} has no scale, and which one is meant is not certain.", "Isi scale_min dan scale_max.", "Fill in scale_min and scale_max."},
	"no-respondents":  {"Indeks tanpa jumlah responden.", "An index without its number of respondents.", "Isi respondents.", "Fill in respondents."},

	// Repairs.
	"choice-spelling":  {"{value} dibaca sebagai {want}.", "{value} was read as {want}.", "Tulis tepat seperti pilihannya.", "Write the option exactly."},
	"code-spelling":    {"{value} dibaca sebagai {want}.", "{value} was read as {want}.", "Simpan kode sebagai teks; Excel mengubah 11.10 menjadi 11.1.", "Store codes as text; Excel turns 11.10 into 11.1."},
	"word-spelling":    {"{value} dibaca sebagai {want}.", "{value} was read as {want}.", "Pakai kata dari daftar.", "Use the word of the list."},
	"percent-for-unit": {"{value} dibaca sebagai {want}.", "{value} was read as {want}.", "Tulis nilai pada skalanya.", "Write the value on its scale."},

	// Tables.
	"unreadable":      {"Berkas tidak dapat dibaca: {value}.", "The file cannot be read: {value}.", "{want}", "{want}"},
	"unknown-dataset": {"Isi {value} tidak dikenali sebagai data Tolok.", "{value} is not recognised as one of Tolok's datasets.", "Periksa judul kolom; yang paling dekat: {want}.", "Check the column names; the nearest dataset is {want}."},
	"unknown-column":  {"Kolom {value} tidak dikenal dan diabaikan.", "Column {value} is not known and was ignored.", "Mungkin maksudnya {want}.", "Perhaps {want} is meant."},
	"missing-column":  {"Kolom wajib {value} tidak ada.", "The required column {value} is missing.", "Tambahkan kolom ini.", "Add the column."},
	"repeated-column": {"Kolom {value} muncul dua kali; yang pertama yang dipakai.", "Column {value} appears twice; the first is used.", "Hapus salah satunya.", "Delete one of them."},
	"broken-quoting":  {"Tanda kutip rusak pada baris ini: {value}.", "Broken quoting in this line: {value}.", "Tutup tanda kutip, atau gandakan tanda kutip di dalam teks.", "Close the quote, or double a quote inside a text."},
	"field-count":     {"Baris ini berisi {value} kolom, judulnya {want}.", "This line has {value} fields, the header has {want}.", "Periksa pemisah dan tanda kutip.", "Check separators and quotes."},
	"bad-encoding":    {"Teks tidak dapat dibaca: {value}.", "Text cannot be read: {value}.", "Simpan sebagai UTF-8.", "Save as UTF-8."},
	"empty-table":     {"Tidak ada baris data.", "There are no data rows.", "Periksa berkas.", "Check the file."},
	"bad-submission":  {"submission.json tidak dapat dibaca: {value}.", "submission.json cannot be read: {value}.", "Perbaiki berkas itu.", "Correct the file."},
	"not-understood":  {"Berkas {value} tidak dibaca.", "File {value} was not read.", "{want}", "{want}"},

	// The worksheet form.
	"not-a-form":         {"Buku kerja ini bukan formulir LKE: {value}.", "This workbook is not the worksheet form: {value}.", "Pakai formulir Lampiran III dengan lembar LKE ZI, atau unduhan PortalRB dengan lembar Jawaban.", "Use the Annex III form with its sheet LKE ZI, or PortalRB's download with its sheet Jawaban."},
	"old-workbook":       {"Format .xls lama tidak dibaca.", "The old .xls format is not read.", "Buka di Excel atau LibreOffice dan simpan sebagai .xlsx.", "Open it in Excel or LibreOffice and save it as .xlsx."},
	"locked-workbook":    {"Buku kerja dilindungi kata sandi.", "The workbook is protected by a password.", "Buka perlindungannya, simpan, kirim lagi.", "Remove the password, save, and send it again."},
	"broken-workbook":    {"Buku kerja rusak atau terpotong: {value}.", "The workbook is damaged or cut off: {value}.", "Unduh atau simpan ulang berkasnya.", "Download or save the file again."},
	"not-a-workbook":     {"Berkas ini bukan buku kerja .xlsx: {value}.", "This file is not an .xlsx workbook: {value}.", "Buka di Excel atau LibreOffice dan simpan sebagai .xlsx.", "Open it in Excel or LibreOffice and save it as .xlsx."},
	"number-spelling":    {"{value} dibaca sebagai {want}.", "{value} was read as {want}.", "Simpan sebagai angka, bukan teks.", "Store it as a number, not as text."},
	"form-type-other":    {"Jenis jawaban tertulis {value}, seharusnya {want}; formulir menilai dengan skala yang lain.", "The answer type is written {value}, should be {want}; the form scores by another scale.", "Perbaiki kolom Pilihan Jawaban.", "Correct the answer type column."},
	"form-weight":        {"Bobot tertulis {value}, seharusnya {want}; bobot peraturan yang dipakai.", "The weight is written {value}, should be {want}; the regulation's weight is used.", "Perbaiki kolom Bobot.", "Correct the weight column."},
	"form-row-by-number": {"Butir {value} dikenali dari nomor barisnya, bukan dari teksnya.", "Item {value} was recognised by its row number, not by its text.", "Periksa jawaban pada baris ini.", "Check the answer in this row."},
	"form-no-results":    {"Rumus formulir tidak menyimpan hasil; tidak ada yang dapat dibandingkan.", "The form's formulas hold no results; there is nothing to compare with.", "Buka di Excel atau LibreOffice, simpan, lalu ulangi.", "Open it in Excel or LibreOffice, save it, and try again."},
	"form-unit-unknown":  {"Formulir tidak menyebut satkernya.", "The form does not name its unit.", "Sebut satker pada submission.json, pada nama berkas (KODE.xlsx), atau dengan --unit.", "Name the unit in submission.json, in the file name (ID.xlsx), or with --unit."},
	"form-cycle-unknown": {"Siklus formulir tidak diketahui.", "The form's cycle is not known.", "Sebut siklus pada submission.json, atau dengan --cycle.", "Name the cycle in submission.json, or with --cycle."},
	"form-row-missing":   {"Baris butir {value} tidak ditemukan ({want}); dianggap tidak dijawab.", "The row of item {value} was not found ({want}); it counts as unanswered.", "Pulihkan baris itu dari formulir asli.", "Restore the row from the original form."},
	"form-row-unknown":   {"Baris ini tidak cocok dengan butir mana pun: {value}.", "This row matches no item: {value}.", "Bila ini butir resmi, pulihkan teks aslinya; bila catatan, pindahkan ke kolom keterangan.", "If it is an official item, restore its text; if it is a note, move it to the notes column."},
	"form-row-twice":     {"Butir {value} muncul dua kali; yang pertama, di {want}, yang dipakai.", "Item {value} appears twice; the first, at {want}, is used.", "Hapus salah satunya.", "Delete one of them."},
	"form-column-moved":  {"Kolom {want} ditemukan di {value}.", "The column {want} was found at {value}.", "Tidak perlu tindakan.", "Nothing to do."},
	"form-type-typo":     {"Jenis jawaban tertulis {value}, seharusnya {want}; formulir tidak menilai butir ini.", "The answer type is written {value}, should be {want}; the form does not score this item.", "Perbaiki kolom Pilihan Jawaban.", "Correct the answer type column."},
	"form-error-cell":    {"Sel berisi kesalahan {value}.", "The cell holds the error {value}.", "{want}", "{want}"},

	// PortalRB.
	"portalrb-json":       {"Jawaban PortalRB tidak dapat dibaca: {value}.", "The answer of PortalRB cannot be read: {value}.", "{want}", "{want}"},
	"portalrb-error":      {"PortalRB menjawab {value}.", "PortalRB answered {value}.", "{want}", "{want}"},
	"portalrb-question":   {"Pertanyaan PortalRB {value} tidak cocok dengan butir mana pun.", "PortalRB's question {value} maps to no item.", "Laporkan nomor ini; jawabannya belum dinilai.", "Report this number; its answer is not scored."},
	"portalrb-lhk-total":  {"Jumlah pelapor {value} melebihi jumlah wajib lapor {want}.", "{value} have filed, more than the {want} obliged.", "Periksa pertanyaan 113-120.", "Check questions 113-120."},
	"portalrb-type":       {"{field} berisi {value}, seharusnya {want}.", "{field} holds {value}, should be {want}.", "Perbaiki pada sumbernya.", "Correct it at the source."},
	"portalrb-unit-empty": {"Satker {value} belum mengisi satu jawaban pun.", "Unit {value} has not answered anything.", "Tidak perlu tindakan bila pengisian belum dimulai.", "Nothing to do if filling in has not begun."},

	// Taking in.
	"line-too-long":  {"Baris ini terlalu panjang: {value}", "This line is too long: {value}", "Periksa akhir baris dan tanda kutip berkas ini.", "Check the line ends and quotes of this file."},
	"source-known":   {"Isi berkas ini persis sama dengan berkas yang sudah diterima; tidak dibaca lagi.", "The very bytes of this file were taken in before; it was not read again.", "Tidak perlu tindakan; dengan --again berkas tetap dibaca.", "Nothing to do; with --again it is read all the same."},
	"cut-off":        {"Berkas terputus: {value}. Baris sebelumnya tetap masuk.", "The file is cut off: {value}. The rows before went in.", "Kirim ulang berkas yang utuh.", "Send the whole file again."},
	"source-changed": {"Berkas {value} berubah selagi dibaca; isinya mungkin tidak lengkap.", "The file {value} changed while it was read; what went in may not be all of it.", "Masukkan sekali lagi setelah berkas selesai ditulis.", "Take it in once more when it has been written whole."},
	"unknown-target": {"Satker penerus {value} tidak terdaftar.", "The successor {value} is not registered.", "Kirim satker ini di units, atau perbaiki kodenya.", "Send this unit in units, or correct its id."},
	"thousands":      {"{value} dibaca sebagai {want}.", "{value} was read as {want}.", "Tulis bilangan tanpa pemisah ribuan.", "Write the number without thousands separators."},

	// Worksheets as a whole.
	"mixed-regulation":        {"Lembar kerja ini sudah dibaca menurut peraturan {want}; baris menurut {value} ditinggalkan.", "This worksheet was begun under regulation {want}; a row under {value} is left out.", "Kirim satu lembar kerja menurut satu peraturan.", "Send one worksheet under one regulation."},
	"regulation-not-in-force": {"Peraturan {value} tidak berlaku pada siklus ini; yang berlaku {want}.", "Regulation {value} is not in force in this cycle; {want} is.", "Periksa kolom siklus dan peraturan.", "Check the cycle and the regulation."},
	"worksheet-twice":         {"Lembar kerja {value} ada juga di {want}; untuk butir yang sama, berkas yang dibaca kemudian yang dipakai.", "Worksheet {value} is in {want} too; where both hold an item, the file read later counts.", "Kirim satu lembar kerja dalam satu berkas.", "Send one worksheet in one file."},
	"half-ratio":              {"Rasio {value} hanya terisi sebagian dan belum dapat dihitung.", "Ratio {value} is filled in only in part and cannot be worked out.", "Isi pasangannya: {want}.", "Fill in what goes with it: {want}."},

	// Who sends what.
	"agency-differs": {"Baris ini milik instansi {value}, sedangkan kiriman ini dari {want}.", "This row belongs to agency {value}, while the submission is from {want}.", "Periksa agency_id pada baris ini atau pada submission.json.", "Check agency_id in this row or in submission.json."},
	"unit-moved":     {"Satker berpindah dari instansi {want} ke {value}.", "The unit moves from agency {want} to {value}.", "Pastikan perpindahan ini benar, atau perbaiki agency_id.", "Make sure that it has moved, or correct agency_id."},

	// Surveys.
	"more-respondents-than-population": {"{value} responden dari populasi {want}.", "{value} respondents out of a population of {want}.", "Periksa respondents dan population.", "Check respondents and population."},

	// Tables in workbooks, JSON Lines and Parquet.
	"sheet-hidden":     {"Lembar tersembunyi {value} tidak dibaca.", "The hidden sheet {value} was not read.", "Tampilkan lembar itu bila isinya perlu dibaca.", "Unhide the sheet if it should be read."},
	"sheet-not-read":   {"Lembar {value} bukan tabel Tolok dan tidak dibaca.", "Sheet {value} is no table of Tolok's and was not read.", "Bila ini data, beri judul kolom pada baris-baris pertamanya.", "If it is data, give it column names in its first rows."},
	"cell-error":       {"Sel berisi kesalahan {value}.", "The cell holds the error {value}.", "Perbaiki rumusnya, atau tulis nilainya.", "Correct the formula, or write the value."},
	"broken-json":      {"Baris ini bukan satu objek JSON: {value}.", "This line is not one JSON object: {value}.", "Tulis satu objek {\"kolom\": nilai} pada setiap baris.", "Write one object {\"column\": value} on each line."},
	"nested-value":     {"{value} bukan nilai tunggal.", "{value} is not a single value.", "Tulis satu teks atau angka per kolom.", "Write one text or number for each column."},
	"repeated-key":     {"Kolom {field} muncul dua kali dalam baris ini: {value}.", "Column {field} appears twice in this row: {value}.", "Hapus salah satunya.", "Delete one of them."},
	"too-many-keys":    {"Berkas ini memakai {value} nama kolom; paling banyak {want}.", "The file uses {value} column names; at most {want}.", "Pakai nama kolom yang sama pada setiap baris.", "Use the same column names on each line."},
	"broken-parquet":   {"Berkas Parquet rusak atau terpotong: {value}.", "The Parquet file is damaged or cut off: {value}.", "Tulis ulang berkasnya dan kirim lagi.", "Write the file anew and send it again."},
	"unfit-type":       {"Tipe kolom {field} tidak dapat menyimpan data ini: {value}.", "The type of column {field} cannot hold this: {value}.", "Pakai bilangan, desimal, teks, atau tanggal.", "Use integers, decimals, text or dates."},
	"moment-not-a-day": {"{value} adalah saat dalam UTC; tanggalnya tidak pasti.", "{value} is a moment in UTC; which day it means is not certain.", "Simpan sebagai DATE, atau sebagai waktu setempat.", "Store it as DATE, or as a local time."},

	// Who may send what.
	"outside-scope": {"Akun ini tidak dapat mengirim {field} {value}; akun ini untuk {want}.", "This account cannot send {field} {value}; it is for {want}.", "Hapus baris ini, perbaiki kodenya, atau daftarkan satker ini di units lebih dulu bila milik instansi Anda.", "Delete the row, correct its id, or register the unit in units first if it is your agency's."},
	"other-agency":  {"submission.json menyebut instansi {value}, sedangkan akun ini untuk {want}; berkas ini tidak dibaca.", "submission.json names agency {value}, but this account is for {want}; the file was not read.", "Perbaiki agency_id di submission.json, atau minta instansi itu mengirim sendiri.", "Correct agency_id in submission.json, or have that agency send it."},

	// Archives.
	"broken-archive":    {"Arsip zip rusak atau terpotong: {value}.", "The zip archive is damaged or cut off: {value}.", "Buat ulang arsipnya dan kirim lagi.", "Make the archive anew and send it again."},
	"locked-archive":    {"Arsip zip dilindungi kata sandi: {value}.", "The zip archive is protected by a password: {value}.", "Kirim arsip tanpa kata sandi.", "Send it without a password."},
	"nested-archive":    {"Arsip {value} berada di dalam arsip lain.", "Archive {value} lies inside another archive.", "Masukkan berkasnya langsung ke dalam satu arsip.", "Put the files themselves into one archive."},
	"archive-path":      {"Arsip ditolak: {value} bukan berkas di dalam foldernya.", "The archive was refused: {value} is not a file inside its folder.", "Buat ulang arsip dari satu folder, tanpa tautan.", "Make the archive anew from one folder, without links."},
	"archive-repeats":   {"Arsip ditolak: {value} ada dua kali di dalamnya.", "The archive was refused: {value} is in it twice.", "Buat ulang arsip dari satu folder.", "Make the archive anew from one folder."},
	"archive-too-large": {"Arsip ditolak: {value} melampaui batas, {want}.", "The archive was refused: {value} is over the limit, {want}.", "Bagi menjadi beberapa arsip, atau kirim berkasnya tanpa dipadatkan.", "Send several archives, or the files unpacked."},

	// Files that are small and would become gigabytes.
	"workbook-too-large": {"Buku kerja ditolak: {value} melampaui batas, {want}.", "The workbook was refused: {value} is over the limit, {want}.", "Hapus baris dan kolom kosong yang berformat, atau kirim sebagai CSV.", "Delete empty rows and columns that are formatted, or send it as CSV."},
	"parquet-too-large":  {"Berkas Parquet ditolak: {value} melampaui batas, {want}.", "The Parquet file was refused: {value} is over the limit, {want}.", "Tulis ulang dengan kelompok baris dan halaman yang lebih kecil, atau kirim sebagai CSV.", "Write it anew with smaller row groups and pages, or send it as CSV."},

	// Values whose scale or code has more than one reading, or none.
	"percent-or-scale":   {"Nilai {value} di luar skalanya, {want}.", "Value {value} lies outside its own scale, {want}.", "Bila ini persen, tulis dengan tanda persen, misalnya 98,75 %; bila bukan, perbaiki nilai atau skalanya.", "If it is a percentage, write it with the percent sign, such as 98.75 %; if not, correct the value or its scale."},
	"percent-unclear":    {"{value} dapat berarti persen atau nilai pada skala {want}.", "{value} may be a percentage or a value on the scale {want}.", "Hapus tanda persennya bila ini nilai pada skala itu; bila persen, tulis 0 dan 100 pada scale_min dan scale_max.", "Drop the percent sign if it is a value on that scale; if a percentage, write 0 and 100 for scale_min and scale_max."},
	"regency-candidates": {"Kode kabupaten/kota {value} tidak dikenal dan tidak dapat dipastikan.", "Regency code {value} is not known, and which one is meant is not certain.", "Yang mungkin: {want}. Simpan kolom ini sebagai teks.", "Possible: {want}. Store the column as text."},

	// Records against each other, over the whole lake.
	"stages-out-of-order": {"Tahap {value} dimasuki lebih dulu daripada tahap {want} yang mendahuluinya.", "Stage {value} was entered before an earlier stage, {want}.", "Periksa tanggal kedua tahap.", "Check the dates of both stages."},
	"stage-after-end":     {"Pengusulan berakhir pada {value}, tetapi berlanjut ke tahap {want}.", "The nomination ended at {value}, yet goes on to stage {want}.", "Perbaiki hasil tahap ini, atau hapus tahap sesudahnya.", "Correct this stage's result, or delete the stages after it."},
	"wbbm-without-wbk":    {"WBBM per {value} tanpa WBK yang berlaku pada tanggal itu.", "WBBM as of {value} without a WBK in force on that day.", "Kirim penetapan WBK satker ini di awards, atau perbaiki predikat atau tanggalnya.", "Send the unit's WBK in awards, or correct the predicate or the date."},
	"sum-differs":         {"Tertulis {value}, sedangkan bagian-bagiannya berjumlah {want}.", "Written {value}, but its parts add up to {want}.", "Periksa nilai ini dan nilai bagian-bagiannya.", "Check this score and those of its parts."},
	"survey-differs":      {"Lembar kerja memuat {value}, sedangkan surveinya {want} (pada 0-4).", "The worksheet has {value}, but the survey {want} (on 0-4).", "Samakan lembar kerja dengan survei yang dipakai, atau kirim survei itu.", "Make the worksheet agree with the survey it rests on, or send that survey."},
	"same-worksheet":      {"Semua jawaban sama persis dengan lembar kerja satker {want}.", "Every answer is the same as in the worksheet of unit {want}.", "Pastikan setiap satker mengisi lembar kerjanya sendiri, lalu kirim yang benar.", "Make sure that each unit filled in its own worksheet, and send the right one."},
	"all-best":            {"Setiap butir pilihan dijawab dengan pilihan terbaik.", "Every item with options has its best answer.", "Periksa penilaian mandiri ini terhadap buktinya.", "Check this self-assessment against its evidence."},
	"total-differs":       {"Nilai total yang dilaporkan {value}, sedangkan hasil hitung ulang {want}.", "The total is reported as {value}, but recomputed as {want}.", "Jalankan tolok score pada lembar kerjanya untuk melihat butir yang berbeda, lalu kirim yang benar.", "Run tolok score on the worksheet to see which items differ, and send the right one."},
}
