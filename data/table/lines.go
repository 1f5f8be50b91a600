package table

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"tolok/data"
)

// maxLine is the longest line that is read; a longer one is a fault of its own.
const maxLine = 1 << 20

// line is one physical line as UTF-8, without its line end.
type line struct {
	number int
	text   string
	fault  error // a *data.Problem, instead of text
}

func (l line) blank() bool { return l.fault == nil && blank(l.text) }

// blank reports whether a text is empty but for spaces.
func blank(s string) bool {
	// The first byte tells, nearly always.
	return s == "" || (s[0] <= ' ' || s[0] >= utf8.RuneSelf) && strings.TrimSpace(s) == ""
}

// lines gives out the lines of a text whose encoding it finds out as it goes.
type lines struct {
	r      *bufio.Reader
	number int
	utf8   bool // text beyond ASCII has been seen, and was UTF-8
	buf    []byte

	raw     []byte // of the line read last, without its end; valid until the next is read
	tooLong bool
	ready   bool // it was not given out yet
}

func newLines(r io.Reader) (*lines, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	if head, _ := b.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		b = bufio.NewReaderSize(z, 64<<10)
	}
	ls := &lines{r: b}
	head, err := b.Peek(3)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		ls.utf8 = true
		_, err = b.Discard(3)
		return ls, err
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		// Excel's "Unicode text".
		ls.utf8 = true
		ls.r = bufio.NewReader(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(b))
	}
	return ls, nil
}

// next gives the next line, io.EOF after the last.
func (ls *lines) next() (line, error) {
	if err := ls.advance(); err != nil {
		return line{}, err
	}
	ls.ready = false
	l := line{number: ls.number}
	if ls.tooLong {
		l.fault = ls.problem("line-too-long", ls.raw[:60])
		return l, nil
	}
	l.text, l.fault = ls.decode(ls.raw)
	return l, nil
}

// advance makes the bytes of the next line ready, if they are not.
func (ls *lines) advance() error {
	if ls.ready {
		return nil
	}
	raw, tooLong, err := ls.read()
	if err != nil {
		ls.raw, ls.r = nil, bufio.NewReader(ended{err}) // for whoever asks again
		return err
	}
	ls.number++
	ls.raw, ls.tooLong, ls.ready = bytes.TrimRight(raw, "\r\n"), tooLong, true
	return nil
}

// read gives the bytes of one line; of a line that is too long it gives the
// beginning and skips the rest.
func (ls *lines) read() (raw []byte, tooLong bool, err error) {
	part, err := ls.r.ReadSlice('\n')
	if err == nil {
		return part, false, nil // nearly always: no line is longer than the reader's buffer
	}
	ls.buf = ls.buf[:0]
	for ; ; part, err = ls.r.ReadSlice('\n') {
		if room := maxLine - len(ls.buf); len(part) > room {
			tooLong, part = true, part[:room]
		}
		ls.buf = append(ls.buf, part...)
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && len(ls.buf) > 0:
			return ls.buf, tooLong, nil
		}
		return ls.buf, tooLong, err
	}
}

// ended is a text that was read to its end, or to where it broke.
type ended struct{ err error }

func (e ended) Read([]byte) (int, error) { return 0, e.err }

func (ls *lines) decode(raw []byte) (string, error) {
	if bytes.IndexByte(raw, 0) >= 0 {
		return "", ls.problem("bad-encoding", raw)
	}
	switch {
	case ascii(raw):
		return string(raw), nil
	case utf8.Valid(raw):
		ls.utf8 = true
		return string(raw), nil
	case ls.utf8:
		return "", ls.problem("bad-encoding", raw)
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", ls.problem("bad-encoding", raw)
	}
	return string(text), nil
}

func (ls *lines) problem(code string, raw []byte) error {
	return &data.Problem{
		Code: code, Severity: data.Rejected, Origin: data.Origin{Line: int32(ls.number)},
		Value: strings.ToValidUTF8(string(raw[:min(len(raw), 200)]), "\uFFFD"),
	}
}

// ascii looks at eight bytes at a time: every line of every file goes by here.
func ascii(raw []byte) bool {
	for ; len(raw) >= 8; raw = raw[8:] {
		if binary.LittleEndian.Uint64(raw)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, b := range raw {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
