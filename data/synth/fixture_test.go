package synth

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tolok/data"
)

var update = flag.Bool("update", false, "write the golden file anew")

// programme is a generated one, read back from its files.
type programme struct {
	dir         string
	report      *Report
	agencies    map[string]*data.Agency
	units       map[string]*data.Unit
	nominations []*data.Nomination
	awards      []*data.Award
	answers     map[sheetKey][]*data.Answer
	totals      map[sheetKey]data.Score // of worksheets kept as scores
	surveys     map[string]*data.Survey // by key without its period
	zones       map[string]*data.Zone   // by unit and cycle
	records     int
	wrong       []string
}

type sheetKey struct {
	unit  string
	cycle int32
	layer data.Layer
}

// shared is one programme for all tests that only look at it.
var shared = sync.OnceValues(func() (*programme, error) {
	dir, err := os.MkdirTemp("", "synth")
	if err != nil {
		return nil, err
	}
	p := DefaultParams()
	p.Units = 1500
	return generateAndRead(dir, p)
})

func TestMain(m *testing.M) {
	flag.Parse()
	status := m.Run()
	if p, err := shared(); err == nil {
		if err := os.RemoveAll(p.dir); err != nil {
			status = 1
		}
	}
	os.Exit(status)
}

func sharedProgramme(t *testing.T) *programme {
	t.Helper()
	p, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func generateAndRead(dir string, params Params) (*programme, error) {
	r, err := Generate(context.Background(), dir, params, nil)
	if err != nil {
		return nil, err
	}
	p := &programme{
		dir: dir, report: r, agencies: map[string]*data.Agency{}, units: map[string]*data.Unit{}, answers: map[sheetKey][]*data.Answer{},
		totals: map[sheetKey]data.Score{}, surveys: map[string]*data.Survey{}, zones: map[string]*data.Zone{},
	}
	for name, raw := range files(dir) {
		if !strings.HasSuffix(name, ".csv") || strings.HasPrefix(name, ".") {
			continue
		}
		if err := p.read(name, raw); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// files are all files below a directory by name, unpacked.
func files(dir string) map[string][]byte {
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = raw
		return err
	})
	if err != nil {
		panic(err)
	}
	return out
}

func unpack(t *testing.T, raw []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// read reads one plain CSV file back into records.
func (p *programme) read(name string, raw []byte) error {
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return err
	}
	dataset := strings.TrimSuffix(filepath.Base(name), ".csv")
	i := slices.IndexFunc(data.Datasets(), func(r data.Record) bool { return r.Dataset() == dataset })
	for _, cells := range rows[1:] {
		r := reflect.New(reflect.TypeOf(data.Datasets()[i]).Elem()).Interface().(data.Record)
		if err := fill(r, rows[0], cells); err != nil {
			return err
		}
		p.records++
		for _, w := range r.Validate() {
			p.wrong = append(p.wrong, name+": "+r.Key()+": "+w.Error())
		}
		p.keep(r)
	}
	return nil
}

func (p *programme) keep(r data.Record) {
	switch r := r.(type) {
	case *data.Agency:
		p.agencies[r.AgencyID] = r
	case *data.Unit:
		p.units[r.UnitID] = r
	case *data.Nomination:
		p.nominations = append(p.nominations, r)
	case *data.Award:
		p.awards = append(p.awards, r)
	case *data.Answer:
		k := sheetKey{r.UnitID, r.Cycle, r.Layer}
		p.answers[k] = append(p.answers[k], r)
	case *data.NodeScore:
		if r.Code == "total" {
			p.totals[sheetKey{r.UnitID, r.Cycle, r.Layer}] = r.Score
		}
	case *data.Survey:
		k := *r
		k.PeriodStart = nil // the simulation surveys one period a cycle
		p.surveys[k.Key()] = r
	case *data.Zone:
		p.zones[r.UnitID+"|"+strconv.Itoa(int(r.Cycle))] = r
	}
}

// fill puts cells into a record by the names of its columns.
func fill(r data.Record, header, cells []string) error {
	v := reflect.ValueOf(r).Elem()
	for _, c := range columnsOf(v.Type()) {
		i := slices.Index(header, c.name)
		if i < 0 || cells[i] == "" {
			continue
		}
		f := v.Field(c.field)
		if f.Kind() == reflect.Pointer {
			f.Set(reflect.New(f.Type().Elem()))
			f = f.Elem()
		}
		var n int64
		var err error
		switch f.Interface().(type) {
		case string:
			f.SetString(cells[i])
			continue
		case bool:
			f.SetBool(cells[i] == "ya")
			continue
		case data.Amount:
			var a data.Amount
			a, err = data.ParseAmount(cells[i])
			n = int64(a)
		case data.Score:
			var s data.Score
			s, err = data.ParseScore(cells[i])
			n = int64(s)
		case data.Date:
			var d data.Date
			d, err = data.ParseDate(cells[i])
			n = int64(d)
		default:
			n, err = strconv.ParseInt(cells[i], 10, 64)
		}
		if err != nil {
			return err
		}
		f.SetInt(n)
	}
	return nil
}
