package inbox

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Refusal is a file or a form that is not accepted, by a code for which pages
// have words.
type Refusal struct {
	Code string // one of RefusalCodes
	Name string // of the file, as it was given
	Most string // the limit, where there is one
}

// RefusalCodes are the reasons.
var RefusalCodes = []string{
	"name-empty", "name-path", "name-hidden", "name-device", "name-long", "name-repeated",
	"file-large", "all-large", "too-many", "file-empty", "no-files", "field-large", "field-unknown",
}

// Error names the reason.
func (r *Refusal) Error() string {
	s := fmt.Sprintf("%s: %q", r.Code, r.Name)
	if r.Most != "" {
		s += ", at most " + r.Most
	}
	return s
}

// TooLarge says whether it is the size that is refused.
func (r *Refusal) TooLarge() bool {
	return r.Code == "file-large" || r.Code == "all-large" || r.Code == "too-many" || r.Code == "field-large"
}

const longestName = 200 // bytes; file systems take 255

// devices are names that Windows takes for devices, with any ending: a copy of
// the files must be readable there.
var devices = map[string]bool{"CON": true, "PRN": true, "AUX": true, "NUL": true, "CONIN$": true, "CONOUT$": true, "CLOCK$": true}

func isDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	stem = strings.TrimSpace(stem)
	if devices[stem] {
		return true
	}
	for _, port := range []string{"COM", "LPT"} {
		if n, ok := strings.CutPrefix(stem, port); ok && utf8.RuneCountInString(n) == 1 && strings.ContainsAny(n, "0123456789¹²³") {
			return true
		}
	}
	return false
}

// CleanName is the name under which a file is kept: as its sender wrote it, so
// that people recognise it, without what no name needs. A name that could mean
// a place, or that is no plain file, is a [*Refusal] and not mended: who sends
// it should know.
func CleanName(given string) (string, error) {
	refuse := func(code string) (string, error) { return "", &Refusal{Code: code, Name: given} }
	name := strings.ToValidUTF8(given, "_")
	if strings.ContainsAny(name, `/\`) || strings.ContainsRune(name, 0) || isDrive(name) || name == "." || name == ".." {
		return refuse("name-path")
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r): // invisible, or turns the text around
			return -1
		case unicode.IsControl(r) || strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.TrimSpace(name)
	hidden := strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$")
	name = strings.TrimRight(name, ". ")
	switch {
	case hidden:
		return refuse("name-hidden")
	case name == "":
		return refuse("name-empty")
	case isDevice(name):
		return refuse("name-device")
	case len(name) > longestName:
		return "", &Refusal{Code: "name-long", Name: given, Most: fmt.Sprint(longestName)}
	case name != path.Base(name):
		return refuse("name-path")
	}
	return name, nil
}

func isDrive(name string) bool {
	return len(name) >= 2 && name[1] == ':' && (name[0]|0x20) >= 'a' && (name[0]|0x20) <= 'z'
}

// sameName is what file systems that fold case take for one name.
func sameName(name string) string { return strings.ToLower(name) }
