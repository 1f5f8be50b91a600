package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"tolok/analytics"
	"tolok/data/table"
	"tolok/web/auth"
)

// view is what one page shows, in all its forms.
type view struct {
	template string // of the body
	title    string
	lead     string // the one sentence that says what the numbers mean
	crumbs   []crumb
	meta     *analytics.Meta // nil where no snapshot stands behind the page
	answer   any             // the .json
	name     string          // of the .csv and .xlsx, without their ending
	rows     analytics.Grid  // the .csv and .xlsx: for an answer, its own table
	body     any             // what the template shows
	reload   int             // seconds until the page asks again by itself; 0 is never
}

// crumb is one step of the way here.
type crumb struct{ Text, Href string }

// respond writes a view in the form that was asked for. The answer of an
// unchanged snapshot is not sent twice.
func (s *Server) respond(w http.ResponseWriter, req *request, v *view) error {
	tag := s.etag(req, v)
	h := w.Header()
	h.Add("Vary", "Cookie, Accept-Language")
	if auth.From(req.Context()).Via != auth.ViaNothing {
		// What an account sees stays in no cache, on the reader's disk neither.
		h.Set("Cache-Control", "no-store")
	} else {
		h.Set("ETag", tag)
		h.Set("Cache-Control", "private, no-cache")
	}
	if h.Get("ETag") != "" && matches(req.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	switch req.form {
	case formJSON:
		return writeJSON(w, req.Request, http.StatusOK, v.answer)
	case formCSV:
		return writeCSV(w, req.Request, v)
	case formXLSX:
		return writeXLSX(w, req, v)
	}
	return s.writePage(w, req, v, http.StatusOK)
}

// etag names an answer by what it depends on: program, snapshot, what the
// reader may see, URL, and how the reader reads. Only the public's answers
// carry it.
func (s *Server) etag(req *request, v *view) string {
	snapshot := ""
	if v.meta != nil {
		snapshot = v.meta.Snapshot
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{s.build(), snapshot, s.scopeOf(req.Context()).Key(), req.URL.String(), req.Lang(), req.Theme, req.form}, "\n")))
	return `W/"` + hex.EncodeToString(sum[:12]) + `"`
}

// build changes with every asset and template, and with the program itself: a
// new word, sum or query is a new build too.
func (s *Server) build() string { return hashOf([]byte(s.assets.build + s.pages.build + s.program)) }

func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if part = strings.TrimSpace(part); part == tag || part == "*" {
			return true
		}
	}
	return false
}

func writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	write(w, r, status, "application/json; charset=utf-8", append(b, '\n'))
	return nil
}

// writeCSV writes the table with a byte order mark, without which Excel takes
// UTF-8 for Windows-1252. What a spreadsheet would run as a formula is made
// harmless by package table.
func writeCSV(w http.ResponseWriter, r *http.Request, v *view) error {
	var b strings.Builder
	b.WriteString("\ufeff")
	c := table.NewCSVWriter(&b)
	if err := c.Write(v.rows.Columns); err != nil {
		return err
	}
	for _, row := range v.rows.Rows {
		if err := c.Write(row); err != nil {
			return err
		}
	}
	if err := c.Flush(); err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(fileName(v.name)+".csv"))
	write(w, r, http.StatusOK, "text/csv; charset=utf-8", []byte(b.String()))
	return nil
}

// typeXLSX is the media type of a workbook, which is a zip archive already.
const typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// writeXLSX writes the table as a workbook, and what it rests on and what to
// beware of on a second sheet.
func writeXLSX(w http.ResponseWriter, req *request, v *view) error {
	var b bytes.Buffer
	about := table.SheetData{Name: req.T("xlsx.about"), Rows: [][]string{{v.title}, {v.lead}, {req.T("xlsx.address"), req.URL.RequestURI()}}}
	if f := footOf(req, v); f != nil && f.Snapshot != "" {
		about.Rows = append(about.Rows, []string{req.T("xlsx.snapshot"), f.Snapshot}, []string{req.T("foot.rules"), f.Rules}, []string{req.T("foot.policy"), f.Policy}, []string{"n", f.N})
		for _, n := range f.Notes {
			about.Rows = append(about.Rows, []string{req.T("xlsx.note"), n})
		}
	}
	err := table.WriteWorkbook(&b, table.SheetData{Name: req.T("xlsx.data"), Columns: v.rows.Columns, Rows: v.rows.Rows, Number: v.rows.Number}, about)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(fileName(v.name)+".xlsx"))
	write(w, req.Request, http.StatusOK, typeXLSX, b.Bytes())
	return nil
}

// fileName keeps what every file system takes.
func fileName(s string) string {
	return "tolok-" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '_'
	}, s)
}
