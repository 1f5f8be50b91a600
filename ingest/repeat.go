package ingest

import (
	"hash/maphash"
	"reflect"
	"strconv"

	"tolok/data"
)

// repeats finds rows about the same thing: in one file, or for the registers of
// agencies and units in all files of a run. It holds 24 bytes a row, whatever
// the row holds: a hash of the key, the place, a hash of the rest. The rows of
// worksheets, which are by far the most, are [worksheets]'s.
type repeats struct {
	seed  maphash.Seed
	seen  map[uint64]repeat
	files []string // by repeat.file
	buf   []byte
}

type repeat struct {
	file, line int32
	content    uint32
}

func newRepeats() *repeats { return &repeats{seed: maphash.MakeSeed(), seen: map[uint64]repeat{}} }

// enter says which file the rows that follow are of.
func (r *repeats) enter(file string) { r.files = append(r.files, file) }

// check gives the problem of a row that was there before: the same row is
// dropped without loss, one that disagrees is refused.
func (r *repeats) check(key string, rec data.Record) *data.Problem {
	r.buf = appendContent(r.buf[:0], reflect.ValueOf(rec).Elem())
	now := repeat{int32(len(r.files) - 1), rec.At().Line, uint32(maphash.Bytes(r.seed, r.buf))}
	k := maphash.String(r.seed, key)
	before, ok := r.seen[k]
	if !ok {
		r.seen[k] = now
		return nil
	}
	p := repeatOf(key, before.line, before.content == now.content)
	if before.file != now.file {
		p.Want += " (" + r.files[before.file] + ")"
	}
	return &p
}

// repeatOf is the problem of a row about what an earlier row was about: the
// same row is dropped without loss, one that disagrees is refused.
func repeatOf(key string, line int32, same bool) data.Problem {
	p := data.Problem{Code: "conflicting-row", Severity: data.Rejected, Value: key, Want: strconv.Itoa(int(line))}
	if same {
		p.Code, p.Severity = "duplicate-row", data.Flagged
	}
	return p
}

// appendContent appends every field of a record but its origin.
func appendContent(b []byte, v reflect.Value) []byte {
	for i := range v.NumField() {
		f := v.Field(i)
		if f.Kind() == reflect.Pointer {
			if f.IsNil() {
				b = append(b, 0)
				continue
			}
			f = f.Elem()
		}
		switch f.Kind() {
		case reflect.String:
			b = append(b, f.String()...)
		case reflect.Bool:
			b = strconv.AppendBool(b, f.Bool())
		case reflect.Int32, reflect.Int64:
			b = strconv.AppendInt(b, f.Int(), 10)
		}
		b = append(b, 1)
	}
	return b
}
