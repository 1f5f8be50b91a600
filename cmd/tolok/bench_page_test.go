package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"tolok/analytics"
	"tolok/data/lake"
	"tolok/web"
	"tolok/web/auth"
)

// pagesLake is the lake that pages are asked of: that of BENCH_LAKE, or a
// programme of BENCH_UNITS units.
func pagesLake(b *testing.B) *lake.Lake {
	b.Helper()
	if dir := os.Getenv("BENCH_LAKE"); dir != "" {
		return lake.Open(dir)
	}
	return benchLake(b)
}

// benchPage is a page asked for in several ways: the first only makes its
// statements and what is kept of a snapshot.
type benchPage struct {
	name string
	ways []string
}

// benchPages are the pages of national comparison. Each way asks for something
// that was not asked before, so that no kept answer helps.
func benchPages(b *testing.B, db *analytics.DB) []benchPage {
	b.Helper()
	r, err := db.As(analytics.National).Ranking(b.Context(), analytics.RankingFilter{Filter: analytics.Filter{Size: 500}})
	if err != nil || len(r.Rows) < 12 {
		b.Fatalf("not enough units to show: %v", err)
	}
	cycles := []string{"province=31", "cycle=2025", "cycle=2024", "cycle=2023", "cycle=2022", "cycle=2021"}
	of := func(path string) benchPage {
		p := benchPage{name: path}
		for _, c := range cycles {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			p.ways = append(p.ways, path+sep+c)
		}
		return p
	}
	each := func(name, format string, ids []string) benchPage {
		p := benchPage{name: name}
		for _, id := range ids {
			p.ways = append(p.ways, fmt.Sprintf(format, id))
		}
		return p
	}
	var units, agencies []string
	for _, row := range r.Rows {
		if !slices.Contains(agencies, row.AgencyID) && len(units) < 12 {
			units, agencies = append(units, row.UnitID), append(agencies, row.AgencyID)
		}
	}
	return []benchPage{
		of("/"), of("/ranking"), of("/ranking?by=MP"), of("/ranking?layer=self"), of("/ranking?raw=true"),
		each("/ranking?q=", "/ranking?q=%s", []string{"dinas", "kota", "kabupaten", "kantor", "balai", "rumah"}),
		of("/agencies"), each("/agencies/{id}", "/agencies/%s", agencies),
		of("/criteria"), of("/funnel"), of("/credibility"),
		each("/register", "/register?q=%s", []string{"balai", "kota", "dinas", "kantor", "rumah"}),
		each("/spi", "/spi?%s", []string{"cycle=2023", "cycle=2024", "cycle=2022", "cycle=2021"}),
		of("/quality"), each("/units/{id}", "/units/%s", units),
		each("/peers", "/peers?unit=%s", units), each("/units/{id}/partners", "/units/%s/partners", units),
		of("/mentors"), of("/forecast"),
		each("/methods", "/methods?%s", []string{"lang=id", "lang=en"}),
	}
}

// spent is the processor time of the whole program.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkPages asks the server for each page as a reader's first visit, and
// runs the page's queries once more without it: cpu-ms and queries-ms are
// processor time, ratio the first by the second. ns/op is of repeated visits.
func BenchmarkPages(b *testing.B) {
	store := analytics.NewStore(b.Context(), pagesLake(b))
	defer store.Close()
	if err := store.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	handler, err := web.New(web.Options{DB: store.DB})
	if err != nil {
		b.Fatal(err)
	}
	db, err := store.DB(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	pages := benchPages(b, db)
	if _, err := db.Outlook(b.Context()); err != nil { // made in the background, once a snapshot
		b.Fatal(err)
	}
	readers := map[string]auth.Scope{"nation": {Role: auth.Nasional}}
	if who := os.Getenv("BENCH_AGENCY"); who != "" {
		readers = map[string]auth.Scope{"agency": {Role: auth.Instansi, Agency: who}}
	}
	for _, reader := range slices.Sorted(maps.Keys(readers)) {
		ctx := auth.WithIdentity(b.Context(), auth.Demo(readers[reader]))
		for _, p := range pages {
			b.Run(reader+p.name, func(b *testing.B) { p.measure(ctx, b, handler) })
		}
	}
}

func (p benchPage) measure(ctx context.Context, b *testing.B, handler http.Handler) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	visit := func(ctx context.Context, way string) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, way, nil))
		if w.Code != http.StatusOK {
			b.Fatalf("%s: %d", way, w.Code)
		}
	}
	visit(ctx, p.ways[0])
	visit(ctx, p.ways[0])
	var whole, alone time.Duration
	by := map[string]time.Duration{}
	for _, way := range p.ways[1:] {
		traced, trace := analytics.Traced(ctx)
		start := spent()
		visit(traced, way)
		whole += spent() - start
		start = spent()
		last := start
		err := trace.Replay(ctx, func(query string) { now := spent(); by[query] += now - last; last = now })
		if err != nil {
			b.Fatal(err)
		}
		alone += spent() - start
	}
	n := float64(len(p.ways) - 1)
	for b.Loop() {
		visit(ctx, p.ways[1])
	}
	ms := func(d time.Duration) float64 { return d.Seconds() * 1000 / n }
	b.ReportMetric(ms(whole), "cpu-ms")
	b.ReportMetric(ms(alone), "queries-ms")
	if alone > 0 {
		b.ReportMetric(whole.Seconds()/alone.Seconds(), "ratio")
	}
	if testing.Verbose() {
		for _, q := range slices.SortedFunc(maps.Keys(by), func(x, y string) int { return int(by[y] - by[x]) }) {
			b.Logf("%8.2f ms  %s", ms(by[q]), q)
		}
	}
}
