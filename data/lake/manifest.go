package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Manifest is one state of the lake.
type Manifest struct {
	Content     string       `json:"content"` // the hash of Files: the state's name
	Parent      string       `json:"parent,omitempty"`
	Files       []File       `json:"files"`
	Submissions []Submission `json:"submissions"`
	LastSource  int32        `json:"last_source"`
	// Compacted is when the state was made of its parent by merging files; nil
	// if it was made by a submission, the last one.
	Compacted *time.Time `json:"compacted,omitempty"`
}

// File is one Parquet file of the lake.
type File struct {
	Dataset string `json:"dataset"`
	Cycle   int32  `json:"cycle,omitempty"`
	Path    string `json:"path"` // below the lake, with slashes
	Rows    int64  `json:"rows"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
}

// Submission is one commit: who added what, and when.
type Submission struct {
	Number  int32     `json:"submission"`
	At      time.Time `json:"at"`
	By      string    `json:"by,omitempty"`
	Ref     string    `json:"ref,omitempty"` // the submission's name elsewhere, see [Append.Refer]
	Sources []TakenIn `json:"sources"`       // in order: numbered from First on
	First   int32     `json:"first_source"`
	Rows    int64     `json:"rows"`
}

// TakenIn is a source as the manifest remembers it.
type TakenIn struct {
	Name     string `json:"name"`
	SHA256   string `json:"sha256"`
	Context  string `json:"context,omitempty"`  // as declared, see [data.Source]
	Rejected int64  `json:"rejected,omitempty"` // faults for which rows were left out
}

// SnapshotID names the state as scored by a rule set: what a published answer
// carries. rules is the fingerprint of the rule files.
func (m *Manifest) SnapshotID(rules string) string {
	h := sha256.Sum256([]byte(m.Content + "\n" + rules))
	return hex.EncodeToString(h[:])[:12]
}

// Paths lists the files of one dataset below the lake's folder.
func (m *Manifest) Paths(dataset string) []string {
	var out []string
	for _, f := range m.Files {
		if f.Dataset == dataset {
			out = append(out, f.Path)
		}
	}
	return out
}

// Rows counts the rows of one dataset, superseded ones included.
func (m *Manifest) Rows(dataset string) int64 {
	var n int64
	for _, f := range m.Files {
		if f.Dataset == dataset {
			n += f.Rows
		}
	}
	return n
}

// Holds lists the SHA-256 of the sources of a name that the lake holds whole:
// those of the last submission with a file of this name, under the same
// declared context, of which no row was lost. What came before that does not
// count, for the file has said something else since; and what lost rows is read
// again, for its units may be registered by now.
func (m *Manifest) Holds(name, context string) []string {
	for _, s := range slices.Backward(m.Submissions) {
		var sums []string
		named := false
		for _, t := range s.Sources {
			named = named || t.Name == name
			if t.Name == name && t.Context == context && t.Rejected == 0 {
				sums = append(sums, t.SHA256)
			}
		}
		if named {
			return sums
		}
	}
	return nil
}

// Refers says whether a submission of that name is in the state.
func (m *Manifest) Refers(ref string) bool {
	return ref != "" && slices.ContainsFunc(m.Submissions, func(s Submission) bool { return s.Ref == ref })
}

// name computes the content id: the hash of the sorted list of files.
func (m *Manifest) name() string {
	files := slices.Clone(m.Files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%s %s %d\n", f.Path, f.SHA256, f.Rows)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Lake is a folder that holds a lake, or will.
type Lake struct {
	dir    string
	before func(op, path string) error // see step
}

// ErrEmpty means that nothing was ever committed.
var ErrEmpty = errors.New("the lake is empty: nothing has been ingested yet")

// ErrNoSnapshot means that no state has the name asked for.
var ErrNoSnapshot = errors.New("no such snapshot")

// Open names the lake in dir. The folder need not exist yet.
func Open(dir string) *Lake { return &Lake{dir: filepath.Clean(dir)} }

// Dir is the lake's folder.
func (l *Lake) Dir() string { return l.dir }

// Path is a file of the lake on this machine.
func (l *Lake) Path(p string) string { return filepath.Join(l.dir, filepath.FromSlash(p)) }

// Current reads the newest manifest, or returns ErrEmpty.
func (l *Lake) Current() (*Manifest, error) {
	b, err := os.ReadFile(filepath.Join(l.dir, "CURRENT"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrEmpty
	}
	if err != nil {
		return nil, err
	}
	return l.read(strings.TrimSpace(string(b)))
}

// Manifests reads every state, oldest first, following the chain of parents
// from the newest.
func (l *Lake) Manifests() ([]*Manifest, error) {
	m, err := l.Current()
	if errors.Is(err, ErrEmpty) {
		return nil, nil
	}
	var out []*Manifest
	for err == nil {
		out = append(out, m)
		if m.Parent == "" {
			break
		}
		m, err = l.read(m.Parent)
	}
	slices.Reverse(out)
	return out, err
}

// Find returns the state whose snapshot id under the rules, or whose content
// id, begins with name; "" is the newest.
func (l *Lake) Find(name, rules string) (*Manifest, error) {
	if name == "" {
		return l.Current()
	}
	all, err := l.Manifests()
	if err != nil {
		return nil, err
	}
	for _, m := range slices.Backward(all) {
		if len(name) >= 6 && (strings.HasPrefix(m.SnapshotID(rules), name) || strings.HasPrefix(m.Content, name)) {
			return m, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrNoSnapshot, name)
}

func (l *Lake) read(name string) (*Manifest, error) {
	p := filepath.Join(l.dir, "manifest", name+".json")
	b, err := os.ReadFile(p)
	if err != nil {
		return nil, fmt.Errorf("manifest %s: %w; restore it from a backup", name, err)
	}
	m := &Manifest{}
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("manifest %s: %w; restore it from a backup", name, err)
	}
	if got := m.name(); got != m.Content || got != name {
		return nil, fmt.Errorf("manifest %s lists files that hash to %s; restore it from a backup", name, got)
	}
	return m, nil
}
