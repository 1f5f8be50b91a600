package ingest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tolok/data"
	"tolok/data/rule"
)

// A line whose rest was read before is not taken apart again. A quotation mark
// keeps a line from being recalled: with and without, the same rows give the
// same records and the same problems.
func TestRecalledLinesSayWhatReadOnesDo(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	headers := []string{
		"unit_id,cycle,regulation,layer,item_id,choice,value,num,den,reported_score,known_on",
		"cycle,unit_id,layer,item_id,choice,value,num,den,known_on", // no regulation: the cycle's
		"unit_id,cycle,regulation,layer,item_id,choice",             // "jawaban" holds letters and numbers
		"item_id,unit_id,cycle,regulation,layer,choice,value",       // a line does not begin with its worksheet
	}
	for n := range 60 {
		names := strings.Split(headers[n%len(headers)], ",")
		var plain, quoted strings.Builder
		plain.WriteString(strings.Join(names, ",") + "\n")
		quoted.WriteString(strings.Join(names, ",") + "\n")
		worksheet := 0
		for range 400 {
			if rng.IntN(20) == 0 {
				worksheet = rng.IntN(6)
			}
			var cells []string
			for _, name := range names {
				pool := pools["answers"][name]
				switch {
				case slices.Contains(worksheetColumns, name):
					cells = append(cells, pool[worksheet%len(pool)])
				case rng.IntN(3) > 0:
					cells = append(cells, pool[0])
				default:
					cells = append(cells, pool[rng.IntN(len(pool))])
				}
			}
			if rng.IntN(50) == 0 {
				cells = cells[1:] // a row of too few cells
			}
			plain.WriteString(strings.Join(cells, ",") + "\n")
			quoted.WriteString(`"` + cells[0] + `",` + strings.Join(cells[1:], ",") + "\n")
		}
		var got [2]*collector
		for i, text := range []string{plain.String(), quoted.String()} {
			path := filepath.Join(t.TempDir(), "answers.csv")
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			got[i], _ = ingest(t, Options{KnownUnits: map[string]string{"U-1": "K01", "U-2": "K01"}}, path)
		}
		if !reflect.DeepEqual(got[0].records, got[1].records) || !reflect.DeepEqual(got[0].Problems, got[1].Problems) {
			t.Fatalf("%s\nrecalled: %d records, %d problems\nread: %d records, %d problems\n%s",
				names, len(got[0].records), len(got[0].Problems), len(got[1].records), len(got[1].Problems), plain.String())
		}
	}
}

// Rows of worksheets in any order, over several files, with a log that is on
// the disk at once: every repeat is found, and said as one who remembers all
// rows would say it.
func TestScatteredWorksheets(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	set, _ := rule.Get("5/2024")
	items := slices.DeleteFunc(slices.Clone(set.Items), func(it *rule.Item) bool { return it.Formula != rule.FormulaOption })[:5]
	for range 40 {
		dir := t.TempDir()
		type row struct{ sheet, item, choice string }
		type place struct{ sheet, item string }
		filled := map[place][]int{} // by worksheet and item, the files that hold it
		twice := map[string]bool{}
		var want []string
		put := 0
		for f := range 3 {
			var b strings.Builder
			b.WriteString(answersHeader)
			seen := map[place]row{}
			lines := map[place]int{}
			for line := range 60 {
				it := items[rng.IntN(len(items))]
				r := row{"U,2024,5/2024," + data.Layers[rng.IntN(3)], it.ID, it.OptionNames()[rng.IntN(2)]}
				fmt.Fprintf(&b, "%s,%s,%s,,,\n", r.sheet, r.item, r.choice)
				p, at := place{r.sheet, r.item}, line+2
				if before, ok := seen[p]; ok {
					code := "conflicting-row"
					if before == r {
						code = "duplicate-row"
					}
					want = append(want, fmt.Sprintf("%s %d.csv:%d -> %d", code, f, at, lines[p]))
					continue
				}
				if others := filled[p]; len(others) > 0 && !twice[r.sheet] {
					twice[r.sheet] = true
					want = append(want, fmt.Sprintf("worksheet-twice %d.csv:%d -> %d.csv", f, at, others[0]))
				}
				seen[p], lines[p] = r, at
				filled[p] = append(filled[p], f)
				put++
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.csv", f)), []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		c := &collector{}
		r := newRun(Options{KnownUnits: map[string]string{"U": "K01"}}, c)
		r.worksheets.log.limit = 1
		sum, err := r.all(context.Background(), []string{dir})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range c.Problems {
			if p.Field == "" || p.Code == "worksheet-twice" {
				got = append(got, fmt.Sprintf("%s %s:%d -> %s", p.Code, p.File, p.Line, p.Want))
			} else {
				t.Errorf("unexpected: %+v", p)
			}
		}
		if !slices.Equal(got, want) || sum.Put() != put {
			t.Fatalf("%d rows went in, want %d; problems\n%s\nwant\n%s", sum.Put(), put, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
