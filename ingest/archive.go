package ingest

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"tolok/data"
)

const archiveExt = ".zip"

// archiveLimits bound what an archive may unpack to.
type archiveLimits struct {
	entries int   // files and folders
	file    int64 // bytes of one file
	total   int64 // bytes of all files
	ratio   int64 // of a file's bytes to its packed bytes
	always  int64 // bytes a file may have at any ratio
}

// defaultLimits let a nation's answers through: 20 million rows of CSV are 2 GB
// and pack to a twentieth.
var defaultLimits = archiveLimits{entries: 100_000, file: 8 << 30, total: 32 << 30, ratio: 200, always: 16 << 20}

// isArchive reports whether a file is a zip archive and no workbook, which is
// one too.
func isArchive(name string) bool {
	if !strings.EqualFold(filepath.Ext(name), archiveExt) {
		return false
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		return true // a damaged one
	}
	defer z.Close()
	for _, f := range z.File {
		if f.Name == "xl/workbook.xml" {
			return false
		}
	}
	return true
}

// archive lists the files of a zip archive, which it unpacks: an archive is read
// as the folder that was packed. One that cannot be trusted is refused whole.
func (r *run) archive(packed, name string, sub submission, group string) ([]*file, error) {
	if r.inArchive {
		return nil, r.refuse(name, "nested-archive", name, "")
	}
	dir, err := os.MkdirTemp("", "tolok-")
	if err != nil {
		return nil, fmt.Errorf("%s cannot be unpacked: %w", name, err)
	}
	r.unpacked = append(r.unpacked, dir)
	err = unpack(packed, dir, r.limits)
	if p, ok := asProblem(err); ok {
		return nil, r.refuse(name, p.Code, p.Value, p.Want)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be unpacked: %w", name, err)
	}
	r.inArchive = true
	defer func() { r.inArchive = false }()
	return r.folder(dir, name, sub, group)
}

func (r *run) refuse(name, code, value, want string) error {
	r.summary.Failed++
	return r.report(data.Problem{Code: code, Severity: data.Failed, File: name, Value: value, Want: want})
}

// clean removes what was unpacked.
func (r *run) clean() error {
	var errs []error
	for _, dir := range r.unpacked {
		errs = append(errs, os.RemoveAll(dir))
	}
	return errors.Join(errs...)
}

// unpack writes the files of an archive below dir. A *[data.Problem] says why
// the archive is refused; any other error is this machine's.
func unpack(packed, dir string, limits archiveLimits) error {
	z, err := zip.OpenReader(packed)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return broken("", err)
	}
	defer z.Close()
	if len(z.File) > limits.entries {
		return tooLarge(strconv.Itoa(len(z.File)), fmt.Sprintf("%d", limits.entries))
	}
	left := limits.total
	for _, f := range z.File {
		name, err := safeName(f)
		if err != nil {
			return err
		}
		if strings.HasSuffix(name, "/") || ignored(name) {
			continue
		}
		size, err := unpackFile(f, filepath.Join(dir, filepath.FromSlash(name)), min(left, limits.allowed(f)))
		if err != nil {
			return err
		}
		left -= size
	}
	return nil
}

// allowed is how many bytes a file may unpack to.
func (l archiveLimits) allowed(f *zip.File) int64 {
	packed := min(f.CompressedSize64, uint64(l.file)) // a header may say anything
	return min(l.file, max(l.always, int64(packed)*l.ratio))
}

// ignored are the files that a Mac packs along.
func ignored(name string) bool {
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(path.Base(name), ".")
}

// safeName is an entry's name with slashes. One that leads out of the folder,
// or is no file, makes the archive untrustworthy.
func safeName(f *zip.File) (string, error) {
	name := strings.ReplaceAll(f.Name, `\`, "/") // as old Windows programs write it
	bare := strings.TrimSuffix(name, "/")
	mode := f.Mode()
	switch {
	case !fs.ValidPath(bare) || !filepath.IsLocal(filepath.FromSlash(bare)) || strings.IndexByte(bare, 0) >= 0:
		return "", &data.Problem{Code: "archive-path", Severity: data.Failed, Value: f.Name}
	case !mode.IsDir() && !mode.IsRegular():
		return "", &data.Problem{Code: "archive-path", Severity: data.Failed, Value: f.Name}
	case f.Flags&1 != 0:
		return "", &data.Problem{Code: "locked-archive", Severity: data.Failed, Value: f.Name}
	case mode.IsDir():
		return bare + "/", nil
	}
	return name, nil
}

func unpackFile(f *zip.File, to string, most int64) (size int64, err error) {
	if f.UncompressedSize64 > uint64(most) {
		return 0, tooLarge(f.Name, fmt.Sprintf("%d MB", most>>20))
	}
	in, err := f.Open()
	if err != nil {
		return 0, broken(f.Name, err)
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return 0, repeated(f.Name, err)
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, repeated(f.Name, err)
	}
	size, err = io.Copy(out, io.LimitReader(in, most+1))
	closing := out.Close()
	var disk *fs.PathError
	switch {
	case errors.As(err, &disk):
		return size, err
	case err != nil:
		return size, broken(f.Name, err)
	case size > most:
		return size, tooLarge(f.Name, fmt.Sprintf("%d MB", most>>20))
	}
	return size, closing
}

// repeated is the fault of two entries that would be one file, or a file and
// its own folder.
func repeated(name string, err error) error {
	if errors.Is(err, fs.ErrExist) || strings.Contains(err.Error(), "not a directory") {
		return &data.Problem{Code: "archive-repeats", Severity: data.Failed, Value: name}
	}
	return err
}

func tooLarge(value, limit string) error {
	return &data.Problem{Code: "archive-too-large", Severity: data.Failed, Value: value, Want: limit}
}

func broken(name string, err error) error {
	return &data.Problem{Code: "broken-archive", Severity: data.Failed, Value: strings.TrimPrefix(name+": "+bare(err).Error(), ": ")}
}
