package ingest

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkAnswers reads 100,000 answers; divide for the cost of a row.
func BenchmarkAnswers(b *testing.B) {
	path := filepath.Join(b.TempDir(), "answers.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	fmt.Fprintln(f, "unit_id,cycle,regulation,layer,item_id,choice,value,num,den,reported_score,known_on")
	known := map[string]string{}
	for i := range 100_000 {
		unit := fmt.Sprintf("U-%05d", i/4)
		known[unit] = "K01"
		_, err = io.WriteString(f, unit+",2024,5/2024,self,"+[]string{"A.I.1.i.a,Ya,,,,1", "A.I.1.i.b,B,,,,0.5", "B.I.a,,3.62,,,0.905", "A.II.1.i.a,,,3,4,0.75"}[i%4]+",\n")
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	info, _ := os.Stat(path)
	b.SetBytes(info.Size())
	b.ReportAllocs()
	for b.Loop() {
		sum, err := Run(b.Context(), []string{path}, Options{KnownUnits: known}, &Checker{})
		if err != nil || sum.Put() != 100_000 {
			b.Fatal(sum, err)
		}
	}
}
