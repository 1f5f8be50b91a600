package lake

import (
	"fmt"
	"strings"
	"testing"
)

// Small neighbours are merged; a big file keeps the small ones before it apart
// from those behind it.
func TestRuns(t *testing.T) {
	for _, c := range []struct{ files, want string }{
		{"", ""},
		{"a1", "[a1]"},
		{"a1 a2 b3 a4", "[a1 a2 a4] [b3]"},
		{"a1 A2 a3 a4", "[a1] [A2] [a3 a4]"},
		{"a1 b2 A3 b4 a5 b6", "[a1] [b2 b4 b6] [A3] [a5]"},
		{"A1 A2", "[A1] [A2]"},
	} {
		var files []File
		for _, name := range strings.Fields(c.files) {
			f := File{Dataset: strings.ToLower(name[:1]), Path: name, Bytes: smallBytes - 1}
			if name[0] < 'a' {
				f.Bytes = smallBytes
			}
			files = append(files, f)
		}
		var got []string
		for _, run := range runs(files) {
			var paths []string
			for _, f := range run {
				paths = append(paths, f.Path)
			}
			got = append(got, fmt.Sprint(paths))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q is merged as %s, want %s", c.files, s, c.want)
		}
	}
}
