package table_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"runtime"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"tolok/data"
	"tolok/data/table"
)

// refused runs f, which must end with a problem of this code that says what to
// do, and must not take much memory before.
func refused(t *testing.T, code string, f func() error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := f()
	runtime.ReadMemStats(&after)
	if taken := (after.TotalAlloc - before.TotalAlloc) >> 20; taken > 100 {
		t.Errorf("it took %d MB", taken)
	}
	var p *data.Problem
	if !errors.As(err, &p) || p.Code != code || p.Severity != data.Failed || strings.TrimSpace(p.Mend("id")) == "" {
		t.Errorf("error %v, want %s", err, code)
	}
}

// part is a file of a workbook; of one with a declared size the content is not
// what the directory says.
type part struct {
	name, content string
	declared      uint64
}

func zipped(t *testing.T, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range append([]part{{"xl/workbook.xml", "<workbook/>", 0}}, parts...) {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
		create := z.CreateHeader
		if p.declared > 0 {
			h.Method, h.UncompressedSize64, h.CompressedSize64, h.CRC32 = zip.Store, p.declared, uint64(len(p.content)), crc32.ChecksumIEEE([]byte(p.content))
			create = z.CreateRaw
		}
		w, err := create(h)
		if err == nil {
			_, err = w.Write([]byte(p.content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbookBombs(t *testing.T) {
	const sheet = "xl/worksheets/sheet1.xml"
	large := strings.Repeat(" ", 17<<20)
	for _, c := range []struct {
		name  string
		parts []part
		code  string
	}{
		{"a sheet of 3 GB", []part{{sheet, "x", 3 << 30}}, "workbook-too-large"},
		{"many pictures", []part{{"xl/media/1.png", "x", 200 << 20}, {"xl/media/2.png", "x", 200 << 20}}, "workbook-too-large"},
		{"formats of 17 MB", []part{{"xl/styles.xml", large, 0}}, "workbook-too-large"},
		{"one cell of 17 MB", []part{{sheet, `<worksheet><sheetData><row r="1"><c r="A1"><v>` + large, 0}}, "workbook-too-large"},
		{"one row of 17 MB", []part{{sheet, "<row>" + strings.Repeat("<c/>", 5<<20), 0}}, "workbook-too-large"},
		{"two million and one texts", []part{{"xl/sharedStrings.xml", "<sst>" + strings.Repeat("<si/>", 2_000_001), 0}}, "workbook-too-large"},
		{"a row beyond Excel's last", []part{{sheet, `<x:row x="1" r="99999999">`, 0}}, "workbook-too-large"},
		{"less than it says", []part{{sheet, "x", 2000}}, "broken-workbook"},
	} {
		raw := zipped(t, c.parts...)
		t.Run(c.name, func(t *testing.T) {
			refused(t, c.code, func() error {
				w, err := table.OpenWorkbook(bytes.NewReader(raw))
				if err == nil {
					err = errors.Join(errors.New("it was opened"), w.Close())
				}
				return err
			})
		})
	}
}

// A few cells far to the right are read row by row, but not held as the field of
// empty cells that the library would make of them.
func TestSparseWorkbook(t *testing.T) {
	raw := bookToMark(t)
	var rows strings.Builder
	for i := range 100 {
		fmt.Fprintf(&rows, `<row r="%d"><c r="XFD%[1]d"><v>1</v></c></row>`, i+1)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range z.File {
		if f.Name != "xl/worksheets/sheet1.xml" {
			if err := out.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		w, err := out.Create(f.Name)
		if err == nil {
			_, err = w.Write([]byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows.String() + `</sheetData></worksheet>`))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := table.OpenWorkbook(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	// Where its formulas are is known without holding a sheet of this size.
	if has, err := w.HasFormula("Sheet1", 0, 1); has || err != nil {
		t.Errorf("A1 has a formula: %v (%v)", has, err)
	}
	m := table.Marking{Name: "a.xlsx", Lang: "en", Problems: []data.Problem{{Code: "bad-number", Severity: data.Rejected, Cell: "A1", Origin: data.Origin{Sheet: "Sheet1"}}}}
	var copied bytes.Buffer
	if err := m.MarkWorkbook(b.Bytes(), &copied); err != nil {
		t.Fatal(err)
	}
	f := opened(t, copied.Bytes())
	if list := must[[][]string](t)(f.GetRows("Problems")); len(f.GetSheetList()) != 1 || len(list) != 6 || !strings.Contains(list[2][0], "too large to be copied") {
		t.Errorf("%q", list)
	}
}

// onePage is a Parquet file of one column of numbers with one page.
func onePage(t *testing.T, codec format.CompressionCodec, unpacked, values int32, page []byte) []byte {
	t.Helper()
	compact := new(thrift.CompactProtocol)
	marshal := func(v any) []byte {
		raw, err := thrift.Marshal(compact, v)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	header := format.PageHeader{Type: format.DataPage, UncompressedPageSize: unpacked, CompressedPageSize: int32(len(page))}
	header.DataPageHeader.Valid = true
	header.DataPageHeader.V = format.DataPageHeader{NumValues: values, Encoding: format.Plain, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE}
	body := append(marshal(&header), page...)
	var file bytes.Buffer
	if err := parquet.Write(&file, []struct {
		A int32 `parquet:"a"`
	}{{1}}); err != nil {
		t.Fatal(err)
	}
	whole, err := parquet.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	meta := *whole.Metadata()
	column := &meta.RowGroups[0].Columns[0]
	column.OffsetIndexOffset, column.OffsetIndexLength, column.ColumnIndexOffset, column.ColumnIndexLength = 0, 0, 0, 0
	m := &column.MetaData
	m.Codec, m.NumValues, m.DataPageOffset, m.DictionaryPageOffset = codec, int64(values), 4, 0
	m.TotalCompressedSize, m.TotalUncompressedSize = int64(len(body)), int64(unpacked)
	meta.NumRows, meta.RowGroups[0].NumRows = int64(values), int64(values)
	footer := marshal(&meta)
	out := append([]byte("PAR1"), body...)
	out = append(out, footer...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(footer)))
	return append(out, "PAR1"...)
}

func withFooter(footer []byte, length uint32) []byte {
	out := append([]byte("PAR1"), footer...)
	return append(binary.LittleEndian.AppendUint32(out, length), "PAR1"...)
}

// zstdRun is a frame of 1 GB of zeros: 8,192 blocks that say "128 KiB of this".
func zstdRun() []byte {
	out := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38}
	for i := range 8192 {
		n := 128<<10<<3 | 1<<1
		if i == 8191 {
			n |= 1
		}
		out = append(out, byte(n), byte(n>>8), byte(n>>16), 0)
	}
	return out
}

func TestParquetBombs(t *testing.T) {
	wide := parquet.Group{}
	for i := range 1500 {
		wide[fmt.Sprintf("c%d", i)] = parquet.Leaf(parquet.Int32Type)
	}
	var thousands bytes.Buffer
	w := parquet.NewWriter(&thousands, parquet.NewSchema("wide", wide))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	listOf := binary.AppendUvarint([]byte{0x29, 0xfc}, 1<<31-1) // field 2, a list of structs
	for _, c := range []struct {
		name, code string
		raw        []byte
	}{
		{"thousands of columns", "parquet-too-large", thousands.Bytes()},
		{"two billion values in a page", "parquet-too-large", onePage(t, format.Uncompressed, 4, 1<<31-1, []byte{1, 0, 0, 0})},
		{"a page that says it unpacks to 2 GB", "parquet-too-large", onePage(t, format.Zstd, 1<<31-1, 1, []byte{1, 0, 0, 0})},
		{"a zstd page of 32 KB that unpacks to 1 GB and says 4 bytes", "parquet-too-large", onePage(t, format.Zstd, 4, 1, zstdRun())},
		{"a snappy page that unpacks to 4 GB and says 4 bytes", "parquet-too-large", onePage(t, format.Snappy, 4, 1, binary.AppendUvarint(nil, 1<<32-1))},
		{"an LZ4 page that is broken", "broken-parquet", onePage(t, format.Lz4Raw, 4, 1, []byte{0x10, 1, 9, 9, 0x10})},
		{"a page beyond the end of the file", "broken-parquet", onePage(t, format.Uncompressed, -1, 1, nil)},
		{"a footer larger than the file", "broken-parquet", withFooter([]byte("abcd"), 1<<30)},
		{"a footer that says it lists two billion columns", "broken-parquet", withFooter(listOf, uint32(len(listOf)))},
	} {
		t.Run(c.name, func(t *testing.T) {
			refused(t, c.code, func() error {
				p, err := table.NewParquet(bytes.NewReader(c.raw), int64(len(c.raw)))
				if err == nil {
					_, err = p.Next()
				}
				return err
			})
		})
	}
	// The same by hand, but honest, is read.
	p, err := table.NewParquet(bytes.NewReader(onePage(t, format.Uncompressed, 4, 1, []byte{7, 0, 0, 0})), int64(len(onePage(t, format.Uncompressed, 4, 1, []byte{7, 0, 0, 0}))))
	if err != nil {
		t.Fatal(err)
	}
	if row, err := p.Next(); err != nil || row.Cells[0] != "7" {
		t.Errorf("%+v, %v", row, err)
	}
}

// What other programs pack is measured as what it is.
func TestParquetCodecs(t *testing.T) {
	type row struct {
		A string `parquet:"a,dict"`
		B int64  `parquet:"b,optional"`
	}
	rows := make([]row, 5000)
	for i := range rows {
		rows[i] = row{fmt.Sprint("x", i%7), int64(i)}
	}
	for _, codec := range []parquet.WriterOption{parquet.Compression(&parquet.Snappy), parquet.Compression(&parquet.Zstd), parquet.Compression(&parquet.Gzip), parquet.Compression(&parquet.Lz4Raw), parquet.DataPageVersion(1)} {
		var b bytes.Buffer
		if err := parquet.Write(&b, rows, codec); err != nil {
			t.Fatal(err)
		}
		p, err := table.NewParquet(bytes.NewReader(b.Bytes()), int64(b.Len()))
		n := 0
		for ; err == nil; n++ {
			_, err = p.Next()
		}
		if n != len(rows)+1 {
			t.Errorf("%v: %d rows, %v", codec, n-1, err)
		}
	}
}
