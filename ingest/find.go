package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tolok/data"
)

// submission is what a folder's submission.json says about its files. Unit and
// layer are for worksheet forms, which do not name theirs.
type submission struct {
	Publisher string     `json:"publisher"`
	AgencyID  string     `json:"agency_id"`
	UnitID    string     `json:"unit_id"`
	Layer     string     `json:"layer"`
	Cycle     cycle      `json:"cycle"`
	SentAt    *data.Date `json:"sent_at"`
	Note      string     `json:"note"`
}

// context is what is declared for a file as a whole and changes what its rows
// say, as a text to compare.
func (s *submission) context() string {
	c := url.Values{}
	for name, v := range map[string]string{"agency": s.AgencyID, "unit": s.UnitID, "layer": s.Layer} {
		if v != "" {
			c.Set(name, v)
		}
	}
	if s.Cycle != 0 {
		c.Set("cycle", itoa(int64(s.Cycle)))
	}
	return c.Encode()
}

// cycle is a year, which some write in quotes.
type cycle int32

func (c *cycle) UnmarshalJSON(raw []byte) error {
	s := strings.Trim(string(raw), `" `)
	if s == "null" || s == "" {
		return nil
	}
	v, r := readWhole(s)
	if r != exact || v < data.FirstCycle || v > data.LastCycle {
		return fmt.Errorf("cycle %s", raw)
	}
	*c = cycle(v)
	return nil
}

// file is one file to be read.
type file struct {
	path     string // where it is
	name     string // below the submission
	size     int64
	sub      submission
	declared string // agency, by its submission.json
	group    string // the folder of its submission.json, or the source it was found under
	format   *format
	dataset  string        // of the first table, where there are several
	sum      string        // SHA-256
	number   int32         // of the source, once announced
	read     int64         // bytes, for the progress
	failed   bool          // in part or whole
	ahead    chan formRead // of a form, once it is being read
	written  time.Time     // last, when it was found

	// Of a workbook of tables:
	parts   []part
	notes   []data.Problem      // of the workbook, but no table of it
	repeats map[string]*repeats // by dataset
	// And of one table of it:
	whole *file
	shelf *shelf
	part
}

const submissionName = "submission.json"

// find lists the files of all sources, folders in lexical order. What is
// hidden (a leading dot, or Excel's "~$" of an open workbook) is left alone.
func (r *run) find(sources []string) ([]*file, error) {
	var files []*file
	for _, s := range sources {
		if u, err := url.Parse(s); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
			// The address without what may be secret in it.
			name := u.Scheme + "://" + u.Host + u.EscapedPath()
			r.summary.Failed++
			if err := r.report(notUnderstood(name, name)); err != nil {
				return nil, err
			}
			continue
		}
		info, err := os.Stat(s)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", s, bare(err))
		}
		if !info.IsDir() {
			sub, group, err := r.submission(filepath.Dir(s), submissionName, submission{}, s)
			if err != nil {
				return nil, err
			}
			found, err := r.add(s, filepath.Base(s), info, sub, group)
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
			continue
		}
		prefix := ""
		if len(sources) > 1 {
			prefix = filepath.Base(s)
		}
		found, err := r.folder(s, prefix, submission{}, s)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	return files, nil
}

// folder lists a folder's files; above is what the folders above say of them,
// and group the submission they are part of.
func (r *run) folder(dir, name string, above submission, group string) ([]*file, error) {
	sub, group, err := r.submission(dir, below(name, submissionName), above, group)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", dir, bare(err))
	}
	var files []*file
	for _, e := range entries {
		path, at := filepath.Join(dir, e.Name()), below(name, e.Name())
		if strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "~$") || e.Name() == submissionName {
			continue
		}
		if e.IsDir() {
			found, err := r.folder(path, at, sub, group)
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
			continue
		}
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			// A link to nowhere, a link to a folder, a device.
			r.summary.Failed++
			if err := r.report(notUnderstood(at, at)); err != nil {
				return nil, err
			}
			continue
		}
		found, err := r.add(path, at, info, sub, group)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	return files, nil
}

// add is one file, or the files of one archive.
func (r *run) add(path, name string, info fs.FileInfo, sub submission, group string) ([]*file, error) {
	if isArchive(path) {
		return r.archive(path, name, sub, group)
	}
	return []*file{{path: path, name: name, size: info.Size(), written: info.ModTime(), sub: sub, group: group}}, nil
}

func below(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}

// submission reads a folder's submission.json over what the folders above say.
// A folder with one is a submission of its own.
func (r *run) submission(dir, name string, above submission, group string) (submission, string, error) {
	raw, err := os.ReadFile(filepath.Join(dir, submissionName))
	if errors.Is(err, fs.ErrNotExist) {
		return above, group, nil
	}
	group = filepath.Clean(dir)
	sub := above
	if err == nil {
		err = json.Unmarshal(bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF")), &sub)
	}
	if err != nil {
		return above, group, r.report(data.Problem{Code: "bad-submission", Severity: data.Failed, File: name, Value: bare(err).Error()})
	}
	return sub, group, nil
}

// bare is an error without the path of this machine in it.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func notUnderstood(file, value string) data.Problem {
	return data.Problem{Code: "not-understood", Severity: data.Failed, File: file, Value: value, Want: supported()}
}
