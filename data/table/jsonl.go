package table

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"tolok/data"
)

// Limits of JSON Lines. A line is limited as in any text.
const (
	maxKeys       = 1000     // different keys in one file
	headLines     = 100      // whose keys make the first header
	maxHeadBytes  = maxLine  // of these lines together
	utf8ByteOrder = "\uFEFF" // some tools repeat it at joints
)

// JSONLines reads one JSON object a line. Its header is the keys, in the order
// in which they appear; it begins with those of the first lines and grows with
// every new one.
type JSONLines struct {
	lines  *lines
	ahead  []line
	header Row
	column map[string]int
	cells  []string
	faults []Fault
}

// NewJSONLines reads the first lines for their keys. A file without one good
// object there is a *[data.Problem].
func NewJSONLines(r io.Reader) (*JSONLines, error) {
	ls, err := newLines(r)
	if err != nil {
		return nil, err
	}
	j := &JSONLines{lines: ls, column: map[string]int{}}
	size, objects := 0, 0
	var first error
	for len(j.ahead) < headLines && size < maxHeadBytes {
		l, err := ls.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		size += len(l.text)
		if l.blank() {
			continue
		}
		j.ahead = append(j.ahead, l)
		if _, err := j.row(l); err == nil {
			objects++
		} else if first == nil {
			first = err
		}
	}
	if objects == 0 {
		var p *data.Problem
		if errors.As(first, &p) {
			p.Severity = data.Failed
			return nil, p
		}
		return nil, &data.Problem{Code: "empty-table", Severity: data.Failed}
	}
	j.header.Line = j.ahead[0].number
	return j, nil
}

// Header implements [Reader].
func (j *JSONLines) Header() Row { return j.header }

// Next implements [Reader].
func (j *JSONLines) Next() (Row, error) {
	for {
		l, err := j.take()
		if err != nil {
			return Row{}, err
		}
		if !l.blank() {
			return j.row(l)
		}
	}
}

func (j *JSONLines) take() (line, error) {
	if len(j.ahead) > 0 {
		l := j.ahead[0]
		j.ahead = j.ahead[1:]
		return l, nil
	}
	return j.lines.next()
}

// row reads one object. A line that is broken adds no key to the header.
func (j *JSONLines) row(l line) (Row, error) {
	if l.fault != nil {
		return Row{Line: l.number}, l.fault
	}
	members, err := object(strings.TrimPrefix(l.text, utf8ByteOrder))
	if err != nil {
		return Row{Line: l.number}, j.problem(l, "broken-json", short(l.text))
	}
	if err := j.grow(l, members); err != nil {
		return Row{Line: l.number}, err
	}
	j.cells, j.faults = append(j.cells[:0], make([]string, len(j.header.Cells))...), j.faults[:0]
	seen := make(map[int]bool, len(members))
	for _, m := range members {
		at := j.column[m.key]
		text, code := jsonCell(m.value)
		if seen[at] {
			text, code = "", "repeated-key"
		}
		seen[at] = true
		j.cells[at] = text
		if code != "" {
			j.faults = append(j.faults, Fault{at, code, short(string(m.value))})
		}
	}
	return Row{Line: l.number, Cells: j.cells, Faults: j.faults}, nil
}

func (j *JSONLines) grow(l line, members []member) error {
	var fresh []string
	for _, m := range members {
		if _, ok := j.column[m.key]; !ok {
			fresh = append(fresh, m.key)
		}
	}
	if len(j.column)+len(fresh) > maxKeys {
		return j.problem(l, "too-many-keys", strconv.Itoa(len(j.column)+len(fresh)))
	}
	for _, key := range fresh {
		if _, ok := j.column[key]; !ok {
			j.column[key] = len(j.header.Cells)
			j.header.Cells = append(j.header.Cells, key)
		}
	}
	return nil
}

func (j *JSONLines) problem(l line, code, value string) error {
	return &data.Problem{Code: code, Severity: data.Rejected, Value: value, Want: strconv.Itoa(maxKeys), Origin: data.Origin{Line: int32(l.number)}}
}

// member is one key of an object and its value as it stands in the file.
type member struct {
	key   string
	value json.RawMessage
}

// object takes a line apart that is one object and nothing else.
func object(text string) ([]member, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.Join(errors.New("not an object"), err)
	}
	var members []member
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		m := member{key: key.(string)}
		if err := dec.Decode(&m.value); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("more than one object")
	}
	return members, nil
}

// jsonCell is a value as the text of a cell, or the code of what is wrong.
func jsonCell(raw json.RawMessage) (text, code string) {
	raw = bytes.TrimSpace(raw)
	switch raw[0] {
	case '"':
		if err := json.Unmarshal(raw, &text); err != nil {
			return "", "broken-json"
		}
		return text, ""
	case '{', '[':
		return "", "nested-value"
	case 'n':
		return "", ""
	case 't', 'f':
		return string(raw), ""
	}
	return exactNumber(string(raw)), ""
}
