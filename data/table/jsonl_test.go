package table

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"tolok/data"
)

// The header grows, and a row is as wide as the header is by then.
func TestJSONLinesHeader(t *testing.T) {
	in := `{"a":1.5,"b":"x"}` + "\n" + strings.Repeat("{\"a\":true}\n", headLines) + `{"c":-2e3,"a":null,"b":"\u00e9"}`
	j, err := NewJSONLines(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(j.Header().Cells, "|"); got != "a|b" {
		t.Errorf("header %q", got)
	}
	var last Row
	for {
		row, err := j.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		last = row
	}
	if got := fmt.Sprint(last.Line, last.Cells, j.Header().Cells); got != fmt.Sprint(headLines+2, []string{"", "é", "-2e3"}, []string{"a", "b", "c"}) {
		t.Error(got)
	}
}

// A file that invents keys is told so, and holds no more of them.
func TestJSONLinesManyKeys(t *testing.T) {
	var b strings.Builder
	for i := range maxKeys + 10 {
		fmt.Fprintf(&b, "{\"k%d\":1}\n", i)
	}
	j, err := NewJSONLines(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for {
		_, err := j.Next()
		if err == io.EOF {
			break
		}
		var p *data.Problem
		if errors.As(err, &p) && p.Code == "too-many-keys" {
			refused++
		}
	}
	if refused != 10 || len(j.Header().Cells) != maxKeys {
		t.Errorf("%d refused, %d kept", refused, len(j.Header().Cells))
	}
}

func FuzzJSONLines(f *testing.F) {
	for _, s := range []string{`{"a":1,"b":"x"}`, "{\"a\":[1]}\n{\"a\":", "{\"\":{}}{}", "\xff\xfe{", "{\"a\":1,\"a\":2}\n\n{}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		j, err := NewJSONLines(strings.NewReader(string(raw)))
		if err != nil {
			return
		}
		last := 0
		for {
			row, err := j.Next()
			var p *data.Problem
			if err != nil && !errors.As(err, &p) {
				return
			}
			if row.Line <= last || err == nil && len(row.Cells) != len(j.Header().Cells) {
				t.Fatalf("%+v after line %d", row, last)
			}
			last = row.Line
		}
	})
}
