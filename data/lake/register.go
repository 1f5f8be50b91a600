package lake

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// Register gives the units the lake knows, each with the agency it is of now,
// and the agencies. Every submission pays for it, so it reads no more than the
// columns it needs, page by page.
func (l *Lake) Register(m *Manifest) (units map[string]string, agencies map[string]bool, err error) {
	units, agencies = make(map[string]string, m.Rows("units")), map[string]bool{}
	err = errors.Join(
		l.columns(m, "units", []string{"unit_id", "agency_id"}, func(v []string) { units[v[0]] = v[1] }),
		l.columns(m, "agencies", []string{"agency_id"}, func(v []string) { agencies[v[0]] = true }),
	)
	return units, agencies, err
}

// columns calls each with the named text columns of every row of a dataset,
// oldest submission first. The columns are never null.
func (l *Lake) columns(m *Manifest, dataset string, names []string, each func([]string)) error {
	for _, p := range m.Paths(dataset) {
		if err := fileColumns(l.Path(p), names, each); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return nil
}

func fileColumns(path string, names []string, each func([]string)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	f, err := parquet.OpenFile(file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	row := make([]string, len(names))
	for _, g := range f.RowGroups() {
		columns := make([][]string, len(names))
		for i, name := range names {
			leaf, ok := f.Schema().Lookup(name)
			if !ok {
				return fmt.Errorf("no column %s", name)
			}
			if columns[i], err = texts(g.ColumnChunks()[leaf.ColumnIndex]); err != nil {
				return fmt.Errorf("column %s: %w", name, err)
			}
		}
		for at := range columns[0] {
			for i := range columns {
				row[i] = columns[i][at]
			}
			each(row)
		}
	}
	return nil
}

// texts reads a text column. The texts of a page share one string.
func texts(c parquet.ColumnChunk) (out []string, err error) {
	out = make([]string, 0, c.NumValues())
	pages := c.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		data := page.Data()
		if d := page.Dictionary(); d != nil {
			words := make([]string, d.Len())
			for i := range words {
				words[i] = strings.Clone(d.Index(int32(i)).String())
			}
			for _, i := range data.Int32() {
				out = append(out, words[i])
			}
		} else {
			values, offsets := data.ByteArray()
			all := string(values)
			for i := range len(offsets) - 1 {
				out = append(out, all[offsets[i]:offsets[i+1]])
			}
		}
		parquet.Release(page)
	}
}
