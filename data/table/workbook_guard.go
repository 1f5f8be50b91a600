package table

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"tolok/data"
)

// Limits of a workbook, so that a small file cannot become gigabytes of memory.
// A worksheet form weighs 60 KB; a million answers make a sheet of 300 MB,
// which is read row by row.
const (
	maxWorkbookBytes = 256 << 20 // as sent
	maxUnzippedBytes = 2 << 30   // all parts together; sheets and texts beyond maxPartBytes lie on disk
	maxPartBytes     = 16 << 20  // one part in memory, and one row or text of a larger one
	maxMemoryBytes   = 256 << 20 // all parts in memory together, pictures too
	maxTexts         = 2_000_000 // different texts
	maxSheetRows     = 1 << 20   // Excel's own
)

func tooLarge(value, want string) error {
	return &data.Problem{Code: "workbook-too-large", Severity: data.Failed, Value: value, Want: want}
}

// inspect refuses a workbook whose parts would unpack to more than memory has
// room for, and counts the cells of its fullest sheet. The zip reader gives no
// more bytes of a part than the directory declares.
func inspect(z *zip.Reader) (cells int, formulas map[string]formulaCells, err error) {
	var all, memory uint64
	formulas = map[string]formulaCells{}
	for _, f := range z.File {
		size := f.UncompressedSize64
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		streamed := strings.HasPrefix(name, "xl/worksheets/sheet") || name == "xl/sharedstrings.xml"
		picture := strings.HasPrefix(name, "xl/media/")
		if !streamed || size <= maxPartBytes {
			memory += size
		}
		switch all += size; {
		case all > maxUnzippedBytes || size > maxUnzippedBytes:
			return 0, nil, tooLarge(f.Name, fmt.Sprintf("%d MB", maxUnzippedBytes>>20))
		case memory > maxMemoryBytes:
			return 0, nil, tooLarge(f.Name, fmt.Sprintf("%d MB", maxMemoryBytes>>20))
		case !streamed && !picture && size > maxPartBytes:
			return 0, nil, tooLarge(f.Name, fmt.Sprintf("%d MB", maxPartBytes>>20))
		}
		if !streamed && !strings.HasPrefix(name, "xl/worksheets/") {
			continue
		}
		c, err := inspectPart(f)
		if err != nil {
			return 0, nil, err
		}
		cells = max(cells, c.cells)
		formulas[f.Name] = c.formulas
	}
	return cells, formulas, nil
}

// formulaCells are the cells of a sheet that hold a formula; nil where they are
// more than are looked for one by one.
type formulaCells map[cellPlace]bool

type cellPlace struct{ row, column int32 }

const maxFormulas = 100_000

// inspectPart looks through a sheet, or the texts that sheets share.
func inspectPart(f *zip.File) (*census, error) {
	r, err := f.Open()
	if err != nil {
		return nil, unreadable("broken-workbook", f.Name+": "+err.Error())
	}
	defer r.Close()
	c := &census{part: f.Name, formulas: formulaCells{}}
	b := bufio.NewReaderSize(r, 64<<10)
	for {
		// A tag begins at each "<"; what is before the first belongs to none.
		tag, err := b.ReadSlice('<')
		if p := c.take(tag); p != nil {
			return nil, p
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			c.inside = true
		case err == io.EOF:
			return c, nil
		case err != nil:
			return nil, unreadable("broken-workbook", f.Name+": "+err.Error())
		default:
			c.inside = false
		}
	}
}

// census counts what the library would make of a part. The gaps that it fills
// count too: one cell in column XFD costs as much as a row of 16,384.
type census struct {
	part   string
	inside bool // the text goes on from before
	texts  int
	record int // bytes of the row or text so far
	row    int // number of the last row
	width  int // of it, and so the column of the last cell
	cells  int

	formulas formulaCells
	behind   bool // the cells: what sparklines and rules of colour compute is no cell's
}

// take looks at the text after a "<", up to the next one.
func (c *census) take(text []byte) error {
	if c.record += len(text); c.record > maxPartBytes {
		return tooLarge(c.part, fmt.Sprintf("%d MB", maxPartBytes>>20))
	}
	if c.inside {
		return nil
	}
	tag, _, _ := bytes.Cut(text, []byte(">"))
	tag, closing := bytes.CutPrefix(tag, []byte("/"))
	name, attributes := tag, []byte(nil)
	if i := bytes.IndexAny(tag, " \t\r\n"); i >= 0 {
		name, attributes = tag[:i], tag[i+1:]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	name = bytes.TrimRight(name, "/<")
	if closing {
		c.behind = c.behind || string(name) == "sheetData"
		return nil
	}
	switch string(name) {
	case "si":
		c.record, c.texts = 0, c.texts+1
		if c.texts > maxTexts {
			return tooLarge(c.part, fmt.Sprint(maxTexts))
		}
	case "row":
		c.record, c.width = 0, 0
		c.row++
		if n := digits(reference(attributes)); n > c.row {
			c.row = n
		}
		if c.row > maxSheetRows {
			return tooLarge(fmt.Sprintf("%s: %d", c.part, c.row), fmt.Sprint(maxSheetRows))
		}
		c.cells = max(c.cells, c.row/8) // the library keeps empty rows too
	case "c":
		before := c.width
		c.width++
		if n := letters(reference(attributes)); n > c.width {
			c.width = n
		}
		c.cells += c.width - before
	case "f":
		if c.formulas != nil && !c.behind {
			c.formulas[cellPlace{int32(c.row), int32(c.width - 1)}] = true
		}
		if len(c.formulas) > maxFormulas {
			c.formulas = nil
		}
	}
	return nil
}

// reference is the r="K31" among the attributes of a tag.
func reference(attributes []byte) []byte {
	for a := attributes; ; {
		i := bytes.Index(a, []byte("r="))
		if i < 0 || i+3 > len(a) {
			return nil
		}
		quote := a[i+2]
		if i == 0 || a[i-1] <= ' ' {
			value, _, _ := bytes.Cut(a[i+3:], []byte{quote})
			return value
		}
		a = a[i+2:]
	}
}

// letters is the number of the column of K31, digits that of the row.
func letters(name []byte) int {
	n := 0
	for _, b := range name {
		if b |= 0x20; b < 'a' || b > 'z' || n > maxSheetRows {
			break
		}
		n = 26*n + int(b-'a') + 1
	}
	return n
}

func digits(name []byte) int {
	n := 0
	for _, b := range name {
		if b >= '0' && b <= '9' && n <= maxSheetRows {
			n = 10*n + int(b-'0')
		}
	}
	return n
}
