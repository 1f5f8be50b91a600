package ingest

import (
	"maps"
	"slices"

	"tolok/data"
)

// Count is what became of the rows of one dataset.
type Count struct {
	Read     int `json:"read"`
	Put      int `json:"put"`
	LeftOut  int `json:"left_out"`
	Repeated int `json:"repeated"` // the same row a second time, dropped without loss
}

// Summary is what a run did.
type Summary struct {
	Files    int                       `json:"files"`    // that were read
	Failed   int                       `json:"failed"`   // that could not be read
	Known    int                       `json:"known"`    // that had been taken in before
	Datasets map[string]*Count         `json:"datasets"` // by name
	Problems map[string]map[string]int `json:"problems"` // by severity, then code

	last   string // the dataset counted last, and its count
	lastOf *Count
}

func newSummary() *Summary {
	return &Summary{Datasets: map[string]*Count{}, Problems: map[string]map[string]int{}}
}

// LeftOut is the number of rows that did not go in for a fault of theirs.
func (s *Summary) LeftOut() int {
	n := 0
	for _, c := range s.Datasets {
		n += c.LeftOut
	}
	return n
}

// Put is the number of rows that went in.
func (s *Summary) Put() int {
	n := 0
	for _, c := range s.Datasets {
		n += c.Put
	}
	return n
}

// Count is the number of problems of a severity.
func (s *Summary) Count(severity data.Severity) int {
	n := 0
	for _, c := range s.Problems[severity] {
		n += c
	}
	return n
}

// Names lists the datasets that were seen, in their order of reference.
func (s *Summary) Names() []string {
	return slices.SortedFunc(maps.Keys(s.Datasets), func(a, b string) int { return order(a) - order(b) })
}

func (s *Summary) of(dataset string) *Count {
	if s.lastOf != nil && dataset == s.last {
		return s.lastOf
	}
	c := s.Datasets[dataset]
	if c == nil {
		c = &Count{}
		s.Datasets[dataset] = c
	}
	s.last, s.lastOf = dataset, c
	return c
}

// Note counts a problem. Run counts its own; this is for those who find more.
func (s *Summary) Note(p *data.Problem) {
	codes := s.Problems[p.Severity]
	if codes == nil {
		codes = map[string]int{}
		s.Problems[p.Severity] = codes
	}
	codes[p.Code]++
}

// order is a dataset's place in the order of reference; unknown ones come last.
func order(dataset string) int {
	if s := schemaOf(dataset); s != nil {
		return s.order
	}
	return len(schemas())
}
