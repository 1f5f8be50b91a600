package main

import (
	"flag"
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

var shots = flag.String("shots", "", "folder for pictures of the account pages, to look at them")

// The pages of accounts in a real browser, every language, theme and width: no
// script error, nothing too wide, nothing without a name.
func TestAccountPagesInABrowser(t *testing.T) {
	ctx := browser(t)
	s := start(t, "serve", "--lake", tinyLake(t), "--addr", "127.0.0.1:0")
	link := setupLink.FindStringSubmatch(s.out.String())
	if link == nil {
		t.Fatalf("no set-up link in:\n%s", s.out.String())
	}
	const password = "kereta malam ke solo"
	before := []string{"/sign-in", "/sign-in?done=signed-out", "/invitation?token=" + link[2]}
	w := &watch{origin: s.url}
	w.listen(ctx)
	look := func(pages []string) {
		for _, page := range pages {
			for _, lang := range []string{"id", "en"} {
				for _, width := range []int64{360, 1440} {
					for _, theme := range []string{"light", "dark"} {
						sep := "?"
						if strings.Contains(page, "?") {
							sep = "&"
						}
						name, _, _ := strings.Cut(page, "?")
						t.Run(fmt.Sprintf("%s %s %d %s", name, lang, width, theme), func(t *testing.T) {
							var bad []string
							var picture []byte
							err := chromedp.Run(
								ctx, emulation.SetDeviceMetricsOverride(width, 900, 1, width < 600), chromedp.Navigate(s.url+page+sep+"lang="+lang+"&theme="+theme), chromedp.WaitReady("footer"),
								chromedp.Evaluate(inspect, &bad), chromedp.FullScreenshot(&picture, 100),
							)
							noErr(t, err)
							for _, f := range append(bad, w.take()...) {
								t.Error(f)
							}
							if *shots != "" {
								file := fmt.Sprintf("%s-%s-%d-%s.png", strings.ReplaceAll(strings.Trim(name, "/"), "/", "-"), lang, width, theme)
								noErr(t, os.WriteFile(filepath.Join(*shots, file), picture, 0o600))
							}
						})
					}
				}
			}
		}
	}
	look(before)
	s.post("/invitation", url.Values{"token": {link[2]}, "sign_in": {"admin@menpan.example"}, "name": {"Deputi Reformasi Birokrasi"}, "password": {password}, "again": {password}})
	s.post("/sign-in", url.Values{"name": {"admin@menpan.example"}, "password": {password}})
	s.post("/accounts/invite", url.Values{"sign_in": {"itjen@satu.example"}, "name": {"Inspektorat Jenderal Satu"}, "role": {"instansi"}, "agency": {"K1"}, "admin": {"1"}})
	s.post("/account/tokens", url.Values{"label": {"dasbor provinsi"}, "days": {"90"}, "role": {"nasional"}})
	s.get(s.url + "/units/u1")
	s.get(s.url + "/ranking.csv")
	u, err := url.Parse(s.url)
	noErr(t, err)
	for _, c := range s.http.Jar.Cookies(u) {
		noErr(t, chromedp.Run(ctx, network.SetCookie(c.Name, c.Value).WithURL(s.url).WithHTTPOnly(true)))
	}
	look([]string{"/account", "/accounts", "/audit", "/releases", "/view-as", "/settings"})
	s.end()
}
