package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser starts Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := os.Getenv("TOLOK_BROWSER")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		t.Skip("no Chromium here: install Debian's package chromium, or set TOLOK_BROWSER")
	}
	options := append(
		chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, _ = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("Chromium did not close by itself: %v", err)
		}
	})
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("Chromium (%s) does not start: %v", path, err)
	}
	return ctx
}

// served runs the demonstration over a lake on a free port of this machine.
func served(t *testing.T, lake string) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan int, 1)
	var out, errs strings.Builder
	go func() { done <- run(ctx, []string{"demo", "--dir", filepath.Dir(lake), "--addr", addr}, &out, &errs) }()
	t.Cleanup(func() {
		stop()
		if status := <-done; status != exitOK {
			t.Errorf("serve: exit %d\n%s", status, errs.String())
		}
	})
	for range 200 {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
			return "http://" + addr
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the server did not start on %s", addr)
	return ""
}

// watch notes what a page must not do: fail in its scripts, break its own
// policy, or ask any other host for anything.
type watch struct {
	mu     sync.Mutex
	origin string
	faults []string
}

func (w *watch) listen(ctx context.Context) {
	chromedp.ListenTarget(ctx, func(ev any) {
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			w.add("script error: " + e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
				w.add(fmt.Sprintf("console %s: %s", e.Type, e.Args[0].Value))
			}
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !strings.HasPrefix(u, w.origin) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
				w.add("asked another host: " + u)
			}
		case *network.EventResponseReceived:
			if e.Response.Status >= 400 {
				w.add(fmt.Sprintf("%d for %s", e.Response.Status, e.Response.URL))
			}
		case *network.EventLoadingFailed:
			if e.BlockedReason != "" {
				w.add("blocked: " + string(e.BlockedReason))
			}
		}
	})
}

func (w *watch) add(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, s)
}

func (w *watch) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.faults
	w.faults = nil
	return f
}

// inspect is run in the page; it answers with what is wrong there.
const inspect = `(() => {
  const bad = [];
  const h1 = document.querySelectorAll("h1").length;
  if (h1 !== 1) bad.push(h1 + " h1");
  let level = 0;
  for (const h of document.querySelectorAll("h1,h2,h3,h4,h5")) {
    const n = Number(h.tagName[1]);
    if (n > level + 1) bad.push("heading jumps to " + h.tagName + ": " + h.textContent.trim());
    level = n;
  }
  const over = document.documentElement.scrollWidth - window.innerWidth;
  if (over > 1) {
    const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest("table, svg"));
    bad.push("page is " + over + " px too wide: " + wide.slice(0, 3).map(e => e.tagName + "." + e.className).join(", "));
  }
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  for (const d of new Set(ids.filter((x, i) => ids.indexOf(x) !== i))) bad.push("id twice: " + d);
  for (const e of document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")) {
    const name = e.getAttribute("aria-label") || e.textContent.trim() || (e.labels && e.labels.length && e.labels[0].textContent);
    if (!name) bad.push("no name: " + e.outerHTML.slice(0, 80));
  }
  for (const t of document.querySelectorAll("table")) if (!t.caption || !t.querySelector("th[scope]")) bad.push("table without caption or headers");
  for (const p of document.querySelectorAll(".picture")) {
    const s = p.querySelector("svg");
    if (!s || !s.querySelector("title") || !s.querySelector("desc")) bad.push("picture without drawing, title or description");
  }
  if (/undefined|NaN|\[object|%!|<no value>/.test(document.body.innerText)) bad.push("a value leaked: " + document.body.innerText.match(/.{0,30}(undefined|NaN|\[object|%!|<no value>).{0,30}/)[0]);
  return bad;
})()`

// pages that are opened in every language, theme and width.
func pagesOf(t *testing.T, lake string) []string {
	var r struct {
		Rows []struct {
			UnitID   string `json:"unit_id"`
			AgencyID string `json:"agency_id"`
		}
	}
	if err := json.Unmarshal([]byte(must(t, "ask", "ranking", "--lake", lake, "--format", "json")), &r); err != nil || len(r.Rows) == 0 {
		t.Fatalf("no unit to show: %v", err)
	}
	return []string{
		"/", "/?cycle=2018", "/ranking", "/ranking?by=IPAK&order=asc&q=kantor", "/agencies", "/agencies/" + url.PathEscape(r.Rows[0].AgencyID),
		"/units/" + url.PathEscape(r.Rows[0].UnitID), "/register", "/register?state=revoked", "/criteria", "/criteria?unit=" + url.QueryEscape(r.Rows[0].UnitID), "/spi", "/units/" + url.PathEscape(r.Rows[0].UnitID) + "/path?layer=tpi", "/units/" + url.PathEscape(r.Rows[0].UnitID) + "/report", "/mentors", "/peers", "/peers?unit=" + url.QueryEscape(r.Rows[0].UnitID), "/twins", "/twins?unit=" + url.QueryEscape(r.Rows[len(r.Rows)-1].UnitID), "/units/" + url.PathEscape(r.Rows[len(r.Rows)-1].UnitID) + "/partners", "/funnel", "/credibility", "/quality", "/forecast", "/forecast/report-card", "/forecast/portfolio", "/forecast/early-warning", "/methods", "/about",
	}
}

func TestPagesInABrowser(t *testing.T) {
	ctx := browser(t)
	_, lake := programme(t)
	origin := served(t, lake)
	w := &watch{origin: origin}
	w.listen(ctx)
	// One click on the first role: the ministry's.
	if err := chromedp.Run(ctx, chromedp.Navigate(origin+"/methods"), chromedp.Click(`button[value="nasional"]`), chromedp.WaitVisible(`button[value="nasional"][aria-pressed="true"]`)); err != nil {
		t.Fatalf("signing in by a click: %v", err)
	}
	// Each page in both languages, themes and widths, in every pair of them.
	for n, page := range pagesOf(t, lake) {
		for i, lang := range []string{"id", "en"} {
			for j, width := range []int64{360, 1440} {
				for k, theme := range []string{"light", "dark"} {
					if (n+i+j+k)%2 == 1 {
						continue
					}
					sep := "?"
					if strings.Contains(page, "?") {
						sep = "&"
					}
					u := origin + page + sep + "lang=" + lang + "&theme=" + theme
					t.Run(fmt.Sprintf("%s %s %d %s", page, lang, width, theme), func(t *testing.T) {
						var bad []string
						var gotLang string
						err := chromedp.Run(
							ctx, emulation.SetDeviceMetricsOverride(width, 900, 1, width < 600), chromedp.Navigate(u), chromedp.WaitReady("footer"),
							chromedp.Evaluate(inspect, &bad), chromedp.Evaluate("document.documentElement.lang", &gotLang),
						)
						if err != nil {
							t.Fatal(err)
						}
						if gotLang != lang {
							t.Errorf("lang is %q", gotLang)
						}
						for _, f := range append(bad, w.take()...) {
							t.Error(f)
						}
					})
				}
			}
		}
	}
}

// With JavaScript the drawing gives way to the interactive chart; without it
// the drawing and every number stay.
func TestChartsComeAliveAndNeedNotTo(t *testing.T) {
	ctx := browser(t)
	_, lake := programme(t)
	origin := served(t, lake)
	const alive = `document.querySelector(".picture .live svg") !== null && document.querySelector(".picture .still").hidden`
	if err := chromedp.Run(ctx, emulation.SetDeviceMetricsOverride(1440, 900, 1, false), chromedp.Navigate(origin+"/"), chromedp.Poll(alive, nil, chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		t.Fatalf("no chart came alive: %v", err)
	}
	var plain struct{ Figures, Drawn, Hidden, Tables int }
	const still = `(() => { const f = [...document.querySelectorAll("figure")].filter(e => e.querySelector(".picture")); return {
  figures: f.length,
  drawn: f.filter(e => e.querySelector(".still svg")).length,
  hidden: f.filter(e => e.querySelector(".still").hidden).length,
  tables: f.filter(e => e.querySelector("table")).length}})()`
	err := chromedp.Run(
		ctx, emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(origin+"/"), chromedp.WaitReady("footer"),
		emulation.SetScriptExecutionDisabled(false), chromedp.Evaluate(still, &plain),
	)
	if err != nil {
		t.Fatal(err)
	}
	if plain.Figures < 4 || plain.Drawn != plain.Figures || plain.Hidden != 0 || plain.Tables != plain.Figures {
		t.Errorf("without JavaScript: %+v; want every figure drawn, shown, and with its table", plain)
	}
}
