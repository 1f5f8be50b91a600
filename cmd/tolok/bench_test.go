package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
	"tolok/data/rule"
	"tolok/data/synth"
	"tolok/web"
)

// benchUnits is the size of the programme that the benchmarks run on.
const benchUnits = 3000

func benchFiles(b *testing.B) string {
	b.Helper()
	p := synth.DefaultParams()
	p.Units = benchUnits
	files := filepath.Join(b.TempDir(), "files")
	if _, err := synth.Generate(b.Context(), files, p, nil); err != nil {
		b.Fatal(err)
	}
	return files
}

func benchLake(b *testing.B) *lake.Lake {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "lake")
	if err := ingestFiles(b.Context(), io.Discard, io.Discard, []string{benchFiles(b)}, ingestFlags{dir: dir}); err != nil {
		b.Fatal(err)
	}
	return lake.Open(dir)
}

// BenchmarkIngest takes the whole programme in; rows/s counts every dataset.
func BenchmarkIngest(b *testing.B) {
	files := benchFiles(b)
	var rows int64
	for b.Loop() {
		dir := filepath.Join(b.TempDir(), "lake")
		if err := ingestFiles(b.Context(), io.Discard, io.Discard, []string{files}, ingestFlags{dir: dir}); err != nil {
			b.Fatal(err)
		}
		m, err := lake.Open(dir).Current()
		if err != nil {
			b.Fatal(err)
		}
		rows += m.Submissions[0].Rows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkBuild makes the serving file of the programme.
func BenchmarkBuild(b *testing.B) {
	l := benchLake(b)
	m, err := l.Current()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := os.RemoveAll(filepath.Join(l.Dir(), "serving")); err != nil {
			b.Fatal(err)
		}
		if _, err := analytics.Build(b.Context(), l, m); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPages asks the server for each page, as a reader's first visit.
func BenchmarkPages(b *testing.B) {
	l := benchLake(b)
	store := analytics.NewStore(b.Context(), l)
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
	r, err := db.Ranking(b.Context(), analytics.Filter{})
	if err != nil || len(r.Rows) == 0 {
		b.Fatalf("no unit to show: %v", err)
	}
	for _, page := range []string{"/", "/ranking", "/agencies", "/agencies/" + r.Rows[0].AgencyID, "/units/" + r.Rows[0].UnitID, "/methods"} {
		b.Run(page, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequestWithContext(b.Context(), http.MethodGet, page, nil))
				if w.Code != http.StatusOK {
					b.Fatalf("%s: %d", page, w.Code)
				}
			}
		})
	}
}

// BenchmarkScore scores one full worksheet in Go.
func BenchmarkScore(b *testing.B) {
	s, _ := rule.Get("90/2021")
	w := rule.Worksheet{}
	one := data.OneAmount
	for _, it := range s.Items {
		a := data.Answer{ItemID: it.ID}
		if it.Formula == rule.FormulaOption {
			a.Choice = it.OptionNames()[0]
		} else {
			a.Value = &one
		}
		w[it.ID] = a
	}
	for b.Loop() {
		s.Score(w, s.DefaultPolicy())
	}
}
