package table

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"tolok/data"
)

// Limits of a Parquet file. All of them are sizes that the file itself
// declares and that the library takes room for before it reads any further.
const (
	maxFooterBytes   = 16 << 20
	maxFooterItems   = 1 << 19   // of all lists in the footer: schema, row groups, their columns
	maxParquetMemory = 512 << 20 // to read one row group: of each column the dictionary and the largest page
	maxPageHeader    = 1 << 20
	valueBytes       = 8 // that a value of a page needs at least, however well it is packed
)

func parquetTooLarge(value, want string) error {
	return &data.Problem{Code: "parquet-too-large", Severity: data.Failed, Value: value, Want: want}
}

// inspectFooter looks through the description of a file before the library
// makes room for what it says.
func inspectFooter(r io.ReaderAt, size int64) error {
	var tail [8]byte
	if size < 12 {
		return nil // too short to be a file, which the library says
	}
	if _, err := r.ReadAt(tail[:], size-8); err != nil {
		return brokenParquet(err)
	}
	length := int64(binary.LittleEndian.Uint32(tail[:]))
	switch {
	case string(tail[4:]) != "PAR1":
		return nil // likewise
	case length > size-8:
		return brokenParquet(fmt.Errorf("a footer of %d bytes in a file of %d", length, size))
	case length > maxFooterBytes:
		return parquetTooLarge(fmt.Sprintf("%d MB", length>>20), fmt.Sprintf("%d MB", maxFooterBytes>>20))
	}
	w := newThrift(io.NewSectionReader(r, size-8-length, length), length)
	w.skipStruct(0)
	if w.items > maxFooterItems {
		return parquetTooLarge(fmt.Sprint(w.items), fmt.Sprint(maxFooterItems))
	}
	if w.err != nil {
		return brokenParquet(w.err)
	}
	return nil
}

// inspectPages adds up what reading the row groups would take at most.
func inspectPages(r io.ReaderAt, size int64, f *parquet.File) error {
	for i := range f.Metadata().RowGroups {
		memory := int64(0)
		for j := range f.Metadata().RowGroups[i].Columns {
			m := &f.Metadata().RowGroups[i].Columns[j].MetaData
			n, err := inspectColumn(r, size, m)
			if err != nil {
				return err
			}
			if memory += n; memory > maxParquetMemory {
				return parquetTooLarge(fmt.Sprintf("row group %d, %d MB", i+1, memory>>20), fmt.Sprintf("%d MB", maxParquetMemory>>20))
			}
		}
	}
	return nil
}

// inspectColumn walks over the pages of a column in one row group.
func inspectColumn(r io.ReaderAt, size int64, m *format.ColumnMetaData) (memory int64, err error) {
	at := m.DataPageOffset
	if d := m.DictionaryPageOffset; d > 0 && d < at {
		at = d
	}
	end := at + m.TotalCompressedSize
	if at < 4 || m.TotalCompressedSize < 0 || end > size || end < at {
		return 0, brokenParquet(fmt.Errorf("pages from byte %d to %d in a file of %d", at, end, size))
	}
	dictionary, largest := int64(0), int64(0)
	for at < end {
		length := min(end-at, maxPageHeader)
		w := newThrift(io.NewSectionReader(r, at, length), length)
		page := w.pageHeader()
		if w.err != nil {
			return 0, brokenParquet(fmt.Errorf("page at byte %d: %w", at, w.err))
		}
		at += w.read
		if page.packed < 0 || page.unpacked < 0 || page.values < 0 || page.packed > end-at {
			return 0, brokenParquet(fmt.Errorf("page at byte %d: %d bytes", at, page.packed))
		}
		unpacked, err := unpackedSize(io.NewSectionReader(r, at, page.packed), m.Codec, page)
		if err != nil {
			return 0, err
		}
		need := page.packed + max(unpacked, page.unpacked) + valueBytes*page.values
		if page.kind == int64(format.DictionaryPage) {
			dictionary = max(dictionary, need)
		} else {
			largest = max(largest, need)
		}
		if dictionary+largest > maxParquetMemory {
			break
		}
		at += page.packed
	}
	return dictionary + largest, nil
}

// unpackedSize is what a page unpacks to, at most, by the packed bytes
// themselves: what the header declares may be too little.
func unpackedSize(packed *io.SectionReader, codec format.CompressionCodec, page pageHeader) (int64, error) {
	if page.plain || codec == format.Uncompressed || page.levels >= page.packed {
		return page.packed, nil
	}
	if _, err := packed.Seek(page.levels, io.SeekStart); err != nil {
		return 0, brokenParquet(err)
	}
	b := bufio.NewReader(packed)
	switch codec {
	case format.Snappy: // its first number
		n, err := binary.ReadUvarint(b)
		if err != nil || n > maxParquetMemory {
			n = maxParquetMemory + 1
		}
		return int64(n), nil
	case format.Zstd:
		return unpackedZstd(b), nil
	case format.Gzip:
		z, err := gzip.NewReader(b)
		if err != nil {
			return 0, nil // the library says what is wrong with it
		}
		n, _ := io.Copy(io.Discard, io.LimitReader(z, maxParquetMemory+1))
		return n, nil
	case format.Lz4Raw:
		return unpackedLZ4(b)
	}
	return 0, parquetTooLarge(codec.String(), "ZSTD, SNAPPY, GZIP, LZ4_RAW")
}

// unpackedLZ4 adds up the sequences of a block. A broken one must not reach the
// library, which takes any fault for a lack of room and doubles it for ever.
func unpackedLZ4(b *bufio.Reader) (total int64, err error) {
	length := func(n int) int64 {
		sum := int64(n)
		for more := n == 15; more; {
			next, readErr := b.ReadByte()
			if readErr != nil {
				err = brokenParquet(readErr)
				return sum
			}
			sum, more = sum+int64(next), next == 255
		}
		return sum
	}
	for {
		token, end := b.ReadByte()
		if end != nil {
			return total, err
		}
		literals := length(int(token >> 4))
		if n, cut := b.Discard(int(literals)); cut != nil {
			return 0, brokenParquet(fmt.Errorf("LZ4: %d bytes of %d", n, literals))
		}
		total += literals
		low, end := b.ReadByte()
		if end != nil {
			return total, err // the last sequence has nothing to repeat
		}
		high, _ := b.ReadByte()
		back := int64(low) | int64(high)<<8
		total += length(int(token&15)) + 4
		if err != nil || back == 0 || back >= total {
			return 0, errors.Join(err, brokenParquet(errors.New("LZ4: a broken block")))
		}
	}
}

// unpackedZstd adds up the blocks of the frames: each says its size, or is one
// of at most 128 KiB (RFC 8878, 3.1.1). Where blocks are broken, the library says
// so before it makes room for them.
func unpackedZstd(b *bufio.Reader) (total int64) {
	const block = 128 << 10
	for {
		var head [5]byte
		if _, err := io.ReadFull(b, head[:]); err != nil {
			return total
		}
		if binary.LittleEndian.Uint32(head[:])&^0xf == 0x184d2a50 { // a frame to be skipped
			return maxParquetMemory + 1
		}
		flags := head[4]
		more := []int{0, 1, 2, 4}[flags&3] + []int{0, 2, 4, 8}[flags>>6] // dictionary, size
		if flags&0x20 == 0 {
			more++ // window
		} else if flags>>6 == 0 {
			more++ // a size of one byte
		}
		if _, err := b.Discard(more); err != nil {
			return total
		}
		for last := false; !last; {
			var h [3]byte
			if _, err := io.ReadFull(b, h[:]); err != nil {
				return total
			}
			n := int(h[0]) | int(h[1])<<8 | int(h[2])<<16
			last = n&1 == 1
			switch kind := n >> 1 & 3; kind {
			case 0: // as it is
				n >>= 3
				total += int64(n)
			case 1: // one byte many times
				total += int64(n >> 3)
				n = 1
			default:
				n >>= 3
				total += block
			}
			if _, err := b.Discard(n); err != nil {
				return total
			}
		}
		if flags&4 != 0 {
			if _, err := b.Discard(4); err != nil {
				return total
			}
		}
	}
}

// pageHeader is what counts of a page's header.
type pageHeader struct {
	kind, packed, unpacked, values int64
	levels                         int64 // bytes before the packed ones (v2)
	plain                          bool  // it is not packed, though others are (v2)
}

// thrift walks over structures in Thrift's compact protocol without making
// room for what they say they hold.
type thrift struct {
	b     *bufio.Reader
	left  int64 // bytes that may still be read
	read  int64
	items int // of all lists
	err   error
}

func newThrift(r io.Reader, size int64) *thrift {
	return &thrift{b: bufio.NewReaderSize(r, int(min(size, 4096))), left: size}
}

var errThrift = errors.New("its description is damaged")

// ReadByte implements [io.ByteReader].
func (t *thrift) ReadByte() (byte, error) {
	if t.left <= 0 || t.err != nil {
		t.fail()
		return 0, t.err
	}
	t.left--
	t.read++
	b, err := t.b.ReadByte()
	if err != nil {
		t.fail()
	}
	return b, err
}

func (t *thrift) fail() {
	if t.err == nil {
		t.err = errThrift
	}
}

func (t *thrift) number() int64 {
	v, err := binary.ReadUvarint(t)
	if err != nil {
		t.fail()
		return 0
	}
	return int64(v>>1) ^ -int64(v&1)
}

func (t *thrift) discard(n uint64) {
	if t.err != nil || n > uint64(t.left) {
		t.fail()
		return
	}
	if _, err := t.b.Discard(int(n)); err != nil {
		t.fail()
	}
	t.left -= int64(n)
	t.read += int64(n)
}

// fields calls each with every field of a struct; each must read the value.
func (t *thrift) fields(each func(id int64, kind byte)) {
	for id := int64(0); t.err == nil; {
		b, _ := t.ReadByte()
		if b == 0 {
			return
		}
		if delta := int64(b >> 4); delta > 0 {
			id += delta
		} else {
			id = t.number()
		}
		each(id, b&15)
	}
}

// maxDepth is far above that of Parquet's own structures.
const maxDepth = 32

func (t *thrift) skipStruct(depth int) {
	if depth > maxDepth {
		t.fail()
		return
	}
	t.fields(func(_ int64, kind byte) { t.skip(kind, depth) })
}

func (t *thrift) skip(kind byte, depth int) {
	switch kind {
	case 1, 2: // true, false
	case 3:
		t.discard(1)
	case 4, 5, 6:
		t.number()
	case 7:
		t.discard(8)
	case 8:
		n, err := binary.ReadUvarint(t)
		if err != nil {
			t.fail()
		}
		t.discard(n)
	case 9, 10: // list, set
		t.list(depth)
	case 12:
		t.skipStruct(depth + 1)
	default:
		t.fail()
	}
}

// list skips a list. Each item takes a byte at least, so one that says it has
// more than there are bytes is damaged.
func (t *thrift) list(depth int) {
	head, _ := t.ReadByte()
	n := uint64(head >> 4)
	if n == 15 {
		var err error
		if n, err = binary.ReadUvarint(t); err != nil {
			t.fail()
		}
	}
	if n > uint64(max(t.left, 0)) {
		t.fail()
		return
	}
	if t.items += int(n); t.items > maxFooterItems {
		t.fail()
		return
	}
	for range n {
		if t.err != nil {
			return
		}
		if kind := head & 15; kind == 1 || kind == 2 {
			t.discard(1)
		} else {
			t.skip(kind, depth)
		}
	}
}

// pageHeader reads a header; the names of the fields stand in parquet.thrift.
func (t *thrift) pageHeader() (h pageHeader) {
	t.fields(func(id int64, kind byte) {
		switch {
		case id == 1 && kind == 5:
			h.kind = t.number()
		case id == 2 && kind == 5:
			h.unpacked = t.number()
		case id == 3 && kind == 5:
			h.packed = t.number()
		case kind == 12 && (id == 5 || id == 7 || id == 8): // data, dictionary, data v2
			t.fields(func(inner int64, kind byte) {
				switch {
				case inner == 1 && kind == 5:
					h.values = t.number()
				case id == 8 && (inner == 5 || inner == 6) && kind == 5: // lengths of the levels
					h.levels += max(t.number(), 0)
				case id == 8 && inner == 7:
					h.plain = kind == 2
				default:
					t.skip(kind, 1)
				}
			})
		default:
			t.skip(kind, 1)
		}
	})
	return h
}
