package planted

import (
	"fmt"
	"time"

	"tolok/data"
	"tolok/data/lake"
)

// Lake writes the programme to a new lake in a folder.
func (p *Programme) Lake(dir string) (*lake.Lake, error) {
	l := lake.Open(dir)
	a, err := l.Begin("test office")
	if err != nil {
		return nil, err
	}
	for _, file := range p.files {
		n, err := a.Source(p.sources[file])
		if err != nil {
			return nil, err
		}
		for line, r := range p.batches[file] {
			if faults := r.Validate(); len(faults) > 0 {
				return nil, fmt.Errorf("the programme's own record is invalid: %s", faults[0].Error())
			}
			*r.At() = data.Origin{Source: n, Line: int32(line + 2)}
			if err := a.Put(r); err != nil {
				return nil, err
			}
		}
		for line, f := range p.found[file] {
			f.Origin = data.Origin{Source: n, Line: int32(line + 2)}
			if err := a.Report(*f); err != nil {
				return nil, err
			}
		}
	}
	_, err = a.Commit(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
	return l, err
}
