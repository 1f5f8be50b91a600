package ingest

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"tolok/data/table"
)

// pools are cells to draw rows from, clean and dirty ones, few enough that a
// row often repeats what stands above.
var pools = map[string]map[string][]string{
	"answers": {
		"unit_id": {"U-1", "U-2", "", "a b"}, "cycle": {"2024", "2023", "x", ""}, "regulation": {"90/2021", "5/2024", "", "52/2014", "-", " "},
		"layer": {"self", "tpi", "mandiri", ""}, "item_id": {"A.I.1.i.a", "a.i.1.i.a", "A.II.1.i.a", "B.I.a", "A.I.9"},
		"choice": {"Ya", "ya", "A", "3", "-", "", "F"}, "value": {"3", "3,5", "3.55", "", "1.234", "95%", "9"}, "num": {"", "3", "1.234"}, "den": {"", "4"},
		"reported_score": {"", "0.5", "50%"}, "known_on": {"", "2024-05-01", "01/05/2024", "nie"},
	},
	"surveys": {
		"unit_id": {"U-1", "U-2"}, "cycle": {"2024", ""}, "index": {"IPAK", "IKM", "spak", ""}, "value": {"3.5", "88", "87,5%", "x", "0"},
		"scale_min": {"", "0", "25"}, "scale_max": {"", "4", "100"}, "respondents": {"", "30", "12"}, "population": {"", "20"},
	},
	"scores": {
		"unit_id": {"U-1"}, "cycle": {"2024", "2019"}, "regulation": {"", "90/2021", "-", " "}, "layer": {"tpn", "TPN"}, "code": {"A", "a", "A.I.", "total", "Z"}, "score": {"60", "1.5", "200", ""},
	},
}

// What a cell says does not depend on the row above, though the decoder reads
// a cell that repeats the one above only once.
func TestDecoderOwesNothingToTheRowAbove(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for dataset, pool := range pools {
		for range 200 {
			var names []string
			for _, c := range schemaOf(dataset).columns {
				if cells := pool[c.name]; cells != nil && rng.IntN(8) > 0 {
					names = append(names, c.name)
				}
			}
			m := func() *mapping { return newMapping(schemaOf(dataset), newHeader(names), nil) }
			d := newDecoder(m())
			for range 60 {
				row := table.Row{Line: rng.IntN(100)}
				for _, n := range names {
					cells := pool[n]
					i := rng.IntN(len(cells))
					if rng.IntN(2) == 0 {
						i = 0
					}
					row.Cells = append(row.Cells, cells[i])
				}
				fresh := newDecoder(m())
				fresh.said = d.said
				before := len(d.said)
				fresh.decode(row)
				if len(d.said) > before {
					clear(d.said) // let the other one report the spelling, too
				}
				fresh.judge()
				d.decode(row)
				d.judge()
				if !reflect.DeepEqual(d.record, fresh.record) || len(d.problems)+len(fresh.problems) > 0 && !reflect.DeepEqual(d.problems, fresh.problems) {
					t.Fatalf("%s %v: read as\n%+v %v\nbelow other rows, but as\n%+v %v\nalone", dataset, row, d.record, d.problems, fresh.record, fresh.problems)
				}
			}
		}
	}
}
