package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// smallBytes is below what size a file is worth merging: two such files fit
// into one.
const smallBytes = fileBytes / 2

// Compact merges small files of one dataset and cycle that follow each other,
// and commits the result as a new state. Its rows are those of the state
// before, in the same order, so every answer is the same; its name is not,
// for the files differ. The files before stay, because earlier states name
// them. Where there is nothing to merge, the state stays as it is.
func (l *Lake) Compact(ctx context.Context, now time.Time) (m *Manifest, changed bool, err error) {
	a, err := l.Begin("")
	if err != nil {
		return nil, false, err
	}
	defer a.Abort()
	a.fileRows = math.MaxInt64
	if a.base.Content == "" {
		return nil, false, ErrEmpty
	}
	next := a.base
	next.Files = nil
	for _, run := range runs(a.base.Files) {
		merged := run
		if len(run) > 1 {
			if merged, err = a.merge(ctx, run); err != nil {
				return nil, false, a.failed(err)
			}
		}
		next.Files = append(next.Files, merged...)
	}
	if len(next.Files) == len(a.base.Files) {
		return &a.base, false, nil
	}
	next.Parent = a.base.Content
	at := now.UTC().Truncate(time.Second)
	next.Compacted = &at
	m, err = a.publishManifest(&next)
	if err != nil {
		err = a.failed(err)
	}
	return m, m != nil, err
}

// runs splits the list of files into those to be merged with each other: small
// neighbours of one dataset and cycle. A big file between two small ones keeps
// them apart, for rows must keep their order.
func runs(files []File) [][]File {
	var out [][]File
	last := map[tableKey]int{} // where the run of a key stands that may grow
	for _, f := range files {
		k := tableKey{f.Dataset, f.Cycle}
		i, growing := last[k]
		switch {
		case f.Bytes >= smallBytes:
			delete(last, k)
			out = append(out, []File{f})
		case growing:
			out[i] = append(out[i], f)
		default:
			last[k] = len(out)
			out = append(out, []File{f})
		}
	}
	return out
}

// merge copies the rows of files of one dataset and cycle into new ones.
func (a *Append) merge(ctx context.Context, files []File) ([]File, error) {
	a.done = nil
	k := tableKey{files[0].Dataset, files[0].Cycle}
	var want, got int64
	for _, f := range files {
		want += f.Rows
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		// A damaged file must not get a sound name.
		if what := a.lake.damage(f); what != "" {
			return nil, &Damage{f.Path, what, restore}
		}
		err := tables[k.dataset].read(a.lake.Path(f.Path), func(r any) error { return a.add(k, r) })
		if err != nil {
			return nil, fmt.Errorf("merging %s: %w", f.Path, err)
		}
	}
	if err := a.finishAll(); err != nil {
		return nil, err
	}
	for _, f := range a.done {
		got += f.Rows
	}
	if got != want {
		return nil, &Damage{files[0].Path, "its rows are not as many as the manifest says", restore}
	}
	return a.done, nil
}

// Prune removes what no state names: data files and manifests that a crash or
// a failed commit left behind. Every state of [Lake.Manifests] stays whole. It
// returns the paths and how many bytes they had.
func (l *Lake) Prune() (removed []string, bytes int64, err error) {
	a, err := l.Begin("") // whoever is writing has files that nothing names yet
	if err != nil {
		return nil, 0, err
	}
	defer a.Abort()
	all, err := l.Manifests()
	if err != nil {
		return nil, 0, err // with one state unread, nothing is known to be unnamed
	}
	if len(all) == 0 {
		return nil, 0, ErrEmpty
	}
	named := map[string]bool{}
	for _, m := range all {
		named["manifest/"+m.Content+".json"] = true
		for _, f := range m.Files {
			named[f.Path] = true
		}
	}
	for _, folder := range []string{"data", "manifest"} {
		err = errors.Join(err, filepath.WalkDir(filepath.Join(l.dir, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			p, err := filepath.Rel(l.dir, path)
			if p = filepath.ToSlash(p); err != nil || named[p] || !ours(p) {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			if err := l.remove(path); err != nil {
				return err
			}
			removed, bytes = append(removed, p), bytes+info.Size()
			return nil
		}))
	}
	slices.Sort(removed)
	if errors.Is(err, os.ErrPermission) {
		err = mend(err)
	}
	return removed, bytes, err
}

// ours reports whether a file has a name that the lake gives; a stranger's
// file is left alone.
func ours(p string) bool {
	return strings.HasPrefix(p, "data/") && strings.HasSuffix(p, ".parquet") || strings.HasPrefix(p, "manifest/") && strings.HasSuffix(p, ".json")
}
