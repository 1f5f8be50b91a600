package synth

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The list of files written, and its first line.
const (
	listName   = ".tolok-generate"
	listHeader = "# written by tolok generate; a later run removes exactly these files"
)

// newOutbox takes an empty directory, or one that holds nothing but what an
// earlier run wrote, which it removes.
func newOutbox(dir string) (*outbox, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := sweep(dir); err != nil {
		return nil, err
	}
	o := &outbox{dir: dir, files: map[string]bool{}, rows: map[string]int{}}
	return o, os.WriteFile(filepath.Join(dir, listName), []byte(listHeader+"\n"), 0o644)
}

// sweep removes an earlier run's files, once it is sure that no others are
// there.
func sweep(dir string) error {
	known, err := readList(dir)
	if err != nil {
		return err
	}
	var files, folders []string
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case d.IsDir():
			folders = append(folders, path)
			return nil
		case known[name]:
			files = append(files, path)
			return nil
		}
		return fmt.Errorf("%s holds %s, which tolok generate did not write: name an empty directory or a new one", dir, name)
	})
	if err != nil {
		return err
	}
	slices.Reverse(folders) // inner ones first
	for _, path := range slices.Concat(files, folders) {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

// readList reads what an earlier run noted; nothing if there was none.
func readList(dir string) (map[string]bool, error) {
	raw, err := os.ReadFile(filepath.Join(dir, listName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
	if lines[0] != listHeader {
		return nil, fmt.Errorf("%s is not a list of tolok generate: name an empty directory or a new one", filepath.Join(dir, listName))
	}
	known := map[string]bool{listName: true}
	for _, l := range lines[1:] {
		known[l] = true
	}
	return known, nil
}

// note lists a file before it is made, so that a run that was cut off can be
// cleared too.
func (o *outbox) note(name string) error {
	o.files[name] = true
	f, err := os.OpenFile(filepath.Join(o.dir, listName), os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(name + "\n")
	return errors.Join(err, f.Close())
}
