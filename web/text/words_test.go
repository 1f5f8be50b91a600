package text

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/rule"
)

func TestEveryKeySpeaksBothLanguages(t *testing.T) {
	for _, key := range Keys() {
		for _, lang := range Langs {
			if strings.TrimSpace(catalogue[key].in(lang)) == "" {
				t.Errorf("%s has no text in %s", key, lang)
			}
		}
	}
}

var placeName = regexp.MustCompile(`\{([a-z0-9_]+)`)

// Both languages say the same values, though in any order. A plural may stand
// in one language only: Indonesian has none.
func TestLanguagesFillTheSamePlaces(t *testing.T) {
	names := func(s string) []string {
		var out []string
		for _, m := range placeName.FindAllStringSubmatch(s, -1) {
			if !slices.Contains(out, m[1]) {
				out = append(out, m[1])
			}
		}
		slices.Sort(out)
		return out
	}
	for key, p := range catalogue {
		if a, b := names(p.id), names(p.en); !slices.Equal(a, b) && key != "card.passrate.sub" && key != "agency.lead" {
			t.Errorf("%s: Indonesian fills %v, English %v", key, a, b)
		}
	}
}

func TestNoKeyIsInTwoGroups(t *testing.T) {
	n := 0
	for _, g := range []map[string]phrase{interfaceWords, pageWords, chartWords, pathWords, mentorWords, reportWords, methodWords, qualityWords, standingWords, submissionWords, learnWords, twinWords, accountWords, forecastWords, codeWords, fairWords, noteWords, termWords} {
		n += len(g)
	}
	if n != len(catalogue) {
		t.Errorf("the groups have %d keys, the catalogue %d: a key is defined twice", n, len(catalogue))
	}
}

// Every code that the other packages can produce has its word.
func TestEveryCodeHasItsWord(t *testing.T) {
	groups := map[string][]string{
		"kind": data.Kinds, "layer": data.Layers, "area": append(slices.Clone(data.Areas), "B.I", "B.II"), "stage": data.Stages, "result": data.Results,
		"issuer": data.Issuers, "target": data.Targets, "by": slices.Concat(analytics.RankBy, analytics.AgencyBy), "note": analytics.NoteCodes, "ask": analytics.QuestionCodes,
		"tier": {"top10", "top25", "middle", "bottom25"}, "status": {rule.Regulation, rule.Form, rule.Unverified},
		"state": {string(rule.Answered), string(rule.Unanswered), string(rule.NotApplicable)}, "severity": {data.Rejected, data.Repaired, data.Flagged, data.Failed},
		"group": {"nation", "kind", "type", "province", "agency"}, "method": {"wilson", "normal-fpc", "paule-mandel", "normal-gap", "bonett-wright"},
		"groups": analytics.FunnelGroups, "span": analytics.FunnelSpans, "pair": analytics.CredibilityPairs, "indicator": {"total", "A", "B"},
		"outlier": {analytics.VerdictFew, analytics.VerdictUsual, analytics.VerdictDiffers, analytics.VerdictHigh, analytics.VerdictLow},
		"trust":   {analytics.PredictsWell, analytics.NeedsCalibration, analytics.TooLittleKnown}, "reason": {"pairs", "deviation", "scatter", "agreement"},
		"basis": {"items", "scores"}, "order": {"asc", "desc"},
		"finding": analytics.SuspicionCodes, "methods.check": analytics.SuspicionCodes, "found": {analytics.FoundInRow, analytics.FoundInLake},
		"policy.unanswered": {rule.UnansweredZero, rule.UnansweredOmit}, "policy.not_applicable": {rule.NotApplicableSpread, rule.NotApplicableNone},
	}
	for _, set := range rule.All() {
		for _, c := range set.Criteria {
			groups["criterion"] = append(groups["criterion"], c.Code)
		}
		for _, g := range set.Gates {
			groups["gate"] = append(groups["gate"], g.Code)
			groups["level"] = append(groups["level"], g.Level)
		}
	}
	for _, code := range analytics.NoteCodes {
		if b, ok := strings.CutPrefix(code, "break-"); ok {
			groups["break"] = append(groups["break"], b)
		}
	}
	for group, codes := range groups {
		for _, code := range codes {
			if !Has(group + "." + code) {
				t.Errorf("%s.%s has no word", group, code)
			}
		}
	}
	for _, u := range data.UnitTypes() {
		if In(English).UnitType(u.Code) == u.Code {
			t.Errorf("unit type %s has no name", u.Code)
		}
	}
}

// A note without words shows its code; words without a note are never read.
func TestNotesAndTheirWordsAreTheSame(t *testing.T) {
	var worded []string
	for _, key := range Keys() {
		if code, ok := strings.CutPrefix(key, "note."); ok {
			worded = append(worded, code)
		}
	}
	codes := slices.Sorted(slices.Values(analytics.NoteCodes))
	if !slices.Equal(worded, codes) {
		t.Errorf("notes with words %v\nnotes that analytics gives %v", worded, codes)
	}
}

func TestNotesAreFilled(t *testing.T) {
	for want, got := range map[string]string{
		"Some worksheets of this cycle were scored by another regulation: 52/2014.":   In(English).Note("cycle-rules-mixed", map[string]string{"rules": "52/2014"}),
		"Only units nominated for WBBM in this cycle count here.":                     In(English).Note("filter-target", map[string]string{"target": "WBBM"}),
		"Di sini hanya dihitung satker yang diusulkan untuk WBK pada siklus ini.":     In(Indonesian).Note("filter-target", map[string]string{"target": "WBK"}),
		"No award register was taken in, so who held WBK before is not known.":        In(English).Note("awards-unknown", nil),
		"Nilai yang dilaporkan pengirim (81,5) berbeda dari hasil hitung ulang (80).": In(Indonesian).Note("reported-differs", map[string]string{"reported": "81.5", "recomputed": "80"}),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestEveryNoteReadsWithoutItsValues(t *testing.T) {
	for _, code := range analytics.NoteCodes {
		for _, lang := range Langs {
			if s := In(lang).Note(code, nil); strings.ContainsAny(s, "{}[]") || strings.Contains(s, " - ") || strings.Contains(s, "  ") {
				t.Errorf("%s in %s reads %q without values", code, lang, s)
			}
		}
	}
}

func TestFill(t *testing.T) {
	for _, c := range []struct {
		in     string
		values map[string]string
		want   string
	}{
		{"{n} {n|unit|units}", map[string]string{"n": "1"}, "1 unit"},
		{"{n} {n|unit|units}", map[string]string{"n": "2"}, "2 units"},
		{"few[ ({n})] cases", map[string]string{"n": "7"}, "few (7) cases"},
		{"few[ ({n})] cases", nil, "few cases"},
		{"from {a}", nil, "from -"},
		{"open {a", nil, "open {a"},
		{"open [a", nil, "open [a"},
	} {
		if got := fill(c.in, c.values); got != c.want {
			t.Errorf("fill(%q, %v) = %q, want %q", c.in, c.values, got, c.want)
		}
	}
}

func FuzzFill(f *testing.F) {
	f.Add("few[ ({n})] {n|unit|units}", "1")
	f.Add("[[{]}|{|", "")
	f.Fuzz(func(t *testing.T, s, n string) { fill(s, map[string]string{"n": n}) })
}

func TestMid(t *testing.T) {
	for in, want := range map[string]string{"Nilai total": "nilai total", "IPAK": "IPAK", "TPN": "TPN", "Evaluasi dokumen": "evaluasi dokumen", "": "", "A": "A"} {
		if got := Mid(in); got != want {
			t.Errorf("Mid(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTermsAreExplained(t *testing.T) {
	for _, term := range In(Indonesian).Terms() {
		if term.Name == "" || len(term.Meaning) < 20 || !strings.HasSuffix(term.Meaning, ".") {
			t.Errorf("term %s is not explained by a sentence: %q", term.Key, term.Meaning)
		}
	}
	for _, must := range []string{"WBK", "WBBM", "LKE", "IPAK", "IPKP", "TPI", "TPN", "satker", "pengungkit", "hasil"} {
		if !Has("term." + must) {
			t.Errorf("%s is not in the glossary", must)
		}
	}
}
