package ingest

import (
	"bytes"
	"context"
	"io"
	"path"
	"strings"
)

// format is one way a file can be written.
type format struct {
	name string // in data.Source
	text string // how it is called to a sender
	is   func(name string, head []byte) bool
	// classify says which dataset a file holds, before any file is read.
	classify func(f *file, r io.Reader) (dataset string, err error)
	// read reads the file. An error that is a *[data.Problem] ends the file
	// only, any other the run.
	read func(ctx context.Context, in *input, r io.Reader) error
	// table: rows of many worksheets in any order, so that nobody sees one
	// whole before the run ends.
	table bool
}

// formats are tried in this order; the first that knows the file reads it.
// A workbook is a worksheet form or holds tables, which its content says. Zip
// archives are unpacked before: what is in them is what is read.
func formats() []format {
	return []format{
		{"lke", "LKE .xlsx", isWorkbook, classifyWorkbook, readForm, false},
		{"xlsx", "XLSX", isNever, nil, readSheet, true},
		{"portalrb", "PortalRB .json", isJSON, classifyPortalRB, readPortalRB, false},
		{"jsonl", "JSON Lines (.jsonl, .ndjson)", isJSONLines, classifyJSONLines, readJSONLines, true},
		{"parquet", "Parquet", isParquet, classifyParquet, readParquet, true},
		{"csv", "CSV, CSV.gz", isText, classifyCSV, readCSV, true},
	}
}

func formatNamed(name string) *format {
	for _, f := range formats() {
		if f.name == name {
			return &f
		}
	}
	return nil
}

func supported() string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.text)
	}
	return strings.Join(append(names, "zip"), ", ")
}

func formatOf(name string, head []byte) *format {
	for _, f := range formats() {
		if f.is(name, head) {
			return &f
		}
	}
	return nil
}

// isWorkbook accepts the old .xls format too: its reader says how to mend it.
func isWorkbook(name string, head []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx", ".xlsm", ".xls", archiveExt:
		return !isText(name, head) || len(head) == 0
	}
	return bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0"))
}

// isNever is of a format that another one's classify finds.
func isNever(string, []byte) bool { return false }

func isJSON(name string, head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n")
	ext := strings.ToLower(path.Ext(name))
	return !isJSONLines(name, head) && !isParquet(name, head) && (ext == ".json" || bytes.HasPrefix(head, []byte("{")))
}

func isJSONLines(name string, _ []byte) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return strings.HasSuffix(name, ".jsonl") || strings.HasSuffix(name, ".ndjson")
}

func isParquet(name string, head []byte) bool {
	return bytes.HasPrefix(head, []byte("PAR1")) || strings.EqualFold(path.Ext(name), ".parquet")
}

// isText accepts whatever is no known binary format: a wrong guess ends in a
// header that is not recognised, which says the same more exactly.
func isText(name string, head []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jsonl", ".ndjson", ".parquet", ".zip", ".pdf", ".doc", ".docx", ".ods":
		return false
	}
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) || bytes.HasPrefix(head, []byte("\xFF\xFE")) || bytes.HasPrefix(head, []byte("\xFE\xFF")) {
		return true
	}
	return !bytes.HasPrefix(head, []byte("PK\x03\x04")) && !bytes.HasPrefix(head, []byte("PAR1")) && bytes.IndexByte(head, 0) < 0
}
