package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
	"tolok/data/rule"
	"tolok/data/synth"
)

// benchUnits is the size of the programme that the benchmarks run on, unless
// BENCH_UNITS says otherwise.
const benchUnits = 3000

func benchFiles(b *testing.B) string {
	b.Helper()
	p := synth.DefaultParams()
	p.Units = benchUnits
	if s := os.Getenv("BENCH_UNITS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatalf("BENCH_UNITS=%s: %v", s, err)
		}
		p.Units = n
	}
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

// BenchmarkRebuild makes the serving file after one agency has sent its answers
// of one cycle again: on top of the file before, and from nothing. The metric is
// the first in percent of the second.
func BenchmarkRebuild(b *testing.B) {
	files := benchFiles(b)
	dir := filepath.Join(b.TempDir(), "lake")
	take := func(folder string) *lake.Manifest {
		if err := ingestFiles(b.Context(), io.Discard, io.Discard, []string{folder}, ingestFlags{dir: dir}); err != nil {
			b.Fatal(err)
		}
		m, err := lake.Open(dir).Current()
		if err != nil {
			b.Fatal(err)
		}
		return m
	}
	build := func(m *lake.Manifest) (string, time.Duration) {
		start := time.Now()
		path, err := analytics.Build(b.Context(), lake.Open(dir), m)
		if err != nil {
			b.Fatal(err)
		}
		return path, time.Since(start)
	}
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			b.Fatal(err)
		}
	}
	base, _ := build(take(files))
	m, aside := take(oneCycle(b, files)), filepath.Join(b.TempDir(), "aside")
	var patched, full time.Duration
	for b.Loop() {
		path, d := build(m)
		patched += d
		move(base, aside)
		if err := os.Remove(path); err != nil {
			b.Fatal(err)
		}
		_, d = build(m)
		full += d
		move(aside, base)
		if err := os.Remove(path); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(patched.Seconds()/float64(b.N), "patched-s/op")
	b.ReportMetric(full.Seconds()/float64(b.N), "full-s/op")
	b.ReportMetric(100*patched.Seconds()/full.Seconds(), "%ofFull")
}

// oneCycle writes the answers of one agency in the cycle it has most of, as it
// would send them again.
func oneCycle(b *testing.B, files string) string {
	b.Helper()
	all, err := filepath.Glob(filepath.Join(files, "*", "answers.csv"))
	if err != nil || len(all) == 0 {
		b.Fatalf("no agency sent answers: %v", err)
	}
	f, err := os.Open(all[len(all)/2])
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	cycle := slices.Index(rows[0], "cycle")
	count := map[string]int{}
	for _, r := range rows[1:] {
		count[r[cycle]]++
	}
	most := slices.MaxFunc(slices.Collect(maps.Keys(count)), func(x, y string) int { return cmp.Or(count[x]-count[y], strings.Compare(x, y)) })
	rows = append(rows[:1], slices.DeleteFunc(rows[1:], func(r []string) bool { return r[cycle] != most })...)
	folder := filepath.Join(b.TempDir(), "again")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.Fatal(err)
	}
	out, err := os.Create(filepath.Join(folder, "answers.csv"))
	if err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(csv.NewWriter(out).WriteAll(rows), out.Close()); err != nil {
		b.Fatal(err)
	}
	return folder
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
