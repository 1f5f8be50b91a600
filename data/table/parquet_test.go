package table

import (
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
)

// one writes a file of one row and reads its cells, a fault as "! code".
func one[T any](t *testing.T, row T) []string {
	t.Helper()
	var b bytes.Buffer
	if err := parquet.Write(&b, []T{row}); err != nil {
		t.Fatal(err)
	}
	p, err := NewParquet(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Next()
	if err != nil || got.Line != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	cells := slices.Clone(got.Cells)
	for _, f := range got.Faults {
		cells[f.Column] = "! " + f.Code
	}
	if _, err := p.Next(); err != io.EOF {
		t.Errorf("after the last row: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	return cells
}

func TestParquetTypes(t *testing.T) {
	type numbers struct {
		A int32    `parquet:"a"`
		B uint64   `parquet:"b"`
		C float32  `parquet:"c"`
		D float64  `parquet:"d"`
		E float64  `parquet:"e"`
		F float64  `parquet:"f"`
		G *int64   `parquet:"g,optional"`
		H bool     `parquet:"h"`
		I int64    `parquet:"i,decimal(3:18)"`
		J int64    `parquet:"j,decimal(12:18)"`
		K [16]byte `parquet:"k,decimal(4:38)"`
		L [16]byte `parquet:"l,uuid"`
	}
	minus := [16]byte{}
	for i := range minus {
		minus[i] = 0xff
	}
	got := one(t, numbers{-7, math.MaxUint64, 0.1, 98.75, 1.234, math.NaN(), nil, true, -1500, 1, minus, minus})
	want := []string{"-7", "18446744073709551615", "0.1", "98.75", "1.2340", "! bad-number", "", "true", "-1.5", "0.000000000001", "-0.0001", "! unfit-type"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}

	type days struct {
		A int32            `parquet:"a,date"`
		B int64            `parquet:"b,timestamp(millisecond)"`
		C int64            `parquet:"c,timestamp(microsecond:local)"`
		D int64            `parquet:"d,timestamp(nanosecond)"`
		E deprecated.Int96 `parquet:"e"`
	}
	const day = 19_782 // 2024-02-29
	got = one(t, days{day, day * 86_400_000, (day*86_400 + 3600) * 1_000_000, (day*86_400 + 3600) * 1_000_000_000, deprecated.Int96{0, 0, julianUnix + day}})
	want = []string{"2024-02-29", "2024-02-29", "2024-02-29", "! moment-not-a-day", "2024-02-29"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Whatever a file holds, it gives rows as wide as the header, or an error.
func FuzzParquet(f *testing.F) {
	var b bytes.Buffer
	if err := parquet.Write(&b, []struct {
		A string `parquet:"a,dict"`
		B []int  `parquet:"b"`
	}{{"x", []int{1, 2}}, {"y", nil}}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := NewParquet(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			return
		}
		for line := 1; line < 10_000; line++ {
			row, err := p.Next()
			if err != nil {
				break
			}
			if row.Line != line || len(row.Cells) != len(p.Header().Cells) {
				t.Fatalf("%+v", row)
			}
		}
		if err := p.Close(); err != nil && errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	})
}
