package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// BenchmarkForms takes official worksheet forms in, beside the XLSX library's
// own bare read of the sheet on as many cores.
func BenchmarkForms(b *testing.B) {
	raw, err := os.ReadFile(sharedFile(b, "lke-form-one-blank.xlsx"))
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	known := map[string]string{}
	var files []string
	for i := range 60 {
		unit := fmt.Sprintf("U-%03d", i)
		known[unit] = "K01"
		files = append(files, filepath.Join(dir, unit+"-2024-tpi.xlsx"))
		if err := os.WriteFile(files[i], raw, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	var ours, bare time.Duration
	for b.Loop() {
		start := time.Now()
		sum, err := Run(b.Context(), files, Options{KnownUnits: known}, &Checker{})
		if err != nil || sum.Files != len(files) {
			b.Fatal(sum, err)
		}
		ours += time.Since(start)
		start = time.Now()
		if err := readBare(files); err != nil {
			b.Fatal(err)
		}
		bare += time.Since(start)
	}
	b.ReportMetric(float64(ours)/float64(bare), "wall-ratio")
	b.ReportMetric(float64(ours.Milliseconds())/float64(b.N*len(files)), "ms/form")
	b.ReportMetric(0, "ns/op")
}

func readBare(files []string) error {
	paths := make(chan string)
	errs := make(chan error, len(files))
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for p := range paths {
				errs <- readBareForm(p)
			}
		})
	}
	for _, p := range files {
		paths <- p
	}
	close(paths)
	wait.Wait()
	for range files {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func readBareForm(path string) error {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.Rows(formSheet)
	if err != nil {
		return err
	}
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return err
		}
	}
	return rows.Close()
}
