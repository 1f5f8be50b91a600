package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// reported lists units whose reports are the longest and the shortest: of a
// layer item by item, of a cycle of which only scores were kept, of an agency.
func reported(t *testing.T, lake string) []string {
	t.Helper()
	var out []string
	for _, layer := range []string{"tpi", "tpn"} {
		var r struct {
			Rows []struct {
				UnitID string `json:"unit_id"`
			}
		}
		if err := json.Unmarshal([]byte(must(t, "ask", "ranking", "--lake", lake, "--layer", layer, "--order", "asc", "--size", "2", "--format", "json")), &r); err != nil {
			t.Fatal(err)
		}
		for _, row := range r.Rows {
			out = append(out, row.UnitID)
		}
	}
	return out
}

// A report prints on exactly two sheets, and nothing on them is cut off.
func TestReportIsTwoSheets(t *testing.T) {
	ctx := browser(t)
	_, lake := programme(t)
	units := reported(t, lake)
	dir := t.TempDir()
	must(t, "report", "--lake", lake, "--out", dir, units[0])
	pdf, err := os.ReadFile(filepath.Join(dir, "report-"+units[0]+".pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(pdf, []byte("/Type /Page")) - bytes.Count(pdf, []byte("/Type /Pages")); n != 2 {
		t.Errorf("%s: %d sheets, want 2", units[0], n)
	}
	for _, lang := range []string{"id", "en"} {
		dir := t.TempDir()
		must(t, append([]string{"report", "--lake", lake, "--out", dir, "--lang", lang, "--html"}, units...)...)
		for _, unit := range units {
			const cut = `[...document.querySelectorAll(".a4")].filter(e => e.scrollHeight > e.clientHeight + 1).map(e => e.querySelector("h2").textContent + ": " + e.scrollHeight + " > " + e.clientHeight)`
			var over []string
			// A4 less its margins of 12 mm, at 96 px an inch.
			err := chromedp.Run(
				ctx, emulation.SetDeviceMetricsOverride(703, 1032, 1, false), emulation.SetEmulatedMedia().WithMedia("print"),
				chromedp.Navigate("file://"+filepath.Join(dir, "report-"+unit+".html")), chromedp.WaitReady(".a4"), chromedp.Evaluate(cut, &over),
			)
			if err != nil {
				t.Fatal(err)
			}
			if len(over) > 0 {
				t.Errorf("%s, %s: cut off: %s", unit, lang, strings.Join(over, "; "))
			}
		}
	}
}

// Where there is no Chromium a report is HTML, and says so.
func TestReportWithoutChromium(t *testing.T) {
	_, lake := programme(t)
	dir := t.TempDir()
	t.Setenv("PATH", t.TempDir())
	t.Setenv("TOLOK_BROWSER", "")
	var out, errs strings.Builder
	unit := reported(t, lake)[0]
	if status := run(t.Context(), []string{"report", unit, "--lake", lake, "--out", dir}, &out, &errs); status != exitOK {
		t.Fatalf("exit %d: %s", status, errs.String())
	}
	b, err := os.ReadFile(filepath.Join(dir, "report-"+unit+".html"))
	if err != nil || !strings.Contains(errs.String(), "HTML") || bytes.Count(b, []byte(`class="a4"`)) != 2 || bytes.Contains(b, []byte("<script")) {
		t.Errorf("%v, %s", err, errs.String())
	}
	for name, args := range map[string][]string{"no unit": {}, "an unknown unit": {"nobody"}, "an unknown language": {unit, "--lang", "fr"}} {
		if status := run(t.Context(), append([]string{"report", "--lake", lake, "--out", dir}, args...), &out, &errs); status == exitOK {
			t.Errorf("%s: exit %d", name, status)
		}
	}
}
