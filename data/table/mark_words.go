package table

import "tolok/data"

// markWord is every word of a marked copy but the problems themselves.
type markWord struct {
	sheet, title, count, help string
	notAll, noCells, tooLarge string
	noNotes, fewNotes         string
	rows, unsplit, part       string
	columns                   []string
	severity                  map[data.Severity]string
}

func (m *Marking) words() markWord {
	if w, ok := markWords[m.Lang]; ok {
		return w
	}
	return markWords["id"]
}

var markWords = map[string]markWord{
	"id": {
		sheet: "Masalah", title: "Masalah yang ditemukan Tolok", count: "%d masalah dalam %s.",
		help:     "Klik tempatnya untuk menuju sel; sel yang bermasalah diberi warna dan catatan.",
		notAll:   "Daftar ini tidak memuat semuanya: perbaiki dahulu, lalu periksa lagi.",
		noCells:  "Isi berkas ini tidak dapat ditampilkan sebagai lembar; masalahnya hanya didaftar.",
		tooLarge: "Buku kerja ini terlalu besar untuk disalin; masalahnya hanya didaftar.",
		noNotes:  "Buku kerja ini sudah berisi catatan sendiri; catatan Tolok hanya ada di daftar ini.",
		fewNotes: "Hanya %d sel pertama yang diberi catatan; semuanya diberi warna dan didaftar.",
		rows:     "Baris",
		unsplit:  "(baris ini tidak dapat dibagi menjadi sel; lihat berkas aslinya)",
		part:     "Hanya baris yang bermasalah: %d dari %d baris. Kolom pertama adalah nomor baris dalam berkas asli.",
		columns:  []string{"No", "Akibat", "Tempat", "Kolom", "Isi", "Apa yang salah", "Cara memperbaiki"},
		severity: map[data.Severity]string{
			data.Failed: "Gagal dibaca", data.Rejected: "Ditinggalkan", data.Repaired: "Diperbaiki", data.Flagged: "Periksa",
		},
	},
	"en": {
		sheet: "Problems", title: "Problems that Tolok found", count: "%d problems in %s.",
		help:     "Click a place to go to its cell; bad cells are coloured and carry a note.",
		notAll:   "The list does not hold them all: mend these first, then check again.",
		noCells:  "What this file holds cannot be shown as a sheet; its problems are only listed.",
		tooLarge: "This workbook is too large to be copied; its problems are only listed.",
		noNotes:  "This workbook has notes of its own; Tolok's notes are in this list only.",
		fewNotes: "Only the first %d cells carry a note; all are coloured and listed.",
		rows:     "Line",
		unsplit:  "(this line cannot be split into cells; see the original file)",
		part:     "Only the rows with problems: %d of %d rows. The first column is the line in the original file.",
		columns:  []string{"No", "Effect", "Place", "Column", "Value", "What is wrong", "How to mend it"},
		severity: map[data.Severity]string{
			data.Failed: "Could not be read", data.Rejected: "Left out", data.Repaired: "Repaired", data.Flagged: "Look at",
		},
	},
}
