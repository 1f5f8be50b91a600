package main

import (
	"fmt"
	"strings"

	"tolok/data"
	"tolok/data/rule"
)

// scoreText is every word of the text output, but labels and problems.
type scoreText struct {
	checkPath, noFile string

	form, sheet, regulation, cycle, notStated, inForce, layer, unit, policy, byDefault string

	score, tolok, theForm, change, weight, bounds                      string
	areas, code, area, part, attainment                                string
	counts, unanswered, notApplicable, row                             string
	differences, noDifference, noReport, reason                        string
	criterion, value, minimum, margin, result, source, unknown         string
	meets, fails, unknownCriteria, depends                             string
	policies, unansweredHead, notApplicableHead, total, used, problems string

	layers, parts, status, policyWords, criteria map[string]string
	passed                                       map[bool]string
	reasons                                      map[string]string // {codes}, {found} and {want} are filled in
}

func (t *scoreText) policyOf(value string) string { return t.policyWords[value] }

// verdict puts the outcome for one target in words.
func (t *scoreText) verdict(passed bool, unknown []string) string {
	s := t.fails
	if passed {
		s = t.meets
	}
	if len(unknown) > 0 {
		s += fmt.Sprintf(t.unknownCriteria, strings.Join(unknown, ", "))
	}
	return s
}

var scoreWords = map[string]scoreText{
	"id": {
		checkPath: "periksa nama berkasnya", noFile: "berkas tidak ada; periksa nama dan foldernya",
		form: "Formulir", sheet: "lembar", regulation: "Peraturan", cycle: "Siklus", notStated: "tidak disebut (--cycle)",
		inForce: "peraturan berlaku", layer: "Lapisan", unit: "Satker", policy: "Kebijakan", byDefault: "bawaan",
		score: "NILAI", tolok: "Tolok", theForm: "formulir", change: "selisih", weight: "bobot",
		bounds: "Butir yang masih kosong membuat nilai total mungkin antara %s dan %s.",
		areas:  "AREA", code: "kode", area: "area", part: "bagian", attainment: "capaian",
		counts:     "BUTIR: %d dijawab, %d tidak dijawab, %d tidak berlaku",
		unanswered: "Tidak dijawab:", notApplicable: "Tidak berlaku (tidak ada yang dihitung):", row: "baris %d",
		differences: "PERBEDAAN DENGAN FORMULIR", noDifference: "Tidak ada.", noReport: "Formulir tidak melaporkan nilai; tidak ada yang dibandingkan.", reason: "sebab",
		criterion: "kriteria", value: "nilai", minimum: "minimum", margin: "jarak", result: "hasil", source: "sumber", unknown: "tidak diketahui",
		meets: "memenuhi semua kriteria yang dapat diuji", fails: "belum memenuhi", unknownCriteria: " (tidak ada di lembar kerja: %s)",
		depends:  "Putusan ini bergantung pada kebijakan; lihat kedua nilai total di bawah.",
		policies: "KEBIJAKAN LAIN (pilihan Tolok, bukan peraturan)", unansweredHead: "tidak dijawab", notApplicableHead: "tidak berlaku", total: "total", used: "<- dipakai",
		problems: "CATATAN PADA FORMULIR",
		layers:   map[string]string{data.Self: "mandiri (satker)", data.TPI: "TPI (inspektorat)", data.TPN: "TPN (nasional)"},
		parts:    map[string]string{"pemenuhan": "pemenuhan", "reform": "reform", "": "hasil"},
		status:   map[string]string{rule.Regulation: "peraturan", rule.Form: "formulir", rule.Unverified: "belum terverifikasi"},
		policyWords: map[string]string{
			rule.UnansweredZero: "butir kosong dihitung 0", rule.UnansweredOmit: "butir kosong dikeluarkan",
			rule.NotApplicableSpread: "bobot yang tidak berlaku disebar di areanya", rule.NotApplicableNone: "yang tidak berlaku tanpa nilai",
		},
		criteria: map[string]string{"A.area": "capaian area %", "IPAK": "IPAK, 0-4", "IPKP": "IPKP, 0-4", "survey.n": "responden survei", "prior_wbk": "sudah WBK", "kawasan": "integrasi kawasan"},
		passed:   map[bool]string{true: "memenuhi", false: "BELUM"},
		reasons: map[string]string{
			rule.ReasonType:         "Jenis jawaban tertulis {found}, seharusnya {want}; rumus formulir tidak menilai butir ini.",
			rule.ReasonScale:        "Formulir menilai dengan skala {found}, seharusnya {want}.",
			rule.ReasonSpelling:     "Jawaban tertulis {found}, dibaca {want}; rumus formulir tidak mengenalinya.",
			rule.ReasonDivision:     "Pembagian 0/0 di sini: tidak ada yang dihitung, jadi tidak berlaku.",
			rule.ReasonZeroBefore:   "Tahun lalu 0 dan tahun ini ada: rumus formulir membagi dengan 0; menurut aturan nilainya 0.",
			rule.ReasonError:        "Formulir menampilkan {found} di sini; sebabnya bukan jawaban.",
			rule.ReasonTyped:        "Angka diketik menimpa rumus formulir.",
			rule.ReasonNotScored:    "Dijawab, tetapi formulir tidak menilainya.",
			rule.ReasonScoredBlank:  "Formulir memberi nilai, padahal jawabannya kosong atau ditolak.",
			rule.ReasonBlankOnly:    "Tidak ada jawaban sama sekali ({codes}): rumus formulir merata-ratakan ketiadaan. Tolok memberi 0.",
			rule.ReasonBlankOmitted: "Formulir mengeluarkan butir kosong dari rata-rata: {codes}.",
			rule.ReasonOmitted:      "Formulir mengeluarkan dari rata-rata: {codes}.",
			rule.ReasonSumOnly:      "Formulir menjumlah tanpa menyebar bobot yang tidak berlaku.",
			rule.ReasonOneOfGroup:   "Formulir merata-ratakan {found} dengan dirinya sendiri dan tidak menghitung {codes}.",
			rule.ReasonWeight:       "Bobot di formulir {found}, seharusnya {want}.",
			rule.ReasonRounded:      "Angka yang sama, dibulatkan.",
			rule.ReasonCarried:      "Terbawa dari {codes}.",
			rule.ReasonUnknown:      "Sebabnya tidak diketahui.",
		},
	},
	"en": {
		checkPath: "check the file name", noFile: "no such file; check its name and folder",
		form: "Form", sheet: "sheet", regulation: "Regulation", cycle: "Cycle", notStated: "not stated (--cycle)",
		inForce: "regulation in force", layer: "Layer", unit: "Unit", policy: "Policy", byDefault: "default",
		score: "SCORE", tolok: "Tolok", theForm: "form", change: "difference", weight: "weight",
		bounds: "The items still blank allow a total between %s and %s.",
		areas:  "AREAS", code: "code", area: "area", part: "part", attainment: "attainment",
		counts:     "ITEMS: %d answered, %d unanswered, %d not applicable",
		unanswered: "Unanswered:", notApplicable: "Not applicable (nothing to count):", row: "row %d",
		differences: "DIFFERENCES FROM THE FORM", noDifference: "None.", noReport: "The form reports no scores; there is nothing to compare.", reason: "reason",
		criterion: "criterion", value: "value", minimum: "minimum", margin: "margin", result: "result", source: "source", unknown: "not known",
		meets: "meets every criterion that can be tested", fails: "criteria not met", unknownCriteria: " (not in the worksheet: %s)",
		depends:  "This verdict depends on the policy; see the totals below.",
		policies: "OTHER POLICIES (Tolok's choice, not the regulation's)", unansweredHead: "unanswered", notApplicableHead: "not applicable", total: "total", used: "<- used",
		problems: "NOTES ON THE FORM",
		layers:   map[string]string{data.Self: "self (the unit)", data.TPI: "TPI (inspectorate)", data.TPN: "TPN (national)"},
		parts:    map[string]string{"pemenuhan": "compliance", "reform": "reform", "": "results"},
		status:   map[string]string{rule.Regulation: "regulation", rule.Form: "form", rule.Unverified: "unverified"},
		policyWords: map[string]string{
			rule.UnansweredZero: "blank items count 0", rule.UnansweredOmit: "blank items left out",
			rule.NotApplicableSpread: "weight that does not apply is spread in its area", rule.NotApplicableNone: "what does not apply earns nothing",
		},
		criteria: map[string]string{"A.area": "area attainment %", "IPAK": "IPAK, 0-4", "IPKP": "IPKP, 0-4", "survey.n": "survey respondents", "prior_wbk": "already holds WBK", "kawasan": "zone integration"},
		passed:   map[bool]string{true: "met", false: "NOT MET"},
		reasons: map[string]string{
			rule.ReasonType:         "The answer type is written {found}, should be {want}; the form's formula does not score this item.",
			rule.ReasonScale:        "The form scores by the scale {found}, should be {want}.",
			rule.ReasonSpelling:     "The answer is written {found}, read as {want}; the form's formula does not recognise it.",
			rule.ReasonDivision:     "The division 0/0 begins here: nothing to count, so it does not apply.",
			rule.ReasonZeroBefore:   "None last year and some this year: the form's formula divides by 0; by the rule the score is 0.",
			rule.ReasonError:        "The form shows {found} here; no answer causes it.",
			rule.ReasonTyped:        "A number was typed over the form's formula.",
			rule.ReasonNotScored:    "Answered, but the form does not score it.",
			rule.ReasonScoredBlank:  "The form gives a score though the answer is blank or was refused.",
			rule.ReasonBlankOnly:    "Nothing was answered ({codes}): the form's formula averages nothing. Tolok gives 0.",
			rule.ReasonBlankOmitted: "The form leaves blank items out of the mean: {codes}.",
			rule.ReasonOmitted:      "The form leaves out of the mean: {codes}.",
			rule.ReasonSumOnly:      "The form adds up without spreading the weight that does not apply.",
			rule.ReasonOneOfGroup:   "The form averages {found} with itself and leaves out {codes}.",
			rule.ReasonWeight:       "The form's weight is {found}, should be {want}.",
			rule.ReasonRounded:      "The same number, rounded.",
			rule.ReasonCarried:      "Carried from {codes}.",
			rule.ReasonUnknown:      "The reason is not known.",
		},
	},
}

// reason says in words why the form differs.
func (s *scored) reason(d *rule.Difference) string {
	codes := make([]string, 0, len(d.Codes))
	for _, c := range d.Codes {
		// What is carried has a line of its own below; only the total repeats its label.
		if d.Reason != rule.ReasonCarried || d.Code == "total" {
			c = s.named(c)
		}
		codes = append(codes, c)
	}
	found := d.Found
	if _, ok := s.set.Node(found); ok {
		found = s.named(found)
	} else if d.Reason == rule.ReasonSpelling {
		found = fmt.Sprintf("%q", found)
	}
	t := scoreWords[s.flags.lang].reasons[d.Reason]
	return strings.NewReplacer("{codes}", strings.Join(codes, ", "), "{found}", found, "{want}", d.Want).Replace(t)
}

// named is a code with its label in brackets.
func (s *scored) named(code string) string {
	if l := s.label(code); l != "" {
		return code + " (" + l + ")"
	}
	return code
}

// label is the label of an item, node, or group.
func (s *scored) label(code string) string {
	if it, ok := s.set.Item(code); ok {
		return it.Label.In(s.flags.lang)
	}
	if n, ok := s.set.Node(code); ok {
		return n.Label.In(s.flags.lang)
	}
	for _, g := range s.set.Groups() {
		if g.Code == code {
			labels := make([]string, len(g.Members))
			for i, m := range g.Members {
				labels[i] = m.Label.In(s.flags.lang)
			}
			return strings.Join(labels, " + ")
		}
	}
	return ""
}

// criterion is the label of a criterion: a node's, an area's, or its own.
func (s *scored) criterion(code string) string {
	names := scoreWords[s.flags.lang].criteria
	if l, ok := names[code]; ok {
		return l
	}
	for prefix, l := range names {
		if area, ok := strings.CutPrefix(code, prefix+"."); ok {
			return l + " " + area
		}
	}
	return s.label(code)
}
