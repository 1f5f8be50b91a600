package ingest

import (
	"errors"
	"path"
	"slices"
	"strings"

	"tolok/data"
)

// leaveKnown leaves out what the sources repeat: a file that this run has
// already, and a submission that the lake holds just as it is. A submission of
// which one file changed is read whole: a worksheet is replaced whole, and may
// lie in several of its files. Only of a fetched portal each worksheet is by
// itself: one changed answer would have the whole portal read again.
func (r *run) leaveKnown(files []*file) ([]*file, error) {
	apart(files)
	changed := map[string]bool{} // by group
	for _, f := range files {
		held, err := r.held(f)
		if err != nil {
			return nil, err
		}
		if !held {
			changed[f.group] = true
		}
	}
	type identity struct{ name, context string }
	seen := map[identity][]*file{}
	var kept []*file
	for _, f := range files {
		id := identity{f.name, f.sub.context()}
		again, err := sameBytes(f, seen[id])
		if err != nil {
			return nil, err
		}
		if changed[f.group] && !again {
			seen[id] = append(seen[id], f)
			kept = append(kept, f)
			r.total += f.size
			continue
		}
		r.summary.Known++
		if err := r.report(data.Problem{Code: "source-known", Severity: data.Flagged, File: f.name, Dataset: f.dataset}); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// held reports whether the lake holds a file just as it is. Only a file of a
// name that the lake knows is hashed for it.
func (r *run) held(f *file) (bool, error) {
	if r.opt.Held == nil {
		return false, nil
	}
	sums := r.opt.Held(f.name, f.sub.context())
	if len(sums) == 0 {
		return false, nil
	}
	err := f.hash()
	return slices.Contains(sums, f.sum), err
}

// sameBytes reports whether a file is the same as one of the others.
func sameBytes(f *file, others []*file) (bool, error) {
	for _, o := range others {
		if o.size != f.size {
			continue
		}
		if err := errors.Join(o.hash(), f.hash()); err != nil {
			return false, err
		}
		if o.sum == f.sum {
			return true, nil
		}
	}
	return false, nil
}

// apart makes each worksheet of a spool (see [Spool]) a group of its own, in
// groups that hold nothing but a portal's answers. There a worksheet is one file,
// named after its unit; the lists of units stay together.
func apart(files []*file) {
	mixed := map[string]bool{}
	for _, f := range files {
		mixed[f.group] = mixed[f.group] || f.format.name != "portalrb"
	}
	for _, f := range files {
		if !mixed[f.group] && strings.HasSuffix("/"+path.Dir(f.name), "/"+worksheetFolder) {
			f.group += "\x00" + f.name
		}
	}
}
