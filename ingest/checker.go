package ingest

import "tolok/data"

// maxProblems is how many problems a Checker keeps; it counts the rest. A file
// with more has one fault that repeats.
const maxProblems = 20_000

// Checker is a [data.Sink] that writes nothing: it keeps the problems for the
// sender to read before sending.
type Checker struct {
	Sources  []data.Source
	Records  map[string]int // that would go in, by dataset
	Problems []data.Problem
	Dropped  int // problems beyond those kept
}

// Source implements [data.Sink].
func (c *Checker) Source(s data.Source) (int32, error) {
	s.Number = int32(len(c.Sources) + 1)
	c.Sources = append(c.Sources, s)
	return s.Number, nil
}

// Hashed implements [data.Sink].
func (c *Checker) Hashed(source int32, sha256 string) error {
	c.Sources[source-1].SHA256 = sha256
	return nil
}

// Put implements [data.Sink].
func (c *Checker) Put(r data.Record) error {
	if c.Records == nil {
		c.Records = map[string]int{}
	}
	c.Records[r.Dataset()]++
	return nil
}

// Report implements [data.Sink].
func (c *Checker) Report(p data.Problem) error {
	if len(c.Problems) >= maxProblems {
		c.Dropped++
		return nil
	}
	c.Problems = append(c.Problems, p)
	return nil
}
