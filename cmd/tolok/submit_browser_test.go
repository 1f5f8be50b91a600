package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// The pages on submissions, in every state that has something to show, on a
// phone and on a desk, and the whole way by clicks without a script.
func TestSubmissionPagesInABrowser(t *testing.T) {
	ctx := browser(t)
	p := openOffice(t, submitFlags{portalNets: []string{"127.0.0.0/8"}})
	w := &watch{origin: p.url}
	w.listen(ctx)
	bad := hostsOf + "U-001,2024,5,\n"
	for i := range 30 {
		bad += fmt.Sprintf("U-10%d,2024,banyak,sebuah kantor yang namanya panjang sekali\n", i)
	}
	crossed := stages + "U-001,2024,WBK,mandiri,desk,berjalan,2024-05-01\nU-001,2024,WBK,mandiri,pengusulan,lulus,2024-06-01\n"
	checked := p.upload("itjen", map[string]string{"note": "Kiriman kedua bulan ini", "cycle": "2024"}, "kapasitas tuan rumah – revisi akhir.csv", bad, "crossed.csv", crossed)
	returned := p.upload("itjen", nil, "hosts.csv", hostsOf+"U-001,2023,5,\n")
	p.step("itjen", returned.ID, "confirm", nil)
	confirmed := p.upload("itjen", nil, "hosts.csv", hostsOf+"U-002,2023,5,\n")
	p.step("itjen", confirmed.ID, "confirm", nil)
	p.step("national", returned.ID, "return", url.Values{"reason": {"Eviden tahun 2023 belum lengkap; kirim ulang bersama berita acara."}})
	as := func(who string) chromedp.Action { return network.SetExtraHTTPHeaders(network.Headers{"Who": who}) }
	for _, c := range []struct{ name, who, path string }{
		{"list", "national", "/submissions"},
		{"new", "itjen", "/submissions/new"},
		{"new-national", "national", "/submissions/new"},
		{"checked", "itjen", "/submissions/" + checked.ID},
		{"confirmed", "national", "/submissions/" + confirmed.ID},
		{"returned", "itjen", "/submissions/" + returned.ID},
		{"portals", "national", "/submissions/portals"},
	} {
		for _, lang := range []string{"id", "en"} {
			for _, width := range []int64{360, 1440} {
				t.Run(fmt.Sprintf("%s %s %d", c.name, lang, width), func(t *testing.T) {
					var faults []string
					var shot []byte
					err := chromedp.Run(
						ctx, network.Enable(), as(c.who), emulation.SetDeviceMetricsOverride(width, 900, 1, width < 600), chromedp.Navigate(p.url+c.path+"?lang="+lang),
						chromedp.WaitReady("footer"), chromedp.Evaluate(inspect, &faults), chromedp.FullScreenshot(&shot, 90),
					)
					if err != nil {
						t.Fatal(err)
					}
					for _, f := range append(faults, w.take()...) {
						t.Error(f)
					}
					// To look at them.
					if dir := os.Getenv("SHOTS"); dir != "" {
						_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s-%d.jpg", c.name, lang, width)), shot, 0o644)
					}
				})
			}
		}
	}
	t.Run("by clicks, without a script", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "hosts.csv")
		if err := os.WriteFile(file, []byte(hostsOf+"U-001,2022,5,\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var at, title string
		err := chromedp.Run(
			ctx, emulation.SetScriptExecutionDisabled(true), as("itjen"), chromedp.Navigate(p.url+"/submissions/new?lang=en"), chromedp.SetUploadFiles("#files", []string{file}), chromedp.Submit("form.letter"),
			chromedp.WaitVisible(`form[action*="/confirm"] button`), chromedp.Click(`form[action*="/confirm"] button`), chromedp.WaitNotPresent(`form[action*="/confirm"]`), chromedp.WaitReady("footer"), chromedp.Location(&at),
			as("national"), chromedp.Navigate(p.url), emulation.SetScriptExecutionDisabled(false),
		)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		err = chromedp.Run(ctx, chromedp.Navigate(p.url+u.Path+"?lang=en"), chromedp.Click(`form[action*="/accept"] button`), chromedp.WaitVisible(`a[href*="snapshot="]`), chromedp.Title(&title))
		if err != nil || !strings.Contains(title, "Kementerian A") {
			t.Errorf("%q, %v", title, err)
		}
	})
}
