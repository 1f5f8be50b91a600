package ingest

import (
	"path"
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
		if r.opt.Known == nil || !r.opt.Known(f.name, f.sum, f.sub.context()) {
			changed[f.group] = true
		}
	}
	type identity struct{ name, sum, context string }
	seen := map[identity]bool{}
	var kept []*file
	for _, f := range files {
		id := identity{f.name, f.sum, f.sub.context()}
		if changed[f.group] && !seen[id] {
			seen[id] = true
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
