package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed static
var staticFiles embed.FS

// asset is one file in every encoding we have it in.
type asset struct {
	kind  string // content type
	hash  string
	plain []byte
	coded map[string][]byte // by encoding: br, gzip
}

// assets are the files under /static/. Their addresses carry a hash of their
// bytes, so browsers may keep them for good.
type assets struct {
	files map[string]*asset
	build string // a hash of them all, part of every page's ETag
}

// encodings in the order we like them.
var encodings = []struct{ name, ext string }{{"br", ".br"}, {"gzip", ".gz"}}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2", ".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
}

func loadAssets() (*assets, error) {
	a := &assets{files: map[string]*asset{}}
	build := sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		build.Write(b)
		return a.add(strings.TrimPrefix(name, "static/"), b)
	})
	if err != nil {
		return nil, err
	}
	for name, f := range a.files {
		if f.plain == nil {
			return nil, fmt.Errorf("web: static/%s has a compressed form but no plain one", name)
		}
	}
	if err := a.finish(); err != nil {
		return nil, err
	}
	a.build = hex.EncodeToString(build.Sum(nil))[:12]
	return a, nil
}

func (a *assets) add(name string, b []byte) error {
	for _, e := range encodings {
		if plain, ok := strings.CutSuffix(name, e.ext); ok {
			a.file(plain).coded[e.name] = b
			return nil
		}
	}
	f := a.file(name)
	f.plain, f.hash = b, hashOf(b)
	f.kind = contentTypes[path.Ext(name)]
	if f.kind == "" {
		return fmt.Errorf("web: static/%s: no content type is known for %s", name, path.Ext(name))
	}
	return nil
}

// finish points the style sheets at the fonts' hashed addresses, and packs our
// own small files, which are not kept packed in the repository.
func (a *assets) finish() error {
	for name, f := range a.files {
		if path.Ext(name) == ".css" {
			for font, g := range a.files {
				f.plain = bytes.ReplaceAll(f.plain, []byte(`url("`+font+`")`), []byte(`url("`+font+`?v=`+g.hash+`")`))
			}
			f.hash = hashOf(f.plain)
		}
		if len(f.coded) > 0 || path.Ext(name) == ".woff2" {
			continue
		}
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := z.Write(f.plain); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		f.coded["gzip"] = b.Bytes()
	}
	return nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])[:12]
}

func (a *assets) file(name string) *asset {
	if a.files[name] == nil {
		a.files[name] = &asset{coded: map[string][]byte{}}
	}
	return a.files[name]
}

// url is the address of an asset.
func (a *assets) url(name string) (string, error) {
	f, ok := a.files[name]
	if !ok {
		return "", fmt.Errorf("web: there is no static/%s", name)
	}
	return "/static/" + name + "?v=" + f.hash, nil
}

// licences lists the licence texts that come with the assets.
func (a *assets) licences() []string {
	var out []string
	for name := range a.files {
		if strings.HasPrefix(name, "LICENSES/") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// static serves an asset in the best encoding the client takes.
func (s *Server) static(w http.ResponseWriter, r *http.Request) error {
	f, ok := s.assets.files[strings.TrimPrefix(r.URL.Path, "/static/")]
	if !ok {
		return errNoPage
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Add("Vary", "Accept-Encoding")
	if r.URL.Query().Get("v") == f.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	body, coding := f.plain, ""
	for _, e := range encodings {
		if b, ok := f.coded[e.name]; ok && accepts(r, e.name) {
			body, coding = b, e.name
			break
		}
	}
	h.Set("ETag", strconv.Quote(f.hash+coding))
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return nil
}
