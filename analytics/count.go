package analytics

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Count is how many units, worksheets or nominees there are, or [Withheld].
type Count int64

// Withheld is a count that is not shown: of a group too small for the reader,
// or of a cycle that is not released. It is null in JSON, an empty cell in a
// table, and never zero.
const Withheld Count = -1

// Known reports whether the count is shown.
func (c Count) Known() bool { return c >= 0 }

// Int is the count where one is needed to sum or to draw: nothing for what is
// withheld.
func (c Count) Int() int64 { return int64(max(c, 0)) }

// Pointer is nil for what is withheld.
func (c Count) Pointer() *int64 {
	if !c.Known() {
		return nil
	}
	n := int64(c)
	return &n
}

// String is the count, or nothing.
func (c Count) String() string {
	if !c.Known() {
		return ""
	}
	return strconv.FormatInt(int64(c), 10)
}

// MarshalJSON writes null for what is withheld.
func (c Count) MarshalJSON() ([]byte, error) { return json.Marshal(c.Pointer()) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Count) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		*c = Withheld
		return nil
	}
	return json.Unmarshal(b, (*int64)(c))
}
