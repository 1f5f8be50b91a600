package table

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"tolok/data"
)

// dump reads a whole table as one line a row: "2: a|b", or "3! broken-quoting".
func dump(t testing.TB, r io.Reader) []string {
	t.Helper()
	c, err := NewCSV(r)
	var p *data.Problem
	if errors.As(err, &p) {
		return []string{fmt.Sprintf("%s! %s", p.Severity, p.Code)}
	}
	if err != nil {
		return []string{"error: " + err.Error()}
	}
	out := []string{fmt.Sprintf("%d: %s", c.Header().Line, strings.Join(c.Header().Cells, "|"))}
	for {
		row, err := c.Next()
		switch {
		case err == io.EOF:
			return out
		case errors.As(err, &p):
			if int(p.Line) != row.Line || p.Severity != data.Rejected {
				t.Errorf("line %d: %+v", row.Line, p)
			}
			out = append(out, fmt.Sprintf("%d! %s", row.Line, p.Code))
		case err != nil:
			return append(out, "error: "+err.Error())
		default:
			out = append(out, fmt.Sprintf("%d: %s", row.Line, strings.Join(row.Cells, "|")))
		}
	}
}

func TestCSV(t *testing.T) {
	var long strings.Builder
	long.WriteString("a,b\n1,\"open\n")
	for range maxQuotedLines + 5 {
		long.WriteString("more\n")
	}
	longWant := []string{"1: a|b", "2! broken-quoting"}
	for i := range maxQuotedLines + 5 {
		longWant = append(longWant, fmt.Sprintf("%d! field-count", 3+i))
	}
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"comma", "a,b\n1,2\n", []string{"1: a|b", "2: 1|2"}},
		{"semicolon", "a;b\n1,5;2\n", []string{"1: a|b", "2: 1,5|2"}},
		{"tab", "a\tb\n1\t\n", []string{"1: a|b", "2: 1|"}},
		{"one column", "a\n1\n", []string{"1: a", "2: 1"}},
		{"separator inside quotes of the header", "\"a;b;c\",d\n1,2\n", []string{"1: a;b;c|d", "2: 1|2"}},
		{"Excel's sep line", "sep=;\na;b\n1;2\n", []string{"2: a|b", "3: 1|2"}},
		{"byte order mark", "\uFEFFa,b\n1,2", []string{"1: a|b", "2: 1|2"}},
		{"CRLF", "a,b\r\n1,2\r\n", []string{"1: a|b", "2: 1|2"}},
		{"blank lines and rows of nothing", "\n\na,b\n\n,\n  \n1,2\n", []string{"3: a|b", "7: 1|2"}},
		{"Windows-1252", "a,b\nCaf\xe9,\x93x\x94\n", []string{"1: a|b", "2: Café|“x”"}},
		{"UTF-8 then a damaged byte", "a,b\nCafé,1\nCaf\xe9,2\nx,3\n", []string{"1: a|b", "2: Café|1", "3! bad-encoding", "4: x|3"}},
		{"BOM then a damaged byte", "\uFEFFa,b\nCaf\xe9,2\nx,3\n", []string{"1: a|b", "2! bad-encoding", "3: x|3"}},
		{"a byte no code page has", "a,b\n\x81,2\nx,3\n", []string{"1: a|b", "2! bad-encoding", "3: x|3"}},
		{"zero bytes", "a,b\nx\x00,2\nx,3\n", []string{"1: a|b", "2! bad-encoding", "3: x|3"}},
		{"quotes", "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n", []string{"1: a|b", `2: x, y|say "hi"`}},
		{"spaces around quotes", "a,b\n \"x\" , \"y\" \n", []string{"1: a|b", "2: x|y"}},
		{"a quoted cell over two lines", "a,b,c\n1,\"x\r\ny\",3\n4,5,6\n", []string{"1: a|b|c", "2: 1|x\ny|3", "4: 4|5|6"}},
		{"a header cell over two lines", "\"a\nb\",c\n1,2\n", []string{"1: a\nb|c", "3: 1|2"}},
		{
			"an open quote takes no other row with it", "a,b,c\n1,\"x,3\n4,5,6\n7,\"8\",9\n",
			[]string{"1: a|b|c", "2! broken-quoting", "3: 4|5|6", "4: 7|8|9"},
		},
		{
			"two open quotes that would close each other", "a,b,c\n1,\"x,3\n4,y\",6\n7,8,9\n",
			[]string{"1: a|b|c", "2! broken-quoting", "3! broken-quoting", "4: 7|8|9"},
		},
		{"an open quote in the last line", "a,b\n1,2\n3,\"x", []string{"1: a|b", "2: 1|2", "3! broken-quoting"}},
		{"an open quote that never closes", long.String(), longWant},
		{"a quote inside a bare cell", "a,b\n1,Kantor \"X\n2,y\n", []string{"1: a|b", "2! broken-quoting", "3: 2|y"}},
		{"text behind a closing quote", "a,b\n1,\"x\"y\n2,y\n", []string{"1: a|b", "2! broken-quoting", "3: 2|y"}},
		{"too few and too many cells", "a,b\n1\n1,2,3\n1,2,,\n", []string{"1: a|b", "2! field-count", "3! field-count", "4: 1|2"}},
		{"nothing", "", []string{"failed! empty-table"}},
		{"nothing but blank lines", "\n \n", []string{"failed! empty-table"}},
		{"broken header", "a,\"b\n1,2\n", []string{"failed! broken-quoting"}},
		{"a line too long", "a,b\n" + strings.Repeat("x", maxLine+10) + ",1\n2,3\n", []string{"1: a|b", "2! line-too-long", "3: 2|3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := dump(t, strings.NewReader(c.in)); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestCSVGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, "a;b\n1;2\n")
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	if got, want := dump(t, bytes.NewReader(b.Bytes())), []string{"1: a|b", "2: 1|2"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	cut := dump(t, bytes.NewReader(b.Bytes()[:b.Len()-6]))
	if last := cut[len(cut)-1]; !strings.HasPrefix(last, "error: ") {
		t.Errorf("a cut-off archive reads as %q", cut)
	}
}

func TestCSVUTF16(t *testing.T) {
	raw := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune("a\tb\r\nCafé\t2\r\n")) {
		raw = append(raw, byte(u), byte(u>>8))
	}
	if got, want := dump(t, bytes.NewReader(raw)), []string{"1: a|b", "2: Café|2"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A reader must hold the same however long the file is.
func TestCSVMemory(t *testing.T) {
	row := strings.Repeat("x", 90) + ",1\n"
	rows := 0
	avg := testing.AllocsPerRun(1, func() {
		c, err := NewCSV(io.MultiReader(strings.NewReader("a,b\n"), &repeat{row: row, n: 20_000}))
		if err != nil {
			t.Fatal(err)
		}
		for rows = 0; ; rows++ {
			if _, err := c.Next(); err != nil {
				break
			}
		}
		if cap(c.lines.buf) > 4096 || cap(c.ahead) > 4 {
			t.Errorf("after %d rows the reader holds %d bytes and %d lines", rows, cap(c.lines.buf), cap(c.ahead))
		}
	})
	if rows != 20_000 || avg > 1.2*float64(rows) {
		t.Errorf("%v allocations for %d rows", avg, rows)
	}
}

type repeat struct {
	row string
	n   int
}

func (r *repeat) Read(b []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	r.n--
	return copy(b, r.row), nil
}

func TestNeutral(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Kantor": "Kantor", "12": "12", "-12": "-12", "+3.5": "+3.5", "-1,25": "-1,25", "-2.5e-3": "-2.5e-3",
		"=1+1": "'=1+1", "+1+cmd": "'+1+cmd", "-": "'-", "-1-1": "'-1-1", "-1.2.3": "'-1.2.3", "@SUM(A1)": "'@SUM(A1)",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "-1e": "'-1e", "-e5": "'-e5", "+-1": "'+-1", "-1E+5": "-1E+5",
	} {
		if got := Neutral(in); got != want {
			t.Errorf("Neutral(%q) = %q, want %q", in, got, want)
		}
	}
}

// What the writer writes, the reader reads, and nothing in it is a formula.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a;b\n\"1\n2\";3", "\"", "a\n\"\"\"", "\xff\xfe\x00", "\x1f\x8b\x08", "sep=;\na;b", "=1,\"x\"y\n\r\n,"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := NewCSV(bytes.NewReader(raw))
		if err != nil {
			return
		}
		width, last := len(c.Header().Cells), c.Header().Line
		for {
			row, err := c.Next()
			var p *data.Problem
			if err != nil && !errors.As(err, &p) {
				return
			}
			if row.Line <= last {
				t.Fatalf("line %d after line %d", row.Line, last)
			}
			last = row.Line
			if err != nil {
				continue
			}
			if len(row.Cells) != width {
				t.Fatalf("line %d has %d cells, the header %d", row.Line, len(row.Cells), width)
			}
			checkWritten(t, row.Cells)
		}
	})
}

func checkWritten(t *testing.T, cells []string) {
	var b bytes.Buffer
	w := NewCSVWriter(&b)
	if err := errors.Join(w.Write(cells), w.Flush()); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(&b)
	back, err := r.Read()
	if err == io.EOF { // one empty cell
		return
	}
	if err != nil || len(back) != len(cells) {
		t.Fatalf("%q was written as %d cells, %v", cells, len(back), err)
	}
	for _, c := range back {
		if c != "" && strings.ContainsAny(c[:1], "=@\t\r") {
			t.Fatalf("%q is still a formula", c)
		}
	}
}
